//! The answer to `POST /prompt`: taken, taken in part (which is a refusal), refused, or nothing that can be read.

use serde_json::Value;

use crate::generate::comfyui::text::{MESSAGE, NAME, clean};

/// What a server said to a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Posted {
    /// It is in the queue under this id.
    Accepted(String),
    /// Some outputs are refused, and the rest is in the queue all the same: it has to come out again.
    InPart(Refusal),
    /// It is refused, and would be again.
    Refused(Refusal),
    /// The server cannot take it now; the same prompt may be accepted later.
    Unavailable(String),
    /// This is no ComfyUI server.
    NotComfyui(String),
}

/// Why a prompt is refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// The server's word for it (`prompt_outputs_failed_validation`).
    pub kind: String,
    /// What is wrong, cleaned; for faults of nodes one sentence a fault, joined by `; `.
    pub message: String,
    /// A file or a class that the plan depends on is missing.
    pub missing: bool,
    /// The values that the server does not take.
    pub values: Vec<String>,
}

impl Refusal {
    /// Whether the server no longer has an image that was uploaded.
    pub fn lacks_upload(&self) -> bool {
        self.message.contains("Invalid image file")
    }
}

/// Reads the answer to `POST /prompt`.
pub fn posted(status: u16, body: &[u8]) -> Posted {
    let value = super::json(body).filter(Value::is_object);
    match (status, value) {
        (200, Some(value)) => accepted(&value),
        (400, Some(value)) if value.get("error").is_some() => Posted::Refused(refusal(&value)),
        (400, _) => Posted::Refused(Refusal { message: raw(body), ..Refusal::default() }),
        (401 | 403, _) => Posted::Unavailable(format!("it does not let this machine in (HTTP {status})")),
        (408 | 425 | 429 | 500..=599, _) => Posted::Unavailable(format!("HTTP {status}: {}", raw(body))),
        _ => Posted::NotComfyui(format!("HTTP {status}: {}", raw(body))),
    }
}

fn accepted(value: &Value) -> Posted {
    let faulty = value.get("node_errors").and_then(Value::as_object).is_some_and(|nodes| !nodes.is_empty());
    match value.get("prompt_id").and_then(super::text_of) {
        _ if faulty => Posted::InPart(refusal(value)),
        Some(id) => Posted::Accepted(id),
        None => Posted::NotComfyui("its answer names no prompt".to_owned()),
    }
}

fn raw(body: &[u8]) -> String {
    let shown = clean(&String::from_utf8_lossy(&body[..body.len().min(16 << 10)]), MESSAGE);
    if shown.is_empty() { "no words".to_owned() } else { shown }
}

fn refusal(value: &Value) -> Refusal {
    let error = value.get("error").unwrap_or(&Value::Null);
    // Some versions send a bare sentence.
    let text = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let kind = clean(&text("type"), NAME);
    let nodes = value.get("node_errors").and_then(Value::as_object).into_iter().flatten();
    let values = values(value);
    let mut faults: Vec<(String, bool)> = nodes.flat_map(|(id, node)| node_faults(id, node)).collect();
    faults.dedup();
    let missing = kind == "missing_node_type"
        || text("message").contains("does not exist")
        || (!faults.is_empty() && faults.iter().all(|(_, missing)| *missing));
    let own = [text("message"), text("details")].join(" ");
    let own = if error.is_string() { error.as_str().unwrap_or_default().to_owned() } else { own };
    let message = match faults.is_empty() {
        true => clean(&own, MESSAGE),
        false => faults.into_iter().take(4).map(|(message, _)| message).collect::<Vec<_>>().join("; "),
    };
    Refusal { kind, message, missing, values }
}

/// The values that the errors of nodes are about.
fn values(value: &Value) -> Vec<String> {
    let nodes = value.get("node_errors").and_then(Value::as_object).into_iter().flatten();
    let errors = nodes.filter_map(|(_, node)| node.get("errors")?.as_array()).flatten();
    let received = errors.filter_map(|error| error.pointer("/extra_info/received_value")?.as_str());
    received.map(str::to_owned).collect()
}

fn node_faults(id: &str, node: &Value) -> Vec<(String, bool)> {
    let class = node.get("class_type").and_then(Value::as_str).unwrap_or_default();
    let errors = node.get("errors").and_then(Value::as_array).into_iter().flatten();
    errors
        .map(|error| {
            let text = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
            let info = |name: &str| error.get("extra_info").and_then(|info| info.get(name));
            let input = info("input_name").and_then(Value::as_str).unwrap_or_default();
            let received = info("received_value").map(Value::to_string).unwrap_or_default();
            let missing = text("type") == "value_not_in_list"
                || (text("type") == "custom_validation_failed" && text("details").contains("Invalid"));
            let place = clean(&format!("node `{id}` ({class})"), NAME);
            let what = match (text("type"), input) {
                ("value_not_in_list", input) if !input.is_empty() => {
                    format!("`{input}` is {received}, which is not there")
                }
                _ => format!("{} {}", text("message"), text("details")),
            };
            (format!("{place}: {}", clean(&what, MESSAGE / 2)), missing)
        })
        .collect()
}
