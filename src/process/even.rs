//! Even colours: OKLab in which a level of an 8-bit picture is about as much in the dark as in the light.
//!
//! OKLab's cube root makes the first level above black as much as 20 levels of grey. The eye does not see it, but noise of
//! one or two levels would split black into several colours, and pull whatever is nearly black towards the light.

use crate::words::color::{Lab, cube_root};

/// Below this lightness the cube root is undone. It is the lightness of about level 9.
pub(super) const TOE: f32 = 0.14;

/// A colour of OKLab as an even one.
pub(super) fn even([l, a, b]: Lab) -> Lab {
    if l >= TOE {
        return [l, a, b];
    }
    let part = (l / TOE).max(0.0);
    [TOE / 3.0 * (2.0 + part * part * part), a * part, b * part]
}

/// The colour of OKLab that an even one stands for.
pub(super) fn uneven([l, a, b]: Lab) -> Lab {
    if l >= TOE {
        return [l, a, b];
    }
    let part = cube_root((3.0 * l / TOE - 2.0).clamp(0.0, 1.0));
    if part > 0.0 { [TOE * part, a / part, b / part] } else { [0.0; 3] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::color::{Rgb, distance, from_oklab, oklab};

    #[test]
    fn even_colours_go_back() {
        for color in [[0, 0, 0], [1, 1, 1], [3, 0, 9], [14, 12, 20], [40, 0, 0], [128, 128, 128], [255, 255, 255]] {
            assert_eq!(from_oklab(uneven(even(oklab(Rgb(color))))), Rgb(color));
        }
    }

    #[test]
    fn a_level_is_as_much_in_the_dark_as_in_the_light() {
        let step = |v: u8| distance(even(oklab(Rgb([v; 3]))), even(oklab(Rgb([v + 4; 3]))));
        assert!((0..250).all(|v| (0.008..0.024).contains(&step(v))));
        assert!(distance(oklab(Rgb([0; 3])), oklab(Rgb([4; 3]))) > 0.1);
    }
}
