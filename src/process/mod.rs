//! Restoration: turns the raws of a group into true pixel art.
//!
//! Every step is a pure function over plain data. The grid is detected first. The background is removed afterwards, on
//! the logical picture, where it is a few cells instead of a million noisy pixels. The result does not depend on the
//! machine or on the number of threads: no function of the platform's mathematics library, no parallel sum, and every
//! tie is broken by the index.
//!
//! This module is useful without the rest of the crate. [`process()`] takes one picture, or several that belong
//! together (the frames of an animation share one grid, one palette and one baseline), and a [`Recipe`]:
//!
//! ```
//! use dgx_pixels::process::{gate, process};
//! use dgx_pixels::words::raw::Raw;
//! use dgx_pixels::words::recipe::{Recipe, Size};
//! use image::{Rgba, RgbaImage};
//!
//! // Or `image::open("knight.png")?.to_rgba8()`. Here: a gem of 12x12 cells, 7.5 pixels each, on magenta.
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
//! let sprite = &sprites.frames[0]; // an image::RgbaImage, alpha 0 or 255 unless the recipe keeps it
//! assert_eq!(sprite.dimensions(), (16, 16));
//! assert_eq!(sprites.found.grid, [12, 12]);
//! assert_eq!(sprites.found.palette.len(), 3);
//! assert!(gate::verdict(&sprites.found.metrics, &recipe).passes());
//! # Ok::<(), dgx_pixels::process::ProcessError>(())
//! ```
//!
//! - Options (palette, number of colours, a given grid, background, outline, clean-up): [`Recipe`]. It can also be
//!   read from TOML with [`parse_recipe_file`](crate::manifest::parse_recipe_file).
//! - Reliability: `found.metrics`, integers that [`gate`] documents. `grid` is the confidence in the grid; it is close
//!   to 0 for a picture without a grid, which is better generated again than restored.
//! - Intermediate results: [`explain`](mod@explain) draws grid, confidence, colours and residue over the raw.
//! - Colour reduction alone: [`quantize`].
//!
//! `examples/restore.rs` is a complete program. `docs/restoration.md` describes the algorithms and their limits.

mod adopted;
mod alpha;
mod bleed;
mod canvas;
mod cells;
mod cleanup;
mod error;
pub mod explain;
mod fit;
pub mod gate;
mod grid;
mod ground;
mod many_colors;
mod matte;
mod metrics;
mod orientation;
mod outline;
mod picture;
pub mod quantize;
mod reduce;
mod sheet;
mod snap;
mod steadiness;
mod steady;
mod things;
mod tile;
mod toe;
mod turn;

use std::borrow::Cow;

use crate::words::color::{Lab, Rgb, oklab};
use crate::words::raw::Raw;
use crate::words::recipe::{Alpha, Dither, Framing, Recipe, Repair};
use crate::words::sprite::{Restoration, Sprites};

pub use error::ProcessError;
pub use steadiness::steadiness;
pub use things::things;

use alpha::Tones;
use canvas::Canvas;
use cells::Cells;
use fit::{Art, Fitted};
use grid::{FirstLook, Grid};
use metrics::Unfitted;
use orientation::Orientation;
use picture::Picture;
use quantize::Quantized;
use steady::Repairs;
use turn::Turn;

/// The version of the algorithms, part of every sprite key. Raise it with every change that can alter a pixel of a
/// result.
pub const VERSION: u32 = 13;

/// What a group inherits from its base (`of`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// The colours of the base.
    pub palette: Vec<Rgb>,
    /// The reduction factor of the base in thousandths, 1000 to 8000; `None` if its images were taken as they are.
    pub factor: Option<u32>,
    /// The row on which the base stands, counted from the top of the frame.
    pub baseline: u32,
}

