//! Publishing the files of one item.

use std::collections::BTreeMap;

use super::Site;
use super::progress::Progress;
use crate::export::write::{Existing, OutFile, Outcome};
use crate::plain_file::{self, Refused};
use crate::session::options::Conflicts;
use crate::session::workspace::Workspace;
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::{Digest, Short};

/// Digests of published files by path relative to the output folder.
pub(super) type Published = BTreeMap<String, Short>;

/// Publishes the files of one item; returns their digests by path relative to the output folder.
pub(super) fn publish(
    site: &Site,
    workspace: &mut Workspace,
    progress: &mut Progress,
    files: &[OutFile],
) -> Result<Published, Diagnostic> {
    let outcomes = workspace.publish(files, existing(site), &*site.observer);
    let prefix = workspace.in_project("").len();
    let (mut digests, mut failure) = (BTreeMap::new(), None);
    for (file, outcome) in files.iter().zip(outcomes) {
        let path = file.path[prefix..].to_owned();
        let digest = Digest::of(&file.bytes).short();
        digests.insert(path.clone(), digest);
        match outcome {
            Outcome::Wrote | Outcome::Unchanged => {
                progress.outcome.wrote += usize::from(outcome == Outcome::Wrote);
                progress.state.outputs.get_or_insert_default().insert(path, digest);
            }
            Outcome::Preserved => {
                progress.outcome.kept.push(file.path.clone());
                progress.state.preserved.insert(path);
            }
            Outcome::Pointer => failure = Some(pointer(&file.path)),
            Outcome::Failed(message) => failure = Some(not_written(message)),
        }
    }
    failure.map_or(Ok(digests), Err)
}

/// What happens to external files in the way.
pub(super) fn existing(site: &Site) -> Existing {
    match site.options.conflicts {
        Conflicts::Preserve => Existing::Preserve,
        Conflicts::Overwrite => Existing::BackUp,
    }
}

/// An output in whose place Git LFS left a pointer to another file.
pub(super) fn pointer(path: &str) -> Diagnostic {
    let message = format!("`{path}` is a Git LFS pointer to another file, which is not on this machine: it stays");
    let hint = format!("{}; or remove the pointer, and it is written anew", plain_file::FETCH);
    Diagnostic::error(Refused::LfsPointer.code(), message).hint(hint)
}

/// A file that the file system refused.
pub(super) fn not_written(message: String) -> Diagnostic {
    let hint = "make sure that folders are plain folders with room and write permission, then build again";
    Diagnostic::error("output-write", message).hint(hint)
}
