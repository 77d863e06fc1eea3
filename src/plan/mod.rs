//! The planner: what is fresh, to be processed, generated or re-rolled, and what waits.
//!
//! A pure function per slot and per group of (manifest, inputs, state); the plan is their sum. It does no I/O and uses
//! no clock and no randomness, so that `plan`, `check`, `why` and the build agree.

mod changes;
mod history;
mod item;
mod keyed;
pub mod keys;
mod parts;
mod slots;
mod state;
mod step;

use std::collections::{BTreeMap, BTreeSet};

use crate::words::ask::Input;
use crate::words::asset::{GroupId, SlotId};
use crate::words::project::{Group, Manifest, Origin, SheetOptions, Slot, Tileset};
use crate::words::timing::Timing;

pub use changes::{Change, changes};
pub use history::Changes;
pub use item::{ItemPlan, Reason, Step};
pub use slots::{SlotPlan, Want, seed};
pub use state::{FileInput, Inputs, State, Versions, unusable};

/// The plan of every group and tileset.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// By id.
    pub items: BTreeMap<GroupId, ItemPlan>,
}

/// The manifest with its names looked up, as the planner walks it.
pub struct Planner<'a> {
    /// What is planned.
    pub manifest: &'a Manifest,
    /// Digests and versions.
    pub inputs: &'a Inputs,
    groups: BTreeMap<&'a GroupId, &'a Group>,
    tilesets: BTreeMap<&'a GroupId, &'a Tileset>,
    dependents: BTreeMap<&'a GroupId, BTreeSet<&'a GroupId>>,
    /// The place of every item in an order in which each comes after what it depends on.
    ranks: BTreeMap<&'a GroupId, usize>,
}

/// A group or a tileset of the manifest.
#[derive(Clone, Copy)]
pub enum Item<'a> {
    /// Slots restored together.
    Group(&'a Group),
    /// Tiles assembled from textures.
    Tileset(&'a Tileset),
}

impl<'a> Item<'a> {
    /// Its name.
    pub fn id(self) -> &'a GroupId {
        match self {
            Item::Group(group) => &group.id,
            Item::Tileset(tileset) => &tileset.id,
        }
    }

    /// Its tags.
    pub fn tags(self) -> &'a [String] {
        match self {
            Item::Group(group) => &group.tags,
            Item::Tileset(tileset) => &tileset.tags,
        }
    }

    /// The built-ins that it was resolved with.
    pub fn with(self) -> &'a [String] {
        match self {
            Item::Group(group) => &group.with,
            Item::Tileset(tileset) => &tileset.with,
        }
    }

    /// How it is packed into a sheet.
    pub fn sheet(self) -> SheetOptions {
        match self {
            Item::Group(group) => group.sheet,
            Item::Tileset(tileset) => tileset.sheet,
        }
    }

    /// How it plays; animations only.
    pub fn timing(self) -> Option<&'a Timing> {
        match self {
            Item::Group(group) => group.timing.as_ref(),
            Item::Tileset(_) => None,
        }
    }

    /// The groups whose sprites its own are made from or share their palette with.
    pub fn made_from(self) -> Vec<&'a GroupId> {
        match self {
            Item::Group(group) => match &group.origin {
                Origin::Mirror(of) | Origin::Recolor(of, _) | Origin::Part(of, _) | Origin::Still(of, _) => vec![of],
                Origin::Slots(_) => group.base.iter().chain(&group.sheet_colors).collect(),
            },
            Item::Tileset(tileset) => tileset.textures(),
        }
    }

    /// The groups whose picks its asks take as inputs.
    pub fn input_groups(self) -> Vec<&'a GroupId> {
        let Item::Group(group) = self else { return Vec::new() };
        let inputs = group.slots().iter().flat_map(|slot| slot.ask.inputs().values());
        inputs.filter_map(|input| if let Input::Slot(slot) = input { Some(&slot.group) } else { None }).collect()
    }
}

impl<'a> Planner<'a> {
    /// Looks up the names of a manifest.
    pub fn new(manifest: &'a Manifest, inputs: &'a Inputs) -> Self {
        let groups: BTreeMap<_, _> = manifest.groups.iter().map(|group| (&group.id, group)).collect();
        let tilesets: BTreeMap<_, _> = manifest.tilesets.iter().map(|tileset| (&tileset.id, tileset)).collect();
        let mut planner =
            Self { manifest, inputs, groups, tilesets, dependents: BTreeMap::new(), ranks: BTreeMap::new() };
        let mut dependents: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for item in planner.items() {
            for of in item.made_from().into_iter().chain(item.input_groups()) {
                dependents.entry(of).or_default().insert(item.id());
            }
        }
        planner.dependents = dependents;
        planner.ranks = planner.ranked();
        planner
    }

