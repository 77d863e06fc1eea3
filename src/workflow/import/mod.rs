//! A workflow that ComfyUI exported becomes one of the project: what it draws with is found by titles, classes and
//! links, and placeholders take the place of values.
//!
//! What a person says (`--bind`, a node titled `dgx:prompt`) wins over what is found. What is not found stays as it is.

mod draft;
mod models;
mod pictures;
mod sampler;
mod style;
#[cfg(test)]
mod tests;
mod titles;

use serde::Serialize;
use serde_json::{Value, json};

use super::WorkflowError;
use crate::workflow::{FIELDS, needed, outputs, read, sound, title};

use draft::Draft;

/// A workflow with placeholders, and how it came to them.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// The graph to write.
    pub graph: Value,
    /// What is bound, in the order of a table.
    pub bindings: Vec<Binding>,
    /// Lines of a manifest: a style that draws what the workflow drew.
    pub style: String,
    /// What a person should know.
    pub notes: Vec<String>,
}

/// A value that a placeholder took the place of.
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
    /// What stood there.
    pub was: Value,
    /// How it was found.
    pub by: By,
}

/// How a binding was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// The command line says so.
    Command,
    /// The node's title says so.
    Title,
    /// Classes and links do.
    Link,
    /// The file has the placeholder.
    File,
}

impl By {
    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Command => "command line",
            Self::Title => "title",
            Self::Link => "links",
            Self::File => "placeholder",
        }
    }
}

/// A binding that the command line asks for: `prompt=6.text`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The placeholder's name.
    pub name: String,
    /// The node's id.
    pub node: String,
    /// The input; `None`: the one that fits the name.
    pub input: Option<String>,
}

/// Reads an export and binds it. `name` is what the workflow will be called.
pub fn import(name: &str, text: &str, wanted: &[Wanted]) -> Result<Imported, WorkflowError> {
    let graph = exported(read(name, &unwrapped(text))?);
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
    let loras = models::find(&mut draft, &output);
    pictures::find(&mut draft);
    for (name, what) in [("prompt", "prompt"), ("seed", "seed")] {
        if !draft.has(name) {
            draft.note(format!("no {what} was found: title its node `dgx:{name}`, or say `--bind {name}=NODE.INPUT`"));
        }
    }
    let style = style::lines(name, &draft, &loras);
    let (graph, bindings, notes) = draft.finish();
    match sound(&graph).into_iter().next() {
        Some(fault) => Err(WorkflowError::Unsound(name.to_owned(), fault)),
        None => Ok(Imported { graph, bindings, style, notes }),
    }
}

/// Some tools wrap the graph as it is sent: `{ "prompt": { .. } }`.
fn unwrapped(text: &str) -> String {
    let inner = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')).ok().and_then(|mut value| {
        let inner = value.get_mut("prompt").map(Value::take)?;
        inner.as_object()?.values().all(|node| node["class_type"].is_string()).then(|| inner.to_string())
    });
    inner.unwrap_or_else(|| text.to_owned())
}

/// The editor adds marks of its own to nodes.
fn exported(mut graph: Value) -> Value {
    for node in graph.as_object_mut().into_iter().flat_map(|nodes| nodes.values_mut()) {
        if let Some(node) = node.as_object_mut() {
            node.retain(|key, _| ["class_type", "inputs", "_meta"].contains(&key.as_str()));
        }
    }
    graph
}

/// Finds the node whose pictures are the result, and leaves out what it does not need.
fn output(draft: &mut Draft) -> Result<String, WorkflowError> {
    let graph = Value::Object(draft.nodes.clone());
    let found = outputs(&graph);
    let [output] = found.as_slice() else {
        // None, or several: told as what it is, before anything else is left out.
        let about = |fault: &crate::workflow::Fault| fault.message.contains("picture");
        let fault = sound(&graph).into_iter().find(about);
        return Err(match fault {
            Some(fault) => WorkflowError::Unsound(draft.name.clone(), fault),
            None => WorkflowError::NotApi(draft.name.clone(), "it has no output".to_owned()),
        });
    };
    let needed: Vec<String> = needed(&draft.nodes, [output.as_str()]).into_iter().map(str::to_owned).collect();
    let idle: Vec<String> = draft.nodes.keys().filter(|id| !needed.contains(id)).cloned().collect();
    for id in idle {
        let class = draft.class(&id).to_owned();
        draft.nodes.remove(&id);
        draft.note(format!("node `{id}` ({class}) does nothing for the picture, and is left out"));
    }
    draft.forget_the_gone();
    save(draft, output);
    Ok(output.clone())
}

/// A result is a file on the server: previews go away, and sockets forget.
fn save(draft: &mut Draft, id: &str) {
    let class = draft.class(id).to_owned();
    if ["PreviewImage", "SaveImageWebsocket"].contains(&class.as_str()) {
        draft.nodes[id]["class_type"] = json!("SaveImage");
        draft.nodes[id]["inputs"]["filename_prefix"] = json!("ComfyUI");
        draft.note(format!("node `{id}` was a {class}, which keeps no file: it saves the picture now"));
    }
    if draft.nodes[id]["inputs"].get("filename_prefix").is_some() {
        draft.bind("prefix", id, "filename_prefix", By::Link);
    }
    if title(&draft.nodes[id]) != "dgx:output" {
        draft.nodes[id]["_meta"]["title"] = json!("dgx:output");
    }
}

/// The order of a table: fields as the manifest has them, then params, then what a request fills.
fn rank(binding: &Binding) -> (usize, String, String) {
    let place = FIELDS.iter().position(|field| *field == binding.name);
    let late = ["seed", "prefix"].iter().position(|name| *name == binding.name).map(|at| FIELDS.len() + 1 + at);
    (place.or(late).unwrap_or(FIELDS.len()), binding.name.clone(), binding.node.clone())
}
