//! Texts of the project as they are on disk.

use super::{Error, Operation, Result};
use crate::plain_file;
use crate::words::file_error::FileResult;

/// The largest text that is handed out, in bytes.
const LARGEST: u64 = 512 << 10;

/// A text of the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProjectText {
    /// `pixels.toml`.
    Manifest,
    /// `pixels.lock`.
    Lock,
}

/// Reads a text of the project.
///
/// # Errors
/// It is not there, or too large for an answer.
pub fn project_text(operation: &Operation, text: ProjectText) -> Result<String> {
    let name = match text {
        ProjectText::Manifest => "pixels.toml",
        ProjectText::Lock => "pixels.lock",
    };
    let path = operation.root.join(name);
    if text == ProjectText::Lock && !path.exists() {
        return Err(Error::usage("no-lock", "there is no `pixels.lock` yet", "the first build writes it"));
    }
    Ok(plain_file::read_text(&path, LARGEST).reading(name)?)
}
