//! Arguments of tools: checked against their schema's names first, so that a mistake is told with the near name.

use rmcp::model::JsonObject;
use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use schemars::{JsonSchema, Schema};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::session::{Error, Result};
use crate::words::suggest::{did_you_mean, words};
use crate::words::text::shortened;

/// Reads arguments.
///
/// # Errors
/// `bad-arguments`.
pub(super) fn read<A: DeserializeOwned>(given: JsonObject, schema: &JsonObject) -> Result<A> {
    let properties = schema.get("properties").and_then(Value::as_object);
    let known: Vec<&str> = properties.into_iter().flat_map(|all| all.keys()).map(String::as_str).collect();
    if let Some(unknown) = given.keys().find(|name| !known.contains(&name.as_str())) {
        let message = format!("there is no argument `{}`", shortened(unknown));
        let hint = did_you_mean(unknown, known.iter().copied());
        let hint = hint.unwrap_or_else(|| match known.as_slice() {
            [] => "this tool takes no arguments".to_owned(),
            known => format!("the arguments are {}", words(known)),
        });
        return Err(bad(message, hint));
    }
    serde_json::from_value(Value::Object(given)).map_err(|error| {
        bad(format!("the arguments are not as the tool takes them: {error}"), "its input schema says how they are")
    })
}

/// Arguments that a tool cannot take.
pub(super) fn bad(message: impl Into<String>, hint: impl Into<String>) -> Error {
    Error::usage("bad-arguments", message, hint)
}

/// The schema of arguments: names, types and descriptions.
pub(super) fn input_schema<A: JsonSchema>() -> JsonObject {
    schema::<A>(&["$schema", "title", "format", "default"], false)
}

/// The schema of an answer: names and types alone; what each means is in `docs/json.md`.
pub(super) fn output_schema<O: JsonSchema>() -> JsonObject {
    schema::<O>(&["$schema", "title", "format", "description", "minimum", "pattern", "default"], true)
}

fn schema<T: JsonSchema>(without: &'static [&'static str], is_output: bool) -> JsonObject {
    let mut shorten = RecursiveTransform(|schema: &mut Schema| shorten(schema, without));
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = !is_output);
    // Fields that are left out of an answer are not required in it.
    let generator = if is_output { settings.for_serialize() } else { settings }.into_generator();
    let mut schema = generator.into_root_schema_for::<T>();
    shorten.transform(&mut schema);
    if is_output && let Some(diagnostic) = schema.pointer_mut("/$defs/Diagnostic") {
        // Every answer has them; their form is told once, in the instructions.
        *diagnostic = serde_json::json!({ "type": "object", "required": ["code", "severity", "message"] });
        let unused = ["Severity", "Subject", "Place"];
        if let Some(definitions) = schema.get_mut("$defs").and_then(Value::as_object_mut) {
            definitions.retain(|name, _| !unused.contains(&name.as_str()));
        }
    }
    match schema.to_value() {
        Value::Object(schema) => schema,
        _ => JsonObject::new(),
    }
}

fn shorten(schema: &mut Schema, without: &[&str]) {
    for name in without {
        // A property may be called like a keyword: those are below `properties`, which is no schema.
        schema.remove(*name);
    }
    // A word of a list, written once for each word, is a list of words.
    let one_of = schema.get("oneOf").and_then(Value::as_array);
    let constants: Option<Vec<Value>> =
        one_of.and_then(|all| all.iter().map(|one| one.get("const").cloned()).collect());
    if let Some(constants) = constants {
        schema.remove("oneOf");
        schema.insert("type".to_owned(), "string".into());
        schema.insert("enum".to_owned(), constants.into());
    }
}