/// Restores a group: all its raws share one grid pitch, one palette, one reduction factor and one position in the
/// frame.
///
/// Returns the frames in the order of the raws. `base` is what the group inherits from another one, as an animation
/// inherits from its sprite. A picture without a grid is no error: its `grid` metric is low. It is an error if there
/// are no pixels, if everything is background, or if the raws are too small for the grid or the size of the recipe.
pub fn process(raws: &[Raw], recipe: &Recipe, base: Option<&Base>) -> Result<Sprites, ProcessError> {
    if recipe.adopted {
        return adopted::sprites(raws);
    }
    traced(&ground::unframed(raws, recipe), recipe, base, Detail::Sprites).map(|(sprites, _)| sprites)
}

/// Whether a picture looks like pixel art at its native size: no enlarged cells, no smooth edges, no noise.
pub fn looks_native(image: &image::RgbaImage) -> bool {
    grid::is_native(image)
}

/// What [`traced`] keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Detail {
    /// The sprites.
    Sprites,
    /// The logical pictures before they are fitted, too.
    Pictures,
}

/// Intermediate results of [`traced`], for [`explain`](mod@explain), in the orientation in which they were found.
struct Trace {
    /// Turns the raws into this orientation.
    turn: Turn,
    grid: Grid,
    /// One pixel per cell: quantized, not yet fitted.
    pictures: Vec<Picture>,
    /// The colours of `pictures`.
    palette: Vec<Rgb>,
}

/// [`process()`], with its intermediate results.
fn traced(
    raws: &[Raw],
    recipe: &Recipe,
    base: Option<&Base>,
    detail: Detail,
) -> Result<(Sprites, Trace), ProcessError> {
    if raws.is_empty() || raws.iter().any(|raw| raw.pixels.is_empty()) {
        return Err(ProcessError::NoPixels);
    }
    looked_at(raws, recipe, base, detail, grid::first_look(raws, recipe.grid))
}

