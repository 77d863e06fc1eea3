//! `dgx-pixels why`: what changed since an asset was last made.

use std::collections::BTreeSet;

use super::args::{Global, Why};
use super::style::{self, DIM, NAME, paint};
use super::{Exit, project};
use crate::plan::{Item, ItemPlan, Plan, Planner, State, Step, part};
use crate::session::{self, Look, Options, Workspace};
use crate::words::asset::GroupId;
use crate::words::lock::{By, Entry};

/// Explains every group of the asset.
pub fn run(global: &Global, args: &Why) -> anyhow::Result<Exit> {
    let root = project::root(global)?;
    let options = Options { profile: args.profile.name(), remake: true, ..Options::default() };
    let (workspace, state) = session::open(&root, &options, Look::Outputs)?;
    let planner = Planner::new(&workspace.manifest, &workspace.inputs);
    let plan = planner.plan(&state);
    let shown = named(&planner, &plan, &args.asset)?;
    for item in plan.items.values().filter(|item| shown.contains(&item.id)) {
        explain(item, &planner, &plan, &state);
        tell_drift(item, &workspace, &state);
    }
    Ok(Exit::Success)
}

/// The groups of an asset, the group of a member or of a slot (`knight-walk@e#2`), or what a glob or a tag names.
fn named(planner: &Planner, plan: &Plan, target: &str) -> anyhow::Result<BTreeSet<GroupId>> {
    let is_slot = |item: &&ItemPlan| item.slots.iter().any(|slot| slot.id.to_string() == target);
    let is_named = |id: &GroupId| id.name == target || id.asset() == target;
    let items = plan.items.values().filter(|item| is_named(&item.id) || is_slot(item));
    let found: BTreeSet<GroupId> = items.map(|item| item.id.clone()).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    Ok(session::select(planner, &[target.to_owned()])?)
}

/// What has no sprites to make this from yet.
fn waits_for(item: &ItemPlan, planner: &Planner, plan: &Plan) -> String {
    let of = planner.item(&item.id).map(Item::made_from).unwrap_or_default();
    let settled = |of: &GroupId| plan.items.get(of).is_some_and(|of| of.key.is_some() && !of.is_stale_by_slots());
    let open: Vec<String> = of.into_iter().filter(|of| !settled(of)).map(|of| format!("`{of}`")).collect();
    match open.as_slice() {
        [] => "waits for its pictures".to_owned(),
        open => format!("waits for {}, which it is made from", open.join(" and ")),
    }
}

fn explain(item: &ItemPlan, planner: &Planner, plan: &Plan, state: &State) {
    let entry = state.lock.entries.get(&item.id);
    let name = paint(NAME, &format!("{} {}", item.id.kind, item.id));
    match &item.step {
        Step::Fresh if !item.is_stale() => style::out(&format!("{name} is up to date")),
        Step::Fresh | Step::Wait => style::out(&format!("{name} {}", waits_for(item, planner, plan))),
        Step::Make(why) => style::out(&format!("{name} is made: {}", super::plan::reason(*why))),
        Step::Recapture(..) => style::out(&format!("{name} is captured again: its raw is gone")),
        Step::Fail(trouble) => style::out(&format!("{name} cannot be made: {}", trouble.message)),
    }
    for (word, text) in WORDS {
        if let Some(change) = entry.and_then(|entry| changed(entry, item, word)) {
            style::out(&format!("  {text} changed {}", paint(DIM, &change)));
        }
    }
    for slot in &item.slots {
        explain_slot(slot, entry, state);
    }
}

/// Models that changed under their names since the picks were captured.
fn tell_drift(item: &ItemPlan, workspace: &Workspace, state: &State) {
    let Some(entry) = state.lock.entries.get(&item.id) else { return };
    let picked = entry.slots.values().filter_map(|slot| {
        let pick = slot.pick.as_ref()?;
        slot.candidates.iter().find(|candidate| candidate.ask == pick.ask && candidate.n == pick.n)
    });
    let provenances = picked.filter_map(|candidate| state.lock.provenance.get(&candidate.from));
    for drift in session::drifted(workspace, provenances) {
        style::out(&format!("  drift: {drift}; it stays as it is"));
    }
}

const WORDS: [(&str, &str); 7] = [
    ("prompt", "the prompt or the negative prompt"),
    ("graph", "the workflow, its steps, cfg, sampler, scheduler, params or LoRA weights"),
    ("canvas", "the canvas"),
    ("inputs", "an input picture"),
    ("models", "a model or its pin"),
    ("recipe", "the recipe"),
    ("export", "names or options of the files"),
];

fn changed(entry: &Entry, item: &ItemPlan, word: &str) -> Option<String> {
    let (before, now) = (part(&entry.parts, word)?, part(&item.parts, word)?);
    (before != now).then(|| format!("({before} to {now})"))
}

fn explain_slot(slot: &crate::plan::SlotPlan, entry: Option<&Entry>, state: &State) {
    let number = slot.id.frame.unwrap_or(0);
    let own = entry.and_then(|entry| entry.slots.get(&number));
    let many = slot.id.frame.is_some();
    let name = if many { format!("{}: ", slot.id) } else { String::new() };
    if !slot.waits.is_empty() {
        let waits: Vec<String> = slot.waits.iter().map(ToString::to_string).collect();
        style::out(&format!("  {name}waits for a passing or picked {}", waits.join(", ")));
    }
    if !slot.requests.is_empty() {
        let numbers: Vec<String> = slot.requests.iter().map(|want| want.n.to_string()).collect();
        let first = own.is_none_or(|own| own.candidates.is_empty());
        let why = if first { "nothing was captured yet" } else { "none of these is had for this ask" };
        style::out(&format!("  {name}asks for candidate {}: {why}", numbers.join(", ")));
    }
    let Some(pick) = &slot.pick else { return };
    let by = if pick.by == By::User { "a person" } else { "the gates" };
    let held = if slot.held { ", held: it was picked for another ask" } else { "" };
    let gone = if state.raws.contains(&pick.raw) { "" } else { ", its raw is not on this machine" };
    style::out(&format!("  {name}{}", paint(DIM, &format!("candidate {} picked by {by}{held}{gone}", pick.n))));
}
