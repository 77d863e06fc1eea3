//! Images that a user wants as a file.

use std::io::{self, Write};
use std::path::Path;

use image::RgbaImage;

use super::{Error, Existing, Result};
use crate::draft::Draft;
use crate::store;
use crate::words::file_error::FileResult;
use crate::words::image_file;

/// Writes a PNG.
pub(super) fn save(image: &RgbaImage, path: &Path, existing: Existing) -> Result<()> {
    let name = path.to_string_lossy();
    if !path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("png")) {
        return Err(Error::usage("unknown-format", format!("`{name}` names no format"), "end it in .png"));
    }
    let bytes = image_file::encode(image).writing(path)?;
    write(path, &bytes, existing, "image")
}

/// Writes a file, whole or not at all; one that is there is an error unless it may be replaced.
pub(super) fn write(path: &Path, bytes: &[u8], existing: Existing, point: &str) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let _ = store::sweep(folder);
    let written = Draft::through_links(path, point).and_then(|mut draft| {
        draft.write_all(bytes)?;
        match existing {
            Existing::Replace => draft.replace(),
            Existing::Keep => draft.create(),
        }
    });
    match written {
        // A file where the folder belongs has the same kind.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.symlink_metadata().is_ok() => {
            let message = format!("`{}` exists already", path.to_string_lossy());
            Err(Error::usage("file-exists", message, "`--force` writes over it"))
        }
        other => Ok(other.writing(path)?),
    }
}
