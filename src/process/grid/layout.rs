//! Laying out: where the lines lie that no edge tells of, beside a sprite and between sprites.
//!
//! Cells are nearly as high as wide, so each axis tells the other how many cells it has.

use super::drift::{Axis, Counted, Drawn, Guess};

/// By how much of a cell's length its height and width may differ: a standard deviation.
const SQUARE: f64 = 0.04;
/// A drawn line that is farther from its border than this part of a cell ends a cell that the border cuts.
const SLIVER: f64 = 0.3;
/// So many changes of counts are looked at together.
const DEPTH: usize = 4;
/// Rounds of changes.
const ROUNDS: usize = 60;
/// What a change has to gain.
const GAIN: f64 = 1e-9;

/// All lines of both axes.
pub(super) fn laid_out(drawn: [&Drawn; 2]) -> [Vec<f64>; 2] {
    let mut axes = drawn.map(Axis::of);
    let shape = drawn[1].length / drawn[0].length;
    settle(&mut axes, shape);
    let [x, y] = axes.each_ref().map(Axis::whole);
    let told = |(cells, variance): Guess, shape: f64| (cells * shape, (variance + square(cells)) * shape * shape);
    [
        lines(&axes[0].counted(Some(told(y, 1.0 / shape))), &axes[0].cells, drawn[0]),
        lines(&axes[1].counted(Some(told(x, shape))), &axes[1].cells, drawn[1]),
    ]
}

/// All lines of both axes, of which only one has drawn ones; the other gets cells as long as those.
pub(super) fn told_by_one(drawn: &Drawn, other: f64) -> (Vec<f64>, Vec<f64>) {
    let axis = Axis::of(drawn);
    let pitch = drawn.length / axis.whole().0.max(1.0);
    (lines(&axis.counted(None), &axis.cells, drawn), even(other, pitch))
}

/// Lines of a pitch where none are drawn.
pub(super) fn even(length: f64, pitch: f64) -> Vec<f64> {
    let count = (length / pitch + 0.5).max(1.0) as usize;
    (1..count).map(|i| length * i as f64 / count as f64).collect()
}

/// The variance of the cells along an axis that as many along the other one leave.
fn square(cells: f64) -> f64 {
    SQUARE * SQUARE * cells * cells
}

/// A gap counted otherwise: which axis, which gap, and a cell more or less.
type Change = (usize, usize, f64);

/// Counts the cells of long gaps anew where both axes are more likely together for it.
///
/// A change that gains nothing may be the first of several that do, so a few are followed before they are judged (Kernighan
/// and Lin 1970).
fn settle(axes: &mut [Axis; 2], shape: f64) {
    let [(x, vx), (y, vy)] = axes.each_ref().map(Axis::whole);
    let variance = vy + shape * shape * vx + square(y);
    let mut apart = y - shape * x;
    for _ in 0..ROUNDS {
        let (mut tried, mut now, mut sum) = (axes.clone(), apart, 0.0);
        let mut path: Vec<Change> = Vec::new();
        let mut best = (-GAIN, 0, apart);
        for _ in 0..DEPTH {
            let Some((cost, moved, change)) = cheapest(&tried, now, shape, variance, &path) else { break };
            tried[change.0].change(change.1, change.2);
            path.push(change);
            (now, sum) = (moved, sum + cost);
            if sum < best.0 {
                best = (sum, path.len(), now);
            }
        }
        if best.1 == 0 {
            return;
        }
        path[..best.1].iter().for_each(|(axis, gap, by)| axes[*axis].change(*gap, *by));
        apart = best.2;
    }
}

/// The cheapest change of a gap that none on the path touches: its cost, how far apart the axes are then, and the change.
fn cheapest(axes: &[Axis; 2], apart: f64, shape: f64, variance: f64, path: &[Change]) -> Option<(f64, f64, Change)> {
    let changes = |axis: usize| axes[axis].changes().map(move |change| (axis, change));
    changes(0)
        .chain(changes(1))
        .filter(|(axis, (gap, ..))| path.iter().all(|(a, g, _)| (a, g) != (axis, gap)))
        .map(|(axis, (gap, by, cells, cost))| {
            let moved = apart + if axis == 0 { -shape * cells } else { cells };
            (cost + (moved * moved - apart * apart) / variance, moved, (axis, gap, by))
        })
        .reduce(|a, b| if b.0 < a.0 { b } else { a })
}

