//! Requests that only wait on a server move to one that is idle: behind somebody else's work, or behind ours where that
//! takes longer.

use std::time::Duration;

use super::attempt::{Attempt, Stage, TakeBack};
use super::server::During;
use super::{Action, AttemptId, Fault, Notice, Scheduler, ServerId, Status};

/// What a move has to save at least: it costs a few requests.
const LEAST_GAIN: Duration = Duration::from_millis(500);

/// One job is moved so often at most.
const MOVES: u32 = 8;

impl Scheduler {
    /// Takes one request back for each server that has nothing to do and nothing to come.
    pub(super) fn take_back(&mut self) {
        for at in 0..self.servers.len() {
            let idle = ServerId(at);
            if !self.is_idle(idle) {
                continue;
            }
            let Some(attempt) = self.waiting_elsewhere(idle) else { continue };
            let Some(found) = self.attempts.get_mut(&attempt) else { continue };
            found.taken_back = TakeBack::For(idle);
            self.actions.push(Action::TakeBack { server: found.server, attempt });
        }
    }

    fn is_idle(&self, id: ServerId) -> bool {
        let server = &self.servers[id.0];
        let free = server.is_usable() && server.attempts().is_empty() && server.others() == 0 && !server.is_on_trial();
        free && !self.attempts.values().any(|attempt| attempt.taken_back == TakeBack::For(id))
    }

    /// The attempt that gains most by a move to the idle server.
    fn waiting_elsewhere(&self, idle: ServerId) -> Option<AttemptId> {
        let gains = self.attempts.iter().filter_map(|(id, attempt)| Some((self.gain(idle, *id, attempt)?, *id)));
        gains.max_by_key(|(gain, id)| (*gain, std::cmp::Reverse(*id))).map(|(_, id)| id)
    }

    /// How much sooner the idle server would have done what waits elsewhere; `None` if it stays there.
    fn gain(&self, idle: ServerId, id: AttemptId, attempt: &Attempt) -> Option<Duration> {
        let waits = attempt.stage == Stage::Sent && !attempt.started && attempt.is_active();
        let on = &self.servers[attempt.server.0];
        let job = self.jobs.get(&id.job).filter(|job| !job.cancelled && job.moves < MOVES)?;
        let able = !job.unable.contains_key(&idle) && !job.avoid.contains(&idle);
        let movable = attempt.server != idle && on.is_usable() && attempt.taken_back == TakeBack::No;
        if !waits || !able || !movable || self.running_attempt(attempt.server) == Some(id) && on.others() == 0 {
            return None;
        }
        let there = self.remaining(attempt);
        let here = self.servers[idle.0].typical_duration().or(on.typical_duration());
        let (Some(there), Some(here)) = (there, here) else { return Some(Duration::MAX) };
        let switch = self.servers[idle.0].last().is_some_and(|last| last.group.model != attempt.key.group.model);
        // What a change of the model costs is unknown; only what waits for others is worth one.
        let gain = there.checked_sub(here)?;
        (gain >= LEAST_GAIN && (!switch || on.others() > 0)).then_some(gain)
    }

    /// In how long its own server would have done a request that waits there, if that can be told. A wait that is longer
    /// than it should be is expected to go on for as long again.
    fn remaining(&self, attempt: &Attempt) -> Option<Duration> {
        let server = &self.servers[attempt.server.0];
        let typical = server.typical_duration()?;
        let before = server.attempts().iter().filter_map(|other| self.attempts.get(other));
        let before = before.filter(|other| other.serial < attempt.serial).count() + server.others();
        let wait = typical * u32::try_from(before).unwrap_or(u32::MAX);
        let waited = self.now.saturating_sub(attempt.sent.max(server.last_end()));
        Some(typical + wait.checked_sub(waited).unwrap_or(waited))
    }

    /// An attempt was to be deleted from its server's queue.
    pub(super) fn taken_back(&mut self, id: AttemptId, result: Result<Status, Fault>) {
        let Some(attempt) = self.attempts.get_mut(&id) else { return };
        let server = attempt.server;
        attempt.taken_back = TakeBack::No;
        match result {
            Ok(Status::Absent) => self.is_back(id),
            Ok(Status::Queued) => self.seen_queued(id, false),
            Ok(Status::Running) => self.seen_queued(id, true),
            Ok(Status::Ended(end)) => self.ended(id, end),
            Err(fault) => {
                attempt.taken_back = TakeBack::Unsure;
                self.servers[server.0].schedule_snapshot(self.now);
                self.fault(server, &fault, During::Work);
            }
        }
    }

    /// It was deleted from the queue before it ran.
    pub(super) fn is_back(&mut self, id: AttemptId) {
        let Some(gone) = self.forget(id) else { return };
        let Some(job) = self.jobs.get_mut(&id.job).filter(|_| gone.is_active()) else { return };
        job.avoid.insert(gone.server);
        (job.posts, job.moves) = (job.posts.saturating_sub(1), job.moves + 1);
        let others = self.servers[gone.server.0].others();
        self.actions.push(Action::Notify(Notice::Moved { attempt: id, server: gone.server, others }));
        self.requeue(id.job);
    }
}
