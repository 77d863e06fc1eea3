//! Placeholders of a workflow: strings that are `{name}` as a whole, where they are and what fills them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// Placeholders that the asset and its style fill.
pub const FIELDS: [&str; 12] = [
    "prompt",
    "negative",
    "checkpoint",
    "vae",
    "width",
    "height",
    "half_width",
    "half_height",
    "steps",
    "cfg",
    "sampler",
    "scheduler",
];

/// A place in a graph without a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placeholder {
    /// The node's id.
    pub node: String,
    /// The input that it is in.
    pub input: String,
    /// The place as a JSON pointer.
    pub pointer: String,
    /// Its name, without the braces.
    pub name: String,
    /// What fills it.
    pub meaning: Meaning,
}

/// What fills a placeholder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A field of the asset or of its style.
    Field,
    /// A value of the style's `params`, or its default in the workflow.
    Param,
    /// An input image, by role; known when a request is sent.
    Role,
    /// The seed, known when a request is sent.
    Seed,
    /// The prefix of saved file names, known when a request is sent.
    Prefix,
}

impl Meaning {
    fn of(name: &str, input: &str, in_place: bool) -> Self {
        match name {
            "seed" => Self::Seed,
            "prefix" => Self::Prefix,
            // Every loader of images names its input so, whatever its class is.
            _ if input == "image" && in_place => Self::Role,
            name if FIELDS.contains(&name) => Self::Field,
            _ => Self::Param,
        }
    }
}

/// All placeholders of a workflow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placeholders {
    /// All places, in the order of node ids and inputs.
    pub places: Vec<Placeholder>,
    /// Default values of params, from `_meta.defaults` of the nodes.
    pub defaults: BTreeMap<String, Value>,
}

impl Placeholders {
    /// The names of all placeholders of a meaning.
    pub fn names(&self, meaning: Meaning) -> BTreeSet<&str> {
        self.places.iter().filter(|place| place.meaning == meaning).map(|place| place.name.as_str()).collect()
    }

    /// Whether a placeholder has the name.
    pub fn has(&self, name: &str) -> bool {
        self.places.iter().any(|place| place.name == name)
    }

    /// The first place of a name.
    pub fn place(&self, name: &str) -> Option<&Placeholder> {
        self.places.iter().find(|place| place.name == name)
    }
}

/// The placeholders of a graph.
pub fn placeholders(graph: &Value) -> Placeholders {
    let mut found = Placeholders::default();
    for (id, node) in graph.as_object().into_iter().flatten() {
        for (input, value) in node["inputs"].as_object().into_iter().flatten() {
            let pointer = format!("/{}/inputs/{}", escaped(id), escaped(input));
            walk(value, &mut |name, inner| {
                found.places.push(Placeholder {
                    node: id.clone(),
                    input: input.clone(),
                    pointer: format!("{pointer}{inner}"),
                    name: name.to_owned(),
                    meaning: Meaning::of(name, input, inner.is_empty()),
                });
            });
        }
        for (name, value) in node["_meta"]["defaults"].as_object().into_iter().flatten() {
            found.defaults.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
    found
}

/// Calls `visit` with every placeholder in a value and its pointer relative to the value.
fn walk(value: &Value, visit: &mut dyn FnMut(&str, &str)) {
    match value {
        Value::String(text) => {
            if let Some(name) = name(text) {
                visit(name, "");
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                walk(item, &mut |name, inner| visit(name, &format!("/{at}{inner}")));
            }
        }
        Value::Object(map) => {
            for (key, item) in map {
                walk(item, &mut |name, inner| visit(name, &format!("/{}{inner}", escaped(key))));
            }
        }
        _ => {}
    }
}

/// The name in a string that is a placeholder.
fn name(text: &str) -> Option<&str> {
    let name = text.strip_prefix('{')?.strip_suffix('}')?;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    (!name.is_empty() && name.chars().all(plain)).then_some(name)
}

fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn placeholders_are_whole_strings_at_any_depth() {
        let graph = json!({ "a/b": { "class_type": "X", "inputs": {
            "text": "{prompt}", "no": "a {prompt}", "braces": "{}", "json": "{\"a\": 1}", "image": "{figure}",
            "deep": [{ "x~y": "{denoise}" }] }, "_meta": { "defaults": { "denoise": 0.5 }, "title": "{seed}" } } });
        let placeholders = placeholders(&graph);
        let found: Vec<_> =
            placeholders.places.iter().map(|p| (p.name.as_str(), p.pointer.as_str(), p.meaning)).collect();
        assert_eq!(
            found,
            [
                ("denoise", "/a~1b/inputs/deep/0/x~0y", Meaning::Param),
                ("figure", "/a~1b/inputs/image", Meaning::Role),
                ("prompt", "/a~1b/inputs/text", Meaning::Field),
            ]
        );
        assert!(placeholders.places.iter().all(|place| graph.pointer(&place.pointer).is_some()));
        assert_eq!(placeholders.defaults["denoise"], 0.5);
    }
}
