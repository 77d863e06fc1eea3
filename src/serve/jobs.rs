//! Jobs: list, look, cancel, and what they made.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::answer::{Answer, Failure};
use super::app::App;
use super::body::Names;
use super::events::{Entry, last_number, stream};
use super::openapi::{Api, Doc};
use super::pictures;
use crate::session::jobs::{JobEvent, JobList, JobReport};
use crate::words::job::JobId;

pub(super) fn routes() -> Api {
    Api::new()
        .get("/jobs", list, Doc::new("Lists jobs, newest first").answers::<JobList>())
        .get("/jobs/{id}", one, Doc::new("Shows a job").answers::<JobReport>())
        .delete("/jobs/{id}", cancel, Doc::new("Cancels a job").accepts::<JobReport>())
        .post("/jobs/{id}/cancel", cancel, Doc::new("Cancels a job").accepts::<JobReport>())
        .get("/jobs/{id}/events", events, Doc::new("Follows a job").events::<JobEvent>())
        .get("/jobs/{id}/files/{name}", file, Doc::new("Shows an image that a job made").png())
}

async fn list(State(app): State<App>) -> Answer {
    let jobs = app.jobs().clone();
    let list = app.block(move |_| Ok(jobs.list())).await?;
    app.json(&list)
}

async fn one(State(app): State<App>, Names(id): Names<u64>) -> Answer {
    let jobs = app.jobs().clone();
    let job = app.block(move |_| jobs.get(JobId(id))).await?;
    app.json(&job)
}

async fn cancel(State(app): State<App>, Names(id): Names<u64>) -> Answer {
    app.require_write()?;
    let jobs = app.jobs().clone();
    let job = app.block(move |_| jobs.cancel(JobId(id))).await?;
    app.json_with(StatusCode::ACCEPTED, &job)
}

/// The events of a job from its first one, or from behind the one that the client saw last; ends with the job.
async fn events(State(app): State<App>, Names(id): Names<u64>, headers: HeaderMap) -> Answer {
    let jobs = app.jobs().clone();
    let log = app.block(move |_| jobs.log(JobId(id))).await?;
    let after = last_number(&headers).unwrap_or(0);
    let permit = app.stream()?;
    let mut follower = log.follow(after);
    let shared = app.clone();
    let mut closing = app.closing();
    let entries = async_stream::stream! {
        let _permit = permit;
        loop {
            let next = tokio::select! {
                next = follower.next() => next,
                _ = closing.wait_for(|closing| *closing) => None,
            };
            let Some(events) = next else { break };
            for event in events {
                if let Ok(data) = shared.text(&*event) {
                    yield Entry { id: event.seq.to_string(), name: "job", data: data.into() };
                }
            }
        }
        yield Entry { id: String::new(), name: "end", data: "{}".into() };
    };
    Ok(stream(entries))
}

async fn file(State(app): State<App>, Names((id, name)): Names<(u64, String)>, headers: HeaderMap) -> Answer<Response> {
    if !name.to_ascii_lowercase().ends_with(".png") {
        let failure = Failure::new(StatusCode::NOT_FOUND, "unknown-file", "the job made no file of that name");
        return Err(failure.hint("its `result` lists its files"));
    }
    let jobs = app.jobs().clone();
    let bytes = app.block(move |_| jobs.made(JobId(id), &name)).await?;
    Ok(pictures::png(bytes, None, pictures::Age::MayChange, &headers))
}
