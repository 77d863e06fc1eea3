//! Animations that are made from one sprite, and how it moves.

use super::gather::Asset;
use super::prompt::{Known, Values};
use super::resolve::Resolved;
use super::{Context, images};
use crate::manifest::problem::Problem;
use crate::manifest::raw::{At, Int, OneOrMany, RawBlink, RawMotion, RawSway, RegionValue};
use crate::manifest::template::Template;
use crate::words::image_file::{PNG_HEAD, png_size};
use crate::words::motion::{Blink, Bob, Breathe, Eyes, Motion, Region, Sway};
use crate::words::recipe::Size;
use crate::words::source::Span;

/// Breath and sway come once in so many frames, unless the manifest says how often.
const ROUND: u32 = 16;
/// From so many frames on, eyes are closed for two of them.
const MANY: u32 = 12;

/// The movements of an asset, with the paths of its masks parsed.
pub(super) struct Still<'a> {
    motion: &'a RawMotion,
    frames: u32,
    size: Size,
    eyes: Option<Part>,
    sways: Vec<Part>,
}

/// A part of a sprite as the manifest names it.
struct Part {
    region: RegionValue,
    /// The path of its mask.
    mask: Option<At<Template>>,
    span: Span,
}

/// Reads the movements of an asset, if it is made from a sprite that stands still, and reports what cannot stand beside
/// them.
pub(super) fn read<'a>(raw: &'a Asset, asset: &Resolved, known: &Known<'_>, cx: &mut Context<'_>) -> Option<Still<'a>> {
    let Some(still) = &raw.motion.still else {
        if let Some(motion) = &raw.motion.moves {
            let problem = Problem::error("missing-key", motion.span, "`motion` moves no sprite: there is no `still`");
            cx.report_missing(problem.help("write `still = \"..\"`, the name of a sprite"));
        }
        return None;
    };
    alone(raw, still, cx);
    let Some(motion) = &raw.motion.moves else {
        let problem = Problem::error("missing-key", still.span, "`still` has no `motion`");
        cx.report_missing(problem.help("say what moves: `motion = { breathe = 1, blink = \"found\" }`"));
        return None;
    };
    let RawMotion { breathe, blink, sway, bob } = &motion.value;
    if breathe.is_none() && blink.is_none() && bob.is_none() && sway.as_ref().is_none_or(|sway| sway.0.is_empty()) {
        let problem = Problem::error("missing-key", motion.span, "nothing moves: `motion` is empty");
        cx.report_missing(problem.help("it has `breathe`, `blink`, `sway` and `bob`"));
    }
    if asset.frames < 2 {
        let span = raw.motion.frames.as_ref().map_or(still.span, |frames| frames.span);
        let problem = Problem::error("motion-frame", span, "one frame shows no motion");
        cx.report(problem.help("write `frames = 8` or more, or remove the key"));
    }
    if let Some(by) = bob.as_ref().and_then(|bob| bob.0.by.as_ref()).filter(|by| by.value.0 == 0) {
        let problem = Problem::error("out-of-range", by.span, "`bob` moves nothing");
        cx.report(problem.help("write how many rows it rises, or a negative number of rows that it sinks"));
    }
    let eyes = blink.as_ref().map(|blink| blink.0.at.as_ref().map_or_else(Part::found, |at| Part::new(at, known, cx)));
    let sways = sway.iter().flat_map(|sway| &sway.0).filter_map(|sway| part(sway, known, cx)).collect();
    let still = Still { motion: &motion.value, frames: asset.frames, size: asset.recipe.size, eyes, sways };
    still.check_frames(cx);
    still.check_places(cx);
    Some(still)
}

/// The part that sways.
fn part(sway: &At<RawSway>, known: &Known<'_>, cx: &mut Context<'_>) -> Option<Part> {
    let help = "name it by a mask of the sprite's size, `mask = \"cape.png\"`, or as `[left, top, width, height]`";
    let Some(mask) = &sway.value.mask else {
        let problem = Problem::error("missing-key", sway.span, "`sway` does not say which part swings");
        cx.report_missing(problem.help(help));
        return None;
    };
    if mask.value == RegionValue::Found {
        cx.report(Problem::error("motion-part", mask.span, "a part that sways cannot be found").help(help));
        return None;
    }
    Some(Part::new(mask, known, cx))
}

