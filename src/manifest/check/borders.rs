//! Borders of terrains.

use super::Context;
use crate::manifest::problem::Problem;
use crate::manifest::raw::{At, RawBorder};
use crate::words::layout::{Border, Look};
use crate::words::source::Span;

/// A border without a table of its own is an eighth of the tile wide and wanders by one pixel.
pub(super) fn border(raw: Option<&At<RawBorder>>, size: [u32; 2], cx: &mut Context<'_>) -> Border {
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
