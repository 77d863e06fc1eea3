//! `pick`, `unpick` and `reroll`: a user's decisions, written into the lock and nowhere else.

use serde::Serialize;

use super::{Error, Look, Operation, Options, Result, Workspace, select};
use crate::plan::{Planner, SlotPlan, State};
use crate::words::asset::SlotId;
use crate::words::digest::{Digest, Short};
use crate::words::lock::{self, By, SlotEntry};
use crate::words::suggest::list;

/// What [`pick`] chose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Picked {
    /// The slot.
    pub slot: SlotId,
    /// The candidate's number.
    pub n: u32,
    /// The candidate's raw.
    pub raw: Digest,
}

/// What [`unpick`] did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unpicked {
    /// The slots that the name means.
    pub slots: Vec<UnpickedSlot>,
}

/// One slot of [`Unpicked`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnpickedSlot {
    /// The slot.
    pub slot: SlotId,
    /// Whether it had a user's pick.
    pub released: bool,
}

/// What [`reroll`] did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rerolled {
    /// The slots that the name means.
    pub slots: Vec<RerolledSlot>,
}

/// One slot of [`Rerolled`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RerolledSlot {
    /// The slot.
    pub slot: SlotId,
    /// The number of the first new candidate; nothing if only a held pick was released.
    pub first: Option<u32>,
}

/// Chooses candidate `n` of the only slot that `name` means.
///
/// # Errors
/// `unknown-target`, `not-generated`, `ambiguous-slot`, `unknown-candidate`.
pub fn pick(operation: &Operation, name: &str, n: u32) -> Result<Picked> {
    let _lock = operation.lock("pick")?;
    let Named { mut workspace, mut state, slots, .. } = named(operation, name)?;
    let [planned] = slots.as_slice() else {
        let names: Vec<String> = slots.iter().map(|slot| slot.id.to_string()).collect();
        let message = format!("`{name}` has several slots");
        return Err(Error::usage("ambiguous-slot", message, format!("name one: {}", list(&names))));
    };
    let asks = asks(planned);
    let entry = state.lock.slot_mut(&planned.id);
    let found = entry.candidates.iter().filter(|c| c.n == n).max_by_key(|c| asks.contains(&c.ask));
    let Some(candidate) = found else { return Err(unknown_candidate(planned, entry, n)) };
    let picked = Picked { slot: planned.id.clone(), n, raw: candidate.raw };
    entry.pick = Some(lock::Pick { ask: candidate.ask, n, raw: candidate.raw, by: By::User });
    workspace.write_lock(&state.lock)?;
    Ok(picked)
}

/// Releases the user's picks of every slot that `name` means.
///
/// # Errors
/// `unknown-target`, `not-generated`.
pub fn unpick(operation: &Operation, name: &str) -> Result<Unpicked> {
    let _lock = operation.lock("unpick")?;
    let Named { mut workspace, mut state, slots, .. } = named(operation, name)?;
    let mut release = |slot: &SlotPlan| {
        let entry = state.lock.slot_mut(&slot.id);
        let released = entry.pick.take_if(|pick| pick.by == By::User).is_some();
        UnpickedSlot { slot: slot.id.clone(), released }
    };
    let slots = slots.iter().map(&mut release).collect();
    workspace.write_lock(&state.lock)?;
    Ok(Unpicked { slots })
}

/// Drops the candidates of the current prompt and style, except the numbers in `keep`; the next build generates new
/// ones. A held pick is only released.
///
/// # Errors
/// `unknown-target`, `not-generated`, `not-ready`, `unknown-candidate`.
pub fn reroll(operation: &Operation, name: &str, keep: &[u32]) -> Result<Rerolled> {
    let _lock = operation.lock("reroll")?;
    let Named { mut workspace, mut state, slots, files } = named(operation, name)?;
    if files {
        return Err(Error::usage(
            "not-generated",
            format!("`{name}` is made of files, which are not generated"),
            "add files that its `source` names, or choose among them with `dgx-pixels pick`",
        ));
    }
    let slots =
        slots.iter().map(|slot| reroll_slot(slot, state.lock.slot_mut(&slot.id), keep)).collect::<Result<_>>()?;
    workspace.write_lock(&state.lock)?;
    Ok(Rerolled { slots })
}

