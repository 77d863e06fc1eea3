//! `pick`, `unpick`, `keep` and `reroll`: a user's decisions, written into the lock and nowhere else.

use std::collections::BTreeSet;

use serde::Serialize;

use super::select::{means_several, slots};
use super::{Error, Look, Operation, Options, Result, Workspace};
use crate::plan::{Planner, SlotPlan, State};
use crate::words::asset::SlotId;
use crate::words::digest::{Digest, Short};
use crate::words::lock::{self, By, SlotEntry};
use crate::words::suggest::list;

/// What [`pick`] chose for one slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Picked {
    /// The slot.
    pub slot: SlotId,
    /// The candidate's number.
    pub n: u32,
    /// The candidate's raw.
    pub raw: Digest,
}

/// What [`unpick`] did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Unpicked {
    /// The slots that the target means.
    pub slots: Vec<UnpickedSlot>,
}

/// One slot of [`Unpicked`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct UnpickedSlot {
    /// The slot.
    pub slot: SlotId,
    /// Whether it had a user's pick.
    pub released: bool,
}

/// What [`keep`] did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Kept {
    /// The slots that the target means.
    pub slots: Vec<KeptSlot>,
}

/// One slot of [`Kept`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct KeptSlot {
    /// The slot.
    pub slot: SlotId,
    /// The numbers of all candidates that no reroll drops.
    pub keep: Vec<u32>,
}

/// What [`reroll`] did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Rerolled {
    /// The slots that the target means.
    pub slots: Vec<RerolledSlot>,
}

/// One slot of [`Rerolled`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct RerolledSlot {
    /// The slot.
    pub slot: SlotId,
    /// The number of the first new candidate; nothing if only a held pick was released.
    pub first: Option<u32>,
}

/// Chooses candidate `n` of the only slot that `target` means, or of every slot that a glob or a tag means: of all of
/// them, or of none.
///
/// # Errors
/// `unknown-target`, `not-generated`, `ambiguous-slot`, `unknown-candidate`.
pub fn pick(operation: &Operation, target: &str, n: u32) -> Result<Vec<Picked>> {
    pick_if(operation, target, n, None)
}

/// As [`pick`], for a caller that saw pick number `seen` before, or 0 for none: if another one was picked since,
/// nothing changes.
///
/// # Errors
/// As of [`pick`]; `changed-since`.
pub fn pick_if(operation: &Operation, target: &str, n: u32, seen: Option<u32>) -> Result<Vec<Picked>> {
    let _lock = operation.lock("pick")?;
    let Named { mut workspace, mut state, slots, .. } = named(operation, target)?;
    if slots.len() > 1 && !means_several(target) {
        let names: Vec<String> = slots.iter().map(|slot| slot.id.to_string()).collect();
        let message = format!("`{target}` has several slots");
        let hint = format!("name one: {}; or all of them with a glob, such as `{target}*`", list(&names));
        return Err(Error::usage("ambiguous-slot", message, hint));
    }
    for slot in slots.iter().filter(|_| seen.is_some()) {
        let now = state.lock.slot(&slot.id).and_then(|entry| entry.pick.as_ref()).map_or(0, |pick| pick.n);
        if seen != Some(now) && now != n {
            let message = match now {
                0 => format!("`{}` has no pick any more", slot.id),
                now => format!("`{}` has candidate {now} as its pick now", slot.id),
            };
            return Err(Error::usage(
                "changed-since",
                message,
                "another decision came in between: look, and pick again",
            ));
        }
    }
    let picked = slots.iter().map(|slot| pick_slot(slot, state.lock.slot_mut(&slot.id), n)).collect::<Result<_>>()?;
    workspace.write_lock(&state.lock)?;
    Ok(picked)
}

fn pick_slot(planned: &SlotPlan, entry: &mut SlotEntry, n: u32) -> Result<Picked> {
    let asks = asks(planned);
    let found = entry.candidates.iter().filter(|c| c.n == n).max_by_key(|c| asks.contains(&c.ask));
    let Some(candidate) = found else { return Err(unknown_candidate(planned, entry, n)) };
    let picked = Picked { slot: planned.id.clone(), n, raw: candidate.raw };
    entry.pick = Some(lock::Pick { ask: candidate.ask, n, raw: candidate.raw, by: By::User });
    Ok(picked)
}

/// Releases the user's picks of every slot that `target` means.
///
/// # Errors
/// `unknown-target`, `not-generated`.
pub fn unpick(operation: &Operation, target: &str) -> Result<Unpicked> {
    let _lock = operation.lock("unpick")?;
    let Named { mut workspace, mut state, slots, .. } = named(operation, target)?;
    let mut release = |slot: &SlotPlan| {
        let entry = state.lock.slot_mut(&slot.id);
        let released = entry.pick.take_if(|pick| pick.by == By::User).is_some();
        UnpickedSlot { slot: slot.id.clone(), released }
    };
    let slots = slots.iter().map(&mut release).collect();
    workspace.write_lock(&state.lock)?;
    Ok(Unpicked { slots })
}

/// Marks candidates of the current prompt and style, so that no `reroll` drops them; an empty list removes all marks.
///
/// # Errors
/// `unknown-target`, `not-generated`, `not-ready`, `unknown-candidate`.
pub fn keep(operation: &Operation, target: &str, numbers: &[u32]) -> Result<Kept> {
    let _lock = operation.lock("keep")?;
    let Named { mut workspace, mut state, slots, .. } = generated(operation, target)?;
    let mut mark = |slot: &SlotPlan| keep_in_slot(slot, state.lock.slot_mut(&slot.id), numbers);
    let slots = slots.iter().map(&mut mark).collect::<Result<_>>()?;
    workspace.write_lock(&state.lock)?;
    Ok(Kept { slots })
}

