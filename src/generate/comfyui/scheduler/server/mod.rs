//! What is known of one server: its health, the connection to it, its queue, and what it has loaded.

mod activity;
mod health;
mod queries;

use std::collections::BTreeSet;
use std::time::Duration;

use super::durations::Durations;
use super::job_queue::Key;
use super::{AttemptId, Options};

use activity::Activity;
use health::Failures;
pub use health::Health;
pub(super) use health::{During, Effect, State};
pub(super) use queries::Query;

/// How far the connection is. Only an established one carries work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Connection {
    /// It is to be probed then.
    Probe(Duration),
    /// It answered a probe; a snapshot says what of ours is there.
    Inspect,
    Established,
}

/// The socket to it, whose frames save queries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Socket {
    Closed,
    Open,
    /// Open, but it missed an end.
    Silent,
}

/// One server.
#[derive(Debug)]
pub(super) struct Server {
    name: String,
    state: State,
    connection: Connection,
    failures: Failures,
    was_up: bool,
    /// It was stalled, and has finished nothing since: it gets one job at a time.
    on_trial: bool,
    socket: Socket,
    /// Connections that broke: what it forgot after one was lost, not deleted.
    breaks: u32,
    /// Connections that it refused: it was not there.
    refusals: u32,
    /// Posts in a row that it did not answer in time or not as it should.
    lost_posts: u32,
    /// Images in a row that it did not send to the end in time.
    unfinished: u32,
    queue: Queue,
    activity: Activity,
    load: Load,
}

/// Our attempts on the server, and the others' requests.
#[derive(Debug, Default)]
struct Queue {
    /// Attempts that are in its queue, or may be.
    attempts: BTreeSet<AttemptId>,
    /// Attempts that it has finished and that are not fetched yet.
    made: BTreeSet<AttemptId>,
    /// Requests of others in its queue.
    others: usize,
}

/// What it has loaded, and how fast it is.
#[derive(Debug, Default)]
struct Load {
    /// What it was given last.
    last: Option<Key>,
    /// The model of the last job that ended well, until somebody else's work may have replaced it.
    model: Option<u32>,
    durations: Durations,
}

impl Server {
    /// A server of which nothing is known.
    pub(super) fn new(name: String) -> Self {
        Self {
            name,
            state: State::Unknown { stalled_since: None },
            connection: Connection::Probe(Duration::ZERO),
            failures: Failures::default(),
            was_up: false,
            on_trial: false,
            socket: Socket::Closed,
            breaks: 0,
            refusals: 0,
            lost_posts: 0,
            unfinished: 0,
            queue: Queue::default(),
            activity: Activity::default(),
            load: Load::default(),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn state(&self) -> &State {
        &self.state
    }

    pub(super) fn health(&self) -> Health {
        self.state.health()
    }

    /// It was reached once.
    pub(super) fn was_up(&self) -> bool {
        self.was_up
    }

    pub(super) fn breaks(&self) -> u32 {
        self.breaks
    }

    pub(super) fn refusals(&self) -> u32 {
        self.refusals
    }

    /// Whether frames of what it is given now have to come.
    pub(super) fn listens(&self) -> bool {
        self.socket == Socket::Open
    }

    /// Whether it may be given work.
    pub(super) fn is_usable(&self) -> bool {
        self.state == State::Up && self.is_connected()
    }

    /// Whether it answers and all of ours on it is known.
    pub(super) fn is_connected(&self) -> bool {
        self.connection == Connection::Established
    }

    /// Whether jobs wait for what it has: it is neither down nor stalled.
    pub(super) fn is_expected_back(&self) -> bool {
        !matches!(self.state, State::Down { .. } | State::Stalled { .. })
    }

    /// Whether it gets one job at a time.
    pub(super) fn is_on_trial(&self) -> bool {
        self.on_trial
    }

    /// Jobs came when there were none: what was known is old.
    pub(super) fn renew(&mut self, now: Duration) {
        self.connection = Connection::Probe(now);
        self.failures = Failures::default();
        (self.lost_posts, self.unfinished) = (0, 0);
        match self.state {
            State::Down { stalled_since, .. } => self.state = State::Unknown { stalled_since },
            // It may have been restarted; the new jobs wait for it as long as the first ones did.
            State::Stalled { .. } => self.state = State::Unknown { stalled_since: Some(now) },
            State::Unknown { .. } | State::Up | State::Slow { .. } => {}
        }
    }

    /// An attempt may be in its queue.
    pub(super) fn add(&mut self, attempt: AttemptId) {
        self.queue.attempts.insert(attempt);
    }

    /// Nothing more is expected of an attempt.
    pub(super) fn remove(&mut self, attempt: AttemptId) {
        self.queue.attempts.remove(&attempt);
        self.queue.made.remove(&attempt);
        self.activity.finished.remove(&attempt);
    }

    /// Our attempts that are in its queue, or may be.
    pub(super) fn attempts(&self) -> &BTreeSet<AttemptId> {
        &self.queue.attempts
    }

    /// Our attempts that it has finished and that are not fetched yet.
    pub(super) fn made(&self) -> &BTreeSet<AttemptId> {
        &self.queue.made
    }

    /// It has finished an attempt.
    pub(super) fn add_made(&mut self, attempt: AttemptId) {
        self.queue.made.insert(attempt);
    }

    /// Requests of others in its queue.
    pub(super) fn others(&self) -> usize {
        self.queue.others
    }

    /// Requests of others came or went: what it had loaded for us may be gone. Returns whether they are the first.
    pub(super) fn set_others(&mut self, count: usize) -> bool {
        let before = std::mem::replace(&mut self.queue.others, count);
        if count > 0 {
            self.load.model = None;
        }
        count > 0 && before == 0
    }

    /// What it was given last.
    pub(super) fn last(&self) -> Option<Key> {
        self.load.last
    }

    /// It is given a job.
    pub(super) fn set_last(&mut self, key: Key) {
        self.load.last = Some(key);
    }

    /// The numbers of texts in keys are given anew: what it has loaded has no number any more.
    pub(super) fn forget_load(&mut self) {
        (self.load.last, self.load.model) = (None, None);
        self.load.durations.forget_groups();
    }

    /// In how many seconds it would have finished one more job, if that is known.
    pub(super) fn next_done(&self) -> Option<f64> {
        let typical = self.typical_duration()?;
        Some(typical.as_secs_f64() * (self.queue.attempts.len() + self.queue.others + 1) as f64)
    }

    /// How long a job takes there, if that is known.
    pub(super) fn typical_duration(&self) -> Option<Duration> {
        Some(self.load.durations.typical()?.max(Duration::from_millis(1)))
    }

    /// Without a sign of life for so long it is stalled.
    pub(super) fn patience(&self, options: &Options, jobs: &[Key]) -> Duration {
        let one = |key: &Key| {
            let loaded = Some(key.group).filter(|group| self.load.model == Some(group.model));
            let known = loaded.and_then(|group| self.load.durations.of(group));
            known.map_or(options.stall, |typical| (typical * 10).max(options.stall_least))
        };
        jobs.iter().map(one).max().unwrap_or(options.stall)
    }
}
