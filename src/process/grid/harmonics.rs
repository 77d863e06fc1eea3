//! The cliff test: which multiple of a coherent period is the pitch. The variance within cells tells, since it falls off a
//! cliff where the cells become as small as those that were drawn.

use crate::process::canvas::Canvas;

use super::cuts;

/// Factors tried on a pitch: coherence cannot tell it from its multiples and its parts.
const FACTORS: [f64; 6] = [1.0, 2.0, 0.5, 3.0, 1.0 / 3.0, 0.25];
/// Pitches nearer than this are tried once.
const SAME: f64 = 0.05;
/// No grid has more cells along an axis, nor fewer.
const CELLS: std::ops::RangeInclusive<f64> = 6.0..=300.0;

/// The pitch that explains the pictures best: of two the coarser one, unless its cells vary much more.
///
/// At the true pitch twice as long cells vary 1.9 to 15 times as much, and half as long ones hardly less.
pub(super) fn best(canvases: &[Canvas], rewards: &[[Vec<f64>; 2]], candidates: &[[f64; 2]]) -> Option<[f64; 2]> {
    let mut tried: Vec<([f64; 2], f64)> = Vec::new();
    for factor in FACTORS {
        for pitch in candidates.iter().map(|pitch| pitch.map(|p| p * factor)) {
            let near = |other: &[f64; 2]| (0..2).all(|i| (other[i] / pitch[i] - 1.0).abs() < SAME);
            if tried.iter().any(|(other, _)| near(other)) {
                continue;
            }
            if let Some((real, variance, moved)) = variance_at(canvases, rewards, pitch) {
                if std::env::var("DBG").is_ok() { eprintln!("{:.2} {:.2} real {:.2} {:.2} V {:.3} R {:.3} cost {:.6}", pitch[0], pitch[1], real[0], real[1], variance*1e3, moved / variance, variance * variance / pitch[0]*1e6); }
                let ratio = moved / variance;
                tried.push((real, ratio * ratio * ratio * ratio / variance));
            }
        }
    }
    tried.into_iter().reduce(|a, b| if b.1 > a.1 { b } else { a }).map(|(pitch, _)| pitch)
}

/// The pitch that the best cuts have, the mean variance within their cells, and that of cells moved by half of one.
fn variance_at(canvases: &[Canvas], rewards: &[[Vec<f64>; 2]], pitch: [f64; 2]) -> Option<([f64; 2], f64, f64)> {
    let (mut right, mut moved, mut real) = (1e-7, 0.0, [0.0; 2]);
    for (canvas, rewards) in canvases.iter().zip(rewards) {
        let mut lines = [Vec::new(), Vec::new()];
        for axis in [0, 1] {
            let cells = rewards[axis].len() as f64 / pitch[axis];
            if pitch[axis] < 3.0 || !CELLS.contains(&cells) {
                return None;
            }
            lines[axis] = cuts::best_cuts(&rewards[axis], &|_| pitch[axis]);
            let [first, .., last] = lines[axis][..] else { return None };
            real[axis] += (last - first) as f64 / (lines[axis].len() - 1) as f64 / canvases.len() as f64;
        }
        right += variance(canvas, &lines[0], &lines[1]);
        let shifted = [0, 1].map(|axis| between(&lines[axis]));
        moved += variance(canvas, &shifted[0], &shifted[1]);
    }
    Some((real, right, moved))
}

/// The middles between cuts.
fn between(cuts: &[usize]) -> Vec<usize> {
    cuts.windows(2).map(|pair| (pair[0] + pair[1]) / 2).collect()
}

/// The variance within the cells that straight cuts make, in OKLab squared per pixel.
pub(super) fn variance(canvas: &Canvas, columns: &[usize], rows: &[usize]) -> f64 {
    let (w, h) = (canvas.width, canvas.height);
    let mut total = 0.0;
    let (mut sums, mut squares) = (vec![0.0f32; w], vec![0.0f32; w]);
    for plane in &canvas.lab {
        // A value near the mean keeps the difference of squares exact enough in single precision.
        let mean = plane.iter().step_by(61).sum::<f32>() / plane.len().div_ceil(61) as f32;
        for band in spans(rows, h) {
            let tall = band.len() as f64;
            sums.fill(0.0);
            squares.fill(0.0);
            for row in plane[band.start * w..band.end * w].chunks_exact(w) {
                for ((sum, square), value) in sums.iter_mut().zip(&mut squares).zip(row) {
                    let value = value - mean;
                    *sum += value;
                    *square += value * value;
                }
            }
            for span in spans(columns, w) {
                let count = tall * span.len() as f64;
                let add = |values: &[f32]| values[span.clone()].iter().map(|v| f64::from(*v)).sum::<f64>();
                let sum = add(&sums);
                total += (add(&squares) - sum * sum / count).max(0.0);
            }
        }
    }
    total / (w * h).max(1) as f64
}

/// The ranges between cuts that rise, from 0 to `length`.
fn spans(cuts: &[usize], length: usize) -> impl Iterator<Item = std::ops::Range<usize>> {
    let starts = std::iter::once(0).chain(cuts.iter().copied());
    let ends = cuts.iter().copied().chain(std::iter::once(length));
    starts.zip(ends).filter(|(start, end)| start < end).map(|(start, end)| start..end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::canvas::canvas;
    use crate::raw::Raw;
    use image::{Rgba, RgbaImage};

    #[test]
    fn variance_is_nothing_on_the_grid_and_much_beside_it() {
        let image = RgbaImage::from_fn(48, 48, |x, y| Rgba([(x / 8 * 91 + y / 8 * 57) as u8, 80, 9, 255]));
        let canvas = canvas(&Raw::new(image));
        let lines = |shift: usize| (1..6).map(|i| i * 8 - shift).collect::<Vec<_>>();
        assert!(variance(&canvas, &lines(0), &lines(0)) < 1e-6);
        assert!(variance(&canvas, &lines(4), &lines(4)) > 1e-3);
    }
}
