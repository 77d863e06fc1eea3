//! Staging: files are written whole in one folder, then renamed into their places.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::failpoint;
use crate::words::file_error::{Access, FileError, FileResult};

use super::place::Place;

const PREFIX: &str = ".publish-";

/// A new file in that folder; dropping it removes it.
pub(super) fn stage(folder: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    failpoint::at("publish.stage")?;
    fs::create_dir_all(folder)?;
    let mut staged = tempfile::Builder::new().prefix(PREFIX).make_in(folder, create)?;
    staged.write_all(bytes)?;
    Ok(staged)
}

/// As any program creates a file: readable by all, within the user's mask.
fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o644);
    options.open(path)
}

/// Where the output folder is a mount of its own, the file is staged again beside its place.
pub(super) fn rename(staged: NamedTempFile, place: &Place, bytes: &[u8]) -> io::Result<()> {
    failpoint::at("publish.rename")?;
    match staged.persist(&place.path) {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == io::ErrorKind::CrossesDevices => {
            stage(place.folder(), bytes)?.persist(&place.path)?;
            Ok(())
        }
        Err(error) => Err(error.error),
    }
}

/// Removes what a killed process left in the stage. Call it while no other process publishes from there.
pub fn sweep(folder: &Path) -> Result<(), FileError> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        other => other.reading(folder)?,
    };
    for entry in entries {
        let entry = entry.reading(folder)?;
        if entry.file_name().to_string_lossy().starts_with(PREFIX) {
            fs::remove_file(entry.path()).accessing(Access::Remove, entry.path())?;
        }
    }
    Ok(())
}
