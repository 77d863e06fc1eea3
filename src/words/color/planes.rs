//! Colours as planes, for fast nearest-colour search.

use super::{Lab, distance2};

/// Colours compared at a time.
const LANES: usize = 8;

/// Colours in groups of [`LANES`], one array per channel, padded with colours that are infinitely far away.
pub(crate) struct ColorPlanes(Vec<[[f32; LANES]; 3]>);

impl ColorPlanes {
    pub(crate) fn of(colors: &[Lab]) -> Self {
        let lanes = |colors: &[Lab]| {
            let lane = |channel: usize| move |i: usize| colors.get(i).map_or(f32::INFINITY, |color| color[channel]);
            [0, 1, 2].map(|channel| std::array::from_fn(lane(channel)))
        };
        Self(colors.chunks(LANES).map(lanes).collect())
    }

    /// The index of the nearest colour; ties go to the lowest index, 0 if there is no colour.
    pub(crate) fn nearest(&self, wanted: Lab) -> usize {
        self.least(|color| distance2(color, wanted))
    }

    /// The index of the colour with the least value of a function; ties go to the lowest index.
    pub(crate) fn least(&self, far: impl Fn(Lab) -> f32) -> usize {
        let (mut best, mut at) = ([f32::INFINITY; LANES], [u32::MAX; LANES]);
        for (number, [l, a, b]) in self.0.iter().enumerate() {
            for i in 0..LANES {
                let far = far([l[i], a[i], b[i]]);
                let nearer = far < best[i];
                best[i] = if nearer { far } else { best[i] };
                at[i] = if nearer { number as u32 } else { at[i] };
            }
        }
        let place = |i: usize| at[i] as usize * LANES + i;
        let first = |i: usize, j: usize| {
            if best[j] < best[i] || (best[j] == best[i] && place(j) < place(i)) { j } else { i }
        };
        (0..LANES).filter(|i| at[*i] < u32::MAX).reduce(first).map_or(0, place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::color::nearest_lab;

    #[test]
    fn the_result_equals_that_of_a_linear_search() {
        let mut state = 5u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 26) as f32 / 64.0
        };
        let mut color = || [next(), next(), next()];
        for count in [0, 1, 7, 8, 9, 100] {
            let colors: Vec<Lab> = (0..count).map(|_| color()).collect();
            let planes = ColorPlanes::of(&colors);
            for _ in 0..200 {
                let wanted = color();
                assert_eq!(planes.nearest(wanted), nearest_lab(colors.iter().copied(), wanted));
            }
        }
    }
}
