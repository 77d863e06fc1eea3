//! Slots from a file with frames: an Aseprite file, a GIF, an APNG.

use std::ops::RangeInclusive;

use super::{Context, Maker};
use crate::manifest::check::context::Played;
use crate::manifest::problem::Problem;
use crate::words::ask::Source;
use crate::words::asset::GroupId;
use crate::words::frames_file::{Outline, Tag, is_frames_file};
use crate::words::source::Span;

/// The most frames of an animation.
const MOST: usize = 64;

/// The image of a sprite: a still one, or the first frame of a file or of its tag.
pub(super) fn first(maker: &Maker<'_>, path: String, cx: &mut Context<'_>) -> Source {
    let frame = is_frames_file(&path).then(|| {
        let outline = cx.outline(&path, span(maker))?;
        let (range, _) = range(maker, &path, &outline, cx)?;
        u32::try_from(*range.start()).ok()
    });
    Source { path, part: None, frame: frame.map(Option::unwrap_or_default) }
}

/// The frames of an animation, whose durations are noted.
pub(super) fn all(maker: &Maker<'_>, group: &GroupId, images: &[String], cx: &mut Context<'_>) -> Vec<Source> {
    let [path] = images else {
        let problem = Problem::error("frames-sources", span(maker), "the frames of an animation come from one file");
        cx.report(problem.help("name one file with frames, or only still images"));
        return Vec::new();
    };
    let Some(outline) = cx.outline(path, span(maker)) else { return Vec::new() };
    let Some((range, tag)) = range(maker, path, &outline, cx) else { return Vec::new() };
    let count = range.end() - range.start() + 1;
    if count > MOST {
        let message = format!("`{path}` has {count} frames, and an animation at most {MOST}");
        let problem = Problem::error("frame-count", span(maker), message);
        cx.report(problem.help("name one of its tags: `tag = \"walk\"`"));
        return Vec::new();
    }
    maker.check_frame_count(count, cx);
    let durations = outline.durations[range.clone()].to_vec();
    cx.played.insert(group.clone(), Played { durations, tag });
    let source = |frame: usize| Source { path: path.clone(), part: None, frame: u32::try_from(frame).ok() };
    range.map(source).collect()
}

/// The frames that are taken, and the tag that is on just these.
fn range(
    maker: &Maker<'_>,
    path: &str,
    outline: &Outline,
    cx: &mut Context<'_>,
) -> Option<(RangeInclusive<usize>, Option<Tag>)> {
    let Some(wanted) = &maker.asset.texts.tag else {
        let whole = 0..=outline.durations.len() - 1;
        let is_whole = |tag: &&Tag| tag.first == *whole.start() && tag.last == *whole.end();
        let tag = outline.tags.iter().find(is_whole).filter(|_| outline.tags.len() == 1).cloned();
        return Some((whole, tag));
    };
    let name = maker.values.path(wanted);
    let Some(tag) = outline.tags.iter().find(|tag| tag.name == name) else {
        let message = format!("`{path}` has no tag `{name}`");
        let problem = Problem::error("unknown-tag", wanted.span, message).help("remove `tag` for all of its frames");
        cx.report(problem.suggest(&name, outline.tags.iter().map(|tag| tag.name.as_str())));
        return None;
    };
    Some((tag.first..=tag.last, Some(tag.clone())))
}

fn span(maker: &Maker<'_>) -> Span {
    maker.asset.texts.sources.first().map(|source| source.span).unwrap_or_default()
}
