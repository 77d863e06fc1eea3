//! `/metrics`: what a monitoring system reads.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

use super::answer::{Answer, Failure};
use super::app::App;

/// The metrics as text, with the state of the project's jobs.
pub(super) async fn show(State(app): State<App>) -> Answer {
    let mut text = String::new();
    let snapshot = app.project().snapshot();
    let mut state = Registry::with_prefix("dgx_pixels");
    let counts = snapshot.counts;
    let gauges: [(&str, &str, usize); 6] = [
        ("jobs_active", "Jobs that are queued or running", snapshot.jobs.values().filter(|job| !job.is_over()).count()),
        ("images_requested", "Images that the running or last job requested", counts.requested),
        ("images_captured", "Images that the running or last job captured", counts.captured),
        ("assets_made", "Assets that the running or last job made", counts.made),
        ("assets_failed", "Assets of the running or last job that failed", counts.failed),
        ("requests_in_progress", "Images that servers work on", snapshot.requests.len()),
    ];
    for (name, help, value) in gauges {
        state.register(name, help, ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX)));
    }
    encode(&mut text, &app.metrics().registry).map_err(|_| Failure::internal())?;
    let mut more = String::new();
    encode(&mut more, &state).map_err(|_| Failure::internal())?;
    // Each text ends with its own mark of the end.
    let text = text.trim_end().trim_end_matches("# EOF").to_owned() + &more;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(CONTENT_TYPE, kind)], text).into_response())
}