    /// Orders items by what they depend on; a chain may be as long as the manifest.
    fn ranked(&self) -> BTreeMap<&'a GroupId, usize> {
        let mut open: BTreeMap<&GroupId, usize> = self.items().iter().map(|item| (item.id(), 0)).collect();
        for dependent in self.dependents.values().flatten() {
            open.entry(dependent).and_modify(|count| *count += 1);
        }
        let mut ready: Vec<&'a GroupId> = open.iter().filter(|(_, count)| **count == 0).map(|(id, _)| *id).collect();
        let mut ranks = BTreeMap::new();
        while let Some(id) = ready.pop() {
            ranks.insert(id, ranks.len());
            for dependent in self.dependents.get(id).into_iter().flatten() {
                let Some(count) = open.get_mut(dependent) else { continue };
                *count -= 1;
                if *count == 0 {
                    ready.push(dependent);
                }
            }
        }
        ranks
    }

    /// Every group, then every tileset.
    pub fn items(&self) -> Vec<Item<'a>> {
        let groups = self.manifest.groups.iter().map(Item::Group);
        groups.chain(self.manifest.tilesets.iter().map(Item::Tileset)).collect()
    }

    /// The group or tileset of a name.
    pub fn item(&self, id: &GroupId) -> Option<Item<'a>> {
        let group = self.groups.get(id).map(|group| Item::Group(group));
        group.or_else(|| self.tilesets.get(id).map(|tileset| Item::Tileset(tileset)))
    }

    /// The group of a name.
    pub fn group(&self, id: &GroupId) -> Option<&'a Group> {
        self.groups.get(id).copied()
    }

    /// Whether others are made from it or wait for its pick.
    pub fn has_dependents(&self, id: &GroupId) -> bool {
        self.dependents.contains_key(id)
    }

    /// Whether the picked raws of a group, and of all that share sprites with it, are available or come back as they
    /// were: a newer version makes all of these again, or none.
    pub(crate) fn all_raws_are_available(&self, id: &GroupId, state: &State) -> bool {
        let (mut seen, mut open) = (BTreeSet::new(), vec![id]);
        while let Some(id) = open.pop() {
            let Some(item) = self.item(id).filter(|_| seen.insert(id)) else { continue };
            let entry = state.lock.entries.get(id);
            let mut picks =
                entry.into_iter().flat_map(|entry| &entry.slots).filter_map(|(n, slot)| Some((n, slot.pick.as_ref()?)));
            let comes_back = |n: u32| {
                let slots = self.groups.get(id).map_or(&[][..], |group| group.slots());
                slots.iter().any(|slot| slot.id.frame.unwrap_or(0) == n && slot.ask.is_exact())
            };
            if !picks.all(|(n, pick)| state.raws.contains(&pick.raw) || comes_back(*n)) {
                return false;
            }
            open.extend(item.made_from());
            let dependents = self.dependents.get(id).into_iter().flatten();
            open.extend(dependents.filter(|of| self.item(of).is_some_and(|item| item.made_from().contains(&id))));
        }
        true
    }

    /// The slot of a name.
    pub fn slot(&self, id: &SlotId) -> Option<&'a Slot> {
        self.groups.get(&id.group)?.slots().iter().find(|slot| slot.id == *id)
    }

    /// The plan of everything.
    pub fn plan(&self, state: &State) -> Plan {
        let mut memo = keyed::Memo::default();
        let mut items = self.items();
        // Each after what it depends on, so that no chain is followed by recursion.
        items.sort_by_key(|item| self.ranks.get(item.id()));
        Plan {
            items: items.iter().map(|item| (item.id().clone(), step::plan(self, *item, state, &mut memo))).collect(),
        }
    }

    /// Plans again what a change of `touched` can reach; returns the ids that were planned again. What takes an item as
    /// an input is reached only if the plan of that item is another one.
    pub fn update(&self, plan: &mut Plan, touched: &BTreeSet<GroupId>, state: &State) -> BTreeSet<GroupId> {
        let mut reached: BTreeSet<GroupId> = touched.clone();
        let mut again: BTreeMap<GroupId, ItemPlan> = BTreeMap::new();
        let mut memo = keyed::Memo::after(plan);
        let rank = |id: &GroupId| self.ranks.get(id).copied().unwrap_or(usize::MAX);
        let mut open: BTreeSet<(usize, GroupId)> = touched.iter().map(|id| (rank(id), id.clone())).collect();
        while let Some((_, id)) = open.pop_first() {
            let Some(item) = self.item(&id).filter(|_| !again.contains_key(&id)) else { continue };
            let new = step::plan(self, item, state, &mut memo);
            let changed = touched.contains(&id) || plan.items.get(&id) != Some(&new);
            for dependent in self.dependents.get(&id).into_iter().flatten() {
                let made_from = || self.item(dependent).is_some_and(|item| item.made_from().contains(&&id));
                if changed || made_from() {
                    open.insert((rank(dependent), (*dependent).clone()));
                }
            }
            // Whether the raw of a texture without files of its own is lost depends on the files of its tilesets.
            let silent = |id: &&&GroupId| self.group(id).is_some_and(|group| group.path.is_none());
            open.extend(item.made_from().iter().filter(silent).map(|id| (rank(id), (*id).clone())));
            reached.insert(id.clone());
            again.insert(id, new);
        }
        plan.items.extend(again);
        reached
    }
}

impl Plan {
    /// The requests to every backend.
    pub fn requests(&self) -> impl Iterator<Item = (&SlotPlan, &Want)> {
        let slots = self.items.values().flat_map(|item| &item.slots);
        slots.flat_map(|slot| slot.requests.iter().map(move |want| (slot, want)))
    }

    /// Whether the lock would change if this plan were carried out.
    pub fn is_stale(&self) -> bool {
        self.items.values().any(ItemPlan::is_stale)
    }
}
