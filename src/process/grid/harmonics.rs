//! Harmonics: decides which multiple of a coherent period is the pitch.
//!
//! Coherence alone cannot tell a pitch from its multiples and fractions. The colour variance within cells can: it drops
//! sharply once the cells are as small as the drawn ones. At the true pitch, cells twice as long vary 1.9 to 15 times
//! as much, and cells half as long hardly less.

use std::borrow::Cow;

use super::scope::Scope;
use super::variance_table::VarianceTable;
use super::{confidence, grid_lines};

/// The multiples and fractions of a candidate that are tried.
const FACTORS: [f64; 6] = [1.0, 2.0, 0.5, 3.0, 1.0 / 3.0, 0.25];
/// Pitches that differ by less than this share are tried once.
const SAME: f64 = 0.05;
/// Lines whose mean pitch differs from the tried one by more than this share belong to another grid.
const STRAY: f64 = 0.2;
/// The least and the largest number of cells along an axis.
const CELLS: std::ops::RangeInclusive<f64> = 6.0..=420.0;

/// A pitch comes close if its value is at least this share of the best; so many are returned at most.
const CLOSE: f64 = 0.5;
const MOST: usize = 2;

/// A pitch by axis in pixels of the canvas, and the weight of its coherence.
pub(super) type Rated = ([f64; 2], f64);

/// The pitches whose straight lines have the best merit, with the best of those that come close. `weights` gives a pitch
/// two weights for its coherence: the best by the first is always among them, values are by the second.
pub(super) fn best(
    tables: &[Cow<'_, VarianceTable>],
    scores: &[[Vec<f64>; 2]],
    candidates: &[[f64; 2]],
    scope: Scope,
    weights: impl Fn([f64; 2]) -> [f64; 2],
) -> Vec<Rated> {
    let mut tried: Vec<([f64; 2], f64, [f64; 2])> = Vec::new();
    for factor in FACTORS {
        for pitch in candidates.iter().map(|pitch| pitch.map(|p| p * factor)) {
            let near = |other: &[f64; 2]| (0..2).all(|i| (other[i] / pitch[i] - 1.0).abs() < SAME);
            if tried.iter().any(|(other, ..)| near(other)) {
                continue;
            }
            let Some((real, variance, shifted)) = variance_at(tables, scores, pitch, scope) else { continue };
            let strays = (0..2).any(|i| (real[i] / pitch[i] - 1.0).abs() > STRAY);
            if !strays {
                tried.push((real, merit(variance, shifted), weights(pitch)));
            }
        }
    }
    let value = |by: usize, i: usize| tried[i].1 * tried[i].2[by];
    let best = |by: usize| (0..tried.len()).reduce(|a, b| if value(by, b) > value(by, a) { b } else { a });
    let (Some(best), coherent) = (best(1), best(0)) else { return Vec::new() };
    let mut close: Vec<usize> =
        (0..tried.len()).filter(|&i| Some(i) == coherent || value(1, i) >= CLOSE * value(1, best)).collect();
    close.sort_by(|&a, &b| value(1, b).total_cmp(&value(1, a)));
    let last = coherent.filter(|coherent| !close.iter().take(MOST).any(|i| i == coherent));
    close.truncate(MOST);
    close.extend(last);
    close.into_iter().map(|i| (tried[i].0, tried[i].2[1])).collect()
}

/// The merit of lines: the fourth power of the ratio of the variance within cells shifted by half a cell to the
/// variance within the cells, divided by the latter, so that of two equal ratios the finer grid wins.
pub(super) fn merit(variance: f64, shifted: f64) -> f64 {
    let ratio = shifted / variance;
    ratio * ratio * ratio * ratio / variance
}

/// The mean pitch of the best lines, the variance within their cells, and the variance within cells shifted by half a
/// cell. `None` if the pitch is out of range or a grid of JPEG blocks.
fn variance_at(
    tables: &[Cow<'_, VarianceTable>],
    scores: &[[Vec<f64>; 2]],
    pitch: [f64; 2],
    scope: Scope,
) -> Option<([f64; 2], f64, f64)> {
    let (mut within, mut shifted, mut real, mut parts) = (1e-7, 0.0, [0.0; 2], Vec::new());
    for (table, scores) in tables.iter().zip(scores) {
        let mut lines = [Vec::new(), Vec::new()];
        for axis in [0, 1] {
            let cells = scores[axis].len() as f64 / pitch[axis];
            if !scope.contains(pitch[axis]) || !CELLS.contains(&cells) {
                return None;
            }
            lines[axis] = grid_lines::best_lines(&scores[axis], pitch[axis]);
            let [first, .., last] = lines[axis][..] else { return None };
            real[axis] += (last - first) as f64 / (lines[axis].len() - 1) as f64 / tables.len() as f64;
        }
        within += table.variance(&lines[0], &lines[1]);
        let between = [0, 1].map(|axis| midpoints(&lines[axis]));
        shifted += table.variance(&between[0], &between[1]);
        if confidence::is_block(scope.raw(pitch)) {
            parts.extend(table.regional(&between[0], &between[1], 0.0));
        }
    }
    if !parts.is_empty() && confidence::is_jpeg(scope.raw(real), &parts) {
        return None;
    }
    Some((real, within, shifted))
}

/// The midpoints between neighbouring lines.
pub(super) fn midpoints(lines: &[usize]) -> Vec<usize> {
    lines.windows(2).map(|pair| (pair[0] + pair[1]) / 2).collect()
}
