//! What a node's result depends on, as the cache of a real server tells one from another.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::state::State;
use crate::store::inside;

/// The content of every node, as one digest each; nothing where a node has no inputs, which kills the worker.
pub(super) fn keys(state: &State, graph: &Value) -> Option<BTreeMap<String, String>> {
    let nodes = graph.as_object()?;
    let mut keys = BTreeMap::new();
    for id in nodes.keys() {
        key(state, nodes, id, &mut keys)?;
    }
    Some(keys)
}

fn key(state: &State, nodes: &Map<String, Value>, id: &str, keys: &mut BTreeMap<String, String>) -> Option<String> {
    if let Some(key) = keys.get(id) {
        return Some(key.clone());
    }
    let Some(node) = nodes.get(id) else { return Some("nowhere".to_owned()) };
    let mut inputs = node.get("inputs")?.as_object()?.clone();
    for value in inputs.values_mut() {
        if let Some([from, slot]) = value.as_array().map(Vec::as_slice) {
            *value = json!([key(state, nodes, from.as_str()?, keys)?, slot]);
        }
    }
    let class = nodes[id]["class_type"].as_str()?;
    let file = inputs.get("image").and_then(Value::as_str).filter(|_| class.starts_with("LoadImage"));
    let file = file.and_then(|file| state.store.get("input", &input_file(file))).map(|file| blake3::hash(&file.bytes));
    let text = json!([class, inputs, file.map(|digest| digest.to_string())]).to_string();
    let digest = blake3::hash(text.as_bytes()).to_string();
    keys.insert(id.to_owned(), digest.clone());
    Some(digest)
}

/// `u.png [input]` as `u.png`.
pub fn input_file(name: &str) -> String {
    inside(name.trim_end_matches(" [input]")).unwrap_or_default()
}
