//! Publishing the files of one item.

use std::collections::BTreeMap;

use super::Site;
use super::progress::Progress;
use crate::export::write::{Existing, OutFile, Outcome};
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
            Outcome::Failed(diagnostic) => failure = Some(diagnostic),
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
