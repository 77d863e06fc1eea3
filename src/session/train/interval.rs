//! Means with bootstrap intervals, the same on every machine.

use serde::Serialize;

/// A mean and the interval in which 95 of 100 resampled means lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Interval {
    /// The mean.
    pub mean: i64,
    /// The lower end.
    pub low: i64,
    /// The upper end.
    pub high: i64,
}

const RESAMPLES: usize = 999;

impl Interval {
    /// Of some values; without any it is zero.
    pub(super) fn of(values: &[i64]) -> Self {
        let mean = |sum: i64| sum / values.len().max(1) as i64;
        let mut chance = 0x9e37_79b9_7f4a_7c15_u64;
        let mut means: Vec<i64> = (0..RESAMPLES)
            .map(|_| mean(values.iter().map(|_| values[next(&mut chance) as usize % values.len()]).sum()))
            .collect();
        means.sort_unstable();
        Self {
            mean: mean(values.iter().sum()),
            low: means[RESAMPLES / 40],
            high: means[RESAMPLES - 1 - RESAMPLES / 40],
        }
    }
}

/// The next number of SplitMix64.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_holds_its_mean_and_narrows_with_more_values() {
        let few = Interval::of(&[100, 300, 200, 400]);
        let many = Interval::of(&[100, 300, 200, 400].repeat(25));
        assert!(few.low <= few.mean && few.mean <= few.high && few.mean == 250);
        assert!(many.high - many.low < (few.high - few.low) / 2);
        assert_eq!(Interval::of(&[]), Interval { mean: 0, low: 0, high: 0 });
        assert_eq!(few, Interval::of(&[100, 300, 200, 400]));
    }
}
