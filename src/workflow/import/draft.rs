//! An import in progress: the exported nodes and the bindings found so far.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::{Map, Value, json};

use super::bindings::Bindings;
use super::known::{Export, Known, Names, import_note};
use super::users::{Use, Users};
use super::{Binding, By, rank};
use crate::words::diagnostic::Diagnostic;
use crate::workflow::catalogue::Class;
use crate::workflow::graph::title;
use crate::workflow::{FIELDS, is_link, placeholders};

/// The most nodes that a value is followed through.
const DEEPEST: usize = 8;

/// Inputs of nodes that only hold a value.
const HELD: [&str; 8] = ["value", "text", "string", "seed", "noise_seed", "int", "float", "number"];

/// An import in progress.
pub(super) struct Draft<'a> {
    pub(super) name: String,
    pub(super) known: Known<'a>,
    /// Inputs that the user wants left as they are; without an input all of the node.
    pub(super) kept: BTreeSet<(String, Option<String>)>,
    /// What the user has to decide: what is unclear, and how to say what is meant.
    pub(super) questions: Vec<(String, String)>,
    nodes: Map<String, Value>,
    /// Follows from the nodes.
    users: OnceCell<Users>,
    /// The inputs that take the value of a holder, by what they take it for; follows from the nodes.
    takers: HashMap<String, Takers>,
    /// Holders and names whose takers are bound.
    shared: HashSet<(String, String)>,
    names: Names,
    bindings: Bindings,
    /// The last number of each name that was free.
    numbers: BTreeMap<String, u32>,
    notes: Vec<Diagnostic>,
    /// The messages of notes and questions.
    told: HashSet<String>,
}

/// Inputs by their meaning.
type Takers = BTreeMap<String, Vec<(String, String)>>;

impl<'a> Draft<'a> {
    pub(super) fn new(name: &str, export: Export, known: Known<'a>) -> Self {
        let Export { graph, names, notes } = export;
        // An earlier import, or a hand-written workflow, has placeholders.
        let bindings = placeholders(&graph).places.into_iter().map(|place| {
            let node = &graph[&place.node];
            let (was, title) = (&node["_meta"]["was"], &node["_meta"]["title"]);
            Binding {
                name: place.name,
                class: node["class_type"].as_str().unwrap_or_default().to_owned(),
                title: was["title"].as_str().or(title.as_str()).unwrap_or_default().to_owned(),
                was: was["values"][&place.input].clone(),
                node: place.node,
                input: place.input,
                by: By::File,
            }
        });
        let mut found = Bindings::default();
        bindings.for_each(|binding| found.push(binding));
        let nodes = if let Value::Object(nodes) = graph { nodes } else { Map::new() };
        Self {
            name: name.to_owned(),
            known,
            kept: BTreeSet::new(),
            questions: Vec::new(),
            nodes,
            users: OnceCell::new(),
            takers: HashMap::new(),
            shared: HashSet::new(),
            names,
            bindings: found,
            numbers: BTreeMap::new(),
            told: notes.iter().map(|note| note.message.clone()).collect(),
            notes,
        }
    }

    /// The nodes by id.
    pub(super) fn nodes(&self) -> &Map<String, Value> {
        &self.nodes
    }

    /// The nodes, to change them: what follows from their links is read anew.
    pub(super) fn nodes_mut(&mut self) -> &mut Map<String, Value> {
        self.users.take();
        self.takers.clear();
        &mut self.nodes
    }