/// [`traced`] after the first look.
fn looked_at(
    raws: &[Raw],
    recipe: &Recipe,
    base: Option<&Base>,
    detail: Detail,
    first: FirstLook,
) -> Result<(Sprites, Trace), ProcessError> {
    let (untouched, coarse) = (raws, matches!(first, FirstLook::Coarse(_)));
    let orientation = if first.is_finished() { Orientation::kept() } else { Orientation::of(raws) };
    let (turn, back) = (orientation.turn, orientation.turn.inverse());
    let turned = orientation.raws(raws);
    let peeled =
        if first.is_finished() { Cow::Borrowed(&*turned) } else { ground::peeled(&turned, recipe, grid::is_clean) };
    let first = if matches!(peeled, Cow::Borrowed(_)) { first } else { grid::NOISY };
    let raws = &*peeled;
    let canvases = |alpha| raws.iter().map(|raw| Canvas::of(raw, alpha::least(alpha))).collect::<Vec<_>>();
    let seen = canvases(recipe.alpha);
    let grid = grid::vote(raws, &seen, turn.choice(recipe.grid), first).map_err(|error| back.error(error))?;
    if grid.finished && turn != Turn::default() {
        return looked_at(untouched, recipe, base, detail, FirstLook::Kept(grid.confidence));
    }
    let recipe = &Recipe { alpha: alpha::resolved(recipe.alpha, grid.finished), ..recipe.clone() };
    let seen = if grid.finished { canvases(recipe.alpha) } else { seen };
    let cells = match sampled(seen, &grid) {
        Err(ProcessError::ManyCells { most, .. }) if grid.finished && most < cells::MOST as u32 => None,
        Ok(cells) if grid.finished && !coarse && has_too_many_tones(&cells, recipe.alpha) => None,
        cells => Some(cells.map_err(|error| back.error(error))?),
    };
    let Some(cells) = cells else { return many_colors::traced(raws, grid, recipe, base, detail) };
    let mut cells = orientation.symmetric_cells(cells, &grid, raws);
    let cut_alpha = alpha::cut(&cells, recipe.alpha);
    // An artist's frames at their own size lie as they were meant to, before what was drawn, and nobody steadies a scene.
    let own = grid.finished && grid.pitch.iter().all(|pitch| *pitch <= 1.0);
    let masks = matte::masks(&cells, grid.pitch, own, recipe, back).map_err(|error| match error {
        ProcessError::Empty | ProcessError::Transparent if cut_alpha > 0 => ProcessError::Faint,
        error => error,
    })?;
    if !grid.finished {
        bleed::removed(&mut cells, &masks.opaque);
    }
    let mut repairs = Repairs::default();
    let framed = matches!(recipe.framing, Framing::Subject | Framing::Placed);
    let recipe = &Recipe { repair: if own || !framed { Repair::Off } else { recipe.repair }, ..recipe.clone() };
    let steadies = recipe.repair != Repair::Off && raws.len() > 1;
    if steadies {
        let target = quantize::given_palette(recipe, base);
        repairs.tinted = steady::levelled(&mut cells, &masks.opaque, target, grid.finished);
    }
    let quantized = quantize::quantize(&cells, &masks.opaque, grid.finished);
    let mut quantized = quantized.map_err(|error| back.error(error))?;
    if repairs.tinted > 0 && !grid.finished {
        quantized = quantize::merged(quantized);
    }
    orientation.symmetric_pictures(&mut quantized.pictures, &grid, raws);
    let colors = quantized.palette.len();
    let target = quantize::target_palette(&quantized, recipe, base);
    let mut mapped = mapped(quantized, target.as_deref(), recipe.dither);
    quantize::unite(&mut mapped.pictures, &masks.shadow);
    let art = if grid.finished { Art::Finished } else { Art::Restored };
    if steadies {
        let shifts = shifts(&mapped.pictures, recipe.repair, art, turn);
        repairs.snapped = steady::snapped(&mut mapped.pictures, &cells, &labs(&mapped.palette), &shifts);
    }
    let residue = metrics::residue(&cells, &mapped.pictures, &labs(&mapped.palette));
    let pictures = if detail == Detail::Pictures { mapped.pictures.clone() } else { Vec::new() };
    let trace = Trace { turn, grid, pictures, palette: mapped.palette.clone() };
    let planes = alpha::planes(&cells, recipe.alpha);
    let (fitted, palette, alpha) = finished(mapped, target, recipe, base, (art, back), planes)?;
    let size = back.size([cells[0].width, cells[0].height]);
    let unfitted = Unfitted { grid: &trace.grid, cells: &cells, masks: &masks, size, colors, residue };
    let mut metrics = metrics::metrics(&unfitted, &fitted, &labs(&palette), recipe);
    repairs.moved = fitted.moved;
    metrics.extend(repairs.metrics().map(|(name, count)| (name.to_owned(), count)));
    // The frames take as much memory as the cells did.
    drop((cells, masks));
    let found = Restoration {
        grid: size.map(|length| length as u32),
        pitch: back.size(trace.grid.pitch).map(|pitch| (1000.0 * pitch + 0.5) as u32),
        reduced: fitted.factor.div_ceil(1000),
        fraction: (fitted.factor % 1000 > 0).then_some(fitted.factor),
        baseline: fitted.baseline,
        cut_alpha,
        metrics,
        palette,
    };
    let plane = |frame: usize| alpha.get(frame).map_or(&[][..], Vec::as_slice);
    let pictures = fitted.pictures.iter().enumerate();
    let frames = pictures.map(|(frame, picture)| picture.colored(&found.palette, plane(frame))).collect();
    Ok((Sprites { frames, found }, trace))
}

/// Whether finished cells have more colours, or pairs of a colour and an alpha, than there are indices.
fn has_too_many_tones(cells: &[Cells], alpha: Alpha) -> bool {
    !cells.iter().all(Cells::is_uniform) || alpha::is_too_varied(cells, alpha)
}

