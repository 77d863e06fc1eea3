//! What follows when a try comes to nothing: each class of failure has its own policy.

use super::pile::Turn;
use super::{Answer, End, Fleet, JobId, Order, Reason, ServerId, Tell, Ticket};

/// Posts of one job, for each of the attempts that may end with a dead server: a last bound over all policies.
const POSTS_PER_ATTEMPT: u32 = 3;

impl Fleet {
    pub(super) fn name(&self, server: ServerId) -> String {
        self.servers[server.0].name.clone()
    }

    pub(super) fn fail(&mut self, id: JobId, reason: Reason) {
        self.answer(id, Answer::Failed(reason));
    }

    /// The job is asked for once more, unless that was done too often.
    pub(super) fn again(&mut self, ticket: Ticket, server: ServerId, why: &str) {
        let Some(job) = self.jobs.get(&ticket.job) else { return };
        let tries = job.posted;
        if tries >= self.options.attempts * POSTS_PER_ATTEMPT {
            let server = self.name(server);
            return self.fail(ticket.job, Reason::Poison { tries, server, why: why.to_owned() });
        }
        if !job.cancelled {
            self.orders.push(Order::Tell(Tell::Again { ticket, server, why: why.to_owned() }));
        }
    }

    /// The server died or stalled under the job. It comes after the others now, with a server for itself.
    pub(super) fn strike(&mut self, ticket: Ticket, server: ServerId, why: &str) {
        if let Some(struck) = self.tries.get_mut(&ticket) {
            struck.struck = true;
        }
        let Some(job) = self.jobs.get_mut(&ticket.job) else { return };
        job.strikes += 1;
        let (strikes, tries) = (job.strikes, job.posted);
        self.make_late(ticket.job);
        if strikes >= self.options.attempts {
            let server = self.name(server);
            self.fail(ticket.job, Reason::Poison { tries, server, why: why.to_owned() });
        }
    }

    fn make_late(&mut self, id: JobId) {
        if let Some(job) = self.jobs.get_mut(&id) {
            self.piles.take(&job.key);
            job.key.turn = Turn::Late;
        }
    }

    /// The server was away meanwhile and has forgotten the try.
    pub(super) fn lost(&mut self, ticket: Ticket, server: ServerId, front: bool) {
        let why = "the server was restarted and has forgotten it";
        if front {
            self.strike(ticket, server, why);
        }
        self.again(ticket, server, why);
    }

    /// Somebody emptied the queue, or the history before it was read.
    pub(super) fn vanished(&mut self, ticket: Ticket, server: ServerId) {
        let name = self.name(server);
        let Some(job) = self.jobs.get_mut(&ticket.job) else { return };
        job.vanished += 1;
        match job.vanished {
            1 => self.again(ticket, server, "it vanished from the queue"),
            _ => self.fail(ticket.job, Reason::Vanished(name)),
        }
    }

    /// The server will not do the job; the others may.
    pub(super) fn rejected(&mut self, ticket: Ticket, server: ServerId, why: String) {
        let Some(job) = self.jobs.get_mut(&ticket.job) else { return };
        job.unable.insert(server, why.clone());
        if job.unable.len() < self.servers.len() {
            self.again(ticket, server, &why);
        }
        self.sweep = true;
    }

    pub(super) fn fail_rejected(&mut self, id: JobId) {
        let Some(job) = self.jobs.get(&id) else { return };
        let each = job.unable.iter().map(|(server, why)| (self.name(*server), why.clone())).collect();
        self.fail(id, Reason::Rejected(each));
    }

    /// The try ended, and not well.
    pub(super) fn came_to_grief(&mut self, ticket: Ticket, server: ServerId, end: End) {
        let name = self.name(server);
        let Some(job) = self.jobs.get_mut(&ticket.job) else { return };
        match end {
            End::Success => {}
            End::Node(message) => self.fail(ticket.job, Reason::Node(message)),
            End::OutOfMemory(message) => self.out_of_memory(ticket, server, message),
            End::Interrupted => {
                job.interrupted += 1;
                match job.interrupted {
                    1 => self.again(ticket, server, "somebody else interrupted it"),
                    _ => self.fail(ticket.job, Reason::Interrupted(name)),
                }
            }
        }
    }

    /// Another server may have more memory; else one of these may, once the other jobs are done.
    fn out_of_memory(&mut self, ticket: Ticket, server: ServerId, message: String) {
        let Some(job) = self.jobs.get_mut(&ticket.job) else { return };
        if job.last_chance {
            return self.fail(ticket.job, Reason::OutOfMemory(message));
        }
        job.avoid.insert(server);
        job.out_of_memory = true;
        self.again(ticket, server, "out of memory");
    }

    /// It was made, and its image cannot be had.
    pub(super) fn remake(&mut self, ticket: Ticket, server: ServerId, why: &str) {
        let name = self.name(server);
        let Some(job) = self.jobs.get_mut(&ticket.job) else { return };
        let others = job.tries.iter().filter_map(|other| self.tries.get(other)).any(|other| other.hopeful());
        if others {
            return;
        }
        job.remade += 1;
        match job.remade {
            1 => self.again(ticket, server, why),
            _ => self.fail(ticket.job, Reason::Output { server: name, why: why.to_owned() }),
        }
    }
}
