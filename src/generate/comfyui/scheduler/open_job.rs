//! A job without an answer, and what has happened to it so far.

use std::collections::{BTreeMap, BTreeSet};

use super::job_queue::{Key, Priority};
use super::{AttemptId, Cause, JobId, ServerId};

/// A job without an answer.
#[derive(Debug)]
pub(super) struct OpenJob {
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
    /// How often it was taken back for a server that was idle.
    pub moves: u32,
    /// Servers that died or stalled under it.
    pub strikes: u32,
    /// It was behind this job on a server that died, and may have brought it down in its place.
    pub blames: Option<JobId>,
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
    pub(super) fn new(key: Key, unable: BTreeMap<ServerId, Cause>, next_attempt: u32) -> Self {
        Self {
            key,
            unable,
            avoid: BTreeSet::new(),
            cancelled: false,
            waiting: false,
            attempts: BTreeSet::new(),
            next_attempt,
            posts: 0,
            moves: 0,
            strikes: 0,
            blames: None,
            interrupted: 0,
            vanished: 0,
            regenerated: 0,
            out_of_memory: false,
            last_chance: false,
        }
    }

    /// Forgets what went wrong.
    pub(super) fn start_over(&mut self) {
        (self.posts, self.strikes, self.interrupted, self.vanished, self.regenerated) = (0, 0, 0, 0, 0);
        (self.blames, self.out_of_memory, self.last_chance) = (None, false, false);
        if self.key.priority == Priority::Deferred {
            self.key.priority = Priority::Normal;
        }
    }

    /// Whether it may have brought a server down: it gets a server for itself.
    pub(super) fn is_suspect(&self) -> bool {
        self.strikes > 0 || self.blames.is_some()
    }
}
