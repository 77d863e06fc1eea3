//! Reaching servers: up, slow, down, stalled, and back.

use std::time::Duration;

use super::open::Stage;
use super::server::{Asking, Contact};
use super::{Fault, Fleet, Order, ServerId, Standing, Tell, Ticket};

/// What a fault was met with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Met {
    /// A probe, or the look after it.
    Contact,
    /// Anything else; a probe decides what it means.
    Work,
}

/// A server that was refused is probed again after this.
const SOON: Duration = Duration::from_secs(1);

impl Fleet {
    /// Asks each server what is due to be asked, one thing at a time.
    pub(super) fn ask(&mut self) {
        if self.jobs.is_empty() {
            return;
        }
        for at in 0..self.servers.len() {
            let Some((when, asking)) = self.servers[at].next() else { continue };
            if when > self.now {
                continue;
            }
            let server = ServerId(at);
            let tickets = self.there(server);
            let state = &mut self.servers[at];
            (state.asking, state.asked) = (Some(asking), self.now);
            // A frame that comes before the answer makes this 0 again: then the next question is asked at once.
            state.eager += u32::from(asking == Asking::Peek);
            self.orders.push(match asking {
                Asking::Probe => Order::Probe { server },
                Asking::Peek => Order::Peek { server, tickets },
                Asking::Look => Order::Look { server, tickets },
            });
        }
    }

    fn there(&self, server: ServerId) -> Vec<Ticket> {
        let tickets = self.servers[server.0].tickets.iter().copied();
        tickets.filter(|ticket| self.tries.get(ticket).is_some_and(|there| there.is_there())).collect()
    }

    pub(super) fn probed(&mut self, id: ServerId, result: Result<(), Fault>) {
        self.servers[id.0].asking = None;
        match result {
            Ok(()) => self.servers[id.0].contact = Contact::Look,
            Err(fault) => self.fault(id, fault, Met::Contact),
        }
    }

    /// A server did not answer as it should.
    pub(super) fn fault(&mut self, id: ServerId, fault: Fault, met: Met) {
        let server = &mut self.servers[id.0];
        server.breaks += u32::from(fault != Fault::TimedOut);
        if met == Met::Work && server.contact != Contact::Known {
            return;
        }
        let why = fault.to_string();
        if server.standing == Standing::Down {
            server.why = why;
            server.contact = Contact::Probe(self.now + server.pause());
        } else if fault == Fault::TimedOut && server.ever_up {
            self.timed_out(id, why);
        } else {
            server.refused += 1;
            server.contact = Contact::Probe(self.now + SOON);
            let unfit = met == Met::Contact && matches!(fault, Fault::Unfit(_));
            if unfit || server.refused >= self.options.refusals {
                self.down(id, why);
            }
        }
    }

    fn timed_out(&mut self, id: ServerId, why: String) {
        let server = &mut self.servers[id.0];
        let since = *server.silent_since.get_or_insert(self.now);
        server.refused = 0;
        server.contact = Contact::Probe(self.now + server.pause());
        if self.now >= since + self.options.slow {
            self.down(id, why);
        } else if server.standing == Standing::Up {
            self.stand(id, Standing::Slow, why, None);
        }
    }

    fn stand(&mut self, id: ServerId, standing: Standing, why: String, hint: Option<&'static str>) {
        let server = &mut self.servers[id.0];
        if server.standing == standing && server.why == why {
            return;
        }
        (server.standing, server.why) = (standing, why.clone());
        self.orders.push(Order::Tell(Tell::Server { server: id, standing, why, hint }));
    }

    /// What it had goes elsewhere; it is probed on, more and more seldom.
    fn down(&mut self, id: ServerId, why: String) {
        let front = self.front(id);
        let server = &mut self.servers[id.0];
        server.down_since.get_or_insert(self.now);
        (server.foreign, server.running, server.idle_since, server.loaded) = (0, None, None, None);
        let hint = "see whether ComfyUI runs there; `dgx-pixels doctor` shows more";
        self.stand(id, Standing::Down, why.clone(), Some(hint));
        self.abandon(id, front, &why);
    }

    /// It answers, but nothing moves.
    pub(super) fn stalled(&mut self, id: ServerId, why: String, guilty: Option<Ticket>) {
        let server = &mut self.servers[id.0];
        server.stalled_since.get_or_insert(self.now);
        server.on_trial = true;
        let hint = "restart ComfyUI there; it is used again when it works";
        self.stand(id, Standing::Stalled, why.clone(), Some(hint));
        for ticket in self.servers[id.0].tickets.clone() {
            if let Some(job) = self.jobs.get_mut(&ticket.job) {
                job.avoid.insert(id);
            }
        }
        self.abandon(id, guilty, &why);
    }

    /// The jobs of a server that is down or stalled go on elsewhere; its tries there may still turn up.
    fn abandon(&mut self, id: ServerId, guilty: Option<Ticket>, why: &str) {
        let server = &self.servers[id.0];
        let tickets: Vec<Ticket> = match server.standing {
            Standing::Down => server.tickets.union(&server.made).copied().collect(),
            _ => server.tickets.iter().copied().collect(),
        };
        self.sweep = true;
        for ticket in tickets {
            let Some(left) = self.tries.get_mut(&ticket) else { continue };
            let fetching = matches!(left.stage, Stage::Posting | Stage::Fetching);
            if !left.hopeful() || fetching {
                continue;
            }
            left.stray = true;
            let sent = left.stage == Stage::Sent;
            if sent && guilty == Some(ticket) {
                self.strike(ticket, id, why);
            }
            if sent {
                self.again(ticket, id, why);
            }
            self.settle(ticket.job);
        }
        for id in self.picky.clone() {
            self.shelve(id);
        }
    }

    /// It was probed and looked at: it is used (again), unless it stands still as before.
    pub(super) fn reached(&mut self, id: ServerId, moves: bool) {
        let server = &mut self.servers[id.0];
        server.ever_up = true;
        server.given_up &= server.stalled_since.is_some() && !moves;
        (server.refused, server.backoff, server.silent_since, server.down_since) = (0, 0, None, None);
        if server.stalled_since.is_some() && !moves {
            return self.stand(id, Standing::Stalled, "nothing moves there still".to_owned(), None);
        }
        server.stalled_since = None;
        if server.standing != Standing::Up {
            server.life = self.now;
        }
        self.stand(id, Standing::Up, String::new(), None);
        for ticket in self.servers[id.0].made.clone() {
            self.fetch(ticket);
        }
    }

    pub(super) fn socket(&mut self, id: ServerId, open: bool) {
        let server = &mut self.servers[id.0];
        (server.socket, server.deaf) = (open, false);
        if !open {
            server.breaks += 1;
            server.look_at = Some(self.now);
        }
    }
}
