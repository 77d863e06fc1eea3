//! What `POST /prompt` finds wrong with a graph, in the words and shapes that were recorded.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::nodes::{Class, Input, Kind};

/// Longer lists are not told.
const TOLD: usize = 20;

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
    let mut check = Check { nodes, known, judged: BTreeMap::new(), open: BTreeSet::new() };
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

/// An exception of the server while it looks at a node; a cycle has no words.
#[derive(Clone)]
struct Stumble {
    kind: &'static str,
    details: String,
}

impl Stumble {
    fn outer(&self) -> Value {
        json!({
            "type": "exception_during_validation", "message": "Exception when validating node", "details": self.details,
            "extra_info": { "exception_type": self.kind, "traceback": ["  File \"execution.py\", in validate_prompt\n"] },
        })
    }

    fn inner(&self, input: &str, config: &Value, link: &Value) -> Value {
        json!({
            "type": "exception_during_inner_validation", "message": "Exception when validating inner node",
            "details": self.details,
            "extra_info": {
                "input_name": input, "input_config": config, "exception_message": self.details,
                "exception_type": self.kind, "traceback": ["  File \"execution.py\", in validate_inputs\n"],
                "linked_node": link,
            },
        })
    }
}

struct Check<'a, 'b> {
    nodes: &'a mut Map<String, Value>,
    known: &'a Known<'b>,
    judged: BTreeMap<String, (bool, Vec<Value>)>,
    open: BTreeSet<String>,
}

impl Check<'_, '_> {
    /// Whether a node and all before it hold; an error is a stumble, without words where the graph has a cycle.
    fn node(&mut self, id: &str) -> Result<bool, Option<Stumble>> {
        if let Some((is_valid, _)) = self.judged.get(id) {
            return Ok(*is_valid);
        }
        let key_error = |name: &str| Some(Stumble { kind: "KeyError", details: format!("'{name}'") });
        let class = self.nodes[id]["class_type"].as_str().unwrap_or_default();
        let class = self.known.classes[class].clone();
        if !self.nodes[id]["inputs"].is_object() {
            return Err(key_error("inputs"));
        }
        if !self.open.insert(id.to_owned()) {
            return Err(None);
        }
        let (mut errors, mut is_valid) = (Vec::new(), true);
        for input in &class.inputs {
            match self.input(id, &class, input) {
                Ok(true) => {}
                Ok(false) => is_valid = false,
                Err(Wrong::Input(error)) => errors.push(error),
                Err(Wrong::Node(stumble)) => {
                    self.open.remove(id);
                    return Err(stumble);
                }
            }
        }
        self.open.remove(id);
        is_valid &= errors.is_empty();
        self.judged.insert(id.to_owned(), (is_valid, errors));
        Ok(is_valid)
    }

    fn input(&mut self, id: &str, class: &Class, input: &Input) -> Result<bool, Wrong> {
        let name = &input.name;
        let Some(value) = self.nodes[id]["inputs"].get(name).cloned() else {
            if input.is_optional {
                return Ok(true);
            }
            return Err(Wrong::Input(json!({
                "type": "required_input_missing", "message": "Required input is missing", "details": name,
                "extra_info": { "input_name": name },
            })));
        };
        if value.is_array() {
            return self.link(class, input, &value);
        }
        let config = input.kind.config(self.known.lists, class.has_newer_lists());
        let value = coerced(&input.kind, value).map_err(|(value, why)| {
            let kind = input.kind.name();
            Wrong::Input(json!({
                "type": "invalid_input_type", "message": format!("Failed to convert an input value to a {kind} value"),
                "details": format!("{name}, {}, {why}", plain(&value)),
                "extra_info": {
                    "input_name": name, "input_config": config, "received_value": value, "exception_message": why,
                },
            }))
        })?;
        self.nodes[id]["inputs"][name] = value.clone();
        self.value(class, input, &value, &config).map_or(Ok(true), |error| Err(Wrong::Input(error)))
    }

    fn link(&mut self, class: &Class, input: &Input, value: &Value) -> Result<bool, Wrong> {
        let config = input.kind.config(self.known.lists, class.has_newer_lists());
        let name = &input.name;
        let pair = value.as_array().map(Vec::as_slice);
        let Some([from, slot]) = pair else {
            let message = "Bad linked input, must be a length-2 list of [node_id, slot_index]";
            return Err(Wrong::Input(json!({
                "type": "bad_linked_input", "message": message, "details": name,
                "extra_info": { "input_name": name, "input_config": config, "received_value": value },
            })));
        };
        let stumble = |kind, details: String| Wrong::Node(Some(Stumble { kind, details }));
        let from = from.as_str().map_or_else(|| from.to_string(), str::to_owned);
        let other = self.nodes.get(&from).and_then(|node| self.known.classes.get(node["class_type"].as_str()?));
        let Some(other) = other else { return Err(stumble("KeyError", format!("'{from}'"))) };
        let kind = slot.as_u64().and_then(|slot| other.outputs.get(usize::try_from(slot).ok()?));
        let Some(kind) = kind else { return Err(stumble("IndexError", "tuple index out of range".to_owned())) };
        if kind != input.kind.name() {
            let wanted = input.kind.name();
            return Err(Wrong::Input(json!({
                "type": "return_type_mismatch", "message": "Return type mismatch between linked nodes",
                "details": format!("{name}, received_type({kind}) mismatch input_type({wanted})"),
                "extra_info": {
                    "input_name": name, "input_config": config, "received_type": kind, "linked_node": value,
                },
            })));
        }
        match self.node(&from) {
            Ok(is_valid) => Ok(is_valid),
            Err(None) => Ok(false),
            Err(Some(stumble)) => {
                self.judged.insert(from, (false, vec![stumble.inner(name, &config, value)]));
                Ok(false)
            }
        }
    }

