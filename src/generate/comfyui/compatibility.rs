//! What one server lacks for one ask: classes, inputs, ranges, values, files, and models that do not go together.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Value, json};

use super::architecture::{self, Family};
use super::probe::ServerInfo;
use super::scheduler::Cause;
use super::text::clean;
use super::{Settings, provenance};
use crate::generate::{BatchRef, pinned};
use crate::words::ask::ComfyAsk;
use crate::words::diagnostic::Diagnostic;
use crate::words::source::{Place, Sources};
use crate::words::style::Model;
use crate::workflow::{self, Bound, Mismatch, MismatchKind, WorkflowError};

/// Checks asks, those of one style once: prompts and seeds do not matter.
#[derive(Default)]
pub(super) struct Checker(HashMap<(usize, String), Vec<Diagnostic>>);

impl Checker {
    /// What server number `server` lacks for an ask.
    pub(super) fn check(
        &mut self,
        server: usize,
        info: &ServerInfo,
        ask: &ComfyAsk,
        bound: &Bound,
        batch: &BatchRef,
        settings: &Settings,
    ) -> &[Diagnostic] {
        let roles: Vec<&String> = ask.inputs.keys().collect();
        let style = format!("{:?} {roles:?}", ask.style);
        self.0.entry((server, style)).or_insert_with(|| check(info, ask, bound, &batch.sources, settings))
    }
}

fn check(info: &ServerInfo, ask: &ComfyAsk, bound: &Bound, sources: &Sources, settings: &Settings) -> Vec<Diagnostic> {
    let images: BTreeMap<String, String> = ask.inputs.keys().map(|role| (role.clone(), UPLOAD.to_owned())).collect();
    let graph = bound.filled(0, "dgxp/file", &images);
    let mismatches: Vec<Mismatch> =
        info.catalogue.check(&graph).into_iter().filter(|mismatch| !is_upload(mismatch)).collect();
    // A file that a class does not list is missing in its folder, too: that is reported once.
    let files = mismatches.iter().filter(|mismatch| mismatch.kind == MismatchKind::File);
    let reported: BTreeSet<String> =
        files.filter_map(|mismatch| Some(mismatch.value.as_ref()?.as_str()?.to_owned())).collect();
    let mut found: Vec<Diagnostic> = mismatches.into_iter().map(|mismatch| describe(mismatch, ask, sources)).collect();
    found.extend(validate(&graph, bound));
    found.extend(open_roles(ask, bound));
    found.extend(unlisted(info, &graph, &reported, sources));
    found.extend(wrong_family(info, ask, sources, settings));
    found.extend(unpinned(ask, sources, settings));
    found
}

/// The name of an image that will be there once it is uploaded.
pub const UPLOAD: &str = "dgxp/input.png";

/// Whether a server lists the images that it has, and lacks one that is not uploaded yet.
pub fn is_upload(mismatch: &Mismatch) -> bool {
    mismatch.kind == MismatchKind::Choice && mismatch.value.as_ref().is_some_and(|value| value == UPLOAD)
}

/// A workflow that cannot be bound to an ask.
pub(super) fn invalid_workflow(error: &WorkflowError) -> Diagnostic {
    Diagnostic::error("invalid-workflow", error.to_string()).hint(error.hint())
}

/// What a server would run badly or not at all, without an error.
pub(super) fn validate(graph: &Value, bound: &Bound) -> Option<Diagnostic> {
    let mut titled = graph.clone();
    for output in bound.outputs() {
        // Titles are not sent; here they say which output is meant.
        titled[output]["_meta"] = json!({ "title": "dgx:output" });
    }
    let error = workflow::validate(&titled).into_iter().next()?;
    Some(Diagnostic::error("invalid-workflow", format!("the graph cannot run: {error}")))
}

fn describe(mismatch: Mismatch, ask: &ComfyAsk, sources: &Sources) -> Diagnostic {
    let place = match &mismatch.value {
        Some(Value::String(text)) => place_of(sources, text),
        Some(value) => place_of_value(sources, mismatch.input.as_deref().unwrap_or_default(), value),
        None => None,
    };
    let node = match mismatch.kind {
        MismatchKind::File | MismatchKind::NoClass => String::new(),
        _ => format!("node `{}` of workflow `{}`: ", mismatch.node, ask.style.workflow),
    };
    let message = format!("{node}{}", clean(&mismatch.diagnostic.message, 600));
    let hint = mismatch.diagnostic.hint.map(|hint| match mismatch.kind {
        MismatchKind::File => get_file(&hint),
        _ => clean(&hint, 400),
    });
    Diagnostic { message, hint, place, ..mismatch.diagnostic }
}

fn get_file(hint: &str) -> String {
    format!("{}; `dgx-pixels doctor --models` says where to get it", clean(hint, 800))
}

