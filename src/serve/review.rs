//! The review page, and what it asks for beside the rest of the API: cards of all assets, art direction, and the requests
//! that a build has in progress.

use axum::Router;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};

use super::answer::{Answer, Failure};
use super::app::{App, Share};
use super::assets::words;
use super::body::{Json, Params};
use crate::session::direct::{self, Applied, Direction, Previewed};
use crate::session::{self, Extent, FoundGrid, Report, RequestChange};
use crate::words::asset::SlotId;

/// The page, its files, and what only it asks for: programs use the documented API.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/", get(html))
        .route("/review.css", get(style))
        .route("/review.js", get(script))
        .route("/review/cards", get(cards))
        .route("/review/grid", get(grid))
        .route("/review/recipes", get(recipes))
        .route("/review/preview", post(preview))
        .route("/review/apply", post(apply))
        .route("/review/requests", get(requests).post(change))
}

async fn html() -> Response {
    let page = session::live_page();
    let mut answer = file("text/html; charset=utf-8", page.html);
    answer.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(page.policy));
    answer
}

async fn style() -> Response {
    file("text/css; charset=utf-8", session::live_page().style.to_owned())
}

async fn script() -> Response {
    file("text/javascript; charset=utf-8", session::live_page().script)
}

fn file(kind: &'static str, text: String) -> Response {
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-cache")], text).into_response()
}

/// Which assets, and how much of them.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct CardQuery {
    /// Names, globs and `tag:` words with commas; everything if left out.
    targets: Option<String>,
    /// With candidates, metrics and provenance.
    whole: bool,
}

async fn cards(State(app): State<App>, Params(query): Params<CardQuery>) -> Answer {
    let extent = if query.whole { Extent::Whole } else { Extent::Card };
    let targets = words(query.targets.as_deref());
    let report: Report = app.run(Share::Look, move |operation| session::overview(operation, &targets, extent)).await?;
    app.json(&report)
}

/// A candidate.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GridQuery {
    slot: String,
    n: u32,
}

async fn grid(State(app): State<App>, Params(query): Params<GridQuery>) -> Answer {
    let found: FoundGrid =
        app.run(Share::Look, move |operation| session::found_grid(operation, &query.slot, query.n)).await?;
    app.json(&found)
}

async fn recipes(State(app): State<App>) -> Answer {
    let recipes = app.run(Share::Look, direct::recipes).await?;
    app.json(&recipes)
}

async fn preview(State(app): State<App>, Json(direction): Json<Direction>) -> Answer {
    let previewed: Previewed = app.run(Share::Compute, move |operation| direct::preview(operation, &direction)).await?;
    app.json(&previewed)
}

async fn apply(State(app): State<App>, Json(direction): Json<Direction>) -> Answer {
    app.require_write()?;
    let applied: Applied = app.run(Share::Change, move |operation| direct::apply(operation, &direction)).await?;
    app.json(&applied)
}

/// Requests that a build has in progress.
#[derive(Debug, Serialize)]
pub(super) struct Requests {
    requests: Vec<RequestView>,
}

/// A request in progress.
#[derive(Debug, Serialize)]
pub(super) struct RequestView {
    slot: String,
    n: u32,
    step: u32,
    steps: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<String>,
    /// The newest image of what is not finished, as a data URI.
    #[serde(skip_serializing_if = "Option::is_none")]
    preview: Option<String>,
}

async fn requests(State(app): State<App>) -> Answer {
    let project = app.project();
    let view = |one: session::RequestProgress| RequestView {
        preview: project
            .preview(&one.slot, one.n)
            .map(|(format, base64)| format!("data:image/{format};base64,{base64}")),
        slot: one.slot.to_string(),
        n: one.n,
        step: one.step,
        steps: one.steps,
        server: one.server,
    };
    app.json(&Requests { requests: project.snapshot().requests.into_iter().map(view).collect() })
}

/// What becomes of a request in progress.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeBody {
    slot: String,
    n: u32,
    /// `cancel`, `retry` or `first`.
    change: Wanted,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Wanted {
    Cancel,
    Retry,
    First,
}

async fn change(State(app): State<App>, Json(body): Json<ChangeBody>) -> Answer {
    app.require_write()?;
    let ChangeBody { slot, n, change } = body;
    let change = match change {
        Wanted::Cancel => RequestChange::Cancel,
        Wanted::Retry => RequestChange::Retry,
        Wanted::First => RequestChange::MoveToFront,
    };
    let running = app.project().snapshot().requests;
    let found: Option<SlotId> = running.into_iter().map(|one| one.slot).find(|id| id.to_string() == slot);
    if found.is_some_and(|slot| app.project().change_request(&slot, n, change)) {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let failure = Failure::new(StatusCode::NOT_FOUND, "unknown-request", "there is no such request in progress");
    Err(failure.hint("it may have ended; `/review/requests` lists those in progress"))
}
