//! Handing files to the one writer, with what is ours and what is to be remembered.

use std::collections::BTreeMap;

use anyhow::Context;

use super::Workspace;
use super::run::Run;
use crate::export::write::{self, Existing, OutFile, Outcome, Pruned, Publisher};
use crate::plan::{State, Trouble};
use crate::store::{self, Folders, Stamp};
use crate::words::digest::{Digest, Short};
use crate::words::event::Observer;

impl Run<'_> {
    /// Publishes the files of one item; returns their digests by path relative to the output folder.
    pub fn publish(&mut self, files: &[OutFile], state: &mut State) -> Result<BTreeMap<String, Short>, Trouble> {
        let existing = if self.options.overwrite { Existing::MoveAside } else { Existing::Keep };
        let outcomes = self.workspace.publish(files, existing, &*self.observer);
        let prefix = self.workspace.in_project("").len();
        let mut digests = BTreeMap::new();
        let mut failure = None;
        for (file, outcome) in files.iter().zip(outcomes) {
            let path = file.path[prefix..].to_owned();
            let digest = Digest::of(&file.bytes);
            digests.insert(path.clone(), digest.short());
            match outcome {
                Outcome::Wrote | Outcome::Unchanged => {
                    self.outcome.wrote += usize::from(outcome == Outcome::Wrote);
                    state.outputs.get_or_insert_default().insert(path, digest.short());
                }
                Outcome::Kept => {
                    self.outcome.kept.push(file.path.clone());
                    state.kept.insert(path);
                }
                Outcome::Failed(message) => failure = Some(not_written(message)),
            }
        }
        failure.map_or(Ok(digests), Err)
    }
}

impl Workspace {
    /// Removes what a killed build left unfinished, where nobody but the holder of this project writes.
    pub fn sweep(&self) -> anyhow::Result<()> {
        let Folders { root, work, .. } = &self.folders;
        let raws = self.manifest.project.raws.as_ref().map(|raws| root.join(raws));
        let swept =
            [root.clone(), work.clone(), work.join("profiles")].iter().chain(&raws).try_for_each(|f| store::sweep(f));
        swept.and_then(|()| write::sweep(&work.join("stage"))).context("cannot remove what a killed build left")
    }

    /// Publishes files in the order given.
    pub fn publish(&mut self, files: &[OutFile], existing: Existing, observer: &dyn Observer) -> Vec<Outcome> {
        let listed: Vec<(Short, String)> =
            files.iter().map(|file| (Digest::of(&file.bytes).short(), file.path.clone())).collect();
        let (written, ours) = (&mut self.written, &self.ours);
        let mut will_write = |_: &[Digest]| written.add(&listed);
        let mut publisher = Publisher {
            root: &self.folders.root,
            out: &self.manifest.project.out,
            stage: &self.folders.work.join("stage"),
            kept: &self.folders.work.join("kept"),
            existing,
            is_ours: &|digest| ours.contains(&digest.short()),
            will_write: &mut will_write,
            observer,
        };
        let outcomes = publisher.publish(files);
        self.ours.extend(listed.into_iter().map(|(digest, _)| digest));
        for (file, outcome) in files.iter().zip(&outcomes) {
            if matches!(outcome, Outcome::Wrote | Outcome::Unchanged) {
                let stamp = Stamp::of(&self.folders.root.join(&file.path));
                self.index.know(&file.path, stamp, Some(Digest::of(&file.bytes)));
            }
        }
        outcomes
    }

    /// Removes files that are no longer made; says of each what became of it.
    pub fn prune(&mut self, paths: &[String], observer: &dyn Observer) -> Vec<Pruned> {
        let ours = &self.ours;
        let mut publisher = Publisher {
            root: &self.folders.root,
            // Files of an output folder that the manifest no longer names are ours as well.
            out: "",
            stage: &self.folders.work.join("stage"),
            kept: &self.folders.work.join("kept"),
            existing: Existing::Keep,
            is_ours: &|digest| ours.contains(&digest.short()),
            will_write: &mut |_| Ok(()),
            observer,
        };
        let paths: Vec<(String, Option<Digest>)> = paths.iter().map(|path| (path.clone(), None)).collect();
        publisher.prune(&paths)
    }
}

/// A file that the file system refused.
pub fn not_written(message: String) -> Trouble {
    Trouble::new(message, "see to it that folders are plain folders with room and write permission, then build again")
}
