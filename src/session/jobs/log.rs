//! The events of one job, numbered from 1: on disk, and in memory while somebody may follow them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::sync::watch;

use crate::store::JobFiles;
use crate::words::event::Event;

/// An event of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JobEvent {
    /// Its number in the job, from 1; no number is left out or used twice, also where a job went on after a restart.
    pub seq: u64,
    /// What happened.
    #[serde(flatten)]
    #[schemars(with = "Event")]
    pub event: Map<String, Value>,
}

/// The events of a job. Clones are the same log.
#[derive(Clone)]
pub struct JobLog(Arc<Inner>);

struct Inner {
    events: Mutex<Vec<Arc<JobEvent>>>,
    /// The number of the last event, and whether the job is over.
    state: watch::Sender<(u64, bool)>,
}

/// Waits for more events of a job.
pub struct Follower {
    log: JobLog,
    after: u64,
    state: watch::Receiver<(u64, bool)>,
}

impl JobLog {
    /// The log of a job whose events so far are these.
    pub(super) fn new(events: Vec<JobEvent>, is_over: bool) -> Self {
        let last = events.last().map_or(0, |event| event.seq);
        let events = Mutex::new(events.into_iter().map(Arc::new).collect());
        Self(Arc::new(Inner { events, state: watch::Sender::new((last, is_over)) }))
    }

    /// Adds an event, here and on disk. A preview is not kept: it would be the largest part by far.
    pub(super) fn add(&self, files: &JobFiles, id: u64, event: &Event) {
        if matches!(event, Event::Preview { .. }) {
            return;
        }
        let Ok(Value::Object(event)) = serde_json::to_value(event) else { return };
        let mut events = self.events();
        let seq = events.last().map_or(1, |last| last.seq + 1);
        let event = JobEvent { seq, event };
        // The log on disk is for later readers; the job does not fail for it.
        let _ = files.append(id, &event);
        events.push(Arc::new(event));
        self.0.state.send_replace((seq, false));
    }

    /// Notes that no event follows.
    pub(super) fn end(&self) {
        self.0.state.send_modify(|(_, is_over)| *is_over = true);
    }

    /// The number of the last event; 0 before the first.
    pub fn last(&self) -> u64 {
        self.0.state.borrow().0
    }

    /// The events behind number `after`.
    pub fn since(&self, after: u64) -> Vec<Arc<JobEvent>> {
        let events = self.events();
        let start = events.partition_point(|event| event.seq <= after);
        events[start..].to_vec()
    }

    /// Follows the events behind number `after`, as they happen.
    pub fn follow(&self, after: u64) -> Follower {
        Follower { log: self.clone(), after, state: self.0.state.subscribe() }
    }

    fn events(&self) -> MutexGuard<'_, Vec<Arc<JobEvent>>> {
        self.0.events.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Follower {
    /// The next events, at least one; `None` once the job is over and all of them were given. Dropping the future loses
    /// none.
    pub async fn next(&mut self) -> Option<Vec<Arc<JobEvent>>> {
        loop {
            let is_over = self.state.borrow_and_update().1;
            let events = self.log.since(self.after);
            if let Some(last) = events.last() {
                self.after = last.seq;
                return Some(events);
            }
            if is_over || self.state.changed().await.is_err() {
                return None;
            }
        }
    }
}
