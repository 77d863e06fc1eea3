//! `pick`, `unpick` and `reroll`: a person's decisions, written into the lock and nowhere else.

use super::args::{Global, Pick, Profile, Reroll, Unpick};
use super::{Exit, project, style};
use crate::plan::{Planner, SlotPlan, State};
use crate::session::{self, Look, Options, Workspace};
use crate::words::ask::Ask;
use crate::words::asset::SlotId;
use crate::words::lock::{self, By, SlotEntry};

/// Chooses a candidate.
pub fn pick(global: &Global, args: &Pick) -> anyhow::Result<Exit> {
    decide(global, "pick", &args.profile, &args.slot, |_, planned, entry| {
        let asks: Vec<_> = asks(planned);
        let found = entry.candidates.iter().filter(|c| c.n == args.n).max_by_key(|c| asks.contains(&c.ask)).cloned();
        let Some(candidate) = found else {
            let numbers: Vec<String> = entry.candidates.iter().map(|c| c.n.to_string()).collect();
            let had = if numbers.is_empty() {
                "none was captured yet".to_owned()
            } else {
                format!("there are {}", numbers.join(", "))
            };
            let message = format!("`{}` has no candidate {}: {had}", planned.id, args.n);
            return Err(project::usage(
                message,
                "more come with `candidates = N` in the manifest, or `dgx-pixels reroll`",
            ));
        };
        entry.pick = Some(lock::Pick { ask: candidate.ask, n: candidate.n, raw: candidate.raw, by: By::User });
        Ok(format!("picked candidate {} of {}", args.n, planned.id))
    })
}

/// Takes a person's pick back.
pub fn unpick(global: &Global, args: &Unpick) -> anyhow::Result<Exit> {
    decide(global, "unpick", &args.profile, &args.slot, |_, planned, entry| match entry.pick.take() {
        Some(pick) if pick.by == By::User => Ok(format!("the gates choose for {} again", planned.id)),
        other => {
            entry.pick = other;
            Ok(format!("nobody picked for {}; nothing changed", planned.id))
        }
    })
}

/// Lets the candidates of the present ask go, but for the kept ones.
pub fn reroll(global: &Global, args: &Reroll) -> anyhow::Result<Exit> {
    decide(global, "reroll", &args.profile, &args.slot, |_, planned, entry| {
        if planned.keys.is_none() {
            let hint =
                "pick for what it waits for, or mend its inputs (`dgx-pixels plan` names them), then build first";
            return Err(project::usage(format!("`{}` asks for nothing yet", planned.id), hint));
        }
        let held = planned.held;
        entry.pick = None;
        let asks = asks(planned);
        let Some(ask) = asks.first().filter(|_| !held) else {
            return Ok(format!("the held pick of {} is released; a build asks for the new prompt", planned.id));
        };
        let own = entry.candidates.iter().filter(|c| asks.contains(&c.ask));
        let highest = own.map(|c| c.n).max().unwrap_or(0);
        let unknown: Vec<String> = args
            .keep
            .iter()
            .filter(|n| !entry.candidates.iter().any(|c| c.n == **n && c.ask == *ask))
            .map(u32::to_string)
            .collect();
        if !unknown.is_empty() {
            let message = format!("`{}` has no candidate {} for its present ask", planned.id, unknown.join(", "));
            return Err(project::usage(
                message,
                format!("its candidates go up to {highest}; leave `--keep` out to keep none"),
            ));
        }
        let mut keep = args.keep.clone();
        keep.sort_unstable();
        keep.dedup();
        // What was let go before stays let go, even if its lines went with another prompt in between.
        let first = entry.first(*ask).max(highest + 1);
        entry.rerolls.insert(*ask, lock::Reroll { first, keep });
        Ok(format!("{} gets new candidates from {first} on at the next build", planned.id))
    })
}

fn asks(planned: &SlotPlan) -> Vec<crate::words::digest::Short> {
    planned.keys.iter().flat_map(|keys| &keys.asks).map(|ask| ask.short()).collect()
}

type Decision<'a> = dyn Fn(&State, &SlotPlan, &mut SlotEntry) -> anyhow::Result<String> + 'a;

/// Applies a decision to every slot that `name` means, and writes the lock.
fn decide(
    global: &Global,
    command: &str,
    profile: &Profile,
    name: &str,
    decision: impl Fn(&State, &SlotPlan, &mut SlotEntry) -> anyhow::Result<String>,
) -> anyhow::Result<Exit> {
    let root = project::root(global)?;
    let _hold = project::hold(global, &root, command)?;
    let options = Options { profile: profile.name(), ..Options::default() };
    let (workspace, mut state) = session::open(&root, &options, Look::Lock)?;
    let planner = Planner::new(&workspace.manifest, &workspace.inputs);
    let plan = planner.plan(&state);
    let slots: Vec<SlotPlan> =
        plan.items.values().flat_map(|item| &item.slots).filter(|slot| means(name, &slot.id)).cloned().collect();
    if slots.is_empty() {
        session::select(&planner, &[name.to_owned()])?;
        return Err(project::usage(
            format!("`{name}` has no candidates of its own"),
            "name a sprite, a texture or an animation that is generated",
        ));
    }
    if command == "reroll" && slots.iter().all(|slot| is_of_files(&planner, slot)) {
        return Err(project::usage(
            format!("`{name}` is made of files, and nothing draws new ones"),
            "add files that its `source` names, or choose among them with `dgx-pixels pick`",
        ));
    }
    if command == "pick" && slots.len() > 1 {
        let names: Vec<String> = slots.iter().map(|slot| slot.id.to_string()).collect();
        return Err(project::usage(
            format!("`{name}` has several slots"),
            format!("name one: {}", crate::words::suggest::list(&names)),
        ));
    }
    apply(global, &workspace, &mut state, &slots, &decision)
}

fn apply(
    global: &Global,
    workspace: &Workspace,
    state: &mut State,
    slots: &[SlotPlan],
    decision: &Decision,
) -> anyhow::Result<Exit> {
    for planned in slots {
        let mut entry = state.lock.slot(&planned.id).cloned().unwrap_or_default();
        let said = decision(state, planned, &mut entry)?;
        *state.lock.slot_mut(&planned.id) = entry;
        if !global.quiet {
            style::out(&said);
        }
    }
    workspace.write_lock(&state.lock)?;
    Ok(Exit::Success)
}

fn is_of_files(planner: &Planner, planned: &SlotPlan) -> bool {
    planner.slot(&planned.id).is_some_and(|slot| matches!(slot.ask, Ask::Files(_)))
}

/// `knight-walk` means all its slots, `knight-walk@e` all frames of that one, `knight-walk@e#3` one frame.
fn means(name: &str, slot: &SlotId) -> bool {
    slot.to_string() == name || slot.group.name == name || slot.group.asset() == name
}
