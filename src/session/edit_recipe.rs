//! `edit_recipe`: other keys of recipes, seen before they are written. No image is asked for.

use std::collections::{BTreeMap, BTreeSet};

use image::RgbaImage;
use schemars::JsonSchema;
use serde::Serialize;

use super::edited_files;
use super::picture::{Entry, draw, entry};
use super::select::named;
use super::studio::{Drawn, Fallback, Studio};
use super::what_if::compared;
use super::workspace::pinned;
use super::{Compared, Error, Look, Operation, Options, Picture, Result, load_options};
use crate::manifest::change::{BadChange, RecipeChange};
use crate::manifest::edit::Edited;
use crate::manifest::set::{self, TableName};
use crate::manifest::{self, LoadOptions};
use crate::plan::{Planner, State};
use crate::words::asset::GroupId;
use crate::words::project::Manifest;

/// The version of [`EditedRecipe`]: fields are added without a new one, never changed or removed.
const VERSION: u32 = 1;

/// So many assets are compared and drawn.
const SHOWN: usize = 12;

/// What is changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecipeEdit {
    /// Assets by name, glob or `tag:NAME`, or `recipe:NAME` for a recipe of the manifest.
    pub targets: Vec<String>,
    /// Keys of a recipe: `palette=pico-8`, `size=24`.
    pub changes: Vec<String>,
    /// Whether the manifest is written.
    pub apply: bool,
}

/// What changed keys of recipes make of assets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EditedRecipe {
    /// The version of this form.
    pub version: u32,
    /// Whether the manifest was written.
    pub applied: bool,
    /// The files of the manifest that change.
    pub files: Vec<String>,
    /// The assets whose recipes change, the first ones; on the picture they follow each other, before and after.
    pub items: Vec<Compared>,
    /// How many more there are.
    pub more: usize,
}

/// Tries keys of recipes, and writes them into the manifest if that is wanted. The next build makes what changed.
///
/// # Errors
/// `unknown-target`, `not-an-asset`, or a change that no recipe can have.
pub fn edit_recipe(operation: &Operation, wanted: &RecipeEdit) -> Result<(EditedRecipe, Option<Picture>)> {
    let _lock = wanted.apply.then(|| operation.lock("edit")).transpose()?;
    let (workspace, state) = operation.open(Options::default(), Look::Lock)?;
    let bad = |bad| match bad {
        BadChange::Form(diagnostic) => Error::Usage(diagnostic),
        BadChange::Values(problems) => problems.into(),
    };
    if let Some(change) = wanted.changes.iter().find(|change| change.trim_start().starts_with("preset")) {
        let message = format!("`{change}` may change what is asked of a server");
        return Err(Error::usage("bad-value", message, "name keys of a recipe: palette, size, outline, colors, gates"));
    }
    RecipeChange::read(&wanted.changes, operation.root).map_err(bad)?;
    let planner = Planner::new(&workspace.manifest, &workspace.inputs);
    let tables = tables(&planner, &wanted.targets)?;
    let edited = set::set(&workspace.loaded, &tables, &wanted.changes).map_err(bad)?;
    let draft = |Edited { path, text }: &Edited| (path.to_string_lossy().into_owned(), text.clone());
    let drafts: BTreeMap<String, String> = edited.iter().map(draft).collect();
    let files: Vec<String> = drafts.keys().cloned().collect();
    let load = LoadOptions { edited: drafts, pinned: pinned(&state.lock), ..load_options(operation.profile) };
    let changed = with_recipes_of(&workspace.manifest, &manifest::load(operation.root, &load)?.manifest);
    let other = Planner::new(&changed, &workspace.inputs);
    let all = differing(&workspace.manifest, &changed);
    let ids: BTreeSet<GroupId> = all.iter().take(SHOWN).cloned().collect();
    let state = State { outputs: None, ..state };
    let made = |planner: &Planner, fallback| {
        let plan = planner.plan(&state);
        Studio { planner, plan: &plan, workspace: &workspace, state: &state, fallback }.draw(&ids, operation.cancel)
    };
    let (before, after) = (made(&planner, Fallback::MadeLast)?, made(&other, Fallback::None)?);
    let both = ids.iter().filter_map(|id| Some((id, before.get(id)?, after.get(id)?)));
    let both: Vec<(&GroupId, &Drawn, &Drawn)> = both.collect();
    if wanted.apply {
        edited_files::write(operation, &edited)?;
    }
    let picture = pairs(&both);
    let items = both.iter().map(|(id, before, after)| compared(id, (&planner, before), (&other, after))).collect();
    let more = all.len() - ids.len();
    let picture = picture.map(|entries| draw(entries, Some(2))).transpose()?;
    Ok((EditedRecipe { version: VERSION, applied: wanted.apply, files, items, more }, picture))
}

/// The tables of what the targets name.
fn tables(planner: &Planner, targets: &[String]) -> Result<Vec<TableName>> {
    let mut tables = BTreeSet::new();
    let mut assets = Vec::new();
    for target in targets {
        match target.strip_prefix("recipe:") {
            Some(name) => drop(tables.insert(TableName::Recipe(name.to_owned()))),
            None => assets.push(target.clone()),
        }
    }
    if targets.is_empty() {
        let message = "no asset and no recipe is named";
        return Err(Error::usage("bad-value", message, "name assets, or `recipe:default` for all"));
    }
    if !assets.is_empty() {
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

/// What has another recipe or size, and what is made from it.
fn differing(before: &Manifest, after: &Manifest) -> BTreeSet<GroupId> {
    let groups = before.groups.iter().zip(&after.groups).filter(|(a, b)| a.recipe != b.recipe).map(|(a, _)| &a.id);
    let tilesets = before.tilesets.iter().zip(&after.tilesets).filter(|(a, b)| a.size != b.size).map(|(a, _)| &a.id);
    groups.chain(tilesets).cloned().collect()
}

/// The first image of each asset before and after.
fn pairs(both: &[(&GroupId, &Drawn, &Drawn)]) -> Option<Vec<Entry>> {
    let first = |drawn: &Drawn| drawn.as_ref().ok().and_then(|sprites| sprites.frames.first()).cloned();
    let pair = |(id, before, after): &(&GroupId, &Drawn, &Drawn)| {
        let after: RgbaImage = first(after)?;
        let before = first(before).unwrap_or_else(|| RgbaImage::new(after.width(), after.height()));
        Some(entry(id.name.clone(), vec![before, after]))
    };
    let entries: Vec<Entry> = both.iter().filter_map(pair).collect();
    (!entries.is_empty()).then_some(entries)
}
