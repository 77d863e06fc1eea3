//! The prompts of this process, to distinguish them from those of others in a server's queue.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

/// More are never in the queues of all servers together: each gets a few at a time.
const KEPT: usize = 16 << 10;

/// The latest prompt ids of this process. Clones are the same set.
#[derive(Clone, Default)]
pub(super) struct OwnPrompts(Arc<Mutex<Latest>>);

#[derive(Default)]
struct Latest {
    ids: HashSet<String>,
    in_order: VecDeque<String>,
}

impl OwnPrompts {
    /// Adds a prompt; of many the oldest is forgotten.
    pub(super) fn add(&self, prompt: &str) {
        let mut latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if latest.ids.insert(prompt.to_owned()) {
            latest.in_order.push_back(prompt.to_owned());
        }
        if latest.in_order.len() > KEPT
            && let Some(oldest) = latest.in_order.pop_front()
        {
            latest.ids.remove(&oldest);
        }
    }

    /// How many of these prompts are not ours.
    pub(super) fn count_others<'a>(&self, prompts: impl Iterator<Item = &'a String>) -> usize {
        let latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        prompts.filter(|prompt| !latest.ids.contains(*prompt)).count()
    }
}
