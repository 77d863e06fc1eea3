//! Checks workflows, bound as the manifest binds them, against the nodes of a server or the recorded ones.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;

use super::{Found, all, read, unknown};
use crate::generate::comfyui::{self, UPLOAD, is_upload};
use crate::manifest;
use crate::session::{Error, Operation, Result, load_options};
use crate::words::ask::ComfyAsk;
use crate::words::diagnostic::{Diagnostic, Severity};
use crate::words::server::Server;
use crate::words::style::Style;
use crate::workflow::{self, Catalogue, FIELDS, Meaning, Mismatch, MismatchKind, Placeholder, bind};

/// What workflows are checked against.
#[derive(Clone, Debug)]
pub enum Against {
    /// The core nodes of ComfyUI, as they are recorded in this program.
    Recorded,
    /// The server at an address; its login is that of `pixels.local.toml`.
    Server(String),
    /// A file with what `/object_info` of a server answered.
    ObjectInfo(PathBuf),
}

/// What came of a check.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Checks {
    /// Nodes of other packages and files are not known here, but to a server.
    pub recorded_only: bool,
    /// Every workflow, by name.
    pub workflows: Vec<Checked>,
}

/// What came of one workflow.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Checked {
    /// Its name.
    pub name: String,
    /// Its file, relative to the project; a built-in one has none.
    pub file: Option<String>,
    /// Its placeholders and what fills them, fields of a style first.
    pub places: Vec<Place>,
    /// Errors are refused by every server; warnings are refused by some.
    pub findings: Vec<Diagnostic>,
}

/// A placeholder of a workflow.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Place {
    /// Its name.
    pub name: String,
    /// The node's id.
    pub node: String,
    /// The node's class.
    pub class: String,
    /// The node's title before the import; empty if it had none.
    pub title: String,
    /// The input.
    pub input: String,
    /// What the first asset that uses the workflow puts there; null if none does, or if it is known only when an image
    /// is requested.
    pub value: Value,
    /// The text that the import replaced; null if it is not known.
    pub was: Value,
}

impl Checked {
    /// Whether every server would refuse it.
    pub fn fails(&self) -> bool {
        self.findings.iter().any(|found| found.severity == Severity::Error)
    }
}

/// Checks the named workflows, or all, under the styles of the manifest that use them.
pub fn check(op: &Operation, names: &[String], against: &Against) -> Result<Checks> {
    let all = all(op);
    if let Some(name) = names.iter().find(|name| !all.contains_key(*name)) {
        return Err(unknown(name, &all));
    }
    let asked = catalogue(op, against)?;
    let catalogue = asked.as_ref().unwrap_or_else(|| Catalogue::recorded());
    let asks = asks(op)?;
    let own = own(&all);
    let checked = |(name, found): (&String, &Found)| Checked {
        name: name.clone(),
        file: found.file(name),
        places: places(name, found, asks.get(name).and_then(|asks| asks.first()), &own),
        findings: findings(name, found, asks.get(name).map_or(&[], Vec::as_slice), &own, catalogue),
    };
    let wanted = all.iter().filter(|(name, _)| names.is_empty() || names.contains(name));
    Ok(Checks { recorded_only: asked.is_none(), workflows: wanted.map(checked).collect() })
}

/// The nodes that are compared with, if not the recorded ones.
pub(super) fn catalogue(op: &Operation, against: &Against) -> Result<Option<Catalogue>> {
    Ok(match against {
        Against::Recorded => None,
        Against::Server(url) => Some(of_server(op, url)?),
        Against::ObjectInfo(path) => Some(of_file(path)?),
    })
}

/// What a server knows.
fn of_server(op: &Operation, url: &str) -> Result<Catalogue> {
    let url = url.trim_end_matches('/');
    let loaded = op.project().and_then(|root| manifest::load(root, &load_options(op.profile)).ok());
    let own = loaded.map(|loaded| loaded.local.servers).unwrap_or_default();
    let named = own.into_iter().find(|server| server.url == url);
    let server = named.unwrap_or_else(|| Server::at(url));
    let refused = |why: String| Error::usage("server-unreachable", why, "`dgx-pixels doctor` says more");
    match comfyui::look(&[server])?.into_iter().next().map(|look| look.answer) {
        Some(Ok(looked)) => Ok(looked.known.catalogue),
        Some(Err(error)) => Err(refused(format!("server `{url}`: {error}"))),
        None => Err(refused(format!("server `{url}` says nothing"))),
    }
}

/// What `/object_info` of a server answered.
fn of_file(path: &Path) -> Result<Catalogue> {
    let refused = |why: String| {
        let message = format!("`{}` cannot be read: {why}", path.display());
        Error::usage("bad-object-info", message, "save what http://SERVER:8188/object_info answers")
    };
    let text = read(path).map_err(|error| refused(error.to_string()))?;
    let value: Value = serde_json::from_str(&text).map_err(|error| refused(format!("it is not JSON: {error}")))?;
    Catalogue::read(&value).map_err(|error| refused(error.to_string()))
}

