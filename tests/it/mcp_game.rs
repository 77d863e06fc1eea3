//! What the running game shows: a stand-in answers as Bevy's remote protocol does.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use dgx_pixels::words::digest::Digest;
use serde_json::{Value, json};

use crate::mcp_client::Client;
use crate::project::{KNIGHT, Project};

type Answer = Box<dyn Fn() -> String + Send>;

/// A program on a port of this machine that answers every request with the same kind of bytes.
struct StandIn {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl StandIn {
    fn new(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (port, asked) = (listener.local_addr().unwrap().port(), Arc::new(Mutex::new(Vec::new())));
        let log = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                log.lock().unwrap().push(request(&stream));
                let mut stream = stream;
                let _ = stream.write_all(answer().as_bytes());
            }
        });
        Self { port, asked }
    }

    /// A game that reports one asset, as the companion crate's resource is serialized.
    fn game(project: &str, rgba: impl Fn() -> String + Send + 'static) -> Self {
        let project = project.to_owned();
        Self::new(Box::new(move || {
            let asset = json!({
                "kind": "sprite", "name": "knight", "pixels": "", "image": "sprites/knight.png", "scale": 1, "wanted": "",
                "rgba": rgba(), "size": [16, 16], "sampler": "nearest", "changes": 1, "frames": [], "durations": [],
                "round": [], "masks": [], "tags": [], "shown": 1
            });
            let report = json!({
                "version": 1, "index": "pixels.index.json", "state": "loaded", "failure": "", "reads": 1,
                "project": project, "assets": [asset]
            });
            http(&json!({ "jsonrpc": "2.0", "id": 1, "result": { "value": report } }).to_string())
        }))
    }
}

fn http(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

/// The head and the body of a request.
fn request(mut stream: &TcpStream) -> String {
    let (mut bytes, mut part) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let length = text
            .lines()
            .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
        if text.split_once("\r\n\r\n").is_some_and(|(_, body)| body.len() >= length.unwrap_or(0)) {
            return text;
        }
        match stream.read(&mut part) {
            Ok(count @ 1..) => bytes.extend_from_slice(&part[..count]),
            _ => return text,
        }
    }
}

fn digest(project: &Project) -> String {
    let image = image::load_from_memory(&project.read("assets/sprites/knight.png")).unwrap().into_rgba8();
    Digest::of(image.as_raw()).to_string()
}

fn built() -> (Project, Client) {
    let project = Project::with(KNIGHT);
    let mut client = Client::of(&project, &[]);
    let token = client.token(json!([]));
    client.good("build", json!({ "plan_token": token }));
    (project, client)
}

fn verified(client: &mut Client, port: u16) -> Value {
    client.good("verify_in_bevy", json!({ "port": port, "targets": ["knight"] }))
}

#[test]
fn the_game_shows_the_very_pixels() {
    let (project, mut client) = built();
    let rgba = digest(&project);
    let game = StandIn::game("test", move || rgba.clone());
    let seen = verified(&mut client, game.port);
    assert_eq!((&seen["state"], &seen["shown"]), (&json!("shown"), &json!(1)), "{seen}");
    let asked = game.asked.lock().unwrap()[0].clone();
    assert!(asked.contains("world.get_resources") && asked.contains("bevy_dgx_pixels::PixelsReport"), "{asked}");
    assert!(!asked.to_ascii_lowercase().contains("mutate"));
}

#[test]
fn a_game_that_reloads_late_is_waited_for() {
    let (project, mut client) = built();
    let (rgba, asked) = (digest(&project), Mutex::new(0));
    let game = StandIn::game("test", move || {
        let mut asked = asked.lock().unwrap();
        *asked += 1;
        if *asked > 3 { rgba.clone() } else { "0".repeat(64) }
    });
    assert_eq!(verified(&mut client, game.port)["state"], "shown");
}

#[test]
fn other_programs_and_older_pixels_are_told_apart() {
    let (_project, mut client) = built();
    let old = StandIn::game("test", || "0".repeat(64));
    let seen = verified(&mut client, old.port);
    assert_eq!(seen["state"], "loaded_before", "{seen}");
    assert!(seen["reason"].as_str().unwrap().contains("file_watcher"), "{seen}");
    assert_eq!(verified(&mut client, StandIn::game("other", String::new).port)["state"], "other_app");
    let answers: [String; 6] = [
        "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>".to_owned(),
        "HTTP/1.1 200 OK\r\ncontent-length: 600\r\n\r\n{\"jsonrpc\":".to_owned(),
        "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n".to_owned(),
        format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(100 << 20)),
        "SSH-2.0-OpenSSH_9.6\r\n".to_owned(),
        http("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-23402,\"message\":\"Unknown resource type\"}}"),
    ];
    for answer in answers {
        let shown: String = answer.chars().take(60).collect();
        let other = StandIn::new(Box::new(move || answer.clone()));
        assert_eq!(verified(&mut client, other.port)["state"], "other_app", "{shown}");
    }
    assert_eq!(verified(&mut client, 1)["state"], "no_app");
}

#[test]
fn a_program_that_never_answers_is_a_time_out() {
    let (_project, mut client) = built();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    assert_eq!(verified(&mut client, listener.local_addr().unwrap().port())["state"], "timeout");
}

/// The whole sentence: an asset in the manifest, built, in the game's folder, seen by the game.
#[test]
fn a_sentence_becomes_pixels_in_the_game() {
    let project = Project::with(&KNIGHT.replace("[sprite.knight]", "[sprite.orc]"));
    let mut client = Client::of(&project, &[]);
    let place = project.path("assets/sprites/knight.png");
    let game = StandIn::game("test", move || {
        let image = std::fs::read(&place).ok().and_then(|bytes| image::load_from_memory(&bytes).ok());
        image.map_or_else(String::new, |image| Digest::of(image.into_rgba8().as_raw()).to_string())
    });
    let arguments = |token: &Value| {
        let mut arguments =
            json!({ "name": "knight", "prompt": "a knight", "preset": "character", "size": "16", "port": game.port });
        if token.is_string() {
            arguments["plan_token"] = token.clone();
        }
        arguments
    };
    let planned = client.good("generate_and_deploy", arguments(&Value::Null));
    assert!(!project.text("pixels.toml").contains("knight\"]") && !project.exists("assets"), "{planned}");
    let made = client.good("generate_and_deploy", arguments(&planned["plan"]["plan_token"]));
    assert_eq!(made["in_game"]["state"], "shown", "{made}");
    assert!(project.text("pixels.toml").contains("[sprite.knight]"));
}
