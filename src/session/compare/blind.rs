//! A blind pair as one picture, for voters who see images and no files.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Booth, ShownPair, Voter, compare};
use crate::session::{Error, Operation, Picture, Result, picture_of_files};
use crate::words::compare::Answer;

/// The version of [`Blind`]: fields are added without a new one, never changed or removed.
const VERSION: u32 = 1;

/// What a voter is shown: the next pair without names, and how far the voter is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Blind {
    /// The version of this form.
    pub version: u32,
    /// The comparison.
    pub name: String,
    /// The number of the pair: a vote names it.
    pub pair: u64,
    /// The slot that both images are of.
    pub slot: String,
    /// Votes of this voter.
    pub own: usize,
    /// Votes of all voters.
    pub votes: usize,
}

/// What the votes on a comparison say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct VoteCount {
    /// The version of this form.
    pub version: u32,
    /// The comparison.
    pub name: String,
    /// The arm with the greatest strength, if there are votes.
    pub best: Option<String>,
    /// The votes separate the best arm from every other one.
    pub enough: bool,
    /// The decision as a sentence.
    pub says: String,
    /// Votes that count.
    pub votes: usize,
    /// Arms, in the order of the manifest.
    pub arms: Vec<ArmVotes>,
}

/// What votes say of an arm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ArmVotes {
    /// Its name.
    pub name: String,
    /// Votes that it won.
    pub wins: u64,
    /// Votes that it lost.
    pub losses: u64,
    /// Ties, those where both are bad included.
    pub ties: u64,
    /// The logarithm of its strength in thousandths, and the ends of its 95 % interval.
    pub strength: [i64; 3],
}

/// Takes a vote on the pair that the voter was shown last, if there is one, and shows the next pair: left and right.
///
/// # Errors
/// `unknown-pair` where the vote is on another pair; as of [`Booth::open`] and [`Booth::next`].
pub fn blind(
    operation: &Operation,
    name: &str,
    voter: &Voter,
    vote: Option<(u64, Answer)>,
) -> Result<(Blind, Picture)> {
    let mut booth = Booth::open(operation, name, voter)?;
    if let Some((n, answer)) = vote {
        let pair = next(&booth)?;
        if pair.n != n {
            let message = format!("pair {n} is not the one that is asked about");
            return Err(Error::usage("unknown-pair", message, "look at the pair of now, and vote on its number"));
        }
        booth.vote(&pair, answer, 0)?;
    }
    let shown = booth.next(1)?;
    let pair = shown.pairs.into_iter().next().ok_or_else(no_pair)?;
    let images: Option<Vec<String>> = [&pair.left_image, &pair.right_image].map(Clone::clone).into_iter().collect();
    let images = images.ok_or_else(|| {
        let message = format!("the images of pair {} are not on this machine", pair.n);
        Error::usage("no-image", message, "bring their captures with `cache import` or `raws/`")
    })?;
    let picture = picture_of_files(operation.root, &images)?;
    let blind =
        Blind { version: VERSION, name: shown.name, pair: pair.n, slot: pair.slot, own: shown.own, votes: shown.votes };
    Ok((blind, picture))
}

/// What the votes on a comparison say, in short.
///
/// # Errors
/// As of [`compare`].
pub fn votes(operation: &Operation, name: &str) -> Result<VoteCount> {
    let report = compare(operation, name)?;
    let arms = report.arms.into_iter().map(|arm| ArmVotes {
        name: arm.name,
        wins: arm.wins,
        losses: arm.losses,
        ties: arm.ties,
        strength: [arm.strength, arm.low, arm.high],
    });
    Ok(VoteCount {
        version: VERSION,
        name: report.name,
        best: report.best,
        enough: report.enough,
        says: report.says,
        votes: report.votes,
        arms: arms.collect(),
    })
}

fn next(booth: &Booth) -> Result<ShownPair> {
    booth.next(1)?.pairs.into_iter().next().ok_or_else(no_pair)
}

fn no_pair() -> Error {
    Error::internal("a comparison with images has no pair")
}
