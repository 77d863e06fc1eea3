//! A frame that passes alone and fails among the others of its animation is generated again, it alone.

use super::{Build, frames};
use crate::words::asset::{GroupId, SlotId};
use crate::words::event::Event;
use crate::words::lock::{By, Lock, SlotEntry};
use crate::words::project::{Group, Slot};
use crate::words::sprite::{Sprites, Verdict};

/// Marks the candidate that keeps a group from passing and removes its pick, so that the planner wants another one.
///
/// Only a group of which something was chosen in this build loses a pick: a changed recipe or gate generates nothing.
pub(super) fn refute(build: &mut Build, id: &GroupId, sprites: &Sprites) {
    let Some(group) = build.site.planner.group(id) else { return };
    let Some((frame, why)) = frames::failing(sprites, group) else { return };
    let Some(slot) = group.slots().get(frame).filter(|slot| slot.ask.sources().is_none()) else { return };
    if !is_chosen_now(build, group) || !has_another(build.progress.state.lock.slot(&slot.id), slot) {
        return;
    }
    let entry = build.progress.state.lock.slot_mut(&slot.id);
    let Some(pick) = entry.pick.take() else { return };
    let lines = entry.candidates.iter_mut();
    if let Some(line) = lines.into_iter().find(|line| (line.ask, line.n) == (pick.ask, pick.n)) {
        line.verdict = Verdict::among_frames(&why);
        let (verdict, score) = (line.verdict.clone(), line.score);
        build.site.observer.on(&Event::Judged { slot: slot.id.clone(), n: pick.n, verdict, score });
    }
}

/// Whether the lock that the build found has not made the group, or has other picks for it.
fn is_chosen_now(build: &Build, group: &Group) -> bool {
    let (before, now) = (&build.progress.before, &build.progress.state.lock);
    let pick = |lock: &Lock, id: &SlotId| lock.slot(id).and_then(|entry| entry.pick.clone());
    let was_made = before.entries.get(&group.id).is_some_and(|entry| entry.made.is_some());
    !was_made || group.slots().iter().any(|slot| pick(before, &slot.id) != pick(now, &slot.id))
}

/// Whether the gates picked a candidate that passes, and there is, or may be generated, another one.
fn has_another(entry: Option<&SlotEntry>, slot: &Slot) -> bool {
    let Some((entry, pick)) = entry.and_then(|entry| Some((entry, entry.pick.as_ref()?))) else { return false };
    let own = entry.candidates.iter().filter(|line| line.ask == pick.ask && entry.counts(line.ask, line.n));
    let passing = own.clone().filter(|line| line.verdict.passes()).count();
    let passes = own.clone().any(|line| line.n == pick.n && line.verdict.passes());
    let tried = own.filter(|line| line.n >= entry.first(pick.ask)).count();
    let budget = slot.candidates as usize + slot.reroll as usize;
    pick.by == By::Gates && passes && (passing > 1 || tried < budget)
}
