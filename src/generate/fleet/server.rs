//! What is known of one server.

use std::collections::BTreeSet;
use std::time::Duration;

use super::pace::Pace;
use super::pile::Key;
use super::{Options, Standing, Ticket};

/// How far the fleet got in reaching a server. Only one that was looked at is given anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contact {
    /// It is to be probed.
    Probe(Duration),
    /// It answered a probe and is to be looked at: what of ours is there?
    Look,
    /// All is known.
    Known,
}

/// The one question that a server is asked at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asking {
    /// Are you there?
    Probe,
    /// Has something ended?
    Peek,
    /// Where is everything?
    Look,
}

/// One server.
#[derive(Debug)]
pub struct Server {
    pub name: String,
    pub standing: Standing,
    /// Why it stands so.
    pub why: String,
    pub contact: Contact,
    pub asking: Option<Asking>,
    /// It was reached once.
    pub ever_up: bool,
    /// Failed attempts to reach it, in a row.
    pub refused: u32,
    /// Grows the time between probes.
    pub backoff: u32,
    /// Since when it answers nothing in time.
    pub silent_since: Option<Duration>,
    pub down_since: Option<Duration>,
    /// Jobs that need it were looked at after it was down for too long.
    pub given_up: bool,
    /// Since when nothing moves.
    pub stalled_since: Option<Duration>,
    /// It was stalled, and has finished nothing since: it gets one at a time.
    pub on_trial: bool,
    /// Connections that broke: what it forgot after one was lost, not deleted.
    pub breaks: u32,
    /// Our tries that are in its queue, or may be.
    pub tickets: BTreeSet<Ticket>,
    /// Our tries that it has finished and that are not here yet.
    pub made: BTreeSet<Ticket>,
    /// Tries that a frame says are over.
    pub over: BTreeSet<Ticket>,
    /// Peeks asked for since such a frame came.
    pub eager: u32,
    /// What it ran when it was last looked at.
    pub running: Option<String>,
    /// Since when it has requests and runs none.
    pub idle_since: Option<Duration>,
    /// The last sign that its worker lives.
    pub life: Duration,
    pub looked: Duration,
    pub polled: Duration,
    /// A look is wanted then.
    pub look_at: Option<Duration>,
    /// The last end of one of ours.
    pub ended: Duration,
    /// Requests of others in its queue.
    pub foreign: usize,
    /// What it was given last.
    pub last: Option<Key>,
    /// The model of the last job that ended well, until somebody else's work may have driven it out.
    pub loaded: Option<u32>,
    pub pace: Pace,
    pub socket: bool,
    /// Its socket is open and tells nothing.
    pub deaf: bool,
    /// When it was asked what it is being asked.
    pub asked: Duration,
}

/// A server that shows no life is looked at so often.
const WATCH: Duration = Duration::from_secs(20);

/// Probes are never farther apart.
const SELDOM: Duration = Duration::from_secs(30);

/// A stalled server is looked at so often.
const WATCH_STALLED: Duration = Duration::from_secs(30);

impl Server {
    /// A server of which nothing is known.
    pub fn new(name: String) -> Self {
        Self {
            name,
            standing: Standing::Unknown,
            why: String::new(),
            contact: Contact::Probe(Duration::ZERO),
            asking: None,
            ever_up: false,
            refused: 0,
            backoff: 0,
            silent_since: None,
            down_since: None,
            given_up: false,
            stalled_since: None,
            on_trial: false,
            breaks: 0,
            tickets: BTreeSet::new(),
            made: BTreeSet::new(),
            over: BTreeSet::new(),
            eager: 0,
            running: None,
            idle_since: None,
            life: Duration::ZERO,
            looked: Duration::ZERO,
            polled: Duration::ZERO,
            look_at: None,
            ended: Duration::ZERO,
            foreign: 0,
            last: None,
            loaded: None,
            pace: Pace::default(),
            socket: false,
            deaf: false,
            asked: Duration::ZERO,
        }
    }

    /// Whether it may be given work.
    pub fn usable(&self) -> bool {
        self.standing == Standing::Up && self.contact == Contact::Known
    }

    /// Whether jobs wait for what it has and may wait for its turn: it is neither down nor stalled.
    pub fn is_hopeful(&self) -> bool {
        !matches!(self.standing, Standing::Down | Standing::Stalled)
    }

    /// New jobs came when there were none: what was known is old.
    pub fn renew(&mut self, now: Duration) {
        self.contact = Contact::Probe(now);
        (self.refused, self.backoff) = (0, 0);
        if self.standing == Standing::Down {
            self.standing = Standing::Unknown;
            self.given_up = false;
            (self.down_since, self.silent_since) = (None, None);
        }
    }

    /// In how many seconds it would be done with one more job, if that is known.
    pub fn next_done(&self) -> Option<f64> {
        let typical = self.pace.any()?.max(Duration::from_millis(1));
        Some(typical.as_secs_f64() * (self.tickets.len() + self.foreign + 1) as f64)
    }

    /// How long until the next probe; longer each time.
    pub fn pause(&mut self) -> Duration {
        self.backoff += 1;
        Duration::from_secs(1 << self.backoff.min(5)).min(SELDOM)
    }

    /// What is to be asked next, and when.
    pub fn next(&self) -> Option<(Duration, Asking)> {
        if self.asking.is_some() {
            return None;
        }
        match self.contact {
            Contact::Probe(at) => Some((at, Asking::Probe)),
            Contact::Look => Some((Duration::ZERO, Asking::Look)),
            Contact::Known => {
                let look = self.next_look().map(|at| (at, Asking::Look));
                let peek = self.next_peek().map(|at| (at, Asking::Peek));
                look.into_iter().chain(peek).min_by_key(|(at, _)| *at)
            }
        }
    }

    fn next_look(&self) -> Option<Duration> {
        let watch = match self.standing {
            Standing::Stalled => Some(self.looked + WATCH_STALLED),
            _ if self.tickets.is_empty() => None,
            _ => Some(self.looked.max(self.life) + WATCH),
        };
        watch.into_iter().chain(self.look_at).min()
    }

    fn next_peek(&self) -> Option<Duration> {
        if !self.over.is_empty() {
            let wait = if self.eager == 0 { 0 } else { 25 << self.eager.min(6) };
            return Some(self.polled + Duration::from_millis(wait));
        }
        let busy = !self.tickets.is_empty() && self.standing == Standing::Up;
        busy.then(|| self.polled + self.poll())
    }

    /// How long a poll may wait: frames wake the fleet earlier, and without them a device must not stand idle for long.
    fn poll(&self) -> Duration {
        let typical = self.pace.any();
        if self.socket && !self.deaf {
            return (typical.unwrap_or(Duration::from_secs(1)) * 2)
                .clamp(Duration::from_secs(1), Duration::from_secs(5));
        }
        let waited = self.polled.saturating_sub(self.ended.max(self.life));
        let wait = (waited / 8).max(typical.map_or(Duration::ZERO, |typical| typical / 4));
        wait.clamp(Duration::from_millis(50), Duration::from_secs(2))
    }

    /// Without a sign of life for so long it is stalled.
    pub fn patience(&self, options: &Options, jobs: &[Key]) -> Duration {
        let one = |key: &Key| {
            let loaded = Some(key.group).filter(|group| self.loaded == Some(group.model));
            let known = loaded.and_then(|group| self.pace.of(group));
            known.map_or(options.stall, |typical| (typical * 10).max(options.stall_least))
        };
        jobs.iter().map(one).max().unwrap_or(options.stall)
    }
}
