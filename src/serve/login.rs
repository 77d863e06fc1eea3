//! The page on which a person gives the token once: a browser cannot send it with images and streams.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, LOCATION, SET_COOKIE};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::post;

use super::token::{Token, cookie_name};

/// Where the page sends the token.
pub(super) const PATH: &str = "/login";

const PAGE: &str = include_str!("login.html");

/// The page.
pub(super) fn page() -> Response {
    (StatusCode::UNAUTHORIZED, [(CACHE_CONTROL, "no-store")], Html(PAGE)).into_response()
}

/// The route that takes the token of the server on a port.
pub(super) fn routes(token: Option<Token>, port: u16) -> Router {
    Router::new().route(PATH, post(login)).with_state((token, port))
}

/// Gives the browser a cookie, which scripts do not see and other sites do not send.
async fn login(State((token, port)): State<(Option<Token>, u16)>, body: Bytes) -> Response {
    let given = url::form_urlencoded::parse(&body).find(|(name, _)| name == "token").map(|(_, value)| value);
    if token.as_ref().is_some_and(|token| !given.is_some_and(|given| token.is(given.trim()))) {
        return page();
    }
    let mut answer = (StatusCode::SEE_OTHER, [(LOCATION, "/")]).into_response();
    let name = cookie_name(port);
    let cookie = token.map(|token| {
        let value = token.cookie();
        format!("{name}={value}; HttpOnly; SameSite=Strict; Path=/; Max-Age=2592000")
    });
    if let Some(cookie) = cookie.and_then(|cookie| cookie.parse().ok()) {
        answer.headers_mut().insert(SET_COOKIE, cookie);
    }
    answer
}
