//! ComfyUI workflows, built in and of the project: listed, shown, imported and checked.

mod check;
mod import;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use super::{Error, Operation, Result};
use crate::manifest;
use crate::plain_file::{self, Refused};
use crate::words::diagnostic::Diagnostic;
use crate::words::suggest::did_you_mean;
use crate::workflow::{self, BUILT_IN, FileError, Meaning, WorkflowError};

pub use check::{Against, Checked, Checks, Place, check};
pub use import::{Imported, Request as ImportRequest, import};

/// No workflow that a person made is larger, and no answer of `/object_info`.
const LARGEST: u64 = 64 << 20;

/// A workflow that can be named in a manifest.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Its file, relative to the project; a built-in one has none.
    pub file: Option<String>,
    /// What a built-in one is for.
    pub about: Option<&'static str>,
    /// Roles of the images that it takes.
    pub inputs: Vec<String>,
    /// Params that it takes, with their defaults.
    pub params: BTreeMap<String, Option<Value>>,
    /// Why it cannot be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Diagnostic>,
}

/// The built-in workflows and those of the project.
pub fn list(op: &Operation) -> Result<Vec<Listed>> {
    Ok(all(op).into_iter().map(|(name, found)| listed(name, &found)).collect())
}

/// The text of a workflow's file.
pub fn show(op: &Operation, name: &str) -> Result<String> {
    let mut all = all(op);
    match all.remove(name) {
        Some(found) => found.text.map_err(|error| Error::Usage(error.diagnostic())),
        None => Err(unknown(name, &all)),
    }
}

/// A workflow by name: what its file says, and whether it is the project's own.
struct Found {
    text: std::result::Result<String, WorkflowError>,
    is_own: bool,
}

impl Found {
    /// Its file, relative to the project; a built-in one has none.
    fn file(&self, name: &str) -> Option<String> {
        self.is_own.then(|| workflow::path(name))
    }
}

/// Every workflow that can be named here; outside a project those that are built in.
fn all(op: &Operation) -> BTreeMap<String, Found> {
    let built_in = BUILT_IN.iter().filter_map(|one| workflow::built_in(one.name, None));
    let mut all: BTreeMap<String, Found> =
        built_in.map(|one| (one.name.to_owned(), Found { text: Ok(one.text.to_owned()), is_own: false })).collect();
    let folder = op.project().and_then(|root| std::fs::read_dir(root.join("workflows")).ok());
    for entry in folder.into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some(stem) = name.strip_suffix(".json").filter(|stem| manifest::valid_name(stem).is_ok()) {
            let text = read(&entry.path());
            let text = text.map_err(|error| {
                let why = match Refused::of(&error) {
                    Some(Refused::LfsPointer) => FileError::LfsPointer,
                    _ => FileError::Unreadable(format!("cannot be read: {error}")),
                };
                WorkflowError::File(stem.to_owned(), why)
            });
            all.insert(stem.to_owned(), Found { text, is_own: true });
        }
    }
    all
}

/// A file's text.
fn read(path: &Path) -> io::Result<String> {
    plain_file::read_text(path, LARGEST)
}

/// A file's bytes.
fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    plain_file::read(path, LARGEST)
}

fn listed(name: String, found: &Found) -> Listed {
    let graph = found.text.clone().and_then(|text| workflow::parse(&name, &text));
    let (mut inputs, mut params, mut error) = (Vec::new(), BTreeMap::new(), None);
    match graph {
        Ok(graph) => {
            let found = workflow::placeholders(&graph);
            inputs.extend(found.names(Meaning::Role).into_iter().map(str::to_owned));
            let names = found.names(Meaning::Param).into_iter();
            params.extend(names.map(|name| (name.to_owned(), found.defaults.get(name).cloned())));
        }
        Err(why) => error = Some(why.diagnostic()),
    }
    let about = workflow::built_in(&name, None).filter(|_| !found.is_own).map(|one| one.about);
    Listed { file: found.file(&name), name, about, inputs, params, error }
}

fn unknown(name: &str, all: &BTreeMap<String, Found>) -> Error {
    let near = did_you_mean(name, all.keys().map(String::as_str));
    let hint = near.map_or(String::new(), |hint| hint + " ");
    let message = format!("no workflow is called `{name}`");
    Error::usage("unknown-workflow", message, format!("{hint}`dgx-pixels workflow list` shows all"))
}
