//! Raters: what share of their wins stands left, whether they repeat themselves, whether they agree.

use std::collections::BTreeMap;

use super::vote::{Answer, Vote};
use super::votes::Votes;
use crate::words::digest::{Digest, Short};

/// One rater.
#[derive(Clone, Debug, PartialEq)]
pub struct RaterSummary {
    /// Who.
    pub rater: Short,
    /// Judgements, without skipped pairs.
    pub votes: usize,
    /// Wins of the left picture.
    pub left: usize,
    /// Wins of the right picture.
    pub right: usize,
    /// The 95 % interval (Wilson) of the share of wins that stood left.
    pub share: [f64; 2],
    /// The interval leaves out one half: the rater prefers a side.
    pub one_sided: bool,
    /// Pairs that were judged more than once.
    pub repeats: usize,
    /// Those with the same answer each time.
    pub same: usize,
}

/// Two raters who judged the same images.
#[derive(Clone, Debug, PartialEq)]
pub struct Agreement {
    /// Who.
    pub raters: [Short; 2],
    /// Pairs of images that both judged.
    pub pairs: usize,
    /// Those with equal answers.
    pub equal: usize,
    /// Cohen's kappa: 1 is agreement, 0 what chance gives; `None` where chance alone explains all.
    pub kappa: Option<f64>,
}

/// What a rater said of two images, whatever their sides: the first won, the second, or neither.
fn verdict(vote: &Vote) -> usize {
    let [first, _] = vote.raws();
    match vote.winner() {
        Some(winner) if winner.raw == first => 0,
        Some(_) => 1,
        None => 2,
    }
}

type Judgements<'a> = BTreeMap<Short, Vec<&'a Vote>>;

fn judgements(votes: &Votes) -> Judgements<'_> {
    let mut all = Judgements::new();
    for (_, vote) in votes.votes.iter().filter(|(_, vote)| vote.answer != Answer::Skip) {
        all.entry(vote.rater).or_default().push(vote);
    }
    all
}

/// Every rater, by id.
pub fn raters(votes: &Votes) -> Vec<RaterSummary> {
    let summary = |(rater, own): (Short, Vec<&Vote>)| {
        let count = |answer: Answer| own.iter().filter(|vote| vote.answer == answer).count();
        let (left, right) = (count(Answer::Left), count(Answer::Right));
        let share = wilson(left, left + right);
        let mut seen: BTreeMap<[Digest; 2], Vec<usize>> = BTreeMap::new();
        own.iter().for_each(|vote| seen.entry(vote.raws()).or_default().push(verdict(vote)));
        let repeats: Vec<&Vec<usize>> = seen.values().filter(|verdicts| verdicts.len() > 1).collect();
        let same = repeats.iter().filter(|verdicts| verdicts.iter().all(|verdict| *verdict == verdicts[0])).count();
        let one_sided = left + right > 0 && (share[0] > 0.5 || share[1] < 0.5);
        RaterSummary { rater, votes: own.len(), left, right, share, one_sided, repeats: repeats.len(), same }
    };
    judgements(votes).into_iter().map(summary).collect()
}

/// Every two raters who judged the same images.
pub fn agreements(votes: &Votes) -> Vec<Agreement> {
    let first = |own: Vec<&Vote>| {
        let mut verdicts: BTreeMap<[Digest; 2], usize> = BTreeMap::new();
        for vote in own {
            verdicts.entry(vote.raws()).or_insert_with(|| verdict(vote));
        }
        verdicts
    };
    let all: Vec<(Short, BTreeMap<[Digest; 2], usize>)> =
        judgements(votes).into_iter().map(|(rater, own)| (rater, first(own))).collect();
    let mut found = Vec::new();
    for (at, (a, one)) in all.iter().enumerate() {
        for (b, other) in &all[at + 1..] {
            let both: Vec<(usize, usize)> =
                one.iter().filter_map(|(raws, verdict)| Some((*verdict, *other.get(raws)?))).collect();
            if !both.is_empty() {
                let equal = both.iter().filter(|(a, b)| a == b).count();
                found.push(Agreement { raters: [*a, *b], pairs: both.len(), equal, kappa: kappa(&both) });
            }
        }
    }
    found
}

/// Cohen's kappa (1960). Which of two images comes first is arbitrary, so wins of either are one probability.
fn kappa(both: &[(usize, usize)]) -> Option<f64> {
    let n = both.len() as f64;
    let share = |wanted: fn(&(usize, usize)) -> bool| both.iter().filter(|pair| wanted(pair)).count() as f64 / n;
    let (ties_a, ties_b) = (share(|(a, _)| *a == 2), share(|(_, b)| *b == 2));
    let chance = ties_a * ties_b + (1.0 - ties_a) * (1.0 - ties_b) / 2.0;
    let seen = share(|(a, b)| a == b);
    (chance < 1.0 - 1e-9).then(|| (seen - chance) / (1.0 - chance))
}

/// The 95 % interval of a share after Wilson (1927).
fn wilson(hits: usize, all: usize) -> [f64; 2] {
    const Z: f64 = 1.959_964;
    if all == 0 {
        return [0.0, 1.0];
    }
    let (n, p) = (all as f64, hits as f64 / all as f64);
    let middle = (p + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
    let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt() / (1.0 + Z * Z / n);
    [(middle - half).max(0.0), (middle + half).min(1.0)]
}
