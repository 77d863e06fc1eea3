//! All nodes of a graph and of its subgraphs, and where their inputs come from in the end.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::fields;
use super::read::{Graph, INSIDE, Node, set_name, subgraphs};
use crate::workflow::FileError;
use crate::workflow::import::known::{Known, passes};
use crate::workflow::parse::few_nodes;

/// The most nodes that a link is followed through.
const FURTHEST: usize = 1_000;
/// How deep subgraphs may lie in each other.
const DEEPEST: usize = 16;
/// The most scopes of a file.
const MOST: usize = 2_000;

/// A node: the number of its scope, and its id there.
pub(super) type At<'a> = (usize, &'a str);

/// Where an input comes from.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Source<'a> {
    /// The output of a node that runs.
    Output(At<'a>, usize),
    /// A value.
    Value(Value),
    /// It is not linked, or to what does not run.
    Nothing,
}

/// The graph with its subgraphs, each as often as a node stands for it.
pub(super) struct Flat<'a> {
    known: Known<'a>,
    scopes: Vec<Scope<'a>>,
    inner: BTreeMap<At<'a>, usize>,
}

/// A graph, and the node that stands for it.
struct Scope<'a> {
    graph: &'a Graph,
    outside: Option<At<'a>>,
    prefix: String,
    /// The node that stands for it, or one around that, does not run.
    is_left_out: bool,
    /// Values that the node that stands for it shows, and sets, for inner nodes: field and value.
    promoted: HashMap<&'a str, Vec<(&'a str, &'a Value)>>,
}

/// What a file holds, for as long as it is converted.
pub(super) struct File {
    root: Graph,
    subgraphs: BTreeMap<String, Graph>,
}

impl File {
    pub(super) fn read(file: &Value) -> Result<Self, FileError> {
        Ok(Self { root: Graph::read(file)?, subgraphs: subgraphs(file)? })
    }
}

impl<'a> Flat<'a> {
    pub(super) fn of(file: &'a File, known: Known<'a>) -> Result<Self, FileError> {
        let root = Scope {
            graph: &file.root,
            outside: None,
            prefix: String::new(),
            is_left_out: false,
            promoted: HashMap::new(),
        };
        let mut flat = Self { known, scopes: vec![root], inner: BTreeMap::new() };
        let mut open = vec![(0, 0)];
        let mut count = file.root.nodes.len();
        while let Some((number, depth)) = open.pop() {
            let graph = flat.scopes[number].graph;
            for (id, node) in &graph.nodes {
                let Some(inner) = file.subgraphs.get(&node.class) else { continue };
                if depth >= DEEPEST || flat.scopes.len() >= MOST {
                    return Err(FileError::NotApi("its subgraphs are too many or too deep".to_owned()));
                }
                let outer = &flat.scopes[number];
                let prefix = format!("{}{id}:", outer.prefix);
                let is_left_out = outer.is_left_out || !node.runs();
                count += inner.nodes.len();
                few_nodes(count)?;
                let outside = Some((number, id.as_str()));
                let scope = Scope { graph: inner, outside, prefix, is_left_out, promoted: promoted(node) };
                flat.inner.insert((number, id), flat.scopes.len());
                open.push((flat.scopes.len(), depth + 1));
                flat.scopes.push(scope);
            }
        }
        Ok(flat)
    }

    /// All nodes but those that stand for subgraphs.
    pub(super) fn nodes(&self) -> impl Iterator<Item = (At<'a>, &'a Node)> {
        let scopes = self.scopes.iter().enumerate();
        let nodes = scopes
            .flat_map(|(number, scope)| scope.graph.nodes.iter().map(move |(id, node)| ((number, id.as_str()), node)));
        nodes.filter(|(at, _)| !self.inner.contains_key(at))
    }

    /// The id in API form: that of the editor itself.
    pub(super) fn id(&self, (scope, id): At<'_>) -> String {
        format!("{}{id}", self.scopes[scope].prefix)
    }

    pub(super) fn is_left_out(&self, (scope, _): At<'_>) -> bool {
        self.scopes[scope].is_left_out
    }

