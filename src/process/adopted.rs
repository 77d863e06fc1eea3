//! A person's own images: nothing is looked for in them, and nothing is changed.

use image::{Rgba, RgbaImage};

use crate::words::raw::Raw;
use crate::words::sprite::{Restoration, Sprites};

use super::ProcessError;
use super::many_colors::palette;

/// The raws as they are; what is transparent has no colour.
pub(super) fn sprites(raws: &[Raw]) -> Result<Sprites, ProcessError> {
    if raws.is_empty() || raws.iter().any(|raw| raw.pixels.is_empty()) {
        return Err(ProcessError::NoPixels);
    }
    let frames: Vec<RgbaImage> = raws.iter().map(|raw| without_hidden_colors(&raw.pixels)).collect();
    let palette = palette(&frames);
    let opaque = |pixel: &Rgba<u8>| pixel.0[3] > 0;
    let all: usize = frames.iter().map(|frame| (frame.width() * frame.height()) as usize).sum();
    let seen = frames.iter().flat_map(|frame| frame.pixels()).filter(|pixel| opaque(pixel)).count();
    let lowest =
        |frame: &RgbaImage| frame.enumerate_pixels().filter(|(.., pixel)| opaque(pixel)).map(|(_, y, _)| y + 1).max();
    let (width, height) = frames[0].dimensions();
    let metrics = [
        ("grid", 1000),
        ("colors", palette.len() as i64),
        ("coverage", (1000 * seen / all.max(1)) as i64),
        ("cells_w", width.into()),
        ("cells_h", height.into()),
    ];
    let found = Restoration {
        grid: [width, height],
        pitch: [1000; 2],
        palette,
        reduced: 0,
        baseline: frames.iter().filter_map(lowest).max().unwrap_or(height),
        metrics: metrics.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        ..Restoration::default()
    };
    Ok(Sprites { frames, found })
}

fn without_hidden_colors(image: &RgbaImage) -> RgbaImage {
    let mut image = image.clone();
    image.pixels_mut().filter(|pixel| pixel.0[3] == 0).for_each(|pixel| *pixel = Rgba([0; 4]));
    image
}
