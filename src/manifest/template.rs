//! Templates: text with names in braces, replaced once.

use std::ops::Range;

/// The name of the axis that `directions` makes.
pub(super) use crate::words::project::DIRECTION;

/// Names with a meaning of their own.
pub(super) const RESERVED: [&str; 5] = ["prompt", "negative", "background", "key", DIRECTION];

/// Text with names in braces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Name(String, Range<usize>),
}

/// An open brace without its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unclosed(pub(super) Range<usize>);

impl Template {
    /// Parses a template: `{name}` is replaced, `{{` and `}}` are braces, a lone `}` is itself.
    pub(super) fn parse(text: &str) -> Result<Self, Unclosed> {
        let mut template = Self::default();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, from) = rest.split_at(at);
            plain.push_str(before);
            if from.starts_with("{{") || from.starts_with("}}") {
                plain.push_str(&from[..1]);
                rest = &from[2..];
            } else if let Some(after) = from.strip_prefix('}') {
                plain.push('}');
                rest = after;
            } else {
                let start = text.len() - from.len();
                let end = from.find('}').ok_or(Unclosed(start..start + 1))?;
                template.text(&mut plain);
                template.parts.push(Part::Name(from[1..end].trim().to_owned(), start..start + end + 1));
                rest = &from[end + 1..];
            }
        }
        plain.push_str(rest);
        template.text(&mut plain);
        Ok(template)
    }

    fn text(&mut self, plain: &mut String) {
        if !plain.is_empty() {
            self.parts.push(Part::Text(std::mem::take(plain)));
        }
    }

    /// The names with their bytes in the text.
    pub(super) fn names(&self) -> impl Iterator<Item = (&str, Range<usize>)> {
        self.parts.iter().filter_map(|part| match part {
            Part::Name(name, range) => Some((name.as_str(), range.clone())),
            Part::Text(_) => None,
        })
    }

    /// Whether a name is used.
    pub(super) fn uses(&self, wanted: &str) -> bool {
        self.names().any(|(name, _)| name == wanted)
    }

    /// The most bytes of the text, by the most bytes of each value.
    pub(super) fn longest(&self, value: impl Fn(&str) -> usize) -> usize {
        self.parts.iter().fold(0, |sum, part| {
            sum.saturating_add(match part {
                Part::Text(text) => text.len(),
                Part::Name(name, _) => value(name),
            })
        })
    }

    /// Replaces every name. The comma beside an empty value is dropped.
    pub(super) fn expand<'v>(&self, mut value: impl FnMut(&str) -> Option<&'v str>) -> String {
        let mut out = String::new();
        let mut emptied = false;
        for part in &self.parts {
            let text = match part {
                Part::Text(text) => text.as_str(),
                Part::Name(name, _) => value(name).unwrap_or_default(),
            };
            if matches!(part, Part::Name(..)) && text.is_empty() {
                close(&mut out);
                emptied = true;
                continue;
            }
            let joined = if emptied { open(&out, text) } else { text };
            emptied &= joined.is_empty();
            out.push_str(joined);
        }
        out
    }
}

/// Removes the comma or the space before an empty value.
fn close(out: &mut String) {
    let words = out.trim_end();
    let words = words.strip_suffix(',').unwrap_or(words);
    out.truncate(words.len());
}

/// The text after an empty value, without a comma at the start.
fn open<'t>(out: &str, text: &'t str) -> &'t str {
    if out.is_empty() { text.trim_start_matches([',', ' ']) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expand(text: &str, values: &[(&str, &'static str)]) -> String {
        let template = Template::parse(text).unwrap();
        template.expand(|name| values.iter().find(|(known, _)| *known == name).map(|(_, value)| *value))
    }

    #[test]
    fn names_are_replaced_once() {
        assert_eq!(expand("a {x} b", &[("x", "{x}")]), "a {x} b");
        assert_eq!(expand("{{x}} {x}", &[("x", "1")]), "{x} 1");
        assert_eq!(expand("lone } and { x }", &[("x", "1")]), "lone } and 1");
    }

    #[test]
    fn no_comma_is_left_beside_an_empty_value() {
        assert_eq!(expand("pixel art, {p}, flat, {b}", &[("p", "knight")]), "pixel art, knight, flat");
        assert_eq!(expand("pixel art, {b}, flat", &[]), "pixel art, flat");
        assert_eq!(expand("{b}, flat", &[]), "flat");
        assert_eq!(expand("{b}, {c}, flat", &[]), "flat");
        assert_eq!(expand("a {b} c", &[]), "a c");
        assert_eq!(expand("a,, c", &[]), "a,, c");
    }

    #[test]
    fn the_longest_text_is_known_before_it_is_made() {
        let template = Template::parse("a {x}{x}, {y}").unwrap();
        assert_eq!(template.longest(|name| if name == "x" { usize::MAX / 4 } else { 5 }), usize::MAX / 2 + 8);
        assert_eq!(template.longest(|_| usize::MAX), usize::MAX);
    }

    #[test]
    fn an_open_brace_is_an_error() {
        assert_eq!(Template::parse("a {b"), Err(Unclosed(2..3)));
        let template = Template::parse("ä {b}").unwrap();
        assert_eq!(template.names().collect::<Vec<_>>(), [("b", 3..6)]);
    }
}
