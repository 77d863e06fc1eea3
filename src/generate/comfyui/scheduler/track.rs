//! Tracking each attempt from its post to its image.

use std::time::Duration;

use super::attempt::{Stage, TakeBack};
use super::server::During;
use super::{Action, AttemptId, End, Fault, Notice, Poll, PostError, Scheduler, ServerId};

/// A post that may still be under way to a slow server is looked for a second time after this.
const SECOND_SNAPSHOT: Duration = Duration::from_secs(2);

impl Scheduler {
    pub(super) fn posted(&mut self, id: AttemptId, result: Result<(), PostError>) {
        let Some(posted) = self.attempts.get_mut(&id).filter(|posted| posted.stage == Stage::Posting) else { return };
        let server = posted.server;
        posted.detached = !self.servers[server.0].is_expected_back();
        posted.sent = self.now;
        posted.stage = Stage::Sent;
        let (abandoned, early) = (posted.abandoned, posted.early);
        match result {
            Ok(()) => {
                self.servers[server.0].accepted(self.now);
                self.servers[server.0].took_post();
                if abandoned {
                    self.withdraw(id);
                }
                if early {
                    self.finished_frame(id);
                }
            }
            Err(PostError::Rejected(cause)) => {
                self.forget(id);
                self.rejected(id, server, cause);
            }
            Err(PostError::InPart(cause)) => {
                posted.abandoned = true;
                self.withdraw(id);
                self.rejected(id, server, cause);
            }
            Err(PostError::Unsent(fault)) => {
                self.forget(id);
                if !abandoned {
                    self.retry_elsewhere(id, server, fault.to_string());
                }
                self.fault(server, &fault, During::Work);
            }
            Err(PostError::Unsure(fault)) => {
                posted.stage = Stage::Unsure(None);
                let (down, reason) = (posted.detached, fault.to_string());
                self.servers[server.0].schedule_snapshot(self.now);
                self.fault(server, &fault, During::Work);
                let late = matches!(fault, Fault::TimedOut(_) | Fault::Unfit(_));
                if late && self.servers[server.0].lost_post() {
                    self.give_up(server, reason.clone());
                }
                if down {
                    self.suspect(id, self.running_attempt(server), server, &reason);
                }
            }
        }
        self.requeue(id.job);
    }

    /// A frame shows that an attempt runs.
    pub(super) fn progressed(&mut self, id: AttemptId) {
        if let Some(running) = self.attempts.get_mut(&id) {
            (running.started, running.heard) = (true, true);
            self.servers[running.server.0].progressed(self.now);
        }
    }

    /// A frame reports the end of an attempt.
    pub(super) fn finished_frame(&mut self, id: AttemptId) {
        let Some(finished) = self.attempts.get_mut(&id) else { return };
        let on_server = finished.is_on_server();
        if !on_server && finished.stage != Stage::Posting {
            return;
        }
        (finished.started, finished.heard) = (true, true);
        finished.early = !on_server;
        self.servers[finished.server.0].finished_frame(on_server.then_some(id), self.now);
    }

    pub(super) fn polled(&mut self, id: ServerId, result: Result<Poll, Fault>) {
        self.servers[id.0].end_query();
        self.servers[id.0].polled(self.now);
        let poll = match result {
            Ok(poll) => poll,
            Err(fault) => return self.fault(id, &fault, During::Work),
        };
        for (attempt, end) in poll.ended {
            self.ended(attempt, end);
        }
        let server = &self.servers[id.0];
        let queued = |attempt: &&AttemptId| {
            self.attempts.get(attempt).is_some_and(|there| there.stage == Stage::Sent && there.sent < server.queried())
        };
        let ours = server.attempts().iter().filter(queued).count();
        if poll.remaining < ours {
            self.servers[id.0].schedule_snapshot(self.now);
        } else {
            let others = poll.remaining - ours.max(server.attempts().len().min(poll.remaining));
            self.note_others(id, others);
        }
    }

    /// Reports once that a server works for others, too.
    pub(super) fn note_others(&mut self, id: ServerId, others: usize) {
        if self.servers[id.0].set_others(others) {
            self.actions.push(Action::Notify(Notice::Shared { server: id, others }));
        }
    }

