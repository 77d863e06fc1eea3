//! The description of one operation.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

type Describe = fn(&mut SchemaGenerator) -> Schema;

/// What an operation takes and answers.
pub(in crate::serve) struct Doc {
    summary: &'static str,
    query: Option<Describe>,
    body: Option<Describe>,
    picture_body: bool,
    status: u16,
    answer: Content,
    idempotent_key: bool,
    resumes: bool,
}

enum Content {
    Nothing,
    Json(Describe),
    Png,
    Events(Describe),
}

fn schema_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

impl Doc {
    /// An operation in one sentence.
    pub(in crate::serve) fn new(summary: &'static str) -> Self {
        Self {
            summary,
            query: None,
            body: None,
            picture_body: false,
            status: 200,
            answer: Content::Nothing,
            idempotent_key: false,
            resumes: false,
        }
    }

    /// It takes parameters behind `?`.
    pub(in crate::serve) fn query<T: JsonSchema>(self) -> Self {
        Self { query: Some(schema_of::<T>), ..self }
    }

    /// It takes a body of JSON.
    pub(in crate::serve) fn body<T: JsonSchema>(self) -> Self {
        Self { body: Some(schema_of::<T>), ..self }
    }

    /// It takes an image.
    pub(in crate::serve) fn picture_body(self) -> Self {
        Self { picture_body: true, ..self }
    }

    /// It answers with JSON.
    pub(in crate::serve) fn answers<T: JsonSchema>(self) -> Self {
        Self { answer: Content::Json(schema_of::<T>), ..self }
    }

    /// It starts a job, and answers 202 with it.
    pub(in crate::serve) fn starts<T: JsonSchema>(self) -> Self {
        Self { status: 202, idempotent_key: true, ..self.answers::<T>() }
    }

    /// It answers 202 with JSON.
    pub(in crate::serve) fn accepts<T: JsonSchema>(self) -> Self {
        Self { status: 202, ..self.answers::<T>() }
    }

    /// It answers with a PNG.
    pub(in crate::serve) fn png(self) -> Self {
        Self { answer: Content::Png, ..self }
    }

    /// It answers with server-sent events, whose data is JSON.
    pub(in crate::serve) fn events<T: JsonSchema>(self) -> Self {
        Self { answer: Content::Events(schema_of::<T>), resumes: true, ..self }
    }

    pub(super) fn describe(
        &self,
        method: &str,
        path: &str,
        problem: &Value,
        answers: &mut SchemaGenerator,
        asked: &mut SchemaGenerator,
    ) -> Value {
        let mut operation = json!({
            "operationId": name(method, path),
            "summary": self.summary,
            "parameters": self.parameters(path, asked),
            "responses": self.responses(problem, answers),
        });
        let mut is_required = true;
        let content = match self.body {
            Some(body) => {
                let mut schema = body(asked).to_value();
                bound(&mut schema);
                is_required = schema.get("required").is_some();
                Some(json!({ "application/json": { "schema": schema } }))
            }
            None if self.picture_body => {
                let binary = json!({ "schema": { "type": "string", "contentMediaType": "image/*" } });
                Some(json!({ "image/png": binary, "image/jpeg": binary, "image/webp": binary }))
            }
            None => None,
        };
        if let (Some(content), Some(operation)) = (content, operation.as_object_mut()) {
            operation.insert("requestBody".to_owned(), json!({ "required": is_required, "content": content }));
        }
        operation
    }

    fn parameters(&self, path: &str, asked: &mut SchemaGenerator) -> Vec<Value> {
        let mut all: Vec<Value> = names(path).map(|name| of_path(name, path)).collect();
        if let Some(query) = self.query {
            let schema = query(asked).to_value();
            let none = Map::new();
            let fields = schema.get("properties").and_then(Value::as_object).unwrap_or(&none);
            all.extend(fields.iter().map(|(name, schema)| {
                let mut schema = without_null(schema);
                bound(&mut schema);
                json!({ "name": name, "in": "query", "required": false, "schema": schema })
            }));
        }
        if self.idempotent_key {
            let schema = json!({ "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" });
            all.push(json!({
                "name": "Idempotency-Key", "in": "header", "required": false, "schema": schema,
                "description": "The same key with the same body is the same job; with another body it is an error."
            }));
        }
        if self.resumes {
            all.push(json!({
                "name": "Last-Event-ID", "in": "header", "required": false, "schema": { "type": "string" },
                "description": "The id of the event that was seen last: the stream goes on behind it."
            }));
        }
        all
    }

