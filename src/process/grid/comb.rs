//! The comb test: whether the lines of a grid are those of a grid two or three times as coarse, with others between.
//!
//! The halo of an edge and details drawn at half the size put edges at fractions of a cell. The lines of a true grid are
//! exchangeable, so that the edges are spread over all residue classes of their indices modulo `k`; the lines of a
//! fraction of it have most of their edges in one class. The share of the strongest class is compared with its mean over
//! random permutations of the lines (a permutation test, Fisher 1935), in short windows, so that one line too many or
//! too few does no harm.

/// Permutations of the lines.
const SHUFFLES: u32 = 16;
/// Lines in a window, as a multiple of `k`.
const WINDOW: usize = 6;
/// Fewer lines than this, as a multiple of `k`, say nothing.
const LEAST: usize = 4;
/// The least excess of each axis, and of both together in standard deviations. True grids reach 1.4.
const EFFECT: f64 = 0.08;
const SIGNIFICANT: f64 = 3.0;
/// The largest ratio of the two sides of a cell.
const SQUARE: f64 = 1.12;

/// Cells that are two or three times as long as the distances of the lines.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Coarser {
    /// How many times as long, by axis.
    pub(super) factors: [f64; 2],
    /// How far the edges are from being spread evenly over the lines, on the axis where they are less so: 0 evenly, 1
    /// all on the lines of the longer cells.
    pub(super) share: f64,
}

/// The profile of an axis and the lines on it, in pixels of the profile.
pub(super) type Axis<'a> = (&'a [f32], &'a [f64]);

