//! The pitch: the period at which edges keep the same phase, seen through short windows so that drift does no harm.

/// Periods that are looked at side by side.
const LANES: usize = 4;
/// Ratio of neighbouring candidate periods.
const STEP: f64 = 1.006;
/// Shortest candidate period, in raw pixels.
const SHORTEST: f64 = 3.0;
/// Candidates by which the two axes may differ to either side (12 %).
const APART: usize = 20;
/// A pitch has the coherence of the periods next to it: 3 % to either side.
const NEAR: usize = 5;
/// Less coherent than this share of the best is as good as not.
const LEAST: f64 = 0.02;
/// A finer pitch that is as coherent as the best one divides its cells.
const FINER: f64 = 0.9;
/// Pitches nearer to each other are one.
const ONE: f64 = 1.05;
/// Cells of the usual size differ by at most so much from it; evidence is raised to its fourth power before this counts.
const ALIKE: f64 = 0.015;
const LIKELIER: f64 = 1.25;
/// A peak competes if it is so coherent, compared with the best.
const ENOUGH: f64 = 0.5;
/// At most so many peaks compete.
const PEAKS: usize = 5;

/// Candidate periods of a picture that is `length` pixels long on its shorter axis.
pub(super) fn periods(length: usize) -> Vec<f64> {
    let longest = length as f64 / 9.0;
    std::iter::successors(Some(SHORTEST), |p| Some(p * STEP)).take_while(|p| *p < longest).collect()
}

/// The coherence of one axis for each period, 0 to about 1, less what chance gives.
///
/// Every window sums its edges as vectors turned by their phase; the baseline is what a shuffled profile would sum to.
pub(super) fn coherences(profile: &[f32], periods: &[f64]) -> Vec<f64> {
    let profile = capped(profile);
    let count = profile.len() as f64;
    let sum: f64 = profile.iter().sum();
    let squares: f64 = profile.iter().map(|p| p * p).sum();
    if sum <= 0.0 {
        return vec![0.0; periods.len()];
    }
    let spread = (squares / count - (sum / count) * (sum / count)).max(0.0);
    let mut mass = vec![0.0];
    mass.extend(profile.iter().scan(0.0, |sum, p| {
        *sum += p;
        Some(*sum)
    }));
    let mut turned = vec![[[0.0; LANES]; 2]; profile.len() + 1];
    let mut coherences = Vec::with_capacity(periods.len());
    for periods in periods.chunks(LANES) {
        turn(&profile, periods, &mut turned);
        coherences.extend(periods.iter().enumerate().map(|(lane, period)| {
            let window = ((6.0 * period).max(count / 10.0) + 0.5) as usize;
            // A random walk of `window` steps is on average sqrt(pi / 4 * window * variance) long.
            let chance = (0.785 * spread / window.min(profile.len()) as f64).sqrt() / (sum / count);
            coherence(&turned, lane, &mass, window) - chance.min(1.0)
        }));
    }
    coherences
}

/// The profile with its strongest lines cut at the 97th percentile, so that one edge across the picture is not all.
fn capped(profile: &[f32]) -> Vec<f64> {
    let mut sorted = profile.to_vec();
    sorted.sort_unstable_by(f32::total_cmp);
    let most = f64::from(sorted.get(sorted.len() * 97 / 100).copied().unwrap_or(0.0)) + 1e-9;
    profile.iter().map(|&p| (f64::from(p) / most).min(1.0)).collect()
}

/// Sums of the profile up to each place, turned by the phase of some periods side by side.
fn turn(profile: &[f64], periods: &[f64], sums: &mut [[[f64; LANES]; 2]]) {
    let (mut sin, mut cos, mut re, mut im) = ([0.0; LANES], [0.0; LANES], [1.0; LANES], [0.0; LANES]);
    for (lane, period) in periods.iter().enumerate() {
        (sin[lane], cos[lane]) = sin_cos(std::f64::consts::TAU / period);
    }
    for (i, p) in profile.iter().enumerate() {
        let [a, b] = sums[i];
        for lane in 0..LANES {
            sums[i + 1][0][lane] = a[lane] + p * re[lane];
            sums[i + 1][1][lane] = b[lane] + p * im[lane];
            let (x, y) = (re[lane], im[lane]);
            re[lane] = x * cos[lane] - y * sin[lane];
            im[lane] = x * sin[lane] + y * cos[lane];
        }
    }
}

