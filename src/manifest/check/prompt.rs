//! Templates of an asset: which names they may use, and what stands for them in each group.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use super::Context;
use super::axes::{DIRECTION, Shape, view};
use super::styles::{self, Blend};
use crate::manifest::problem::Problem;
use crate::manifest::raw::At;
use crate::manifest::template::Template;
use crate::words::source::{Sources, Span};

/// Names with a meaning of their own.
pub(super) const BUILT_IN: [&str; 5] = ["prompt", "negative", "background", "key", DIRECTION];

/// Names that the templates of one asset may use.
pub(super) struct Known<'a> {
    pub(super) shape: &'a Shape,
    pub(super) vars: &'a BTreeMap<String, String>,
}

impl Known<'_> {
    /// Tells every name that is not known.
    pub(super) fn check(
        &self,
        template: &At<Template>,
        special: &[&str],
        from: Option<&At<String>>,
        cx: &mut Context<'_>,
    ) {
        for (name, range) in template.names() {
            if special.contains(&name) || self.vars.contains_key(name) || self.shape.axis(name).is_some() {
                continue;
            }
            let span = at(template.span, name, range, cx.sources);
            let problem = Problem::error("unknown-template-name", span, message(name));
            let problem = if name == DIRECTION {
                problem.help("an asset has it with `directions = 4`")
            } else if name.contains([',', '*', ' ']) {
                problem.help("a brace itself is written `{{`")
            } else {
                let axes = self.shape.axes.iter().map(|axis| axis.name.as_str());
                let hints = cx.hints();
                let vars = self.vars.keys().map(String::as_str).filter(|_| hints);
                problem.suggest(name, special.iter().copied().chain(axes).chain(vars))
            };
            cx.tell(match from {
                Some(asset) if template.span != asset.span => problem.related(asset.span, "used by this asset"),
                _ => problem,
            });
        }
    }

    /// Reads a path; axes and variables may stand in it. What is wrong is told here, so that nobody looks for a
    /// file that is not meant.
    pub(super) fn path(&self, text: &At<String>, cx: &mut Context<'_>) -> Option<At<Template>> {
        let before = cx.problems.len();
        let template = styles::template(text, cx);
        self.check(&template, &[], None, cx);
        (cx.problems.len() == before).then_some(template)
    }

    /// Reads a prompt.
    pub(super) fn prompt(&self, text: &At<String>, cx: &mut Context<'_>) -> At<Template> {
        let template = styles::template(text, cx);
        self.check(&template, &["background", "key"], None, cx);
        template
    }
}

fn message(name: &str) -> String {
    match name {
        "" => "there is no name in the braces".to_owned(),
        "prompt" => "`{prompt}` is what stands here; it cannot name itself".to_owned(),
        name => format!("no axis or variable is called `{name}`"),
    }
}

/// How far the text of a string is from its start: one quote or three, then perhaps a line end that is left out.
const QUOTES: [usize; 4] = [1, 3, 4, 5];

/// The span of a name in a template; the whole text where escapes or line ends move it.
fn at(span: Span, name: &str, range: Range<usize>, sources: &Sources) -> Span {
    let text = sources.slice(span);
    let written = |quotes: usize| text.get(quotes + range.start..quotes + range.end);
    let is_it = |written: &str| {
        let inside = written.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        inside.is_some_and(|inside| inside.trim() == name)
    };
    match QUOTES.into_iter().find(|quotes| written(*quotes).is_some_and(is_it)) {
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
pub(super) fn within(text: &At<String>, range: Range<usize>, sources: &Sources) -> Span {
    let written = sources.slice(text.span);
    let quotes =
        QUOTES.into_iter().rev().find(|quotes| written.get(*quotes..).is_some_and(|w| w.starts_with(text.as_str())));
    quotes.map_or(text.span, |quotes| inner(text.span, quotes, range))
}

/// What stands for names in one group.
pub(super) struct Values<'a> {
    pub(super) shape: &'a Shape,
    pub(super) at: &'a [usize],
    pub(super) vars: &'a BTreeMap<String, String>,
    pub(super) background: &'a str,
    pub(super) key: &'a str,
}

impl Values<'_> {
    fn common(&self, name: &str) -> Option<&str> {
        let axis = self.shape.axis(name).map(|(number, axis)| axis.values[self.at[number]].text.as_str());
        axis.or_else(|| self.vars.get(name).map(String::as_str))
    }

    /// A path.
    pub(super) fn path(&self, template: &Template) -> String {
        template.expand(|name| match self.shape.axis(name) {
            Some((number, axis)) => Some(axis.values[self.at[number]].id.as_str()),
            None => self.vars.get(name).map(String::as_str),
        })
    }

    /// A prompt.
    pub(super) fn prompt(&self, template: &Template) -> String {
        template.expand(|name| match name {
            "background" => Some(self.background),
            "key" => Some(self.key),
            DIRECTION => self.facing().map(view),
            name => self.common(name),
        })
    }

    /// A whole prompt: the style's template round the asset's words.
    pub(super) fn frame(&self, template: &Template, slot: &str, words: &str) -> String {
        template.expand(|name| match name {
            name if name == slot => Some(words),
            "background" => Some(self.background),
            "key" => Some(self.key),
            DIRECTION => self.facing().map(view),
            name => self.common(name),
        })
    }

    /// The direction that the group looks in.
    pub(super) fn facing(&self) -> Option<&str> {
        let (number, axis) = self.shape.axis(DIRECTION)?;
        Some(axis.values[self.at[number]].id.as_str())
    }
}

/// The negative prompt: the style's, with the asset's own in its place or behind it.
pub(super) fn negative(blend: &Blend, values: &Values<'_>, own: &str) -> String {
    let whole = values.frame(&blend.negative, "negative", own);
    if own.is_empty() || blend.negative.uses("negative") { whole } else { join([whole.as_str(), own]) }
}

/// Words behind each other, empty ones left out.
pub(super) fn join<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(", ")
}

/// `plain magenta background`, or nothing for a picture that fills its frame.
pub(super) fn background(blend: &Blend, opaque: bool) -> Cow<'static, str> {
    if opaque { Cow::Borrowed("") } else { Cow::Owned(format!("plain {} background", blend.key.word)) }
}
