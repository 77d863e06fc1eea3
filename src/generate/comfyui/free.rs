//! Asks servers to give back the memory that their loaded models hold.

use std::time::Duration;

use serde_json::json;

use super::client::{Client, is_here};
use crate::threads;
use crate::words::diagnostic::Diagnostic;
use crate::words::server::Server;

/// A server that is busy answers late; it is not waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// Asks the servers of this machine to unload their models; returns the addresses of those that will.
///
/// # Errors
/// The machine gives no threads for it.
pub fn free_here(servers: &[Server]) -> Result<Vec<String>, Diagnostic> {
    let here: Vec<&Server> = servers.iter().filter(|server| is_here(&server.url)).collect();
    let possible = threads::can_start(1);
    let runtime = possible.and_then(|()| tokio::runtime::Builder::new_current_thread().enable_all().build());
    let runtime = runtime.map_err(|error| super::no_network_threads(&error))?;
    let asked = here.into_iter().map(|server| async move {
        let client = Client::new(server).ok()?;
        let body = json!({ "unload_models": true, "free_memory": true });
        let answer = tokio::time::timeout(PATIENCE, client.post(&["free"], &body, 1 << 16)).await.ok()?.ok()?;
        (answer.status == 200).then(|| server.url.clone())
    });
    Ok(runtime.block_on(futures_util::future::join_all(asked)).into_iter().flatten().collect())
}
