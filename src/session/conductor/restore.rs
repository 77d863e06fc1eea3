//! Restoration of one group, and assembly of one tileset, guarded: a panic of a step is the failure of one asset.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use image::RgbaImage;
use rayon::prelude::*;

use crate::assemble::{self, Texture};
use crate::process::explain::{Lattice, Overlays};
use crate::process::{self, Base, ProcessError};
use crate::words::asset::GroupId;
use crate::words::color::Rgb;
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::{Digest, Encoder};
use crate::words::project::{Group, Manifest, Tileset};
use crate::words::raw::{Raw, pixels_digest};
use crate::words::recipe::{Anchor, Dither, GridChoice, Matte, Outline, PaletteChoice, Recipe, Repair, Size};
use crate::words::sprite::{Restoration, Sprites};

/// Restores a group.
pub fn restore(raws: &[Raw], recipe: &Recipe, base: Option<&Restoration>) -> Result<Sprites, Diagnostic> {
    let base = base.map(|found| Base {
        palette: found.palette.clone(),
        factor: Some(found.factor()).filter(|factor| *factor > 0),
        baseline: found.baseline,
    });
    processed(|| process::process(raws, recipe, base.as_ref()))
}

/// Restores what a group shows: its frames, or the things of its one image. A row of a sheet has the colours of the whole.
pub(in crate::session) fn restore_group(
    raws: &[Raw],
    group: &Group,
    base: Option<&Restoration>,
) -> Result<Sprites, Diagnostic> {
    match (raws, base) {
        (_, Some(sheet)) if group.sheet_colors.is_some() => {
            let palette = PaletteChoice::Given(sheet.palette.clone());
            restore(raws, &Recipe { palette, ..group.recipe.clone() }, None)
        }
        ([raw], _) if group.things > 0 => restore_things(raw, &group.recipe, group.things as usize),
        _ => restore(raws, &group.recipe, base),
    }
}

/// Restores an image as a whole, so that its things have one grid and one palette, and lays each into a frame. Where
/// there are fewer, the last frames are empty; where there are more, the last things are left out.
fn restore_things(raw: &Raw, recipe: &Recipe, count: usize) -> Result<Sprites, Diagnostic> {
    let plain = Recipe { size: Size::Found, outline: Outline::None, ..recipe.clone() };
    let whole = restore(std::slice::from_ref(raw), &plain, None)?;
    let things = whole.frames.first().map(process::things).unwrap_or_default();
    let found = things.len();
    let raws: Vec<Raw> = on_one_size(&things, recipe.anchor).into_iter().take(count).map(Raw::new).collect();
    let recipe = Recipe {
        grid: GridChoice::Pitch([1000; 2]),
        palette: PaletteChoice::Given(whole.found.palette.clone()),
        repair: Repair::Off,
        dither: Dither::None,
        matte: Matte::Auto,
        ..recipe.clone()
    };
    let mut sprites = restore(&raws, &recipe, None)?;
    let size = sprites.frames.first().map_or((1, 1), RgbaImage::dimensions);
    sprites.frames.resize_with(count, || RgbaImage::new(size.0, size.1));
    let mut metrics = whole.found.metrics;
    for name in ["coverage", "orphans", "reduced", "features", "baseline", "fit"] {
        metrics.extend(sprites.found.metrics.get(name).map(|value| (name.to_owned(), *value)));
    }
    metrics.extend([("things", found), ("things_wanted", count)].map(|(name, n)| (name.to_owned(), n as i64)));
    sprites.found = Restoration { metrics, grid: whole.found.grid, pitch: whole.found.pitch, ..sprites.found };
    Ok(sprites)
}

/// The things on transparent pictures of one size, each standing or floating as its recipe says.
fn on_one_size(things: &[RgbaImage], anchor: Anchor) -> Vec<RgbaImage> {
    let width = things.iter().map(RgbaImage::width).max().unwrap_or(1);
    let height = things.iter().map(RgbaImage::height).max().unwrap_or(1);
    let one = |thing: &RgbaImage| {
        let mut picture = RgbaImage::new(width, height);
        let rest = height - thing.height();
        let down = if anchor == Anchor::Bottom { rest } else { rest / 2 };
        image::imageops::replace(&mut picture, thing, ((width - thing.width()) / 2).into(), down.into());
        picture
    };
    things.iter().map(one).collect()
}

/// Restores a group and draws, for each of its raws, what restoration saw in it.
pub fn explain(raws: &[Raw], recipe: &Recipe) -> Result<(Sprites, Vec<Overlays>), Diagnostic> {
    processed(|| {
        let (sprites, seen) = process::explain::explain(raws, recipe, None)?;
        let overlays = raws.par_iter().zip(seen).map(|(raw, seen)| seen.overlays(raw)).collect();
        Ok((sprites, overlays))
    })
}

/// The grid that restoration finds in a raw alone.
pub(in crate::session) fn lattice(raw: &Raw, recipe: &Recipe) -> Result<Lattice, Diagnostic> {
    let nothing = || Diagnostic::error("internal", "restoration said nothing of its grid");
    let (_, mut seen) = processed(|| process::explain::explain(std::slice::from_ref(raw), recipe, None))?;
    seen.pop().map(|seen| seen.lattice).ok_or_else(nothing)
}

fn processed<T>(restored: impl FnOnce() -> Result<T, ProcessError>) -> Result<T, Diagnostic> {
    guarded("restoring it", || restored().map_err(Diagnostic::from))
}

/// Runs a step that must not end the build, whatever happens in it.
pub(super) fn guarded<T, E: From<Diagnostic>>(what: &str, step: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    std::panic::catch_unwind(AssertUnwindSafe(step)).unwrap_or_else(|_| {
        let hint = "this is a bug of dgx-pixels: report it with the raw and the manifest";
        Err(Diagnostic::error("internal", format!("{what} ended in a panic")).hint(hint).into())
    })
}

/// The tiles of a tileset as sprites, from those of its textures.
pub(in crate::session) fn tiles(
    textures: &[Arc<Sprites>],
    tileset: &Tileset,
    manifest: &Manifest,
) -> Result<Sprites, Diagnostic> {
    let no_texture = || Diagnostic::error("internal", format!("`{}` has no texture", tileset.id));
    let ids = tileset.textures();
    let drawn = textures.iter().zip(ids).map(|(sprites, id)| Texture { sprites, palette: palette(manifest, id) });
    let drawn: Vec<Texture<'_>> = drawn.collect();
    let tiles = match drawn.as_slice() {
        several if !tileset.terrains.is_empty() => assemble::land(several, tileset)?,
        [of, over @ ..] => assemble::tileset(*of, over.first().copied(), tileset)?,
        [] => return Err(no_texture()),
    };
    Ok(Sprites {
        frames: tiles.frames,
        found: Restoration { palette: tiles.palette, reduced: 1, ..Restoration::default() },
    })
}

/// The palette that a group is drawn in, if its recipe names one.
fn palette<'a>(manifest: &'a Manifest, id: &GroupId) -> &'a [Rgb] {
    let group = manifest.groups.iter().find(|group| group.id == *id);
    match group.map(|group| &group.recipe.palette) {
        Some(PaletteChoice::Given(palette)) => palette,
        _ => &[],
    }
}

/// The digest of all frames' pixels.
pub fn pixels(sprites: &Sprites) -> Digest {
    let mut encoder = Encoder::new("dgx-pixels pixels v1");
    encoder.list(sprites.frames.iter(), |e, frame| {
        e.digest(&pixels_digest(frame));
    });
    encoder.finish()
}
