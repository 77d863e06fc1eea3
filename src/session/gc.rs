//! `cache gc`: removes what no lock of this checkout names.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde::Serialize;

use super::captures::DiskUse;
use super::workspace::all_locks;
use super::{Error, Look, Operation, Options, Result};
use crate::store;
use crate::words::digest::Digest;
use crate::words::file_error::{Access, FileResult};
use crate::words::lock::Lock;

/// What [`gc`] removes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Garbage {
    /// Raws that no lock names, with their records.
    pub raws: bool,
    /// Cached sprites that no lock names.
    pub sprites: bool,
    /// Also in a store outside of the project, where other projects may keep raws.
    pub shared: bool,
    /// Only count it.
    pub dry_run: bool,
}

/// What [`gc`] removed, or would remove.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Removed {
    /// Nothing was removed, only counted.
    pub dry_run: bool,
    /// Number and sum of the files.
    #[serde(flatten)]
    pub used: DiskUse,
}

/// Removes files of the store that no lock of this checkout names, and unfinished ones of killed processes.
///
/// # Errors
/// `shared-store`, or a lock cannot be read, since its picks are unknown.
pub fn gc(operation: &Operation, garbage: Garbage) -> Result<Removed> {
    let _lock = operation.lock("cache gc")?;
    let (mut workspace, _) = operation.open(Options::default(), Look::Lock)?;
    let folders = &workspace.folders;
    if !folders.store.starts_with(&folders.work) && !garbage.shared && !garbage.dry_run {
        let message = "the store is outside of the project, where other projects may keep raws";
        return Err(Error::usage("shared-store", message, "add `--shared` if this project alone uses it"));
    }
    let locks: Vec<Lock> = all_locks(folders)?.into_iter().map(|(_, lock)| lock).collect();
    let raws: BTreeSet<Digest> = locks.iter().flat_map(Lock::raws).collect();
    let made = locks.iter().flat_map(|lock| lock.entries.values()).filter_map(|entry| entry.made.as_ref());
    let sprites: BTreeSet<Digest> = made.map(|made| made.sprite).collect();
    let mut unused: Vec<(PathBuf, u64)> = store::abandoned(&folders.store);
    if garbage.raws {
        unused.extend(unnamed(workspace.blobs.files(), &raws));
    }
    if garbage.sprites {
        unused.extend(unnamed(workspace.cache.files(), &sprites));
    }
    let mut removed = Removed { dry_run: garbage.dry_run, used: DiskUse::default() };
    for (path, bytes) in unused {
        removed.used.add(bytes);
        if !garbage.dry_run {
            std::fs::remove_file(&path).accessing(Access::Remove, &path)?;
        }
    }
    if garbage.raws && !garbage.dry_run {
        let retained = workspace.records.retain(|record| raws.contains(&record.raw));
        retained.accessing(Access::WriteStore, workspace.folders.shown_store())?;
    }
    Ok(removed)
}

fn unnamed(files: Vec<(Digest, PathBuf, u64)>, named: &BTreeSet<Digest>) -> impl Iterator<Item = (PathBuf, u64)> {
    files.into_iter().filter(|(digest, ..)| !named.contains(digest)).map(|(_, path, bytes)| (path, bytes))
}
