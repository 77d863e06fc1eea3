//! Workflows of assets: that they exist, and that asset and style fill their placeholders.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Context;
use super::gather::{Asset, Gathered};
use super::resolve::{Resolved, unknown_version};
use super::worker;
use crate::manifest::built_ins::{self, BuiltIns};
use crate::manifest::files::{Depth, Missing};
use crate::manifest::problem::Problem;
use crate::manifest::raw::BackendWord;
use crate::words::diagnostic::Severity;
use crate::words::source::Span;
use crate::words::suggest::words;
use crate::workflow::{self, BUILT_IN, FileError, Meaning, Placeholders, WorkflowError};

/// The largest workflow file, in bytes.
const LARGEST: u64 = 4 << 20;

/// Checks the workflows of all assets that a server draws; returns the versions of built-in ones by asset.
pub(super) fn check(
    all: &Gathered,
    assets: &[Resolved],
    built_ins: &BuiltIns,
    cx: &mut Context<'_>,
) -> Vec<Option<u32>> {
    let mut versions = vec![None; assets.len()];
    let mut known: BTreeMap<(String, Option<u32>), Option<Found>> = BTreeMap::new();
    let mut params: BTreeMap<Span, Given> = BTreeMap::new();
    let mut absent: BTreeSet<(&str, Span)> = BTreeSet::new();
    for (number, (raw, asset)) in all.assets.iter().zip(assets).enumerate() {
        if raw.is_derived() {
            continue;
        }
        if asset.backend != BackendWord::Comfyui {
            if asset.backend == BackendWord::Worker {
                worker::check(raw, asset, cx);
            } else if asset.backend == BackendWord::Sketch {
                absent.insert((asset.blend.style.workflow.as_str(), asset.blend.workflow));
            }
            continue;
        }
        let key = (asset.blend.style.workflow.clone(), asset.pinned.get(&asset.blend.style.workflow).copied());
        if !known.contains_key(&key) {
            let found = find(&key.0, key.1, asset.blend.workflow, built_ins, cx);
            known.insert(key.clone(), found);
        }
        let Some(Some(found)) = known.get(&key) else { continue };
        versions[number] = found.version;
        let one = One { raw, asset, name: &key.0, open: &found.open, built_ins };
        one.images(cx);
        one.params(&mut params, cx);
        one.style(cx);
    }
    // Nothing of them is used now, but another profile may.
    for (name, span) in absent {
        if built_ins.workflow(name, None).is_none() && cx.files.look(&workflow::path(name)) == Err(Missing::Absent) {
            let mut problem = unknown(name, span, built_ins, cx);
            problem.diagnostic.severity = Severity::Warning;
            cx.report(problem);
        }
    }
    for (span, given) in params.into_iter().filter(|(_, given)| !given.used) {
        let message = format!("the workflow {} has no placeholder `{{{}}}`", words(&given.workflows), given.name);
        let problem = Problem::warning("unused-param", span, message).help("remove it");
        cx.report(problem.suggest(&given.name, given.near.iter().map(String::as_str)));
    }
    versions
}

/// A param of the manifest, and the workflows that could use it.
#[derive(Default)]
struct Given {
    name: String,
    workflows: Vec<String>,
    near: BTreeSet<String>,
    used: bool,
}

/// A workflow that can be used.
struct Found {
    /// The version of a built-in; `None` for a file of the project.
    version: Option<u32>,
    open: Placeholders,
}

/// Finds a workflow by name; `None` if it cannot be used, which is reported.
fn find(name: &str, pinned: Option<u32>, span: Span, built_ins: &BuiltIns, cx: &mut Context<'_>) -> Option<Found> {
    let Some(graph) = own(name, cx) else {
        return find_built_in(name, pinned, span, built_ins, cx);
    };
    // Only its own assets fail, so that other assets can be built.
    let problem = |error: &WorkflowError| Problem::warning("bad-workflow", span, error.to_string()).help(error.hint());
    let found =
        graph.as_ref().map(|graph| Found { version: None, open: workflow::placeholders(graph) }).map_err(problem);
    cx.workflows.insert(name.to_owned(), graph);
    found.map_err(|problem| cx.report(problem)).ok()
}

fn find_built_in(
    name: &str,
    pinned: Option<u32>,
    span: Span,
    built_ins: &BuiltIns,
    cx: &mut Context<'_>,
) -> Option<Found> {
    let Some(built_in) = built_ins.workflow(name, pinned) else {
        let problem = match pinned.filter(|_| built_ins.workflow(name, None).is_some()) {
            Some(version) => unknown_version("workflow", name, version, span),
            None => unknown(name, span, built_ins, cx),
        };
        cx.report(problem);
        return None;
    };
    let graph = built_in.graph();
    let open = workflow::placeholders(&graph);
    if !BUILT_IN.contains(built_in) {
        cx.workflows.insert(built_ins::id(name, built_in.version), Ok(graph.into_owned()));
    }
    Some(Found { version: Some(built_in.version), open })
}

/// The project's own workflow of a name, if there is a file.
fn own(name: &str, cx: &mut Context<'_>) -> Option<Result<Value, WorkflowError>> {
    let path = workflow::path(name);
    match cx.files.look(&path).and_then(|path| cx.files.read(&path, LARGEST)) {
        Ok(bytes) => Some(workflow::parse(name, &String::from_utf8_lossy(&bytes))),
        Err(Missing::Absent) => None,
        Err(Missing::LfsPointer) => Some(Err(WorkflowError::File(name.to_owned(), FileError::LfsPointer))),
        Err(missing) => Some(Err(WorkflowError::File(name.to_owned(), FileError::Unreadable(missing.reason().1)))),
    }
}

