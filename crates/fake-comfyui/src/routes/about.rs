//! What a server says about itself: its version and devices, its node classes and its model files.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, json};

use super::answer::json_ok;
use super::{Params, Server};
use crate::store::inside;

pub(super) async fn system_stats(State(shared): Server) -> Response {
    let state = shared.lock();
    let memory = 128_u64 << 30;
    json_ok(&json!({
        "system": {
            "os": "posix", "ram_total": memory, "ram_free": memory / 2, "comfyui_version": state.options.version,
            "python_version": "3.12.3 (main) [GCC 13.3.0]", "pytorch_version": "2.9.0+cu130", "embedded_python": false,
            "required_frontend_version": "1.27.10", "argv": ["main.py", "--listen", "127.0.0.1"],
        },
        "devices": [{
            "name": state.options.device, "type": "cuda", "index": 0, "vram_total": memory, "vram_free": memory / 2,
            "torch_vram_total": memory / 8, "torch_vram_free": memory / 16,
        }],
    }))
}

pub(super) async fn features(State(shared): Server) -> Response {
    json_ok(&json!({ "supports_preview_metadata": true, "max_upload_size": shared.lock().options.max_upload }))
}

pub(super) async fn object_info(State(shared): Server) -> Response {
    let state = shared.lock();
    let lists = state.lists();
    json_ok(&state.classes.iter().map(|(name, class)| (name.clone(), class.info(&lists))).collect::<Map<_, _>>().into())
}

pub(super) async fn one_class(State(shared): Server, Path(name): Path<String>) -> Response {
    let state = shared.lock();
    let class = state.classes.get(&name).map(|class| class.info(&state.lists()));
    json_ok(&class.map_or_else(|| json!({}), |class| json!({ name: class })))
}

pub(super) async fn embeddings(State(shared): Server) -> Response {
    let state = shared.lock();
    let files = state.options.models.get("embeddings").into_iter().flatten();
    json_ok(&files.map(|file| file.rsplit_once('.').map_or(file.as_str(), |(stem, _)| stem)).collect::<Vec<_>>().into())
}

pub(super) async fn folders(State(shared): Server) -> Response {
    json_ok(&json!(shared.lock().options.models.keys().collect::<Vec<_>>()))
}

pub(super) async fn models(State(shared): Server, Path(folder): Path<String>) -> Response {
    let state = shared.lock();
    state
        .options
        .models
        .get(&folder)
        .map_or_else(|| StatusCode::NOT_FOUND.into_response(), |files| json_ok(&json!(files)))
}

pub(super) async fn metadata(State(shared): Server, Path(folder): Path<String>, Query(params): Params) -> Response {
    let file = params.get("filename").and_then(|file| inside(file)).unwrap_or_default();
    let metadata = shared.lock().metadata.get(&format!("{folder}/{file}")).cloned();
    metadata.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |metadata| json_ok(&metadata))
}
