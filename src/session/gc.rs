//! `cache gc`: removes what no lock of this repository names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::candidates;
use super::captures::DiskUse;
use super::compare::voted_raws;
use super::git::Git;
use super::workspace::all_locks;
use super::{Error, Look, Operation, Options, Result, Workspace};
use crate::store;
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::Digest;
use crate::words::event::Event;
use crate::words::file_error::{Access, FileResult};
use crate::words::lock::{self, Lock};

/// What [`gc`] removes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Garbage {
    /// Raws that no lock names, with their records, and files of `raws/` that nothing picks any more.
    pub raws: bool,
    /// Cached sprites that no lock of this checkout names.
    pub sprites: bool,
    /// Raws that were found damaged and put aside.
    pub damaged: bool,
    /// Also raws that were ever picked.
    pub picked: bool,
    /// Also in a store outside of the project, where other projects may keep raws.
    pub shared: bool,
    /// Only count it.
    pub dry_run: bool,
}

/// What [`gc`] removed, or would remove.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Removed {
    /// Nothing was removed, only counted.
    pub dry_run: bool,
    /// Number and sum of the files.
    #[serde(flatten)]
    pub used: DiskUse,
    /// Raws that no lock names and that stay, since they were picked once.
    pub kept: Vec<OncePicked>,
}

/// A raw that was a pick.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct OncePicked {
    /// The slot that it was picked for, as far as that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slot: Option<String>,
    /// The raw.
    pub raw: Digest,
}

/// Removes files that no lock names, and unfinished ones of killed processes. The locks of all branches, tags, stashes and
/// worktrees count, as far as git is there. What was ever picked stays without consent.
///
/// # Errors
/// `shared-store`, `git-failed`, or a lock cannot be read, since its picks are unknown.
pub fn gc(operation: &Operation, garbage: Garbage) -> Result<Removed> {
    let _lock = operation.lock("cache gc")?;
    let (mut workspace, _) = operation.open(Options::default(), Look::Lock)?;
    let folders = &workspace.folders;
    if !folders.store.starts_with(&folders.work) && !garbage.shared && !garbage.dry_run {
        let message = "the store is outside of the project, where other projects may keep raws";
        return Err(Error::usage("shared-store", message, "add `--shared` if this project alone uses it"));
    }
    let locks: Vec<Lock> = all_locks(folders)?.into_iter().map(|(_, lock)| lock).collect();
    let mut unused: Vec<(PathBuf, u64)> = store::abandoned(&folders.store);
    if garbage.damaged {
        unused.extend(workspace.blobs.put_aside());
    }
    if garbage.sprites {
        let made = locks.iter().flat_map(|lock| lock.entries.values()).filter_map(|entry| entry.made.as_ref());
        let sprites: BTreeSet<Digest> = made.map(|made| made.sprite).collect();
        let files = workspace.cache.files().into_iter().filter(|(sprite, ..)| !sprites.contains(sprite));
        unused.extend(files.map(|(_, path, bytes)| (path, bytes)));
        unused.extend(restored_candidates(&folders.work));
    }
    let needs = if garbage.raws { Some(Needs::of(operation, &workspace, locks)?) } else { None };
    let kept = needs.as_ref().map_or_else(BTreeSet::new, |needs| {
        let (files, kept) = needs.unused_raws(&workspace, garbage.picked);
        unused.extend(files);
        kept
    });
    let mut removed = Removed { dry_run: garbage.dry_run, used: DiskUse::default(), kept: Vec::new() };
    for (path, bytes) in unused {
        removed.used.add(bytes);
        if !garbage.dry_run {
            std::fs::remove_file(&path).accessing(Access::Remove, &path)?;
        }
    }
    if let Some(needs) = needs {
        if !garbage.dry_run {
            let stays = |raw: &Digest| needs.named.contains(raw) || kept.contains(raw);
            workspace.records.retain(stays).accessing(Access::WriteStore, workspace.folders.shown_store())?;
        }
        let slot = |raw: &Digest| needs.once.get(raw).filter(|slot| !slot.is_empty()).cloned();
        removed.kept = kept.into_iter().map(|raw| OncePicked { slot: slot(&raw), raw }).collect();
        removed.kept.sort();
    }
    Ok(removed)
}

/// The images that `candidates` wrote, which it makes again.
fn restored_candidates(work: &Path) -> Vec<(PathBuf, u64)> {
    let files = walkdir::WalkDir::new(work.join(candidates::FOLDER)).sort_by_file_name().into_iter();
    let files = files.filter_map(std::result::Result::ok).filter(|file| file.file_type().is_file());
    files.filter_map(|file| Some((file.path().to_owned(), file.metadata().ok()?.len()))).collect()
}

