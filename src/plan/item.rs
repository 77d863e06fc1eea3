//! One group or tileset: its key, and the next step towards its files.

use std::collections::{BTreeMap, HashMap};

use super::keys::{self, AskKeys, NoKey};
use super::parts;
use super::slots::{self, SlotPlan, Want};
use super::state::State;
use super::{Item, Planner};
use crate::words::ask::Input;
use crate::words::asset::{GroupId, SlotId};
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::{Digest, Short};
use crate::words::lock::{By, Entry, Made, Parts, Pick};
use crate::words::output::{self, Output};
use crate::words::project::{Origin, Slot};

/// The plan of one group or tileset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemPlan {
    /// Its name.
    pub id: GroupId,
    /// Its slots in frame order.
    pub slots: Vec<SlotPlan>,
    /// The sprite key, once every pick that it depends on is known.
    pub key: Option<Digest>,
    /// The key of its files beside their pixels.
    pub export: Digest,
    /// The text of `parts` in the lock.
    pub parts: Parts,
    /// The files it makes, relative to the output folder.
    pub outputs: Vec<Output>,
    /// The next step.
    pub step: Step,
}

/// The next step of a group or tileset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// None: it is up to date.
    Fresh,
    /// Make its sprites and files.
    Make(Reason),
    /// Request lost raws again, with the same seeds, and then make it.
    Recapture(Vec<(SlotId, Want)>, Reason),
    /// It waits for its candidates, or for the pick or sprite of another.
    Wait,
    /// It cannot be made.
    Fail(Diagnostic),
}

/// Why a group or tileset is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It was never made.
    New,
    /// Other raws, another recipe, another base.
    Changed,
    /// Names or options of its files changed.
    Export,
    /// Files are missing or not what the lock says; the lock stays as it is.
    Outputs,
    /// Others need its pixels; its files and the lock stay as they are.
    Needed,
    /// An older process version made it; the lock counts as up to date.
    Outdated,
}

impl ItemPlan {
    /// Whether candidates of its own must be requested, judged or picked.
    pub fn is_stale_by_slots(&self) -> bool {
        self.slots.iter().any(|slot| !slot.requests.is_empty() || !slot.adopt.is_empty() || slot.pick_is_new)
    }

    /// Whether the lock would change.
    pub fn is_stale(&self) -> bool {
        self.is_stale_by_slots()
            || match &self.step {
                Step::Make(reason) | Step::Recapture(_, reason) => {
                    !matches!(reason, Reason::Outputs | Reason::Needed | Reason::Outdated)
                }
                // What it waits for is counted there.
                Step::Wait | Step::Fresh | Step::Fail(_) => false,
            }
    }
}

/// Results that several items need within one pass.
#[derive(Default)]
pub(super) struct Memo {
    slots: HashMap<SlotId, SlotPlan>,
    keys: HashMap<GroupId, Keyed>,
}

/// The sprite key of an item, or what it waits for.
#[derive(Clone)]
enum Keyed {
    /// The key of its files.
    Known {
        current: Digest,
        holds: Holds,
    },
    Waits,
    Fails(Diagnostic),
}

/// Whether the lock's entry was made with the present key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Yes,
    /// An older version made it, and only that version can make it again.
    Older,
    Outdated,
    No,
}

/// Plans one group or tileset.
pub(super) fn plan(planner: &Planner, item: Item, state: &State, memo: &mut Memo) -> ItemPlan {
    let slots = match item {
        Item::Group(group) => group.slots().iter().map(|slot| slot_plan(planner, slot, state, memo)).collect(),
        Item::Tileset(_) => Vec::new(),
    };
    let outputs = match item {
        Item::Group(group) => output::of_group(&planner.manifest.project, group),
        Item::Tileset(tileset) => output::of_tileset(&planner.manifest.project, tileset),
    };
    let paths: Vec<String> = outputs.iter().map(|output| output.path.clone()).collect();
    let timing = if let Item::Group(group) = item { group.timing.as_ref() } else { None };
    let export = keys::export(planner.manifest, &planner.inputs.versions, &paths, timing);
    let parts = parts::of_item(item, &slots, &export);
    let keyed = keyed(planner, item, state, memo);
    let key = if let Keyed::Known { current, .. } = &keyed { Some(*current) } else { None };
    let mut plan = ItemPlan { id: item.id().clone(), slots, key, export, parts, outputs, step: Step::Fresh };
    plan.step = step(planner, item, &plan, &keyed, state);
    plan
}

