//! A world of servers without sockets: it carries out the scheduler's actions in simulated time, breaks things as it is
//! told, and checks what must always hold.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use dgx_pixels::generate::comfyui::scheduler::{
    Action, Answer, AttemptId, End, Fault, FetchError, Health, Input, Job, JobId, Notice, Options, Poll, PostError,
    Scheduler, ServerId, Snapshot, Status, Work,
};

pub fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

pub fn s(s: u64) -> Duration {
    Duration::from_secs(s)
}

/// What goes wrong at a time on a server.
#[derive(Clone, Debug)]
pub enum Mishap {
    /// The process dies: connections are refused, queue and history are forgotten.
    Die,
    /// It is there (again).
    Start,
    /// The worker dies: HTTP looks sound, nothing runs.
    Stall,
    /// The worker takes one more request up and dies before it says so.
    Stick,
    /// Answers take longer than anybody waits, or no longer.
    Slow(bool),
    /// The socket notices nothing, or does again.
    Deaf(bool),
    /// The answers to so many posts are lost.
    LoseAnswers(usize),
    /// Somebody interrupts whatever runs.
    Interrupt,
    /// Somebody empties the queue.
    Clear,
    /// Somebody queues a job that takes so long.
    Foreign(Duration),
}

/// What is in a server's queue.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Item {
    Ours(AttemptId),
    Foreign(u64, Duration),
}

#[derive(Clone, Debug)]
enum Event {
    Reach(Action),
    Arrive(Input),
    Finish(ServerId, u64),
    Mishap(ServerId, Mishap),
    Late(ServerId, AttemptId),
    /// The answer to a post leaves, if the process that took it is still there.
    Answered(ServerId, u64, AttemptId),
}

/// A server as it really is.
#[derive(Debug, Default)]
pub struct Real {
    pub alive: bool,
    slow: bool,
    deaf: bool,
    stalled: bool,
    sticks: bool,
    /// So many processes were there before this one.
    life: u64,
    lose: usize,
    queue: VecDeque<Item>,
    running: Option<Item>,
    run: u64,
    history: BTreeMap<AttemptId, End>,
    model: Option<String>,
    pub speed: f64,
    pub out_of_memory: BTreeSet<JobId>,
    pub posts: usize,
    pub switches: usize,
    pub busy: Duration,
    foreign: u64,
}

impl Real {
    fn items(&self) -> impl Iterator<Item = &Item> {
        self.queue.iter().chain(&self.running)
    }

    pub fn ours(&self) -> usize {
        self.items().filter(|item| matches!(item, Item::Ours(_))).count()
    }

    pub fn foreigners(&self) -> usize {
        self.items().filter(|item| matches!(item, Item::Foreign(..))).count()
    }
}

/// The world.
pub struct World {
    pub scheduler: Scheduler,
    pub now: Duration,
    pub real: Vec<Real>,
    events: BTreeMap<(Duration, u64), Event>,
    count: u64,
    jobs: BTreeMap<JobId, Job>,
    pub took: Duration,
    pub load: Duration,
    pub latency: Duration,
    /// So much longer the answer to a post takes.
    pub answering: Duration,
    pub node_errors: BTreeSet<JobId>,
    pub killers: BTreeSet<JobId>,
    pub damaged: BTreeMap<JobId, u32>,
    pub answers: BTreeMap<JobId, Answer>,
    pub notices: Vec<Notice>,
    pub log: Vec<String>,
    pub keep_log: bool,
    posted_to: BTreeMap<AttemptId, (ServerId, Duration)>,
    excused: Vec<(ServerId, Duration)>,
    /// What an earlier build left of jobs that come late: the scheduler fills queues before it hears of them.
    unheard_of: BTreeSet<AttemptId>,
    sockets: bool,
    pub started: BTreeMap<JobId, u32>,
    pub fetching: bool,
    forgotten: BTreeSet<AttemptId>,
    posted: Vec<JobId>,
}

pub fn job(n: u64, model: &str, loras: &str) -> Job {
    let work = Work {
        model: model.to_owned(),
        loras: loras.to_owned(),
        canvas: [1024, 1024],
        prompt: format!("prompt {}", n / 4),
        order: n,
    };
    Job { id: JobId(n), work, unable: BTreeMap::new(), earlier: Vec::new() }
}

pub fn jobs(count: u64) -> Vec<Job> {
    (0..count).map(|n| job(n, "base", "")).collect()
}

