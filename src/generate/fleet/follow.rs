//! Following each try from its post to its image.

use std::time::Duration;

use super::contact::Met;
use super::open::Stage;
use super::server::Contact;
use super::{Answer, End, Fault, FetchError, Fleet, Order, Peek, PostError, ServerId, Standing, Tell, Ticket};

/// A post that may yet be under way to a slow server is looked for a second time after this.
const SECOND_LOOK: Duration = Duration::from_secs(2);

/// Downloads that failed since the server did not answer are given up after so many.
const FAULTS: u32 = 8;

impl Fleet {
    pub(super) fn posted(&mut self, ticket: Ticket, result: Result<(), PostError>) {
        let Some(posted) = self.tries.get_mut(&ticket).filter(|posted| posted.stage == Stage::Posting) else { return };
        let id = posted.server;
        let server = &mut self.servers[id.0];
        posted.stray = matches!(server.standing, Standing::Down | Standing::Stalled);
        posted.sent = self.now;
        posted.stage = Stage::Sent;
        let unwanted = posted.unwanted;
        match result {
            Ok(()) => {
                if server.tickets.len() == 1 {
                    (server.life, server.polled) = (self.now, self.now);
                }
                if unwanted {
                    self.withdraw(ticket);
                }
            }
            Err(PostError::Rejected(why)) => {
                self.forget(ticket);
                self.rejected(ticket, id, why);
            }
            Err(PostError::Partly(why)) => {
                posted.unwanted = true;
                self.withdraw(ticket);
                self.rejected(ticket, id, why);
            }
            Err(PostError::Unsent(fault)) => {
                self.forget(ticket);
                self.again(ticket, id, &fault.to_string());
                self.fault(id, fault, Met::Work);
            }
            Err(PostError::Unsure(fault)) => {
                posted.stage = Stage::Unsure(None);
                server.look_at = Some(self.now);
                self.fault(id, fault, Met::Work);
            }
        }
        self.settle(ticket.job);
    }

    pub(super) fn stirred(&mut self, ticket: Ticket) -> Vec<Order> {
        if let Some(running) = self.tries.get_mut(&ticket) {
            running.started = true;
            let server = &mut self.servers[running.server.0];
            (server.life, server.deaf, server.idle_since) = (self.now, false, None);
        }
        Vec::new()
    }

    pub(super) fn over(&mut self, ticket: Ticket) {
        let Some(over) = self.tries.get_mut(&ticket).filter(|over| over.is_there()) else { return };
        over.started = true;
        let server = &mut self.servers[over.server.0];
        (server.life, server.deaf, server.eager) = (self.now, false, 0);
        server.over.insert(ticket);
    }

    pub(super) fn peeked(&mut self, id: ServerId, result: Result<Peek, Fault>) {
        let server = &mut self.servers[id.0];
        server.asking = None;
        server.polled = self.now;
        let peek = match result {
            Ok(peek) => peek,
            Err(fault) => return self.fault(id, fault, Met::Work),
        };
        server.eager += 1;
        for (ticket, end) in peek.ended {
            self.ended(ticket, end);
        }
        let server = &self.servers[id.0];
        let there = |ticket: &&Ticket| {
            self.tries.get(ticket).is_some_and(|there| there.stage == Stage::Sent && there.sent < server.asked)
        };
        let ours = server.tickets.iter().filter(there).count();
        if peek.remaining < ours {
            self.servers[id.0].look_at = Some(self.now);
        } else {
            let foreign = peek.remaining - ours.max(server.tickets.len().min(peek.remaining));
            self.foreign(id, foreign);
        }
    }

    /// Says once that a server works for others too; what it had loaded for us may be gone.
    pub(super) fn foreign(&mut self, id: ServerId, count: usize) {
        let server = &mut self.servers[id.0];
        if count > 0 {
            server.loaded = None;
            if server.foreign == 0 {
                self.orders.push(Order::Tell(Tell::Busy { server: id, foreign: count }));
            }
        }
        self.servers[id.0].foreign = count;
    }