/// What the manifest asks, by workflow, one of each style.
fn asks(op: &Operation) -> Result<BTreeMap<String, Vec<ComfyAsk>>> {
    let mut asks: BTreeMap<String, Vec<ComfyAsk>> = BTreeMap::new();
    let Some(root) = op.project() else { return Ok(asks) };
    let loaded = manifest::load(root, &load_options(op.profile))?;
    let slots = loaded.manifest.groups.iter().flat_map(|group| group.slots());
    for ask in slots.filter_map(|slot| slot.ask.comfyui()) {
        let of = asks.entry(ask.style.workflow.clone()).or_default();
        if !of.iter().any(|known| known.style == ask.style) {
            of.push(ask.clone());
        }
    }
    Ok(asks)
}

/// The project's own workflows that can be read.
fn own(all: &BTreeMap<String, Found>) -> BTreeMap<String, Value> {
    let own = all.iter().filter(|(_, found)| found.is_own);
    own.filter_map(|(name, found)| Some((name.clone(), workflow::parse(name, found.text.as_ref().ok()?).ok()?)))
        .collect()
}

/// The placeholders of a workflow, with what an ask puts there.
fn places(name: &str, found: &Found, ask: Option<&ComfyAsk>, own: &BTreeMap<String, Value>) -> Vec<Place> {
    let Some(graph) = found.text.as_ref().ok().and_then(|text| workflow::parse(name, text).ok()) else {
        return Vec::new();
    };
    let bound = ask.and_then(|ask| bind(ask, own).ok());
    let open = |place: &Placeholder| matches!(place.meaning, Meaning::Field | Meaning::Param);
    let place = |place: Placeholder| {
        let node = &graph[&place.node];
        let was = &node["_meta"]["was"];
        let title = was["title"].as_str().or_else(|| node["_meta"]["title"].as_str()).unwrap_or_default();
        let value = bound.as_ref().filter(|_| open(&place)).and_then(|bound| bound.graph.pointer(&place.pointer));
        Place {
            class: node["class_type"].as_str().unwrap_or_default().to_owned(),
            title: title.strip_prefix("dgx:").map_or(title, |_| "").to_owned(),
            value: value.cloned().unwrap_or_default(),
            was: was["values"][&place.input].clone(),
            name: place.name,
            node: place.node,
            input: place.input,
        }
    };
    let mut places: Vec<Place> = workflow::placeholders(&graph).places.into_iter().map(place).collect();
    let rank = |place: &Place| FIELDS.iter().position(|field| *field == place.name).unwrap_or(FIELDS.len());
    places.sort_by_key(rank);
    places
}

/// Everything that is wrong with a workflow under the styles that use it, else under the built-in one.
fn findings(
    name: &str,
    found: &Found,
    used: &[ComfyAsk],
    own: &BTreeMap<String, Value>,
    catalogue: &Catalogue,
) -> Vec<Diagnostic> {
    let graph = found.text.clone().and_then(|text| workflow::parse(name, &text));
    if let Err(error) = graph {
        return vec![error.diagnostic()];
    }
    let usual = [usual(name)];
    let asks = if used.is_empty() { usual.as_slice() } else { used };
    let mut findings = Vec::new();
    for ask in asks {
        match bind(ask, own) {
            Err(error) => findings.push(error.diagnostic()),
            Ok(bound) => {
                let images = bound.roles().iter().map(|role| ((*role).to_owned(), UPLOAD.to_owned())).collect();
                let mismatches = catalogue.check(&bound.filled(0, "check", &images));
                // Models of a workflow that no asset uses need not be on the server.
                let unused = |mismatch: &Mismatch| used.is_empty() && mismatch.kind == MismatchKind::File;
                let counts = |mismatch: &Mismatch| !unused(mismatch) && !is_upload(mismatch);
                findings.extend(mismatches.into_iter().filter(counts).map(|mismatch| of_mismatch(mismatch, catalogue)));
            }
        }
    }
    findings.sort_by_key(|found| (Reverse(found.severity), found.message.clone(), found.hint.clone()));
    findings.dedup();
    findings
}

/// An ask of a workflow that no asset uses.
fn usual(name: &str) -> ComfyAsk {
    let style = Style { workflow: name.to_owned(), loras: Vec::new(), ..Style::built_in() };
    ComfyAsk { style, prompt: "x".to_owned(), negative: "x".to_owned(), inputs: BTreeMap::new() }
}

fn of_mismatch(mismatch: Mismatch, catalogue: &Catalogue) -> Diagnostic {
    // The record has no nodes of other packages; a server may have them.
    let fails = catalogue.is_complete || mismatch.kind != MismatchKind::NoClass;
    let severity = if fails { Severity::Error } else { Severity::Warning };
    let message = format!("node `{}`: {}", mismatch.node, mismatch.diagnostic.message);
    Diagnostic { severity, message, ..mismatch.diagnostic }
}
