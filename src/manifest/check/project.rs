//! The table `[project]`.

use super::profile::Profile;
use super::{Context, paths};
use crate::manifest::problem::Problem;
use crate::manifest::raw::{At, BackendWord, RawProject, RawSheet};
use crate::words::format::FormatSpec;
use crate::words::project::{PngMode, Project, SheetOptions};
use crate::words::source::Span;

/// Defaults of assets from the project, and what the profile sets over them.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) backend: BackendWord,
    pub(super) candidates: u32,
    pub(super) reroll: u32,
    /// What the profile sets for every asset.
    pub(super) profile: Wants,
    /// The output folder.
    pub(super) out: String,
}

/// What a profile sets over every asset's own.
#[derive(Clone, Debug, Default)]
pub(super) struct Wants {
    pub(super) backend: Option<BackendWord>,
    pub(super) candidates: Option<u32>,
    pub(super) reroll: Option<u32>,
}

/// Checks the table; what is missing has its default.
pub(super) fn check(
    raw: Option<&At<RawProject>>,
    profile: Option<&Profile>,
    known: &[&'static FormatSpec],
    cx: &mut Context<'_>,
) -> (Project, Settings) {
    let nothing = RawProject::default();
    let table = raw.map_or(&nothing, |raw| &raw.value);
    let name = name(raw, cx);
    let out = profile.and_then(|profile| profile.out.as_ref()).or(table.out.as_ref());
    let out = folder(out, cx).unwrap_or_else(|| "assets".to_owned());
    let in_game = in_game(table.game_assets.as_ref(), &out, cx);
    let raws = folder(table.raws.as_ref(), cx);
    if let Some(raws) = &raws
        && paths::overlap(raws, &out)
    {
        let span = table.raws.as_ref().map_or_else(Span::default, |raws| raws.span);
        let message = format!("the raws in `{raws}` and the output in `{out}` overlap");
        cx.report(
            Problem::error("folder-overlap", span, message).help("choose folders that do not contain each other"),
        );
    }
    let settings = settings(table, profile, &out, cx);
    (Project { formats: formats(table, known, cx), in_game, ..project(table, name, out, raws) }, settings)
}

/// The output folder as a game's paths begin with it.
fn in_game(assets: Option<&At<String>>, out: &str, cx: &mut Context<'_>) -> String {
    let Some((assets, folder)) = assets.and_then(|assets| Some((assets, cx.relative(assets, assets.span)?))) else {
        return String::new();
    };
    match format!("{out}/").strip_prefix(&format!("{folder}/")) {
        Some(inside) => inside.to_owned(),
        None => {
            let message = format!("the output folder `{out}` is not in the game's assets folder `{folder}`");
            let problem = Problem::error("output-outside-game", assets.span, message);
            cx.report(problem.help("name a folder that contains `out`; if the game has `out` as its own, remove it"));
            String::new()
        }
    }
}

/// How a sheet is packed: by its own keys, else by those of the project.
pub(super) fn sheet(keys: &RawSheet, otherwise: SheetOptions) -> SheetOptions {
    SheetOptions {
        padding: keys.padding.as_ref().map_or(otherwise.padding, |n| n.value.u32()),
        extrude: keys.extrude.as_ref().map_or(otherwise.extrude, |n| n.value.u32()),
        columns: keys.columns.as_ref().map_or(otherwise.columns, |n| n.value.u32()),
    }
}

fn name(raw: Option<&At<RawProject>>, cx: &mut Context<'_>) -> String {
    let name = raw.and_then(|raw| raw.name.as_ref());
    if name.is_none() {
        let span = raw.map_or(Span { file: 0, start: 0, end: 0 }, |raw| raw.span);
        let problem = Problem::error("missing-key", span, "the project has no `name`");
        cx.report_missing(problem.help("write `name = \"..\"` under `[project]`"));
    }
    if let Some(name) = name
        && (name.trim().is_empty() || name.chars().any(char::is_control))
    {
        let problem = Problem::error("bad-name", name.span, "the project's name is empty or has control characters");
        cx.report(problem.help("write any other text"));
    }
    name.map(|name| name.value.clone()).unwrap_or_default()
}

fn folder(path: Option<&At<String>>, cx: &mut Context<'_>) -> Option<String> {
    let path = path?;
    let folder = cx.relative(path, path.span)?;
    let first = folder.split('/').next().unwrap_or(&folder);
    if [".dgx-pixels", ".git", "pixels.toml", "pixels.lock", "pixels.local.toml"].contains(&first) {
        let problem = Problem::error("bad-path", path.span, format!("`{folder}` cannot be an output folder"));
        cx.report(problem.help("choose another folder"));
        return None;
    }
    Some(folder)
}

fn settings(table: &RawProject, profile: Option<&Profile>, out: &str, cx: &mut Context<'_>) -> Settings {
    if let Some(backend) = &table.backend
        && backend.value == BackendWord::Files
    {
        let message = "`files` cannot be the backend of a project";
        cx.report(Problem::error("files-backend", backend.span, message).help("an asset with `source` takes files"));
    }
    Settings {
        backend: table.backend.as_ref().map_or(BackendWord::Comfyui, |backend| backend.value),
        candidates: table.candidates.as_ref().map_or(1, |n| n.value.u32()),
        reroll: table.reroll.as_ref().map_or(3, |n| n.value.u32()),
        profile: profile.map_or_else(Wants::default, |profile| Wants {
            backend: profile.backend,
            candidates: profile.candidates,
            reroll: profile.reroll,
        }),
        out: out.to_owned(),
    }
}

/// The formats that the table names, in the order of their registration.
fn formats(table: &RawProject, known: &[&'static FormatSpec], cx: &mut Context<'_>) -> Vec<&'static FormatSpec> {
    let named = || table.export.iter().flat_map(|list| &list.0);
    for id in named().filter(|id| known.iter().all(|format| format.id != id.value.0)) {
        let problem = Problem::error("unknown-value", id.span, format!("`{}` is not an exporter", id.value.0));
        cx.report(problem.suggest(&id.value.0, known.iter().map(|format| format.id)));
    }
    known.iter().filter(|format| named().any(|id| id.value.0 == format.id)).copied().collect()
}

fn project(table: &RawProject, name: String, out: String, raws: Option<String>) -> Project {
    let mut scales: Vec<u32> =
        table.scale.as_ref().map_or_else(|| vec![1], |scale| scale.0.iter().map(|n| n.value.u32()).collect());
    scales.sort_unstable();
    scales.dedup();
    if scales.is_empty() {
        scales.push(1);
    }
    Project {
        name,
        out,
        in_game: String::new(),
        scales,
        formats: Vec::new(),
        png: table.png.as_ref().map_or(PngMode::Rgba, |png| png.value),
        sheet: sheet(&table.sheet, SheetOptions { padding: 0, extrude: 0, columns: 0 }),
        max_images: table.max_images.as_ref().map_or(100, |n| n.value.u32()),
        raws,
    }
}
