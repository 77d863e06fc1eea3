//! Removes outputs that are no longer made, if this checkout wrote them, and the folders that are empty then.

use std::fs;
use std::io;

use crate::failpoint;
use crate::words::diagnostic::Diagnostic;
use crate::words::event::{Event, Observer};
use crate::words::file_error::{Access, FileError};

use super::place::Place;
use super::{IsOwned, Target, digest_of};

/// What became of a file that is no longer made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pruned {
    /// It was removed.
    Removed,
    /// It was absent already.
    Absent,
    /// It is external, and stays.
    Preserved,
    /// It could not be removed; why.
    Failed(Diagnostic),
}

/// Removes owned files.
pub fn prune(target: &Target<'_>, paths: &[String], is_owned: &IsOwned<'_>, observer: &dyn Observer) -> Vec<Pruned> {
    paths.iter().map(|path| prune_one(target, path, is_owned, observer)).collect()
}

fn prune_one(target: &Target<'_>, path: &str, is_owned: &IsOwned<'_>, observer: &dyn Observer) -> Pruned {
    let place = match Place::of(target.root, target.out, path) {
        Ok(place) => place,
        Err(diagnostic) => return Pruned::Failed(Diagnostic { code: "not-removed".into(), ..diagnostic }),
    };
    let pruned = match digest_of(&place.path) {
        Ok(digest) if is_owned(&digest) => remove(&place),
        Ok(_) => return Pruned::Preserved,
        Err(error) => Err(error),
    };
    match pruned {
        Ok(()) => {
            observer.on(&Event::Pruned { path: path.to_owned() });
            Pruned::Removed
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            remove_empty_folders(&place);
            Pruned::Absent
        }
        Err(error) => Pruned::Failed(FileError::new(Access::Remove, path, error).into()),
    }
}

fn remove(place: &Place) -> io::Result<()> {
    failpoint::at("publish.prune")?;
    fs::remove_file(&place.path)?;
    remove_empty_folders(place);
    Ok(())
}

/// A folder that is not empty, or may not be removed, stays.
fn remove_empty_folders(place: &Place) {
    for folder in place.inner_folders() {
        if failpoint::at("publish.rmdir").and_then(|()| fs::remove_dir(folder)).is_err() {
            break;
        }
    }
}
