//! Downloads: repeated when they fail; when that does not help, the job is requested once more.

use std::time::Duration;

use super::attempt::Stage;
use super::server::During;
use super::{Action, Answer, AttemptId, Cause, FetchError, Health, Scheduler, ServerId};

/// Downloads that the server did not answer are given up after so many.
const FAULTS: u32 = 8;

fn missing() -> Cause {
    let hint = "check whether its disk is full or somebody deletes its outputs, then run the build again";
    Cause { hint: Some(hint.to_owned()), ..Cause::from("the server has no such file") }
}

impl Scheduler {
    /// Downloads what was made, if the server can be reached and no other attempt at the job is being downloaded.
    pub(super) fn fetch(&mut self, id: AttemptId) {
        let made = self.attempts.get(&id).filter(|made| matches!(made.stage, Stage::Made | Stage::FetchAgain(_)));
        let Some(made) = made else { return };
        let server = made.server;
        let Some(job) = self.jobs.get(&id.job) else { return };
        let mut others = job.attempts.iter().filter_map(|other| self.attempts.get(other));
        let busy = others.any(|other| other.stage == Stage::Fetching);
        let reachable = self.servers[server.0].is_connected();
        let stage = if reachable && !busy { Stage::Fetching } else { Stage::Made };
        if stage == Stage::Fetching {
            self.actions.push(Action::Fetch { server, attempt: id });
        }
        if let Some(made) = self.attempts.get_mut(&id) {
            (made.stage, made.detached) = (stage, made.detached && !reachable);
        }
        self.requeue(id.job);
    }

    /// Starts the downloads whose pause is over.
    pub(super) fn repeat_fetches(&mut self) {
        while let Some((at, attempt)) = self.fetches.first().copied().filter(|(at, _)| *at <= self.now) {
            self.fetches.remove(&(at, attempt));
            self.fetch(attempt);
        }
    }

    pub(super) fn fetched(&mut self, id: AttemptId, result: Result<(), FetchError>) {
        let Some(fetched) = self.attempts.get_mut(&id).filter(|fetched| fetched.stage == Stage::Fetching) else {
            return;
        };
        let server = fetched.server;
        match result {
            Ok(()) => {
                self.servers[server.0].fetched();
                self.answer(id.job, Answer::Done { attempt: id });
                self.forget(id);
            }
            Err(FetchError::Fault(fault)) if fetched.faults < FAULTS => {
                fetched.faults += 1;
                fetched.stage = Stage::Made;
                fetched.detached = self.servers[server.0].health() == Health::Down;
                self.fault(server, &fault, During::Work);
            }
            Err(FetchError::Fault(fault)) => self.image_unavailable(id, server, fault.to_string().into()),
            Err(FetchError::Missing) => self.fetch_later(id, server, missing()),
            Err(FetchError::Damaged(reason)) => self.fetch_later(id, server, reason.into()),
            Err(FetchError::NotOurs(cause)) => self.image_unavailable(id, server, cause),
            Err(FetchError::Unfinished(reason)) => {
                self.image_unavailable(id, server, reason.clone().into());
                if self.servers[server.0].unfinished() {
                    self.give_up(server, reason);
                }
            }
        }
        if self.jobs.get(&id.job).is_some_and(|job| job.cancelled) {
            self.answer(id.job, Answer::Cancelled);
        }
        self.requeue(id.job);
    }

    fn fetch_later(&mut self, id: AttemptId, server: ServerId, cause: Cause) {
        let Some(failed) = self.attempts.get_mut(&id) else { return };
        failed.bad_fetches += 1;
        if failed.bad_fetches >= self.options.fetches {
            return self.image_unavailable(id, server, cause);
        }
        let at = self.now + Duration::from_secs(failed.bad_fetches.into());
        failed.stage = Stage::FetchAgain(at);
        self.fetches.insert((at, id));
    }

    fn image_unavailable(&mut self, id: AttemptId, server: ServerId, cause: Cause) {
        self.forget(id);
        let Some(job) = self.jobs.get(&id.job) else { return };
        let made = |other: &AttemptId| self.attempts.get(other).is_some_and(|other| other.stage == Stage::Made);
        match job.attempts.iter().copied().find(made) {
            Some(other) => self.fetch(other),
            None => self.regenerate(id, server, cause),
        }
    }
}
