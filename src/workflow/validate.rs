//! Checks that a graph can run at all: links that lead somewhere, no cycle, one output, no unused nodes.
//!
//! A server accepts some graphs that it cannot run, and then hangs; every graph is validated before it is sent.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::graph::{class, is_output, links, needed, outputs, sources};
use crate::words::suggest::words;

/// One reason why a graph cannot run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValidationError {
    /// It has another shape than an API-form graph.
    #[error("it is not an object of nodes")]
    NotNodes,
    /// A node lacks its class or its inputs.
    #[error("node `{node}` has no `class_type` or no `inputs`")]
    Incomplete {
        /// The node's id.
        node: String,
    },
    /// An input is linked to a missing node.
    #[error("input `{input}` of node `{node}` is linked to node `{to}`, which does not exist")]
    DanglingLink {
        /// The node's id.
        node: String,
        /// The linked input.
        input: String,
        /// The id that no node has.
        to: String,
    },
    /// Nodes feed each other.
    #[error("{}", cycle_text(nodes))]
    Cycle {
        /// The ids in the order of their links.
        nodes: Vec<String>,
    },
    /// Nothing is saved.
    #[error("no node saves an image")]
    NoOutput,
    /// Several nodes could be the result.
    #[error("the nodes {} all save images, and none of them is marked as the result", words(nodes))]
    SeveralOutputs {
        /// Their ids.
        nodes: Vec<String>,
    },
    /// The result is saved in a format that is not read.
    #[error("node `{node}` ({class}) saves WebP images, which may be lossy and are not read")]
    Format {
        /// The node's id.
        node: String,
        /// The node's class.
        class: String,
    },
    /// A node feeds no output: a server may never come back from it.
    #[error("node `{node}` ({class}) leads to no output")]
    UnusedNode {
        /// The node's id.
        node: String,
        /// The node's class.
        class: String,
    },
}

impl ValidationError {
    /// A stable name in kebab case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotNodes | Self::Incomplete { .. } => "workflow-not-api",
            Self::DanglingLink { .. } => "workflow-dangling-link",
            Self::Cycle { .. } => "workflow-cycle",
            Self::NoOutput => "workflow-no-output",
            Self::SeveralOutputs { .. } => "workflow-several-outputs",
            Self::Format { .. } => "workflow-output-format",
            Self::UnusedNode { .. } => "workflow-unused-node",
        }
    }

    /// The next step.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoOutput => {
                "add a Save Image node, or title the node that saves `dgx:output`; `dgx-pixels workflow import FILE --bind \
                 output=NODE` takes the images of a node"
            }
            Self::SeveralOutputs { .. } => {
                "title one of them `dgx:output`, or run `dgx-pixels workflow import FILE --bind output=NODE`"
            }
            Self::Format { .. } => "save with a Save Image node; `dgx-pixels workflow import` puts one there",
            Self::UnusedNode { .. } => "remove it; `dgx-pixels workflow import` does",
            Self::NotNodes | Self::Incomplete { .. } | Self::DanglingLink { .. } | Self::Cycle { .. } => {
                "fix it in ComfyUI and export it again with Workflow > Export (API)"
            }
        }
    }
}

fn cycle_text(nodes: &[String]) -> String {
    match nodes {
        [one] => format!("node `{one}` is linked to itself"),
        few if few.len() <= 8 => format!("the nodes {} form a cycle", words(few)),
        many => format!("{} nodes from `{}` on form a cycle", many.len(), many[0]),
    }
}

/// Everything that keeps a graph from running; empty if it can run.
pub fn validate(graph: &Value) -> Vec<ValidationError> {
    let Some(nodes) = graph.as_object() else { return vec![ValidationError::NotNodes] };
    let mut errors = Vec::new();
    for (id, node) in nodes {
        if !node["class_type"].is_string() || !node["inputs"].is_object() {
            errors.push(ValidationError::Incomplete { node: id.clone() });
        }
        errors.extend(dangling(id, node, nodes));
    }
    errors.extend(cycle(nodes));
    let outputs = outputs(graph);
    match outputs.len() {
        0 => errors.push(ValidationError::NoOutput),
        1 => {
            errors.extend(format(&outputs[0], &nodes[&outputs[0]]));
            errors.extend(unused(nodes));
        }
        _ => errors.push(ValidationError::SeveralOutputs { nodes: outputs }),
    }
    errors
}

