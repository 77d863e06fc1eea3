//! Assistants spend nothing unasked: tokens, budgets, read-only servers, and users who are asked.

use serde_json::{Value, json};

use crate::mcp_client::{Client, LEGACY, MODERN};
use crate::project::{KNIGHT, Project};
use crate::server_builds::{fake, project, slow, sprites};

/// Every tool with arguments that would spend or write, if it could.
fn spending(token: Option<&str>) -> Vec<(&'static str, Value)> {
    let with = |mut arguments: Value| {
        if let Some(token) = token {
            arguments["plan_token"] = token.into();
        }
        arguments
    };
    vec![
        ("plan", json!({})),
        ("build", with(json!({}))),
        ("generate", with(json!({ "prompt": "an owl" }))),
        ("generate", with(json!({ "prompt": "an owl", "add": true }))),
        ("generate_and_deploy", with(json!({ "name": "knight", "port": 1 }))),
        ("generate_and_deploy", with(json!({ "name": "owl", "prompt": "an owl", "port": 1 }))),
        ("assets", json!({})),
        ("show", json!({ "target": "knight" })),
        ("why", json!({ "target": "knight" })),
        ("pick", json!({ "target": "knight", "n": 1 })),
        ("reroll", json!({ "target": "knight" })),
        ("edit_recipe", json!({ "targets": ["knight"], "changes": ["palette=pico-8"] })),
        ("process", json!({ "file": "picture.png" })),
        ("job", json!({})),
        ("compare", json!({ "name": "house" })),
        ("verify_in_bevy", json!({ "port": 1 })),
    ]
}

/// No tool asks a server for an image without the token of its own plan, whatever budget there is.
#[test]
fn nothing_is_spent_unasked() {
    let fake = fake();
    let project = project(&[&fake], &sprites(&["knight"])).file("picture.png", crate::project::png(16, [200, 30, 30]));
    for arguments in [&[][..], &["--budget", "0"], &["--budget", "5"], &["--read-only"]] {
        let mut client = Client::of(&project, arguments);
        for token in [None, Some("1.384.1.1-0-0"), Some("")] {
            for (tool, arguments) in spending(token) {
                client.call(tool, arguments);
            }
        }
        assert_eq!(client.close().1, Some(0));
    }
    assert_eq!((fake.prompts(), project.exists("assets")), (0, false));
    // A reroll is noted for the next build; no image is.
    assert!(!project.text("pixels.lock").contains("raw"), "{}", project.text("pixels.lock"));
}

#[test]
fn a_token_is_good_once_for_its_own_plan() {
    let fake = fake();
    let project = project(&[&fake], &sprites(&["knight", "orc"]));
    let mut client = Client::of(&project, &[]);
    let of_one = client.token(json!(["knight"]));
    let (code, refusal) = client.refused("build", json!({ "plan_token": of_one }));
    assert_eq!((code.as_str(), &refusal["plan"]["images"]), ("plan-changed", &json!(2)), "{refusal}");
    let stale = client.token(json!([]));
    project.append("pixels.toml", "# a comment\n");
    assert_eq!(client.refused("build", json!({ "plan_token": stale })).0, "plan-changed");
    let other = client.token(json!(["orc"]));
    assert_eq!(client.refused("build", json!({ "targets": ["knight"], "plan_token": other })).0, "plan-changed");
    assert_eq!(client.refused("build", json!({ "plan_token": "1.384.9.9-00-00" })).0, "plan-token-unknown");
    assert_eq!(client.refused("build", json!({})).0, "plan-token-missing");
    assert_eq!(fake.prompts(), 0);
    let token = client.token(json!(["knight"]));
    let built = client.good("build", json!({ "targets": ["knight"], "plan_token": token }));
    assert_eq!((&built["images"], fake.prompts()), (&json!(1), 1), "{built}");
    assert_eq!(client.refused("build", json!({ "targets": ["knight"], "plan_token": token })).0, "plan-token-used");
    let of_another_server = Client::of(&project, &[]).token(json!([]));
    assert_eq!(client.refused("build", json!({ "plan_token": of_another_server })).0, "plan-token-unknown");
    assert_eq!(fake.prompts(), 1);
}

/// Rerolls are images, too: what was agreed to is the most that is asked for.
#[test]
fn a_budget_ends_what_a_server_spends() {
    let fake = fake();
    let project = project(&[&fake], &sprites(&["knight", "orc", "elf"]));
    let mut client = Client::of(&project, &["--budget", "2"]);
    let plan = client.good("plan", json!({}));
    assert_eq!((&plan["plan_token"], &plan["refused"]["code"]), (&Value::Null, &json!("budget-spent")), "{plan}");
    for (name, left) in [("knight", "elf"), ("elf", "orc")] {
        let token = client.token(json!([name]));
        client.good("build", json!({ "targets": [name], "plan_token": token }));
        let plan = client.good("plan", json!({ "targets": [left] }));
        assert_eq!(plan["plan_token"].is_null(), left == "orc", "{plan}");
    }
    assert_eq!(client.refused("build", json!({ "targets": ["orc"], "plan_token": "x" })).0, "budget-spent");
    assert_eq!(fake.prompts(), 2);
}

