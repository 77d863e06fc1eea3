//! Requests in progress: a user can cancel one, start it over, or have it drawn next.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::generate::{Change, Handle};
use crate::words::asset::SlotId;
use crate::words::digest::Digest;

/// The requests of a project that have no answer yet, by slot and candidate number.
#[derive(Clone, Default)]
pub struct InProgress(Arc<Mutex<Requests>>);

type Requests = BTreeMap<(SlotId, u32), (Digest, Handle)>;

impl InProgress {
    /// Changes a request; says whether there is one.
    pub fn change(&self, slot: &SlotId, n: u32, change: Change) -> bool {
        // The handle is used outside of the lock: a backend may answer at once.
        let found = self.requests().get(&(slot.clone(), n)).cloned();
        found.inspect(|(request, handle)| handle.change(*request, change)).is_some()
    }

    /// A request was submitted.
    pub(super) fn add(&self, slot: &SlotId, n: u32, request: Digest, handle: &Handle) {
        self.requests().insert((slot.clone(), n), (request, handle.clone()));
    }

    /// A request was answered.
    pub(super) fn remove(&self, request: &Digest) {
        self.requests().retain(|_, (other, _)| other != request);
    }

    /// A build ended.
    pub(super) fn clear(&self) {
        self.requests().clear();
    }

    fn requests(&self) -> MutexGuard<'_, Requests> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
