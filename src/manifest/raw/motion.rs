//! Movements of a sprite that stands still.

use schemars::{Schema, SchemaGenerator, json_schema};
use toml::de::DeValue;

use super::number::whole;
use super::table::table;
use super::value::items;
use super::{At, Int, OneOrMany, Read, Reader, Span};
use crate::manifest::problem::Problem;
use crate::words::motion::Side;

table! {
    /// How a sprite moves. Its first frame is the sprite, and what no movement names stays as it is.
    pub struct RawMotion "a motion" {
        /// The upper part sinks by so many rows and rises; or `{ by, times, waist }`.
        breathe: Short<RawBreathe>,
        /// The eyes close: `"found"`, a mask, rectangles, or `{ at, on, lasts }`.
        blink: Short<RawBlink>,
        /// Parts that swing from where they are attached, such as a cape: `{ mask = "cape.png", by = 1 }`.
        sway: OneOrMany<RawSway>,
        /// The whole subject rises by so many rows and comes down, or sinks if the number is negative; or `{ by, times }`.
        bob: Short<RawBob>,
    }
}

table! {
    /// Breathing.
    pub struct RawBreathe "breathing" {
        /// By how many rows the upper part sinks; 1 if left out.
        by: Int<1, 16>,
        /// How often in one round; once for every 16 frames if left out.
        times: Int<1, 32>,
        /// The row, counted from the top of the frame, above which the figure sinks; found if left out.
        waist: Int<1, 1023>,
    }
}

table! {
    /// Blinking.
    pub struct RawBlink "blinking" {
        /// The eyes: `"found"`, a mask of the sprite's size, `[left, top, width, height]`, or a list of such.
        at: RegionValue,
        /// The frames on which they close, counted from 1.
        on: OneOrMany<Int<2, 64>>,
        /// For how many frames they are closed.
        lasts: Int<1, 32>,
    }
}

table! {
    /// A part that swings.
    pub struct RawSway "swaying" {
        /// The part: a mask of the sprite's size, `[left, top, width, height]`, or a list of such.
        mask: RegionValue,
        /// By how many pixels its loose end swings to either side; 1 if left out.
        by: Int<1, 16>,
        /// How often in one round; once for every 16 frames if left out.
        times: Int<1, 32>,
        /// The side on which it is attached: `top`, `bottom`, `left` or `right`; found if left out.
        from: Side,
    }
}

table! {
    /// Going up and down.
    pub struct RawBob "bobbing" {
        /// By how many rows it rises, or sinks if the number is negative; 1 if left out.
        by: Int<-64, 64>,
        /// How often in one round; once for every 16 frames if left out.
        times: Int<1, 32>,
    }
}

/// A table whose most important key can stand alone.
pub(crate) trait Brief: Default + Read {
    /// What can stand alone.
    type Alone: Read;

    /// The table with that key.
    fn alone(value: At<Self::Alone>) -> Self;
}

/// A table, or its most important key alone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Short<T>(pub T);

impl<T: Brief> Read for Short<T> {
    fn wanted() -> String {
        format!("{} or a table", T::Alone::wanted())
    }

    fn read(value: &DeValue<'_>, span: Span, reader: &mut Reader) -> Option<Self> {
        match value {
            DeValue::Table(_) => T::read(value, span, reader).map(Self),
            DeValue::Integer(_) | DeValue::String(_) | DeValue::Array(_) => {
                T::Alone::read(value, span, reader).map(|value| Self(T::alone(At { value, span })))
            }
            _ => reader.wrong_type(span, value),
        }
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [T::Alone::schema(generator), T::schema(generator)] })
    }
}

impl Brief for RawBreathe {
    type Alone = Int<1, 16>;

    fn alone(by: At<Self::Alone>) -> Self {
        Self { by: Some(by), ..Self::default() }
    }
}

impl Brief for RawBob {
    type Alone = Int<-64, 64>;

    fn alone(by: At<Self::Alone>) -> Self {
        Self { by: Some(by), ..Self::default() }
    }
}

impl Brief for RawBlink {
    type Alone = RegionValue;

    fn alone(at: At<Self::Alone>) -> Self {
        Self { at: Some(at), ..Self::default() }
    }
}

/// Pixels of a sprite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RegionValue {
    /// `"found"`.
    Found,
    /// The path of a mask.
    Mask(String),
    /// One or several rectangles.
    Rectangles(Vec<[u32; 4]>),
}

impl Read for RegionValue {
    fn wanted() -> String {
        "a mask (a string) or `[left, top, width, height]`".to_owned()
    }

    fn read(value: &DeValue<'_>, span: Span, reader: &mut Reader) -> Option<Self> {
        match value {
            DeValue::String(text) if text == "found" => Some(Self::Found),
            DeValue::String(text) => Some(Self::Mask(text.as_ref().to_owned())),
            DeValue::Array(list) if list.iter().all(|item| item.get_ref().is_array()) && !list.is_empty() => {
                let all = items::<Rectangle>(list, reader);
                (all.len() == list.len()).then(|| Self::Rectangles(all.into_iter().map(|at| at.value.0).collect()))
            }
            DeValue::Array(_) => Rectangle::read(value, span, reader).map(|one| Self::Rectangles(vec![one.0])),
            _ => reader.wrong_type(span, value),
        }
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let one = Rectangle::schema(generator);
        json_schema!({ "anyOf": [{ "type": "string" }, one, { "type": "array", "items": one, "minItems": 1 }] })
    }
}

/// `[left, top, width, height]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Rectangle([u32; 4]);

impl Read for Rectangle {
    fn wanted() -> String {
        "`[left, top, width, height]`".to_owned()
    }

    fn read(value: &DeValue<'_>, span: Span, reader: &mut Reader) -> Option<Self> {
        let DeValue::Array(list) = value else { return reader.wrong_type(span, value) };
        let number = |at: usize| list.get(at)?.get_ref().as_integer().and_then(whole);
        let numbers: Vec<u32> =
            (0..list.len()).filter_map(number).filter_map(|n| u32::try_from(n).ok()).filter(|n| *n < 1024).collect();
        match numbers[..] {
            [left, top, width, height] if list.len() == 4 && width > 0 && height > 0 => {
                Some(Self([left, top, width, height]))
            }
            _ => {
                let problem = Problem::error("wrong-type", span, "expected `[left, top, width, height]`");
                reader.problem(
                    problem.help("four whole numbers in pixels of the sprite; width and height are 1 or more"),
                );
                None
            }
        }
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        let number = json_schema!({ "type": "integer", "minimum": 0, "maximum": 1023 });
        json_schema!({ "type": "array", "items": number, "minItems": 4, "maxItems": 4 })
    }
}
