//! `POST /prompt`.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::Server;
use super::answer::{bad_request, json_ok, object, server_error};
use crate::connection::Cut;
use crate::fault::Fault;
use crate::queue::Item;
use crate::record::Asked;
use crate::state::{Shared, now};
use crate::validate::{Known, Verdict, validate};

pub(super) async fn prompt(State(shared): Server, Extension(cut): Extension<Cut>, body: Bytes) -> Response {
    let Some(mut body) = object(&body) else { return server_error() };
    let fault = shared.lock().strike("/prompt", |fault| matches!(fault, Fault::NanBody));
    if fault.is_some() {
        let text = r#"{"error": {"type": "prompt_outputs_failed_validation", "message": "Prompt outputs failed validation", "details": "", "extra_info": {}}, "node_errors": {"1": {"errors": [{"type": "value_bigger_than_max", "message": "m", "details": "cfg", "extra_info": {"input_name": "cfg", "received_value": NaN}}], "dependent_outputs": ["9"], "class_type": "KSampler"}}}"#;
        shared.lock().record.refused += 1;
        return (StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, "application/json; charset=utf-8")], text)
            .into_response();
    }
    let Some(number) = numbered(&shared, &body) else { return server_error() };
    let Some(graph) = body.remove("prompt") else {
        let error = json!({ "type": "no_prompt", "message": "No prompt provided", "details": "No prompt provided", "extra_info": {} });
        return bad_request(&json!({ "error": error, "node_errors": {} }));
    };
    match taken(&shared, body, graph, number) {
        Err(response) => *response,
        Ok(answer) => {
            shared.work.notify_one();
            let is_lost = shared.lock().strike("/prompt", |fault| matches!(fault, Fault::LostAnswer)).is_some();
            if is_lost {
                cut.cut();
            }
            answer
        }
    }
}

/// The number that a prompt has in the queue, as it was given or counted.
fn numbered(shared: &Shared, body: &Map<String, Value>) -> Option<Value> {
    if let Some(number) = body.get("number") {
        let number = number.as_f64().or_else(|| number.as_str()?.parse().ok())?;
        return Some(json!(number));
    }
    let mut state = shared.lock();
    let counter = state.counter;
    state.counter += 1;
    let is_front = body.get("front").and_then(Value::as_bool).unwrap_or(false);
    Some(if is_front { json!(-(counter as i64)) } else { json!(counter) })
}

/// Puts a prompt into the queue, or says why not.
fn taken(
    shared: &Shared,
    body: Map<String, Value>,
    mut graph: Value,
    number: Value,
) -> Result<Response, Box<Response>> {
    let mut state = shared.lock();
    let id = match body.get("prompt_id") {
        None => Uuid::new_v4().to_string(),
        Some(Value::String(id)) => id.clone(),
        Some(other) => other.to_string(),
    };
    let is_canonical = Uuid::parse_str(&id).is_ok_and(|uuid| uuid.to_string() == id);
    if state.options.newer && !is_canonical {
        let message = "prompt_id must be a UUID in canonical lowercase hyphenated form";
        let error = json!({ "type": "invalid_prompt_id", "message": message, "details": message, "extra_info": {} });
        return Err(Box::new(bad_request(&json!({ "error": error, "node_errors": {} }))));
    }
    let verdict = {
        let (lists, has_input) =
            (state.lists(), |name: &str| state.store.get("input", &crate::worker::input_file(name)).is_some());
        let known = Known { classes: &state.classes, lists: &lists, has_input: &has_input };
        validate(&mut graph, body.get("partial_execution_targets"), &known)
    };
    let (outputs, mut node_errors) = match verdict {
        Verdict::Stumbles => return Err(Box::new(server_error())),
        Verdict::Refused(mut told) => {
            state.record.refused += 1;
            if state.options.newer {
                renamed(&mut told, &graph);
            }
            return Err(Box::new(bad_request(&told)));
        }
        Verdict::Runs { outputs, node_errors } => (outputs, node_errors),
    };
    if state.strike("/prompt", |fault| matches!(fault, Fault::DroppedOutput)).is_some() {
        let error = json!({ "type": "exception_during_validation", "message": "Exception when validating node", "details": "'77'", "extra_info": {} });
        node_errors =
            json!({ "save": { "errors": [error], "dependent_outputs": ["save"], "class_type": "SaveImage" } });
    }
    let Some(mut extra) = body.get("extra_data").map_or(Some(Map::new()), |extra| extra.as_object().cloned()) else {
        return Err(Box::new(server_error()));
    };
    extra.extend(body.get("client_id").map(|client| ("client_id".to_owned(), client.clone())));
    let client = extra.get("client_id").and_then(Value::as_str).map(str::to_owned);
    state.record.asked.push(Asked { id: id.clone(), client, graph: graph.clone(), at: std::time::Instant::now() });
    let answer = json!({ "prompt_id": id, "number": number, "node_errors": node_errors });
    let is_sound = state.queue.push(Item { number, id, graph, extra, outputs, created: now() });
    if !is_sound {
        state.zombie = Some(crate::options::Zombie::Idle);
        return Err(Box::new(server_error()));
    }
    state.tell_queue();
    Ok(json_ok(&answer))
}

/// Newer servers have a type of their own for a class that is missing.
fn renamed(answer: &mut Value, graph: &Value) {
    let details = answer["error"]["details"].as_str().unwrap_or_default();
    let id = details.trim_start_matches("Node ID '#").trim_end_matches('\'').to_owned();
    let is_missing = answer["error"]["message"].as_str().is_some_and(|text| text.ends_with("does not exist."));
    if is_missing {
        let node = &graph[&id];
        answer["error"]["type"] = json!("missing_node_type");
        answer["error"]["extra_info"] =
            json!({ "node_id": id, "class_type": node["class_type"], "node_title": node["_meta"]["title"] });
    }
}
