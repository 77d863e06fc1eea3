//! The data of a report: what `list`, `plan` and `candidates` say, with the images in it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::codecs::jpeg::JpegEncoder;
use image::{Rgba, RgbaImage};
use rayon::prelude::*;
use serde::Serialize;

use super::since::Since;
use crate::assemble::contact::averaged;
use crate::plan::{Change, Item, ItemPlan, Planner, SlotPlan, State};
use crate::session::candidates::of_slot;
use crate::session::found_grid::{FoundGrid, of_raw};
use crate::session::list::listed;
use crate::session::plan::planned_item;
use crate::session::select::named;
use crate::session::studio::{Drawn, Fallback, Studio};
use crate::session::{ListedItem, Look, Opened, Operation, Options, Result, ShownCandidate};
use crate::threads::{self, Aside};
use crate::words::asset::GroupId;
use crate::words::digest::Digest;
use crate::words::image_file;
use crate::words::lock::{Candidate, Provenance};
use crate::words::project::{Group, Tileset};
use crate::words::raw::Raw;
use crate::words::recipe::{Gate, GridChoice};
use crate::words::sprite::{Restoration, Verdict};
use crate::words::text::count;
use crate::words::timing::Timing;

/// The version of [`Report`]: fields are added without a new one, never changed or removed.
const VERSION: u32 = 1;

/// The longest side of a raw in a report, in pixels.
const RAW: u32 = 144;

/// The longest side of a picked raw that is shown large with its grid, in pixels.
const LARGE: u32 = 512;

/// The most assets of a page whose picked raws are in it large, with their grids: about 100 kB an asset.
const MOST_LARGE: usize = 60;

/// The answer of [`report`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Report {
    /// The version of this form.
    pub version: u32,
    /// The project's name.
    pub project: String,
    /// The revision since which it shows changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// What that revision had and the manifest has not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
    /// One for each asset or member.
    pub assets: Vec<ReportAsset>,
}

/// An asset with its images.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ReportAsset {
    /// What `list` says of it.
    #[serde(flatten)]
    pub listed: ListedItem,
    /// Its frames or tiles in a row.
    pub image: Option<Image>,
    /// `new` or `changed`, in a report since a revision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<&'static str>,
    /// Its frames as they were in that revision, if they were others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Image>,
    /// Why it has no image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What a build would do with it, if that is something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The least score of its picks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<i64>,
    /// How it plays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timing: Option<Timing>,
    /// The numbers of its frames in the order of one round.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub round: Vec<usize>,
    /// Fields that changed since it was made last.
    pub changes: Vec<Change>,
    /// What the tiles of a tileset are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tiles: Option<Tiles>,
    /// Grid, palette and metrics.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<Restoration>,
    /// The gates of its recipe.
    pub thresholds: Vec<Threshold>,
    /// What its picks were made with, each once.
    pub provenance: Vec<Provenance>,
    /// Its candidates.
    pub choices: Vec<ReportSlot>,
}

/// An image in a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Image {
    /// The file as a data URI.
    pub src: String,
    /// Width and height of one frame.
    pub size: [u32; 2],
    /// How many frames lie side by side.
    pub frames: usize,
}

impl Image {
    /// One image of a file's bytes.
    pub(in crate::session) fn of_png(png: &[u8]) -> Option<Self> {
        let size = image_file::decode(png, "").ok()?.pixels.dimensions().into();
        Some(Self { src: uri("png", png), size, frames: 1 })
    }
}

/// What the tiles of a tileset are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Tiles {
    /// The layout: `blob47`.
    pub layout: &'static str,
    /// The mask of every tile; tiles beyond it are variants of the last one, or of that of each of several terrains.
    pub masks: Vec<u8>,
    /// The masks describe corners of a dual grid, not neighbours.
    pub corners: bool,
    /// Three terrains or more, lowest first: a mask has two bits for each corner.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub terrains: Vec<String>,
    /// The texture beyond the border.
    pub over: Option<String>,
}

impl Tiles {
    fn of(tileset: &Tileset) -> Self {
        Self {
            layout: tileset.layout.word(),
            masks: tileset.layout.masks().to_vec(),
            corners: tileset.layout.is_dual(),
            terrains: tileset.terrains.iter().map(|terrain| terrain.texture.name.clone()).collect(),
            over: tileset.over.as_ref().map(|over| over.name.clone()),
        }
    }
}

/// The threshold of a gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Threshold {
    /// The metric.
    pub metric: &'static str,
    /// The threshold.
    pub threshold: i64,
    /// Whether it is a minimum.
    pub minimum: bool,
}

/// The candidates of one slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ReportSlot {
    /// The slot's name.
    pub slot: String,
    /// Its candidates.
    pub candidates: Vec<ReportCandidate>,
}

