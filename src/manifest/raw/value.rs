//! Shapes of values: text, lists, pairs, tables with free names.

use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};
use toml::de::DeValue;

use super::number::whole;
use super::table::entries;
use super::{At, Read, Reader, Span, Words};
use crate::manifest::problem::Problem;

impl Read for String {
    fn wanted() -> String {
        "a string".to_owned()
    }

    fn read(value: &DeValue<'_>, span: Span, reader: &mut Reader) -> Option<Self> {
        let text = value.as_str();
        if text.is_none() {
            reader.wrong_type::<Self>(span, value);
        }
        text.map(str::to_owned)
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string" })
    }
}

impl Read for bool {
    fn wanted() -> String {
        "`true` or `false`".to_owned()
    }

    fn read(value: &DeValue<'_>, span: Span, reader: &mut Reader) -> Option<Self> {
        let truth = value.as_bool();
        if truth.is_none() {
            reader.wrong_type::<Self>(span, value);
        }
        truth
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "boolean" })
    }
}

/// Reads every item of a list; reports and skips those that cannot be read.
pub(super) fn items<T: Read>(list: &toml::de::DeArray<'_>, reader: &mut Reader) -> Vec<At<T>> {
    let mut items = Vec::with_capacity(list.len());
    for item in list.iter() {
        let span = reader.span(item.span());
        items.extend(T::read(item.get_ref(), span, reader).map(|value| At { value, span }));
    }
    items
}

impl<T: Read> Read for Vec<At<T>> {
    fn wanted() -> String {
        format!("a list, each item {}", T::wanted())
    }

    fn read(value: &DeValue<'_>, span: Span, reader: &mut Reader) -> Option<Self> {
        let DeValue::Array(list) = value else {
            return reader.wrong_type(span, value);
        };
        Some(items(list, reader))
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "array", "items": T::schema(generator) })
    }
}

/// One, or a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OneOrMany<T>(pub Vec<At<T>>);

impl<T: Read> Read for OneOrMany<T> {
    fn wanted() -> String {
        format!("{} or a list of them", T::wanted())
    }

    fn read(value: &DeValue<'_>, span: Span, reader: &mut Reader) -> Option<Self> {
        match value {
            DeValue::Array(list) => Some(Self(items(list, reader))),
            _ => T::read(value, span, reader).map(|value| Self(vec![At { value, span }])),
        }
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [T::schema(generator), { "type": "array", "items": T::schema(generator) }] })
    }
}

/// `[width, height]`, or one number for both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pair<T>(pub T, pub T);

impl<T: Read + Copy> Read for Pair<T> {
    fn wanted() -> String {
        format!("{} or `[width, height]`", T::wanted())
    }

    fn read(value: &DeValue<'_>, span: Span, reader: &mut Reader) -> Option<Self> {
        match value {
            DeValue::Integer(_) | DeValue::Float(_) => T::read(value, span, reader).map(|value| Self(value, value)),
            DeValue::Array(list) if list.len() == 2 => match items::<T>(list, reader).as_slice() {
                [width, height] => Some(Self(width.value, height.value)),
                _ => None,
            },
            DeValue::Array(list) => {
                let message = format!("expected `[width, height]`, found a list of {}", list.len());
                reader.problem(Problem::error("wrong-type", span, message));
                None
            }
            _ => reader.wrong_type(span, value),
        }
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let one = T::schema(generator);
        json_schema!({ "anyOf": [one, { "type": "array", "items": one, "minItems": 2, "maxItems": 2 }] })
    }
}

/// `"auto"`, or a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AutoOr<T> {
    /// `"auto"`.
    Auto,
    /// The value.
    Given(T),
}

impl<T: Read> Read for AutoOr<T> {
    fn wanted() -> String {
        format!("`\"auto\"`, {}", T::wanted())
    }

    fn read(value: &DeValue<'_>, span: Span, reader: &mut Reader) -> Option<Self> {
        match value.as_str() {
            Some("auto") => Some(Self::Auto),
            Some(_) => reader.wrong_type(span, value),
            None => T::read(value, span, reader).map(Self::Given),
        }
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [{ "const": "auto" }, T::schema(generator)] })
    }
}

/// Text; a whole number stands for its digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scalar(pub String);

impl Read for Scalar {
    fn wanted() -> String {
        "a string or an integer".to_owned()
    }

    fn read(value: &DeValue<'_>, span: Span, reader: &mut Reader) -> Option<Self> {
        match value {
            DeValue::String(text) => Some(Self(text.as_ref().to_owned())),
            DeValue::Integer(integer) => whole(integer).map(|number| Self(number.to_string())).or_else(|| {
                let message = format!("`{integer}` does not fit into 64 bits");
                reader.problem(Problem::error("out-of-range", span, message));
                None
            }),
            _ => reader.wrong_type(span, value),
        }
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "integer"] })
    }
}

/// A table whose keys are names, in the order in which they are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named<T>(pub Vec<(At<String>, At<T>)>);

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Read> Read for Named<T> {
    fn wanted() -> String {
        "a table".to_owned()
    }

    fn read(value: &DeValue<'_>, span: Span, reader: &mut Reader) -> Option<Self> {
        let Some(table) = value.as_table() else {
            if let Some(what) = T::named() {
                reader.problem(unnamed(what, span));
                return None;
            }
            return reader.wrong_type(span, value);
        };
        if let Some(what) = T::named().filter(|_| table.is_empty()) {
            let problem = Problem::warning("empty-table", span, "this table is empty");
            reader.problem(problem.help(name_first(what)));
        }
        let mut read = Vec::with_capacity(table.len());
        for (key, key_span, value, span) in entries(table, reader) {
            if let Some(what) = T::named().filter(|_| value.as_table().is_none()) {
                // The other keys of the table are the same mistake.
                reader.problem(unnamed(what, key_span));
                break;
            }
            let name = At { value: key.to_owned(), span: key_span };
            read.extend(T::read(value, span, reader).map(|value| (name, At { value, span })));
        }
        Some(Self(read))
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object", "additionalProperties": T::schema(generator) })
    }
}

/// A table that lacks its name.
fn unnamed(what: &str, span: Span) -> Problem {
    Problem::error("wrong-type", span, format!("{what} is a table with a name")).help(name_first(what))
}

fn name_first(what: &str) -> String {
    let kind = what.split_once(' ').map_or(what, |(_, kind)| kind);
    format!("write `[{kind}.NAME]` above its keys")
}

/// A table whose keys are words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Keyed<K, V>(pub Vec<(At<K>, At<V>)>);

impl<K: Words, V: Read> Read for Keyed<K, V> {
    fn wanted() -> String {
        "a table".to_owned()
    }

    fn read(value: &DeValue<'_>, span: Span, reader: &mut Reader) -> Option<Self> {
        let Some(table) = value.as_table() else {
            return reader.wrong_type(span, value);
        };
        let mut read = Vec::with_capacity(table.len());
        for (key, key_span, value, span) in entries(table, reader) {
            let key = K::find(key, key_span, reader).map(|value| At { value, span: key_span });
            let value = V::read(value, span, reader).map(|value| At { value, span });
            read.extend(key.zip(value));
        }
        Some(Self(read))
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let keys = K::ALL.iter().map(|(word, _)| ((*word).to_owned(), V::schema(generator).to_value()));
        let properties: Map<String, Value> = keys.collect();
        json_schema!({ "type": "object", "properties": properties, "additionalProperties": false })
    }
}
