//! The box of what is drawn: flat ground around a small subject has no edges, so that windows and variances over the
//! whole picture say little about its grid.

use std::ops::Range;

/// The share of the edges that may lie outside the box at either end.
const OUTSIDE: f64 = 0.003;
/// The margin around the box, as a share of its length, and the least margin in pixels.
const MARGIN: f64 = 0.04;
const LEAST: usize = 4;
/// A box of at least this share of the axis is the whole axis.
const WHOLE: f64 = 0.8;
/// The shortest box, in pixels.
const SHORT: usize = 48;

/// The range of an axis that has edges, by its edge profile.
pub(super) fn range(profile: &[f32]) -> Range<usize> {
    let whole = 0..profile.len();
    let all: f64 = profile.iter().map(|edge| f64::from(*edge)).sum();
    let reaches = |share: f64| {
        let mut sum = 0.0;
        profile.iter().position(|edge| {
            sum += f64::from(*edge);
            sum > share * all
        })
    };
    let (Some(first), Some(last)) = (reaches(OUTSIDE), reaches(1.0 - OUTSIDE)) else { return whole };
    let margin = ((MARGIN * (last - first) as f64) as usize).max(LEAST);
    let found = first.saturating_sub(margin)..(last + margin).min(profile.len());
    if found.len() < SHORT || found.len() as f64 >= WHOLE * profile.len() as f64 { whole } else { found }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_box_holds_the_edges_of_a_small_subject() {
        let mut profile = vec![0.0; 1000];
        (0..30).for_each(|i| profile[400 + 10 * i] = 1.0);
        assert_eq!(range(&profile), 389..701);
        assert_eq!(range(&vec![1.0; 1000]), 0..1000);
        assert_eq!(range(&[0.0; 100]), 0..100);
    }
}
