//! Which items a build carries out, and whether it may.

use std::collections::BTreeSet;

use globset::GlobBuilder;

use super::{BuildOptions, Refusal};
use crate::asset::GroupId;
use crate::manifest::Ask;
use crate::plan::{Item, Plan, Planner};

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

/// Whether the plan may be carried out as it is.
pub fn permitted(planner: &Planner, plan: &Plan, options: &BuildOptions) -> Result<(), Refusal> {
    if options.locked || options.frozen {
        let stale: Vec<String> =
            plan.items.values().filter(|item| item.is_stale()).map(|item| item.id.name.clone()).collect();
        return if stale.is_empty() { Ok(()) } else { Err(Refusal::Stale(stale)) };
    }
    let over: Vec<String> = plan
        .items
        .values()
        .flat_map(|item| &item.slots)
        .filter(|slot| slot.sketches_over)
        .map(|slot| slot.id.to_string())
        .collect();
    if !over.is_empty() && !options.yes {
        return Err(Refusal::SketchesOver(over));
    }
    let on_gpu = |slot| planner.slot(slot).is_some_and(|slot| matches!(slot.ask, Ask::Comfyui(_)));
    let images = plan.requests().filter(|(slot, _)| on_gpu(&slot.id)).count();
    let most = planner.manifest.project.max_images;
    if images > most as usize && !options.yes { Err(Refusal::TooMany { images, most }) } else { Ok(()) }
}
