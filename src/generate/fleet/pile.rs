//! The jobs in hand, in the order in which they cost the servers least: model, LoRA stack, canvas, prompt.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound::{Excluded, Included, Unbounded};

use super::{JobId, ServerId, Work};

/// What is loaded for a job: changing it costs most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    /// Checkpoint and VAE.
    pub model: u32,
    /// The LoRA stack.
    pub loras: u32,
}

/// Where a job stands among all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// Before all others: it was moved to the front, the last one first.
    First(Reverse<u64>),
    /// In the order of work.
    Usual,
    /// After all others: it failed and is tried once more.
    Late,
}

/// A job's place in the order. The first three numbers rank texts by when they were first heard of, so that work comes
/// in the order in which it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Before, among or after the others.
    pub turn: Turn,
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
        Self { turn: Turn::Usual, group, canvas, prompt, order: 0, job: JobId(0) }
    }

    /// The first of the jobs that come after all others.
    fn first_late() -> Self {
        Self { turn: Turn::Late, ..Self::least(Group { model: 0, loras: 0 }, 0, 0) }
    }
}

/// Numbers texts by when they were first heard of.
#[derive(Debug)]
struct Ranks<T>(BTreeMap<T, u32>);

impl<T: Ord + Clone> Ranks<T> {
    fn of(&mut self, text: &T) -> u32 {
        let next = self.0.len() as u32;
        *self.0.entry(text.clone()).or_insert(next)
    }
}

impl<T> Default for Ranks<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

/// The jobs in hand, for each server those that it may be given.
#[derive(Debug, Default)]
pub struct Piles {
    models: Ranks<String>,
    loras: Ranks<String>,
    canvases: Ranks<[u32; 2]>,
    prompts: Ranks<String>,
    by_server: Vec<BTreeSet<Key>>,
    all: BTreeSet<Key>,
    sizes: BTreeMap<Group, usize>,
}

impl Piles {
    /// None yet, for so many servers.
    pub fn new(servers: usize) -> Self {
        Self { by_server: vec![BTreeSet::new(); servers], ..Self::default() }
    }

    /// A job's place in the order.
    pub fn key(&mut self, job: JobId, work: &Work) -> Key {
        let group = Group { model: self.models.of(&work.model), loras: self.loras.of(&work.loras) };
        let (canvas, prompt) = (self.canvases.of(&work.canvas), self.prompts.of(&work.prompt));
        Key { turn: Turn::Usual, group, canvas, prompt, order: work.order, job }
    }

    /// A job waits for one of these servers; one that waits already waits for these instead.
    pub fn put(&mut self, key: Key, servers: impl Iterator<Item = ServerId>) {
        self.take(&key);
        self.all.insert(key);
        *self.sizes.entry(key.group).or_default() += 1;
        for server in servers {
            self.by_server[server.0].insert(key);
        }
    }

    /// A job waits no longer.
    pub fn take(&mut self, key: &Key) {
        if !self.all.remove(key) {
            return;
        }
        if let Some(size) = self.sizes.get_mut(&key.group) {
            *size -= 1;
            if *size == 0 {
                self.sizes.remove(&key.group);
            }
        }
        self.by_server.iter_mut().for_each(|pile| {
            pile.remove(key);
        });
    }

    /// All that wait, in order.
    pub fn all(&self) -> impl Iterator<Item = &Key> {
        self.all.iter()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// How many wait for the server.
    pub fn waiting(&self, server: ServerId) -> usize {
        self.by_server[server.0].len()
    }

    /// How many of a group wait, for any server.
    pub fn size(&self, group: Group) -> usize {
        self.sizes.get(&group).copied().unwrap_or(0)
    }

    /// The job for the server that is nearest to the one it had last: same prompt, canvas, or group at least.
    pub fn nearest(&self, server: ServerId, last: &Key) -> Option<Key> {
        let pile = &self.by_server[server.0];
        let Group { model, loras } = last.group;
        let after = Key::least(Group { model, loras: loras.saturating_add(1) }, 0, 0);
        [(last.canvas, last.prompt), (last.canvas, 0), (0, 0)].into_iter().find_map(|(canvas, prompt)| {
            let first = pile.range((Included(Key::least(last.group, canvas, prompt)), Excluded(after))).next()?;
            let near = (prompt == 0 || first.prompt == prompt) && (canvas == 0 || first.canvas == canvas);
            near.then_some(*first)
        })
    }

    /// The first job of each group that waits for the server, from a group on, but not of those that come late.
    pub fn groups(&self, server: ServerId, from: Group) -> impl Iterator<Item = Key> {
        let pile = &self.by_server[server.0];
        let mut next = Some(Key::least(from, 0, 0));
        std::iter::from_fn(move || {
            let first = *pile.range((Included(next?), Excluded(Key::first_late()))).next()?;
            let Group { model, loras } = first.group;
            next = loras.checked_add(1).map(|loras| Key::least(Group { model, loras }, 0, 0));
            Some(first)
        })
    }

    /// The jobs for the server that were moved to the front.
    pub fn first(&self, server: ServerId) -> impl Iterator<Item = Key> {
        let usual = Key::least(Group { model: 0, loras: 0 }, 0, 0);
        self.by_server[server.0].range(..usual).copied()
    }

    /// The jobs for the server that come after all others.
    pub fn late(&self, server: ServerId) -> impl Iterator<Item = Key> {
        self.by_server[server.0].range((Included(Key::first_late()), Unbounded)).copied()
    }
}