    /// The try is in the queue.
    pub(super) fn present(&mut self, ticket: Ticket, running: bool) {
        let Some(there) = self.tries.get_mut(&ticket).filter(|there| there.is_there()) else { return };
        there.started |= running;
        let (id, stage) = (there.server, std::mem::replace(&mut there.stage, Stage::Sent));
        if stage != Stage::Sent {
            there.sent = self.now;
        }
        if there.unwanted {
            self.withdraw(ticket);
            self.servers[id.0].look_at = Some(self.now + Duration::from_secs(5));
            return;
        }
        let stalled = self.servers[id.0].stalled_since.is_some();
        let other = self.goes_on_with(ticket);
        if other && (stage == Stage::Earlier || !running) && !stalled {
            self.unwant(ticket);
        } else if !other && !stalled {
            self.rejoin(ticket);
            if stage == Stage::Earlier {
                self.orders.push(Order::Tell(Tell::Adopted { ticket, server: id }));
            }
        }
    }

    /// Whether another try of the job is on its way.
    fn goes_on_with(&self, ticket: Ticket) -> bool {
        let Some(job) = self.jobs.get(&ticket.job) else { return false };
        let others = job.tries.iter().filter(|other| **other != ticket).filter_map(|other| self.tries.get(other));
        others.into_iter().any(|other| other.hopeful() && other.stage != Stage::Earlier)
    }

    /// A try on a server that is back is what its job waits for again.
    fn rejoin(&mut self, ticket: Ticket) {
        let Some(back) = self.tries.get_mut(&ticket) else { return };
        back.stray = false;
        let struck = std::mem::take(&mut back.struck);
        if let Some(job) = self.jobs.get_mut(&ticket.job) {
            job.strikes -= u32::from(struck);
        }
        self.settle(ticket.job);
    }

    /// The try is neither in the queue nor in the history.
    pub(super) fn absent(&mut self, ticket: Ticket, front: Option<Ticket>) {
        let Some(absent) = self.tries.get_mut(&ticket).filter(|absent| absent.is_there()) else { return };
        let id = absent.server;
        match absent.stage {
            Stage::Unsure(None) => {
                absent.stage = Stage::Unsure(Some(self.now));
                self.servers[id.0].look_at = Some(self.now + SECOND_LOOK);
                return;
            }
            Stage::Unsure(Some(first)) if self.now < first + SECOND_LOOK => {
                self.servers[id.0].look_at = Some(first + SECOND_LOOK);
                return;
            }
            _ => {}
        }
        let Some(gone) = self.forget(ticket) else { return };
        if gone.hopeful() {
            match gone.stage {
                Stage::Unsure(_) => self.again(ticket, id, "the request got lost on its way"),
                Stage::Sent if gone.breaks != self.servers[id.0].breaks => self.lost(ticket, id, front == Some(ticket)),
                Stage::Sent => self.vanished(ticket, id),
                _ => {}
            }
        }
        self.settle(ticket.job);
    }

    /// The try has ended on its server, well or not.
    pub(super) fn ended(&mut self, ticket: Ticket, end: End) {
        let Some(ended) = self.tries.get(&ticket).filter(|ended| ended.is_there()).cloned() else { return };
        self.note_end(ticket, &end);
        if ended.unwanted || !self.jobs.contains_key(&ticket.job) {
            self.forget(ticket);
        } else if end == End::Success {
            if ended.stage == Stage::Earlier {
                self.orders.push(Order::Tell(Tell::Adopted { ticket, server: ended.server }));
            }
            self.made(ticket);
        } else {
            self.forget(ticket);
            if ended.stage != Stage::Earlier {
                self.came_to_grief(ticket, ended.server, end);
            }
            self.settle(ticket.job);
        }
    }

    fn note_end(&mut self, ticket: Ticket, end: &End) {
        let Some(ended) = self.tries.get(&ticket) else { return };
        let server = &mut self.servers[ended.server.0];
        server.tickets.remove(&ticket);
        let told = server.over.remove(&ticket);
        server.deaf = server.socket && !told;
        (server.life, server.on_trial, server.idle_since) = (self.now, false, None);
        if *end == End::Success && ended.stage == Stage::Sent {
            let began = ended.sent.max(server.ended);
            server.pace.note(ended.key.group, self.now.saturating_sub(began));
            server.loaded = Some(ended.key.group.model);
        }
        server.ended = self.now;
    }

    fn made(&mut self, ticket: Ticket) {
        let Some(made) = self.tries.get_mut(&ticket) else { return };
        made.stage = Stage::Made;
        self.servers[made.server.0].made.insert(ticket);
        self.rejoin(ticket);
        self.fetch(ticket);
    }

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
        if self.cancelled {
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
