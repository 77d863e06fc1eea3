//! Snapping: one colour per cell, the one that most of its inner part has.

use rayon::prelude::*;

use crate::words::color::{Lab, distance2};

use super::canvas::{Canvas, is_clear};
use super::even::{even, uneven};
use super::grid::{Bend, Grid};

/// Share of a cell's width and height that is looked at, in its middle.
const INNER: f64 = 0.5;
/// At most so many samples along an axis of a cell.
const SAMPLES: usize = 5;

/// The cells of one raw, row by row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cells {
    pub width: usize,
    pub height: usize,
    /// The colour of each cell.
    pub lab: Vec<Lab>,
    /// The median distance of a cell's samples from its colour.
    pub spread: Vec<f32>,
    /// Whether the raw is transparent there.
    pub clear: Vec<bool>,
}

/// The cells of all raws of a group, with equally many columns and rows.
pub(super) fn snap(canvases: &[Canvas], grid: &Grid) -> Vec<Cells> {
    let cells: Vec<Cells> = canvases
        .par_iter()
        .zip(grid.cuts.par_iter().zip(&grid.bends))
        .map(|(canvas, (cuts, bend))| snap_one(canvas, cuts, bend))
        .collect();
    aligned(cells, grid)
}

fn snap_one(canvas: &Canvas, [columns, rows]: &[Vec<f64>; 2], bend: &Bend) -> Cells {
    let across: Vec<Vec<usize>> = spans(columns, canvas.width).map(|span| samples(span, canvas.width)).collect();
    let down: Vec<Vec<usize>> = spans(rows, canvas.height).map(|span| samples(span, canvas.height)).collect();
    let (width, height) = (across.len(), down.len());
    let mut cells = Cells { width, height, lab: Vec::new(), spread: Vec::new(), clear: Vec::new() };
    let mut colors = Vec::with_capacity(SAMPLES * SAMPLES);
    let mut scratch = Vec::with_capacity(SAMPLES * SAMPLES);
    for ys in &down {
        for xs in &across {
            colors.clear();
            colors.extend(shifted(ys, xs, bend, canvas).map(|(x, y)| canvas.at(x, y)));
            let (lab, spread) = cell(&mut colors, &mut scratch);
            cells.lab.push(lab);
            cells.spread.push(spread);
            cells.clear.push(is_clear(lab));
        }
    }
    cells
}

/// The samples of a cell where its lines bend to.
fn shifted<'a>(
    ys: &'a [usize],
    xs: &'a [usize],
    bend: &Bend,
    canvas: &Canvas,
) -> impl Iterator<Item = (usize, usize)> + use<'a> {
    let (width, height) = (canvas.width, canvas.height);
    let [right, down] = bend.at(xs[xs.len() / 2] as f64 + 0.5, ys[ys.len() / 2] as f64 + 0.5);
    let moved = |at: usize, by: f64, length: usize| (at as f64 + by + 0.5).clamp(0.0, (length - 1) as f64) as usize;
    ys.iter().flat_map(move |&y| xs.iter().map(move |&x| (moved(x, right, width), moved(y, down, height))))
}

fn spans(cuts: &[f64], length: usize) -> impl Iterator<Item = (f64, f64)> {
    let ends = cuts.iter().copied().chain(std::iter::once(length as f64));
    std::iter::once(0.0).chain(cuts.iter().copied()).zip(ends)
}

/// Pixels in the middle of a cell.
fn samples((from, to): (f64, f64), length: usize) -> Vec<usize> {
    let wide = (to - from) * INNER;
    let count = ((wide + 0.5) as usize).clamp(1, SAMPLES);
    let at = |i: usize| from + (to - from - wide) / 2.0 + wide * (i as f64 + 0.5) / count as f64;
    (0..count).map(|i| (at(i) as usize).min(length - 1)).collect()
}

/// The colour of a cell from its samples, and their median distance from it in even colours.
fn cell(colors: &mut [Lab], scratch: &mut Vec<f32>) -> (Lab, f32) {
    let first = colors[0];
    if colors.iter().all(|color| *color == first) {
        return (first, 0.0);
    }
    colors.iter_mut().for_each(|color| *color = even(*color));
    let (color, spread) = mode(colors, scratch);
    (uneven(color), spread)
}