/// The longer cells of all pictures; `None` if the lines are those of the grid. Both axes must show them: on one alone
/// the drawing itself may have a period.
pub(super) fn coarser(pictures: &[[Axis<'_>; 2]], pitch: [f64; 2]) -> Option<Coarser> {
    let [x, y] = [0, 1].map(|axis| [2, 3].map(|k| Excess::of_all(pictures.iter().map(|axes| axes[axis]), k)));
    let squareness = |[i, j]: [usize; 2]| {
        let ratio = pitch[0] * (i + 2) as f64 / (pitch[1] * (j + 2) as f64);
        ratio.max(1.0 / ratio)
    };
    [[0, 0], [1, 1], [0, 1], [1, 0]]
        .into_iter()
        .filter(|&[i, j]| squareness([i, j]) < SQUARE && Excess::agree(&x[i], &y[j]))
        .reduce(|a, b| if x[b[0]].share + y[b[1]].share > x[a[0]].share + y[a[1]].share { b } else { a })
        .map(|[i, j]| {
            let factors = [(i + 2) as f64, (j + 2) as f64];
            let most = factors.map(|factor| 1.0 - 1.0 / factor);
            Coarser { factors, share: (x[i].share / most[0]).min(y[j].share / most[1]) }
        })
}

/// By how much the share of the edges on one residue class exceeds its expected value: 0 for exchangeable lines, up to
/// `1 - 1 / k`; and its variance for exchangeable lines.
#[derive(Clone, Copy, Debug, Default)]
struct Excess {
    share: f64,
    variance: f64,
}

impl Excess {
    /// The mean of all pictures.
    fn of_all<'a>(axes: impl Iterator<Item = Axis<'a>>, k: usize) -> Self {
        let all: Vec<Self> = axes.map(|(profile, lines)| Self::of(profile, lines, k)).collect();
        let count = all.len().max(1) as f64;
        Self {
            share: all.iter().map(|e| e.share).sum::<f64>() / count,
            variance: all.iter().map(|e| e.variance).sum::<f64>() / (count * count),
        }
    }

    /// Whether both axes have their edges on one residue class.
    fn agree(x: &Self, y: &Self) -> bool {
        let deviation = (x.variance + y.variance).sqrt();
        x.share.min(y.share) > EFFECT && x.share + y.share > SIGNIFICANT * deviation
    }

    fn of(profile: &[f32], lines: &[f64], k: usize) -> Self {
        let support: Vec<f64> = lines.iter().map(|line| support(profile, *line)).collect();
        if support.len() < LEAST * k {
            return Self::default();
        }
        let window = (WINDOW * k).min(support.len());
        let mut state = 0x9e37_79b9_7f4a_7c15;
        let (mut all, mut sum, mut variance) = (1e-9, 0.0, 0.0);
        for start in (0..=support.len() - window).step_by(window / 2) {
            let mut part = support[start..start + window].to_vec();
            let found = strongest(&part, k);
            let (mut mean, mut square) = (0.0, 0.0);
            for _ in 0..SHUFFLES {
                shuffle(&mut part, &mut state);
                let by_chance = strongest(&part, k);
                mean += by_chance / f64::from(SHUFFLES);
                square += by_chance * by_chance / f64::from(SHUFFLES);
            }
            all += part.iter().sum::<f64>();
            sum += found - mean;
            variance += (square - mean * mean).max(0.0);
        }
        // Each line lies in two windows.
        Self { share: sum / all, variance: 2.0 * variance / (all * all) }
    }
}

/// The edges on a line and next to it.
fn support(profile: &[f32], line: f64) -> f64 {
    let i = (line + 0.5) as usize;
    let near = i.saturating_sub(1)..(i + 2).min(profile.len());
    profile.get(near).unwrap_or(&[]).iter().map(|edge| f64::from(*edge)).sum()
}

/// The support on the strongest residue class.
fn strongest(support: &[f64], k: usize) -> f64 {
    (0..k).map(|class| support.iter().skip(class).step_by(k).sum()).fold(0.0, f64::max)
}

/// Fisher and Yates's shuffle with a linear congruential generator.
fn shuffle(values: &mut [f64], state: &mut u64) {
    for i in (1..values.len()).rev() {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        values.swap(i, (*state >> 33) as usize % (i + 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A profile of lines 6 pixels apart. Every `k`-th has a strong edge, the others one of `weak`; no two are equal.
    fn lines(k: usize, weak: f32) -> (Vec<f32>, Vec<f64>) {
        let mut profile = vec![0.0; 480];
        for i in 1..80 {
            profile[6 * i] = (if i % k == 0 { 1.0 } else { weak }) * (0.5 + (i * 37 % 50) as f32 / 50.0);
        }
        (profile, (1..80).map(|i| 6.0 * f64::from(i)).collect())
    }

    fn factors_of(x: (Vec<f32>, Vec<f64>), y: (Vec<f32>, Vec<f64>)) -> Option<[f64; 2]> {
        coarser(&[[(&x.0, &x.1), (&y.0, &y.1)]], [6.0, 6.0]).map(|coarser| coarser.factors)
    }

    #[test]
    fn lines_between_those_of_the_grid_are_recognised() {
        assert_eq!(factors_of(lines(2, 0.3), lines(2, 0.2)), Some([2.0, 2.0]));
        assert_eq!(factors_of(lines(3, 0.1), lines(3, 0.2)), Some([3.0, 3.0]));
    }

    #[test]
    fn the_share_tells_few_details_from_many() {
        let share = |weak: f32| {
            let (profile, at) = lines(2, weak);
            coarser(&[[(&profile, &at), (&profile, &at)]], [6.0, 6.0]).map_or(0.0, |coarser| coarser.share)
        };
        assert!(share(0.05) > 0.6 && share(0.4) < 0.4, "{} {}", share(0.05), share(0.4));
    }

    #[test]
    fn the_lines_of_a_grid_are_exchangeable() {
        assert_eq!(factors_of(lines(1, 1.0), lines(1, 1.0)), None);
        assert_eq!(factors_of(lines(2, 0.2), lines(1, 1.0)), None, "one axis alone");
        assert_eq!(factors_of(lines(2, 0.2), lines(3, 0.2)), None, "cells that are not square");
    }
}
