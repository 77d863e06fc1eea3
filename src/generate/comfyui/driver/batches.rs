//! What the driver keeps of each batch, and the end of a cancelled one.

use std::collections::HashMap;
use std::mem;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use super::{Driver, DriverEvent, Input, JobId, ServerId};
use crate::generate::batch::WeakBatch;
use crate::generate::comfyui::preflight;
use crate::generate::{Arrival, BatchId, BatchRef, Change, Finding};
use crate::words::ask::Ask;
use crate::words::asset::SlotId;
use crate::words::attempt::LoggedAttempt;
use crate::words::cancel::Subscription;
use crate::words::digest::Digest;
use crate::words::event::{Event, ServerState};

/// How long a cancelled batch waits for servers that do not answer; the next build finds what they still have.
const PATIENCE: Duration = Duration::from_secs(5);

/// A batch that has not ended.
pub(crate) struct BatchState {
    batch: WeakBatch,
    /// Its cancellation and its end, which is treated as one.
    _subscriptions: [Subscription; 2],
    /// What earlier builds left, by request.
    pub earlier: HashMap<Digest, Vec<LoggedAttempt>>,
    /// What was last reported of each server.
    pub states: HashMap<ServerId, ServerState>,
    /// Who waits for the result of a preflight.
    preflights: Vec<Sender<Vec<Finding>>>,
    /// Prompts that are being sent: whether they have to be withdrawn is known when that is over.
    pub posting: usize,
    /// Withdrawals on their way to servers.
    pub withdrawing: usize,
    /// When its requests fail that have no answer.
    expires: Option<Instant>,
    /// Whether that is past.
    pub expired: bool,
    /// Set once it was cancelled: until when its answers wait for its servers.
    pub cancelled: Option<Instant>,
    /// Answers that wait for the withdrawals.
    pub held: Vec<Arrival>,
}

impl BatchState {
    /// Reports to the batch's observer, unless the batch has ended.
    pub(crate) fn emit(&self, event: &Event) {
        if let Some(batch) = self.batch.upgrade() {
            batch.observer.on(event);
        }
    }

    /// Sends the answers that wait, unless the batch is gone.
    pub(super) fn answer_held(&mut self) {
        let held = self.held.drain(..);
        if let Some(batch) = self.batch.upgrade() {
            held.for_each(|arrival| batch.reply(arrival));
        }
    }
}

impl Driver {
    /// The state of a batch, created for its first message.
    pub(crate) fn batch(&mut self, batch: &BatchRef) -> &mut BatchState {
        self.batches.retain(|_, state| state.batch.upgrade().is_some());
        let (id, inbox) = (batch.id(), &self.inbox);
        let stop = || {
            let inbox = inbox.clone();
            move || drop(inbox.send(DriverEvent::Cancelled(id)))
        };
        self.batches.entry(id).or_insert_with(|| BatchState {
            batch: batch.downgrade(),
            _subscriptions: [batch.cancel.on_cancel(stop()), batch.on_end(stop())],
            earlier: by_request(batch.log.unfinished()),
            states: HashMap::new(),
            preflights: Vec::new(),
            posting: 0,
            withdrawing: 0,
            expires: batch.time_limit.map(|limit| Instant::now() + limit),
            expired: false,
            cancelled: None,
            held: Vec::new(),
        })
    }

    /// Checks all servers and asks beside the driver.
    pub(crate) fn preflight(&mut self, asks: Vec<(SlotId, Arc<Ask>)>, batch: BatchRef, reply: Sender<Vec<Finding>>) {
        self.batch(&batch).preflights.push(reply.clone());
        let (settings, links, inbox) = (Arc::clone(&self.settings), self.links.clone(), self.inbox.clone());
        let checking = self.runtime.spawn(async move { preflight::check(&settings, &links, asks, &batch).await });
        self.runtime.spawn(async move {
            // If it panicked, the requests meet what it would have found.
            let findings = checking.await.unwrap_or_default();
            let _ = inbox.send(DriverEvent::Preflighted { findings, reply });
        });
    }

