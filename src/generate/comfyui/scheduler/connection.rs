//! Reaching servers: up, slow, down, stalled, and back.

use super::attempt::Stage;
use super::server::{During, Effect, Query, State};
use super::{Action, AttemptId, Cause, Fault, Health, Notice, Scheduler, ServerId};

impl Scheduler {
    /// Sends each server the query that is due, one at a time.
    pub(super) fn query_servers(&mut self) {
        if self.jobs.is_empty() {
            return;
        }
        for at in 0..self.servers.len() {
            let Some((when, query)) = self.servers[at].next_query() else { continue };
            if when > self.now {
                continue;
            }
            let server = ServerId(at);
            let attempts = self.attempts_on(server);
            self.servers[at].start_query(query, self.now);
            self.actions.push(match query {
                Query::Probe => Action::Probe { server },
                Query::Poll => Action::Poll { server, attempts },
                Query::Snapshot => Action::Snapshot { server, attempts },
            });
        }
    }

    fn attempts_on(&self, server: ServerId) -> Vec<AttemptId> {
        let attempts = self.servers[server.0].attempts().iter().copied();
        attempts.filter(|id| self.attempts.get(id).is_some_and(|attempt| attempt.is_on_server())).collect()
    }

    pub(super) fn probed(&mut self, id: ServerId, result: Result<(), Fault>) {
        self.servers[id.0].end_query();
        match result {
            Ok(()) => self.servers[id.0].inspect_next(),
            Err(fault) => self.fault(id, &fault, During::Connecting),
        }
    }

    /// A server did not answer as it should.
    pub(super) fn fault(&mut self, id: ServerId, fault: &Fault, during: During) {
        let reason = fault.to_string();
        match self.servers[id.0].fault(fault, during, self.now, &self.options) {
            Effect::Probe => {}
            Effect::Slow => {
                if self.servers[id.0].set_state(State::Slow { reason }) {
                    self.notify_health(id, None);
                }
            }
            Effect::Down => self.mark_down(id, reason),
        }
    }

    fn notify_health(&mut self, id: ServerId, hint: Option<&'static str>) {
        let state = self.servers[id.0].state();
        let cause = Cause { hint: hint.map(str::to_owned), ..state.reason().into() };
        let health = state.health();
        self.actions.push(Action::Notify(Notice::Server { server: id, health, cause }));
    }

    /// Its jobs go elsewhere; it is probed at growing intervals.
    fn mark_down(&mut self, id: ServerId, reason: String) {
        let running = self.running_attempt(id);
        if self.servers[id.0].set_down(reason.clone(), self.now) {
            self.notify_health(id, Some("check that ComfyUI runs there; `dgx-pixels doctor` shows more"));
        }
        self.detach_all(id, running, &reason);
    }

    /// It answers, but nothing comes of what it is given: no job waits for it any more.
    pub(super) fn give_up(&mut self, id: ServerId, reason: String) {
        self.mark_down(id, reason);
        self.servers[id.0].give_up();
    }

    /// It answers, but nothing moves. `guilty`: the attempt that may have stalled it.
    pub(super) fn mark_stalled(&mut self, id: ServerId, reason: String, guilty: Option<AttemptId>) {
        if self.servers[id.0].set_stalled(reason.clone(), self.now) {
            self.notify_health(id, Some("restart ComfyUI there; it is used again when it works"));
        }
        self.leave(id, guilty, &reason);
    }

    /// The jobs of a stalled server go on elsewhere and do not come back to it.
    fn leave(&mut self, id: ServerId, guilty: Option<AttemptId>, reason: &str) {
        for attempt in self.servers[id.0].attempts() {
            if let Some(job) = self.jobs.get_mut(&attempt.job) {
                job.avoid.insert(id);
            }
        }
        self.detach_all(id, guilty, reason);
    }

    /// The jobs of a server that is down or stalled go on elsewhere; its attempts may still turn up.
    fn detach_all(&mut self, id: ServerId, guilty: Option<AttemptId>, reason: &str) {
        let server = &self.servers[id.0];
        let died = server.health() == Health::Down;
        let attempts: Vec<AttemptId> = match died {
            true => server.attempts().union(server.made()).copied().collect(),
            false => server.attempts().iter().copied().collect(),
        };
        self.recheck = true;
        for attempt in attempts {
            let Some(detached) = self.attempts.get_mut(&attempt) else { continue };
            let in_transfer = matches!(detached.stage, Stage::Posting | Stage::Fetching);
            if !detached.is_active() || in_transfer {
                continue;
            }
            detached.detached = true;
            let (posted, sent) = (detached.is_posted(), detached.stage == Stage::Sent);
            match (posted, died) {
                (true, true) => self.suspect(attempt, guilty, id, reason),
                (true, false) if guilty == Some(attempt) => self.strike(attempt, id, reason),
                _ => {}
            }
            if sent {
                self.retry_elsewhere(attempt, id, reason);
            }
            self.requeue(attempt.job);
        }
        for job in self.avoiding.clone() {
            self.enqueue(job);
        }
    }

    /// It was probed and inspected: it is used (again), unless it stands still as before.
    pub(super) fn reached(&mut self, id: ServerId, moves: bool) {
        if self.servers[id.0].set_reached(moves, self.now) {
            self.notify_health(id, None);
        }
        match self.servers[id.0].state().clone() {
            State::Up => {
                for attempt in self.servers[id.0].made().clone() {
                    self.fetch(attempt);
                }
            }
            // What an earlier build left there came to be known since it stalled.
            State::Stalled { reason, .. } => self.leave(id, None, &reason),
            State::Unknown { .. } | State::Slow { .. } | State::Down { .. } => {}
        }
    }
}
