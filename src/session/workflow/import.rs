//! Imports what ComfyUI exported as a workflow of the project.

use std::path::PathBuf;

use serde::Serialize;

use super::check::{Against, catalogue};
use super::read_bytes;
use crate::manifest::{self, edit};
use crate::plain_file;
use crate::session::{Error, Existing, Operation, Result};
use crate::store::{self, write_in_project};
use crate::words::diagnostic::Diagnostic;
use crate::words::file_error::{Access, FileResult};
use crate::workflow::import::{self as room, Binding, Wanted};
use crate::workflow::{self, Catalogue, FileError, WorkflowError};

/// What is imported.
#[derive(Clone, Debug)]
pub struct Request {
    /// The file that ComfyUI exported.
    pub file: PathBuf,
    /// What a manifest calls it; the file's name if left out.
    pub name: Option<String>,
    /// Placeholders with their nodes: `prompt=6`, or `prompt=6.text`.
    pub bind: Vec<String>,
    /// What becomes of a workflow that has the name already.
    pub existing: Existing,
    /// Whose nodes the file's are compared with.
    pub against: Against,
}

/// A workflow that was imported.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Imported {
    /// What a manifest calls it.
    pub name: String,
    /// Its file, relative to the project.
    pub file: String,
    /// Values that placeholders took the place of.
    pub bindings: Vec<Binding>,
    /// Lines of a manifest: a style that generates what the workflow generated.
    pub style: String,
    /// What a person should know.
    pub warnings: Vec<Diagnostic>,
    /// The messages of the warnings.
    pub notes: Vec<String>,
    /// Whether it takes the place of a built-in workflow in this project.
    pub hides_built_in: bool,
}

/// Reads an export, binds its placeholders, and writes it into the project's `workflows`.
pub fn import(op: &Operation, request: &Request) -> Result<Imported> {
    let _lock = op.lock("workflow import")?;
    let name = name(request)?;
    let shown = request.file.display().to_string();
    let bytes = read_bytes(&request.file).map_err(|error| {
        let hint = "export the workflow in ComfyUI with Workflow > Export (API)";
        let message = format!("`{shown}` cannot be read: {error}");
        Error::usage(plain_file::code(&error, "unreadable-workflow"), message, plain_file::hint(&error, hint))
    })?;
    let wanted = request.bind.iter().map(|bind| wanted(bind)).collect::<Result<Vec<_>>>()?;
    let asked = catalogue(op, &request.against)?;
    let known = asked.as_ref().unwrap_or_else(|| Catalogue::recorded());
    let imported = room::import(&name, &bytes, &wanted, known).map_err(|error| explained(&error, &shown))?;
    let file = workflow::path(&name);
    let full = op.root.join(&file);
    if full.symlink_metadata().is_ok() && request.existing == Existing::Keep {
        let hint = "`--force` writes over it, `--name` gives it another name";
        return Err(Error::usage("file-exists", format!("`{file}` exists already"), hint));
    }
    let folder = op.root.join("workflows");
    plain_file::make_folders(op.root, &folder).accessing(Access::CreateFolder, "workflows")?;
    let _ = store::sweep(&folder);
    let text = format!("{:#}\n", imported.graph);
    write_in_project(op.root, &full, text.as_bytes(), "workflow").writing(&file)?;
    let room::Imported { bindings, style, notes: warnings, .. } = imported;
    let notes = warnings.iter().map(|warning| warning.message.clone()).collect();
    let style = edit::style_table(&style);
    let hides_built_in = workflow::built_in(&name, None).is_some();
    Ok(Imported { name, file, bindings, style, warnings, notes, hides_built_in })
}

/// An error of the imported file, under the name that the caller gave.
fn explained(error: &WorkflowError, file: &str) -> Error {
    let WorkflowError::File(_, inner) = error else { return Error::Usage(error.diagnostic()) };
    let hint = match inner {
        FileError::Invalid(_) | FileError::Unreadable(_) | FileError::Unnamed(_) | FileError::TooLarge(_) => {
            inner.hint()
        }
        _ => "open it in ComfyUI, choose Workflow > Export (API), and import the file that it saves",
    };
    Error::usage(error.code(), format!("`{file}` {inner}"), hint)
}

/// The name that is given, else the file's, as far as it can be one.
fn name(request: &Request) -> Result<String> {
    let stem = request.file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c.to_ascii_lowercase() } else { '-' };
    let name = match &request.name {
        Some(name) => name.clone(),
        None => stem.chars().map(plain).collect::<String>().trim_matches(['-', '.', '_']).to_owned(),
    };
    let invalid = |why: Diagnostic| Error::Usage(why.hint("give it another one with `--name`"));
    manifest::valid_name(&name).map_err(invalid)?;
    Ok(name)
}

/// `prompt=6.text`, or `prompt=6`.
fn wanted(text: &str) -> Result<Wanted> {
    let parts = text.split_once('=').filter(|(name, node)| !name.is_empty() && !node.is_empty());
    let Some((name, place)) = parts else {
        let message = format!("`{text}` does not say what is bound to which node");
        return Err(Error::usage("bad-binding", message, "write `--bind prompt=6`, or `--bind prompt=6.text`"));
    };
    let (node, input) = place.split_once('.').map_or((place, None), |(node, input)| (node, Some(input.to_owned())));
    Ok(Wanted { name: name.to_owned(), node: node.to_owned(), input })
}
