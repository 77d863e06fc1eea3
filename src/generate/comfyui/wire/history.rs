//! The end of a prompt, from its entry in the history.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::generate::comfyui::text::{MESSAGE, NAME, clean};

/// How a prompt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// It ran; the images of each output node.
    Done(BTreeMap<String, Vec<Image>>),
    /// It failed.
    Failed(Fault),
    /// Somebody interrupted it.
    Interrupted,
}

/// A file on a server. Its names are only ever sent back, never used as a path here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Its name.
    pub filename: String,
    /// The folder below `kind`'s.
    pub subfolder: String,
    /// `output`, `temp` or `input`.
    pub kind: String,
}

/// A failure of a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What can be done about it.
    pub class: Class,
    /// The node, as our graph names it.
    pub node: String,
    /// Its class.
    pub node_type: String,
    /// What the server said, cleaned.
    pub message: String,
    /// What it quotes: names and values that may come from the manifest.
    pub values: Vec<String>,
}

/// What can be done about a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The device has no memory left.
    OutOfMemory,
    /// A file is not there.
    MissingFile,
    /// A node failed.
    Node,
    /// The server keeps silent about it.
    Unknown,
}

/// Reads `GET /history/{id}`: `None` while the prompt is unknown, waits or runs.
pub fn end(body: &Value, prompt: &str) -> Option<End> {
    let entry = body.get(prompt)?;
    let status = entry.get("status");
    let messages = status.and_then(|status| status.get("messages")).and_then(Value::as_array);
    let last = messages.into_iter().flatten().rev().find_map(|message| {
        let name = message.get(0)?.as_str()?;
        matches!(name, "execution_error" | "execution_interrupted").then(|| (name.to_owned(), message.get(1)))
    });
    match last {
        Some((name, _)) if name == "execution_interrupted" => return Some(End::Interrupted),
        Some((_, details)) => return Some(End::Failed(fault(details.unwrap_or(&Value::Null)))),
        None => {}
    }
    let word = status.and_then(|status| status.get("status_str")).and_then(Value::as_str);
    match word {
        Some("error") => {
            let message = "it failed and says no more".to_owned();
            let (node, node_type, values) = (String::new(), String::new(), Vec::new());
            Some(End::Failed(Fault { class: Class::Unknown, node, node_type, message, values }))
        }
        _ => Some(End::Done(outputs(entry))),
    }
}

fn outputs(entry: &Value) -> BTreeMap<String, Vec<Image>> {
    let nodes = entry.get("outputs").and_then(Value::as_object);
    let images = |output: &Value| -> Vec<Image> {
        output.get("images").and_then(Value::as_array).into_iter().flatten().filter_map(image).collect()
    };
    nodes.into_iter().flatten().map(|(node, output)| (node.clone(), images(output))).collect()
}

fn image(value: &Value) -> Option<Image> {
    let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let kind = text("type").unwrap_or_else(|| "output".to_owned());
    Some(Image { filename: text("filename")?, subfolder: text("subfolder").unwrap_or_default(), kind })
}

fn fault(details: &Value) -> Fault {
    let text = |name: &str| details.get(name).and_then(Value::as_str).unwrap_or_default();
    let (kind, message) = (text("exception_type"), text("exception_message"));
    let message_shown = match message.trim() {
        "" => clean(kind, MESSAGE),
        message => clean(message, MESSAGE),
    };
    Fault {
        class: class(kind, message),
        node: clean(details.get("node_id").and_then(super::text_of).unwrap_or_default().as_str(), NAME),
        node_type: clean(text("node_type"), NAME),
        values: message_shown.split('"').skip(1).step_by(2).map(str::to_owned).collect(),
        message: message_shown,
    }
}

/// Tells the class of an exception by its type, and by its words where the type says nothing.
fn class(kind: &str, message: &str) -> Class {
    let kind = kind.to_ascii_lowercase();
    let message = message.to_ascii_lowercase();
    let memory = ["out of memory", "allocation on device", "outofmemory", "not enough memory"];
    let missing = ["no such file", "not found in", "could not be found", "invalid image file", "cannot find the file"];
    if kind.contains("outofmemory") || memory.iter().any(|words| message.contains(words)) {
        Class::OutOfMemory
    } else if kind.contains("filenotfound") || missing.iter().any(|words| message.contains(words)) {
        Class::MissingFile
    } else {
        Class::Node
    }
}
