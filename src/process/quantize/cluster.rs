//! Clusters colours: agglomerative clustering of a colour histogram until clusters are as far apart as the noise
//! requires, then Lloyd's algorithm (k-means).

use crate::words::color::{ColorPlanes, Lab, distance, distance2};

use super::super::toe::toe_encode;

/// The largest number of histogram bins that clustering starts from.
const BINS: usize = 384;
/// The largest number of colours of a palette.
pub(super) const MOST: usize = 256;
/// The largest spread of a cell (toe-coded OKLab) that counts as free of noise.
pub(super) const CLEAN: f32 = 1e-4;
/// Colours within this share of the merge distance from black become black.
const BLACK: f32 = 0.5;
/// Iterations of Lloyd's algorithm.
const ROUNDS: usize = 6;

/// The distance below which two colours merge, 0.012 to 0.06, from the spreads of the cells.
pub(super) fn reach(spreads: &mut [f32]) -> f32 {
    let middle = spreads.len() / 2;
    let spread = if spreads.is_empty() { 0.0 } else { *spreads.select_nth_unstable_by(middle, f32::total_cmp).1 };
    (0.01 + 3.0 * spread).clamp(0.012, 0.06)
}

/// The colours of points in toe-coded OKLab; `reach` is the merge distance.
pub(super) fn colors(points: &[Lab], reach: f32) -> Vec<Lab> {
    let bins = bins(points);
    let mut colors = lloyd(&bins, agglomerated(&bins, reach));
    snap_to_black(&mut colors, reach);
    colors
}

/// Turns the darkest colour into black if it is that close to it. A raw clips noise at black, so that the mean of black
/// cells lies above it.
pub(super) fn snap_to_black(colors: &mut [Lab], reach: f32) {
    let black = toe_encode([0.0; 3]);
    let darkest =
        (0..colors.len()).min_by(|&i, &j| distance2(colors[i], black).total_cmp(&distance2(colors[j], black)));
    if let Some(color) = darkest.map(|i| &mut colors[i]).filter(|color| distance(**color, black) < BLACK * reach) {
        *color = black;
    }
}

/// A colour and the number of points that it stands for.
type Bin = (Lab, f32);

/// The colour histogram: the mean of the points in each bin, on the finest grid with at most [`BINS`] bins, in order of
/// the grid.
fn bins(points: &[Lab]) -> Vec<Bin> {
    let mut step = 0.008;
    loop {
        let [l, a, b] = [0, 1, 2].map(|i| move |point: &Lab| ((point[i] + 1.0) / step + 0.5) as u64 & 1023);
        let key = |point: &Lab| l(point) << 20 | a(point) << 10 | b(point);
        let mut order: Vec<u64> = points.iter().enumerate().map(|(i, point)| key(point) << 32 | i as u64).collect();
        order.sort_unstable();
        let groups: Vec<_> = order.chunk_by(|a, b| a >> 32 == b >> 32).collect();
        if groups.len() <= BINS {
            return groups
                .iter()
                .map(|group| (mean(group.iter().map(|key| (points[*key as u32 as usize], 1.0))), group.len() as f32))
                .collect();
        }
        step *= 1.25;
    }
}

fn mean(colors: impl Iterator<Item = Bin>) -> Lab {
    let mut sum = [0.0f64; 4];
    for (color, weight) in colors {
        let weight = f64::from(weight);
        sum = [0, 1, 2, 3].map(|i| sum[i] + weight * color.get(i).map_or(1.0, |value| f64::from(*value)));
    }
    [0, 1, 2].map(|i| (sum[i] / sum[3]) as f32)
}

