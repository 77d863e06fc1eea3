//! Assistants: the loop of plan, build, show and why over the binary's standard streams.

use serde_json::json;

use crate::mcp_client::{Client, LEGACY, MODERN, picture};
use crate::project::{GAME, KNIGHT, Project};

#[test]
fn an_assistant_plans_builds_and_looks() {
    for version in [LEGACY, MODERN] {
        let project = Project::with(KNIGHT);
        let mut client = Client::with(&project, &[], version, json!({}));
        let plan = client.good("plan", json!({}));
        assert_eq!((&plan["assets"], &plan["images"], &plan["sketches"]), (&json!(1), &json!(0), &json!(1)), "{plan}");
        let built = client.good("build", json!({ "plan_token": plan["plan_token"] }));
        assert_eq!((&built["phase"], &built["outcome"]["made"]), (&json!("over"), &json!(1)), "{built}");
        assert!(project.exists("assets/sprites/knight.png"));
        let shown = client.call("show", json!({ "target": "knight" }));
        let image = picture(&shown);
        assert_eq!((image.width(), shown["structuredContent"]["factor"].as_u64()), (512, Some(32)), "{shown}");
        let assets = client.good("assets", json!({}));
        assert_eq!(assets["items"][0]["state"], "ready", "{assets}");
        assert_eq!(client.good("why", json!({ "target": "knight" }))["items"][0]["step"], "fresh");
        let (_, code) = client.close();
        assert_eq!(code, Some(0));
        project.check(&["--outputs"]).exit(0);
    }
}

#[test]
fn every_answer_is_as_its_schema_says() {
    let project = Project::with(GAME);
    let mut client = Client::of(&project, &[]);
    let listed = client.request("tools/list", json!({}));
    let tools = listed["result"]["tools"].as_array().unwrap().clone();
    let calls = |token: &str| {
        [
            ("plan", json!({ "targets": ["knight"] })),
            ("build", json!({ "plan_token": token })),
            ("job", json!({ "after": 0 })),
            ("assets", json!({ "kind": "sprite" })),
            ("show", json!({ "target": "knight", "candidates": true })),
            ("show", json!({ "target": "*" })),
            ("why", json!({ "target": "*" })),
            ("plan", json!({})),
        ]
    };
    let token = client.token(json!([]));
    for (name, arguments) in calls(&token) {
        let tool = tools.iter().find(|tool| tool["name"] == name).unwrap();
        let valid = |schema: &serde_json::Value, value: &serde_json::Value| {
            let validator = jsonschema::validator_for(schema).unwrap_or_else(|error| panic!("{name}: {error}"));
            if let Err(error) = validator.validate(value) {
                panic!("{name}: {error}\n{value}");
            }
        };
        valid(&tool["inputSchema"], &arguments);
        let answer = client.call(name, arguments);
        valid(&tool["outputSchema"], &answer["structuredContent"]);
        assert_eq!(answer["content"][0]["text"], answer["structuredContent"].to_string(), "{name}");
    }
}
