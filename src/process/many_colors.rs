//! Finished art of more colours, or pairs of a colour and an alpha, than there are indices.
//!
//! It is restored in a coarse copy of 32 levels a channel. Where that changes no pixel but its colour, which is the usual
//! case, the artist's own pixels take the place of the coarse ones.

use std::collections::BTreeSet;

use image::{Rgba, RgbaImage};

use crate::words::color::{Rgb, oklab};
use crate::words::raw::Raw;
use crate::words::recipe::{Alpha, GridChoice, Recipe};
use crate::words::sprite::Sprites;

use super::grid::{FirstLook, Grid};
use super::{Base, Detail, ProcessError, Trace, alpha, looked_at};

/// [`looked_at`] for finished art of many colours.
pub(super) fn traced(
    raws: &[Raw],
    grid: Grid,
    recipe: &Recipe,
    base: Option<&Base>,
    detail: Detail,
) -> Result<(Sprites, Trace), ProcessError> {
    let art: Vec<RgbaImage> = raws.iter().zip(&grid.lines).map(|(raw, lines)| cells(&raw.pixels, lines)).collect();
    let rough: Vec<Raw> = art.iter().map(|image| Raw::new(coarse(image))).collect();
    let recipe = Recipe { grid: GridChoice::Auto, ..recipe.clone() };
    let (mut sprites, trace) = looked_at(&rough, &recipe, base, detail, FirstLook::Coarse(grid.confidence))?;
    sprites.found.pitch = grid.pitch.map(|pitch| (1000.0 * pitch + 0.5) as u32);
    drop(rough);
    let alpha = alpha::resolved(recipe.alpha, true);
    if sprites.frames.iter().zip(&art).all(|(frame, art)| is_coarse(frame, art)) {
        sprites.frames.iter_mut().zip(&art).for_each(|(frame, art)| refine(frame, art, alpha));
        let colors = palette(&sprites.frames);
        sprites.found.metrics.insert("colors".to_owned(), colors.len() as i64);
        sprites.found.metrics.insert("residue".to_owned(), 0);
        sprites.found.palette = colors;
    }
    Ok((sprites, Trace { grid, ..trace }))
}

/// One pixel of every cell.
fn cells(image: &RgbaImage, lines: &[Vec<f64>; 2]) -> RgbaImage {
    let first =
        |axis: usize| -> Vec<u32> { [0].into_iter().chain(lines[axis].iter().map(|line| *line as u32)).collect() };
    let (columns, rows) = (first(0), first(1));
    let pixel = |x: u32, y: u32| *image.get_pixel(columns[x as usize], rows[y as usize]);
    RgbaImage::from_fn(columns.len() as u32, rows.len() as u32, pixel)
}

fn coarse(image: &RgbaImage) -> RgbaImage {
    let mut coarse = image.clone();
    coarse.pixels_mut().for_each(|pixel| *pixel = rough(*pixel));
    coarse
}

/// The pixel with 32 levels a channel.
fn rough(Rgba([r, g, b, alpha]): Rgba<u8>) -> Rgba<u8> {
    let level = |value: u8| value & 0xf8 | value >> 5;
    Rgba([level(r), level(g), level(b), alpha])
}

/// Whether a frame is the coarse copy of the art, where it is opaque.
fn is_coarse(frame: &RgbaImage, art: &RgbaImage) -> bool {
    let same = |(frame, art): (&Rgba<u8>, &Rgba<u8>)| frame.0[3] == 0 || frame.0[..3] == rough(*art).0[..3];
    frame.dimensions() == art.dimensions() && frame.pixels().zip(art.pixels()).all(same)
}

/// Gives the pixels of a frame the colours and the alpha of the art: there may be more pairs of the two than indices.
fn refine(frame: &mut RgbaImage, art: &RgbaImage, alpha: Alpha) {
    for (pixel, Rgba([r, g, b, value])) in frame.pixels_mut().zip(art.pixels()).filter(|(pixel, _)| pixel.0[3] > 0) {
        pixel.0 = [*r, *g, *b, alpha::level(alpha, *value)];
    }
}

/// The colours of the frames by lightness, then by value.
pub(super) fn palette(frames: &[RgbaImage]) -> Vec<Rgb> {
    let opaque = frames.iter().flat_map(|frame| frame.pixels()).filter(|pixel| pixel.0[3] > 0);
    let colors: BTreeSet<Rgb> = opaque.map(|Rgba([r, g, b, _])| Rgb([*r, *g, *b])).collect();
    let mut colors: Vec<(f32, Rgb)> = colors.into_iter().map(|color| (oklab(color)[0], color)).collect();
    colors.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    colors.into_iter().map(|(_, color)| color).collect()
}
