//! Many assistants and a terminal at once, and what `/metrics` counts of them.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::mcp_client::{Client, picture};
use crate::mcp_http::call;
use crate::project::{GAME, KNIGHT, Project};
use crate::serve_client::Served;
use crate::server_builds::{fake, project, slow, sprites};

#[test]
fn thirty_two_assistants_share_one_server() {
    let project = Project::with(GAME);
    let served = Served::new(&project);
    std::thread::scope(|scope| {
        for _ in 0..32 {
            scope.spawn(|| {
                for (tool, arguments) in [
                    ("plan", json!({})),
                    ("assets", json!({ "kind": "sprite" })),
                    ("why", json!({ "target": "knight" })),
                    ("plan", json!({ "targets": ["knight"] })),
                ] {
                    let answer = call(&served, tool, arguments);
                    assert_ne!(answer["isError"], true, "{tool}: {answer}");
                }
            });
        }
    });
    assert!(!project.exists("assets"));
}

const TWO: &str = "[project]\nname = \"two\"\nbackend = \"sketch\"\ncandidates = 4\n[sprite.knight]\nprompt = \"a knight\"\nsize = 16\n[sprite.orc]\nprompt = \"an orc\"\nsize = 16\n";

/// Plans and builds until nothing is in the way; how often the plan was another one by then.
fn build(served: &Served) -> usize {
    for lost in 0..100 {
        let token = call(served, "plan", json!({}))["structuredContent"]["plan_token"].clone();
        let built = call(served, "build", json!({ "plan_token": token }));
        if built["isError"] != true {
            return lost;
        }
        let told: Value = serde_json::from_str(built["content"][0]["text"].as_str().unwrap()).unwrap();
        assert_eq!(told["diagnostics"][0]["code"], "plan-changed", "{told}");
        assert!(told["plan"]["plan_token"].is_string(), "who lost is not told what there is now: {told}");
    }
    panic!("a build never had its turn");
}

/// Everything that is left is as if all had come one after the other.
#[test]
fn what_ten_assistants_and_a_terminal_do_at_once_is_as_if_they_came_in_turn() {
    let project = Project::with(TWO);
    project.build(&[]).exit(0);
    let served = Served::new(&project);
    let seen = call(&served, "assets", json!({}))["structuredContent"]["items"][0]["pick"].clone();
    let refused = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for n in 0..10 {
            let (served, seen, refused) = (&served, &seen, &refused);
            scope.spawn(move || match n % 5 {
                0..=2 => {
                    let answer = call(served, "pick", json!({ "target": "knight", "n": n % 4 + 1, "seen": seen }));
                    if answer["isError"] == true {
                        refused.lock().unwrap().push(answer["content"][0]["text"].as_str().unwrap().to_owned());
                    }
                }
                3 => drop(call(served, "reroll", json!({ "target": "orc" }))),
                _ => drop(build(served)),
            });
        }
        scope.spawn(|| {
            project.run(&["reroll", "orc"]).exit(0);
            project.build(&[]).exit(0);
        });
    });
    project.build(&[]).exit(0);
    for text in refused.into_inner().unwrap() {
        assert!(text.contains("changed-since") && text.contains("as its pick now"), "{text}");
    }
    let lock = project.lock();
    let serial = |picked: &str, rerolls: usize| {
        let alone = Project::with(TWO);
        alone.build(&[]).exit(0);
        for _ in 0..rerolls {
            alone.run(&["reroll", "orc"]).exit(0);
            alone.build(&[]).exit(0);
        }
        alone.run(&["pick", "knight", picked]).exit(0);
        alone.build(&[]).exit(0);
        alone.lock()
    };
    let orders = (1..=3).flat_map(|rerolls| ["1", "2", "3", "4"].map(|picked| (picked, rerolls)));
    let found = orders.into_iter().find(|(picked, rerolls)| serial(picked, *rerolls) == lock);
    assert!(found.is_some(), "no order gives this lock:\n{lock}");
    project.check(&["--outputs"]).exit(0);
}

#[test]
fn a_job_of_another_process_is_seen_and_cancelled_only_there() {
    let fake = slow(30.0);
    let project = project(&[&fake], &sprites(&["knight"]));
    let served = Served::new(&project);
    served.post("/api/v1/build", "{}").is(202);
    fake.wait("the image is drawn", |fake| fake.running().is_some());
    let mut client = Client::of(&project, &[]);
    assert_eq!(client.good("job", json!({ "job": 1 }))["phase"], "running");
    assert_eq!(client.refused("job", json!({ "job": 1, "cancel": true })).0, "job-elsewhere");
    call(&served, "job", json!({ "job": 1, "cancel": true }));
    fake.wait("the image is given up", |fake| fake.running().is_none());
}

#[test]
fn a_token_of_another_project_is_refused() {
    let (one, other) = (Project::with(KNIGHT), Project::with(KNIGHT));
    let token = Client::of(&one, &[]).token(json!([]));
    let mut client = Client::of(&other, &[]);
    assert_eq!(client.refused("build", json!({ "plan_token": token })).0, "plan-token-unknown");
    assert!(!one.exists("assets") && !other.exists("assets"));
}

