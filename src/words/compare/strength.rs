//! Strengths of arms: the Bradley-Terry model with ties after Davidson, "On Extending the Bradley-Terry Model to
//! Accommodate Ties in Paired Comparison Experiments", Journal of the American Statistical Association 65 (1970), 317-328.
//!
//! In logarithms of strengths it is a multinomial logit with linear predictors: a win of arm i has the weight exp(s_i), a
//! tie of i and j exp(e + (s_i + s_j) / 2). Its log-likelihood is concave, so that Newton's method finds the maximum.

use super::tally::{Counts, pairs_of};

/// A weak prior: so many wins for either side of every pair. An arm that won all votes has a finite strength with it.
const PRIOR: f64 = 0.5;

/// Newton's method needs fewer steps.
const STEPS: usize = 40;

/// The strengths of arms.
#[derive(Clone, Debug, PartialEq)]
pub struct Strengths {
    /// Natural logarithms, with the mean 0.
    pub log: Vec<f64>,
    /// The logarithm of the tie parameter; `None` where nothing was a tie.
    pub tie: Option<f64>,
    /// The standard errors of the differences of every pair of arms, as the curvature of the likelihood gives them.
    pub errors: Vec<f64>,
}

impl Strengths {
    /// All equal.
    pub fn equal(arms: usize) -> Self {
        Self { log: vec![0.0; arms], tie: None, errors: vec![0.0; pairs_of(arms).count()] }
    }

    /// The probability that the first of two arms wins, that the second wins, and of a tie.
    pub fn odds(&self, a: usize, b: usize) -> [f64; 3] {
        odds(self.log[a], self.log[b], self.tie)
    }

    /// The differences of every pair of arms.
    pub fn differences(&self) -> Vec<f64> {
        pairs_of(self.log.len()).map(|(a, b)| self.log[a] - self.log[b]).collect()
    }
}

fn odds(a: f64, b: f64, tie: Option<f64>) -> [f64; 3] {
    let middle = tie.map(|tie| tie + (a + b) / 2.0);
    let top = middle.map_or(a.max(b), |middle| middle.max(a).max(b));
    let weights = [(a - top).exp(), (b - top).exp(), middle.map_or(0.0, |middle| (middle - top).exp())];
    let sum: f64 = weights.iter().sum();
    weights.map(|weight| weight / sum)
}

/// The strengths with the greatest likelihood. `from` is where the search starts.
pub fn fit(arms: usize, counts: &Counts, from: Option<&Strengths>) -> Strengths {
    let ties: f64 = counts.0.iter().map(|pair| pair[2] + pair[3]).sum();
    let has_ties = ties > 0.0;
    let size = arms + usize::from(has_ties);
    let mut at = vec![0.0; size];
    if let Some(from) = from.filter(|from| from.log.len() == arms) {
        at[..arms].copy_from_slice(&from.log);
        if has_ties {
            at[arms] = from.tie.unwrap_or(0.0);
        }
    }
    let problem = Problem { arms, has_ties, counts };
    let mut best = problem.likelihood(&at);
    for _ in 0..STEPS {
        let (gradient, curvature) = problem.derivatives(&at);
        let Some(step) = solve(curvature, gradient) else { break };
        let mut share = 1.0;
        let (next, likelihood) = loop {
            let next: Vec<f64> = at.iter().zip(&step).map(|(at, step)| at + share * step).collect();
            let likelihood = problem.likelihood(&next);
            if likelihood >= best || share < 1e-6 {
                break (next, likelihood);
            }
            share /= 2.0;
        };
        let moved = at.iter().zip(&next).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        (at, best) = (next, likelihood);
        if moved < 1e-9 {
            break;
        }
    }
    let errors = problem.errors(&at);
    let mean = at[..arms].iter().sum::<f64>() / arms.max(1) as f64;
    let log = at[..arms].iter().map(|strength| strength - mean).collect();
    Strengths { log, tie: has_ties.then(|| at[arms]), errors }
}

struct Problem<'a> {
    arms: usize,
    has_ties: bool,
    counts: &'a Counts,
}

