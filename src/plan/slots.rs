//! One slot: which candidates are wanted, which of them are available, and which one is the pick.

use super::keys::{self, AskKeys};
use super::state::State;
use crate::words::asset::SlotId;
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::{Digest, Short};
use crate::words::lock::{By, Candidate, Pick, SlotEntry};
use crate::words::project::Slot;

/// The plan of one slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotPlan {
    /// The slot.
    pub id: SlotId,
    /// The keys of its ask; `None` while it waits for another's pick or cannot be keyed.
    pub keys: Option<AskKeys>,
    /// Slots whose picks its inputs wait for.
    pub waits: Vec<SlotId>,
    /// Wanted candidates that were captured before: they only need to be judged.
    pub adopt: Vec<Want>,
    /// Wanted candidates that must be requested.
    pub requests: Vec<Want>,
    /// The pick; `None` while a wanted candidate is missing.
    pub pick: Option<Pick>,
    /// The pick is not in the lock yet.
    pub pick_is_new: bool,
    /// A user's pick for another ask: it is held until `reroll` or `unpick`.
    pub held: bool,
    /// Captures of another backend would be replaced by placeholder art.
    pub sketches_over: bool,
    /// Why it cannot go on.
    pub error: Option<Diagnostic>,
}

/// A candidate that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Want {
    /// The ask that it answers.
    pub ask: Digest,
    /// Its number.
    pub n: u32,
    /// Its seed.
    pub seed: u64,
    /// The key of (ask, seed).
    pub request: Digest,
}

impl Want {
    /// Names the request of an ask and a seed.
    pub fn new(ask: Digest, n: u32, seed: u64) -> Self {
        Self { ask, n, seed, request: keys::request(&ask, seed) }
    }
}

impl SlotPlan {
    /// The plan of a slot that has no ask key yet.
    pub fn blocked(id: &SlotId, waits: Vec<SlotId>, error: Option<Diagnostic>) -> Self {
        Self {
            id: id.clone(),
            keys: None,
            waits,
            adopt: Vec::new(),
            requests: Vec::new(),
            pick: None,
            pick_is_new: false,
            held: false,
            sketches_over: false,
            error,
        }
    }
}

/// The seed of candidate `n` of a slot.
pub fn seed(slot: &Slot, n: u32) -> u64 {
    match slot.seed {
        _ if slot.ask.sources().is_some() => 0,
        Some(first) => first.saturating_add(u64::from(n) - 1),
        None => keys::seed(&slot.id, n),
    }
}

/// Plans one slot whose ask is known.
pub(super) fn plan(slot: &Slot, asked: AskKeys, state: &State) -> SlotPlan {
    let empty = SlotEntry::default();
    let entry = state.lock.slot(&slot.id).unwrap_or(&empty);
    let asks: Vec<Short> = asked.asks.iter().map(Digest::short).collect();
    let mut plan = SlotPlan::blocked(&slot.id, Vec::new(), None);
    let user_pick = entry.pick.as_ref().filter(|pick| pick.by == By::User);
    if let Some(pick) = user_pick.filter(|pick| !asks.contains(&pick.ask) && holds(slot, pick, entry, state)) {
        plan.keys = Some(asked);
        plan.pick = Some(pick.clone());
        plan.held = true;
        return plan;
    }
    let user_pick = user_pick.filter(|pick| asks.contains(&pick.ask));
    let counted: Vec<&Candidate> = entry.candidates.iter().filter(|c| counts(slot, entry, &asks, c)).collect();
    let resolved = entry.pick.as_ref().is_some_and(|pick| asks.contains(&pick.ask));
    let missing = missing(slot, &asked, entry, &counted, resolved);
    plan.sketches_over = slot.ask.is_placeholder() && !missing.is_empty() && has_captures_of_others(entry, state);
    for want in missing {
        match state.records.get(&want.request) {
            Some((raw, _)) if state.raws.contains(raw) => plan.adopt.push(want),
            _ => match state.failed.get(&want.request) {
                Some(error) => plan.error = Some(error.clone()),
                None => plan.requests.push(want),
            },
        }
    }
    let complete = plan.adopt.is_empty() && plan.requests.is_empty() && plan.error.is_none();
    plan.pick = user_pick.cloned().or_else(|| complete.then(|| best(&counted)).flatten());
    plan.pick_is_new = plan.pick.is_some() && plan.pick != entry.pick;
    plan.keys = Some(asked);
    plan
}

