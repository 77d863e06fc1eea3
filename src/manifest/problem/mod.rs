//! Problems of a manifest: diagnostics with the span that they are about.

mod render;

use std::path::PathBuf;

use serde::Serialize;

use crate::words::diagnostic::Diagnostic;
use crate::words::source::{Sources, Span};
use crate::words::suggest::{did_you_mean, words};

/// A [`Diagnostic`] in one of the manifest's files, before its span becomes a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, without its place.
    pub diagnostic: Diagnostic,
    /// Its place.
    pub span: Span,
    /// A related place, with a label.
    pub related: Option<(Span, String)>,
}

impl Problem {
    /// A diagnostic at a place.
    pub fn new(span: Span, diagnostic: Diagnostic) -> Self {
        Self { diagnostic, span, related: None }
    }

    /// An error at a place.
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self::new(span, Diagnostic::error(code, message))
    }

    /// A warning at a place.
    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self::new(span, Diagnostic::warning(code, message))
    }

    /// Adds the next step.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.diagnostic.hint = Some(help.into());
        self
    }

    /// Suggests the nearest of the words, else lists them if they are few; keeps the help otherwise.
    #[must_use]
    pub fn suggest<'a>(mut self, word: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        self.diagnostic.hint = suggestion(word, known).or(self.diagnostic.hint);
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related = Some((span, label.into()));
        self
    }
}

/// `did you mean ..`, or the list of known words.
fn suggestion<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let known: Vec<&str> = known.into_iter().collect();
    if let Some(hint) = did_you_mean(word, known.iter().copied()) {
        return Some(hint);
    }
    match known.as_slice() {
        [] => None,
        [one] => Some(format!("the only choice is `{one}`")),
        few if few.len() <= 24 => Some(format!("the choices are {}", words(few))),
        _ => None,
    }
}

/// All problems of a manifest, sorted by file and position, with the texts that they are in.
#[derive(Clone, Debug)]
pub struct Problems {
    list: Vec<Problem>,
    sources: Sources,
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
}

impl Problems {
    /// Sorts the problems and drops duplicates.
    pub fn new(list: Vec<Problem>, sources: Sources) -> Self {
        Self { list: sorted(list), sources, files: Vec::new(), folders: Vec::new() }
    }

    /// The problems in order.
    pub fn list(&self) -> &[Problem] {
        &self.list
    }

    /// The texts that they are in.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Adds what was looked at, which may solve them when it changes.
    #[must_use]
    pub(super) fn after(self, files: Vec<PathBuf>, folders: Vec<PathBuf>) -> Self {
        Self { files, folders, ..self }
    }

    /// Every file that was read or had to exist, relative to the project.
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// Every folder that was listed, relative to the project.
    pub fn folders(&self) -> &[PathBuf] {
        &self.folders
    }

    /// The problems as data.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        self.list.iter().map(|problem| self.sources.diagnostic(problem)).collect()
    }

    /// The problems as text, with the lines that they are in.
    pub fn render(&self, color: bool) -> String {
        self.sources.render(&self.list, color)
    }
}

impl std::fmt::Display for Problems {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Problems {}

impl Serialize for Problems {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.diagnostics().serialize(serializer)
    }
}

/// Problems by file and position, each once.
pub(super) fn sorted(mut list: Vec<Problem>) -> Vec<Problem> {
    fn key(problem: &Problem) -> (Span, &str, &str) {
        (problem.span, &problem.diagnostic.code, &problem.diagnostic.message)
    }
    list.sort_by(|a, b| key(a).cmp(&key(b)));
    list.dedup_by(|a, b| key(a) == key(b));
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_or_all_words_are_suggested() {
        assert_eq!(suggestion("chekpoint", ["checkpoint"]).as_deref(), Some("did you mean `checkpoint`?"));
        assert_eq!(suggestion("zzz", ["a", "b", "c"]).as_deref(), Some("the choices are `a`, `b` and `c`"));
    }

    #[test]
    fn a_problem_at_any_span_renders() {
        let mut sources = Sources::default();
        let empty = sources.add("empty.toml", "");
        let text = sources.add("text.toml", "a = \"ü\"\r\n[b]\r\n");
        for file in [empty, text, 7, u32::MAX] {
            for start in 0..20 {
                for end in 0..20 {
                    let problem = Problem::error("test", Span { file, start, end }, "message");
                    sources.render(std::slice::from_ref(&problem), true);
                    sources.diagnostic(&problem);
                }
            }
        }
    }
}
