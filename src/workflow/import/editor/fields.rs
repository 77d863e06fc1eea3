//! The names of a node's values.

use serde_json::Value;

use super::read::{Node, is_control};
use crate::workflow::catalogue::{Class, Kind};

/// Values that buttons and previews leave behind those of inputs.
const BUTTONS: [&str; 3] = ["image", "upload", "audio"];

/// The values of a node by the names of its inputs, or `None` if they cannot be named.
pub(super) fn named(node: &Node, class: Option<&Class>) -> Option<Vec<(String, Value)>> {
    let values: Vec<&Value> = match &node.values {
        Value::Object(map) => {
            let inputs = map.iter().filter(|(_, value)| !value.is_object() && !value.is_array());
            return Some(inputs.map(|(name, value)| (name.clone(), value.clone())).collect());
        }
        Value::Array(values) => values.iter().collect(),
        _ => return Some(Vec::new()),
    };
    if values.is_empty() {
        return Some(Vec::new());
    }
    let sockets = node.inputs.iter().filter(|input| !input.kind.ends_with("UPLOAD"));
    let own: Vec<&str> = sockets.filter_map(|input| input.field.as_deref()).collect();
    let of_class = class.filter(|class| !class.order.is_empty()).map(|class| -> Vec<&str> {
        let fields = class.order.iter().filter(|name| class.inputs.get(*name).is_some_and(|input| input.is_field));
        fields.map(String::as_str).collect()
    });
    let kind = |name: &str| class.and_then(|class| Some(&class.inputs.get(name)?.kind));
    // A file that names all values is newer than any catalogue.
    let by_file = assigned(&values, &own, &kind).filter(|(_, left)| *left == 0);
    let (has_own, has_class) = (!own.is_empty(), of_class.is_some());
    let by_class = of_class.and_then(|names| assigned(&values, &names, &kind));
    // Without names there may be buttons alone.
    let found = if has_own || !has_class { by_file.or(by_class) } else { by_class.or(by_file) };
    found.map(|(named, _)| named)
}

/// Gives the values to names in their order; also how many are left. `None` if a value is not what its name takes.
fn assigned<'a>(
    values: &[&Value],
    names: &[&str],
    kind: &impl Fn(&str) -> Option<&'a Kind>,
) -> Option<(Vec<(String, Value)>, usize)> {
    let mut rest = values.iter().peekable();
    let mut named = Vec::new();
    for name in names {
        let Some(value) = rest.next() else { break };
        if !kind(name).is_none_or(|kind| takes(kind, value)) {
            return None;
        }
        if !value.is_null() {
            named.push(((*name).to_owned(), (*value).clone()));
        }
        if value.is_number() {
            rest.next_if(|next| is_control(next));
        }
    }
    let is_button = |value: &&&Value| {
        value.is_null() || **value == "" || value.as_str().is_some_and(|word| BUTTONS.contains(&word))
    };
    let left = rest.skip_while(is_button).count();
    Some((named, left))
}

/// Whether an input may have a value; null is none.
fn takes(kind: &Kind, value: &Value) -> bool {
    match kind {
        _ if value.is_null() => true,
        Kind::Whole { .. } | Kind::Number { .. } => value.is_number(),
        Kind::Text | Kind::Image | Kind::File { .. } => value.is_string(),
        Kind::Truth => value.is_boolean(),
        Kind::Choice(_) => value.is_string() || value.is_number() || value.is_boolean(),
        Kind::Link(_) | Kind::Anything => true,
    }
}
