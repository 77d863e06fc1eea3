//! Two images that are judged against each other.

use serde::Serialize;

use super::vote::{Shown, Vote};
use crate::words::digest::Digest;

/// Two images to be judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pair {
    /// Its number in the rater's design, from 1.
    pub n: u64,
    /// The slot.
    pub slot: String,
    /// The seed of both images.
    pub seed: u64,
    /// The picture that stands left.
    pub left: Shown,
    /// The picture that stands right.
    pub right: Shown,
}

impl Pair {
    /// That of a vote.
    pub(super) fn of(vote: &Vote) -> Self {
        Self { n: vote.n, slot: vote.slot.clone(), seed: vote.seed, left: vote.left, right: vote.right }
    }

    /// Both raws, the smaller first.
    pub(super) fn raws(&self) -> [Digest; 2] {
        let (left, right) = (self.left.raw, self.right.raw);
        if left <= right { [left, right] } else { [right, left] }
    }
}
