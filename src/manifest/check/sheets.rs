//! Sheets that would be larger than an image may be, known where the manifest gives the size of a frame.

use super::Context;
use super::gather::Gathered;
use crate::manifest::problem::Problem;
use crate::words::asset::Kind;
use crate::words::layout::Layout;
use crate::words::project::{Group, Origin, Project, SheetOptions, Tileset};
use crate::words::recipe::Size;
use crate::words::sheet::{Grid, TooLarge};
use crate::words::source::Span;

/// Reports every asset whose sheet would be too large at the largest scale.
pub(super) fn check(project: &Project, groups: &[Group], tilesets: &[Tileset], all: &Gathered, cx: &mut Context<'_>) {
    for group in groups {
        let (Size::Frame(size), Origin::Slots(slots)) = (&group.recipe.size, &group.origin) else { continue };
        let (count, kind) = (if group.id.kind.is_sheet() { slots.len() } else { 1 }, group.id.kind);
        let found = all.asset(group.id.asset()).map(|(_, asset)| asset);
        let (frames, size_span) =
            found.map_or((None, None), |asset| (asset.motion.frames.as_ref(), asset.raw.size.as_ref()));
        let span = frames.map(|frames| frames.span).or(size_span.map(|size| size.span));
        let span = span.or(found.map(|asset| asset.name.span)).unwrap_or_default();
        if group.path.is_some() {
            sheet(project, (kind, group.sheet), None, (count, *size), (&group.id.name, span), cx);
        }
    }
    for (tileset, (name, raw)) in tilesets.iter().flat_map(|tileset| {
        all.tilesets.iter().filter(|(name, _)| name.value == tileset.id.name).map(move |found| (tileset, found))
    }) {
        let span = raw.size.as_ref().map_or(name.span, |size| size.span);
        let count = tileset.count() as usize;
        let how = (Kind::Tileset, tileset.sheet);
        sheet(project, how, Some(tileset.layout), (count, tileset.size), (&name.value, span), cx);
    }
}

fn sheet(
    project: &Project,
    (kind, options): (Kind, SheetOptions),
    layout: Option<Layout>,
    (count, size): (usize, [u32; 2]),
    (name, span): (&str, Span),
    cx: &mut Context<'_>,
) {
    let options = if kind.is_sheet() { options } else { SheetOptions::ALONE };
    let grid = Grid::new(&options, layout, u32::try_from(count).unwrap_or(u32::MAX), size);
    let scale = project.scales.iter().copied().max().unwrap_or(1);
    if let Err(large) = TooLarge::check(grid.size(), scale) {
        let problem = Problem::error("sheet-size", span, format!("the image of `{name}` would be {large}"));
        cx.report(problem.help(large.hint()));
    }
}
