//! Restoring: the raws of a group become true pixel art.
//!
//! Every step is a pure function over plain data. The grid comes first; the background goes on the logical picture, where
//! it is a few cells and not a million noisy pixels. Nothing here depends on the machine or on the number of threads: no
//! function of the platform's mathematics library, no sum in parallel, and every tie ends in the index.

mod canvas;
mod cleanup;
mod error;
mod even;
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

use crate::color::{Lab, Rgb, oklab};
use crate::manifest::{Dither, PaletteChoice, Recipe};
use crate::raw::Raw;
use crate::sprite::{Found, Sprites};

pub use error::ProcessError;

use canvas::canvas;
use figures::Restored;
use fit::Fitted;
use quantize::Quantized;

/// The version of this restoration, part of every sprite's key: it rises when any pixel of any result may change.
pub const VERSION: u32 = 1;

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
pub fn process(raws: &[Raw], recipe: &Recipe, base: Option<&Base>) -> Result<Sprites, ProcessError> {
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
    let (fitted, palette) = fitted(mapped, wanted, recipe, base)?;
    let restored = Restored { grid: &grid, cells: &cells, opaque: &opaque, colors, residue };
    Ok(Sprites {
        frames: fitted.pictures.iter().map(|picture| picture.colored(&palette)).collect(),
        found: Found {
            grid: [cells[0].width as u32, cells[0].height as u32],
            pitch: grid.pitch.map(|pitch| (1000.0 * pitch + 0.5) as u32),
            reduced: fitted.reduced,
            baseline: fitted.baseline,
            figures: figures::figures(&restored, &fitted, &labs(&palette), recipe),
            palette,
        },
    })
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
            cleanup::orphans(picture);
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
