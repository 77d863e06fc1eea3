//! The palette of a picture: exactly its colours, or as few as are asked for.

use std::collections::HashSet;

use image::RgbaImage;
use quantette::deps::palette::Srgb;
use quantette::kmeans::KmeansOptions;
use quantette::{PaletteSize, Pipeline};

use crate::color::Rgb;

/// The distinct colours in reading order; what is more than half transparent is none.
pub fn exact(image: &RgbaImage) -> Vec<Rgb> {
    let mut seen = HashSet::new();
    opaque(image).filter(|&color| seen.insert(color)).collect()
}

/// At most `count` colours that stand for all of the picture, from dark to light.
///
/// They are found by k-means in OKLab, which uses the platform's floating point: good for making a palette file once,
/// not for making sprites.
pub fn reduced(image: &RgbaImage, count: u16) -> Vec<Rgb> {
    let pixels: Vec<_> = opaque(image).map(|Rgb([r, g, b])| Srgb::new(r, g, b)).collect();
    let size = PaletteSize::try_from(count.clamp(1, 256)).unwrap_or(PaletteSize::MAX);
    let pipeline = Pipeline::new().palette_size(size).ditherer(None).quantize_method(KmeansOptions::new());
    let Ok(input) = pipeline.input_slice(&pixels) else { return Vec::new() };
    let mut colors: Vec<_> = input.output_srgb8_palette().iter().map(|c| Rgb([c.red, c.green, c.blue])).collect();
    colors.sort_by_key(|&color| (luma(color), color));
    colors.dedup();
    colors
}

fn opaque(image: &RgbaImage) -> impl Iterator<Item = Rgb> + '_ {
    image.pixels().filter(|pixel| pixel.0[3] >= 128).map(|pixel| Rgb([pixel.0[0], pixel.0[1], pixel.0[2]]))
}

fn luma(Rgb([r, g, b]): Rgb) -> u32 {
    299 * u32::from(r) + 587 * u32::from(g) + 114 * u32::from(b)
}
