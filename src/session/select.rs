//! Which items a build carries out, and whether it may.

use std::collections::BTreeSet;

use globset::GlobBuilder;

use super::{BuildOptions, Refusal};
use crate::plan::{Item, ItemPlan, Plan, Planner, State, Step};
use crate::words::ask::Ask;
use crate::words::asset::GroupId;

/// A target that names nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no asset is called `{target}`")]
pub struct NoSuchTarget {
    /// What was asked for.
    pub target: String,
    /// The nearest name, if one is near.
    pub near: Option<String>,
}

/// The items that targets name (`knight`, `knight@e`, `potion*`, `tag:hero`), with all that they are made from.
pub fn select(planner: &Planner, targets: &[String]) -> Result<BTreeSet<GroupId>, NoSuchTarget> {
    let items = planner.items();
    let mut selected: BTreeSet<GroupId> = BTreeSet::new();
    if targets.is_empty() {
        return Ok(items.iter().map(|item| item.id().clone()).collect());
    }
    for target in targets {
        let found: Vec<&GroupId> = items.iter().filter(|item| names(target, **item)).map(|item| item.id()).collect();
        if found.is_empty() {
            return Err(NoSuchTarget { target: target.clone(), near: near(target, &items) });
        }
        selected.extend(found.into_iter().cloned());
    }
    let mut open: Vec<GroupId> = selected.iter().cloned().collect();
    while let Some(item) = open.pop().and_then(|id| planner.item(&id)) {
        for of in item.made_from().into_iter().chain(item.input_groups()) {
            if selected.insert(of.clone()) {
                open.push(of.clone());
            }
        }
    }
    Ok(selected)
}

fn names(target: &str, item: Item) -> bool {
    if let Some(tag) = target.strip_prefix("tag:") {
        return item.tags().iter().any(|own| own == tag);
    }
    let (target, kind) = match target.split_once(':') {
        Some((kind, target)) => (target, Some(kind)),
        None => (target, None),
    };
    let id = item.id();
    if kind.is_some_and(|kind| kind != id.kind.word()) {
        return false;
    }
    let glob = |text: &str| GlobBuilder::new(target).build().is_ok_and(|glob| glob.compile_matcher().is_match(text));
    id.name == target
        || id.asset() == target
        || (target.contains(['*', '?', '[', '{']) && (glob(&id.name) || glob(id.asset())))
}

fn near(target: &str, items: &[Item]) -> Option<String> {
    let names: BTreeSet<&str> = items.iter().flat_map(|item| [item.id().asset(), item.id().name.as_str()]).collect();
    let ranked = names.into_iter().map(|name| (strsim::damerau_levenshtein(target, name), name));
    ranked.min().filter(|(distance, _)| *distance <= 1 + target.len() / 3).map(|(_, name)| name.to_owned())
}

/// Whether the selected part of the plan may be carried out as it is.
pub fn permitted(
    planner: &Planner,
    plan: &Plan,
    selected: &BTreeSet<GroupId>,
    state: &State,
    profile: Option<&str>,
    options: &BuildOptions,
) -> Result<(), Refusal> {
    let items: Vec<&ItemPlan> = plan.items.values().filter(|item| selected.contains(&item.id)).collect();
    if options.locked || options.frozen {
        let stale = items.iter().filter(|item| item.is_stale()).map(|item| item.id.name.clone());
        let gone = state.lock.entries.keys().filter(|id| planner.item(id).is_none()).map(|id| id.name.clone());
        let stale: Vec<String> = stale.chain(gone).collect();
        return if stale.is_empty() { Ok(()) } else { Err(Refusal::Stale(stale)) };
    }
    let slots = || items.iter().flat_map(|item| &item.slots);
    let over: Vec<String> = slots().filter(|slot| slot.sketches_over).map(|slot| slot.id.to_string()).collect();
    if profile.is_none() && !over.is_empty() && !options.yes {
        return Err(Refusal::SketchesOver(over));
    }
    let images: usize = items.iter().map(|item| images(planner, item)).sum();
    let most = planner.manifest.project.max_images;
    if images > most as usize && !options.yes { Err(Refusal::TooMany { images, most }) } else { Ok(()) }
}

/// Images that a GPU draws for an item, those of slots that still wait included.
fn images(planner: &Planner, item: &ItemPlan) -> usize {
    let drawn = |id| planner.slot(id).filter(|slot| matches!(slot.ask, Ask::Comfyui(_)));
    let asked = item.slots.iter().filter_map(|slot| Some((slot, drawn(&slot.id)?))).map(|(planned, slot)| {
        if planned.waits.is_empty() { planned.requests.len() } else { slot.candidates as usize }
    });
    let again = match &item.step {
        Step::Recapture(wants, _) => wants.iter().filter(|(id, _)| drawn(id).is_some()).count(),
        _ => 0,
    };
    asked.sum::<usize>() + again
}
