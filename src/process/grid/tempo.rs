//! Lines by following the pitch from cell to cell, as a listener follows a beat that grows slower and faster.

use super::steps::Steps;

/// Pitches that are followed: so many to either side of the mean one, each by so much larger than the one before.
const LEVELS: usize = 17;
const RATIO: f64 = 1.055;
/// Weight of the squared deviation of a cell from the pitch of its place; a strong line is worth 1.
const STIFF: f64 = 5.0;
/// What a change of the pitch by one level from one cell to the next costs.
const CHANGE: f32 = 0.1;
/// Weight of the squared distance, in levels, from the mean pitch.
const PULL: f32 = 0.001;

/// The cuts that gain most. Rewards count against their mean round about, so that more lines are no gain in themselves.
pub(super) fn cuts(rewards: &[f64], pitch: f64) -> Vec<usize> {
    let rewards = contrasts(rewards, pitch);
    let levels = levels(pitch).map(Level::of);
    let none = || vec![f32::NEG_INFINITY; rewards.len()];
    let mut paths = Paths { levels, ends: [(); LEVELS].map(|()| none()), starts: [(); LEVELS].map(|()| none()) };
    for (x, reward) in rewards.iter().enumerate().skip(1) {
        for (i, level) in paths.levels.iter().enumerate() {
            let best = level.steps.best(&paths.starts[i], x);
            let first = border(x, level.pitch);
            paths.ends[i][x] = (if best > first { best } else { first }) + *reward as f32 - pull(i);
        }
        for i in 0..LEVELS {
            paths.starts[i][x] = paths.before(i, x).0;
        }
    }
    paths.back()
}

/// A pitch that is followed.
struct Level {
    pitch: f64,
    steps: Steps,
}

impl Level {
    fn of(pitch: f64) -> Self {
        Self { pitch, steps: Steps::of(pitch, STIFF, 0.62) }
    }
}

fn levels(pitch: f64) -> [f64; LEVELS] {
    let mut levels = [pitch; LEVELS];
    for i in LEVELS / 2 + 1..LEVELS {
        levels[i] = levels[i - 1] * RATIO;
        levels[LEVELS - 1 - i] = levels[LEVELS - i] / RATIO;
    }
    levels
}

fn pull(level: usize) -> f32 {
    let far = level as f32 - (LEVELS / 2) as f32;
    PULL * far * far
}

/// What a border cell costs; it may be cut down to a third of a pitch or widened to 1.3.
fn border(gap: usize, pitch: f64) -> f32 {
    let gap = gap as f64;
    let short = (0.35 * pitch - gap).max(0.0) / pitch;
    let long = (gap - 1.3 * pitch).max(0.0) / pitch;
    (-8.0 * short * short - 16.0 * long * long - if short > 0.0 { 1.2 } else { 0.0 }) as f32
}

/// By level, for a cut at each place: the best so far with the cell before it, and with the cell after it, of that level.
struct Paths {
    levels: [Level; LEVELS],
    ends: [Vec<f32>; LEVELS],
    starts: [Vec<f32>; LEVELS],
}

impl Paths {
    /// The best with a level for the next cell, and the level of the cell before.
    fn before(&self, level: usize, x: usize) -> (f32, usize) {
        let before = level.saturating_sub(1)..(level + 2).min(LEVELS);
        let gain = |before: usize| self.ends[before][x] - if before == level { 0.0 } else { CHANGE };
        before.fold(
            (f32::NEG_INFINITY, level),
            |best, before| {
                if gain(before) > best.0 { (gain(before), before) } else { best }
            },
        )
    }

    fn back(&self) -> Vec<usize> {
        let n = self.ends[0].len();
        let mut last = (f32::NEG_INFINITY, 0, 0);
        for x in n.saturating_sub((1.45 * self.levels[LEVELS - 1].pitch) as usize + 1).max(1)..n {
            for (i, level) in self.levels.iter().enumerate() {
                let gain = self.ends[i][x] + border(n - x, level.pitch);
                if gain > last.0 {
                    last = (gain, x, i);
                }
            }
        }
        let (_, mut x, mut level) = last;
        let mut cuts = Vec::new();
        while x > 0 {
            cuts.push(x);
            let Level { pitch, steps } = &self.levels[level];
            if steps.best(&self.starts[level], x) <= border(x, *pitch) {
                break;
            }
            x = steps.from(&self.starts[level], x);
            level = self.before(level, x).1;
        }
        cuts.reverse();
        cuts
    }
}

/// Rewards less their mean within a pitch to either side.
pub(super) fn contrasts(rewards: &[f64], pitch: f64) -> Vec<f64> {
    let mut sums = vec![0.0; rewards.len() + 1];
    for (i, reward) in rewards.iter().enumerate() {
        sums[i + 1] = sums[i] + reward;
    }
    let half = (pitch + 0.5) as usize;
    let mean = |i: usize| {
        let (from, to) = (i.saturating_sub(half), (i + half + 1).min(rewards.len()));
        (sums[to] - sums[from]) / (to - from) as f64
    };
    rewards.iter().enumerate().map(|(i, reward)| reward - mean(i)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines whose pitch swings by a quarter, of which every fifth is not drawn, over noise.
    fn swinging() -> (Vec<f64>, Vec<f64>) {
        let (mut lines, mut at, mut noise) = (Vec::new(), 4.0, 7u32);
        while at < 600.0 {
            lines.push(at);
            at += 12.0 * (1.0 + 0.25 * (at / 50.0f64).sin());
        }
        let mut rewards: Vec<f64> = (0..610)
            .map(|_| {
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                f64::from(noise >> 24) / 600.0
            })
            .collect();
        for (_, line) in lines.iter().enumerate().filter(|(i, _)| i % 5 != 0) {
            rewards[(line + 0.5) as usize] = 1.0;
        }
        (rewards, lines)
    }

    #[test]
    fn a_pitch_that_swings_is_followed() {
        let (rewards, lines) = swinging();
        for pitch in [11.0, 12.0, 13.2] {
            let cuts = cuts(&rewards, pitch);
            let near = |line: &&f64| cuts.iter().any(|cut| (*cut as f64 - **line).abs() < 3.0);
            assert!(lines.iter().filter(near).count() + 1 >= lines.len(), "{pitch}: {cuts:?}\n{lines:?}");
            assert!(cuts.len().abs_diff(lines.len()) <= 1, "{pitch}");
        }
    }

    #[test]
    fn more_lines_are_no_gain_in_themselves() {
        let rewards: Vec<f64> = (0..400).map(|x| if x % 20 == 10 { 1.0 } else { 0.3 }).collect();
        assert_eq!(cuts(&rewards, 20.0).len(), 20);
        assert_eq!(cuts(&rewards, 17.0).len(), 20);
    }
}
