//! The only writer of outputs: stages each file beside the output folder, then renames it into its place.
//!
//! A game that watches the folder sees whole files only, and a kill at any instant leaves whole files, old or new.
//! Outputs can be made again, so that nothing waits for the disk.
//! External files, those that this checkout did not write, are never lost, and no path leads out of the output folder.

mod backup;
mod place;
mod prune;
mod stage;

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;

use crate::plain_file::{self, Links};
use crate::words::digest::Digest;
use crate::words::event::{Event, Observer};

use place::Place;

pub use prune::{Pruned, prune};
pub use stage::sweep;

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
    /// It could not be written; why, in lower case.
    Failed(String),
}

/// Whether this checkout wrote a file of that digest.
pub type IsOwned<'a> = dyn Fn(&Digest) -> bool + Sync + 'a;

/// Is given the digests of the outputs before the first of them is written.
pub type Record<'a> = dyn FnMut(&[Digest]) -> io::Result<()> + 'a;

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
    let refused = recorded.err().map(|error| format!("could not be recorded before it is written: {error}"));
    let write = |(file, decision): (&OutFile, Result<Place, Outcome>)| match (decision, &refused) {
        (Err(outcome), _) => outcome,
        (Ok(_), Some(message)) => Outcome::Failed(format!("`{}` {message}", file.path)),
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
    let found = look(&place, &file.bytes, is_owned).map_err(|error| failed("read", file, &error))?;
    match (found, existing) {
        (Found::Same, _) => Err(Outcome::Unchanged),
        (Found::Nothing | Found::Owned, _) => Ok(place),
        (Found::External, Existing::Preserve) => {
            observer.on(&Event::Kept { path: file.path.clone() });
            Err(Outcome::Preserved)
        }
        (Found::External, Existing::BackUp) => {
            let to =
                backup::copy(&place, target.backups, &file.path).map_err(|error| failed("copied", file, &error))?;
            let to = shown(&to, target.root);
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
}

fn look(place: &Place, bytes: &[u8], is_owned: &IsOwned<'_>) -> io::Result<Found> {
    let mut existing = match plain_file::open(&place.path, Links::Refuse) {
        Ok(existing) => existing,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(error),
    };
    let length = existing.metadata()?.len();
    let equal = equal_length(&mut existing, bytes)?;
    if equal == length && length == bytes.len() as u64 {
        return Ok(Found::Same);
    }
    // A power cut may leave nothing, the beginning of the new file, or zeros: no work of anybody is lost with these.
    let owned = equal == length || is_blank(&mut existing)? || is_owned(&digest_of(&place.path)?);
    Ok(if owned { Found::Owned } else { Found::External })
}

fn write(target: &Target<'_>, file: &OutFile, place: &Place, observer: &dyn Observer) -> Outcome {
    let written = place.make_folders().and_then(|()| {
        let staged = stage::stage(target.stage, &file.bytes).map_err(|error| error.to_string())?;
        place.check()?;
        stage::rename(staged, place, &file.bytes).map_err(|error| error.to_string())
    });
    match written {
        Ok(()) => {
            observer.on(&Event::Wrote { path: file.path.clone() });
            Outcome::Wrote
        }
        Err(message) => Outcome::Failed(format!("`{}` could not be written: {message}", file.path)),
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

/// As long as a file has the same bytes as these, from its beginning, in whole reads.
fn equal_length(file: &mut File, bytes: &[u8]) -> io::Result<u64> {
    let mut rest = bytes;
    let mut buffer = [0; 16 << 10];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok((bytes.len() - rest.len()) as u64),
            count if rest.starts_with(&buffer[..count]) => rest = &rest[count..],
            _ => return Ok((bytes.len() - rest.len()) as u64),
        }
    }
}

/// Whether a file has zeros alone.
fn is_blank(file: &mut File) -> io::Result<bool> {
    let mut buffer = [0; 16 << 10];
    file.rewind()?;
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(true),
            count if buffer[..count].iter().all(|byte| *byte == 0) => {}
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
