//! The HTTP API: assets, pictures, jobs and events of a project.

use std::time::Duration;

use dgx_pixels::serve::Access;
use serde_json::{Value, json};

use crate::project::{GAME, KNIGHT, Project, png};
use crate::serve_client::{Client, Served, options};

/// The line in README, with its port.
fn promised() -> String {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let line =
        readme.lines().find(|line| line.trim().starts_with("curl -X POST http://localhost:8000/api/v1/generate"));
    line.unwrap_or_else(|| panic!("README has no curl line")).trim().to_owned()
}

#[test]
fn the_line_of_the_readme_makes_a_sprite() {
    let line = promised();
    assert_eq!(
        line,
        r#"curl -X POST http://localhost:8000/api/v1/generate -d '{"prompt": "knight sprite", "style": "16bit"}'"#
    );
    let words = shlex::split(&line).unwrap();
    let folder = Project::with("[project]\nname = \"t\"\nbackend = \"sketch\"\n");
    let served = Served::new(&folder);
    // As curl sends it.
    let host = format!("localhost:{}", served.address.port());
    let form = [
        ("Host", host.as_str()),
        ("User-Agent", "curl/8.5.0"),
        ("Accept", "*/*"),
        ("Content-Type", "application/x-www-form-urlencoded"),
    ];
    let started = served.client().send("POST", "/api/v1/generate", &form, words.last().unwrap().as_bytes()).is(202);
    assert_eq!(started.header("location"), "/api/v1/jobs/1");
    let job = served.client().ended(started.header("location"));
    assert_eq!((job["exit"].as_i64(), &job["work"]["command"]), (Some(0), &json!("generate")), "{job}");
    let file = job["result"]["delivered"][0]["path"].as_str().unwrap();
    assert_eq!(file, "knight-sprite.png");
    let image = served.get(&format!("/api/v1/jobs/1/files/{file}")).is(200);
    assert!(image.body.starts_with(b"\x89PNG") && image.header("content-type") == "image/png");
    assert!(!folder.exists("pixels.lock") && !folder.exists("knight-sprite.png"));
}

#[test]
fn a_game_is_built_seen_and_chosen_from() {
    let folder = Project::with(GAME);
    let served = Served::new(&folder);
    let client = served.client();
    let before = client.get("/api/v1/assets/knight").is(200).json();
    assert_eq!((before["total"].as_i64(), &before["items"][0]["verdict"]), (Some(1), &Value::Null));
    let planned = client.get("/api/v1/plan?targets=knight").is(200).json();
    assert_eq!(planned["items"][0]["slots"][0]["generate"].as_array().unwrap().len(), 2, "{planned}");
    let token = client.get("/api/v1/plan").json()["plan_token"].as_str().unwrap().to_owned();
    let agreed = json!({ "plan_token": token }).to_string();
    let job = client.ended(client.post("/api/v1/build", &agreed).is(202).header("location"));
    assert!(!job.to_string().contains(&token));
    // A token is good once.
    let again = client.ended(client.post("/api/v1/build", &agreed).is(202).header("location"));
    assert!(matches!(again["diagnostics"][0]["code"].as_str(), Some("plan-token-used" | "plan-changed")), "{again}");
    assert_eq!((job["exit"].as_i64(), job["result"]["failed"].as_array().unwrap().len()), (Some(0), 0), "{job}");
    assert!(folder.exists("assets/sprites/knight.png"));
    let all = client.get("/api/v1/assets").is(200).json();
    assert_eq!(all["total"], all["items"].as_array().unwrap().len());
    let sprites = client.get("/api/v1/assets?kind=sprite&verdict=pass&search=red%20potion").is(200).json();
    assert_eq!((sprites["total"].as_i64(), &sprites["items"][0]["name"]), (Some(1), &json!("potion@red")), "{sprites}");
    client.get("/api/v1/why/knight").is(200);
    let candidates = client.get("/api/v1/assets/knight/candidates").is(200).json();
    let candidates = candidates["slots"][0]["candidates"].as_array().unwrap().clone();
    assert_eq!(candidates.len(), 2);
    let seen = candidates.iter().find(|one| !one["picked"].is_null()).unwrap()["n"].as_i64().unwrap();
    let other = 3 - seen;
    let pick =
        |n: i64, seen: i64| client.post("/api/v1/assets/knight/pick", &json!({ "n": n, "seen": seen }).to_string());
    pick(other, seen).is(200);
    assert_eq!(folder.pick("sprite.knight")["n"], other);
    // Another browser saw the old pick.
    let told = pick(seen, seen).says(409, "changed-since");
    assert!(told.text().contains(&format!("candidate {other}")), "{}", told.text());
    assert_eq!(client.get("/api/v1/assets/knight").json()["items"][0]["slots"][0]["pick"]["n"], other);
    client.post("/api/v1/assets/knight/keep", "{\"keep\": [1]}").is(200);
    client.post("/api/v1/assets/knight/unpick", "").is(200);
    client.post("/api/v1/assets/knight/reroll", "{}").is(200);
    client.post("/api/v1/assets/knight/pick", "{\"n\": 99}").says(404, "unknown-candidate");
    client.post("/api/v1/assets/nobody/pick", "{\"n\": 1}").says(404, "unknown-target");
}

