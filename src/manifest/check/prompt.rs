//! Templates of an asset: the names they may use, and the values of these in each group.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::axes::{Shape, view};
use super::styles::Blend;
use super::{Context, templates};
use crate::manifest::problem::Problem;
use crate::manifest::raw::At;
use crate::manifest::template::{DIRECTION, Template};

/// Names that the templates of one asset may use.
pub(super) struct Known<'a> {
    pub(super) shape: &'a Shape,
    pub(super) vars: &'a BTreeMap<String, String>,
}

impl Known<'_> {
    /// Reports every unknown name.
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
            let span = templates::span_of(template.span, name, range, cx.sources);
            let problem = Problem::error("unknown-template-name", span, message(name));
            let problem = if name == DIRECTION {
                problem.help("add `directions = 4` to the asset")
            } else if name.contains([',', '*', ' ']) {
                problem.help("write a literal brace as `{{`")
            } else {
                let axes = self.shape.axes.iter().map(|axis| axis.name.as_str());
                let hints = cx.hints();
                let vars = self.vars.keys().map(String::as_str).filter(|_| hints);
                problem.suggest(name, special.iter().copied().chain(axes).chain(vars))
            };
            cx.report(match from {
                Some(asset) if template.span != asset.span => problem.related(asset.span, "used by this asset"),
                _ => problem,
            });
        }
    }

    /// Parses a path, which may name axes and variables; `None` if it has problems, so that no wrong file is looked for.
    pub(super) fn path(&self, text: &At<String>, cx: &mut Context<'_>) -> Option<At<Template>> {
        let before = cx.problems.len();
        let template = templates::parse(text, cx);
        self.check(&template, &[], None, cx);
        (cx.problems.len() == before).then_some(template)
    }

    /// Parses a prompt.
    pub(super) fn prompt(&self, text: &At<String>, cx: &mut Context<'_>) -> At<Template> {
        let template = templates::parse(text, cx);
        self.check(&template, &["background", "key"], None, cx);
        template
    }
}

fn message(name: &str) -> String {
    match name {
        "" => "the braces are empty".to_owned(),
        "prompt" => "a prompt cannot contain itself as `{prompt}`".to_owned(),
        name => format!("no axis or variable is called `{name}`"),
    }
}

/// The values of names in one group.
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

    /// The direction that the group faces.
    pub(super) fn facing(&self) -> Option<&str> {
        let (number, axis) = self.shape.axis(DIRECTION)?;
        Some(axis.values[self.at[number]].id.as_str())
    }
}

/// The negative prompt: the style's, with the asset's own at `{negative}` or after it.
pub(super) fn negative(blend: &Blend, values: &Values<'_>, own: &str) -> String {
    let whole = values.frame(&blend.negative, "negative", own);
    if own.is_empty() || blend.negative.uses("negative") { whole } else { join([whole.as_str(), own]) }
}

/// Joins words with commas; empty ones are left out.
pub(super) fn join<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(", ")
}

/// `plain magenta background`, or nothing for an image that fills its frame.
pub(super) fn background(blend: &Blend, opaque: bool) -> Cow<'static, str> {
    if opaque { Cow::Borrowed("") } else { Cow::Owned(format!("plain {} background", blend.key.word)) }
}