fn keep_in_slot(planned: &SlotPlan, entry: &mut SlotEntry, numbers: &[u32]) -> Result<KeptSlot> {
    let asks = asks(planned);
    let Some(ask) = asks.first() else { return Err(not_ready(planned)) };
    known(planned, entry, *ask, numbers)?;
    let before = entry.rerolls.get(ask);
    let first = before.map_or(1, |reroll| reroll.first);
    let kept = before.filter(|_| !numbers.is_empty()).map_or_else(Vec::new, |reroll| reroll.keep.clone());
    let keep = sorted(kept.into_iter().chain(numbers.iter().copied()));
    match first == 1 && keep.is_empty() {
        true => drop(entry.rerolls.remove(ask)),
        false => drop(entry.rerolls.insert(*ask, lock::Reroll { first, keep: keep.clone() })),
    }
    Ok(KeptSlot { slot: planned.id.clone(), keep })
}

/// Drops the candidates of the current prompt and style; the next build generates new ones. Those that were kept before
/// stay, unless `keep` says which stay. A held pick is only released.
///
/// # Errors
/// `unknown-target`, `not-generated`, `not-ready`, `unknown-candidate`.
pub fn reroll(operation: &Operation, target: &str, keep: Option<&[u32]>) -> Result<Rerolled> {
    let _lock = operation.lock("reroll")?;
    let Named { mut workspace, mut state, slots, .. } = generated(operation, target)?;
    let slots =
        slots.iter().map(|slot| reroll_slot(slot, state.lock.slot_mut(&slot.id), keep)).collect::<Result<_>>()?;
    workspace.write_lock(&state.lock)?;
    Ok(Rerolled { slots })
}

fn reroll_slot(planned: &SlotPlan, entry: &mut SlotEntry, keep: Option<&[u32]>) -> Result<RerolledSlot> {
    if planned.keys.is_none() {
        return Err(not_ready(planned));
    }
    entry.pick = None;
    let slot = planned.id.clone();
    let asks = asks(planned);
    let Some(ask) = asks.first().filter(|_| !planned.held) else { return Ok(RerolledSlot { slot, first: None }) };
    let highest = entry.candidates.iter().filter(|c| asks.contains(&c.ask)).map(|c| c.n).max().unwrap_or(0);
    known(planned, entry, *ask, keep.unwrap_or_default())?;
    let before = || entry.rerolls.get(ask).map_or_else(Vec::new, |reroll| reroll.keep.clone());
    let keep = keep.map_or_else(before, |keep| sorted(keep.iter().copied()));
    // What was dropped before stays dropped, even if its lines went with another prompt in between.
    let first = entry.first(*ask).max(highest + 1);
    entry.rerolls.insert(*ask, lock::Reroll { first, keep });
    Ok(RerolledSlot { slot, first: Some(first) })
}

fn not_ready(planned: &SlotPlan) -> Error {
    Error::usage(
        "not-ready",
        format!("`{}` cannot be generated yet", planned.id),
        "pick for what it waits for, or correct its inputs (`dgx-pixels plan` names them), then build first",
    )
}

/// Every number is that of a candidate for the current prompt and style.
fn known(planned: &SlotPlan, entry: &SlotEntry, ask: Short, numbers: &[u32]) -> Result<()> {
    let available: Vec<u32> = entry.candidates.iter().filter(|c| c.ask == ask).map(|c| c.n).collect();
    let unknown: Vec<String> = numbers.iter().filter(|n| !available.contains(n)).map(u32::to_string).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let message = format!("`{}` has no candidate {} for its current prompt and style", planned.id, unknown.join(", "));
    let hint = match available.last() {
        Some(highest) => {
            format!("its candidates go up to {highest}; `dgx-pixels candidates {}` shows them", planned.id)
        }
        None => "build it first".to_owned(),
    };
    Err(Error::usage("unknown-candidate", message, hint))
}

fn sorted(numbers: impl Iterator<Item = u32>) -> Vec<u32> {
    numbers.collect::<BTreeSet<u32>>().into_iter().collect()
}

/// An open project and the slots that a target means.
struct Named {
    workspace: Workspace,
    state: State,
    /// At least one.
    slots: Vec<SlotPlan>,
    /// Those that are made of files.
    files: BTreeSet<SlotId>,
}

fn named(operation: &Operation, target: &str) -> Result<Named> {
    let (workspace, state) = operation.open(Options::default(), Look::Lock)?;
    let planner = Planner::new(&workspace.manifest, &workspace.inputs);
    let plan = planner.plan(&state);
    let slots: Vec<SlotPlan> = slots(&planner, &plan, target)?.into_iter().cloned().collect();
    let is_file = |slot: &&SlotPlan| planner.slot(&slot.id).is_some_and(|slot| slot.ask.sources().is_some());
    let files = slots.iter().filter(is_file).map(|slot| slot.id.clone()).collect();
    Ok(Named { workspace, state, slots, files })
}

/// As [`named`], without slots that are made of files.
fn generated(operation: &Operation, target: &str) -> Result<Named> {
    let mut named = named(operation, target)?;
    named.slots.retain(|slot| !named.files.contains(&slot.id));
    if named.slots.is_empty() {
        return Err(Error::usage(
            "not-generated",
            format!("`{target}` is made of files, which are not generated"),
            "add files that its `source` names, or choose among them with `dgx-pixels pick`",
        ));
    }
    Ok(named)
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