fn reroll_slot(planned: &SlotPlan, entry: &mut SlotEntry, keep: &[u32]) -> Result<RerolledSlot> {
    if planned.keys.is_none() {
        return Err(Error::usage(
            "not-ready",
            format!("`{}` cannot be generated yet", planned.id),
            "pick for what it waits for, or correct its inputs (`dgx-pixels plan` names them), then build first",
        ));
    }
    entry.pick = None;
    let slot = planned.id.clone();
    let asks = asks(planned);
    let Some(ask) = asks.first().filter(|_| !planned.held) else { return Ok(RerolledSlot { slot, first: None }) };
    let highest = entry.candidates.iter().filter(|c| asks.contains(&c.ask)).map(|c| c.n).max().unwrap_or(0);
    let is_known = |n: u32| entry.candidates.iter().any(|c| c.n == n && c.ask == *ask);
    let unknown: Vec<String> = keep.iter().filter(|n| !is_known(**n)).map(u32::to_string).collect();
    if !unknown.is_empty() {
        let numbers = unknown.join(", ");
        let message = format!("`{slot}` has no candidate {numbers} for its current prompt and style");
        let hint = format!("its candidates go up to {highest}; leave `--keep` out to keep none");
        return Err(Error::usage("unknown-candidate", message, hint));
    }
    let mut keep = keep.to_vec();
    keep.sort_unstable();
    keep.dedup();
    // What was dropped before stays dropped, even if its lines went with another prompt in between.
    let first = entry.first(*ask).max(highest + 1);
    entry.rerolls.insert(*ask, lock::Reroll { first, keep });
    Ok(RerolledSlot { slot, first: Some(first) })
}

/// An open project and the slots that a name means.
struct Named {
    workspace: Workspace,
    state: State,
    /// At least one.
    slots: Vec<SlotPlan>,
    /// All of them are files.
    files: bool,
}

/// `knight-walk` means all its slots, `knight-walk@e` all frames of that one, `knight-walk@e#3` one frame.
fn named(operation: &Operation, name: &str) -> Result<Named> {
    let (workspace, state) = operation.open(Options::default(), Look::Lock)?;
    let planner = Planner::new(&workspace.manifest, &workspace.inputs);
    let is_named = |id: &SlotId| id.to_string() == name || id.group.name == name || id.group.asset() == name;
    let slots = planner.plan(&state).items.into_values().flat_map(|item| item.slots);
    let slots: Vec<SlotPlan> = slots.filter(|slot| is_named(&slot.id)).collect();
    if slots.is_empty() {
        select(&planner, &[name.to_owned()])?;
        return Err(Error::usage(
            "not-generated",
            format!("`{name}` has no candidates of its own"),
            "name a sprite, a texture or an animation that is generated",
        ));
    }
    let is_file = |slot: &SlotPlan| planner.slot(&slot.id).is_some_and(|slot| slot.ask.sources().is_some());
    let files = slots.iter().all(is_file);
    Ok(Named { workspace, state, slots, files })
}

fn asks(planned: &SlotPlan) -> Vec<Short> {
    planned.keys.iter().flat_map(|keys| &keys.asks).map(Digest::short).collect()
}

fn unknown_candidate(planned: &SlotPlan, entry: &SlotEntry, n: u32) -> Error {
    let numbers: Vec<String> = entry.candidates.iter().map(|c| c.n.to_string()).collect();
    let available = match numbers.as_slice() {
        [] => "none was captured yet".to_owned(),
        numbers => format!("there are {}", numbers.join(", ")),
    };
    Error::usage(
        "unknown-candidate",
        format!("`{}` has no candidate {n}: {available}", planned.id),
        "more come with `candidates = N` in the manifest, or `dgx-pixels reroll`",
    )
}
