//! A client of the Model Context Protocol that speaks in hand-written lines.
#![allow(dead_code, reason = "each file of tests takes what it needs")]

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use crate::project::Project;

/// Longer than any answer should take, even on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(120);

/// The protocol with a handshake, and the one without.
pub const LEGACY: &str = "2025-11-25";
pub const MODERN: &str = "2026-07-28";

/// A running server and what it said.
pub struct Client {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
    stderr: Arc<Mutex<String>>,
    /// Everything on stdout.
    pub transcript: Vec<String>,
    /// Messages that came while another one was awaited.
    pub notices: Vec<Value>,
    next: u64,
    is_modern: bool,
    capabilities: Value,
}

impl Client {
    /// A server after the handshake.
    pub fn of(project: &Project, arguments: &[&str]) -> Self {
        Self::with(project, arguments, LEGACY, json!({}))
    }

    /// A server for a client of one era with these capabilities.
    pub fn with(project: &Project, arguments: &[&str], version: &str, capabilities: Value) -> Self {
        let mut client = Self::start(project, arguments, version == MODERN, capabilities.clone());
        if version == LEGACY {
            let info = json!({ "name": "test", "version": "1" });
            let answer = client.request(
                "initialize",
                json!({ "protocolVersion": version, "capabilities": capabilities, "clientInfo": info }),
            );
            assert_eq!(answer["result"]["protocolVersion"], version, "{answer}");
            client.line(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }).to_string());
        }
        client
    }

    /// A server that was said nothing to.
    pub fn start(project: &Project, arguments: &[&str], is_modern: bool, capabilities: Value) -> Self {
        let mut command = project.command(&[&["mcp"], arguments].concat());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (sender, lines) = channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let (stderr, mut pipe) = (Arc::new(Mutex::new(String::new())), child.stderr.take().unwrap());
        let said = Arc::clone(&stderr);
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = pipe.read(&mut bytes) {
                said.lock().unwrap().push_str(&String::from_utf8_lossy(&bytes[..count]));
            }
        });
        let stdin = child.stdin.take();
        let (transcript, notices) = (Vec::new(), Vec::new());
        Self { child, stdin, lines, stderr, transcript, notices, next: 0, is_modern, capabilities }
    }

    /// Sends a line as it is.
    pub fn line(&mut self, line: &str) {
        let stdin = self.stdin.as_mut().unwrap();
        stdin.write_all(line.as_bytes()).and_then(|()| stdin.write_all(b"\n")).and_then(|()| stdin.flush()).unwrap();
    }

    /// Sends a request and does not wait; its number.
    pub fn send(&mut self, method: &str, mut params: Value) -> u64 {
        self.next += 1;
        let meta = if self.is_modern {
            json!({
                "io.modelcontextprotocol/protocolVersion": MODERN,
                "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
                "io.modelcontextprotocol/clientCapabilities": self.capabilities,
                "progressToken": self.next,
            })
        } else {
            json!({ "progressToken": self.next })
        };
        params["_meta"] = meta;
        let line = json!({ "jsonrpc": "2.0", "id": self.next, "method": method, "params": params });
        self.line(&line.to_string());
        self.next
    }

    /// The next message; `None` at the end of stdout.
    pub fn next(&mut self) -> Option<Value> {
        match self.lines.recv_timeout(TIMEOUT) {
            Ok(line) => {
                let value: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
                assert_eq!(value["jsonrpc"], "2.0", "{line}");
                self.transcript.push(line);
                Some(value)
            }
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("no answer; stderr: {}", self.stderr()),
        }
    }

    /// Waits for the answer to a request; other messages are kept in `notices`.
    pub fn wait(&mut self, id: u64) -> Value {
        loop {
            let at = self.notices.iter().position(|notice| notice["id"] == id && notice.get("method").is_none());
            if let Some(at) = at {
                return self.notices.remove(at);
            }
            let value = self.next().unwrap_or_else(|| panic!("the server ended: {}", self.stderr()));
            self.notices.push(value);
        }
    }

    /// Sends a request and waits for its answer.
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.send(method, params);
        self.wait(id)
    }

    /// Sends a call of a tool and does not wait.
    pub fn call_later(&mut self, tool: &str, arguments: Value) -> u64 {
        self.send("tools/call", json!({ "name": tool, "arguments": arguments }))
    }

    /// Calls a tool; its result.
    pub fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let id = self.call_later(tool, arguments);
        let answer = self.wait(id);
        assert!(answer.get("result").is_some(), "{answer}");
        answer["result"].clone()
    }

    /// Calls a tool that must succeed; its structured answer.
    #[track_caller]
    pub fn good(&mut self, tool: &str, arguments: Value) -> Value {
        let result = self.call(tool, arguments);
        assert_ne!(result["isError"], true, "{result}");
        result["structuredContent"].clone()
    }

    /// Calls a tool that must refuse; the code of the first diagnostic, and the answer.
    #[track_caller]
    pub fn refused(&mut self, tool: &str, arguments: Value) -> (String, Value) {
        let result = self.call(tool, arguments);
        assert_eq!(result["isError"], true, "{result}");
        let value: Value = serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap();
        (value["diagnostics"][0]["code"].as_str().unwrap().to_owned(), value)
    }

    /// The token of a plan.
    pub fn token(&mut self, targets: Value) -> String {
        self.good("plan", json!({ "targets": targets }))["plan_token"].as_str().unwrap().to_owned()
    }

    pub fn stderr(&self) -> String {
        self.stderr.lock().unwrap().clone()
    }

    /// Closes stdin; the rest of what it says, and its exit code.
    pub fn close(mut self) -> (Vec<String>, Option<i32>) {
        drop(self.stdin.take());
        while self.next().is_some() {}
        let code = self.child.wait().unwrap().code();
        assert!(!self.stderr().contains("panicked"), "{}", self.stderr());
        (std::mem::take(&mut self.transcript), code)
    }

    /// Ends the server at once.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The picture of a result as pixels.
pub fn picture(result: &Value) -> image::RgbaImage {
    use base64::Engine;
    let block = result["content"].as_array().unwrap().iter().find(|block| block["type"] == "image");
    let block = block.unwrap_or_else(|| panic!("no picture: {result}"));
    assert_eq!(block["mimeType"], "image/png");
    let data = block["data"].as_str().unwrap();
    assert!(data.len() <= 200_000);
    let bytes = base64::prelude::BASE64_STANDARD.decode(data).unwrap();
    image::load_from_memory(&bytes).unwrap().into_rgba8()
}