fn slot_plan(planner: &Planner, slot: &Slot, state: &State, memo: &mut Memo) -> SlotPlan {
    if let Some(plan) = memo.slots.get(&slot.id) {
        return plan.clone();
    }
    let plan = match ask_keys(planner, slot, state, memo) {
        Ok(keys) => slots::plan(slot, keys, state),
        Err(blocked) => *blocked,
    };
    memo.slots.insert(slot.id.clone(), plan.clone());
    plan
}

/// The keys of a slot's ask, or the plan of a slot that has none yet.
fn ask_keys(planner: &Planner, slot: &Slot, state: &State, memo: &mut Memo) -> Result<AskKeys, Box<SlotPlan>> {
    let blocked = |waits, error| Err(Box::new(SlotPlan::blocked(&slot.id, waits, error)));
    let mut raws: BTreeMap<&str, Digest> = BTreeMap::new();
    let mut waits = Vec::new();
    for (role, input) in slot.ask.inputs() {
        let Input::Slot(of) = input else { continue };
        match planner.slot(of).and_then(|of| ready_input(planner, of, state, memo)) {
            Some(pick) => {
                raws.insert(role, pick.raw);
            }
            None => waits.push(of.clone()),
        }
    }
    if !waits.is_empty() {
        return blocked(waits, None);
    }
    let keys = keys::input_digests(&slot.ask, &raws, planner.inputs)
        .and_then(|digests| keys::ask_keys(&slot.ask, &digests, planner.inputs));
    match keys {
        Ok(keys) => Ok(keys),
        Err(NoKey::File(why)) => blocked(Vec::new(), Some(why)),
        Err(NoKey::Workflow(error)) => {
            blocked(Vec::new(), Some(Diagnostic::error("workflow", error.to_string()).hint(error.hint())))
        }
    }
}

/// The pick of a slot, once dependents may use it: a user's, or one that passes, at its capture or under the present
/// gates.
fn ready_input(planner: &Planner, slot: &Slot, state: &State, memo: &mut Memo) -> Option<Pick> {
    let plan = slot_plan(planner, slot, state, memo);
    let pick = plan.pick?;
    let line = state.lock.slot(&plan.id)?.candidates.iter().find(|c| c.ask == pick.ask && c.n == pick.n);
    if pick.by == By::User || line.is_some_and(|line| line.verdict.passes()) {
        return Some(pick);
    }
    let made = state.lock.entries.get(&plan.id.group)?.made.as_ref()?;
    let Keyed::Known { current, .. } = keyed(planner, planner.item(&plan.id.group)?, state, memo) else { return None };
    (made.sprite == current && made.verdict.passes()).then_some(pick)
}

fn keyed(planner: &Planner, item: Item, state: &State, memo: &mut Memo) -> Keyed {
    if let Some(keyed) = memo.keys.get(item.id()) {
        return keyed.clone();
    }
    let keyed = compute_key(planner, item, state, memo);
    memo.keys.insert(item.id().clone(), keyed.clone());
    keyed
}

