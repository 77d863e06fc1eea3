//! The page on which a person gives the token once: a browser cannot send it with pictures and streams.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, LOCATION, SET_COOKIE};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::post;

use super::guard::{Guard, cookie_name};

/// Where the page sends the token.
pub(super) const PATH: &str = "/login";

const PAGE: &str = include_str!("login.html");

/// The page.
pub(super) fn page() -> Response {
    (StatusCode::UNAUTHORIZED, [(CACHE_CONTROL, "no-store")], Html(PAGE)).into_response()
}

pub(super) fn routes(guard: &Arc<Guard>) -> Router {
    Router::new().route(PATH, post(login)).with_state(Arc::clone(guard))
}

/// Gives the browser a cookie, which scripts do not see and other sites do not send.
async fn login(State(guard): State<Arc<Guard>>, body: Bytes) -> Response {
    let given = url::form_urlencoded::parse(&body).find(|(name, _)| name == "token").map(|(_, value)| value);
    match guard.token() {
        Some(token) if !given.is_some_and(|given| token.is(given.trim())) => page(),
        token => {
            let home = [(LOCATION, "/")];
            let mut answer = (StatusCode::SEE_OTHER, home).into_response();
            let name = cookie_name(guard.port());
            let cookie = token
                .map(|token| format!("{name}={}; HttpOnly; SameSite=Strict; Path=/; Max-Age=2592000", token.cookie()));
            if let Some(cookie) = cookie.and_then(|cookie| cookie.parse().ok()) {
                answer.headers_mut().insert(SET_COOKIE, cookie);
            }
            answer
        }
    }
}
