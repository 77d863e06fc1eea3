//! What follows when an attempt fails: each class of failure has its own policy.

use super::{Action, Answer, AttemptId, Cause, End, JobFailure, JobId, Notice, Scheduler, ServerId};
use crate::words::diagnostic::{Diagnostic, Subject};

/// Posts of one job, for each of the attempts that may end with a dead server: a last bound over all policies.
const POSTS_PER_ATTEMPT: u32 = 3;

impl Scheduler {
    pub(super) fn name(&self, server: ServerId) -> String {
        self.servers[server.0].name().to_owned()
    }

    pub(super) fn fail(&mut self, id: JobId, failure: JobFailure) {
        self.answer(id, Answer::Failed(failure));
    }

    /// The job is requested once more, unless that was done too often.
    pub(super) fn retry_elsewhere(&mut self, id: AttemptId, server: ServerId, cause: impl Into<Cause>) {
        let cause = cause.into();
        let Some(job) = self.jobs.get(&id.job) else { return };
        let attempts = job.posts;
        if attempts >= self.options.attempts * POSTS_PER_ATTEMPT {
            let server = self.name(server);
            return self.fail(id.job, JobFailure::Poison { attempts, server, reason: cause.message });
        }
        if !job.cancelled {
            let diagnostic = repeated(&self.name(server), cause);
            self.actions.push(Action::Notify(Notice::Requeued { attempt: id, diagnostic }));
        }
    }

    /// The server was away meanwhile and has forgotten the attempt.
    pub(super) fn lost(&mut self, id: AttemptId, server: ServerId, running: Option<AttemptId>) {
        let reason = "the server was restarted and has forgotten it";
        self.suspect(id, running, server, reason);
        self.retry_elsewhere(id, server, reason);
    }

    /// Somebody cleared the queue, or the history before it was read.
    pub(super) fn vanished(&mut self, id: AttemptId, server: ServerId) {
        let name = self.name(server);
        let Some(job) = self.jobs.get_mut(&id.job) else { return };
        job.vanished += 1;
        match job.vanished {
            1 => self.retry_elsewhere(id, server, "it vanished from the queue"),
            _ => self.fail(id.job, JobFailure::Vanished(name)),
        }
    }

    /// The server will not do the job; the others may.
    pub(super) fn rejected(&mut self, id: AttemptId, server: ServerId, cause: Cause) {
        let Some(job) = self.jobs.get_mut(&id.job) else { return };
        job.unable.insert(server, cause.clone());
        if job.unable.len() < self.servers.len() {
            self.retry_elsewhere(id, server, cause);
        }
        self.recheck = true;
    }

    pub(super) fn fail_rejected(&mut self, id: JobId) {
        let Some(job) = self.jobs.get(&id) else { return };
        let each = job.unable.iter().map(|(server, cause)| (self.name(*server), cause.clone())).collect();
        self.fail(id, JobFailure::Rejected(each));
    }

    /// The attempt ended, and not well.
    pub(super) fn failed(&mut self, id: AttemptId, server: ServerId, end: End) {
        let name = self.name(server);
        let Some(job) = self.jobs.get_mut(&id.job) else { return };
        match end {
            End::Success => {}
            End::NodeFailed(cause) => self.fail(id.job, JobFailure::NodeFailed(cause)),
            End::OutOfMemory(message) => self.out_of_memory(id, server, message),
            End::Interrupted => {
                job.interrupted += 1;
                match job.interrupted {
                    1 => self.retry_elsewhere(id, server, "another client interrupted it"),
                    _ => self.fail(id.job, JobFailure::Interrupted(name)),
                }
            }
        }
    }

    /// Another server may have more memory; else one of these may, once the other jobs are done.
    fn out_of_memory(&mut self, id: AttemptId, server: ServerId, message: String) {
        let Some(job) = self.jobs.get_mut(&id.job) else { return };
        if job.last_chance {
            return self.fail(id.job, JobFailure::OutOfMemory(message));
        }
        job.avoid.insert(server);
        job.out_of_memory = true;
        self.retry_elsewhere(id, server, "out of memory");
    }

    /// It was made, and its image is unavailable.
    pub(super) fn regenerate(&mut self, id: AttemptId, server: ServerId, cause: Cause) {
        let name = self.name(server);
        let Some(job) = self.jobs.get_mut(&id.job) else { return };
        let mut others = job.attempts.iter().filter_map(|other| self.attempts.get(other));
        if others.any(|other| other.is_active()) {
            return;
        }
        job.regenerated += 1;
        job.avoid.insert(server);
        match job.regenerated {
            1 => self.retry_elsewhere(id, server, &cause.message),
            _ => self.fail(id.job, JobFailure::ImageUnavailable { server: name, cause }),
        }
    }
}

/// A request that is sent once more.
fn repeated(server: &str, cause: Cause) -> Diagnostic {
    let message = format!("requested once more: on `{server}` {}", cause.message);
    let diagnostic = Diagnostic::warning("request-repeated", message).at(cause.place);
    Diagnostic { hint: cause.hint, ..diagnostic.about(Subject::Server(server.to_owned())) }
}
