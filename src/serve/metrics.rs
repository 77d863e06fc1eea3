//! Metrics of the server in OpenMetrics. Labels are routes, methods and statuses, never names of assets.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::header::CONTENT_LENGTH;
use axum::response::Response;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

use super::assistants::Assistants;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Call {
    route: String,
    method: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

/// The metrics of a server.
pub(super) struct Metrics {
    pub(super) registry: Registry,
    calls: Family<Call, Counter>,
    seconds: Family<Route, Histogram>,
    bytes: Family<Route, Counter>,
    active: Gauge,
    pub(super) assistants: Assistants,
}

/// A request in progress.
pub(super) struct Timed {
    route: String,
    method: String,
    began: Instant,
    calls: Family<Call, Counter>,
    seconds: Family<Route, Histogram>,
    bytes: Family<Route, Counter>,
    active: Gauge,
}

impl Metrics {
    pub(super) fn new() -> Self {
        let mut registry = Registry::with_prefix("dgx_pixels");
        let (calls, bytes, active) = (Family::<Call, Counter>::default(), Family::default(), Gauge::default());
        let seconds: Family<Route, Histogram> =
            Family::new_with_constructor(|| Histogram::new(exponential_buckets(0.0005, 4.0, 9)));
        registry.register("http_requests", "Requests by route, method and status", calls.clone());
        registry.register("http_request_seconds", "Seconds until an answer begins, by route", seconds.clone());
        registry.register("http_response_bytes", "Bytes of answers of known length, by route", bytes.clone());
        registry.register("http_requests_active", "Requests whose answer has not begun", active.clone());
        let assistants = Assistants::new(&mut registry);
        Self { registry, calls, seconds, bytes, active, assistants }
    }

    /// Notes that a request arrived.
    pub(super) fn begin(&self, request: &Request) -> Timed {
        let matched = request.extensions().get::<MatchedPath>();
        self.active.inc();
        Timed {
            route: matched.map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned()),
            // A client may send any word.
            method: match request.method().as_str() {
                known @ ("GET" | "HEAD" | "POST" | "PUT" | "DELETE" | "OPTIONS") => known.to_owned(),
                _ => "other".to_owned(),
            },
            began: Instant::now(),
            calls: self.calls.clone(),
            seconds: self.seconds.clone(),
            bytes: self.bytes.clone(),
            active: self.active.clone(),
        }
    }
}

impl Timed {
    /// Notes that its answer begins.
    pub(super) fn end(self, answer: Response) -> Response {
        let (route, method) = (self.route.clone(), self.method.clone());
        let of_route = Route { route: route.clone() };
        self.calls.get_or_create(&Call { route, method, status: answer.status().as_u16() }).inc();
        self.seconds.get_or_create(&of_route).observe(self.began.elapsed().as_secs_f64());
        let length = answer.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        self.bytes.get_or_create(&of_route).inc_by(length.unwrap_or(0));
        answer
    }
}

impl Drop for Timed {
    /// Also where the client gave up.
    fn drop(&mut self) {
        self.active.dec();
    }
}
