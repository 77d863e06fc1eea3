//! The track of a subject over its frames along one axis, and whether it looks drawn or drifted.

/// The least reach of a drawn motion that need not end where it began, in pixels.
const FAR: isize = 7;
/// The same as a share of the subject: one part in so many.
const PART: isize = 4;

/// How a subject moves along an axis over the frames of an animation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Track {
    /// Not at all.
    Still,
    /// Along a curve that an artist would draw: once there and back, or far in one direction.
    Curve,
    /// Neither.
    Drift,
}

/// Judges the places of a subject of this length in all frames.
pub(super) fn track(places: &[isize], length: usize) -> Track {
    let reach = reach(places);
    if reach == 0 {
        return Track::Still;
    }
    let far = is_far(reach, length);
    let wrap = places.first().zip(places.last()).map_or(0, |(first, last)| (first - last).abs());
    let step = places.windows(2).map(|two| (two[1] - two[0]).abs()).max().unwrap_or(0);
    let drawn = turns(places) <= 2 && places.len() > 2 && (wrap <= step.min(reach - 1).max(1) || far);
    if drawn { Track::Curve } else { Track::Drift }
}

/// The difference between the farthest places.
pub(super) fn reach(places: &[isize]) -> isize {
    let least = places.iter().min().copied().unwrap_or(0);
    places.iter().max().map_or(0, |most| most - least)
}

/// Whether a subject of this length moves too far for a drift.
pub(super) fn is_far(reach: isize, length: usize) -> bool {
    reach >= FAR.max(length as isize / PART)
}

/// Whether both halves of the frames follow the same track, as the two steps of a run do.
pub(super) fn is_repeated(places: &[isize]) -> bool {
    let half = places.len() / 2;
    places.len().is_multiple_of(2) && half > 1 && places[..half] == places[half..]
}

/// How often the direction changes, round the loop.
fn turns(places: &[isize]) -> usize {
    let next = places.iter().cycle().skip(1);
    let steps: Vec<isize> = places.iter().zip(next).map(|(a, b)| (b - a).signum()).filter(|step| *step != 0).collect();
    steps.iter().zip(steps.iter().cycle().skip(1)).filter(|(a, b)| a != b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_are_told_from_drifts() {
        assert_eq!(track(&[3; 6], 20), Track::Still);
        for curve in [
            &[0, 0, -4, -7, -7, -4, 0][..],
            &[0, 1, 2, 1, 0, -1, -2, -1],
            &[0, 1, 1, 0],
            &[0, 0, 1, 1],
            &[0, 0, 3, 7, 7],
        ] {
            assert_eq!(track(curve, 20), Track::Curve, "{curve:?}");
        }
        for drift in [&[0, 2, 0, 2][..], &[0, 0, 1, 1, 2, 2], &[1, -2, 0, 2, -1, 1], &[0, 2, -1, 2, 0, -2, 1, 0]] {
            assert_eq!(track(drift, 20), Track::Drift, "{drift:?}");
        }
        assert!(is_repeated(&[0, 1, 2, 0, 1, 2]) && !is_repeated(&[0, 1, 2, 0, 1, 1]));
    }
}
