//! Jobs of assistants: they are those of the project, and outlive their server.

use serde_json::{Value, json};

use crate::mcp_client::Client;
use crate::project::Project;
use crate::serve_client::Served;
use crate::server_builds::{fake, many, project, slow, sprites};

/// Asks until the job is over.
fn ended(client: &mut Client, job: &Value) -> Value {
    std::iter::repeat_with(|| {
        std::thread::sleep(std::time::Duration::from_millis(20));
        client.good("job", json!({ "job": job }))
    })
    .find(|job| job["phase"] == "over")
    .unwrap()
}

/// A server that is killed in mid-build, with the call that it was in.
fn killed(project: &Project, fake: &fake_comfyui::Fake) -> Value {
    let mut client = Client::of(project, &[]);
    let token = client.token(json!([]));
    client.call_later("build", json!({ "plan_token": token }));
    fake.wait("an image was drawn and another one is", |fake| fake.prompts() > 1 && fake.running().is_some());
    client.kill();
    json!({ "plan_token": token })
}

#[test]
fn a_killed_server_goes_on_with_its_job_and_asks_nothing_twice() {
    let fake = slow(0.3);
    let project = project(&[&fake], &sprites(&["knight", "orc", "bat"]));
    let call = killed(&project, &fake);
    let mut client = Client::of(&project, &[]);
    // The same call goes on, although the token is of a server that is gone.
    let built = client.good("build", call.clone());
    assert_eq!(
        (&built["job"], &built["resumed"], &built["phase"]),
        (&json!(1), &json!(true), &json!("over")),
        "{built}"
    );
    assert_eq!(client.good("job", json!({ "job": 1 }))["outcome"]["exit"], 0);
    assert_eq!(fake.prompts(), 3);
    // Another call with that token is none that anybody agreed to.
    let other = json!({ "targets": ["knight"], "plan_token": call["plan_token"] });
    assert_eq!(client.refused("build", other).0, "plan-token-unknown");
    assert_eq!(client.good("plan", json!({}))["assets"], 0);
    assert_eq!(fake.prompts(), 3);
    project.check(&["--outputs"]).exit(0);
}

/// What was cut off before its token was used was agreed to by nobody.
#[test]
fn a_job_that_waited_when_its_server_was_killed_spends_nothing() {
    let fake = slow(60.0);
    let project = project(&[&fake], &sprites(&["knight", "orc"]));
    let mut client = Client::of(&project, &[]);
    for name in ["knight", "orc"] {
        let token = client.token(json!([name]));
        client.good("build", json!({ "targets": [name], "plan_token": token, "wait": false }));
    }
    fake.wait("the first image is drawn", |fake| fake.running().is_some());
    client.kill();
    fake.takes(0.0);
    fake.foreign_interrupt();
    let mut client = Client::of(&project, &[]);
    assert_eq!(ended(&mut client, &json!(1))["resumed"], true);
    let second = ended(&mut client, &json!(2));
    assert_eq!(second["diagnostics"][0]["code"], "plan-token-missing", "{second}");
    assert!(!project.exists("assets/sprites/orc.png"));
}

#[test]
fn a_cancelled_job_stays_cancelled_after_a_kill() {
    let fake = slow(60.0);
    let project = project(&[&fake], &sprites(&["knight"]));
    let mut client = Client::of(&project, &[]);
    let token = client.token(json!([]));
    client.good("build", json!({ "plan_token": token, "wait": false }));
    fake.wait("the image is drawn", |fake| fake.running().is_some());
    client.good("job", json!({ "cancel": true }));
    client.kill();
    let mut client = Client::of(&project, &[]);
    assert_eq!(ended(&mut client, &json!(1))["phase"], "over");
    assert_eq!(client.good("plan", json!({}))["images"], 1);
    assert!(!project.exists("assets/sprites/knight.png"));
}

/// `/mcp`, the HTTP API and the review page list the same jobs.
#[test]
fn there_is_one_list_of_jobs() {
    let fake = fake();
    let project = project(&[&fake], &sprites(&["knight", "orc"]));
    let served = Served::new(&project);
    served.client().ended(served.post("/api/v1/build", "{\"targets\": [\"knight\"]}").is(202).header("location"));
    let call =
        |tool: &str, arguments: Value| crate::mcp_http::call(&served, tool, arguments)["structuredContent"].clone();
    assert_eq!(call("job", json!({}))["outcome"]["made"], 1);
    let token = call("plan", json!({}))["plan_token"].clone();
    assert_eq!(call("build", json!({ "plan_token": token }))["job"], 2);
    let listed = served.get("/api/v1/jobs").is(200).json();
    let commands: Vec<&Value> = listed["jobs"].as_array().unwrap().iter().map(|job| &job["work"]["command"]).collect();
    assert_eq!(commands, [&json!("build-agreed"), &json!("build")], "{listed}");
    assert!(!listed.to_string().contains(token.as_str().unwrap()), "a token is kept");
    let log = call("job", json!({ "job": 1, "after": 0 }))["log"].clone();
    let stream = served.client().events("/api/v1/jobs/1/events", None, |_| false);
    let same = stream.iter().filter(|event| event.name == "job").zip(log.as_array().unwrap());
    for (sent, entry) in same {
        assert_eq!((&sent.data["event"], &sent.data["seq"]), (&entry["event"]["event"], &entry["n"]));
    }
}

/// A server that only shows leaves what was cut off as it is.
#[test]
fn a_read_only_server_goes_on_with_nothing() {
    let fake = slow(0.3);
    let project = project(&[&fake], &sprites(&["knight", "orc", "bat"]));
    killed(&project, &fake);
    let spent = fake.prompts();
    let mut client = Client::of(&project, &["--read-only"]);
    client.good("assets", json!({}));
    assert_eq!(client.close().1, Some(0));
    assert_eq!(fake.prompts(), spent);
    let unfinished = std::fs::read_to_string(project.path(".dgx-pixels/jobs/1/job.json")).unwrap();
    assert!(!unfinished.contains("\"over\""), "{unfinished}");
}

/// What was agreed to is the most that is asked for, over all servers that work on it.
#[test]
fn a_job_that_goes_on_asks_for_no_more_than_was_agreed_to() {
    let fake = slow(0.2);
    let project = project(&[&fake], &many(4));
    killed(&project, &fake);
    // More is wanted now, which nobody agreed to.
    let more = project.text("pixels.toml").replace("reroll = 0", "reroll = 0\ncandidates = 3");
    project.write("pixels.toml", more);
    let mut client = Client::of(&project, &[]);
    ended(&mut client, &json!(1));
    assert_eq!(fake.prompts(), 4);
}