impl World {
    pub fn new(servers: usize, options: Options) -> Self {
        let names = (0..servers).map(|n| format!("http://s{n}:8188")).collect();
        Self {
            scheduler: Scheduler::new(names, options),
            now: Duration::ZERO,
            real: (0..servers).map(|_| Real { alive: true, speed: 1.0, ..Real::default() }).collect(),
            events: BTreeMap::new(),
            count: 0,
            jobs: BTreeMap::new(),
            took: ms(200),
            load: Duration::ZERO,
            latency: ms(1),
            answering: Duration::ZERO,
            node_errors: BTreeSet::new(),
            killers: BTreeSet::new(),
            damaged: BTreeMap::new(),
            answers: BTreeMap::new(),
            notices: Vec::new(),
            log: Vec::new(),
            keep_log: false,
            posted_to: BTreeMap::new(),
            excused: Vec::new(),
            unheard_of: BTreeSet::new(),
            sockets: true,
            started: BTreeMap::new(),
            fetching: false,
            forgotten: BTreeSet::new(),
            posted: Vec::new(),
        }
    }

    pub fn without_sockets(mut self) -> Self {
        self.sockets = false;
        self
    }

    fn at(&mut self, when: Duration, event: Event) {
        self.count += 1;
        self.events.insert((when, self.count), event);
    }

    pub fn mishap(&mut self, when: Duration, server: usize, mishap: Mishap) {
        self.at(when, Event::Mishap(ServerId(server), mishap));
    }

    pub fn submit(&mut self, jobs: Vec<Job>) {
        self.jobs.extend(jobs.iter().map(|job| (job.id, job.clone())));
        self.input(Input::Jobs(jobs));
    }

    /// Something that an earlier build left on a server; a process that died since has forgotten it.
    pub fn left(&mut self, server: usize, attempt: AttemptId, status: Status) {
        self.posted_to.insert(attempt, (ServerId(server), Duration::ZERO));
        if self.now > Duration::ZERO {
            self.unheard_of.insert(attempt);
        }
        let real = &mut self.real[server];
        if !real.alive {
            return;
        }
        match status {
            Status::Ended(end) => _ = real.history.insert(attempt, end),
            Status::Absent => {}
            Status::Queued | Status::Running => real.queue.push_back(Item::Ours(attempt)),
        }
        self.work(ServerId(server));
    }

    pub fn input(&mut self, input: Input) {
        if self.keep_log {
            self.log.push(format!("{:?} {input:?}", self.now));
        }
        for action in self.scheduler.handle(input, self.now) {
            self.execute(action);
        }
    }

    /// Cancels every job that has no answer.
    pub fn cancel(&mut self) {
        let jobs = self.jobs.keys().filter(|job| !self.answers.contains_key(job)).copied().collect();
        self.input(Input::Cancel { jobs });
    }

    fn execute(&mut self, action: Action) {
        if self.keep_log {
            self.log.push(format!("{:?}   -> {action:?}", self.now));
        }
        let named = match &action {
            Action::Post { attempt, .. }
            | Action::Fetch { attempt, .. }
            | Action::TakeBack { attempt, .. }
            | Action::Withdraw { attempt, .. } => std::slice::from_ref(attempt),
            Action::Poll { attempts, .. } | Action::Snapshot { attempts, .. } => attempts,
            _ => &[],
        };
        assert!(named.iter().all(|attempt| !self.forgotten.contains(attempt)), "forgotten: {action:?}");
        match action {
            Action::Forget { attempt } => assert!(self.forgotten.insert(attempt), "{attempt:?} is forgotten twice"),
            Action::Answer { job, answer } => {
                assert!(self.jobs.contains_key(&job), "an answer to nobody: {job:?}");
                let before = self.answers.insert(job, answer);
                assert_eq!(before, None, "{job:?} is answered twice");
            }
            Action::Notify(notice) => {
                if let Notice::Server { server, health: Health::Down | Health::Stalled, .. } = notice {
                    self.excused.push((server, self.now));
                }
                self.notices.push(notice);
            }
            action => {
                self.fetching |= matches!(action, Action::Fetch { .. });
                self.at(self.now + self.latency, Event::Reach(action));
            }
        }
    }

    /// Runs until every job is answered.
    pub fn run(&mut self, limit: Duration) -> &mut Self {
        while self.scheduler.open_jobs() > 0 {
            self.step(limit);
        }
        self
    }

