//! What is known of a job that is not answered yet, and of each of its tries.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::pile::{Key, Turn};
use super::{ServerId, Ticket};

/// A job without an answer.
#[derive(Debug)]
pub struct Open {
    pub key: Key,
    /// Servers that cannot do it.
    pub unable: BTreeMap<ServerId, String>,
    /// Servers where it came to grief, as long as there are others.
    pub avoid: BTreeSet<ServerId>,
    /// It is not wanted any more.
    pub cancelled: bool,
    /// It waits in our hands.
    pub waiting: bool,
    /// Its tries that still matter.
    pub tries: BTreeSet<Ticket>,
    pub next_attempt: u32,
    /// Posts.
    pub posted: u32,
    /// Servers that died or stalled under it.
    pub strikes: u32,
    pub interrupted: u32,
    pub vanished: u32,
    /// It was made again because its image could not be had.
    pub remade: u32,
    /// It ran out of memory somewhere.
    pub out_of_memory: bool,
    /// It ran out of memory everywhere and is tried once more, after all others.
    pub last_chance: bool,
}

impl Open {
    /// A job that was just heard of.
    pub fn new(key: Key, unable: BTreeMap<ServerId, String>, next_attempt: u32) -> Self {
        Self {
            key,
            unable,
            avoid: BTreeSet::new(),
            cancelled: false,
            waiting: false,
            tries: BTreeSet::new(),
            next_attempt,
            posted: 0,
            strikes: 0,
            interrupted: 0,
            vanished: 0,
            remade: 0,
            out_of_memory: false,
            last_chance: false,
        }
    }

    /// Forgets what went wrong.
    pub fn start_over(&mut self) {
        (self.posted, self.strikes, self.interrupted, self.vanished, self.remade) = (0, 0, 0, 0, 0);
        (self.out_of_memory, self.last_chance) = (false, false);
        if self.key.turn == Turn::Late {
            self.key.turn = Turn::Usual;
        }
    }

    /// Whether it may have brought a server down: it gets one for itself.
    pub fn suspect(&self) -> bool {
        self.strikes > 0
    }
}

/// How far a try is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It is being posted.
    Posting,
    /// Nobody knows whether it was accepted; it was missed then, if it was.
    Unsure(Option<Duration>),
    /// An earlier build posted it.
    Earlier,
    /// The server has it.
    Sent,
    /// The server has finished it; it waits for the server to be reached.
    Made,
    /// It waits for the next download until then.
    Again(Duration),
    /// It is being downloaded.
    Fetching,
}

/// One try of a job, as long as anything is expected from it.
#[derive(Clone, Debug)]
pub struct Try {
    pub server: ServerId,
    pub stage: Stage,
    pub key: Key,
    /// Grows with every try.
    pub number: u64,
    /// When the server had it.
    pub sent: Duration,
    /// A frame showed that it runs.
    pub started: bool,
    /// A frame said that it is over before the answer to its post came.
    pub early: bool,
    /// The job goes on elsewhere, since its server is down or stalled.
    pub stray: bool,
    /// Nobody wants it any more.
    pub unwanted: bool,
    /// It struck its job when it became a stray.
    pub struck: bool,
    /// The breaks of its server when it was posted.
    pub breaks: u32,
    /// Failed downloads of a file that is not right.
    pub fetches: u32,
    /// Failed downloads since the server did not answer.
    pub faults: u32,
}

impl Try {
    /// A try that is about to be posted, or was by an earlier build.
    pub fn new(server: ServerId, stage: Stage, key: Key, number: u64, breaks: u32) -> Self {
        Self {
            server,
            stage,
            key,
            number,
            sent: Duration::ZERO,
            started: false,
            early: false,
            stray: false,
            unwanted: false,
            struck: false,
            breaks,
            fetches: 0,
            faults: 0,
        }
    }

    /// Whether its job waits for it and for nothing else.
    pub fn hopeful(&self) -> bool {
        !self.stray && !self.unwanted
    }

    /// Whether the server may have it in its queue: what can be looked for.
    pub fn is_there(&self) -> bool {
        matches!(self.stage, Stage::Unsure(_) | Stage::Earlier | Stage::Sent)
    }

    /// Whether the server has made it.
    pub fn is_made(&self) -> bool {
        matches!(self.stage, Stage::Made | Stage::Again(_) | Stage::Fetching)
    }
}
