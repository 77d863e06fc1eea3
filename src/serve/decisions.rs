//! What a person decides: picks, marks, new candidates.

use axum::extract::State;
use schemars::JsonSchema;
use serde::Deserialize;

use super::answer::Answer;
use super::app::{App, Share};
use super::body::{Json, Names};
use super::openapi::{Api, Doc};
use crate::session::{self, Kept, Picked, Rerolled, Unpicked};

pub(super) fn routes() -> Api {
    Api::new()
        .post("/assets/{id}/pick", pick, Doc::new("Picks a candidate").body::<PickBody>().answers::<Vec<Picked>>())
        .post("/assets/{id}/unpick", unpick, Doc::new("Removes a pick").body::<Nothing>().answers::<Unpicked>())
        .post("/assets/{id}/keep", keep, Doc::new("Marks candidates").body::<KeepBody>().answers::<Kept>())
        .post(
            "/assets/{id}/reroll",
            reroll,
            Doc::new("Wants new candidates").body::<RerollBody>().answers::<Rerolled>(),
        )
}

/// A choice.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PickBody {
    /// The number of the candidate.
    n: u32,
    /// The number of the pick that the caller saw, or 0 for none: if another one is there now, nothing is picked.
    #[serde(default)]
    seen: Option<u32>,
}

async fn pick(State(app): State<App>, Names(id): Names<String>, Json(body): Json<PickBody>) -> Answer {
    app.require_write()?;
    let picked: Vec<Picked> =
        app.run(Share::Change, move |operation| session::pick_if(operation, &id, body.n, body.seen)).await?;
    app.catalog().forget();
    app.json(&picked)
}

/// No value.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

async fn unpick(State(app): State<App>, Names(id): Names<String>, Json(Nothing {}): Json<Nothing>) -> Answer {
    app.require_write()?;
    let released: Unpicked = app.run(Share::Change, move |operation| session::unpick(operation, &id)).await?;
    app.catalog().forget();
    app.json(&released)
}

/// Candidates by number.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct KeepBody {
    /// The numbers of candidates that no reroll drops.
    keep: Vec<u32>,
}

async fn keep(State(app): State<App>, Names(id): Names<String>, Json(body): Json<KeepBody>) -> Answer {
    app.require_write()?;
    let kept: Kept = app.run(Share::Change, move |operation| session::keep(operation, &id, &body.keep)).await?;
    app.catalog().forget();
    app.json(&kept)
}

/// New candidates.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RerollBody {
    /// The numbers of the candidates that stay to be chosen; as marked before if left out.
    keep: Option<Vec<u32>>,
}

async fn reroll(State(app): State<App>, Names(id): Names<String>, Json(body): Json<RerollBody>) -> Answer {
    app.require_write()?;
    let rerolled: Rerolled =
        app.run(Share::Change, move |operation| session::reroll(operation, &id, body.keep.as_deref())).await?;
    app.catalog().forget();
    app.json(&rerolled)
}
