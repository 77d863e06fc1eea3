//! A graph as nodes and links: which node feeds which, and where the result is.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// A node's title, in lower case.
pub(super) fn title(node: &Value) -> String {
    node["_meta"]["title"].as_str().unwrap_or_default().trim().to_ascii_lowercase()
}

/// A node's class.
pub(super) fn class(node: &Value) -> &str {
    node["class_type"].as_str().unwrap_or_default()
}

/// The source of a link, if a value is one: a node's id and the number of its output.
pub fn is_link(value: &Value) -> Option<(&str, u64)> {
    let [id, slot] = value.as_array()?.as_slice() else { return None };
    Some((id.as_str()?, slot.as_u64()?))
}

/// The links of a node: input, and where it comes from, node and output.
pub(super) fn all_links(node: &Value) -> impl Iterator<Item = (&String, &str, u64)> {
    let inputs = node["inputs"].as_object().into_iter().flatten();
    inputs.filter_map(|(input, value)| is_link(value).map(|(from, slot)| (input, from, slot)))
}

/// The links of a node: input, and the id of the node that feeds it.
pub(super) fn links(node: &Value) -> impl Iterator<Item = (&String, &str)> {
    all_links(node).map(|(input, from, _)| (input, from))
}

/// The existing nodes that feed a node.
pub(super) fn sources<'a>(nodes: &'a Map<String, Value>, id: &str) -> Vec<&'a str> {
    nodes.get(id).into_iter().flat_map(links).map(|(_, to)| to).filter(|to| nodes.contains_key(*to)).collect()
}

/// The given nodes and all that feed them.
pub(super) fn needed<'a>(
    nodes: &'a Map<String, Value>,
    outputs: impl IntoIterator<Item = &'a str>,
) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    let mut open: Vec<&str> = outputs.into_iter().collect();
    while let Some(id) = open.pop() {
        if seen.insert(id) {
            open.extend(sources(nodes, id));
        }
    }
    seen
}

/// Whether a node ends a graph: by its title, by its file prefix, or by its class.
pub fn is_output(node: &Value) -> bool {
    is_named_output(node) || saves(node) || previews(node)
}

/// Whether a title or a placeholder names a node as the result.
pub(super) fn is_named_output(node: &Value) -> bool {
    title(node) == "dgx:output" || node["inputs"]["filename_prefix"] == "{prefix}"
}

fn saves(node: &Value) -> bool {
    class(node).starts_with("Save")
}

fn previews(node: &Value) -> bool {
    class(node).starts_with("Preview")
}

/// The nodes whose images are the result: those titled `dgx:output`, else those that take `{prefix}`, else those that
/// save, else those that preview.
pub fn outputs(graph: &Value) -> Vec<String> {
    let tiers: [fn(&Value) -> bool; 4] =
        [|node| title(node) == "dgx:output", |node| node["inputs"]["filename_prefix"] == "{prefix}", saves, previews];
    let nodes: Vec<(&String, &Value)> = graph.as_object().into_iter().flatten().collect();
    let mut found = tiers.iter().map(|is_meant| -> Vec<String> {
        nodes.iter().filter(|(_, node)| is_meant(node)).map(|(id, _)| (*id).clone()).collect()
    });
    found.find(|ids| !ids.is_empty()).unwrap_or_default()
}
