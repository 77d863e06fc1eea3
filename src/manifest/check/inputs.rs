//! Inputs of asks: images of the project, or raws of other assets.

use std::collections::BTreeMap;

use super::Context;
use super::axes::Shape;
use super::gather::{Asset, Found, Gathered};
use super::prompt::Known;
use super::references::{Reference, unknown_asset};
use super::resolve::Resolved;
use crate::manifest::problem::Problem;
use crate::manifest::raw::At;
use crate::manifest::template::Template;
use crate::words::asset::Kind;
use crate::words::project::DIRECTIONS;
use crate::words::skeleton::{self, Action, Body};
use crate::words::source::Span;
use crate::words::suggest::list;

/// An input of an asset, the same for all of its groups.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// A file; its path may name axes.
    File(At<Template>),
    /// An asset by number, with the values and the frame if they are written.
    Asset { at: usize, group: Option<Vec<usize>>, frame: Option<u32>, span: Span },
    /// A pose that the program draws, with the direction if it is written.
    Pose { body: Body, action: Action, facing: Option<&'static str> },
}

/// The inputs of an asset by role.
pub(super) type Inputs = BTreeMap<String, Source>;

/// Reads the inputs of all assets.
pub(super) fn read(all: &Gathered, assets: &[Resolved], cx: &mut Context<'_>) -> Vec<Inputs> {
    let known = assets.iter().map(|asset| Known { shape: &asset.shape, vars: &all.vars });
    all.assets.iter().zip(known).map(|(asset, known)| of_asset(asset, &known, all, assets, cx)).collect()
}

fn of_asset(raw: &Asset, known: &Known<'_>, all: &Gathered, assets: &[Resolved], cx: &mut Context<'_>) -> Inputs {
    let mut inputs = BTreeMap::new();
    for (role, value) in raw.raw.inputs.iter().flat_map(|inputs| &inputs.0) {
        if !role.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-') || role.is_empty() {
            let problem = Problem::error("bad-name", role.span, format!("`{}` cannot be a role", role.value));
            cx.report(problem.help("letters, digits, `-` and `_` are possible"));
            continue;
        }
        let source = match Reference::parse(value) {
            Reference::File => known.path(value, cx).map(Source::File),
            Reference::Pose { name, facing } => pose(name, facing, value.span, cx),
            Reference::Asset { name, values, frame } => asset(name, values, frame, value.span, all, assets, cx),
        };
        inputs.extend(source.map(|source| (role.value.clone(), source)));
    }
    inputs
}

fn pose(name: &str, facing: Option<&str>, span: Span, cx: &mut Context<'_>) -> Option<Source> {
    let Some((body, action)) = skeleton::named(name) else {
        let names: Vec<String> = skeleton::poses().map(|(body, action)| skeleton::name(body, action)).collect();
        let problem = Problem::error("unknown-pose", span, format!("no pose is called `{name}`"));
        let known = names.iter().map(String::as_str);
        cx.report(problem.help(format!("poses are {}", list(&names))).suggest(name, known));
        return None;
    };
    let found = facing.map(skeleton::facing);
    if let (Some(text), Some(None)) = (facing, found) {
        let problem = Problem::error("unknown-pose", span, format!("`{text}` is no direction of a pose"));
        cx.report(problem.help(format!("directions are {}", DIRECTIONS.join(", "))));
        return None;
    }
    Some(Source::Pose { body, action, facing: found.flatten() })
}

fn asset(
    name: &str,
    values: Option<&str>,
    frame: Option<&str>,
    span: Span,
    all: &Gathered,
    assets: &[Resolved],
    cx: &mut Context<'_>,
) -> Option<Source> {
    let at = match all.find(name) {
        Some(Found::Asset(at)) => at,
        Some(Found::Tileset) => {
            let problem = Problem::error("wrong-kind", span, format!("the tileset `{name}` has no raw of its own"));
            cx.report(problem.help("name one of its textures"));
            return None;
        }
        None => {
            let hints = cx.hints();
            let known = all.names(|_| hints);
            let problem = unknown_asset(name, span, known);
            cx.report(if name.contains(['/', '.']) {
                problem.help("an image file ends in .png, .jpg, .jpeg or .webp")
            } else {
                problem
            });
            return None;
        }
    };
    let target = &assets[at];
    let group = match values {
        Some(values) => Some(group(name, values, &target.shape, span, cx)?),
        None => None,
    };
    let frame = match frame {
        Some(frame) => Some(number(frame, target, span, cx)?),
        None => None,
    };
    Some(Source::Asset { at, group, frame, span })
}

/// The group of a reference with its values written out.
pub(super) fn group(name: &str, values: &str, shape: &Shape, span: Span, cx: &mut Context<'_>) -> Option<Vec<usize>> {
    let parts: Vec<&str> = values.split('-').collect();
    let at: Option<Vec<usize>> = (parts.len() == shape.axes.len())
        .then(|| {
            let axes = shape.axes.iter().zip(&parts);
            axes.map(|(axis, id)| axis.values.iter().position(|value| value.id == **id)).collect()
        })
        .flatten();
    if at.is_none() {
        let problem = Problem::error("unknown-asset", span, format!("`{name}` has no `{name}@{values}`"));
        let first = shape.combinations().next().unwrap_or_default();
        cx.report(problem.help(format!("one that it has is `{}`", shape.name(name, &first))));
    }
    at
}

fn number(frame: &str, target: &Resolved, span: Span, cx: &mut Context<'_>) -> Option<u32> {
    let number = frame.parse().ok().filter(|n| target.kind == Kind::Animation && (1..=target.frames).contains(n));
    if number.is_none() {
        let problem = Problem::error("unknown-asset", span, format!("there is no frame `{frame}`"));
        cx.report(problem.help("only animations have frames, from 1"));
    }
    number
}
