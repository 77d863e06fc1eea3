//! The jobs that wait, in the order in which they cost the servers least: model, LoRA stack, canvas, prompt.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound::{Excluded, Included, Unbounded};

use super::{JobId, ServerId, Work};

/// What is loaded for a job: changing it costs most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Group {
    /// Checkpoint and VAE.
    pub model: u32,
    /// The LoRA stack.
    pub loras: u32,
}

/// Where a job stands among all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Priority {
    /// Before all others: it was moved to the front, the last one first.
    First(Reverse<u64>),
    /// In the order of work.
    Normal,
    /// After all others: it failed and gets another attempt.
    Deferred,
}

/// A job's place in the order. The first three numbers rank texts by when they first came, so that work is
/// done in the order of the requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    /// Before, among or after the others.
    pub priority: Priority,
    /// What is loaded.
    pub group: Group,
    /// The size.
    pub canvas: u32,
    /// The prompts.
    pub prompt: u32,
    /// The order of slots.
    pub order: u64,
    /// The job.
    pub job: JobId,
}

impl Key {
    fn least(group: Group, canvas: u32, prompt: u32) -> Self {
        Self { priority: Priority::Normal, group, canvas, prompt, order: 0, job: JobId(0) }
    }

    /// The first of the jobs that come after all others.
    fn first_deferred() -> Self {
        Self { priority: Priority::Deferred, ..Self::least(Group { model: 0, loras: 0 }, 0, 0) }
    }
}

/// Numbers texts by when they first came.
#[derive(Debug)]
struct Ranks<T> {
    numbers: BTreeMap<T, u32>,
    next: u32,
}

impl<T: Ord + Clone> Ranks<T> {
    fn of(&mut self, text: &T) -> u32 {
        *self.numbers.entry(text.clone()).or_insert_with(|| {
            self.next += 1;
            self.next - 1
        })
    }

    /// Forgets all texts; no number is given twice.
    fn clear(&mut self) {
        self.numbers.clear();
    }
}

impl<T> Default for Ranks<T> {
    fn default() -> Self {
        Self { numbers: BTreeMap::new(), next: 0 }
    }
}

/// With more texts than this they are forgotten between builds.
const MOST_TEXTS: usize = 4096;

/// The jobs that wait, for each server those that it may be given.
#[derive(Debug, Default)]
pub(super) struct JobQueue {
    models: Ranks<String>,
    loras: Ranks<String>,
    canvases: Ranks<[u32; 2]>,
    prompts: Ranks<String>,
    by_server: Vec<BTreeSet<Key>>,
    all: BTreeSet<Key>,
    sizes: BTreeMap<Group, usize>,
}

impl JobQueue {
    /// None yet, for so many servers.
    pub(super) fn new(servers: usize) -> Self {
        Self { by_server: vec![BTreeSet::new(); servers], ..Self::default() }
    }

    /// A job's place in the order.
    pub(super) fn key(&mut self, job: JobId, work: &Work) -> Key {
        let group = Group { model: self.models.of(&work.model), loras: self.loras.of(&work.loras) };
        let (canvas, prompt) = (self.canvases.of(&work.canvas), self.prompts.of(&work.prompt));
        Key { priority: Priority::Normal, group, canvas, prompt, order: work.order, job }
    }

    /// Forgets the texts of jobs if there are many; says whether it did. Nothing may wait.
    pub(super) fn forget_texts(&mut self) -> bool {
        let texts = [&self.models, &self.loras, &self.prompts].map(|ranks| ranks.numbers.len());
        let many = texts.iter().sum::<usize>() + self.canvases.numbers.len() > MOST_TEXTS;
        if many {
            [&mut self.models, &mut self.loras, &mut self.prompts].into_iter().for_each(Ranks::clear);
            self.canvases.clear();
        }
        many
    }

    /// A job waits for one of these servers; one that waits already waits for these instead.
    pub(super) fn insert(&mut self, key: Key, servers: impl Iterator<Item = ServerId>) {
        self.remove(&key);
        self.all.insert(key);
        *self.sizes.entry(key.group).or_default() += 1;
        for server in servers {
            self.by_server[server.0].insert(key);
        }
    }

    /// A job waits no longer.
    pub(super) fn remove(&mut self, key: &Key) {
        if !self.all.remove(key) {
            return;
        }
        if let Some(size) = self.sizes.get_mut(&key.group) {
            *size -= 1;
            if *size == 0 {
                self.sizes.remove(&key.group);
            }
        }
        self.by_server.iter_mut().for_each(|queue| {
            queue.remove(key);
        });
    }

    /// All that wait, in order.
    pub(super) fn all(&self) -> impl Iterator<Item = &Key> {
        self.all.iter()
    }

    /// Whether none waits.
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// How many wait for the server.
    pub(super) fn waiting(&self, server: ServerId) -> usize {
        self.by_server[server.0].len()
    }

    /// How many of a group wait, for any server.
    pub(super) fn size(&self, group: Group) -> usize {
        self.sizes.get(&group).copied().unwrap_or(0)
    }

    /// The job for the server that is nearest to the one it had last: same prompt, canvas, or group at least.
    pub(super) fn nearest(&self, server: ServerId, last: &Key) -> Option<Key> {
        let queue = &self.by_server[server.0];
        let Group { model, loras } = last.group;
        let after = Key::least(Group { model, loras: loras.saturating_add(1) }, 0, 0);
        [(last.canvas, last.prompt), (last.canvas, 0), (0, 0)].into_iter().find_map(|(canvas, prompt)| {
            let first = queue.range((Included(Key::least(last.group, canvas, prompt)), Excluded(after))).next()?;
            let near = (prompt == 0 || first.prompt == prompt) && (canvas == 0 || first.canvas == canvas);
            near.then_some(*first)
        })
    }

    /// The first job of each group that waits for the server, from a group on, but not of those that come late.
    pub(super) fn groups(&self, server: ServerId, from: Group) -> impl Iterator<Item = Key> {
        let queue = &self.by_server[server.0];
        let mut next = Some(Key::least(from, 0, 0));
        std::iter::from_fn(move || {
            let first = *queue.range((Included(next?), Excluded(Key::first_deferred()))).next()?;
            let Group { model, loras } = first.group;
            next = loras.checked_add(1).map(|loras| Key::least(Group { model, loras }, 0, 0));
            Some(first)
        })
    }

    /// The jobs for the server that were moved to the front.
    pub(super) fn first(&self, server: ServerId) -> impl Iterator<Item = Key> {
        let usual = Key::least(Group { model: 0, loras: 0 }, 0, 0);
        self.by_server[server.0].range(..usual).copied()
    }

    /// The jobs for the server that come after all others.
    pub(super) fn deferred(&self, server: ServerId) -> impl Iterator<Item = Key> {
        self.by_server[server.0].range((Included(Key::first_deferred()), Unbounded)).copied()
    }
}
