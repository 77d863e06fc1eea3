//! What is true: from the raw tables of all files to the checked manifest, every problem told.

mod axes;
mod gather;
mod groups;
mod inherit;
mod inputs;
mod names;
mod order;
mod outputs;
mod paths;
mod profile;
mod project;
mod prompt;
mod recipes;
mod settle;
mod slots;
mod sources;
mod styles;
mod tilesets;
mod workflows;

use std::collections::BTreeMap;

use serde_json::Value;

use super::files::Files;
use super::problem::Problem;
use super::raw::RawFile;
use crate::words::project::Manifest;
use crate::words::recipe::PaletteChoice;
use crate::words::source::{Sources, Span};
use crate::workflow::WorkflowError;

pub(super) use gather::Part;
pub(crate) use names::valid as valid_name;
pub(super) use paths::is_glob;
pub(super) use profile::Wanted;
pub(super) use recipes::{Layer as RecipeLayer, loose as loose_recipe};
pub(super) use settle::presets;
pub(super) use sources::{glob, why};

/// What every check works with.
pub(super) struct Context<'a> {
    pub(super) sources: &'a Sources,
    pub(super) files: &'a mut dyn Files,
    pub(super) problems: Vec<Problem>,
    /// The readers told problems, so that what is missing may only be misspelt.
    pub(super) misread: bool,
    /// The project's own workflows that assets name, by name.
    pub(super) workflows: BTreeMap<String, Result<Value, WorkflowError>>,
    /// Palettes by name or path.
    palettes: BTreeMap<String, Option<PaletteChoice>>,
}

impl<'a> Context<'a> {
    pub(super) fn new(sources: &'a Sources, files: &'a mut dyn Files, problems: Vec<Problem>) -> Self {
        let (workflows, palettes) = (BTreeMap::new(), BTreeMap::new());
        Self { sources, files, misread: !problems.is_empty(), problems, workflows, palettes }
    }

    fn tell(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Whether problems are still few enough to look for near words in long lists.
    fn hints(&self) -> bool {
        self.problems.len() < 200
    }

    /// Tells that something is missing, unless it may be there under a misspelt key.
    fn missing(&mut self, problem: Problem) {
        if !self.misread {
            self.problems.push(problem);
        }
    }

    /// Tells why a path cannot be used.
    pub(super) fn relative(&mut self, path: &str, span: Span) -> Option<String> {
        match paths::relative(path) {
            Ok(path) => Some(path),
            Err(bad) => {
                self.tell(Problem::error(bad.code, span, bad.message).help(bad.help));
                None
            }
        }
    }
}

/// Checks everything; the manifest is whole only if no error was told.
pub(super) fn check(parts: Vec<Part<RawFile>>, wanted: Wanted<'_>, cx: &mut Context<'_>) -> Option<Manifest> {
    let gathered = gather::gather(parts, cx);
    let profile = profile::choose(&gathered.profiles, wanted, cx);
    let (project, settings) = project::check(gathered.project.as_ref(), profile.as_ref(), wanted.formats, cx);
    let styles = styles::Book::read(&gathered.styles, profile.as_ref(), cx);
    let recipes = recipes::Book::read(&gathered.recipes, cx);
    let order = order::order(&gathered, cx);
    let sizes = tilesets::sizes(&gathered, cx);
    let books = settle::Books { styles: &styles, recipes: &recipes, settings: &settings, vars: &gathered.vars };
    let assets = settle::settle(&gathered, &order, &sizes, &books, cx);
    slots::limit(&gathered, &assets, cx)?;
    workflows::check(&gathered, &assets, cx);
    let mut groups = groups::expand(&gathered, &assets, &books, cx);
    let mut tilesets = tilesets::check(&gathered, &assets, &sizes, cx);
    outputs::clashes(&project, &groups, &tilesets, &gathered, cx);
    groups.sort_by(|a, b| a.id.cmp(&b.id));
    tilesets.sort_by(|a, b| a.id.cmp(&b.id));
    Some(Manifest { project, groups, tilesets })
}