    fn responses(&self, problem: &Value, answers: &mut SchemaGenerator) -> Value {
        let failed = json!({ "application/json": { "schema": problem } });
        let content = match self.answer {
            Content::Nothing => json!({}),
            Content::Json(schema) => json!({ "application/json": { "schema": schema(answers) } }),
            Content::Png => json!({ "image/png": { "schema": { "type": "string", "contentMediaType": "image/png" } } }),
            // This version of OpenAPI has no word for the items of a stream.
            Content::Events(item) => json!({
                "text/event-stream": { "schema": { "type": "string" }, "x-itemSchema": item(answers) }
            }),
        };
        let mut done = json!({ "description": "Done", "content": content });
        if self.idempotent_key {
            done["headers"] = json!({
                "Location": { "description": "The job", "required": true, "schema": { "type": "string" } }
            });
        }
        let mut all = json!({ "default": { "description": "What went wrong", "content": failed } });
        all[self.status.to_string()] = done;
        if matches!(self.answer, Content::Png) {
            all["206"] = json!({ "description": "A part", "content": content_of_png() });
            all["304"] = json!({ "description": "The client has it" });
            all["416"] = json!({ "description": "No such part" });
        }
        all
    }
}

fn content_of_png() -> Value {
    json!({ "image/png": { "schema": { "type": "string", "contentMediaType": "image/png" } } })
}

/// `get_assets_id_image`
fn name(method: &str, path: &str) -> String {
    let words = path.split(['/', '{', '}', '-', '.']).filter(|word| !word.is_empty());
    std::iter::once(method).chain(words).collect::<Vec<_>>().join("_")
}

fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

fn of_path(name: &str, path: &str) -> Value {
    let number = json!({ "type": "integer", "minimum": 1, "maximum": 4_294_967_295_u32 });
    let (schema, description) = match name {
        "n" => (number, "The number of a candidate"),
        "id" if path.starts_with("/jobs") => (number, "The number of a job"),
        "digest" => (json!({ "type": "string", "pattern": "^[0-9a-f]{64}$" }), "The digest of a raw"),
        "name" => (json!({ "type": "string", "minLength": 1 }), "A file of the job"),
        _ => (
            json!({ "type": "string", "minLength": 1 }),
            "An asset, a member (`knight@s`) or a slot (`walk@e#2`), with its special characters encoded",
        ),
    };
    json!({ "name": name, "in": "path", "required": true, "schema": schema, "description": description })
}

/// Says how large the numbers of a format may be: a format is a comment to most programs.
fn bound(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(bound),
        Value::Object(fields) => {
            let most = match fields.get("format").and_then(Value::as_str) {
                Some("uint8") => Some(u64::from(u8::MAX)),
                Some("uint16") => Some(u64::from(u16::MAX)),
                Some("uint32") => Some(u64::from(u32::MAX)),
                // Programs whose numbers are floats send no larger ones as integers.
                Some("uint" | "uint64") => Some(1 << 53),
                _ => None,
            };
            if let Some(most) = most {
                fields.entry("maximum").or_insert(most.into());
            }
            fields.values_mut().for_each(bound);
        }
        _ => {}
    }
}

/// A parameter that is left out is not null.
fn without_null(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(fields) = schema.as_object_mut() {
        if fields.get("default").is_some_and(Value::is_null) {
            fields.remove("default");
        }
        if let Some(types) = fields.get_mut("type").and_then(Value::as_array_mut) {
            types.retain(|kind| kind != "null");
        }
    }
    schema
}
