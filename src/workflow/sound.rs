//! Whether a graph can run at all: links that lead somewhere, no circle, one output, and nothing beside it.
//!
//! A server takes some graphs that it cannot run, and then runs nothing any more: what is sent is sound.

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use serde_json::{Map, Value};

use super::title;
use crate::words::suggest::words;

/// One thing that keeps a graph from running.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The node's id, if it is about one.
    pub node: Option<String>,
    /// The input, if it is about one.
    pub input: Option<String>,
    /// What is wrong.
    pub message: String,
    /// The next step.
    pub hint: String,
}

impl Fault {
    fn new(node: Option<&str>, input: Option<&str>, message: String, hint: impl Into<String>) -> Self {
        Self { node: node.map(str::to_owned), input: input.map(str::to_owned), message, hint: hint.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

const EXPORT_ANEW: &str = "mend it in ComfyUI, and export it anew with Workflow > Export (API)";

/// Everything that keeps a graph from running; none if it can.
pub fn sound(graph: &Value) -> Vec<Fault> {
    let Some(nodes) = graph.as_object() else {
        return vec![Fault::new(None, None, "it is not an object of nodes".to_owned(), EXPORT_ANEW)];
    };
    let mut faults = Vec::new();
    for (id, node) in nodes {
        if !node["class_type"].is_string() || !node["inputs"].is_object() {
            let message = format!("node `{id}` has no `class_type` or no `inputs`");
            faults.push(Fault::new(Some(id), None, message, EXPORT_ANEW));
        }
        faults.extend(dangling(id, node, nodes));
    }
    faults.extend(circle(nodes));
    let wanted = outputs(graph);
    match wanted.as_slice() {
        [] => {
            let hint = "add a Save Image node, or title the node that saves `dgx:output`";
            faults.push(Fault::new(None, None, "no node saves a picture".to_owned(), hint));
        }
        [_] => faults.extend(idle(nodes)),
        many => {
            let message = format!("the nodes {} save pictures, and which one is meant is not clear", words(many));
            let hint = "title one of them `dgx:output`, or say `dgx-pixels workflow import FILE --bind output=NODE`";
            faults.push(Fault::new(many.first().map(String::as_str), None, message, hint));
        }
    }
    faults
}

/// The node of a link, if a value is one: an id and the number of an output.
pub fn is_link(value: &Value) -> Option<(&str, u64)> {
    let [id, slot] = value.as_array()?.as_slice() else { return None };
    Some((id.as_str()?, slot.as_u64()?))
}

/// Whether a node ends a graph: by its title, by what it saves, or by its class.
pub fn is_output(node: &Value) -> bool {
    let class = node["class_type"].as_str().unwrap_or_default();
    title(node) == "dgx:output" || node["inputs"]["filename_prefix"] == "{prefix}" || saves(class) || previews(class)
}

fn saves(class: &str) -> bool {
    class.starts_with("Save")
}

fn previews(class: &str) -> bool {
    class.starts_with("Preview")
}

/// The nodes whose pictures are the result: what is titled `dgx:output`, else what takes `{prefix}`, else what saves,
/// else what previews.
pub fn outputs(graph: &Value) -> Vec<String> {
    let tiers: [fn(&Value) -> bool; 4] = [
        |node| title(node) == "dgx:output",
        |node| node["inputs"]["filename_prefix"] == "{prefix}",
        |node| saves(node["class_type"].as_str().unwrap_or_default()),
        |node| previews(node["class_type"].as_str().unwrap_or_default()),
    ];
    let nodes: Vec<(&String, &Value)> = graph.as_object().into_iter().flatten().collect();
    let mut found = tiers.iter().map(|is_meant| -> Vec<String> {
        nodes.iter().filter(|(_, node)| is_meant(node)).map(|(id, _)| (*id).clone()).collect()
    });
    found.find(|ids| !ids.is_empty()).unwrap_or_default()
}

/// The links of a node by input.
pub(super) fn links(node: &Value) -> impl Iterator<Item = (&String, &str)> {
    let inputs = node["inputs"].as_object().into_iter().flatten();
    inputs.filter_map(|(input, value)| Some((input, is_link(value)?.0)))
}

fn dangling(id: &str, node: &Value, nodes: &Map<String, Value>) -> Vec<Fault> {
    let lost = links(node).filter(|(_, to)| !nodes.contains_key(*to));
    lost.map(|(input, to)| {
        let message = format!("input `{input}` of node `{id}` is linked to node `{to}`, which is not there");
        Fault::new(Some(id), Some(input), message, EXPORT_ANEW)
    })
    .collect()
}

/// The first circle, if there is one.
fn circle(nodes: &Map<String, Value>) -> Option<Fault> {
    // False: on the way that is being walked; true: all behind it is walked.
    let mut done: HashMap<&str, bool> = HashMap::new();
    for start in nodes.keys() {
        let mut way: Vec<(&str, Vec<&str>)> = Vec::new();
        if !done.contains_key(start.as_str()) {
            done.insert(start, false);
            way.push((start, next(nodes, start)));
        }
        while let Some((node, open)) = way.last_mut() {
            let node = *node;
            let Some(to) = open.pop() else {
                done.insert(node, true);
                way.pop();
                continue;
            };
            match done.get(to) {
                None => {
                    done.insert(to, false);
                    way.push((to, next(nodes, to)));
                }
                Some(true) => {}
                Some(false) => {
                    let round: Vec<&str> = way.iter().map(|(id, _)| *id).skip_while(|id| *id != to).collect();
                    let message = format!("{} in a circle", linked(&round));
                    return Some(Fault::new(Some(to), None, message, EXPORT_ANEW));
                }
            }
        }
    }
    None
}

fn linked(round: &[&str]) -> String {
    match round {
        [one] => format!("node `{one}` is linked to itself,"),
        few if few.len() <= 8 => format!("the nodes {} are linked", words(few)),
        many => format!("{} nodes from `{}` on are linked", many.len(), many[0]),
    }
}

fn next<'a>(nodes: &'a Map<String, Value>, id: &str) -> Vec<&'a str> {
    nodes.get(id).into_iter().flat_map(links).map(|(_, to)| to).filter(|to| nodes.contains_key(*to)).collect()
}

/// The nodes that an output needs, with itself.
pub(crate) fn needed<'a>(
    nodes: &'a Map<String, Value>,
    outputs: impl IntoIterator<Item = &'a str>,
) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    let mut open: Vec<&str> = outputs.into_iter().collect();
    while let Some(id) = open.pop() {
        if seen.insert(id) {
            open.extend(next(nodes, id));
        }
    }
    seen
}

