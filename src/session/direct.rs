//! Art direction: the assets as they would be under an edited manifest, and the edit itself. No server is asked.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::edited_files;
use super::report::{Image, strip};
use super::select::named;
use super::studio::{Drawn, Fallback, Studio};
use super::workspace::{Workspace, load_options, pinned};
use super::{Error, Look, Operation, Options, Result};
use crate::manifest::change::BadChange;
use crate::manifest::edit::Edited;
use crate::manifest::set::{self, TableName, WrittenRecipe};
use crate::manifest::{self, LoadOptions};
use crate::plan::{Planner, State};
use crate::words::asset::{GroupId, Kind};
use crate::words::diagnostic::Diagnostic;

/// Keys that are set in the manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Direction {
    /// The recipe in which they are set; the assets' own tables where it is left out.
    pub recipe: Option<String>,
    /// Assets by name, glob or `tag:` word; only they are looked at.
    pub assets: Vec<String>,
    /// `KEY=VALUE` as on a command line: `palette=pico-8`.
    pub changes: Vec<String>,
}

/// The answer of [`preview`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Previewed {
    /// What would have other pixels, or none.
    pub items: Vec<PreviewedItem>,
    /// How many assets were looked at.
    pub assets: usize,
}

/// An asset as it is and as it would be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PreviewedItem {
    /// The kind of its asset.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// As it is; nothing without an image on this machine.
    pub before: Option<Image>,
    /// As it would be.
    pub after: Option<Image>,
    /// Why it would have no image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Diagnostic>,
}

/// The answer of [`apply`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Applied {
    /// The files of the manifest that changed, relative to the project.
    pub files: Vec<String>,
}

/// The recipes of the manifest with the keys that are written in them.
///
/// # Errors
/// The project cannot be opened.
pub fn recipes(operation: &Operation) -> Result<Vec<WrittenRecipe>> {
    let (workspace, _) = operation.open(Options::default(), Look::Lock)?;
    Ok(set::recipes(&workspace.loaded))
}

/// Everything that would have other pixels if the keys were set. Nothing is written.
///
/// # Errors
/// `unknown-target`, what is wrong with the changes, or the project cannot be opened.
pub fn preview(operation: &Operation, direction: &Direction) -> Result<Previewed> {
    let (workspace, state) = operation.open(Options::default(), Look::Lock)?;
    let planner = Planner::new(&workspace.manifest, &workspace.inputs);
    let ids = named(&planner, &direction.assets)?;
    let edited = edited(&workspace, &planner, direction)?;
    let changed = load(operation, &state, &edited)?;
    let other = Planner::new(&changed.manifest, &workspace.inputs);
    // Picks hold whatever the recipe is: the lock has them.
    let state = State { outputs: None, ..state };
    let (now, then) = (planner.plan(&state), other.plan(&state));
    let key = |plan: &crate::plan::Plan, id: &GroupId| plan.items.get(id).and_then(|item| item.key);
    let differ = |id: &&GroupId| then.items.contains_key(*id) && key(&now, id) != key(&then, id);
    let differ: BTreeSet<GroupId> = ids.iter().filter(differ).cloned().collect();
    let draw = |planner, plan, fallback| {
        Studio { planner, plan, workspace: &workspace, state: &state, fallback }.draw(&differ, operation.cancel)
    };
    let (before, after) = (draw(&planner, &now, Fallback::MadeLast)?, draw(&other, &then, Fallback::None)?);
    let image = |drawn: Option<&Drawn>| drawn.and_then(|drawn| strip(&drawn.as_ref().ok()?.frames));
    let items = differ.iter().map(|id| PreviewedItem {
        kind: id.kind,
        name: id.name.clone(),
        before: image(before.get(id)),
        after: image(after.get(id)),
        error: after.get(id).and_then(|drawn| drawn.as_ref().err().cloned()),
    });
    let items = items.filter(|item| item.before != item.after);
    Ok(Previewed { items: items.collect(), assets: ids.len() })
}

/// Sets the keys in the manifest if it stays valid with them; its comments and its order stay. Nothing is built.
///
/// # Errors
/// As of [`preview`]; a file cannot be written.
pub fn apply(operation: &Operation, direction: &Direction) -> Result<Applied> {
    let _lock = operation.lock("apply")?;
    let (workspace, state) = operation.open(Options::default(), Look::Lock)?;
    let planner = Planner::new(&workspace.manifest, &workspace.inputs);
    let edited = edited(&workspace, &planner, direction)?;
    load(operation, &state, &edited)?;
    edited_files::write(operation, &edited)?;
    Ok(Applied { files: edited.iter().map(|file| file.path.to_string_lossy().into_owned()).collect() })
}

fn edited(workspace: &Workspace, planner: &Planner, direction: &Direction) -> Result<Vec<Edited>> {
    let tables: BTreeSet<TableName> = match &direction.recipe {
        Some(recipe) => BTreeSet::from([TableName::Recipe(recipe.clone())]),
        None => {
            let ids = named(planner, &direction.assets)?;
            ids.iter().map(|id| TableName::Asset(id.kind, id.asset().to_owned())).collect()
        }
    };
    let tables: Vec<TableName> = tables.into_iter().collect();
    set::set(&workspace.loaded, &tables, &direction.changes).map_err(|bad| match bad {
        BadChange::Form(diagnostic) => Error::Usage(diagnostic),
        BadChange::Values(problems) => problems.into(),
    })
}

/// The manifest as it would be.
fn load(operation: &Operation, state: &State, edited: &[Edited]) -> Result<manifest::Loaded> {
    let edited = edited.iter().map(|file| (file.path.to_string_lossy().into_owned(), file.text.clone()));
    let load = LoadOptions { pinned: pinned(&state.lock), edited: edited.collect(), ..load_options(operation.profile) };
    Ok(manifest::load(operation.root, &load)?)
}
