//! Lines by following the pitch from cell to cell, as a listener follows a beat that grows slower and faster.

/// Pitches that are followed: so many to either side of the mean one, each by so much larger than the one before.
const LEVELS: usize = 17;
const RATIO: f64 = 1.055;
/// Weight of the squared deviation of a cell from the pitch of its place; a strong line is worth 1.
const STIFF: f64 = 5.0;
/// What a change of the pitch by one level from one cell to the next costs.
const CHANGE: f64 = 0.1;
/// Weight of the squared distance, in levels, from the mean pitch.
const PULL: f64 = 0.001;

/// The cuts that gain most. Rewards count against their mean round about, so that more lines are no gain in themselves.
pub(super) fn cuts(rewards: &[f64], pitch: f64) -> Vec<usize> {
    let rewards = contrasts(rewards, pitch);
    let n = rewards.len();
    let levels = levels(pitch);
    let mut paths = Paths { best: vec![[f64::NEG_INFINITY; LEVELS]; n], from: vec![[(0, 0); LEVELS]; n] };
    // For a cut at each place: the best with the next cell's level, and the level before.
    let mut next = vec![[(f64::NEG_INFINITY, 0u8); LEVELS]; n];
    for x in 1..n {
        for (level, &q) in levels.iter().enumerate() {
            let (mut best, mut from) = (border(x, q), (0, 0));
            let (least, most) = (((0.62 * q) as usize).max(2), (1.45 * q) as usize + 1);
            for gap in least..=most.min(x.saturating_sub(1)) {
                let bend = (gap as f64 - q) / q;
                let (before, level_before) = next[x - gap][level];
                let gain = before - STIFF * bend * bend;
                if gain > best {
                    (best, from) = (gain, (gap as u32, level_before));
                }
            }
            paths.best[x][level] = best + rewards[x] - pull(level);
            paths.from[x][level] = from;
        }
        next[x] = changed(&paths.best[x]);
    }
    paths.back(&levels)
}

/// The best with each level for the next cell, and the level of the cell before.
fn changed(best: &[f64; LEVELS]) -> [(f64, u8); LEVELS] {
    std::array::from_fn(|level| {
        let before = level.saturating_sub(1)..(level + 2).min(LEVELS);
        let gain = |before: usize| best[before] - if before == level { 0.0 } else { CHANGE };
        before.fold(
            (f64::NEG_INFINITY, 0),
            |next, before| {
                if gain(before) > next.0 { (gain(before), before as u8) } else { next }
            },
        )
    })
}

fn levels(pitch: f64) -> [f64; LEVELS] {
    let mut levels = [pitch; LEVELS];
    for i in LEVELS / 2 + 1..LEVELS {
        levels[i] = levels[i - 1] * RATIO;
        levels[LEVELS - 1 - i] = levels[LEVELS - i] / RATIO;
    }
    levels
}

fn pull(level: usize) -> f64 {
    let far = level as f64 - (LEVELS / 2) as f64;
    PULL * far * far
}

/// What a border cell costs; it may be cut down to half a pitch or widened to 1.3.
fn border(gap: usize, pitch: f64) -> f64 {
    let gap = gap as f64;
    let short = (0.5 * pitch - gap).max(0.0) / pitch;
    let long = (gap - 1.3 * pitch).max(0.0) / pitch;
    -8.0 * short * short - 16.0 * long * long - if short > 0.0 { 1.2 } else { 0.0 }
}

struct Paths {
    best: Vec<[f64; LEVELS]>,
    /// The gap before, 0 at the first cut, and the level before.
    from: Vec<[(u32, u8); LEVELS]>,
}

impl Paths {
    fn back(&self, levels: &[f64; LEVELS]) -> Vec<usize> {
        let n = self.best.len();
        let mut last = (f64::NEG_INFINITY, 0, 0);
        for x in n.saturating_sub((1.45 * levels[LEVELS - 1]) as usize + 1).max(1)..n {
            for (level, q) in levels.iter().enumerate() {
                let gain = self.best[x][level] + border(n - x, *q);
                if gain > last.0 {
                    last = (gain, x, level);
                }
            }
        }
        let (_, mut x, mut level) = last;
        let mut cuts = Vec::new();
        while x > 0 {
            cuts.push(x);
            let (gap, before) = self.from[x][level];
            if gap == 0 {
                break;
            }
            (x, level) = (x - gap as usize, usize::from(before));
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
