//! Whether a server can be used, since when it cannot, and what a fault changes.

use std::time::Duration;

use super::{Connection, Server};
use crate::generate::comfyui::scheduler::{Fault, Options};

/// A server that refused is probed again after this.
const RETRY: Duration = Duration::from_secs(1);

/// Probes are never farther apart: a server that is back gets work while there is some.
const LONGEST_BACKOFF: Duration = Duration::from_secs(5);

/// After so many posts or images in a row that did not come to an end, a server is of no use.
const USELESS: u32 = 6;

/// What is known of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Health {
    /// Nothing yet.
    Unknown,
    /// It answers.
    Up,
    /// It does not answer in time; it keeps what it has and gets nothing new.
    Slow,
    /// It cannot be reached or used; its jobs go elsewhere.
    Down,
    /// It answers, but nothing moves; its jobs go elsewhere.
    Stalled,
}

/// A server's health with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// It was not reached since the first jobs came.
    Unknown {
        /// It was stalled when it was last used.
        stalled_since: Option<Duration>,
    },
    Up,
    Slow {
        reason: String,
    },
    Down {
        reason: String,
        since: Duration,
        /// It was stalled before.
        stalled_since: Option<Duration>,
        /// Jobs no longer wait for it.
        given_up: bool,
    },
    Stalled {
        reason: String,
        since: Duration,
        /// Jobs no longer wait for it.
        given_up: bool,
    },
}

impl State {
    /// Without the data.
    pub(crate) fn health(&self) -> Health {
        match self {
            Self::Unknown { .. } => Health::Unknown,
            Self::Up => Health::Up,
            Self::Slow { .. } => Health::Slow,
            Self::Down { .. } => Health::Down,
            Self::Stalled { .. } => Health::Stalled,
        }
    }

    /// Why it is so; empty where the health says all.
    pub(crate) fn reason(&self) -> &str {
        match self {
            Self::Unknown { .. } | Self::Up => "",
            Self::Slow { reason } | Self::Down { reason, .. } | Self::Stalled { reason, .. } => reason,
        }
    }

    /// Since when nothing moves there, also while it is down.
    pub(crate) fn stalled_since(&self) -> Option<Duration> {
        match self {
            Self::Unknown { stalled_since } | Self::Down { stalled_since, .. } => *stalled_since,
            Self::Stalled { since, .. } => Some(*since),
            Self::Up | Self::Slow { .. } => None,
        }
    }

    /// Whether jobs no longer wait for it.
    pub(crate) fn is_given_up(&self) -> bool {
        matches!(self, Self::Down { given_up: true, .. } | Self::Stalled { given_up: true, .. })
    }

    /// Jobs no longer wait for it, or do again.
    pub(crate) fn give_up(&mut self, value: bool) {
        if let Self::Down { given_up, .. } | Self::Stalled { given_up, .. } = self {
            *given_up = value;
        }
    }
}

/// What was going on when a fault occurred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum During {
    /// A probe, or the snapshot after it.
    Connecting,
    /// Anything else; a probe decides what it means.
    Work,
}

/// What follows from a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It is probed again.
    Probe,
    /// It is slow now.
    Slow,
    /// It is down now.
    Down,
}

/// Failed attempts to reach it since it last answered.
#[derive(Debug, Default)]
pub(super) struct Failures {
    /// Refusals in a row.
    refused: u32,
    /// Grows the time between probes.
    backoff: u32,
    silent_since: Option<Duration>,
}

impl Server {
    /// Enters a state; says whether health or reason changed.
    pub(crate) fn set_state(&mut self, state: State) -> bool {
        let changed = (state.health(), state.reason()) != (self.state.health(), self.state.reason());
        self.state = state;
        changed
    }

    /// Jobs no longer wait for it.
    pub(crate) fn give_up(&mut self) {
        self.state.give_up(true);
    }

    /// It did not answer as it should.
    pub(crate) fn fault(&mut self, fault: &Fault, during: During, now: Duration, options: &Options) -> Effect {
        self.breaks += u32::from(!matches!(fault, Fault::TimedOut(_)));
        self.refusals += u32::from(*fault == Fault::Refused);
        if during == During::Work && !self.is_connected() {
            return Effect::Probe;
        }
        if let State::Down { reason, .. } = &mut self.state {
            *reason = fault.to_string();
            self.connection = Connection::Probe(now + self.failures.next_pause());
            return Effect::Probe;
        }
        if matches!(fault, Fault::TimedOut(_)) && self.was_up {
            return self.timed_out(now, options);
        }
        self.failures.refused += 1;
        self.connection = Connection::Probe(now + RETRY);
        let unfit = during == During::Connecting && matches!(fault, Fault::Unfit(_));
        if unfit || self.failures.refused >= options.refusals { Effect::Down } else { Effect::Probe }
    }

    fn timed_out(&mut self, now: Duration, options: &Options) -> Effect {
        let since = *self.failures.silent_since.get_or_insert(now);
        self.failures.refused = 0;
        self.connection = Connection::Probe(now + self.failures.next_pause());
        match self.state {
            _ if now >= since + options.slow => Effect::Down,
            State::Up | State::Unknown { stalled_since: None } => Effect::Slow,
            _ => Effect::Probe,
        }
    }

    /// It is down: what it runs and has loaded is unknown.
    pub(crate) fn set_down(&mut self, reason: String, now: Duration) -> bool {
        self.queue.others = 0;
        (self.activity.running, self.activity.idle_since, self.load.model) = (None, None, None);
        let (stalled_since, given_up) = (self.state.stalled_since(), self.state.is_given_up());
        self.set_state(State::Down { reason, since: now, stalled_since, given_up })
    }

    /// A post was answered.
    pub(crate) fn took_post(&mut self) {
        self.lost_posts = 0;
    }

    /// A post was not answered in time, or not as it should be; says whether it is of no use.
    pub(crate) fn lost_post(&mut self) -> bool {
        self.lost_posts += 1;
        self.is_useless()
    }

    /// An image came.
    pub(crate) fn fetched(&mut self) {
        self.unfinished = 0;
    }

    /// An image did not come to its end in time; says whether it is of no use.
    pub(crate) fn unfinished(&mut self) -> bool {
        self.unfinished += 1;
        self.is_useless()
    }

    /// It answers probes, and nothing comes of what it is given.
    fn is_useless(&self) -> bool {
        self.lost_posts.max(self.unfinished) >= USELESS
    }

    /// It answers, but nothing moves.
    pub(crate) fn set_stalled(&mut self, reason: String, now: Duration) -> bool {
        self.on_trial = true;
        self.set_state(State::Stalled { reason, since: now, given_up: false })
    }

    /// It was probed and inspected. Usable again, unless it stands still as before; says whether health or reason changed.
    pub(crate) fn set_reached(&mut self, moves: bool, now: Duration) -> bool {
        self.was_up = true;
        if self.is_useless() {
            return false;
        }
        self.failures = Failures::default();
        if let Some(since) = self.state.stalled_since().filter(|_| !moves) {
            let given_up = self.state.is_given_up();
            return self.set_state(State::Stalled { reason: "nothing moves there still".to_owned(), since, given_up });
        }
        if self.state != State::Up {
            self.activity.alive = now;
        }
        self.set_state(State::Up)
    }
}

impl Failures {
    /// How long until the next probe; longer each time.
    fn next_pause(&mut self) -> Duration {
        self.backoff += 1;
        Duration::from_secs(1 << self.backoff.min(3)).min(LONGEST_BACKOFF)
    }
}
