//! JSON schemas of words that are written as plain text or numbers.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::color::Rgb;
use super::digest::{Digest, Short};
use super::exit::Exit;
use super::sprite::Verdict;

/// Implements [`JsonSchema`] for a type that serializes as one plain value.
macro_rules! plain {
    ($type:ident, $($schema:tt)+) => {
        impl JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($($schema)+)
            }
        }
    };
}

plain!(Digest, { "type": "string", "pattern": "^[0-9a-f]{64}$" });
plain!(Short, { "type": "string", "pattern": "^[0-9a-f]{16}$" });
plain!(Rgb, { "type": "string", "pattern": "^#[0-9a-f]{6}$" });
plain!(Verdict, {
    "type": "string",
    "description": "`pass`, or the gates that failed, such as `grid 412 < 600`, joined by `, `."
});
plain!(Exit, { "type": "integer", "enum": [0, 1, 2, 3, 4, 130] });
