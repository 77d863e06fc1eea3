//! How long a server takes, from what it did last.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::job_queue::Group;

/// So many of the last durations count.
const KEPT: usize = 15;

/// With fewer a group has no typical duration.
const ENOUGH: usize = 3;

/// The last durations of one kind.
#[derive(Clone, Debug, Default)]
struct Window(VecDeque<Duration>);

impl Window {
    fn add(&mut self, duration: Duration) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(duration);
    }

    fn median(&self) -> Option<Duration> {
        let mut sorted: Vec<Duration> = self.0.iter().copied().collect();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied()
    }
}

/// How long a server takes: over all, and by models and LoRAs.
#[derive(Clone, Debug, Default)]
pub(super) struct Durations {
    all: Window,
    by_group: BTreeMap<Group, Window>,
    median: Option<Duration>,
}

impl Durations {
    /// A job of the group took so long.
    pub(super) fn add(&mut self, group: Group, duration: Duration) {
        self.all.add(duration);
        self.by_group.entry(group).or_default().add(duration);
        self.median = self.all.median();
    }

    /// What any job takes.
    pub(super) fn typical(&self) -> Option<Duration> {
        self.median
    }

    /// What a job of the group takes, once there are enough to tell.
    pub(super) fn of(&self, group: Group) -> Option<Duration> {
        self.by_group.get(&group).filter(|window| window.0.len() >= ENOUGH).and_then(Window::median)
    }

    /// The numbers of groups are given anew.
    pub(super) fn forget_groups(&mut self) {
        self.by_group.clear();
    }
}