/// A panic is told on standard error and in the job; standard output stays the protocol.
#[test]
fn a_panic_does_not_reach_standard_output() {
    let project = Project::with(KNIGHT);
    let mut command = project.command(&["mcp", "--verbose", "--verbose"]);
    command.env("DGX_PIXELS_FAILPOINT", "job-event=panic@1");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": crate::mcp_client::MODERN,
        "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let mut stdin = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut ask = |tool: &str, arguments: Value| -> Value {
        use std::io::Write;
        let params = json!({ "name": tool, "arguments": arguments, "_meta": meta });
        writeln!(stdin, "{}", json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params })).unwrap();
        let line = lines.next().unwrap().unwrap();
        let value: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert_eq!(value["jsonrpc"], "2.0", "{line}");
        value["result"].clone()
    };
    let token = ask("plan", json!({}))["structuredContent"]["plan_token"].clone();
    let built = ask("build", json!({ "plan_token": token }));
    assert!(built["isError"] == true && built.to_string().contains("ended in a panic"), "{built}");
    assert_eq!(ask("job", json!({}))["structuredContent"]["phase"], "over");
    assert_eq!(ask("assets", json!({}))["structuredContent"]["total"], 1);
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("the job ended in a panic") || !output.stderr.is_empty());
}

#[test]
fn an_assistant_votes_blind_and_reads_what_the_votes_say() {
    let fake = fake();
    let arms = "[compare.house]\nslots = [\"knight\"]\nseeds = 2\narms.plain = {}\narms.rich = { steps = 9 }\n";
    let project = project(&[&fake], &format!("{}{arms}", sprites(&["knight"])));
    project.run(&["compare", "run", "house", "--yes"]).exit(0);
    let drawn = fake.prompts();
    let mut client = Client::of(&project, &[]);
    let first = client.call("compare", json!({ "name": "house" }));
    let shown = picture(&first);
    assert!(shown.width() > shown.height(), "two images side by side");
    let text = first.to_string();
    assert!(!text.contains("plain") && !text.contains("rich"), "a name is told: {text}");
    let pair = &first["structuredContent"]["next"]["pair"];
    assert_eq!(client.refused("compare", json!({ "name": "house", "vote": "left" })).0, "bad-arguments");
    assert_eq!(client.refused("compare", json!({ "name": "house", "vote": "best", "pair": pair })).0, "bad-arguments");
    assert_eq!(client.refused("compare", json!({ "name": "house", "vote": "left", "pair": 77 })).0, "unknown-pair");
    let next = client.good("compare", json!({ "name": "house", "vote": "left", "pair": pair }));
    assert_eq!((&next["next"]["own"], next["next"]["pair"] == *pair), (&json!(1), false), "{next}");
    // A vote that is sent twice counts once.
    assert_eq!(client.refused("compare", json!({ "name": "house", "vote": "left", "pair": pair })).0, "unknown-pair");
    let report = client.good("compare", json!({ "name": "house", "report": true }));
    let arms: Vec<&Value> = report["report"]["arms"].as_array().unwrap().iter().map(|arm| &arm["name"]).collect();
    assert_eq!((&report["report"]["votes"], arms), (&json!(1), vec![&json!("plain"), &json!("rich")]), "{report}");
    assert_eq!(project.text("compare/house.votes.jsonl").lines().count(), 1);
    assert_eq!(fake.prompts(), drawn);
}

/// The dashboard and the alerts ask for metrics that there are.
#[test]
fn metrics_of_assistants_are_those_of_the_dashboard_and_the_alerts() {
    let fake = fake();
    let project = project(&[&fake], &sprites(&["knight"]));
    let mut child = project
        .command(&["serve", "--listen", "127.0.0.1:0", "--message-format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let serving: Value = serde_json::from_str(&line).unwrap();
    let served = crate::serve_client::Client(serving["address"].as_str().unwrap().parse().unwrap());
    let call = |tool: &str, arguments: Value| crate::mcp_http::call_at(&served, tool, arguments);
    call("build", json!({}));
    call("nothing", json!({}));
    let token = call("plan", json!({}))["structuredContent"]["plan_token"].clone();
    call("build", json!({ "plan_token": token }));
    let text = served.get("/metrics").is(200).text();
    child.kill().unwrap();
    child.wait().unwrap();
    for wanted in [
        "mcp_calls_total{tool=\"build\"} 2",
        "mcp_calls_total{tool=\"none\"} 1",
        "mcp_errors_total{tool=\"build\"} 1",
        "mcp_images_total{client=\"test\"} 1",
        "mcp_tokens_refused_total{code=\"plan-token-missing\"} 1",
    ] {
        assert!(text.contains(&format!("dgx_pixels_{wanted}\n")), "`{wanted}` is missing:\n{text}");
    }
    assert!(!text.contains("knight"), "{text}");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/grafana");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let (dashboard, alerts) = (read("dashboard.json"), read("alerts.yml"));
    let panels = serde_json::from_str::<Value>(&dashboard).unwrap()["panels"].as_array().unwrap().len();
    assert_eq!((panels, alerts.matches("- alert:").count()), (11, 5));
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let both = dashboard + &alerts;
    let names: std::collections::BTreeSet<&str> =
        both.split(|c| !is_name(c)).filter(|word| word.starts_with("dgx_pixels_")).collect();
    assert!(names.len() > 10);
    for name in names {
        let has = |end: char| text.contains(&format!("\n{name}{end}"));
        assert!(has('{') || has(' '), "there is no metric `{name}`:\n{text}");
    }
}
