//! The end of a prompt, from its entry in the history.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use serde::de::{IgnoredAny, SeqAccess};

use super::loose::{Items, Loose, Number, Of, Table, Text, fields};
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
    /// The node that names it did not run for this prompt: the file is that of an earlier one, or of nobody any more.
    pub cached: bool,
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
    /// The type of its exception.
    pub exception: String,
    /// What the server said, cleaned.
    pub message: String,
    /// What it quotes: names and values that may come from the manifest.
    pub values: Vec<String>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { node, node_type, exception, message, .. } = self;
        if !node.is_empty() {
            write!(f, "node `{node}` ({node_type}): ")?;
        }
        if !exception.is_empty() {
            write!(f, "{exception}: ")?;
        }
        f.write_str(message)
    }
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

/// The end of a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// How it ended.
    pub end: End,
    /// From the start of its execution to its end, by the server's own clock; a cached result has none.
    pub took: Option<Duration>,
}

/// Reads `GET /history/{id}`: `None` if it is no history, and no end while the prompt is unknown, waits or runs.
pub fn history(body: &[u8], prompt: &str) -> Option<Option<Ended>> {
    let Table::<Entry, 16>(entries) = super::loose(body).filter(|_| body.trim_ascii_start().starts_with(b"{"))?;
    let entry = entries.into_iter().find(|(id, _)| id == prompt).map(|(_, entry)| entry);
    Some(entry.map(|entry| Ended { took: took(&entry), end: end(entry) }))
}

/// A prompt's entry in the history.
#[derive(Default)]
struct Entry {
    outputs: Table<Output, 1024>,
    status: Status,
}

fields!(Entry { "outputs" => outputs, "status" => status });

#[derive(Default)]
struct Output {
    images: Items<File, 256>,
}

fields!(Output { "images" => images });

#[derive(Default)]
struct File {
    filename: Text,
    subfolder: Text,
    kind: Text,
}

fields!(File { "filename" => filename, "subfolder" => subfolder, "type" => kind });

#[derive(Default)]
struct Status {
    word: Text,
    messages: Items<Message, 1024>,
}

fields!(Status { "status_str" => word, "messages" => messages });

/// `[name, details]`.
#[derive(Default)]
struct Message(String, Details);

impl Loose for Message {
    fn list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let name = list.next_element::<Of<Text>>()?.and_then(|Of(name)| name.0).unwrap_or_default();
        let details = list.next_element::<Of<Details>>()?.map(|Of(details)| details).unwrap_or_default();
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Self(name, details))
    }
}

#[derive(Default)]
struct Details {
    timestamp: Number,
    nodes: Items<Text, 10_000>,
    node: Text,
    node_type: Text,
    exception: Text,
    message: Text,
}

fields!(Details {
    "timestamp" => timestamp, "nodes" => nodes, "node_id" => node, "node_type" => node_type,
    "exception_type" => exception, "exception_message" => message,
});

fn took(entry: &Entry) -> Option<Duration> {
    let messages = &entry.status.messages.0;
    let at = |name: &str| messages.iter().find(|message| message.0 == name)?.1.timestamp.0;
    let took = at("execution_success")? - at("execution_start")?;
    (0.0..86_400_000.0).contains(&took).then(|| Duration::from_millis(took as u64))
}

fn end(entry: Entry) -> End {
    let Status { word, messages: Items(messages) } = entry.status;
    let cached: BTreeSet<String> = messages
        .iter()
        .filter(|message| message.0 == "execution_cached")
        .flat_map(|message| message.1.nodes.0.iter().filter_map(|node| node.0.clone()))
        .collect();
    let last = messages
        .into_iter()
        .rev()
        .find(|message| message.0 == "execution_error" || message.0 == "execution_interrupted");
    match last {
        Some(Message(name, _)) if name == "execution_interrupted" => End::Interrupted,
        Some(Message(_, details)) => End::Failed(fault(&details)),
        None if word.as_str() == "error" => {
            let message = "it failed and says no more".to_owned();
            let (node, node_type, exception) = (String::new(), String::new(), String::new());
            End::Failed(Fault { class: Class::Unknown, node, node_type, exception, message, values: Vec::new() })
        }
        None => End::Done(outputs(entry.outputs, &cached)),
    }
}

fn outputs(outputs: Table<Output, 1024>, cached: &BTreeSet<String>) -> BTreeMap<String, Vec<Image>> {
    let images = |node: &str, output: Output| {
        let cached = cached.contains(node);
        output.images.0.into_iter().filter_map(|file| image(file, cached)).collect()
    };
    outputs.0.into_iter().map(|(node, output)| (node.clone(), images(&node, output))).collect()
}

fn image(file: File, cached: bool) -> Option<Image> {
    let kind = file.kind.0.unwrap_or_else(|| "output".to_owned());
    Some(Image { filename: file.filename.0?, subfolder: file.subfolder.0.unwrap_or_default(), kind, cached })
}

fn fault(details: &Details) -> Fault {
    let (kind, message) = (details.exception.as_str(), details.message.as_str());
    let shown = clean(message, MESSAGE);
    let shown = if shown.is_empty() { "it says no more".to_owned() } else { shown };
    Fault {
        class: class(kind, message),
        node: clean(details.node.as_str(), NAME),
        node_type: clean(details.node_type.as_str(), NAME),
        exception: clean(kind, NAME),
        values: shown.split(['"', '\'']).skip(1).step_by(2).map(str::to_owned).collect(),
        message: shown,
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
