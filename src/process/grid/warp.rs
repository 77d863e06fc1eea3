//! The warp: how far the grid deviates from straight lines, as a displacement field.
//!
//! The lines of diffusion models wander by a quarter of a cell and more. The edges are summed in bands across each
//! axis. Each band is correlated with the profile of the whole picture at several shifts;
//! [`belief_propagation`](super::belief_propagation) turns the correlations into a smooth field of shifts. Unwarping
//! with this field sharpens the profile, which improves the field in the next round. Where no edges are drawn, the
//! field is interpolated from its neighbours.

use super::belief_propagation::{LABELS, NODES, SHIFTS, STEP, Scores, max_sum};
use super::profile::{BANDS, total};
use super::{grid_lines, pitch_track};

/// Rounds of estimating the shifts and unwarping the profile.
const ROUNDS: usize = 3;
/// The largest evidence of a node, in units of a typical node.
const MOST: f32 = 2.5;

/// The displacement field of one picture. Straight lines have no shifts.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::process) struct Warp {
    size: [usize; 2],
    /// By axis: shifts in raw pixels, one row of [`NODES`] nodes along the axis for each band across it.
    shifts: [Vec<f64>; 2],
}

impl Warp {
    /// Straight lines.
    pub(crate) fn identity(width: usize, height: usize) -> Self {
        Self { size: [width, height], shifts: [Vec::new(), Vec::new()] }
    }

    /// Estimates the warp from the edges in bands of both axes. `pitch` is in raw pixels.
    pub(crate) fn estimate(bands: [&[Vec<f32>]; 2], pitch: [f64; 2]) -> Self {
        let size = bands.map(|bands| bands.first().map_or(0, Vec::len));
        Self { size, shifts: [0, 1].map(|axis| fit(bands[axis], pitch[axis])) }
    }

    /// The warp with other shifts, of a picture of another size.
    pub(super) fn with_shifts(&self, size: [usize; 2], shift: impl Fn(f64) -> f64) -> Self {
        Self { size, shifts: self.shifts.each_ref().map(|shifts| shifts.iter().map(|by| shift(*by)).collect()) }
    }

    /// Whether all lines are straight.
    pub(crate) fn is_identity(&self) -> bool {
        self.shifts.iter().all(Vec::is_empty)
    }

    /// The shift right and down, in raw pixels, of a point given on the straight grid.
    pub(crate) fn at(&self, x: f64, y: f64) -> [f64; 2] {
        [0, 1].map(|axis| {
            let position = [x, y];
            let (along, across) =
                (position[axis] / self.size[axis] as f64, position[1 - axis] / self.size[1 - axis] as f64);
            bilinear(&self.shifts[axis], along, across)
        })
    }

    /// Interpolation weights for every `step`-th column, for [`Warp::row`].
    pub(crate) fn columns(&self, step: usize) -> Vec<Weight> {
        let width = self.size[0];
        (0..width).step_by(step).map(|x| weight((x as f64 + 0.5) / width as f64)).collect()
    }

    /// The shifts right and down along a row of raw pixels.
    pub(crate) fn row(&self, y: usize, columns: &[Weight]) -> [Vec<f64>; 2] {
        let down = weight((y as f64 + 0.5) / self.size[1] as f64);
        let right: [f64; NODES] = std::array::from_fn(|node| mixed(down, |band| self.shifts[0][band * NODES + node]));
        let below: [f64; BANDS] = std::array::from_fn(|band| mixed(down, |node| self.shifts[1][band * NODES + node]));
        [right, below].map(|line| columns.iter().map(|at| mixed(*at, |i| line[i])).collect())
    }

    /// The edge profile of an axis with the warp removed.
    pub(crate) fn unwarped(&self, axis: usize, bands: &[Vec<f32>]) -> Vec<f32> {
        if self.is_identity() { total(bands) } else { unwarped(&self.shifts[axis], bands) }
    }
}

/// The node before a position and the weight of the node after it, for linear interpolation.
type Weight = (usize, f64);

/// The weight for a position given as a share of the axis, 0 to 1.
fn weight(share: f64) -> Weight {
    let at = (share * NODES as f64 - 0.5).clamp(0.0, NODES as f64 - 1.0);
    let before = (at as usize).min(NODES - 2);
    (before, at - before as f64)
}