    fn node(&self, (scope, id): At<'_>) -> Option<&'a Node> {
        self.scopes[scope].graph.nodes.get(id)
    }

    /// Values that the node of a subgraph shows, and sets, for an inner node: field and value.
    pub(super) fn promoted(&self, (scope, id): At<'a>) -> &[(&'a str, &'a Value)] {
        self.scopes[scope].promoted.get(id).map_or(&[], Vec::as_slice)
    }

    /// Where an input comes from.
    pub(super) fn source(&self, at: At<'a>, slot: usize) -> Source<'a> {
        let Some(link) = self.node(at).and_then(|node| node.inputs.get(slot)?.link) else { return Source::Nothing };
        let (mut scope, mut link) = (at.0, link);
        for _ in 0..FURTHEST {
            let Some((from, slot)) = self.scopes[scope].graph.links.get(&link) else { return Source::Nothing };
            match self.hop((scope, from), *slot) {
                Hop::End(source) => return source,
                Hop::On(next, to) => (scope, link) = (next, to),
            }
        }
        Source::Nothing
    }

    /// What an output is in the end, or the link to go on with.
    fn hop(&self, (scope, from): At<'a>, slot: usize) -> Hop<'a> {
        if from == INSIDE {
            return self.given_outside(scope, slot);
        }
        let at = (scope, from);
        let Some(node) = self.node(at).filter(|node| !node.is_muted()) else { return Hop::End(Source::Nothing) };
        let input = |slot: usize| match node.inputs.get(slot).and_then(|input| input.link) {
            Some(link) => Hop::On(scope, link),
            None => Hop::End(Source::Nothing),
        };
        if node.is_bypassed() {
            return bypass(node, slot).map_or(Hop::End(Source::Nothing), input);
        }
        if let Some(inner) = self.inner.get(&at) {
            return match self.scopes[*inner].graph.results.get(&slot) {
                Some((from, slot)) => self.hop((*inner, from), *slot),
                None => Hop::End(Source::Nothing),
            };
        }
        match node.class.as_str() {
            class if passes(class) => input(0),
            "PrimitiveNode" => Hop::End(node.value().map_or(Source::Nothing, |value| Source::Value(value.clone()))),
            "GetNode" => self.set_node(scope, node.value()),
            class if self.known.class(class).is_none() && fields::named(node, None).is_none() => {
                match node.constant() {
                    Some(value) => Hop::End(Source::Value(value.clone())),
                    None => Hop::End(Source::Output(at, slot)),
                }
            }
            _ => Hop::End(Source::Output(at, slot)),
        }
    }

    /// An input of a subgraph: what the node that stands for it is given.
    fn given_outside(&self, scope: usize, slot: usize) -> Hop<'a> {
        let nothing = Hop::End(Source::Nothing);
        let Some((outer, id)) = self.scopes[scope].outside else { return nothing };
        let Some(node) = self.node((outer, id)) else { return nothing };
        let name = self.scopes[scope].graph.inputs.get(slot);
        let named = node.inputs.iter().find(|input| Some(&input.name) == name);
        let Some(input) = named.or_else(|| node.inputs.get(slot)) else { return nothing };
        if let Some(link) = input.link {
            return Hop::On(outer, link);
        }
        // A field of the node; without a value there, the inner node has its own.
        let values: Vec<&Value> = node.values.as_array().into_iter().flatten().collect();
        let by_list = node.shown.iter().position(|(inner, field)| inner == "-1" && Some(field) == name);
        let fields = || node.inputs.iter().filter(|input| input.field.is_some());
        let by_place =
            || fields().position(|field| field.name == input.name).filter(|_| fields().count() == values.len());
        let at = if node.shown.is_empty() { by_place() } else { by_list };
        let value = at.and_then(|at| values.get(at)).filter(|value| !value.is_null());
        value.map_or(nothing, |value| Hop::End(Source::Value((*value).clone())))
    }

    /// The input of the node that sets a value by name, in this graph or in one around it.
    fn set_node(&self, scope: usize, name: Option<&Value>) -> Hop<'a> {
        let name = set_name(name);
        let mut scope = Some(scope);
        while let Some(number) = scope {
            let graph = self.scopes[number].graph;
            if let Some(set) = graph.sets.get(&name).and_then(|id| graph.nodes.get(id)) {
                let link = set.inputs.first().and_then(|input| input.link);
                return link.map_or(Hop::End(Source::Nothing), |link| Hop::On(number, link));
            }
            scope = self.scopes[number].outside.map(|(outer, _)| outer);
        }
        Hop::End(Source::Nothing)
    }
}

/// What a node shows of the nodes of its subgraph, by inner node.
fn promoted(node: &Node) -> HashMap<&str, Vec<(&str, &Value)>> {
    let mut found: HashMap<&str, Vec<(&str, &Value)>> = HashMap::new();
    let values = node.shown.iter().zip(node.values.as_array().into_iter().flatten());
    for ((inner, field), value) in values.filter(|(_, value)| !value.is_null()) {
        found.entry(inner).or_default().push((field, value));
    }
    found
}

/// One step along a link.
enum Hop<'a> {
    End(Source<'a>),
    On(usize, i64),
}

/// The input that a bypassed node hands on: the one opposite of the output, else the first of its type.
fn bypass(node: &Node, slot: usize) -> Option<usize> {
    let kind = &node.outputs.get(slot)?.kind;
    let fits = |at: &usize| node.inputs.get(*at).is_some_and(|input| input.kind == *kind);
    let first = || (0..node.inputs.len()).find(fits);
    Some(slot).filter(fits).or_else(first).or_else(|| (0..node.inputs.len()).find(|at| node.inputs[*at].kind == "*"))
}
