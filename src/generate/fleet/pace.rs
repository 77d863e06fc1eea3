//! How long a server takes, from what it did last.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::pile::Group;

/// So many of the last times count.
const KEPT: usize = 15;

/// With fewer a server has no typical time.
const ENOUGH: usize = 3;

/// The last times of one kind.
#[derive(Clone, Debug, Default)]
struct Times(VecDeque<Duration>);

impl Times {
    fn note(&mut self, took: Duration) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(took);
    }

    fn median(&self) -> Option<Duration> {
        let mut sorted: Vec<Duration> = self.0.iter().copied().collect();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied()
    }
}

/// How long a server takes: over all, and by models and LoRAs.
#[derive(Clone, Debug, Default)]
pub struct Pace {
    all: Times,
    by_group: BTreeMap<Group, Times>,
    median: Option<Duration>,
}

impl Pace {
    /// A job of the group took so long.
    pub fn note(&mut self, group: Group, took: Duration) {
        self.all.note(took);
        self.by_group.entry(group).or_default().note(took);
        self.median = self.all.median();
    }

    /// What any job takes.
    pub fn any(&self) -> Option<Duration> {
        self.median
    }

    /// What a job of the group takes, once that is known well.
    pub fn of(&self, group: Group) -> Option<Duration> {
        self.by_group.get(&group).filter(|times| times.0.len() >= ENOUGH).and_then(Times::median)
    }
}
