//! The look at a server: where everything is, and whether anything moves.

use super::contact::Met;
use super::open::Stage;
use super::server::Contact;
use super::{Fault, Fleet, Look, ServerId, Sight, Standing, Ticket};

impl Fleet {
    pub(super) fn looked(&mut self, id: ServerId, result: Result<Look, Fault>) {
        let server = &mut self.servers[id.0];
        server.asking = None;
        let contact = server.contact == Contact::Look;
        let look = match result {
            Ok(look) => look,
            Err(fault) => return self.fault(id, fault, if contact { Met::Contact } else { Met::Work }),
        };
        let moves = self.note_look(id, &look);
        if contact || self.servers[id.0].standing == Standing::Stalled {
            self.servers[id.0].contact = if contact { Contact::Known } else { self.servers[id.0].contact };
            self.reached(id, moves);
        }
        let front = self.front(id);
        for (ticket, sight) in look.seen {
            match sight {
                Sight::Absent => self.absent(ticket, front),
                Sight::Queued => self.present(ticket, false),
                Sight::Running => self.present(ticket, true),
                Sight::Ended(end) => self.ended(ticket, end),
            }
        }
        self.foreign(id, look.foreign);
        if self.servers[id.0].usable() {
            self.guard(id);
        }
    }

    /// Takes down what runs; says whether anything has moved since the last look.
    fn note_look(&mut self, id: ServerId, look: &Look) -> bool {
        let gone = |(ticket, sight): &(Ticket, Sight)| match sight {
            Sight::Ended(_) => true,
            Sight::Absent => self.tries.get(ticket).is_some_and(|gone| matches!(gone.stage, Stage::Sent)),
            Sight::Queued | Sight::Running => false,
        };
        let gone = look.seen.iter().any(gone);
        let server = &mut self.servers[id.0];
        let moves = gone || look.running != server.running;
        (server.looked, server.polled) = (self.now, self.now);
        server.look_at = server.look_at.filter(|at| *at > self.now);
        server.running.clone_from(&look.running);
        if moves {
            server.life = self.now;
        }
        match look.running.is_none() && look.pending > 0 {
            true => _ = server.idle_since.get_or_insert(self.now),
            false => server.idle_since = None,
        }
        moves
    }

    /// The try that runs: the one that was seen to, or else the oldest.
    pub(super) fn front(&self, id: ServerId) -> Option<Ticket> {
        let tickets = self.servers[id.0].tickets.iter();
        let there = tickets.filter_map(|ticket| Some((ticket, self.tries.get(ticket)?)));
        let sent = there.filter(|(_, there)| there.stage == Stage::Sent);
        sent.min_by_key(|(_, there)| (!there.started, there.number)).map(|(ticket, _)| *ticket)
    }

    /// The watchdog: a worker that died leaves a server that looks sound.
    fn guard(&mut self, id: ServerId) {
        let server = &self.servers[id.0];
        let sent = server.tickets.iter().filter_map(|ticket| self.tries.get(ticket));
        let keys: Vec<_> = sent.filter(|there| there.stage == Stage::Sent).map(|there| there.key).collect();
        if keys.is_empty() {
            return;
        }
        let patience = server.patience(&self.options, &keys);
        let silent = self.now.saturating_sub(server.life);
        let idle = server.idle_since.map(|since| self.now.saturating_sub(since));
        if idle.is_some_and(|idle| idle >= self.options.idle_stall) {
            let why = format!("it has had requests and run none for {} s", self.options.idle_stall.as_secs());
            self.stalled(id, why, None);
        } else if silent >= patience {
            let ours = server.foreign == 0 || self.front(id).is_some_and(|ticket| self.tries[&ticket].started);
            let whose = if ours { "" } else { "; it runs a request of somebody else" };
            let guilty = self.front(id).filter(|_| ours);
            self.stalled(id, format!("nothing has moved there for {} s{whose}", silent.as_secs()), guilty);
        }
    }
}
