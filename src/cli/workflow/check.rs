//! `dgx-pixels workflow check`: every workflow, bound as the manifest binds it, held against classes of nodes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::super::args::Global;
use super::super::{Exit, project, style};
use super::{Check, Found, all, read, root, unknown};
use crate::generate::comfyui;
use crate::manifest;
use crate::session::load_options;
use crate::words::ask::{Ask, ComfyAsk};
use crate::words::diagnostic::Diagnostic;
use crate::words::server::Server;
use crate::words::style::Style;
use crate::workflow::{self, Catalogue, Mismatch, MismatchKind, WorkflowError, bind};

/// Checks, and says what does not fit.
pub(super) fn run(global: &Global, args: &Check) -> anyhow::Result<Exit> {
    let all = all(global)?;
    if let Some(name) = args.names.iter().find(|name| !all.contains_key(*name)) {
        return Err(unknown(name, &all));
    }
    let told = match (&args.server, &args.object_info) {
        (Some(url), _) => Some(of_server(global, url)?),
        (None, Some(path)) => Some(catalogue(path)?),
        (None, None) => None,
    };
    let catalogue = told.as_ref().unwrap_or_else(|| Catalogue::recorded());
    let asks = asks(global)?;
    let own = own(&all);
    let mut failed = 0;
    for (name, found) in all.iter().filter(|(name, _)| args.names.is_empty() || args.names.contains(name)) {
        let used = asks.get(name).map(Vec::as_slice).unwrap_or_default();
        let lines = one(name, found, used, &own, catalogue);
        failed += usize::from(lines.iter().any(|line| line.fails));
        tell(name, found, &lines, global.quiet);
    }
    if !global.quiet && told.is_none() {
        style::hint("held against the core nodes of ComfyUI as they are recorded here; files are a server's to know");
    }
    Ok(if failed == 0 { Exit::Success } else { Exit::Failed })
}

/// What a server knows.
fn of_server(global: &Global, url: &str) -> anyhow::Result<Catalogue> {
    let url = url.trim_end_matches('/');
    let own = match root(global)? {
        Some(root) => manifest::load(&root, &load_options(None)).map(|loaded| loaded.local.servers).unwrap_or_default(),
        None => Vec::new(),
    };
    let named = own.into_iter().find(|server| server.url == url);
    let server = named.unwrap_or_else(|| Server { url: url.to_owned(), login: None });
    let looks = comfyui::look(&[server]).map_err(anyhow::Error::msg)?;
    match looks.into_iter().next().map(|look| look.answer) {
        Some(Ok(looked)) => Ok(looked.known.catalogue),
        Some(Err(error)) => Err(project::usage(format!("server `{url}`: {error}"), "`dgx-pixels doctor` says more")),
        None => Err(project::usage(format!("server `{url}` says nothing"), "`dgx-pixels doctor` says more")),
    }
}

/// What `/object_info` of a server answered.
fn catalogue(path: &std::path::Path) -> anyhow::Result<Catalogue> {
    let refused = |why: String| {
        let message = format!("`{}` cannot be read: {why}", path.display());
        project::usage(message, "save what http://SERVER:8188/object_info answers")
    };
    let text = read(path).map_err(|error| refused(format!("{error:#}")))?;
    let value: Value = serde_json::from_str(&text).map_err(|error| refused(format!("it is not JSON: {error}")))?;
    Catalogue::read(&value).map_err(|error| refused(error.to_string()))
}

/// What the manifest asks, by workflow, one of each style.
fn asks(global: &Global) -> anyhow::Result<BTreeMap<String, Vec<ComfyAsk>>> {
    let mut asks: BTreeMap<String, Vec<ComfyAsk>> = BTreeMap::new();
    let Some(root) = root(global)? else { return Ok(asks) };
    let loaded = manifest::load(&root, &load_options(None)).map_err(crate::session::Error::from)?;
    let slots = loaded.manifest.groups.iter().flat_map(|group| group.slots());
    for ask in slots.filter_map(|slot| if let Ask::Comfyui(ask) = &slot.ask { Some(ask) } else { None }) {
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

/// One thing to say of a workflow.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Line {
    fails: bool,
    text: String,
    hint: Option<String>,
}

impl Line {
    fn refused(error: &WorkflowError) -> Self {
        Self { fails: true, text: error.to_string(), hint: Some(error.hint()) }
    }
}

/// Everything that is wrong with a workflow under the styles that use it, else under the usual one.
fn one(
    name: &str,
    found: &Found,
    used: &[ComfyAsk],
    own: &BTreeMap<String, Value>,
    catalogue: &Catalogue,
) -> Vec<Line> {
    let graph = found.text.clone().and_then(|text| workflow::parse(name, &text));
    if let Err(error) = graph {
        return vec![Line::refused(&error)];
    }
    let usual = [usual(name)];
    let asks = if used.is_empty() { usual.as_slice() } else { used };
    let mut lines = BTreeSet::new();
    for ask in asks {
        match bind(ask, own) {
            Err(error) => {
                lines.insert(Line::refused(&error));
            }
            Ok(bound) => {
                let images = bound.roles().iter().map(|role| ((*role).to_owned(), format!("{role}.png"))).collect();
                let mismatches = catalogue.check(&bound.filled(0, "check", &images));
                // Models of a workflow that no asset uses need not be on the server.
                let counts = |mismatch: &Mismatch| !(used.is_empty() && mismatch.kind == MismatchKind::File);
                lines.extend(mismatches.into_iter().filter(counts).map(|mismatch| line(mismatch, catalogue)));
            }
        }
    }
    lines.into_iter().collect()
}

/// An ask of a workflow that no asset uses.
fn usual(name: &str) -> ComfyAsk {
    let style = Style { workflow: name.to_owned(), loras: Vec::new(), ..Style::built_in() };
    ComfyAsk { style, prompt: "x".to_owned(), negative: "x".to_owned(), inputs: BTreeMap::new() }
}

fn line(mismatch: Mismatch, catalogue: &Catalogue) -> Line {
    // The record has no nodes of other packages; a server may have them.
    let fails = catalogue.is_complete || mismatch.kind != MismatchKind::NoClass;
    let Diagnostic { message, hint, .. } = mismatch.diagnostic;
    Line { fails, text: format!("node `{}`: {message}", mismatch.node), hint }
}

fn tell(name: &str, found: &Found, lines: &[Line], quiet: bool) {
    let place = if found.is_own { workflow::path(name) } else { "built in".to_owned() };
    if lines.is_empty() {
        if !quiet {
            style::out(&format!(
                "{}  {} ({place})",
                style::paint(style::GOOD, "fits"),
                style::paint(style::NAME, name)
            ));
        }
        return;
    }
    let fails = lines.iter().any(|line| line.fails);
    let word = if fails { style::paint(style::ERROR, "fails") } else { style::paint(style::WARNING, "maybe") };
    style::out(&format!("{word} {} ({place})", style::paint(style::NAME, name)));
    for line in lines {
        style::out(&format!("  {}", line.text));
        if let Some(hint) = &line.hint {
            style::out(&format!("    {}: {hint}", style::paint(style::HINT, "hint")));
        }
    }
}
