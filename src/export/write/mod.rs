//! The only writer of outputs: stages each file beside the output folder, then renames it into its place.
//!
//! A game that watches the folder sees whole files only, and a kill at any instant leaves whole files, old or new.
//! They can be made again, so that nothing waits for the disk.
//! What this checkout did not write is never lost, and no path leads out of the output folder.

mod aside;
mod place;
mod prune;
mod stage;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::words::digest::Digest;
use crate::words::event::{Event, Observer};

use place::Place;

pub use prune::Pruned;
pub use stage::sweep;

/// A file that is to lie in the output folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutFile {
    /// Relative to the project, with `/`; the output folder is its first part.
    pub path: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// What happens to somebody else's file where one of ours must lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and ours is not written.
    Keep,
    /// It is copied aside, and ours is written.
    MoveAside,
}

/// Writes outputs of one project.
pub struct Publisher<'a> {
    /// The project's folder.
    pub root: &'a Path,
    /// The output folder, relative to it, with `/`.
    pub out: &'a str,
    /// Where files are staged: outside the output folder, on the same file system.
    pub stage: &'a Path,
    /// Where copies of somebody else's files go.
    pub kept: &'a Path,
    /// What happens to these.
    pub existing: Existing,
    /// Whether this checkout wrote a file of that digest.
    pub is_ours: &'a (dyn Fn(&Digest) -> bool + Sync),
    /// Is told of the digests that will lie in the output folder, before the first of them does.
    pub will_write: &'a mut dyn FnMut(&[Digest]) -> io::Result<()>,
    /// Is told of every file.
    pub observer: &'a dyn Observer,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was written.
    Wrote,
    /// It lay there already, to the byte; not even its time changed.
    Unchanged,
    /// Somebody else's file lies there and stays.
    Kept,
    /// It could not be written; why, in lower case.
    Failed(String),
}

/// What lies where a file is to go.
enum Found {
    Nothing,
    Same,
    Ours,
    Foreign,
}

impl Publisher<'_> {
    /// Writes files one by one in the order given; an error of one stops none of the others.
    pub fn publish(&mut self, files: &[OutFile]) -> Vec<Outcome> {
        let decided: Vec<_> = files.iter().map(|file| self.decide(file)).collect();
        let digests: Vec<_> = files
            .iter()
            .zip(&decided)
            .filter(|(_, decision)| decision.is_ok())
            .map(|(file, _)| Digest::of(&file.bytes))
            .collect();
        let told = if digests.is_empty() { Ok(()) } else { (self.will_write)(&digests) };
        let refused = told.err().map(|error| format!("could not be recorded before it is written: {error}"));
        let write = |(file, decision): (&OutFile, Result<Place, Outcome>)| match (decision, &refused) {
            (Err(outcome), _) => outcome,
            (Ok(_), Some(message)) => Outcome::Failed(format!("`{}` {message}", file.path)),
            (Ok(place), None) => self.write(file, &place),
        };
        files.iter().zip(decided).map(write).collect()
    }

    /// The place of a file that is to be written, or what becomes of it otherwise.
    fn decide(&self, file: &OutFile) -> Result<Place, Outcome> {
        let place = Place::of(self.root, self.out, &file.path).map_err(Outcome::Failed)?;
        let found = self.look(&place, &file.bytes).map_err(|error| failed("read", file, &error))?;
        match (found, self.existing) {
            (Found::Same, _) => Err(Outcome::Unchanged),
            (Found::Nothing | Found::Ours, _) => Ok(place),
            (Found::Foreign, Existing::Keep) => {
                self.observer.on(&Event::Kept { path: file.path.clone() });
                Err(Outcome::Kept)
            }
            (Found::Foreign, Existing::MoveAside) => {
                let to = aside::copy(&place, self.kept, &file.path).map_err(|error| failed("copied", file, &error))?;
                let to = shown(&to, self.root);
                self.observer.on(&Event::MovedAside { path: file.path.clone(), to });
                Ok(place)
            }
        }
    }

    fn look(&self, place: &Place, bytes: &[u8]) -> io::Result<Found> {
        let mut existing = match File::open(&place.path) {
            Ok(existing) => existing,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
            Err(error) => return Err(error),
        };
        let length = existing.metadata()?.len();
        if length == bytes.len() as u64 && is_equal(&mut existing, bytes)? {
            return Ok(Found::Same);
        }
        // An empty file holds nobody's work; a crash of the machine may leave one.
        let ours = length == 0 || (self.is_ours)(&digest_of(&place.path)?);
        Ok(if ours { Found::Ours } else { Found::Foreign })
    }

    fn write(&self, file: &OutFile, place: &Place) -> Outcome {
        let written = place.make_folders().and_then(|()| {
            let staged = stage::stage(self.stage, &file.bytes).map_err(|error| error.to_string())?;
            place.check()?;
            stage::rename(staged, place, &file.bytes).map_err(|error| error.to_string())
        });
        match written {
            Ok(()) => {
                self.observer.on(&Event::Wrote { path: file.path.clone() });
                Outcome::Wrote
            }
            Err(message) => Outcome::Failed(format!("`{}` could not be written: {message}", file.path)),
        }
    }
}

fn failed(what: &str, file: &OutFile, error: &io::Error) -> Outcome {
    Outcome::Failed(format!("`{}` could not be {what}: {error}", file.path))
}

/// Relative to the project where that is so, with `/`.
fn shown(path: &Path, root: &Path) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path);
    relative.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}

fn is_equal(file: &mut File, bytes: &[u8]) -> io::Result<bool> {
    let mut rest = bytes;
    let mut buffer = [0; 16 << 10];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(rest.is_empty()),
            count if rest.starts_with(&buffer[..count]) => rest = &rest[count..],
            _ => return Ok(false),
        }
    }
}

/// The digest of a file of any length.
fn digest_of(path: &Path) -> io::Result<Digest> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(path)?)?;
    Ok(Digest(*hasher.finalize().as_bytes()))
}
