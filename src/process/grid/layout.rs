//! Layout: places lines where no edges support them, beside a sprite and between sprites.
//!
//! Cells are nearly square, so that each axis predicts the number of cells of the other.

use super::kriging::{Anchors, AxisModel, Estimate, Prediction};

/// The standard deviation of the ratio of a cell's width and height.
const SQUARE: f64 = 0.04;
/// The border cuts a cell if the outermost anchor is farther from it than this share of a cell.
const SLIVER: f64 = 0.3;
/// The number of corrections that are evaluated together.
const DEPTH: usize = 4;
/// The largest number of rounds of corrections.
const ROUNDS: usize = 60;
/// The least gain of a round.
const GAIN: f64 = 1e-9;

/// All lines of both axes from their anchors, in raw pixels.
pub(super) fn lay_out(anchors: [&Anchors; 2]) -> [Vec<f64>; 2] {
    let mut axes = anchors.map(AxisModel::of);
    let shape = anchors[1].length / anchors[0].length;
    refine_counts(&mut axes, shape);
    let [x, y] = axes.each_ref().map(AxisModel::total);
    let prior = |(cells, variance): Estimate, shape: f64| (cells * shape, (variance + square(cells)) * shape * shape);
    [
        lines(&axes[0].predict(Some(prior(y, 1.0 / shape))), &axes[0].cells, anchors[0]),
        lines(&axes[1].predict(Some(prior(x, shape))), &axes[1].cells, anchors[1]),
    ]
}

/// All lines of both axes if only one has anchors. The other, `other` pixels long, gets cells of the same length.
pub(super) fn lay_out_one(anchors: &Anchors, other: f64) -> (Vec<f64>, Vec<f64>) {
    let axis = AxisModel::of(anchors);
    let pitch = anchors.length / axis.total().0.max(1.0);
    (lines(&axis.predict(None), &axis.cells, anchors), uniform(other, pitch))
}

/// Evenly spaced lines for an axis without anchors; the pitch is rounded to a whole number of cells.
pub(super) fn uniform(length: f64, pitch: f64) -> Vec<f64> {
    let count = (length / pitch + 0.5).max(1.0) as usize;
    (1..count).map(|i| length * i as f64 / count as f64).collect()
}

/// The variance of the number of cells of an axis, given that of the other axis.
fn square(cells: f64) -> f64 {
    SQUARE * SQUARE * cells * cells
}

/// A correction of a count: the axis, the gap, and +1 or -1 cell.
type Correction = (usize, usize, f64);

/// Corrects the counts of long gaps while this makes both axes together more likely.
///
/// A correction that does not pay may be the first of several that do. Short sequences are therefore evaluated as a
/// whole (Kernighan and Lin, "An efficient heuristic procedure for partitioning graphs", 1970).
fn refine_counts(axes: &mut [AxisModel; 2], shape: f64) {
    let [(x, vx), (y, vy)] = axes.each_ref().map(AxisModel::total);
    let variance = vy + shape * shape * vx + square(y);
    let mut apart = y - shape * x;
    for _ in 0..ROUNDS {
        let (mut tried, mut now, mut sum) = (axes.clone(), apart, 0.0);
        let mut path: Vec<Correction> = Vec::new();
        let mut best = (-GAIN, 0, apart);
        for _ in 0..DEPTH {
            let Some((cost, moved, correction)) = cheapest(&tried, now, shape, variance, &path) else { break };
            tried[correction.0].correct(correction.1, correction.2);
            path.push(correction);
            (now, sum) = (moved, sum + cost);
            if sum < best.0 {
                best = (sum, path.len(), now);
            }
        }
        if best.1 == 0 {
            return;
        }
        path[..best.1].iter().for_each(|(axis, gap, by)| axes[*axis].correct(*gap, *by));
        apart = best.2;
    }
}

/// The cheapest correction of a gap that is not on the path yet: its cost, the difference of the axes after it, and
/// itself.
fn cheapest(
    axes: &[AxisModel; 2],
    apart: f64,
    shape: f64,
    variance: f64,
    path: &[Correction],
) -> Option<(f64, f64, Correction)> {
    let corrections = |axis: usize| axes[axis].corrections().map(move |correction| (axis, correction));
    corrections(0)
        .chain(corrections(1))
        .filter(|(axis, (gap, ..))| path.iter().all(|(a, g, _)| (a, g) != (axis, gap)))
        .map(|(axis, (gap, by, cells, cost))| {
            let moved = apart + if axis == 0 { -shape * cells } else { cells };
            (cost + (moved * moved - apart * apart) / variance, moved, (axis, gap, by))
        })
        .reduce(|a, b| if b.0 < a.0 { b } else { a })
}

