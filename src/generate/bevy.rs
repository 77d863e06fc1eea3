//! Questions to a running game over the Bevy Remote Protocol: read-only, on this machine alone, short and bounded.

use std::time::Duration;

use reqwest::redirect;
use serde_json::{Value, json};

/// The most bytes of an answer.
const MOST: usize = 4 << 20;

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// Nothing listens on the port.
    NoApp,
    /// What listens there does not speak the protocol.
    Foreign,
    /// The answer did not come in time.
    Slow,
    /// It speaks the protocol, and has no such resource.
    NoResource,
}

/// Asks the game on a port of this machine for a resource.
///
/// # Errors
/// Why there is no answer.
pub fn resource(port: u16, name: &str, patience: Duration) -> Result<Value, Silence> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|_| Silence::NoApp)?;
    let asked = async { tokio::time::timeout(patience, ask(port, name)).await.unwrap_or(Err(Silence::Slow)) };
    let answer = runtime.block_on(asked)?;
    if answer.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
        return Err(Silence::Foreign);
    }
    match answer.pointer("/result/value") {
        Some(value) => Ok(value.clone()),
        None if answer.get("error").is_some() => Err(Silence::NoResource),
        None => Err(Silence::Foreign),
    }
}

async fn ask(port: u16, name: &str) -> Result<Value, Silence> {
    super::comfyui::install_tls();
    let client = reqwest::Client::builder().no_proxy().redirect(redirect::Policy::none()).build();
    let client = client.map_err(|_| Silence::NoApp)?;
    let question =
        json!({ "jsonrpc": "2.0", "id": 1, "method": "world.get_resources", "params": { "resource": name } });
    let sent = client.post(format!("http://127.0.0.1:{port}/")).json(&question).send().await;
    let mut answer = sent.map_err(|error| if error.is_connect() { Silence::NoApp } else { Silence::Foreign })?;
    if !answer.status().is_success() {
        return Err(Silence::Foreign);
    }
    let mut body = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(|_| Silence::Foreign)? {
        if body.len() + part.len() > MOST {
            return Err(Silence::Foreign);
        }
        body.extend_from_slice(&part);
    }
    serde_json::from_slice(&body).map_err(|_| Silence::Foreign)
}
