//! Which server gets which job next: servers keep what they have loaded, and none idles while there is work.

use super::attempt::Stage;
use super::job_queue::{Group, Key};
use super::{Action, AttemptId, Health, Scheduler, ServerId};

/// So many groups are considered before one is chosen.
const GROUPS: usize = 32;

/// So many of the deferred jobs are considered.
const DEFERRED: usize = 8;

impl Scheduler {
    /// Fills every server's queue as far as it is to be filled, the emptiest first.
    pub(super) fn dispatch(&mut self) {
        while !self.queue.is_empty() && self.dispatch_one() {}
        self.notify_waiting();
    }

    fn dispatch_one(&mut self) -> bool {
        let mut servers: Vec<ServerId> = (0..self.servers.len()).map(ServerId).collect();
        servers.retain(|server| self.has_capacity(*server));
        servers.sort_by_key(|server| {
            let state = &self.servers[server.0];
            (state.attempts().len(), state.others(), *server)
        });
        let found = servers.into_iter().find_map(|server| Some((server, self.choose(server)?)));
        if let Some((server, key)) = found {
            self.post(server, key);
        }
        found.is_some()
    }

    /// A job that may have brought a server down has one for itself, and a server that was stalled gets one job.
    fn has_capacity(&self, id: ServerId) -> bool {
        let server = &self.servers[id.0];
        let suspect = |attempt: &AttemptId| self.jobs.get(&attempt.job).is_some_and(|job| job.is_suspect());
        let alone = server.is_on_trial() || server.attempts().iter().any(suspect);
        server.is_usable() && server.attempts().len() < if alone { 1 } else { self.options.in_flight }
    }

    fn choose(&self, server: ServerId) -> Option<Key> {
        if let Some(key) = self.queue.first(server).find(|key| self.fits(server, key)) {
            return Some(key);
        }
        let nearest = self.servers[server.0].last().and_then(|last| self.queue.nearest(server, &last));
        let key = nearest.or_else(|| self.choose_group(server)).or_else(|| self.choose_deferred(server))?;
        (!self.others_finish_sooner(server, &key)).then_some(key)
    }

    fn choose_deferred(&self, server: ServerId) -> Option<Key> {
        self.queue
            .deferred(server)
            .filter(|key| !self.awaits_verdict(key.job))
            .take(DEFERRED)
            .find(|key| self.fits(server, key))
    }

    /// Whether a server may have a job beside those that it has.
    fn fits(&self, server: ServerId, key: &Key) -> bool {
        let suspect = self.jobs.get(&key.job).is_some_and(|job| job.is_suspect());
        !suspect || self.servers[server.0].attempts().is_empty() && !self.awaits_verdict(key.job)
    }

    /// Another group: best one of the same model that no other server has loaded, then a model that none has loaded,
    /// else the one with the most work for each who shares it.
    fn choose_group(&self, server: ServerId) -> Option<Key> {
        let model = self.servers[server.0].last().map(|last| last.group.model);
        let own = model.map(|model| self.queue.groups(server, Group { model, loras: 0 }));
        let own = own.into_iter().flatten().take_while(|key| Some(key.group.model) == model).take(GROUPS);
        let all = self.queue.groups(server, Group { model: 0, loras: 0 }).take(GROUPS);
        own.chain(all)
            .enumerate()
            .min_by_key(|(at, key)| (self.cost(server, model, key.group), *at))
            .map(|(_, key)| key)
    }

    /// The class of a change, then the share of the group that would be left to each server (the larger the better).
    fn cost(&self, server: ServerId, model: Option<u32>, group: Group) -> (u8, usize) {
        let others = || {
            let others = self.servers.iter().enumerate().filter(|(at, other)| *at != server.0 && other.is_usable());
            others.filter_map(|(_, other)| other.last().map(|last| last.group))
        };
        let held = others().filter(|other| *other == group).count();
        let model_held = others().any(|other| other.model == group.model);
        let share = usize::MAX - self.queue.size(group) / (held + 1);
        match (model == Some(group.model), held, model_held) {
            (true, 0, _) => (0, 0),
            (_, _, false) => (1, 0),
            (true, ..) => (2, share),
            (false, 0, _) => (3, share),
            (false, ..) => (4, share),
        }
    }

    /// Whether the other servers finish all that waits before this one would finish the job: a slow server, or one with
    /// others' work before it, would be the last that everybody waits for. The soonest is never held back.
    fn others_finish_sooner(&self, id: ServerId, key: &Key) -> bool {
        let Some(own) = self.servers[id.0].next_done() else { return false };
        let Some(job) = self.jobs.get(&key.job) else { return false };
        let (mut rate, mut before, mut soonest) = (0.0, 0, f64::MAX);
        for (at, other) in self.servers.iter().enumerate() {
            let able = !job.unable.contains_key(&ServerId(at)) && !job.avoid.contains(&ServerId(at));
            if at == id.0 || !able || !other.is_usable() || other.is_on_trial() {
                continue;
            }
            let Some(done) = other.next_done() else { continue };
            let queued = other.attempts().len() + other.others();
            rate += (queued + 1) as f64 / done;
            before += queued;
            soonest = done.min(soonest);
        }
        let all = (before + self.queue.waiting(id)) as f64 / rate;
        rate > 0.0 && all.max(soonest) < own
    }

    fn post(&mut self, server: ServerId, key: Key) {
        let Some(job) = self.jobs.get_mut(&key.job) else { return };
        let attempt = AttemptId { job: key.job, number: job.next_attempt };
        job.next_attempt += 1;
        job.posts += 1;
        self.add_attempt(attempt, server, Stage::Posting);
        self.requeue(key.job);
        self.servers[server.0].set_last(key);
        debug_assert_eq!(self.health(server), Health::Up);
        self.actions.push(Action::Post { server, attempt });
    }
}