/// A candidate with its images.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ReportCandidate {
    /// What `candidates` says of it.
    #[serde(flatten)]
    pub shown: ShownCandidate,
    /// Its seed in digits: scripts round large numbers.
    pub seed_text: String,
    /// The restored image.
    pub image: Option<Image>,
    /// Its raw, made smaller.
    pub photo: Option<Image>,
    /// Its raw, large, with the found grid: of picks, in a page of at most 60 assets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub large: Option<LargeRaw>,
}

/// A raw with the grid that restoration found in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct LargeRaw {
    /// The raw.
    pub photo: Image,
    /// Its grid, in pixels of the raw as it was captured.
    pub grid: FoundGrid,
}

impl Report {
    /// How many assets fail a gate.
    pub fn failing(&self) -> usize {
        let fails = |asset: &&ReportAsset| matches!(asset.listed.verdict, Some(Verdict::Fail(_)));
        self.assets.iter().filter(fails).count()
    }
}

/// Everything about what the targets name, or the whole project without a target; with `since`, only what changed since
/// that revision of git.
///
/// # Errors
/// `unknown-target`, `unknown-revision`, or the project cannot be opened.
pub fn report(operation: &Operation, targets: &[String], since: Option<&str>) -> Result<Report> {
    collect(operation, targets, since, Extent::Alone, Fallback::MadeLast)
}

/// How much of each asset a report has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// What is seen of it among many: no candidates.
    Card,
    /// Everything that a page needs which can ask for raws and grids.
    Whole,
    /// Everything, and picked raws with their grids while the assets are few: nothing can be asked for later.
    Alone,
}

/// The assets that the targets name, for a page that asks for details when it shows them. What is not up to date is shown as
/// it was made last: a build makes it, and the page asks again.
///
/// # Errors
/// `unknown-target`, or the project cannot be opened.
pub fn overview(operation: &Operation, targets: &[String], extent: Extent) -> Result<Report> {
    collect(operation, targets, None, extent, Fallback::MadeLastFirst)
}

fn collect(
    operation: &Operation,
    targets: &[String],
    since: Option<&str>,
    extent: Extent,
    fallback: Fallback,
) -> Result<Report> {
    let opened = operation.read(Options::default(), Look::Outputs)?;
    let Opened { workspace, state, .. } = &*opened;
    let planner = Planner::new(&workspace.manifest, &workspace.inputs);
    let mut ids = named(&planner, targets)?;
    let plan = opened.plan(&planner);
    let since = since.map(|revision| Since::of(operation, revision)).transpose()?;
    if let Some(since) = &since {
        ids.retain(|id| plan.items.get(id).is_some_and(|plan| since.change(plan, state).is_some()));
    }
    let studio = Studio { planner: &planner, plan, workspace, state, fallback };
    let drawn = studio.draw(&ids, operation.cancel)?;
    let extent = if extent == Extent::Alone && ids.len() > MOST_LARGE { Extent::Whole } else { extent };
    let one = |(id, drawn): (&GroupId, &Drawn)| {
        let plan = plan.items.get(id)?;
        let mut asset = asset(&studio, planner.item(id)?, plan, drawn, extent);
        if let Some(since) = &since {
            asset.change = since.change(plan, state);
            asset.before = since.before(&studio, plan).and_then(|before| strip(&before.frames));
        }
        Some(asset)
    };
    let assets: Vec<ReportAsset> = threads::aside(Aside::Draw, || drawn.par_iter().filter_map(one).collect());
    Ok(Report {
        version: VERSION,
        project: workspace.manifest.project.name.clone(),
        removed: since.as_ref().map(|since| since.removed(&planner)).unwrap_or_default(),
        since: since.map(|since| since.revision),
        assets,
    })
}

fn asset(studio: &Studio, item: Item, plan: &ItemPlan, drawn: &Drawn, extent: Extent) -> ReportAsset {
    let slots = plan.slots.iter().filter(|_| extent != Extent::Card).map(|slot| {
        let candidates = of_slot(studio, slot).into_iter().map(|(shown, sprites)| {
            let raw = studio.raw(&shown.raw).ok().flatten();
            let is_large = extent == Extent::Alone && shown.picked.is_some();
            ReportCandidate {
                seed_text: shown.seed.to_string(),
                image: sprites.and_then(|sprites| strip(&sprites.frames)),
                photo: raw.as_ref().and_then(|raw| photo(&raw.pixels, RAW)),
                large: raw.filter(|_| is_large).and_then(|raw| large(&raw, shown.raw, &item)),
                shown,
            }
        });
        ReportSlot { slot: slot.id.to_string(), candidates: candidates.collect() }
    });
    let choices: Vec<ReportSlot> = slots.collect();
    let changes = studio.workspace.changes(studio.planner, studio.plan, &plan.id, studio.state);
    let sprites = drawn.as_ref().ok();
    let timing = item.timing().cloned();
    let frames = sprites.map_or(0, |sprites| sprites.frames.len());
    ReportAsset {
        listed: listed(item, plan, studio.state),
        image: sprites.and_then(|sprites| strip(&sprites.frames)),
        change: None,
        before: None,
        error: drawn.as_ref().err().map(|why| why.message.clone()),
        why: why(plan, studio.state),
        score: picked(studio, plan).map(|line| line.score).min(),
        round: timing.as_ref().map_or_else(Vec::new, |timing| timing.round(frames)),
        timing,
        changes: changes.map(|changes| changes.fields).unwrap_or_default(),
        tiles: if let Item::Tileset(tileset) = item { Some(Tiles::of(tileset)) } else { None },
        found: sprites.map(|sprites| sprites.found.clone()),
        thresholds: if let Item::Group(group) = item { thresholds(group) } else { Vec::new() },
        provenance: provenance(studio, plan),
        choices,
    }
}