/// How long the sums of windows are, per edge in them.
fn coherence(turned: &[[[f64; LANES]; 2]], lane: usize, mass: &[f64], window: usize) -> f64 {
    let last = mass.len() - 1;
    let (mut length, mut all) = (0.0, 0.0);
    for start in (0..last.saturating_sub(window) + 1).step_by((window / 3).max(1)) {
        let end = (start + window).min(last);
        let [x, y] = [0, 1].map(|part| turned[end][part][lane] - turned[start][part][lane]);
        length += (x * x + y * y).sqrt();
        all += mass[end] - mass[start];
    }
    length / all.max(1e-9)
}

/// Sine and cosine of an angle from 0 to 2.5 by their series: the platform's differ in the last bits.
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

/// How much a pitch counts beside how well its cells fit: 1 for the most coherent one.
///
/// Edges that lie anywhere fit small cells well, but have no phase in common there: each harmonic of a pitch is less coherent
/// than the one before. A coarser pitch only lacks coherence where its lines are fewer than those of the blocks of a JPEG,
/// or of a texture.
pub(super) fn weight(coherences: &[Vec<f64>; 2], periods: &[f64], pitch: [f64; 2]) -> f64 {
    let [x, y] = coherences;
    let joint = |i: usize| x[i] + y[i];
    let Some(best) = (0..periods.len()).reduce(|best, i| if joint(i) >= joint(best) { i } else { best }) else {
        return 1.0;
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
        square * square * (square * square)
    } else if mean > periods[best] * ONE {
        share * share
    } else {
        1.0
    }
}

/// How much likelier the usual cells are than others that fit as well: a little, and only cells of just that size.
pub(super) fn prior(usual: f64, pitch: [f64; 2]) -> f64 {
    let far = pitch.iter().map(|pitch| (pitch / usual - 1.0).abs()).fold(0.0, f64::max);
    if far < ALIKE { LIKELIER } else { 1.0 }
}

/// Pitches worth a closer look, the most coherent first: of each peak the axes' own best within 12 %.
pub(super) fn candidates(x: &[f64], y: &[f64], periods: &[f64]) -> Vec<[f64; 2]> {
    let joint: Vec<f64> = x.iter().zip(y).map(|(x, y)| x + y).collect();
    let is_peak = |&i: &usize| (i.saturating_sub(3)..(i + 4).min(joint.len())).all(|j| joint[j] <= joint[i]);
    let mut peaks: Vec<usize> = (0..joint.len()).filter(is_peak).filter(|&i| joint[i] > 0.0).collect();
    peaks.sort_by(|&a, &b| joint[b].total_cmp(&joint[a]).then(b.cmp(&a)));
    let least = peaks.first().map_or(0.0, |&best| ENOUGH * joint[best]);
    peaks.retain(|&i| joint[i] >= least);
    peaks.truncate(PEAKS);
    let own = |axis: &[f64], peak: usize| {
        let value = |i: usize| axis[i] - 0.15 * (i.abs_diff(peak) as f64 / APART as f64);
        let range = peak.saturating_sub(APART)..(peak + APART + 1).min(axis.len());
        periods[range.fold(peak, |best, i| if value(i) > value(best) { i } else { best })]
    };
    peaks.into_iter().map(|peak| [own(x, peak), own(y, peak)]).collect()
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
        let periods = periods(600);
        let values = coherences(&comb, &periods);
        let [x, y] = candidates(&values, &values, &periods)[0];
        assert!((x - 12.4).abs() < 0.1 && x == y, "{x}");
    }
}
