//! A comparison opened: a group for every arm, slot and seed, with the ask of the arm and the seed of the slot.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::manifest::{self, LoadOptions};
use crate::plan::{Plan, Planner, State, Want, seed};
use crate::session::select::slots;
use crate::session::workspace::pinned;
use crate::session::{Error, Look, Operation, Options, Result, Workspace, load_options};
use crate::words::ask::Input;
use crate::words::asset::{GroupId, Kind, SlotId};
use crate::words::compare::{Cell, Comparison, Slide};
use crate::words::diagnostic::{Diagnostic, Subject};
use crate::words::digest::Short;
use crate::words::lock::Lock;
use crate::words::project::{Group, Manifest, Origin, SheetOptions, Slot};
use crate::words::suggest::nearest;

/// The tag of the groups of a comparison; no manifest can have such a tag.
pub(super) const TAG: &str = "~compare";

/// An opened comparison.
pub(super) struct Cells {
    pub(super) comparison: Comparison,
    /// It has the groups of the comparison, and those that their inputs need, alone.
    pub(super) workspace: Workspace,
    pub(super) state: State,
    pub(super) cells: Vec<Cell>,
    /// The group of every arm of every cell.
    pub(super) groups: Vec<Vec<GroupId>>,
    /// All arms start from the same noise for the same seed.
    pub(super) paired: bool,
}

/// A slot with the group that it is in.
type InGroup = (Group, Slot);

impl Cells {
    pub(super) fn open(operation: &Operation, name: &str) -> Result<Self> {
        let options = Options { comparison: true, ..Options::default() };
        let (mut workspace, mut state) = operation.open(options, Look::Lock)?;
        let comparison = find(&workspace.manifest, name)?;
        let base = compared_slots(&workspace, &state, &comparison)?;
        let (mut arms, mut workflows) = (Vec::new(), BTreeMap::new());
        for arm in &comparison.arms {
            let load = LoadOptions {
                arm: Some((comparison.name.clone(), arm.clone())),
                pinned: pinned(&state.lock),
                ..load_options(operation.profile)
            };
            let loaded = manifest::load(operation.root, &load)?;
            workflows.extend(loaded.workflows);
            arms.push(by_slot(&loaded.manifest));
        }
        let paired = share_noise(&base, &arms);
        let mut made = Vec::new();
        let mut groups = Vec::new();
        for (_, slot) in &base {
            for n in 1..=comparison.seeds {
                let cell = arms.iter().zip(&comparison.arms).filter_map(|(arm, name)| {
                    let (group, asked) = arm.get(&slot.id)?;
                    Some(alone(group, asked, name, n, seed(slot, n)))
                });
                let cell: Vec<Group> = cell.collect();
                groups.push(cell.iter().map(|group| group.id.clone()).collect::<Vec<_>>());
                made.extend(cell);
            }
        }
        let needed = needed(&workspace.manifest, &made);
        state.lock = only(&state.lock, &needed);
        made.extend(needed);
        made.sort_by(|a, b| a.id.cmp(&b.id));
        let project = workspace.manifest.project.clone();
        let manifest = Manifest {
            project,
            groups: made,
            tilesets: Vec::new(),
            atlases: Vec::new(),
            trains: Vec::new(),
            comparisons: Vec::new(),
        };
        workspace.take(Arc::new(manifest), workflows)?;
        let mut cells = Self { comparison, workspace, state, cells: Vec::new(), groups, paired };
        cells.fill(&base);
        Ok(cells)
    }

    /// Looks up what each arm asks for in each cell, and its image.
    fn fill(&mut self, base: &[InGroup]) {
        let plan = self.plan();
        let places = base.iter().flat_map(|(_, slot)| (1..=self.comparison.seeds).map(move |n| (slot, n)));
        let cells = places.zip(&self.groups).map(|((slot, n), groups)| {
            let seed = seed(slot, n);
            let arms = groups.iter().map(|group| slide(&plan, &self.state, group, seed)).collect();
            Cell { slot: slot.id.to_string(), seed, arms }
        });
        self.cells = cells.collect();
    }

    /// Refuses arms that ask for the same.
    pub(super) fn differ(&self) -> Result<()> {
        let asks = |arm: usize| self.cells.iter().filter_map(move |cell| cell.arms.get(arm)).map(|slide| slide.ask);
        for (a, b) in crate::words::compare::pairs_of(self.comparison.arms.len()) {
            if asks(a).eq(asks(b)) && asks(a).all(|ask| ask != Short(0)) {
                let names = &self.comparison.arms;
                let message = format!("the arms `{}` and `{}` ask for the same images", names[a], names[b]);
                let hint = "remove one, or change it: an arm is compared by its images";
                let diagnostic = Diagnostic::error("equal-arms", message).hint(hint);
                return Err(Error::Usage(diagnostic.at(self.comparison.place.clone())));
            }
        }
        Ok(())
    }

    pub(super) fn planner(&self) -> Planner<'_> {
        Planner::new(&self.workspace.manifest, &self.workspace.inputs)
    }

    pub(super) fn plan(&self) -> Plan {
        self.planner().plan(&self.state)
    }
}

