//! Assets that are another one in other colours.

use super::Context;
use super::gather::Asset;
use crate::manifest::problem::Problem;
use crate::manifest::raw::At;
use crate::words::color::Rgb;
use crate::words::source::Span;

/// The most colours that change.
const MOST: usize = 256;

/// Reports what is wrong with a recolouring, and keys that have no effect beside it.
pub(super) fn check(asset: &Asset, frames: u32, cx: &mut Context<'_>) {
    let Some(recolor) = &asset.recolor else { return };
    if recolor.of.is_none() {
        let problem = Problem::error("missing-key", recolor.span, "a recolouring has no `of`");
        cx.report_missing(problem.help("name the asset whose colours change"));
    }
    if let Some(source) = &asset.raw.source {
        let problem = Problem::error("recolor-and-source", source.span, "a recoloured asset has no files of its own");
        cx.report(problem.help("remove `source` or `recolor`").related(recolor.span, "it is recoloured here"));
    }
    if frames == 0 {
        let message = "the files of a pattern decide how many frames it has";
        let problem = Problem::error("recolor-frames", recolor.span, message);
        cx.report(problem.help("write `frames` in the other animation, or name its files one by one"));
    }
    let of = asset.raw.prompt.as_ref().map(|prompt| ("prompt", prompt.span));
    let inputs = asset.raw.inputs.as_ref().map(|inputs| ("inputs", inputs.span));
    let seed = asset.raw.seed.as_ref().map(|seed| ("seed", seed.span));
    let candidates = asset.raw.candidates.as_ref().map(|n| ("candidates", n.span));
    for (key, span) in [of, inputs, seed, candidates].into_iter().flatten() {
        let message = format!("`{key}` has no effect: a recoloured asset generates nothing");
        cx.report(Problem::warning("unused-key", span, message).help("remove it"));
    }
    let pairs = colors(asset, cx);
    if pairs.len() > MOST {
        let problem = Problem::error("recolor-colors", recolor.span, format!("{} colours change", pairs.len()));
        cx.report(problem.help(format!("at most {MOST} are allowed")));
    }
}

/// The pairs of colours of an asset, without problems; reports those.
fn colors(asset: &Asset, cx: &mut Context<'_>) -> Vec<(Rgb, Rgb)> {
    let Some(recolor) = &asset.recolor else { return Vec::new() };
    let [from, to] = [&recolor.from, &recolor.to].map(|list| list.as_ref().map(|list| list.value.as_slice()));
    let (Some(from), Some(to)) = (from, to) else {
        let problem = Problem::error("missing-key", recolor.span, "a recolouring needs `from` and `to`");
        cx.report_missing(problem.help("write `from = [\"#..\"], to = [\"#..\"]`: colours in the same order"));
        return Vec::new();
    };
    if from.len() != to.len() || from.is_empty() {
        let message = format!("there are {} colours in `from` and {} in `to`", from.len(), to.len());
        let span = recolor.to.as_ref().map_or(recolor.span, |to| to.span);
        cx.report(
            Problem::error("recolor-colors", span, message).help("each colour of `from` has one in `to`, at least one"),
        );
    }
    let mut pairs: Vec<(Rgb, Rgb)> = Vec::new();
    for (from, to) in from.iter().zip(to) {
        let (Some(old), Some(new)) = (color(from, cx), color(to, cx)) else { continue };
        if pairs.iter().any(|(known, _)| *known == old) {
            report_duplicate(from, cx);
        }
        pairs.push((old, new));
    }
    pairs
}

fn report_duplicate(color: &At<String>, cx: &mut Context<'_>) {
    let message = format!("`{}` is in `from` twice", color.value);
    cx.report(Problem::error("recolor-colors", color.span, message).help("remove one of them, and its colour in `to`"));
}

fn color(text: &At<String>, cx: &mut Context<'_>) -> Option<Rgb> {
    let color = Rgb::parse(text);
    if color.is_none() {
        report_bad(text, text.span, cx);
    }
    color
}

fn report_bad(text: &str, span: Span, cx: &mut Context<'_>) {
    let problem = Problem::error("recolor-colors", span, format!("`{text}` is not a colour"));
    cx.report(problem.help("write it as `#rrggbb`"));
}

/// The pairs of colours of an asset that was checked.
pub(super) fn pairs(asset: &Asset) -> Option<Vec<(Rgb, Rgb)>> {
    let recolor = asset.recolor.as_ref()?;
    let (from, to) = (recolor.from.as_ref()?, recolor.to.as_ref()?);
    Some(from.value.iter().zip(&to.value).filter_map(|(from, to)| Some((Rgb::parse(from)?, Rgb::parse(to)?))).collect())
}
