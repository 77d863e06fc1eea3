//! The design: which pair a rater is shown next, and on which side each picture stands.
//!
//! A pair is chosen by how often it was judged, never by how it was judged: a choice by rank would bias the fit.

use std::collections::BTreeMap;

use super::pair::Pair;
use super::random::Random;
use super::set::{MOST_AT_ONCE, Set};
use super::tally::{pair_index, pairs_of};
use super::vote::{Answer, Shown};
use super::votes::Votes;
use super::{Cell, Slide};
use crate::words::digest::{Digest, Short};

/// One pair in so many is shown again, with its sides swapped.
const REPEATS: usize = 15;

/// A pair is shown again after so many others at the earliest.
const APART: usize = 5;

/// The next pairs of a rater, as if each were answered before the next is chosen. Empty where no cell has two images
/// that differ.
pub fn next_pairs(cells: &[Cell], votes: &Votes, rater: Short, design: u64, count: usize) -> Vec<Pair> {
    let mut board = Board::new(cells, votes, rater);
    let first = votes.last(rater, design) + 1;
    let mut pairs = Vec::new();
    for n in (first..).take(count) {
        let Some(pair) = board.next(n, rater, design) else { break };
        board.judged(&pair);
        pairs.push(pair);
    }
    pairs
}

/// The next images of a rater, at most so many at once. It is the next pair, which other arms of its slot and seed join whose
/// pairs with those that are there the rater judged no more often; among these, the ones that were judged least. A pair
/// that is shown again, to learn how reliable the rater is, stays alone.
pub fn next_set(cells: &[Cell], votes: &Votes, rater: Short, design: u64, most: usize) -> Option<Set> {
    let board = Board::new(cells, votes, rater);
    let n = votes.last(rater, design) + 1;
    let mut random = Board::random(n, rater, design);
    let (pair, is_repeat) = board.draw(n, &mut random)?;
    let joined = if is_repeat { Vec::new() } else { board.joining(&pair, most.min(MOST_AT_ONCE), &mut random) };
    let is_alone = joined.is_empty();
    let mut images: Vec<Shown> = [pair.left, pair.right].into_iter().chain(joined).collect();
    if !is_alone {
        for last in (1..images.len()).rev() {
            images.swap(last, random.below(last + 1));
        }
    }
    Some(Set { n, slot: pair.slot, seed: pair.seed, images })
}

/// How often each pair was judged.
struct Board<'a> {
    cells: &'a [Cell],
    /// The numbers of cells.
    places: BTreeMap<(&'a str, u64), usize>,
    /// Judgements by cell and pair of arms: of all raters, and of this one. Pairs without two images that differ are left
    /// out.
    judged: BTreeMap<(usize, usize), (u32, u32)>,
    /// Pairs that the rater judged, in order, each with the number of times.
    own: Vec<(Pair, u32)>,
    /// Their numbers.
    own_places: BTreeMap<[Digest; 2], usize>,
}

impl<'a> Board<'a> {
    fn new(cells: &'a [Cell], votes: &Votes, rater: Short) -> Self {
        let (mut judged, mut places) = (BTreeMap::new(), BTreeMap::new());
        for (at, cell) in cells.iter().enumerate() {
            places.insert((cell.slot.as_str(), cell.seed), at);
            for (number, (a, b)) in pairs_of(cell.arms.len()).enumerate() {
                if shown(&cell.arms[a]).zip(shown(&cell.arms[b])).is_some_and(|(a, b)| a.raw != b.raw) {
                    judged.insert((at, number), (0, 0));
                }
            }
        }
        let mut board = Self { cells, places, judged, own: Vec::new(), own_places: BTreeMap::new() };
        for (_, vote) in &votes.votes {
            match (vote.rater == rater, vote.answer) {
                // What the rater skipped is not shown again at once; others may judge it.
                (true, Answer::Skip) => board.count(&Pair::of(vote), true),
                (true, _) => board.judged(&Pair::of(vote)),
                (false, Answer::Skip) => {}
                (false, _) => board.count(&Pair::of(vote), false),
            }
        }
        board
    }

    fn cell(&self, pair: &Pair) -> Option<usize> {
        self.places.get(&(pair.slot.as_str(), pair.seed)).copied()
    }

