//! A job: one image that is wanted, with all that decides where and when it is made.

use std::collections::{BTreeMap, BTreeSet};

use super::Cause;
use super::job_queue::{Key, Priority};

/// A server, by its place in the list that the scheduler was made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerId(pub usize);

/// A job; the driver numbers them, and never gives a number twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub u64);

/// One attempt at a job: it has a prompt id of its own on one server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttemptId {
    /// The job.
    pub job: JobId,
    /// The attempt's number: new ones continue after the greatest of [`Job::earlier`], the first is 1.
    pub number: u32,
}

/// One image that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What a server needs for it.
    pub work: Work,
    /// The servers that cannot do it, each with the cause; all others can as far as is known.
    pub unable: BTreeMap<ServerId, Cause>,
    /// What an earlier build sent and did not see the end of.
    pub earlier: Vec<Earlier>,
}

/// What a server needs for a job. Equal texts are equal things: a digest of them will do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// Checkpoint and VAE (and workflow): what costs most to change.
    pub model: String,
    /// The LoRA stack with its weights.
    pub loras: String,
    /// Width and height.
    pub canvas: [u32; 2],
    /// The prompts.
    pub prompt: String,
    /// Breaks ties: the order of the slots and candidates.
    pub order: u64,
}

/// An attempt of an earlier build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// Its number; unique within the job.
    pub number: u32,
    /// Where it was posted.
    pub server: ServerId,
}

/// A job without an answer.
#[derive(Debug)]
pub struct OpenJob {
    pub key: Key,
    pub unable: BTreeMap<ServerId, Cause>,
    /// Servers where it failed, as long as there are others.
    pub avoid: BTreeSet<ServerId>,
    pub cancelled: bool,
    /// It is in the queue.
    pub waiting: bool,
    /// Its attempts that still matter.
    pub attempts: BTreeSet<AttemptId>,
    pub next_attempt: u32,
    pub posts: u32,
    /// Servers that died or stalled under it.
    pub strikes: u32,
    pub interrupted: u32,
    pub vanished: u32,
    /// How often it was generated again because its image was unavailable.
    pub regenerated: u32,
    /// It ran out of memory somewhere.
    pub out_of_memory: bool,
    /// It ran out of memory everywhere and gets one more attempt, after all other jobs.
    pub last_chance: bool,
}

impl OpenJob {
    /// A job without any attempt.
    pub fn new(key: Key, unable: BTreeMap<ServerId, Cause>, next_attempt: u32) -> Self {
        Self {
            key,
            unable,
            avoid: BTreeSet::new(),
            cancelled: false,
            waiting: false,
            attempts: BTreeSet::new(),
            next_attempt,
            posts: 0,
            strikes: 0,
            interrupted: 0,
            vanished: 0,
            regenerated: 0,
            out_of_memory: false,
            last_chance: false,
        }
    }

    /// Forgets what went wrong.
    pub fn start_over(&mut self) {
        (self.posts, self.strikes, self.interrupted, self.vanished, self.regenerated) = (0, 0, 0, 0, 0);
        (self.out_of_memory, self.last_chance) = (false, false);
        if self.key.priority == Priority::Deferred {
            self.key.priority = Priority::Normal;
        }
    }

    /// Whether it may have brought a server down: it gets a server for itself.
    pub fn is_suspect(&self) -> bool {
        self.strikes > 0
    }
}
