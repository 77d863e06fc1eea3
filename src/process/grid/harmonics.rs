//! The cliff test: which multiple of a coherent period is the pitch. The variance within cells tells, since it falls off a
//! cliff where the cells become as small as those that were drawn.

use std::ops::Range;

use crate::process::canvas::Canvas;

use super::bend::Bend;
use super::profile::LARGE;
use super::{confidence, cuts};

/// Factors tried on a pitch: coherence cannot tell it from its multiples and its parts.
const FACTORS: [f64; 6] = [1.0, 2.0, 0.5, 3.0, 1.0 / 3.0, 0.25];
/// Parts of a picture along an axis whose cells are judged apart.
const REGIONS: usize = 3;
/// Pitches nearer than this are tried once.
const SAME: f64 = 0.05;
/// Cuts whose own pitch is farther from the one that was tried follow other lines.
const ASTRAY: f64 = 0.2;
/// No grid has more cells along an axis, nor fewer.
const CELLS: std::ops::RangeInclusive<f64> = 6.0..=300.0;

/// The pitch that explains the pictures best: of two the coarser one, unless its cells vary much more.
///
/// At the true pitch twice as long cells vary 1.9 to 15 times as much, and half as long ones hardly less.
///
/// `weight` tells how much the phase of the edges tells for a pitch.
pub(super) fn best(
    canvases: &[Thin],
    rewards: &[[Vec<f64>; 2]],
    candidates: &[[f64; 2]],
    weight: impl Fn([f64; 2]) -> f64,
) -> Option<[f64; 2]> {
    let mut tried: Vec<([f64; 2], f64)> = Vec::new();
    for factor in FACTORS {
        for pitch in candidates.iter().map(|pitch| pitch.map(|p| p * factor)) {
            let near = |other: &[f64; 2]| (0..2).all(|i| (other[i] / pitch[i] - 1.0).abs() < SAME);
            if tried.iter().any(|(other, _)| near(other)) {
                continue;
            }
            let Some((real, variance, moved)) = variance_at(canvases, rewards, pitch) else { continue };
            let astray = (0..2).any(|i| (real[i] / pitch[i] - 1.0).abs() > ASTRAY);
            if !astray {
                tried.push((real, merit(variance, moved) * weight(pitch)));
            }
        }
    }
    tried.into_iter().reduce(|a, b| if b.1 > a.1 { b } else { a }).map(|(pitch, _)| pitch)
}

/// How well cuts fit: mostly the ratio of the two variances, and of equal ones the finer grid.
pub(super) fn merit(variance: f64, moved: f64) -> f64 {
    let ratio = moved / variance;
    ratio * ratio * ratio * ratio / variance
}

/// The pitch that the best cuts have, the mean variance within their cells, and that of cells moved by half of one.
fn variance_at(canvases: &[Thin], rewards: &[[Vec<f64>; 2]], pitch: [f64; 2]) -> Option<([f64; 2], f64, f64)> {
    let (mut right, mut moved, mut real, mut parts) = (1e-7, 0.0, [0.0; 2], Vec::new());
    for (canvas, rewards) in canvases.iter().zip(rewards) {
        let mut lines = [Vec::new(), Vec::new()];
        for axis in [0, 1] {
            let cells = rewards[axis].len() as f64 / pitch[axis];
            if pitch[axis] < 3.0 || !CELLS.contains(&cells) {
                return None;
            }
            lines[axis] = cuts::best_cuts(&rewards[axis], pitch[axis]);
            let [first, .., last] = lines[axis][..] else { return None };
            real[axis] += (last - first) as f64 / (lines[axis].len() - 1) as f64 / canvases.len() as f64;
        }
        right += canvas.variance(&lines[0], &lines[1]);
        let shifted = [0, 1].map(|axis| between(&lines[axis]));
        moved += canvas.variance(&shifted[0], &shifted[1]);
        if confidence::is_block(pitch) {
            parts.extend(canvas.regional(&shifted[0], &shifted[1]));
        }
    }
    if !parts.is_empty() && confidence::is_jpeg(real, &parts) {
        return None;
    }
    Some((real, right, moved))
}

/// The middles between cuts.
pub(super) fn between(cuts: &[usize]) -> Vec<usize> {
    cuts.windows(2).map(|pair| (pair[0] + pair[1]) / 2).collect()
}

/// What variances are measured on: every second pixel, both ways, of pictures that have enough.
pub(super) struct Thin {
    width: usize,
    height: usize,
    planes: [Vec<f32>; 3],
    /// The sum of all squares.
    squares: f64,
    /// Raw pixels per pixel.
    step: usize,
}

impl Thin {
    /// Thins a picture, and moves its values so that their mean is near 0: sums of them stay exact enough.
    pub fn of(canvas: &Canvas) -> Self {
        let step = if canvas.width.min(canvas.height) >= LARGE { 2 } else { 1 };
        let planes = canvas.lab.each_ref().map(|plane| {
            let mut thin = Vec::with_capacity(plane.len() / (step * step));
            for row in plane.chunks_exact(canvas.width.max(1)).step_by(step) {
                match step {
                    2 => thin.extend(row.chunks(2).map(|two| two[0])),
                    _ => thin.extend_from_slice(row),
                }
            }
            let mean = thin.iter().step_by(61).sum::<f32>() / thin.len().div_ceil(61) as f32;
            thin.iter_mut().for_each(|value| *value -= mean);
            thin
        });
        let squares = planes.iter().flatten().map(|value| f64::from(value * value)).sum();
        Self { width: canvas.width.div_ceil(step), height: canvas.height.div_ceil(step), planes, squares, step }
    }

