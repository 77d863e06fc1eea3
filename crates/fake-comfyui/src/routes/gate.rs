//! What every request passes before its route: the count, the proxy in front, and the faults of the whole server.

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use futures_util::{StreamExt, stream};

use super::Server;
use super::answer::too_large;
use crate::connection::Cut;
use crate::fault::Fault;

/// The path without the base and `/api`.
fn own_path<'a>(path: &'a str, base: &str) -> &'a str {
    let path = path.strip_prefix(base).unwrap_or(path);
    path.strip_prefix("/api").filter(|path| !path.starts_with("/jobs")).unwrap_or(path)
}

/// What every request passes: the count, the proxy in front, and the faults of the whole server.
pub(super) async fn gate(
    State(shared): Server,
    ConnectInfo(cut): ConnectInfo<Cut>,
    mut request: Request,
    next: Next,
) -> Response {
    let (fault, refusal) = {
        let mut state = shared.lock();
        let path = own_path(request.uri().path(), state.options.base).to_owned();
        let first = path.split('/').nth(1).unwrap_or_default();
        *state.record.requests.entry(format!("{} /{first}", request.method())).or_default() += 1;
        let is_general = |fault: &Fault| {
            let answers = matches!(fault, Fault::Html | Fault::Endless | Fault::Drips(_) | Fault::Json(_));
            answers || matches!(fault, Fault::Slow(_) | Fault::Status(_) | Fault::Closes)
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
        Some(Fault::Json(bytes)) => return ([(header::CONTENT_TYPE, "application/json")], bytes).into_response(),
        Some(Fault::Drips(pause)) => {
            request.extensions_mut().insert(cut);
            return drips(next.run(request).await, pause);
        }
        _ => {}
    }
    match refusal {
        Some(StatusCode::UNAUTHORIZED) => {
            let params = [(header::WWW_AUTHENTICATE, "Bearer realm=\"fake\"")];
            (StatusCode::UNAUTHORIZED, params, Html("<h1>401 Authorization Required</h1>")).into_response()
        }
        Some(StatusCode::PAYLOAD_TOO_LARGE) => too_large(&shared),
        Some(code) => code.into_response(),
        None => {
            request.extensions_mut().insert(cut);
            next.run(request).await
        }
    }
}

/// The answer, one byte at a time; its head comes at once.
fn drips(response: Response, pause: std::time::Duration) -> Response {
    let (head, body) = response.into_parts();
    let bytes = body.into_data_stream().flat_map(|chunk| stream::iter(chunk.unwrap_or_default()));
    let slow = bytes.then(move |byte| async move {
        tokio::time::sleep(pause).await;
        Ok::<_, std::io::Error>(Bytes::from(vec![byte]))
    });
    Response::from_parts(head, Body::from_stream(slow))
}

fn endless() -> Response {
    let chunk = Bytes::from(vec![b' '; 4096]);
    let stream = stream::unfold(chunk, |chunk| async {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        Some((Ok::<_, std::io::Error>(chunk.clone()), chunk))
    });
    ([(header::CONTENT_TYPE, "application/json")], Body::from_stream(stream)).into_response()
}
