//! The no-op record: what a build looked at, so that the next one with nothing to do parses nothing.

use std::collections::BTreeSet;
use std::path::Path;

use super::{Workspace, versions};
use crate::export;
use crate::plan::{Plan, State, Versions};
use crate::session::{Outcome, Result};
use crate::store::{FOLDER, NoopRecord, Stamp};
use crate::words::asset::GroupId;
use crate::words::digest::{Digest, Encoder};
use crate::words::file_error::{Access, FileResult};

/// The record, as messages name it.
const NOOP: &str = ".dgx-pixels/noop";

impl Workspace {
    /// Removes the no-op record before a build changes anything.
    pub fn remove_noop_record(&self) -> Result<()> {
        let removed = NoopRecord::remove(&self.folders.work, self.profile.as_deref());
        Ok(removed.accessing(Access::Remove, NOOP)?)
    }

    /// Records what this build looked at, so that the next one can skip all work. If any file may still change unseen, no
    /// record is written.
    pub fn record_noop(&mut self, plan: &Plan, state: &State, outcome: &Outcome) -> Result<()> {
        let stamp = |path: String| {
            let stamp = Stamp::of(&self.folders.root.join(&path));
            (path, stamp)
        };
        let read: Vec<(String, Stamp)> = self.read_files().into_iter().map(stamp).collect();
        if read.iter().any(|(_, stamp)| stamp.is_younger_than(self.began)) {
            return Ok(());
        }
        let lock = self.relative(&self.folders.lock(self.profile.as_deref()));
        let made =
            plan.items.values().flat_map(|item| &item.outputs).map(|output| &output.path).chain(&state.lock.shared);
        // Whether committed raws came or went.
        let raws = self.manifest.project.raws.clone();
        let unindexed: BTreeSet<String> = lock.into_iter().chain(raws).collect();
        let made: BTreeSet<String> = made.map(|path| self.in_project(path)).chain(unindexed.clone()).collect();
        let mut stamps: Vec<(String, Stamp)> = made.into_iter().map(stamp).collect();
        for _ in 0..8 {
            if stamps.iter().any(|(_, stamp)| stamp.is_young()) {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
        }
        for (path, stamp) in &mut stamps {
            *stamp = Stamp::of(&self.folders.root.join(&*path));
            self.index.confirm(path, *stamp);
            // What changed since it was published or looked at is for the next build to see.
            if stamp.is_young() || (!unindexed.contains(path) && !self.index.is_known(path, *stamp)) {
                return Ok(());
            }
        }
        stamps.extend(read);
        stamps.sort_by(|a, b| a.0.cmp(&b.0));
        let question = question(self.profile.as_deref());
        let answer = serde_json::to_string(&Answer::of(outcome)).writing(NOOP)?;
        let record = NoopRecord { question, stamps, exit: outcome.exit().into(), answer };
        Ok(record.save(&self.folders.work, self.profile.as_deref()).writing(NOOP)?)
    }

    /// Every file and folder that the answer rests on and that a build does not write, absent ones too.
    pub(in crate::session) fn read_files(&self) -> BTreeSet<String> {
        let mut read: BTreeSet<String> = self.inputs.files.keys().cloned().collect();
        let slots = self.manifest.groups.iter().flat_map(|group| group.slots());
        let workflows = slots.filter_map(|slot| slot.ask.style());
        read.extend(workflows.map(|style| format!("workflows/{}.json", style.workflow)));
        read.extend(self.loaded.files.iter().chain(&self.loaded.folders).filter_map(|path| self.relative(path)));
        if self.profile.is_some() {
            read.extend(self.relative(&self.folders.lock(None)));
        }
        read
    }

    pub(super) fn relative(&self, path: &Path) -> Option<String> {
        let path = path.strip_prefix(&self.folders.root).unwrap_or(path);
        path.to_str().map(str::to_owned)
    }
}

/// What a build is asked: the binary, the profile, and the environment that it reads.
fn question(profile: Option<&str>) -> Digest {
    let mut encoder = Encoder::new("dgx-pixels seal v1");
    encoder.text(env!("CARGO_PKG_VERSION")).text(profile.unwrap_or(""));
    let Versions { process, assembly, motion, image } = versions();
    for version in [process, assembly, motion, image] {
        encoder.uint(version.into());
    }
    for format in export::specs() {
        encoder.text(format.id).uint(format.version.into());
    }
    let mut variables: Vec<(String, String)> =
        std::env::vars().filter(|(name, _)| name.starts_with("DGX_PIXELS_")).collect();
    variables.sort();
    encoder.list(variables.iter(), |e, (name, value)| {
        e.text(name).text(value);
    });
    encoder.finish()
}

/// The outcome of the last build, if nothing that it looked at has changed since; nothing is parsed.
pub fn noop_outcome(root: &Path, profile: Option<&str>) -> Option<Outcome> {
    let work = root.join(FOLDER);
    let (_, answer) = NoopRecord::answer(root, &work, profile, &question(profile))?;
    serde_json::from_str::<Answer>(&answer).ok().map(Answer::outcome)
}

/// What a no-op build reports: counts and marks, and nothing as made.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct Answer {
    /// Groups and tilesets that are up to date.
    pub fresh: usize,
    /// Groups that a gate failed, with the verdict.
    pub gated: Vec<(GroupId, String)>,
    /// Slots whose pick is held.
    pub held: Vec<String>,
    /// Groups that wait for a pick of another.
    pub waiting: Vec<String>,
}

impl Answer {
    fn of(outcome: &Outcome) -> Self {
        Self {
            fresh: outcome.fresh + outcome.made,
            gated: outcome.gated.clone(),
            held: outcome.held.clone(),
            waiting: outcome.waiting.clone(),
        }
    }

    /// The outcome of a no-op build.
    fn outcome(self) -> Outcome {
        Outcome { fresh: self.fresh, gated: self.gated, held: self.held, waiting: self.waiting, ..Outcome::default() }
    }
}
