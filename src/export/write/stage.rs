//! Staging: files are written whole in one folder, then renamed into their places.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::failpoint;
use crate::plain_file::{self, Unfinished};
use crate::words::file_error::{Access, FileError, FileResult};

use super::place::Place;

const PREFIX: &str = ".publish-";

/// A new file in that folder; dropping it removes it.
pub(super) fn stage(folder: &Path, bytes: &[u8]) -> io::Result<Unfinished> {
    failpoint::at("publish.stage")?;
    fs::create_dir_all(folder)?;
    let mut staged = Unfinished::new(folder, PREFIX)?;
    staged.write_all(bytes)?;
    Ok(staged)
}

/// Where the output folder is a mount of its own, the file is staged again beside its place.
pub(super) fn rename(staged: Unfinished, place: &Place, bytes: &[u8]) -> io::Result<()> {
    failpoint::at("publish.rename")?;
    let renamed = failpoint::at("publish.mount").and_then(|()| staged.persist(&place.path));
    match renamed {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            let staged = stage(place.folder(), bytes)?;
            failpoint::at("publish.beside")?;
            staged.persist(&place.path)
        }
        Err(error) => Err(error),
    }
}

/// Removes what a killed process left beside outputs, where their folder is a mount of its own.
pub fn sweep_outputs<'a>(root: &Path, outputs: impl Iterator<Item = &'a String>) -> Result<(), FileError> {
    let folders: BTreeSet<PathBuf> = outputs.filter_map(|path| Some(root.join(path).parent()?.to_owned())).collect();
    let ours = folders.iter().filter(|folder| plain_file::refuse_links(root, folder).is_ok());
    ours.into_iter().try_for_each(|folder| sweep(folder))
}

/// Removes what a killed process left in a folder of staged files.
pub fn sweep(folder: &Path) -> Result<(), FileError> {
    plain_file::sweep(folder, PREFIX).accessing(Access::Remove, folder)
}
