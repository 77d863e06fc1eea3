//! What an open project was read from.

use std::path::PathBuf;

use super::{Workspace, lock_files};
use crate::plan::State;
use crate::store::OwnedFiles;

impl Workspace {
    /// Every file and folder that this and its state were read from, those that were absent among them: while the stamps
    /// of all stay, opening the project again gives the same. What changes most comes first.
    pub(in crate::session) fn rests_on(&self, state: &State) -> Vec<PathBuf> {
        let folders = &self.folders;
        let read = self.loaded.files.iter().chain(&self.loaded.folders);
        let mut paths: Vec<PathBuf> = read.map(|path| folders.root.join(path)).collect();
        paths.extend([folders.work.clone(), folders.work.join("profiles")]);
        paths.extend(lock_files(folders));
        paths.extend(OwnedFiles::paths(&folders.work));
        paths.extend([self.records.path().to_owned(), self.durations.path().to_owned()]);
        paths.extend(self.inputs.files.keys().map(|path| folders.root.join(path)));
        paths.extend(self.cache.folders());
        paths.extend(self.blobs.folders());
        if state.outputs.is_some() {
            paths.extend(self.output_paths(state).iter().map(|path| folders.root.join(self.in_project(path))));
        }
        paths.extend(self.blobs.paths());
        paths
    }
}
