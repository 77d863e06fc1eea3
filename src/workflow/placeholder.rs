//! Placeholders of a workflow: where they stand and what they mean.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// What the asset and its style fill by themselves.
pub const FIELDS: [&str; 10] =
    ["prompt", "negative", "checkpoint", "vae", "width", "height", "steps", "cfg", "sampler", "scheduler"];

/// A place in a graph that waits for a value.
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
    /// A picture, by role; known when a request is sent.
    Role,
    /// The seed, known when a request is sent.
    Seed,
    /// The start of the names of the files that are saved, known when a request is sent.
    Prefix,
}

impl Meaning {
    fn of(name: &str, input: &str, in_place: bool) -> Self {
        match name {
            "seed" => Self::Seed,
            "prefix" => Self::Prefix,
            // Pictures are loaded by inputs that are called so, whatever the class of the node is.
            _ if input == "image" && in_place => Self::Role,
            name if FIELDS.contains(&name) => Self::Field,
            _ => Self::Param,
        }
    }
}

/// What a workflow leaves open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Open {
    /// All places, in the order of node ids and inputs.
    pub places: Vec<Placeholder>,
    /// Values of params that the workflow has itself, in `_meta.defaults` of its nodes.
    pub defaults: BTreeMap<String, Value>,
}

impl Open {
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

/// What a graph leaves open.
pub fn open(graph: &Value) -> Open {
    let mut open = Open::default();
    for (id, node) in graph.as_object().into_iter().flatten() {
        for (input, value) in node["inputs"].as_object().into_iter().flatten() {
            let pointer = format!("/{}/inputs/{}", escaped(id), escaped(input));
            walk(value, &mut |name, inner| {
                open.places.push(Placeholder {
                    node: id.clone(),
                    input: input.clone(),
                    pointer: format!("{pointer}{inner}"),
                    name: name.to_owned(),
                    meaning: Meaning::of(name, input, inner.is_empty()),
                });
            });
        }
        for (name, value) in node["_meta"]["defaults"].as_object().into_iter().flatten() {
            open.defaults.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
    open
}

/// Tells every placeholder in a value with its pointer from there.
fn walk(value: &Value, tell: &mut dyn FnMut(&str, &str)) {
    match value {
        Value::String(text) => {
            if let Some(name) = name(text) {
                tell(name, "");
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                walk(item, &mut |name, inner| tell(name, &format!("/{at}{inner}")));
            }
        }
        Value::Object(map) => {
            for (key, item) in map {
                walk(item, &mut |name, inner| tell(name, &format!("/{}{inner}", escaped(key))));
            }
        }
        _ => {}
    }
}

/// The name in a text that is a placeholder as a whole.
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
    fn placeholders_are_found_wherever_they_stand_and_nothing_else_is_one() {
        let graph = json!({ "a/b": { "class_type": "X", "inputs": {
            "text": "{prompt}", "no": "a {prompt}", "braces": "{}", "json": "{\"a\": 1}", "image": "{figure}",
            "deep": [{ "x~y": "{denoise}" }] }, "_meta": { "defaults": { "denoise": 0.5 }, "title": "{seed}" } } });
        let open = open(&graph);
        let found: Vec<_> = open.places.iter().map(|p| (p.name.as_str(), p.pointer.as_str(), p.meaning)).collect();
        assert_eq!(
            found,
            [
                ("denoise", "/a~1b/inputs/deep/0/x~0y", Meaning::Param),
                ("figure", "/a~1b/inputs/image", Meaning::Role),
                ("prompt", "/a~1b/inputs/text", Meaning::Field),
            ]
        );
        assert!(open.places.iter().all(|place| graph.pointer(&place.pointer).is_some()));
        assert_eq!(open.defaults["denoise"], 0.5);
    }
}