/// The colour that most samples have: from the median, twice the mean of the nearer half; and the median distance from it.
fn mode(colors: &[Lab], scratch: &mut Vec<f32>) -> (Lab, f32) {
    let mut center = [0, 1, 2].map(|channel| median(colors.iter().map(|color| color[channel]), scratch));
    for _ in 0..2 {
        let reach = median(colors.iter().map(|color| distance2(*color, center)), scratch).max(1e-4);
        center = mean(colors.iter().filter(|color| distance2(**color, center) <= reach)).unwrap_or(center);
    }
    (center, median(colors.iter().map(|color| distance2(*color, center)), scratch).sqrt())
}

/// The value that as many are below as above. Few values are counted sooner than sorted.
fn median(values: impl Iterator<Item = f32>, scratch: &mut Vec<f32>) -> f32 {
    scratch.clear();
    scratch.extend(values);
    let middle = scratch.len() / 2;
    let is_middle = |value: &&f32| {
        let below = scratch.iter().map(|other| u32::from(*other < **value)).sum::<u32>();
        let not_above = scratch.iter().map(|other| u32::from(*other <= **value)).sum::<u32>();
        (below..not_above).contains(&(middle as u32))
    };
    scratch.iter().find(is_middle).copied().unwrap_or(f32::NAN)
}

pub(super) fn mean<'a>(colors: impl Iterator<Item = &'a Lab>) -> Option<Lab> {
    let mut sum = [0.0; 3];
    let mut count = 0.0;
    for color in colors {
        sum = [sum[0] + color[0], sum[1] + color[1], sum[2] + color[2]];
        count += 1.0;
    }
    (count > 0.0).then(|| sum.map(|s| s / count))
}

/// Gives all frames equally many cells and the same cell the same place: cuts of frames may begin at other phases.
fn aligned(cells: Vec<Cells>, grid: &Grid) -> Vec<Cells> {
    let Some(first) = cells.first() else { return cells };
    if cells.iter().all(|c| c.width == first.width && c.height == first.height) {
        return cells;
    }
    let width = cells.iter().map(|c| c.width).max().unwrap_or(0);
    let height = cells.iter().map(|c| c.height).max().unwrap_or(0);
    let place = |cells: Cells, cuts: &[Vec<f64>; 2]| {
        let [dx, dy] = [0, 1].map(|axis| offset(&cuts[axis], grid.pitch[axis]));
        let from = |at: usize, by: isize, count: usize| (at as isize - by).clamp(0, count as isize - 1) as usize;
        let order: Vec<usize> = (0..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .map(|(x, y)| from(y, dy, cells.height) * cells.width + from(x, dx, cells.width))
            .collect();
        Cells {
            width,
            height,
            lab: order.iter().map(|&i| cells.lab[i]).collect(),
            spread: order.iter().map(|&i| cells.spread[i]).collect(),
            clear: order.iter().map(|&i| cells.clear[i]).collect(),
        }
    };
    cells.into_iter().zip(&grid.cuts).map(|(cells, cuts)| place(cells, cuts)).collect()
}

/// By how many cells a frame's first cell lies right of where the pitch would have it.
pub(super) fn offset(cuts: &[f64], pitch: f64) -> isize {
    let sum: f64 = cuts.iter().enumerate().map(|(i, cut)| cut / pitch - (i + 1) as f64).sum();
    let mean = sum / cuts.len().max(1) as f64;
    (mean + 1000.5) as isize - 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mode_is_the_colour_of_most_samples() {
        let (a, b) = ([0.5, 0.1, 0.0], [0.9, 0.0, 0.1]);
        let mut colors = vec![a; 6];
        colors.extend([b; 3]);
        let (lab, spread) = mode(&colors, &mut Vec::new());
        assert!(distance2(lab, a) < 1e-10 && spread < 1e-4);
    }

    #[test]
    fn samples_lie_in_the_middle() {
        assert_eq!(samples((8.0, 16.0), 32), [10, 11, 12, 13].map(|x| x));
        assert_eq!(samples((3.0, 4.0), 32), [3]);
    }
}
