//! The model files that the manifest needs: where they go, where they come from, under which licence, whether servers
//! have them, and whether they are still what images were made with.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::{Area, Report, options, servers};
use crate::generate::comfyui::{Look, Servers};
use crate::generate::{self, Backend, Batch, Context};
use crate::manifest;
use crate::plan::State;
use crate::session::{Cancel, Operation, Result, Workspace, comfy_settings, drifted};
use crate::words::ask::{Ask, ComfyAsk};
use crate::words::asset::SlotId;
use crate::words::diagnostic::{Diagnostic, Severity, Subject};
use crate::words::style::Style;
use crate::words::suggest::nearest_file;
use crate::words::text::count;
use crate::workflow::models::{Commercial, Known, find};
use crate::workflow::{self, Catalogue, bind};

const AREA: Area = Area::Models;

/// A model file that the manifest needs, with all that is known of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ModelFile {
    /// The folder below `models/` of ComfyUI.
    pub folder: String,
    /// The file's name there.
    pub file: String,
    /// What it is.
    pub about: Option<&'static str>,
    /// Its licence.
    pub licence: Option<&'static str>,
    /// The page that it comes from.
    pub page: Option<String>,
    /// A shell command that gets it, to be run in ComfyUI's folder.
    pub command: Option<String>,
    /// Addresses of servers that have it.
    pub on: Vec<String>,
    /// Addresses of servers that answer and lack it.
    pub missing: Vec<String>,
    /// A file on one of those that may be meant: its name there.
    pub near: Option<String>,
}

/// A file by its folder and name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Need {
    pub(super) folder: String,
    pub(super) file: String,
}

/// Lists the model files that the manifest needs.
pub fn models(op: &Operation) -> Result<Vec<ModelFile>> {
    if op.project().is_none() {
        let looks = servers::look_at(&manifest::local_settings(None).servers)?;
        return Ok(built_in_needs().iter().map(|need| model_file(need, &looks)).collect());
    }
    let (workspace, _) = op.open(options(), crate::session::Look::Lock)?;
    let looks = servers::look_at(&workspace.loaded.local.servers)?;
    Ok(needs(&workspace).iter().map(|need| model_file(need, &looks)).collect())
}

/// The files of the built-in style, which `generate` uses without a project.
fn built_in_needs() -> BTreeSet<Need> {
    let text = || "x".to_owned();
    let ask = ComfyAsk { style: Style::built_in(), prompt: text(), negative: text(), inputs: BTreeMap::new() };
    let bound = bind(&ask, &BTreeMap::new());
    bound.map(|bound| needs_of(&bound.graph).collect()).unwrap_or_default()
}

/// The files that a graph names.
fn needs_of(graph: &Value) -> impl Iterator<Item = Need> {
    let files = workflow::files(graph, Catalogue::recorded());
    files.into_iter().map(|(folder, file)| Need { folder, file })
}

/// Every file that a graph of the manifest names.
fn needs(workspace: &Workspace) -> BTreeSet<Need> {
    let mut styles = BTreeSet::new();
    let mut needs = BTreeSet::new();
    for (_, ask) in asks(workspace) {
        let Some(ask) = ask.comfyui() else { continue };
        // Assets of one style need the same files.
        if !styles.insert(format!("{:?}", ask.style)) {
            continue;
        }
        if let Ok(bound) = bind(ask, &workspace.inputs.workflows) {
            needs.extend(needs_of(&bound.graph));
        }
    }
    needs
}

/// Every file that a graph of the manifest names, with the slots that want it.
pub(super) fn wanted(workspace: &Workspace) -> BTreeMap<Need, Vec<String>> {
    let mut of_style: BTreeMap<String, Vec<Need>> = BTreeMap::new();
    let mut wanted: BTreeMap<Need, Vec<String>> = BTreeMap::new();
    for (slot, ask) in asks(workspace) {
        let Some(ask) = ask.comfyui() else { continue };
        let needs = of_style.entry(format!("{:?}", ask.style)).or_insert_with(|| {
            let bound = bind(ask, &workspace.inputs.workflows);
            bound.map(|bound| needs_of(&bound.graph).collect()).unwrap_or_default()
        });
        needs.iter().for_each(|need| wanted.entry(need.clone()).or_default().push(slot.to_string()));
    }
    wanted
}

/// Every slot that a server draws, with what it asks.
fn asks(workspace: &Workspace) -> Vec<(SlotId, Arc<Ask>)> {
    let slots = workspace.manifest.groups.iter().flat_map(|group| group.slots());
    let drawn = slots.filter(|slot| slot.ask.comfyui().is_some());
    drawn.map(|slot| (slot.id.clone(), Arc::new(slot.ask.clone()))).collect()
}

