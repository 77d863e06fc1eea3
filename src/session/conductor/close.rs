//! The end of a build: counts, shared files, pruning, committed raws, lock, journal, index, no-op record.

use super::progress::Progress;
use super::{Site, prune, shared};
use crate::plan::{Plan, State, Step};
use crate::session::options::Missing;
use crate::session::workspace::{JOURNAL, Workspace, user_picked};
use crate::session::{Exit, Outcome, Result};
use crate::words::asset::GroupId;
use crate::words::event::Event;
use crate::words::file_error::{Access, FileResult};

/// Ends a build.
pub(super) fn close(site: &Site, workspace: &mut Workspace, mut progress: Progress) -> Result<Outcome> {
    let may_change = site.options.lock.may_change();
    for (name, diagnostic) in progress.outcome.failed.clone() {
        site.observer.on(&Event::Failed { name, diagnostic });
    }
    if !progress.outcome.interrupted {
        workspace.claim(&progress.before);
        shared::write(site, workspace, &mut progress)?;
        prune::files(site, workspace, &mut progress);
        progress.state.lock.entries.retain(|id, _| site.planner.item(id).is_some());
        if site.options.targets.is_empty() && may_change {
            prune::lines(&progress.plan, &mut progress.state.lock);
        }
    }
    let Progress { plan, state, mut outcome, before, .. } = progress;
    if may_change {
        commit_raws(workspace, &state)?;
        workspace.write_lock(&state.lock)?;
    } else {
        outcome.stale = state.lock != before;
    }
    workspace.journal.clear().accessing(Access::WriteJournal, JOURNAL)?;
    let whole = site.options.targets.is_empty() && site.options.missing == Missing::Fail && may_change;
    if whole && !workspace.one_off && matches!(outcome.exit(), Exit::Success | Exit::Gate) {
        workspace.record_noop(&plan, &state, &outcome)?;
    }
    let changed = outcome.made > 0 || state.lock != before;
    if !workspace.one_off && (changed || workspace.lacks_keys()) {
        // They only give `why` old values; without room for them the build goes on.
        let _ = workspace.store_keys(site.planner, &plan);
    }
    workspace.index.save().writing(".dgx-pixels/index")?;
    Ok(outcome)
}

/// Counts what became of everything that was selected.
pub(super) fn count(progress: &mut Progress) {
    let Progress { plan, state, outcome, selected, .. } = progress;
    for id in selected.iter() {
        let Some(item) = plan.items.get(id) else { continue };
        match &item.step {
            Step::Fail(why) => outcome.failed.push((id.name.clone(), why.clone())),
            Step::Wait if !outcome.interrupted => outcome.waiting.push(id.name.clone()),
            _ => {}
        }
    }
    let fresh = plan.items.values().filter(|item| selected.contains(&item.id) && item.step == Step::Fresh).count();
    outcome.fresh = fresh.saturating_sub(outcome.made);
    outcome.gated = gated(plan, state);
    outcome.held = held(plan);
}

/// Groups whose written files failed a gate and that no user picked.
pub fn gated(plan: &Plan, state: &State) -> Vec<(GroupId, String)> {
    let made = plan.items.keys().filter_map(|id| Some((id, state.lock.entries.get(id)?.made.as_ref()?)));
    let failed = made.filter(|(id, made)| !made.verdict.passes() && !user_picked(state, id));
    failed.map(|(id, made)| (id.clone(), made.verdict.to_string())).collect()
}

/// Slots whose pick a user made for another ask.
pub fn held(plan: &Plan) -> Vec<String> {
    let slots = plan.items.values().flat_map(|item| &item.slots);
    slots.filter(|slot| slot.held).map(|slot| slot.id.to_string()).collect()
}

/// Picked raws go to `raws/`, if the project has it.
fn commit_raws(workspace: &Workspace, state: &State) -> Result<()> {
    for digest in state.lock.picked().iter().filter(|digest| workspace.blobs.lacks_committed(digest)) {
        if let Some(raw) = workspace.blobs.read(digest).accessing(Access::ReadStore, workspace.folders.shown_store())? {
            let folder = workspace.manifest.project.raws.as_deref().unwrap_or_default();
            workspace.blobs.commit(&raw).writing(format!("{folder}/{digest}.png"))?;
        }
    }
    Ok(())
}
