//! Reading and writing the lock of a profile.

use std::collections::BTreeMap;

use anyhow::Context;

use super::{Workspace, read_lock};
use crate::manifest::built_ins::{Versions, parse_id};
use crate::store::{read_if_there, write_whole};
use crate::words::lock::{By, Lock};
use crate::words::text::with_line_ends_of;

impl Workspace {
    /// Writes the lock, if its text changed.
    pub fn write_lock(&self, lock: &Lock) -> anyhow::Result<()> {
        if self.one_off {
            return Ok(());
        }
        let path = self.folders.lock(self.profile.as_deref());
        let text = if self.profile.is_some() { self.without_followed(lock)?.text() } else { lock.text() };
        let before = read_if_there(&path).ok().flatten();
        let text = with_line_ends_of(before.as_deref().unwrap_or_default(), &text);
        if before.as_deref() == Some(text.as_bytes()) || (lock.entries.is_empty() && before.is_none()) {
            return Ok(());
        }
        let name = self.relative(&path).unwrap_or_default();
        write_whole(&path, text.as_bytes(), "lock").with_context(|| format!("cannot write `{name}`"))
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
