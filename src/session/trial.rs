//! A manifest with other keys in its recipes, seen before it is written. No server is asked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::edited_files;
use super::select::named;
use super::studio::{Drawn, Fallback, Studio};
use super::workspace::pinned;
use super::{Error, Look, Opened, Operation, Options, Result, load_options};
use crate::manifest::change::{BadChange, RecipeChange};
use crate::manifest::edit::Edited;
use crate::manifest::set::{self, TableName};
use crate::manifest::{self, LoadOptions};
use crate::plan::{Plan, Planner};
use crate::words::asset::GroupId;
use crate::words::project::Manifest;

/// What a target begins with that names a recipe in place of assets.
const RECIPE: &str = "recipe:";

/// A project under its manifest, and under the same with changed recipes.
pub(super) struct Trial {
    opened: Arc<Opened>,
    /// What is asked for is the same: recipes and sizes differ.
    changed: Manifest,
    edited: Vec<Edited>,
}

/// What is drawn of an asset before and after.
pub(super) type Pair = (Drawn, Drawn);

impl Trial {
    /// Sets `KEY=VALUE` in the tables that the targets mean: assets by name, glob or `tag:` word, `recipe:NAME`.
    ///
    /// # Errors
    /// `unknown-target`, a change that no recipe can have, or the manifest would be invalid.
    pub(super) fn open(operation: &Operation, targets: &[String], changes: &[String]) -> Result<Self> {
        let opened = operation.read(Options::default(), Look::Lock)?;
        let Opened { workspace, state, .. } = &*opened;
        if let Some(change) = changes.iter().find(|change| change.trim_start().starts_with("preset")) {
            let message = format!("`{change}` may change what is asked of a server");
            let hint = "name keys of a recipe: palette, size, outline, colors, gates";
            return Err(Error::usage("bad-value", message, hint));
        }
        RecipeChange::read(changes, operation.root).map_err(bad)?;
        let tables = tables(&Planner::new(&workspace.manifest, &workspace.inputs), targets)?;
        let edited = set::set(&workspace.loaded, &tables, changes).map_err(bad)?;
        let drafts = edited.iter().map(|file| (file.path.to_string_lossy().into_owned(), file.text.clone())).collect();
        let load = LoadOptions { edited: drafts, pinned: pinned(&state.lock), ..load_options(operation.profile) };
        let changed = with_recipes_of(&workspace.manifest, &manifest::load(operation.root, &load)?.manifest);
        Ok(Self { opened, changed, edited })
    }

    /// The files of the manifest that change, relative to the project.
    pub(super) fn files(&self) -> Vec<String> {
        self.edited.iter().map(|file| file.path.to_string_lossy().into_owned()).collect()
    }

    /// What targets name, everything without one.
    pub(super) fn named(&self, targets: &[String]) -> Result<BTreeSet<GroupId>> {
        named(&self.before(), targets)
    }

    /// The planner of the manifest as it is.
    pub(super) fn before(&self) -> Planner<'_> {
        Planner::new(&self.opened.workspace.manifest, &self.opened.workspace.inputs)
    }

    /// The planner of the manifest as it would be.
    pub(super) fn after(&self) -> Planner<'_> {
        Planner::new(&self.changed, &self.opened.workspace.inputs)
    }

    /// What has another recipe or size, and what is made from it.
    pub(super) fn differing(&self) -> BTreeSet<GroupId> {
        let (before, after) = (&*self.opened.workspace.manifest, &self.changed);
        let groups = before.groups.iter().zip(&after.groups).filter(|(a, b)| a.recipe != b.recipe).map(|(a, _)| &a.id);
        let tilesets =
            before.tilesets.iter().zip(&after.tilesets).filter(|(a, b)| a.size != b.size).map(|(a, _)| &a.id);
        // Picks hold whatever the recipe is: the lock has them.
        let (now, then) = (self.before().plan(&self.opened.state), self.after().plan(&self.opened.state));
        let key = |plan: &Plan, id: &GroupId| plan.items.get(id).and_then(|item| item.key);
        let derived = now.items.keys().filter(|id| key(&now, id) != key(&then, id));
        groups.chain(tilesets).chain(derived).cloned().collect()
    }

    /// The sprites of assets before and after.
    pub(super) fn draw(&self, operation: &Operation, ids: &BTreeSet<GroupId>) -> Result<BTreeMap<GroupId, Pair>> {
        let made = |planner: &Planner, fallback| {
            let Opened { workspace, state, .. } = &*self.opened;
            let plan = planner.plan(state);
            Studio { planner, plan: &plan, workspace, state, fallback }.draw(ids, operation.cancel)
        };
        let before = made(&self.before(), Fallback::MadeLast)?;
        let mut after = made(&self.after(), Fallback::None)?;
        let pair = |(id, before)| after.remove(&id).map(|after| (id, (before, after)));
        Ok(before.into_iter().filter_map(pair).collect())
    }

    /// Writes the manifest; its comments and its order stay. Nothing is built.
    pub(super) fn write(&self, operation: &Operation) -> Result<()> {
        edited_files::write(operation, &self.edited)
    }
}

fn bad(bad: BadChange) -> Error {
    match bad {
        BadChange::Form(diagnostic) => Error::Usage(diagnostic),
        BadChange::Values(problems) => problems.into(),
    }
}

/// The tables of what the targets name.
fn tables(planner: &Planner, targets: &[String]) -> Result<Vec<TableName>> {
    if targets.is_empty() {
        let message = "no asset and no recipe is named";
        return Err(Error::usage("bad-value", message, "name assets, or `recipe:default` for all"));
    }
    let (recipes, assets): (Vec<&String>, Vec<&String>) = targets.iter().partition(|target| target.starts_with(RECIPE));
    let recipes = recipes.iter().filter_map(|target| target.strip_prefix(RECIPE));
    let mut tables: BTreeSet<TableName> = recipes.map(|name| TableName::Recipe(name.to_owned())).collect();
    if !assets.is_empty() {
        let assets: Vec<String> = assets.into_iter().cloned().collect();
        let ids = named(planner, &assets)?.into_iter();
        tables.extend(ids.map(|id| TableName::Asset(id.kind, id.asset().to_owned())));
    }
    Ok(tables.into_iter().collect())
}

/// A manifest with the recipes of another one; what is asked for stays.
fn with_recipes_of(manifest: &Manifest, other: &Manifest) -> Manifest {
    let mut manifest = manifest.clone();
    for group in &mut manifest.groups {
        if let Some(new) = other.groups.iter().find(|new| new.id == group.id) {
            group.recipe = new.recipe.clone();
        }
    }
    for tileset in &mut manifest.tilesets {
        if let Some(new) = other.tilesets.iter().find(|new| new.id == tileset.id) {
            tileset.size = new.size;
        }
    }
    manifest
}
