//! Problems as text, in the manner of rustc.

use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet};

use super::{Problem, Sources, Span};
use crate::words::diagnostic::{Diagnostic, Severity};
use crate::words::source::Source;
use crate::words::text::masked;

/// The most problems that are shown.
const SHOWN: usize = 100;

/// The longest line that is shown.
const LONG_LINE: usize = 1000;

impl Sources {
    /// Problems as text, with the lines that they are in.
    pub fn render(&self, problems: &[Problem], color: bool) -> String {
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let mut text = String::new();
        for problem in problems.iter().take(SHOWN) {
            let Diagnostic { code, severity, message, hint, .. } = &problem.diagnostic;
            let level = match severity {
                Severity::Error => Level::ERROR,
                Severity::Warning => Level::WARNING,
                Severity::Note => Level::NOTE,
            };
            let mut elements = Vec::new();
            self.snippets(problem, &mut elements);
            if let Some(hint) = hint {
                elements.push(Level::HELP.message(masked(hint)).into());
            }
            let group = level.primary_title(masked(message)).id(code.as_ref()).elements(elements);
            text.push_str(&renderer.render(&[group]));
            text.push_str("\n\n");
        }
        if problems.len() > SHOWN {
            text.push_str(&format!("and {} more\n\n", problems.len() - SHOWN));
        }
        text
    }

    /// A problem as data.
    pub fn diagnostic(&self, problem: &Problem) -> Diagnostic {
        let rendered = Some(self.render(std::slice::from_ref(problem), true));
        Diagnostic { place: self.place(problem.span), rendered, ..problem.diagnostic.clone() }
    }

    fn snippets<'a>(&'a self, problem: &'a Problem, elements: &mut Vec<Element<'a>>) {
        let related = problem.related.as_ref();
        if let Some(source) = self.source(problem.span.file) {
            elements.push(source.snippet(problem.span, AnnotationKind::Primary, None));
        }
        if let Some((span, label)) = related
            && let Some(source) = self.source(span.file)
        {
            elements.push(source.snippet(*span, AnnotationKind::Context, Some(label)));
        }
    }
}

/// One file as annotated lines.
trait Annotated {
    fn snippet<'a>(&'a self, span: Span, kind: AnnotationKind, label: Option<&'a str>) -> Element<'a>;
}

impl Annotated for Source {
    /// The first line of a span with a mark under it.
    fn snippet<'a>(&'a self, span: Span, kind: AnnotationKind, label: Option<&'a str>) -> Element<'a> {
        let range = self.clamp(span);
        let line = self.line(range.start);
        let (start, end) = (self.line_start(line), self.line_end(line));
        let mark = range.start.min(end)..range.end.clamp(range.start.min(end), end);
        if self.secret || end - start > LONG_LINE {
            let column = self.text[start..mark.start].chars().count() + 1;
            return Origin::path(masked(&self.name)).line(line + 1).char_column(column).into();
        }
        let mark = mark.start - start..mark.end - start;
        let annotation = kind.span(mark).label(label.map(masked));
        let snippet = Snippet::source(masked(&self.text[start..end])).line_start(line + 1).path(masked(&self.name));
        snippet.annotation(annotation).into()
    }
}
