//! Cuts: the grid lines of one axis, by dynamic programming over the edge profile and the pitch.

use super::drift::Drawn;
use super::steps::Steps;

/// Weight of the squared deviation of a gap from the pitch; a strong line is worth 1.
const STIFF: f64 = 2.0;
/// The local pitch is held by so many cells of the mean one.
const HOLD: f64 = 10.0;
/// Support above which a cut holds others in place.
const ANCHOR: f64 = 0.22;
/// With fewer anchors nothing is told.
const FEW: usize = 3;
/// The pitch of a place is told by anchors at most so many cells away.
const REACH: f64 = 20.0;

/// The profile made comparable along the axis: divided by its local root mean square and cut, so that a line counts at most 1.
pub(super) fn rewards(profile: &[f32]) -> Vec<f64> {
    let smooth = smooth(profile);
    let count = smooth.len();
    let mut squares = vec![0.0];
    for p in &smooth {
        squares.push(squares[squares.len() - 1] + p * p);
    }
    let overall = (squares[count] / (count.max(1) as f64)).sqrt();
    let window = (count / 8).max(15);
    let local = |i: usize| {
        let (from, to) = (i.saturating_sub(window / 2), (i + window / 2 + 1).min(count));
        ((squares[to] - squares[from]) / window as f64).sqrt()
    };
    smooth.iter().enumerate().map(|(i, p)| (p / (local(i) + 0.35 * overall + 1e-9)).min(2.5) / 2.5).collect()
}

/// A Gaussian of 0.8 pixels.
fn smooth(profile: &[f32]) -> Vec<f64> {
    const KERNEL: [f64; 5] = [0.021_930, 0.228_509, 0.499_122, 0.228_509, 0.021_930];
    let at = |i: usize, k: usize| (i + k).checked_sub(2).and_then(|j| profile.get(j)).map_or(0.0, |p| f64::from(*p));
    (0..profile.len()).map(|i| KERNEL.iter().enumerate().map(|(k, weight)| weight * at(i, k)).sum()).collect()
}

/// The cuts that gain most: rewards less the squared deviation of each gap from the pitch.
///
/// The border cells may be cut down to half a pitch or widened to 1.3 before they cost.
pub(super) fn best_cuts(rewards: &[f64], pitch: f64) -> Vec<usize> {
    let n = rewards.len();
    let border = |gap: usize| {
        let gap = gap as f64;
        let short = (0.5 * pitch - gap).max(0.0) / pitch;
        let long = (gap - 1.3 * pitch).max(0.0) / pitch;
        (STIFF * (4.0 * short * short + 8.0 * long * long) + if short > 0.0 { 1.2 } else { 0.0 }) as f32
    };
    let steps = Steps::of(pitch, STIFF, 0.6);
    let reach = (1.45 * pitch) as usize + 1;
    let first = |x: usize| if x <= reach { -border(x) } else { f32::NEG_INFINITY };
    let mut best = vec![f32::NEG_INFINITY; n];
    for x in 1..n {
        let (first, after) = (first(x), steps.best(&best, x));
        best[x] = rewards[x] as f32 + if after > first { after } else { first };
    }
    let end = |x: usize| best[x] - border(n - x);
    let last = (n.saturating_sub(reach).max(1)..n).reduce(|a, b| if end(a) >= end(b) { a } else { b });
    let before = |&x: &usize| (steps.best(&best, x) > first(x)).then(|| steps.from(&best, x));
    let mut cuts: Vec<usize> = std::iter::successors(last, before).collect();
    cuts.reverse();
    cuts
}

/// The cuts with support and the cells between them, if there are enough; and the pitch of every place, as these tell it.
pub(super) fn drawn(rewards: &[f64], cuts: &[usize], pitch: Vec<f64>) -> (Option<Drawn>, Vec<f64>) {
    let lines = anchors(rewards, cuts);
    if lines.len() < FEW {
        return (None, pitch);
    }
    let pitch = local_pitch(&lines, &pitch);
    let at = |place: f64| pitch[(place as usize).min(pitch.len() - 1)];
    let cells = |pair: &[f64]| ((pair[1] - pair[0]) / at((pair[0] + pair[1]) / 2.0) + 0.5).max(1.0).trunc();
    let cells = lines.windows(2).map(cells).collect();
    (Some(Drawn { length: rewards.len() as f64, lines, cells }), pitch)
}

