//! `dgx-pixels plan`: what a build would do, as named piles.

use std::collections::BTreeSet;

use super::args::{Build, Global, Plan as PlanArgs};
use super::style::{self, DIM, NAME, count, paint};
use super::{Exit, project};
use crate::plan::{ItemPlan, Plan, Planner, Reason, State, Step};
use crate::session::{self, Look, Options, Workspace};
use crate::words::asset::GroupId;
use crate::words::lock::By;

/// Prints the plan; nothing is changed.
pub fn run(global: &Global, args: &PlanArgs) -> anyhow::Result<Exit> {
    let root = project::root(global)?;
    let options = Options { profile: args.profile.name(), remake: true, ..Options::default() };
    let (workspace, state) = session::open(&root, &options, Look::Outputs)?;
    project::warn(global, &workspace.loaded);
    let plan = workspace.plan(&state);
    if args.json {
        style::out(&serde_json::to_string_pretty(&json(&plan, &state, &selected(&workspace, &args.targets)?))?);
    } else {
        print(&workspace, &state, &plan, &args.targets)?;
    }
    Ok(Exit::Success)
}

/// Prints what a build would do.
pub fn dry_run(global: &Global, args: &Build) -> anyhow::Result<Exit> {
    let (profile, targets) = (args.profile.clone(), args.targets.clone());
    run(global, &PlanArgs { profile, targets, json: false })
}

/// The words for a reason.
pub fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::New => "it was never made",
        Reason::Changed => "its raws, its recipe or its base changed",
        Reason::Export => "names or options of its files changed",
        Reason::Outputs => "files are missing or are not what the lock says",
        Reason::Needed => "others are made from it",
        Reason::Outdated => "an older version of the restoration made it",
    }
}

/// Prints the piles of a plan for the targets.
pub fn print(workspace: &Workspace, state: &State, plan: &Plan, targets: &[String]) -> anyhow::Result<()> {
    let selected = selected(workspace, targets)?;
    let items: Vec<&ItemPlan> = plan.items.values().filter(|item| selected.contains(&item.id)).collect();
    pile("generate", items.iter().filter_map(|item| generate(item)));
    pile("take from the store", items.iter().filter_map(|item| adopt(item)));
    pile("recapture (lost)", items.iter().filter_map(|item| recapture(item)));
    pile("make", items.iter().filter_map(|item| make(item)));
    pile("wait", items.iter().filter_map(|item| wait(item)));
    pile(
        "held",
        items
            .iter()
            .flat_map(|item| &item.slots)
            .filter(|slot| slot.held)
            .map(|slot| (slot.id.to_string(), "picked for another ask; `reroll` or `unpick` lets go".to_owned())),
    );
    pile("cannot be made", items.iter().filter_map(|item| fail(item)));
    let gated = session::gated(plan, state).into_iter().filter(|(id, _)| selected.contains(id));
    pile("failed a gate", gated.map(|(id, verdict)| (id.name, verdict)));
    let gone = state.lock.entries.keys().filter(|id| !plan.items.contains_key(id));
    pile("remove", gone.map(|id| (id.name.clone(), "the manifest no longer has it".to_owned())));
    let fresh = items.iter().filter(|item| item.step == Step::Fresh && !item.is_stale()).count();
    let images: usize = items.iter().flat_map(|item| &item.slots).map(|slot| slot.requests.len()).sum();
    let makes = items.len() - fresh;
    style::out(&format!(
        "{} up to date, {makes} to be made, {} to be generated",
        count(fresh, "asset", "assets"),
        count(images, "image", "images")
    ));
    Ok(())
}

fn selected(workspace: &Workspace, targets: &[String]) -> anyhow::Result<BTreeSet<GroupId>> {
    let planner = Planner::new(&workspace.manifest, &workspace.inputs);
    Ok(session::select(&planner, targets)?)
}

fn pile(title: &str, lines: impl Iterator<Item = (String, String)>) {
    for (i, (name, text)) in lines.enumerate() {
        if i == 0 {
            style::out(&format!("{}:", paint(NAME, title)));
        }
        style::out(&format!("  {name}  {}", paint(DIM, &text)));
    }
}

