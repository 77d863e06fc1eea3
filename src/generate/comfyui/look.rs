//! A look at servers without asking them for anything: for `doctor`.

use std::collections::BTreeSet;
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;

use super::client::{Client, NoAnswer};
use super::probe::{self, ServerInfo};
use crate::threads;
use crate::words::diagnostic::Diagnostic;
use crate::words::server::Server;

/// What a look at a server found.
#[derive(Debug)]
pub struct Look {
    /// Its address as the settings have it.
    pub address: String,
    /// What it said, or why it said nothing.
    pub answer: Result<Looked, NoAnswer>,
}

/// What a server said.
#[derive(Debug)]
pub struct Looked {
    /// Version, devices, nodes and models.
    pub known: ServerInfo,
    /// The shorter of two ways there and back.
    pub latency: Duration,
    /// Jobs that run or wait on it, of anybody.
    pub queued: u64,
    /// Seconds by which its clock is ahead, if it reports the time.
    pub ahead: Option<i64>,
    /// The model of the newest entry in its history, of anybody. A server does not say what is loaded.
    pub last_model: Option<String>,
}

/// Looks at all servers at once.
///
/// # Errors
/// The machine gives no threads for it.
pub fn look(servers: &[Server]) -> Result<Vec<Look>, Diagnostic> {
    // One more thread looks up names.
    let possible = threads::can_start(1);
    let runtime = possible.and_then(|()| tokio::runtime::Builder::new_current_thread().enable_all().build());
    let runtime = runtime.map_err(|error| super::no_network_threads(&error))?;
    let looks = servers.iter().map(|server| async move {
        let answer = match Client::new(server) {
            Ok(client) => at(&client).await,
            Err(error) => Err(error),
        };
        Look { address: server.url.clone(), answer }
    });
    Ok(runtime.block_on(futures_util::future::join_all(looks)))
}

async fn at(client: &Client) -> Result<Looked, NoAnswer> {
    let known = probe::probe(client, &BTreeSet::new()).await?;
    let mut latency = Duration::MAX;
    let mut queued = 0;
    for _ in 0..2 {
        let began = Instant::now();
        let value = client.get_json(&["prompt"], &[]).await?;
        latency = latency.min(began.elapsed());
        queued = value.pointer("/exec_info/queue_remaining").and_then(Value::as_u64).unwrap_or(0);
    }
    Ok(Looked { known, latency, queued, ahead: ahead(client).await, last_model: last_model(client).await })
}

/// The checkpoint or diffusion model of the prompt that ended last.
async fn last_model(client: &Client) -> Option<String> {
    let history = client.get_json(&["history"], &[("max_items", "1")]).await.ok()?;
    let graph = history.as_object()?.values().next()?.pointer("/prompt/2")?.as_object()?;
    let loaded = |node: &Value| {
        let file = |input: &&str| node.pointer(&format!("/inputs/{input}"))?.as_str().map(str::to_owned);
        ["ckpt_name", "unet_name"].iter().find_map(file)
    };
    graph.values().find_map(loaded)
}

/// Seconds by which the server's clock is ahead, by the `Date` of an answer.
async fn ahead(client: &Client) -> Option<i64> {
    let answer = client.download("/prompt", client.url(&["prompt"], &[]), 0).await.ok()?;
    let date = answer.headers().get("date")?.to_str().ok()?;
    let there = httpdate::parse_http_date(date).ok()?;
    let seconds = |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).ok().map(|time| time.as_secs() as i64);
    Some(seconds(there)? - seconds(SystemTime::now())?)
}
