//! The sprite key of an item, from the picks of its slots and the keys of what it is made from.

use std::collections::{BTreeMap, HashMap};

use super::keys::{self, AskKeys};
use super::slots::{self, SlotPlan};
use super::state::State;
use super::{Item, Plan, Planner};
use crate::words::ask::Input;
use crate::words::asset::{GroupId, SlotId};
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::Digest;
use crate::words::lock::{By, Made, Pick};
use crate::words::project::{Origin, Slot};

/// Results that several items need within one pass.
#[derive(Default)]
pub(super) struct Memo<'p> {
    slots: HashMap<SlotId, SlotPlan>,
    keys: HashMap<GroupId, Keyed>,
    /// The plan of the items that are not planned again.
    before: Option<&'p Plan>,
}

impl<'p> Memo<'p> {
    /// For planning again what changed since that plan, each item after what it depends on.
    pub(super) fn after(plan: &'p Plan) -> Self {
        Self { before: Some(plan), ..Self::default() }
    }

    /// The plan of a slot that another one takes as an input.
    fn input(&self, id: &SlotId) -> Option<&SlotPlan> {
        let before = || self.before?.items.get(&id.group)?.slots.iter().find(|slot| slot.id == *id);
        self.slots.get(id).or_else(before)
    }
}

/// The sprite key of an item, or what it waits for.
#[derive(Clone)]
pub(super) enum Keyed {
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
pub(super) enum Holds {
    Yes,
    /// An older version made it, and only that version can make it again.
    Older,
    Outdated,
    No,
}

/// The plan of a slot, made once.
pub(super) fn slot_plan(planner: &Planner, slot: &Slot, state: &State, memo: &mut Memo<'_>) -> SlotPlan {
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
fn ask_keys(planner: &Planner, slot: &Slot, state: &State, memo: &mut Memo<'_>) -> Result<AskKeys, Box<SlotPlan>> {
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
    keys.or_else(|why| blocked(Vec::new(), Some(why)))
}

/// The pick of a slot, once dependents may use it: a user's, or one that passes, at its capture or under the present
/// gates.
fn ready_input(planner: &Planner, slot: &Slot, state: &State, memo: &mut Memo<'_>) -> Option<Pick> {
    let known = memo.input(&slot.id).map(|plan| plan.pick.clone());
    let pick = known.unwrap_or_else(|| slot_plan(planner, slot, state, memo).pick)?;
    let line = state.lock.slot(&slot.id)?.candidates.iter().find(|c| c.ask == pick.ask && c.n == pick.n);
    if pick.by == By::User || line.is_some_and(|line| line.verdict.passes()) {
        return Some(pick);
    }
    let made = state.lock.entries.get(&slot.id.group)?.made.as_ref()?;
    let Keyed::Known { current, .. } = keyed(planner, planner.item(&slot.id.group)?, state, memo) else { return None };
    (made.sprite == current && made.verdict.passes()).then_some(pick)
}

/// The key of an item, computed once.
pub(super) fn keyed(planner: &Planner, item: Item, state: &State, memo: &mut Memo<'_>) -> Keyed {
    if let Some(keyed) = memo.keys.get(item.id()) {
        return keyed.clone();
    }
    let keyed = compute_key(planner, item, state, memo);
    memo.keys.insert(item.id().clone(), keyed.clone());
    keyed
}

fn compute_key(planner: &Planner, item: Item, state: &State, memo: &mut Memo<'_>) -> Keyed {
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
            Some((of, others)) => known(
                versions.assembly + tileset.layout.revision(),
                made,
                || state.remake,
                |version| keys::tileset(version, tileset, of, others),
            ),
            None => Keyed::Waits,
        },
        Item::Group(group) => match (&group.origin, bases.first()) {
            (Origin::Mirror(_), Some(of)) => known(versions.process, made, || false, |_| keys::mirror(of)),
            (Origin::Recolor(_, colors), Some(of)) => {
                known(versions.process, made, || false, |_| keys::recolor(of, colors))
            }
            (Origin::Part(_, number), Some(of)) => {
                known(versions.process, made, || false, |_| keys::part_of(of, *number))
            }
            (Origin::Still(_, motion), Some(of)) => match keys::masks(motion, planner.inputs) {
                Ok(masks) => {
                    let key = || keys::still(versions.motion, of, motion, &masks, &group.recipe);
                    known(versions.process, made, || false, |_| key())
                }
                Err(why) => Keyed::Fails(why),
            },
            (Origin::Mirror(_) | Origin::Recolor(..) | Origin::Part(..) | Origin::Still(..), None) => Keyed::Waits,
            (Origin::Slots(slots), base) => match raws(planner, slots, state, memo) {
                Ok(raws) => {
                    let remake = || state.remake && planner.all_raws_are_available(&group.id, state);
                    known(versions.process, made, remake, |version| keys::group(version, group, &raws, base))
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

fn raws(planner: &Planner, slots: &[Slot], state: &State, memo: &mut Memo<'_>) -> Result<Vec<Digest>, Keyed> {
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