fn compute_key(planner: &Planner, item: Item, state: &State, memo: &mut Memo) -> Keyed {
    if let Some(error) = state.broken.get(item.id()) {
        return Keyed::Fails(error.clone());
    }
    let mut bases = Vec::new();
    for of in item.made_from() {
        match planner.item(of).map(|of| keyed(planner, of, state, memo)) {
            Some(Keyed::Known { current, .. }) => bases.push(current),
            Some(Keyed::Fails(_)) => {
                let message = format!("`{of}`, which it is made from, failed");
                return Keyed::Fails(Diagnostic::error("base-failed", message));
            }
            _ => return Keyed::Waits,
        }
    }
    let made = state.lock.entries.get(item.id()).and_then(|entry| entry.made.as_ref());
    let versions = &planner.inputs.versions;
    match item {
        Item::Tileset(tileset) => match bases.split_first() {
            Some((of, over)) => known(
                versions.assembly,
                made,
                || state.remake,
                |version| keys::tileset(version, tileset, of, over.first()),
            ),
            None => Keyed::Waits,
        },
        Item::Group(group) => match (&group.origin, bases.first()) {
            (Origin::Mirror(_), Some(of)) => known(versions.process, made, || false, |_| keys::mirror(of)),
            (Origin::Mirror(_), None) => Keyed::Waits,
            (Origin::Slots(slots), base) => match raws(planner, slots, state, memo) {
                Ok(raws) => {
                    let remake = || state.remake && planner.all_raws_are_available(&group.id, state);
                    known(versions.process, made, remake, |version| keys::sprite(version, &group.recipe, &raws, base))
                }
                Err(keyed) => keyed,
            },
        },
    }
}

/// The key under the present version; what an older version made is up to date, too, unless it can be made again.
fn known(version: u32, made: Option<&Made>, remake: impl Fn() -> bool, key: impl Fn(u32) -> Digest) -> Keyed {
    let current = key(version);
    let older =
        made.filter(|made| made.sprite != current && made.process < version && made.sprite == key(made.process));
    match older {
        Some(older) if !remake() => Keyed::Known { current: older.sprite, holds: Holds::Older },
        Some(_) => Keyed::Known { current, holds: Holds::Outdated },
        None if made.is_some_and(|made| made.sprite == current) => Keyed::Known { current, holds: Holds::Yes },
        None => Keyed::Known { current, holds: Holds::No },
    }
}

fn raws(planner: &Planner, slots: &[Slot], state: &State, memo: &mut Memo) -> Result<Vec<Digest>, Keyed> {
    let mut raws = Vec::new();
    let mut waits = false;
    for slot in slots {
        let plan = slot_plan(planner, slot, state, memo);
        match (plan.pick, plan.error) {
            (Some(pick), _) => raws.push(pick.raw),
            (None, Some(error)) => return Err(Keyed::Fails(error)),
            (None, None) => waits = true,
        }
    }
    if waits { Err(Keyed::Waits) } else { Ok(raws) }
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
/// are made from it.
fn has_no_output(planner: &Planner, item: Item, state: &State) -> bool {
    let Some(found) = &state.outputs else { return false };
    let planned = match item {
        Item::Group(group) => output::of_group(&planner.manifest.project, group),
        Item::Tileset(tileset) => output::of_tileset(&planner.manifest.project, tileset),
    };
    let made = state.lock.entries.get(item.id()).and_then(|entry| entry.made.as_ref());
    let before = made.iter().flat_map(|made| made.files.keys());
    let all: Vec<&String> = planned.iter().map(|output| &output.path).chain(before).collect();
    if !all.is_empty() {
        return all.iter().all(|path| !found.contains_key(*path));
    }
    let dependents = planner.dependents.get(item.id()).into_iter().flatten();
    dependents.filter_map(|id| planner.item(id)).all(|dependent| has_no_output(planner, dependent, state))
}

fn made_by_older(id: &GroupId) -> Diagnostic {
    let message =
        format!("an older version of the restoration made `{id}`, and this one cannot make the same files again");
    Diagnostic::error("older-version", message)
        .hint("bring its raw and build without `--locked`, or take the files back from version control")
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
