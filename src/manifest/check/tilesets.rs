//! Tilesets.

use super::gather::Gathered;
use super::groups::{output, place, tags};
use super::inputs::group;
use super::references::{Reference, unknown_asset};
use super::resolve::{Resolved, has_border};
use super::sizes::Sizes;
use super::{Context, project};
use crate::manifest::problem::Problem;
use crate::manifest::raw::{At, RawBorder, RawTileset};
use crate::words::asset::{GroupId, Kind};
use crate::words::layout::{Border, Layout, Look};
use crate::words::project::{SheetOptions, Tileset};
use crate::words::source::Span;

/// Pictures of the full tile where a look is drawn and the manifest does not say how many.
const VARIANTS: u32 = 4;

/// Checks every tileset.
pub(super) fn check(
    all: &Gathered,
    assets: &[Resolved],
    sizes: &Sizes,
    sheet: SheetOptions,
    cx: &mut Context<'_>,
) -> Vec<Tileset> {
    let mut tilesets = Vec::with_capacity(all.tilesets.len());
    for (name, raw) in &all.tilesets {
        let tileset = tileset(name, raw, all, assets, sizes, cx);
        tilesets.extend(tileset.map(|tileset| Tileset { sheet: project::sheet(&raw.sheet, sheet), ..tileset }));
    }
    tilesets
}

fn tileset(
    name: &At<String>,
    raw: &RawTileset,
    all: &Gathered,
    assets: &[Resolved],
    sizes: &Sizes,
    cx: &mut Context<'_>,
) -> Option<Tileset> {
    if raw.of.is_none() {
        let problem = Problem::error("missing-key", name.span, format!("the tileset `{}` has no `of`", name.value));
        cx.report_missing(problem.help("write `of = \"..\"`, the texture that fills its tiles"));
    }
    let size = size(name, raw, sizes, cx);
    let layout = raw.layout.as_ref().map_or(Layout::Blob47, |layout| layout.value);
    let tags = tags(raw.tags.as_ref(), cx);
    let path = match &raw.path {
        Some(path) => output(path, path.span, cx),
        None => Some(format!("tilesets/{}", name.value)),
    };
    let of = raw.of.as_ref().and_then(|of| texture(of, all, assets, cx));
    let over = match &raw.over {
        Some(over) => texture(over, all, assets, cx).map(Some),
        None => Some(None),
    };
    if let (Some(of), Some(Some(over)), Some(at)) = (&of, &over, &raw.over)
        && of == over
    {
        let message = format!("the tileset `{}` lies over its own texture: no border can be seen", name.value);
        let problem = Problem::error("tileset-over-itself", at.span, message);
        cx.report(problem.help("name another texture, or remove `over` for tiles with a transparent outside"));
    }
    if let Some(border) = raw.border.as_ref().filter(|_| !has_border(layout)) {
        let problem = Problem::warning("unused-key", border.span, "`border` has no effect: this layout has none");
        cx.report(problem.help("remove it, or choose another `layout`"));
    }
    let size = size?;
    let border = border(raw.border.as_ref(), size, cx);
    let variants = variants(raw, layout, &border, cx);
    Some(Tileset {
        id: GroupId::new(Kind::Tileset, name.value.clone()),
        tags,
        of: of?,
        over: over?,
        size,
        layout,
        border,
        variants,
        sheet: SheetOptions::ALONE,
        path: path?,
        with: Vec::new(),
        place: place(name.span, cx),
    })
}

fn size(name: &At<String>, raw: &RawTileset, sizes: &Sizes, cx: &mut Context<'_>) -> Option<[u32; 2]> {
    let own = raw.size.as_ref().map(|size| [size.value.0.u32(), size.value.1.u32()]);
    let textures = [&raw.of, &raw.over].into_iter().flatten();
    let mut theirs = textures.filter_map(|texture| sizes.named(Reference::parse(texture).asset()?));
    let size = own.or_else(|| theirs.next());
    if size.is_none() {
        let problem = Problem::error("missing-key", name.span, format!("the tileset `{}` has no `size`", name.value));
        cx.report_missing(problem.help("write `size = 16`, the width of a tile, here or in its texture"));
    }
    size
}

