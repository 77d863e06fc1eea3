//! Frames of an animation and how they play.

use std::collections::BTreeMap;

use super::Context;
use crate::manifest::check::context::Played;
use crate::manifest::check::gather::{Asset, Motion};
use crate::manifest::check::names;
use crate::manifest::check::paths::is_glob;
use crate::manifest::problem::Problem;
use crate::words::asset::Kind;
use crate::words::frames_file::is_frames_file;
use crate::words::recipe::Repair;
use crate::words::timing::{Playback, Timing, durations_at};

/// The most frames of an animation.
const MOST: u32 = 64;

/// The default of `frames` for a sprite that moves, and for one whose eyes close, so that they do so now and then.
const ROUND: u32 = 16;
const LONG_ROUND: u32 = 32;

/// The default of `fps`.
const FPS: u32 = 10;

/// The number of frames; 0 if a glob decides.
pub(super) fn frames(asset: &Asset, cx: &mut Context<'_>) -> u32 {
    if asset.kind != Kind::Animation {
        return 1;
    }
    let motion = &asset.motion;
    let frames = motion.frames.as_ref().map(|n| n.value.u32());
    if motion.still.is_some() {
        let blinks = motion.moves.as_ref().is_some_and(|moves| moves.blink.is_some());
        return frames.unwrap_or(if blinks { LONG_ROUND } else { ROUND });
    }
    rows(motion, cx);
    let Some(sources) = &asset.raw.source else {
        if let Some(strip) = &motion.strip {
            let problem = Problem::error("strip-without-source", strip.span, "`strip` needs a `source`");
            cx.report(problem.help("add `source = \"walk.png\"`; for generated frames write `frames`"));
        }
        if frames.is_none() {
            let message = format!("the animation `{}` has no `frames`", asset.name.value);
            let problem = Problem::error("missing-key", asset.name.span, message);
            cx.report_missing(problem.help("write `frames = 6`, or `source = \"..\"` for existing images"));
        }
        return frames.unwrap_or(1);
    };
    let globs = sources.0.iter().any(|source| is_glob(source) || is_frames_file(source));
    match &motion.strip {
        Some(strip) => {
            let parts = if motion.rows.is_some() { strip.value.columns } else { strip.value.parts() };
            if parts > MOST {
                let message = format!("{parts} frames are out of range: 1 to {MOST}");
                let problem = Problem::error("out-of-range", strip.span, message);
                cx.report(problem.help("name its rows with `rows`, so that an animation is one of them"));
                return MOST;
            }
            if sources.0.len() != 1 || sources.0.iter().any(|source| is_frames_file(source)) {
                let problem = Problem::error("strip-sources", sources.span, "a strip is a single still image");
                cx.report(problem.help("name one image, or remove `strip` for one image per frame"));
            }
            if let Some(given) = motion.frames.as_ref().filter(|given| given.value.u32() != parts) {
                let message = format!("`frames` is {}, but the strip has {parts}", given.0);
                let problem = Problem::error("frame-count", given.span, message);
                cx.report(problem.help("remove `frames`").related(strip.span, "the strip's parts"));
            }
            parts
        }
        None if globs => frames.unwrap_or(0),
        None => frames.unwrap_or_else(|| u32::try_from(sources.0.len()).unwrap_or(u32::MAX)),
    }
}

/// Checks the names of a strip's rows.
fn rows(motion: &Motion, cx: &mut Context<'_>) {
    let Some(rows) = &motion.rows else { return };
    let count = rows.0.len();
    let Some(strip) = &motion.strip else {
        let problem = Problem::error("strip-rows", rows.span, "`rows` needs a `strip`");
        cx.report(problem.help("write `strip = [columns, rows]`"));
        return;
    };
    if count != strip.value.rows as usize {
        let message = format!("`rows` names {count} rows, but the strip has {}", strip.value.rows);
        let problem = Problem::error("strip-rows", rows.span, message);
        cx.report(problem.help("name each row, from the top").related(strip.span, "the strip"));
    }
    for (at, name) in rows.0.iter().enumerate() {
        if let Some(first) = rows.0[..at].iter().find(|first| first.value == name.value) {
            let problem = Problem::error("strip-rows", name.span, format!("two rows are called `{}`", name.value));
            cx.report(problem.help("give each its own name").related(first.span, "the first one"));
        }
    }
}

