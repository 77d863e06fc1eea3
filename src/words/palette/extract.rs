//! Extracts the colours of an image.

use std::collections::HashSet;

use image::RgbaImage;

use crate::words::color::Rgb;

/// The distinct colours in reading order; pixels with alpha below 128 are ignored.
pub fn exact(image: &RgbaImage) -> Vec<Rgb> {
    let mut seen = HashSet::new();
    opaque(image).filter(|&color| seen.insert(color)).collect()
}

/// The colours of all pixels with alpha of at least 128.
pub fn opaque(image: &RgbaImage) -> impl Iterator<Item = Rgb> + '_ {
    image.pixels().filter(|pixel| pixel.0[3] >= 128).map(|pixel| Rgb([pixel.0[0], pixel.0[1], pixel.0[2]]))
}
