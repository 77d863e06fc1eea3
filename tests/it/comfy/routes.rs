//! The REST routes, as section 1 of the recorded facts has them; each exists below `/api` too.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use axum::extract::{DefaultBodyLimit, Path, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use futures_util::stream;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::fault::Fault;
use super::line::Cut;
use super::queue::Item;
use super::state::{Asked, Shared, now};
use super::store::inside;
use super::validate::{Known, Verdict, validate};
use super::{files, jobs, socket};

pub type World = State<Arc<Shared>>;
pub type Asks = Query<BTreeMap<String, String>>;

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
        .layer(middleware::from_fn_with_state(Arc::clone(&shared), gate))
        .layer(DefaultBodyLimit::disable())
        .with_state(shared)
}

fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/ws", get(socket::open))
        .route("/prompt", get(remaining).post(prompt))
        .route("/queue", get(queue).post(change_queue))
        .route("/history", get(history).post(change_history))
        .route("/history/{id}", get(entry))
        .route("/interrupt", post(interrupt))
        .route("/free", post(free))
        .route("/system_stats", get(system_stats))
        .route("/features", get(features))
        .route("/object_info", get(object_info))
        .route("/object_info/{class}", get(one_class))
        .route("/embeddings", get(embeddings))
        .route("/models", get(folders))
        .route("/models/{folder}", get(models))
        .route("/view_metadata/{folder}", get(metadata))
        .route("/view", get(files::view))
        .route("/upload/image", post(files::upload))
}

/// `500` as the server's framework words it.
pub fn stumble() -> Response {
    let text = "500 Internal Server Error\n\nServer got itself in trouble";
    (StatusCode::INTERNAL_SERVER_ERROR, text).into_response()
}

pub fn told(value: &Value) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json; charset=utf-8")];
    (kind, value.to_string()).into_response()
}

fn bad_request(value: &Value) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json; charset=utf-8")];
    (StatusCode::BAD_REQUEST, kind, value.to_string()).into_response()
}

/// The path without the base and `/api`.
fn own_path<'a>(path: &'a str, base: &str) -> &'a str {
    let path = path.strip_prefix(base).unwrap_or(path);
    path.strip_prefix("/api").filter(|path| !path.starts_with("/jobs")).unwrap_or(path)
}

/// What every request passes: the count, the proxy in front, and the faults of the whole server.
async fn gate(State(shared): World, ConnectInfo(cut): ConnectInfo<Cut>, mut request: Request, next: Next) -> Response {
    let (fault, refusal) = {
        let mut state = shared.lock();
        let path = own_path(request.uri().path(), state.options.base).to_owned();
        let first = path.split('/').nth(1).unwrap_or_default();
        *state.record.requests.entry(format!("{} /{first}", request.method())).or_default() += 1;
        let is_general = |fault: &Fault| {
            matches!(fault, Fault::Slow(_) | Fault::Status(_) | Fault::Html | Fault::Closes | Fault::Endless)
        };
        let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
        let refusal = match (state.options.authorization, header(header::AUTHORIZATION), header(header::ORIGIN)) {
            (Some(wanted), given, _) if given != Some(wanted) => Some(StatusCode::UNAUTHORIZED),
            (_, _, Some(_)) => Some(StatusCode::FORBIDDEN),
            _ => None,
        };
        let size = header(header::CONTENT_LENGTH).and_then(|size| size.parse::<usize>().ok()).unwrap_or(0);
        let is_large = (size > state.options.max_upload).then_some(StatusCode::PAYLOAD_TOO_LARGE);
        (state.strike(&path, is_general), refusal.or(is_large))
    };
    match fault {
        Some(Fault::Slow(pause)) => tokio::time::sleep(pause).await,
        Some(Fault::Status(code)) => {
            let code = StatusCode::from_u16(code).unwrap();
            return (code, format!("{code}\n\nServer got itself in trouble")).into_response();
        }
        Some(Fault::Html) => return Html("<!DOCTYPE html><title>Log in</title><h1>Please log in</h1>").into_response(),
        Some(Fault::Closes) => cut.cut(),
        Some(Fault::Endless) => return endless(),
        _ => {}
    }
    match refusal {
        Some(StatusCode::UNAUTHORIZED) => {
            let asks = [(header::WWW_AUTHENTICATE, "Bearer realm=\"fake\"")];
            (StatusCode::UNAUTHORIZED, asks, Html("<h1>401 Authorization Required</h1>")).into_response()
        }
        Some(StatusCode::PAYLOAD_TOO_LARGE) => too_large(&shared),
        Some(code) => code.into_response(),
        None => {
            request.extensions_mut().insert(cut);
            next.run(request).await
        }
    }
}

