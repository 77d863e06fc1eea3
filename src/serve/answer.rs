//! Answers: JSON that is safe to show, and errors with diagnostics.

use axum::Json;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

use crate::session::Error;
use crate::words::diagnostic::Diagnostic;

/// The answer to a request that failed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct Problem {
    /// What is wrong; the first one is the reason.
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// A request that failed.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    pub(super) status: StatusCode,
    pub(super) problem: Problem,
}

/// The result of a handler.
pub(super) type Answer<T = Response> = Result<T, Failure>;

impl Failure {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, problem: Problem { diagnostics: vec![Diagnostic::error(code, message)] } }
    }

    #[must_use]
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        if let Some(first) = self.problem.diagnostics.first_mut() {
            first.hint = Some(hint.into());
        }
        self
    }

    /// A handler panicked.
    pub(super) fn internal() -> Self {
        Self::of(&Error::internal("the server failed"))
    }

    /// The server has too much to do.
    pub(super) fn busy(message: &str) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", message).hint("try again in a few seconds")
    }

    /// An error of the session.
    pub(super) fn of(error: &Error) -> Self {
        Self { status: status(error), problem: Problem { diagnostics: error.diagnostics() } }
    }
}

/// What a client sees of an error, by its code.
fn status(error: &Error) -> StatusCode {
    let code = error.diagnostics().first().map(|one| one.code.clone()).unwrap_or_default();
    match (error, &*code) {
        (Error::Cancelled, _) => StatusCode::SERVICE_UNAVAILABLE,
        (Error::Refused(_), _) => StatusCode::CONFLICT,
        (_, "unknown-target" | "unknown-candidate" | "unknown-job" | "unknown-file" | "unknown-blob" | "no-image") => {
            StatusCode::NOT_FOUND
        }
        (
            _,
            "not-generated" | "ambiguous-slot" | "job-over" | "job-elsewhere" | "idempotency-key" | "changed-since",
        ) => StatusCode::CONFLICT,
        (_, "too-many-jobs") => StatusCode::TOO_MANY_REQUESTS,
        (Error::Manifest(_) | Error::Usage(_), _) => StatusCode::UNPROCESSABLE_ENTITY,
        (Error::Failed(_), _) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut answer = (self.status, Json(self.problem)).into_response();
        let headers = answer.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match self.status {
            StatusCode::UNAUTHORIZED => drop(headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))),
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => {
                headers.insert(RETRY_AFTER, HeaderValue::from_static("2"));
            }
            _ => {}
        }
        answer
    }
}

/// A text as JSON.
pub(super) fn json_text(status: StatusCode, text: String) -> Response {
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-cache")];
    (status, headers, text).into_response()
}

/// No such address.
pub(super) async fn not_found() -> Failure {
    let failure = Failure::new(StatusCode::NOT_FOUND, "unknown-route", "there is nothing at this address");
    failure.hint("`/api/v1/openapi.json` lists what there is")
}

/// The address is there, the method is not. The router adds the `Allow` header.
pub(super) async fn no_method() -> Failure {
    let failure = Failure::new(StatusCode::METHOD_NOT_ALLOWED, "unknown-method", "the address has no such method");
    failure.hint("`/api/v1/openapi.json` lists what there is")
}
