//! A graph of the editor as its file has it: nodes with numbered sockets, links by number, subgraphs by id.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use crate::workflow::FileError;
use crate::workflow::import::known::passes;
use crate::workflow::parse::{few_inputs, few_nodes};

/// A graph, or a subgraph.
#[derive(Debug, Default)]
pub(super) struct Graph {
    /// By id.
    pub(super) nodes: BTreeMap<String, Node>,
    /// Origins by the number of a link: node and output.
    pub(super) links: BTreeMap<i64, (String, usize)>,
    /// The links to the outputs of a subgraph, by output.
    pub(super) results: BTreeMap<usize, (String, usize)>,
    /// The names of a subgraph's inputs.
    pub(super) inputs: Vec<String>,
    /// The nodes that set a value, by its name.
    pub(super) sets: HashMap<String, String>,
}

/// A node.
#[derive(Debug, Default)]
pub(super) struct Node {
    pub(super) class: String,
    pub(super) title: Option<String>,
    pub(super) inputs: Vec<Socket>,
    pub(super) outputs: Vec<Socket>,
    /// A list without names, or an object with them.
    pub(super) values: Value,
    /// The fields of inner nodes that a subgraph's node shows: node and field, `-1` for an input of the subgraph.
    pub(super) shown: Vec<(String, String)>,
    mode: u64,
}

/// An input or an output.
#[derive(Debug, Default)]
pub(super) struct Socket {
    pub(super) name: String,
    pub(super) kind: String,
    /// The field that it may replace.
    pub(super) field: Option<String>,
    pub(super) link: Option<i64>,
}

/// The node that stands for the inputs of a subgraph, in its links.
pub(super) const INSIDE: &str = "-10";
/// The node that stands for its outputs.
const OUTSIDE: &str = "-20";

impl Graph {
    pub(super) fn read(value: &Value) -> Result<Self, FileError> {
        few_nodes(list(&value["nodes"]).count())?;
        let nodes = list(&value["nodes"]).map(|node| Ok((id(&node["id"]), Node::read(node)?)));
        let mut graph = Self { nodes: nodes.collect::<Result<_, FileError>>()?, ..Self::default() };
        for (id, node) in graph.nodes.iter().filter(|(_, node)| node.class == "SetNode" && node.runs()) {
            graph.sets.entry(set_name(node.value())).or_insert_with(|| id.clone());
        }
        for link in list(&value["links"]) {
            // An older form is a list: number, origin, its output, target, its input, type.
            let field = |name: &str, at: usize| if link.is_array() { &link[at] } else { &link[name] };
            let Some(number) = field("id", 0).as_i64() else { continue };
            let slot = |value: &Value| value.as_u64().and_then(|slot| usize::try_from(slot).ok());
            let Some(from) = slot(field("origin_slot", 2)) else { continue };
            let origin = (id(field("origin_id", 1)), from);
            if id(field("target_id", 3)) == OUTSIDE {
                let target = slot(field("target_slot", 4));
                graph.results.extend(target.map(|target| (target, origin.clone())));
            }
            graph.links.insert(number, origin);
        }
        graph.inputs = list(&value["inputs"]).map(|input| text(&input["name"])).collect();
        Ok(graph)
    }
}

/// The subgraphs of a file by id.
pub(super) fn subgraphs(file: &Value) -> Result<BTreeMap<String, Graph>, FileError> {
    list(&file["definitions"]["subgraphs"]).map(|graph| Ok((id(&graph["id"]), Graph::read(graph)?))).collect()
}

impl Node {
    fn read(node: &Value) -> Result<Self, FileError> {
        for part in [&node["inputs"], &node["widgets_values"], &node["properties"]["proxyWidgets"]] {
            few_inputs(&id(&node["id"]), part.as_array().map_or(0, Vec::len))?;
        }
        let shown = list(&node["properties"]["proxyWidgets"]).map(|pair| (id(&pair[0]), text(&pair[1])));
        Ok(Self {
            class: text(&node["type"]),
            title: node["title"].as_str().map(str::to_owned),
            inputs: list(&node["inputs"]).map(Socket::read).collect(),
            outputs: list(&node["outputs"]).map(Socket::read).collect(),
            values: node["widgets_values"].clone(),
            shown: shown.collect(),
            mode: node["mode"].as_u64().unwrap_or_default(),
        })
    }

    pub(super) fn is_muted(&self) -> bool {
        self.mode == 2
    }

    pub(super) fn is_bypassed(&self) -> bool {
        self.mode == 4
    }

    pub(super) fn runs(&self) -> bool {
        !self.is_muted() && !self.is_bypassed()
    }

    /// Whether the editor alone knows it, or it only shows what it hands on.
    pub(super) fn is_virtual(&self) -> bool {
        const NAMES: [&str; 5] = ["PrimitiveNode", "Note", "MarkdownNote", "GetNode", "Label (rgthree)"];
        let class = self.class.as_str();
        passes(class) || NAMES.contains(&class) || (class.starts_with("Fast ") && class.ends_with("(rgthree)"))
    }

    /// Its only value, if it has no input, and its only output is of the type of that value.
    pub(super) fn constant(&self) -> Option<&Value> {
        let [output] = self.outputs.as_slice() else { return None };
        let (first, rest) = self.values.as_array()?.split_first()?;
        let fits = match output.kind.as_str() {
            "INT" | "FLOAT" => first.is_number(),
            "STRING" => first.is_string(),
            "BOOLEAN" => first.is_boolean(),
            _ => false,
        };
        let is_rest = |value: &Value| value.is_null() || *value == "" || is_control(value);
        (fits && self.inputs.is_empty() && rest.iter().all(is_rest)).then_some(first)
    }

    /// The first of its values.
    pub(super) fn value(&self) -> Option<&Value> {
        self.values.get(0)
    }
}

/// Whether a value is what the editor does with a number after a run; it follows the value of the number.
pub(super) fn is_control(value: &Value) -> bool {
    const CONTROL: [&str; 5] = ["fixed", "increment", "decrement", "randomize", "increment-wrap"];
    value.as_str().is_some_and(|word| CONTROL.contains(&word))
}

impl Socket {
    fn read(socket: &Value) -> Self {
        Self {
            name: text(&socket["name"]),
            kind: text(&socket["type"]),
            field: socket["widget"]["name"].as_str().map(str::to_owned),
            link: socket["link"].as_i64(),
        }
    }
}

/// The name under which a node sets a value, or gets it.
pub(super) fn set_name(value: Option<&Value>) -> String {
    value.map(Value::to_string).unwrap_or_default()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// An id: a number, or text.
fn id(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
