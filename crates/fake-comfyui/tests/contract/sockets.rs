//! The frames of a socket.

use std::time::Duration;

use anyhow::{Result, ensure};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::runs::{fail, pattern, place, sleep};
use super::{Server, fresh};

/// Nothing more comes when nothing has come for so long.
const QUIET: Duration = Duration::from_millis(400);

struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    frames: Vec<Value>,
}

impl Socket {
    async fn open(server: &Server, client: &str) -> Result<Self> {
        let url = server.url.replacen("http", "ws", 1);
        let (stream, _) = connect_async(format!("{url}/ws?clientId={client}")).await?;
        let mut socket = Self { stream, frames: Vec::new() };
        socket.next(Duration::from_secs(10)).await;
        Ok(socket)
    }

    async fn next(&mut self, patience: Duration) -> Option<Value> {
        let frame = tokio::time::timeout(patience, self.stream.next()).await.ok()??.ok()?;
        let frame = match frame {
            Message::Text(text) => serde_json::from_str(&text).ok()?,
            other => json!({ "type": format!("{other:?}"), "data": {} }),
        };
        self.frames.push(frame.clone());
        Some(frame)
    }

    /// Reads until all is quiet, and says what came since the last time; frames of steps once each.
    async fn heard(&mut self) -> Vec<String> {
        self.frames.clear();
        while self.next(QUIET).await.is_some() {}
        let mut names: Vec<String> = self.frames.iter().map(name).collect();
        names.dedup();
        names
    }
}

fn name(frame: &Value) -> String {
    let data = &frame["data"];
    match frame["type"].as_str().unwrap_or_default() {
        "status" => format!("status {}", data["status"]["exec_info"]["queue_remaining"]),
        kind @ ("executing" | "executed" | "progress") => format!("{kind} {}", data["node"]),
        kind => kind.to_owned(),
    }
}

/// Frames that stand in the list in this order, others between them.
fn in_order(heard: &[String], wanted: &[&str]) -> bool {
    let mut heard = heard.iter();
    wanted.iter().all(|wanted| heard.any(|frame| frame == wanted))
}

pub async fn frames_of_a_job_in_order(server: &Server) -> Result<()> {
    let ((prefix, seed), client) = (place(), fresh());
    let mut socket = Socket::open(server, &client).await?;
    ensure!(
        socket.frames[0]["type"] == "status" && socket.frames[0]["data"]["sid"] == client.as_str(),
        "{:?}",
        socket.frames
    );
    let id = server.take(&pattern(seed, &prefix, &[sleep(0.3)]), Some(&client)).await?;
    server.ended(&id).await?;
    let heard = socket.heard().await;
    let wanted = [
        "status 1",
        "execution_start",
        "execution_cached",
        "progress_state",
        "executing \"1\"",
        "progress_state",
        "executing \"2\"",
        "progress_state",
        "progress \"2\"",
        "progress_state",
        "executing \"9\"",
        "executed \"9\"",
        "progress_state",
        "execution_success",
        "status 0",
        "executing null",
    ];
    ensure!(in_order(&heard, &wanted) && heard.last().is_some_and(|last| last == "executing null"), "{heard:#?}");
    let of = |kind: &str| socket.frames.iter().filter(|frame| frame["type"] == kind).cloned().collect::<Vec<_>>();
    let progress = of("progress");
    ensure!(
        progress.len() == 3 && progress[2]["data"]["value"] == 3 && progress[2]["data"]["max"] == 3,
        "{progress:?}"
    );
    ensure!(progress[0]["data"]["prompt_id"] == id.as_str());
    let state = of("progress_state");
    ensure!(state.iter().any(|frame| frame["data"]["nodes"]["2"]["state"] == "running"), "{state:?}");
    ensure!(state.last().is_some_and(|frame| frame["data"]["nodes"]["9"]["state"] == "finished"), "{state:?}");
    ensure!(of("executed")[0]["data"]["output"]["images"][0]["filename"] == "a_00001_.png");
    Ok(())
}

pub async fn frames_of_a_cached_job(server: &Server) -> Result<()> {
    let ((prefix, seed), client) = (place(), fresh());
    let graph = pattern(seed, &prefix, &[]);
    server.run(&graph).await?;
    let mut socket = Socket::open(server, &client).await?;
    server.take(&graph, Some(&client)).await?;
    let heard = socket.heard().await;
    let wanted =
        ["execution_start", "execution_cached", "executed \"9\"", "execution_success", "status 0", "executing null"];
    ensure!(in_order(&heard, &wanted) && !heard.contains(&"executing \"9\"".to_owned()), "{heard:#?}");
    Ok(())
}