/// `413` as the server's framework words it.
pub fn too_large(shared: &Shared) -> Response {
    let limit = shared.lock().options.max_upload;
    (StatusCode::PAYLOAD_TOO_LARGE, format!("Maximum request body size {limit} exceeded.")).into_response()
}

fn endless() -> Response {
    let chunk = Bytes::from(vec![b' '; 4096]);
    let stream = stream::unfold(chunk, |chunk| async {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        Some((Ok::<_, std::io::Error>(chunk.clone()), chunk))
    });
    ([(header::CONTENT_TYPE, "application/json")], Body::from_stream(stream)).into_response()
}

fn object(body: &[u8]) -> Option<Map<String, Value>> {
    serde_json::from_slice::<Value>(body).ok()?.as_object().cloned()
}

async fn remaining(State(shared): World) -> Response {
    told(&shared.lock().exec_info())
}

async fn prompt(State(shared): World, Extension(cut): Extension<Cut>, body: Bytes) -> Response {
    let Some(mut body) = object(&body) else { return stumble() };
    let fault = shared.lock().strike("/prompt", |fault| matches!(fault, Fault::NanBody));
    if fault.is_some() {
        let text = r#"{"error": {"type": "prompt_outputs_failed_validation", "message": "Prompt outputs failed validation", "details": "", "extra_info": {}}, "node_errors": {"1": {"errors": [{"type": "value_bigger_than_max", "message": "m", "details": "cfg", "extra_info": {"input_name": "cfg", "received_value": NaN}}], "dependent_outputs": ["9"], "class_type": "KSampler"}}}"#;
        shared.lock().record.refused += 1;
        return (StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, "application/json; charset=utf-8")], text)
            .into_response();
    }
    let Some(number) = numbered(&shared, &body) else { return stumble() };
    let Some(graph) = body.remove("prompt") else {
        let error = json!({ "type": "no_prompt", "message": "No prompt provided", "details": "No prompt provided", "extra_info": {} });
        return bad_request(&json!({ "error": error, "node_errors": {} }));
    };
    match taken(&shared, body, graph, number) {
        Err(response) => *response,
        Ok(answer) => {
            shared.work.notify_one();
            let is_lost = shared.lock().strike("/prompt", |fault| matches!(fault, Fault::LostAnswer)).is_some();
            if is_lost {
                cut.cut();
            }
            answer
        }
    }
}

/// The number that a prompt has in the queue, as it was given or counted.
fn numbered(shared: &Shared, body: &Map<String, Value>) -> Option<Value> {
    if let Some(number) = body.get("number") {
        let number = number.as_f64().or_else(|| number.as_str()?.parse().ok())?;
        return Some(json!(number));
    }
    let mut state = shared.lock();
    let counter = state.counter;
    state.counter += 1;
    let is_front = body.get("front").and_then(Value::as_bool).unwrap_or(false);
    Some(if is_front { json!(-(counter as i64)) } else { json!(counter) })
}