/// A server's message, with the manifest's line of the first of its values that is quoted there.
pub(super) fn at_value(message: String, values: &[String], sources: &Sources) -> Cause {
    let place = values.iter().find_map(|value| place_of(sources, value));
    Cause { place, ..message.into() }
}

/// The line in which a text is quoted.
fn place_of(sources: &Sources, text: &str) -> Option<Place> {
    let (double, single) = (format!("\"{text}\""), format!("'{text}'"));
    sources.line_with(|line| line.contains(&double) || line.contains(&single))
}

/// The line in which an asset begins.
pub(super) fn place_of_asset(sources: &Sources, name: &str) -> Option<Place> {
    let ends = [format!(".{name}]"), format!(".\"{name}\"]"), format!(".'{name}']")];
    sources.line_with(|line| {
        let line = line.split('#').next().unwrap_or_default().trim();
        line.starts_with('[') && ends.iter().any(|end| line.ends_with(end))
    })
}

/// The line in which a number is set, by the key that the input comes from.
fn place_of_value(sources: &Sources, input: &str, value: &Value) -> Option<Place> {
    let key = match input {
        "width" | "height" => "canvas",
        "sampler_name" => "sampler",
        other => other,
    };
    let value = value.to_string();
    sources.line_with(|line| {
        let words: Vec<&str> = line.split(|c: char| !(c.is_alphanumeric() || "_.-".contains(c))).collect();
        words.contains(&key) && words.contains(&value.as_str())
    })
}

/// Images that the workflow takes and the asset does not give.
fn open_roles(ask: &ComfyAsk, bound: &Bound) -> Vec<Diagnostic> {
    let open = bound.roles().into_iter().filter(|role| !ask.inputs.contains_key(*role));
    let missing = open.map(|role| {
        let message = format!(
            "the workflow `{}` needs the input image `{role}`, which the asset does not have",
            ask.style.workflow
        );
        let hint = format!("write `inputs = {{ {role} = \"..\" }}`, or use another workflow");
        Diagnostic::error("missing-input", message).hint(hint)
    });
    missing.collect()
}

/// Files that the server's folders lack, where the node's class does not list files. `reported`: those to leave out.
fn unlisted(info: &ServerInfo, graph: &Value, reported: &BTreeSet<String>, sources: &Sources) -> Vec<Diagnostic> {
    let mut missing = Vec::new();
    for (folder, file) in workflow::files(graph, &info.catalogue) {
        let Some(list) = info.models.get(&folder) else { continue };
        // On Windows a server lists folders with backslashes.
        let has = list.iter().any(|there| *there == file || there.replace('\\', "/") == file.replace('\\', "/"));
        if !has && !reported.contains(&file) {
            let message = format!("the server has no file {} in its folder `{folder}`", Value::from(file.as_str()));
            let diagnostic = Diagnostic::error(MismatchKind::File.code(), message)
                .hint(get_file(&workflow::missing_file_hint(&file, &folder, list)));
            missing.push(diagnostic.at(place_of(sources, &file)));
        }
    }
    missing
}

/// The family of a model file: from its header on this machine, else from what the server reported.
fn family(info: &ServerInfo, settings: &Settings, folder: &str, file: &str) -> Option<Family> {
    let local = provenance::local(settings, folder, file).and_then(|path| architecture::of_file(&path));
    local.or_else(|| info.families.get(&(folder.to_owned(), file.to_owned())).cloned())
}

/// LoRAs that were made for another family than the checkpoint: they would have no effect, without an error.
fn wrong_family(info: &ServerInfo, ask: &ComfyAsk, sources: &Sources, settings: &Settings) -> Vec<Diagnostic> {
    let style = &ask.style;
    let own = family(info, settings, "checkpoints", &style.checkpoint.file)
        .or_else(|| style.workflow.starts_with("sdxl").then_some(Family::Sdxl));
    let Some(own) = own else { return Vec::new() };
    let mut wrong = Vec::new();
    for lora in &style.loras {
        let file = &lora.model.file;
        if let Some(other) = family(info, settings, "loras", file).filter(|other| *other != own) {
            let message = format!("the LoRA \"{file}\" was made for {other}, and `{}` is {own}", style.checkpoint.file);
            let hint = format!("use a LoRA that was made for {own}: ComfyUI would ignore this one without an error");
            let diagnostic = Diagnostic::error("wrong-model-family", message).hint(hint);
            wrong.push(diagnostic.at(place_of(sources, file)));
        }
    }
    wrong
}

/// Files that are not what the manifest pins.
fn unpinned(ask: &ComfyAsk, sources: &Sources, settings: &Settings) -> Vec<Diagnostic> {
    let digest = |folder: &str, model: &Model| provenance::digest(settings, folder, &model.file);
    pinned::unpinned(&ask.style, digest).map(|(file, problem)| problem.at(place_of(sources, file))).collect()
}
