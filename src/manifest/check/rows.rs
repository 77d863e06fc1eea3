//! Animations that are rows of one sheet: all share the colours of the whole.

use super::slots::All;
use super::{Context, per_image};
use crate::words::ask::{Ask, FilesAsk, Part, Source};
use crate::words::asset::SlotId;
use crate::words::project::{Group, Origin, SheetOptions, Slot};
use crate::words::recipe::{Cleanup, Dither, GridChoice, Outline, PaletteChoice, Recipe, Repair, Size};

/// The group of the whole sheet of which the groups of an asset are rows, and tells them of it. It writes no file.
///
/// A given palette, and that of a base, are shared anyway. What a row is made from does not depend on how many rows are
/// used, nor on the assets that use them.
pub(super) fn whole(number: usize, all: &All<'_>, groups: &mut [Group], cx: &mut Context<'_>) -> Option<Group> {
    let (raw, asset) = (&all.gathered.assets[number], &all.assets[number]);
    let rows = raw.motion.rows.as_ref()?;
    let is_row = |group: &Group| group.base.is_none() && part_of(group).is_some() && !group.recipe.adopted;
    let first = groups.iter().find(|group| is_row(group))?.clone();
    if matches!(first.recipe.palette, PaletteChoice::Given(_)) {
        return None;
    }
    per_image::check_names(raw, asset, rows.span, cx);
    let (path, part) = part_of(&first)?;
    let id = per_image::sheet(raw, asset, 0);
    groups.iter_mut().filter(|group| is_row(group)).for_each(|group| group.sheet_colors = Some(id.clone()));
    let slot = Slot {
        id: SlotId { group: id.clone(), frame: Some(1) },
        ask: Ask::Files(FilesAsk { sources: vec![Source { path, part: None, frame: None }] }),
        seed: None,
        candidates: 1,
        reroll: 0,
    };
    Some(Group {
        id,
        axes: Vec::new(),
        tags: Vec::new(),
        origin: Origin::Slots(vec![slot]),
        recipe: colors_of(&first.recipe, part),
        timing: None,
        sheet: SheetOptions::ALONE,
        path: None,
        ..first
    })
}

/// The sheet whose parts a group has, and the first of them.
fn part_of(group: &Group) -> Option<(String, Part)> {
    let source = group.slots().first()?.ask.sources()?.first()?;
    Some((source.path.clone(), source.part?))
}

/// A recipe that finds the colours of a sheet and does nothing else.
fn colors_of(recipe: &Recipe, part: Part) -> Recipe {
    let grid = match recipe.grid {
        GridChoice::Cells([columns, rows]) => GridChoice::Cells([columns * part.columns, rows * part.rows]),
        grid => grid,
    };
    Recipe {
        size: Size::Found,
        scale: None,
        margin: 0,
        grid,
        outline: Outline::None,
        cleanup: Cleanup::default(),
        dither: Dither::None,
        repair: Repair::Off,
        gates: Default::default(),
        ..recipe.clone()
    }
}
