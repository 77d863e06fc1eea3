//! What a layout asks of its tiles: their size, the room for a border, and how they lie on the sheet.

use super::Context;
use crate::manifest::problem::Problem;
use crate::manifest::raw::{At, RawTileset};
use crate::words::layout::{Border, Layout};
use crate::words::project::{SheetOptions, Tileset};

/// The least side of a tile with a border.
const LEAST: u32 = 6;

/// Reports tiles that their layout, or their border, does not take.
pub(super) fn check(name: &At<String>, raw: &RawTileset, tileset: &Tileset, cx: &mut Context<'_>) {
    let [width, height] = tileset.size;
    let span = raw.size.as_ref().map_or(name.span, |size| size.span);
    if tileset.layout == Layout::A2 && (width % 2 != 0 || height % 2 != 0) {
        let message = format!("a tile of {width} x {height} has no equal quarters, from which `a2` is put together");
        let even = [width, height].map(|side| side.next_multiple_of(2));
        let wanted = if even[0] == even[1] { format!("{}", even[0]) } else { format!("[{}, {}]", even[0], even[1]) };
        cx.report(
            Problem::error("odd-tile", span, message).help(format!("write an even size, such as `size = {wanted}`")),
        );
    }
    room(name, raw, tileset, cx);
    if tileset.layout == Layout::A2 {
        let keys = [("padding", &raw.sheet.padding), ("extrude", &raw.sheet.extrude)].map(|(key, n)| (key, span_of(n)));
        for (key, span) in keys.into_iter().chain([("columns", span_of(&raw.sheet.columns))]) {
            let Some(span) = span else { continue };
            let message = format!("`{key}` has no effect: the tiles of a block lie side by side, in two columns");
            cx.report(Problem::warning("unused-key", span, message).help("remove it"));
        }
    }
}

fn span_of<T>(value: &Option<At<T>>) -> Option<crate::words::source::Span> {
    value.as_ref().map(|value| value.span)
}

/// Whether the border leaves room for the terrain.
fn room(name: &At<String>, raw: &RawTileset, tileset: &Tileset, cx: &mut Context<'_>) {
    let (Tileset { border, size: [width, height], layout, .. }, small) =
        (tileset, tileset.size[0].min(tileset.size[1]));
    let is_new = matches!(layout, Layout::A2 | Layout::Slopes);
    let Border { width: deep, wobble, face, .. } = *border;
    if !is_new || border.fits(tileset.size) || [deep, wobble, face].iter().any(|part| *part > small / 2) {
        return;
    }
    let size = raw.size.as_ref().map(|size| size.span);
    let (span, help) = match &raw.border {
        _ if small < LEAST => (size, format!("write `size = {LEAST}` or more")),
        Some(border) => (Some(border.span), "set a smaller `width`, `wobble` or `face`, or a larger `size`".to_owned()),
        None => (size, "set a smaller `border`, or a larger `size`".to_owned()),
    };
    let message = format!("the border leaves no room for the terrain in tiles of {width} x {height}");
    cx.report(Problem::error("border-size", span.unwrap_or(name.span), message).help(help));
}

/// How its tiles lie on the sheet: an engine takes a block of `a2` without gaps.
pub(super) fn sheet(layout: Layout, given: SheetOptions) -> SheetOptions {
    if layout == Layout::A2 { SheetOptions { padding: 0, extrude: 0, columns: 0 } } else { given }
}