fn unknown(name: &str, span: Span, built_ins: &BuiltIns, cx: &mut Context<'_>) -> Problem {
    let files = cx.files.list("workflows", Depth::Flat).unwrap_or_else(|_| Vec::new().into());
    let stems = files.iter().filter_map(|path| path.strip_prefix("workflows/")?.strip_suffix(".json"));
    let known: Vec<&str> = built_ins.workflow_names().into_iter().chain(stems).collect();
    let problem = Problem::error("unknown-workflow", span, format!("no workflow is called `{name}`"));
    problem.help(format!("put it at `{}`", workflow::path(name))).suggest(name, known)
}

/// One asset with its workflow.
struct One<'a> {
    raw: &'a Asset,
    asset: &'a Resolved,
    name: &'a str,
    open: &'a Placeholders,
    built_ins: &'a BuiltIns,
}

impl One<'_> {
    fn related(&self, problem: Problem) -> Problem {
        match self.asset.blend.workflow {
            span if span == Span::default() => problem,
            span => problem.related(span, "the workflow is named here"),
        }
    }

    /// Compares the input images of the workflow with those of the asset.
    fn images(&self, cx: &mut Context<'_>) {
        let taken = self.open.names(Meaning::Role);
        let given = self.raw.raw.inputs.as_ref().map(|inputs| inputs.0.as_slice()).unwrap_or_default();
        let idle: Vec<_> = given.iter().map(|(role, _)| role).filter(|role| !taken.contains(role.as_str())).collect();
        let asset = &self.raw.name;
        let lacking: Vec<&str> =
            taken.iter().copied().filter(|role| !given.iter().any(|(given, _)| given.value == **role)).collect();
        for role in &lacking {
            let message =
                format!("the workflow `{}` needs the input image `{role}`, and `{}` has none", self.name, asset.value);
            let span = idle.first().map_or(asset.span, |role| role.span);
            let help = match idle.first() {
                Some(_) => format!("did you mean `{role}`?"),
                None => format!("write `inputs = {{ {role} = \"..\" }}`: an asset, or an image of the project"),
            };
            cx.report_missing(self.related(Problem::error("missing-input", span, message).help(help)));
        }
        for role in idle.into_iter().filter(|_| lacking.is_empty()) {
            let message = format!("the workflow `{}` has no input image `{}`", self.name, role.value);
            let taken: Vec<&str> = taken.iter().copied().collect();
            let help = match taken.as_slice() {
                [] => format!("it has none; {} do", words(&self.takers())),
                taken => format!("its input images are {}", words(taken)),
            };
            cx.report(self.related(Problem::warning("unused-input", role.span, message).help(help)));
        }
    }

    /// Checks that every param of the workflow has a value.
    fn params(&self, all: &mut BTreeMap<Span, Given>, cx: &mut Context<'_>) {
        let blend = &self.asset.blend;
        let wanted = self.open.names(Meaning::Param);
        for (name, span) in &blend.params {
            let given = all.entry(*span).or_default();
            given.name.clone_from(name);
            given.used |= wanted.contains(name.as_str());
            if !given.workflows.iter().any(|workflow| workflow == self.name) {
                given.workflows.push(self.name.to_owned());
            }
            given.near.extend(wanted.iter().map(|name| (*name).to_owned()));
        }
        let has = |name: &str| blend.params.contains_key(name) || self.open.defaults.contains_key(name);
        for name in wanted.into_iter().filter(|name| !has(name)) {
            let message = format!("the workflow `{}` needs a value for `{{{name}}}`", self.name);
            let problem = Problem::error("missing-param", self.raw.name.span, message);
            let help = format!("write `params = {{ {name} = .. }}` in the style of `{}`", self.raw.name.value);
            cx.report_missing(self.related(problem.help(help)));
        }
    }

    /// Checks that the workflow can take what the style has.
    fn style(&self, cx: &mut Context<'_>) {
        let span = self.asset.blend.workflow;
        if !self.asset.blend.style.loras.is_empty() && !self.open.has("checkpoint") {
            let message = format!("the workflow `{}` has no place for the LoRAs of its style", self.name);
            let help = "write `loras = []` in the style, or `{checkpoint}` in the node that loads the model";
            cx.report(
                Problem::error("no-place", span, message).help(help).related(self.raw.name.span, "used by this asset"),
            );
        }
        let several = self.asset.candidates > 1 || self.asset.reroll > 0;
        if several && self.open.names(Meaning::Seed).is_empty() {
            let message =
                format!("the workflow `{}` has no `{{seed}}`: all candidates would be the same image", self.name);
            cx.report(Problem::warning("no-seed", span, message).help("write `\"{seed}\"` as the seed of its sampler"));
        }
    }

    /// The built-in workflows that take images.
    fn takers(&self) -> Vec<&'static str> {
        let newest = |name: &&str| self.built_ins.workflow(name, None);
        let takes =
            |built_in: &workflow::BuiltIn| !workflow::placeholders(&built_in.graph()).names(Meaning::Role).is_empty();
        self.built_ins.workflow_names().into_iter().filter(|name| newest(name).is_some_and(takes)).collect()
    }
}
