//! `dgx-pixels why`: what changed since an asset was last made.

use super::args::{Global, Why};
use super::style::{self, DIM, NAME, paint};
use super::{Exit, build, plan, project};
use crate::asset::GroupId;
use crate::lock::{By, Entry};
use crate::pipeline::{self, Look, Options};
use crate::plan::{ItemPlan, Planner, State, Step, part};

/// Explains every group of the asset.
pub fn run(global: &Global, args: &Why) -> anyhow::Result<Exit> {
    let root = project::root(global)?;
    let options = Options { profile: args.profile.name(), remake: true, ..Options::default() };
    let (workspace, state) = pipeline::open(&root, &options, Look::Outputs)?;
    let planner = Planner::new(&workspace.manifest, &workspace.inputs);
    let plan = planner.plan(&state);
    pipeline::select(&planner, std::slice::from_ref(&args.asset)).map_err(|no_such| build::no_target(&no_such))?;
    let named = |id: &GroupId| id.name == args.asset || id.asset() == args.asset;
    let items = plan.items.values().filter(|item| named(&item.id));
    let all: Vec<&ItemPlan> = items.collect();
    let shown = if all.is_empty() { plan.items.values().collect() } else { all };
    for item in shown {
        explain(item, &state);
    }
    Ok(Exit::Made)
}

fn explain(item: &ItemPlan, state: &State) {
    let entry = state.lock.entries.get(&item.id);
    let name = paint(NAME, &format!("{} {}", item.id.kind, item.id));
    match &item.step {
        Step::Fresh if !item.is_stale() => style::out(&format!("{name} is up to date")),
        Step::Fresh | Step::Wait => style::out(&format!("{name} waits")),
        Step::Make(why) => style::out(&format!("{name} is made: {}", plan::reason(*why))),
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

const WORDS: [(&str, &str); 7] = [
    ("prompt", "the prompt or the negative prompt"),
    ("graph", "the workflow, its steps, cfg, sampler, scheduler or LoRA weights"),
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