/// Puts a prompt into the queue, or says why not.
fn taken(
    shared: &Shared,
    body: Map<String, Value>,
    mut graph: Value,
    number: Value,
) -> Result<Response, Box<Response>> {
    let mut state = shared.lock();
    let id = match body.get("prompt_id") {
        None => Uuid::new_v4().to_string(),
        Some(Value::String(id)) => id.clone(),
        Some(other) => other.to_string(),
    };
    let is_canonical = Uuid::parse_str(&id).is_ok_and(|uuid| uuid.to_string() == id);
    if state.options.newer && !is_canonical {
        let message = "prompt_id must be a UUID in canonical lowercase hyphenated form";
        let error = json!({ "type": "invalid_prompt_id", "message": message, "details": message, "extra_info": {} });
        return Err(Box::new(bad_request(&json!({ "error": error, "node_errors": {} }))));
    }
    let verdict = {
        let (lists, has_input) =
            (state.lists(), |name: &str| state.store.get("input", &super::run::input_file(name)).is_some());
        let known = Known { classes: &state.classes, lists: &lists, has_input: &has_input };
        validate(&mut graph, body.get("partial_execution_targets"), &known)
    };
    let (outputs, mut node_errors) = match verdict {
        Verdict::Stumbles => return Err(Box::new(stumble())),
        Verdict::Refused(mut told) => {
            state.record.refused += 1;
            if state.options.newer {
                renamed(&mut told, &graph);
            }
            return Err(Box::new(bad_request(&told)));
        }
        Verdict::Runs { outputs, node_errors } => (outputs, node_errors),
    };
    if state.strike("/prompt", |fault| matches!(fault, Fault::DroppedOutput)).is_some() {
        let error = json!({ "type": "exception_during_validation", "message": "Exception when validating node", "details": "'77'", "extra_info": {} });
        node_errors =
            json!({ "save": { "errors": [error], "dependent_outputs": ["save"], "class_type": "SaveImage" } });
    }
    let Some(mut extra) = body.get("extra_data").map_or(Some(Map::new()), |extra| extra.as_object().cloned()) else {
        return Err(Box::new(stumble()));
    };
    extra.extend(body.get("client_id").map(|client| ("client_id".to_owned(), client.clone())));
    let client = extra.get("client_id").and_then(Value::as_str).map(str::to_owned);
    state.record.asked.push(Asked { id: id.clone(), client, graph: graph.clone(), at: std::time::Instant::now() });
    let answer = json!({ "prompt_id": id, "number": number, "node_errors": node_errors });
    let is_sound = state.queue.push(Item { number, id, graph, extra, outputs, created: now() });
    if !is_sound {
        state.zombie = Some(super::state::Zombie::Idle);
        return Err(Box::new(stumble()));
    }
    state.tell_queue();
    Ok(told(&answer))
}

/// Newer servers have a type of their own for a class that is missing.
fn renamed(answer: &mut Value, graph: &Value) {
    let details = answer["error"]["details"].as_str().unwrap_or_default();
    let id = details.trim_start_matches("Node ID '#").trim_end_matches('\'').to_owned();
    let is_missing = answer["error"]["message"].as_str().is_some_and(|text| text.ends_with("does not exist."));
    if is_missing {
        let node = &graph[&id];
        answer["error"]["type"] = json!("missing_node_type");
        answer["error"]["extra_info"] =
            json!({ "node_id": id, "class_type": node["class_type"], "node_title": node["_meta"]["title"] });
    }
}

async fn queue(State(shared): World) -> Response {
    let state = shared.lock();
    let running: Vec<Value> = state.queue.running.iter().map(|item| item.told()).collect();
    let pending: Vec<Value> = state.queue.pending().map(Item::told).collect();
    told(&json!({ "queue_running": running, "queue_pending": pending }))
}

fn ids(value: Option<&Value>) -> Vec<String> {
    let ids = value.and_then(Value::as_array).into_iter().flatten();
    ids.map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned)).collect()
}

async fn change_queue(State(shared): World, body: Bytes) -> Response {
    let Some(body) = object(&body) else { return stumble() };
    let mut state = shared.lock();
    if body.get("clear").and_then(Value::as_bool).unwrap_or(false) {
        state.record.clears += 1;
        state.queue.clear();
        state.tell_queue();
    }
    for id in ids(body.get("delete")) {
        if state.queue.delete(&id) {
            state.tell_queue();
        }
        state.record.deletes.push(id);
    }
    StatusCode::OK.into_response()
}

