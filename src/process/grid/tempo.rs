//! Lines by following the pitch from cell to cell, as a listener follows a beat that grows slower and faster.

/// Pitches that are followed: so many to either side of the mean one, each by so much larger than the one before.
const LEVELS: usize = 17;
const RATIO: f64 = 1.055;
/// Weight of the squared deviation of a cell from the pitch of its place; a strong line is worth 1.
const STIFF: f64 = 5.0;
/// What a change of the pitch by one level from one cell to the next costs.
const CHANGE: f64 = 0.12;
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
            paths.best[x][level] = start(x, q) + rewards[x] - pull(level);
            let (least, most) = (((0.62 * q) as usize).max(2), (1.45 * q) as usize + 1);
            for gap in least..=most.min(x.saturating_sub(1)) {
                let bend = (gap as f64 - q) / q;
                let (before, level_before) = next[x - gap][level];
                let gain = before - STIFF * bend * bend - pull(level) + rewards[x];
                if gain > paths.best[x][level] {
                    paths.best[x][level] = gain;
                    paths.from[x][level] = (gap as u32, level_before);
                }
            }
        }
        for level in 0..LEVELS {
            for before in level.saturating_sub(1)..(level + 2).min(LEVELS) {
                let gain = paths.best[x][before] - if before == level { 0.0 } else { CHANGE };
                if gain > next[x][level].0 {
                    next[x][level] = (gain, before as u8);
                }
            }
        }
    }
    paths.back(&levels)
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
fn start(gap: usize, pitch: f64) -> f64 {
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
                let gain = self.best[x][level] + start(n - x, *q);
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
