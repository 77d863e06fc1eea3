//! Removes outputs that are no longer made, if this checkout wrote them, and the folders that are empty then.

use std::fs;
use std::io;

use crate::failpoint;
use crate::plain_file::{self, Refused};
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::Digest;
use crate::words::event::{Event, Observer};
use crate::words::file_error::{Access, FileError};

use super::place::Place;
use super::spelling;
use super::{IsOwned, LONGEST, Target};

pub use super::spelling::Wanted;

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

/// Removes owned files. Where a file system does not tell names by case, the old name of a wanted file is that file: it
/// stays and gets its new spelling.
pub fn prune(
    target: &Target<'_>,
    paths: &[String],
    wanted: &Wanted,
    is_owned: &IsOwned<'_>,
    observer: &dyn Observer,
) -> Vec<Pruned> {
    paths.iter().map(|path| prune_one(target, path, wanted, is_owned, observer)).collect()
}

fn prune_one(
    target: &Target<'_>,
    path: &str,
    wanted: &Wanted,
    is_owned: &IsOwned<'_>,
    observer: &dyn Observer,
) -> Pruned {
    let place = match Place::of(target.root, target.out, path) {
        Ok(place) => place,
        Err(diagnostic) => return Pruned::Failed(Diagnostic { code: "not-removed".into(), ..diagnostic }),
    };
    if let Some(spelling) = wanted.other_spelling(path).filter(|other| spelling::is_one_file(target.root, path, other))
    {
        spelling::respell(target.root, path, spelling, wanted);
        return Pruned::Absent;
    }
    let pruned = match read(&place) {
        Ok(Some(bytes)) if is_owned(&Digest::of_output(&bytes)) => remove(&place),
        Ok(Some(_)) => return Pruned::Preserved,
        Ok(None) => Err(io::ErrorKind::NotFound.into()),
        Err(error) if Refused::of(&error).is_some() => return Pruned::Preserved,
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

fn read(place: &Place) -> io::Result<Option<Vec<u8>>> {
    plain_file::read_own(&place.path, LONGEST)
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
