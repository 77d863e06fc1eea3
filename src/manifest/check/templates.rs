//! Templates with their places: parsing, and the span of a name in one.

use std::ops::Range;

use super::Context;
use crate::manifest::problem::Problem;
use crate::manifest::raw::At;
use crate::manifest::template::Template;
use crate::words::source::{Sources, Span};

/// Parses a template; reports an open brace.
pub(super) fn parse(text: &At<String>, cx: &mut Context<'_>) -> At<Template> {
    let value = Template::parse(text).unwrap_or_else(|unclosed| {
        let span = within(text, unclosed.0, cx.sources);
        let problem = Problem::error("open-brace", span, "this brace is never closed");
        cx.report(problem.help("close it, or write a literal brace as `{{`"));
        Template::default()
    });
    At { value, span: text.span }
}

/// How far a string's text is from its start: one quote or three, then perhaps a skipped line end.
const QUOTES: [usize; 4] = [1, 3, 4, 5];

/// The span of a name in a template; the whole string where escapes or line ends shift it.
pub(super) fn span_of(span: Span, name: &str, range: Range<usize>, sources: &Sources) -> Span {
    let text = sources.slice(span);
    let written = |quotes: usize| text.get(quotes + range.start..quotes + range.end);
    let is_name = |written: &str| {
        let inside = written.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        inside.is_some_and(|inside| inside.trim() == name)
    };
    match QUOTES.into_iter().find(|quotes| written(*quotes).is_some_and(is_name)) {
        Some(quotes) => inner(span, quotes, range),
        None => {
            let braces = format!("{{{name}}}");
            text.find(&braces).map_or(span, |start| inner(span, 0, start..start + braces.len()))
        }
    }
}

fn inner(span: Span, quotes: usize, range: Range<usize>) -> Span {
    let start = span.start as usize + quotes;
    Span::new(span.file, start + range.start..start + range.end)
}

/// The span of some bytes of a text.
fn within(text: &At<String>, range: Range<usize>, sources: &Sources) -> Span {
    let written = sources.slice(text.span);
    let quotes =
        QUOTES.into_iter().rev().find(|quotes| written.get(*quotes..).is_some_and(|w| w.starts_with(text.as_str())));
    quotes.map_or(text.span, |quotes| inner(text.span, quotes, range))
}
