//! The end of a build: counts, shared files, pruning, committed raws, lock, journal, index, no-op record.

use super::progress::Progress;
use super::{Site, prune, shared};
use crate::plain_file::FETCH;
use crate::plan::{ItemPlan, Plan, State, Step};
use crate::session::options::Missing;
use crate::session::workspace::{Workspace, user_picked};
use crate::session::{Exit, Outcome, Result};
use crate::words::asset::GroupId;
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::Digest;
use crate::words::event::Event;
use crate::words::file_error::{Access, FileResult};
use crate::words::lock::SlotEntry;

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
    let mut complete = true;
    if may_change {
        complete = commit_raws(site, workspace, &state)?;
        workspace.write_lock(&state.lock)?;
    } else {
        outcome.stale = state.lock != before || workspace.rebuilt.is_some();
    }
    workspace.clear_journal()?;
    let whole = site.options.targets.is_empty() && site.options.missing == Missing::Fail && may_change;
    let whole = whole && outcome.withheld == 0;
    if whole && complete && !workspace.one_off && matches!(outcome.exit(), Exit::Success | Exit::Gate) {
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
pub(super) fn count(site: &Site, progress: &mut Progress) {
    let Progress { plan, state, outcome, selected, .. } = progress;
    for id in selected.iter() {
        let Some(item) = plan.items.get(id) else { continue };
        let withheld = withheld(site, item);
        outcome.withheld += withheld;
        match &item.step {
            Step::Wait if withheld > 0 => {}
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

/// Images of an item that were not requested because a server would have to generate them.
fn withheld(site: &Site, item: &ItemPlan) -> usize {
    let slots = item.slots.iter().filter(|slot| site.withholds(&slot.id));
    let again = match &item.step {
        Step::Recapture(wants, _) => wants.iter().filter(|(slot, _)| site.withholds(slot)).count(),
        _ => 0,
    };
    slots.map(|slot| slot.requests.len()).sum::<usize>() + again
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

/// Picked raws go to `raws/`, if the project has it; returns whether it has all of them then.
fn commit_raws(site: &Site, workspace: &Workspace, state: &State) -> Result<bool> {
    let folder = workspace.manifest.project.raws.as_deref().unwrap_or_default();
    let mut missing = Vec::new();
    for digest in state.lock.picked().iter().filter(|digest| workspace.blobs.lacks_committed(digest)) {
        match workspace.blobs.read(digest).accessing(Access::ReadStore, workspace.folders.shown_store())? {
            Some(raw) => workspace.blobs.commit(&raw).writing(format!("{folder}/{digest}.png"))?,
            None => missing.push(*digest),
        }
    }
    if missing.is_empty() {
        return Ok(true);
    }
    site.observer.on(&Event::warned("", incomplete(site, folder, &missing, state)));
    Ok(false)
}

fn incomplete(site: &Site, folder: &str, missing: &[Digest], state: &State) -> Diagnostic {
    const SHOWN: usize = 8;
    let is_missing = |slot: &SlotEntry| slot.pick.as_ref().is_some_and(|pick| missing.contains(&pick.raw));
    let entries = state.lock.entries.iter().filter(|(_, entry)| entry.slots.values().any(is_missing));
    let mut names: Vec<String> = entries.map(|(id, _)| format!("`{}`", id.name)).collect();
    let more = names.len().saturating_sub(SHOWN);
    names.truncate(SHOWN);
    names.extend((more > 0).then(|| format!("{more} more")));
    let pointers = missing.iter().any(|raw| state.pointers.contains(raw));
    let exact =
        |id: &GroupId| site.planner.group(id).is_some_and(|group| group.slots().iter().all(|s| s.ask.is_exact()));
    let entries = state.lock.entries.iter().filter(|(_, entry)| entry.slots.values().any(is_missing));
    let all_exact = entries.map(|(id, _)| id).all(exact);
    let (why, hint) = match (pointers, all_exact) {
        (true, _) => ("are pointers of Git LFS", FETCH),
        (false, true) => ("were damaged, and this machine has no whole copy", "build again: they are made again"),
        (false, false) => (
            "are missing or damaged, and this machine has no whole copy",
            "bring them with `dgx-pixels cache import FILE` or version control, or make new ones with `dgx-pixels reroll`",
        ),
    };
    let message = format!("picked raws in `{folder}/` {why}: {}", names.join(", "));
    Diagnostic::warning("raws-incomplete", message).hint(hint)
}
