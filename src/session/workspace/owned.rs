//! The files that this checkout may replace.

use std::collections::HashSet;

use super::lock_files;
use crate::store::{Folders, OwnedFiles, read_if_there};
use crate::words::digest::Short;
use crate::words::lock::{self, Lock};

/// Digests of files that this checkout may replace: of any of its locks (either side of a conflicted one, too) and of
/// everything that it ever wrote.
pub(super) fn owned(folders: &Folders, lock: &Lock, files: &OwnedFiles) -> HashSet<Short> {
    let mut owned: HashSet<Short> = lock.files().map(|(_, digest)| digest).collect();
    owned.extend(&files.digests);
    for path in lock_files(folders) {
        let bytes = read_if_there(&path).ok().flatten().unwrap_or_default();
        let text = String::from_utf8(bytes).unwrap_or_default();
        let (a, b) = lock::sides(&text);
        for side in [a, b].iter().filter_map(|side| Lock::parse(side).ok()) {
            owned.extend(side.files().map(|(_, digest)| digest));
        }
    }
    owned.extend(OwnedFiles::all_digests(&folders.work));
    owned
}
