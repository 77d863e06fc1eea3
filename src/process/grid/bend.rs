//! Bends: how far the grid lies beside straight lines, place by place.
//!
//! Diffusion models draw lines that wander by a quarter of a cell and more. Every band of the picture is held against the
//! profile of all, and a field of shifts is sought that brings the edges of all bands together and is smooth in both
//! directions; with it the profile becomes sharper, which tells the field better. Where nothing is drawn its neighbours tell.

use super::field::{Gains, LABELS, NODES, STEP, TRIES, settled};
use super::profile::{BANDS, total};
use super::{cuts, tempo};

/// Rounds in which the profile tells the field and that tells the profile.
const ROUNDS: usize = 3;
/// A place counts at most so many usual ones.
const MOST: f32 = 2.5;

/// The bends of one picture.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::process) struct Bend {
    size: [usize; 2],
    /// By axis: shifts in raw pixels, by band across and place along.
    shifts: [Vec<f64>; 2],
}

impl Bend {
    /// Straight lines.
    pub fn none(width: usize, height: usize) -> Self {
        Self { size: [width, height], shifts: [Vec::new(), Vec::new()] }
    }

    /// The bends that the bands of both axes tell at a pitch.
    pub fn of(bands: [&[Vec<f32>]; 2], pitch: [f64; 2]) -> Self {
        let size = bands.map(|bands| bands.first().map_or(0, Vec::len));
        Self { size, shifts: [0, 1].map(|axis| fit(bands[axis], pitch[axis])) }
    }

    /// Whether all lines are straight.
    pub fn is_none(&self) -> bool {
        self.shifts.iter().all(Vec::is_empty)
    }

    /// By how many raw pixels what would lie at a place on straight lines lies further right and down.
    pub fn at(&self, x: f64, y: f64) -> [f64; 2] {
        [0, 1].map(|axis| {
            let place = [x, y];
            let (along, across) = (place[axis] / self.size[axis] as f64, place[1 - axis] / self.size[1 - axis] as f64);
            between(&self.shifts[axis], along, across)
        })
    }

    /// Places along the width, `step` pixels apart, for [`Bend::row`].
    pub fn places(&self, step: usize) -> Vec<Place> {
        let width = self.size[0];
        (0..width).step_by(step).map(|x| place((x as f64 + 0.5) / width as f64)).collect()
    }

    /// The shifts right and down along a row of raw pixels.
    pub fn row(&self, y: usize, places: &[Place]) -> [Vec<f64>; 2] {
        let down = place((y as f64 + 0.5) / self.size[1] as f64);
        let columns: [f64; NODES] = std::array::from_fn(|node| mixed(down, |band| self.shifts[0][band * NODES + node]));
        let rows: [f64; BANDS] = std::array::from_fn(|band| mixed(down, |node| self.shifts[1][band * NODES + node]));
        [columns, rows].map(|line| places.iter().map(|at| mixed(*at, |i| line[i])).collect())
    }

    /// The profile of an axis as it would be with straight lines.
    pub fn straightened(&self, axis: usize, bands: &[Vec<f32>]) -> Vec<f32> {
        if self.is_none() { total(bands) } else { straightened(&self.shifts[axis], bands) }
    }
}

/// The place before a share of an axis, and how near the next one is.
type Place = (usize, f64);

fn place(share: f64) -> Place {
    let at = (share * NODES as f64 - 0.5).clamp(0.0, NODES as f64 - 1.0);
    let before = (at as usize).min(NODES - 2);
    (before, at - before as f64)
}

fn mixed((before, near): Place, value: impl Fn(usize) -> f64) -> f64 {
    value(before) * (1.0 - near) + value(before + 1) * near
}

/// The field at shares of both axes, by its four nearest places.
fn between(shifts: &[f64], along: f64, across: f64) -> f64 {
    if shifts.is_empty() {
        return 0.0;
    }
    let (along, across) = (place(along), place(across));
    mixed(across, |band| mixed(along, |node| shifts[band * NODES + node]))
}

fn straightened(shifts: &[f64], bands: &[Vec<f32>]) -> Vec<f32> {
    let length = bands.first().map_or(0, Vec::len);
    let places: Vec<Place> = (0..length).map(|at| place(at as f64 / length as f64)).collect();
    let mut sum = vec![0.0; length];
    for (band, shifts) in bands.iter().zip(shifts.chunks_exact(NODES)) {
        for (at, (sum, place)) in sum.iter_mut().zip(&places).enumerate() {
            *sum += value(band, at as f64 + mixed(*place, |node| shifts[node]));
        }
    }
    sum
}

/// A profile between its entries.
fn value(profile: &[f32], at: f64) -> f32 {
    let at = at.clamp(0.0, (profile.len() - 1) as f64);
    let (i, rest) = (at as usize, (at - (at as usize) as f64) as f32);
    profile[i] * (1.0 - rest) + profile[(i + 1).min(profile.len() - 1)] * rest
}

/// The shifts of one axis.
fn fit(bands: &[Vec<f32>], pitch: f64) -> Vec<f64> {
    let soft = softened(bands, pitch);
    let mut shifts = vec![0.0; BANDS * NODES];
    for _ in 0..ROUNDS {
        let template = template(&straightened(&shifts, bands), pitch);
        shifts = settled(&evidence(&soft, &template, pitch), pitch);
    }
    shifts
}

