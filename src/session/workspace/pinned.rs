//! Built-ins stay at the versions that the lock names.

use std::collections::BTreeMap;

use crate::manifest::built_ins::{Versions, parse_id};
use crate::words::lock::Lock;

/// The versions of built-ins that the entries of a lock name, by asset; of several, the newest.
pub fn pinned(lock: &Lock) -> BTreeMap<String, Versions> {
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
