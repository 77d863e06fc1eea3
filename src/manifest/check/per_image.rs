//! Images that show several members of an asset: sprites side by side, and animations as rows of a sheet.

use super::Context;
use super::gather::Asset;
use super::resolve::Resolved;
use crate::manifest::problem::Problem;
use crate::words::asset::GroupId;
use crate::words::source::Span;

/// How many values of an asset's matrix one image shows; `None` where each has an image of its own.
pub(super) fn of(raw: &Asset) -> Option<usize> {
    raw.per_image.as_ref().map(|count| count.value.u32() as usize)
}

/// The group of the image with that number, from 0.
pub(super) fn sheet(raw: &Asset, asset: &Resolved, number: usize) -> GroupId {
    GroupId::new(asset.kind, format!("{}@sheet-{}", raw.name.value, number + 1))
}

/// Reports what cannot stand beside `per_image`.
pub(super) fn check(raw: &Asset, asset: &Resolved, cx: &mut Context<'_>) {
    let Some(count) = &raw.per_image else { return };
    let others = [
        ("directions", raw.directions.as_ref().map(|directions| directions.span)),
        ("recolor", raw.recolor.as_ref().map(|recolor| recolor.span)),
    ];
    for (key, span) in others.into_iter().filter_map(|(key, span)| Some((key, span?))) {
        let problem = Problem::error("per-image", count.span, format!("`per_image` cannot stand beside `{key}`"));
        cx.report(problem.help("remove one of them").related(span, "the other one"));
    }
    if asset.shape.axes.is_empty() {
        let problem = Problem::error("per-image", count.span, "`per_image` needs a `matrix`");
        cx.report(problem.help("name the things: `matrix = { thing = [\"sword\", \"shield\"] }`"));
    }
    for source in &asset.texts.sources {
        if let Some(axis) = asset.shape.axes.iter().find(|axis| source.value.uses(&axis.name)) {
            let message = format!("the path names `{}`, but each image shows several", axis.name);
            let problem = Problem::error("per-image", source.span, message);
            cx.report(problem.help("name the images in their order: `source = \"raw/sheet-*.png\"`"));
        }
    }
    if asset.opaque {
        let problem = Problem::error("per-image", count.span, "images without a background cannot be cut apart");
        cx.report(problem.help("remove `per_image`, or choose a preset that is cut out, such as `icon`"));
    }
    check_names(raw, asset, count.span, cx);
}

/// Reports a member that is called as the group of an image of several is.
pub(super) fn check_names(raw: &Asset, asset: &Resolved, span: Span, cx: &mut Context<'_>) {
    let clash = asset.shape.combinations().find(|at| asset.shape.ids(at).starts_with("sheet-"));
    if let Some(at) = clash {
        let message = format!("`{}` is called as an image of several is", asset.shape.name(&raw.name, &at));
        cx.report(Problem::error("per-image", span, message).help("give the value another name"));
    }
}
