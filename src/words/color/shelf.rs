//! Colours side by side, of which the nearest is sought many times.

use super::{Lab, distance2};

/// So many colours are compared at once.
const LANES: usize = 8;

/// Colours as planes, filled up with ones that are infinitely far away.
pub(crate) struct Shelf(Vec<[[f32; LANES]; 3]>);

impl Shelf {
    pub fn of(colors: &[Lab]) -> Self {
        let lanes = |colors: &[Lab]| {
            let lane = |channel: usize| move |i: usize| colors.get(i).map_or(f32::INFINITY, |color| color[channel]);
            [0, 1, 2].map(|channel| std::array::from_fn(lane(channel)))
        };
        Self(colors.chunks(LANES).map(lanes).collect())
    }

    /// The index of the nearest colour; the lowest of equally near ones, 0 if there is none.
    pub fn nearest(&self, wanted: Lab) -> usize {
        self.least(|color| distance2(color, wanted))
    }

    /// The index of the colour for which a function is least; the lowest of equal ones.
    pub fn least(&self, far: impl Fn(Lab) -> f32) -> usize {
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
    fn the_nearest_is_the_one_that_a_search_finds() {
        let mut state = 5u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 26) as f32 / 64.0
        };
        let mut color = || [next(), next(), next()];
        for count in [0, 1, 7, 8, 9, 100] {
            let colors: Vec<Lab> = (0..count).map(|_| color()).collect();
            let shelf = Shelf::of(&colors);
            for _ in 0..200 {
                let wanted = color();
                assert_eq!(shelf.nearest(wanted), nearest_lab(colors.iter().copied(), wanted));
            }
        }
    }
}