pub async fn frames_of_a_failure(server: &Server) -> Result<()> {
    let ((prefix, seed), client) = (place(), fresh());
    let mut socket = Socket::open(server, &client).await?;
    server.take(&pattern(seed, &prefix, &[fail("value")]), Some(&client)).await?;
    let heard = socket.heard().await;
    ensure!(in_order(&heard, &["executing \"2\"", "execution_error", "status 0", "executing null"]), "{heard:#?}");
    ensure!(!heard.contains(&"execution_success".to_owned()), "{heard:#?}");
    Ok(())
}

pub async fn frames_of_an_interrupt(server: &Server) -> Result<()> {
    let ((prefix, seed), client) = (place(), fresh());
    let mut socket = Socket::open(server, &client).await?;
    let id = server.take(&pattern(seed, &prefix, &[sleep(20.0)]), Some(&client)).await?;
    server.started(&id).await?;
    tokio::time::sleep(Duration::from_millis(300)).await;
    server.post("/interrupt", &json!({ "prompt_id": id })).await?;
    server.ended(&id).await?;
    let heard = socket.heard().await;
    ensure!(
        in_order(&heard, &["executing \"2\"", "execution_interrupted", "status 0", "executing null"]),
        "{heard:#?}"
    );
    Ok(())
}

pub async fn a_socket_without_a_name(server: &Server) -> Result<()> {
    let socket = Socket::open(server, "").await?;
    ensure!(socket.frames[0]["data"]["sid"].as_str().is_some_and(|sid| sid.len() == 32), "{:?}", socket.frames);
    Ok(())
}

pub async fn flags_are_answered(server: &Server) -> Result<()> {
    let mut socket = Socket::open(server, &fresh()).await?;
    let flags = json!({ "type": "feature_flags", "data": { "supports_preview_metadata": true } });
    socket.stream.send(Message::text(flags.to_string())).await?;
    socket.heard().await;
    let answer = socket.frames.iter().find(|frame| frame["type"] == "feature_flags").cloned().unwrap_or_default();
    ensure!(answer["data"]["max_upload_size"].is_u64(), "{:?}", socket.frames);
    Ok(())
}

pub async fn a_job_without_a_client_tells_everybody(server: &Server) -> Result<()> {
    let (prefix, seed) = place();
    let mut socket = Socket::open(server, &fresh()).await?;
    server.take(&pattern(seed, &prefix, &[sleep(0.2)]), None).await?;
    let heard = socket.heard().await;
    ensure!(in_order(&heard, &["status 1", "progress_state", "progress \"2\"", "status 0"]), "{heard:#?}");
    ensure!(!heard.iter().any(|frame| frame.starts_with("execut")), "{heard:#?}");
    Ok(())
}

pub async fn a_job_of_another_is_not_told(server: &Server) -> Result<()> {
    let (prefix, seed) = place();
    let mut socket = Socket::open(server, &fresh()).await?;
    server.take(&pattern(seed, &prefix, &[]), Some(&fresh())).await?;
    let heard = socket.heard().await;
    ensure!(!heard.is_empty() && heard.iter().all(|frame| frame.starts_with("status")), "{heard:#?}");
    Ok(())
}

/// Newer servers may mend this; what matters is that a client cannot rely on either.
pub async fn two_sockets_of_one_client(server: &Server) -> Result<()> {
    let ((prefix, seed), client) = (place(), fresh());
    let older = Socket::open(server, &client).await?;
    let mut newer = Socket::open(server, &client).await?;
    server.run(&pattern(seed, &prefix, &[])).await?;
    ensure!(newer.heard().await.contains(&"status 0".to_owned()), "the newest hears");
    drop(older);
    tokio::time::sleep(QUIET).await;
    server.run(&pattern(seed + 1, &prefix, &[])).await?;
    let heard = newer.heard().await;
    ensure!(heard.is_empty(), "the older has gone and took the newer's name along: {heard:#?}");
    Ok(())
}

pub async fn coming_back_in_the_middle(server: &Server) -> Result<()> {
    let ((prefix, seed), client) = (place(), fresh());
    let mut first = Socket::open(server, &client).await?;
    let id = server.take(&pattern(seed, &prefix, &[sleep(2.0)]), Some(&client)).await?;
    server.started(&id).await?;
    tokio::time::sleep(Duration::from_millis(400)).await;
    first.stream.close(None).await?;
    drop(first);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let mut second = Socket::open(server, &client).await?;
    server.ended(&id).await?;
    let heard = second.heard().await;
    ensure!(heard.first().is_some_and(|first| first == "executing \"2\""), "{heard:#?}");
    ensure!(second.frames[0]["data"]["prompt_id"].is_null(), "{:?}", second.frames[0]);
    ensure!(
        !heard.contains(&"execution_start".to_owned()) && in_order(&heard, &["execution_success", "executing null"]),
        "{heard:#?}"
    );
    Ok(())
}