    pub fn run_until(&mut self, until: Duration) -> &mut Self {
        while self.next().is_some_and(|when| when <= until) {
            self.step(until);
        }
        self.now = until;
        self
    }

    fn next(&self) -> Option<Duration> {
        let event = self.events.first_key_value().map(|((when, _), _)| *when);
        event.into_iter().chain(self.scheduler.next_timeout().map(|due| due.max(self.now))).min()
    }

    /// The next thing happens.
    pub fn tick_on(&mut self) {
        self.step(Duration::MAX);
    }

    fn step(&mut self, limit: Duration) {
        let due = self.scheduler.next_timeout().map(|due| due.max(self.now));
        let first = self.events.first_key_value().map(|((when, _), _)| *when);
        let when = first.into_iter().chain(due).min();
        let when = when.unwrap_or_else(|| {
            panic!("{} jobs are open and nothing goes on{}", self.scheduler.open_jobs(), self.end())
        });
        assert!(when <= limit, "{} jobs are open at {when:?}{}", self.scheduler.open_jobs(), self.end());
        self.now = when;
        if first == Some(when)
            && let Some((_, event)) = self.events.pop_first()
        {
            self.happen(event);
        } else {
            self.input(Input::Timer);
        }
    }

    /// The last lines of the log, for failures.
    fn end(&self) -> String {
        self.log[self.log.len().saturating_sub(60)..].iter().map(|line| format!("\n{line}")).collect()
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Arrive(input) => self.input(input),
            Event::Reach(action) => self.reach(action),
            Event::Finish(server, run) if self.real[server.0].run == run => self.finish(server, None),
            Event::Finish(..) => {}
            Event::Answered(server, life, attempt) => {
                let gone = self.real[server.0].life != life || !self.real[server.0].alive;
                let result = if gone {
                    Err(PostError::Unsure(Fault::Dropped("the connection broke".to_owned())))
                } else {
                    Ok(())
                };
                self.input(Input::Posted { attempt, result });
            }
            Event::Late(server, attempt) => {
                if self.real[server.0].alive {
                    self.accept(server, attempt);
                }
            }
            Event::Mishap(server, mishap) => self.befall(server, mishap),
        }
    }

    fn answer(&mut self, server: ServerId, input: impl FnOnce(Option<Fault>) -> Input) {
        let real = &self.real[server.0];
        let (wait, fault) = match (real.alive, real.slow) {
            (false, _) => (self.latency, Some(Fault::Refused)),
            (_, true) => (s(5), Some(Fault::TimedOut("it does not answer in time".to_owned()))),
            _ => (self.latency, None),
        };
        let input = input(fault);
        self.at(self.now + wait, Event::Arrive(input));
    }

    fn reach(&mut self, action: Action) {
        match action {
            Action::Probe { server } => {
                if self.real[server.0].alive && self.sockets {
                    self.at(self.now, Event::Arrive(Input::Socket { server, open: true }));
                }
                self.answer(server, |fault| Input::Probed { server, result: fault.map_or(Ok(()), Err) })
            }
            Action::Post { server, attempt } => self.post(server, attempt),
            Action::Poll { server, attempts } => {
                let peek = self.peek(server, &attempts);
                self.answer(server, |fault| Input::Polled { server, result: fault.map_or(Ok(peek), Err) })
            }
            Action::Snapshot { server, attempts } => {
                let look = self.look(server, &attempts);
                self.answer(server, |fault| Input::Snapshot { server, result: fault.map_or(Ok(look), Err) })
            }
            Action::Fetch { server, attempt } => {
                let bad = self.damaged.get_mut(&attempt.job).filter(|left| **left > 0);
                let damaged = bad.map(|left| *left -= 1).is_some();
                let sound = if damaged { Err(FetchError::Damaged("half a file".to_owned())) } else { Ok(()) };
                self.answer(server, |fault| Input::Fetched {
                    attempt,
                    result: fault.map_or(sound, |fault| Err(FetchError::Fault(fault))),
                })
            }
            Action::TakeBack { server, attempt } => {
                let real = &mut self.real[server.0];
                if real.alive && !real.slow {
                    real.queue.retain(|item| *item != Item::Ours(attempt));
                }
                let status = self.look(server, &[attempt]).seen.remove(0).1;
                self.answer(server, |fault| Input::TakenBack { attempt, result: fault.map_or(Ok(status), Err) })
            }
            Action::Withdraw { server, attempt } => self.withdraw(server, attempt),
            Action::Answer { .. } | Action::Forget { .. } | Action::Notify(_) => unreachable!(),
        }
    }

    fn post(&mut self, server: ServerId, attempt: AttemptId) {
        let real = &mut self.real[server.0];
        real.posts += 1;
        self.posted.push(attempt.job);
        let before = self.posted_to.insert(attempt, (server, self.now));
        assert_eq!(before, None, "{attempt:?} is posted twice");
        if !real.alive {
            let result = Err(PostError::Unsent(Fault::Refused));
            self.at(self.now + self.latency, Event::Arrive(Input::Posted { attempt, result }));
        } else if real.slow {
            // A busy server takes it up while nobody waits any more.
            self.at(self.now + s(5), Event::Late(server, attempt));
            let result = Err(PostError::Unsure(Fault::TimedOut("it does not answer in time".to_owned())));
            self.at(self.now + s(5), Event::Arrive(Input::Posted { attempt, result }));
        } else if real.lose > 0 {
            real.lose -= 1;
            let accepted = real.lose.is_multiple_of(2);
            if accepted {
                self.accept(server, attempt);
            }
            let result = Err(PostError::Unsure(Fault::Dropped("the connection broke".to_owned())));
            self.at(self.now + self.latency, Event::Arrive(Input::Posted { attempt, result }));
        } else {
            let life = real.life;
            self.accept(server, attempt);
            let answered = self.now + self.latency + self.answering;
            self.at(answered, Event::Answered(server, life, attempt));
        }
    }

    fn accept(&mut self, server: ServerId, attempt: AttemptId) {
        let real = &mut self.real[server.0];
        real.queue.push_back(Item::Ours(attempt));
        self.frame(server, Input::Heard { server });
        let real = &mut self.real[server.0];
        let known = |item: &&Item| matches!(item, Item::Ours(attempt) if !self.unheard_of.contains(attempt));
        let ours = real.items().filter(known).count();
        assert!(ours <= 2, "{ours} requests of ours on {server:?} at {:?}", self.now);
        self.work(server);
    }

    /// The worker takes up the next item.
    fn work(&mut self, server: ServerId) {
        let real = &mut self.real[server.0];
        if real.stalled || !real.alive || real.running.is_some() {
            return;
        }
        let Some(item) = real.queue.pop_front() else { return };
        real.run += 1;
        let took = match &item {
            Item::Foreign(_, took) => *took,
            Item::Ours(attempt) => {
                let model = self.jobs.get(&attempt.job).map(|job| job.work.model.clone());
                let same = real.model == model;
                real.switches += usize::from(!same);
                real.model = model;
                self.took.div_f64(real.speed) + if same { Duration::ZERO } else { self.load }
            }
        };
        real.busy += took;
        real.running = Some(item.clone());
        if std::mem::take(&mut real.sticks) {
            (real.stalled, real.run) = (true, real.run + 1);
            return;
        }
        let run = real.run;
        self.at(self.now + took, Event::Finish(server, run));
        if let Item::Ours(attempt) = item {
            *self.started.entry(attempt.job).or_default() += 1;
            self.check_alone(server, attempt);
            self.frame(server, Input::Progressed { attempt });
        }
    }

    /// No other try of the job runs, unless its server was given up since.
    fn check_alone(&self, server: ServerId, attempt: AttemptId) {
        for (at, other) in self.real.iter().enumerate() {
            let Some(Item::Ours(running)) = &other.running else { continue };
            if running.job != attempt.job || at == server.0 {
                continue;
            }
            let given_up = |attempt: &AttemptId| {
                let (server, since) = self.posted_to[attempt];
                self.excused.iter().any(|(excused, when)| *excused == server && *when >= since)
            };
            assert!(given_up(running) || given_up(&attempt), "{attempt:?} runs at the same time as {running:?}");
        }
    }

    fn frame(&mut self, server: ServerId, input: Input) {
        if self.sockets && !self.real[server.0].deaf && self.real[server.0].alive {
            self.at(self.now + self.latency, Event::Arrive(input));
        }
    }

    fn finish(&mut self, server: ServerId, how: Option<End>) {
        let real = &mut self.real[server.0];
        let Some(item) = real.running.take() else { return };
        real.run += 1;
        if let Item::Ours(attempt) = item {
            if self.killers.contains(&attempt.job) {
                self.befall(server, Mishap::Die);
                return self.mishap(self.now + s(20), server.0, Mishap::Start);
            }
            let own = match attempt.job {
                id if self.node_errors.contains(&id) => End::NodeFailed("KSampler: no".into()),
                id if real.out_of_memory.contains(&id) => End::OutOfMemory("Allocation on device".to_owned()),
                _ => End::Success,
            };
            real.history.insert(attempt, how.unwrap_or(own));
            self.frame(server, Input::Finished { attempt });
        }
        self.work(server);
    }

    fn peek(&self, server: ServerId, attempts: &[AttemptId]) -> Poll {
        let real = &self.real[server.0];
        let ended = attempts.iter().filter_map(|attempt| Some((*attempt, real.history.get(attempt)?.clone())));
        Poll { ended: ended.collect(), remaining: real.queue.len() + usize::from(real.running.is_some()) }
    }

    fn look(&self, server: ServerId, attempts: &[AttemptId]) -> Snapshot {
        let real = &self.real[server.0];
        let status = |attempt: &AttemptId| match real.history.get(attempt) {
            Some(end) => Status::Ended(end.clone()),
            None if real.running == Some(Item::Ours(*attempt)) => Status::Running,
            None if real.queue.contains(&Item::Ours(*attempt)) => Status::Queued,
            None => Status::Absent,
        };
        Snapshot {
            seen: attempts.iter().map(|attempt| (*attempt, status(attempt))).collect(),
            running: real.running.as_ref().map(|item| format!("{item:?}")),
            pending: real.queue.len(),
            others: real.foreigners(),
        }
    }

    fn withdraw(&mut self, server: ServerId, attempt: AttemptId) {
        assert!(self.posted_to[&attempt].0 == server, "{attempt:?} was never on {server:?}");
        let real = &mut self.real[server.0];
        if !real.alive || real.slow {
            return;
        }
        real.queue.retain(|item| *item != Item::Ours(attempt));
        if real.running == Some(Item::Ours(attempt)) && !real.stalled {
            self.finish(server, Some(End::Interrupted));
        }
    }

    fn befall(&mut self, server: ServerId, mishap: Mishap) {
        if self.keep_log {
            self.log.push(format!("{:?} !! {server:?} {mishap:?}", self.now));
        }
        let real = &mut self.real[server.0];
        match mishap {
            Mishap::Die if real.alive => {
                *real = Real {
                    run: real.run + 1,
                    life: real.life + 1,
                    speed: real.speed,
                    posts: real.posts,
                    out_of_memory: std::mem::take(&mut real.out_of_memory),
                    ..Real::default()
                };
                if self.sockets {
                    self.at(self.now + self.latency, Event::Arrive(Input::Socket { server, open: false }));
                }
            }
            Mishap::Die => {}
            Mishap::Start => real.alive = true,
            Mishap::Stall => {
                real.stalled = true;
                real.run += 1;
            }
            Mishap::Stick => real.sticks = true,
            Mishap::Slow(slow) => real.slow = slow,
            Mishap::Deaf(deaf) => real.deaf = deaf,
            Mishap::LoseAnswers(count) => real.lose = count,
            Mishap::Interrupt if real.stalled => {}
            Mishap::Interrupt => self.finish(server, Some(End::Interrupted)),
            Mishap::Clear => real.queue.clear(),
            Mishap::Foreign(took) => {
                real.foreign += 1;
                if real.alive {
                    real.queue.push_back(Item::Foreign(real.foreign, took));
                    self.work(server);
                }
            }
        }
    }

    /// The jobs that were posted, in order.
    pub fn posted(&self) -> Vec<JobId> {
        self.posted.clone()
    }

    /// Attempts that the scheduler has not forgotten.
    pub fn known_attempts(&self) -> usize {
        self.posted_to.keys().filter(|attempt| !self.forgotten.contains(attempt)).count()
    }

    pub fn done(&self) -> usize {
        self.answers.values().filter(|answer| matches!(answer, Answer::Done { .. })).count()
    }

    pub fn was(&self, server: usize, health: Health) -> bool {
        let stood = |notice: &Notice| matches!(notice, Notice::Server { server: s, health: t, .. } if s.0 == server && *t == health);
        self.notices.iter().any(stood)
    }
}
