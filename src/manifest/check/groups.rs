//! Groups: one for each combination of an asset's values.

use std::borrow::Cow;
use std::collections::HashMap;

use super::Context;
use super::gather::{Asset, Gathered};
use super::prompt::{self, Values};
use super::settle::{Books, Settled, index};
use super::slots::Maker;
use crate::manifest::problem::Problem;
use crate::manifest::raw::BackendWord;
use crate::words::asset::{GroupId, Kind};
use crate::words::project::{Group, Origin};
use crate::words::source::Place;
use crate::words::source::Span;
use crate::workflow::built_in;

/// Makes every group of every asset.
pub(super) fn expand(all: &Gathered, settled: &[Settled], books: &Books<'_>, cx: &mut Context<'_>) -> Vec<Group> {
    let mut groups = Vec::new();
    for (raw, asset) in all.assets.iter().zip(settled) {
        let first = groups.len();
        one(raw, asset, all, settled, books, &mut groups, cx);
        time(&mut groups[first..], raw, asset, cx);
    }
    groups
}

/// Makes the groups of one asset.
fn one(
    raw: &Asset,
    asset: &Settled,
    all: &Gathered,
    settled: &[Settled],
    books: &Books<'_>,
    groups: &mut Vec<Group>,
    cx: &mut Context<'_>,
) {
    let background = prompt::background(&asset.blend, asset.opaque);
    let place = place(raw.name.span, cx);
    let tags = tags(raw.raw.tags.as_ref(), cx);
    let with = with(asset);
    for at in asset.shape.combinations() {
        let id = GroupId::new(asset.kind, asset.shape.name(&raw.name, &at));
        let key = &asset.blend.key.word;
        let values = Values { shape: &asset.shape, at: &at, vars: books.vars, background: &background, key };
        let path = path(raw, asset, &values, cx);
        let origin = match mirrored(asset, &at) {
            Some(from) => Origin::Mirror(GroupId::new(asset.kind, asset.shape.name(&raw.name, &from))),
            None => {
                let maker = Maker { raw, asset, all, settled, settings: books.settings, values };
                Origin::Slots(maker.slots(&id, cx))
            }
        };
        groups.push(Group {
            base: base(asset, &at, all, settled),
            timing: None,
            recipe: asset.recipe.clone(),
            tags: tags.clone(),
            with: with.clone(),
            place: place.clone(),
            id,
            origin,
            path,
        });
    }
}

/// Gives every frame its duration; a mirrored group has as many frames as the one that it mirrors.
fn time(groups: &mut [Group], raw: &Asset, asset: &Settled, cx: &mut Context<'_>) {
    let Some(timing) = &asset.timing else { return };
    let drawn = groups.iter().map(|group| (group.id.name.clone(), group.slots().len()));
    let frames: HashMap<String, usize> = drawn.collect();
    for group in groups {
        let name = match &group.origin {
            Origin::Mirror(from) => &from.name,
            Origin::Slots(_) => &group.id.name,
        };
        let frames = frames.get(name).copied().unwrap_or_default();
        let mut timing = timing.clone();
        if let [one] = timing.durations[..] {
            timing.durations = vec![one; frames];
        } else if asset.frames == 0 && frames != 0 && timing.durations.len() != frames {
            let span = raw.motion.durations.as_ref().map_or_else(Span::default, |list| list.span);
            let message = format!("there are {} durations for {frames} frames", timing.durations.len());
            let problem = Problem::error("duration-count", span, message);
            cx.tell(problem.help("give one for every frame, or one for all"));
        }
        group.timing = Some(timing);
    }
}

/// Where an asset is declared.
pub(super) fn place(span: Span, cx: &Context<'_>) -> Place {
    cx.sources.place(span).unwrap_or_else(|| Place { file: String::new(), line: 1, column: 1 })
}

/// Tags, sorted, each once.
pub(super) fn tags(
    raw: Option<&crate::manifest::raw::At<crate::manifest::raw::OneOrMany<String>>>,
    cx: &mut Context<'_>,
) -> Vec<String> {
    let mut tags = Vec::new();
    for tag in raw.iter().flat_map(|tags| &tags.0) {
        if let Err(refused) = super::names::name(tag) {
            let problem = Problem::error("bad-tag", tag.span, format!("the tag `{}` {}", tag.value, refused.why));
            cx.tell(problem.help(refused.help));
        }
        tags.push(tag.value.clone());
    }
    tags.sort();
    tags.dedup();
    tags
}

/// The built-ins that an asset is resolved with.
fn with(asset: &Settled) -> Vec<String> {
    let workflow = built_in(&asset.blend.style.workflow).filter(|_| asset.backend == BackendWord::Comfyui);
    let workflow = workflow.map(|workflow| format!("{}@{}", workflow.name, workflow.version));
    let mut with: Vec<String> = Vec::new();
    for id in workflow.into_iter().chain(asset.presets.iter().map(|preset| preset.id())) {
        if !with.contains(&id) {
            with.push(id);
        }
    }
    with
}

/// The values that a mirrored group is the image of.
fn mirrored(asset: &Settled, at: &[usize]) -> Option<Vec<usize>> {
    let from = *asset.shape.mirrors.get(at.last()?)?;
    let mut values = at.to_vec();
    *values.last_mut()? = from;
    Some(values)
}

fn base(asset: &Settled, at: &[usize], all: &Gathered, settled: &[Settled]) -> Option<GroupId> {
    let number = asset.base?;
    let base = &settled[number];
    let values = index(&base.shape, &asset.shape, at)?;
    Some(GroupId::new(base.kind, base.shape.name(&all.assets[number].name, &values)))
}

fn path(raw: &Asset, asset: &Settled, values: &Values<'_>, cx: &mut Context<'_>) -> Option<String> {
    let Some(template) = &asset.texts.path else {
        return (asset.kind != Kind::Texture).then(|| format!("{}s/{}", asset.kind, stem(&raw.name, values)));
    };
    let mut path = values.path(template);
    let named = values.shape.axes.iter().filter(|axis| template.uses(&axis.name)).count();
    if named < values.shape.axes.len() {
        // Axes that the path does not name follow it, so that no two groups meet in one file.
        let rest = values.shape.axes.iter().zip(values.at).filter(|(axis, _)| !template.uses(&axis.name));
        let ids: Vec<&str> = rest.map(|(axis, at)| axis.values[*at].id.as_str()).collect();
        path = format!("{path}-{}", ids.join("-"));
    }
    output(&path, template.span, cx)
}

fn stem<'a>(name: &'a str, values: &Values<'_>) -> Cow<'a, str> {
    if values.shape.axes.is_empty() {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(format!("{name}-{}", values.shape.ids(values.at)))
    }
}

/// A path of an output without its extension.
pub(super) fn output(path: &str, span: Span, cx: &mut Context<'_>) -> Option<String> {
    let path = cx.relative(path, span)?;
    if let Some((stem, _)) = path.rsplit_once('.').filter(|(_, extension)| extension.eq_ignore_ascii_case("png")) {
        let problem = Problem::error("bad-path", span, "a `path` is written without `.png`");
        cx.tell(problem.help(format!("write `{stem}`; scales and other files are named after it, too")));
        return None;
    }
    Some(path)
}
