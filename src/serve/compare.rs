//! The Compare view of the review page: blind pairs, votes, and the report. No answer names an arm but the report's.

use axum::Router;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};

use super::answer::Answer;
use super::app::{App, Share};
use super::body::{Json, Names, Params};
use crate::session::{self, Ballot, Cast, Error, PairOf, Voter};
use crate::words::compare::Answer as Said;

/// So many pairs are sent ahead, so that the next one is there at once.
const AHEAD: usize = 3;

/// The report is one file with its style and its script in it.
const POLICY: &str = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/review/compare", get(list))
        .route("/review/compare/{name}", get(next))
        .route("/review/compare/{name}/vote", post(vote))
        .route("/review/compare/{name}/undo", post(undo))
        .route("/review/compare/{name}/report", get(report))
}

/// Who votes.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Rater {
    /// The rater's name; git's user name if left out.
    rater: Option<String>,
}

impl Rater {
    fn voter(self) -> Voter {
        Voter { name: self.rater, seed: None }
    }
}

async fn list(State(app): State<App>) -> Answer {
    let found = app.run(Share::Look, session::open_comparisons).await?;
    app.json(&found)
}

async fn next(State(app): State<App>, Names(name): Names<String>, Params(rater): Params<Rater>) -> Answer {
    let voter = rater.voter();
    let ballot: Ballot =
        app.run(Share::Look, move |operation| session::ballot(operation, &name, &voter, AHEAD)).await?;
    app.json(&ballot)
}

/// An answer to a pair.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VoteBody {
    pair: PairOf,
    /// `left`, `right`, `tie`, `both-bad` or `skip`.
    answer: String,
    /// How long the rater looked, in milliseconds.
    #[serde(default)]
    ms: u64,
    #[serde(default)]
    rater: Option<String>,
}

async fn vote(State(app): State<App>, Names(name): Names<String>, Json(body): Json<VoteBody>) -> Answer {
    app.require_write()?;
    let VoteBody { pair, answer, ms, rater } = body;
    let voter = Rater { rater }.voter();
    let said = Said::of(&answer).ok_or_else(|| {
        let error = Error::usage("bad-answer", "there is no such answer", "left, right, tie, both-bad or skip");
        app.failure(&error)
    })?;
    let ballot: Ballot = app
        .run(Share::Change, move |operation| session::vote_on(operation, &name, &voter, &pair, (said, ms), AHEAD))
        .await?;
    app.json(&ballot)
}

/// What [`undo`] took back.
#[derive(Debug, Serialize)]
pub(super) struct Undone {
    undone: Option<Cast>,
}

async fn undo(State(app): State<App>, Names(name): Names<String>, Json(rater): Json<Rater>) -> Answer {
    app.require_write()?;
    let voter = rater.voter();
    let undone = app.run(Share::Change, move |operation| session::undo_vote(operation, &name, &voter)).await?;
    app.json(&Undone { undone })
}

async fn report(State(app): State<App>, Names(name): Names<String>) -> Answer {
    let page: String = app.run(Share::Look, move |operation| session::comparison_page(operation, &name)).await?;
    let headers = [(CONTENT_TYPE, "text/html; charset=utf-8"), (CACHE_CONTROL, "no-cache")];
    let mut answer = (headers, page).into_response();
    answer.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    Ok(answer)
}
