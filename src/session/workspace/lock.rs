//! Reading and writing the locks of a checkout.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::PathBuf;

use super::Workspace;
use super::saved_lock::{ReadLock, read_lock, read_or_rebuild, save_lock};
use crate::manifest::built_ins::{Versions, parse_id};
use crate::session::Error;
use crate::store::{Folders, read_behind_links};
use crate::words::file_error::{Access, FileResult};
use crate::words::lock::{By, Lock, Pick, SlotEntry};
use crate::words::text::with_line_ends_of;

impl Workspace {
    /// Writes the lock, if its text changed, and records its picks.
    pub fn write_lock(&mut self, lock: &Lock) -> Result<(), Error> {
        if self.one_off {
            return Ok(());
        }
        let path = self.folders.lock(self.profile.as_deref());
        let text = if self.profile.is_some() { self.without_followed(lock)?.text() } else { lock.text() };
        let before = read_behind_links(&path).ok().flatten();
        let text = with_line_ends_of(before.as_deref().unwrap_or_default(), &text);
        if before.as_deref() == Some(text.as_bytes()) || (lock.entries.is_empty() && before.is_none()) {
            return Ok(());
        }
        let name = self.relative(&path).unwrap_or_default();
        save_lock(&self.folders, &path, &text).writing(name)?;
        // Raws that were ever picked are removed with consent only.
        let picks = lock.costly_picks().map(|(raw, slot)| (raw, slot.to_string()));
        Ok(self.records.pick(picks).accessing(Access::WriteStore, self.folders.shown_store())?)
    }

    /// A profile's lock without the picks that it only follows: when the default's change, it follows again.
    fn without_followed(&self, lock: &Lock) -> Result<Lock, Error> {
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

/// The lock of a profile: its own, or the default's for what it has not made yet; it follows the default's user picks
/// unless it has its own.
pub(super) fn read_locks(folders: &Folders, profile: Option<&str>) -> Result<ReadLock, Error> {
    let default = read_or_rebuild(folders, &folders.lock(None))?.unwrap_or_default();
    let Some(profile) = profile else { return Ok(default) };
    let own = read_or_rebuild(folders, &folders.lock(Some(profile)))?;
    let Some(ReadLock { mut lock, rebuilt }) = own else { return Ok(default) };
    let ReadLock { lock: default, rebuilt: default_rebuilt } = default;
    for (id, entry) in default.entries {
        match lock.entries.entry(id) {
            Entry::Vacant(place) => {
                place.insert(entry);
            }
            Entry::Occupied(mut own) => entry.slots.into_iter().for_each(|(number, slot)| {
                follow(own.get_mut().slots.entry(number).or_default(), slot);
            }),
        }
    }
    lock.provenance.extend(default.provenance);
    Ok(ReadLock { lock, rebuilt: rebuilt.or(default_rebuilt) })
}

/// Takes over what a person picked in the default profile.
fn follow(own: &mut SlotEntry, default: SlotEntry) {
    let is_users = |pick: &Pick| pick.by == By::User;
    let Some(pick) = default.pick.filter(|pick| is_users(pick) && !own.pick.as_ref().is_some_and(is_users)) else {
        return;
    };
    if let Some(line) = default.candidates.into_iter().find(|c| c.ask == pick.ask && c.n == pick.n) {
        own.add(line);
    }
    own.pick = Some(pick);
}

/// Every lock file of this checkout.
pub fn lock_files(folders: &Folders) -> Vec<PathBuf> {
    let profiles = std::fs::read_dir(folders.work.join("profiles")).into_iter().flatten().flatten();
    let profiles = profiles.map(|file| file.path()).filter(|path| path.extension().is_some_and(|e| e == "lock"));
    std::iter::once(folders.lock(None)).chain(profiles).collect()
}

/// Every lock of this checkout with its file.
pub(in crate::session) fn all_locks(folders: &Folders) -> Result<Vec<(PathBuf, Lock)>, Error> {
    let lock = |path: PathBuf| Ok(read_lock(&path)?.map(|lock| (path, lock)));
    lock_files(folders).into_iter().filter_map(|path| lock(path).transpose()).collect()
}
