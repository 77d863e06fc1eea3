//! Targets: which items a command works on.

use std::collections::BTreeSet;

use super::{Error, Result};
use crate::plan::{Item, Plan, Planner, SlotPlan};
use crate::words::asset::{GroupId, SlotId};
use crate::words::diagnostic::{Diagnostic, Subject};
use crate::words::selector::{Selector, is_glob};
use crate::words::suggest::nearest;
use crate::words::text::shortened;

/// The items that targets name (`knight`, `knight@e`, `potion*`, `tag:hero`), with all that they are made from.
pub fn select(planner: &Planner, targets: &[String]) -> Result<BTreeSet<GroupId>> {
    Ok(with_origins(planner, named(planner, targets)?))
}

/// The items that targets name, alone; all of them without a target.
pub(super) fn named(planner: &Planner, targets: &[String]) -> Result<BTreeSet<GroupId>> {
    let items = planner.items();
    let mut selected: BTreeSet<GroupId> = BTreeSet::new();
    if targets.is_empty() {
        return Ok(items.iter().map(|item| item.id().clone()).collect());
    }
    for target in targets {
        let wanted = parse(target)?;
        let is_named = |item: &&Item| wanted.names(item.id(), item.tags());
        let found: Vec<&GroupId> = items.iter().filter(is_named).map(|item| item.id()).collect();
        if found.is_empty() {
            return Err(unknown(target, &items));
        }
        selected.extend(found.into_iter().cloned());
    }
    Ok(selected)
}

/// Items with all that they are made from.
pub(super) fn with_origins(planner: &Planner, mut selected: BTreeSet<GroupId>) -> BTreeSet<GroupId> {
    let mut open: Vec<GroupId> = selected.iter().cloned().collect();
    while let Some(item) = open.pop().and_then(|id| planner.item(&id)) {
        for of in item.made_from().into_iter().chain(item.input_groups()) {
            if selected.insert(of.clone()) {
                open.push(of.clone());
            }
        }
    }
    selected
}

/// The slots that one target names: an asset means all of its slots, `knight-walk@e` all frames of that member,
/// `knight-walk@e#3` one frame, a glob or a tag those of all that match.
pub(super) fn slots<'a>(planner: &Planner, plan: &'a Plan, target: &str) -> Result<Vec<&'a SlotPlan>> {
    let all = || plan.items.values().flat_map(|item| &item.slots);
    let is_named = |id: &SlotId| id.to_string() == target || id.group.name == target || id.group.asset() == target;
    let exact: Vec<&SlotPlan> = all().filter(|slot| is_named(&slot.id)).collect();
    if !exact.is_empty() {
        return Ok(exact);
    }
    let found: Vec<&SlotPlan> = match parse(target)? {
        Selector::Name { kind: None, glob: Some(glob), .. } if target.contains('#') => {
            all().filter(|slot| glob.is_match(&slot.id.to_string())).collect()
        }
        _ => {
            let ids = named(planner, &[target.to_owned()])?;
            all().filter(|slot| ids.contains(&slot.id.group)).collect()
        }
    };
    match found.is_empty() {
        true if target.contains('#') => Err(unknown(target, &planner.items())),
        true => Err(Error::usage(
            "not-generated",
            format!("`{target}` has no candidates of its own"),
            "name a sprite, a texture or an animation that is generated",
        )),
        false => Ok(found),
    }
}

/// Whether a target says itself that it means several: a glob, a tag.
pub(super) fn means_several(target: &str) -> bool {
    target.starts_with("tag:") || is_glob(target)
}

/// Reads one target.
fn parse(target: &str) -> Result<Selector<'_>> {
    Selector::parse(target).map_err(|error| {
        let message = format!("the target `{}` {error}", shortened(target));
        let subject = Subject::Asset(shortened(target).into_owned());
        Error::Usage(Diagnostic::error(error.code(), message).hint(error.hint()).about(subject))
    })
}

const LIST: &str = "`dgx-pixels list` shows all assets";

/// The error for a target that names nothing.
fn unknown(target: &str, items: &[Item]) -> Error {
    let (message, near) = match target.strip_prefix("tag:") {
        Some(tag) => (format!("no asset has the tag `{tag}`"), None),
        None if is_glob(target) => (format!("nothing matches `{target}`"), None),
        None => (format!("no asset is called `{target}`"), members(target, items).or_else(|| near(target, items))),
    };
    let hint = near.map_or_else(|| LIST.to_owned(), |near| format!("did you mean `{near}`? {LIST}"));
    let unknown = Diagnostic::error("unknown-target", message).hint(hint);
    Error::Usage(unknown.about(Subject::Asset(target.to_owned())))
}

/// The glob for a member that is named by one of several axes: `hero@red` means `hero@red-*`, `hero@e` means `hero@*-e`.
fn members(target: &str, items: &[Item]) -> Option<String> {
    let (asset, part) = target.split_once('@').filter(|(_, part)| !part.is_empty())?;
    let parts: Vec<&str> =
        items.iter().filter_map(|item| item.id().name.strip_prefix(asset)?.strip_prefix('@')).collect();
    let (first, last) = (format!("{part}-"), format!("-{part}"));
    if parts.iter().any(|name| name.starts_with(&first)) {
        return Some(format!("{asset}@{part}-*"));
    }
    parts.iter().any(|name| name.ends_with(&last)).then(|| format!("{asset}@*-{part}"))
}

fn near(target: &str, items: &[Item]) -> Option<String> {
    let names: BTreeSet<&str> = items.iter().flat_map(|item| [item.id().asset(), item.id().name.as_str()]).collect();
    nearest(target, names).map(str::to_owned)
}