async fn history(State(shared): World, Query(asks): Asks) -> Response {
    let number = |name: &str| asks.get(name).map(|text| text.parse::<i64>()).transpose();
    let (Ok(max), Ok(offset)) = (number("max_items"), number("offset")) else { return stumble() };
    let state = shared.lock();
    let offset = match (max, offset.unwrap_or(-1)) {
        (Some(max), offset) if offset < 0 => state.queue.ended() as i64 - max,
        (_, offset) => offset,
    };
    let entries = state.queue.entries().skip(usize::try_from(offset).unwrap_or(0));
    let entries = entries.take(max.and_then(|max| usize::try_from(max).ok()).unwrap_or(usize::MAX));
    told(&entries.map(|(id, entry)| (id.to_owned(), entry.clone())).collect::<Map<_, _>>().into())
}

async fn entry(State(shared): World, Path(id): Path<String>) -> Response {
    let entry = shared.lock().queue.entry(&id);
    told(&entry.map_or_else(|| json!({}), |entry| json!({ id: *entry })))
}

async fn change_history(State(shared): World, body: Bytes) -> Response {
    let Some(body) = object(&body) else { return stumble() };
    let mut state = shared.lock();
    if body.get("clear").and_then(Value::as_bool).unwrap_or(false) {
        state.record.clears += 1;
        state.queue.forget_all();
    }
    ids(body.get("delete")).iter().for_each(|id| state.queue.forget(id));
    StatusCode::OK.into_response()
}

async fn interrupt(State(shared): World, body: Bytes) -> Response {
    let id = object(&body).and_then(|body| body.get("prompt_id")?.as_str().map(str::to_owned));
    let mut state = shared.lock();
    let is_meant = id.as_ref().is_none_or(|id| state.queue.running.as_ref().is_some_and(|item| item.id == *id));
    state.is_interrupted |= is_meant;
    state.record.interrupts.push(id);
    StatusCode::OK.into_response()
}

async fn free(State(shared): World, body: Bytes) -> Response {
    let Some(body) = object(&body) else { return stumble() };
    let mut state = shared.lock();
    state.record.frees += 1;
    if body.get("free_memory").and_then(Value::as_bool).unwrap_or(false) {
        if state.queue.running.is_some() {
            state.frees_cache = true;
        } else {
            state.cache.clear();
        }
    }
    StatusCode::OK.into_response()
}

async fn system_stats(State(shared): World) -> Response {
    let state = shared.lock();
    let memory = 128_u64 << 30;
    told(&json!({
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

async fn features(State(shared): World) -> Response {
    told(&json!({ "supports_preview_metadata": true, "max_upload_size": shared.lock().options.max_upload }))
}

async fn object_info(State(shared): World) -> Response {
    let state = shared.lock();
    let lists = state.lists();
    told(&state.classes.iter().map(|(name, class)| (name.clone(), class.told(&lists))).collect::<Map<_, _>>().into())
}

async fn one_class(State(shared): World, Path(name): Path<String>) -> Response {
    let state = shared.lock();
    let class = state.classes.get(&name).map(|class| class.told(&state.lists()));
    told(&class.map_or_else(|| json!({}), |class| json!({ name: class })))
}

async fn embeddings(State(shared): World) -> Response {
    let state = shared.lock();
    let files = state.options.models.get("embeddings").into_iter().flatten();
    told(&files.map(|file| file.rsplit_once('.').map_or(file.as_str(), |(stem, _)| stem)).collect::<Vec<_>>().into())
}

async fn folders(State(shared): World) -> Response {
    told(&json!(shared.lock().options.models.keys().collect::<Vec<_>>()))
}

async fn models(State(shared): World, Path(folder): Path<String>) -> Response {
    let state = shared.lock();
    state.options.models.get(&folder).map_or_else(|| StatusCode::NOT_FOUND.into_response(), |files| told(&json!(files)))
}

async fn metadata(State(shared): World, Path(folder): Path<String>, Query(asks): Asks) -> Response {
    let file = asks.get("filename").and_then(|file| inside(file)).unwrap_or_default();
    let metadata = shared.lock().metadata.get(&format!("{folder}/{file}")).cloned();
    metadata.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |metadata| told(&metadata))
}
