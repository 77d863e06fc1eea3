//! `edit_recipe`: other keys of recipes, with a picture of what they make. No image is asked for.

use std::collections::BTreeSet;

use image::RgbaImage;
use schemars::JsonSchema;
use serde::Serialize;

use super::picture::{Entry, draw, entry};
use super::studio::Drawn;
use super::trial::{Pair, Trial};
use super::what_if::compared;
use super::{Compared, Operation, Picture, Result};
use crate::words::asset::GroupId;

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
    let trial = Trial::open(operation, &wanted.targets, &wanted.changes)?;
    let all = trial.differing();
    let ids: BTreeSet<GroupId> = all.iter().take(SHOWN).cloned().collect();
    let drawn = trial.draw(operation, &ids)?;
    if wanted.apply {
        trial.write(operation)?;
    }
    let (planner, other) = (trial.before(), trial.after());
    let items = drawn.iter().map(|(id, (before, after))| compared(id, (&planner, before), (&other, after)));
    let items = items.collect();
    let picture = pairs(drawn).map(|entries| draw(entries, Some(2))).transpose()?;
    let (applied, files, more) = (wanted.apply, trial.files(), all.len() - ids.len());
    Ok((EditedRecipe { version: VERSION, applied, files, items, more }, picture))
}

/// The first image of each asset before and after.
fn pairs(drawn: impl IntoIterator<Item = (GroupId, Pair)>) -> Option<Vec<Entry>> {
    let first = |drawn: &Drawn| drawn.as_ref().ok().and_then(|sprites| sprites.frames.first()).cloned();
    let pair = |(id, (before, after)): (GroupId, Pair)| {
        let after: RgbaImage = first(&after)?;
        let before = first(&before).unwrap_or_else(|| RgbaImage::new(after.width(), after.height()));
        Some(entry(id.name, vec![before, after]))
    };
    let entries: Vec<Entry> = drawn.into_iter().filter_map(pair).collect();
    (!entries.is_empty()).then_some(entries)
}
