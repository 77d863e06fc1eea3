//! `what-if`: the assets as another recipe would make them, in memory.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Serialize;

use super::conductor::{pixels, verdict, verdict_moved};
use super::image::save;
use super::select::{named, with_origins};
use super::studio::{Drawn, Fallback, Studio};
use super::{Error, Existing, Look, Opened, Operation, Options, Result};
use crate::assemble::contact::{self, Cell, Image, Row};
use crate::manifest::change::{BadChange, RecipeChange};
use crate::plan::Planner;
use crate::words::asset::{GroupId, Kind};
use crate::words::diagnostic::Diagnostic;
use crate::words::project::{Group, Manifest, Origin};
use crate::words::sprite::{Sprites, Verdict};

/// The version of [`WhatIf`]: fields are added without a new one, never changed or removed.
const VERSION: u32 = 1;

/// So many frames of an asset are on a contact sheet.
const FRAMES: usize = 4;

/// The answer of [`what_if`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct WhatIf {
    /// The version of this form.
    pub version: u32,
    /// The assets that the targets name.
    pub items: Vec<Compared>,
}

/// An asset before and after the change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Compared {
    /// The kind of its asset.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// Whether its pixels would be others.
    pub changed: bool,
    /// As it is; nothing without an image on this machine.
    pub before: Option<Seen>,
    /// As it would be.
    pub after: Option<Seen>,
    /// Why it would have no image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Diagnostic>,
}

/// What is seen of an asset's sprites.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Seen {
    /// Width and height of a frame.
    pub size: [u32; 2],
    /// How many colours it has.
    pub colors: usize,
    /// The verdict of the gates; `pass` for what has none.
    pub verdict: Verdict,
}

/// Restores the picked raws of what the targets name with a changed recipe (`palette=pico-8`, `size=24`), and draws both
/// on a contact sheet if `sheet` names one. Nothing of the project is written.
///
/// # Errors
/// `unknown-target`, a change that no recipe can have; the sheet is too large, exists, or cannot be written.
pub fn what_if(
    operation: &Operation,
    changes: &[String],
    targets: &[String],
    sheet: Option<(&Path, Existing)>,
) -> Result<WhatIf> {
    let opened = operation.read(Options::default(), Look::Lock)?;
    let Opened { workspace, state, .. } = &*opened;
    let change = RecipeChange::read(changes, operation.root).map_err(|bad| match bad {
        BadChange::Form(diagnostic) => Error::Usage(diagnostic),
        BadChange::Values(problems) => problems.into(),
    })?;
    let planner = Planner::new(&workspace.manifest, &workspace.inputs);
    let ids = named(&planner, targets)?;
    let changed = changed(&workspace.manifest, &with_origins(&planner, ids.clone()), &change);
    let other = Planner::new(&changed, &workspace.inputs);
    let draw = |planner: &Planner, fallback| {
        // Picks hold whatever the recipe is: the lock has them.
        let plan = planner.plan(state);
        Studio { planner, plan: &plan, workspace, state, fallback }.draw(&ids, operation.cancel)
    };
    let (before, after) = (draw(&planner, Fallback::MadeLast)?, draw(&other, Fallback::None)?);
    let both = ids.iter().filter_map(|id| Some((id, before.get(id)?, after.get(id)?)));
    let both: Vec<(&GroupId, &Drawn, &Drawn)> = both.collect();
    if let Some((file, existing)) = sheet {
        save(&contact::draw(&rows(&both)).map_err(Diagnostic::from)?, file, existing)?;
    }
    let items = both.into_iter().map(|(id, before, after)| compared(id, (&planner, before), (&other, after)));
    Ok(WhatIf { version: VERSION, items: items.collect() })
}

/// An asset under two manifests.
pub(super) fn compared(
    id: &GroupId,
    (planner, before): (&Planner, &Drawn),
    (other, after): (&Planner, &Drawn),
) -> Compared {
    Compared {
        kind: id.kind,
        name: id.name.clone(),
        changed: match (before, after) {
            (Ok(before), Ok(after)) => pixels(before) != pixels(after),
            (before, after) => before.is_ok() != after.is_ok(),
        },
        before: before.as_ref().ok().map(|sprites| seen(planner, id, sprites)),
        after: after.as_ref().ok().map(|sprites| seen(other, id, sprites)),
        error: after.as_ref().err().cloned(),
    }
}

/// The manifest with changed recipes, and with tilesets of the size of their textures.
fn changed(manifest: &Manifest, ids: &BTreeSet<GroupId>, change: &RecipeChange) -> Manifest {
    let mut manifest = manifest.clone();
    for group in manifest.groups.iter_mut().filter(|group| ids.contains(&group.id)) {
        group.recipe = change.apply(group.id.kind, &group.recipe);
    }
    for tileset in manifest.tilesets.iter_mut().filter(|tileset| ids.contains(&tileset.of)) {
        tileset.size = change.size().unwrap_or(tileset.size);
    }
    manifest
}

fn seen(planner: &Planner, id: &GroupId, sprites: &Sprites) -> Seen {
    let judged = match planner.group(id) {
        Some(group @ Group { origin: Origin::Slots(_), .. }) => verdict(sprites, group),
        Some(group @ Group { origin: Origin::Still(..), .. }) => verdict_moved(sprites, group),
        _ => Verdict::Pass,
    };
    let size = sprites.frames.first().map_or([0, 0], |frame| frame.dimensions().into());
    let colors: BTreeSet<[u8; 4]> = sprites
        .frames
        .iter()
        .flat_map(|frame| frame.pixels())
        .filter(|pixel| pixel[3] > 0)
        .map(|pixel| pixel.0)
        .collect();
    Seen { size, colors: colors.len(), verdict: judged }
}

/// The contact sheet: single images side by side, then a row for each asset with several.
fn rows(both: &[(&GroupId, &Drawn, &Drawn)]) -> Vec<Row> {
    let images = |drawn: &Drawn| drawn.as_ref().map_or_else(|_| Vec::new(), |sprites| sprites.frames.clone());
    let (mut single, mut several) = (Vec::new(), Vec::new());
    for (id, before, after) in both {
        let (before, after) = (images(before), images(after));
        let count = before.len().max(after.len());
        let pair = |at: usize| {
            [&before, &after].into_iter().filter_map(|all| all.get(at).cloned().map(Image::Pixels)).collect()
        };
        let cell = |at: usize, caption: String| Cell { images: pair(at), caption };
        if count <= 1 {
            single.push(cell(0, id.to_string()));
            continue;
        }
        let more = if count > FRAMES { format!(" ({FRAMES} of {count})") } else { String::new() };
        let cells = (0..count.min(FRAMES)).map(|at| cell(at, (at + 1).to_string())).collect();
        several.push(Row { caption: format!("{id}{more}: before | after"), cells });
    }
    let single = Row { caption: "before | after".to_owned(), cells: single };
    Some(single).filter(|row| !row.cells.is_empty()).into_iter().chain(several).collect()
}