/// Compares what is needed with what servers have, and with what images were made with.
pub(super) fn examine(workspace: &Workspace, state: &State, looks: &[Look], cancel: &Cancel, report: &mut Report) {
    let needs = needs(workspace);
    if needs.is_empty() {
        return;
    }
    needs.iter().filter_map(licence).for_each(|found| report.add(AREA, found));
    drift(workspace, state, report);
    if looks.iter().all(|look| look.answer.is_err()) {
        return;
    }
    let missing = preflight(workspace, cancel);
    if missing.is_empty() {
        report.ok(AREA, "model-files", format!("a server has all of {}", count(needs.len(), "file", "files")));
    }
    for finding in missing {
        let slots = count(finding.slots.len(), "asset wants", "assets want");
        let message = format!("{} ({slots} it)", finding.diagnostic.message);
        report.add(AREA, Diagnostic { message, severity: Severity::Error, ..finding.diagnostic });
    }
}

/// What a build would be told before it asks for anything.
fn preflight(workspace: &Workspace, cancel: &Cancel) -> Vec<generate::Finding> {
    let (replies, _) = std::sync::mpsc::channel();
    let batch = Batch::new(Context {
        root: workspace.folders.root.as_path().into(),
        workflows: workspace.inputs.workflows.clone(),
        sources: workspace.loaded.sources.clone(),
        observer: Arc::new(()),
        replies,
        log: Arc::new(()),
        cancel: cancel.clone(),
        time_limit: None,
    });
    Servers::new(comfy_settings(workspace)).preflight(&asks(workspace), &batch)
}

/// A licence that forbids commercial use, or an unknown one.
fn licence(need: &Need) -> Option<Diagnostic> {
    let found = match find(&need.file) {
        Some(known) if known.commercial == Commercial::No => {
            let message = format!("`{}` is not for commercial use: {}", need.file, known.licence);
            let hint = format!("read {}, or take another file", known.page());
            Diagnostic::warning("noncommercial-model", message).hint(hint)
        }
        Some(_) => return None,
        None => {
            let message = format!("the licence of `{}` is not known here", need.file);
            Diagnostic::note("unknown-licence", message).hint("read it where you got the file")
        }
    };
    Some(found.about(Subject::File(format!("models/{}/{}", need.folder, need.file))))
}

/// Files whose digest is another one now than when images were made.
fn drift(workspace: &Workspace, state: &State, report: &mut Report) {
    for drift in drifted(workspace, state.lock.provenance.values()) {
        let hint =
            "the images stay as they are; new ones may look different. Pin it with `{ file, sha256 }` in the style";
        report.add(AREA, Diagnostic::warning("model-drift", drift.to_string()).hint(hint));
    }
}

pub(super) fn model_file(need: &Need, looks: &[Look]) -> ModelFile {
    let known = find(&need.file);
    let files = |look: &Look| {
        let looked = look.answer.as_ref().ok()?;
        Some(looked.known.models.get(&need.folder).cloned().unwrap_or_default())
    };
    let is = |file: &String| file.replace('\\', "/") == need.file.replace('\\', "/");
    let (on, missing): (Vec<_>, Vec<_>) = looks
        .iter()
        .filter_map(|look| Some((look.address.clone(), files(look)?)))
        .partition(|(_, files)| files.iter().any(is));
    let near = missing.iter().find_map(|(_, files)| nearest_file(&need.file, files)).map(str::to_owned);
    ModelFile {
        folder: need.folder.clone(),
        file: need.file.clone(),
        about: known.map(|known| known.about),
        licence: known.map(|known| known.licence),
        page: known.map(Known::page),
        command: known.and_then(Known::url).map(|url| command(need, &url)),
        on: on.into_iter().map(|(address, _)| address).collect(),
        missing: missing.into_iter().map(|(address, _)| address).collect(),
        near,
    }
}

/// Resumes where it stopped; the name is the one that the manifest has.
fn command(need: &Need, url: &str) -> String {
    let path = format!("models/{}/{}", need.folder, need.file.replace('\\', "/"));
    let quoted = if path.chars().all(|c| c.is_ascii_alphanumeric() || "./_-".contains(c)) {
        path
    } else {
        format!("'{}'", path.replace('\'', "'\\''"))
    };
    format!("curl -L -C - --create-dirs -o {quoted} {url}")
}
