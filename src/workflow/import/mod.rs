//! Turns an export of ComfyUI into a workflow of the project: finds prompt, seed, models and so on by titles, classes
//! and links, and replaces their values with placeholders.
//!
//! An explicit binding (`--bind`, a node titled `dgx:prompt`) wins over a found one. Other values stay as they are.

mod draft;
mod images;
mod models;
mod sampler;
mod style;
mod titles;

use serde::Serialize;
use serde_json::{Value, json};

use super::graph::{needed, title};
use super::parse::api_form;
use super::{FIELDS, FileError, ValidationError, WorkflowError, outputs, validate};
use crate::words::diagnostic::Diagnostic;

use draft::Draft;

pub use style::ImportedStyle;

/// A workflow with placeholders, and how it came to them.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// The graph to write.
    pub graph: Value,
    /// All bindings, fields of a style first.
    pub bindings: Vec<Binding>,
    /// A style that draws what the workflow drew.
    pub style: ImportedStyle,
    /// Changes and gaps that the user should know.
    pub notes: Vec<Diagnostic>,
}

/// A value that a placeholder replaced.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Binding {
    /// The placeholder's name.
    pub name: String,
    /// The node's id.
    pub node: String,
    /// The node's class.
    pub class: String,
    /// The input.
    pub input: String,
    /// The replaced value.
    pub was: Value,
    /// How it was found.
    pub by: By,
}

/// How a binding was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// The command line names it.
    Command,
    /// The node's title names it.
    Title,
    /// By classes and links.
    Link,
    /// The file already has the placeholder.
    File,
}

impl By {
    /// The word for it in a table.
    pub fn word(self) -> &'static str {
        match self {
            Self::Command => "command line",
            Self::Title => "title",
            Self::Link => "links",
            Self::File => "placeholder",
        }
    }
}

/// A binding from the command line: `prompt=6.text`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The placeholder's name.
    pub name: String,
    /// The node's id.
    pub node: String,
    /// The input; `None` is the one that fits the name.
    pub input: Option<String>,
}

/// Parses an export and binds it; `name` is the name of the new workflow.
pub fn import(name: &str, text: &str, wanted: &[Wanted]) -> Result<Imported, WorkflowError> {
    let file_error = |error| WorkflowError::File(name.to_owned(), error);
    let graph = exported(api_form(&unwrapped(text)).map_err(file_error)?);
    let mut draft = Draft::new(name, graph)?;
    let (outputs, others): (Vec<&Wanted>, Vec<&Wanted>) = wanted.iter().partition(|wanted| wanted.name == "output");
    for wanted in outputs {
        titles::output(&mut draft, wanted)?;
    }
    let output = output(&mut draft)?;
    for wanted in others {
        titles::wanted(&mut draft, wanted)?;
    }
    titles::read(&mut draft)?;
    sampler::find(&mut draft);
    let models = models::find(&mut draft, &output);
    images::find(&mut draft);
    for (name, what) in [("prompt", "prompt"), ("seed", "seed")] {
        if !draft.has(name) {
            let hint = format!("title its node `dgx:{name}`, or pass `--bind {name}=NODE.INPUT`");
            draft.warn(Diagnostic::warning("no-placeholder", format!("no {what} was found")).hint(hint));
        }
    }
    let style = style::style(name, &draft, models);
    let (graph, bindings, notes) = draft.finish();
    match validate(&graph).into_iter().next() {
        Some(error) => Err(file_error(FileError::Invalid(error))),
        None => Ok(Imported { graph, bindings, style, notes }),
    }
}

/// Removes the wrapper of a request, `{ "prompt": { .. } }`, which some tools save.
fn unwrapped(text: &str) -> String {
    let inner = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')).ok().and_then(|mut value| {
        let inner = value.get_mut("prompt").map(Value::take)?;
        inner.as_object()?.values().all(|node| node["class_type"].is_string()).then(|| inner.to_string())
    });
    inner.unwrap_or_else(|| text.to_owned())
}

/// Drops the keys that the editor adds to nodes.
fn exported(mut graph: Value) -> Value {
    for node in graph.as_object_mut().into_iter().flat_map(|nodes| nodes.values_mut()) {
        if let Some(node) = node.as_object_mut() {
            node.retain(|key, _| ["class_type", "inputs", "_meta"].contains(&key.as_str()));
        }
    }
    graph
}

/// Finds the node whose images are the result, and removes the nodes that it does not need.
fn output(draft: &mut Draft) -> Result<String, WorkflowError> {
    let graph = Value::Object(draft.nodes.clone());
    let found = outputs(&graph);
    let [output] = found.as_slice() else {
        let error = match found.is_empty() {
            true => ValidationError::NoOutput,
            false => ValidationError::SeveralOutputs { nodes: found },
        };
        return Err(WorkflowError::File(draft.name.clone(), FileError::Invalid(error)));
    };
    let needed: Vec<String> = needed(&draft.nodes, [output.as_str()]).into_iter().map(str::to_owned).collect();
    let unused: Vec<String> = draft.nodes.keys().filter(|id| !needed.contains(id)).cloned().collect();
    for id in unused {
        let class = draft.class(&id).to_owned();
        draft.nodes.remove(&id);
        draft.note(format!("node `{id}` ({class}) does not contribute to the image and was removed"));
    }
    draft.drop_stale_bindings();
    save(draft, output);
    Ok(output.clone())
}

/// Makes the result a file on the server: previews are temporary, and a socket keeps nothing.
fn save(draft: &mut Draft, id: &str) {
    let class = draft.class(id).to_owned();
    if ["PreviewImage", "SaveImageWebsocket"].contains(&class.as_str()) {
        draft.nodes[id]["class_type"] = json!("SaveImage");
        draft.nodes[id]["inputs"]["filename_prefix"] = json!("ComfyUI");
        draft.note(format!("node `{id}` was a {class}, which keeps no file; it is a SaveImage now"));
    }
    if draft.nodes[id]["inputs"].get("filename_prefix").is_some() {
        draft.bind("prefix", id, "filename_prefix", By::Link);
    }
    if title(&draft.nodes[id]) != "dgx:output" {
        draft.nodes[id]["_meta"]["title"] = json!("dgx:output");
    }
}

/// The order of bindings: fields in the order of a style, then params, then seed and prefix.
fn rank(binding: &Binding) -> (usize, String, String) {
    let place = FIELDS.iter().position(|field| *field == binding.name);
    let late = ["seed", "prefix"].iter().position(|name| *name == binding.name).map(|at| FIELDS.len() + 1 + at);
    (place.or(late).unwrap_or(FIELDS.len()), binding.name.clone(), binding.node.clone())
}
