//! The votes file of a comparison: committed, appended to, merged by union.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::plain_file;
use crate::session::Result;
use crate::store;
use crate::words::compare::Votes;
use crate::words::digest::Digest;
use crate::words::file_error::FileResult;

/// The folder of votes, beside the manifest.
const FOLDER: &str = "compare";

/// How the names of votes files end.
const END: &str = ".votes.jsonl";

/// The votes file of a comparison, relative to the project.
pub fn votes_path(comparison: &str) -> String {
    format!("{FOLDER}/{comparison}{END}")
}

/// Reads the votes on a comparison; a file that is not there has none.
pub(super) fn read(root: &Path, comparison: &str) -> Result<Votes> {
    let name = votes_path(comparison);
    let bytes = store::read_if_there(&root.join(&name)).reading(&name)?;
    Ok(Votes::read(&bytes.unwrap_or_default()))
}

/// Appends a line to a votes file.
pub(super) fn append(root: &Path, comparison: &str, line: &str) -> Result<()> {
    let name = votes_path(comparison);
    let folder = root.join(FOLDER);
    plain_file::make_folders(root, &folder).writing(FOLDER)?;
    let attributes = folder.join(".gitattributes");
    if attributes.symlink_metadata().is_err() {
        // Without it git reports conflicts where both sides voted, which `merge=union` resolves.
        let _ = store::write_unflushed(&attributes, b"*.votes.jsonl merge=union\n", "votes");
    }
    Ok(store::append_lines(&root.join(&name), &format!("{line}\n"), "votes").writing(&name)?)
}

/// Every raw that a vote of this checkout names.
pub(in crate::session) fn voted_raws(root: &Path) -> Result<BTreeSet<Digest>> {
    let files = std::fs::read_dir(root.join(FOLDER)).into_iter().flatten().flatten().map(|file| file.path());
    let mut files: Vec<PathBuf> = files.filter(|path| path.to_string_lossy().ends_with(END)).collect();
    files.sort();
    let mut raws = BTreeSet::new();
    for path in files {
        let bytes = store::read_if_there(&path).reading(&path)?.unwrap_or_default();
        raws.extend(Votes::read(&bytes).raws());
    }
    Ok(raws)
}