    /// The attempt is in the queue.
    pub(super) fn seen_queued(&mut self, id: AttemptId, running: bool) {
        let Some(seen) = self.attempts.get_mut(&id).filter(|seen| seen.is_on_server()) else { return };
        seen.started |= running;
        if running {
            seen.runs_since.get_or_insert(self.now);
        }
        let (server, stage) = (seen.server, std::mem::replace(&mut seen.stage, Stage::Sent));
        if stage != Stage::Sent {
            seen.sent = self.now;
        }
        if seen.abandoned {
            self.withdraw(id);
            self.servers[server.0].schedule_snapshot(self.now + Duration::from_secs(5));
            return;
        }
        let stalled = self.servers[server.0].state().stalled_since().is_some();
        let other = self.has_other_active_attempt(id);
        if other && (stage == Stage::Earlier || !running) && !stalled {
            self.abandon(id);
        } else if !other && !stalled {
            self.reattach(id);
            if stage == Stage::Earlier {
                self.actions.push(Action::Notify(Notice::Adopted { attempt: id, server }));
            }
        }
    }

    fn has_other_active_attempt(&self, id: AttemptId) -> bool {
        let Some(job) = self.jobs.get(&id.job) else { return false };
        let mut others = job.attempts.iter().filter(|other| **other != id).filter_map(|other| self.attempts.get(other));
        others.any(|other| other.is_active() && other.stage != Stage::Earlier)
    }

    /// The job waits again for an attempt on a server that is back: what was held against the job for this attempt is
    /// taken back, and nothing else.
    fn reattach(&mut self, id: AttemptId) {
        let Some(back) = self.attempts.get_mut(&id) else { return };
        back.detached = false;
        let (struck, doubted) = (std::mem::take(&mut back.struck), std::mem::take(&mut back.doubted));
        if let Some(job) = self.jobs.get_mut(&id.job) {
            job.strikes = job.strikes.saturating_sub(u32::from(struck));
            job.blames = job.blames.filter(|_| !doubted);
        }
        self.requeue(id.job);
    }

    /// The attempt is neither in the queue nor in the history. `running`: the attempt that ran before the snapshot.
    pub(super) fn seen_absent(&mut self, id: AttemptId, running: Option<AttemptId>) {
        let Some(absent) = self.attempts.get_mut(&id).filter(|absent| absent.is_on_server()) else { return };
        let server = absent.server;
        if absent.taken_back != TakeBack::No && !absent.started {
            return self.is_back(id);
        }
        match absent.stage {
            Stage::Unsure(None) => {
                absent.stage = Stage::Unsure(Some(self.now));
                self.servers[server.0].schedule_snapshot(self.now + SECOND_SNAPSHOT);
                return;
            }
            Stage::Unsure(Some(first)) if self.now < first + SECOND_SNAPSHOT => {
                self.servers[server.0].schedule_snapshot(first + SECOND_SNAPSHOT);
                return;
            }
            _ => {}
        }
        let Some(gone) = self.forget(id) else { return };
        if gone.is_active() {
            let restarted = gone.breaks != self.servers[server.0].breaks();
            let died = gone.refusals != self.servers[server.0].refusals();
            match gone.stage {
                // It may have brought the server down before that could answer.
                Stage::Unsure(_) if died => self.lost(id, server, running),
                Stage::Unsure(_) => self.retry_elsewhere(id, server, "the request got lost on its way"),
                Stage::Sent if restarted => self.lost(id, server, running),
                Stage::Sent if !gone.adopted => self.vanished(id, server),
                _ => {}
            }
        }
        self.requeue(id.job);
    }

    /// The attempt has ended on its server, well or not.
    pub(super) fn ended(&mut self, id: AttemptId, end: End) {
        let Some(ended) = self.attempts.get(&id).filter(|ended| ended.is_on_server()).cloned() else { return };
        let sent = (ended.stage == Stage::Sent).then_some((ended.key.group, ended.sent));
        self.servers[ended.server.0].ended(id, &end, sent, self.now);
        match end {
            // Its server did not die.
            _ if ended.struck => self.dismiss_doubts(id.job),
            End::Interrupted => {}
            End::Success | End::NodeFailed(_) | End::OutOfMemory(_) => self.acquit(id.job),
        }
        if ended.abandoned || !self.jobs.contains_key(&id.job) {
            self.forget(id);
        } else if end == End::Success {
            if ended.stage == Stage::Earlier {
                self.actions.push(Action::Notify(Notice::Adopted { attempt: id, server: ended.server }));
            }
            self.made(id);
        } else {
            self.forget(id);
            let withdrawn = ended.adopted && end == End::Interrupted;
            if ended.stage != Stage::Earlier && !withdrawn {
                self.failed(id, ended.server, end);
            }
            self.requeue(id.job);
        }
    }

    fn made(&mut self, id: AttemptId) {
        let Some(made) = self.attempts.get_mut(&id) else { return };
        made.stage = Stage::Made;
        self.servers[made.server.0].add_made(id);
        self.reattach(id);
        self.fetch(id);
    }
}
