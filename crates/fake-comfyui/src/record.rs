//! What a server was asked and what it did, for tests to look at.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::Value;

/// One prompt that was taken.
#[derive(Clone, Debug)]
pub struct Asked {
    pub id: String,
    pub client: Option<String>,
    pub graph: Value,
    pub at: Instant,
}

/// One job that ran.
#[derive(Clone, Debug)]
pub struct Ran {
    pub id: String,
    pub start: Instant,
    pub end: Instant,
    /// `success`, `error` or `interrupted`.
    pub outcome: &'static str,
}

/// What was asked of a server and what it did.
#[derive(Clone, Debug, Default)]
pub struct Record {
    pub asked: Vec<Asked>,
    /// Prompts that were answered with 400.
    pub refused: u64,
    pub ran: Vec<Ran>,
    /// `subfolder/name` as it was stored.
    pub uploads: Vec<String>,
    /// Downloads, as `subfolder/name`.
    pub views: Vec<String>,
    /// The id, or none for a global one.
    pub interrupts: Vec<Option<String>>,
    /// Ids that were to be deleted from the queue.
    pub deletes: Vec<String>,
    /// Queues that were cleared, and histories.
    pub clears: u64,
    /// Calls of `/free`.
    pub frees: u64,
    /// Sockets that were opened.
    pub sockets: u64,
    /// Requests by method and first part of the path, such as `GET /history`.
    pub requests: BTreeMap<String, u64>,
}

/// The sum of what ran.
pub fn busy(ran: &[Ran]) -> Duration {
    ran.iter().map(|ran| ran.end - ran.start).sum()
}
