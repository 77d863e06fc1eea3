//! Workflows of assets: whether there is one, and whether asset and style give what it asks for.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Context;
use super::gather::{Asset, Gathered};
use super::settle::Settled;
use super::sources::why;
use crate::manifest::files::{Depth, Missing};
use crate::manifest::problem::Problem;
use crate::manifest::raw::BackendWord;
use crate::words::source::Span;
use crate::words::suggest::words;
use crate::workflow::{self, BUILT_IN, FileError, Meaning, Placeholders, WorkflowError};

/// No workflow that a person made is larger.
const LARGEST: u64 = 4 << 20;

/// Checks the workflows of all assets that a server draws.
pub(super) fn check(all: &Gathered, assets: &[Settled], cx: &mut Context<'_>) {
    let mut known: BTreeMap<String, Option<Placeholders>> = BTreeMap::new();
    let mut params: BTreeMap<Span, Given> = BTreeMap::new();
    for (raw, asset) in all.assets.iter().zip(assets) {
        if asset.backend != BackendWord::Comfyui {
            continue;
        }
        let name = &asset.blend.style.workflow;
        if !known.contains_key(name) {
            let open = find(name, asset.blend.workflow, cx);
            known.insert(name.clone(), open);
        }
        let Some(Some(open)) = known.get(name) else { continue };
        let one = One { raw, asset, name, open };
        one.pictures(cx);
        one.params(&mut params, cx);
        one.style(cx);
    }
    for (span, given) in params.into_iter().filter(|(_, given)| !given.used) {
        let message = format!("the workflow {} has no placeholder `{{{}}}`", words(&given.workflows), given.name);
        let problem = Problem::warning("unused-param", span, message).help("remove it");
        cx.tell(problem.suggest(&given.name, given.near.iter().map(String::as_str)));
    }
}

/// A param of the manifest, and the workflows that could use it.
#[derive(Default)]
struct Given {
    name: String,
    workflows: Vec<String>,
    near: BTreeSet<String>,
    used: bool,
}

/// What a workflow leaves open; `None` if it cannot be used, which is told.
fn find(name: &str, span: Span, cx: &mut Context<'_>) -> Option<Placeholders> {
    let Some(graph) = own(name, cx) else {
        let Some(built_in) = workflow::built_in(name) else {
            let problem = unknown(name, span, cx);
            cx.tell(problem);
            return None;
        };
        return Some(workflow::placeholders(built_in.graph()));
    };
    // Its assets fail; what is wrong in a file beside the manifest stops no other.
    let tell = |error: &WorkflowError| Problem::warning("bad-workflow", span, error.to_string()).help(error.hint());
    let open = graph.as_ref().map(workflow::placeholders).map_err(tell);
    cx.workflows.insert(name.to_owned(), graph);
    open.map_err(|problem| cx.tell(problem)).ok()
}

/// The project's own workflow of a name, if there is a file.
fn own(name: &str, cx: &mut Context<'_>) -> Option<Result<Value, WorkflowError>> {
    let path = workflow::path(name);
    match cx.files.look(&path).and_then(|()| cx.files.read(&path, LARGEST)) {
        Ok(bytes) => Some(workflow::parse(name, &String::from_utf8_lossy(&bytes))),
        Err(Missing::Absent) => None,
        Err(missing) => Some(Err(WorkflowError::File(name.to_owned(), FileError::Unreadable(why(&missing).1)))),
    }
}

fn unknown(name: &str, span: Span, cx: &mut Context<'_>) -> Problem {
    let files = cx.files.list("workflows", Depth::Flat).unwrap_or_else(|_| Vec::new().into());
    let stems = files.iter().filter_map(|path| path.strip_prefix("workflows/")?.strip_suffix(".json"));
    let known: Vec<&str> = BUILT_IN.iter().map(|built_in| built_in.name).chain(stems).collect();
    let problem = Problem::error("unknown-workflow", span, format!("no workflow is called `{name}`"));
    problem.help(format!("put it at `{}`", workflow::path(name))).suggest(name, known)
}

/// One asset with its workflow.
struct One<'a> {
    raw: &'a Asset,
    asset: &'a Settled,
    name: &'a str,
    open: &'a Placeholders,
}

impl One<'_> {
    fn related(&self, problem: Problem) -> Problem {
        match self.asset.blend.workflow {
            span if span == Span::default() => problem,
            span => problem.related(span, "the workflow is named here"),
        }
    }

    /// The pictures that the workflow takes are those that the asset gives.
    fn pictures(&self, cx: &mut Context<'_>) {
        let taken = self.open.names(Meaning::Role);
        let given = self.raw.raw.inputs.as_ref().map(|inputs| inputs.0.as_slice()).unwrap_or_default();
        let idle: Vec<_> = given.iter().map(|(role, _)| role).filter(|role| !taken.contains(role.as_str())).collect();
        let asset = &self.raw.name;
        let lacking: Vec<&str> =
            taken.iter().copied().filter(|role| !given.iter().any(|(given, _)| given.value == **role)).collect();
        for role in &lacking {
            let message =
                format!("the workflow `{}` takes a picture `{role}`, and `{}` gives none", self.name, asset.value);
            let span = idle.first().map_or(asset.span, |role| role.span);
            let help = match idle.first() {
                Some(_) => format!("did you mean `{role}`?"),
                None => format!("write `inputs = {{ {role} = \"..\" }}`: an asset, or a picture of the project"),
            };
            cx.missing(self.related(Problem::error("missing-input", span, message).help(help)));
        }
        for role in idle.into_iter().filter(|_| lacking.is_empty()) {
            let message = format!("the workflow `{}` takes no picture `{}`", self.name, role.value);
            let taken: Vec<&str> = taken.iter().copied().collect();
            let help = match taken.as_slice() {
                [] => format!("it takes none; {} do", words(&takers())),
                taken => format!("it takes {}", words(taken)),
            };
            cx.tell(self.related(Problem::warning("unused-input", role.span, message).help(help)));
        }
    }

    /// What the workflow asks for beyond a style's own keys is in `params`, or has a default.
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
            let message = format!("the workflow `{}` asks for `{{{name}}}`, and nothing has a value for it", self.name);
            let problem = Problem::error("missing-param", self.raw.name.span, message);
            let help = format!("write `params = {{ {name} = .. }}` in the style of `{}`", self.raw.name.value);
            cx.missing(self.related(problem.help(help)));
        }
    }

    /// What a style has and a workflow cannot take.
    fn style(&self, cx: &mut Context<'_>) {
        let span = self.asset.blend.workflow;
        if !self.asset.blend.style.loras.is_empty() && !self.open.has("checkpoint") {
            let message = format!("the workflow `{}` has no place for the LoRAs of its style", self.name);
            let help = "write `loras = []` in the style, or `{checkpoint}` in the node that loads the model";
            cx.tell(
                Problem::error("no-place", span, message).help(help).related(self.raw.name.span, "used by this asset"),
            );
        }
        let several = self.asset.candidates > 1 || self.asset.reroll > 0;
        if several && self.open.names(Meaning::Seed).is_empty() {
            let message =
                format!("the workflow `{}` has no `{{seed}}`: all candidates would be one picture", self.name);
            cx.tell(Problem::warning("no-seed", span, message).help("write `\"{seed}\"` where its sampler has a seed"));
        }
    }
}

/// The built-in workflows that take pictures.
fn takers() -> Vec<&'static str> {
    let takes =
        |built_in: &&workflow::BuiltIn| !workflow::placeholders(built_in.graph()).names(Meaning::Role).is_empty();
    BUILT_IN.iter().filter(takes).map(|built_in| built_in.name).collect()
}
