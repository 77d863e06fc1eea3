//! Merging two locks: candidates are united, users' picks win, results that differ are dropped and made again.

use std::collections::BTreeMap;

use super::{By, Entry, Lock, Pick, Reroll, SlotEntry};
use crate::words::asset::{GroupId, SlotId};
use crate::words::digest::Short;

/// One side of a merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The branch that was merged into.
    Ours,
    /// The branch that was merged.
    Theirs,
}

/// Two users picked different candidates of one slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecided {
    /// The slot.
    pub slot: SlotId,
    /// Our pick.
    pub ours: Pick,
    /// Their pick.
    pub theirs: Pick,
}

/// Splits a text with conflict markers into our and their text; without markers both are the text. The base of the
/// `diff3` style is dropped.
pub fn sides(text: &str) -> (String, String) {
    #[derive(PartialEq)]
    enum At {
        Both,
        Ours,
        Base,
        Theirs,
    }
    let (mut ours, mut theirs, mut at) = (String::new(), String::new(), At::Both);
    for line in text.lines() {
        at = match line.get(..7) {
            Some("<<<<<<<") if at == At::Both => At::Ours,
            Some("|||||||") if at == At::Ours => At::Base,
            Some("=======") if at == At::Ours || at == At::Base => At::Theirs,
            Some(">>>>>>>") if at == At::Theirs => At::Both,
            _ => {
                for (side, wanted) in [(&mut ours, At::Ours), (&mut theirs, At::Theirs)] {
                    if at == At::Both || at == wanted {
                        side.push_str(line);
                        side.push('\n');
                    }
                }
                continue;
            }
        };
    }
    (ours, theirs)
}

/// Merges two locks. `asked` says whether the manifest has this ask for a slot; `side` decides where two users picked
/// differently.
///
/// # Errors
/// Every slot that two users picked differently, if `side` is `None`.
pub fn merge(
    ours: &Lock,
    theirs: &Lock,
    asked: &dyn Fn(&SlotId, Short) -> bool,
    side: Option<Side>,
) -> Result<Lock, Vec<Undecided>> {
    let mut merged = ours.clone();
    merged.shared.extend(theirs.shared.iter().cloned());
    merged.provenance.extend(theirs.provenance.iter().map(|(id, p)| (id.clone(), p.clone())));
    let mut undecided = Vec::new();
    for (id, their) in &theirs.entries {
        let Some(our) = ours.entries.get(id) else {
            merged.entries.insert(id.clone(), their.clone());
            continue;
        };
        if our != their {
            merged.entries.insert(id.clone(), merge_entry(id, our, their, asked, side, &mut undecided));
        }
    }
    merged.tidy();
    if undecided.is_empty() { Ok(merged) } else { Err(undecided) }
}

fn merge_entry(
    id: &GroupId,
    our: &Entry,
    their: &Entry,
    asked: &dyn Fn(&SlotId, Short) -> bool,
    side: Option<Side>,
    undecided: &mut Vec<Undecided>,
) -> Entry {
    let made = our.made.clone().filter(|made| Some(made) == their.made.as_ref());
    let mut entry = Entry { made, ..our.clone() };
    for (number, their) in &their.slots {
        let slot = SlotId { group: id.clone(), frame: (*number > 0).then_some(*number) };
        let empty = SlotEntry::default();
        let our = our.slots.get(number).unwrap_or(&empty);
        let winner = match (&our.pick, &their.pick) {
            (Some(a), Some(b)) if a.by == By::User && b.by == By::User && a != b => side.unwrap_or_else(|| {
                undecided.push(Undecided { slot: slot.clone(), ours: a.clone(), theirs: b.clone() });
                Side::Ours
            }),
            (a, b) => side_of_rank(rank(a.as_ref(), &slot, asked), rank(b.as_ref(), &slot, asked)),
        };
        entry.slots.insert(*number, merge_slot(our, their, winner));
    }
    entry
}

fn rank(pick: Option<&Pick>, slot: &SlotId, asked: &dyn Fn(&SlotId, Short) -> bool) -> u8 {
    match pick {
        Some(pick) if pick.by == By::User => 3,
        Some(pick) if asked(slot, pick.ask) => 2,
        Some(_) => 1,
        None => 0,
    }
}

fn side_of_rank(ours: u8, theirs: u8) -> Side {
    if theirs > ours { Side::Theirs } else { Side::Ours }
}

fn merge_slot(ours: &SlotEntry, theirs: &SlotEntry, winner: Side) -> SlotEntry {
    let (winner, loser) = if winner == Side::Ours { (ours, theirs) } else { (theirs, ours) };
    let mut merged = winner.clone();
    for candidate in &loser.candidates {
        if !winner.candidates.iter().any(|c| (c.ask, c.n) == (candidate.ask, candidate.n)) {
            merged.add(candidate.clone());
        }
    }
    merged.rerolls = merge_rerolls(&winner.rerolls, &loser.rerolls);
    merged
}

/// The later re-roll of an ask wins; what either side kept stays kept.
fn merge_rerolls(winner: &BTreeMap<Short, Reroll>, loser: &BTreeMap<Short, Reroll>) -> BTreeMap<Short, Reroll> {
    let mut merged = winner.clone();
    for (ask, theirs) in loser {
        let reroll = merged.entry(*ask).or_insert_with(|| theirs.clone());
        reroll.first = reroll.first.max(theirs.first);
        reroll.keep.extend(&theirs.keep);
        reroll.keep.sort_unstable();
        reroll.keep.dedup();
    }
    merged
}