/// Reports keys that cannot stand beside `still`, or have no effect there.
fn alone(raw: &Asset, still: &At<String>, cx: &mut Context<'_>) {
    let (asset, motion) = (&raw.raw, &raw.motion);
    let others = [
        ("of", motion.beside_still),
        ("recolor", raw.recolor.as_ref().map(|recolor| recolor.span)),
        ("source", asset.source.as_ref().map(|source| source.span)),
        ("size", asset.size.as_ref().map(|size| size.span)),
    ];
    for (key, span) in others.into_iter().filter_map(|(key, span)| Some((key, span?))) {
        let message = format!("`{key}` cannot stand beside `still`: the frames are those of the sprite");
        let problem = Problem::error("beside-still", span, message);
        cx.report(problem.help("remove one of them").related(still.span, "the sprite is named here"));
    }
    let idle = [
        ("prompt", asset.prompt.as_ref().map(|text| text.span)),
        ("negative", asset.negative.as_ref().map(|text| text.span)),
        ("preset", asset.preset.as_ref().map(|preset| preset.span)),
        ("style", asset.style.as_ref().map(|style| style.span)),
        ("inputs", asset.inputs.as_ref().map(|inputs| inputs.span)),
        ("seed", asset.seed.as_ref().map(|seed| seed.span)),
        ("candidates", asset.candidates.as_ref().map(|n| n.span)),
        ("palette", raw.keys.palette.as_ref().map(|palette| palette.span)),
        ("outline", raw.keys.outline.as_ref().map(|outline| outline.span)),
        ("margin", raw.keys.margin.as_ref().map(|margin| margin.span)),
        ("anchor", raw.keys.anchor.as_ref().map(|anchor| anchor.span)),
    ];
    for (key, span) in idle.into_iter().filter_map(|(key, span)| Some((key, span?))) {
        let message = format!("`{key}` has no effect: the frames are made from a sprite");
        cx.report(Problem::warning("unused-key", span, message).help("remove it, or set it on the sprite"));
    }
}

impl Part {
    fn new(at: &At<RegionValue>, known: &Known<'_>, cx: &mut Context<'_>) -> Self {
        let mask = if let RegionValue::Mask(path) = &at.value {
            known.path(&At { value: path.clone(), span: at.span }, cx)
        } else {
            None
        };
        Self { region: at.value.clone(), mask, span: at.span }
    }

    /// One that is looked for.
    fn found() -> Self {
        Self { region: RegionValue::Found, mask: None, span: Span::default() }
    }

    /// The part of one member of the asset.
    fn of(&self, values: &Values<'_>, (size, out): (Size, &str), cx: &mut Context<'_>) -> Option<Region> {
        match &self.region {
            RegionValue::Found => Some(Region::Found),
            RegionValue::Rectangles(all) => Some(Region::Rectangles(all.clone())),
            RegionValue::Mask(_) => {
                let path = values.path(self.mask.as_ref()?);
                let path = images::image(&path, self.span, out, cx)?;
                self.check_size(&path, size, cx);
                Some(Region::Mask(path))
            }
        }
    }

    fn check_size(&self, path: &str, size: Size, cx: &mut Context<'_>) {
        let Size::Frame([width, height]) = size else { return };
        let Some(found) = png_size(&cx.files.head(path, PNG_HEAD)).filter(|found| *found != [width, height]) else {
            return;
        };
        let message = format!("the mask `{path}` has {}x{} pixels, the sprite {width}x{height}", found[0], found[1]);
        let problem = Problem::error("mask-size", self.span, message);
        cx.report(problem.help("draw it over the sprite in the output folder, at scale 1"));
    }
}

