//! Restoring: the raws of a group become true pixel art.
//!
//! Every step is a pure function over plain data. The grid comes first; the background goes on the logical picture, where
//! it is a few cells and not a million noisy pixels. Nothing here depends on the machine or on the number of threads: no
//! function of the platform's mathematics library, no sum in parallel, and every tie ends in the index.
//!
//! This module is of use without the rest of the crate. [`process()`] takes one picture, or several that belong together
//! (the frames of an animation: one grid, one palette, one baseline), and a [`Recipe`] that says what is wanted of them:
//!
//! ```
//! use dgx_pixels::manifest::{Recipe, Size};
//! use dgx_pixels::process::{gate, process};
//! use dgx_pixels::raw::Raw;
//! use image::{Rgba, RgbaImage};
//!
//! // Or `image::open("knight.png")?.to_rgba8()`: here a gem of 12x12 cells, 7.5 pixels each, on magenta.
//! let raw = RgbaImage::from_fn(90, 90, |x, y| {
//!     let (x, y) = (x * 2 / 15, y * 2 / 15);
//!     match x.abs_diff(6) + y.abs_diff(6) {
//!         0..=1 => Rgba([190, 240, 255, 255]),
//!         2..=3 => Rgba([60, 150, 230, 255]),
//!         4 => Rgba([24, 30, 60, 255]),
//!         _ => Rgba([255, 0, 255, 255]),
//!     }
//! });
//! let recipe = Recipe { size: Size::Frame([16, 16]), ..Recipe::default() };
//! let sprites = process(&[Raw::new(raw)], &recipe, None)?;
//!
//! let sprite = &sprites.frames[0]; // an image::RgbaImage, alpha 0 or 255
//! assert_eq!(sprite.dimensions(), (16, 16));
//! assert_eq!(sprites.found.grid, [12, 12]);
//! assert_eq!(sprites.found.palette.len(), 3);
//! assert!(gate::verdict(&sprites.found.figures, &recipe).passes());
//! # Ok::<(), dgx_pixels::process::ProcessError>(())
//! ```
//!
//! - What may be wished for (palette, number of colours, a given grid, background, outline, clean-up): [`Recipe`]. It can
//!   be read from TOML, too: [`parse_recipe_file`](crate::manifest::parse_recipe_file).
//! - How sure it is: `found.figures`, whole numbers that [`gate`] documents. `grid` is the confidence; a picture without
//!   any grid has next to none, and is better drawn again than restored.
//! - What it saw: [`explain`](mod@explain) draws grid, confidence, colours and residue over the raw.
//! - One of the steps alone: [`quantize`] reduces and maps colours.
//!
//! `examples/restore.rs` is a whole program, `docs/restoration.md` tells how the steps work and where they fail.

mod canvas;
mod cleanup;
mod error;
mod even;
pub mod explain;
mod figures;
mod fit;
pub mod gate;
mod grid;
mod matte;
mod outline;
mod picture;
pub mod quantize;
mod reduce;
mod snap;
mod tile;

use rayon::prelude::*;

use crate::words::color::{Lab, Rgb, oklab};
use crate::words::raw::Raw;
use crate::words::recipe::{Dither, PaletteChoice, Recipe};
use crate::words::sprite::{Found, Sprites};

pub use error::ProcessError;

use canvas::canvas;
use figures::Restored;
use fit::Fitted;
use grid::Grid;
use picture::Picture;
use quantize::Quantized;

/// The version of this restoration, part of every sprite's key: it rises when any pixel of any result may change.
pub const VERSION: u32 = 3;

/// What a group has in common with its base (`of`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// The base's colours.
    pub palette: Vec<Rgb>,
    /// The base's whole-step reduction, 1 to 8.
    pub reduced: u32,
    /// The row, from the top of the frame, on which the base stands.
    pub baseline: u32,
}

/// Restores a group: one vote on the grid, one palette, one reduction and one place for all its raws.
///
/// The frames come in the order of the raws. `base` is what the group takes over from another one, as an animation does from
/// its sprite. A picture without a grid is no error: its `grid` figure says so. An error is told where there are no
/// pixels, nothing but background, or a grid or a size that the raws cannot have.
pub fn process(raws: &[Raw], recipe: &Recipe, base: Option<&Base>) -> Result<Sprites, ProcessError> {
    traced(raws, recipe, base).map(|(sprites, _)| sprites)
}

