//! Folders on the way to a file: none of them is a link, so that nothing is written elsewhere.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::Refused;

/// Creates the missing folders from `base` down to `folder`, one by one; a link or a file among them is refused. `base`
/// itself may be reached through links.
pub fn make_folders(base: &Path, folder: &Path) -> io::Result<()> {
    fs::create_dir_all(base)?;
    for step in steps(base, folder) {
        match fs::symlink_metadata(&step) {
            Ok(found) => require_folder(&step, &found)?,
            Err(_) => match fs::create_dir(&step) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                _ => {}
            },
        }
    }
    Ok(())
}

/// Refuses a link or a file among the folders from `base` down to `folder`; those that are missing are fine.
pub fn refuse_links(base: &Path, folder: &Path) -> io::Result<()> {
    for step in steps(base, folder) {
        match fs::symlink_metadata(&step) {
            Ok(found) => require_folder(&step, &found)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => break,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn steps(base: &Path, folder: &Path) -> impl Iterator<Item = PathBuf> {
    let mut step = base.to_owned();
    let below: Vec<PathBuf> = folder.strip_prefix(base).unwrap_or(folder).iter().map(PathBuf::from).collect();
    below.into_iter().map(move |part| {
        step.push(part);
        step.clone()
    })
}

fn require_folder(path: &Path, found: &fs::Metadata) -> io::Result<()> {
    let path = path.display();
    match found {
        found if found.is_symlink() => Err(Refused::Folder(format!("`{path}` is a symbolic link")).into()),
        found if !found.is_dir() => Err(Refused::Folder(format!("`{path}` is no folder")).into()),
        _ => Ok(()),
    }
}