    /// The picture with its bends taken out.
    pub fn straightened(&self, bend: &Bend) -> Self {
        let mut planes = [(); 3].map(|()| Vec::with_capacity(self.width * self.height));
        let back = 1.0 / self.step as f64;
        let places = bend.places(self.step);
        for y in 0..self.height {
            let [right, down] = bend.row(y * self.step, &places);
            for (x, (right, down)) in right.iter().zip(&down).enumerate() {
                let column = (x as f64 + right * back + 0.5).clamp(0.0, (self.width - 1) as f64) as usize;
                let row = (y as f64 + down * back + 0.5).clamp(0.0, (self.height - 1) as f64) as usize;
                for (to, from) in planes.iter_mut().zip(&self.planes) {
                    to.push(from[row * self.width + column]);
                }
            }
        }
        let squares = planes.iter().flatten().map(|value| f64::from(value * value)).sum();
        Self { width: self.width, height: self.height, planes, squares, step: self.step }
    }

    /// The variance within the cells that straight cuts make, in OKLab squared per pixel.
    pub fn variance(&self, columns: &[usize], rows: &[usize]) -> f64 {
        let thin = |cuts: &[usize]| -> Vec<usize> { cuts.iter().map(|cut| cut.div_ceil(self.step)).collect() };
        let (columns, rows) = (spans(&thin(columns), self.width), spans(&thin(rows), self.height));
        let mut explained = 0.0;
        let mut sums = vec![0.0f32; self.width];
        for plane in &self.planes {
            for band in &rows {
                sums.fill(0.0);
                for row in plane[band.start * self.width..band.end * self.width].chunks_exact(self.width) {
                    sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
                }
                for span in &columns {
                    let sum = f64::from(sums[span.clone()].iter().sum::<f32>());
                    explained += sum * sum / (band.len() * span.len()) as f64;
                }
            }
        }
        (self.squares - explained).max(0.0) / (self.width * self.height).max(1) as f64
    }
}

impl Thin {
    /// The variance within cells, apart for [`REGIONS`] by [`REGIONS`] parts of the picture.
    pub fn regional(&self, columns: &[usize], rows: &[usize]) -> [f64; REGIONS * REGIONS] {
        let thin = |cuts: &[usize]| -> Vec<usize> { cuts.iter().map(|cut| cut.div_ceil(self.step)).collect() };
        let (columns, rows) = (spans(&thin(columns), self.width), spans(&thin(rows), self.height));
        let part = |span: &Range<usize>, length: usize| (span.start + span.end) * REGIONS / (2 * length).max(1);
        let mut errors = [0.0; REGIONS * REGIONS];
        let (mut sums, mut squares) = (vec![0.0f32; self.width], vec![0.0f32; self.width]);
        for (plane, band) in self.planes.iter().flat_map(|plane| rows.iter().map(move |band| (plane, band))) {
            sums.fill(0.0);
            squares.fill(0.0);
            for row in plane[band.start * self.width..band.end * self.width].chunks_exact(self.width) {
                for ((sum, square), value) in sums.iter_mut().zip(&mut squares).zip(row) {
                    *sum += value;
                    *square += value * value;
                }
            }
            for span in &columns {
                let sum = f64::from(sums[span.clone()].iter().sum::<f32>());
                let square = f64::from(squares[span.clone()].iter().sum::<f32>());
                let error = (square - sum * sum / (band.len() * span.len()) as f64).max(0.0);
                errors[part(band, self.height).min(REGIONS - 1) * REGIONS + part(span, self.width).min(REGIONS - 1)] +=
                    error;
            }
        }
        let share = (REGIONS * REGIONS) as f64 / (self.width * self.height).max(1) as f64;
        errors.map(|error| error * share)
    }
}

/// The ranges between cuts that rise, from 0 to `length`.
fn spans(cuts: &[usize], length: usize) -> Vec<Range<usize>> {
    let cuts = cuts.iter().map(|cut| (*cut).min(length));
    let starts = std::iter::once(0).chain(cuts.clone());
    let ends = cuts.chain(std::iter::once(length));
    starts.zip(ends).filter(|(start, end)| start < end).map(|(start, end)| start..end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::canvas::canvas;
    use crate::words::raw::Raw;
    use image::{Rgba, RgbaImage};

    #[test]
    fn variance_is_nothing_on_the_grid_and_much_beside_it() {
        let image = RgbaImage::from_fn(48, 48, |x, y| Rgba([(x / 8 * 91 + y / 8 * 57) as u8, 80, 9, 255]));
        let thin = Thin::of(&canvas(&Raw::new(image)));
        let lines = |shift: usize| (1..6).map(|i| i * 8 - shift).collect::<Vec<_>>();
        assert!(thin.variance(&lines(0), &lines(0)) < 1e-6);
        assert!(thin.variance(&lines(4), &lines(4)) > 1e-3);
    }
}
