//! Staging: files are written whole in one folder, then renamed into their places.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use crate::failpoint;
use crate::plain_file::{self, Unfinished};

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
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            sweep(place.folder())?;
            let staged = stage(place.folder(), bytes)?;
            failpoint::at("publish.beside")?;
            staged.persist(&place.path)?;
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// Removes what a killed process left in a folder of staged files.
pub fn sweep(folder: &Path) -> io::Result<()> {
    plain_file::sweep(folder, PREFIX)
}
