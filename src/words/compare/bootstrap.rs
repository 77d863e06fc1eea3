//! Intervals of strengths by a bootstrap over cells: votes on the same images are not independent.

use super::random::Random;
use super::strength::{Strengths, fit};
use super::tally::{Ballot, Counts, Tally, pair_index, pairs_of};

/// Below so many cells a bootstrap is too narrow: the curvature of the likelihood counts where it says more.
const FEW: usize = 20;

/// The quantile of 95 % on both sides of a normal distribution.
const Z95: f64 = 1.959_964;

/// The quantile of 80 % on one side of it.
const Z80: f64 = 0.841_621;

/// From so many further votes on, a number says nothing.
const MOST: f64 = 20_000.0;

/// The ends of an interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Range {
    /// Whether a value lies in it.
    pub fn has(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }
}

/// The difference of the log strengths of two arms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The arms.
    pub arms: (usize, usize),
    /// The strength of the first less that of the second.
    pub value: f64,
    /// Its 95 % interval.
    pub range: Range,
    /// The votes tell them apart, at 95 % over all pairs of arms together.
    pub told: bool,
    /// About so many more votes on this pair would, were the difference what it seems; `None` where they do already, or
    /// where it is more than anybody casts.
    pub more: Option<u64>,
}

/// Strengths with what is certain of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Intervals {
    /// The strengths.
    pub strengths: Strengths,
    /// The 95 % interval of each strength.
    pub ranges: Vec<Range>,
    /// Every pair of arms.
    pub differences: Vec<Difference>,
}

/// Strengths and intervals from so many resamples.
pub fn intervals(tally: &Tally, resamples: usize, seed: u64) -> Intervals {
    let (arms, counts) = (tally.arms, tally.counts());
    let strengths = fit(arms, &counts, None);
    let samples = samples(tally, &strengths, resamples, seed);
    let pairs: Vec<(usize, usize)> = pairs_of(arms).collect();
    let few = tally.cells_with_votes() < FEW;
    let values = strengths.differences();
    let errors: Vec<f64> = (0..pairs.len())
        .map(|pair| {
            let drawn: Vec<f64> = samples.iter().map(|sample| difference(sample, pairs[pair])).collect();
            let model = strengths.errors[pair];
            if few { deviation(&drawn).max(model) } else { deviation(&drawn) }
        })
        .collect();
    let critical = critical(&samples, &values, &errors, &pairs);
    let differences = pairs.iter().enumerate().map(|(at, arms)| {
        let drawn = samples.iter().map(|sample| difference(sample, *arms)).collect();
        let range = widened(quantiles(drawn), values[at], few.then_some(errors[at]));
        let told = values[at].abs() > critical * errors[at] && !range.has(0.0);
        let more = (!told).then(|| more(&strengths, *arms, &counts, critical)).flatten();
        Difference { arms: *arms, value: values[at], range, told, more }
    });
    let differences: Vec<Difference> = differences.collect();
    let ranges = (0..arms).map(|arm| {
        let error = few.then(|| own_error(arm, arms, &errors));
        widened(quantiles(samples.iter().map(|sample| sample[arm]).collect()), strengths.log[arm], error)
    });
    Intervals { ranges: ranges.collect(), differences, strengths }
}

impl Tally {
    fn cells_with_votes(&self) -> usize {
        let cells: std::collections::BTreeSet<usize> = self.ballots.iter().map(|ballot| ballot.cell).collect();
        cells.len()
    }
}

/// The strengths of resamples: as many cells with votes as there are, drawn with replacement.
fn samples(tally: &Tally, start: &Strengths, resamples: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut cells: Vec<Vec<&Ballot>> = vec![Vec::new(); tally.cells];
    tally.ballots.iter().for_each(|ballot| cells[ballot.cell].push(ballot));
    cells.retain(|cell| !cell.is_empty());
    let mut random = Random::new(seed);
    let sample = |_| {
        let mut counts = Counts::of_arms(tally.arms);
        for _ in 0..cells.len() {
            cells[random.below(cells.len())].iter().for_each(|ballot| counts.add(ballot));
        }
        fit(tally.arms, &counts, Some(start)).log
    };
    (0..resamples).map(sample).collect()
}

fn difference(sample: &[f64], (a, b): (usize, usize)) -> f64 {
    sample[a] - sample[b]
}

fn deviation(values: &[f64]) -> f64 {
    let count = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / count;
    (values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / count).sqrt()
}

fn quantiles(mut values: Vec<f64>) -> Range {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    let at = |share: f64| values.get(((share * last as f64).round() as usize).min(last)).copied().unwrap_or(0.0);
    Range { low: at(0.025), high: at(0.975) }
}

fn widened(range: Range, value: f64, error: Option<f64>) -> Range {
    let Some(error) = error else { return range };
    Range { low: range.low.min(value - Z95 * error), high: range.high.max(value + Z95 * error) }
}

/// The error of an arm against the mean of all: at most half of the sum of its errors against the others.
fn own_error(arm: usize, arms: usize, errors: &[f64]) -> f64 {
    let others = (0..arms).filter(|other| *other != arm);
    let sum: f64 = others.filter_map(|other| errors.get(pair_index(arms, arm, other)?)).sum();
    sum / arms.max(1) as f64
}

/// How many standard errors the largest of all differences strays in 95 of 100 resamples.
fn critical(samples: &[Vec<f64>], values: &[f64], errors: &[f64], pairs: &[(usize, usize)]) -> f64 {
    let stray = |sample: &Vec<f64>| {
        let each = pairs.iter().enumerate().filter(|(at, _)| errors[*at] > 0.0);
        each.map(|(at, pair)| (difference(sample, *pair) - values[at]).abs() / errors[at]).fold(0.0, f64::max)
    };
    let mut strays: Vec<f64> = samples.iter().map(stray).collect();
    strays.sort_by(f64::total_cmp);
    strays.get(strays.len() * 95 / 100).copied().unwrap_or(Z95).max(Z95)
}

/// Votes at which a sign test sees the present difference in 80 of 100 cases, less those that there are.
fn more(strengths: &Strengths, (a, b): (usize, usize), counts: &Counts, critical: f64) -> Option<u64> {
    let [first, second, tie] = strengths.odds(a, b);
    let p = first / (first + second);
    let away = (p - 0.5).abs();
    if away < 1e-6 {
        return None;
    }
    let decided = ((critical * 0.5 + Z80 * (p * (1.0 - p)).sqrt()) / away).powi(2);
    let cast: f64 = counts.0[pair_index(strengths.log.len(), a, b)?].iter().sum();
    let more = (decided / (1.0 - tie).max(0.05) - cast).max(5.0);
    (more <= MOST).then(|| rounded(more))
}

/// Two digits are more than such an estimate knows.
fn rounded(value: f64) -> u64 {
    let step = if value < 100.0 {
        5.0
    } else if value < 1000.0 {
        50.0
    } else {
        500.0
    };
    ((value / step).ceil() * step) as u64
}
