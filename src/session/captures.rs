//! The captures of the store: how much there is, whether it is whole, and its way to another machine.

use std::collections::BTreeSet;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;

use serde::Serialize;

use super::{Error, Existing, Exit, Look, Operation, Options, Result, Workspace};
use crate::draft::Draft;
use crate::plain_file::{self, Links};
use crate::store::{self, Record};
use crate::words::digest::Digest;
use crate::words::file_error::{Access, FileResult};
use crate::words::raw::Raw;

/// What the store holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct StoreSize {
    /// Captured images.
    pub raws: DiskUse,
    /// Restored sprites, which can be made again.
    pub sprites: DiskUse,
    /// Requests whose raw is known.
    pub captures: usize,
}

/// A number of files and their sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DiskUse {
    /// How many.
    pub files: usize,
    /// How long together.
    pub bytes: u64,
}

impl DiskUse {
    /// Adds a file.
    pub fn add(&mut self, bytes: u64) {
        self.files += 1;
        self.bytes += bytes;
    }

    fn of<T>(files: &[(Digest, T, u64)]) -> Self {
        Self { files: files.len(), bytes: files.iter().map(|(.., length)| length).sum() }
    }
}

/// What [`verify_store`] found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Raws that were read.
    pub raws: usize,
    /// Those that were damaged; they are put aside.
    pub damaged: Vec<Digest>,
}

/// What [`export_captures`] wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Exported {
    /// Raws in the file.
    pub raws: usize,
    /// Raws that the lock names and this machine does not have.
    pub missing: Vec<Digest>,
}

/// What [`import_captures`] stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Raws that are in the store now.
    pub raws: usize,
    /// Raws that were damaged and left out.
    pub damaged: usize,
    /// Requests that have another raw in the store, which stays.
    pub conflicts: Vec<Conflict>,
}

/// A request that was captured twice, with different results.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// The request's key.
    pub request: Digest,
    /// The raw that the store has for it, and keeps.
    pub kept: Digest,
    /// The raw that the file has for it.
    pub other: Digest,
}

/// Which raws of the lock are exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Captures {
    /// Every candidate.
    All,
    /// The picks.
    Picked,
}

impl Verified {
    /// A damaged raw is a failure.
    pub fn exit(&self) -> Exit {
        if self.damaged.is_empty() { Exit::Success } else { Exit::Failed }
    }
}

impl Exported {
    /// A missing raw is a failure.
    pub fn exit(&self) -> Exit {
        if self.missing.is_empty() { Exit::Success } else { Exit::Failed }
    }
}

impl Imported {
    /// A damaged raw is a failure.
    pub fn exit(&self) -> Exit {
        if self.damaged == 0 { Exit::Success } else { Exit::Failed }
    }
}

/// Counts the files of the store.
///
/// # Errors
/// The project cannot be opened.
pub fn store_size(operation: &Operation) -> Result<StoreSize> {
    let _lock = operation.lock_if_writable("cache size")?;
    let (workspace, _) = operation.open(Options::default(), Look::Lock)?;
    let (raws, sprites) = (DiskUse::of(&workspace.blobs.files()), DiskUse::of(&workspace.cache.files()));
    Ok(StoreSize { raws, sprites, captures: workspace.records.captures.len() })
}

/// Reads every file of the store; puts damaged raws aside and removes damaged sprites.
///
/// # Errors
/// The store cannot be read.
pub fn verify_store(operation: &Operation) -> Result<Verified> {
    let _lock = operation.lock("cache verify")?;
    let (workspace, _) = operation.open(Options::default(), Look::Lock)?;
    let (store, mut damaged) = (workspace.folders.shown_store(), Vec::new());
    let files = workspace.blobs.files();
    for (digest, ..) in &files {
        if workspace.blobs.read(digest).accessing(Access::ReadStore, &store)?.is_none() {
            damaged.push(*digest);
        }
    }
    for (key, path, _) in workspace.cache.files() {
        if workspace.cache.read(&key).accessing(Access::ReadStore, &store)?.is_none() {
            std::fs::remove_file(&path).accessing(Access::Remove, &path)?;
        }
    }
    Ok(Verified { raws: files.len(), damaged })
}

/// Writes raws and what made them into one file. Equal captures give equal bytes.
///
/// # Errors
/// `file-exists`, or the file cannot be written.
pub fn export_captures(operation: &Operation, captures: Captures, file: &Path, existing: Existing) -> Result<Exported> {
    let _lock = operation.lock_if_writable("cache export")?;
    let (workspace, state) = operation.open(Options::default(), Look::Lock)?;
    let wanted = match captures {
        Captures::All => state.lock.raws(),
        Captures::Picked => state.lock.picked(),
    };
    if existing == Existing::Keep && file.symlink_metadata().is_ok() {
        return Err(exists(file));
    }
    let mut draft = Draft::through_links(file, "export").writing(file)?;
    let missing = write(&workspace, &wanted, &mut draft, file)?;
    let written = if existing == Existing::Keep { draft.create() } else { draft.replace() };
    match written {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(exists(file)),
        other => other.writing(file)?,
    }
    Ok(Exported { raws: wanted.len() - missing.len(), missing })
}

