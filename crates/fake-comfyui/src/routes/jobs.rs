//! `/api/jobs` of newer servers.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

use super::answer::json_ok;
use super::{Params, Server};
use crate::queue::{Item, Queue};
use crate::state::Shared;

pub fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/jobs", get(list))
        .route("/jobs/{id}", get(one))
        .route("/jobs/{id}/cancel", post(cancel))
        .route("/jobs/cancel", post(cancel_many))
}

fn waiting(item: &Item, status: &str) -> Value {
    json!({
        "id": item.id, "status": status, "priority": item.number, "create_time": item.created, "outputs_count": 0,
    })
}

fn ended(id: &str, entry: &Value) -> Value {
    let messages = entry["status"]["messages"].as_array().cloned().unwrap_or_default();
    let last = messages.last().cloned().unwrap_or_default();
    let status = match last[0].as_str() {
        Some("execution_success") => "completed",
        Some("execution_interrupted") => "cancelled",
        _ => "failed",
    };
    let images = entry["outputs"].as_object().into_iter().flatten();
    let count: usize = images.map(|(_, node)| node["images"].as_array().map_or(0, Vec::len)).sum();
    let mut job = json!({
        "id": id, "status": status, "priority": entry["prompt"][0], "outputs_count": count, "outputs": entry["outputs"],
        "execution_start_time": messages.first().map(|message| &message[1]["timestamp"]),
        "execution_end_time": last[1]["timestamp"], "execution_status": entry["status"],
    });
    if status == "failed" {
        job["execution_error"] = last[1].clone();
    }
    job
}

fn all(queue: &Queue) -> Vec<Value> {
    let running = queue.running.iter().map(|item| waiting(item, "in_progress"));
    let pending = queue.pending().map(|item| waiting(item, "pending"));
    running.chain(pending).chain(queue.entries().map(|(id, entry)| ended(id, entry))).collect()
}

async fn list(State(shared): Server, Query(params): Params) -> Response {
    let jobs = all(&shared.lock().queue);
    let wanted: Option<Vec<&str>> = params.get("status").map(|statuses| statuses.split(',').collect());
    let is_wanted = |job: &Value| wanted.as_ref().is_none_or(|all| all.iter().any(|status| job["status"] == *status));
    let jobs: Vec<Value> = jobs.into_iter().filter(is_wanted).collect();
    let number = |name: &str| params.get(name).and_then(|text| text.parse::<usize>().ok());
    let (total, offset) = (jobs.len(), number("offset").unwrap_or(0));
    let limit = number("limit").unwrap_or(usize::MAX);
    let mut page: Vec<Value> = jobs.into_iter().skip(offset).take(limit).collect();
    page.iter_mut().for_each(|job| drop(job.as_object_mut().map(|job| job.remove("outputs"))));
    let pagination = json!({
        "offset": offset, "limit": number("limit"), "total": total, "has_more": offset + page.len() < total,
    });
    json_ok(&json!({ "jobs": page, "pagination": pagination }))
}

async fn one(State(shared): Server, Path(id): Path<String>) -> Response {
    let job = all(&shared.lock().queue).into_iter().find(|job| job["id"] == id.as_str());
    job.map_or_else(|| (StatusCode::NOT_FOUND, "{\"error\": \"Job not found\"}").into_response(), |job| json_ok(&job))
}

fn stopped(shared: &Shared, id: &str) -> bool {
    let mut state = shared.lock();
    state.record.deletes.push(id.to_owned());
    if state.queue.delete(id) {
        state.tell_queue();
        return true;
    }
    let runs = state.queue.running.as_ref().is_some_and(|item| item.id == id);
    state.is_interrupted |= runs;
    runs
}

async fn cancel(State(shared): Server, Path(id): Path<String>) -> Response {
    json_ok(&json!({ "cancelled": stopped(&shared, &id) }))
}

async fn cancel_many(State(shared): Server, body: Bytes) -> Response {
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let ids = body["job_ids"].as_array().cloned().unwrap_or_default();
    let count = ids.iter().filter_map(Value::as_str).filter(|id| stopped(&shared, id)).count();
    json_ok(&json!({ "cancelled": count > 0 }))
}