/// The pitch of every place as all cuts tell it: the mean of five cells.
pub(super) fn steps(cuts: &[usize], pitch: &[f64]) -> Vec<f64> {
    if cuts.len() < 3 {
        return pitch.to_vec();
    }
    let gap = |i: usize| {
        let (from, to) = (i.saturating_sub(2), (i + 3).min(cuts.len() - 1));
        (cuts[to] - cuts[from]) as f64 / (to - from) as f64
    };
    let mut cell = 0;
    let at = |x: usize| {
        while cell + 2 < cuts.len() && cuts[cell + 1] <= x {
            cell += 1;
        }
        gap(cell)
    };
    (0..pitch.len()).map(at).collect()
}

/// The cuts with enough support; at least the three best, if there are four.
fn anchors(rewards: &[f64], cuts: &[usize]) -> Vec<f64> {
    if cuts.len() < 4 {
        return Vec::new();
    }
    let supports: Vec<f64> = cuts.iter().map(|&cut| support(rewards, cut)).collect();
    let mut sorted = supports.clone();
    sorted.sort_unstable_by(f64::total_cmp);
    let third = sorted[sorted.len() - 3];
    let least = if third > ANCHOR { ANCHOR } else { third * 0.999_999 };
    cuts.iter().zip(supports).filter(|(_, support)| *support > least).map(|(cut, _)| *cut as f64).collect()
}

/// How much gaps between neighbouring supported lines differ from the pitch of their place, in cells: about 0.05 on a drawn
/// grid, and up to 0.25 where edges lie anywhere.
pub(super) fn unevenness(rewards: &[f64], lines: &[f64], pitch: &[f64]) -> f64 {
    let supported = |line: f64| is_drawn(rewards, line);
    let bends: Vec<f64> = lines
        .windows(2)
        .filter(|pair| supported(pair[0]) && supported(pair[1]))
        .map(|pair| ((pair[1] - pair[0]) / pitch[(pair[0] as usize).min(pitch.len() - 1)] - 1.0).abs())
        .collect();
    bends.iter().sum::<f64>() / bends.len().max(1) as f64
}

/// Whether an edge supports a line.
pub(super) fn is_drawn(rewards: &[f64], line: f64) -> bool {
    support(rewards, (line + 0.5) as usize) > ANCHOR
}

/// The strongest reward on a cut or beside it.
fn support(rewards: &[f64], cut: usize) -> f64 {
    let (from, to) = (cut.saturating_sub(1), (cut + 2).min(rewards.len()));
    rewards.get(from..to).unwrap_or(&[]).iter().copied().fold(0.0, f64::max)
}

/// The pitch of every place: the mean cell between anchors that are at most three cells apart, near ones counting most, held
/// by the mean of all.
fn local_pitch(anchors: &[f64], pitch: &[f64]) -> Vec<f64> {
    let at = |place: f64| pitch[(place as usize).min(pitch.len() - 1)];
    let gap = |pair: &[f64]| {
        let (middle, gap) = ((pair[0] + pair[1]) / 2.0, pair[1] - pair[0]);
        (middle, gap, (gap / at(middle) + 0.5).max(1.0).trunc())
    };
    let near: Vec<(f64, f64, f64)> = anchors.windows(2).map(gap).filter(|(_, _, cells)| *cells <= 3.0).collect();
    if near.len() < 3 {
        return pitch.to_vec();
    }
    let mean = near.iter().map(|gap| gap.1).sum::<f64>() / near.iter().map(|gap| gap.2).sum::<f64>();
    let reach = REACH * mean;
    let local = |place: usize| {
        let (mut length, mut cells) = (HOLD * mean, HOLD);
        for (middle, gap, count) in &near {
            let weight = 1.0 - (middle - place as f64).abs() / reach;
            if weight > 0.0 {
                length += weight * gap;
                cells += weight * count;
            }
        }
        length / cells
    };
    (0..pitch.len()).map(local).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comb(length: usize, pitch: f64, missing: std::ops::Range<usize>) -> Vec<f64> {
        let mut rewards = vec![0.0; length];
        for i in (1..).take_while(|i| *i as f64 * pitch < length as f64).filter(|i| !missing.contains(i)) {
            rewards[(i as f64 * pitch + 0.5) as usize] = 1.0;
        }
        rewards
    }

    #[test]
    fn drawn_lines_are_counted_by_the_pitch_that_they_tell() {
        let rewards = comb(320, 10.7, 12..20);
        let cuts = best_cuts(&rewards, 11.0);
        let (drawn, pitch) = drawn(&rewards, &cuts, vec![11.0; 320]);
        let drawn = drawn.unwrap();
        assert_eq!(drawn.cells.iter().sum::<f64>(), 28.0);
        assert!(drawn.cells.contains(&9.0) && pitch.iter().all(|p| (p - 10.7).abs() < 0.2));
    }
}
