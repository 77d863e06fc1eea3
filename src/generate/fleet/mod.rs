//! Which server makes what, and what happens when one fails: a pure state machine.
//!
//! It has no sockets, no clock and no randomness: [`Fleet::on`] is told one piece of [`News`] with the time since the
//! start, and answers with [`Order`]s. The same news at the same times give the same orders.
//!
//! # The contract with who drives it
//!
//! - Every `Probe`, `Post`, `Peek`, `Look` and `Fetch` is answered by exactly one `Probed`, `Posted`, `Peeked`, `Looked`
//!   or `Fetched`, also when it fails; the driver bounds each by a time-out. `Withdraw`, `Answer` and `Tell` have no
//!   answer. Orders of one call are carried out in any order and at the same time.
//! - Frames of a socket become `Stirred` and `Over`; they only wake the fleet. What ended is known from `Peeked` and
//!   `Looked` alone, and the fleet asks for those itself, so that a deaf socket costs time and nothing else.
//! - [`News::Tick`] comes when [`Fleet::due`] says so, or later.
//! - A [`Ticket`] is one try of a job. The driver gives each a prompt id and a file prefix of its own and writes both
//!   to the journal before it posts. Tickets of an earlier, cut-off build come with [`Job::earlier`].
//! - What a server is known not to be able to do comes with [`Job::unable`] and [`News::Unable`]. For a server that was
//!   not there at first, the driver checks the open jobs while it probes, and tells what it found before `Probed`.
//! - Every job is answered exactly once. When [`Fleet::open`] is 0, the driver carries out the orders that it still has
//!   and may stop.

mod close;
mod contact;
mod feed;
mod fetch;
mod follow;
mod hope;
mod job;
mod news;
mod open;
mod options;
mod order;
mod pace;
mod pile;
mod policy;
mod server;
mod watch;

pub use job::{Earlier, Job, JobId, ServerId, Ticket, Work};
pub use news::{End, Fault, FetchError, Look, News, Peek, PostError, Sight};
pub use options::Options;
pub use order::{Answer, Order, Reason, Standing, Tell};

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use open::{Open, Stage, Try};
use pile::{Piles, Turn};
use server::Server;

/// The servers and the jobs.
#[derive(Debug)]
pub struct Fleet {
    options: Options,
    servers: Vec<Server>,
    /// Jobs without an answer.
    jobs: BTreeMap<JobId, Open>,
    /// Tries of which something is expected, also of jobs that have their answer.
    tries: BTreeMap<Ticket, Try>,
    piles: Piles,
    /// Jobs that wait and avoid a server.
    picky: BTreeSet<JobId>,
    /// Downloads that are tried again then.
    again: BTreeSet<(Duration, Ticket)>,
    numbers: u64,
    /// Jobs that were moved to the front so far.
    moved: u64,
    /// Jobs may have lost their last server.
    sweep: bool,
    told_waiting: bool,
    now: Duration,
    orders: Vec<Order>,
}

impl Fleet {
    /// A fleet of servers, named for messages (their addresses). They are known as [`ServerId`] in this order.
    /// Nothing happens before the first jobs come.
    pub fn new(servers: Vec<String>, options: Options) -> Self {
        Self {
            options,
            piles: Piles::new(servers.len()),
            servers: servers.into_iter().map(Server::new).collect(),
            jobs: BTreeMap::new(),
            tries: BTreeMap::new(),
            picky: BTreeSet::new(),
            again: BTreeSet::new(),
            numbers: 0,
            moved: 0,
            sweep: false,
            told_waiting: false,
            now: Duration::ZERO,
            orders: Vec::new(),
        }
    }

    /// Takes one piece of news, `now` after the start, and says what is to be done.
    pub fn on(&mut self, news: News, now: Duration) -> Vec<Order> {
        self.now = self.now.max(now);
        let busy = !self.jobs.is_empty();
        match news {
            News::Jobs(jobs) => self.take(jobs),
            News::Unable { server, job, why } => self.unable(server, job, Some(why)),
            News::Able { server, job } => self.unable(server, job, None),
            News::Probed { server, result } => self.probed(server, result),
            News::Posted { ticket, result } => self.posted(ticket, result),
            News::Peeked { server, result } => self.peeked(server, result),
            News::Looked { server, result } => self.looked(server, result),
            News::Fetched { ticket, result } => self.fetched(ticket, result),
            News::Stirred { ticket } => return self.stirred(ticket),
            News::Over { ticket } => self.over(ticket),
            News::Socket { server, open } => self.socket(server, open),
            News::Cancel { jobs } => jobs.into_iter().for_each(|job| self.cancel(job)),
            News::Retry { job } => self.retry(job),
            News::MoveToFront { job } => self.move_to_front(job),
            News::Tick => {}
        }
        self.fetch_again();
        self.give_up_hopeless();
        self.feed();
        self.ask();
        if busy && self.jobs.is_empty() {
            self.leave_nothing();
        }
        std::mem::take(&mut self.orders)
    }

