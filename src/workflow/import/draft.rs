//! An import in progress: the exported nodes and the bindings found so far.

use serde_json::{Map, Value, json};

use super::{Binding, By, rank};
use crate::words::diagnostic::Diagnostic;
use crate::workflow::graph::title;
use crate::workflow::{FIELDS, FileError, WorkflowError, is_link, placeholders};

/// The most nodes that a value is followed through.
const DEEPEST: usize = 8;

/// Inputs of nodes that only hold a value.
const HELD: [&str; 8] = ["value", "text", "string", "seed", "noise_seed", "int", "float", "number"];

/// An import in progress.
pub(super) struct Draft {
    pub(super) name: String,
    pub(super) nodes: Map<String, Value>,
    bindings: Vec<Binding>,
    notes: Vec<Diagnostic>,
}

impl Draft {
    pub(super) fn new(name: &str, graph: Value) -> Result<Self, WorkflowError> {
        // An earlier import, or a hand-written workflow, has placeholders.
        let bindings = placeholders(&graph).places.into_iter().map(|place| {
            let class = graph[&place.node]["class_type"].as_str().unwrap_or_default().to_owned();
            let (was, by) = (Value::Null, By::File);
            Binding { name: place.name, node: place.node, class, input: place.input, was, by }
        });
        let bindings = bindings.collect();
        match graph {
            Value::Object(nodes) => Ok(Self { name: name.to_owned(), nodes, bindings, notes: Vec::new() }),
            _ => {
                let error = FileError::NotApi("it is not an object of nodes".to_owned());
                Err(WorkflowError::File(name.to_owned(), error))
            }
        }
    }

    /// What the import changed, or left as it was.
    pub(super) fn note(&mut self, note: String) {
        self.warn(Diagnostic::warning("import-note", note));
    }

    /// What a person has to look at.
    pub(super) fn warn(&mut self, warning: Diagnostic) {
        self.notes.push(warning);
    }

    pub(super) fn class(&self, id: &str) -> &str {
        self.nodes.get(id).and_then(|node| node["class_type"].as_str()).unwrap_or_default()
    }

    pub(super) fn ids(&self) -> Vec<String> {
        self.nodes.keys().cloned().collect()
    }

    pub(super) fn input(&self, id: &str, input: &str) -> Option<&Value> {
        self.nodes.get(id)?["inputs"].get(input)
    }

    /// The node and the output that an input is linked to.
    pub(super) fn link(&self, id: &str, input: &str) -> Option<(String, u64)> {
        let (from, slot) = is_link(self.input(id, input)?)?;
        Some((from.to_owned(), slot))
    }

    /// All links of a node, by input.
    pub(super) fn links(&self, id: &str) -> Vec<(String, String, u64)> {
        let inputs = self.nodes.get(id).and_then(|node| node["inputs"].as_object()).into_iter().flatten();
        let links = inputs.filter_map(|(input, value)| Some((input, is_link(value)?)));
        links.map(|(input, (from, slot))| (input.clone(), from.to_owned(), slot)).collect()
    }

    /// The links from a node's outputs: node, input, output.
    pub(super) fn users(&self, id: &str) -> Vec<(String, String, u64)> {
        let ids = self.nodes.keys();
        let links = ids.flat_map(|user| self.links(user).into_iter().map(move |link| (user.clone(), link)));
        links.filter(|(_, (_, from, _))| from == id).map(|(user, (input, _, slot))| (user, input, slot)).collect()
    }

    /// Where the value of an input is stored: in the input, or in a node that only holds it.
    pub(super) fn holder(&self, id: &str, input: &str) -> Option<(String, String)> {
        let (mut id, mut input) = (id.to_owned(), input.to_owned());
        for _ in 0..DEEPEST {
            let value = self.input(&id, &input)?;
            let Some((from, _)) = is_link(value) else {
                return (!value.is_array() && !value.is_object()).then_some((id, input));
            };
            let from = from.to_owned();
            let known = HELD.iter().find(|held| self.input(&from, held).is_some())?;
            (id, input) = (from, (*known).to_owned());
        }
        None
    }

    /// The value of an input, wherever it is stored.
    pub(super) fn value(&self, id: &str, input: &str) -> Option<&Value> {
        let (id, input) = self.holder(id, input)?;
        self.input(&id, &input)
    }

    /// Whether the name is bound.
    pub(super) fn has(&self, name: &str) -> bool {
        self.bindings.iter().any(|binding| binding.name == name)
    }

    /// The value that a binding replaced.
    pub(super) fn was(&self, name: &str) -> Option<&Value> {
        self.bindings.iter().find(|binding| binding.name == name && binding.by != By::File).map(|binding| &binding.was)
    }

    /// Whether a node had placeholders in the file.
    pub(super) fn has_its_own(&self, id: &str) -> bool {
        self.bindings.iter().any(|binding| binding.node == id && binding.by == By::File)
    }

    /// Whether an input is bound.
    pub(super) fn is_bound(&self, id: &str, input: &str) -> bool {
        self.bindings.iter().any(|binding| binding.node == id && binding.input == input)
    }

    /// Binds the place where the value of an input is stored; `false` if it is bound already or has no value.
    pub(super) fn bind(&mut self, name: &str, id: &str, input: &str, by: By) -> bool {
        let Some((node, input)) = self.holder(id, input).filter(|(id, input)| !self.is_bound(id, input)) else {
            return false;
        };
        let was = self.input(&node, &input).cloned().unwrap_or_default();
        let class = self.class(&node).to_owned();
        self.bindings.push(Binding { name: name.to_owned(), node, class, input, was, by });
        true
    }

    /// A name that is not bound yet: `image`, `image2` ..
    pub(super) fn free(&self, name: &str) -> String {
        let numbered = (1_u32..).map(|n| if n == 1 { name.to_owned() } else { format!("{name}{n}") });
        numbered.into_iter().find(|name| !self.has(name)).unwrap_or_default()
    }

    /// Drops the bindings of removed nodes.
    pub(super) fn drop_stale_bindings(&mut self) {
        self.bindings.retain(|binding| self.nodes.contains_key(&binding.node));
    }

    /// The graph with its placeholders; replaced values of params become defaults.
    pub(super) fn finish(mut self) -> (Value, Vec<Binding>, Vec<Diagnostic>) {
        self.bindings.sort_by_key(rank);
        for binding in self.bindings.iter().filter(|binding| binding.by != By::File) {
            let Some(node) = self.nodes.get_mut(&binding.node) else { continue };
            node["inputs"][&binding.input] = json!(format!("{{{}}}", binding.name));
            let is_role = binding.input == "image";
            let is_field =
                FIELDS.contains(&binding.name.as_str()) || ["seed", "prefix"].contains(&binding.name.as_str());
            if !is_role && !is_field {
                node["_meta"]["defaults"][&binding.name] = binding.was.clone();
            }
            if !title(node).starts_with("dgx:") {
                node["_meta"]["title"] = json!(format!("dgx:{}", word(binding)));
            }
        }
        (Value::Object(self.nodes), self.bindings, self.notes)
    }
}

/// The word of a binding in its node's title.
fn word(binding: &Binding) -> &str {
    match binding.name.as_str() {
        "width" | "height" => "canvas",
        "seed" | "steps" | "cfg" | "sampler" | "scheduler" if binding.class.contains("KSampler") => "sampler",
        name => name,
    }
}
