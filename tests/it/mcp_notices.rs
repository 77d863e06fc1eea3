//! Notices of change: an assistant hears what a build changed, in both eras of the protocol.

use serde_json::{Value, json};

use crate::mcp_client::{Client, LEGACY, MODERN};
use crate::project::{GAME, KNIGHT, Project};

/// The notices of a method that came so far, by their address.
fn told(client: &Client, method: &str) -> Vec<Value> {
    let ours = client.notices.iter().filter(|notice| notice["method"] == method);
    ours.map(|notice| notice["params"]["uri"].clone()).collect()
}

/// Reads until a notice of that method came.
fn hear(client: &mut Client, method: &str) {
    while told(client, method).is_empty() {
        let next = client.next().unwrap_or_else(|| panic!("the server ended: {}", client.stderr()));
        client.notices.push(next);
    }
}

const UPDATED: &str = "notifications/resources/updated";
const LIST: &str = "notifications/resources/list_changed";

/// A client that listens to one asset and to the list.
fn listening(project: &Project, version: &str) -> Client {
    let mut client = Client::with(project, &[], version, json!({}));
    if version == MODERN {
        let filter = json!({ "resourcesListChanged": true, "resourceSubscriptions": ["pixels://asset/knight"] });
        client.send("subscriptions/listen", json!({ "notifications": filter }));
        hear(&mut client, "notifications/subscriptions/acknowledged");
    } else {
        let answer = client.request("resources/subscribe", json!({ "uri": "pixels://asset/knight" }));
        assert!(answer.get("result").is_some(), "{answer}");
    }
    client
}

#[test]
fn what_a_build_changed_is_told_to_those_who_asked() {
    for version in [LEGACY, MODERN] {
        let project = Project::with(GAME);
        let mut client = listening(&project, version);
        let token = client.token(json!([]));
        client.good("build", json!({ "plan_token": token }));
        hear(&mut client, UPDATED);
        assert_eq!(told(&client, UPDATED), ["pixels://asset/knight"], "{version}");
        assert!(told(&client, LIST).is_empty(), "{version}: the list is as it was");
        // A build that does nothing tells nothing.
        client.notices.clear();
        let token = client.token(json!([]));
        client.good("build", json!({ "plan_token": token }));
        client.good("plan", json!({}));
        assert!(told(&client, UPDATED).is_empty(), "{version}");
    }
}

#[test]
fn a_new_asset_changes_the_list() {
    for version in [LEGACY, MODERN] {
        let project = Project::with(KNIGHT);
        let mut client = listening(&project, version);
        let asked = client.good("generate", json!({ "prompt": "an owl", "name": "owl", "size": "16", "add": true }));
        let token = &asked["plan"]["plan_token"];
        let owl = json!({ "prompt": "an owl", "name": "owl", "size": "16", "add": true, "plan_token": token });
        client.good("generate", owl);
        hear(&mut client, LIST);
        let listed = client.request("resources/list", json!({}));
        assert!(listed["result"]["resources"].to_string().contains("pixels://asset/owl"), "{listed}");
    }
}
