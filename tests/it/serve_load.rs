//! Clients that are slow, silent or many, and bodies that a schema allows.

use std::io::{Read, Write};

use dgx_pixels::session::{self, Cancel};
use serde_json::{Value, json};

use crate::project::{GAME, KNIGHT, Project};
use crate::serve_client::Served;

/// A client that reads nothing of its stream slows neither the build nor others.
#[test]
fn a_slow_reader_slows_nobody() {
    let project = Project::with(GAME);
    let served = Served::new(&project);
    let client = served.client();
    let slow: Vec<_> = (0..8)
        .map(|_| {
            let mut stream = client.connect();
            write!(stream, "GET /api/v1/events HTTP/1.1\r\nHost: {}\r\n\r\n", client.0).unwrap();
            stream
        })
        .collect();
    let job = client.ended(client.post("/api/v1/build", "{}").is(202).header("location"));
    assert_eq!(job["exit"], 0, "{job}");
    client.get("/api/v1/assets").is(200);
    drop(slow);
    client.get("/healthz").is(200);
}

#[test]
fn streams_that_are_cut_in_mid_word_are_forgotten() {
    let project = Project::with(KNIGHT);
    let served = Served::new(&project);
    let client = served.client();
    for _ in 0..50 {
        let mut stream = client.connect();
        write!(stream, "GET /api/v1/events HTTP/1.1\r\nHost: {}\r\n\r\n", client.0).unwrap();
        let mut some = [0; 16];
        stream.read_exact(&mut some).unwrap();
        // The writing half stays open for a while: the client is gone without a word.
        stream.shutdown(std::net::Shutdown::Read).unwrap();
    }
    client.ended(client.post("/api/v1/build", "{}").is(202).header("location"));
    let active = |text: &str| text.lines().any(|line| line == "dgx_pixels_http_requests_active 1");
    assert!(active(&client.get("/metrics").is(200).text()));
}

#[test]
fn hundreds_of_silent_connections_leave_room_for_others() {
    let project = Project::with(KNIGHT);
    let served = Served::new(&project);
    let client = served.client();
    let silent: Vec<_> = (0..300)
        .map(|n| {
            let mut stream = client.connect();
            // Some say nothing, some half a request, some promise a body.
            match n % 3 {
                0 => {}
                1 => stream.write_all(b"GET /api/v1/assets HTTP/1.1\r\nHo").unwrap(),
                _ => write!(stream, "POST /api/v1/build HTTP/1.1\r\nHost: {}\r\nContent-Length: 9\r\n\r\n{{", client.0)
                    .unwrap(),
            }
            stream
        })
        .collect();
    std::thread::scope(|scope| {
        for _ in 0..64 {
            scope.spawn(|| client.get("/api/v1/assets/knight").is(200));
        }
    });
    assert_eq!(client.get("/api/v1/jobs").json()["jobs"], json!([]));
    drop(silent);
    client.get("/healthz").is(200);
}

/// JSON Schema calls `3.0` an integer.
#[test]
fn a_whole_number_may_have_a_point() {
    let project = Project::with(
        "[project]\nname = \"t\"\nbackend = \"sketch\"\ncandidates = 2\n[sprite.knight]\nprompt = \"k\"\nsize = 16\n",
    );
    project.build(&[]).exit(0);
    let served = Served::new(&project);
    served.post("/api/v1/assets/knight/pick", "{\"n\": 2.0}").is(200);
    let job = served.post("/api/v1/generate", "{\"prompt\": \"a\", \"count\": 1.0, \"size\": [16.0, 16]}").is(202);
    assert_eq!(served.client().ended(job.header("location"))["exit"], 0);
    served.post("/api/v1/assets/knight/pick", "{\"n\": 2.5}").says(422, "bad-value");
    served.post("/api/v1/assets/knight/pick", "{\"n\": 1e300}").says(422, "bad-value");
}

/// What the document says is refused is refused, and before a job is made of it.
#[test]
fn what_the_document_forbids_is_refused() {
    let project = Project::with(KNIGHT);
    let served = Served::new(&project);
    served.post("/api/v1/batch", "{\"prompts\": [{\"prompt\": \"a\"}, {\"prompt\": \" \"}]}").says(422, "bad-value");
    served.get("/api/v1/assets?offset=1000000001").says(422, "bad-value");
    let document = served.get("/api/v1/openapi.json").json();
    let body = "/paths/~1api~1v1~1generate/post/requestBody/content/application~1json/schema";
    let schema = jsonschema::validator_for(document.pointer(body).unwrap()).unwrap();
    for (palette, is_good) in [
        (json!("pico-8"), true),
        (json!("#fff"), true),
        (json!("#1a1c2c, #5d275d"), true),
        (Value::Null, true),
        (json!(""), false),
        (json!("pico-9"), false),
        (json!("#12"), false),
        (json!("../palette.hex"), false),
    ] {
        let request = json!({ "prompt": "a", "palette": palette });
        assert_eq!(schema.is_valid(&request), is_good, "{request}");
        let status = served.post("/api/v1/generate", &request.to_string()).status;
        assert_eq!(status == 202, is_good, "{request}: {status}");
    }
    assert!(
        !schema.is_valid(&json!({ "prompt": " " })) && !schema.is_valid(&json!({ "prompt": "a", "time_limit": 1e12 }))
    );
}

