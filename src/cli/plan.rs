//! `dgx-pixels plan`: what a build would do, in sections.

use super::args::{Build, Global, MessageFormat, Plan};
use super::style::{self, DIM, NAME, count, paint};
use super::{Exit, project, report};
use crate::session::{self, PlanReport, PlannedItem, PlannedStep};
use crate::words::text::printable;

/// Prints the plan; nothing is changed.
pub(super) fn run(global: &Global, args: &Plan) -> session::Result<Exit> {
    let planned = project::operate(global, &args.profile, |operation| session::plan(operation, &args.targets))?;
    if args.json && global.message_format != MessageFormat::Json {
        report::pretty(&planned);
    } else {
        report::result(global, "plan", &planned, print);
    }
    Ok(Exit::Success)
}

/// Prints what a build would do.
pub(super) fn dry_run(global: &Global, args: &Build) -> session::Result<Exit> {
    let options = args.options();
    let planned = project::operate(global, &args.profile, |operation| session::plan_build(operation, &options))?;
    report::result(global, "plan", &planned, print);
    Ok(Exit::Success)
}

/// Prints the sections of a plan.
fn print(plan: &PlanReport) {
    let items = || plan.items.iter();
    let slots = || items().flat_map(|item| &item.slots);
    section("generate", items().filter_map(|item| Some((&*item.name, generate(item)?))));
    section("take from the store", items().filter_map(|item| Some((&*item.name, adopt(item)?))));
    section("recapture (lost)", items().filter_map(|item| Some((&*item.name, recapture(item)?))));
    section("make", items().filter_map(|item| Some((&*item.name, make(item)?))));
    section("wait", items().filter_map(|item| Some((&*item.name, wait(item)?))));
    let held = "picked for an earlier prompt or style; `reroll` or `unpick` releases it";
    section("held", slots().filter(|slot| slot.held).map(|slot| (&*slot.id, held.to_owned())));
    section("cannot be made", items().filter_map(|item| Some((&*item.name, fail(item)?))));
    section("failed a gate", plan.gated.iter().map(|gated| (&*gated.name, gated.verdict.clone())));
    section("remove", plan.remove.iter().map(|name| (&**name, "the manifest no longer has it".to_owned())));
    let fresh = items().filter(|item| item.step == PlannedStep::Fresh && !item.stale).count();
    let images: usize = slots().map(|slot| slot.generate.len()).sum();
    let make = plan.items.len() - fresh;
    style::out(&format!(
        "{} up to date, {make} to be made, {} to be generated",
        count(fresh, "asset", "assets"),
        count(images, "image", "images")
    ));
}

fn section<'a>(title: &str, lines: impl Iterator<Item = (&'a str, String)>) {
    for (i, (name, text)) in lines.enumerate() {
        if i == 0 {
            style::out(&format!("{}:", paint(NAME, title)));
        }
        style::out(&format!("  {}  {}", printable(name), paint(DIM, &text)));
    }
}

fn generate(item: &PlannedItem) -> Option<String> {
    let images: usize = item.slots.iter().map(|slot| slot.generate.len()).sum();
    let slots = item.slots.iter().filter(|slot| !slot.generate.is_empty()).count();
    let frames =
        if item.slots.len() > 1 { format!(" for {slots} of {} frames", item.slots.len()) } else { String::new() };
    (images > 0).then(|| format!("{}{frames}", count(images, "image", "images")))
}

fn adopt(item: &PlannedItem) -> Option<String> {
    let images: usize = item.slots.iter().map(|slot| slot.adopt.len()).sum();
    (images > 0).then(|| count(images, "image", "images"))
}

fn recapture(item: &PlannedItem) -> Option<String> {
    let images = || count(item.recapture, "image", "images");
    (item.step == PlannedStep::Recapture).then(|| format!("{}, with the seed it had", images()))
}

fn make(item: &PlannedItem) -> Option<String> {
    item.why.clone().filter(|_| matches!(item.step, PlannedStep::Make | PlannedStep::Recapture))
}

fn wait(item: &PlannedItem) -> Option<String> {
    if item.step != PlannedStep::Wait {
        return None;
    }
    let mut waits: Vec<&str> = item.slots.iter().flat_map(|slot| &slot.waits).map(String::as_str).collect();
    waits.sort_unstable();
    waits.dedup();
    let blocked = item.slots.iter().filter(|slot| !slot.waits.is_empty()).count();
    match waits.as_slice() {
        [] if item.stale => None,
        [] => Some("for what it is made from".to_owned()),
        waits => Some(format!("waits: {} ({} then)", waits.join(", "), count(blocked, "slot", "slots"))),
    }
}

fn fail(item: &PlannedItem) -> Option<String> {
    let found = item.diagnostic.as_ref()?;
    let hint = found.hint.as_ref().map_or_else(String::new, |hint| format!(" ({hint})"));
    Some(format!("{}{hint}", found.message))
}
