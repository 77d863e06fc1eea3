//! What the server refuses: foreign pages and names, wrong tokens, and bodies that no client means.

use std::io::Write;

use dgx_pixels::serve::Options;

use crate::project::{KNIGHT, Project};
use crate::serve_client::{Served, options};

/// What a page may send without asking: nothing of it may have an effect, and nothing of the answer may be of use.
#[test]
fn foreign_names_and_pages_are_refused_before_anything_happens() {
    let folder = Project::with(KNIGHT);
    let served = Served::new(&folder);
    let (client, port) = (served.client(), served.address.port());
    let own = format!("http://localhost:{port}");
    let generate =
        |headers: &[(&str, &str)]| client.send("POST", "/api/v1/generate", headers, b"{\"prompt\": \"a knight\"}");
    // The name of a page that was resolved to this machine.
    for host in ["evil.example", &format!("evil.example:{port}"), "localhost", &format!("localhost:{}", port ^ 1), ""] {
        generate(&[("Host", host)]).says(403, "foreign-host");
        client.send("GET", "/api/v1/assets", &[("Host", host)], b"").says(403, "foreign-host");
    }
    for origin in ["https://evil.example", "null", "file://", "http://localhost", &format!("{own}.evil.example"), ""] {
        let form = [("Origin", origin), ("Content-Type", "text/plain")];
        generate(&form).says(403, "foreign-origin");
        for path in ["/api/v1/assets", "/api/v1/events", "/healthz", "/metrics", "/nothing"] {
            client.send("GET", path, &form, b"").says(403, "foreign-origin");
        }
    }
    // An image or a link of another page has no `Origin`.
    for site in ["cross-site", "same-site"] {
        client.send("GET", "/api/v1/assets/knight/image", &[("Sec-Fetch-Site", site)], b"").says(403, "foreign-origin");
    }
    let two = format!(
        "GET /api/v1/assets HTTP/1.1\r\nHost: localhost:{port}\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
    );
    assert!(matches!(client.raw(two.as_bytes()).status, 400 | 403));
    let absolute = format!(
        "GET http://evil.example/api/v1/assets HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n"
    );
    assert!(matches!(client.raw(absolute.as_bytes()).status, 400 | 403));
    assert_eq!(client.get("/api/v1/jobs").json()["jobs"].as_array().unwrap().len(), 0);
    let answer =
        client.send("GET", "/api/v1/assets", &[("Origin", &own), ("Sec-Fetch-Site", "same-origin")], b"").is(200);
    assert_eq!(
        (answer.header("access-control-allow-origin"), answer.header("x-content-type-options")),
        ("", "nosniff")
    );
    assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
    // Nothing is allowed to a page that asks first.
    let asked =
        client.send("OPTIONS", "/api/v1/build", &[("Origin", &own), ("Access-Control-Request-Method", "POST")], b"");
    assert_eq!((asked.status, asked.header("access-control-allow-origin")), (405, ""));
}

