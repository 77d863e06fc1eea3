//! The queue, the history, and what stops a job: `/queue`, `/history`, `/interrupt`, `/free` and `GET /prompt`.

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::answer::{json_ok, object, server_error};
use super::{Params, Server};
use crate::queue::Item;

pub(super) async fn remaining(State(shared): Server) -> Response {
    json_ok(&shared.lock().exec_info())
}

pub(super) async fn queue(State(shared): Server) -> Response {
    let state = shared.lock();
    let running: Vec<Value> = state.queue.running.iter().map(|item| item.entry()).collect();
    let pending: Vec<Value> = state.queue.pending().map(Item::entry).collect();
    json_ok(&json!({ "queue_running": running, "queue_pending": pending }))
}

fn ids(value: Option<&Value>) -> Vec<String> {
    let ids = value.and_then(Value::as_array).into_iter().flatten();
    ids.map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned)).collect()
}

pub(super) async fn change_queue(State(shared): Server, body: Bytes) -> Response {
    let Some(body) = object(&body) else { return server_error() };
    let mut state = shared.lock();
    if body.get("clear").and_then(Value::as_bool).unwrap_or(false) {
        state.record.clears += 1;
        state.queue.clear();
        state.tell_queue();
    }
    for id in ids(body.get("delete")) {
        if state.queue.delete(&id) {
            state.tell_queue();
        }
        state.record.deletes.push(id);
    }
    StatusCode::OK.into_response()
}

pub(super) async fn history(State(shared): Server, Query(params): Params) -> Response {
    let number = |name: &str| params.get(name).map(|text| text.parse::<i64>()).transpose();
    let (Ok(max), Ok(offset)) = (number("max_items"), number("offset")) else { return server_error() };
    let state = shared.lock();
    let offset = match (max, offset.unwrap_or(-1)) {
        (Some(max), offset) if offset < 0 => state.queue.ended() as i64 - max,
        (_, offset) => offset,
    };
    let entries = state.queue.entries().skip(usize::try_from(offset).unwrap_or(0));
    let entries = entries.take(max.and_then(|max| usize::try_from(max).ok()).unwrap_or(usize::MAX));
    json_ok(&entries.map(|(id, entry)| (id.to_owned(), entry.clone())).collect::<Map<_, _>>().into())
}

pub(super) async fn entry(State(shared): Server, Path(id): Path<String>) -> Response {
    let entry = shared.lock().queue.entry(&id);
    json_ok(&entry.map_or_else(|| json!({}), |entry| json!({ id: *entry })))
}

pub(super) async fn change_history(State(shared): Server, body: Bytes) -> Response {
    let Some(body) = object(&body) else { return server_error() };
    let mut state = shared.lock();
    if body.get("clear").and_then(Value::as_bool).unwrap_or(false) {
        state.record.clears += 1;
        state.queue.forget_all();
    }
    ids(body.get("delete")).iter().for_each(|id| state.queue.forget(id));
    StatusCode::OK.into_response()
}

pub(super) async fn interrupt(State(shared): Server, body: Bytes) -> Response {
    let id = object(&body).and_then(|body| body.get("prompt_id")?.as_str().map(str::to_owned));
    let mut state = shared.lock();
    let is_meant = id.as_ref().is_none_or(|id| state.queue.running.as_ref().is_some_and(|item| item.id == *id));
    state.is_interrupted |= is_meant;
    state.record.interrupts.push(id);
    StatusCode::OK.into_response()
}

pub(super) async fn free(State(shared): Server, body: Bytes) -> Response {
    let Some(body) = object(&body) else { return server_error() };
    let mut state = shared.lock();
    state.record.frees += 1;
    if body.get("free_memory").and_then(Value::as_bool).unwrap_or(false) {
        if state.queue.running.is_some() {
            state.frees_cache = true;
        } else {
            state.cache.clear();
        }
    }
    StatusCode::OK.into_response()
}
