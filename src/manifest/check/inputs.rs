//! Inputs of an ask: pictures of the project, or raws of other assets.

use std::collections::BTreeMap;

use super::Context;
use super::axes::Shape;
use super::gather::{Found, Gathered};
use super::order::unknown_asset;
use super::prompt::Values;
use super::settle::{Settled, index};
use crate::manifest::problem::Problem;
use crate::manifest::raw::At;
use crate::manifest::template::Template;
use crate::words::ask::Input;
use crate::words::asset::{GroupId, Kind, SlotId};
use crate::words::source::Span;

/// What an input's text says.
pub(super) enum Reference<'a> {
    /// `pose.png`.
    File,
    /// `knight`, `potion@red`, `walk#2`.
    Asset { name: &'a str, values: Option<&'a str>, frame: Option<&'a str> },
}

impl<'a> Reference<'a> {
    /// Pictures are known by their extension.
    pub(super) fn parse(text: &'a str) -> Self {
        let extension = text.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
        if extension.is_some_and(|e| ["png", "jpg", "jpeg", "webp"].contains(&e.as_str())) {
            return Self::File;
        }
        let (text, frame) = text.split_once('#').map_or((text, None), |(text, frame)| (text, Some(frame)));
        let (name, values) = text.split_once('@').map_or((text, None), |(name, values)| (name, Some(values)));
        Self::Asset { name, values, frame }
    }

    /// The asset's name.
    pub(super) fn asset(&self) -> Option<&'a str> {
        match self {
            Self::File => None,
            Self::Asset { name, .. } => Some(name),
        }
    }
}

/// An input of an asset, the same for all of its groups.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// A file; its path may name axes.
    File(At<Template>),
    /// An asset by number, with the values and the frame if they are written.
    Asset { at: usize, group: Option<Vec<usize>>, frame: Option<u32>, span: Span },
}

/// Reads the inputs of an asset. What they name is settled already.
pub(super) fn read(
    number: usize,
    all: &Gathered,
    settled: &[Option<Settled>],
    known: &super::prompt::Known<'_>,
    cx: &mut Context<'_>,
) -> BTreeMap<String, Source> {
    let mut inputs = BTreeMap::new();
    for (role, value) in all.assets[number].raw.inputs.iter().flat_map(|inputs| &inputs.0) {
        if !role.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-') || role.is_empty() {
            let problem = Problem::error("bad-name", role.span, format!("`{}` cannot be a role", role.value));
            cx.tell(problem.help("letters, digits, `-` and `_` are possible"));
            continue;
        }
        let source = match Reference::parse(value) {
            Reference::File => known.path(value, cx).map(Source::File),
            Reference::Asset { name, values, frame } => asset(name, values, frame, value.span, all, settled, cx),
        };
        inputs.extend(source.map(|source| (role.value.clone(), source)));
    }
    inputs
}

fn asset(
    name: &str,
    values: Option<&str>,
    frame: Option<&str>,
    span: Span,
    all: &Gathered,
    settled: &[Option<Settled>],
    cx: &mut Context<'_>,
) -> Option<Source> {
    let at = match all.find(name) {
        Some(Found::Asset(at)) => at,
        Some(Found::Tileset) => {
            let problem = Problem::error("wrong-kind", span, format!("the tileset `{name}` has no raw of its own"));
            cx.tell(problem.help("name one of its textures"));
            return None;
        }
        None => {
            let hints = cx.hints();
            let known = all.names(|_| hints);
            let problem = unknown_asset(name, span, known);
            cx.tell(if name.contains(['/', '.']) {
                problem.help("pictures are known by .png, .jpg, .jpeg or .webp")
            } else {
                problem
            });
            return None;
        }
    };
    // A circle, told already: it has no settled input.
    let target = settled[at].as_ref()?;
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
        cx.tell(problem.help(format!("one that it has is `{}`", shape.name(name, &first))));
    }
    at
}

fn number(frame: &str, target: &Settled, span: Span, cx: &mut Context<'_>) -> Option<u32> {
    let number = frame.parse().ok().filter(|n| target.kind == Kind::Animation && (1..=target.frames).contains(n));
    if number.is_none() {
        let problem = Problem::error("unknown-asset", span, format!("there is no frame `{frame}`"));
        cx.tell(problem.help("only animations have frames, from 1"));
    }
    number
}

/// Who asks: the place of a slot among its asset's.
pub(super) struct Asker<'a> {
    pub(super) shape: &'a Shape,
    pub(super) at: &'a [usize],
    /// The frame from 1, and the number of frames.
    pub(super) frame: Option<u32>,
    pub(super) frames: u32,
    /// The output folder.
    pub(super) out: &'a str,
}

/// The inputs of one slot.
pub(super) fn resolve(
    inputs: &BTreeMap<String, Source>,
    asker: &Asker<'_>,
    values: &Values<'_>,
    all: &Gathered,
    settled: &[Settled],
    cx: &mut Context<'_>,
) -> BTreeMap<String, Input> {
    let mut resolved = BTreeMap::new();
    for (role, source) in inputs {
        let input = match source {
            Source::File(path) => {
                super::sources::picture(&values.path(path), path.span, asker.out, cx).map(Input::File)
            }
            Source::Asset { at, group, frame, span } => {
                let target = &settled[*at];
                slot(&all.assets[*at].name, target, group.as_deref(), *frame, asker, *span, cx).map(Input::Slot)
            }
        };
        resolved.extend(input.map(|input| (role.clone(), input)));
    }
    resolved
}

fn slot(
    name: &str,
    target: &Settled,
    group: Option<&[usize]>,
    frame: Option<u32>,
    asker: &Asker<'_>,
    span: Span,
    cx: &mut Context<'_>,
) -> Option<SlotId> {
    let ambiguous = |what: String, help: &str| Problem::error("ambiguous-input", span, what).help(help.to_owned());
    let at = match group.map(<[usize]>::to_vec).or_else(|| index(&target.shape, asker.shape, asker.at)) {
        Some(at) => at,
        None => {
            let first = target.shape.name(name, &vec![0; target.shape.axes.len()]);
            let help = format!("name one of them, such as `{first}`, or give this asset the same axes");
            cx.tell(ambiguous(format!("`{name}` has several pictures, and which is meant is not clear"), &help));
            return None;
        }
    };
    if at.last().is_some_and(|last| target.shape.mirrors.contains_key(last)) {
        let id = target.shape.name(name, &at);
        let problem = Problem::error("mirrored-input", span, format!("`{id}` is a mirror image and has no raw"));
        cx.tell(problem.help("name the direction that it mirrors"));
        return None;
    }
    let id = GroupId::new(target.kind, target.shape.name(name, &at));
    if target.kind != Kind::Animation {
        return Some(SlotId::only(id));
    }
    let same = (target.frames == asker.frames).then_some(asker.frame).flatten();
    let Some(frame) = frame.or(same).or((target.frames == 1).then_some(1)) else {
        let what = format!("`{name}` has {} frames, and which is meant is not clear", target.frames);
        cx.tell(ambiguous(what, &format!("name one of them: `{name}#1`")));
        return None;
    };
    Some(SlotId { group: id, frame: Some(frame) })
}
