//! The end of jobs: the one answer, and nothing of ours left on the servers.

use std::cmp::Reverse;
use std::time::Duration;

use super::open::{Stage, Try};
use super::pile::Turn;
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

    /// The job is not wanted any more; an image that is being fetched still counts.
    pub(super) fn cancel(&mut self, id: JobId) {
        let Some(job) = self.jobs.get_mut(&id) else { return };
        job.cancelled = true;
        let comes = |ticket: &Ticket| {
            self.tries.get(ticket).is_some_and(|made| matches!(made.stage, Stage::Fetching | Stage::Again(_)))
        };
        let (kept, rest): (Vec<Ticket>, Vec<Ticket>) = job.tries.iter().partition(|ticket| comes(ticket));
        if kept.is_empty() {
            self.answer(id, Answer::Cancelled);
        } else {
            rest.into_iter().for_each(|ticket| self.unwant(ticket));
        }
    }

    /// Starts a job over, unless a server has made it already.
    pub(super) fn retry(&mut self, id: JobId) {
        let Some(job) = self.jobs.get_mut(&id).filter(|job| !job.cancelled) else { return };
        let tries: Vec<Ticket> = job.tries.iter().copied().collect();
        if tries.iter().any(|ticket| self.tries.get(ticket).is_some_and(Try::is_made)) {
            return;
        }
        self.piles.take(&job.key);
        job.start_over();
        job.avoid = tries.iter().filter_map(|ticket| Some(self.tries.get(ticket)?.server)).collect();
        tries.into_iter().for_each(|ticket| self.unwant(ticket));
        self.settle(id);
    }

    /// Puts a job before all others that wait.
    pub(super) fn move_to_front(&mut self, id: JobId) {
        let Some(job) = self.jobs.get_mut(&id) else { return };
        self.piles.take(&job.key);
        self.moved += 1;
        job.key.turn = Turn::First(Reverse(self.moved));
        self.settle(id);
    }
}