impl Still<'_> {
    /// The movements of one member of the asset.
    pub(super) fn of(&self, values: &Values<'_>, out: &str, cx: &mut Context<'_>) -> Motion {
        let place = (self.size, out);
        let blink = self.eyes.as_ref().zip(self.motion.blink.as_ref());
        // Nobody sees the eyes of a figure from behind.
        let is_seen = |part: &Part| part.region != RegionValue::Found || !faces_away(values.facing());
        let blink = blink.filter(|(part, _)| is_seen(part));
        let blink = blink.and_then(|(part, blink)| Some((part.of(values, place, cx)?, blink)));
        let given = self.motion.sway.iter().flat_map(|sway| &sway.value.0);
        let sway = self.sways.iter().zip(given).filter_map(|(part, sway)| {
            let times = self.times(sway.value.times.as_ref());
            let by = sway.value.by.as_ref().map_or(1, |by| by.value.u32());
            Some(Sway {
                mask: part.of(values, place, cx)?,
                by,
                times,
                from: sway.value.from.as_ref().map(|at| at.value),
            })
        });
        Motion {
            frames: self.frames,
            breathe: self.motion.breathe.as_ref().map(|breathe| Breathe {
                by: breathe.value.0.by.as_ref().map_or(1, |by| by.value.u32()),
                times: self.times(breathe.value.0.times.as_ref()),
                waist: breathe.value.0.waist.as_ref().map(|waist| waist.value.u32()),
            }),
            sway: sway.collect(),
            blink: blink.map(|(at, blink)| Blink {
                at,
                eyes: if is_from_side(values.facing()) { Eyes::Side } else { Eyes::Pair },
                on: self.closes(&blink.value.0).iter().map(|(frame, _)| frame - 1).collect(),
                lasts: self.lasts(&blink.value.0),
            }),
            bob: self.motion.bob.as_ref().map(|bob| Bob {
                by: bob.value.0.by.as_ref().map_or(1, |by| by.value.0 as i32),
                times: self.times(bob.value.0.times.as_ref()),
            }),
        }
    }

    fn times(&self, given: Option<&At<Int<1, 32>>>) -> u32 {
        given.map_or((self.frames / ROUND).max(1), |times| times.value.u32())
    }

    fn lasts(&self, blink: &RawBlink) -> u32 {
        let usual = if self.frames >= MANY { 2 } else { 1 };
        blink.lasts.as_ref().map_or(usual, |lasts| lasts.value.u32())
    }

    /// The frames, counted from 1, on which the eyes close, with their places in the manifest.
    fn closes(&self, blink: &RawBlink) -> Vec<(u32, Span)> {
        let usual = vec![((5 * self.frames / 8).max(1) + 1, Span::default())];
        let given = |on: &At<OneOrMany<Int<2, 64>>>| on.value.0.iter().map(|at| (at.value.u32(), at.span)).collect();
        blink.on.as_ref().map_or(usual, given)
    }

    /// Reports eyes that close or open after the last frame.
    fn check_frames(&self, cx: &mut Context<'_>) {
        let Some(blink) = &self.motion.blink else { return };
        let lasts = self.lasts(&blink.value.0);
        for (on, span) in self.closes(&blink.value.0).into_iter().filter(|(on, _)| on - 1 + lasts > self.frames) {
            let span =
                blink.value.0.lasts.as_ref().filter(|_| span == Span::default()).map_or(span, |lasts| lasts.span);
            let span = if span == Span::default() { blink.span } else { span };
            let message =
                format!("eyes that close in frame {on} for {lasts} are not open again in frame {}", self.frames);
            cx.report(
                Problem::error("motion-frame", span, message).help("name an earlier frame, or a smaller `lasts`"),
            );
        }
    }

    /// Reports rectangles and a waist that lie outside the sprite, where its size is known.
    fn check_places(&self, cx: &mut Context<'_>) {
        let Size::Frame([width, height]) = self.size else { return };
        for part in self.eyes.iter().chain(&self.sways) {
            let RegionValue::Rectangles(all) = &part.region else { continue };
            for [left, top, wide, high] in all.iter().filter(|[x, y, w, h]| x + w > width || y + h > height) {
                let message = format!("[{left}, {top}, {wide}, {high}] leaves the sprite of {width}x{height}");
                let problem = Problem::error("motion-part", part.span, message);
                cx.report(problem.help("left, top, width and height are counted in pixels of the sprite"));
            }
        }
        let waist = self.motion.breathe.as_ref().and_then(|breathe| breathe.value.0.waist.as_ref());
        if let Some(waist) = waist.filter(|waist| waist.value.u32() >= height) {
            let message = format!("there is no row {} in a sprite {height} high", waist.value.u32());
            cx.report(Problem::error("motion-part", waist.span, message).help("rows are counted from 0 at the top"));
        }
    }
}

fn faces_away(direction: Option<&str>) -> bool {
    direction.is_some_and(|direction| direction.starts_with('n'))
}

/// Whether a figure that looks there may show one eye alone.
fn is_from_side(direction: Option<&str>) -> bool {
    direction.is_some_and(|direction| direction != "s")
}
