//! Harmonics: decides which multiple of a coherent period is the pitch.
//!
//! Coherence alone cannot tell a pitch from its multiples and fractions. The colour variance within cells can: it drops
//! sharply once the cells are as small as the drawn ones. At the true pitch, cells twice as long vary 1.9 to 15 times
//! as much, and cells half as long hardly less.

use std::borrow::Cow;

use super::detect::Scope;
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

/// The pitch whose lines have the best merit, by axis in raw pixels. `weight` rates the coherence of a pitch.
pub(super) fn best(
    tables: &[Cow<'_, VarianceTable>],
    scores: &[[Vec<f64>; 2]],
    candidates: &[[f64; 2]],
    scope: Scope,
    weight: impl Fn([f64; 2]) -> f64,
) -> Option<[f64; 2]> {
    let mut tried: Vec<([f64; 2], f64)> = Vec::new();
    for factor in FACTORS {
        for pitch in candidates.iter().map(|pitch| pitch.map(|p| p * factor)) {
            let near = |other: &[f64; 2]| (0..2).all(|i| (other[i] / pitch[i] - 1.0).abs() < SAME);
            if tried.iter().any(|(other, _)| near(other)) {
                continue;
            }
            let Some((real, variance, shifted)) = variance_at(tables, scores, pitch, scope) else { continue };
            let strays = (0..2).any(|i| (real[i] / pitch[i] - 1.0).abs() > STRAY);
            if !strays {
                tried.push((real, merit(variance, shifted) * weight(pitch)));
            }
        }
    }
    tried.into_iter().reduce(|a, b| if b.1 > a.1 { b } else { a }).map(|(pitch, _)| pitch)
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
            parts.extend(table.regional(&between[0], &between[1]));
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