#[test]
fn pictures_have_whole_factors_and_what_caches_need() {
    let folder = Project::with(&KNIGHT.replace("size = 16", "size = 16\ncandidates = 2"));
    folder.build(&[]).exit(0);
    let served = Served::new(&folder);
    let size = |reply: &[u8]| {
        let image = dgx_pixels::words::image_file::decode(reply, "").unwrap();
        image.pixels.dimensions()
    };
    let plain = served.get("/api/v1/assets/knight/image").is(200);
    assert_eq!(size(&plain.body), (16, 16));
    assert_eq!(size(&served.get("/api/v1/assets/knight/image?scale=8").is(200).body), (128, 128));
    assert_eq!(size(&served.get("/api/v1/assets/knight/candidates/2/image?scale=2").is(200).body), (32, 32));
    for scale in ["0", "33", "1.5", "-1", "x"] {
        served.get(&format!("/api/v1/assets/knight/image?scale={scale}")).says(422, "bad-value");
    }
    served.get("/api/v1/assets/knight/image?frame=2").says(404, "unknown-target");
    let tag = plain.header("etag").to_owned();
    let again = served.client().send("GET", "/api/v1/assets/knight/image", &[("If-None-Match", &tag)], b"").is(304);
    assert!(again.body.is_empty());
    let raw = served.get("/api/v1/assets/knight/candidates/1/raw").is(200);
    let path = format!("/api/v1/blobs/{}", raw.header("etag").trim_matches('"'));
    let blob = served.get(&path).is(200);
    assert_eq!((blob.body.as_slice(), blob.header("cache-control").contains("immutable")), (raw.body.as_slice(), true));
    let head = served.client().send("HEAD", &path, &[], b"").is(200);
    assert_eq!((head.body.len(), head.header("content-length")), (0, blob.body.len().to_string().as_str()));
    let part = |range: &str| served.client().send("GET", &path, &[("Range", range)], b"");
    let first = part("bytes=0-7").is(206);
    assert_eq!(
        (first.body.as_slice(), first.header("content-range")),
        (&blob.body[..8], format!("bytes 0-7/{}", blob.body.len()).as_str())
    );
    assert_eq!(part("bytes=-12").is(206).body, blob.body[blob.body.len() - 12..]);
    part("bytes=99999999-").is(416);
    assert_eq!(part("bytes=5-2").is(200).body, blob.body);
    served.get(&format!("/api/v1/blobs/{}", "0".repeat(64))).says(404, "unknown-blob");
    served.get("/api/v1/blobs/..%2f..%2fpixels.toml").says(404, "unknown-blob");
}

