//! Answers and bodies in the form that the server's framework gives them.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

use crate::state::Shared;

/// `500` as the server's framework words it.
pub(super) fn server_error() -> Response {
    let text = "500 Internal Server Error\n\nServer got itself in trouble";
    (StatusCode::INTERNAL_SERVER_ERROR, text).into_response()
}

pub(super) fn json_ok(value: &Value) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json; charset=utf-8")];
    (kind, value.to_string()).into_response()
}

pub(super) fn bad_request(value: &Value) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json; charset=utf-8")];
    (StatusCode::BAD_REQUEST, kind, value.to_string()).into_response()
}

/// `413` as the server's framework words it.
pub(super) fn too_large(shared: &Shared) -> Response {
    let limit = shared.lock().options.max_upload;
    (StatusCode::PAYLOAD_TOO_LARGE, format!("Maximum request body size {limit} exceeded.")).into_response()
}

pub(super) fn object(body: &[u8]) -> Option<Map<String, Value>> {
    serde_json::from_slice::<Value>(body).ok()?.as_object().cloned()
}
