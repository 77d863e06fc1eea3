//! When nothing is left to hope for: jobs fail once no server that could do them can be expected back.

use std::time::Duration;

use super::server::Server;
use super::{Answer, Fleet, JobId, Order, Reason, ServerId, Standing, Tell};

impl Fleet {
    /// When a server is no longer waited for, unless that was seen before.
    pub(super) fn hopeless_at(&self, server: &Server) -> Option<Duration> {
        if server.given_up {
            return None;
        }
        match server.standing {
            // A machine without any server is told so at once.
            Standing::Down if self.nobody_came() => Some(Duration::ZERO),
            Standing::Down => server.down_since.map(|since| since + self.options.grace),
            Standing::Stalled => server.stalled_since.map(|since| since + self.options.stalled_grace),
            _ => None,
        }
    }

    fn nobody_came(&self) -> bool {
        self.servers.iter().all(|server| server.standing == Standing::Down && !server.ever_up)
    }

    /// Fails the jobs that have no server left.
    pub(super) fn give_up_hopeless(&mut self) {
        for at in 0..self.servers.len() {
            if self.hopeless_at(&self.servers[at]).is_some_and(|when| when <= self.now) {
                self.servers[at].given_up = true;
                self.sweep = true;
            }
        }
        if !std::mem::take(&mut self.sweep) || !self.servers.iter().any(|server| server.given_up) {
            return;
        }
        let hopeless = |id: &JobId| {
            let job = &self.jobs[id];
            let lost = |at: usize| self.servers[at].given_up || job.unable.contains_key(&ServerId(at));
            (0..self.servers.len()).all(lost)
        };
        let ids: Vec<JobId> = self.piles.all().map(|key| key.job).filter(hopeless).collect();
        for id in ids {
            let servers = self.servers.iter().enumerate();
            let each = servers.map(|(at, server)| (server.name.clone(), self.trouble(id, ServerId(at))));
            let reason = Reason::NoServer(each.collect());
            self.answer(id, Answer::Failed(reason));
        }
    }

    /// What keeps a server from doing a job.
    fn trouble(&self, id: JobId, server: ServerId) -> String {
        let unable = self.jobs.get(&id).and_then(|job| job.unable.get(&server));
        unable.cloned().unwrap_or_else(|| match self.servers[server.0].why.as_str() {
            "" => "it cannot be reached".to_owned(),
            why => why.to_owned(),
        })
    }

    /// Says once that everything waits for a server that does not move.
    pub(super) fn tell_waiting(&mut self) {
        let waits = !self.piles.is_empty() && !self.servers.iter().any(Server::usable);
        let stalled = |server: &&Server| matches!(server.standing, Standing::Stalled | Standing::Slow);
        let known = self.servers.iter().all(|server| server.standing != Standing::Unknown);
        let names: Vec<String> =
            self.servers.iter().filter(stalled).map(|server| format!("`{}`", server.name)).collect();
        if !waits {
            self.told_waiting = false;
        } else if known && !names.is_empty() && !std::mem::replace(&mut self.told_waiting, true) {
            let why = format!("the jobs wait for {}", names.join(", "));
            self.orders.push(Order::Tell(Tell::Waiting { why }));
        }
    }
}