/// Which raws are needed, and by whom.
struct Needs {
    /// Raws that any lock names.
    named: BTreeSet<Digest>,
    /// Raws whose files in `raws/` this checkout needs.
    committed: BTreeSet<Digest>,
    /// Raws that were ever picked, with the slot; it is empty where it is not known.
    once: BTreeMap<Digest, String>,
    /// Files of `raws/` that git has.
    in_git: BTreeSet<String>,
}

impl Needs {
    fn of(operation: &Operation, workspace: &Workspace, locks: Vec<Lock>) -> Result<Self> {
        let mut once = workspace.records.picked.clone();
        let committed = locks.iter().flat_map(|lock| lock.picked().into_iter().chain(lossy(lock))).collect();
        let mut named: BTreeSet<Digest> = locks.iter().flat_map(Lock::raws).collect();
        named.extend(voted_raws(operation.root)?);
        let mut in_git = BTreeSet::new();
        match Git::of(operation.root) {
            Ok(Some(git)) => {
                git.locks()?.iter().for_each(|text| named.extend(raws_of(text).0));
                let past = git.past_locks()?;
                past.iter().flat_map(|text| raws_of(text).1).for_each(|(raw, slot)| {
                    once.entry(raw).or_insert(slot);
                });
                let folder = workspace.manifest.project.raws.as_deref();
                in_git = folder.map_or_else(BTreeSet::new, |folder| git.committed(folder));
            }
            Ok(None) => {}
            Err(why) => {
                let message = format!("git cannot be asked ({why}): only the locks of this checkout count");
                let hint = "raws that other branches need may go: `cache gc --dry-run` shows how many";
                operation.observer.on(&Event::warned("", Diagnostic::warning("git-missing", message).hint(hint)));
            }
        }
        // What this machine draws again costs nothing.
        for record in workspace.records.captures.values().filter(|record| record.provenance.is_from("sketch")) {
            once.remove(&record.raw);
        }
        Ok(Self { named, committed, once, in_git })
    }

    /// The files of raws that nothing needs; and the raws that nothing needs, but that were picked once.
    fn unused_raws(&self, workspace: &Workspace, consent: bool) -> (Vec<(PathBuf, u64)>, BTreeSet<Digest>) {
        let (mut unused, mut kept, mut in_store) = (Vec::new(), BTreeSet::new(), self.named.clone());
        for (raw, path, bytes) in workspace.blobs.files() {
            if self.named.contains(&raw) {
                continue;
            }
            if consent || !self.once.contains_key(&raw) {
                unused.push((path, bytes));
            } else {
                kept.insert(raw);
            }
        }
        in_store.retain(|raw| workspace.blobs.is_stored(raw));
        in_store.extend(&kept);
        for (raw, path, bytes) in workspace.blobs.committed_files() {
            if self.committed.contains(&raw) {
                continue;
            }
            let relative = path.strip_prefix(&workspace.folders.root).unwrap_or(&path).to_string_lossy();
            let is_in_git = self.in_git.contains(&relative.replace(std::path::MAIN_SEPARATOR, "/"));
            if consent || is_in_git || in_store.contains(&raw) || is_remade(workspace, &raw) {
                unused.push((path, bytes));
            } else {
                kept.insert(raw);
            }
        }
        (unused, kept)
    }
}

/// Whether this machine draws it again at no cost.
fn is_remade(workspace: &Workspace, raw: &Digest) -> bool {
    let mut records = workspace.records.captures.values().filter(|record| record.raw == *raw);
    records.any(|record| record.provenance.is_from("sketch"))
}

/// Candidates that were read from lossy files, of which `raws/` has the only exact copy.
fn lossy(lock: &Lock) -> Vec<Digest> {
    let is_file = |from: &str| lock.provenance.get(from).is_some_and(|provenance| provenance.is_from("files"));
    let slots = lock.entries.values().flat_map(|entry| entry.slots.values());
    slots.flat_map(|slot| &slot.candidates).filter(|line| is_file(&line.from)).map(|line| line.raw).collect()
}

/// The raws that the text of a lock names, and its picks with their slots. Of a text that cannot be read every digest
/// counts as both.
fn raws_of(text: &str) -> (BTreeSet<Digest>, BTreeMap<Digest, String>) {
    let (ours, theirs) = lock::sides(text);
    let (mut named, mut picked) = (BTreeSet::new(), BTreeMap::new());
    for side in [ours, theirs] {
        let Ok(lock) = Lock::parse(&side) else {
            let digests: BTreeSet<Digest> = side.split('"').filter_map(|word| word.parse().ok()).collect();
            picked.extend(digests.iter().map(|raw| (*raw, String::new())));
            named.extend(digests);
            continue;
        };
        named.extend(lock.raws());
        picked.extend(lock.costly_picks().map(|(raw, slot)| (raw, slot.to_string())));
    }
    (named, picked)
}