    /// Reports to every batch.
    pub(crate) fn emit(&self, event: &Event) {
        self.batches.values().for_each(|batch| batch.emit(event));
    }

    /// Changes a request that has no answer yet.
    pub(crate) fn change(&mut self, batch: BatchId, request: Digest, change: Change) {
        let job = self.jobs.iter().find(|(_, job)| job.batch.id() == batch && job.request.key == request);
        let Some(job) = job.map(|(id, _)| *id) else { return };
        self.input(match change {
            Change::Cancel => Input::Cancel { jobs: vec![job] },
            Change::Retry => Input::Retry { job },
            Change::MoveToFront => Input::MoveToFront { job },
        });
    }

    /// When the time of a batch is over next.
    pub(crate) fn expiry(&self) -> Option<Instant> {
        self.batches.values().filter(|state| !state.expired).filter_map(|state| state.expires).min()
    }

    /// Fails what has no answer of batches whose time is over.
    pub(crate) fn expire(&mut self) {
        let now = Instant::now();
        let is_over = |state: &BatchState| !state.expired && state.expires.is_some_and(|when| when <= now);
        let over: Vec<BatchId> = self.batches.iter().filter(|(_, state)| is_over(state)).map(|(id, _)| *id).collect();
        for id in over {
            if let Some(state) = self.batches.get_mut(&id) {
                state.expired = true;
            }
            let jobs = self.jobs_of(id);
            self.input(Input::Expire { jobs });
        }
    }

    fn jobs_of(&self, id: BatchId) -> Vec<JobId> {
        self.jobs.iter().filter(|(_, job)| job.batch.id() == id).map(|(id, _)| *id).collect()
    }

    /// Cancels everything of a batch.
    pub(crate) fn cancel(&mut self, id: BatchId) {
        let Some(state) = self.batches.get_mut(&id) else { return };
        state.cancelled.get_or_insert_with(|| Instant::now() + PATIENCE);
        for reply in mem::take(&mut state.preflights) {
            let _ = reply.send(Vec::new());
        }
        let jobs = self.jobs_of(id);
        self.input(Input::Cancel { jobs });
    }

    /// When the first cancelled batch waits no longer for its servers.
    pub(crate) fn patience(&self) -> Option<Instant> {
        self.batches.values().filter(|state| !state.held.is_empty()).filter_map(|state| state.cancelled).min()
    }

    /// A withdrawal is over.
    pub(crate) fn withdrawn(&mut self, batch: BatchId) {
        if let Some(state) = self.batches.get_mut(&batch) {
            state.withdrawing = state.withdrawing.saturating_sub(1);
        }
    }

    /// Sends the answers of a cancelled batch once its withdrawals are over: then the process may end.
    pub(crate) fn release(&mut self) {
        let now = Instant::now();
        for state in self.batches.values_mut() {
            let withdrawn = state.withdrawing == 0 && state.posting == 0;
            // Nobody waits for the answers of a batch that is gone, and so the driver must not either.
            let gone = state.batch.upgrade().is_none();
            if withdrawn || gone || state.cancelled.is_some_and(|until| until <= now) {
                state.answer_held();
            }
        }
        let busy = |state: &BatchState| state.withdrawing > 0 || state.posting > 0;
        let idle = !self.batches.values().any(busy) && self.withdrawals.is_empty();
        if let Some(done) = self.ending.take_if(|_| idle) {
            let _ = done.send(());
        }
    }
}

fn by_request(left: Vec<LoggedAttempt>) -> HashMap<Digest, Vec<LoggedAttempt>> {
    let mut by_request: HashMap<Digest, Vec<LoggedAttempt>> = HashMap::new();
    for sent in left {
        by_request.entry(sent.request).or_default().push(sent);
    }
    by_request
}