/// Stores the raws of a file that [`export_captures`] wrote. What the store has already stays as it is.
///
/// # Errors
/// `unreadable-file`, `not-an-export`, or the store cannot be written.
pub fn import_captures(operation: &Operation, file: &Path) -> Result<Imported> {
    const LARGEST: u64 = 512 << 20;
    let _lock = operation.lock("cache import")?;
    let (mut workspace, _) = operation.open(Options::default(), Look::Lock)?;
    let foreign = || {
        let message = format!("`{}` is not a file of `cache export`", file.display());
        Error::usage("not-an-export", message, "export it again on the machine that has the raws")
    };
    let input = plain_file::open(file, Links::Follow).map_err(|error| {
        let message = format!("`{}` cannot be read: {error}", file.display());
        Error::usage("unreadable-file", message, "name a file that `cache export` wrote")
    })?;
    let mut archive = tar::Archive::new(BufReader::new(input));
    let (mut imported, mut lines) = (Imported::default(), Vec::new());
    for entry in archive.entries().map_err(|_| foreign())? {
        let entry = entry.map_err(|_| foreign())?;
        let name = entry.path().map_err(|_| foreign())?.to_string_lossy().into_owned();
        let mut bytes = Vec::new();
        entry.take(LARGEST).read_to_end(&mut bytes).map_err(|_| foreign())?;
        // The names in the archive never become paths: a raw is stored under the digest of its own pixels.
        if let Some(digest) = name.strip_prefix("raws/").and_then(|name| name.strip_suffix(".png")) {
            match store::decode(&bytes).map(Raw::new).filter(|raw| raw.digest.to_string() == digest) {
                Some(raw) => {
                    workspace
                        .blobs
                        .keep_durably(&raw)
                        .accessing(Access::WriteStore, workspace.folders.shown_store())?;
                    imported.raws += 1;
                }
                None => imported.damaged += 1,
            }
        } else if name == "records.jsonl" {
            let records = bytes.split(|byte| *byte == b'\n');
            lines.extend(records.filter_map(|line| serde_json::from_slice::<Record>(line).ok()));
        } else {
            return Err(foreign());
        }
    }
    let recorded = record(&mut workspace, lines);
    imported.conflicts = recorded.accessing(Access::WriteStore, workspace.folders.shown_store())?;
    Ok(imported)
}

/// Adds the records of requests that the store has none of; returns those that it has with another raw.
fn record(workspace: &mut Workspace, records: Vec<Record>) -> io::Result<Vec<Conflict>> {
    let mut conflicts = Vec::new();
    for record in records {
        match workspace.records.captures.get(&record.request).map(|known| known.raw) {
            None => workspace.records.keep(record)?,
            Some(kept) if kept == record.raw => {}
            Some(kept) => conflicts.push(Conflict { request: record.request, kept, other: record.raw }),
        }
    }
    workspace.records.flush()?;
    Ok(conflicts)
}

fn exists(file: &Path) -> Error {
    let message = format!("`{}` exists already", file.display());
    Error::usage("file-exists", message, "`--force` overwrites it")
}

/// Writes an archive; returns the raws that are not on this machine.
fn write(workspace: &Workspace, wanted: &BTreeSet<Digest>, output: &mut Draft, file: &Path) -> Result<Vec<Digest>> {
    let mut archive = tar::Builder::new(BufWriter::new(output));
    let mut missing = Vec::new();
    for digest in wanted {
        let raw = workspace.blobs.read(digest).accessing(Access::ReadStore, workspace.folders.shown_store())?;
        let Some(raw) = raw else {
            missing.push(*digest);
            continue;
        };
        let png = store::encode(&raw.pixels).writing(file)?;
        append(&mut archive, &format!("raws/{digest}.png"), &png).writing(file)?;
    }
    let mut records: Vec<&Record> =
        workspace.records.captures.values().filter(|record| wanted.contains(&record.raw)).collect();
    records.sort_by_key(|record| record.request);
    let lines: Vec<String> =
        records.into_iter().map(serde_json::to_string).collect::<serde_json::Result<_>>().writing(file)?;
    append(&mut archive, "records.jsonl", lines.join("\n").as_bytes()).writing(file)?;
    archive.into_inner().and_then(|mut output| output.flush()).writing(file)?;
    Ok(missing)
}

/// Equal content gives an equal archive: no time, no owner.
fn append<W: Write>(archive: &mut tar::Builder<W>, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    header.set_mtime(0);
    archive.append_data(&mut header, name, bytes)
}
