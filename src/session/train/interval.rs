//! Means with bootstrap intervals, the same on every machine.

use serde::Serialize;

use crate::words::compare::Random;

/// A mean and the interval in which 95 of 100 resampled means lie, or more where several are looked at together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Interval {
    /// The mean.
    pub mean: i64,
    /// The lower end.
    pub low: i64,
    /// The upper end.
    pub high: i64,
}

const RESAMPLES: usize = 1999;

impl Interval {
    /// Of some values; without any it is zero.
    pub(super) fn of(values: &[i64]) -> Self {
        Self::among(values, 1)
    }

    /// One of several intervals that all hold together in 95 of 100 cases (Bonferroni).
    pub(super) fn among(values: &[i64], several: usize) -> Self {
        let mean = |sum: i64| sum / values.len().max(1) as i64;
        let mut random = Random::new(values.len() as u64);
        let mut means: Vec<i64> =
            (0..RESAMPLES).map(|_| mean(values.iter().map(|_| values[random.below(values.len())]).sum())).collect();
        means.sort_unstable();
        let tail = RESAMPLES / (40 * several.max(1));
        Self { mean: mean(values.iter().sum()), low: means[tail], high: means[RESAMPLES - 1 - tail] }
    }
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
        assert!(Interval::among(&[100, 300, 200, 400], 12).low <= few.low);
    }
}