#[cfg(unix)]
#[test]
fn a_token_lets_in_and_is_never_told() {
    let folder = Project::with(KNIGHT).file("token", "0123456789abcdef0123\n");
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder.path("token"), std::fs::Permissions::from_mode(0o600)).unwrap();
    let served = Served::with(&folder, &Options { token_file: Some(folder.path("token")), ..options() });
    let client = served.client();
    let bearer =
        |token: &str| client.send("GET", "/api/v1/assets", &[("Authorization", &format!("Bearer {token}"))], b"");
    client.get("/api/v1/assets").says(401, "bad-token");
    client.get("/metrics").says(401, "bad-token");
    client.get("/healthz").is(200);
    for wrong in ["", "0123456789abcdef012", "0123456789abcdef01234", "x"] {
        bearer(wrong).says(401, "bad-token");
    }
    bearer("0123456789abcdef0123").is(200);
    client.get("/api/v1/assets?token=0123456789abcdef0123").says(400, "token-in-url");
    // A person in a browser gives it once.
    let page = client.send("GET", "/", &[("Accept", "text/html")], b"").is(401);
    assert!(page.text().contains("<form"));
    client.send("POST", "/login", &[], b"token=wrong").is(401);
    let login = client.send("POST", "/login", &[], b"token=0123456789abcdef0123").is(303);
    let cookie = login.header("set-cookie").to_owned();
    assert!(cookie.contains("HttpOnly; SameSite=Strict") && !cookie.contains("0123456789abcdef"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap();
    client.send("GET", "/api/v1/assets", &[("Cookie", cookie)], b"").is(200);
    client.send("GET", "/api/v1/assets", &[("Cookie", cookie), ("Origin", "http://evil.example")], b"").is(403);
    client.send("GET", "/api/v1/assets", &[("Cookie", "dgx-pixels=1")], b"").is(401);
    std::fs::set_permissions(folder.path("token"), std::fs::Permissions::from_mode(0o644)).unwrap();
    folder.run(&["serve", "--listen", "127.0.0.1:0", "--token-file", "token"]).exit(2).says("chmod 600");
}

#[test]
fn bodies_that_no_client_means_are_refused() {
    let folder = Project::with(KNIGHT);
    let served = Served::new(&folder);
    let client = served.client();
    // One that says how long it is, is not read.
    client.send("POST", "/api/v1/generate", &[("Content-Length", "1073741824")], b"{").says(413, "body-too-large");
    let long = format!("{{\"prompt\": \"{}\"}}", "x".repeat(2 << 20));
    client.post("/api/v1/generate", &long).says(413, "body-too-large");
    let mut stream = client.connect();
    write!(stream, "POST /api/v1/generate HTTP/1.1\r\nHost: {}\r\nTransfer-Encoding: chunked\r\n\r\n", client.0)
        .unwrap();
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    assert!((0..1 << 14).any(|_| stream.write_all(chunk.as_bytes()).is_err()), "a gigabyte was taken");
    let deep = "[".repeat(10_000);
    // The first character is wrong already, so that the depth is never reached.
    client.post("/api/v1/generate", &deep).says(422, "bad-value");
    client.post("/api/v1/generate", &format!("{{\"prompt\": {deep}")).says(422, "bad-value");
    client.send("POST", "/api/v1/generate", &[], b"{\"prompt\": \"\xff\xfe\"}").says(400, "bad-json");
    for body in ["nonsense", "{", "{\"prompt\": \"a\"} {}"] {
        client.post("/api/v1/generate", body).says(400, "bad-json");
    }
    let wrong = [
        "{}",
        "[]",
        "{\"prompt\": 3}",
        "{\"prompt\": \" \"}",
        "{\"prompt\": \"a\", \"count\": 0}",
        "{\"prompt\": \"a\", \"out\": \"/tmp\"}",
        "{\"prompt\": \"a\", \"seed\": -1}",
        "{\"prompt\": \"a\", \"count\": 65}",
    ];
    for body in wrong {
        client.post("/api/v1/generate", body).says(422, "bad-value");
    }
    for (path, body) in
        [("generate", " [\"a\"]"), ("build", "[]"), ("assets/knight/reroll", "[]"), ("assets/knight/pick", "[1]")]
    {
        client.post(&format!("/api/v1/{path}"), body).says(422, "bad-value");
    }
    for palette in ["/etc/passwd", "../palette.hex", "pixels.toml"] {
        let body = format!("{{\"prompt\": \"a\", \"palette\": \"{palette}\"}}");
        client.post("/api/v1/generate", &body).says(422, "unknown-palette");
        let body = format!("{{\"prompts\": [{body}]}}");
        client.post("/api/v1/batch", &body).says(422, "unknown-palette");
    }
    client.send("POST", "/api/v1/process", &[], &bomb()).is(422);
    client.send("PATCH", "/api/v1/build", &[], b"").says(405, "unknown-method");
    client.get("/api/v1/nothing").says(404, "unknown-route");
    assert_eq!(client.get("/api/v1/jobs").json()["jobs"].as_array().unwrap().len(), 0);
}

/// A PNG of a few bytes that says it has four thousand million pixels.
pub fn bomb() -> Vec<u8> {
    let mut header = b"IHDR".to_vec();
    header.extend([0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff, 8, 6, 0, 0, 0]);
    let sum = crc32fast_of(&header).to_be_bytes();
    [b"\x89PNG\r\n\x1a\n\0\0\0\x0d".as_slice(), &header, &sum].concat()
}

fn crc32fast_of(bytes: &[u8]) -> u32 {
    let mut crc = !0u32;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

#[test]
fn no_name_leads_out_of_the_project() {
    let folder = Project::with(KNIGHT).file("secret.png", "secret");
    folder.build(&[]).exit(0);
    let served = Served::new(&folder);
    served.client().ended(served.post("/api/v1/generate", "{\"prompt\": \"a\"}").is(202).header("location"));
    let names = [
        "..",
        "%2e%2e",
        "..%2f..%2fsecret.png",
        "%2e%2e%2f%2e%2e%2fsecret.png",
        "knight%00",
        "%00",
        "%ff",
        "..%5c",
        "%2fetc%2fpasswd",
        "*",
        "tag:x",
        "sprite:*",
    ];
    for name in names {
        for path in [
            format!("/api/v1/assets/{name}"),
            format!("/api/v1/assets/{name}/image"),
            format!("/api/v1/assets/{name}/candidates/1/raw"),
            format!("/api/v1/jobs/1/files/{name}"),
            format!("/api/v1/jobs/1/files/{name}.png"),
            format!("/api/v1/blobs/{name}"),
            format!("/api/v1/jobs/{name}"),
        ] {
            let reply = served.get(&path);
            assert!((400..500).contains(&reply.status), "{path}: {} {}", reply.status, reply.text());
            assert!(!reply.text().contains("secret\0") && reply.text() != "secret", "{path}");
        }
    }
}

#[test]
fn no_text_that_leaves_has_a_folder_of_this_machine_or_characters_that_command() {
    let folder = Project::with("[project]\nname = \"t\"\nbackend = \"sketch\"\n[sprite.a]\nprompt = \"\\u001b[2J<b>\\u202e\"\nsize = 16\n[sprite.b]\nsource = \"b.png\"\nsize = 16\n")
        .file("b.png", "no image");
    let served = Served::new(&folder);
    let client = served.client();
    let location = client.post("/api/v1/build", "{}").is(202).header("location").to_owned();
    client.ended(&location);
    client.ended(client.post("/api/v1/generate", "{\"prompt\": \"a\"}").is(202).header("location"));
    client
        .ended(client.post("/api/v1/generate", "{\"prompt\": \"a\", \"style\": \"none\"}").is(202).header("location"));
    let own = folder.path("").canonicalize().unwrap().to_string_lossy().into_owned();
    let events = client.events(&format!("{location}/events"), None, |_| false);
    let texts = [
        "assets",
        "assets/a",
        "assets/a/candidates",
        "plan",
        "why/a",
        "why/b",
        "jobs",
        "jobs/1",
        "jobs/2",
        "jobs/3",
        "snapshot",
        "servers",
        "openapi.json",
    ]
    .map(|path| client.get(&format!("/api/v1/{path}")).text());
    for text in texts.into_iter().chain([format!("{events:?}"), client.get("/metrics").text()]) {
        assert!(!text.contains(&own) && !text.contains(env!("CARGO_MANIFEST_DIR")), "{text}");
        assert!(!text.chars().any(|c| c == '\u{1b}' || c == '\u{202e}'), "{text}");
    }
}
