//! Handing files to the one writer: what is owned, what will be written, and what was.

use super::Workspace;
use crate::export;
use crate::export::write::{self, Existing, OutFile, Outcome, Pruned, Target, Wanted};
use crate::store::{self, Folders, Stamp};
use crate::words::digest::{Digest, Short};
use crate::words::event::Observer;
use crate::words::file_error::{FileError, FileResult};
use crate::words::lock::Lock;
use crate::words::text::with_unix_line_ends;

/// The list of owned files, as messages name it.
const WRITTEN: &str = ".dgx-pixels/written";

impl Workspace {
    /// Removes what a killed build left unfinished, where only the holder of the project's lock writes.
    pub fn sweep(&self) -> Result<(), FileError> {
        let Folders { root, work, .. } = &self.folders;
        let raws = self.manifest.project.raws.as_ref().map(|raws| root.join(raws));
        let folders = [root.clone(), work.clone(), work.join("profiles"), work.join("copies")];
        let swept = folders.iter().chain(&raws).try_for_each(|folder| store::sweep(folder));
        let swept = swept.and_then(|()| write::sweep(&work.join("stage")));
        let swept = swept.and_then(|()| write::sweep_outputs(root, self.owned_files.paths.iter()));
        swept.map_err(|error| error.relative_to(root))
    }

    /// Publishes files in the order given.
    pub fn publish(&mut self, files: &[OutFile], existing: Existing, observer: &dyn Observer) -> Vec<Outcome> {
        let listed: Vec<(Short, String)> =
            files.iter().map(|file| (Digest::of(&file.bytes).short(), file.path.clone())).collect();
        let (written, owned) = (&mut self.owned_files, &self.owned);
        let (stage, backups) = (self.folders.work.join("stage"), self.folders.work.join("kept"));
        let out = &self.manifest.project.out;
        let target = Target { root: &self.folders.root, out, stage: &stage, backups: &backups };
        let is_owned = |digest: &Digest| owned.contains(&digest.short());
        let outcomes = write::publish(
            &target,
            files,
            existing,
            &is_owned,
            &mut |_| written.add(&listed).writing(WRITTEN),
            observer,
        );
        self.owned.extend(listed.into_iter().map(|(digest, _)| digest));
        for (file, outcome) in files.iter().zip(&outcomes) {
            if matches!(outcome, Outcome::Wrote | Outcome::Unchanged) {
                let stamp = Stamp::of(&self.folders.root.join(&file.path));
                self.index.know(&file.path, stamp, Some(Digest::of(&file.bytes)));
            }
        }
        outcomes
    }

    /// Removes files that are no longer made; says of each what became of it.
    pub fn prune(&mut self, paths: &[String], wanted: &Wanted, observer: &dyn Observer) -> Vec<Pruned> {
        let (stage, backups) = (self.folders.work.join("stage"), self.folders.work.join("kept"));
        // Files of an output folder that the manifest no longer names are owned as well.
        let target = Target { root: &self.folders.root, out: "", stage: &stage, backups: &backups };
        write::prune(&target, paths, wanted, &|digest| self.owned.contains(&digest.short()), observer)
    }

    /// The lock names shared files without digests, so that branches merge. One that it names is ours if it says what
    /// such a file says, also as either side of a merge, in this clone or another.
    pub fn claim(&mut self, lock: &Lock) {
        for path in &lock.shared {
            let place = self.folders.root.join(self.in_project(path));
            let Ok(Some(bytes)) = store::read_if_there(&place) else { continue };
            if export::is_shared_binary(&bytes) {
                self.owned.insert(Digest::of_output(&bytes).short());
                continue;
            }
            let Ok(text) = String::from_utf8(with_unix_line_ends(&bytes).into_owned()) else { continue };
            let (ours, theirs) = crate::words::lock::sides(&text);
            if export::is_shared(path, &ours) && export::is_shared(path, &theirs) {
                self.owned.insert(Digest::of(text.as_bytes()).short());
            }
        }
    }
}
