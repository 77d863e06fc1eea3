//! The snapshot of a server: where everything is, and whether anything moves.

use super::attempt::{Attempt, Stage};
use super::server::During;
use super::{AttemptId, Fault, Health, Scheduler, ServerId, Snapshot, Status};

impl Scheduler {
    pub(super) fn snapshot(&mut self, id: ServerId, result: Result<Snapshot, Fault>) {
        self.servers[id.0].end_query();
        let snapshot = match result {
            Ok(snapshot) => snapshot,
            Err(fault) => {
                let connecting = self.servers[id.0].is_connecting();
                return self.fault(id, &fault, if connecting { During::Connecting } else { During::Work });
            }
        };
        let gone = snapshot.seen.iter().any(|(attempt, status)| self.has_left(*attempt, status));
        let moves = self.servers[id.0].record(&snapshot, gone, self.now);
        if self.servers[id.0].establish() || self.health(id) == Health::Stalled {
            self.reached(id, moves);
        }
        let running = self.running_attempt(id);
        for (attempt, status) in snapshot.seen {
            match status {
                Status::Absent => self.seen_absent(attempt, running),
                Status::Queued => self.seen_queued(attempt, false),
                Status::Running => self.seen_queued(attempt, true),
                Status::Ended(end) => self.ended(attempt, end),
            }
        }
        self.note_others(id, snapshot.others);
        if self.servers[id.0].is_usable() {
            self.watch_for_stall(id);
        }
    }

    /// Whether an attempt has left the queue since it was sent.
    fn has_left(&self, attempt: AttemptId, status: &Status) -> bool {
        match status {
            Status::Ended(_) => true,
            Status::Absent => self.attempts.get(&attempt).is_some_and(|gone| gone.stage == Stage::Sent),
            Status::Queued | Status::Running => false,
        }
    }

    /// The attempt that runs: one that was seen running, or else the oldest.
    pub(super) fn running_attempt(&self, id: ServerId) -> Option<AttemptId> {
        let attempts = self.servers[id.0].attempts().iter();
        let known = attempts.filter_map(|attempt| Some((attempt, self.attempts.get(attempt)?)));
        let posted = known.filter(|(_, attempt)| attempt.is_posted());
        posted.min_by_key(|(_, attempt)| (!attempt.started, attempt.serial)).map(|(attempt, _)| *attempt)
    }

    /// Whether it has an attempt in its worker of which it sends nothing, though it sends other frames: a worker that lives
    /// reports each request before it loads anything.
    fn never_began(&self, id: ServerId) -> bool {
        let server = &self.servers[id.0];
        let silent = |attempt: &Attempt| {
            let long = attempt.runs_since.is_some_and(|since| self.now >= since + self.options.idle_stall);
            let connected = attempt.listened && attempt.breaks == server.breaks();
            long && connected && !attempt.heard && server.last_frame() > attempt.began
        };
        server.attempts().iter().filter_map(|attempt| self.attempts.get(attempt)).any(silent)
    }

    /// A worker that died leaves a server that looks healthy.
    fn watch_for_stall(&mut self, id: ServerId) {
        let server = &self.servers[id.0];
        let attempts = server.attempts().iter().filter_map(|attempt| self.attempts.get(attempt));
        let keys: Vec<_> = attempts.filter(|there| there.stage == Stage::Sent).map(|there| there.key).collect();
        if keys.is_empty() {
            return;
        }
        if self.never_began(id) {
            let seconds = self.options.idle_stall.as_secs();
            let guilty = self.running_attempt(id);
            return self.mark_stalled(id, format!("it took up a request {seconds} s ago and has not begun it"), guilty);
        }
        let patience = server.patience(&self.options, &keys);
        let silent = server.silent(self.now);
        if server.idle(self.now).is_some_and(|idle| idle >= self.options.idle_stall) {
            let seconds = self.options.idle_stall.as_secs();
            self.mark_stalled(id, format!("it has had requests and run none for {seconds} s"), None);
        } else if silent >= patience {
            let running = self.running_attempt(id);
            let ours = server.others() == 0 || running.is_some_and(|attempt| self.attempts[&attempt].started);
            let whose = if ours { "" } else { "; it runs a request of another client" };
            let reason = format!("nothing has moved there for {} s{whose}", silent.as_secs());
            self.mark_stalled(id, reason, running.filter(|_| ours));
        }
    }
}
