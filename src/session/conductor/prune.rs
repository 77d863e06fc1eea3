//! Removing what the manifest no longer makes: files, lines of the lock.

use std::collections::BTreeSet;

use super::Site;
use super::progress::Progress;
use crate::export::write::{Pruned, Wanted};
use crate::plan::{ItemPlan, Plan, Step};
use crate::session::workspace::Workspace;
use crate::words::diagnostic::{Diagnostic, Subject};
use crate::words::digest::Short;
use crate::words::event::Event;
use crate::words::lock::{Entry, Lock, SlotEntry};

/// Removes owned files that the manifest no longer makes.
pub(super) fn files(site: &Site, workspace: &mut Workspace, progress: &mut Progress) {
    let wanted = wanted(workspace, progress);
    let gone = unwanted_beside(workspace, progress, &wanted);
    for (path, pruned) in gone.iter().zip(workspace.prune(&gone, &Wanted::new(wanted), &*site.observer)) {
        match pruned {
            Pruned::Removed => progress.outcome.pruned += 1,
            Pruned::Failed(diagnostic) => progress.fail_file(site, path, diagnostic),
            Pruned::Preserved => {
                let message = "no asset makes it any more, but it was changed after the build wrote it: it stays";
                let diagnostic = Diagnostic::warning("prune-kept", message).about(Subject::File(path.clone()));
                let diagnostic = diagnostic.hint("remove it, or move it out of the output folder");
                site.observer.on(&Event::warned(path, diagnostic));
            }
            Pruned::Absent => {}
        }
    }
}

/// The files that the manifest makes, and those that stay until theirs are made.
fn wanted(workspace: &Workspace, progress: &Progress) -> BTreeSet<String> {
    let Progress { plan, state, .. } = progress;
    let in_project = |path: &String| workspace.in_project(path);
    let mut wanted: BTreeSet<String> =
        plan.items.values().flat_map(|item| &item.outputs).map(|output| in_project(&output.path)).collect();
    wanted.extend(state.lock.shared.iter().map(in_project));
    // What is still to be made keeps its old files until then.
    let unmade = plan.items.values().filter(|item| item.step != Step::Fresh);
    let unmade = unmade.filter_map(|item| state.lock.entries.get(&item.id)?.made.as_ref());
    wanted.extend(unmade.flat_map(|made| made.files.keys()).map(in_project));
    wanted
}

/// Files that exist, that the lock or this checkout's list names, and that the manifest no longer makes.
pub(super) fn unwanted(workspace: &Workspace, progress: &Progress) -> Vec<String> {
    unwanted_beside(workspace, progress, &wanted(workspace, progress))
}

fn unwanted_beside(workspace: &Workspace, progress: &Progress, wanted: &BTreeSet<String>) -> Vec<String> {
    let Progress { state, before, .. } = progress;
    let files = state.lock.files().map(|(path, _)| path).chain(before.shared.iter().map(String::as_str));
    let mut named: BTreeSet<String> = files.map(|path| workspace.in_project(path)).collect();
    named.extend(workspace.owned_files.paths.iter().cloned());
    named.difference(wanted).filter(|path| workspace.folders.root.join(path).exists()).cloned().collect()
}

/// Removes candidates of asks that are neither current, picked nor kept, and slots that no longer exist. A held pick
/// keeps its rivals.
pub(super) fn lines(plan: &Plan, lock: &mut Lock) {
    for (id, item) in &plan.items {
        let Some(entry) = lock.entries.get_mut(id) else { continue };
        let planned: BTreeSet<u32> = item.slots.iter().map(|slot| slot.id.frame.unwrap_or(0)).collect();
        entry.slots.retain(|number, _| planned.contains(number));
        slots(item, entry);
    }
    lock.tidy();
}

fn slots(item: &ItemPlan, entry: &mut Entry) {
    for slot in &item.slots {
        let Some(asks) = slot.keys.as_ref().map(|keys| keys.asks.iter().map(|ask| ask.short()).collect::<Vec<Short>>())
        else {
            continue;
        };
        let Some(own) = entry.slots.get_mut(&slot.id.frame.unwrap_or(0)) else { continue };
        let SlotEntry { pick, rerolls, candidates } = own;
        candidates.retain(|c| {
            let picked = pick.as_ref().is_some_and(|pick| pick.ask == c.ask);
            let kept = rerolls.get(&c.ask).is_some_and(|reroll| reroll.keep.contains(&c.n));
            asks.contains(&c.ask) || picked || kept
        });
    }
}
