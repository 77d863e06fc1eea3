//! Votes as counts of arms.

use std::collections::BTreeSet;

use super::Cell;
use super::vote::{Answer, Vote};
use super::votes::Votes;
use crate::words::digest::{Digest, Short};

/// The pairs of `arms` arms, in a fixed order.
pub fn pairs_of(arms: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..arms).flat_map(move |a| (a + 1..arms).map(move |b| (a, b)))
}

/// The number of a pair in [`pairs_of`].
pub fn pair_index(arms: usize, a: usize, b: usize) -> Option<usize> {
    pairs_of(arms).position(|pair| pair == (a.min(b), a.max(b)))
}

/// How a pair of arms came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The first arm of the pair won.
    First,
    /// The second arm won.
    Second,
    /// They are equally good.
    Tie,
    /// Neither is of use.
    BothBad,
}

/// A vote that counts in the fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ballot {
    /// The number of its cell.
    pub cell: usize,
    /// The number of its pair of arms.
    pub pair: usize,
    /// How it came out.
    pub outcome: Outcome,
}

/// Wins of the first arm, wins of the second, ties and both bad of every pair of arms.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counts(pub Vec<[f64; 4]>);

impl Counts {
    /// No votes among so many arms.
    pub fn of_arms(arms: usize) -> Self {
        Self(vec![[0.0; 4]; pairs_of(arms).count()])
    }

    /// Adds a vote.
    pub fn add(&mut self, ballot: &Ballot) {
        if let Some(pair) = self.0.get_mut(ballot.pair) {
            pair[ballot.outcome as usize] += 1.0;
        }
    }
}

/// What a votes file says of the arms of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// How many arms there are.
    pub arms: usize,
    /// How many cells.
    pub cells: usize,
    /// Votes that count, in the order of [`Votes`]: of several by one rater on one pair of images the first.
    pub ballots: Vec<Ballot>,
    /// Votes on images that a rater had judged before: they say how reliable the rater is.
    pub repeated: usize,
    /// Votes without a judgement.
    pub skipped: usize,
    /// Votes on images of no present arm.
    pub elsewhere: usize,
}

impl Tally {
    /// Counts votes on the images of cells.
    pub fn of(cells: &[Cell], votes: &Votes, arms: usize) -> Self {
        let mut tally = Self { arms, cells: cells.len(), ballots: Vec::new(), repeated: 0, skipped: 0, elsewhere: 0 };
        let places: std::collections::BTreeMap<(&str, u64), usize> =
            cells.iter().enumerate().map(|(at, cell)| ((cell.slot.as_str(), cell.seed), at)).collect();
        let mut seen: BTreeSet<(Short, [Digest; 2])> = BTreeSet::new();
        for (_, vote) in &votes.votes {
            let place = places.get(&(vote.slot.as_str(), vote.seed)).copied();
            let Some(ballot) = place.map(|at| ballot(at, &cells[at], vote, arms)) else {
                tally.elsewhere += 1;
                continue;
            };
            match ballot {
                Err(Uncounted::Elsewhere) => tally.elsewhere += 1,
                Err(Uncounted::Skipped) => tally.skipped += 1,
                Ok(_) if !seen.insert((vote.rater, vote.raws())) => tally.repeated += 1,
                Ok(ballot) => tally.ballots.push(ballot),
            }
        }
        tally
    }

    /// The counts of all votes.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::of_arms(self.arms);
        self.ballots.iter().for_each(|ballot| counts.add(ballot));
        counts
    }
}

enum Uncounted {
    Elsewhere,
    Skipped,
}

fn ballot(at: usize, cell: &Cell, vote: &Vote, arms: usize) -> Result<Ballot, Uncounted> {
    let (left, right) =
        cell.arm(&vote.left).zip(cell.arm(&vote.right)).filter(|(a, b)| a != b).ok_or(Uncounted::Elsewhere)?;
    let pair = pair_index(arms, left, right).ok_or(Uncounted::Elsewhere)?;
    let outcome = match vote.answer {
        Answer::Skip => return Err(Uncounted::Skipped),
        Answer::Tie => Outcome::Tie,
        Answer::BothBad => Outcome::BothBad,
        Answer::Left if left < right => Outcome::First,
        Answer::Right if right < left => Outcome::First,
        Answer::Left | Answer::Right => Outcome::Second,
    };
    Ok(Ballot { cell: at, pair, outcome })
}
