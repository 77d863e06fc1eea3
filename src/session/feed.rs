//! The project's event feed: numbered events for any number of subscribers, and a snapshot for those who join late.
//!
//! Emitting never waits: the feed is a bounded ring, and a subscriber that falls behind it gets a gap.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use tokio::sync::broadcast::{self, error::RecvError, error::TryRecvError};

use crate::words::asset::SlotId;
use crate::words::event::{Event, ServerState};
use crate::words::job::{JobId, JobState};

/// Events that the ring holds for subscribers that are behind.
pub(super) const CAPACITY: usize = 1024;

/// An event with its number in this project's feed and the job that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Numbered {
    /// 1 for the first event of the feed; no number is left out or used twice.
    pub seq: u64,
    /// The job, if it belongs to one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job: Option<JobId>,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// Where the project stands after event `seq`: enough to draw a front end that joins late.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Snapshot {
    /// The number of the last event that is folded in; 0 before the first.
    pub seq: u64,
    /// Jobs that are queued or running, and the one that ended last.
    pub jobs: BTreeMap<JobId, JobState>,
    /// Requests that are in progress in the running job: slot and candidate number, with their progress.
    pub requests: Vec<RequestProgress>,
    /// What is known of each server.
    pub servers: BTreeMap<String, ServerState>,
    /// The checkpoint that each server sampled with last in this process.
    pub models: BTreeMap<String, String>,
    /// Counts of the running or last job.
    pub counts: Counts,
}

/// A request that was sent and has no result yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct RequestProgress {
    /// The slot.
    pub slot: SlotId,
    /// The candidate's number.
    pub n: u32,
    /// Sampling steps done.
    pub step: u32,
    /// Sampling steps in all; 0 while unknown.
    pub steps: u32,
    /// The server that works on it, once one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
}

/// Counts of events of one job.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Counts {
    /// Groups and tilesets to be made, by the plan at the start.
    pub to_make: usize,
    /// Images to be generated, by the plan at the start.
    pub to_generate: usize,
    /// Requests sent.
    pub requested: usize,
    /// Raws captured.
    pub captured: usize,
    /// Groups and tilesets made.
    pub made: usize,
    /// Assets that failed.
    pub failed: usize,
}

/// Numbers events and hands them to subscribers.
#[derive(Clone)]
pub struct Feed(Arc<Mutex<State>>);

struct State {
    snapshot: Snapshot,
    /// Of each request that is drawn at the moment.
    previews: BTreeMap<(SlotId, u32), (String, String)>,
    /// The events of the ring, for those who come back.
    ring: VecDeque<Arc<Numbered>>,
    capacity: usize,
    sender: broadcast::Sender<Arc<Numbered>>,
}

/// One subscriber's place in the feed.
pub struct Subscription(broadcast::Receiver<Arc<Numbered>>);

/// What a subscriber gets next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The next event.
    Event(Arc<Numbered>),
    /// So many events were dropped because this subscriber was too slow; take a new snapshot.
    Gap {
        /// How many.
        missed: u64,
    },
}

impl Default for Feed {
    fn default() -> Self {
        Self::with_capacity(CAPACITY)
    }
}

impl Feed {
    /// A feed whose ring holds `capacity` events.
    pub fn with_capacity(capacity: usize) -> Self {
        let (sender, _) = broadcast::channel(capacity);
        let (snapshot, previews, ring) = (Snapshot::default(), BTreeMap::new(), VecDeque::new());
        Self(Arc::new(Mutex::new(State { snapshot, previews, ring, capacity, sender })))
    }

    /// Numbers an event and sends it; never waits for a subscriber.
    ///
    /// A preview is sent without its bytes, which would fill the ring; [`Feed::preview`] has the newest of each request.
    pub fn emit(&self, job: Option<JobId>, event: &Event) {
        let mut state = self.state();
        state.snapshot.fold(event);
        state.keep_preview(event);
        let event = match event {
            Event::Preview { slot, n, format, .. } => {
                Event::Preview { slot: slot.clone(), n: *n, format: format.clone(), base64: String::new() }
            }
            event => event.clone(),
        };
        state.send(job, event);
    }

    /// The newest preview of a request in progress: its format, and the file in base64.
    pub fn preview(&self, slot: &SlotId, n: u32) -> Option<(String, String)> {
        self.state().previews.get(&(slot.clone(), n)).cloned()
    }

    /// Notes a job's new state; the event is sent to subscribers as well.
    pub fn job(&self, id: JobId, job: JobState) {
        let mut state = self.state();
        state.snapshot.fold_job(id, &job);
        state.send(Some(id), Event::Job { id: id.0, state: job });
    }

    /// The present state, and a subscription to everything after it.
    pub fn subscribe(&self) -> (Snapshot, Subscription) {
        let state = self.state();
        (state.snapshot.clone(), Subscription(state.sender.subscribe()))
    }

