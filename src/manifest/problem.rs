//! What is wrong in a manifest: every problem with its place, a stable code, a message and a way out.

mod render;
mod source;

use serde::Serialize;

pub use source::{Sources, Span};

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing is built until it is mended.
    Error,
    /// Worth a look; the build goes on.
    Warning,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Whether it stops the build.
    pub severity: Severity,
    /// A stable name in kebab case.
    pub code: &'static str,
    /// Where it is.
    pub span: Span,
    /// What is wrong, lower case, names in backticks.
    pub message: String,
    /// The way out, if there is one to tell.
    pub help: Option<String>,
    /// Another place that has to do with it, and what is there.
    pub related: Option<(Span, String)>,
}

impl Problem {
    /// An error at a place.
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, code, span, message: message.into(), help: None, related: None }
    }

    /// A warning at a place.
    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message) }
    }

    /// Adds the way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds `did you mean`, if one of the words is near, else all words if they are few.
    #[must_use]
    pub fn suggest<'a>(mut self, word: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        self.help = suggestion(word, known).or(self.help);
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related = Some((span, label.into()));
        self
    }
}

/// `did you mean ..` or the list of what is known.
fn suggestion<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let known: Vec<&str> = known.into_iter().collect();
    if let Some(near) = nearest(word, known.iter().copied()) {
        return Some(format!("did you mean `{near}`?"));
    }
    match known.as_slice() {
        [] => None,
        [one] => Some(format!("only `{one}` is known")),
        few if few.len() <= 24 => Some(format!("known are {}", words(few))),
        _ => None,
    }
}

/// The known word that is most like the given one, if any is like it at all.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > 100 {
        return None;
    }
    let lower = word.to_lowercase();
    let score = |known: &str| strsim::jaro_winkler(&lower, &known.to_lowercase());
    let scored = known.into_iter().map(|known| (score(known), known)).filter(|(score, _)| *score > 0.8);
    scored
        .fold(None, |best: Option<(f64, &str)>, (score, known)| match best {
            Some((high, _)) if high >= score => best,
            _ => Some((score, known)),
        })
        .map(|(_, known)| known)
}

/// A list in backticks: `a`, `b` and `c`.
pub(crate) fn words(words: &[impl AsRef<str>]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{}`", word.as_ref())).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A problem as data, for `--message-format json` and editors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// A stable name in kebab case.
    pub code: &'static str,
    /// Whether it stops the build.
    pub severity: Severity,
    /// The file, relative to the project, if the problem is in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Line from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Column from 1, in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// What is wrong.
    pub message: String,
    /// The way out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// Everything that is wrong, sorted by file and position, with the sources to show it in.
#[derive(Clone, Debug)]
pub struct Problems {
    list: Vec<Problem>,
    sources: Sources,
}

impl Problems {
    /// Sorts the problems and drops those said twice.
    pub fn new(list: Vec<Problem>, sources: Sources) -> Self {
        Self { list: sorted(list), sources }
    }

    /// The problems in order.
    pub fn list(&self) -> &[Problem] {
        &self.list
    }

    /// The texts that they are in.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The problems as data.
    pub fn reports(&self) -> Vec<Report> {
        self.list.iter().map(|problem| self.sources.report(problem)).collect()
    }

    /// The problems as a person reads them, with the lines that they are in.
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
        self.reports().serialize(serializer)
    }
}

/// Problems by file and position, each once.
pub(super) fn sorted(mut list: Vec<Problem>) -> Vec<Problem> {
    list.sort_by(|a, b| (a.span, a.code, &a.message).cmp(&(b.span, b.code, &b.message)));
    list.dedup_by(|a, b| (a.span, a.code, &a.message) == (b.span, b.code, &b.message));
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_found_or_none() {
        assert_eq!(nearest("chekpoint", ["checkpoint", "canvas"]), Some("checkpoint"));
        assert_eq!(nearest("zzz", ["checkpoint", "canvas"]), None);
        assert_eq!(suggestion("zzz", ["a", "b", "c"]).as_deref(), Some("known are `a`, `b` and `c`"));
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
                    sources.report(&problem);
                }
            }
        }
    }
}