/// Interpolates linearly between two nodes.
fn mixed((before, near): Weight, value: impl Fn(usize) -> f64) -> f64 {
    value(before) * (1.0 - near) + value(before + 1) * near
}

/// The field at shares of both axes, interpolated bilinearly.
fn bilinear(shifts: &[f64], along: f64, across: f64) -> f64 {
    if shifts.is_empty() {
        return 0.0;
    }
    let (along, across) = (weight(along), weight(across));
    mixed(across, |band| mixed(along, |node| shifts[band * NODES + node]))
}

/// Sums the bands, each resampled by its shifts.
fn unwarped(shifts: &[f64], bands: &[Vec<f32>]) -> Vec<f32> {
    let length = bands.first().map_or(0, Vec::len);
    let weights: Vec<Weight> = (0..length).map(|at| weight(at as f64 / length as f64)).collect();
    let mut sum = vec![0.0; length];
    for (band, shifts) in bands.iter().zip(shifts.chunks_exact(NODES)) {
        for (at, (sum, weight)) in sum.iter_mut().zip(&weights).enumerate() {
            *sum += value(band, at as f64 + mixed(*weight, |node| shifts[node]));
        }
    }
    sum
}

/// A profile between its entries, interpolated linearly.
fn value(profile: &[f32], at: f64) -> f32 {
    let at = at.clamp(0.0, (profile.len() - 1) as f64);
    let (i, rest) = (at as usize, (at - (at as usize) as f64) as f32);
    profile[i] * (1.0 - rest) + profile[(i + 1).min(profile.len() - 1)] * rest
}

/// Estimates the shifts of one axis.
fn fit(bands: &[Vec<f32>], pitch: f64) -> Vec<f64> {
    let blurred = blurred(bands, pitch);
    let mut shifts = vec![0.0; BANDS * NODES];
    for _ in 0..ROUNDS {
        let template = template(&unwarped(&shifts, bands), pitch);
        shifts = max_sum(&evidence(&blurred, &template, pitch), pitch);
    }
    shifts
}

/// Mixes each band with its neighbours and blurs it by 0.06 cells (at least 0.8 pixels), the uncertainty of a line.
fn blurred(bands: &[Vec<f32>], pitch: f64) -> Vec<Vec<f32>> {
    let sigma = (0.06 * pitch).max(0.8);
    let mixed = |i: usize| -> Vec<f32> {
        let (above, below) = (&bands[i.saturating_sub(1)], &bands[(i + 1).min(bands.len() - 1)]);
        bands[i].iter().zip(above.iter().zip(below)).map(|(mid, (a, b))| 0.5 * mid + 0.25 * (a + b)).collect()
    };
    let passes = (2.0 * sigma * sigma + 0.5) as usize;
    (0..bands.len()).map(|i| (0..passes).fold(mixed(i), |band, _| binomial(&band))).collect()
}

/// One pass of the binomial filter 1-2-1, which approximates a Gaussian when repeated.
fn binomial(profile: &[f32]) -> Vec<f32> {
    let mut out = profile.to_vec();
    for (out, three) in out.iter_mut().skip(1).zip(profile.windows(3)) {
        *out = 0.25 * (three[0] + three[2]) + 0.5 * three[1];
    }
    out
}

/// The profile of the whole picture, with its local mean removed, to correlate the bands with.
fn template(profile: &[f32], pitch: f64) -> Vec<f32> {
    pitch_track::local_contrast(&grid_lines::edge_scores(profile), pitch)
        .into_iter()
        .map(|value| value as f32)
        .collect()
}

/// The correlation of each band with the template, by node and shift, scaled so that a typical node has a range of 1.
fn evidence(bands: &[Vec<f32>], template: &[f32], pitch: f64) -> Vec<Scores> {
    let windows = windows(template.len());
    let mut all: Vec<Scores> = bands.iter().flat_map(|band| scores(band, template, pitch, &windows)).collect();
    let ranges: Vec<f32> = all.iter().map(range).collect();
    let mean = ranges.iter().map(|range| range * range).sum::<f32>() / (ranges.iter().sum::<f32>() + 1e-9);
    for (scores, range) in all.iter_mut().zip(ranges) {
        let scale = if range > MOST * mean { MOST / range } else { 1.0 / (mean + 1e-9) };
        scores.iter_mut().for_each(|score| *score *= scale);
    }
    all
}

/// The first pixel of a window and the weights of its pixels.
type Window = (usize, Vec<f32>);

