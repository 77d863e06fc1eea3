//! Pitch candidates: the periods at which edges keep the same phase.
//!
//! The coherence of a period is the length of the edges' mean phasor (the mean resultant length of directional
//! statistics, or one bin of a Fourier transform), averaged over short windows, so that slow variation of the pitch
//! does no harm.

/// Periods that are evaluated in parallel lanes.
const LANES: usize = 8;
/// The ratio of neighbouring candidate periods.
const STEP: f64 = 1.006;
/// The largest difference of the two axes, in candidates to either side (12 %).
const APART: usize = 20;
/// A pitch takes the best coherence of the candidates around it: 3 % to either side.
const NEAR: usize = 5;
/// The least relative coherence that distinguishes pitches.
const LEAST: f64 = 0.02;
/// The factor on the coherence of finer pitches: one that is as coherent as the best divides its cells.
const FINER: f64 = 0.9;
/// The least weight of a finer pitch. A few lines of a coarse picture may keep a common phase at a long period by chance;
/// that is no evidence against cells whose colours hardly vary.
const LIGHTEST: f64 = 1e-3;
/// Pitches within this ratio are the same.
const ONE: f64 = 1.05;
/// The largest relative difference from the default pitch, and the prior for pitches within it (on the scale of the
/// merit).
const DEFAULT_REACH: f64 = 0.015;
const DEFAULT_PRIOR: f64 = 1.25;
/// The least coherence of a candidate, relative to the best.
const ENOUGH: f64 = 0.5;
/// The largest number of candidates.
const PEAKS: usize = 5;

/// All candidate periods within limits of a picture whose shorter side is `length` pixels.
pub(super) fn periods(length: usize, [shortest, longest]: [f64; 2]) -> Vec<f64> {
    let longest = longest.min(length as f64 / 9.0);
    std::iter::successors(Some(shortest), |p| Some(p * STEP)).take_while(|p| *p < longest).collect()
}

/// The coherence of one axis for each period, 0 to about 1, minus its expected value for a shuffled profile.
pub(super) fn coherences(profile: &[f32], periods: &[f64]) -> Vec<f64> {
    let count = profile.len() as f64;
    let Some(capped) = Capped::of(profile) else { return vec![0.0; periods.len()] };
    let profile = &capped.profile;
    let mut mass = vec![0.0];
    mass.extend(profile.iter().scan(0.0, |sum, p| {
        *sum += p;
        Some(*sum)
    }));
    let mut phasors = vec![[[0.0; LANES]; 2]; profile.len() + 1];
    let mut coherences = Vec::with_capacity(periods.len());
    for periods in periods.chunks(LANES) {
        rotate(profile, periods, &mut phasors);
        coherences.extend(periods.iter().enumerate().map(|(lane, period)| {
            let window = ((6.0 * period).max(count / 10.0) + 0.5) as usize;
            coherence(&phasors, lane, &mass, window) - capped.chance(window.min(profile.len()))
        }));
    }
    coherences
}

/// The same over the whole length, for a pitch that does not vary.
pub(super) fn whole_coherences(profile: &[f32], periods: &[f64]) -> Vec<f64> {
    let Some(capped) = Capped::of(profile) else { return vec![0.0; periods.len()] };
    let profile = &capped.profile;
    let (mass, chance) = (profile.iter().sum::<f64>().max(1e-9), capped.chance(profile.len()));
    let mut coherences = Vec::with_capacity(periods.len());
    for periods in periods.chunks(LANES) {
        let [x, y] = sums(profile, periods);
        coherences
            .extend((0..periods.len()).map(|lane| (x[lane] * x[lane] + y[lane] * y[lane]).sqrt() / mass - chance));
    }
    coherences
}

/// A capped profile.
struct Capped {
    profile: Vec<f64>,
    /// The mean and the variance of its values.
    mean: f64,
    spread: f64,
}

