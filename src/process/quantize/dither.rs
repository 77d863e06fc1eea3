//! Ordered dithering with a 4x4 Bayer matrix between two colours of the palette.

use crate::words::color::{Lab, Rgb, distance2, nearest_lab, oklab};

use super::super::picture::{CLEAR, Picture};
use super::Quantized;

/// Bayer's threshold matrix (1973), in sixteenths.
const BAYER: [[u8; 4]; 4] = [[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]];

/// The mixture for one colour: the nearest palette colour, its partner, and the partner's share in sixteenths.
type Mix = (u16, u16, u8);

/// Maps pictures to a palette with dithering.
pub(in crate::process) fn dithered(quantized: Quantized, palette: Vec<Rgb>) -> Quantized {
    let labs: Vec<Lab> = palette.iter().map(|&rgb| oklab(rgb)).collect();
    let mixes: Vec<Mix> = quantized.palette.iter().map(|&rgb| mix(oklab(rgb), &labs)).collect();
    let pictures = quantized.pictures.iter().map(|picture| dithered_one(picture, &mixes)).collect();
    Quantized { pictures, palette }
}

fn dithered_one(picture: &Picture, mixes: &[Mix]) -> Picture {
    let pixels = picture.enumerate_pixels().map(|(x, y, index)| match mixes.get(usize::from(index)) {
        Some(&(near, partner, share)) => {
            let threshold = BAYER[y as usize % 4][x as usize % 4];
            if share > threshold { partner } else { near }
        }
        None => CLEAR,
    });
    Picture { pixels: pixels.collect(), ..*picture }
}

/// The mixture of two palette colours that approximates a colour: its nearest colour, and the colour nearest to the
/// mirror image of that.
fn mix(color: Lab, palette: &[Lab]) -> Mix {
    let near = nearest_lab(palette.iter().copied(), color);
    let from = palette.get(near).copied().unwrap_or(color);
    let mirrored = [0, 1, 2].map(|i| 2.0 * color[i] - from[i]);
    let partner = nearest_lab(palette.iter().copied(), mirrored);
    let to = palette.get(partner).copied().unwrap_or(from);
    let length = distance2(from, to);
    let along: f32 = (0..3).map(|i| (color[i] - from[i]) * (to[i] - from[i])).sum();
    let share = if length > 0.0 { (along / length).clamp(0.0, 0.5) } else { 0.0 };
    (near as u16, partner as u16, (16.0 * share + 0.5) as u8)
}
