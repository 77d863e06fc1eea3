//! Which job brought a server down: the one that ran when the server was last seen. That one may have ended since, unseen,
//! and the next may have begun. What becomes of the first, which has a server for itself now, tells which of them it was.

use super::job_queue::Priority;
use super::{AttemptId, JobFailure, JobId, Scheduler, ServerId};

/// A job that was behind another one on a server that died.
#[derive(Debug)]
pub(super) struct Doubt {
    job: JobId,
    server: ServerId,
    reason: String,
}

impl Scheduler {
    /// The server died with the attempt in its queue. `running`: the attempt that ran there, as far as is known.
    pub(super) fn suspect(&mut self, id: AttemptId, running: Option<AttemptId>, server: ServerId, reason: &str) {
        match running {
            Some(running) if running == id => self.strike(id, server, reason),
            Some(running) => self.doubt(id, running.job, server, reason),
            None => {}
        }
    }

    /// The server died or stalled under the job.
    pub(super) fn strike(&mut self, id: AttemptId, server: ServerId, reason: &str) {
        if let Some(struck) = self.attempts.get_mut(&id) {
            struck.struck = true;
        }
        self.strike_job(id.job, server, reason);
    }

    /// The job comes after the others now, with a server for itself.
    fn strike_job(&mut self, id: JobId, server: ServerId, reason: &str) {
        let Some(job) = self.jobs.get_mut(&id) else { return };
        job.strikes += 1;
        let (strikes, attempts) = (job.strikes, job.posts);
        self.queue.remove(&job.key);
        job.key.priority = Priority::Deferred;
        if strikes >= self.options.attempts {
            let server = self.name(server);
            self.fail(id, JobFailure::Poison { attempts, server, reason: reason.to_owned() });
        } else if strikes > 1 {
            self.dismiss_doubts(id);
        }
    }

    /// Another job is blamed, which may have ended before this one brought the server down. A job that is in doubt itself
    /// is never waited for, so that no two wait for each other.
    fn doubt(&mut self, attempt: AttemptId, blamed: JobId, server: ServerId, reason: &str) {
        let id = attempt.job;
        let open = self.jobs.get(&blamed).is_some_and(|blamed| blamed.blames.is_none() && blamed.strikes < 2);
        let Some(job) = self.jobs.get_mut(&id).filter(|job| open && job.blames.is_none()) else { return };
        job.blames = Some(blamed);
        self.queue.remove(&job.key);
        job.key.priority = Priority::Deferred;
        if let Some(doubted) = self.attempts.get_mut(&attempt) {
            doubted.doubted = true;
        }
        self.doubts.entry(blamed).or_default().push(Doubt { job: id, server, reason: reason.to_owned() });
    }

    /// The job ran to its end on a server that did not die: it was the job behind it that brought down the other one.
    pub(super) fn acquit(&mut self, id: JobId) {
        for doubt in self.doubts.remove(&id).unwrap_or_default() {
            let Some(job) = self.jobs.get_mut(&doubt.job).filter(|job| job.blames == Some(id)) else { continue };
            job.blames = None;
            self.strike_job(doubt.job, doubt.server, &doubt.reason);
            self.requeue(doubt.job);
        }
    }

    /// The job brought another server down by itself, or nothing more will be known of it: those behind it are cleared.
    pub(super) fn dismiss_doubts(&mut self, id: JobId) {
        for doubt in self.doubts.remove(&id).unwrap_or_default() {
            if let Some(job) = self.jobs.get_mut(&doubt.job).filter(|job| job.blames == Some(id)) {
                job.blames = None;
            }
        }
    }

    /// Whether the job has had its last attempt, if it was this one and not the other that brought a server down.
    pub(super) fn awaits_verdict(&self, id: JobId) -> bool {
        self.jobs.get(&id).is_some_and(|job| job.blames.is_some() && job.strikes + 1 >= self.options.attempts)
    }
}
