//! Reading, writing and rebuilding the lock of a profile.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::{Error, Workspace, read_lock};
use crate::draft;
use crate::manifest::built_ins::{Versions, parse_id};
use crate::store::{Folders, read_if_there, write_in_project, write_unflushed};
use crate::words::diagnostic::{Diagnostic, Subject};
use crate::words::lock::{By, Lock};

impl Workspace {
    /// Writes the lock, if its text changed, and records its picks.
    pub fn write_lock(&mut self, lock: &Lock) -> anyhow::Result<()> {
        if self.one_off {
            return Ok(());
        }
        let path = self.folders.lock(self.profile.as_deref());
        let text = if self.profile.is_some() { self.without_followed(lock)?.text() } else { lock.text() };
        let same = read_bytes(&path).is_ok_and(|before| before.is_some_and(|before| before == text.as_bytes()));
        if same || (lock.entries.is_empty() && !path.exists()) {
            return Ok(());
        }
        let name = self.relative(&path).unwrap_or_default();
        save_lock(&self.folders, &path, &text).with_context(|| format!("cannot write `{name}`"))?;
        self.record_picks(lock).context("cannot write `.dgx-pixels/store`")
    }

    /// Raws that were ever picked are removed with consent only.
    fn record_picks(&mut self, lock: &Lock) -> io::Result<()> {
        self.records.pick(lock.costly_picks().map(|(raw, slot)| (raw, slot.to_string())))
    }

    /// A profile's lock without the picks that it only follows: when the default's change, it follows again.
    fn without_followed(&self, lock: &Lock) -> anyhow::Result<Lock> {
        let default = read_lock(&self.folders.lock(None))?.unwrap_or_default();
        let mut own = lock.clone();
        for (id, entry) in &mut own.entries {
            let Some(default) = default.entries.get(id) else { continue };
            for (number, slot) in &mut entry.slots {
                let followed = default.slots.get(number).and_then(|slot| slot.pick.as_ref());
                slot.pick = slot.pick.take().filter(|pick| pick.by == By::Gates || Some(pick) != followed);
            }
        }
        Ok(own)
    }
}

/// Writes the text of a lock, and a copy of it that serves if the lock is lost. The lock may be a link inside the project.
pub(in crate::session) fn save_lock(folders: &Folders, path: &Path, text: &str) -> io::Result<()> {
    // The copy is a help; without room for it the lock is written.
    let _ = write_unflushed(&copy_of(folders, path), sealed(text).as_bytes(), "lock.copy");
    write_in_project(&folders.root, path, text.as_bytes(), "lock")
}

/// The bytes of a lock, which may be a link inside its folder; `None` if there is none.
pub(in crate::session) fn read_bytes(path: &Path) -> io::Result<Option<Vec<u8>>> {
    read_if_there(&draft::behind_links_in(path.parent().unwrap_or(Path::new(".")), path)?)
}

/// A lock that was read, or rebuilt.
#[derive(Debug, Default)]
pub(super) struct ReadLock {
    pub(super) lock: Lock,
    /// What to say if it was rebuilt.
    pub(super) rebuilt: Option<Diagnostic>,
}

/// Reads a lock. One that is empty or cut off, as a power cut can leave it, is the copy of what was written last, or
/// nothing: then a build finds its captures again in the store. `None` if there is no file.
pub(super) fn read_or_rebuild(folders: &Folders, path: &Path) -> Result<Option<ReadLock>, Error> {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let read = read_lock(path).map(|lock| lock.map(|lock| ReadLock { lock, rebuilt: None }));
    let (Err(_), Ok(Some(bytes))) = (&read, read_bytes(path)) else { return read };
    // Some file systems end a file that was cut off with zeros.
    let text = bytes.iter().rposition(|byte| *byte != 0).map_or(&[][..], |last| &bytes[..=last]);
    let copy = read_if_there(&copy_of(folders, path)).ok().flatten().and_then(|copy| unsealed(&copy));
    let copy = copy.filter(|copy| copy.as_bytes().starts_with(text));
    if !text.is_empty() && copy.is_none() {
        return read;
    }
    let what = if text.is_empty() { "is empty" } else { "is cut off" };
    let rebuilt = |from: &str, hint: &str| {
        let message = format!("`{name}` {what}, as a power cut can leave it: it is rebuilt from {from}");
        Some(Diagnostic::warning("lock-rebuilt", message).hint(hint).about(Subject::File(name.clone())))
    };
    Ok(Some(match copy.and_then(|copy| Lock::parse(&copy).ok()) {
        Some(lock) => {
            let rebuilt = rebuilt(
                "the copy of what this checkout wrote last",
                "compare it with version control after the next build",
            );
            ReadLock { lock, rebuilt }
        }
        None => {
            let hint = "take it back from version control, or build and pick again what a person picked";
            ReadLock {
                lock: Lock::default(),
                rebuilt: rebuilt("the captures in the store, without the picks of persons", hint),
            }
        }
    }))
}

fn copy_of(folders: &Folders, path: &Path) -> PathBuf {
    folders.work.join("copies").join(path.file_name().unwrap_or_default())
}

const CHECKSUM: &str = "# checksum ";

/// The copy says whether it is whole itself.
fn sealed(text: &str) -> String {
    format!("{text}{CHECKSUM}{:08x}\n", crc32fast::hash(text.as_bytes()))
}

fn unsealed(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (text, sum) = text.trim_end().rsplit_once(CHECKSUM)?;
    (u32::from_str_radix(sum, 16).ok()? == crc32fast::hash(text.as_bytes())).then(|| text.to_owned())
}

/// The versions of built-ins that the entries of a lock name, by asset; of several, the newest.
pub(in crate::session) fn pinned(lock: &Lock) -> BTreeMap<String, Versions> {
    let mut pinned: BTreeMap<String, Versions> = BTreeMap::new();
    for (group, entry) in &lock.entries {
        for (name, version) in entry.with.iter().filter_map(|with| parse_id(with)) {
            let versions = pinned.entry(group.asset().to_owned()).or_default();
            let known = versions.entry(name.to_owned()).or_insert(version);
            *known = version.max(*known);
        }
    }
    pinned
}
