//! Snapping: samples one colour per cell, the mode of the cell's inner part.

use crate::words::color::{Lab, distance2};

use super::ProcessError;
use super::canvas::Canvas;
use super::cells::{Builder, Cells};
use super::grid::{Grid, Warp};
use super::toe::{toe_decode, toe_encode};

/// The share of a cell's width and height, around its centre, that is sampled.
const INNER: f64 = 0.5;
/// The largest number of samples along an axis of a cell.
const SAMPLES: usize = 5;
/// At least the samples of a cell, a multiple of the values in a vector register.
const PADDED: usize = 28;
/// Alpha from here on is opaque.
const SOLID: u8 = 240;
/// Opaque samples are few if they are less than a quarter of all.
const FEW: usize = 4;

/// Samples the cells of one raw.
pub(super) fn snap_one(
    canvas: &Canvas<'_>,
    [columns, rows]: &[Vec<f64>; 2],
    warp: &Warp,
) -> Result<Cells, ProcessError> {
    let across: Vec<Vec<usize>> = spans(columns, canvas.width).map(|span| samples(span, canvas.width)).collect();
    let down: Vec<Vec<usize>> = spans(rows, canvas.height).map(|span| samples(span, canvas.height)).collect();
    let (mut cells, soft) = (Builder::new(across.len(), down.len()), canvas.is_soft());
    let opaque = canvas.is_opaque();
    let mut places = Vec::with_capacity(SAMPLES * SAMPLES);
    let mut colors = Vec::with_capacity(SAMPLES * SAMPLES);
    for ys in &down {
        for xs in &across {
            places.clear();
            warped(ys, xs, warp, canvas, &mut places);
            if soft {
                cells.push_alpha(alpha(canvas, &places));
            }
            if !opaque {
                vote(canvas, &mut places);
            }
            let first = canvas.pixel(places[0]);
            if places[1..].iter().all(|&place| canvas.pixel(place) == first) {
                cells.push_uniform(first)?;
                continue;
            }
            colors.clear();
            canvas.append(&places, &mut colors);
            let (lab, spread) = cell(&mut colors);
            cells.push(lab, spread)?;
        }
    }
    Ok(cells.build())
}

/// Keeps the samples that decide a cell's colour: the transparent ones if they are most, else those that are opaque, or
/// if these are few, not transparent. Colours at a soft edge are mixed with what was behind it.
fn vote(canvas: &Canvas<'_>, places: &mut Vec<usize>) {
    let clear = places.iter().filter(|&&place| canvas.pixel(place).is_none()).count();
    if 2 * clear > places.len() {
        places.retain(|&place| canvas.pixel(place).is_none());
    } else {
        let solid = places.iter().filter(|&&place| canvas.alpha(place) >= SOLID).count();
        let least = if FEW * solid >= places.len() { SOLID } else { canvas.least() };
        places.retain(|&place| canvas.alpha(place) >= least);
    }
}

/// The median alpha of a cell's samples that are not transparent; of all if most are.
fn alpha(canvas: &Canvas<'_>, places: &[usize]) -> u8 {
    let mut all: Vec<u8> = places.iter().map(|&place| canvas.alpha(place)).collect();
    all.sort_unstable();
    let clear = all.partition_point(|alpha| *alpha < canvas.least());
    let most = if 2 * clear > all.len() { &all[..] } else { &all[clear..] };
    most[most.len() / 2]
}

/// Appends the offsets of a cell's samples on the raw, displaced by the warp at the cell's centre. There are at most
/// [`SAMPLES`] of them along an axis.
fn warped(ys: &[usize], xs: &[usize], warp: &Warp, canvas: &Canvas<'_>, places: &mut Vec<usize>) {
    let [right, down] = warp.at(xs[xs.len() / 2] as f64 + 0.5, ys[ys.len() / 2] as f64 + 0.5);
    let moved = |at: usize, by: f64, length: usize| (at as f64 + by + 0.5).clamp(0.0, (length - 1) as f64) as usize;
    let mut columns = [0; SAMPLES];
    columns.iter_mut().zip(xs).for_each(|(column, x)| *column = moved(*x, right, canvas.width));
    for y in ys {
        let row = moved(*y, down, canvas.height) * canvas.width;
        places.extend(columns[..xs.len()].iter().map(|column| row + column));
    }
}

/// The intervals between lines, from 0 to `length`.
fn spans(lines: &[f64], length: usize) -> impl Iterator<Item = (f64, f64)> {
    let ends = lines.iter().copied().chain(std::iter::once(length as f64));
    std::iter::once(0.0).chain(lines.iter().copied()).zip(ends)
}

/// The sample positions along one axis of a cell, in pixels: evenly spaced over its inner part.
fn samples((from, to): (f64, f64), length: usize) -> Vec<usize> {
    let wide = (to - from) * INNER;
    let count = ((wide + 0.5) as usize).clamp(1, SAMPLES);
    let at = |i: usize| from + (to - from - wide) / 2.0 + wide * (i as f64 + 0.5) / count as f64;
    (0..count).map(|i| (at(i) as usize).min(length - 1)).collect()
}

/// The colour of a cell from its samples, which differ, and their median distance from it in toe-coded colours.
fn cell(colors: &mut [Lab]) -> (Lab, f32) {
    colors.iter_mut().for_each(|color| *color = toe_encode(*color));
    let (color, spread) = mode(colors);
    (toe_decode(color), spread)
}

