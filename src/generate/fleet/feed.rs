//! Who gets what next: servers keep what they have loaded, and none stands idle while there is work.

use super::open::Stage;
use super::pile::{Group, Key};
use super::{Fleet, Order, ServerId, Standing, Ticket};

/// So many groups are looked at before one is chosen.
const GROUPS: usize = 32;

/// So many of the jobs that come after all others are looked at.
const LATE: usize = 8;

impl Fleet {
    /// Fills every server's queue as far as it is to be filled, the emptiest first.
    pub(super) fn feed(&mut self) {
        while !self.piles.is_empty() && self.feed_one() {}
        self.tell_waiting();
    }

    fn feed_one(&mut self) -> bool {
        let mut servers: Vec<ServerId> = (0..self.servers.len()).map(ServerId).collect();
        servers.retain(|server| self.has_room(*server));
        servers.sort_by_key(|server| {
            let state = &self.servers[server.0];
            (state.tickets.len(), state.foreign, *server)
        });
        let found = servers.into_iter().find_map(|server| Some((server, self.choose(server)?)));
        if let Some((server, key)) = found {
            self.post(server, key);
        }
        found.is_some()
    }

    /// A job that may have brought a server down has one for itself, and a server that was stalled is tried with one.
    fn has_room(&self, id: ServerId) -> bool {
        let server = &self.servers[id.0];
        let suspect = |ticket: &Ticket| self.jobs.get(&ticket.job).is_some_and(|job| job.suspect());
        let alone = server.on_trial || server.tickets.iter().any(suspect);
        server.usable() && server.tickets.len() < if alone { 1 } else { self.options.in_flight }
    }

    fn choose(&self, server: ServerId) -> Option<Key> {
        if let Some(key) = self.piles.first(server).find(|key| self.fits(server, key)) {
            return Some(key);
        }
        let near = self.servers[server.0].last.and_then(|last| self.piles.nearest(server, &last));
        let key = near.or_else(|| self.choose_group(server)).or_else(|| self.choose_late(server))?;
        (!self.others_are_sooner(server, &key)).then_some(key)
    }

    fn choose_late(&self, server: ServerId) -> Option<Key> {
        self.piles.late(server).take(LATE).find(|key| self.fits(server, key))
    }

    /// Whether a server may have a job beside those that it has.
    fn fits(&self, server: ServerId, key: &Key) -> bool {
        self.servers[server.0].tickets.is_empty() || !self.jobs.get(&key.job).is_some_and(|job| job.suspect())
    }

    /// Another group: best one of the same model that no other server has loaded, then a model that none has loaded,
    /// else the one with the most work for each who shares it.
    fn choose_group(&self, server: ServerId) -> Option<Key> {
        let model = self.servers[server.0].last.map(|last| last.group.model);
        let own = model.map(|model| self.piles.groups(server, Group { model, loras: 0 }));
        let own = own.into_iter().flatten().take_while(|key| Some(key.group.model) == model).take(GROUPS);
        let all = self.piles.groups(server, Group { model: 0, loras: 0 }).take(GROUPS);
        own.chain(all)
            .enumerate()
            .min_by_key(|(at, key)| (self.cost(server, model, key.group), *at))
            .map(|(_, key)| key)
    }

    /// The class of a change, then the share of the group that would be left to each server (the larger the better).
    fn cost(&self, server: ServerId, model: Option<u32>, group: Group) -> (u8, usize) {
        let others = || {
            let others = self.servers.iter().enumerate().filter(|(at, other)| *at != server.0 && other.usable());
            others.filter_map(|(_, other)| other.last.map(|last| last.group))
        };
        let held = others().filter(|other| *other == group).count();
        let model_held = others().any(|other| other.model == group.model);
        let share = usize::MAX - self.piles.size(group) / (held + 1);
        match (model == Some(group.model), held, model_held) {
            (true, 0, _) => (0, 0),
            (_, _, false) => (1, 0),
            (true, ..) => (2, share),
            (false, 0, _) => (3, share),
            (false, ..) => (4, share),
        }
    }

    /// Whether the other servers are done with all that waits before this one would be with the job: a slow server, or
    /// one with others' work before it, would be the last that everybody waits for. The soonest is never held back.
    fn others_are_sooner(&self, id: ServerId, key: &Key) -> bool {
        let Some(own) = self.servers[id.0].next_done() else { return false };
        let Some(job) = self.jobs.get(&key.job) else { return false };
        let (mut rate, mut before, mut soonest) = (0.0, 0, f64::MAX);
        for (at, other) in self.servers.iter().enumerate() {
            let able = !job.unable.contains_key(&ServerId(at)) && !job.avoid.contains(&ServerId(at));
            if at == id.0 || !able || !other.usable() || other.on_trial {
                continue;
            }
            let Some(done) = other.next_done() else { continue };
            let queue = other.tickets.len() + other.foreign;
            rate += (queue + 1) as f64 / done;
            before += queue;
            soonest = done.min(soonest);
        }
        let all = (before + self.piles.waiting(id)) as f64 / rate;
        rate > 0.0 && all.max(soonest) < own
    }

    fn post(&mut self, server: ServerId, key: Key) {
        let Some(job) = self.jobs.get_mut(&key.job) else { return };
        let ticket = Ticket { job: key.job, attempt: job.next_attempt };
        job.next_attempt += 1;
        job.posted += 1;
        self.remember(ticket, server, Stage::Posting);
        self.settle(key.job);
        self.servers[server.0].last = Some(key);
        debug_assert_eq!(self.servers[server.0].standing, Standing::Up);
        self.orders.push(Order::Post { server, ticket });
    }
}
