//! One build's use of a backend. The backend lives on; everything of the batch ends with it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Deref;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use serde_json::Value;

use super::Arrival;
use crate::words::attempt::AttemptLog;
use crate::words::cancel::{Cancel, Subscription};
use crate::words::digest::Digest;
use crate::words::event::Observer;
use crate::words::source::Sources;

/// What a backend is given for one build, beside the requests.
pub struct Context {
    /// The project's folder, for `files`.
    pub root: Arc<Path>,
    /// The project's own workflows by name.
    pub workflows: BTreeMap<String, Value>,
    /// The manifest's texts, to name lines in.
    pub sources: Sources,
    /// Receives progress.
    pub observer: Arc<dyn Observer>,
    /// Receives every answer.
    pub replies: Sender<Arrival>,
    /// Records every attempt before it is sent to a server.
    pub log: Arc<dyn AttemptLog>,
    /// Once cancelled, requests without an answer are answered as cancelled.
    pub cancel: Cancel,
    /// Requests to servers that have no answer after so long fail.
    pub time_limit: Option<Duration>,
}

/// The number of a batch; unique in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BatchId(u64);

/// One build's use of a backend. Dropping it ends it: requests without an answer are withdrawn.
pub struct Batch(BatchRef);

/// What a backend keeps of a batch; it does not keep the batch from ending.
#[derive(Clone)]
pub struct BatchRef(Arc<Inner>);

struct Inner {
    id: BatchId,
    context: Context,
    /// Cancelled at the end of the batch.
    ended: Cancel,
}

impl Batch {
    /// A new batch.
    pub fn new(context: Context) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let id = BatchId(NEXT.fetch_add(1, Ordering::Relaxed));
        Self(BatchRef(Arc::new(Inner { id, context, ended: Cancel::default() })))
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        self.0.0.ended.cancel();
    }
}

impl Deref for Batch {
    type Target = BatchRef;

    fn deref(&self) -> &BatchRef {
        &self.0
    }
}

impl BatchRef {
    /// Its number.
    pub fn id(&self) -> BatchId {
        self.0.id
    }

    /// Answers a request.
    pub fn reply(&self, arrival: Arrival) {
        // The receiver is gone only if the build has stopped; then nothing is lost.
        let _ = self.replies.send(arrival);
    }

    /// Runs `callback` when the batch ends: at once if it has.
    pub(super) fn on_end(&self, callback: impl FnOnce() + Send + 'static) -> Subscription {
        self.0.ended.on_cancel(callback)
    }

    pub(super) fn downgrade(&self) -> WeakBatch {
        WeakBatch(Arc::downgrade(&self.0))
    }
}

impl Deref for BatchRef {
    type Target = Context;

    fn deref(&self) -> &Context {
        &self.0.context
    }
}

/// A batch of which nothing may be left.
pub(super) struct WeakBatch(Weak<Inner>);

impl WeakBatch {
    pub(super) fn upgrade(&self) -> Option<BatchRef> {
        self.0.upgrade().map(BatchRef)
    }
}

/// A change to a request that has no answer yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is answered as cancelled; attempts at it are withdrawn.
    Cancel,
    /// It starts over: its attempts are withdrawn, its failures forgotten, and another server is preferred.
    Retry,
    /// It comes before all others that wait.
    MoveToFront,
}

/// Changes requests of one submission. A request that is answered already ignores it.
#[derive(Clone)]
pub struct Handle(Arc<dyn Fn(Digest, Change) + Send + Sync>);

impl Handle {
    /// A handle whose changes go to `apply`, with the request's key.
    pub fn new(apply: impl Fn(Digest, Change) + Send + Sync + 'static) -> Self {
        Self(Arc::new(apply))
    }

    /// Changes a request.
    pub fn change(&self, request: Digest, change: Change) {
        (self.0)(request, change);
    }

    /// Answers a request as cancelled.
    pub fn cancel(&self, request: Digest) {
        self.change(request, Change::Cancel);
    }

    /// Starts a request over.
    pub fn retry(&self, request: Digest) {
        self.change(request, Change::Retry);
    }

    /// Puts a request before all others that wait.
    pub fn move_to_front(&self, request: Digest) {
        self.change(request, Change::MoveToFront);
    }
}

/// The handle of a backend that answers at once.
impl Default for Handle {
    fn default() -> Self {
        Self::new(|_, _| {})
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handle")
    }
}

/// Cancelled requests of one submission to a backend of this process. Such requests take no time worth a queue: to retry
/// or to reorder them changes nothing.
#[derive(Clone, Default)]
pub(super) struct Cancelled(Arc<Mutex<BTreeSet<Digest>>>);

impl Cancelled {
    pub(super) fn contains(&self, request: &Digest) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(request)
    }

    pub(super) fn handle(&self) -> Handle {
        let cancelled = Arc::clone(&self.0);
        Handle::new(move |request, change| {
            if change == Change::Cancel {
                cancelled.lock().unwrap_or_else(PoisonError::into_inner).insert(request);
            }
        })
    }
}
