//! Planning one group or tileset: the next step towards its files, and why.

use std::collections::BTreeSet;

use super::item::{ItemPlan, Reason, Step};
use super::keyed::{Holds, Keyed, Memo, keyed, slot_plan};
use super::slots::{SlotPlan, Want};
use super::state::State;
use super::{Item, Planner, keys, parts};
use crate::plain_file::{FETCH, Refused};
use crate::words::asset::{GroupId, SlotId};
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::Short;
use crate::words::lock::{By, Entry, Pick};
use crate::words::output;
use crate::words::project::Slot;

/// Plans one group or tileset.
pub(super) fn plan(planner: &Planner, item: Item, state: &State, memo: &mut Memo<'_>) -> ItemPlan {
    let slots = match item {
        Item::Group(group) => group.slots().iter().map(|slot| slot_plan(planner, slot, state, memo)).collect(),
        Item::Tileset(_) => Vec::new(),
    };
    let outputs = match item {
        Item::Group(group) => output::of_group(&planner.manifest.project, group),
        Item::Tileset(tileset) => output::of_tileset(&planner.manifest.project, tileset),
    };
    let paths: Vec<String> = outputs.iter().map(|output| output.path.clone()).collect();
    let export = keys::export(planner.manifest, &planner.inputs.versions, &paths, item.sheet(), item.timing());
    let parts = parts::of_item(item, &slots, &export);
    let keyed = keyed(planner, item, state, memo);
    let key = if let Keyed::Known { current, .. } = &keyed { Some(*current) } else { None };
    let mut plan = ItemPlan { id: item.id().clone(), slots, key, export, parts, outputs, step: Step::Fresh };
    plan.step = step(planner, item, &plan, &keyed, state);
    plan
}

fn step(planner: &Planner, item: Item, plan: &ItemPlan, keyed: &Keyed, state: &State) -> Step {
    let (key, holds) = match keyed {
        Keyed::Waits => return Step::Wait,
        Keyed::Fails(error) => return Step::Fail(error.clone()),
        Keyed::Known { current, holds } => (current, *holds),
    };
    let entry = state.lock.entries.get(&plan.id);
    let Some(reason) = reason(item, plan, holds, entry, state) else { return Step::Fresh };
    if holds == Holds::Older && !state.sprites.contains(key) {
        return Step::Fail(made_by_older(&plan.id));
    }
    let Item::Group(group) = item else { return Step::Make(reason) };
    let gone: Vec<(&Slot, &SlotPlan, &Pick)> = group
        .slots()
        .iter()
        .zip(&plan.slots)
        .filter_map(|(slot, plan)| plan.pick.as_ref().map(|pick| (slot, plan, pick)))
        .filter(|(_, _, pick)| !state.raws.contains(&pick.raw))
        .collect();
    if gone.is_empty() || (state.sprites.contains(key) && !state.wanted.contains(&plan.id)) {
        return Step::Make(reason);
    }
    let pointers = gone.iter().find(|(slot, _, pick)| state.pointers.contains(&pick.raw) && !slot.ask.is_exact());
    if let Some((_, _, pick)) = pointers {
        return Step::Fail(not_fetched(pick));
    }
    let no_output = state.recapture || has_no_output(planner, item, state);
    let wants: Option<Vec<_>> =
        gone.iter().map(|(slot, plan, pick)| again(slot, plan, pick, no_output, state)).collect();
    match wants {
        Some(wants) => match wants.iter().find_map(|(_, want)| state.failed.get(&want.request)) {
            Some(error) => Step::Fail(error.clone()),
            None => Step::Recapture(wants, reason),
        },
        None => Step::Fail(lost(&gone)),
    }
}

