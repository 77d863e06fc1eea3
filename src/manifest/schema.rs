//! The format as a JSON schema, for editors: draft 07, the one that TOML tools understand.

use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use serde_json::Value;

use super::raw::{FormatId, RawFile};
use crate::words::format::FormatSpec;

/// The schema of `pixels.toml`, with the formats that `export` can name.
pub fn schema(formats: &[&FormatSpec]) -> Value {
    let ids: Vec<Value> = formats.iter().map(|format| format.id.into()).collect();
    let name_formats = move |schema: &mut Schema| {
        if schema.remove(FormatId::PLACEHOLDER).is_some() {
            schema.insert("enum".to_owned(), ids.clone().into());
        }
    };
    let settings = SchemaSettings::draft07().with_transform(RecursiveTransform(name_formats));
    let mut value = settings.into_generator().into_root_schema_for::<RawFile>().to_value();
    if let Some(object) = value.as_object_mut() {
        object.insert("title".to_owned(), Value::String("pixels.toml".to_owned()));
    }
    value
}
