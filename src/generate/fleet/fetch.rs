//! Downloads: again when they fail, and the job once more when that does not help.

use std::time::Duration;

use super::contact::Met;
use super::open::Stage;
use super::server::Contact;
use super::{Answer, FetchError, Fleet, Order, ServerId, Standing, Ticket};

/// Downloads that failed since the server did not answer are given up after so many.
const FAULTS: u32 = 8;

impl Fleet {
    /// Downloads what was made, if the server can be reached and no other try of the job is being downloaded.
    pub(super) fn fetch(&mut self, ticket: Ticket) {
        let Some(made) = self.tries.get(&ticket).filter(|made| matches!(made.stage, Stage::Made | Stage::Again(_)))
        else {
            return;
        };
        let server = made.server;
        let Some(job) = self.jobs.get(&ticket.job) else { return };
        let others = job.tries.iter().filter_map(|other| self.tries.get(other));
        let busy = others.into_iter().any(|other| other.stage == Stage::Fetching);
        let reachable = self.servers[server.0].contact == Contact::Known;
        let stage = if reachable && !busy { Stage::Fetching } else { Stage::Made };
        if stage == Stage::Fetching {
            self.orders.push(Order::Fetch { server, ticket });
        }
        if let Some(made) = self.tries.get_mut(&ticket) {
            (made.stage, made.stray) = (stage, made.stray && !reachable);
        }
        self.settle(ticket.job);
    }

    /// Downloads that wait for their next turn.
    pub(super) fn fetch_again(&mut self) {
        while let Some((at, ticket)) = self.again.first().copied().filter(|(at, _)| *at <= self.now) {
            self.again.remove(&(at, ticket));
            self.fetch(ticket);
        }
    }

    pub(super) fn fetched(&mut self, ticket: Ticket, result: Result<(), FetchError>) {
        let Some(fetched) = self.tries.get_mut(&ticket).filter(|fetched| fetched.stage == Stage::Fetching) else {
            return;
        };
        let id = fetched.server;
        match result {
            Ok(()) => {
                self.forget(ticket);
                self.answer(ticket.job, Answer::Done { ticket });
            }
            Err(FetchError::Fault(fault)) if fetched.faults < FAULTS => {
                fetched.faults += 1;
                fetched.stage = Stage::Made;
                fetched.stray = self.servers[id.0].standing == Standing::Down;
                self.fault(id, fault, Met::Work);
            }
            Err(FetchError::Fault(fault)) => self.not_to_be_had(ticket, id, &fault.to_string()),
            Err(FetchError::Missing) => self.fetch_later(ticket, id, "the server has no such file"),
            Err(FetchError::Damaged(why)) => self.fetch_later(ticket, id, &why),
        }
        if self.jobs.get(&ticket.job).is_some_and(|job| job.cancelled) {
            self.answer(ticket.job, Answer::Cancelled);
        }
        self.settle(ticket.job);
    }

    fn fetch_later(&mut self, ticket: Ticket, id: ServerId, why: &str) {
        let Some(failed) = self.tries.get_mut(&ticket) else { return };
        failed.fetches += 1;
        if failed.fetches >= self.options.fetches {
            return self.not_to_be_had(ticket, id, why);
        }
        let at = self.now + Duration::from_secs(failed.fetches.into());
        failed.stage = Stage::Again(at);
        self.again.insert((at, ticket));
    }

    fn not_to_be_had(&mut self, ticket: Ticket, id: ServerId, why: &str) {
        self.forget(ticket);
        let Some(job) = self.jobs.get(&ticket.job) else { return };
        let made = |other: &Ticket| self.tries.get(other).is_some_and(|other| other.stage == Stage::Made);
        match job.tries.iter().copied().find(made) {
            Some(other) => self.fetch(other),
            None => self.remake(ticket, id, why),
        }
    }
}
