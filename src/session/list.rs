//! `list`: the assets of a project with what a person chooses them by.

use serde::Serialize;

use super::plan::planned_item;
use super::select::named;
use super::{Look, Opened, Operation, Options, PlannedPick, PlannedStep, Result};
use crate::plan::{Item, ItemPlan, Planner, State};
use crate::words::ask::Ask;
use crate::words::asset::Kind;
use crate::words::project::Group;
use crate::words::recipe::Size;
use crate::words::sprite::Verdict;

/// The version of [`Listed`]: fields are added without a new one, never changed or removed.
const VERSION: u32 = 1;

/// The answer of [`list`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Listed {
    /// The version of this form.
    pub version: u32,
    /// One for each sprite, animation, texture and tileset, or member of one.
    pub items: Vec<ListedItem>,
}

/// A group or a tileset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ListedItem {
    /// The kind of its asset.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// The name of its asset, which all members share.
    pub asset: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// The whole prompt of its first slot, if it is generated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// What its images come from; `None` for what is made from others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backend: Option<&'static str>,
    /// Width and height of a frame or tile; `None` where the image decides.
    pub size: Option<[u32; 2]>,
    /// How many frames or tiles it has.
    pub frames: usize,
    /// What a build would do with it next.
    pub step: PlannedStep,
    /// Whether the lock would change.
    pub stale: bool,
    /// The verdict of the gates on what was made last.
    pub verdict: Option<Verdict>,
    /// Its slots, which have candidates.
    pub slots: Vec<ListedSlot>,
    /// Its files, relative to the output folder.
    pub files: Vec<String>,
}

/// A slot of [`ListedItem`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ListedSlot {
    /// Its name: `knight-walk@e#3`.
    pub id: String,
    /// How many candidates the lock has.
    pub candidates: usize,
    /// The choice, if there is one.
    pub pick: Option<PlannedPick>,
    /// The pick is a user's for an earlier prompt or style.
    pub held: bool,
}

/// Lists what the targets name; everything without a target.
///
/// # Errors
/// `unknown-target`, or the project cannot be opened.
pub fn list(operation: &Operation, targets: &[String]) -> Result<Listed> {
    let opened = operation.read(Options::default(), Look::Outputs)?;
    let Opened { workspace, state, .. } = &*opened;
    let planner = Planner::new(&workspace.manifest, &workspace.inputs);
    let selected = named(&planner, targets)?;
    let plan = opened.plan(&planner);
    let items = plan.items.values().filter(|item| selected.contains(&item.id));
    let items = items.filter_map(|plan| Some(listed(planner.item(&plan.id)?, plan, state))).collect();
    Ok(Listed { version: VERSION, items })
}

/// One item as a value.
pub(super) fn listed(item: Item, plan: &ItemPlan, state: &State) -> ListedItem {
    let planned = planned_item(plan, state);
    let made = state.lock.entries.get(&plan.id).and_then(|entry| entry.made.as_ref());
    let slots = planned.slots.into_iter();
    let ask = ask(item);
    ListedItem {
        kind: plan.id.kind,
        asset: plan.id.asset().to_owned(),
        name: planned.name,
        tags: item.tags().to_vec(),
        prompt: ask.and_then(prompt),
        backend: ask.map(Ask::backend),
        size: size(item),
        frames: frames(item),
        step: planned.step,
        stale: planned.stale,
        verdict: made.map(|made| made.verdict.clone()),
        slots: slots
            .map(|slot| ListedSlot { id: slot.id, candidates: slot.captured, pick: slot.pick, held: slot.held })
            .collect(),
        files: planned.files,
    }
}

fn ask(item: Item<'_>) -> Option<&Ask> {
    if let Item::Group(group) = item { group.slots().first().map(|slot| &slot.ask) } else { None }
}

fn prompt(ask: &Ask) -> Option<String> {
    ask.prompt().map(str::to_owned)
}

fn size(item: Item) -> Option<[u32; 2]> {
    match item {
        Item::Group(Group { recipe, .. }) => match recipe.size {
            Size::Frame(size) => Some(size),
            Size::Found => None,
        },
        Item::Tileset(tileset) => Some(tileset.size),
    }
}

fn frames(item: Item) -> usize {
    match item {
        Item::Group(group) => item.timing().map_or(group.slots().len().max(1), |timing| timing.durations.len()),
        Item::Tileset(tileset) => tileset.count() as usize,
    }
}
