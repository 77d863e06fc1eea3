//! Restoration of one group, and assembly of one tileset, guarded: a panic of a step is the failure of one asset.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use rayon::prelude::*;

use crate::assemble::{self, Texture};
use crate::process::explain::{Lattice, Overlays};
use crate::process::{self, Base, ProcessError};
use crate::words::asset::GroupId;
use crate::words::color::Rgb;
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::{Digest, Encoder};
use crate::words::project::{Manifest, Tileset};
use crate::words::raw::{Raw, pixels_digest};
use crate::words::recipe::{PaletteChoice, Recipe};
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
    let of = textures.first().ok_or_else(no_texture)?;
    let of = Texture { sprites: of, palette: palette(manifest, &tileset.of) };
    let over = textures.get(1).zip(tileset.over.as_ref());
    let over = over.map(|(sprites, id)| Texture { sprites, palette: palette(manifest, id) });
    let tiles = assemble::tileset(of, over, tileset)?;
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
