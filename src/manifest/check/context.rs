//! What every step works with: the texts, the files, and the problems so far.

use std::collections::BTreeMap;

use serde_json::Value;

use super::paths;
use crate::manifest::files::Files;
use crate::manifest::problem::Problem;
use crate::words::diagnostic::Diagnostic;
use crate::words::recipe::PaletteChoice;
use crate::words::source::{Sources, Span};
use crate::workflow::WorkflowError;

/// What every step works with.
pub(in crate::manifest) struct Context<'a> {
    pub(in crate::manifest) sources: &'a Sources,
    pub(in crate::manifest) files: &'a mut dyn Files,
    pub(in crate::manifest) problems: Vec<Problem>,
    /// Whether a table had problems already: a missing key may only be misspelt.
    misread: bool,
    /// The workflows that assets name and that are not part of the program, by id.
    pub(in crate::manifest) workflows: BTreeMap<String, Result<Value, WorkflowError>>,
    /// Palettes by name or path.
    pub(super) palettes: BTreeMap<String, Option<PaletteChoice>>,
    /// How often a file was compared with a pattern.
    pub(super) compared: u64,
    /// How many images all `source` keys have so far.
    pub(super) images: usize,
}

impl<'a> Context<'a> {
    pub(in crate::manifest) fn new(sources: &'a Sources, files: &'a mut dyn Files, problems: Vec<Problem>) -> Self {
        let (workflows, palettes) = (BTreeMap::new(), BTreeMap::new());
        Self { sources, files, misread: !problems.is_empty(), problems, workflows, palettes, compared: 0, images: 0 }
    }

    /// Reports a problem.
    pub(super) fn report(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Whether there are few enough problems to search long lists for near words.
    pub(super) fn hints(&self) -> bool {
        self.problems.len() < 200
    }

    /// Reports that something is missing, unless a misspelt key may be the reason.
    pub(super) fn report_missing(&mut self, problem: Problem) {
        if !self.misread {
            self.problems.push(problem);
        }
    }

    /// A path that is written, relative to the project; reports why one cannot be used.
    pub(in crate::manifest) fn relative(&mut self, path: &str, span: Span) -> Option<String> {
        self.path(paths::relative(path), span)
    }

    /// A path that is read, relative to the project; reports why one cannot be used.
    pub(in crate::manifest) fn readable(&mut self, path: &str, span: Span) -> Option<String> {
        self.path(paths::readable(path), span)
    }

    fn path(&mut self, path: Result<String, Diagnostic>, span: Span) -> Option<String> {
        match path {
            Ok(path) => Some(path),
            Err(bad) => {
                self.report(Problem::new(span, bad));
                None
            }
        }
    }
}
