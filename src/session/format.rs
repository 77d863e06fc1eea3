//! `fmt`: the files of the manifest, written in one way.

use serde::Serialize;

use super::{Error, Look, Operation, Options, Result, edited_files};
use crate::manifest::edit::Edited;
use crate::manifest::format;
use crate::words::diagnostic::{Diagnostic, Subject};

/// What [`format_manifest`] found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Formatted {
    /// The files that are written in another way, relative to the project.
    pub files: Vec<String>,
    /// Whether they were written.
    pub written: bool,
}

/// Writes the files of the manifest in one way; comments stay, and nothing means something else. With `check` nothing is
/// written.
///
/// # Errors
/// The manifest has problems, or a file cannot be written.
pub fn format_manifest(operation: &Operation, check: bool) -> Result<Formatted> {
    let _lock = (!check).then(|| operation.lock("fmt")).transpose()?;
    let (workspace, _) = operation.open(Options::default(), Look::Lock)?;
    let mut edited = Vec::new();
    for (path, text) in workspace.loaded.sources.files() {
        if path == "pixels.local.toml" || !path.ends_with(".toml") {
            continue;
        }
        let new = format::format(text).ok_or_else(|| {
            let message = format!("`{path}` cannot be formatted without changing what it says");
            let hint = "this is a bug of dgx-pixels: report it with the file";
            Error::Failed(Diagnostic::error("internal", message).hint(hint).about(Subject::File(path.to_owned())))
        })?;
        if new != text {
            edited.push(Edited { path: path.into(), text: new });
        }
    }
    if !check {
        edited_files::write(operation, &edited)?;
    }
    let files = edited.iter().map(|file| file.path.to_string_lossy().into_owned()).collect();
    Ok(Formatted { files, written: !check })
}
