//! Turns a graph that somebody made with ComfyUI into a workflow of the project: finds prompt, seed, models and so on by
//! titles, classes and links, and replaces their values with placeholders.
//!
//! `file` reads it, `editor` converts the editor's own form, `output` finds the result, `stages` the samplers, `texts`
//! follows the sides of guidance by name and `prompts` binds what is found there. An explicit binding (`--bind`, a node
//! titled `dgx:prompt`) wins over a found one. What cannot be told is a question, never a guess; other values stay.

mod bindings;
mod draft;
mod editor;
mod file;
mod images;
mod known;
mod models;
mod output;
mod prompts;
mod sampler;
mod stages;
mod style;
mod texts;
mod titles;
mod users;

use std::collections::HashSet;

use serde::Serialize;
use serde_json::Value;

use super::{Catalogue, FIELDS, FileError, WorkflowError, validate};
use crate::words::diagnostic::Diagnostic;

use draft::Draft;
use known::Known;

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
    /// The node's title in the file; empty if it has none.
    pub title: String,
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
    /// By links through a node whose outputs have no names.
    Guess,
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
            Self::Guess => "links, a guess",
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

/// Reads an export, JSON or an image with the graph in it, and binds it; `name` is the name of the new workflow. The
/// catalogue is that of a server, or the record.
pub fn import(name: &str, bytes: &[u8], wanted: &[Wanted], catalogue: &Catalogue) -> Result<Imported, WorkflowError> {
    let known = Known(catalogue);
    let file_error = |error| WorkflowError::File(name.to_owned(), error);
    let mut draft = Draft::new(name, file::read(bytes, known).map_err(file_error)?, known);
    for wanted in wanted {
        titles::exists(&draft, wanted)?;
    }
    let (outputs, others): (Vec<&Wanted>, Vec<&Wanted>) = wanted.iter().partition(|wanted| wanted.name == "output");
    let output = output::find(&mut draft, &outputs)?;
    let unnamed = output::unnamed(&draft);
    if !unnamed.is_empty() {
        return Err(file_error(FileError::Unnamed(unnamed.join(", "))));
    }
    for wanted in others {
        titles::wanted(&mut draft, wanted)?;
    }
    titles::read(&mut draft)?;
    let stages = stages::find(&draft);
    prompts::find(&mut draft, &stages);
    sampler::find(&mut draft, &stages);
    let models = models::find(&mut draft, &output);
    images::find(&mut draft);
    if let Some(question) = question(&draft) {
        return Err(question);
    }
    for (name, what) in [("prompt", "prompt"), ("seed", "seed")] {
        if !draft.has(name) {
            let hint = format!("title its node `dgx:{name}`, or pass `--bind {name}=NODE.INPUT`");
            draft.warn(Diagnostic::warning("no-placeholder", format!("no {what} was found")).hint(hint));
        }
    }
    let style = style::style(name, &draft, models);
    draft.fill();
    output::drop_unused(&mut draft, &output, false);
    let (graph, bindings, notes) = draft.finish();
    match validate(&graph).into_iter().next() {
        Some(error) => Err(file_error(FileError::Invalid(error))),
        None => Ok(Imported { graph, bindings, style, notes }),
    }
}

/// Everything that the user has to decide, as one error.
fn question(draft: &Draft<'_>) -> Option<WorkflowError> {
    draft.questions.first()?;
    let messages: Vec<&str> = draft.questions.iter().map(|(message, _)| message.as_str()).collect();
    let mut seen = HashSet::new();
    let hints = draft.questions.iter().map(|(_, hint)| hint.as_str()).filter(|hint| seen.insert(*hint));
    let hints: Vec<&str> = hints.collect();
    Some(WorkflowError::Unclear { message: messages.join("; "), hint: hints.join("; ") })
}

/// The order of bindings: fields in the order of a style, then params, then seed and prefix.
fn rank(binding: &Binding) -> (usize, String, String) {
    let place = FIELDS.iter().position(|field| *field == binding.name);
    let late = ["seed", "prefix"].iter().position(|name| *name == binding.name).map(|at| FIELDS.len() + 1 + at);
    (place.or(late).unwrap_or(FIELDS.len()), binding.name.clone(), binding.node.clone())
}
