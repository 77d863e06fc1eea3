//! Art direction: the assets as they would be under an edited manifest, and the edit itself. No server is asked.

use serde::{Deserialize, Serialize};

use super::report::{Image, strip};
use super::studio::Drawn;
use super::trial::Trial;
use super::{Look, Operation, Options, Result};
use crate::manifest::set::{self, WrittenRecipe};
use crate::words::asset::Kind;
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
    let opened = operation.read(Options::default(), Look::Lock)?;
    Ok(set::recipes(&opened.workspace.loaded))
}

impl Direction {
    fn tried(&self, operation: &Operation) -> Result<Trial> {
        let recipe = self.recipe.as_ref().map(|name| vec![format!("recipe:{name}")]);
        Trial::open(operation, recipe.as_ref().unwrap_or(&self.assets), &self.changes)
    }
}

/// Everything that would have other pixels if the keys were set. Nothing is written.
///
/// # Errors
/// `unknown-target`, what is wrong with the changes, or the project cannot be opened.
pub fn preview(operation: &Operation, direction: &Direction) -> Result<Previewed> {
    let trial = direction.tried(operation)?;
    let ids = trial.named(&direction.assets)?;
    let differ = trial.differing().intersection(&ids).cloned().collect();
    let image = |drawn: &Drawn| strip(&drawn.as_ref().ok()?.frames);
    let items = trial.draw(operation, &differ)?.into_iter().map(|(id, (before, after))| PreviewedItem {
        kind: id.kind,
        name: id.name,
        before: image(&before),
        after: image(&after),
        error: after.err(),
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
    let trial = direction.tried(operation)?;
    trial.write(operation)?;
    Ok(Applied { files: trial.files() })
}
