//! The cliff test: which multiple of a coherent period is the pitch. The variance within cells tells, since it falls off a
//! cliff where the cells become as small as those that were drawn.

use crate::process::canvas::Canvas;

use super::cuts;

/// Factors tried on a pitch, coarse to fine.
const FACTORS: [f64; 6] = [2.0, 1.0, 0.5, 1.0 / 3.0, 0.25, 0.125];
/// No grid has more cells along an axis when factors are tried, nor fewer.
const CELLS: std::ops::RangeInclusive<f64> = 6.0..=300.0;

/// The factor by which both pitches are to be multiplied.
pub(super) fn factor(canvases: &[Canvas], rewards: &[[Vec<f64>; 2]], pitch: [f64; 2]) -> f64 {
    let variances: Vec<(f64, f64)> = FACTORS
        .iter()
        .filter_map(|&factor| Some((factor, variance_at(canvases, rewards, pitch.map(|p| p * factor))?)))
        .collect();
    let at = |factor: f64| variances.iter().find(|(f, _)| *f == factor).map(|(_, variance)| *variance);
    let ratio = |coarse: f64, fine: f64| Some(at(coarse)? / at(fine)?.max(1e-12));
    match ratio(2.0, 1.0) {
        Some(cliff) if cliff < 1.3 => 2.0,
        Some(cliff) if cliff < 1.6 => {
            let falls = |fine: &f64| ratio(2.0 * fine, *fine).is_some_and(|cliff| cliff >= 2.0);
            [0.5, 0.25, 0.125].into_iter().find(falls).unwrap_or(1.0)
        }
        _ => 1.0,
    }
}

/// The mean variance within cells of this pitch over all pictures; `None` if they would be too small or too few.
fn variance_at(canvases: &[Canvas], rewards: &[[Vec<f64>; 2]], pitch: [f64; 2]) -> Option<f64> {
    let mut sum = 0.0;
    for (canvas, rewards) in canvases.iter().zip(rewards) {
        let mut lines = [Vec::new(), Vec::new()];
        for axis in [0, 1] {
            let cells = rewards[axis].len() as f64 / pitch[axis];
            if pitch[axis] < 3.0 || !CELLS.contains(&cells) {
                return None;
            }
            lines[axis] = cuts::best_cuts(&rewards[axis], &|_| pitch[axis]);
            if lines[axis].len() < 4 {
                return None;
            }
        }
        sum += variance(canvas, &lines[0], &lines[1]);
    }
    Some(sum / canvases.len().max(1) as f64)
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
