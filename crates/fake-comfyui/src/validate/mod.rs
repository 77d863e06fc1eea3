//! What `POST /prompt` finds wrong with a graph, in the words and shapes that were recorded.

mod check;
mod coerce;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use self::check::Check;
use crate::nodes::Class;

/// What is known about a server while a graph is checked.
pub struct Known<'a> {
    pub classes: &'a BTreeMap<String, Class>,
    pub lists: &'a BTreeMap<String, Vec<String>>,
    /// Says of a file of the input folder that it is there.
    pub has_input: &'a dyn Fn(&str) -> bool,
}

/// What came of it.
pub enum Verdict {
    /// These outputs run; the others are told as errors.
    Runs { outputs: Vec<String>, node_errors: Value },
    /// 400.
    Refused(Value),
    /// The server stumbles: 500.
    Stumbles,
}

fn refused(kind: &str, message: &str, details: &str, node_errors: Value) -> Verdict {
    let error = json!({ "type": kind, "message": message, "details": details, "extra_info": {} });
    Verdict::Refused(json!({ "error": error, "node_errors": node_errors }))
}

/// Checks a graph, and turns values into the types that the inputs have, as the server does.
pub fn validate(graph: &mut Value, targets: Option<&Value>, known: &Known) -> Verdict {
    if graph.as_array().is_some_and(Vec::is_empty) {
        return refused("prompt_no_outputs", "Prompt has no outputs", "", json!({}));
    }
    let Some(nodes) = graph.as_object_mut() else { return Verdict::Stumbles };
    let mut outputs = Vec::new();
    for (id, node) in nodes.iter() {
        let details = format!("Node ID '#{id}'");
        let Some(name) = node.get("class_type").and_then(Value::as_str) else {
            let message = "Cannot execute because a node is missing the class_type property.";
            return refused("invalid_prompt", message, &details, json!({}));
        };
        let Some(class) = known.classes.get(name) else {
            let message = format!("Cannot execute because node {name} does not exist.");
            return refused("invalid_prompt", &message, &details, json!({}));
        };
        if class.is_output && is_target(targets, id) {
            outputs.push(id.clone());
        }
    }
    if outputs.is_empty() {
        return refused("prompt_no_outputs", "Prompt has no outputs", "", json!({}));
    }
    judged(nodes, outputs, known)
}

/// A list is searched for the id; a plain string for its text.
fn is_target(targets: Option<&Value>, id: &str) -> bool {
    match targets {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.contains(id),
        Some(Value::Array(ids)) => ids.iter().any(|target| target == id),
        Some(_) => false,
    }
}

fn judged(nodes: &mut Map<String, Value>, outputs: Vec<String>, known: &Known) -> Verdict {
    let mut check = Check::new(nodes, known);
    let (mut good, mut told, mut node_errors) = (Vec::new(), Vec::new(), Map::new());
    for output in outputs {
        if let Err(stumble) = check.node(&output) {
            let errors = stumble.map_or_else(Vec::new, |stumble| vec![stumble.outer()]);
            check.judged.insert(output.clone(), (false, errors));
        }
        let (is_valid, errors) = check.judged[&output].clone();
        if is_valid {
            good.push(output);
            continue;
        }
        let text = |error: &Value, key: &str| error[key].as_str().unwrap_or_default().to_owned();
        told.extend(errors.iter().map(|error| format!("{}: {}", text(error, "message"), text(error, "details"))));
        for (id, (is_valid, errors)) in check.judged.iter().filter(|(_, (is_valid, e))| !is_valid && !e.is_empty()) {
            debug_assert!(!is_valid);
            let class = check.nodes[id]["class_type"].clone();
            let entry = node_errors.entry(id.clone());
            let entry = entry.or_insert(json!({ "errors": errors, "dependent_outputs": [], "class_type": class }));
            entry["dependent_outputs"].as_array_mut().unwrap().push(json!(output));
        }
    }
    if good.is_empty() {
        let message = "Prompt outputs failed validation";
        return refused("prompt_outputs_failed_validation", message, &told.join("\n"), Value::Object(node_errors));
    }
    Verdict::Runs { outputs: good, node_errors: Value::Object(node_errors) }
}