fn texture(of: &At<String>, all: &Gathered, assets: &[Resolved], cx: &mut Context<'_>) -> Option<GroupId> {
    let (name, values) = of.split_once('@').map_or((of.as_str(), None), |(name, values)| (name, Some(values)));
    let hints = cx.hints();
    let textures = || all.names(|kind| hints && kind == Kind::Texture);
    let Some((at, asset)) = all.asset(name) else {
        let problem = unknown_asset(name, of.span, textures());
        cx.report(if all.find(name).is_some() { problem.help("a tileset is made of textures") } else { problem });
        return None;
    };
    if asset.kind != Kind::Texture {
        let message = format!("the {} `{name}` is not a texture", asset.kind);
        cx.report(
            Problem::error("wrong-kind", of.span, message).help("a tileset is made of textures: `[texture.NAME]`"),
        );
        return None;
    }
    let shape = &assets[at].shape;
    let values = match values {
        Some(values) => group(name, values, shape, of.span, cx)?,
        None if shape.groups() == 1 => vec![0; shape.axes.len()],
        None => {
            let first = shape.name(name, &vec![0; shape.axes.len()]);
            let problem = Problem::error("ambiguous-input", of.span, format!("`{name}` has several images"));
            cx.report(problem.help(format!("name one of them, such as `{first}`")));
            return None;
        }
    };
    Some(GroupId::new(Kind::Texture, shape.name(name, &values)))
}

/// A border without a table of its own is an eighth of the tile wide and wanders by one pixel.
fn border(raw: Option<&At<RawBorder>>, size: [u32; 2], cx: &mut Context<'_>) -> Border {
    let small = size[0].min(size[1]);
    let nothing = RawBorder::default();
    let table = raw.map_or(&nothing, |raw| &raw.value);
    let look = table.look.as_ref().map_or(Look::Flat, |look| look.value);
    let usual = look.border(small);
    let figures = [
        ("width", &table.width, usual.width),
        ("wobble", &table.wobble, usual.wobble),
        ("radius", &table.radius, usual.radius),
    ];
    let [width, wobble, radius] = figures.map(|(key, given, default)| {
        let Some(given) = given else { return default };
        figure(key, given.value.u32(), given.span, small, cx)
    });
    let idle = [
        ("face", table.face.as_ref().map(|face| face.span), look != Look::Cliff, "only a cliff has a face"),
        ("outline", table.outline.as_ref().map(|line| line.span), look != Look::Flat, "only the flat look has one"),
    ];
    for (key, span, is_idle, why) in idle {
        if let Some(span) = span.filter(|_| is_idle) {
            cx.report(Problem::warning("unused-key", span, format!("`{key}` has no effect: {why}")).help("remove it"));
        }
    }
    let face = table.face.as_ref().filter(|_| look == Look::Cliff);
    let face = face.map_or(usual.face, |face| figure("face", face.value.u32(), face.span, small, cx));
    let border = Border { width, wobble, radius, face, look, outline: false };
    Border { outline: look == Look::Flat && table.outline.as_ref().is_some_and(|outline| outline.value), ..border }
}

/// A number of pixels of the border.
fn figure(key: &str, value: u32, span: Span, small: u32, cx: &mut Context<'_>) -> u32 {
    if value > small / 2 {
        let message = format!("`{key}` is more than half of a tile of {small} pixels");
        let help = format!("the limit is {}", small / 2);
        cx.report(Problem::error("border-too-wide", span, message).help(help));
    }
    if value == 0 && key == "width" {
        let message = "a border of no width makes all tiles equal";
        let problem = Problem::error("border-too-narrow", span, message);
        cx.report(problem.help("write at least 1; `layout = \"single\"` is a tile without a border"));
    }
    value
}

/// How many pictures there are of the full tile.
fn variants(raw: &RawTileset, layout: Layout, border: &Border, cx: &mut Context<'_>) -> u32 {
    let usual = if border.look == Look::Flat || layout.full().is_none() || !has_border(layout) { 1 } else { VARIANTS };
    let Some(given) = &raw.variants else { return usual };
    if layout.full().is_none() {
        let message = "`variants` has no effect: this layout has no tile that is terrain only";
        let problem = Problem::warning("unused-key", given.span, message);
        cx.report(problem.help("remove it, or choose another `layout`"));
        return 1;
    }
    given.value.u32()
}
