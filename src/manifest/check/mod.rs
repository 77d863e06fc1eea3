//! From the raw tables of all files to the checked manifest, with every problem on the way.
//!
//! The modules are the steps, in groups: tools, what is declared, named tables, assets, groups. A step imports from its
//! own group or an earlier one, never in a cycle, and hands its result on as a value.

mod context;
mod globs;
mod names;
mod paths;
mod per_image;
mod templates;

mod gather;
mod order;
mod recolor;
mod references;
mod sizes;

mod comparisons;
mod inherit;
mod profile;
mod project;
mod recipes;
mod styles;

mod adopted;
mod axes;
mod inputs;
mod prompt;
mod resolve;
mod worker;
mod workflows;

mod atlases;
mod borders;
mod groups;
mod images;
mod layouts;
mod outputs;
mod rows;
mod sheets;
mod slots;
mod still;
mod terrains;
mod texts;
mod tilesets;
mod trains;

use super::raw::RawFile;
use crate::words::project::Manifest;

pub(super) use context::Context;
pub(super) use gather::Part;
pub(super) use globs::glob;
pub(crate) use names::valid as valid_name;
pub(super) use paths::is_glob;
pub(super) use profile::Wanted;
pub(super) use recipes::{Layer as RecipeLayer, standalone as standalone_recipe};
pub(super) use resolve::presets;
pub(super) use styles::STYLE_PROMPT;

/// Checks everything; the result is a whole manifest only if no error was reported.
pub(super) fn check(parts: Vec<Part<RawFile>>, wanted: Wanted<'_>, cx: &mut Context<'_>) -> Option<Manifest> {
    let gathered = gather::gather(parts, cx);
    let profile = profile::choose(&gathered.profiles, wanted, cx);
    let (project, settings) = project::check(gathered.project.as_ref(), profile.as_ref(), wanted.formats, cx);
    let (comparisons, arm) = comparisons::check(&gathered.comparisons, wanted.arm, cx);
    let over = arm.into_iter().chain(profile.map(|profile| profile.style)).collect();
    let styles = styles::StyleTable::read(&gathered.styles, over, cx);
    let recipes = recipes::RecipeTable::read(&gathered.recipes, cx);
    let order = order::order(&gathered, cx);
    let sizes = sizes::sizes(&gathered, cx);
    let defaults = resolve::Defaults { styles: &styles, recipes: &recipes, settings: &settings, wanted };
    let assets = resolve::resolve(&gathered, &order, &sizes, &defaults, cx);
    let inputs = inputs::read(&gathered, &assets, cx);
    slots::limit(&gathered, &assets, cx)?;
    texts::limit(&gathered, &assets, &inputs, cx)?;
    let workflows = workflows::check(&gathered, &assets, wanted.built_ins, cx);
    let resolved = slots::All {
        gathered: &gathered,
        assets: &assets,
        inputs: &inputs,
        workflows: &workflows,
        settings: &settings,
        sheet: project.sheet,
    };
    let mut groups = groups::expand(&resolved, cx);
    let mut tilesets = tilesets::check(&gathered, &assets, &sizes, project.sheet, cx);
    sheets::check(&project, &groups, &tilesets, &gathered, cx);
    let mut atlases = atlases::check(&project, &groups, &tilesets, &gathered, cx);
    outputs::check_clashes(&project, &groups, &tilesets, &atlases, &gathered, cx);
    atlases.sort_by(|a, b| a.name.cmp(&b.name));
    let trains = trains::check(&gathered, cx);
    groups.sort_by(|a, b| a.id.cmp(&b.id));
    tilesets.sort_by(|a, b| a.id.cmp(&b.id));
    Some(Manifest { project, groups, tilesets, atlases, trains, comparisons })
}
