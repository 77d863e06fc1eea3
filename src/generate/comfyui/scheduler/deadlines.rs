//! Deadlines: jobs fail once no server that could do them can be expected back.

use std::time::Duration;

use super::server::{Server, State};
use super::{Action, Answer, Cause, Health, JobFailure, JobId, Notice, Scheduler, ServerId};
use crate::words::diagnostic::Diagnostic;

impl Scheduler {
    /// When jobs no longer wait for a server, unless they have given it up already.
    pub(super) fn deadline(&self, server: &Server) -> Option<Duration> {
        if server.state().is_given_up() {
            return None;
        }
        match server.state() {
            // On a machine without any server jobs fail at once.
            State::Down { .. } if self.no_server_was_up() => Some(Duration::ZERO),
            State::Down { since, .. } => Some(*since + self.options.grace),
            State::Stalled { since, .. } => Some(*since + self.options.stalled_grace),
            State::Unknown { .. } | State::Up | State::Slow { .. } => None,
        }
    }

    fn no_server_was_up(&self) -> bool {
        self.servers.iter().all(|server| server.health() == Health::Down && !server.was_up())
    }

    /// Fails the jobs that have no server left.
    pub(super) fn fail_unservable(&mut self) {
        for at in 0..self.servers.len() {
            if self.deadline(&self.servers[at]).is_some_and(|when| when <= self.now) {
                self.servers[at].give_up();
                self.recheck = true;
            }
        }
        let any_given_up = self.servers.iter().any(|server| server.state().is_given_up());
        if !std::mem::take(&mut self.recheck) || !any_given_up {
            return;
        }
        let unservable = |id: &JobId| {
            let job = &self.jobs[id];
            let lost = |at: usize| self.servers[at].state().is_given_up() || job.unable.contains_key(&ServerId(at));
            (0..self.servers.len()).all(lost)
        };
        let ids: Vec<JobId> = self.queue.all().map(|key| key.job).filter(unservable).collect();
        for id in ids {
            let servers = self.servers.iter().enumerate();
            let each = servers.map(|(at, server)| (server.name().to_owned(), self.obstacle(id, ServerId(at))));
            let failure = JobFailure::NoServer(each.collect());
            self.answer(id, Answer::Failed(failure));
        }
    }

    /// What keeps a server from doing a job.
    fn obstacle(&self, id: JobId, server: ServerId) -> Cause {
        let unable = self.jobs.get(&id).and_then(|job| job.unable.get(&server));
        unable.cloned().unwrap_or_else(|| match self.servers[server.0].state().reason() {
            "" => "it cannot be reached".into(),
            reason => reason.into(),
        })
    }

    /// Reports once that everything waits for a server that does not move.
    pub(super) fn notify_waiting(&mut self) {
        let waits = !self.queue.is_empty() && !self.servers.iter().any(Server::is_usable);
        let stuck = |server: &&Server| match server.health() {
            Health::Stalled | Health::Slow => true,
            Health::Down => server.was_up() && !server.state().is_given_up(),
            Health::Unknown | Health::Up => false,
        };
        let known = self.servers.iter().all(|server| server.health() != Health::Unknown);
        let names: Vec<String> =
            self.servers.iter().filter(stuck).map(|server| format!("`{}`", server.name())).collect();
        let until = self.servers.iter().filter(stuck).filter_map(|server| self.deadline(server)).max();
        if !waits {
            self.notified_waiting = false;
        } else if known && !names.is_empty() && !std::mem::replace(&mut self.notified_waiting, true) {
            let most = until.map(|until| format!(", at most {} s", until.saturating_sub(self.now).as_secs()));
            let message = format!("the jobs wait for {}{}", names.join(", "), most.unwrap_or_default());
            let diagnostic = Diagnostic::warning("servers-waiting", message)
                .hint("restart ComfyUI there, or cancel the build: what was captured is kept");
            self.actions.push(Action::Notify(Notice::Waiting { diagnostic }));
        }
    }
}