#[test]
fn a_raw_is_brought_where_the_lock_names_it() {
    let project = Project::with(KNIGHT);
    project.build(&[]).exit(0);
    let served = Served::new(&project);
    let raw = served.get("/api/v1/assets/knight/candidates").json()["slots"][0]["candidates"][0]["raw"].clone();
    let path = format!("/api/v1/blobs/{}", raw.as_str().unwrap());
    let bytes = served.get(&path).is(200).body;
    let put = |path: &str, bytes: &[u8]| served.client().send("PUT", path, &[("content-type", "image/png")], bytes);
    assert_eq!(put(&path, &bytes).is(200).json()["is_new"], false);
    let stored = project.files(".dgx-pixels").into_keys();
    let stored = stored.into_iter().find(|name| name.ends_with(&format!("{}.png", raw.as_str().unwrap()))).unwrap();
    std::fs::remove_file(project.path(&stored)).unwrap();
    served.get(&path).is(404);
    let other = crate::project::png(16, [1, 2, 3]);
    put(&path, &other).says(422, "wrong-digest");
    put(&path, b"no image").is(422);
    put(&format!("/api/v1/blobs/{}", "0".repeat(64)), &bytes).says(404, "unknown-blob");
    put("/api/v1/blobs/..%2f..%2fpixels.toml", &bytes).says(404, "unknown-blob");
    served.get(&path).is(404);
    assert_eq!(put(&path, &bytes).is(201).json()["is_new"], true);
    assert_eq!(served.get(&path).is(200).body, bytes);
    let shows = crate::serve_client::options();
    let reader =
        Served::with(&project, &dgx_pixels::serve::Options { access: dgx_pixels::serve::Access::Read, ..shows });
    reader.client().send("PUT", &path, &[], &bytes).says(403, "read-only");
}

/// Every thread that computes is taken until it is dropped, as by a large build.
struct Computing {
    /// A thread ends when its sender goes.
    _ends: Vec<std::sync::mpsc::Sender<()>>,
}

impl Computing {
    fn start() -> Self {
        let (began, has_begun) = std::sync::mpsc::channel();
        let ends = (0..rayon::current_num_threads()).map(|_| {
            let (end, ended) = std::sync::mpsc::channel::<()>();
            let began = began.clone();
            rayon::spawn(move || {
                began.send(()).unwrap();
                let _ = ended.recv();
            });
            end
        });
        let ends: Vec<_> = ends.collect();
        ends.iter().for_each(|_| has_begun.recv().unwrap());
        Self { _ends: ends }
    }
}

/// Looking waits neither for what a build has to compute nor for those who wait for its end.
#[test]
fn those_who_look_do_not_wait_behind_a_build() {
    let project = Project::with(GAME);
    project.build(&[]).exit(0);
    let served = Served::new(&project);
    let open = session::Project::open(&project.path(""), None).unwrap();
    let computing = Computing::start();
    let looks = || {
        for path in ["assets", "assets/knight", "assets/knight/candidates", "why/knight", "plan", "jobs", "palettes"] {
            served.get(&format!("/api/v1/{path}")).is(200);
        }
        served.get("/api/v1/assets/knight/image").is(200);
        for (tool, arguments) in
            [("plan", json!({})), ("assets", json!({})), ("show", json!({ "target": "knight", "candidates": true }))]
        {
            assert_ne!(crate::mcp_http::call(&served, tool, arguments)["isError"], true);
        }
    };
    looks();
    project.append("pixels.toml", "# changed\n");
    looks();
    drop(computing);
    open.run(&Cancel::default(), |operation| {
        let lock = operation.lock("test")?;
        std::thread::scope(|scope| {
            let picks: Vec<_> =
                (0..8).map(|_| scope.spawn(|| served.post("/api/v1/assets/knight/pick", "{\"n\": 2}"))).collect();
            // Those who pick wait for the lock.
            while served.get("/metrics").text().lines().all(|line| line != "dgx_pixels_http_requests_active 9") {
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
            looks();
            drop(lock);
            picks.into_iter().for_each(|pick| drop(pick.join().unwrap().is(200)));
        });
        Ok(())
    })
    .unwrap();
}

/// Assistants over HTTP that never read their answers are in nobody's way.
#[test]
fn assistants_that_never_read_slow_nobody() {
    let project = Project::with(GAME);
    let served = Served::new(&project);
    let client = served.client();
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": crate::mcp_client::MODERN,
        "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let body = json!({
        "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": { "name": "plan", "arguments": {}, "_meta": meta },
    });
    let silent: Vec<_> = (0..64)
        .map(|_| {
            let mut stream = client.connect();
            let (version, body) = (crate::mcp_client::MODERN, body.to_string());
            write!(
                stream,
                "POST /mcp HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nAccept: application/json, \
                 text/event-stream\r\nMcp-Protocol-Version: {version}\r\nMcp-Method: tools/call\r\nMcp-Name: plan\r\n\
                 Content-Length: {}\r\n\r\n{body}",
                client.0,
                body.len()
            )
            .unwrap();
            stream
        })
        .collect();
    let token = crate::mcp_http::call(&served, "plan", json!({}))["structuredContent"]["plan_token"].clone();
    let built = crate::mcp_http::call(&served, "build", json!({ "plan_token": token }));
    assert_ne!(built["isError"], true, "{built}");
    client.get("/api/v1/assets").is(200);
    drop(silent);
    client.get("/healthz").is(200);
}