    /// The events behind number `after` and a subscription to all that follow; `None` where the ring no longer has them, or
    /// where there was no event of that number yet.
    pub fn resume(&self, after: u64) -> Option<(Vec<Arc<Numbered>>, Subscription)> {
        let state = self.state();
        let oldest = state.ring.front().map_or(state.snapshot.seq + 1, |event| event.seq);
        if after > state.snapshot.seq || after + 1 < oldest {
            return None;
        }
        let missed = state.ring.iter().filter(|event| event.seq > after).cloned().collect();
        Some((missed, Subscription(state.sender.subscribe())))
    }

    /// The present state.
    pub fn snapshot(&self) -> Snapshot {
        self.state().snapshot.clone()
    }

    /// Whether a job ended, or was never heard of.
    pub(super) fn is_over(&self, id: JobId) -> bool {
        self.state().snapshot.jobs.get(&id).is_none_or(JobState::is_over)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn keep_preview(&mut self, event: &Event) {
        match event {
            Event::Preview { slot, n, format, base64 } => {
                self.previews.insert((slot.clone(), *n), (format.clone(), base64.clone()));
            }
            Event::Captured { slot, n, .. } => drop(self.previews.remove(&(slot.clone(), *n))),
            Event::Planned { .. } | Event::Finished(_) => self.previews.clear(),
            _ => {}
        }
    }

    fn send(&mut self, job: Option<JobId>, event: Event) {
        self.snapshot.seq += 1;
        let event = Arc::new(Numbered { seq: self.snapshot.seq, job, event });
        if self.ring.len() == self.capacity {
            self.ring.pop_front();
        }
        self.ring.push_back(Arc::clone(&event));
        // An error says that there is no subscriber at the moment.
        let _ = self.sender.send(event);
    }
}

impl Subscription {
    /// Waits for the next event on this thread; `None` when the project was closed. Must not be called on a tokio thread.
    pub fn wait(&mut self) -> Option<Delivery> {
        delivery(self.0.blocking_recv())
    }

    /// Waits for the next event without blocking the thread; `None` when the project was closed.
    pub async fn next(&mut self) -> Option<Delivery> {
        delivery(self.0.recv().await)
    }

    /// The next event, if there is one already.
    pub fn try_next(&mut self) -> Option<Delivery> {
        match self.0.try_recv() {
            Ok(event) => Some(Delivery::Event(event)),
            Err(TryRecvError::Lagged(missed)) => Some(Delivery::Gap { missed }),
            Err(TryRecvError::Empty | TryRecvError::Closed) => None,
        }
    }
}

fn delivery(received: Result<Arc<Numbered>, RecvError>) -> Option<Delivery> {
    match received {
        Ok(event) => Some(Delivery::Event(event)),
        Err(RecvError::Lagged(missed)) => Some(Delivery::Gap { missed }),
        Err(RecvError::Closed) => None,
    }
}

impl Snapshot {
    fn fold(&mut self, event: &Event) {
        match event {
            Event::Planned { make, generate, .. } => {
                self.requests.clear();
                self.counts = Counts { to_make: *make, to_generate: *generate, ..Counts::default() };
            }
            Event::Asked { slot, n, .. } => {
                self.counts.requested += 1;
                self.requests.push(RequestProgress { slot: slot.clone(), n: *n, step: 0, steps: 0, server: None });
            }
            Event::Progress { slot, n, step, steps, server, model } => {
                if let Some(model) = model.as_ref().filter(|model| self.models.get(server) != Some(model)) {
                    self.models.insert(server.clone(), model.clone());
                }
                if let Some(request) = self.requests.iter_mut().find(|r| r.n == *n && r.slot == *slot) {
                    (request.step, request.steps, request.server) = (*step, *steps, Some(server.clone()));
                }
            }
            Event::Captured { slot, n, .. } => {
                self.counts.captured += 1;
                // For files the number of a request is that of its source.
                let exact = self.requests.iter().position(|request| request.n == *n && request.slot == *slot);
                let found = exact.or_else(|| self.requests.iter().position(|request| request.slot == *slot));
                found.map(|at| self.requests.remove(at));
            }
            Event::Processed { .. } => self.counts.made += 1,
            Event::Failed { name, .. } => {
                self.counts.failed += 1;
                self.requests.retain(|r| r.slot.group.name != *name && r.slot.to_string() != *name);
            }
            Event::Server { server, state, .. } => drop(self.servers.insert(server.clone(), *state)),
            _ => {}
        }
    }

    /// Of the jobs that ended, only the last one stays.
    fn fold_job(&mut self, id: JobId, job: &JobState) {
        if job.is_over() {
            self.requests.clear();
            self.jobs.retain(|_, other| !other.is_over());
        }
        self.jobs.insert(id, job.clone());
    }
}
