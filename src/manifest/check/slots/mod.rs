//! The slots of groups and their asks.

mod frames;
mod inputs;

use std::collections::BTreeMap;

use super::axes::view;
use super::gather::{Asset, Gathered};
use super::inputs::Inputs;
use super::project::Settings;
use super::prompt::{self, Values};
use super::resolve::Resolved;
use super::{Context, adopted, images};
use crate::manifest::problem::Problem;
use crate::manifest::raw::{At, BackendWord, StripValue};
use crate::manifest::template::DIRECTION;
use crate::words::ask::{Ask, ComfyAsk, FilesAsk, Input, Part, Pose, SketchAsk, Source, WorkerAsk};
use crate::words::asset::{GroupId, Kind, SlotId};
use crate::words::frames_file::is_frames_file;
use crate::words::project::{SheetOptions, Slot};
use crate::words::recipe::{Matte, Size};
use crate::words::style::Style;

use self::inputs::Consumer;

/// The most slots of a manifest.
const MOST: u128 = 50_000;

/// The most candidates of all slots, without those that `reroll` adds.
const MOST_CANDIDATES: u128 = 500_000;

/// Counts slots and candidates of all assets without building them; `None` if there are too many.
pub(super) fn limit(all: &Gathered, assets: &[Resolved], cx: &mut Context<'_>) -> Option<()> {
    let slots = Counts::of(assets, count);
    let candidates = Counts::of(assets, |asset| count(asset).saturating_mul(asset.candidates.into()));
    let (counts, code, what, most) = if slots.total > MOST {
        (slots, "too-many-slots", "slots", MOST)
    } else if candidates.total > MOST_CANDIDATES {
        (candidates, "too-many-candidates", "candidates", MOST_CANDIDATES)
    } else {
        return Some(());
    };
    let (at, largest) = counts.largest?;
    let name = &all.assets[at].name;
    let message = format!("the manifest has {} {what}, `{}` alone {largest}", counts.total, name.value);
    let help = format!("at most {most} are allowed; a matrix has one for each combination");
    cx.report(Problem::error(code, name.span, message).help(help));
    None
}

/// How much of something all assets have, and the asset that has most.
pub(super) struct Counts {
    pub(super) total: u128,
    pub(super) largest: Option<(usize, u128)>,
}

impl Counts {
    /// Adds up what each asset has.
    pub(super) fn of<T>(assets: &[T], count: impl Fn(&T) -> u128) -> Self {
        let counts: Vec<u128> = assets.iter().map(count).collect();
        let total = counts.iter().fold(0_u128, |sum, count| sum.saturating_add(*count));
        let largest = counts.into_iter().enumerate().max_by_key(|(at, count)| (*count, usize::MAX - at));
        Self { total, largest }
    }
}

/// How many raws an asset has.
pub(super) fn count(asset: &Resolved) -> u128 {
    asset.shape.drawn().saturating_mul(u128::from(asset.frames.max(1)))
}

/// All assets with the results of earlier steps, each in the order of the manifest.
pub(super) struct All<'a> {
    pub(super) gathered: &'a Gathered,
    pub(super) assets: &'a [Resolved],
    pub(super) inputs: &'a [Inputs],
    /// Versions of built-in workflows; `None` for a file of the project, and for other backends.
    pub(super) workflows: &'a [Option<u32>],
    pub(super) settings: &'a Settings,
    /// How the project packs sheets.
    pub(super) sheet: SheetOptions,
}

/// What the slots of one group are made from.
pub(super) struct Maker<'a> {
    pub(super) raw: &'a Asset,
    pub(super) asset: &'a Resolved,
    pub(super) style: &'a Style,
    pub(super) inputs: &'a Inputs,
    pub(super) all: &'a All<'a>,
    pub(super) values: Values<'a>,
}

