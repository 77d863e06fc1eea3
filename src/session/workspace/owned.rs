//! The files that this checkout may replace.

use std::collections::HashSet;

use super::lock_files;
use crate::store::{Folders, OwnedFiles, read_if_there};
use crate::words::digest::Short;
use crate::words::lock::{self, Lock};

/// Digests of files that this checkout may replace: of any of its locks (either side of a conflicted one, too) and of
/// everything that it ever wrote.
pub(super) fn owned(folders: &Folders, (profile, lock): (Option<&str>, &Lock), files: &OwnedFiles) -> HashSet<Short> {
    let mut owned: HashSet<Short> = lock.files().map(|(_, digest)| digest).collect();
    owned.extend(&files.digests);
    for path in lock_files(folders) {
        let bytes = read_if_there(&path).ok().flatten().unwrap_or_default();
        let text = String::from_utf8(bytes).unwrap_or_default();
        let (ours, theirs) = lock::sides(&text);
        let is_whole = ours == theirs;
        // What was read is this one, or what it was rebuilt from.
        if is_whole && profile.is_none() && path == folders.lock(None) {
            continue;
        }
        let sides = std::iter::once(ours).chain((!is_whole).then_some(theirs));
        for side in sides.filter_map(|side| Lock::parse(&side).ok()) {
            owned.extend(side.files().map(|(_, digest)| digest));
        }
    }
    owned.extend(OwnedFiles::all_digests(&folders.work));
    owned
}