/// What a build would do with it, as a sentence.
fn why(plan: &ItemPlan, state: &State) -> Option<String> {
    let planned = planned_item(plan, state);
    let images: usize = planned.slots.iter().map(|slot| slot.generate.len()).sum();
    let generates = (images > 0).then(|| format!("{} to be generated", count(images, "image is", "images are")));
    let waits: Vec<&str> = planned.slots.iter().flat_map(|slot| slot.waits.iter().map(String::as_str)).collect();
    let waits = (!waits.is_empty()).then(|| format!("it waits for {}", waits.join(", ")));
    planned.why.or(generates).or(waits)
}

fn thresholds(group: &Group) -> Vec<Threshold> {
    let recipe = &group.recipe;
    // A grid that is given needs no confidence.
    let counts = |gate: &Gate| *gate != Gate::Grid || recipe.grid == GridChoice::Auto;
    let gates = recipe.gates.iter().filter(|(gate, _)| counts(gate));
    let threshold = |(gate, threshold): (&Gate, &i64)| Threshold {
        metric: gate.word(),
        threshold: *threshold,
        minimum: gate.is_minimum(),
    };
    gates.map(threshold).collect()
}

fn provenance(studio: &Studio, plan: &ItemPlan) -> Vec<Provenance> {
    let mut found: Vec<Provenance> = Vec::new();
    for line in picked(studio, plan) {
        let made = studio.state.lock.provenance.get(&line.from);
        found.extend(made.filter(|made| !found.contains(made)).cloned());
    }
    found
}

/// The lines of the picked candidates.
fn picked<'a>(studio: &'a Studio, plan: &'a ItemPlan) -> impl Iterator<Item = &'a Candidate> {
    let of = |slot: &'a SlotPlan| slot.pick.as_ref().zip(studio.state.lock.slot(&slot.id));
    plan.slots
        .iter()
        .filter_map(of)
        .filter_map(|(pick, entry)| entry.candidates.iter().find(|line| line.ask == pick.ask && line.n == pick.n))
}

/// Frames side by side.
pub(in crate::session) fn strip(frames: &[RgbaImage]) -> Option<Image> {
    let first = frames.first()?;
    let (width, height) = first.dimensions();
    let count = u32::try_from(frames.len()).ok()?;
    let mut whole = RgbaImage::new(width.checked_mul(count)?, height);
    for (frame, left) in frames.iter().zip((0..).step_by(width.max(1) as usize)) {
        image::imageops::replace(&mut whole, frame, left, 0);
    }
    let png = image_file::encode(&whole).ok()?;
    Some(Image { src: uri("png", &png), size: [width, height], frames: frames.len() })
}

/// A raw with its grid, as the gates judge it.
fn large(raw: &Raw, digest: Digest, item: &Item) -> Option<LargeRaw> {
    let Item::Group(group) = item else { return None };
    let grid = of_raw(raw, digest, &group.recipe).ok()?;
    Some(LargeRaw { photo: photo(&raw.pixels, LARGE)?, grid })
}

/// A raw whose sides are at most `side` pixels, as PNG or JPEG, whichever is shorter.
fn photo(raw: &RgbaImage, side: u32) -> Option<Image> {
    let small = averaged(raw, raw.width().max(raw.height()).div_ceil(side));
    let png = image_file::encode(&small).ok()?;
    let mut jpeg = Vec::new();
    let is_opaque = small.pixels().all(|Rgba([.., a])| *a == 255);
    let rgb = image::DynamicImage::ImageRgba8(small.clone()).to_rgb8();
    let encoded = is_opaque && JpegEncoder::new_with_quality(&mut jpeg, 82).encode_image(&rgb).is_ok();
    let src = if encoded && jpeg.len() < png.len() { uri("jpeg", &jpeg) } else { uri("png", &png) };
    Some(Image { src, size: small.dimensions().into(), frames: 1 })
}

fn uri(format: &str, bytes: &[u8]) -> String {
    format!("data:image/{format};base64,{}", STANDARD.encode(bytes))
}
