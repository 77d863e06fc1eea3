//! Work in progress in a build.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::dispatch::Dispatch;
use super::progress::Progress;
use super::workers::{Stop, Workers};
use crate::words::asset::{GroupId, SlotId};
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::Digest;
use crate::words::raw::Raw;
use crate::words::sprite::Sprites;

/// Work in progress, and what it needs in memory.
pub(super) struct Work {
    pub workers: Workers,
    pub dispatch: Dispatch,
    /// Candidates that are or were judged.
    pub judging: HashSet<(SlotId, Digest)>,
    /// Groups that are being made.
    pub making: HashSet<GroupId>,
    /// Raws that were just captured, until they are judged.
    pub fresh_raws: HashMap<Digest, Arc<Raw>>,
    /// Sprites that were made in this build, as long as others need them.
    pub sprites: HashMap<Digest, Arc<Sprites>>,
    /// Raws and cached sprites that were found damaged, with the groups that found it.
    damaged: HashMap<Digest, BTreeSet<GroupId>>,
}

impl Work {
    /// Nothing is in progress yet.
    pub(super) fn new(workers: Workers, dispatch: Dispatch) -> Self {
        Self {
            workers,
            dispatch,
            judging: HashSet::new(),
            making: HashSet::new(),
            fresh_raws: HashMap::new(),
            sprites: HashMap::new(),
            damaged: HashMap::new(),
        }
    }

    /// What is damaged is no longer available, and the planner decides what follows. A group that finds the same one
    /// damaged twice fails, as with any other error.
    pub(super) fn stopped(&mut self, progress: &mut Progress, who: &GroupId, stop: Stop) -> Option<Diagnostic> {
        let Stop::Damaged(digest) = stop else { return Some(stop.diagnostic()) };
        let found_by = self.damaged.entry(digest).or_default();
        if found_by.is_empty() {
            progress.state.raws.remove(&digest);
            progress.state.sprites.remove(&digest);
        }
        // It may have been made again since the first group found it.
        (!found_by.insert(who.clone())).then(|| stop.diagnostic())
    }
}
