//! The editor's own form becomes API form: subgraphs are inlined, links are followed through reroutes, primitives and
//! bypassed nodes, muted nodes are left out, and values get the names of their inputs.
//!
//! A file has values without names. Files of a newer editor name them in the nodes; for others the catalogue does.

mod fields;
mod read;
mod sources;

use serde_json::{Map, Value, json};

use super::known::{Export, Known, Names, import_note};
use crate::workflow::FileError;

use read::Node;
use sources::{File, Flat, Source};

/// Converts a graph. A node whose values have no names stays in it with the key `unnamed`: it matters only if the image
/// needs it.
pub(super) fn convert(editor: &Value, known: Known<'_>) -> Result<Export, FileError> {
    let file = File::read(editor)?;
    let flat = Flat::of(&file, known)?;
    let mut graph = Map::new();
    let mut names = Names::new();
    for (at, node) in flat.nodes() {
        if !node.runs() || flat.is_left_out(at) || node.is_virtual() {
            continue;
        }
        let id = flat.id(at);
        names.insert(id.clone(), node.outputs.iter().map(|output| output.name.clone()).collect());
        graph.insert(id, converted(&flat, at, node, known));
    }
    if graph.is_empty() {
        return Err(FileError::NotApi("it has no nodes".to_owned()));
    }
    let note = format!("the file is in the editor's form: {} nodes were converted", graph.len());
    Ok(Export { graph: Value::Object(graph), names, notes: vec![import_note(note)] })
}

/// The names of outputs by node, of a graph that is also there in API form.
pub(super) fn names(editor: &Value, known: Known<'_>) -> Names {
    let Ok(file) = File::read(editor) else { return Names::new() };
    let Ok(flat) = Flat::of(&file, known) else { return Names::new() };
    let names = |node: &Node| node.outputs.iter().map(|output| output.name.clone()).collect();
    flat.nodes().map(|(at, node)| (flat.id(at), names(node))).collect()
}

fn converted<'a>(flat: &Flat<'a>, at: sources::At<'a>, node: &Node, known: Known<'_>) -> Value {
    let mut inputs = Map::new();
    let mut unnamed = false;
    match fields::named(node, known.class(&node.class)) {
        Some(fields) => inputs.extend(fields.into_iter().map(|(name, value)| (name, plain(value)))),
        None => unnamed = true,
    }
    for (name, value) in flat.promoted(at) {
        inputs.insert((*name).to_owned(), plain((*value).clone()));
    }
    for (slot, input) in node.inputs.iter().enumerate() {
        match flat.source(at, slot) {
            Source::Output(from, slot) => drop(inputs.insert(input.name.clone(), json!([flat.id(from), slot]))),
            Source::Value(value) => drop(inputs.insert(input.name.clone(), plain(value))),
            Source::Nothing => {}
        }
    }
    // A field that is younger than the file has what the editor gives it.
    for (name, input) in known.class(&node.class).into_iter().flat_map(|class| &class.inputs) {
        if let Some(default) = input.default.as_ref().filter(|_| input.required && !inputs.contains_key(name)) {
            inputs.insert(name.clone(), default.clone());
        }
    }
    let mut meta = json!({});
    if let Some(title) = node.title.as_ref().or_else(|| known.class(&node.class).is_none().then_some(&node.class)) {
        meta["title"] = json!(title);
    }
    let mut converted = json!({ "class_type": node.class, "inputs": inputs, "_meta": meta });
    if unnamed {
        converted["unnamed"] = json!(true);
    }
    converted
}

/// A list would be read as a link.
fn plain(value: Value) -> Value {
    match value {
        Value::Array(_) => json!({ "__value__": value }),
        value => value,
    }
}
