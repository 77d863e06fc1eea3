//! What assistants read costs them tokens: the list of tools, and usual answers in a large project.

use serde_json::{Value, json};

use crate::mcp_client::Client;
use crate::project::{Project, png};

/// Bytes of a token, about.
const TOKEN: usize = 4;

/// The most tokens of `tools/list`, and of a usual answer.
const LIST: usize = 5000;
const ANSWER: usize = 1500;

fn tokens(value: &Value) -> usize {
    value.to_string().len().div_ceil(TOKEN)
}

#[test]
fn the_list_of_tools_is_short() {
    let project = Project::with(crate::project::KNIGHT);
    let mut client = Client::of(&project, &[]);
    let listed = client.request("tools/list", json!({}));
    let tools = listed["result"]["tools"].as_array().unwrap();
    let sizes: Vec<(&str, usize)> = tools.iter().map(|tool| (tool["name"].as_str().unwrap(), tokens(tool))).collect();
    assert!(tokens(&listed) <= LIST, "{} tokens: {sizes:?}", tokens(&listed));
    assert_eq!(tools.len(), 14);
    for tool in tools {
        assert!(!tool["description"].as_str().unwrap().is_empty() && tool["annotations"]["readOnlyHint"].is_boolean());
        assert_eq!(tool["inputSchema"]["additionalProperties"], false, "{tool}");
        assert!(tool["outputSchema"]["properties"].is_object(), "{tool}");
    }
}

#[test]
fn usual_answers_are_short_in_a_large_project() {
    let assets: String = (0..1000)
        .map(|n| {
            format!(
                "[sprite.thing-number-{n:04}]\nprompt = \"a thing of the game, number {n}\"\nsize = 8\ncandidates = 2\n"
            )
        })
        .collect();
    let project = Project::with(&format!("[project]\nname = \"large\"\nbackend = \"sketch\"\n{assets}"));
    let mut client = Client::of(&project, &[]);
    let unbuilt = [("plan", json!({})), ("assets", json!({})), ("why", json!({ "target": "*" }))];
    let is_short = |client: &mut Client, tool: &str, arguments: &Value| {
        let text = client.good(tool, arguments.clone());
        assert!(tokens(&text) <= ANSWER, "{tool} {arguments}: {} tokens\n{text}", tokens(&text));
    };
    for (tool, arguments) in unbuilt {
        is_short(&mut client, tool, &arguments);
    }
    let token = client.token(json!([]));
    let built = client.good("build", json!({ "plan_token": token }));
    assert!(tokens(&built) <= ANSWER, "build: {} tokens\n{built}", tokens(&built));
    // Everything is to be made again.
    let text =
        project.text("pixels.toml").replacen("\n[sprite", "\n[recipe.default]\npalette = \"pico-8\"\n[sprite", 1);
    project.write("pixels.toml", text);
    let changes = json!(["palette=endesga-32"]);
    for (tool, arguments) in [
        ("plan", json!({})),
        ("plan", json!({ "from": 20 })),
        ("assets", json!({})),
        ("assets", json!({ "state": "stale", "from": 980 })),
        ("why", json!({ "target": "*" })),
        ("why", json!({ "target": "thing-number-0001" })),
        ("show", json!({ "target": "*" })),
        ("show", json!({ "target": "thing-number-0001", "candidates": true })),
        ("pick", json!({ "target": "thing-number-0001", "n": 1 })),
        ("edit_recipe", json!({ "targets": ["*"], "changes": changes })),
        ("job", json!({})),
        ("job", json!({ "after": 0 })),
        ("verify_in_bevy", json!({ "port": 1 })),
    ] {
        is_short(&mut client, tool, &arguments);
    }
}

#[test]
fn a_list_of_everything_comes_in_pages() {
    let assets: String = (0..250).map(|n| format!("[sprite.s{n:03}]\nsource = \"s.png\"\nsize = 8\n")).collect();
    let project = Project::with(&format!("[project]\nname = \"large\"\n{assets}")).file("s.png", png(8, [200, 30, 30]));
    let mut client = Client::of(&project, &[]);
    let (mut seen, mut from) = (0, json!(0));
    while from.is_u64() {
        let page = client.good("assets", json!({ "from": from }));
        seen += page["items"].as_array().unwrap().len();
        from = page["next"].clone();
    }
    let (mut listed, mut cursor) = (0, Value::Null);
    loop {
        let params = if cursor.is_null() { json!({}) } else { json!({ "cursor": cursor }) };
        let page = client.request("resources/list", params)["result"].clone();
        listed += page["resources"].as_array().unwrap().len();
        assert!(tokens(&page) < 5 * ANSWER, "{} tokens", tokens(&page));
        cursor = page["nextCursor"].clone();
        if cursor.is_null() {
            break;
        }
    }
    assert_eq!((seen, listed), (250, 253));
}