fn generate(item: &ItemPlan) -> Option<(String, String)> {
    let images: usize = item.slots.iter().map(|slot| slot.requests.len()).sum();
    let slots = item.slots.iter().filter(|slot| !slot.requests.is_empty()).count();
    let frames =
        if item.slots.len() > 1 { format!(" for {slots} of {} frames", item.slots.len()) } else { String::new() };
    (images > 0).then(|| (item.id.name.clone(), format!("{}{frames}", count(images, "image", "images"))))
}

fn adopt(item: &ItemPlan) -> Option<(String, String)> {
    let images: usize = item.slots.iter().map(|slot| slot.adopt.len()).sum();
    (images > 0).then(|| (item.id.name.clone(), count(images, "image", "images")))
}

fn recapture(item: &ItemPlan) -> Option<(String, String)> {
    let Step::Recapture(wants, _) = &item.step else { return None };
    Some((item.id.name.clone(), format!("{}, with the seed it had", count(wants.len(), "image", "images"))))
}

fn make(item: &ItemPlan) -> Option<(String, String)> {
    let (Step::Make(why) | Step::Recapture(_, why)) = &item.step else { return None };
    Some((item.id.name.clone(), reason(*why).to_owned()))
}

fn wait(item: &ItemPlan) -> Option<(String, String)> {
    let mut waits: Vec<String> = item.slots.iter().flat_map(|slot| &slot.waits).map(ToString::to_string).collect();
    waits.sort();
    waits.dedup();
    let blocked = item.slots.iter().filter(|slot| !slot.waits.is_empty()).count();
    match (&item.step, waits.is_empty()) {
        (Step::Wait, false) => Some((
            item.id.name.clone(),
            format!("waits: {} ({} then)", waits.join(", "), count(blocked, "slot", "slots")),
        )),
        (Step::Wait, true) if !item.is_stale_by_slots() => {
            Some((item.id.name.clone(), "for what it is made from".to_owned()))
        }
        _ => None,
    }
}

fn fail(item: &ItemPlan) -> Option<(String, String)> {
    let Step::Fail(trouble) = &item.step else { return None };
    let hint = trouble.hint.as_ref().map_or_else(String::new, |hint| format!(" ({hint})"));
    Some((item.id.name.clone(), format!("{}{hint}", trouble.message)))
}

fn json(plan: &Plan, state: &State, selected: &BTreeSet<GroupId>) -> serde_json::Value {
    let items = plan.items.values().filter(|item| selected.contains(&item.id)).map(|item| {
        let (step, why) = match &item.step {
            Step::Fresh => ("fresh", None),
            Step::Make(why) => ("make", Some(reason(*why).to_owned())),
            Step::Recapture(_, why) => ("recapture", Some(reason(*why).to_owned())),
            Step::Wait => ("wait", None),
            Step::Fail(trouble) => ("fail", Some(trouble.message.clone())),
        };
        let slots: Vec<_> = item.slots.iter().map(|slot| serde_json::json!({
            "id": slot.id.to_string(),
            "ask": slot.keys.as_ref().and_then(|keys| keys.asks.first()).map(ToString::to_string),
            "generate": slot.requests.iter().map(|want| serde_json::json!({ "n": want.n, "seed": want.seed })).collect::<Vec<_>>(),
            "adopt": slot.adopt.iter().map(|want| want.n).collect::<Vec<_>>(),
            "pick": slot.pick.as_ref().map(|pick| serde_json::json!({ "n": pick.n, "by": if pick.by == By::User { "user" } else { "gates" } })),
            "held": slot.held,
            "waits": slot.waits.iter().map(ToString::to_string).collect::<Vec<_>>(),
        })).collect();
        serde_json::json!({
            "kind": item.id.kind, "name": item.id.name, "step": step, "why": why, "slots": slots,
            "sprite": item.key.map(|key| key.to_string()),
            "files": item.outputs.iter().map(|output| &output.path).collect::<Vec<_>>(),
        })
    });
    let gone: Vec<_> = state.lock.entries.keys().filter(|id| !plan.items.contains_key(id)).map(|id| &id.name).collect();
    serde_json::json!({ "version": 1, "items": items.collect::<Vec<_>>(), "remove": gone })
}