impl Capped {
    /// `None` if the profile has no edges.
    fn of(profile: &[f32]) -> Option<Self> {
        let profile = capped(profile);
        let count = profile.len() as f64;
        let mean = profile.iter().sum::<f64>() / count;
        let squares: f64 = profile.iter().map(|p| p * p).sum();
        (mean > 0.0).then(|| Self { spread: (squares / count - mean * mean).max(0.0), mean, profile })
    }

    /// The coherence in a window if the profile were shuffled.
    fn chance(&self, window: usize) -> f64 {
        // A random walk of `window` steps has a mean length of sqrt(pi / 4 * window * variance).
        ((0.785 * self.spread / window as f64).sqrt() / self.mean).min(1.0)
    }
}

/// The profile capped at its 97th percentile, so that one long edge does not dominate.
fn capped(profile: &[f32]) -> Vec<f64> {
    let mut sorted = profile.to_vec();
    sorted.sort_unstable_by(f32::total_cmp);
    let most = f64::from(sorted.get(sorted.len() * 97 / 100).copied().unwrap_or(0.0)) + 1e-9;
    profile.iter().map(|&p| (f64::from(p) / most).min(1.0)).collect()
}

/// Prefix sums of the profile times the phasor of each period.
fn rotate(profile: &[f64], periods: &[f64], sums: &mut [[[f64; LANES]; 2]]) {
    let mut phasors = Phasors::of(periods);
    for (i, p) in profile.iter().enumerate() {
        sums[i + 1] = phasors.added(sums[i], *p);
    }
}

/// The last of these sums.
fn sums(profile: &[f64], periods: &[f64]) -> [[f64; LANES]; 2] {
    let mut phasors = Phasors::of(periods);
    profile.iter().fold([[0.0; LANES]; 2], |sums, p| phasors.added(sums, *p))
}

/// A phasor for each of some periods, and by how much it turns from one pixel to the next.
struct Phasors {
    sin: [f64; LANES],
    cos: [f64; LANES],
    re: [f64; LANES],
    im: [f64; LANES],
}

impl Phasors {
    fn of(periods: &[f64]) -> Self {
        let mut phasors = Self { sin: [0.0; LANES], cos: [0.0; LANES], re: [1.0; LANES], im: [0.0; LANES] };
        for (lane, period) in periods.iter().enumerate() {
            (phasors.sin[lane], phasors.cos[lane]) = sin_cos(std::f64::consts::TAU / period);
        }
        phasors
    }

    /// Adds the phasors, `p` long, to sums of them, and turns them.
    #[inline(always)]
    fn added(&mut self, [mut a, mut b]: [[f64; LANES]; 2], p: f64) -> [[f64; LANES]; 2] {
        for lane in 0..LANES {
            let (x, y) = (self.re[lane], self.im[lane]);
            a[lane] += p * x;
            b[lane] += p * y;
            self.re[lane] = x * self.cos[lane] - y * self.sin[lane];
            self.im[lane] = x * self.sin[lane] + y * self.cos[lane];
        }
        [a, b]
    }
}

/// The mean length of the windows' phasor sums, per unit of edge in them.
fn coherence(phasors: &[[[f64; LANES]; 2]], lane: usize, mass: &[f64], window: usize) -> f64 {
    let last = mass.len() - 1;
    let (mut length, mut all) = (0.0, 0.0);
    for start in (0..last.saturating_sub(window) + 1).step_by((window / 3).max(1)) {
        let end = (start + window).min(last);
        let [x, y] = [0, 1].map(|part| phasors[end][part][lane] - phasors[start][part][lane]);
        length += (x * x + y * y).sqrt();
        all += mass[end] - mass[start];
    }
    length / all.max(1e-9)
}

/// Sine and cosine of an angle from 0 to 2.5 by their Taylor series: those of the platform differ in the last bits.
fn sin_cos(angle: f64) -> (f64, f64) {
    let square = angle * angle;
    let series = |first: f64| {
        (1..=14).rev().fold(1.0, |sum, k| {
            let k = f64::from(2 * k) + first;
            1.0 - square / (k * (k - 1.0)) * sum
        })
    };
    (angle * series(1.0), series(0.0))
}

