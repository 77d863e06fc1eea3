//! What is measured of the images of arms: paired differences to the first arm, with intervals.

use std::collections::BTreeMap;

use serde::Serialize;

use super::cells::Cells;
use crate::words::compare::Random;

/// Resamples of an interval.
const RESAMPLES: usize = 1000;

/// What is measured of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Figure {
    /// Confidence in the grid, 0 to 1000.
    Grid,
    /// Colours before the reduction to a palette.
    Colors,
    /// Whether it passes the gates: 1000 or 0.
    Passes,
    /// Half-transparent cells of the raw that were made opaque or transparent.
    CutAlpha,
    /// Milliseconds that a server worked on it.
    Millis,
    /// The distance to the project's own picked art, 0 to 1000: of colours, palette, runs, outline and orphans. It
    /// describes, and judges nothing.
    OwnArt,
}

impl Figure {
    /// All of them, each with a name for people.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Grid, "grid confidence (of 1000)"),
        (Self::Colors, "colours before reduction"),
        (Self::Passes, "passes the gates (per mille)"),
        (Self::CutAlpha, "half-transparent cells"),
        (Self::Millis, "milliseconds an image"),
        (Self::OwnArt, "distance to own picked art (of 1000; a description, no judge)"),
    ];
}

/// How an arm differs from the first one in a figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MeasuredDifference {
    /// What is measured.
    pub figure: Figure,
    /// The arm.
    pub arm: String,
    /// The arm that it is compared with.
    pub to: String,
    /// Pairs of images; slots, where seeds are not paired.
    pub pairs: usize,
    /// The mean of the arm, in thousandths.
    pub mean: i64,
    /// The mean difference, in thousandths.
    pub difference: i64,
    /// The lower end of its 95 % interval.
    pub low: i64,
    /// The upper end.
    pub high: i64,
}

/// The metrics of each image, by cell and arm.
pub(super) type Figures = BTreeMap<(usize, usize), BTreeMap<Figure, i64>>;

/// Every arm against the first one.
pub(super) fn differences(cells: &Cells, metrics: &Figures) -> Vec<MeasuredDifference> {
    let arms = &cells.comparison.arms;
    let mut all = Vec::new();
    for (figure, _) in Figure::ALL {
        for arm in 1..arms.len() {
            let pairs = pairs(cells, metrics, figure, arm);
            if pairs.is_empty() {
                continue;
            }
            let each: Vec<f64> = pairs.iter().map(|(own, first)| own - first).collect();
            let (low, high) = interval(&each);
            all.push(MeasuredDifference {
                figure,
                arm: arms[arm].clone(),
                to: arms[0].clone(),
                pairs: pairs.len(),
                mean: thousandths(mean(&pairs.iter().map(|(own, _)| *own).collect::<Vec<_>>())),
                difference: thousandths(mean(&each)),
                low: thousandths(low),
                high: thousandths(high),
            });
        }
    }
    all
}

/// The metrics of an arm and of the first one in each cell, or, where seeds are not paired, their means in each slot.
fn pairs(cells: &Cells, metrics: &Figures, figure: Figure, arm: usize) -> Vec<(f64, f64)> {
    let value = |cell: usize, arm: usize| Some(*metrics.get(&(cell, arm))?.get(&figure)? as f64);
    if cells.paired {
        return (0..cells.cells.len()).filter_map(|cell| Some((value(cell, arm)?, value(cell, 0)?))).collect();
    }
    let mut slots: BTreeMap<&str, (Vec<f64>, Vec<f64>)> = BTreeMap::new();
    for (at, cell) in cells.cells.iter().enumerate() {
        let (own, first) = slots.entry(&cell.slot).or_default();
        own.extend(value(at, arm));
        first.extend(value(at, 0));
    }
    let both = slots.values().filter(|(own, first)| !own.is_empty() && !first.is_empty());
    both.map(|(own, first)| (mean(own), mean(first))).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// The 95 % interval of a mean, by a bootstrap.
fn interval(values: &[f64]) -> (f64, f64) {
    let mut random = Random::new(values.len() as u64);
    let sample = |_| {
        let drawn: Vec<f64> = values.iter().map(|_| values[random.below(values.len())]).collect();
        mean(&drawn)
    };
    let mut means: Vec<f64> = (0..RESAMPLES).map(sample).collect();
    means.sort_by(f64::total_cmp);
    (means[RESAMPLES * 25 / 1000], means[RESAMPLES * 975 / 1000 - 1])
}

/// A decimal as a whole number: the same in every format.
pub(super) fn thousandths(value: f64) -> i64 {
    (value * 1000.0).round() as i64
}
