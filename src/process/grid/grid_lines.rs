//! The grid lines of one axis from its edge profile, and which of them edges support.

use super::kriging::Anchors;
use super::transitions::Transitions;

/// The cost of a squared deviation of a cell from the pitch, relative to the pitch. A strong edge scores 1.
const STIFFNESS: f64 = 2.0;
/// The weight of the mean pitch in the local pitch, in cells.
const HOLD: f64 = 10.0;
/// The support (edge score, 0 to 1) above which a line is an anchor.
const ANCHOR: f64 = 0.22;
/// The least number of anchors that determine the pitch.
const FEW: usize = 3;
/// The distance, in cells, up to which anchors contribute to the local pitch.
const REACH: f64 = 20.0;

/// Edge scores, 0 to 1: the profile divided by its local root mean square and capped, so that they are comparable along
/// the axis.
pub(super) fn edge_scores(profile: &[f32]) -> Vec<f64> {
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

/// Convolves with a Gaussian, sigma 0.8 pixels.
fn smooth(profile: &[f32]) -> Vec<f64> {
    const KERNEL: [f64; 5] = [0.021_930, 0.228_509, 0.499_122, 0.228_509, 0.021_930];
    let at = |i: usize, k: usize| (i + k).checked_sub(2).and_then(|j| profile.get(j)).map_or(0.0, |p| f64::from(*p));
    (0..profile.len()).map(|i| KERNEL.iter().enumerate().map(|(k, weight)| weight * at(i, k)).sum()).collect()
}

/// The lines of a fixed pitch, in pixels, with the best sum of edge scores minus squared deviations of the cells from
/// the pitch (dynamic programming).
///
/// Cells at the border may be 0.5 to 1.3 pitches long at no cost.
pub(super) fn best_lines(scores: &[f64], pitch: f64) -> Vec<usize> {
    let n = scores.len();
    let border = |gap: usize| {
        let gap = gap as f64;
        let short = (0.5 * pitch - gap).max(0.0) / pitch;
        let long = (gap - 1.3 * pitch).max(0.0) / pitch;
        (STIFFNESS * (4.0 * short * short + 8.0 * long * long) + if short > 0.0 { 1.2 } else { 0.0 }) as f32
    };
    let transitions = Transitions::of(pitch, STIFFNESS, 0.6);
    let reach = (1.45 * pitch) as usize + 1;
    let first = |x: usize| if x <= reach { -border(x) } else { f32::NEG_INFINITY };
    let mut best = vec![f32::NEG_INFINITY; n];
    for x in 1..n {
        let (first, after) = (first(x), transitions.best(&best, x));
        best[x] = scores[x] as f32 + if after > first { after } else { first };
    }
    let end = |x: usize| best[x] - border(n - x);
    let last = (n.saturating_sub(reach).max(1)..n).reduce(|a, b| if end(a) >= end(b) { a } else { b });
    let before = |&x: &usize| (transitions.best(&best, x) > first(x)).then(|| transitions.predecessor(&best, x));
    let mut lines: Vec<usize> = std::iter::successors(last, before).collect();
    lines.reverse();
    lines
}

/// The anchors among the lines, if there are enough, and the local pitch at every pixel that they determine.
pub(super) fn anchored(scores: &[f64], lines: &[usize], pitch: Vec<f64>) -> (Option<Anchors>, Vec<f64>) {
    let lines = strong_lines(scores, lines);
    if lines.len() < FEW {
        return (None, pitch);
    }
    let pitch = local_pitch(&lines, &pitch);
    let at = |position: f64| pitch[(position as usize).min(pitch.len() - 1)];
    let cells = |pair: &[f64]| ((pair[1] - pair[0]) / at((pair[0] + pair[1]) / 2.0) + 0.5).max(1.0).trunc();
    let cells = lines.windows(2).map(cells).collect();
    (Some(Anchors { length: scores.len() as f64, lines, cells }), pitch)
}

/// The pitch at every pixel: the mean of five cells around it.
pub(super) fn smoothed_pitch(lines: &[usize], pitch: &[f64]) -> Vec<f64> {
    if lines.len() < 3 {
        return pitch.to_vec();
    }
    let gap = |i: usize| {
        let (from, to) = (i.saturating_sub(2), (i + 3).min(lines.len() - 1));
        (lines[to] - lines[from]) as f64 / (to - from) as f64
    };
    let mut cell = 0;
    let at = |x: usize| {
        while cell + 2 < lines.len() && lines[cell + 1] <= x {
            cell += 1;
        }
        gap(cell)
    };
    (0..pitch.len()).map(at).collect()
}

/// The lines with enough support: at least the three best, provided that there are four lines.
fn strong_lines(scores: &[f64], lines: &[usize]) -> Vec<f64> {
    if lines.len() < 4 {
        return Vec::new();
    }
    let supports: Vec<f64> = lines.iter().map(|&line| support(scores, line)).collect();
    let mut sorted = supports.clone();
    sorted.sort_unstable_by(f64::total_cmp);
    let third = sorted[sorted.len() - 3];
    let least = if third > ANCHOR { ANCHOR } else { third * 0.999_999 };
    lines.iter().zip(supports).filter(|(_, support)| *support > least).map(|(line, _)| *line as f64).collect()
}

/// The mean deviation of cells between neighbouring supported lines from the local pitch, in cells: about 0.05 for real
/// grids, up to 0.25 for edges at random positions.
pub(super) fn unevenness(scores: &[f64], lines: &[f64], pitch: &[f64]) -> f64 {
    let supported = |line: f64| is_supported(scores, line);
    let deviations: Vec<f64> = lines
        .windows(2)
        .filter(|pair| supported(pair[0]) && supported(pair[1]))
        .map(|pair| ((pair[1] - pair[0]) / pitch[(pair[0] as usize).min(pitch.len() - 1)] - 1.0).abs())
        .collect();
    deviations.iter().sum::<f64>() / deviations.len().max(1) as f64
}

/// Whether an edge supports a line.
pub(super) fn is_supported(scores: &[f64], line: f64) -> bool {
    support(scores, (line + 0.5) as usize) > ANCHOR
}

/// The share of the lines from the first supported one to the last that are supported.
pub(super) fn supported_share(scores: &[f64], lines: &[f64]) -> f64 {
    let supported: Vec<usize> = (0..lines.len()).filter(|&i| is_supported(scores, lines[i])).collect();
    match supported[..] {
        [first, .., last] => supported.len() as f64 / (last - first + 1) as f64,
        _ => 0.0,
    }
}

/// The highest edge score on a line or next to it.
fn support(scores: &[f64], line: usize) -> f64 {
    let (from, to) = (line.saturating_sub(1), (line + 2).min(scores.len()));
    scores.get(from..to).unwrap_or(&[]).iter().copied().fold(0.0, f64::max)
}

/// The local pitch at every pixel: the weighted mean cell between anchors at most three cells apart. Weights fall
/// linearly with the distance; the mean of all cells regularises.
fn local_pitch(anchors: &[f64], pitch: &[f64]) -> Vec<f64> {
    let at = |position: f64| pitch[(position as usize).min(pitch.len() - 1)];
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
    let local = |position: usize| {
        let (mut length, mut cells) = (HOLD * mean, HOLD);
        for (middle, gap, count) in &near {
            let weight = 1.0 - (middle - position as f64).abs() / reach;
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
        let mut scores = vec![0.0; length];
        for i in (1..).take_while(|i| *i as f64 * pitch < length as f64).filter(|i| !missing.contains(i)) {
            scores[(i as f64 * pitch + 0.5) as usize] = 1.0;
        }
        scores
    }

    #[test]
    fn cells_between_anchors_are_counted_with_the_local_pitch() {
        let scores = comb(320, 10.7, 12..20);
        let lines = best_lines(&scores, 11.0);
        let (anchors, pitch) = anchored(&scores, &lines, vec![11.0; 320]);
        let anchors = anchors.unwrap();
        assert_eq!(anchors.cells.iter().sum::<f64>(), 28.0);
        assert!(anchors.cells.contains(&9.0) && pitch.iter().all(|p| (p - 10.7).abs() < 0.2));
    }
}
