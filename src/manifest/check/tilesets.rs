//! Tilesets.

use super::borders::border;
use super::gather::Gathered;
use super::groups::{output, place, tags};
use super::inputs::group;
use super::references::{Reference, unknown_asset};
use super::resolve::{Resolved, has_border};
use super::sizes::Sizes;
use super::terrains::Land;
use super::{Context, layouts, project, terrains};
use crate::manifest::problem::Problem;
use crate::manifest::raw::{At, RawTileset};
use crate::words::asset::{GroupId, Kind};
use crate::words::layout::{Layout, Look};
use crate::words::project::{SheetOptions, Terrain, Tileset};

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
        if let Some(tileset) = &tileset {
            layouts::check(name, raw, tileset, cx);
        }
        let sheet = project::sheet(&raw.sheet, sheet);
        tilesets.extend(tileset.map(|tileset| Tileset { sheet: layouts::sheet(tileset.layout, sheet), ..tileset }));
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
    if raw.of.is_none() && raw.terrains.is_none() {
        let problem = Problem::error("missing-key", name.span, format!("the tileset `{}` has no `of`", name.value));
        cx.report_missing(problem.help("write `of = \"..\"`, the texture that fills its tiles"));
    }
    let size = size(name, raw, sizes, cx);
    let layout = terrains::layout(raw, cx);
    let tags = tags(raw.tags.as_ref(), cx);
    let path = match &raw.path {
        Some(path) => output(path, path.span, cx),
        None => Some(format!("tilesets/{}", name.value)),
    };
    let land = match &raw.terrains {
        Some(terrains) => terrains::land(raw, terrains, size, |of, cx| texture(of, all, assets, cx), cx),
        None => of_and_over(name, raw, all, assets, cx).map(Land::Two),
    };
    if let Some(border) = raw.border.as_ref().filter(|_| !has_border(layout)) {
        let problem = Problem::warning("unused-key", border.span, "`border` has no effect: this layout has none");
        cx.report(problem.help("remove it, or choose another `layout`"));
    }
    let size = size?;
    let (of, over, terrains, border) = match land? {
        Land::Two((of, over)) => (of, over, Vec::new(), border(raw.border.as_ref(), size, cx)),
        Land::Bordered(of, over, border) => (of, Some(over), Vec::new(), border),
        Land::Several(terrains) => {
            let (lowest, highest) = terrains.first().zip(terrains.last())?;
            (highest.texture.clone(), Some(lowest.texture.clone()), terrains.clone(), highest.border)
        }
    };
    let has_look = border.look != Look::Flat || terrains.iter().any(has_look);
    let variants = variants(raw, layout, has_look, cx);
    Some(Tileset {
        id: GroupId::new(Kind::Tileset, name.value.clone()),
        tags,
        of,
        over,
        terrains,
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

fn has_look(terrain: &Terrain) -> bool {
    terrain.meets.iter().any(|meeting| meeting.look != Look::Flat)
}

fn of_and_over(
    name: &At<String>,
    raw: &RawTileset,
    all: &Gathered,
    assets: &[Resolved],
    cx: &mut Context<'_>,
) -> Option<(GroupId, Option<GroupId>)> {
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
    Some((of?, over?))
}

fn size(name: &At<String>, raw: &RawTileset, sizes: &Sizes, cx: &mut Context<'_>) -> Option<[u32; 2]> {
    let own = raw.size.as_ref().map(|size| [size.value.0.u32(), size.value.1.u32()]);
    let terrains = raw.terrains.iter().flat_map(|terrains| &terrains.value);
    let textures = [&raw.of, &raw.over].into_iter().flatten().chain(terrains);
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

/// How many pictures there are of each full tile.
fn variants(raw: &RawTileset, layout: Layout, has_look: bool, cx: &mut Context<'_>) -> u32 {
    let usual = if !has_look || layout.full().is_none() || !has_border(layout) { 1 } else { VARIANTS };
    let Some(given) = &raw.variants else { return usual };
    if layout.full().is_none() {
        let message = "`variants` has no effect: this layout has no tile that is terrain only";
        let problem = Problem::warning("unused-key", given.span, message);
        cx.report(problem.help("remove it, or choose another `layout`"));
        return 1;
    }
    given.value.u32()
}
