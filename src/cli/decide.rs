//! `dgx-pixels pick`, `unpick`, `keep` and `reroll`.

use super::args::{Build, Global, Keep, Pick, Reroll, Unpick};
use super::{Exit, build, project, report, style};
use crate::session;

/// Chooses a candidate.
pub(super) fn pick(global: &Global, args: &Pick) -> session::Result<Exit> {
    let picked = project::operate(global, &args.profile, |operation| session::pick(operation, &args.slot, args.n))?;
    for picked in &picked {
        report::value(global, "picked", picked, |picked| {
            style::out(&format!("picked candidate {} of {}", picked.n, picked.slot));
        });
    }
    Ok(Exit::Success)
}

/// Marks candidates, so that no reroll drops them.
pub(super) fn keep(global: &Global, args: &Keep) -> session::Result<Exit> {
    let kept = project::operate(global, &args.profile, |operation| session::keep(operation, &args.slot, &args.n))?;
    report::value(global, "kept-candidates", &kept, |kept| {
        for slot in &kept.slots {
            let numbers: Vec<String> = slot.keep.iter().map(u32::to_string).collect();
            let line = match slot.keep.is_empty() {
                true => format!("a reroll of {} drops all candidates", slot.slot),
                false => format!("a reroll of {} keeps candidate {}", slot.slot, numbers.join(", ")),
            };
            style::out(&line);
        }
    });
    Ok(Exit::Success)
}

/// Releases a user's pick.
pub(super) fn unpick(global: &Global, args: &Unpick) -> session::Result<Exit> {
    let unpicked = project::operate(global, &args.profile, |operation| session::unpick(operation, &args.slot))?;
    report::value(global, "unpicked", &unpicked, |unpicked| {
        for slot in &unpicked.slots {
            let line = match slot.released {
                true => format!("the gates choose for {} again", slot.slot),
                false => format!("{} has no pick of a user; nothing changed", slot.slot),
            };
            style::out(&line);
        }
    });
    Ok(Exit::Success)
}

/// Drops candidates, so that the next build generates new ones.
pub(super) fn reroll(global: &Global, args: &Reroll) -> session::Result<Exit> {
    let keep = (!args.keep.is_empty()).then_some(args.keep.as_slice());
    let run = |operation: &session::Operation| session::reroll(operation, &args.slot, keep);
    let rerolled = project::operate(global, &args.profile, run)?;
    report::value(global, "rerolled", &rerolled, |rerolled| {
        for slot in &rerolled.slots {
            let line = match slot.first {
                Some(first) => format!("{} gets new candidates from {first} on at the next build", slot.slot),
                None => format!("released the held pick of {}; the next build follows the new prompt", slot.slot),
            };
            style::out(&line);
        }
    });
    if !args.build {
        return Ok(Exit::Success);
    }
    let targets = rerolled.slots.iter().map(|slot| slot.slot.group.name.clone()).collect();
    build::run(global, &Build { targets, profile: args.profile.clone(), ..Build::default() })
}
