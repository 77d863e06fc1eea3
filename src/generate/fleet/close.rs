//! The end of jobs: the one answer, and nothing of ours left on the servers.

use std::time::Duration;

use super::open::Stage;
use super::{Answer, Fleet, JobId, Order, ServerId, Standing, Ticket};

impl Fleet {
    /// The job's one answer; what is left of its tries is withdrawn.
    pub(super) fn answer(&mut self, id: JobId, answer: Answer) {
        let Some(job) = self.jobs.remove(&id) else { return };
        self.piles.take(&job.key);
        self.picky.remove(&id);
        self.orders.push(Order::Answer { job: id, answer });
        job.tries.into_iter().for_each(|ticket| self.unwant(ticket));
    }

    /// Nobody wants a try any more.
    pub(super) fn unwant(&mut self, ticket: Ticket) {
        let Some(unwanted) = self.tries.get_mut(&ticket) else { return };
        unwanted.unwanted = true;
        if unwanted.is_made() {
            self.forget(ticket);
        } else if unwanted.is_there() {
            self.withdraw(ticket);
        }
    }

    /// A stalled server keeps what it has until it moves again: with its queue emptied by us it would look sound.
    pub(super) fn withdraw(&mut self, ticket: Ticket) {
        let Some(id) = self.tries.get(&ticket).map(|unwanted| unwanted.server) else { return };
        let server = &mut self.servers[id.0];
        if matches!(server.standing, Standing::Up | Standing::Slow) {
            self.orders.push(Order::Withdraw { server: id, ticket });
            server.look_at = Some(self.now + Duration::from_secs(1));
        }
    }

    pub(super) fn leave_nothing(&mut self) {
        let stalled = |server: &ServerId| self.servers[server.0].standing == Standing::Stalled;
        let left = self.tries.iter().filter(|(_, left)| left.is_there() && stalled(&left.server));
        let orders: Vec<Order> =
            left.map(|(ticket, left)| Order::Withdraw { server: left.server, ticket: *ticket }).collect();
        self.orders.extend(orders);
    }

    pub(super) fn cancel(&mut self) {
        self.cancelled = true;
        for id in self.jobs.keys().copied().collect::<Vec<_>>() {
            let Some(job) = self.jobs.get(&id) else { continue };
            let comes = |ticket: &&Ticket| {
                self.tries.get(ticket).is_some_and(|made| matches!(made.stage, Stage::Fetching | Stage::Again(_)))
            };
            let (kept, rest): (Vec<Ticket>, Vec<Ticket>) = job.tries.iter().partition(|ticket| comes(ticket));
            if kept.is_empty() {
                self.answer(id, Answer::Cancelled);
            } else {
                rest.into_iter().for_each(|ticket| self.unwant(ticket));
            }
        }
    }
}
