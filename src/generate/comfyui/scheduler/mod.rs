//! Which server does which job, and what happens when one fails: a state machine without I/O.
//!
//! It has no sockets, no clock and no randomness: [`Scheduler::handle`] takes one [`Input`] with the time since the start
//! and returns [`Action`]s. The same inputs at the same times give the same actions.
//!
//! # The contract with the driver
//!
//! - Every `Probe`, `Post`, `Poll`, `Snapshot`, `Fetch` and `TakeBack` is answered by exactly one `Probed`, `Posted`,
//!   `Polled`, `Snapshot`, `Fetched` or `TakenBack`, also when it fails; the driver bounds each by a time-out. The other actions have no answer.
//!   Actions of one call may be executed in any order and at the same time, but `Forget` comes last.
//! - Frames of a socket become `Progressed` and `Finished`. They only wake the scheduler: what ended is known from
//!   `Polled` and `Snapshot` alone, and the scheduler requests those itself, so that a silent socket costs time and
//!   nothing else.
//! - [`Input::Timer`] comes when [`Scheduler::next_timeout`] says so, or later.
//! - An [`AttemptId`] names one attempt at a job. The driver gives each attempt a prompt id and a file prefix of its own
//!   and writes both to the journal before it posts. Attempts of an earlier, cut-off build come with [`Job::earlier`].
//! - What a server is known to lack for a job comes with [`Job::unable`] and [`Input::Incompatible`]. For a server that
//!   was not reachable at first, the driver checks the open jobs while it probes, and reports the result before `Probed`.
//! - Every job is answered exactly once. [`Action::Forget`] is the last mention of an attempt.
//!
//! Jobs come and go; what is known of the servers stays, so that one scheduler serves any number of builds.

mod action;
mod attempt;
mod cause;
mod connection;
mod deadlines;
mod dispatch;
mod durations;
mod failure;
mod fetch;
mod finish;
mod ids;
mod input;
mod job;
mod job_queue;
mod open_job;
mod options;
mod policy;
mod server;
mod snapshot;
mod suspicion;
mod take_back;
mod track;

pub use action::{Action, Answer, Notice};
pub use cause::Cause;
pub use failure::JobFailure;
pub use ids::{AttemptId, JobId, ServerId};
pub use input::{End, Fault, FetchError, Input, Poll, PostError, Snapshot, Status};
pub use job::{Earlier, Job, Work};
pub use options::Options;
pub use server::Health;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use attempt::{Attempt, Stage};
use job_queue::{JobQueue, Priority};
use open_job::OpenJob;
use server::Server;
use suspicion::Doubt;

/// The servers and the jobs.
#[derive(Debug)]
pub struct Scheduler {
    options: Options,
    servers: Vec<Server>,
    /// Jobs without an answer.
    jobs: BTreeMap<JobId, OpenJob>,
    /// Attempts that may still bring something or have to be withdrawn, also of jobs that are answered.
    attempts: BTreeMap<AttemptId, Attempt>,
    queue: JobQueue,
    /// Jobs that wait and avoid a server.
    avoiding: BTreeSet<JobId>,
    /// Jobs that were blamed for a dead server, each with those that may have brought it down in their place.
    doubts: BTreeMap<JobId, Vec<Doubt>>,
    /// Downloads that are repeated then.
    fetches: BTreeSet<(Duration, AttemptId)>,
    /// Attempts so far.
    attempts_made: u64,
    /// Jobs that were moved to the front so far.
    moved: u64,
    /// Jobs may have lost their last server.
    recheck: bool,
    notified_waiting: bool,
    now: Duration,
    actions: Vec<Action>,
}

impl Scheduler {
    /// A scheduler of servers, named for messages (their addresses). They are known as [`ServerId`] in this order.
    /// Nothing happens before the first jobs come.
    pub fn new(servers: Vec<String>, options: Options) -> Self {
        Self {
            options,
            queue: JobQueue::new(servers.len()),
            servers: servers.into_iter().map(Server::new).collect(),
            jobs: BTreeMap::new(),
            attempts: BTreeMap::new(),
            avoiding: BTreeSet::new(),
            doubts: BTreeMap::new(),
            fetches: BTreeSet::new(),
            attempts_made: 0,
            moved: 0,
            recheck: false,
            notified_waiting: false,
            now: Duration::ZERO,
            actions: Vec::new(),
        }
    }

    /// Takes one input, `now` after the start, and returns what is to be done.
    pub fn handle(&mut self, input: Input, now: Duration) -> Vec<Action> {
        self.now = self.now.max(now);
        let busy = !self.jobs.is_empty();
        match input {
            Input::Jobs(jobs) => self.submit(jobs),
            Input::Incompatible { server, job, cause } => self.set_compatibility(server, job, Some(cause)),
            Input::Compatible { server, job } => self.set_compatibility(server, job, None),
            Input::Probed { server, result } => self.probed(server, result),
            Input::Posted { attempt, result } => self.posted(attempt, result),
            Input::Polled { server, result } => self.polled(server, result),
            Input::Snapshot { server, result } => self.snapshot(server, result),
            Input::Fetched { attempt, result } => self.fetched(attempt, result),
            Input::TakenBack { attempt, result } => self.taken_back(attempt, result),
            // The most frequent inputs change nothing that is decided below.
            Input::Progressed { attempt } => {
                self.progressed(attempt);
                return Vec::new();
            }
            Input::Heard { server } => {
                self.servers[server.0].heard(self.now);
                return Vec::new();
            }
            Input::Finished { attempt } => self.finished_frame(attempt),
            Input::Socket { server, open } => self.servers[server.0].set_socket(open, self.now),
            Input::Cancel { jobs } => jobs.into_iter().for_each(|job| self.cancel(job)),
            Input::Expire { jobs } => jobs.into_iter().for_each(|job| self.expire(job)),
            Input::Retry { job } => self.retry(job),
            Input::MoveToFront { job } => self.move_to_front(job),
            Input::Release { attempt } => self.release(attempt),
            Input::Timer => {}
        }
        self.repeat_fetches();
        self.fail_unservable();
        self.dispatch();
        self.take_back();
        self.query_servers();
        if busy && self.jobs.is_empty() {
            self.become_idle();
        }
        std::mem::take(&mut self.actions)
    }

