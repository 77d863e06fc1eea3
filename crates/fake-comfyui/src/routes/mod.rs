//! The REST routes as they were recorded on real servers; each exists below `/api` too.

mod about;
mod answer;
mod files;
mod gate;
mod jobs;
mod prompt;
mod queue;
mod socket;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::{StatusCode, header};
use axum::middleware;
use axum::routing::{get, post};

use crate::state::Shared;

pub type Server = State<Arc<Shared>>;
pub type Params = Query<BTreeMap<String, String>>;

/// Everything below the base path.
pub fn router(shared: Arc<Shared>) -> Router {
    let (base, newer) = {
        let state = shared.lock();
        (state.options.base, state.options.newer)
    };
    let plain = routes();
    let api = if newer { routes().merge(jobs::routes()) } else { routes() };
    let all = plain.nest("/api", api);
    let all = if base.is_empty() { all } else { Router::new().nest(base, all) };
    all.fallback(async || (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "application/octet-stream")]))
        .method_not_allowed_fallback(async || (StatusCode::METHOD_NOT_ALLOWED, "405: Method Not Allowed"))
        .layer(middleware::from_fn_with_state(Arc::clone(&shared), gate::gate))
        .layer(DefaultBodyLimit::disable())
        .with_state(shared)
}

fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/ws", get(socket::open))
        .route("/prompt", get(queue::remaining).post(prompt::prompt))
        .route("/queue", get(queue::queue).post(queue::change_queue))
        .route("/history", get(queue::history).post(queue::change_history))
        .route("/history/{id}", get(queue::entry))
        .route("/interrupt", post(queue::interrupt))
        .route("/free", post(queue::free))
        .route("/system_stats", get(about::system_stats))
        .route("/features", get(about::features))
        .route("/object_info", get(about::object_info))
        .route("/object_info/{class}", get(about::one_class))
        .route("/embeddings", get(about::embeddings))
        .route("/models", get(about::folders))
        .route("/models/{folder}", get(about::models))
        .route("/view_metadata/{folder}", get(about::metadata))
        .route("/view", get(files::view))
        .route("/upload/image", post(files::upload))
}