/// What is seen on the way.
struct Traced {
    grid: Grid,
    /// The pictures on the grid, and their colours, before they are fitted.
    pictures: Vec<Picture>,
    palette: Vec<Rgb>,
}

fn traced(raws: &[Raw], recipe: &Recipe, base: Option<&Base>) -> Result<(Sprites, Traced), ProcessError> {
    if raws.is_empty() || raws.iter().any(|raw| raw.pixels.is_empty()) {
        return Err(ProcessError::NoPixels);
    }
    let canvases: Vec<_> = raws.par_iter().map(canvas).collect();
    let grid = grid::vote(raws, &canvases, recipe.grid)?;
    let cells = snap::snap(&canvases, &grid);
    let opaque: Vec<_> = cells.par_iter().map(|cells| matte::matte(cells, recipe)).collect();
    if !opaque.iter().flatten().any(|&opaque| opaque) {
        return Err(ProcessError::Empty);
    }
    let found = quantize::quantize(&cells, &opaque);
    let colors = found.palette.len();
    let wanted = quantize::wanted(&found, recipe, base);
    let mapped = mapped(found, wanted.as_deref(), recipe.dither);
    let residue = figures::residue(&cells, &mapped.pictures, &labs(&mapped.palette));
    let seen = (mapped.pictures.clone(), mapped.palette.clone());
    let (fitted, palette) = fitted(mapped, wanted, recipe, base)?;
    let restored = Restored { grid: &grid, cells: &cells, opaque: &opaque, colors, residue };
    let sprites = Sprites {
        frames: fitted.pictures.iter().map(|picture| picture.colored(&palette)).collect(),
        found: Found {
            grid: [cells[0].width as u32, cells[0].height as u32],
            pitch: grid.pitch.map(|pitch| (1000.0 * pitch + 0.5) as u32),
            reduced: fitted.reduced,
            baseline: fitted.baseline,
            figures: figures::figures(&restored, &fitted, &labs(&palette), recipe),
            palette,
        },
    };
    Ok((sprites, Traced { grid, pictures: seen.0, palette: seen.1 }))
}

/// Maps the wanted palette before anything is reduced, so that the vote of a block is among the final colours; dither
/// has to wait for the final pixels.
fn mapped(found: Quantized, wanted: Option<&[Rgb]>, dither: Dither) -> Quantized {
    match (wanted, dither) {
        (Some(palette), Dither::None) => quantize::mapped(found, palette.to_vec()),
        _ => found,
    }
}

/// Fits the pictures into the frame, cleans them up and draws the outline; with the colours that they then have.
fn fitted(
    mut mapped: Quantized,
    wanted: Option<Vec<Rgb>>,
    recipe: &Recipe,
    base: Option<&Base>,
) -> Result<(Fitted, Vec<Rgb>), ProcessError> {
    if recipe.cleanup.dust {
        mapped.pictures.iter_mut().for_each(cleanup::dust);
    }
    let mut fitted = fit::fit(&mapped.pictures, &labs(&mapped.palette), recipe, base)?;
    mapped.pictures = std::mem::take(&mut fitted.pictures);
    if let (Some(palette), Dither::Ordered) = (wanted, recipe.dither) {
        mapped = quantize::dithered(mapped, palette);
    }
    let labs = labs(&mapped.palette);
    for picture in &mut mapped.pictures {
        if recipe.cleanup.orphans {
            cleanup::orphans(picture, &labs);
        }
        if recipe.cleanup.jaggies {
            cleanup::jaggies(picture);
        }
        outline::outline(picture, &labs, recipe.outline);
    }
    let given = matches!(recipe.palette, PaletteChoice::Given(_));
    let Quantized { pictures, palette } = quantize::trimmed(mapped, !given);
    Ok((Fitted { pictures, ..fitted }, palette))
}

fn labs(palette: &[Rgb]) -> Vec<Lab> {
    palette.iter().map(|&rgb| oklab(rgb)).collect()
}

#[cfg(test)]
mod tests;
