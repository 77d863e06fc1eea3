//! Files of the manifest, written back after an edit.

use super::{Operation, Result};
use crate::manifest::edit::Edited;
use crate::plain_file::{self, LONGEST_TEXT};
use crate::store::write_in_project;
use crate::words::file_error::FileResult;
use crate::words::text::with_line_ends_of;

/// Writes edited files of the manifest; each keeps the line ends that it has.
pub(super) fn write<'a>(operation: &Operation, files: impl IntoIterator<Item = &'a Edited>) -> Result<()> {
    for file in files {
        let place = operation.root.join(&file.path);
        let before = plain_file::read(&place, LONGEST_TEXT).unwrap_or_default();
        let text = with_line_ends_of(&before, &file.text);
        write_in_project(operation.root, &place, text.as_bytes(), "manifest").writing(&file.path)?;
    }
    Ok(())
}