/// Each band with a part of its neighbours, its edges as wide as lines are uncertain.
fn softened(bands: &[Vec<f32>], pitch: f64) -> Vec<Vec<f32>> {
    let sigma = (0.06 * pitch).max(0.8);
    let mixed = |i: usize| -> Vec<f32> {
        let (above, below) = (&bands[i.saturating_sub(1)], &bands[(i + 1).min(bands.len() - 1)]);
        bands[i].iter().zip(above.iter().zip(below)).map(|(mid, (a, b))| 0.5 * mid + 0.25 * (a + b)).collect()
    };
    let passes = (2.0 * sigma * sigma + 0.5) as usize;
    (0..bands.len()).map(|i| (0..passes).fold(mixed(i), |band, _| soft(&band))).collect()
}

fn soft(profile: &[f32]) -> Vec<f32> {
    let mut out = profile.to_vec();
    for (out, three) in out.iter_mut().skip(1).zip(profile.windows(3)) {
        *out = 0.25 * (three[0] + three[2]) + 0.5 * three[1];
    }
    out
}

/// What the bands are held against: the lines of the whole, less their mean round about.
fn template(profile: &[f32], pitch: f64) -> Vec<f32> {
    tempo::contrasts(&cuts::rewards(profile), pitch).into_iter().map(|value| value as f32).collect()
}

/// By band, place and try: how well the edges lie on the lines; the mean of the places where something is drawn is 1.
fn evidence(bands: &[Vec<f32>], template: &[f32], pitch: f64) -> Vec<Gains> {
    let windows = windows(template.len());
    let mut all: Vec<Gains> = bands.iter().flat_map(|band| gains(band, template, pitch, &windows)).collect();
    let spans: Vec<f32> = all.iter().map(span).collect();
    let mean = spans.iter().map(|span| span * span).sum::<f32>() / (spans.iter().sum::<f32>() + 1e-9);
    for (gains, span) in all.iter_mut().zip(spans) {
        let scale = if span > MOST * mean { MOST / span } else { 1.0 / (mean + 1e-9) };
        gains.iter_mut().for_each(|gain| *gain *= scale);
    }
    all
}

/// A stretch of an axis, from a pixel on, and how much each pixel counts there.
type Window = (usize, Vec<f32>);

/// The stretches of the places along an axis: tents that overlap by half.
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

/// What each try gains at the places of one band.
fn gains(band: &[f32], template: &[f32], pitch: f64, windows: &[Window]) -> Vec<Gains> {
    let reach = (TRIES as f64 * STEP * pitch) as usize + 2;
    let ends = [band.first(), band.last()].map(|end| end.copied().unwrap_or(0.0));
    let mut wide = vec![ends[0]; reach];
    wide.extend(band);
    wide.resize(band.len() + 2 * reach, ends[1]);
    let mut gains = vec![[0.0; LABELS]; NODES];
    let mut products = vec![0.0; template.len()];
    for label in 0..LABELS {
        let from = reach as f64 + (label as f64 - TRIES as f64) * STEP * pitch;
        let (first, near) = (from as usize, (from - (from as usize) as f64) as f32);
        let (left, right) = (&wide[first..][..template.len()], &wide[first + 1..][..template.len()]);
        for (((product, line), left), right) in products.iter_mut().zip(template).zip(left).zip(right) {
            *product = (left * (1.0 - near) + right * near) * line;
        }
        for (gains, (from, weights)) in gains.iter_mut().zip(windows) {
            gains[label] = dot(&products[*from..][..weights.len()], weights);
        }
    }
    gains
}

/// Eight sums side by side are what a processor does at once.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (eights, rest) = a.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for (a, b) in eights.iter().zip(b.as_chunks::<8>().0) {
        sums.iter_mut().zip(a.iter().zip(b)).for_each(|(sum, (a, b))| *sum += a * b);
    }
    let last: f32 = rest.iter().zip(&b[8 * eights.len()..]).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f32>() + last
}

/// How much the tries of a place differ.
fn span(gains: &Gains) -> f32 {
    gains.iter().fold(f32::MIN, |a, b| a.max(*b)) - gains.iter().fold(f32::MAX, |a, b| a.min(*b))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bands of lines 14 pixels apart that lie `by` of a cell further right in the middle band than in the outer ones.
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
        let bend = Bend::of([&bands, &bands], [14.0; 2]);
        let peak = |profile: &[f32]| profile.iter().map(|v| v * v).sum::<f32>() / profile.iter().sum::<f32>();
        assert!(peak(&bend.straightened(0, &bands)) > 1.6 * peak(&total(&bands)));
        let bow = bend.at(210.0, 210.0)[0] - bend.at(210.0, 10.0)[0];
        assert!((3.0..6.5).contains(&bow), "{bow}");
    }

    #[test]
    fn straight_lines_stay() {
        let bands = bowed(0.0);
        let bend = Bend::of([&bands, &bands], [14.0; 2]);
        let far = |x: usize, y: usize| bend.at(x as f64, y as f64).map(f64::abs);
        assert!((0..420).step_by(30).all(|at| far(at, 419 - at).iter().all(|by| *by < 0.3)));
        let nothing = vec![vec![0.0; 420]; BANDS];
        assert_eq!(Bend::of([&nothing, &nothing], [14.0; 2]).at(100.0, 300.0), [0.0; 2]);
    }
}