impl Problem<'_> {
    /// Arms, wins of either side with the prior, and ties of each pair.
    fn pairs(&self) -> impl Iterator<Item = (usize, usize, [f64; 3])> {
        let counts = pairs_of(self.arms).zip(&self.counts.0);
        counts.map(|((a, b), [first, second, tie, bad])| (a, b, [first + PRIOR, second + PRIOR, tie + bad]))
    }

    fn tie(&self, at: &[f64]) -> Option<f64> {
        self.has_ties.then(|| at[self.arms])
    }

    fn likelihood(&self, at: &[f64]) -> f64 {
        let sum: f64 = at[..self.arms].iter().sum();
        let pairs = self.pairs().map(|(a, b, counts)| {
            let odds = odds(at[a], at[b], self.tie(at));
            counts.iter().zip(odds).filter(|(count, _)| **count > 0.0).map(|(count, p)| count * p.ln()).sum::<f64>()
        });
        // Strengths are known up to a constant: it is chosen so that they sum to 0.
        pairs.sum::<f64>() - sum * sum / 2.0
    }

    /// The gradient, and the negative second derivatives.
    fn derivatives(&self, at: &[f64]) -> (Vec<f64>, Vec<Vec<f64>>) {
        let size = at.len();
        let sum: f64 = at[..self.arms].iter().sum();
        let (mut gradient, mut curvature) = (vec![0.0; size], vec![vec![0.0; size]; size]);
        for row in 0..self.arms {
            gradient[row] -= sum;
            curvature[row][..self.arms].iter_mut().for_each(|value| *value += 1.0);
        }
        for (a, b, counts) in self.pairs() {
            let total: f64 = counts.iter().sum();
            let odds = odds(at[a], at[b], self.tie(at));
            // The predictors of the outcomes in the parameters (a, b, tie).
            let rows = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.5, 0.5, 1.0]];
            let places = [Some(a), Some(b), self.has_ties.then_some(self.arms)];
            let mean: [f64; 3] = [0, 1, 2].map(|i| (0..3).map(|o| odds[o] * rows[o][i]).sum());
            for i in 0..3 {
                let Some(to) = places[i] else { continue };
                gradient[to] += (0..3).map(|o| counts[o] * rows[o][i]).sum::<f64>() - total * mean[i];
                for j in 0..3 {
                    let Some(other) = places[j] else { continue };
                    let product: f64 = (0..3).map(|o| odds[o] * rows[o][i] * rows[o][j]).sum();
                    curvature[to][other] += total * (product - mean[i] * mean[j]);
                }
            }
        }
        (gradient, curvature)
    }

    fn errors(&self, at: &[f64]) -> Vec<f64> {
        let (_, curvature) = self.derivatives(at);
        let error = |(a, b): (usize, usize)| {
            let mut difference = vec![0.0; at.len()];
            (difference[a], difference[b]) = (1.0, -1.0);
            let solved = solve(curvature.clone(), difference)?;
            Some((solved[a] - solved[b]).max(0.0).sqrt())
        };
        pairs_of(self.arms).map(|pair| error(pair).unwrap_or(f64::INFINITY)).collect()
    }
}

/// Solves a small system of equations by elimination with pivots.
fn solve(mut rows: Vec<Vec<f64>>, mut right: Vec<f64>) -> Option<Vec<f64>> {
    let size = right.len();
    for column in 0..size {
        let pivot = (column..size).max_by(|a, b| rows[*a][column].abs().total_cmp(&rows[*b][column].abs()))?;
        if rows[pivot][column].abs() < 1e-12 {
            return None;
        }
        rows.swap(column, pivot);
        right.swap(column, pivot);
        for row in column + 1..size {
            let (above, below) = rows.split_at_mut(row);
            let (above, below_it) = (&above[column], &mut below[0]);
            let factor = below_it[column] / above[column];
            for (value, above) in below_it[column..].iter_mut().zip(&above[column..]) {
                *value -= factor * above;
            }
            right[row] -= factor * right[column];
        }
    }
    for row in (0..size).rev() {
        let known: f64 = (row + 1..size).map(|at| rows[row][at] * right[at]).sum();
        right[row] = (right[row] - known) / rows[row][row];
    }
    Some(right)
}
