//! Toe coding: OKLab with a linear toe, so that one 8-bit level is about the same distance in shadows as in highlights.
//!
//! OKLab's cube root is so steep near black that the first level above it is as large a distance as 20 levels of grey.
//! Noise of one or two levels would then split black into several colours, and lighten colours close to black. The toe
//! undoes the cube root below [`TOE`], as transfer functions with a linear toe (sRGB, Rec. 709) do.

use crate::words::color::{Lab, cube_root};

/// The lightness (OKLab, 0 to 1) below which the cube root is undone: about 8-bit level 9.
pub(super) const TOE: f32 = 0.14;

/// Encodes an OKLab colour with the toe.
pub(super) fn toe_encode([l, a, b]: Lab) -> Lab {
    if l >= TOE {
        return [l, a, b];
    }
    let part = (l / TOE).max(0.0);
    [TOE / 3.0 * (2.0 + part * part * part), a * part, b * part]
}

/// Decodes a toe-coded colour: the inverse of [`toe_encode`].
pub(super) fn toe_decode([l, a, b]: Lab) -> Lab {
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
    fn decoding_inverts_encoding() {
        for color in [[0, 0, 0], [1, 1, 1], [3, 0, 9], [14, 12, 20], [40, 0, 0], [128, 128, 128], [255, 255, 255]] {
            assert_eq!(from_oklab(toe_decode(toe_encode(oklab(Rgb(color))))), Rgb(color));
        }
    }

    #[test]
    fn a_level_is_the_same_distance_in_shadows_and_highlights() {
        let step = |v: u8| distance(toe_encode(oklab(Rgb([v; 3]))), toe_encode(oklab(Rgb([v + 4; 3]))));
        assert!((0..250).all(|v| (0.008..0.024).contains(&step(v))));
        assert!(distance(oklab(Rgb([0; 3])), oklab(Rgb([4; 3]))) > 0.1);
    }
}
