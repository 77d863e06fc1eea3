//! Frames in one image.

use schemars::{Schema, SchemaGenerator, json_schema};
use toml::de::DeValue;

use super::{Int, Pair, Read, Reader, Span};
use crate::manifest::problem::Problem;

/// Frames across and down in one image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StripValue {
    pub columns: u32,
    pub rows: u32,
}

impl StripValue {
    /// All frames.
    pub(crate) fn parts(self) -> u32 {
        self.columns * self.rows
    }
}

impl Read for StripValue {
    fn wanted() -> String {
        "an integer or `[columns, rows]`".to_owned()
    }

    fn read(value: &DeValue<'_>, span: Span, reader: &mut Reader) -> Option<Self> {
        if value.as_integer().is_some() {
            let columns = Int::<1, 64>::read(value, span, reader)?.u32();
            return Some(Self { columns, rows: 1 });
        }
        let Some(list) = value.as_array() else { return reader.wrong_type(span, value) };
        if list.len() != 2 {
            let message = format!("expected `[columns, rows]`, found a list of {}", list.len());
            reader.problem(Problem::error("wrong-type", span, message));
            return None;
        }
        let Pair(columns, rows) = Pair::<Int<1, 64>>::read(value, span, reader)?;
        Some(Self { columns: columns.u32(), rows: rows.u32() })
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let one = Int::<1, 64>::schema(generator);
        json_schema!({ "anyOf": [one, { "type": "array", "items": one, "minItems": 2, "maxItems": 2 }] })
    }
}
