//! `dgx-pixels why`: what changed since an asset was last made.

use super::args::{Global, Why};
use super::style::{self, DIM, NAME, paint};
use super::{Exit, project, report};
use crate::session::{self, ChangedPart, ExplainedItem, Explanation, PlannedSlot, PlannedStep};
use crate::words::lock::By;
use crate::words::text::printable;

/// Explains every group of the asset.
pub(super) fn run(global: &Global, args: &Why) -> session::Result<Exit> {
    let explanation = project::operate(global, &args.profile, |operation| session::why(operation, &args.asset))?;
    report::result(global, "why", &explanation, print);
    Ok(Exit::Success)
}

fn print(explanation: &Explanation) {
    for item in &explanation.items {
        let planned = &item.planned;
        style::out(&format!(
            "{} {}",
            paint(NAME, &format!("{} {}", planned.kind, planned.name)),
            printable(&headline(item))
        ));
        item.changes.iter().for_each(|change| style::out(&printable(&format!("  {change}"))));
        for part in &item.changed_parts {
            style::out(&format!("  {} changed {}", subject(part), difference(part)));
        }
        planned.slots.iter().for_each(|slot| print_slot(slot, &planned.name));
        if let Some(cut) = item.cut_alpha {
            let pixels = style::count(cut as usize, "half-transparent pixel", "half-transparent pixels");
            style::out(&format!("  {pixels} became opaque or transparent; `alpha = \"keep\"` keeps them"));
        }
        if !item.repaired.is_empty() {
            let repaired: Vec<String> = item.repaired.iter().map(|(what, count)| format!("{what} {count}")).collect();
            style::out(&format!("  repaired: {}; `repair = false` leaves the frames as they are", repaired.join(", ")));
        }
        for path in &item.external {
            style::out(&printable(&format!("  {path} is not what this checkout wrote: {}", style::way_of(path))));
        }
        for drift in &item.drift {
            style::out(&printable(&format!("  drift: {drift}; it stays as it is")));
        }
    }
}

fn headline(item: &ExplainedItem) -> String {
    let planned = &item.planned;
    let why = planned.why.as_deref().unwrap_or_default();
    match planned.step {
        PlannedStep::Fresh if !planned.stale => "is up to date".to_owned(),
        PlannedStep::Fresh | PlannedStep::Wait if item.waits_for.is_empty() => "waits for its images".to_owned(),
        PlannedStep::Fresh | PlannedStep::Wait => {
            let groups: Vec<String> = item.waits_for.iter().map(|group| format!("`{group}`")).collect();
            format!("waits for {}, which it is made from", groups.join(" and "))
        }
        PlannedStep::Make => format!("is made: {why}"),
        PlannedStep::Recapture => "is captured again: its raw is gone".to_owned(),
        PlannedStep::Fail => format!("cannot be made: {why}"),
    }
}

/// The words for a part of a group.
fn subject(changed: &ChangedPart) -> &'static str {
    match changed.part {
        "prompt" => "the prompt or the negative prompt",
        "graph" => "the workflow, its steps, cfg, sampler, scheduler, params or LoRA weights",
        "canvas" => "the canvas",
        "inputs" => "an input image",
        "models" => "a model or its pin",
        "recipe" => "the recipe",
        _ => "names or options of the files",
    }
}

fn difference(changed: &ChangedPart) -> String {
    paint(DIM, &format!("({} to {})", changed.before, changed.after))
}

fn print_slot(slot: &PlannedSlot, group: &str) {
    let name = if slot.id == group { String::new() } else { format!("{}: ", slot.id) };
    if !slot.waits.is_empty() {
        style::out(&format!("  {name}waits for a passing or picked {}", slot.waits.join(", ")));
    }
    if !slot.generate.is_empty() {
        let numbers: Vec<String> = slot.generate.iter().map(|image| image.n.to_string()).collect();
        let why = match slot.captured {
            0 => "nothing was captured yet",
            _ => "not captured for this prompt and style",
        };
        style::out(&format!("  {name}generates candidate {}: {why}", numbers.join(", ")));
    }
    let Some(pick) = slot.pick else { return };
    let by = match (pick.by, pick.passes) {
        (By::User, _) => "picked by a user",
        (By::Gates, true) => "picked by the gates",
        (By::Gates, false) => "is the best of those that failed a gate; `pick` accepts it",
    };
    let held = if slot.held { ", held: it was picked for an earlier prompt or style" } else { "" };
    let gone = if pick.available { "" } else { ", its raw is not on this machine" };
    style::out(&format!("  {name}{}", paint(DIM, &format!("candidate {} {by}{held}{gone}", pick.n))));
}
