//! The model files that the manifest needs: where they go, where they come from, under which licence, whether servers
//! have them, and whether they are still what pictures were made with.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;

use super::{Findings, Level};
use crate::cli::Exit;
use crate::cli::args::{Doctor, Global};
use crate::cli::style::{self, NAME, count, paint};
use crate::generate::comfyui::{Look, Servers};
use crate::generate::{Backend, Batch, Context};
use crate::plan::State;
use crate::session::{self, Workspace};
use crate::words::ask::Ask;
use crate::words::asset::SlotId;
use crate::words::cancel::Cancel;
use crate::workflow::models::{Commercial, Known, find};
use crate::workflow::{self, Catalogue, bind};

const AREA: &str = "models";

/// A model file that the manifest needs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Need {
    /// The folder below `models/` of ComfyUI.
    pub folder: String,
    /// The file's name there.
    pub file: String,
}

/// Every file that a graph of the manifest names.
pub fn needs(workspace: &Workspace) -> BTreeSet<Need> {
    let catalogue = Catalogue::recorded();
    let mut styles = BTreeSet::new();
    let mut needs = BTreeSet::new();
    for (_, ask) in asks(workspace) {
        let Ask::Comfyui(ask) = &*ask else { continue };
        // Assets of one style need the same files.
        if !styles.insert(format!("{:?}", ask.style)) {
            continue;
        }
        if let Ok(bound) = bind(ask, &workspace.inputs.workflows) {
            let files = workflow::files(&bound.graph, catalogue);
            needs.extend(files.into_iter().map(|(folder, file)| Need { folder, file }));
        }
    }
    needs
}

/// Every slot that a server draws, with what it asks.
fn asks(workspace: &Workspace) -> Vec<(SlotId, Arc<Ask>)> {
    let slots = workspace.manifest.groups.iter().flat_map(|group| group.slots());
    let drawn = slots.filter(|slot| matches!(slot.ask, Ask::Comfyui(_)));
    drawn.map(|slot| (slot.id.clone(), Arc::new(slot.ask.clone()))).collect()
}

/// Holds what is needed against what servers have, and against what pictures were made with.
pub fn check(workspace: &Workspace, state: &State, needs: &BTreeSet<Need>, looks: &[Look], findings: &mut Findings) {
    if needs.is_empty() {
        return;
    }
    licences(needs, findings);
    tell_drift(workspace, state, findings);
    if looks.iter().all(|look| look.answer.is_err()) {
        return;
    }
    let before = findings.0.len();
    for finding in preflight(workspace) {
        let whom = count(finding.slots.len(), "asset wants", "assets want");
        let message = format!("{} ({whom} it)", finding.diagnostic.message);
        findings.add(AREA, Level::Problem, message, finding.diagnostic.hint);
    }
    if findings.0.len() == before {
        findings.ok(AREA, format!("a server has all of {}", count(needs.len(), "file", "files")));
    }
}

/// What a build would be told before it asks for anything.
fn preflight(workspace: &Workspace) -> Vec<crate::generate::Finding> {
    let (replies, _) = std::sync::mpsc::channel();
    let batch = Batch::new(Context {
        root: workspace.folders.root.as_path().into(),
        workflows: workspace.inputs.workflows.clone(),
        sources: workspace.loaded.sources.clone(),
        observer: Arc::new(()),
        replies,
        ledger: Arc::new(()),
        cancel: Cancel::default(),
    });
    Servers::new(session::comfy_settings(workspace)).preflight(&asks(workspace), &batch)
}

fn licences(needs: &BTreeSet<Need>, findings: &mut Findings) {
    for need in needs {
        match find(&need.file) {
            Some(known) if known.commercial == Commercial::No => {
                let message = format!("`{}` is not for commercial use: {}", need.file, known.licence);
                let mend = format!("read {}, or take another file", known.page());
                findings.add(AREA, Level::Warning, message, Some(mend));
            }
            Some(_) => {}
            None => {
                let message = format!("the licence of `{}` is not known here", need.file);
                findings.add(AREA, Level::Note, message, Some("read it where you got the file"));
            }
        }
    }
}

/// Files whose digest is another one now than when pictures were made.
fn tell_drift(workspace: &Workspace, state: &State, findings: &mut Findings) {
    for drift in session::drifted(workspace, state.lock.provenance.values()) {
        let mend = "they stay as they are; new ones may look otherwise. Pin it with `{ file, sha256 }` in the style";
        findings.add(AREA, Level::Warning, drift.to_string(), Some(mend));
    }
}

/// One file with all that is known of it, for `--models --json`.
#[derive(Serialize)]
struct Listed<'a> {
    #[serde(flatten)]
    need: &'a Need,
    about: Option<&'static str>,
    licence: Option<&'static str>,
    page: Option<String>,
    command: Option<String>,
    /// Addresses of servers that have it.
    on: Vec<String>,
}

/// Lists the files to get, each with a command that gets it.
pub fn list(
    global: &Global,
    args: &Doctor,
    needs: &BTreeSet<Need>,
    workspace: Option<&Workspace>,
) -> anyhow::Result<Exit> {
    let servers = workspace.map(|workspace| workspace.loaded.local.servers.clone()).unwrap_or_default();
    let looks = crate::generate::comfyui::look(&servers).map_err(anyhow::Error::msg)?;
    let listed: Vec<Listed> = needs.iter().map(|need| listed(need, &looks)).collect();
    if args.json {
        style::out(&serde_json::to_string_pretty(&listed)?);
        return Ok(Exit::Success);
    }
    if listed.is_empty() && !global.quiet {
        style::out("the manifest needs no model files: nothing in it asks a ComfyUI server");
    }
    let missing = listed.iter().filter(|listed| listed.on.is_empty()).count();
    for listed in &listed {
        show(listed);
    }
    if !listed.is_empty() {
        style::out(&format!(
            "{}, {missing} to get; run the commands in ComfyUI's folder",
            count(listed.len(), "file", "files")
        ));
    }
    Ok(Exit::Success)
}

fn listed<'a>(need: &'a Need, looks: &[Look]) -> Listed<'a> {
    let known = find(&need.file);
    let has = |look: &&Look| {
        let files = look.answer.as_ref().ok().and_then(|looked| looked.known.models.get(&need.folder));
        files.is_some_and(|files| files.iter().any(|file| file.replace('\\', "/") == need.file.replace('\\', "/")))
    };
    Listed {
        need,
        about: known.map(|known| known.about),
        licence: known.map(|known| known.licence),
        page: known.map(Known::page),
        command: known.and_then(Known::url).map(|url| command(need, &url)),
        on: looks.iter().filter(has).map(|look| look.address.clone()).collect(),
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

fn show(listed: &Listed) {
    let state = if listed.on.is_empty() {
        "on no server that answers".to_owned()
    } else {
        format!("on {}", listed.on.join(", "))
    };
    let name = format!("models/{}/{}", listed.need.folder, listed.need.file);
    style::out(&format!("{}  {state}", paint(NAME, &name)));
    match (listed.about, listed.licence, &listed.page) {
        (Some(about), Some(licence), Some(page)) => style::out(&format!("  {about}; {licence}; {page}")),
        _ => style::out("  not known here: get it from where you know it, and read its licence"),
    }
    if let Some(command) = listed.command.as_ref().filter(|_| listed.on.is_empty()) {
        style::out(&format!("  {command}"));
    }
}
