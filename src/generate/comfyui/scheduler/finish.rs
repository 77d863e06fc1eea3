//! The end of jobs: the one answer, and nothing of ours left on the servers.

use std::cmp::Reverse;
use std::time::Duration;

use super::attempt::{Attempt, Stage};
use super::job_queue::Priority;
use super::{Action, Answer, AttemptId, Health, JobFailure, JobId, Scheduler, ServerId};

impl Scheduler {
    /// The job's one answer; what is left of its attempts is withdrawn.
    pub(super) fn answer(&mut self, id: JobId, answer: Answer) {
        let Some(job) = self.jobs.remove(&id) else { return };
        self.queue.remove(&job.key);
        self.avoiding.remove(&id);
        self.dismiss_doubts(id);
        self.actions.push(Action::Answer { job: id, answer });
        job.attempts.into_iter().for_each(|attempt| self.abandon(attempt));
    }

    /// Nobody wants an attempt any more.
    pub(super) fn abandon(&mut self, id: AttemptId) {
        let Some(abandoned) = self.attempts.get_mut(&id) else { return };
        abandoned.abandoned = true;
        if abandoned.is_made() {
            self.forget(id);
        } else if abandoned.is_on_server() {
            self.withdraw(id);
        }
    }

    /// The server keeps an attempt for another job.
    pub(super) fn release(&mut self, id: AttemptId) {
        let left = |left: &&Attempt| left.abandoned && matches!(left.stage, Stage::Earlier | Stage::Sent);
        if self.attempts.get(&id).filter(left).is_some() {
            self.forget(id);
        }
    }

    /// A stalled server keeps what it has until it moves again: with its queue emptied by us it would look healthy.
    pub(super) fn withdraw(&mut self, id: AttemptId) {
        let Some(server) = self.attempts.get(&id).map(|attempt| attempt.server) else { return };
        if matches!(self.health(server), Health::Up | Health::Slow) {
            self.actions.push(Action::Withdraw { server, attempt: id });
            self.servers[server.0].schedule_snapshot(self.now + Duration::from_secs(1));
        }
    }

    /// The last job is answered: nothing stays on stalled servers. Attempts that a server may still have are kept until a
    /// snapshot lacks them, which bounds what a server is given; the numbers of texts are given anew when there are many.
    pub(super) fn become_idle(&mut self) {
        let stalled = |server: &ServerId| self.health(*server) == Health::Stalled;
        let left = self.attempts.iter().filter(|(_, left)| left.is_on_server() && stalled(&left.server));
        let actions: Vec<Action> =
            left.map(|(id, left)| Action::Withdraw { server: left.server, attempt: *id }).collect();
        self.actions.extend(actions);
        if self.queue.forget_texts() {
            self.servers.iter_mut().for_each(super::Server::forget_load);
        }
    }

    /// The job is not wanted any more; an image that is being fetched still counts.
    pub(super) fn cancel(&mut self, id: JobId) {
        let Some(job) = self.jobs.get_mut(&id) else { return };
        job.cancelled = true;
        let arriving = |attempt: &AttemptId| {
            self.attempts.get(attempt).is_some_and(|made| matches!(made.stage, Stage::Fetching | Stage::FetchAgain(_)))
        };
        let (kept, rest): (Vec<AttemptId>, Vec<AttemptId>) = job.attempts.iter().partition(|attempt| arriving(attempt));
        if kept.is_empty() {
            self.answer(id, Answer::Cancelled);
        } else {
            rest.into_iter().for_each(|attempt| self.abandon(attempt));
        }
    }

    /// The job's time is over; an image that is being fetched is lost to this build, and the next one finds it.
    pub(super) fn expire(&mut self, id: JobId) {
        self.answer(id, Answer::Failed(JobFailure::TimeLimit));
    }

    /// Starts a job over, unless a server has finished it already.
    pub(super) fn retry(&mut self, id: JobId) {
        let Some(job) = self.jobs.get_mut(&id).filter(|job| !job.cancelled) else { return };
        let attempts: Vec<AttemptId> = job.attempts.iter().copied().collect();
        if attempts.iter().any(|attempt| self.attempts.get(attempt).is_some_and(Attempt::is_made)) {
            return;
        }
        self.queue.remove(&job.key);
        job.start_over();
        job.avoid = attempts.iter().filter_map(|attempt| Some(self.attempts.get(attempt)?.server)).collect();
        attempts.into_iter().for_each(|attempt| self.abandon(attempt));
        self.requeue(id);
    }

    /// Puts a job before all others that wait.
    pub(super) fn move_to_front(&mut self, id: JobId) {
        let Some(job) = self.jobs.get_mut(&id) else { return };
        self.queue.remove(&job.key);
        self.moved += 1;
        job.key.priority = Priority::First(Reverse(self.moved));
        self.requeue(id);
    }
}
