//! What the driver keeps of an attempt until the scheduler forgets it.

use std::sync::Arc;
use std::time::Duration;

use super::scheduler::AttemptId;
use super::wire::Image;
use crate::generate::{BatchId, BatchRef};
use crate::words::attempt::AttemptLog;

/// One attempt at a job.
#[derive(Clone)]
pub(super) struct Attempt {
    pub id: AttemptId,
    pub prompt: String,
    pub prefix: String,
    /// What it made, once that is known.
    pub images: Vec<Image>,
    /// How long its server worked on it.
    pub took: Option<Duration>,
    /// The step that was reported last.
    pub step: (u32, u32),
    /// Its batch, and where its end is logged; the attempt may outlive both job and batch.
    pub batch: BatchId,
    pub log: Arc<dyn AttemptLog>,
}

impl Attempt {
    /// An attempt that has not been posted.
    pub(super) fn new(id: AttemptId, prompt: String, prefix: String, batch: &BatchRef) -> Self {
        let (batch, log) = (batch.id(), Arc::clone(&batch.log));
        Self { id, prompt, prefix, images: Vec::new(), took: None, step: (0, 0), batch, log }
    }
}