/// A triangular window around each node; neighbouring windows overlap by half.
fn windows(length: usize) -> Vec<Window> {
    let width = length as f64 / NODES as f64;
    let window = |node: usize| {
        let middle = (node as f64 + 0.5) * width;
        let (from, to) = ((middle - width).max(0.0) as usize, ((middle + width) as usize + 1).min(length));
        let weight = |x: usize| (1.0 - (x as f64 + 0.5 - middle).abs() / width).max(0.0) as f32;
        (from, (from..to).map(weight).collect())
    };
    (0..NODES).map(window).collect()
}

/// The correlation of one band with the template, by node and shift.
fn scores(band: &[f32], template: &[f32], pitch: f64, windows: &[Window]) -> Vec<Scores> {
    let reach = (SHIFTS as f64 * STEP * pitch) as usize + 2;
    let ends = [band.first(), band.last()].map(|end| end.copied().unwrap_or(0.0));
    let mut wide = vec![ends[0]; reach];
    wide.extend(band);
    wide.resize(band.len() + 2 * reach, ends[1]);
    let mut scores = vec![[0.0; LABELS]; NODES];
    let mut products = vec![0.0; template.len()];
    for label in 0..LABELS {
        let from = reach as f64 + (label as f64 - SHIFTS as f64) * STEP * pitch;
        let (first, near) = (from as usize, (from - (from as usize) as f64) as f32);
        let (left, right) = (&wide[first..][..template.len()], &wide[first + 1..][..template.len()]);
        for (((product, line), left), right) in products.iter_mut().zip(template).zip(left).zip(right) {
            *product = (left * (1.0 - near) + right * near) * line;
        }
        for (scores, (from, weights)) in scores.iter_mut().zip(windows) {
            scores[label] = dot(&products[*from..][..weights.len()], weights);
        }
    }
    scores
}

/// The dot product in eight partial sums: a fixed order that compilers vectorise, so that the bits are equal on every
/// CPU. `nalgebra` picks kernels by CPU features at run time, so that its sums may differ between machines.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (eights, rest) = a.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for (a, b) in eights.iter().zip(b.as_chunks::<8>().0) {
        sums.iter_mut().zip(a.iter().zip(b)).for_each(|(sum, (a, b))| *sum += a * b);
    }
    let last: f32 = rest.iter().zip(&b[8 * eights.len()..]).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f32>() + last
}

/// The difference between the best and the worst label of a node.
fn range(scores: &Scores) -> f32 {
    scores.iter().fold(f32::MIN, |a, b| a.max(*b)) - scores.iter().fold(f32::MAX, |a, b| a.min(*b))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bands of lines 14 pixels apart. In the middle band they lie `by` cells further right than in the outer ones.
    fn bowed(by: f64) -> Vec<Vec<f32>> {
        let band = |i: usize| {
            let middle = 1.0 - (i as f64 - 5.5).abs() / 5.5;
            let mut band = vec![0.0; 420];
            for line in 1..29 {
                band[(14.0 * (f64::from(line) + by * middle) + 0.5) as usize] = 1.0;
            }
            band
        };
        (0..BANDS).map(band).collect()
    }

    #[test]
    fn bowed_lines_are_straightened() {
        let bands = bowed(0.35);
        let warp = Warp::estimate([&bands, &bands], [14.0; 2]);
        let peak = |profile: &[f32]| profile.iter().map(|v| v * v).sum::<f32>() / profile.iter().sum::<f32>();
        assert!(peak(&warp.unwarped(0, &bands)) > 1.6 * peak(&total(&bands)));
        let bow = warp.at(210.0, 210.0)[0] - warp.at(210.0, 10.0)[0];
        assert!((3.0..6.5).contains(&bow), "{bow}");
    }

    #[test]
    fn straight_lines_stay() {
        let bands = bowed(0.0);
        let warp = Warp::estimate([&bands, &bands], [14.0; 2]);
        let far = |x: usize, y: usize| warp.at(x as f64, y as f64).map(f64::abs);
        assert!((0..420).step_by(30).all(|at| far(at, 419 - at).iter().all(|by| *by < 0.3)));
        let nothing = vec![vec![0.0; 420]; BANDS];
        assert_eq!(Warp::estimate([&nothing, &nothing], [14.0; 2]).at(100.0, 300.0), [0.0; 2]);
    }
}
