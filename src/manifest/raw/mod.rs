//! The raw format: each table once, as a struct with a reader and a schema.
//!
//! serde stops at the first wrong type and loses spans in what it buffers, so the spanned tree of `toml` is read by
//! hand: every unknown key and every wrong type is reported, and reading goes on.

mod adopted;
mod asset;
mod file;
mod local;
mod motion;
mod number;
mod recipe;
mod strip;
mod style;
mod table;
#[cfg(test)]
mod tests;
mod train;
mod value;
mod word;

use toml::de::{DeTable, DeValue};

use super::problem::Problem;
use crate::words::source::{Sources, Span};

pub(super) use adopted::AdoptedValue;
pub(super) use asset::{
    RawAnimation, RawAsset, RawAtlas, RawBorder, RawRecolor, RawSheet, RawSprite, RawTexture, RawTileset,
};
pub(super) use file::{RawCompare, RawFile, RawProfile, RawProject};
pub(super) use local::{RawLocal, RawServer, ServerValue};
pub(super) use motion::{RawBlink, RawMotion, RawSway, RegionValue};
pub(super) use number::{Directions, Int, Thousandths};
pub(super) use recipe::{CleanupStep, PaletteValue, RawRecipe, RawRecipeFile, RecipeKeys};
pub(super) use strip::StripValue;
pub(super) use style::{ModelValue, ParamValue, RawLora, RawStyle, StyleChoice, StyleKeys};
pub(super) use table::Table;
pub(super) use train::RawTrain;
pub(super) use value::{AutoOr, Keyed, Named, OneOrMany, Pair, Scalar};
pub(super) use word::{BackendWord, FormatId, Words};

/// A value and where it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct At<T> {
    /// The value.
    pub value: T,
    /// Where it is written.
    pub span: Span,
}

impl<T> std::ops::Deref for At<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// A type that is read from a TOML value.
pub(super) trait Read: Sized {
    /// What is expected, for messages: `a string`.
    fn wanted() -> String;

    /// What it is, if it is a table that can stand in a table of names: `a sprite`.
    fn named() -> Option<&'static str> {
        None
    }

    /// Reads a value; problems go to the reader.
    fn read(value: &DeValue<'_>, span: Span, reader: &mut Reader) -> Option<Self>;

    /// Its schema.
    fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema;
}

/// Collects the problems of one file.
#[derive(Debug)]
pub(super) struct Reader {
    file: u32,
    /// What was wrong so far.
    pub problems: Vec<Problem>,
}

impl Reader {
    /// A reader of the file with that number.
    pub(super) fn new(file: u32) -> Self {
        Self { file, problems: Vec::new() }
    }

    fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span::new(self.file, range)
    }

    fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Reports a value of another type; there is nothing to go on with.
    fn wrong_type<T: Read>(&mut self, span: Span, value: &DeValue<'_>) -> Option<T> {
        let found = match value {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "an integer",
            DeValue::Float(_) => "a number with a point",
            DeValue::Boolean(_) => "a boolean",
            DeValue::Datetime(_) => "a date or time",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        let problem = Problem::error("wrong-type", span, format!("expected {}, found {found}", T::wanted()));
        self.problem(match other_form(&T::wanted(), value) {
            Some(form) => problem.help(format!("write it as `{form}`")),
            None => problem,
        });
        None
    }
}

/// A value of the wrong type as it is probably meant: without quotes, in quotes, as a pair.
fn other_form(wanted: &str, found: &DeValue<'_>) -> Option<String> {
    match found {
        DeValue::String(text) => {
            let text = text.trim();
            let number = |text: &str| !text.is_empty() && text.parse::<f64>().is_ok_and(f64::is_finite);
            let pair = text.split_once(['x', 'X', '*', ',']).map(|(width, height)| (width.trim(), height.trim()));
            match pair {
                Some((width, height)) if wanted.contains("[width, height]") && number(width) && number(height) => {
                    Some(format!("[{width}, {height}]"))
                }
                _ if wanted.contains("integer") || wanted.contains("number") => number(text).then(|| text.to_owned()),
                _ => (wanted.contains("`true`") && matches!(text, "true" | "false")).then(|| text.to_owned()),
            }
        }
        DeValue::Integer(_) | DeValue::Boolean(_) if wanted.starts_with("a string") => {
            Some(format!("\"{}\"", scalar(found)?))
        }
        DeValue::Integer(number) if wanted.contains("`true`") => match number.as_str() {
            "0" => Some("false".to_owned()),
            "1" => Some("true".to_owned()),
            _ => None,
        },
        _ => None,
    }
}

fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Boolean(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// Reads a file's text as one table; a file with syntax errors gets no other problems.
pub(super) fn parse<T: Table>(file: u32, sources: &Sources, problems: &mut Vec<Problem>) -> Option<T> {
    let (table, errors) = DeTable::parse_recoverable(sources.text(file));
    if errors.is_empty() {
        let mut reader = Reader::new(file);
        let read = T::from_table(table.get_ref(), &mut reader);
        problems.append(&mut reader.problems);
        return Some(read);
    }
    if let Some(conflict) = conflict(file, sources.text(file)) {
        problems.push(conflict);
        return None;
    }
    let mut line = 0;
    for error in errors.iter().take(20) {
        let span = Span::new(file, error.span().unwrap_or(0..0));
        // Further errors in a line are mostly the same mistake.
        let here = sources.place(span).map_or(0, |place| place.line);
        if here != line {
            problems.push(syntax(span, error.message()));
        }
        line = here;
    }
    None
}

/// The markers of an unfinished merge.
fn conflict(file: u32, text: &str) -> Option<Problem> {
    let starts =
        |mark: &str| if text.starts_with(mark) { Some(0) } else { text.find(&format!("\n{mark}")).map(|at| at + 1) };
    let at = starts("<<<<<<< ")?;
    starts(">>>>>>> ")?;
    let problem = Problem::error(
        "merge-conflict",
        Span::new(file, at..at + 7),
        "this is a conflict marker of an unfinished merge",
    );
    Some(problem.help("resolve it, then run `dgx-pixels lock resolve` for the lock"))
}

fn syntax(span: Span, message: &str) -> Problem {
    let problem = Problem::error("syntax", span, message.lines().collect::<Vec<_>>().join(", "));
    if message.contains("recurs") {
        return problem
            .help("tables and lists are nested too deeply; no key of a manifest needs more than four levels");
    }
    problem
}
