//! Following each try from its post to its image.

use std::time::Duration;

use super::contact::Met;
use super::open::Stage;
use super::{End, Fault, Fleet, Order, Peek, PostError, ServerId, Tell, Ticket};

/// A post that may yet be under way to a slow server is looked for a second time after this.
const SECOND_LOOK: Duration = Duration::from_secs(2);

impl Fleet {
    pub(super) fn posted(&mut self, ticket: Ticket, result: Result<(), PostError>) {
        let Some(posted) = self.tries.get_mut(&ticket).filter(|posted| posted.stage == Stage::Posting) else { return };
        let id = posted.server;
        let server = &mut self.servers[id.0];
        posted.stray = !server.is_hopeful();
        posted.sent = self.now;
        posted.stage = Stage::Sent;
        let (unwanted, early) = (posted.unwanted, posted.early);
        match result {
            Ok(()) => {
                if server.tickets.len() == 1 {
                    (server.life, server.polled) = (self.now, self.now);
                }
                if unwanted {
                    self.withdraw(ticket);
                }
                if early {
                    self.over(ticket);
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
        let Some(over) = self.tries.get_mut(&ticket) else { return };
        let there = over.is_there();
        if !there && over.stage != Stage::Posting {
            return;
        }
        over.started = true;
        over.early = !there;
        let server = &mut self.servers[over.server.0];
        (server.life, server.deaf) = (self.now, false);
        if there {
            server.eager = 0;
            server.over.insert(ticket);
        }
    }

    pub(super) fn peeked(&mut self, id: ServerId, result: Result<Peek, Fault>) {
        let server = &mut self.servers[id.0];
        server.asking = None;
        server.polled = self.now;
        let peek = match result {
            Ok(peek) => peek,
            Err(fault) => return self.fault(id, fault, Met::Work),
        };
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
}