/// The lines of one axis: drawn ones, others evenly between them, and on to the borders.
fn lines(counted: &Counted, cells: &[f64], drawn: &Drawn) -> Vec<f64> {
    let [first, .., last] = drawn.lines[..] else { return Vec::new() };
    let mut lines = outer(counted, drawn.length, first, -1.0);
    lines.reverse();
    lines.extend(drawn.lines.windows(2).zip(cells).flat_map(|(pair, cells)| {
        let (a, b) = (pair[0], pair[1]);
        (1..*cells as usize).map(move |i| a + (b - a) * i as f64 / cells).chain([b])
    }));
    // The last drawn line came with the gap before it, and comes again if it is no border.
    lines.pop();
    lines.extend(outer(counted, drawn.length, last, 1.0));
    lines
}

/// The outermost drawn line and those between it and its border; none if it is the border itself.
fn outer(counted: &Counted, length: f64, from: f64, way: f64) -> Vec<f64> {
    let start = counted.at(from / length);
    let border = if way < 0.0 { 0.0 } else { 1.0 };
    let rest = way * (counted.at(border) - start);
    let cells = (rest + 0.5).max(if rest > SLIVER { 1.0 } else { 0.0 }) as usize;
    let mut at = from;
    let mut next = |count: f64| {
        while way * (counted.at(at / length) - start) < count && at > 0.0 && at < length {
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

    /// Drawn lines of a pitch from one place to another, without those that are listed.
    fn drawn(length: f64, pitch: f64, range: std::ops::Range<u32>, but: &[u32]) -> Drawn {
        let kept: Vec<u32> = range.filter(|i| !but.contains(i)).collect();
        let cells = kept.windows(2).map(|pair| f64::from(pair[1] - pair[0])).collect();
        Drawn { length, lines: kept.iter().map(|i| pitch * f64::from(*i)).collect(), cells }
    }

    #[test]
    fn lines_that_are_not_drawn_are_laid_out_evenly() {
        let axis = drawn(320.0, 10.7, 4..25, &[12, 13, 14, 15, 16, 17, 18, 19]);
        let [x, y] = laid_out([&axis, &axis]);
        assert_eq!((x.len(), &x), (29, &y));
        assert!(x.iter().enumerate().all(|(i, line)| (line - (i + 1) as f64 * 10.7).abs() < 1.0), "{x:?}");
    }

    #[test]
    fn an_axis_with_few_lines_takes_the_cells_of_the_other() {
        let (wide, full) = (drawn(400.0, 11.0, 15..21, &[]), drawn(400.0, 10.0, 1..40, &[]));
        let [x, y] = laid_out([&wide, &full]);
        assert_eq!(y.len(), 39);
        assert!((36..=39).contains(&x.len()), "{}", x.len());
    }

    #[test]
    fn a_gap_that_was_counted_wrong_is_counted_anew() {
        let mut wrong = drawn(400.0, 10.0, 1..40, &[17, 18, 19, 20, 21]);
        let gap = wrong.cells.iter().position(|cells| *cells > 1.0).unwrap();
        wrong.cells[gap] = 7.0;
        assert_eq!(laid_out([&wrong, &drawn(400.0, 10.0, 1..40, &[])])[0].len(), 39);
    }

    #[test]
    fn an_axis_without_lines_takes_the_cells_of_the_other() {
        let (x, y) = told_by_one(&drawn(400.0, 10.0, 1..40, &[]), 203.0);
        assert_eq!((x.len(), x[0], y.len()), (39, 10.0, 19));
    }

    #[test]
    fn without_drawn_lines_cells_are_even() {
        assert_eq!(even(40.0, 9.0), [10.0, 20.0, 30.0]);
        assert!(even(4.0, 9.0).is_empty());
    }
}
