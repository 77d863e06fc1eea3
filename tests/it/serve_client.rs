//! A server of a project in this process, and a client that sends what it is told to the byte.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread::JoinHandle;
use std::time::Duration;

use dgx_pixels::serve::{Access, Options, Server};
use dgx_pixels::session::{self, Cancel};
use serde_json::Value;

use crate::project::Project;

/// Longer than any answer should take, even on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A running server.
pub struct Served {
    pub address: SocketAddr,
    pub cancel: Cancel,
    thread: Option<JoinHandle<()>>,
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

pub fn options() -> Options {
    Options { listen: "127.0.0.1:0".to_owned(), hosts: Vec::new(), token_file: None, access: Access::Write }
}

impl Served {
    pub fn new(folder: &Project) -> Self {
        Self::with(folder, &options())
    }

    pub fn with(folder: &Project, options: &Options) -> Self {
        let project = session::Project::open(&folder.path(""), None).unwrap();
        let server = Server::bind(project, options).unwrap();
        let router = {
            let app = server.app();
            dgx_pixels::mcp::router(app.project(), app.jobs(), dgx_pixels::mcp::Options::default(), None)
        };
        let server = server.merge(router);
        let (address, cancel) = (server.address(), Cancel::default());
        let token = cancel.clone();
        let thread = std::thread::spawn(move || server.run(&token).unwrap());
        Self { address, cancel, thread: Some(thread) }
    }

    pub fn client(&self) -> Client {
        Client(self.address)
    }

    pub fn get(&self, path: &str) -> Reply {
        self.client().get(path)
    }

    pub fn post(&self, path: &str, body: &str) -> Reply {
        self.client().post(path, body)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.cancel.cancel();
        let ended = self.thread.take().unwrap().join();
        assert!(ended.is_ok() || std::thread::panicking());
    }
}

/// Sends requests to an address.
#[derive(Clone, Copy)]
pub struct Client(pub SocketAddr);

impl Client {
    pub fn get(&self, path: &str) -> Reply {
        self.send("GET", path, &[], b"")
    }

    pub fn post(&self, path: &str, body: &str) -> Reply {
        self.send("POST", path, &[], body.as_bytes())
    }

    /// Sends a request as a program does: with the server's own name, and no `Origin`.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            head += &format!("Host: {}\r\n", self.0);
        }
        if !body.is_empty() && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-length")) {
            head += &format!("Content-Length: {}\r\n", body.len());
        }
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        self.raw(&[head.as_bytes(), b"\r\n", body].concat())
    }

    /// Sends bytes and reads the answer.
    pub fn raw(&self, bytes: &[u8]) -> Reply {
        let mut stream = self.connect();
        // A server that refuses a body may close before all of it is sent.
        let _ = stream.write_all(bytes);
        Reply::read(&mut BufReader::new(stream))
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.0).unwrap();
        stream.set_read_timeout(Some(TIMEOUT)).unwrap();
        stream.set_write_timeout(Some(TIMEOUT)).unwrap();
        stream
    }

    /// Waits for the end of a job; its report.
    pub fn ended(&self, location: &str) -> Value {
        for _ in 0..2400 {
            let job = self.get(location).json();
            if job["phase"] == "over" {
                return job;
            }
            std::thread::sleep(Duration::from_millis(25));
        }
        panic!("{location} does not end: {}", self.get(location).text());
    }

    /// The events of a stream as (id, name, data), until `enough` or its end.
    pub fn events(&self, path: &str, after: Option<&str>, enough: impl Fn(&[Sent]) -> bool) -> Vec<Sent> {
        let mut stream = self.connect();
        let last = after.map_or(String::new(), |id| format!("Last-Event-ID: {id}\r\n"));
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\n{last}\r\n", self.0).unwrap();
        let mut reader = BufReader::new(stream);
        let (status, headers) = head(&mut reader);
        assert_eq!(status, 200, "{headers:?}");
        let (mut events, mut event, mut line) = (Vec::new(), Sent::default(), String::new());
        while !enough(&events) {
            line.clear();
            if reader.read_line(&mut line).unwrap() == 0 {
                break;
            }
            match line.trim_end().split_once(": ") {
                Some(("id", id)) => event.id = id.to_owned(),
                Some(("event", name)) => event.name = name.to_owned(),
                Some(("data", data)) => event.data = serde_json::from_str(data).unwrap(),
                None if line.trim_end().is_empty() && !event.name.is_empty() => events.push(std::mem::take(&mut event)),
                // Sizes of chunks, and comments that keep the stream alive.
                _ if line.trim_end() == "0" => break,
                _ => {}
            }
        }
        events
    }
}

/// An event of a stream.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sent {
    pub id: String,
    pub name: String,
    pub data: Value,
}

fn head(reader: &mut impl BufRead) -> (u16, Vec<(String, String)>) {
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let status = line.split(' ').nth(1).unwrap_or_else(|| panic!("no answer: `{line}`")).parse().unwrap();
    let mut headers = Vec::new();
    loop {
        line.clear();
        reader.read_line(&mut line).unwrap();
        match line.trim_end().split_once(": ") {
            Some((name, value)) => headers.push((name.to_ascii_lowercase(), value.to_owned())),
            None => return (status, headers),
        }
    }
}

impl Reply {
    fn read(reader: &mut impl BufRead) -> Self {
        let (status, headers) = head(reader);
        let length = headers.iter().find(|(name, _)| name == "content-length").map(|(_, value)| value.parse().unwrap());
        let mut body = Vec::new();
        match length {
            Some(length) => {
                let mut exact = reader.take(length);
                let _ = exact.read_to_end(&mut body);
            }
            None => drop(reader.read_to_end(&mut body)),
        }
        Self { status, headers, body }
    }

    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// The first diagnostic has this code.
    #[track_caller]
    pub fn says(self, status: u16, code: &str) -> Self {
        let reply = self.is(status);
        assert_eq!(reply.json()["diagnostics"][0]["code"], code, "{}", reply.text());
        reply
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(given, _)| given == name).map_or("", |(_, value)| value)
    }

    /// The code of its first diagnostic, if it is JSON with one.
    pub fn json_code(&self) -> Option<String> {
        let value: Value = serde_json::from_slice(&self.body).ok()?;
        Some(value["diagnostics"][0]["code"].as_str()?.to_owned())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }
}