/// The lines of one axis: anchors, evenly spaced lines between them, and predicted lines out to the borders.
fn lines(prediction: &Prediction, cells: &[f64], anchors: &Anchors) -> Vec<f64> {
    let [first, .., last] = anchors.lines[..] else { return Vec::new() };
    let mut lines = outer(prediction, anchors.length, first, -1.0);
    lines.reverse();
    lines.extend(anchors.lines.windows(2).zip(cells).flat_map(|(pair, cells)| {
        let (a, b) = (pair[0], pair[1]);
        (1..*cells as usize).map(move |i| a + (b - a) * i as f64 / cells).chain([b])
    }));
    // The last anchor was added with the gap before it; `outer` adds it again unless it is the border.
    lines.pop();
    lines.extend(outer(prediction, anchors.length, last, 1.0));
    lines
}

/// The outermost anchor and the lines between it and its border; empty if the anchor is the border. `way` is -1 or 1.
fn outer(prediction: &Prediction, length: f64, from: f64, way: f64) -> Vec<f64> {
    let start = prediction.at(from / length);
    let border = if way < 0.0 { 0.0 } else { 1.0 };
    let rest = way * (prediction.at(border) - start);
    let cells = (rest + 0.5).max(if rest > SLIVER { 1.0 } else { 0.0 }) as usize;
    let mut at = from;
    let mut next = |count: f64| {
        while way * (prediction.at(at / length) - start) < count && at > 0.0 && at < length {
            at += 0.5 * way;
        }
        at
    };
    let lines = (0..cells).map(|i| next(i as f64));
    lines.filter(|line| *line > 1.0 && *line < length - 1.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Anchors of a pitch in a range of lines, without some of them.
    fn anchors(length: f64, pitch: f64, range: std::ops::Range<u32>, but: &[u32]) -> Anchors {
        let kept: Vec<u32> = range.filter(|i| !but.contains(i)).collect();
        let cells = kept.windows(2).map(|pair| f64::from(pair[1] - pair[0])).collect();
        Anchors { length, lines: kept.iter().map(|i| pitch * f64::from(*i)).collect(), cells }
    }

    #[test]
    fn lines_without_edges_are_spaced_evenly() {
        let axis = anchors(320.0, 10.7, 4..25, &[12, 13, 14, 15, 16, 17, 18, 19]);
        let [x, y] = lay_out([&axis, &axis]);
        assert_eq!((x.len(), &x), (29, &y));
        assert!(x.iter().enumerate().all(|(i, line)| (line - (i + 1) as f64 * 10.7).abs() < 1.0), "{x:?}");
    }

    #[test]
    fn an_axis_with_few_anchors_takes_the_cells_of_the_other() {
        let (wide, full) = (anchors(400.0, 11.0, 15..21, &[]), anchors(400.0, 10.0, 1..40, &[]));
        let [x, y] = lay_out([&wide, &full]);
        assert_eq!(y.len(), 39);
        assert!((36..=39).contains(&x.len()), "{}", x.len());
    }

    #[test]
    fn a_miscounted_gap_is_corrected() {
        let mut wrong = anchors(400.0, 10.0, 1..40, &[17, 18, 19, 20, 21]);
        let gap = wrong.cells.iter().position(|cells| *cells > 1.0).unwrap();
        wrong.cells[gap] = 7.0;
        assert_eq!(lay_out([&wrong, &anchors(400.0, 10.0, 1..40, &[])])[0].len(), 39);
    }

    #[test]
    fn an_axis_without_anchors_takes_the_cells_of_the_other() {
        let (x, y) = lay_out_one(&anchors(400.0, 10.0, 1..40, &[]), 203.0);
        assert_eq!((x.len(), x[0], y.len()), (39, 10.0, 19));
    }

    #[test]
    fn without_anchors_cells_are_equal() {
        assert_eq!(uniform(40.0, 9.0), [10.0, 20.0, 30.0]);
        assert!(uniform(4.0, 9.0).is_empty());
    }
}