    /// When [`Input::Timer`] is wanted, as time since the start; `None` while nothing waits for the clock.
    pub fn next_timeout(&self) -> Option<Duration> {
        if self.jobs.is_empty() {
            return None;
        }
        let queries = self.servers.iter().filter_map(|server| Some(server.next_query()?.0));
        let deadlines = self.servers.iter().filter_map(|server| self.deadline(server));
        queries.chain(deadlines).chain(self.fetches.first().map(|(at, _)| *at)).min()
    }

    /// How many jobs are not answered yet.
    pub fn open_jobs(&self) -> usize {
        self.jobs.len()
    }

    /// What is known of a server.
    pub fn health(&self, server: ServerId) -> Health {
        self.servers[server.0].health()
    }

    fn submit(&mut self, jobs: Vec<Job>) {
        if self.jobs.is_empty() {
            self.servers.iter_mut().for_each(|server| server.renew(self.now));
        }
        self.recheck = true;
        for job in jobs {
            let key = self.queue.key(job.id, &job.work);
            let next = job.earlier.iter().map(|earlier| earlier.number).max().unwrap_or(0) + 1;
            self.jobs.insert(job.id, OpenJob::new(key, job.unable, next));
            for Earlier { number, server } in job.earlier {
                self.add_attempt(AttemptId { job: job.id, number }, server, Stage::Earlier);
                self.servers[server.0].schedule_snapshot(self.now);
            }
            self.requeue(job.id);
        }
    }

    /// An attempt begins, or one of an earlier build becomes known.
    fn add_attempt(&mut self, id: AttemptId, server: ServerId, stage: Stage) {
        let Some(job) = self.jobs.get_mut(&id.job) else { return };
        self.attempts_made += 1;
        let on = &mut self.servers[server.0];
        let attempt = Attempt::new(server, on, stage, job.key, (self.attempts_made, self.now));
        job.attempts.insert(id);
        on.add(id);
        self.attempts.insert(id, attempt);
    }

    /// Nothing more is expected of an attempt.
    fn forget(&mut self, id: AttemptId) -> Option<Attempt> {
        let gone = self.attempts.remove(&id)?;
        self.servers[gone.server.0].remove(id);
        if let Some(job) = self.jobs.get_mut(&id.job) {
            job.attempts.remove(&id);
        }
        if let Stage::FetchAgain(at) = gone.stage {
            self.fetches.remove(&(at, id));
        }
        self.actions.push(Action::Forget { attempt: id });
        Some(gone)
    }

    /// A job is in the queue exactly while none of its attempts is active.
    fn requeue(&mut self, id: JobId) {
        let Some(job) = self.jobs.get_mut(&id) else { return };
        let active = job.attempts.iter().any(|attempt| self.attempts.get(attempt).is_some_and(Attempt::is_active));
        if active {
            self.queue.remove(&job.key);
            self.avoiding.remove(&id);
            job.waiting = false;
        } else if job.cancelled {
            self.answer(id, Answer::Cancelled);
        } else {
            job.waiting = true;
            self.enqueue(id);
        }
    }

    /// Puts a job that waits where the servers that may have it find it.
    fn enqueue(&mut self, id: JobId) {
        let Some(job) = self.jobs.get_mut(&id) else { return };
        let able = |server: &usize| !job.unable.contains_key(&ServerId(*server));
        let reachable = |server: &usize| self.servers[*server].is_expected_back();
        let able: Vec<usize> = (0..self.servers.len()).filter(able).collect();
        if able.is_empty() {
            return self.fail_rejected(id);
        }
        if !able.iter().filter(|server| reachable(server)).any(|server| !job.avoid.contains(&ServerId(*server))) {
            job.avoid.clear();
            if job.out_of_memory {
                self.queue.remove(&job.key);
                (job.last_chance, job.key.priority) = (true, Priority::Deferred);
            }
        }
        let servers = able.into_iter().map(ServerId).filter(|server| !job.avoid.contains(server));
        self.queue.insert(job.key, servers);
        if job.avoid.is_empty() {
            self.avoiding.remove(&id)
        } else {
            self.avoiding.insert(id)
        };
    }

    fn set_compatibility(&mut self, server: ServerId, id: JobId, cause: Option<Cause>) {
        let Some(job) = self.jobs.get_mut(&id) else { return };
        match cause {
            Some(cause) => job.unable.insert(server, cause),
            None => job.unable.remove(&server),
        };
        self.recheck = true;
        self.requeue(id);
    }
}
