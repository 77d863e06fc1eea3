//! From an ask to a raw: the backends behind one trait.
//!
//! A backend gets requests with everything resolved (inputs as pixels, not names) and answers each exactly once,
//! in any order. It knows neither manifest nor store: captured pixels go back to the conductor.

pub mod comfyui;
pub mod files;
pub mod fleet;
pub mod sketch;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;

use crate::words::ask::Ask;
use crate::words::asset::SlotId;
use crate::words::attempt::Ledger;
use crate::words::digest::Digest;
use crate::words::event::Observer;
use crate::words::lock::Provenance;
use crate::words::raw::Raw;

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
    /// What is asked.
    pub ask: Arc<Ask>,
    /// The pixels of the ask's inputs, by role.
    pub inputs: BTreeMap<String, Arc<Raw>>,
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
    /// How long a server worked on it, where one did and told.
    pub took: Option<Duration>,
}

/// Why a request has no image.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// What happened, lower case, names in backticks.
    pub message: String,
    /// The next command or edit, if one helps.
    pub hint: Option<String>,
    /// The build was cancelled; nothing is wrong with the request.
    pub cancelled: bool,
}

impl Failure {
    /// A failure without a hint.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, cancelled: false }
    }

    /// The answer to what a cancelled build no longer wants.
    pub fn cancelled() -> Self {
        Self { cancelled: true, ..Self::new("cancelled") }
    }
}

/// What a backend is given beside the requests.
#[derive(Clone)]
pub struct Outside {
    /// The project's folder, for `files`.
    pub root: Arc<Path>,
    /// Where progress is told.
    pub observer: Arc<dyn Observer>,
    /// Where every answer goes.
    pub replies: Sender<Arrival>,
    /// Where is written what goes to servers, before it goes there.
    pub ledger: Arc<dyn Ledger>,
}

/// Something that no server at hand can do, found before anything is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The slots that want it, in the order of the plan.
    pub slots: Vec<SlotId>,
    /// What is wrong, and the way out.
    pub failure: Failure,
}

/// Answers requests.
pub trait Backend: Send + Sync {
    /// Looks at everything that will or may be asked, before anything is; answers what cannot be done. `stop` tells
    /// whether the answer is still wanted.
    fn preflight(&self, _asks: &[(SlotId, Arc<Ask>)], _outside: &Outside, _stop: &dyn Fn() -> bool) -> Vec<Finding> {
        Vec::new()
    }

    /// Takes requests and returns at once; every one is answered on `outside.replies`, in any order.
    fn submit(&self, requests: Vec<Request>, outside: &Outside);

    /// Stops what goes on as soon as it can; what is not answered yet is answered as cancelled.
    fn cancel(&self);
}
