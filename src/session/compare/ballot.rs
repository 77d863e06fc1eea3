//! The booth for a page: comparisons that take votes, and blind pairs with their images in them.

use serde::{Deserialize, Serialize};

use super::booth::{Booth, Cast, DrawnPair, NextPairs, ShownPair, Voter};
use crate::session::report::Image;
use crate::session::{Error, Look, Opened, Operation, Options, Result};
use crate::words::compare::{Answer, pairs_of};
use crate::words::digest::{Digest, Short};

/// A comparison of the manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OpenComparison {
    /// Its name.
    pub name: String,
    /// How many arms it has; their names would tell.
    pub arms: usize,
    /// How many seeds each slot has.
    pub seeds: u32,
}

/// Blind pairs with their images.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ballot {
    /// The comparison.
    pub name: String,
    /// Who votes.
    pub rater: Short,
    /// Votes of all raters.
    pub votes: usize,
    /// Votes of this one.
    pub own: usize,
    /// How many different pairs there are; after them pairs are shown again.
    pub different: usize,
    /// The next pairs.
    pub pairs: Vec<BallotPair>,
}

/// A pair as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BallotPair {
    /// What is answered.
    #[serde(flatten)]
    pub on: PairOf,
    /// The restored left image, where this machine has it.
    pub left_image: Option<Image>,
    /// The restored right image.
    pub right_image: Option<Image>,
}

/// Names a pair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairOf {
    /// Its number in the rater's design.
    pub n: u64,
    /// The slot.
    pub slot: String,
    /// The seed of both images, in digits: scripts round large numbers.
    pub seed: String,
    /// The raw of the left image.
    pub left: Digest,
    /// The raw of the right image.
    pub right: Digest,
}

impl PairOf {
    fn of(pair: &ShownPair) -> Self {
        let ShownPair { n, slot, seed, left, right, .. } = pair.clone();
        Self { n, slot, seed: seed.to_string(), left, right }
    }

    fn shown(&self) -> Result<ShownPair> {
        let Self { n, slot, seed, left, right } = self.clone();
        let seed =
            seed.parse().map_err(|_| Error::usage("bad-value", "a seed is a whole number", "send what was shown"))?;
        Ok(ShownPair { n, slot, seed, left, right, left_image: None, right_image: None })
    }
}

/// The comparisons of the manifest.
///
/// # Errors
/// The project cannot be opened.
pub fn open_comparisons(operation: &Operation) -> Result<Vec<OpenComparison>> {
    let opened = operation.read(Options::default(), Look::Lock)?;
    let Opened { workspace, .. } = &*opened;
    let of = |one: &crate::words::compare::Comparison| OpenComparison {
        name: one.name.clone(),
        arms: one.arms.len(),
        seeds: one.seeds,
    };
    Ok(workspace.manifest.comparisons.iter().map(of).collect())
}

/// The next blind pairs of a rater.
///
/// # Errors
/// `no-rater`, `no-pairs`; as of [`super::plan_comparison`].
pub fn ballot(operation: &Operation, name: &str, voter: &Voter, count: usize) -> Result<Ballot> {
    Booth::open(operation, name, voter)?.ballot(count)
}

/// Takes a vote of a page, and returns the pairs that follow.
///
/// # Errors
/// `unknown-pair`; as of [`ballot`].
pub fn vote_on(
    operation: &Operation,
    name: &str,
    voter: &Voter,
    pair: &PairOf,
    (answer, ms): (Answer, u64),
    count: usize,
) -> Result<Ballot> {
    let mut booth = Booth::open(operation, name, voter)?;
    let own = |shown: &NextPairs| shown.pairs.first().is_some_and(|next| PairOf::of(next) == *pair);
    // A page that is behind its rater shows what was answered elsewhere.
    if !own(&booth.next(1)?) {
        let message = "this pair was answered already, or an image of it changed";
        return Err(Error::usage("unknown-pair", message, "answer the pair that is next now"));
    }
    booth.vote(&pair.shown()?, answer, ms)?;
    booth.ballot(count)
}

/// Takes the rater's last vote back.
///
/// # Errors
/// As of [`ballot`]; the votes file cannot be written.
pub fn undo_vote(operation: &Operation, name: &str, voter: &Voter) -> Result<Option<Cast>> {
    Booth::open(operation, name, voter)?.undo()
}

impl Booth {
    fn ballot(&self, count: usize) -> Result<Ballot> {
        let drawn = self.drawn(count)?;
        let pair = |(pair, [left, right]): DrawnPair| BallotPair {
            on: PairOf::of(&pair),
            left_image: left.and_then(|png| Image::of_png(&png)),
            right_image: right.and_then(|png| Image::of_png(&png)),
        };
        let next = self.next(0)?;
        let different = self.cells().iter().map(|cell| {
            let differ = |(a, b): &(usize, usize)| {
                let raws = cell.arms[*a].raw.zip(cell.arms[*b].raw);
                raws.is_some_and(|(a, b)| a != b)
            };
            pairs_of(cell.arms.len()).filter(differ).count()
        });
        Ok(Ballot {
            name: next.name,
            rater: next.rater,
            votes: next.votes,
            own: next.own,
            different: different.sum(),
            pairs: drawn.into_iter().map(pair).collect(),
        })
    }
}