/// The weights of a pitch by its coherence, relative to the most coherent one: 0 to 1, the second at least [`LIGHTEST`].
///
/// Small cells fit edges at random positions well, but these have no common phase there: each harmonic of a pitch is
/// less coherent than the one before. A coarser pitch is less coherent only where its lines are outnumbered by those of
/// JPEG blocks or of a texture.
pub(super) fn weights(coherences: &[Vec<f64>; 2], periods: &[f64], pitch: [f64; 2]) -> [f64; 2] {
    let [x, y] = coherences;
    let joint = |i: usize| x[i] + y[i];
    let Some(best) = (0..periods.len()).reduce(|best, i| if joint(i) >= joint(best) { i } else { best }) else {
        return [1.0; 2];
    };
    let at = |axis: usize| -> f64 {
        let middle = periods.partition_point(|period| *period < pitch[axis]);
        let near = middle.saturating_sub(NEAR)..(middle + NEAR).min(periods.len());
        coherences[axis][near].iter().copied().fold(0.0, f64::max)
    };
    let share = ((at(0) + at(1)) / joint(best).max(1e-9)).clamp(LEAST, 1.0);
    let mean = (pitch[0] + pitch[1]) / 2.0;
    if mean < periods[best] / ONE {
        let square = FINER * share * (FINER * share);
        let weight = square * square * (square * square);
        [weight, weight.max(LIGHTEST)]
    } else if mean > periods[best] * ONE {
        [share * share; 2]
    } else {
        [1.0; 2]
    }
}

/// The prior of a pitch, both in raw pixels: slightly higher for exactly the default cells of diffusion models.
pub(super) fn prior(default_pitch: f64, pitch: [f64; 2]) -> f64 {
    let far = pitch.iter().map(|pitch| (pitch / default_pitch - 1.0).abs()).fold(0.0, f64::max);
    if far < DEFAULT_REACH { DEFAULT_PRIOR } else { 1.0 }
}

/// The most coherent pitches by axis, the best first: for each common peak, the best of each axis within 12 %.
pub(super) fn candidates(x: &[f64], y: &[f64], periods: &[f64]) -> Vec<[f64; 2]> {
    let joint: Vec<f64> = x.iter().zip(y).map(|(x, y)| x + y).collect();
    let is_peak = |&i: &usize| (i.saturating_sub(3)..(i + 4).min(joint.len())).all(|j| joint[j] <= joint[i]);
    let mut peaks: Vec<usize> = (0..joint.len()).filter(is_peak).filter(|&i| joint[i] > 0.0).collect();
    peaks.sort_by(|&a, &b| joint[b].total_cmp(&joint[a]).then(b.cmp(&a)));
    let least = peaks.first().map_or(0.0, |&best| ENOUGH * joint[best]);
    peaks.retain(|&i| joint[i] >= least);
    peaks.truncate(PEAKS);
    let best_near = |axis: &[f64], peak: usize| {
        let value = |i: usize| axis[i] - 0.15 * (i.abs_diff(peak) as f64 / APART as f64);
        let range = peak.saturating_sub(APART)..(peak + APART + 1).min(axis.len());
        periods[range.fold(peak, |best, i| if value(i) > value(best) { i } else { best })]
    };
    peaks.into_iter().map(|peak| [best_near(x, peak), best_near(y, peak)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sine_and_cosine_are_right() {
        for angle in [0.0, 0.05, 0.5, 1.0, 2.0, 2.5] {
            let (sin, cos) = sin_cos(angle);
            assert!((sin - angle.sin()).abs() < 1e-14 && (cos - angle.cos()).abs() < 1e-14, "{angle}");
        }
    }

    #[test]
    fn the_period_of_a_comb_is_found() {
        let mut comb = vec![0.0; 600];
        for i in 0..48 {
            comb[(i as f64 * 12.4 + 3.0) as usize] = 1.0;
        }
        let periods = periods(600, [3.0, 100.0]);
        let values = coherences(&comb, &periods);
        let [x, y] = candidates(&values, &values, &periods)[0];
        assert!((x - 12.4).abs() < 0.1 && x == y, "{x}");
    }
}
