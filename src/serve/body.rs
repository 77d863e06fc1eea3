//! Bodies of requests: bounded in length and time, and parsed whatever their content type says.
//!
//! `curl -d` calls JSON a form. A form needs no permission of a browser, so the type protects from nothing; the guard does.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_LENGTH;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::answer::Failure;
use crate::words::text::shortened;

/// The longest JSON, in bytes.
const LONGEST_JSON: usize = 1 << 20;

/// The longest image, in bytes.
pub(super) const LONGEST_PICTURE: usize = 64 << 20;

/// The longest that a client may take to send a body.
const PATIENCE: Duration = Duration::from_secs(30);

/// A body of JSON; an empty one is `{}`.
#[derive(Debug)]
pub(super) struct Json<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        let bytes = read(request, LONGEST_JSON).await?;
        let text: &[u8] = if bytes.iter().all(u8::is_ascii_whitespace) { b"{}" } else { &bytes };
        // A list would be read as the fields in their order.
        if text.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') {
            let failure = Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-value", "the body is a list");
            return Err(failure.hint("send a JSON object"));
        }
        let read = serde_json::from_slice(text).or_else(|error| with_integers(text).ok_or(error));
        read.map(Self).map_err(|error| {
            // What it quotes comes from the client; a long text is not repeated.
            let message = shortened(&error.to_string()).into_owned();
            if error.is_data() {
                let failure = Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-value", message);
                return failure.hint("`/api/v1/openapi.json` describes the body");
            }
            Failure::new(StatusCode::BAD_REQUEST, "bad-json", message).hint("send a JSON object in UTF-8")
        })
    }
}

/// Reads JSON in which `3.0` stands for `3`, as JSON Schema has it.
fn with_integers<T: DeserializeOwned>(text: &[u8]) -> Option<T> {
    fn whole(value: &mut Value) {
        /// Up to here a float has all integers.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        match value {
            Value::Number(number) if number.is_f64() => {
                let float = number.as_f64().filter(|float| float.fract() == 0.0 && (0.0..=EXACT).contains(float));
                if let Some(float) = float {
                    *number = (float as u64).into();
                }
            }
            Value::Array(items) => items.iter_mut().for_each(whole),
            Value::Object(fields) => fields.values_mut().for_each(whole),
            _ => {}
        }
    }
    let mut value: Value = serde_json::from_slice(text).ok()?;
    whole(&mut value);
    serde_json::from_value(value).ok()
}

/// An image as bytes.
#[derive(Debug)]
pub(super) struct Picture(pub(super) Bytes);

impl<S: Send + Sync> FromRequest<S> for Picture {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        read(request, LONGEST_PICTURE).await.map(Self)
    }
}

async fn read(request: Request<Body>, most: usize) -> Result<Bytes, Failure> {
    let too_long = || {
        let message = format!("the body is longer than {} KiB", most >> 10);
        Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", message)
    };
    // One that says so is not read at all.
    let length = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > most as u64) {
        return Err(too_long());
    }
    match tokio::time::timeout(PATIENCE, to_bytes(request.into_body(), most)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => Err(too_long()),
        Err(_) => Err(Failure::new(StatusCode::REQUEST_TIMEOUT, "body-too-slow", "the body did not arrive in time")),
    }
}

/// The parameters behind `?`.
#[derive(Debug)]
pub(super) struct Params<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Params<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let query = Query::<T>::from_request_parts(parts, state).await;
        query.map(|Query(params)| Self(params)).map_err(|error| bad(&error.body_text()))
    }
}

/// The names in the path.
#[derive(Debug)]
pub(super) struct Names<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Names<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let path = Path::<T>::from_request_parts(parts, state).await;
        path.map(|Path(names)| Self(names)).map_err(|error| bad(&error.body_text()))
    }
}

fn bad(message: &str) -> Failure {
    let failure = Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-value", shortened(message).into_owned());
    failure.hint("`/api/v1/openapi.json` describes the parameters")
}
