//! The inputs of one slot: files, or slots of other assets.

use std::collections::BTreeMap;

use super::All;
use crate::manifest::check::axes::Shape;
use crate::manifest::check::inputs::{Inputs, Source};
use crate::manifest::check::prompt::Values;
use crate::manifest::check::resolve::Resolved;
use crate::manifest::check::{Context, images};
use crate::manifest::problem::Problem;
use crate::words::ask::Input;
use crate::words::asset::{GroupId, Kind, SlotId};
use crate::words::project::DIRECTIONS;
use crate::words::skeleton::{self, Skeleton};
use crate::words::source::Span;

/// The slot that an input is for.
pub(super) struct Consumer<'a> {
    pub(super) shape: &'a Shape,
    pub(super) at: &'a [usize],
    /// The frame from 1, and the number of frames.
    pub(super) frame: Option<u32>,
    pub(super) frames: u32,
    /// Width and height of the image that it generates.
    pub(super) canvas: [u32; 2],
}

/// The inputs of one slot.
pub(super) fn resolve(
    inputs: &Inputs,
    consumer: &Consumer<'_>,
    values: &Values<'_>,
    all: &All<'_>,
    cx: &mut Context<'_>,
) -> BTreeMap<String, Input> {
    let mut resolved = BTreeMap::new();
    for (role, source) in inputs {
        let input = match source {
            Source::File(path) => images::image(&values.path(path), path.span, &all.settings.out, cx).map(Input::File),
            Source::Asset { at, group, frame, span } => {
                let target = &all.assets[*at];
                slot(&all.gathered.assets[*at].name, target, group.as_deref(), *frame, consumer, *span, cx)
                    .map(Input::Slot)
            }
            Source::Pose { body, action, facing } => Some(Input::Skeleton(Skeleton {
                body: *body,
                action: *action,
                facing: facing.or_else(|| skeleton::facing(values.facing()?)).unwrap_or(DIRECTIONS[0]),
                frame: consumer.frame.map_or(0, |frame| frame - 1),
                frames: consumer.frames,
                canvas: consumer.canvas,
            })),
        };
        resolved.extend(input.map(|input| (role.clone(), input)));
    }
    resolved
}

fn slot(
    name: &str,
    target: &Resolved,
    group: Option<&[usize]>,
    frame: Option<u32>,
    consumer: &Consumer<'_>,
    span: Span,
    cx: &mut Context<'_>,
) -> Option<SlotId> {
    let ambiguous = |what: String, help: &str| Problem::error("ambiguous-input", span, what).help(help.to_owned());
    let at = match group.map(<[usize]>::to_vec).or_else(|| target.shape.matching(consumer.shape, consumer.at)) {
        Some(at) => at,
        None => {
            let first = target.shape.name(name, &vec![0; target.shape.axes.len()]);
            let help = format!("name one of them, such as `{first}`, or give this asset the same axes");
            cx.report(ambiguous(format!("`{name}` has several images, and none is named"), &help));
            return None;
        }
    };
    if at.last().is_some_and(|last| target.shape.mirrors.contains_key(last)) {
        let id = target.shape.name(name, &at);
        let problem = Problem::error("mirrored-input", span, format!("`{id}` is a mirror image and has no raw"));
        cx.report(problem.help("name the direction that it mirrors"));
        return None;
    }
    let id = GroupId::new(target.kind, target.shape.name(name, &at));
    if target.kind != Kind::Animation {
        return Some(SlotId::only(id));
    }
    let same = (target.frames == consumer.frames).then_some(consumer.frame).flatten();
    let Some(frame) = frame.or(same).or((target.frames == 1).then_some(1)) else {
        let what = format!("`{name}` has {} frames, and none is named", target.frames);
        cx.report(ambiguous(what, &format!("name one of them: `{name}#1`")));
        return None;
    };
    Some(SlotId { group: id, frame: Some(frame) })
}