    /// When [`News::Tick`] is wanted, as time since the start; `None` while nothing waits for the clock.
    pub fn due(&self) -> Option<Duration> {
        if self.jobs.is_empty() {
            return None;
        }
        let asks = self.servers.iter().filter_map(|server| Some(server.next()?.0));
        let ends = self.servers.iter().filter_map(|server| self.hopeless_at(server));
        asks.chain(ends).chain(self.again.first().map(|(at, _)| *at)).min()
    }

    /// How many jobs are not answered yet.
    pub fn open(&self) -> usize {
        self.jobs.len()
    }

    /// What is known of a server.
    pub fn standing(&self, server: ServerId) -> Standing {
        self.servers[server.0].standing
    }

    fn take(&mut self, jobs: Vec<Job>) {
        if self.jobs.is_empty() {
            self.servers.iter_mut().for_each(|server| server.renew(self.now));
        }
        self.sweep = true;
        for job in jobs {
            let key = self.piles.key(job.id, &job.work);
            let next = job.earlier.iter().map(|earlier| earlier.attempt).max().unwrap_or(0) + 1;
            self.jobs.insert(job.id, Open::new(key, job.unable, next));
            for Earlier { attempt, server } in job.earlier {
                self.remember(Ticket { job: job.id, attempt }, server, Stage::Earlier);
                self.servers[server.0].look_at = Some(self.now);
            }
            self.settle(job.id);
        }
    }

    /// A try begins, or one of an earlier build is heard of.
    fn remember(&mut self, ticket: Ticket, id: ServerId, stage: Stage) {
        let Some(job) = self.jobs.get_mut(&ticket.job) else { return };
        let server = &mut self.servers[id.0];
        self.numbers += 1;
        let mut new = Try::new(id, stage, job.key, self.numbers, server.breaks);
        new.stray = !server.is_hopeful();
        job.tries.insert(ticket);
        server.tickets.insert(ticket);
        self.tries.insert(ticket, new);
    }

    /// Nothing more is expected of a try.
    fn forget(&mut self, ticket: Ticket) -> Option<Try> {
        let gone = self.tries.remove(&ticket)?;
        let server = &mut self.servers[gone.server.0];
        server.tickets.remove(&ticket);
        server.made.remove(&ticket);
        server.over.remove(&ticket);
        if let Some(job) = self.jobs.get_mut(&ticket.job) {
            job.tries.remove(&ticket);
        }
        if let Stage::Again(at) = gone.stage {
            self.again.remove(&(at, ticket));
        }
        Some(gone)
    }

    /// A job waits in our hands exactly while none of its tries is hopeful.
    fn settle(&mut self, id: JobId) {
        let Some(job) = self.jobs.get_mut(&id) else { return };
        let hopeful = job.tries.iter().any(|ticket| self.tries.get(ticket).is_some_and(Try::hopeful));
        if hopeful {
            self.piles.take(&job.key);
            self.picky.remove(&id);
            job.waiting = false;
        } else if job.cancelled {
            self.answer(id, Answer::Cancelled);
        } else {
            job.waiting = true;
            self.shelve(id);
        }
    }

    /// Puts a job that waits where the servers that may have it find it.
    fn shelve(&mut self, id: JobId) {
        let Some(job) = self.jobs.get_mut(&id) else { return };
        let able = |server: &usize| !job.unable.contains_key(&ServerId(*server));
        let reachable = |server: &usize| self.servers[*server].is_hopeful();
        let able: Vec<usize> = (0..self.servers.len()).filter(able).collect();
        if able.is_empty() {
            return self.fail_rejected(id);
        }
        if !able.iter().filter(|server| reachable(server)).any(|server| !job.avoid.contains(&ServerId(*server))) {
            job.avoid.clear();
            if job.out_of_memory {
                self.piles.take(&job.key);
                (job.last_chance, job.key.turn) = (true, Turn::Late);
            }
        }
        let servers = able.into_iter().map(ServerId).filter(|server| !job.avoid.contains(server));
        self.piles.put(job.key, servers);
        if job.avoid.is_empty() {
            self.picky.remove(&id)
        } else {
            self.picky.insert(id)
        };
    }

    fn unable(&mut self, server: ServerId, id: JobId, why: Option<String>) {
        let Some(job) = self.jobs.get_mut(&id) else { return };
        match why {
            Some(why) => job.unable.insert(server, why),
            None => job.unable.remove(&server),
        };
        self.sweep = true;
        self.settle(id);
    }
}