    fn count(&mut self, pair: &Pair, own: bool) {
        let Some(at) = self.cell(pair) else { return };
        let cell = &self.cells[at];
        let number =
            cell.arm(&pair.left).zip(cell.arm(&pair.right)).and_then(|(a, b)| pair_index(cell.arms.len(), a, b));
        if let Some((all, by_rater)) = number.and_then(|number| self.judged.get_mut(&(at, number))) {
            *all += 1;
            *by_rater += u32::from(own);
        }
    }

    fn judged(&mut self, pair: &Pair) {
        self.count(pair, true);
        match self.own_places.get(&pair.raws()) {
            Some(at) => self.own[*at].1 += 1,
            None => {
                self.own_places.insert(pair.raws(), self.own.len());
                self.own.push((pair.clone(), 1));
            }
        }
    }

    fn random(n: u64, rater: Short, design: u64) -> Random {
        let mut random = Random::new(design ^ rater.0.rotate_left(17) ^ n.wrapping_mul(0x2545_f491_4f6c_dd1d));
        random.bits();
        random
    }

    fn next(&self, n: u64, rater: Short, design: u64) -> Option<Pair> {
        self.draw(n, &mut Self::random(n, rater, design)).map(|(pair, _)| pair)
    }

    /// A pair, and whether it is one that the rater judged before.
    fn draw(&self, n: u64, random: &mut Random) -> Option<(Pair, bool)> {
        if random.below(REPEATS) == 0
            && let Some(pair) = self.again(n, random)
        {
            return Some((pair, true));
        }
        let fewest = self.judged.values().min()?;
        let least: Vec<&(usize, usize)> =
            self.judged.iter().filter(|(_, count)| *count == fewest).map(|(pair, _)| pair).collect();
        let (at, number) = *least.get(random.below(least.len())).copied()?;
        let cell = &self.cells[at];
        let (a, b) = pairs_of(cell.arms.len()).nth(number)?;
        let (a, b) = (shown(&cell.arms[a])?, shown(&cell.arms[b])?);
        let (left, right) = if random.below(2) == 0 { (a, b) } else { (b, a) };
        Some((Pair { n, slot: cell.slot.clone(), seed: cell.seed, left, right }, false))
    }

    /// Other arms for the cell of a pair, so that there are at most so many.
    fn joining(&self, pair: &Pair, most: usize, random: &mut Random) -> Vec<Shown> {
        let Some((at, cell)) = self.cell(pair).map(|at| (at, &self.cells[at])) else { return Vec::new() };
        let Some((a, b)) = cell.arm(&pair.left).zip(cell.arm(&pair.right)) else { return Vec::new() };
        let judged = |a: usize, b: usize| self.judged.get(&(at, pair_index(cell.arms.len(), a, b)?));
        let own = judged(a, b).map_or(0, |(_, own)| *own);
        let mut arms = vec![a, b];
        while arms.len() < most {
            let score = |arm: usize| {
                let counts: Option<Vec<&(u32, u32)>> = arms.iter().map(|other| judged(arm, *other)).collect();
                let counts = counts.filter(|counts| counts.iter().all(|(_, by_rater)| *by_rater <= own))?;
                Some((counts.iter().map(|(all, _)| *all).sum::<u32>(), arm))
            };
            let free = (0..cell.arms.len()).filter(|arm| !arms.contains(arm));
            let scores: Vec<(u32, usize)> = free.filter_map(score).collect();
            let Some(fewest) = scores.iter().map(|(count, _)| *count).min() else { break };
            let least: Vec<usize> = scores.iter().filter(|(count, _)| *count == fewest).map(|(_, arm)| *arm).collect();
            arms.push(least[random.below(least.len())]);
        }
        arms.split_off(2).into_iter().filter_map(|arm| shown(&cell.arms[arm])).collect()
    }

    /// A pair that the rater judged once, with its sides swapped.
    fn again(&self, n: u64, random: &mut Random) -> Option<Pair> {
        let is_here = |pair: &Pair| {
            let cell = self.cell(pair).map(|at| &self.cells[at]);
            cell.is_some_and(|cell| cell.arm(&pair.left).is_some() && cell.arm(&pair.right).is_some())
        };
        let old = self.own.len().checked_sub(APART)?;
        let once: Vec<&Pair> =
            self.own[..old].iter().filter(|(pair, times)| *times == 1 && is_here(pair)).map(|(pair, _)| pair).collect();
        let pair = *once.get(random.below(once.len()))?;
        Some(Pair { n, left: pair.right, right: pair.left, ..pair.clone() })
    }
}

fn shown(slide: &Slide) -> Option<Shown> {
    slide.raw.map(|raw| Shown { raw, ask: slide.ask })
}
