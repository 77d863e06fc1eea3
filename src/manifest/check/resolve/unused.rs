//! Keys that have no effect where they stand, and sources that are the same for every member of an asset.

use super::{Asset, Shape, Texts};
use crate::manifest::check::Context;
use crate::manifest::problem::Problem;
use crate::manifest::raw::At;
use crate::words::asset::Kind;
use crate::words::frames_file::is_pixel_exact;
use crate::words::layout::Layout;
use crate::words::recipe::{Dither, Matte, PaletteChoice, Recipe, Size};
use crate::words::source::Span;
use crate::words::suggest::words;

fn warn(key: &str, span: Span, why: &str, help: &str, cx: &mut Context<'_>) {
    let message = format!("`{key}` has no effect: {why}");
    cx.report(Problem::warning("unused-key", span, message).help(help));
}

fn span<T>(value: Option<&At<T>>) -> Option<Span> {
    value.map(|value| value.span)
}

/// Keys that have no effect beside a `source`.
pub(super) fn beside_source(asset: &Asset, cx: &mut Context<'_>) {
    let raw = &asset.raw;
    if let Some(inputs) = &raw.inputs {
        let problem = Problem::error("inputs-with-source", inputs.span, "an asset with `source` takes no inputs");
        cx.report(problem.help("remove one of them"));
    }
    let candidates = "the files of `source` are the candidates";
    let drawn = "the images of `source` are not generated";
    let keys = [
        ("candidates", span(raw.candidates.as_ref()), candidates),
        ("reroll", span(raw.reroll.as_ref()), candidates),
        ("seed", span(raw.seed.as_ref()), candidates),
        ("prompt", span(raw.prompt.as_ref()), drawn),
        ("negative", span(raw.negative.as_ref()), drawn),
    ];
    for (key, at, why) in keys {
        if let Some(at) = at {
            warn(key, at, why, "remove it", cx);
        }
    }
}

/// Every member of an asset has files of its own, unless one shows several: an axis that no path names would give
/// copies.
pub(super) fn same_sources(asset: &Asset, shape: &Shape, texts: &Texts, cx: &mut Context<'_>) {
    let sources = &texts.sources;
    let Some(source) = asset
        .raw
        .source
        .as_ref()
        .filter(|_| asset.per_image.is_none())
        .filter(|source| source.0.len() == sources.len())
    else {
        return;
    };
    let rows: Vec<&str> = asset.motion.rows.iter().flat_map(|rows| &rows.0).map(|row| row.value.as_str()).collect();
    let is_row = |value: &str| rows.iter().any(|row| *row == value || row.split('-').any(|part| part == value));
    let several = shape.axes.iter().filter(|axis| axis.values.len() > 1);
    let several = several.filter(|axis| !axis.values.iter().any(|value| is_row(&value.id)));
    let idle: Vec<&str> = several
        .map(|axis| axis.name.as_str())
        .filter(|axis| sources.iter().chain(&texts.tag).all(|template| !template.uses(axis)))
        .collect();
    let Some(first) = idle.first().filter(|_| !sources.is_empty()) else { return };
    let message =
        format!("all members of `{}` would be the same image: the path names no {}", asset.name.value, words(&idle));
    let problem = Problem::error("same-source", source.span, message);
    cx.report(problem.help(format!("name it in the path: `..-{{{first}}}.png`")));
}

/// A tag beside no file that can have one.
pub(super) fn tag(asset: &Asset, cx: &mut Context<'_>) {
    let sources = asset.raw.source.iter().flat_map(|sources| &sources.0);
    let has_tags = sources.into_iter().any(|source| is_pixel_exact(source));
    if let Some(tag) = asset.raw.tag.as_ref().filter(|_| !has_tags) {
        warn("tag", tag.span, "only Aseprite files have tags", "remove it", cx);
    }
}

/// Keys of the asset's own recipe that its other settings make idle.
pub(super) fn recipe_keys(asset: &Asset, recipe: &Recipe, has_base: bool, cx: &mut Context<'_>) {
    let keys = &asset.keys;
    if recipe.size == Size::Found {
        let framed = [
            ("fit", span(keys.fit.as_ref())),
            ("anchor", span(keys.anchor.as_ref())),
            ("margin", span(keys.margin.as_ref())),
        ];
        for (key, at) in framed {
            if let Some(at) = at {
                warn(key, at, "without a `size` there is no frame", "add `size`, or remove it", cx);
            }
        }
    }
    if asset.kind == Kind::Texture {
        let subject = [
            ("anchor", span(keys.anchor.as_ref())),
            ("fit", span(keys.fit.as_ref())),
            ("holes", span(keys.holes.as_ref())),
            ("repair", span(keys.repair.as_ref())),
        ];
        for (key, at) in subject {
            if let Some(at) = at.filter(|_| recipe.size != Size::Found || key == "holes" || key == "repair") {
                warn(key, at, "a texture has no subject", "remove it", cx);
            }
        }
    } else if let (Matte::None, Some(holes)) = (recipe.matte, &keys.holes) {
        warn("holes", holes.span, "the background stays", "remove it, or write `background = \"auto\"`", cx);
    }
    if let (Some(dither), PaletteChoice::Auto, false) = (&keys.dither, &recipe.palette, has_base)
        && dither.value == Dither::Ordered
    {
        warn("dither", dither.span, "no palette is given", "add `palette` or `colors`, or remove it", cx);
    }
    if let (Size::Frame([width, height]), Some(margin)) = (recipe.size, &keys.margin)
        && 2 * margin.value.u32() >= width.min(height)
    {
        let message = format!("a margin of {} leaves no room in {width}x{height}", margin.value.u32());
        let problem = Problem::error("no-room", margin.span, message);
        cx.report(problem.help(format!("at most {} leaves some", (width.min(height) - 1) / 2)));
    }
}

/// Whether a border of tiles is drawn in this layout.
pub(in crate::manifest::check) fn has_border(layout: Layout) -> bool {
    layout != Layout::Single
}