/// How the frames are steadied: an animation whose action leaves the ground keeps its curve.
pub(super) fn repair(asset: &Asset, given: Repair) -> Repair {
    let named = asset.motion.action.as_ref().or(asset.raw.tag.as_ref());
    let action = named.map_or(asset.name.as_str(), |action| action.as_str());
    let bobs = asset.motion.moves.as_ref().is_some_and(|moves| moves.bob.is_some());
    match given {
        Repair::Auto if bobs => Repair::Rising,
        Repair::Auto if asset.kind == Kind::Animation => Repair::of_action(action),
        given => given,
    }
}

/// How long the frames are shown, in milliseconds: those that are given, one of them for all, or as `fps` says.
fn durations(asset: &Asset, frames: usize) -> Vec<u32> {
    let motion = &asset.motion;
    let given: Option<Vec<u32>> = motion.durations.as_ref().map(|list| list.0.iter().map(|n| n.value.u32()).collect());
    match given.as_deref() {
        Some(&[one]) => vec![one; frames],
        Some(given) => given.to_vec(),
        None => durations_at(motion.fps.as_ref().map_or(FPS, |fps| fps.value.u32()), frames),
    }
}

/// How an animation plays: as its own keys say, else as its file with frames does.
pub(in crate::manifest::check) fn played(
    asset: &Asset,
    frames: usize,
    timing: &Timing,
    file: Option<&Played>,
) -> Timing {
    let motion = &asset.motion;
    let mut timing = Timing { durations: durations(asset, frames), ..timing.clone() };
    let Some(Played { durations, tag }) = file else { return timing };
    if motion.fps.is_none() && motion.durations.is_none() {
        timing.durations.clone_from(durations);
    }
    let Some(tag) = tag else { return timing };
    if motion.action.is_none() {
        timing.tag.clone_from(&tag.name);
    }
    timing.playback = motion.playback.as_ref().map_or(tag.playback, |word| word.value);
    timing.repeat = motion.repeat.as_ref().map_or(tag.repeat, |word| word.value);
    timing
}

/// How an animation plays; its durations follow once the frames are known.
pub(super) fn timing(asset: &Asset, frames: u32, cx: &mut Context<'_>) -> Option<Timing> {
    if asset.kind != Kind::Animation {
        return None;
    }
    let motion = &asset.motion;
    let action = motion.action.as_ref();
    if let Some(action) = action.filter(|action| action.trim().is_empty() || action.chars().any(char::is_control)) {
        let problem = Problem::error("bad-action", action.span, "the action is empty or has control characters");
        cx.report(problem.help("name what the figure does, such as `walk`"));
    }
    if let (Some(fps), Some(durations)) = (&motion.fps, &motion.durations) {
        let problem =
            Problem::error("fps-and-durations", fps.span, "`fps` and `durations` both set the length of a frame");
        cx.report(problem.help("keep one of them").related(durations.span, "durations are given here"));
    }
    if let Some(list) = &motion.durations {
        let count = list.0.len();
        if count != 1 && frames != 0 && count != frames as usize {
            let message = format!("there are {count} durations for {frames} frames");
            let problem = Problem::error("duration-count", list.span, message);
            cx.report_missing(problem.help("give one for every frame, or one for all"));
        }
    }
    Some(Timing {
        tag: action.map_or_else(|| asset.name.value.clone(), |action| action.trim().to_owned()),
        durations: Vec::new(),
        playback: motion.playback.as_ref().map_or(Playback::Forward, |word| word.value),
        repeat: motion.repeat.as_ref().is_none_or(|word| word.value),
        events: BTreeMap::new(),
    })
}

/// The events of an animation of so many frames, which are counted from 0 in it.
pub(in crate::manifest::check) fn events(
    asset: &Asset,
    frames: usize,
    cx: &mut Context<'_>,
) -> BTreeMap<String, Vec<u32>> {
    let mut events = BTreeMap::new();
    for (name, numbers) in asset.motion.events.iter().flat_map(|events| &events.0) {
        if let Err(refused) = names::name(format_args!("the event"), name) {
            cx.report(Problem::new(name.span, refused));
        }
        if numbers.value.0.is_empty() {
            let problem =
                Problem::error("event-frame", numbers.span, format!("the event `{}` is on no frame", name.value));
            cx.report(problem.help("name its frames, counted from 1, or remove it"));
        }
        for number in numbers.value.0.iter().filter(|number| frames > 0 && number.value.u32() as usize > frames) {
            let message = format!("there is no frame {}: the animation has {frames}", number.value.u32());
            cx.report(Problem::error("event-frame", number.span, message).help("frames are counted from 1"));
        }
        let mut at: Vec<u32> = numbers.value.0.iter().map(|number| number.value.u32() - 1).collect();
        at.sort_unstable();
        at.dedup();
        events.insert(name.value.clone(), at);
    }
    events
}
