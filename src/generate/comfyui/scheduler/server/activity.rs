//! What was seen of a server's worker, and when.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Query, Server, Socket};
use crate::generate::comfyui::scheduler::job_queue::Group;
use crate::generate::comfyui::scheduler::{AttemptId, End, Snapshot};

/// What was asked and seen of its worker, and when.
#[derive(Debug, Default)]
pub(super) struct Activity {
    pub(super) query: Option<Query>,
    /// When the current query was sent.
    pub(super) queried: Duration,
    /// The last poll or snapshot.
    pub(super) polled: Duration,
    pub(super) inspected: Duration,
    /// A snapshot is wanted then.
    pub(super) snapshot_at: Option<Duration>,
    /// Attempts whose end a frame reported.
    pub(super) finished: BTreeSet<AttemptId>,
    /// Polls since such a frame came.
    pub(super) polls: u32,
    /// What it ran at the last snapshot.
    pub(super) running: Option<String>,
    /// Since when it has requests and runs none.
    pub(super) idle_since: Option<Duration>,
    /// The last sign that its worker lives.
    pub(super) alive: Duration,
    /// The last end of one of our attempts.
    pub(super) ended: Duration,
    /// The last frame of any kind.
    pub(super) frame: Duration,
}

impl Server {
    /// When the current query was sent.
    pub(crate) fn queried(&self) -> Duration {
        self.activity.queried
    }

    /// An attempt was accepted.
    pub(crate) fn accepted(&mut self, now: Duration) {
        if self.queue.attempts.len() == 1 {
            (self.activity.alive, self.activity.polled) = (now, now);
        }
    }

    /// A frame of any kind came.
    pub(crate) fn heard(&mut self, now: Duration) {
        self.activity.frame = now;
    }

    /// When the last frame came.
    pub(crate) fn last_frame(&self) -> Duration {
        self.activity.frame
    }

    /// When one of our attempts ended last.
    pub(crate) fn last_end(&self) -> Duration {
        self.activity.ended
    }

    /// A frame shows that an attempt runs.
    pub(crate) fn progressed(&mut self, now: Duration) {
        (self.activity.alive, self.activity.idle_since) = (now, None);
        self.hears();
    }

    /// A frame reported an end; if the attempt is known to be on the server, the next poll follows at once.
    pub(crate) fn finished_frame(&mut self, attempt: Option<AttemptId>, now: Duration) {
        self.activity.alive = now;
        self.hears();
        if let Some(attempt) = attempt {
            self.activity.polls = 0;
            self.activity.finished.insert(attempt);
        }
    }

    fn hears(&mut self) {
        if self.socket == Socket::Silent {
            self.socket = Socket::Open;
        }
    }

    /// A poll was answered, or not.
    pub(crate) fn polled(&mut self, now: Duration) {
        self.activity.polled = now;
    }

    /// Records a snapshot; says whether anything has moved since the last one. `gone`: one of ours has left the queue.
    pub(crate) fn record(&mut self, snapshot: &Snapshot, gone: bool, now: Duration) -> bool {
        let activity = &mut self.activity;
        let moves = gone || snapshot.running != activity.running;
        (activity.inspected, activity.polled) = (now, now);
        activity.snapshot_at = activity.snapshot_at.filter(|at| *at > now);
        activity.running.clone_from(&snapshot.running);
        if moves {
            activity.alive = now;
        }
        match snapshot.running.is_none() && snapshot.pending > 0 {
            true => _ = activity.idle_since.get_or_insert(now),
            false => activity.idle_since = None,
        }
        moves
    }

    /// How long it has had requests and run none.
    pub(crate) fn idle(&self, now: Duration) -> Option<Duration> {
        self.activity.idle_since.map(|since| now.saturating_sub(since))
    }

    /// How long there was no sign of life.
    pub(crate) fn silent(&self, now: Duration) -> Duration {
        now.saturating_sub(self.activity.alive)
    }

    /// An attempt ended there. `sent`: what it was and when it was sent, if that says how long it took.
    pub(crate) fn ended(&mut self, attempt: AttemptId, end: &End, sent: Option<(Group, Duration)>, now: Duration) {
        self.queue.attempts.remove(&attempt);
        let reported = self.activity.finished.remove(&attempt);
        if self.socket != Socket::Closed {
            self.socket = if reported { Socket::Open } else { Socket::Silent };
        }
        self.on_trial = false;
        (self.activity.alive, self.activity.idle_since) = (now, None);
        if let Some((group, sent)) = sent.filter(|_| *end == End::Success) {
            let began = sent.max(self.activity.ended);
            self.load.durations.add(group, now.saturating_sub(began));
            self.load.model = Some(group.model);
        }
        self.activity.ended = now;
    }
}
