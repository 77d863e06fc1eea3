//! What makes images: each request becomes a job.

use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, HeaderValue, StatusCode};

use schemars::JsonSchema;
use serde::Deserialize;

use super::answer::{Answer, Failure};
use super::app::App;
use super::body::Json;
use super::openapi::{Api, Doc};
use crate::session::jobs::{BatchImages, GenerateImages, JobReport, Work};
use crate::session::{BuildOptions, Consent, LockMode, Missing};

pub(super) fn routes() -> Api {
    Api::new()
        .post(
            "/generate",
            generate,
            Doc::new("Makes images of a prompt").body::<GenerateImages>().starts::<JobReport>(),
        )
        .post("/batch", batch, Doc::new("Makes images of many prompts").body::<BatchImages>().starts::<JobReport>())
        .post("/build", build, Doc::new("Makes what is not up to date").body::<BuildBody>().starts::<JobReport>())
}

async fn generate(State(app): State<App>, headers: HeaderMap, Json(body): Json<GenerateImages>) -> Answer {
    start(&app, &headers, Work::Generate(body)).await
}

async fn batch(State(app): State<App>, headers: HeaderMap, Json(body): Json<BatchImages>) -> Answer {
    start(&app, &headers, Work::Batch(body)).await
}

async fn build(State(app): State<App>, headers: HeaderMap, Json(body): Json<BuildBody>) -> Answer {
    start(&app, &headers, body.work()).await
}

/// A build.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct BuildBody {
    /// Names, globs and `tag:` words; everything if left out.
    targets: Vec<String>,
    /// Whether the lock may change and servers be used.
    lock: LockMode,
    /// What happens to assets that cannot be made now.
    missing: Missing,
    /// Whether the caller agrees to more images than `max_images` and to placeholders over captures.
    consent: Consent,
    /// The token of the plan for the same targets: exactly what it says is made.
    plan_token: Option<String>,
    /// Seconds after which requests to servers that have no answer fail.
    time_limit: Option<u32>,
}

impl BuildBody {
    fn work(self) -> Work {
        let Self { targets, lock, missing, consent, plan_token, time_limit } = self;
        let options = BuildOptions { targets, lock, missing, consent, time_limit, ..BuildOptions::default() };
        match plan_token {
            None => Work::Build(options),
            plan_token => Work::BuildAgreed { options, plan_token },
        }
    }
}

/// Starts a job, or finds the one that the same key started.
async fn start(app: &App, headers: &HeaderMap, work: Work) -> Answer {
    app.require_write()?;
    let key = match headers.get("idempotency-key").map(HeaderValue::to_str) {
        None => None,
        Some(Ok(key)) => Some(key.to_owned()),
        Some(Err(_)) => {
            let message = "the idempotency key is no plain text";
            return Err(Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-value", message).hint("a UUID does"));
        }
    };
    let jobs = app.jobs().clone();
    let started = app.block(move |_| jobs.start(work, key.as_deref())).await?;
    let mut answer = app.json_with(StatusCode::ACCEPTED, &started.job)?;
    if let Ok(location) = HeaderValue::from_str(&format!("/api/v1/jobs/{}", started.job.id.0)) {
        answer.headers_mut().insert(LOCATION, location);
    }
    Ok(answer)
}