/// Agglomerative clustering: merges the nearest two clusters until all are at least `tau` apart. Rare colours merge
/// earlier.
fn agglomerated(bins: &[Bin], tau: f32) -> Vec<Lab> {
    let mut bins = bins.to_vec();
    let mut nearest: Vec<(f32, usize)> = (0..bins.len()).map(|i| nearest_of(&bins, i, tau)).collect();
    loop {
        let pick = |best: usize, i: usize| if nearest[i].0 < nearest[best].0 { i } else { best };
        let Some(one) = (0..bins.len()).reduce(pick) else { return Vec::new() };
        let (score, other) = nearest[one];
        let alive = bins.len();
        if !score.is_finite() || (score > 1.0 && alive <= MOST) {
            return bins.into_iter().map(|(color, _)| color).collect();
        }
        let merged = (mean([bins[one], bins[other]].into_iter()), bins[one].1 + bins[other].1);
        let (kept, removed) = (one.min(other), one.max(other));
        bins[kept] = merged;
        bins.remove(removed);
        nearest.remove(removed);
        for i in 0..bins.len() {
            let old = nearest[i].1;
            if i == kept || old == kept || old == removed {
                nearest[i] = nearest_of(&bins, i, tau);
                continue;
            }
            let moved = if old > removed { old - 1 } else { old };
            let score = score_of(bins[i], bins[kept], tau);
            nearest[i] = if score < nearest[i].0 { (score, kept) } else { (nearest[i].0, moved) };
        }
    }
}

/// The nearest cluster of cluster `i`, and their score; 1 or less merges.
fn nearest_of(bins: &[Bin], i: usize, tau: f32) -> (f32, usize) {
    (0..bins.len()).filter(|j| *j != i).fold((f32::INFINITY, i), |best, j| {
        let score = score_of(bins[i], bins[j], tau);
        if score < best.0 { (score, j) } else { best }
    })
}

/// The distance of two clusters relative to their merge distance, which is larger for rare colours.
fn score_of(a: Bin, b: Bin, tau: f32) -> f32 {
    let rare = a.1.min(b.1);
    let reach = if rare <= 1.0 {
        1.5
    } else if rare <= 3.0 {
        1.25
    } else {
        1.0
    };
    distance(a.0, b.0) / (tau * reach)
}

/// Lloyd's algorithm: moves each colour to the mean of the bins that are nearest to it, several times.
fn lloyd(bins: &[Bin], mut colors: Vec<Lab>) -> Vec<Lab> {
    for _ in 0..ROUNDS {
        let planes = ColorPlanes::of(&colors);
        let own: Vec<usize> = bins.iter().map(|bin| planes.nearest(bin.0)).collect();
        for (i, color) in colors.iter_mut().enumerate() {
            let mut mine = own.iter().zip(bins).filter(|(own, _)| **own == i).map(|(_, bin)| *bin).peekable();
            if mine.peek().is_some() {
                *color = mean(mine);
            }
        }
    }
    colors.retain(|color| bins.iter().any(|bin| distance2(bin.0, *color) < f32::INFINITY));
    colors
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::color::{Rgb, nearest_lab, oklab};

    #[test]
    fn the_true_colours_of_noisy_points_are_found() {
        let drawn = [Rgb([200, 40, 40]), Rgb([30, 30, 60]), Rgb([90, 200, 120])].map(oklab);
        let wobble = |i: usize| (i * 7919 % 101) as f32 / 101.0 * 0.02 - 0.01;
        let points: Vec<Lab> = (0..600).map(|i| drawn[i % 3].map(|v| v + wobble(i))).collect();
        let colors = colors(&points, reach(&mut vec![0.004; 600]));
        assert_eq!(colors.len(), 3);
        assert!((0..3).all(|i| distance(drawn[nearest_lab(drawn, colors[i])], colors[i]) < 0.005));
    }

    #[test]
    fn noise_on_black_is_black() {
        let level = |i: usize| [i * 7 % 4, i * 5 % 3, i * 3 % 4].map(|v| v as u8);
        let points: Vec<Lab> = (0..200).map(|i| toe_encode(oklab(Rgb(level(i))))).collect();
        assert_eq!(colors(&points, 0.02), [toe_encode([0.0; 3])]);
    }
}
