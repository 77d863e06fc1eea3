//! Tracks grid lines whose pitch changes slowly: a Viterbi dynamic program over line positions and pitch levels.
//!
//! The states are (position, pitch level). A path scores the edges under its lines; every cell pays for its deviation
//! from the pitch of its level, and every change of level costs. Beat trackers for music follow a varying tempo in the
//! same way (Ellis, "Beat tracking by dynamic programming", 2007).

use super::transitions::Transitions;

/// The number of pitch levels around the initial pitch, and the ratio of neighbouring levels.
const LEVELS: usize = 17;
const RATIO: f64 = 1.055;
/// The cost of a squared deviation of a cell from its pitch level, relative to that pitch. A strong edge scores 1.
const STIFF: f64 = 5.0;
/// The cost of changing the pitch by one level between neighbouring cells.
const CHANGE: f32 = 0.1;
/// The cost of a squared distance of one level from the initial pitch, per cell.
const DEVIATION: f32 = 0.001;

/// The positions of the best lines, in pixels. `pitch` is the initial pitch in pixels.
///
/// The local mean of the edge scores is subtracted first, so that additional lines gain nothing by themselves.
pub(super) fn track(scores: &[f64], pitch: f64) -> Vec<usize> {
    let scores = local_contrast(scores, pitch);
    let levels = levels(pitch).map(Level::of);
    let none = || vec![f32::NEG_INFINITY; scores.len()];
    let mut trellis = Trellis { levels, ended: [(); LEVELS].map(|()| none()), starting: [(); LEVELS].map(|()| none()) };
    for (x, score) in scores.iter().enumerate().skip(1) {
        for (i, level) in trellis.levels.iter().enumerate() {
            let best = level.transitions.best(&trellis.starting[i], x);
            let first = border_score(x, level.pitch);
            trellis.ended[i][x] = (if best > first { best } else { first }) + *score as f32 - deviation_cost(i);
        }
        for i in 0..LEVELS {
            trellis.starting[i][x] = trellis.before(i, x).0;
        }
    }
    trellis.backtrack()
}

/// A pitch level.
struct Level {
    pitch: f64,
    transitions: Transitions,
}

impl Level {
    fn of(pitch: f64) -> Self {
        Self { pitch, transitions: Transitions::of(pitch, STIFF, 0.62) }
    }
}

/// The pitches of all levels, ascending; the middle one is `pitch`.
fn levels(pitch: f64) -> [f64; LEVELS] {
    let mut levels = [pitch; LEVELS];
    for i in LEVELS / 2 + 1..LEVELS {
        levels[i] = levels[i - 1] * RATIO;
        levels[LEVELS - 1 - i] = levels[LEVELS - i] / RATIO;
    }
    levels
}

/// The cost of a cell for the distance of its level from the initial pitch.
fn deviation_cost(level: usize) -> f32 {
    let far = level as f32 - (LEVELS / 2) as f32;
    DEVIATION * far * far
}

/// The score of a cell at the picture's border, at most 0. Lengths from 0.35 to 1.3 of the pitch are free: the border
/// may cut a cell.
fn border_score(gap: usize, pitch: f64) -> f32 {
    let gap = gap as f64;
    let short = (0.35 * pitch - gap).max(0.0) / pitch;
    let long = (gap - 1.3 * pitch).max(0.0) / pitch;
    (-8.0 * short * short - 16.0 * long * long - if short > 0.0 { 1.2 } else { 0.0 }) as f32
}

/// The best scores of paths that end in a line, by level and position.
struct Trellis {
    levels: [Level; LEVELS],
    /// The level is that of the cell before the line.
    ended: [Vec<f32>; LEVELS],
    /// The level is that of the cell after the line.
    starting: [Vec<f32>; LEVELS],
}

impl Trellis {
    /// The best score with the given level after the line, and the level before it.
    fn before(&self, level: usize, x: usize) -> (f32, usize) {
        let before = level.saturating_sub(1)..(level + 2).min(LEVELS);
        let score = |before: usize| self.ended[before][x] - if before == level { 0.0 } else { CHANGE };
        before.fold(
            (f32::NEG_INFINITY, level),
            |best, before| {
                if score(before) > best.0 { (score(before), before) } else { best }
            },
        )
    }

    /// Follows the best path back from the last line.
    fn backtrack(&self) -> Vec<usize> {
        let n = self.ended[0].len();
        let mut last = (f32::NEG_INFINITY, 0, 0);
        for x in n.saturating_sub((1.45 * self.levels[LEVELS - 1].pitch) as usize + 1).max(1)..n {
            for (i, level) in self.levels.iter().enumerate() {
                let score = self.ended[i][x] + border_score(n - x, level.pitch);
                if score > last.0 {
                    last = (score, x, i);
                }
            }
        }
        let (_, mut x, mut level) = last;
        let mut lines = Vec::new();
        while x > 0 {
            lines.push(x);
            let Level { pitch, transitions } = &self.levels[level];
            if transitions.best(&self.starting[level], x) <= border_score(x, *pitch) {
                break;
            }
            x = transitions.predecessor(&self.starting[level], x);
            level = self.before(level, x).1;
        }
        lines.reverse();
        lines
    }
}

/// Scores minus their mean within one pitch to either side.
pub(super) fn local_contrast(scores: &[f64], pitch: f64) -> Vec<f64> {
    let mut sums = vec![0.0; scores.len() + 1];
    for (i, score) in scores.iter().enumerate() {
        sums[i + 1] = sums[i] + score;
    }
    let half = (pitch + 0.5) as usize;
    let mean = |i: usize| {
        let (from, to) = (i.saturating_sub(half), (i + half + 1).min(scores.len()));
        (sums[to] - sums[from]) / (to - from) as f64
    };
    scores.iter().enumerate().map(|(i, score)| score - mean(i)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Noisy edge scores of lines whose pitch varies by a quarter; every fifth line has no edge.
    fn swinging() -> (Vec<f64>, Vec<f64>) {
        let (mut lines, mut at, mut noise) = (Vec::new(), 4.0, 7u32);
        while at < 600.0 {
            lines.push(at);
            at += 12.0 * (1.0 + 0.25 * (at / 50.0f64).sin());
        }
        let mut scores: Vec<f64> = (0..610)
            .map(|_| {
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                f64::from(noise >> 24) / 600.0
            })
            .collect();
        for (_, line) in lines.iter().enumerate().filter(|(i, _)| i % 5 != 0) {
            scores[(line + 0.5) as usize] = 1.0;
        }
        (scores, lines)
    }

    #[test]
    fn a_varying_pitch_is_tracked() {
        let (scores, lines) = swinging();
        for pitch in [11.0, 12.0, 13.2] {
            let tracked = track(&scores, pitch);
            let near = |line: &&f64| tracked.iter().any(|at| (*at as f64 - **line).abs() < 3.0);
            assert!(lines.iter().filter(near).count() + 1 >= lines.len(), "{pitch}: {tracked:?}\n{lines:?}");
            assert!(tracked.len().abs_diff(lines.len()) <= 1, "{pitch}");
        }
    }

    #[test]
    fn additional_lines_gain_nothing() {
        let scores: Vec<f64> = (0..400).map(|x| if x % 20 == 10 { 1.0 } else { 0.3 }).collect();
        assert_eq!(track(&scores, 20.0).len(), 20);
        assert_eq!(track(&scores, 17.0).len(), 20);
    }
}
