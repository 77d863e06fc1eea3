//! From an ask to a raw: the backends behind one trait.
//!
//! A backend gets requests with everything resolved (inputs as pixels, not names) and answers each exactly once,
//! in any order. It knows neither manifest nor store: captured pixels go back to the conductor.

mod batch;
pub mod bevy;
pub mod comfyui;
pub mod files;
mod input;
mod pinned;
pub mod skeleton;
pub mod sketch;
#[cfg(all(unix, feature = "worker"))]
pub mod worker;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::words::ask::Ask;
use crate::words::asset::SlotId;
use crate::words::diagnostic::{Diagnostic, Subject};
use crate::words::digest::Digest;
use crate::words::lock::Provenance;
use crate::words::raw::Raw;

pub use input::InputImage;

pub use batch::{Batch, BatchId, BatchRef, Change, Context, Handle};

/// One image that is wanted.
#[derive(Clone, Debug)]
pub struct Request {
    /// The key of (ask, seed): the request's identity.
    pub key: Digest,
    /// The slot that wants it first; for messages and journals.
    pub slot: SlotId,
    /// The candidate's number, from 1; for files the number of its source.
    pub n: u32,
    /// The seed.
    pub seed: u64,
    /// The ask.
    pub ask: Arc<Ask>,
    /// The ask's inputs, by role.
    pub inputs: BTreeMap<String, InputImage>,
}

/// The answer to one request.
#[derive(Debug)]
pub struct Arrival {
    /// The request's key.
    pub key: Digest,
    /// The image, or why there is none.
    pub result: Result<Captured, Failure>,
}

/// A captured image.
#[derive(Debug)]
pub struct Captured {
    /// The pixels.
    pub raw: Raw,
    /// What made them.
    pub provenance: Provenance,
    /// The pixels came through a lossy decoder (JPEG, WebP), so that another machine may read others.
    pub lossy: bool,
    /// How long a server worked on it, if a server reported that.
    pub took: Option<Duration>,
}

/// Why a request has no image.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The build or the request was cancelled; nothing is wrong with the request.
    #[error("cancelled")]
    Cancelled,
    /// Anything else.
    #[error("{0}")]
    Failed(Box<Diagnostic>),
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Failed(Box::new(diagnostic))
    }
}

impl Failure {
    /// As a diagnostic: code, message and hint.
    pub fn diagnostic(self) -> Diagnostic {
        match self {
            Self::Cancelled => Diagnostic::error("cancelled", "cancelled"),
            Self::Failed(diagnostic) => *diagnostic,
        }
    }
}

/// Something that no available server can do, found before the first request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The slots that need it, in the order of the plan.
    pub slots: Vec<SlotId>,
    /// What is wrong, and the next step.
    pub diagnostic: Diagnostic,
}

/// Answers requests. A backend outlives builds: what belongs to one build is in its [`Batch`], and ends with it.
pub trait Backend: Send + Sync {
    /// Checks everything that the build will or may request, before the first request; returns what cannot be done.
    /// Returns early, and nothing, once the batch is cancelled.
    fn preflight(&self, _asks: &[(SlotId, Arc<Ask>)], _batch: &Batch) -> Vec<Finding> {
        Vec::new()
    }

    /// Takes requests and returns at once. Each is answered exactly once on the batch's `replies`, in any order; a
    /// cancelled batch or request is answered, too.
    fn submit(&self, requests: Vec<Request>, batch: &Batch) -> Handle;
}

/// The answer of a backend to a request that is not for it.
fn other_backend(request: &Request, backend: &str) -> Failure {
    let message = format!("`{}` is not a request for `{backend}`", request.slot);
    Diagnostic::error("other-backend", message).about(Subject::Asset(request.slot.to_string())).into()
}