    /// The class of a node, if it is known.
    pub(super) fn known_class(&self, id: &str) -> Option<&'a Class> {
        self.known.class(self.class(id))
    }

    /// The name of an output: as the catalogue has it, else as the file has it.
    pub(super) fn output_name(&self, id: &str, slot: u64) -> Option<&str> {
        let slot = usize::try_from(slot).ok()?;
        let own = || self.names.get(id).and_then(|names| names.get(slot));
        let name = self.known_class(id).and_then(|class| class.output_names.get(slot)).or_else(own);
        name.map(String::as_str)
    }

    /// The type of an output, if its class is known.
    pub(super) fn output_type(&self, id: &str, slot: u64) -> Option<&'a str> {
        self.known_class(id)?.outputs.get(usize::try_from(slot).ok()?).map(String::as_str)
    }

    /// Whether the user wants an input left as it is.
    pub(super) fn is_kept(&self, id: &str, input: &str) -> bool {
        self.kept.iter().any(|(node, kept)| node == id && kept.as_deref().is_none_or(|kept| kept == input))
    }

    /// How a message calls a node.
    pub(super) fn called(&self, id: &str) -> String {
        let title = self.nodes.get(id).map(title).unwrap_or_default();
        let title = if title.is_empty() || title.starts_with("dgx:") || title == self.class(id).to_ascii_lowercase() {
            String::new()
        } else {
            format!(" {:?}", self.nodes[id]["_meta"]["title"].as_str().unwrap_or_default().trim())
        };
        format!("node `{id}` ({}{title})", self.class(id))
    }

    /// What the import changed, or left as it was.
    pub(super) fn note(&mut self, note: String) {
        self.warn(import_note(note));
    }

    /// What a person has to look at.
    pub(super) fn warn(&mut self, warning: Diagnostic) {
        self.told.insert(warning.message.clone());
        self.notes.push(warning);
    }

    /// Adds a note that is not there yet.
    pub(super) fn note_once(&mut self, note: String) {
        if !self.told.contains(&note) {
            self.note(note);
        }
    }

    /// Adds a question that was not asked yet.
    pub(super) fn ask(&mut self, message: String, hint: String) {
        if self.told.insert(message.clone()) {
            self.questions.push((message, hint));
        }
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
    pub(super) fn users(&self, id: &str) -> &[Use] {
        self.all_users().of(id)
    }

    /// The links from one output.
    pub(super) fn users_of(&self, id: &str, slot: u64) -> impl Iterator<Item = &Use> {
        self.all_users().of_output(id, slot)
    }

    /// The outputs that are used, in order.
    pub(super) fn used_slots(&self, id: &str) -> impl Iterator<Item = u64> {
        self.all_users().slots(id)
    }

    fn all_users(&self) -> &Users {
        self.users.get_or_init(|| Users::read(&self.nodes))
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
            let next = self.held(&from)?;
            (id, input) = (from, next);
        }
        None
    }

    /// The input whose value a node hands on. A node with several inputs computes something else.
    fn held(&self, id: &str) -> Option<String> {
        let inputs = self.nodes.get(id)?["inputs"].as_object()?;
        let mut links = inputs.iter().filter(|(_, value)| is_link(value).is_some());
        let (link, more) = (links.next().map(|(link, _)| link), links.next());
        if more.is_some() {
            return None;
        }
        let has_values = inputs.len() > usize::from(link.is_some());
        let held: Vec<&str> = HELD.into_iter().filter(|held| inputs.contains_key(*held)).collect();
        match (held.as_slice(), link) {
            ([one], None) => Some((*one).to_owned()),
            ([one], Some(link)) if link == one && !has_values => Some((*one).to_owned()),
            ([], Some(link)) if !has_values => Some(link.clone()),
            _ => None,
        }
    }

    /// The value of an input, wherever it is stored.
    pub(super) fn value(&self, id: &str, input: &str) -> Option<&Value> {
        let (id, input) = self.holder(id, input)?;
        self.input(&id, &input)
    }

    /// Whether the name is bound.
    pub(super) fn has(&self, name: &str) -> bool {
        self.bindings.has(name)
    }

    /// The value that a binding replaced.
    pub(super) fn was(&self, name: &str) -> Option<&Value> {
        self.bindings.was(name)
    }

    /// Whether the user named a place for the name.
    pub(super) fn is_explicit(&self, name: &str) -> bool {
        self.bindings.is_explicit(name)
    }

    /// Whether the value of an input is bound, wherever it is stored.
    pub(super) fn is_bound_to(&self, id: &str, input: &str) -> bool {
        self.is_bound(id, input) || self.holder(id, input).is_some_and(|(id, input)| self.is_bound(&id, &input))
    }

    /// Whether a node had placeholders in the file.
    pub(super) fn has_its_own(&self, id: &str) -> bool {
        self.bindings.is_own(id)
    }

    /// Whether an input is bound.
    pub(super) fn is_bound(&self, id: &str, input: &str) -> bool {
        self.bindings.is_bound(id, input)
    }

    /// Binds the place where the value of an input is stored; `false` if it is bound already, has no value, or the value
    /// is of another kind. A place that also has another meaning is left alone, and all inputs that take it for this one
    /// are bound instead.
    pub(super) fn bind(&mut self, name: &str, id: &str, input: &str, by: By) -> bool {
        let Some((node, held)) = self.holder(id, input) else { return false };
        let Some(was) = self.input(&node, &held).filter(|was| fits(name, was)).cloned() else { return false };
        if (node.as_str(), held.as_str()) == (id, input) {
            return self.bind_at(name, &node, &held, was, by);
        }
        let key = (node, name.to_owned());
        if self.shared.contains(&key) {
            return false;
        }
        let users = self.takers(&key.0, name);
        if users.is_empty() {
            return self.bind_at(name, &key.0, &held, was, by);
        }
        self.shared.insert(key);
        let bound = users.into_iter().filter(|(user, input)| self.bind_at(name, user, input, was.clone(), by)).count();
        bound > 0
    }

    fn bind_at(&mut self, name: &str, node: &str, input: &str, was: Value, by: By) -> bool {
        if self.is_bound(node, input) || self.is_kept(node, input) {
            return false;
        }
        let title = self.nodes[node]["_meta"]["title"].as_str().unwrap_or_default().to_owned();
        let (name, node, class, input) =
            (name.to_owned(), node.to_owned(), self.class(node).to_owned(), input.to_owned());
        self.bindings.push(Binding { name, node, class, title, input, was, by });
        true
    }

    /// The inputs that take the value of a holder under a name, if others take it under another one; else nothing.
    fn takers(&mut self, holder: &str, name: &str) -> Vec<(String, String)> {
        if !self.takers.contains_key(holder) {
            let takers = self.all_takers(holder);
            self.takers.insert(holder.to_owned(), takers);
        }
        let takers = &self.takers[holder];
        let others = takers.keys().any(|meaning| meaning != name);
        if others { takers.get(name).cloned().unwrap_or_default() } else { Vec::new() }
    }

    fn all_takers(&self, holder: &str) -> Takers {
        let mut found = Takers::new();
        let (mut open, mut seen) = (vec![holder.to_owned()], HashSet::new());
        while let Some(id) = open.pop().filter(|id| seen.insert(id.clone())) {
            for (user, input, _) in self.users(&id) {
                if self.held(user).is_some() {
                    open.push(user.clone());
                } else if let Some(meaning) = meaning(input) {
                    found.entry(meaning.to_owned()).or_default().push((user.clone(), input.clone()));
                }
            }
        }
        found
    }

    /// A name that is not bound yet: `image`, `image2` ..
    pub(super) fn free(&mut self, name: &str) -> String {
        let first = self.numbers.get(name).copied().unwrap_or(1);
        let numbered = (first..).map(|n| (n, if n == 1 { name.to_owned() } else { format!("{name}{n}") }));
        let (number, free) = numbered.into_iter().find(|(_, name)| !self.has(name)).unwrap_or_default();
        self.numbers.insert(name.to_owned(), number);
        free
    }

    /// Drops the bindings of removed nodes.
    pub(super) fn drop_stale_bindings(&mut self) {
        self.bindings.retain(|binding| self.nodes.contains_key(&binding.node));
        self.numbers.clear();
    }

    /// Puts the placeholders into the graph; replaced values of params become defaults.
    pub(super) fn fill(&mut self) {
        self.bindings.sort_by_key(rank);
        self.users.take();
        for binding in self.bindings.iter().filter(|binding| binding.by != By::File) {
            let Some(node) = self.nodes.get_mut(&binding.node) else { continue };
            node["inputs"][&binding.input] = json!(format!("{{{}}}", binding.name));
            let is_role = binding.input == "image";
            let is_field =
                FIELDS.contains(&binding.name.as_str()) || ["seed", "prefix"].contains(&binding.name.as_str());
            if !is_role && !is_field {
                node["_meta"]["defaults"][&binding.name] = binding.was.clone();
            }
            // A person should still see what a text was, and where.
            let is_text = ["prompt", "negative"].contains(&binding.name.as_str());
            if is_text {
                node["_meta"]["was"]["values"][&binding.input] = binding.was.clone();
            }
            if !title(node).starts_with("dgx:") {
                if is_text && !binding.title.is_empty() && binding.title != binding.class {
                    node["_meta"]["was"]["title"] = json!(binding.title);
                }
                node["_meta"]["title"] = json!(format!("dgx:{}", word(binding)));
            }
        }
    }

    /// The graph, its bindings and notes.
    pub(super) fn finish(self) -> (Value, Vec<Binding>, Vec<Diagnostic>) {
        (Value::Object(self.nodes), self.bindings.into_list(), self.notes)
    }
}

/// What an input takes, by its name.
fn meaning(input: &str) -> Option<&str> {
    match input {
        "width" | "target_width" => Some("width"),
        "height" | "target_height" => Some("height"),
        "seed" | "noise_seed" => Some("seed"),
        "sampler_name" => Some("sampler"),
        "steps" | "cfg" | "scheduler" | "denoise" | "strength" => Some(input),
        _ => None,
    }
}

/// Whether a value is of the kind that a placeholder stands for.
fn fits(name: &str, value: &Value) -> bool {
    match name {
        "prompt" | "negative" | "checkpoint" | "vae" | "sampler" | "scheduler" | "prefix" => value.is_string(),
        "width" | "height" | "steps" | "cfg" | "seed" | "denoise" | "guidance" => value.is_number(),
        _ => true,
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
