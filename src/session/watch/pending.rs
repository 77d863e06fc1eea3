//! What a build would do now, as the planner says it.

use std::collections::{BTreeMap, BTreeSet};

use super::seen::Seen;
use crate::plan::{ItemPlan, Planner, Step};
use crate::session::check::stale_shared_files;
use crate::session::{BuildOptions, Look, Operation, Options, Result, select};
use crate::words::asset::GroupId;

/// What a build would do: what is left after one is what it could not do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pending {
    /// What is not up to date.
    items: BTreeMap<GroupId, ItemPlan>,
    /// What the lock has and the manifest has no more.
    removed: BTreeSet<GroupId>,
    /// Files made from several assets that are not up to date.
    shared: BTreeSet<String>,
}

impl Pending {
    /// Plans, and notes in `seen` what the plan rests on.
    pub(super) fn look(operation: &Operation, build: &BuildOptions, seen: &mut Seen) -> Result<Self> {
        let (workspace, state) = operation.open(Options::of_build(build), Look::Lock)?;
        seen.add_folders(operation.root, &workspace.loaded.folders);
        seen.add_files(operation.root, workspace.read_files());
        seen.add_files(operation.root, [workspace.folders.lock(workspace.profile.as_deref())]);
        let planner = Planner::new(&workspace.manifest, &workspace.inputs);
        let selected = select(&planner, &build.targets)?;
        let shared = stale_shared_files(&workspace, &planner, &state)?;
        let plan = planner.plan(&state);
        let removed = state.lock.entries.keys().filter(|id| !plan.items.contains_key(*id)).cloned().collect();
        let items = plan.items.into_iter().filter(|(id, item)| selected.contains(id) && has_work(item));
        Ok(Self { items: items.collect(), removed, shared: shared.into_iter().map(|file| file.name).collect() })
    }

    /// Whether there is work that was not there before.
    pub(super) fn adds_to(&self, before: &Self) -> bool {
        self.items.iter().any(|(id, item)| before.items.get(id) != Some(item))
            || !self.removed.is_subset(&before.removed)
            || !self.shared.is_subset(&before.shared)
    }
}

fn has_work(item: &ItemPlan) -> bool {
    item.is_stale_by_slots() || matches!(item.step, Step::Make(_) | Step::Recapture(..) | Step::Fail(_))
}
