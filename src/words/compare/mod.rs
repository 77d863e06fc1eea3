//! The words of a comparison: arm, cell, pair, vote, rater; and what votes say of arms.
//!
//! A vote names images, never arms: it outlives a renamed arm. Votes are a set: whatever the order of their lines, the
//! same votes give the same strengths and intervals.

mod bootstrap;
mod design;
mod pair;
mod random;
mod raters;
mod set;
mod strength;
mod tally;
#[cfg(test)]
mod tests;
mod vote;
mod votes;

use serde::Serialize;

use super::digest::{Digest, Encoder, Short};
use super::source::Place;

pub use bootstrap::{Difference, Intervals, Range, intervals};
pub use design::{next_pairs, next_set};
pub use pair::Pair;
pub use random::Random;
pub use raters::{Agreement, RaterSummary, agreements, raters};
pub use set::{MOST_AT_ONCE, Set, SetAnswer};
pub use strength::{Strengths, fit};
pub use tally::{Ballot, Counts, Outcome, Tally, pair_index, pairs_of};
pub use vote::{Answer, Line, NotAVote, Shown, Undo, VERSION, Vote};
pub use votes::{BadLine, Defect, Votes};

/// A comparison as the manifest has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// Its name.
    pub name: String,
    /// Targets of the slots: names, globs, `tag:` words.
    pub slots: Vec<String>,
    /// How many seeds each slot has: those of its candidates 1, 2, ..
    pub seeds: u32,
    /// The names of its arms, in the order of the manifest.
    pub arms: Vec<String>,
    /// Where it is declared.
    pub place: Place,
}

/// The images of one slot and one seed: one an arm, in the order of the arms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The slot.
    pub slot: String,
    /// The seed.
    pub seed: u64,
    /// What each arm asks for, and its picture, if there is one.
    pub arms: Vec<Slide>,
}

/// The picture of an arm in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slide {
    /// The ask.
    pub ask: Short,
    /// Its raw; `None` where this machine does not know it.
    pub raw: Option<Digest>,
}

impl Cell {
    /// The arm that a picture of a vote belongs to. The ask tells it on machines that lack the picture, and tells arms
    /// apart that made equal images.
    pub fn arm(&self, shown: &Shown) -> Option<usize> {
        let of_ask = self.arms.iter().position(|slide| slide.ask == shown.ask);
        of_ask.or_else(|| self.arms.iter().position(|slide| slide.raw == Some(shown.raw)))
    }
}

/// The id of a rater: a digest, so that no name or address is published.
pub fn rater(name: &str) -> Short {
    Encoder::new("dgx-pixels rater v1").text(name.trim()).finish().short()
}

/// The seed of a rater's design, unless another one is given.
pub fn design_seed(comparison: &str, rater: Short) -> u64 {
    Encoder::new("dgx-pixels design v1").text(comparison).uint(rater.0).finish().short().0 >> 11
}