fn reason(item: Item, plan: &ItemPlan, holds: Holds, entry: Option<&Entry>, state: &State) -> Option<Reason> {
    let Some(entry) = entry.filter(|entry| entry.made.is_some()) else { return Some(Reason::New) };
    let before = entry.made.as_ref()?;
    match holds {
        Holds::No => return Some(Reason::Changed),
        Holds::Outdated => return Some(Reason::Outdated),
        Holds::Yes | Holds::Older => {}
    }
    let names_differ =
        before.files.len() != plan.outputs.len() || plan.outputs.iter().any(|o| !before.files.contains_key(&o.path));
    if names_differ || entry.parts.get("export") != plan.parts.get("export") {
        return Some(Reason::Export);
    }
    // Only the lock decides what is stale; the index of this checkout decides what is written again.
    if state.outputs.is_some() && state.exported.get(item.id()).is_some_and(|export| *export != plan.export) {
        return Some(Reason::Outputs);
    }
    if let Some(outputs) = &state.outputs {
        let differs =
            |(path, digest): (&String, &Short)| outputs.get(path) != Some(digest) && !state.preserved.contains(path);
        if before.files.iter().any(differs) {
            return Some(Reason::Outputs);
        }
    }
    let needed = state.needed.contains(&plan.id) && plan.key.is_some_and(|key| !state.sprites.contains(&key));
    let raw_gone = |slot: &SlotPlan| slot.pick.as_ref().is_some_and(|pick| !state.raws.contains(&pick.raw));
    if needed || (state.wanted.contains(&plan.id) && plan.slots.iter().any(raw_gone)) {
        return Some(Reason::Needed);
    }
    None
}

/// The request that recovers a lost raw: of a backend that reproduces pixels, or of a server if no user picked it and
/// its output is lost, too.
fn again(slot: &Slot, plan: &SlotPlan, pick: &Pick, no_output: bool, state: &State) -> Option<(SlotId, Want)> {
    let ask = *plan.keys.as_ref()?.asks.iter().find(|ask| ask.short() == pick.ask)?;
    let line = state.lock.slot(&slot.id)?.candidates.iter().find(|c| c.ask == pick.ask && c.n == pick.n)?;
    let exact = slot.ask.is_exact();
    (exact || (pick.by == By::Gates && no_output)).then(|| (slot.id.clone(), Want::new(ask, pick.n, line.seed)))
}

/// Whether none of the files of an item is there, whatever their names were; for one that writes none, of those that
/// depend on it.
fn has_no_output(planner: &Planner, item: Item, state: &State) -> bool {
    let Some(found) = &state.outputs else { return false };
    let (mut seen, mut open) = (BTreeSet::new(), vec![item]);
    while let Some(item) = open.pop() {
        if !seen.insert(item.id()) {
            continue;
        }
        let planned = match item {
            Item::Group(group) => output::of_group(&planner.manifest.project, group),
            Item::Tileset(tileset) => output::of_tileset(&planner.manifest.project, tileset),
        };
        let made = state.lock.entries.get(item.id()).and_then(|entry| entry.made.as_ref());
        let before = made.iter().flat_map(|made| made.files.keys());
        let all: Vec<&String> = planned.iter().map(|output| &output.path).chain(before).collect();
        if all.iter().any(|path| found.contains_key(*path)) {
            return false;
        }
        if all.is_empty() {
            let dependents = planner.dependents.get(item.id()).into_iter().flatten();
            open.extend(dependents.filter_map(|id| planner.item(id)));
        }
    }
    true
}

fn made_by_older(id: &GroupId) -> Diagnostic {
    let message =
        format!("an older version of the restoration made `{id}`, and this one cannot make the same files again");
    Diagnostic::error("older-version", message)
        .hint("bring its raw and build without `--locked`, or take the files back from version control")
}

fn not_fetched(pick: &Pick) -> Diagnostic {
    let message =
        format!("its raw `{}.png` in `raws/` is a Git LFS pointer, its content is not on this machine", pick.raw);
    Diagnostic::error(Refused::LfsPointer.code(), message).hint(FETCH)
}

fn lost(gone: &[(&Slot, &SlotPlan, &Pick)]) -> Diagnostic {
    let raws: Vec<String> =
        gone.iter().map(|(slot, _, pick)| format!("`{}` ({:.12})", slot.id, pick.raw.to_string())).collect();
    let message = format!("the raw of {} is needed and is not on this machine", raws.join(", "));
    Diagnostic::error("raw-lost", message).hint(if gone.iter().all(|(_, _, pick)| pick.by == By::Gates) {
        "bring it with `dgx-pixels cache import FILE` or the folder `raws/`, or ask again with `build --recapture`"
    } else {
        "bring it with `dgx-pixels cache import FILE` or the folder `raws/`, or choose anew with `dgx-pixels reroll`"
    })
}