impl Maker<'_> {
    /// The slots of a group, in frame order.
    pub(super) fn slots(&self, group: &GroupId, cx: &mut Context<'_>) -> Vec<Slot> {
        if self.asset.backend == BackendWord::Files {
            return self.files(group, cx);
        }
        let frames = self.asset.frames.max(1);
        (0..frames).map(|frame| self.drawn(group, frame, frames, cx)).collect()
    }

    fn id(&self, group: &GroupId, frame: u32) -> SlotId {
        let frame = (self.asset.kind == Kind::Animation).then_some(frame + 1);
        SlotId { group: group.clone(), frame }
    }

    fn drawn(&self, group: &GroupId, frame: u32, frames: u32, cx: &mut Context<'_>) -> Slot {
        let own = self.asset.texts.prompt.as_ref().map(|prompt| self.values.prompt(prompt)).unwrap_or_default();
        let id = self.id(group, frame);
        let consumer = Consumer {
            shape: self.values.shape,
            at: self.values.at,
            frame: id.frame,
            frames,
            canvas: self.style.canvas,
        };
        let inputs = inputs::resolve(self.inputs, &consumer, &self.values, self.all, cx);
        let ask = match self.asset.backend {
            BackendWord::Sketch => Ask::Sketch(self.sketch(own, frame, frames, inputs)),
            BackendWord::Worker => {
                let ComfyAsk { style, prompt, negative, .. } = self.comfyui(&own, frame, frames, inputs);
                Ask::Worker(WorkerAsk { style, prompt, negative })
            }
            _ => Ask::Comfyui(self.comfyui(&own, frame, frames, inputs)),
        };
        let seed = self.raw.raw.seed.as_ref().and_then(|seed| u64::try_from(seed.value.0).ok());
        Slot { id, ask, seed, candidates: self.asset.candidates, reroll: self.asset.reroll }
    }

    /// The slot of an image that shows what several groups need; this one is the first of them. The image is one of
    /// several, by its number.
    pub(super) fn together(
        &self,
        group: &GroupId,
        all: &[Self],
        (number, count): (usize, usize),
        cx: &mut Context<'_>,
    ) -> Slot {
        if self.asset.backend == BackendWord::Files {
            return self.image_of_several(group, (number, count), cx);
        }
        let prompt = |maker: &Self| maker.asset.texts.prompt.as_ref().map(|prompt| maker.values.prompt(prompt));
        let things: Vec<String> = all.iter().map(|maker| prompt(maker).unwrap_or_default()).collect();
        let mut slot = self.drawn(group, 0, 1, cx);
        match &mut slot.ask {
            Ask::Sketch(ask) => {
                ask.subject = things.join("; ");
                ask.things = things;
            }
            Ask::Comfyui(ask) => *ask = self.asked(&self.words_of(&things), std::mem::take(&mut ask.inputs)),
            Ask::Worker(ask) => ask.prompt = self.asked(&self.words_of(&things), BTreeMap::new()).prompt,
            Ask::Files(_) => {}
        }
        slot
    }

    /// The slot of such an image where files of the project show it: all files are candidates for a single one, and each
    /// file is one of several.
    fn image_of_several(&self, group: &GroupId, (number, count): (usize, usize), cx: &mut Context<'_>) -> Slot {
        let images = images::images(&self.asset.texts.sources, &self.values, &self.all.settings.out, cx);
        let found = images.len();
        let own = images.into_iter().enumerate().filter(|(at, _)| count == 1 || *at == number);
        let sources: Vec<Source> = own.map(|(_, path)| frames::first(self, path, cx)).collect();
        let source = self.asset.texts.sources.first().map(|source| source.span);
        if let Some(span) = source.filter(|_| count > 1 && number == 0 && found != 0 && found != count) {
            let message = format!("the source has {found} images, but the members need {count}");
            cx.report(Problem::error("per-image", span, message).help("change `per_image`, or name other files"));
        }
        Slot {
            id: self.id(group, 0),
            candidates: u32::try_from(sources.len()).unwrap_or(u32::MAX),
            ask: Ask::Files(FilesAsk { sources }),
            seed: None,
            reroll: 0,
        }
    }

    /// The words for an image of several things. Those of presets that speak of one thing alone are left out.
    fn words_of(&self, things: &[String]) -> String {
        let columns = (1..).find(|columns| columns * columns >= things.len()).unwrap_or(1);
        let rows = things.len().div_ceil(columns);
        let count = things.len();
        let grid = format!("{count} separate small objects in a grid of {columns} columns and {rows} rows");
        let named = things.join(", ");
        let alone = |word: &&str| !["single", "centered", "whole object"].iter().any(|one| word.contains(one));
        let presets = self.asset.presets.iter().flat_map(|preset| preset.words.split(", ")).filter(alone);
        let all = [grid.as_str(), "wide gaps between them", "in this order from left to right", &named];
        prompt::join(all.into_iter().chain(presets))
    }

    fn comfyui(&self, own: &str, frame: u32, frames: u32, inputs: BTreeMap<String, Input>) -> ComfyAsk {
        self.asked(&self.words(own, frame, frames), inputs)
    }

    /// The request whose `{prompt}` are these words.
    fn asked(&self, words: &str, inputs: BTreeMap<String, Input>) -> ComfyAsk {
        let blend = &self.asset.blend;
        let negative = self.asset.texts.negative.as_ref().map(|text| self.values.prompt(text)).unwrap_or_default();
        ComfyAsk {
            style: self.style.clone(),
            prompt: self.values.frame(&blend.prompt, "prompt", words),
            negative: prompt::negative(blend, &self.values, &negative),
            inputs,
        }
    }

    /// The asset's own words, then those of its presets, direction, action and frame.
    fn words(&self, own: &str, frame: u32, frames: u32) -> String {
        let moves = self.asset.kind == Kind::Animation || self.raw.motion.action.is_some();
        let presets = self.asset.presets.iter().map(|preset| preset.moving.filter(|_| moves).unwrap_or(preset.words));
        let turned = [self.asset.texts.prompt.as_ref(), Some(&self.asset.blend.prompt)];
        let said = turned.into_iter().flatten().any(|template| template.uses(DIRECTION));
        let view = self.values.facing().filter(|_| !said).map(view);
        let action = self.raw.motion.action.as_ref().map(|action| action.trim());
        let number = (self.asset.kind == Kind::Animation).then(|| format!("frame {} of {frames}", frame + 1));
        prompt::join([own].into_iter().chain(presets).chain(view).chain(action).chain(number.as_deref()))
    }

    fn sketch(&self, subject: String, frame: u32, frames: u32, inputs: BTreeMap<String, Input>) -> SketchAsk {
        let size = match self.asset.recipe.size {
            Size::Frame(size) => size,
            Size::Found if self.asset.recipe.matte == Matte::None => self.style.canvas.map(|side| side / 8),
            Size::Found => [32, 32],
        };
        SketchAsk {
            kind: self.asset.kind,
            subject,
            things: Vec::new(),
            presets: self.asset.presets.iter().map(|preset| preset.name.to_owned()).collect(),
            size,
            key: (!self.asset.opaque).then_some(self.asset.blend.key.rgb),
            pose: Pose {
                facing: self.values.facing().map(str::to_owned),
                action: self.raw.motion.action.as_ref().map(|action| action.trim().to_owned()),
                frame,
                frames,
            },
            inputs,
        }
    }

    fn files(&self, group: &GroupId, cx: &mut Context<'_>) -> Vec<Slot> {
        let images = images::images(&self.asset.texts.sources, &self.values, &self.all.settings.out, cx);
        let source = |path: String, part| Source { path, part, frame: None };
        let slot = |frame: u32, sources: Vec<Source>| Slot {
            id: self.id(group, frame),
            candidates: u32::try_from(sources.len()).unwrap_or(u32::MAX),
            ask: Ask::Files(FilesAsk { sources }),
            seed: None,
            reroll: 0,
        };
        if self.asset.kind != Kind::Animation {
            let sources = images.into_iter().map(|path| frames::first(self, path, cx)).collect();
            return vec![slot(0, sources)];
        }
        if let Some(strip) = &self.raw.motion.strip {
            let (StripValue { columns, rows }, parts) = (strip.value, self.asset.frames);
            let path = images.into_iter().next().unwrap_or_default();
            let Some(first) = self.row(cx).map(|row| row * columns) else { return Vec::new() };
            let part = |number| source(path.clone(), Some(Part { number: first + number, columns, rows }));
            return (0..parts).map(|number| slot(number, vec![part(number)])).collect();
        }
        if images.iter().any(|path| is_frames_file(path)) {
            let sources = frames::all(self, group, &images, cx);
            return (0..).zip(sources).map(|(number, source)| slot(number, vec![source])).collect();
        }
        self.check_frame_count(images.len(), cx);
        (0..).zip(images).take(64).map(|(frame, path)| slot(frame, vec![source(path, None)])).collect()
    }

    /// The slots of a group whose images a person made.
    pub(super) fn adopted(&self, group: &GroupId, file: &At<String>, cx: &mut Context<'_>) -> Vec<Slot> {
        let Some(path) = images::image(file, file.span, &self.all.settings.out, cx) else { return Vec::new() };
        let frames = self.asset.frames.max(1);
        adopted::check_size(&At { value: path.clone(), span: file.span }, self.asset.recipe.size, frames, cx);
        let part = |number| (frames > 1).then(|| Part::from((number, frames)));
        let slot = |number| Slot {
            id: self.id(group, number),
            ask: Ask::Files(FilesAsk { sources: vec![Source { path: path.clone(), part: part(number), frame: None }] }),
            seed: None,
            candidates: 1,
            reroll: 0,
        };
        (0..frames).map(slot).collect()
    }

    /// The number of the strip's row that a group takes: the one with the longest name that it has. The first one where
    /// rows have no names.
    fn row(&self, cx: &mut Context<'_>) -> Option<u32> {
        let Some(rows) = &self.raw.motion.rows else { return Some(0) };
        let shape = self.values.shape;
        let values: Vec<&str> =
            shape.axes.iter().zip(self.values.at).map(|(axis, at)| axis.values[*at].id.as_str()).collect();
        let joined = values.join("-");
        let action = self.raw.motion.action.as_ref().map_or(self.raw.name.as_str(), |action| action.trim());
        let both = format!("{action}-{joined}");
        let is_own = |name: &str| [both.as_str(), &joined, action].contains(&name) || values.contains(&name);
        let named = (0..).zip(&rows.0).filter(|(_, row)| is_own(&row.value));
        let row = named.max_by_key(|(at, row)| (row.value.len(), std::cmp::Reverse(*at)));
        if row.is_none() {
            let wanted = if joined.is_empty() { action.to_owned() } else { joined };
            let problem = Problem::error("strip-rows", rows.span, format!("no row is called `{wanted}`"));
            cx.report(problem.suggest(&wanted, rows.0.iter().map(|row| row.value.as_str())));
        }
        row.map(|(at, _)| at)
    }

    fn check_frame_count(&self, found: usize, cx: &mut Context<'_>) {
        let Some(span) = self.asset.texts.sources.first().map(|source| source.span) else { return };
        if found > 64 {
            let problem = Problem::error("frame-count", span, format!("the source has {found} images"));
            cx.report(problem.help("an animation has at most 64 frames"));
            return;
        }
        let wanted = self.raw.motion.frames.as_ref();
        if let Some(wanted) = wanted.filter(|wanted| found != 0 && wanted.value.u32() as usize != found) {
            let message = format!("`frames` is {}, but the source has {found}", wanted.0);
            let problem = Problem::error("frame-count", wanted.span, message);
            cx.report(problem.help("remove `frames`").related(span, "the images"));
        }
    }
}
