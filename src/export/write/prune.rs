//! Removes outputs that are no longer made, if this checkout wrote them, and the folders that get empty by it.

use std::fs;
use std::io;

use crate::failpoint;
use crate::words::digest::Digest;
use crate::words::event::Event;

use super::place::Place;
use super::{Publisher, digest_of};

/// What became of a file that is no longer made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pruned {
    /// It was removed.
    Removed,
    /// It was gone already.
    Absent,
    /// It is not what this checkout wrote, and stays.
    Kept,
    /// It could not be removed; why, in lower case.
    Failed(String),
}

impl Publisher<'_> {
    /// Removes files, each given with the digest that the lock names, if it names one.
    pub fn prune(&mut self, paths: &[(String, Option<Digest>)]) -> Vec<Pruned> {
        paths.iter().map(|(path, locked)| self.prune_one(path, locked.as_ref())).collect()
    }

    fn prune_one(&self, path: &str, locked: Option<&Digest>) -> Pruned {
        let place = match Place::of(self.root, self.out, path) {
            Ok(place) => place,
            Err(message) => return Pruned::Failed(message),
        };
        let pruned = match digest_of(&place.path) {
            Ok(digest) if locked == Some(&digest) || (self.is_ours)(&digest) => remove(&place),
            Ok(_) => return Pruned::Kept,
            Err(error) => Err(error),
        };
        match pruned {
            Ok(()) => {
                self.observer.on(&Event::Pruned { path: path.to_owned() });
                Pruned::Removed
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                remove_empty_folders(&place);
                Pruned::Absent
            }
            Err(error) => Pruned::Failed(format!("`{path}` could not be removed: {error}")),
        }
    }
}

fn remove(place: &Place) -> io::Result<()> {
    failpoint::at("publish.prune")?;
    fs::remove_file(&place.path)?;
    remove_empty_folders(place);
    Ok(())
}

/// A folder that is not empty, or may not be removed, is simply left.
fn remove_empty_folders(place: &Place) {
    for folder in place.inner_folders() {
        if failpoint::at("publish.rmdir").and_then(|()| fs::remove_dir(folder)).is_err() {
            break;
        }
    }
}