#[test]
fn a_picture_is_restored_without_a_project() {
    let folder = Project::with(KNIGHT);
    let served = Served::new(&folder);
    let restored = served
        .client()
        .send("POST", "/api/v1/process?size=16&palette=pico-8", &[], &png(16, [200, 0, 0]))
        .is(200)
        .json();
    assert_eq!((&restored["size"], restored["png"].as_str().unwrap().starts_with("iVBOR")), (&json!([16, 16]), true));
    served
        .client()
        .send("POST", "/api/v1/process?palette=/etc/passwd", &[], &png(16, [200, 0, 0]))
        .says(422, "unknown-palette");
    served.client().send("POST", "/api/v1/process", &[], b"no picture").is(422);
    let compared = served.post("/api/v1/what-if", r#"{"changes": ["palette=pico-8"]}"#).is(200).json();
    assert_eq!(compared["items"][0]["name"], "knight");
    served.post("/api/v1/what-if", r#"{"changes": ["palette=../../etc/passwd"]}"#).is(422);
}

#[test]
fn a_stream_that_is_cut_at_every_event_and_resumed_gives_what_one_that_was_never_cut_gives() {
    let folder = Project::with(GAME);
    let served = Served::new(&folder);
    let client = served.client();
    let first = client.events("/api/v1/events", None, |events| !events.is_empty()).remove(0);
    assert_eq!((first.name.as_str(), &first.data["seq"]), ("snapshot", &json!(0)));
    let location = client.post("/api/v1/build", "{}").is(202).header("location").to_owned();
    client.ended(&location);
    let is_last = |events: &[crate::serve_client::Sent]| {
        events.last().is_some_and(|event| event.data["event"] == "job" && event.data["phase"] == "over")
    };
    let whole = client.events("/api/v1/events", Some(&first.id), is_last);
    assert!(whole.len() > 20, "{}", whole.len());
    let (mut cut, mut last) = (Vec::new(), first.id.clone());
    while cut.len() < whole.len() {
        let next = client.events("/api/v1/events", Some(&last), |events| !events.is_empty()).remove(0);
        last = next.id.clone();
        cut.push(next);
    }
    assert_eq!(cut, whole);
    // The job's own stream counts from 1 and ends with the job.
    let path = format!("{location}/events");
    let own = client.events(&path, None, |_| false);
    assert_eq!(own.iter().filter(|event| event.name == "end").count(), 1);
    let numbers: Vec<String> = own.iter().filter(|event| event.name == "job").map(|event| event.id.clone()).collect();
    assert_eq!(numbers, (1..=numbers.len()).map(|n| n.to_string()).collect::<Vec<_>>());
    let rest = client.events(&path, Some(&numbers[4]), |_| false);
    assert_eq!(rest, own[5..]);
    // An id of an earlier process or of a number that never was.
    for unknown in ["deadbeef-3", "7", "x", &format!("{}99", whole[0].id)] {
        let first = client.events("/api/v1/events", Some(unknown), |events| !events.is_empty()).remove(0);
        assert_eq!(first.name, "snapshot", "{unknown}");
    }
}

#[test]
fn a_key_stands_for_one_request() {
    let folder = Project::with(KNIGHT);
    let served = Served::new(&folder);
    let send = |key: &str, body: &str| {
        served.client().send("POST", "/api/v1/build", &[("Idempotency-Key", key)], body.as_bytes())
    };
    let first = send("a", "{}").is(202).header("location").to_owned();
    assert_eq!(send("a", "{}").is(202).header("location"), first);
    assert_eq!(send("a", "{\"targets\": []}").is(202).header("location"), first);
    send("a", "{\"targets\": [\"knight\"]}").says(409, "idempotency-key");
    assert_ne!(send("b", "{}").is(202).header("location"), first);
    send(&"x".repeat(300), "{}").says(422, "bad-value");
}

#[test]
fn a_job_that_waits_is_cancelled_and_one_that_is_over_is_not() {
    let fake = crate::server_builds::slow(30.0);
    let folder = crate::server_builds::project(&[&fake], &crate::server_builds::sprites(&["knight"]));
    let served = Served::new(&folder);
    let client = served.client();
    let running = client.post("/api/v1/build", "{}").is(202).header("location").to_owned();
    let waiting = client.post("/api/v1/build", "{}").is(202).header("location").to_owned();
    client.events(&format!("{running}/events"), None, |events| events.iter().any(|one| one.data["event"] == "asked"));
    for location in [&waiting, &running] {
        client.send("DELETE", location, &[], b"").is(202);
        assert_eq!(client.ended(location)["exit"], 130);
        client.send("DELETE", location, &[], b"").says(409, "job-over");
        client.post(&format!("{location}/cancel"), "").says(409, "job-over");
    }
    client.get("/api/v1/jobs/99").says(404, "unknown-job");
    let all = client.get("/api/v1/jobs").is(200).json();
    assert_eq!(all["jobs"].as_array().unwrap().len(), 2);
}

#[test]
fn a_manifest_that_breaks_while_it_is_served_leaves_what_was_there_with_its_problems() {
    let folder = Project::with(KNIGHT);
    let served = Served::new(&folder);
    assert_eq!(served.get("/api/v1/assets").json()["total"], 1);
    folder.write("pixels.toml", "[project]\nname = 3\n");
    let broken = served.get("/api/v1/assets").is(200).json();
    assert_eq!((broken["total"].as_i64(), &broken["problems"][0]["place"]["line"]), (Some(1), &json!(2)), "{broken}");
    served.get("/api/v1/plan").is(422);
    let job = served.client().ended(served.post("/api/v1/build", "{}").is(202).header("location"));
    assert_eq!((job["exit"].as_i64(), &job["diagnostics"][0]["place"]["line"]), (Some(2), &json!(2)));
    folder.write("pixels.toml", KNIGHT);
    assert_eq!(served.get("/api/v1/assets").json()["problems"], Value::Null);
}

#[test]
fn a_server_that_only_shows_changes_nothing() {
    let folder = Project::with(KNIGHT);
    folder.build(&[]).exit(0);
    let lock = folder.lock();
    let served = Served::with(&folder, &dgx_pixels::serve::Options { access: Access::Read, ..options() });
    for (path, body) in [
        ("build", "{}"),
        ("generate", "{\"prompt\": \"a\"}"),
        ("batch", "{\"prompts\": [{\"prompt\": \"a\"}]}"),
        ("assets/knight/pick", "{\"n\": 1}"),
        ("assets/knight/unpick", ""),
        ("assets/knight/keep", "{}"),
        ("assets/knight/reroll", "{}"),
    ] {
        served.post(&format!("/api/v1/{path}"), body).says(403, "read-only");
    }
    let raw = "0".repeat(64);
    let pair = format!("{{\"n\":1,\"slot\":\"knight\",\"seed\":\"1\",\"left\":\"{raw}\",\"right\":\"{raw}\"}}");
    for (path, body) in [
        ("apply", "{\"recipe\":\"default\",\"changes\":[\"outline=outer\"]}".to_owned()),
        ("compare/house/vote", format!("{{\"pair\":{pair},\"answer\":\"left\"}}")),
        ("compare/house/undo", String::new()),
    ] {
        served.post(&format!("/review/{path}"), &body).says(403, "read-only");
    }
    for shown in ["/api/v1/assets", "/review/compare", "/review/cards", "/review/grid?slot=knight&n=1"] {
        served.get(shown).is(200);
    }
    assert_eq!((folder.lock(), folder.text("pixels.toml").as_str()), (lock, KNIGHT));
}

#[test]
fn jobs_survive_a_kill_and_ask_nothing_twice() {
    let fake = crate::server_builds::slow(1.0);
    let folder = crate::server_builds::project(&[&fake], &crate::server_builds::sprites(&["knight", "orc", "bat"]));
    let (first, client) = start(&folder);
    let location = client.post("/api/v1/build", "{}").is(202).header("location").to_owned();
    client
        .events(&format!("{location}/events"), None, |events| events.iter().any(|one| one.data["event"] == "captured"));
    drop(first);
    let (_second, client) = start(&folder);
    let job = client.ended(&location);
    assert_eq!((job["exit"].as_i64(), &job["resumed"]), (Some(0), &json!(true)), "{job}");
    assert_eq!(fake.prompts(), 3);
    let own = client.events(&format!("{location}/events"), None, |_| false);
    let ids: Vec<&str> = own.iter().filter(|event| event.name == "job").map(|event| event.id.as_str()).collect();
    assert_eq!(ids, (1..=ids.len()).map(|n| n.to_string()).collect::<Vec<_>>());
    assert_eq!(folder.build(&[]).exit(0).code(), Some(0));
}

/// The binary, killed when it is dropped.
struct Killed(std::process::Child);

impl Drop for Killed {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// Starts the binary on a free port.
fn start(folder: &Project) -> (Killed, Client) {
    use std::io::BufRead;
    let mut command = folder.command(&["serve", "--listen", "127.0.0.1:0", "--message-format", "json"]);
    let mut child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    std::io::BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let serving: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
    (Killed(child), Client(serving["address"].as_str().unwrap().parse().unwrap()))
}

#[test]
fn a_port_that_is_taken_is_an_error_with_the_way_out() {
    let folder = Project::with(KNIGHT);
    let served = Served::new(&folder);
    let listen = format!("--listen={}", served.address);
    folder.run(&["serve", &listen]).exit(1).says("choose another port");
    folder.run(&["serve", "--listen=nowhere"]).exit(2).says("ADDRESS:PORT");
    folder.run(&["serve", "--listen=0.0.0.0:0"]).exit(2).says("--token-file");
}

#[test]
fn a_server_stops_although_streams_are_open() {
    let folder = Project::with(KNIGHT);
    let served = Served::new(&folder);
    let client = served.client();
    let open = std::thread::spawn(move || client.events("/api/v1/events", None, |_| false));
    std::thread::sleep(Duration::from_millis(200));
    drop(served);
    assert_eq!(open.join().unwrap().len(), 1);
}

#[test]
fn answers_are_as_the_document_says() {
    let folder = Project::with(GAME);
    let served = Served::new(&folder);
    let client = served.client();
    let before = client.get("/api/v1/plan").is(200);
    let location = client.post("/api/v1/build", "{}").is(202).header("location").to_owned();
    let built = client.ended(&location);
    let document = client.get("/api/v1/openapi.json").is(200).json();
    assert_eq!(document["openapi"], "3.1.0");
    let as_documented = |method: &str, path: &str, status: &str, value: &Value| {
        let schema = &document["paths"][format!("/api/v1{path}")][method]["responses"][status]["content"]["application/json"]
            ["schema"];
        assert!(schema.is_object(), "{method} {path} has no schema for {status}");
        let root = json!({ "$ref": "#/schema", "schema": schema, "components": document["components"] });
        let validator = jsonschema::validator_for(&root).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(value).map(|error| format!("{error} at {}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{method} {path}: {}\n{value}", errors.join("\n"));
    };
    as_documented("get", "/plan", "200", &before.json());
    as_documented("get", "/jobs/{id}", "200", &built);
    for path in ["/assets", "/plan", "/palettes", "/servers", "/jobs", "/snapshot"] {
        as_documented("get", path, "200", &client.get(&format!("/api/v1{path}")).is(200).json());
    }
    for path in ["/assets/{id}", "/assets/{id}/candidates", "/why/{id}"] {
        let call = format!("/api/v1{}", path.replace("{id}", "knight"));
        as_documented("get", path, "200", &client.get(&call).is(200).json());
    }
    for (word, body) in [("pick", "{\"n\": 1}"), ("unpick", ""), ("keep", "{\"keep\": [2]}"), ("reroll", "{}")] {
        let made = client.post(&format!("/api/v1/assets/knight/{word}"), body).is(200).json();
        as_documented("post", &format!("/assets/{{id}}/{word}"), "200", &made);
    }
    let compared = client.post("/api/v1/what-if", "{\"changes\": [\"palette=pico-8\"]}").is(200).json();
    as_documented("post", "/what-if", "200", &compared);
    let restored = client.send("POST", "/api/v1/process", &[], &png(16, [200, 0, 0])).is(200).json();
    as_documented("post", "/process", "200", &restored);
    as_documented("get", "/assets/{id}", "default", &client.get("/api/v1/assets/nobody").is(404).json());
    // Every address of the document is there.
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let call = path
                .replace("{id}", "99")
                .replace("{n}", "1")
                .replace("{name}", "a.png")
                .replace("{digest}", &"0".repeat(64));
            if !call.ends_with("/events") {
                let reply = client.send(&method.to_uppercase(), &call, &[], b"");
                assert!(!matches!(reply.status, 405 | 500), "{method} {call}: {}", reply.text());
                assert_ne!(reply.json_code(), Some("unknown-route".to_owned()), "{method} {call}");
            }
        }
    }
    assert!(client.get("/api/v1/docs").is(200).text().contains("openapi.json"));
}

#[test]
fn metrics_name_routes_and_no_assets() {
    let folder = Project::with(KNIGHT);
    let served = Served::new(&folder);
    let client = served.client();
    client.ended(client.post("/api/v1/build", "{}").is(202).header("location"));
    client.get("/api/v1/assets/knight").is(200);
    client.send("BREW", "/api/v1/assets", &[], b"").is(405);
    let text = client.get("/metrics").is(200);
    assert!(text.header("content-type").starts_with("application/openmetrics-text; version=1.0.0"));
    let text = text.text();
    for wanted in [
        "dgx_pixels_http_requests_total{route=\"/api/v1/assets/{id}\",method=\"GET\",status=\"200\"} 1",
        "method=\"other\"",
        "dgx_pixels_images_captured 1",
        "dgx_pixels_assets_made 1",
        "dgx_pixels_jobs_active 0",
    ] {
        assert!(text.contains(wanted), "`{wanted}` is missing:\n{text}");
    }
    assert!(!text.contains("knight") && text.matches("# EOF").count() == 1 && text.ends_with("# EOF\n"), "{text}");
}