/// Nodes that lead to nothing: a server may never come back from them.
fn idle(nodes: &Map<String, Value>) -> Vec<Fault> {
    let ends = nodes.iter().filter(|(_, node)| is_output(node)).map(|(id, _)| id.as_str());
    let needed = needed(nodes, ends);
    let idle = nodes.iter().filter(|(id, _)| !needed.contains(id.as_str()));
    idle.map(|(id, node)| {
        let class = node["class_type"].as_str().unwrap_or_default();
        let message = format!("node `{id}` ({class}) leads to no output");
        Fault::new(Some(id), None, message, "remove it; `dgx-pixels workflow import` does")
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn faults(graph: Value) -> Vec<String> {
        sound(&graph).into_iter().map(|fault| fault.message).collect()
    }

    fn save(images: Value) -> Value {
        json!({ "class_type": "SaveImage", "inputs": { "images": images, "filename_prefix": "x" } })
    }

    fn pass(image: Value) -> Value {
        json!({ "class_type": "ImageInvert", "inputs": { "image": image } })
    }

    #[test]
    fn what_cannot_run_is_told() {
        assert_eq!(faults(json!({ "1": pass(json!("{image}")), "2": save(json!(["1", 0])) })), [""; 0]);
        assert_eq!(
            faults(json!({ "2": save(json!(["1", 0])) })),
            ["input `images` of node `2` is linked to node `1`, which is not there"]
        );
        assert_eq!(
            faults(json!({ "1": pass(json!(["2", 0])), "2": pass(json!(["1", 0])), "3": save(json!(["1", 0])) })),
            ["the nodes `1` and `2` are linked in a circle"]
        );
        assert_eq!(
            faults(json!({ "1": pass(json!("{image}")), "2": save(json!(["1", 0])), "3": pass(json!(["1", 0])) })),
            ["node `3` (ImageInvert) leads to no output"]
        );
        assert_eq!(
            faults(json!({ "1": pass(json!("{image}")), "2": save(json!(["1", 0])), "3": save(json!(["1", 0])) })),
            ["the nodes `2` and `3` save pictures, and which one is meant is not clear"]
        );
        assert_eq!(faults(json!({ "1": pass(json!("{image}")) })), ["no node saves a picture"]);
        assert_eq!(faults(json!({ "1": pass(json!(["1", 0])), "2": save(json!(["1", 0])) })).len(), 1);
        assert_eq!(faults(json!([])), ["it is not an object of nodes"]);
    }

    #[test]
    fn a_chain_of_a_hundred_thousand_nodes_is_walked() {
        let mut nodes = Map::new();
        nodes.insert("save".to_owned(), save(json!(["0", 0])));
        for at in 0..100_000 {
            nodes.insert(at.to_string(), pass(json!([(at + 1).to_string(), 0])));
        }
        nodes.insert("100000".to_owned(), pass(json!("{image}")));
        assert_eq!(needed(&nodes, ["save"]).len(), 100_002);
        assert_eq!(faults(Value::Object(nodes)), [""; 0]);
    }
}
