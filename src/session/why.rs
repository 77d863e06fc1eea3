//! `why`: what changed since an asset was last made.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::drift::{Drift, drifted};
use super::plan::{PlannedItem, planned_item};
use super::{Look, Opened, Operation, Options, Result, Workspace, select};
use crate::plan::{Change, Item, ItemPlan, Plan, Planner, State, Step};
use crate::words::asset::GroupId;
use crate::words::file_error::{Access, FileResult};
use crate::words::lock::Entry;
use crate::words::sprite::Restoration;

/// The version of [`Explanation`]: fields are added without a new one, never changed or removed.
const VERSION: u32 = 1;

/// The metrics that count repairs.
const REPAIRS: [&str; 4] = ["moved", "tinted", "snapped", "merged"];

/// The answer of [`why`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Explanation {
    /// The version of this form.
    pub version: u32,
    /// The groups and tilesets that the name means.
    pub items: Vec<ExplainedItem>,
}

/// Why a group or a tileset is made, or is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ExplainedItem {
    /// What a build would do with it.
    #[serde(flatten)]
    pub planned: PlannedItem,
    /// The groups that it is made from and that have no sprites yet, while it waits.
    pub waits_for: Vec<String>,
    /// Fields that changed since it was last made, with their values.
    pub changes: Vec<Change>,
    /// Parts that changed and whose old values this machine does not know.
    pub changed_parts: Vec<ChangedPart>,
    /// Half-transparent pixels of its raws that became opaque or transparent, if it has sprites here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cut_alpha: Option<u32>,
    /// What was repaired in its frames, if it has sprites here: frames `moved`, `tinted` and `merged`, pixels `snapped`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub repaired: BTreeMap<&'static str, i64>,
    /// Its files that this checkout did not write, relative to the project; a build keeps them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub external: Vec<String>,
    /// Model files that changed since its picks were captured; they make nothing stale.
    pub drift: Vec<Drift>,
}

/// A part of a group that changed, with the digests that the lock has of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ChangedPart {
    /// `prompt`, `graph`, `canvas`, `inputs`, `models`, `recipe` or `export`.
    pub part: &'static str,
    /// What the lock has.
    pub before: String,
    /// What the manifest has.
    pub after: String,
}

/// Explains every group of an asset, the group of a member or of a slot (`knight-walk@e#2`), or what a target names.
///
/// # Errors
/// `unknown-target`, or the project cannot be opened.
pub fn why(operation: &Operation, target: &str) -> Result<Explanation> {
    let opened = operation.read(Options { remake: true, ..Options::default() }, Look::Outputs)?;
    let Opened { workspace, state, .. } = &*opened;
    let planner = Planner::new(&workspace.manifest, &workspace.inputs);
    let plan = opened.plan(&planner);
    let named = named(&planner, plan, target)?;
    let mut items = Vec::new();
    for item in plan.items.values().filter(|item| named.contains(&item.id)) {
        let changes = workspace.changes(&planner, plan, &item.id, state);
        let changes = changes.accessing(Access::ReadStore, workspace.folders.shown_store())?;
        let entry = state.lock.entries.get(&item.id);
        let found = restoration(item, workspace, state);
        items.push(ExplainedItem {
            planned: planned_item(item, state),
            waits_for: waits_for(item, &planner, plan),
            changes: changes.fields,
            changed_parts: entry.map(|entry| changed_parts(&changes.parts, entry, item)).unwrap_or_default(),
            cut_alpha: found.as_ref().map(|found| found.cut_alpha).filter(|cut| *cut > 0),
            repaired: found.as_ref().map(repaired).unwrap_or_default(),
            external: external(item, workspace, state),
            drift: drift(item, workspace, state),
        });
    }
    Ok(Explanation { version: VERSION, items })
}

/// The files in the place of an item's outputs that neither this checkout nor its lock knows.
fn external(item: &ItemPlan, workspace: &Workspace, state: &State) -> Vec<String> {
    let Some(found) = &state.outputs else { return Vec::new() };
    let is_external = |path: &&String| found.get(*path).is_some_and(|digest| !workspace.owned.contains(digest));
    let paths = item.outputs.iter().map(|output| &output.path).filter(is_external);
    paths.map(|path| workspace.in_project(path)).collect()
}

/// What was found when the sprites of an item were restored.
fn restoration(item: &ItemPlan, workspace: &Workspace, state: &State) -> Option<Restoration> {
    let key = item.key.filter(|key| state.sprites.contains(key))?;
    Some(workspace.cache.read(&key).ok().flatten()?.found)
}

fn repaired(found: &Restoration) -> BTreeMap<&'static str, i64> {
    let count = |name: &'static str| Some((name, *found.metrics.get(name)?));
    REPAIRS.into_iter().filter_map(count).collect()
}

fn named(planner: &Planner, plan: &Plan, target: &str) -> Result<BTreeSet<GroupId>> {
    let is_slot = |item: &&ItemPlan| item.slots.iter().any(|slot| slot.id.to_string() == target);
    let is_named = |id: &GroupId| id.name == target || id.asset() == target;
    let items = plan.items.values().filter(|item| is_named(&item.id) || is_slot(item));
    let found: BTreeSet<GroupId> = items.map(|item| item.id.clone()).collect();
    if found.is_empty() { select(planner, &[target.to_owned()]) } else { Ok(found) }
}

/// What a waiting item is made from and that has no sprites yet.
fn waits_for(item: &ItemPlan, planner: &Planner, plan: &Plan) -> Vec<String> {
    let waits = item.step == Step::Wait || (item.step == Step::Fresh && item.is_stale());
    let made_from = planner.item(&item.id).filter(|_| waits).map(Item::made_from).unwrap_or_default();
    let is_ready = |of: &GroupId| plan.items.get(of).is_some_and(|of| of.key.is_some() && !of.is_stale_by_slots());
    made_from.into_iter().filter(|of| !is_ready(of)).map(ToString::to_string).collect()
}

fn changed_parts(parts: &[&'static str], entry: &Entry, item: &ItemPlan) -> Vec<ChangedPart> {
    let changed = |name: &&'static str| {
        let (before, after) = (entry.parts.get(name)?, item.parts.get(name)?);
        Some(ChangedPart { part: name, before: before.to_owned(), after: after.to_owned() })
    };
    parts.iter().filter_map(changed).collect()
}

/// Models that changed under their names since the picks were captured.
fn drift(item: &ItemPlan, workspace: &Workspace, state: &State) -> Vec<Drift> {
    let Some(entry) = state.lock.entries.get(&item.id) else { return Vec::new() };
    let picked = entry.slots.values().filter_map(|slot| {
        let pick = slot.pick.as_ref()?;
        slot.candidates.iter().find(|candidate| candidate.ask == pick.ask && candidate.n == pick.n)
    });
    drifted(workspace, picked.filter_map(|candidate| state.lock.provenance.get(&candidate.from)))
}