fn dangling(id: &str, node: &Value, nodes: &Map<String, Value>) -> Vec<ValidationError> {
    let lost = links(node).filter(|(_, to)| !nodes.contains_key(*to));
    lost.map(|(input, to)| ValidationError::DanglingLink {
        node: id.to_owned(),
        input: input.clone(),
        to: to.to_owned(),
    })
    .collect()
}

/// The first cycle. The search keeps its own stack: the length of a chain is the file's choice.
fn cycle(nodes: &Map<String, Value>) -> Option<ValidationError> {
    // False: on the path that is being walked; true: everything behind it is walked.
    let mut done: HashMap<&str, bool> = HashMap::new();
    for start in nodes.keys() {
        let mut path: Vec<(&str, Vec<&str>)> = Vec::new();
        if !done.contains_key(start.as_str()) {
            done.insert(start, false);
            path.push((start, sources(nodes, start)));
        }
        while let Some((node, open)) = path.last_mut() {
            let node = *node;
            let Some(to) = open.pop() else {
                done.insert(node, true);
                path.pop();
                continue;
            };
            match done.get(to) {
                None => {
                    done.insert(to, false);
                    path.push((to, sources(nodes, to)));
                }
                Some(true) => {}
                Some(false) => {
                    let cycle = path.iter().map(|(id, _)| (*id).to_owned()).skip_while(|id| id != to);
                    return Some(ValidationError::Cycle { nodes: cycle.collect() });
                }
            }
        }
    }
    None
}

/// A saver of WebP, by its class.
fn format(id: &str, node: &Value) -> Option<ValidationError> {
    let class = class(node);
    let is_webp = class.to_ascii_lowercase().contains("webp");
    is_webp.then(|| ValidationError::Format { node: id.to_owned(), class: class.to_owned() })
}

/// Nodes that feed no output.
fn unused(nodes: &Map<String, Value>) -> Vec<ValidationError> {
    let ends = nodes.iter().filter(|(_, node)| is_output(node)).map(|(id, _)| id.as_str());
    let needed = needed(nodes, ends);
    let unused = nodes.iter().filter(|(id, _)| !needed.contains(id.as_str()));
    unused.map(|(id, node)| ValidationError::UnusedNode { node: id.clone(), class: class(node).to_owned() }).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn errors(graph: Value) -> Vec<String> {
        validate(&graph).iter().map(ToString::to_string).collect()
    }

    fn save(images: Value) -> Value {
        json!({ "class_type": "SaveImage", "inputs": { "images": images, "filename_prefix": "x" } })
    }

    fn pass(image: Value) -> Value {
        json!({ "class_type": "ImageInvert", "inputs": { "image": image } })
    }

    #[test]
    fn every_reason_is_reported() {
        assert_eq!(errors(json!({ "1": pass(json!("{image}")), "2": save(json!(["1", 0])) })), [""; 0]);
        assert_eq!(
            errors(json!({ "2": save(json!(["1", 0])) })),
            ["input `images` of node `2` is linked to node `1`, which does not exist"]
        );
        assert_eq!(
            errors(json!({ "1": pass(json!(["2", 0])), "2": pass(json!(["1", 0])), "3": save(json!(["1", 0])) })),
            ["the nodes `1` and `2` form a cycle"]
        );
        assert_eq!(
            errors(json!({ "1": pass(json!("{image}")), "2": save(json!(["1", 0])), "3": pass(json!(["1", 0])) })),
            ["node `3` (ImageInvert) leads to no output"]
        );
        assert_eq!(
            errors(json!({ "1": pass(json!("{image}")), "2": save(json!(["1", 0])), "3": save(json!(["1", 0])) })),
            ["the nodes `2` and `3` all save images, and none of them is marked as the result"]
        );
        let mut webp = save(json!(["1", 0]));
        webp["class_type"] = json!("SaveAnimatedWEBP");
        assert_eq!(
            errors(json!({ "1": pass(json!("{image}")), "2": webp })),
            ["node `2` (SaveAnimatedWEBP) saves WebP images, which may be lossy and are not read"]
        );
        assert_eq!(errors(json!({ "1": pass(json!("{image}")) })), ["no node saves an image"]);
        assert_eq!(errors(json!({ "1": pass(json!(["1", 0])), "2": save(json!(["1", 0])) })).len(), 1);
        assert_eq!(errors(json!([])), ["it is not an object of nodes"]);
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
        assert_eq!(errors(Value::Object(nodes)), [""; 0]);
    }
}
