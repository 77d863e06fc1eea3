//! Which query a server is sent next, and when.

use std::time::Duration;

use super::{Connection, Server, Socket, State};

/// A server without any sign of life is inspected so often.
const INSPECT: Duration = Duration::from_secs(20);

/// A stalled server is inspected so often.
const INSPECT_STALLED: Duration = Duration::from_secs(30);

/// The one query that a server answers at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Query {
    /// Does it answer as a ComfyUI does?
    Probe,
    /// Has something ended?
    Poll,
    /// Where is everything?
    Snapshot,
}

impl Server {
    /// The next query, and when.
    pub(crate) fn next_query(&self) -> Option<(Duration, Query)> {
        if self.activity.query.is_some() {
            return None;
        }
        match self.connection {
            Connection::Probe(at) => Some((at, Query::Probe)),
            Connection::Inspect => Some((Duration::ZERO, Query::Snapshot)),
            Connection::Established => {
                let snapshot = self.next_snapshot().map(|at| (at, Query::Snapshot));
                let poll = self.next_poll().map(|at| (at, Query::Poll));
                snapshot.into_iter().chain(poll).min_by_key(|(at, _)| *at)
            }
        }
    }

    fn next_snapshot(&self) -> Option<Duration> {
        let regular = match self.state {
            State::Stalled { .. } => Some(self.activity.inspected + INSPECT_STALLED),
            _ if self.queue.attempts.is_empty() => None,
            _ => Some(self.activity.inspected.max(self.activity.alive) + INSPECT),
        };
        regular.into_iter().chain(self.activity.snapshot_at).min()
    }

    fn next_poll(&self) -> Option<Duration> {
        if !self.activity.finished.is_empty() {
            let wait = if self.activity.polls == 0 { 0 } else { 25 << self.activity.polls.min(6) };
            return Some(self.activity.polled + Duration::from_millis(wait));
        }
        let busy = !self.queue.attempts.is_empty() && self.state == State::Up;
        busy.then(|| self.activity.polled + self.poll_interval())
    }

    /// How long a poll may wait: frames wake the scheduler earlier, and without them a device must not idle for long.
    fn poll_interval(&self) -> Duration {
        let typical = self.load.durations.typical();
        if self.socket == Socket::Open {
            return (typical.unwrap_or(Duration::from_secs(1)) * 2)
                .clamp(Duration::from_secs(1), Duration::from_secs(5));
        }
        let waited = self.activity.polled.saturating_sub(self.activity.ended.max(self.activity.alive));
        let wait = (waited / 8).max(typical.map_or(Duration::ZERO, |typical| typical / 4));
        wait.clamp(Duration::from_millis(50), Duration::from_secs(2))
    }

    /// A query goes out.
    pub(crate) fn start_query(&mut self, query: Query, now: Duration) {
        (self.activity.query, self.activity.queried) = (Some(query), now);
        // A frame that comes before the answer makes this 0 again: then the next poll follows at once.
        self.activity.polls += u32::from(query == Query::Poll);
    }

    /// The query is over.
    pub(crate) fn end_query(&mut self) {
        self.activity.query = None;
    }

    /// It answered a probe.
    pub(crate) fn inspect_next(&mut self) {
        self.connection = Connection::Inspect;
    }

    /// Whether the snapshot that just came ends a reconnection; the connection is established then.
    pub(crate) fn establish(&mut self) -> bool {
        let connecting = self.is_connecting();
        if connecting {
            self.connection = Connection::Established;
        }
        connecting
    }

    /// Whether it answered a probe and waits for the snapshot.
    pub(crate) fn is_connecting(&self) -> bool {
        self.connection == Connection::Inspect
    }

    /// A snapshot is wanted then, in place of what was planned.
    pub(crate) fn schedule_snapshot(&mut self, at: Duration) {
        self.activity.snapshot_at = Some(at);
    }

    /// Its socket opened or closed.
    pub(crate) fn set_socket(&mut self, open: bool, now: Duration) {
        self.socket = if open { Socket::Open } else { Socket::Closed };
        if !open {
            self.breaks += 1;
            self.schedule_snapshot(now);
        }
    }
}
