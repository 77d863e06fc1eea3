//! The format as a JSON schema, for editors: draft 07, the one that TOML tools understand.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::raw::RawFile;

/// The schema of `pixels.toml`.
pub fn schema() -> Value {
    let schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<RawFile>();
    let mut value = schema.to_value();
    if let Some(object) = value.as_object_mut() {
        object.insert("title".to_owned(), Value::String("pixels.toml".to_owned()));
    }
    value
}
