//! What every step works with: the texts, the files, and the problems so far.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value;

use super::paths;
use crate::manifest::files::Files;
use crate::manifest::problem::Problem;
use crate::words::asset::GroupId;
use crate::words::diagnostic::Diagnostic;
use crate::words::frames_file::{self, Outline, Tag};
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
    /// Files with frames by path; `None` if one cannot be read, which was reported.
    frames_files: BTreeMap<String, Option<Rc<Outline>>>,
    /// How groups play whose file with frames says it.
    pub(super) played: BTreeMap<GroupId, Played>,
}

/// What a file with frames says of an animation.
#[derive(Clone, Debug)]
pub(super) struct Played {
    pub(super) durations: Vec<u32>,
    pub(super) tag: Option<Tag>,
}

impl<'a> Context<'a> {
    pub(in crate::manifest) fn new(sources: &'a Sources, files: &'a mut dyn Files, problems: Vec<Problem>) -> Self {
        let (workflows, palettes) = (BTreeMap::new(), BTreeMap::new());
        let misread = !problems.is_empty();
        let (frames_files, played) = (BTreeMap::new(), BTreeMap::new());
        let (compared, images) = (0, 0);
        Self { sources, files, misread, problems, workflows, palettes, compared, images, frames_files, played }
    }

    /// What a file with frames contains; reports why one cannot be used.
    pub(super) fn outline(&mut self, path: &str, span: Span) -> Option<Rc<Outline>> {
        if let Some(known) = self.frames_files.get(path) {
            return known.clone();
        }
        let outline = match self.files.read(path, frames_file::LONGEST) {
            Ok(bytes) => frames_file::outline(&bytes, path).map_err(Diagnostic::from),
            Err(missing) => {
                let (code, reason) = missing.reason();
                let unread = Diagnostic::error(code, format!("`{path}` {reason}"));
                Err(unread.hint(missing.hint("choose another file")))
            }
        };
        let outline = match outline {
            Ok(outline) => Some(Rc::new(outline)),
            Err(why) => {
                self.report(Problem::new(span, why));
                None
            }
        };
        self.frames_files.insert(path.to_owned(), outline.clone());
        outline
    }

    /// What is known of a file with frames.
    pub(super) fn known_outline(&self, path: &str) -> Option<Rc<Outline>> {
        self.frames_files.get(path).cloned().flatten()
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