/// A user's pick is held against another ask, but a placeholder never against a real backend.
fn holds(slot: &Slot, pick: &Pick, entry: &SlotEntry, state: &State) -> bool {
    let line = entry.candidates.iter().find(|c| c.ask == pick.ask && c.n == pick.n);
    let sketched = line.is_some_and(|line| made_by(line, state, "sketch"));
    !sketched || slot.ask.is_placeholder()
}

fn has_captures_of_others(entry: &SlotEntry, state: &State) -> bool {
    entry.candidates.iter().any(|c| made_by(c, state, "comfyui") || made_by(c, state, "worker"))
}

fn made_by(candidate: &Candidate, state: &State, backend: &str) -> bool {
    state.lock.provenance.get(&candidate.from).is_some_and(|provenance| provenance.is_from(backend))
}

/// A candidate counts if it answers the ask, is not re-rolled away and has the seed that the manifest wants.
fn counts(slot: &Slot, entry: &SlotEntry, asks: &[Short], candidate: &Candidate) -> bool {
    asks.contains(&candidate.ask)
        && entry.counts(candidate.ask, candidate.n)
        && (slot.seed.is_none() || candidate.seed == seed(slot, candidate.n))
}

fn missing(slot: &Slot, asked: &AskKeys, entry: &SlotEntry, counted: &[&Candidate], resolved: bool) -> Vec<Want> {
    if slot.ask.sources().is_some() {
        return missing_files(asked, entry);
    }
    let Some(ask) = asked.asks.first() else { return Vec::new() };
    let first = entry.first(ask.short());
    let available = |n: u32| counted.iter().any(|c| c.n == n);
    let missing: Vec<u32> = (first..first.saturating_add(slot.candidates)).filter(|n| !available(*n)).collect();
    let numbers =
        if missing.is_empty() && !resolved { one_more(slot, first, counted).into_iter().collect() } else { missing };
    numbers.into_iter().map(|n| Want::new(*ask, n, seed(slot, n))).collect()
}

/// Every source is a candidate; equal files are one.
fn missing_files(asked: &AskKeys, entry: &SlotEntry) -> Vec<Want> {
    let mut wanted: Vec<Want> = Vec::new();
    let present: Vec<Short> = asked.asks.iter().map(Digest::short).collect();
    let mut taken: Vec<u32> = entry.candidates.iter().filter(|c| present.contains(&c.ask)).map(|c| c.n).collect();
    for (place, ask) in (1..).zip(&asked.asks) {
        let captured = entry.candidates.iter().any(|c| c.ask == ask.short());
        if !captured && !wanted.iter().any(|want| want.ask == *ask) {
            // A number names one candidate: a file that came later than another gets the next free one.
            let next = taken.iter().max().map_or(1, |last| last + 1);
            let n = if taken.contains(&place) { next } else { place };
            taken.push(n);
            wanted.push(Want::new(*ask, n, 0));
        }
    }
    wanted
}

/// While none passes, one more within the budget; the lines of the lock are the count.
fn one_more(slot: &Slot, first: u32, counted: &[&Candidate]) -> Option<u32> {
    let tried = counted.iter().filter(|c| c.n >= first).count();
    let budget = slot.candidates as usize + slot.reroll as usize;
    let none_passes = !counted.iter().any(|c| c.verdict.passes());
    let last = counted.iter().map(|c| c.n).max()?;
    (none_passes && tried < budget).then(|| last.max(first) + 1)
}

/// The best passing score, else the best failing one; ties go to the lowest number.
fn best(counted: &[&Candidate]) -> Option<Pick> {
    let best = counted.iter().max_by_key(|c| (c.verdict.passes(), c.score, std::cmp::Reverse((c.n, c.ask))))?;
    Some(Pick { ask: best.ask, n: best.n, raw: best.raw, by: By::Gates })
}
