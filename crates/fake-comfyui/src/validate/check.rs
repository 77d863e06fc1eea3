//! One node's inputs against its class, and the nodes that it is linked to.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::Known;
use super::coerce::{bounds, coerced, plain};
use crate::nodes::{Class, Input, Kind};

/// Longer lists are left out of an error.
const TOLD: usize = 20;

/// An exception of the server while it looks at a node; a cycle has no words.
#[derive(Clone)]
pub(super) struct Stumble {
    kind: &'static str,
    details: String,
}

impl Stumble {
    pub(super) fn outer(&self) -> Value {
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

/// The nodes that are judged so far, from the outputs backwards.
pub(super) struct Check<'a, 'b> {
    pub(super) nodes: &'a mut Map<String, Value>,
    known: &'a Known<'b>,
    pub(super) judged: BTreeMap<String, (bool, Vec<Value>)>,
    open: BTreeSet<String>,
}

impl<'a, 'b> Check<'a, 'b> {
    pub(super) fn new(nodes: &'a mut Map<String, Value>, known: &'a Known<'b>) -> Self {
        Self { nodes, known, judged: BTreeMap::new(), open: BTreeSet::new() }
    }

    /// Whether a node and all before it hold; an error is a stumble, without words where the graph has a cycle.
    pub(super) fn node(&mut self, id: &str) -> Result<bool, Option<Stumble>> {
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
