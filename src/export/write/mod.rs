//! The only writer of outputs: stages each file beside the output folder, then renames it into its place.
//!
//! A game that watches the folder sees whole files only, and a kill at any instant leaves whole files, old or new.
//! Outputs can be made again, so that nothing waits for the disk.
//! External files, those that this checkout did not write, are never lost, and no path leads out of the output folder.

mod backup;
mod place;
mod prune;
mod spelling;
mod stage;

use std::io;
use std::path::Path;

use crate::plain_file::{self, FETCH, Refused};
use crate::words::diagnostic::{Diagnostic, Subject};
use crate::words::digest::Digest;
use crate::words::event::{Event, Observer};
use crate::words::file_error::{Access, FileError, FileResult};
use crate::words::text::with_unix_line_ends;

use place::Place;

pub use prune::{Pruned, Wanted, prune};
pub use stage::{sweep, sweep_outputs};

/// No output is longer, in bytes.
const LONGEST: u64 = 512 << 20;

/// A file that is to lie in the output folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutFile {
    /// Relative to the project, with `/`; the output folder is its first part.
    pub path: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// Where the outputs of one project go.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The project's folder.
    pub root: &'a Path,
    /// The output folder, relative to it, with `/`.
    pub out: &'a str,
    /// Where files are staged: outside the output folder, on the same file system.
    pub stage: &'a Path,
    /// Where backups of external files go.
    pub backups: &'a Path,
}

/// What happens to an external file, one that this checkout did not write, where an output must lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and the output is not written.
    Preserve,
    /// It is copied to the backups, and the output is written.
    BackUp,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was written.
    Wrote,
    /// It was there already, to the byte; not even its time changed.
    Unchanged,
    /// An external file is there and stays.
    Preserved,
    /// It could not be written; why.
    Failed(Diagnostic),
}

/// Whether this checkout wrote a file of that digest.
pub type IsOwned<'a> = dyn Fn(&Digest) -> bool + Sync + 'a;

/// Is given the digests of the outputs before the first of them is written.
pub type Record<'a> = dyn FnMut(&[Digest]) -> Result<(), FileError> + 'a;

/// Writes files one by one in the order given; an error of one stops none of the others.
pub fn publish(
    target: &Target<'_>,
    files: &[OutFile],
    existing: Existing,
    is_owned: &IsOwned<'_>,
    record: &mut Record<'_>,
    observer: &dyn Observer,
) -> Vec<Outcome> {
    let decided: Vec<_> = files.iter().map(|file| decide(target, file, existing, is_owned, observer)).collect();
    let to_write = files.iter().zip(&decided).filter(|(_, decision)| decision.is_ok());
    let digests: Vec<_> = to_write.map(|(file, _)| Digest::of(&file.bytes)).collect();
    let recorded = if digests.is_empty() { Ok(()) } else { record(&digests) };
    let unrecorded = recorded.err().map(Diagnostic::from);
    let write = |(file, decision): (&OutFile, Result<Place, Outcome>)| match (decision, &unrecorded) {
        (Err(outcome), _) => outcome,
        (Ok(_), Some(diagnostic)) => Outcome::Failed(diagnostic.clone()),
        (Ok(place), None) => write(target, file, &place, observer),
    };
    files.iter().zip(decided).map(write).collect()
}

/// The place of a file that is to be written, or what becomes of it otherwise.
fn decide(
    target: &Target<'_>,
    file: &OutFile,
    existing: Existing,
    is_owned: &IsOwned<'_>,
    observer: &dyn Observer,
) -> Result<Place, Outcome> {
    let place = Place::of(target.root, target.out, &file.path).map_err(Outcome::Failed)?;
    let found = look(&place, &file.bytes, is_owned).reading(&file.path);
    let found = found.map_err(|error| Outcome::Failed(error.into()))?;
    match (found, existing) {
        (Found::Same, _) => Err(Outcome::Unchanged),
        (Found::Nothing | Found::Owned, _) => Ok(place),
        (Found::Pointer, _) => Err(Outcome::Failed(other_pointer(&file.path))),
        (Found::External, Existing::Preserve) => {
            observer.on(&Event::Kept { path: file.path.clone() });
            Err(Outcome::Preserved)
        }
        (Found::External, Existing::BackUp) => {
            let copied = backup::copy(&place, target.backups, &file.path).writing(shown(target.backups, target.root));
            let to = shown(&copied.map_err(|error| Outcome::Failed(error.into()))?, target.root);
            observer.on(&Event::MovedAside { path: file.path.clone(), to });
            Ok(place)
        }
    }
}

/// What is where a file is to go.
enum Found {
    Nothing,
    Same,
    Owned,
    External,
    Pointer,
}

fn look(place: &Place, bytes: &[u8], is_owned: &IsOwned<'_>) -> io::Result<Found> {
    let existing = match plain_file::read_own(&place.path, LONGEST) {
        Ok(None) => return Ok(Found::Nothing),
        Ok(Some(existing)) => existing,
        Err(error) => match Refused::of(&error) {
            Some(Refused::LfsPointer) => return Ok(pointer(place, bytes)),
            // No output is so long.
            Some(Refused::TooLong(_)) => return Ok(Found::External),
            _ => return Err(error),
        },
    };
    if *with_unix_line_ends(&existing) == *bytes {
        return Ok(Found::Same);
    }
    // An empty file holds no work of anybody; a crash of the machine may leave one.
    let owned = existing.is_empty() || is_owned(&Digest::of_output(&existing));
    Ok(if owned { Found::Owned } else { Found::External })
}

/// A pointer of Git LFS that stands for these bytes gives way to them; any other stands for a file of somebody.
fn pointer(place: &Place, bytes: &[u8]) -> Found {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    let hex: String = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let stands_for = plain_file::lfs_digest(&place.path);
    if stands_for.is_some_and(|stands_for| stands_for == hex) { Found::Owned } else { Found::Pointer }
}

fn other_pointer(path: &str) -> Diagnostic {
    let message =
        format!("`{path}` is a Git LFS pointer to another file, whose content is not on this machine: it stays");
    let hint = format!("{FETCH}; or remove the pointer, and the file is written anew");
    Diagnostic::error(Refused::LfsPointer.code(), message).hint(hint).about(Subject::File(path.to_owned()))
}

fn write(target: &Target<'_>, file: &OutFile, place: &Place, observer: &dyn Observer) -> Outcome {
    match write_into(target, file, place) {
        Ok(()) => {
            observer.on(&Event::Wrote { path: file.path.clone() });
            Outcome::Wrote
        }
        Err(diagnostic) => Outcome::Failed(diagnostic),
    }
}

fn write_into(target: &Target<'_>, file: &OutFile, place: &Place) -> Result<(), Diagnostic> {
    place.make_folders()?;
    let staged = stage::stage(target.stage, &file.bytes).accessing(Access::WriteOutput, &file.path)?;
    place.check()?;
    Ok(stage::rename(staged, place, &file.bytes).accessing(Access::WriteOutput, &file.path)?)
}

/// Relative to the project where that is so, with `/`.
fn shown(path: &Path, root: &Path) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path);
    relative.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}
