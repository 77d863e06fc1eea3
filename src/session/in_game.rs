//! `in_game`: whether the running game shows the very pixels that were made.

use std::time::{Duration, Instant};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::select::named;
use super::{Look, Operation, Options, Result, Workspace};
use crate::generate::bevy::{self, Silence};
use crate::plain_file;
use crate::plan::{ItemPlan, Planner};
use crate::words::asset::Kind;
use crate::words::digest::Digest;
use crate::words::image_file;

/// The version of [`InGame`]: fields are added without a new one, never changed or removed.
const VERSION: u32 = 1;

/// The resource of the companion crate.
const RESOURCE: &str = "bevy_dgx_pixels::PixelsReport";

/// How often it is asked.
const EVERY: Duration = Duration::from_millis(100);

/// How many assets an answer names.
const NAMED: usize = 20;

/// What a game has loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SeenState {
    /// It has the pixels that were made.
    Shown,
    /// It has what was made earlier.
    LoadedBefore,
    /// Nothing listens on the port.
    NoApp,
    /// Another program listens on the port, or a game of another project.
    OtherApp,
    /// The game did not answer in time.
    Timeout,
}

/// What the running game has loaded, against what was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct InGame {
    /// The version of this form.
    pub version: u32,
    /// `shown` if all assets are.
    pub state: SeenState,
    /// Why, and what helps.
    pub reason: Option<String>,
    /// How many assets are shown.
    pub shown: usize,
    /// The assets that were asked for, those that are not shown first.
    pub assets: Vec<SeenAsset>,
    /// How many more there are.
    pub more: usize,
}

/// One asset in the game.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SeenAsset {
    /// The kind of its asset.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// Whether the game has its pixels.
    pub shown: bool,
    /// The digest of the pixels in its file: four bytes each, row by row.
    pub made: Option<Digest>,
    /// The digest of the pixels in the game's memory.
    pub loaded: Option<Digest>,
}

/// What the companion crate reports; fields that are not needed are left out.
#[derive(Deserialize)]
struct Report {
    project: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    failure: String,
    #[serde(default)]
    assets: Vec<ReportedAsset>,
}

#[derive(Deserialize)]
struct ReportedAsset {
    kind: String,
    name: String,
    #[serde(default)]
    scale: u32,
    #[serde(default)]
    rgba: String,
}

/// Asks the game on a port of this machine until it shows the targets or its time is over.
///
/// # Errors
/// `unknown-target`, or the project cannot be opened.
pub fn in_game(operation: &Operation, port: u16, targets: &[String], patience: Duration) -> Result<InGame> {
    let opened = operation.read(Options::default(), Look::Lock)?;
    let workspace = &opened.workspace;
    let planner = Planner::new(&workspace.manifest, &workspace.inputs);
    let ids = named(&planner, targets)?;
    let plan = opened.plan(&planner);
    let items: Vec<&ItemPlan> = plan.items.values().filter(|item| ids.contains(&item.id)).collect();
    let began = Instant::now();
    loop {
        let left = patience.saturating_sub(began.elapsed());
        let seen = look(workspace, &items, port, left.max(EVERY));
        let may_change = matches!(seen.state, SeenState::LoadedBefore);
        if !may_change || began.elapsed() >= patience || operation.cancel.is_cancelled() {
            return Ok(seen);
        }
        std::thread::sleep(EVERY);
    }
}

fn look(workspace: &Workspace, items: &[&ItemPlan], port: u16, patience: Duration) -> InGame {
    let report = match bevy::resource(port, RESOURCE, patience) {
        Ok(value) => value,
        Err(silence) => return silent(silence, port),
    };
    let Ok(report) = serde_json::from_value::<Report>(report) else { return silent(Silence::Foreign, port) };
    if report.project != workspace.manifest.project.name {
        let reason = format!("the game on port {port} shows the project `{}`", report.project);
        return without_assets(SeenState::OtherApp, reason);
    }
    let mut assets: Vec<SeenAsset> = items.iter().filter_map(|item| seen(workspace, item, &report)).collect();
    let shown = assets.iter().filter(|asset| asset.shown).count();
    let all = shown == assets.len();
    assets.sort_by_key(|asset| asset.shown);
    let more = assets.len().saturating_sub(NAMED);
    assets.truncate(NAMED);
    let state = if all { SeenState::Shown } else { SeenState::LoadedBefore };
    InGame { version: VERSION, state, reason: (!all).then(|| why_not(&report, &assets)), shown, assets, more }
}

fn silent(silence: Silence, port: u16) -> InGame {
    let (state, reason) = match silence {
        Silence::NoApp => {
            (SeenState::NoApp, format!("nothing listens on port {port}: start the game with `RemoteHttpPlugin`"))
        }
        Silence::Slow => (SeenState::Timeout, format!("the game on port {port} did not answer in time")),
        Silence::Foreign => (SeenState::OtherApp, format!("what listens on port {port} is not Bevy's remote protocol")),
        Silence::NoResource => {
            let reason =
                format!("the app on port {port} has no `{RESOURCE}`: add `DgxPixelsPlugin`, or it is another app");
            (SeenState::OtherApp, reason)
        }
    };
    without_assets(state, reason)
}

fn without_assets(state: SeenState, reason: String) -> InGame {
    InGame { version: VERSION, state, reason: Some(reason), shown: 0, assets: Vec::new(), more: 0 }
}

/// What the game has of one item; nothing of what has no image.
fn seen(workspace: &Workspace, item: &ItemPlan, report: &Report) -> Option<SeenAsset> {
    let id = &item.id;
    let loaded = report.assets.iter().find(|asset| asset.kind == id.kind.word() && asset.name == id.name);
    let scale = loaded.map_or(1, |asset| asset.scale.max(1));
    let images = item.outputs.iter().filter(|output| output.path.ends_with(".png"));
    let suffix = format!("@{scale}x.png");
    let image =
        images.clone().find(|output| output.path.ends_with(&suffix) == (scale > 1)).or(images.clone().next())?;
    let made = pixels_of(workspace, &image.path);
    let loaded = loaded.and_then(|asset| asset.rgba.parse().ok());
    let shown = made.is_some() && made == loaded;
    Some(SeenAsset { kind: id.kind, name: id.name.clone(), shown, made, loaded })
}

/// The digest of the pixels of a file of the output folder.
fn pixels_of(workspace: &Workspace, path: &str) -> Option<Digest> {
    let full = workspace.folders.root.join(workspace.in_project(path));
    let bytes = plain_file::read(&full, image_file::MAX_BYTES).ok()?;
    Some(Digest::of(image_file::decode(&bytes, path).ok()?.pixels.as_raw()))
}

fn why_not(report: &Report, assets: &[SeenAsset]) -> String {
    if !report.failure.is_empty() {
        return format!("the game could not load it: {}", report.failure);
    }
    if report.state == "loading" {
        return "the game is still loading".to_owned();
    }
    if assets.iter().any(|asset| asset.made.is_none()) {
        return "an image was not made yet: build it first".to_owned();
    }
    if assets.iter().any(|asset| asset.loaded.is_none()) {
        return "the game has not loaded an image: its index may be older, or the asset is not in it".to_owned();
    }
    "the game holds older pixels: it may run without Bevy's feature `file_watcher`, or from another folder".to_owned()
}
