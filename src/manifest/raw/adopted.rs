//! Images in place of those of the backend.

use schemars::{Schema, SchemaGenerator, json_schema};
use toml::de::DeValue;

use super::table::entries;
use super::{At, Read, Reader, Span};

/// Files by member; an asset with one member has no name for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AdoptedValue(pub Vec<(Option<At<String>>, At<String>)>);

impl Read for AdoptedValue {
    fn wanted() -> String {
        "a file, or a table of files by member".to_owned()
    }

    fn read(value: &DeValue<'_>, span: Span, reader: &mut Reader) -> Option<Self> {
        let Some(table) = value.as_table() else {
            let Some(file) = value.as_str() else { return reader.wrong_type(span, value) };
            return Some(Self(vec![(None, At { value: file.to_owned(), span })]));
        };
        let mut files = Vec::with_capacity(table.len());
        for (member, member_span, value, span) in entries(table, reader) {
            let member = At { value: member.to_owned(), span: member_span };
            files.extend(String::read(value, span, reader).map(|value| (Some(member), At { value, span })));
        }
        Some(Self(files))
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [
            { "type": "string" },
            { "type": "object", "additionalProperties": { "type": "string" } }
        ] })
    }
}