/// The cells of all frames, unless there are more than can be restored.
fn sampled(canvases: Vec<Canvas<'_>>, grid: &Grid) -> Result<Vec<Cells>, ProcessError> {
    let [columns, rows] =
        grid.lines.iter().fold([0, 0], |[x, y], lines| [x.max(lines[0].len() + 1), y + lines[1].len() + 1]);
    cells::check(columns, rows, cells::MOST)?;
    sheet::cells(&canvases, grid)
}

/// Maps the pictures to the target palette, so that reduction votes among the final colours. Dithering has to wait for
/// the final pixels, so that dithered pictures are mapped later.
fn mapped(quantized: Quantized, target: Option<&[Rgb]>, dither: Dither) -> Quantized {
    match (target, dither) {
        (Some(palette), Dither::None) => quantize::mapped(quantized, palette.to_vec()),
        _ => quantized,
    }
}

/// The frames in place, their palette, and the alpha of each.
type Finished = (Fitted, Vec<Rgb>, Vec<Vec<u8>>);

/// Turns the pictures back, fits them into the frame, dithers, cleans up and draws the outline. Returns them with their
/// palette and their alpha, if it is not all 0 or 255.
fn finished(
    mut mapped: Quantized,
    target: Option<Vec<Rgb>>,
    recipe: &Recipe,
    base: Option<&Base>,
    (art, back): (Art, Turn),
    mut alpha: Vec<Vec<u8>>,
) -> Result<Finished, ProcessError> {
    let mut tones = Tones::join(&mut mapped.pictures, mapped.palette.len(), &alpha);
    if recipe.cleanup.dust {
        mapped.pictures.iter_mut().for_each(cleanup::dust);
    }
    mapped.pictures.iter_mut().for_each(|picture| *picture = back.picture(picture));
    let shifts = steady::body_shifts(&mapped.pictures, recipe.repair, art);
    let moved = shifts.iter().filter(|shift| **shift != [0, 0]).count();
    mapped.pictures = steady::registered(mapped.pictures, &shifts);
    let mut fitted = fit::fit(&mapped.pictures, &tones.labs(labs(&mapped.palette)), recipe, base, art)?;
    mapped.pictures = std::mem::take(&mut fitted.pictures);
    if let (Some(palette), Dither::Ordered) = (target, recipe.dither) {
        alpha = tones.split(&mut mapped.pictures);
        mapped = quantize::dithered(mapped, palette);
        tones = Tones::join(&mut mapped.pictures, mapped.palette.len(), &alpha);
    }
    let labs = tones.labs(labs(&mapped.palette));
    for picture in &mut mapped.pictures {
        if recipe.cleanup.orphans {
            cleanup::orphans(picture, &labs);
        }
        if recipe.cleanup.jaggies {
            cleanup::jaggies(picture);
        }
        outline::outline(picture, &labs, recipe.outline, |index| tones.is_solid(index));
    }
    alpha = tones.split(&mut mapped.pictures);
    let given = recipe.palette.palette().is_some();
    let Quantized { pictures, palette } = quantize::trimmed(mapped, !given);
    Ok((Fitted { pictures, moved, ..fitted }, palette, alpha))
}

/// By how much each picture is moved before it is fitted, in the orientation in which the pictures were found.
fn shifts(pictures: &[Picture], repair: Repair, art: Art, turn: Turn) -> Vec<[isize; 2]> {
    let back = turn.inverse();
    let upright: Vec<Picture> = pictures.iter().map(|picture| back.picture(picture)).collect();
    let turned = |shift: [isize; 2]| {
        let [x, y] = turn.size(shift);
        [if turn.flip[0] { -x } else { x }, if turn.flip[1] { -y } else { y }]
    };
    steady::body_shifts(&upright, repair, art).into_iter().map(turned).collect()
}

fn labs(palette: &[Rgb]) -> Vec<Lab> {
    palette.iter().map(|&rgb| oklab(rgb)).collect()
}

#[cfg(test)]
mod tests;
