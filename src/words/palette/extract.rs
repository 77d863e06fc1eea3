//! The palette of a picture: exactly its colours.

use std::collections::HashSet;

use image::RgbaImage;

use crate::words::color::Rgb;

/// The distinct colours in reading order; what is more than half transparent is none.
pub fn exact(image: &RgbaImage) -> Vec<Rgb> {
    let mut seen = HashSet::new();
    opaque(image).filter(|&color| seen.insert(color)).collect()
}

/// Every pixel that is not more than half transparent.
pub fn opaque(image: &RgbaImage) -> impl Iterator<Item = Rgb> + '_ {
    image.pixels().filter(|pixel| pixel.0[3] >= 128).map(|pixel| Rgb([pixel.0[0], pixel.0[1], pixel.0[2]]))
}