    /// What is wrong with a plain value.
    fn value(&self, class: &Class, input: &Input, value: &Value, config: &Value) -> Option<Value> {
        let name = &input.name;
        let error = |kind: &str, message: String, details: String, config: Value| {
            let extra = json!({ "input_name": name, "input_config": config, "received_value": value });
            Some(json!({ "type": kind, "message": message, "details": details, "extra_info": extra }))
        };
        if let Some((low, high)) = bounds(&input.kind) {
            let number = value.as_f64().unwrap_or_default();
            let told = |word, bound: f64| format!("Value {} {word} of {bound}", plain(value));
            if number < low {
                return error("value_smaller_than_min", told("smaller than min", low), name.clone(), config.clone());
            }
            if number > high {
                return error("value_bigger_than_max", told("bigger than max", high), name.clone(), config.clone());
            }
        }
        let Kind::Choice { list } = &input.kind else { return None };
        let text = plain(value);
        if list == "input" {
            let extra = json!({ "input_name": name });
            let details = format!("{name} - Invalid image file: {text}");
            let message = "Custom validation failed for node";
            let error = json!({ "type": "custom_validation_failed", "message": message, "details": details, "extra_info": extra });
            return (!(self.known.has_input)(&text)).then_some(error);
        }
        // The newer form of a list is not looked at before the node runs.
        let options = self.known.lists.get(list).cloned().unwrap_or_default();
        if class.has_newer_lists() || options.contains(&text) {
            return None;
        }
        let (told, config) = if options.len() > TOLD {
            (format!("(list of length {})", options.len()), Value::Null)
        } else {
            let quoted: Vec<String> = options.iter().map(|option| format!("'{option}'")).collect();
            (format!("[{}]", quoted.join(", ")), config.clone())
        };
        error("value_not_in_list", "Value not in list".to_owned(), format!("{name}: '{text}' not in {told}"), config)
    }
}

enum Wrong {
    Input(Value),
    Node(Option<Stumble>),
}

fn bounds(kind: &Kind) -> Option<(f64, f64)> {
    match kind {
        Kind::Int { min, max: 0, .. } if *min < 0 => Some((*min as f64, -1.0)),
        Kind::Int { min, max, .. } => Some((*min as f64, *max as f64)),
        Kind::Float { min, max, .. } => Some((*min, *max)),
        _ => None,
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The value in the type of the input, as Python's `int`, `float`, `str` and `bool` turn it; else it and the reason.
fn coerced(kind: &Kind, value: Value) -> Result<Value, (Value, String)> {
    let turned = match kind {
        Kind::Int { .. } => int(&value),
        Kind::Float { .. } => float(&value),
        Kind::Text { .. } => Ok(value.as_str().map_or_else(|| json!(value.to_string()), |text| json!(text))),
        Kind::Flag { .. } => Ok(value.as_bool().map_or_else(|| json!(!value.is_null()), |flag| json!(flag))),
        _ => Ok(value.clone()),
    };
    turned.map_err(|why| (value, why))
}

fn int(value: &Value) -> Result<Value, String> {
    match value {
        Value::Number(number) if number.is_f64() => Ok(json!(number.as_f64().unwrap_or_default().trunc() as i64)),
        Value::Number(_) => Ok(value.clone()),
        Value::Bool(flag) => Ok(json!(u8::from(*flag))),
        Value::String(text) => match (text.trim().parse::<u64>(), text.trim().parse::<i64>()) {
            (Ok(number), _) => Ok(json!(number)),
            (_, Ok(number)) => Ok(json!(number)),
            _ => Err(format!("invalid literal for int() with base 10: '{text}'")),
        },
        _ => Err("int() argument must be a string, a bytes-like object or a real number".to_owned()),
    }
}

fn float(value: &Value) -> Result<Value, String> {
    match value {
        Value::Number(number) => Ok(json!(number.as_f64())),
        Value::Bool(flag) => Ok(json!(f64::from(u8::from(*flag)))),
        Value::String(text) => text
            .trim()
            .parse::<f64>()
            .map(|number| json!(number))
            .map_err(|_| format!("could not convert string to float: '{text}'")),
        _ => Err("float() argument must be a string or a real number".to_owned()),
    }
}