/// The mode of the samples and their median distance from it.
///
/// An iterated trimmed mean: starts at the median per channel, then moves twice to the mean of the nearer half of the
/// samples. It is robust against blur, ringing and samples of a neighbouring cell.
fn mode(colors: &[Lab]) -> (Lab, f32) {
    let mut center = [0, 1, 2].map(|channel| median(colors.iter().map(|color| color[channel])));
    for _ in 0..2 {
        let reach = median(colors.iter().map(|color| distance2(*color, center))).max(1e-4);
        center = mean(colors.iter().filter(|color| distance2(**color, center) <= reach)).unwrap_or(center);
    }
    (center, median(colors.iter().map(|color| distance2(*color, center))).sqrt())
}

/// The median of the values of a cell. Counting is faster than sorting for so few, and comparing as many as there can be
/// takes no loop.
fn median(values: impl Iterator<Item = f32>) -> f32 {
    let (mut padded, mut count) = ([f32::INFINITY; PADDED], 0);
    for (place, value) in padded.iter_mut().zip(values) {
        (*place, count) = (value, count + 1);
    }
    let middle = count as i32 / 2;
    let is_middle = |value: &&f32| {
        let (mut below, mut not_above) = (0, 0);
        for other in &padded {
            below += i32::from(other < *value);
            not_above += i32::from(other <= *value);
        }
        (below..not_above).contains(&middle)
    };
    padded[..count].iter().find(is_middle).copied().unwrap_or(f32::NAN)
}

/// The mean; `None` without colours.
pub(super) fn mean<'a>(colors: impl Iterator<Item = &'a Lab>) -> Option<Lab> {
    let mut sum = [0.0; 3];
    let mut count = 0.0;
    for color in colors {
        sum = [sum[0] + color[0], sum[1] + color[1], sum[2] + color[2]];
        count += 1.0;
    }
    (count > 0.0).then(|| sum.map(|s| s / count))
}

/// Aligns frames whose grids start at different phases, and extends them at the edges to equally many cells.
pub(super) fn aligned(cells: Vec<Cells>, grid: &Grid) -> Vec<Cells> {
    let Some(first) = cells.first() else { return cells };
    if cells.iter().all(|c| c.width == first.width && c.height == first.height) {
        return cells;
    }
    let width = cells.iter().map(|c| c.width).max().unwrap_or(0);
    let height = cells.iter().map(|c| c.height).max().unwrap_or(0);
    let extended = |cells: Cells, lines: &[Vec<f64>; 2]| {
        let [dx, dy] = [0, 1].map(|axis| phase_offset(&lines[axis], grid.pitch[axis]));
        let from = |at: usize, by: isize, count: usize| (at as isize - by).clamp(0, count as isize - 1) as usize;
        let order: Vec<usize> = (0..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .map(|(x, y)| from(y, dy, cells.height) * cells.width + from(x, dx, cells.width))
            .collect();
        cells.arranged(width, height, &order)
    };
    cells.into_iter().zip(&grid.lines).map(|(cells, lines)| extended(cells, lines)).collect()
}

/// By how many cells a frame's lines lie to the right of (below) the lines of a grid that starts at the frame's edge.
pub(super) fn phase_offset(lines: &[f64], pitch: f64) -> isize {
    let sum: f64 = lines.iter().enumerate().map(|(i, line)| line / pitch - (i + 1) as f64).sum();
    let mean = sum / lines.len().max(1) as f64;
    (mean + 1000.5) as isize - 1000
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::raw::Raw;
    use image::{Rgba, RgbaImage};

    #[test]
    fn the_mode_is_the_colour_of_most_samples() {
        let (a, b) = ([0.5, 0.1, 0.0], [0.9, 0.0, 0.1]);
        let mut colors = vec![a; 6];
        colors.extend([b; 3]);
        let (lab, spread) = mode(&colors);
        assert!(distance2(lab, a) < 1e-10 && spread < 1e-4);
    }

    #[test]
    fn alpha_is_voted_on_before_colour() {
        let red = |alpha: u8| Rgba([200, 0, 0, alpha]);
        let image = RgbaImage::from_fn(5, 4, |x, y| match (x, y) {
            (0..2, _) => red(255),
            (2, _) => Rgba([0, 255, 0, 150]),
            (3, 0) => red(0),
            (3, _) => Rgba([7, 7, 7, 20]),
            _ => Rgba([0, 255, 0, 150]),
        });
        let raw = Raw::new(image);
        let canvas = Canvas::of(&raw, 128);
        let kept = |places: &[usize]| {
            let mut places = places.to_vec();
            vote(&canvas, &mut places);
            places
        };
        assert_eq!(kept(&[0, 1, 2, 3]), [0, 1]);
        assert_eq!(kept(&[1, 2, 3, 8]), [1]);
        assert_eq!(kept(&[2, 3, 8]), [3, 8]);
        assert_eq!(kept(&[2, 4]), [2, 4]);
        assert_eq!(kept(&[2, 4, 7, 9, 0]), [2, 4, 7, 9, 0]);
    }

    #[test]
    fn samples_lie_in_the_middle() {
        assert_eq!(samples((8.0, 16.0), 32), [10, 11, 12, 13].map(|x| x));
        assert_eq!(samples((3.0, 4.0), 32), [3]);
    }
}
