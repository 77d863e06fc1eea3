//! The colours that are truly there: near ones are merged until they are as far apart as the cells are noisy.

use crate::words::color::{Lab, Shelf, distance, distance2};

use super::super::even::even;

/// The merge starts from at most so many bins.
const BINS: usize = 384;
/// No palette has more colours.
pub(super) const MOST: usize = 256;
/// The largest spread of a cell without noise.
pub(super) const CLEAN: f32 = 1e-4;
/// The share of the reach within which a colour is black.
const BLACK: f32 = 0.5;
/// Rounds in which the merged colours move to the middle of what is nearest to them.
const ROUNDS: usize = 6;

/// How near two colours may be that are one, from the median spreads of the cells.
pub(super) fn reach(spreads: &mut [f32]) -> f32 {
    let middle = spreads.len() / 2;
    let spread = if spreads.is_empty() { 0.0 } else { *spreads.select_nth_unstable_by(middle, f32::total_cmp).1 };
    (0.01 + 3.0 * spread).clamp(0.012, 0.06)
}

/// The colours of points in even OKLab.
pub(super) fn found(points: &[Lab], reach: f32) -> Vec<Lab> {
    let bins = bins(points);
    let mut colors = settled(&bins, agglomerated(&bins, reach));
    blackened(&mut colors, reach);
    colors
}

/// What is as near to black as its noise is black: a raw ends there, and the mean of what was cut off lies above.
pub(super) fn blackened(colors: &mut [Lab], reach: f32) {
    let black = even([0.0; 3]);
    let darkest =
        (0..colors.len()).min_by(|&i, &j| distance2(colors[i], black).total_cmp(&distance2(colors[j], black)));
    if let Some(color) = darkest.map(|i| &mut colors[i]).filter(|color| distance(**color, black) < BLACK * reach) {
        *color = black;
    }
}

/// A colour and how many points it stands for.
type Bin = (Lab, f32);

/// The means of the points on a raster as fine as [`BINS`] allows, in order of the raster.
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
                .map(|group| {
                    (mean(group.iter().map(|place| (points[*place as u32 as usize], 1.0))), group.len() as f32)
                })
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

/// Merges the nearest two until none are nearer than `tau`; rare colours merge sooner.
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
        let (kept, gone) = (one.min(other), one.max(other));
        bins[kept] = merged;
        bins.remove(gone);
        nearest.remove(gone);
        for i in 0..bins.len() {
            let old = nearest[i].1;
            if i == kept || old == kept || old == gone {
                nearest[i] = nearest_of(&bins, i, tau);
                continue;
            }
            let moved = if old > gone { old - 1 } else { old };
            let score = score_of(bins[i], bins[kept], tau);
            nearest[i] = if score < nearest[i].0 { (score, kept) } else { (nearest[i].0, moved) };
        }
    }
}

/// The bin that merges first with bin `i`, and their score; 1 or less merges.
fn nearest_of(bins: &[Bin], i: usize, tau: f32) -> (f32, usize) {
    (0..bins.len()).filter(|j| *j != i).fold((f32::INFINITY, i), |best, j| {
        let score = score_of(bins[i], bins[j], tau);
        if score < best.0 { (score, j) } else { best }
    })
}

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

/// Moves each colour to the mean of the bins nearest to it.
fn settled(bins: &[Bin], mut colors: Vec<Lab>) -> Vec<Lab> {
    for _ in 0..ROUNDS {
        let shelf = Shelf::of(&colors);
        let own: Vec<usize> = bins.iter().map(|bin| shelf.nearest(bin.0)).collect();
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
    fn noisy_points_have_the_colours_that_they_were_drawn_in() {
        let drawn = [Rgb([200, 40, 40]), Rgb([30, 30, 60]), Rgb([90, 200, 120])].map(oklab);
        let wobble = |i: usize| (i * 7919 % 101) as f32 / 101.0 * 0.02 - 0.01;
        let points: Vec<Lab> = (0..600).map(|i| drawn[i % 3].map(|v| v + wobble(i))).collect();
        let colors = found(&points, reach(&mut vec![0.004; 600]));
        assert_eq!(colors.len(), 3);
        assert!((0..3).all(|i| distance(drawn[nearest_lab(drawn, colors[i])], colors[i]) < 0.005));
    }

    #[test]
    fn noise_on_black_is_black() {
        let level = |i: usize| [i * 7 % 4, i * 5 % 3, i * 3 % 4].map(|v| v as u8);
        let points: Vec<Lab> = (0..200).map(|i| even(oklab(Rgb(level(i))))).collect();
        assert_eq!(found(&points, 0.02), [even([0.0; 3])]);
    }
}