/// The comparison of a name.
pub(super) fn find(manifest: &Manifest, name: &str) -> Result<Comparison> {
    if let Some(found) = manifest.comparisons.iter().find(|comparison| comparison.name == name) {
        return Ok(found.clone());
    }
    let names = manifest.comparisons.iter().map(|comparison| comparison.name.as_str());
    let hint = match nearest(name, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "the manifest has no table `[compare.NAME]` of that name".to_owned(),
    };
    let diagnostic = Diagnostic::error("unknown-comparison", format!("no comparison is called `{name}`")).hint(hint);
    Err(Error::Usage(diagnostic.about(Subject::File("pixels.toml".to_owned()))))
}

/// The generated slots that a comparison's targets mean, each once, in the order of the manifest's names.
fn compared_slots(workspace: &Workspace, state: &State, comparison: &Comparison) -> Result<Vec<InGroup>> {
    let planner = Planner::new(&workspace.manifest, &workspace.inputs);
    let plan = planner.plan(state);
    let mut ids: BTreeSet<SlotId> = BTreeSet::new();
    for target in &comparison.slots {
        let found = slots(&planner, &plan, target).map_err(|error| at(error, comparison))?;
        ids.extend(found.into_iter().map(|slot| slot.id.clone()));
    }
    let found = by_slot(&workspace.manifest);
    let drawn = ids.iter().filter_map(|id| found.get(id)).filter(|(_, slot)| slot.ask.sources().is_none());
    let drawn: Vec<InGroup> = drawn.cloned().collect();
    if drawn.is_empty() {
        let message = format!("the comparison `{}` has no slot that is generated", comparison.name);
        let hint = "name assets with a `prompt`: images of files have no style";
        let diagnostic = Diagnostic::error("not-generated", message).hint(hint);
        return Err(Error::Usage(diagnostic.at(comparison.place.clone())));
    }
    Ok(drawn)
}

/// An error of usage with the place of the comparison.
fn at(error: Error, comparison: &Comparison) -> Error {
    match error {
        Error::Usage(diagnostic) => Error::Usage(diagnostic.at(comparison.place.clone())),
        other => other,
    }
}

fn by_slot(manifest: &Manifest) -> BTreeMap<SlotId, InGroup> {
    let slots = manifest.groups.iter().flat_map(|group| group.slots().iter().map(move |slot| (group, slot)));
    slots.map(|(group, slot)| (slot.id.clone(), (group.clone(), slot.clone()))).collect()
}

/// A group for one image, which writes no file.
fn alone(group: &Group, slot: &Slot, arm: &str, n: u32, seed: u64) -> Group {
    let kind = if group.id.kind == Kind::Animation { Kind::Sprite } else { group.id.kind };
    let id = GroupId::new(kind, format!("{}~{arm}~{n}", slot.id));
    let slot = Slot { id: SlotId::only(id.clone()), ask: slot.ask.clone(), seed: Some(seed), candidates: 1, reroll: 0 };
    Group {
        id,
        axes: Vec::new(),
        tags: vec![TAG.to_owned()],
        origin: Origin::Slots(vec![slot]),
        base: None,
        timing: None,
        sheet: SheetOptions::ALONE,
        path: None,
        ..group.clone()
    }
}

/// The groups whose picks are inputs of others, and theirs.
fn needed(manifest: &Manifest, groups: &[Group]) -> Vec<Group> {
    let mut needed: BTreeMap<GroupId, Group> = BTreeMap::new();
    let mut open: Vec<GroupId> = groups.iter().flat_map(inputs_of).collect();
    while let Some(id) = open.pop() {
        if needed.contains_key(&id) {
            continue;
        }
        if let Some(group) = manifest.groups.iter().find(|group| group.id == id) {
            open.extend(inputs_of(group));
            open.extend(group.base.iter().chain(&group.sheet_colors).cloned());
            needed.insert(id, Group { path: None, ..group.clone() });
        }
    }
    needed.into_values().collect()
}

fn inputs_of(group: &Group) -> Vec<GroupId> {
    let inputs = group.slots().iter().flat_map(|slot| slot.ask.inputs().values());
    inputs.filter_map(|input| if let Input::Slot(id) = input { Some(id.group.clone()) } else { None }).collect()
}

/// The picks of some groups alone: no file of the project is this workspace's to remove.
fn only(lock: &Lock, groups: &[Group]) -> Lock {
    let entries = groups.iter().filter_map(|group| Some((group.id.clone(), lock.entries.get(&group.id)?.clone())));
    let entries = entries.map(|(id, entry)| (id, crate::words::lock::Entry { made: None, ..entry }));
    Lock { entries: entries.collect(), shared: BTreeSet::new(), provenance: lock.provenance.clone() }
}

fn slide(plan: &Plan, state: &State, group: &GroupId, seed: u64) -> Slide {
    let slot = plan.items.get(group).and_then(|item| item.slots.first());
    let ask = slot.and_then(|slot| slot.keys.as_ref()?.asks.first().copied());
    let raw = ask.and_then(|ask| state.records.get(&Want::new(ask, 1, seed).request)).map(|(raw, _)| *raw);
    Slide { ask: ask.map_or(Short(0), |ask| ask.short()), raw }
}

/// The same seed gives the same noise to models of one family on one canvas, with whatever LoRAs.
fn share_noise(base: &[InGroup], arms: &[BTreeMap<SlotId, InGroup>]) -> bool {
    base.iter().all(|(_, slot)| {
        let mut noise = arms.iter().filter_map(|arm| {
            let style = arm.get(&slot.id)?.1.ask.style()?;
            Some((style.workflow.clone(), style.canvas))
        });
        let first = noise.next();
        noise.all(|other| Some(other) == first)
    })
}
