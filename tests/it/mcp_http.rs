//! Assistants over HTTP, behind the guard of `serve`.

use serde_json::{Value, json};

use crate::mcp_client::MODERN;
use crate::project::{KNIGHT, Project};
use crate::serve_client::{Client, Reply, Served};

/// A request of the era without sessions.
fn send(client: &Client, method: &str, mut params: Value, headers: &[(&str, &str)]) -> Reply {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": MODERN,
        "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string();
    let name = params["name"].as_str().unwrap_or_default().to_owned();
    let mut all = vec![
        ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
        ("mcp-protocol-version", MODERN),
        ("mcp-method", method),
    ];
    if !name.is_empty() {
        all.push(("mcp-name", &name));
    }
    all.extend(headers);
    client.send("POST", "/mcp", &all, body.as_bytes())
}

/// The answer in a stream of events, or alone.
fn answer(reply: &Reply) -> Value {
    let text = reply.text();
    let data = text.lines().filter_map(|line| line.trim().strip_prefix("data:"));
    let last = data.filter_map(|data| serde_json::from_str::<Value>(data.trim()).ok()).find(|value| value["id"] == 1);
    last.or_else(|| serde_json::from_str(&text).ok()).unwrap_or_else(|| panic!("{reply:?}"))
}

/// The result of a call.
pub fn call(served: &Served, tool: &str, arguments: Value) -> Value {
    call_at(&served.client(), tool, arguments)
}

/// The result of a call at an address.
pub fn call_at(client: &Client, tool: &str, arguments: Value) -> Value {
    let reply = send(client, "tools/call", json!({ "name": tool, "arguments": arguments }), &[]);
    answer(&reply.is(200))["result"].clone()
}

#[test]
fn an_assistant_builds_over_http_without_a_session() {
    let project = Project::with(KNIGHT);
    let served = Served::new(&project);
    let call = |tool: &str, arguments: Value| call(&served, tool, arguments);
    let plan = call("plan", json!({}));
    let token = plan["structuredContent"]["plan_token"].clone();
    assert!(token.is_string(), "{plan}");
    let built = call("build", json!({ "plan_token": token }));
    assert_eq!(built["structuredContent"]["outcome"]["made"], 1, "{built}");
    assert!(project.exists("assets/sprites/knight.png"));
}

#[test]
fn the_guard_stands_before_assistants_too() {
    let project = Project::with(KNIGHT);
    let served = Served::new(&project);
    for header in [("origin", "http://evil.example"), ("host", "evil.example")] {
        send(&served.client(), "tools/list", json!({}), &[header]).is(403);
    }
    send(&served.client(), "tools/list", json!({}), &[]).is(200);
}
