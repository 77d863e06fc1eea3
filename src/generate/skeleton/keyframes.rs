//! Postures between key postures.

/// A posture that can be mixed with another one.
pub(super) trait Mix: Copy {
    /// The posture at a share of the way to another one.
    fn mix(self, other: Self, share: f64) -> Self;
}

impl Mix for f64 {
    fn mix(self, other: Self, share: f64) -> Self {
        self + (other - self) * share
    }
}

impl<T: Mix, const N: usize> Mix for [T; N] {
    fn mix(self, other: Self, share: f64) -> Self {
        std::array::from_fn(|i| self[i].mix(other[i], share))
    }
}

/// The posture at a moment between 0 and 1. Each movement begins and ends gently.
pub(super) fn at<T: Mix>(keys: &[(f64, T)], moment: f64) -> Option<T> {
    let after = keys.iter().position(|(time, _)| *time >= moment).unwrap_or(keys.len().checked_sub(1)?);
    let (end, posture) = keys[after];
    let (start, before) = keys[after.saturating_sub(1)];
    let share = if end > start { ((moment - start) / (end - start)).clamp(0.0, 1.0) } else { 1.0 };
    Some(before.mix(posture, share * share * (3.0 - 2.0 * share)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_met_and_the_middle_lies_between() {
        let keys = [(0.0, 1.0), (0.5, 3.0), (1.0, 0.0)];
        assert_eq!([0.0, 0.25, 0.5, 1.0].map(|moment| at(&keys, moment)), [1.0, 2.0, 3.0, 0.0].map(Some));
        assert_eq!(at::<f64>(&[], 0.5), None);
    }
}