#[test]
fn a_read_only_server_offers_only_what_costs_and_writes_nothing() {
    let project = Project::with(KNIGHT);
    let mut client = Client::of(&project, &["--read-only"]);
    let listed = client.request("tools/list", json!({}));
    let names: Vec<&str> =
        listed["result"]["tools"].as_array().unwrap().iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["plan", "assets", "show", "why", "verify_in_bevy"]);
    assert!(client.good("plan", json!({}))["plan_token"].is_null());
    assert_eq!(client.refused("build", json!({})).0, "bad-arguments");
}

#[test]
fn a_picture_is_made_after_its_plan_was_seen() {
    let project = Project::with(KNIGHT);
    let mut client = Client::of(&project, &[]);
    let arguments = json!({ "prompt": "an owl", "name": "owl", "size": "16" });
    let asked = client.good("generate", arguments.clone());
    assert_eq!((&asked["plan"]["sketches"], asked.get("made")), (&json!(1), None), "{asked}");
    let with = |mut arguments: Value| {
        arguments["plan_token"] = asked["plan"]["plan_token"].clone();
        arguments
    };
    let other = json!({ "prompt": "a castle", "name": "owl", "size": "16" });
    assert_eq!(client.refused("generate", with(other)).0, "plan-changed");
    let made = client.call("generate", with(arguments));
    let files = made["structuredContent"]["made"]["files"].clone();
    assert_eq!(files, json!([".dgx-pixels/jobs/1/made/owl.png"]), "{made}");
    assert!(project.exists(".dgx-pixels/jobs/1/made/owl.png"));
    assert_eq!(crate::mcp_client::picture(&made).dimensions(), (512, 512));
    assert!(!project.text("pixels.toml").contains("owl"));
}

/// Where the client can ask its user, the user is asked, with images and time in the question.
#[test]
fn a_user_is_asked_where_the_client_can() {
    let fake = fake();
    let project = project(&[&fake], &sprites(&["knight"]));
    for (action, images) in [("decline", 0), ("accept", 1)] {
        let mut client = Client::with(&project, &[], LEGACY, json!({ "elicitation": {} }));
        let call = client.call_later("build", json!({}));
        let question =
            std::iter::from_fn(|| client.next()).find(|value| value["method"] == "elicitation/create").unwrap();
        let message = question["params"]["message"].as_str().unwrap();
        assert!(message.contains("1 asset") && message.contains("1 image"), "{message}");
        let said = json!({ "jsonrpc": "2.0", "id": question["id"], "result": { "action": action, "content": {} } });
        client.line(&said.to_string());
        let result = client.wait(call)["result"].clone();
        assert_eq!((result["isError"] == true, fake.prompts()), (images == 0, images), "{result}");
    }
}

#[test]
fn a_question_is_an_answer_where_servers_ask_nothing() {
    let project = Project::with(KNIGHT);
    let mut client = Client::with(&project, &[], MODERN, json!({ "elicitation": { "form": {} } }));
    let asked = client.call("build", json!({}));
    assert_eq!(asked["resultType"], "input_required", "{asked}");
    let answer = |client: &mut Client, action: &str| {
        let answers = json!({ "consent": { "action": action, "content": {} } });
        let state = asked["requestState"].clone();
        let params = json!({ "name": "build", "arguments": {}, "inputResponses": answers, "requestState": state });
        client.request("tools/call", params)["result"].clone()
    };
    assert_eq!(answer(&mut client, "decline")["isError"], true);
    assert!(!project.exists("assets"));
    let built = answer(&mut client, "accept");
    assert_eq!(built["structuredContent"]["outcome"]["made"], 1, "{built}");
    // The same answer again is a token that was used.
    assert_eq!(answer(&mut client, "accept")["isError"], true);
}

#[test]
fn a_cancelled_call_cancels_the_job_down_to_the_server() {
    let fake = slow(30.0);
    let project = project(&[&fake], &sprites(&["knight"]));
    let mut client = Client::of(&project, &[]);
    let token = client.token(json!([]));
    let call = client.call_later("build", json!({ "plan_token": token }));
    fake.wait("the image is drawn", |fake| fake.running().is_some());
    let cancel = json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": call } });
    client.line(&cancel.to_string());
    fake.wait("the image is given up", |fake| fake.running().is_none() && fake.remaining() == 0);
    let job = std::iter::repeat_with(|| client.good("job", json!({}))).find(|job| job["phase"] == "over").unwrap();
    assert_eq!(job["images"], 1, "{job}");
    client.line(&cancel.to_string());
    assert_eq!(client.good("job", json!({ "cancel": true }))["phase"], "over");
    assert_eq!(client.good("plan", json!({}))["images"], 1);
}

/// What runs when a client goes away ends by itself, unless it was bound to the client.
#[test]
fn a_client_that_goes_away_leaves_its_job_to_end() {
    for (arguments, captured) in [(&[][..], true), (&["--bound"], false)] {
        let fake = slow(if captured { 1.0 } else { 60.0 });
        let project = project(&[&fake], &sprites(&["knight"]));
        let mut client = Client::of(&project, arguments);
        let token = client.token(json!([]));
        let job = client.good("build", json!({ "plan_token": token, "wait": false }));
        assert_ne!(job["phase"], "over", "{job}");
        fake.wait("the image is drawn", |fake| fake.running().is_some());
        assert_eq!(client.close().1, Some(0));
        assert_eq!(project.exists("assets/sprites/knight.png"), captured);
        fake.wait("nothing is left to draw", |fake| fake.remaining() == 0);
    }
}
