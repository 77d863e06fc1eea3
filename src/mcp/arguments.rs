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
    schema::<A>(SchemaSettings::draft2020_12(), &mut |schema| {
        never_null(schema);
        shorten(schema, &["$schema", "title", "format", "default"]);
    })
}

/// Objects and lists that are deeper in an answer say only that they are: what is in them is in `docs/json.md`, and a client
/// reads it from the answer.
const DEPTH: usize = 2;

/// The schema of an answer: names and types alone.
pub(super) fn output_schema<O: JsonSchema>() -> JsonObject {
    let mut schema = schema::<O>(SchemaSettings::draft2020_12().for_serialize(), &mut |schema| {
        join_null(schema);
        shorten(schema, &["$schema", "title", "format", "description", "minimum", "maximum", "pattern", "default"]);
        shorten(schema, &["minItems", "maxItems"]);
    });
    schema.remove("title");
    let mut value = Value::Object(schema);
    cut(&mut value, 0);
    match value {
        Value::Object(schema) => schema,
        _ => JsonObject::new(),
    }
}

fn schema<T: JsonSchema>(settings: SchemaSettings, change: &mut dyn FnMut(&mut Schema)) -> JsonObject {
    let settings = settings.with(|settings| settings.inline_subschemas = true);
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    RecursiveTransform(|schema: &mut Schema| change(schema)).transform(&mut schema);
    match schema.to_value() {
        Value::Object(schema) => schema,
        _ => JsonObject::new(),
    }
}

/// Leaves out what is below [`DEPTH`], and which fields objects below the first have always.
fn cut(schema: &mut Value, depth: usize) {
    let Some(fields) = schema.as_object_mut() else { return };
    if depth > 0 {
        fields.remove("required");
    }
    let is_diagnostic = |of: &Value| ["code", "severity", "message"].iter().all(|name| of.get(*name).is_some());
    // Every answer may have diagnostics: their form is told once, in the instructions.
    if depth >= DEPTH || fields.get("properties").is_some_and(is_diagnostic) {
        fields.retain(|name, _| matches!(name.as_str(), "type" | "enum"));
    }
    if let Some(Value::Object(properties)) = fields.get_mut("properties") {
        properties.values_mut().for_each(|property| cut(property, depth + 1));
    }
    if let Some(items) = fields.get_mut("items") {
        // Items of a list at the root are as deep as the list.
        cut(items, depth);
    }
}

/// An argument that is left out is not null.
fn never_null(schema: &mut Schema) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|kind| kind != "null");
        if let [one] = types.as_slice() {
            let one = one.clone();
            schema.insert("type".to_owned(), one);
        }
    }
    if schema.get("minimum").and_then(Value::as_f64) == Some(0.0) {
        schema.remove("minimum");
    }
    take_one(schema, |_| {});
}

/// A value or null is one schema with two types.
fn join_null(schema: &mut Schema) {
    take_one(schema, |one| {
        if let Some(Value::Array(words)) = one.get_mut("enum") {
            words.push(Value::Null);
        }
        if let Some(kind @ Value::String(_)) = one.get("type").cloned() {
            one.insert("type".to_owned(), Value::Array(vec![kind, "null".into()]));
        }
    });
}

/// Puts the only alternative to null in the place of both.
fn take_one(schema: &mut Schema, change: impl FnOnce(&mut JsonObject)) {
    let null = serde_json::json!({ "type": "null" });
    let Some(Value::Array(both)) = schema.get("anyOf") else { return };
    let [Value::Object(one), other] = both.as_slice() else { return };
    if *other != null {
        return;
    }
    let mut one = Schema::from(one.clone());
    shorten(&mut one, &["description"]);
    let Value::Object(mut one) = one.to_value() else { return };
    change(&mut one);
    schema.remove("anyOf");
    for (name, value) in one {
        schema.insert(name, value);
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
