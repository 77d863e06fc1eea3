//! `/view` and `/upload/image`.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use axum::body::{Body, Bytes};
use axum::extract::{Multipart, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use image::ImageFormat;
use serde_json::json;

use super::answer::{json_ok, server_error, too_large};
use super::{Params, Server};
use crate::fault::Fault;
use crate::state::Shared;
use crate::store::{Stored, inside, joined};

const KINDS: [&str; 3] = ["input", "output", "temp"];

/// Where a view looks: the folder's kind and the path in it.
fn place(params: &BTreeMap<String, String>) -> Result<(&'static str, String), StatusCode> {
    let name = params.get("filename").ok_or(StatusCode::NOT_FOUND)?;
    let annotated = KINDS.into_iter().find_map(|kind| Some((kind, name.strip_suffix(&format!(" [{kind}]"))?)));
    let name = annotated.map_or(name.as_str(), |(_, name)| name);
    if name.is_empty() || name.starts_with('/') || name.contains("..") {
        return Err(StatusCode::BAD_REQUEST);
    }
    let wanted = params.get("type").map_or("output", String::as_str);
    let kind = annotated.map(|(kind, _)| kind).or_else(|| KINDS.into_iter().find(|kind| *kind == wanted));
    let kind = kind.ok_or(StatusCode::BAD_REQUEST)?;
    let subfolder = params.get("subfolder").map_or("", String::as_str);
    let subfolder = inside(subfolder).ok_or(StatusCode::FORBIDDEN)?;
    let base = name.rsplit('/').next().unwrap_or_default();
    Ok((kind, joined(&subfolder, base)))
}

pub async fn view(State(shared): Server, Query(params): Params, headers: HeaderMap) -> Response {
    let (kind, path) = match place(&params) {
        Ok(place) => place,
        Err(code) => return code.into_response(),
    };
    let (stored, fault) = {
        let mut state = shared.lock();
        state.record.views.push(path.clone());
        let is_wanted =
            |fault: &Fault| matches!(fault, Fault::HalfFile | Fault::Vanished | Fault::Bytes(_) | Fault::LyingRange);
        let fault = if state.store.get(kind, &path).is_some() { state.strike("/view", is_wanted) } else { None };
        if matches!(fault, Some(Fault::Vanished)) {
            state.store.remove(kind, &path);
        }
        (state.store.get(kind, &path).cloned(), fault)
    };
    let Some(mut stored) = stored else { return StatusCode::NOT_FOUND.into_response() };
    if let Some(Fault::Bytes(bytes)) = &fault {
        stored.bytes = bytes.clone();
    }
    let name = path.rsplit('/').next().unwrap_or_default();
    let disposition = HeaderValue::from_bytes(format!("filename=\"{name}\"").as_bytes());
    let disposition = disposition.unwrap_or(HeaderValue::from_static("inline"));
    let mut response = if params.contains_key("preview") {
        drawn_anew(&stored.bytes, ImageFormat::WebP, None)
    } else {
        match params.get("channel").map(String::as_str) {
            Some(channel @ ("rgb" | "a")) => drawn_anew(&stored.bytes, ImageFormat::Png, Some(channel)),
            _ => whole(&stored, name, &headers, fault.as_ref()),
        }
    };
    response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    response
}

/// The image in another form, without what the file said beside it.
fn drawn_anew(bytes: &[u8], format: ImageFormat, channel: Option<&str>) -> Response {
    let Ok(picture) = image::load_from_memory(bytes) else { return server_error() };
    let picture = match channel {
        Some("rgb") => image::DynamicImage::ImageRgb8(picture.into_rgb8()),
        Some(_) => {
            let mut alpha = picture.into_rgba8();
            alpha.pixels_mut().for_each(|pixel| pixel.0[..3].fill(0));
            image::DynamicImage::ImageRgba8(alpha)
        }
        None => picture,
    };
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    ([(header::CONTENT_TYPE, format.to_mime_type())], bytes.into_inner()).into_response()
}

/// The file's bytes, or the part that is asked for. Half a file ends in the middle of it, and a lie about ranges has the
/// first half in place of any part.
fn whole(stored: &Stored, name: &str, headers: &HeaderMap, fault: Option<&Fault>) -> Response {
    let lies = matches!(fault, Some(Fault::LyingRange));
    let is_half = matches!(fault, Some(Fault::HalfFile)) || (lies && !headers.contains_key(header::RANGE));
    let length = stored.bytes.len();
    let kind = if name.ends_with(".png") { "image/png" } else { "application/octet-stream" };
    let nanos = stored.at.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    let tag = format!("\"{nanos:x}-{length:x}\"");
    let given = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    if given(header::IF_NONE_MATCH) == Some(tag.as_str()) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response();
    }
    let range = given(header::RANGE).and_then(|range| span(range, length));
    let (start, end) = match range {
        Some(Err(())) => {
            let range = [(header::CONTENT_RANGE, format!("bytes */{length}"))];
            return (StatusCode::RANGE_NOT_SATISFIABLE, range).into_response();
        }
        Some(Ok((start, end))) if lies => (0, end - start),
        Some(Ok(span)) => span,
        None => (0, length),
    };
    let body = stored.bytes.slice(start..end);
    let mut response = if is_half { half(&body) } else { Body::from(body.clone()) }.into_response();
    let put = |response: &mut Response, name, value: String| {
        response.headers_mut().insert(name, HeaderValue::from_str(&value).unwrap());
    };
    put(&mut response, header::CONTENT_TYPE, kind.to_owned());
    put(&mut response, header::CONTENT_LENGTH, body.len().to_string());
    put(&mut response, header::ETAG, tag);
    put(&mut response, header::ACCEPT_RANGES, "bytes".to_owned());
    put(&mut response, header::LAST_MODIFIED, "Sun, 12 Oct 2025 00:28:01 GMT".to_owned());
    if range.is_some() {
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        put(&mut response, header::CONTENT_RANGE, format!("bytes {start}-{}/{length}", end.saturating_sub(1)));
    }
    response
}

fn half(body: &Bytes) -> Body {
    let first = body.slice(..body.len() / 2);
    Body::from_stream(stream::iter([Ok(first), Err(std::io::Error::other("cut"))]))
}

/// `bytes=a-b`, `bytes=a-` and `bytes=-n` as a half-open span; an error where there is nothing.
fn span(range: &str, length: usize) -> Option<Result<(usize, usize), ()>> {
    let (from, to) = range.strip_prefix("bytes=")?.split_once('-')?;
    let span = match (from.parse::<usize>(), to.parse::<usize>()) {
        (Ok(from), Ok(to)) => (from, (to + 1).min(length)),
        (Ok(from), Err(_)) => (from, length),
        (Err(_), Ok(last)) => (length.saturating_sub(last), length),
        _ => return None,
    };
    Some(if span.0 < span.1 { Ok(span) } else { Err(()) })
}

/// The parts of a form that the server looks at.
#[derive(Default)]
struct Form {
    image: Option<(String, Bytes)>,
    overwrite: String,
    subfolder: String,
    kind: Option<String>,
}

pub async fn upload(State(shared): Server, multipart: Option<Multipart>) -> Response {
    let Some(multipart) = multipart else { return StatusCode::BAD_REQUEST.into_response() };
    let Some(form) = read(multipart).await else { return server_error() };
    let limit = shared.lock().options.max_upload;
    if form.image.as_ref().is_some_and(|(_, bytes)| bytes.len() > limit) {
        return too_large(&shared);
    }
    keep(&shared, form)
}

async fn read(mut multipart: Multipart) -> Option<Form> {
    let mut form = Form::default();
    while let Some(field) = multipart.next_field().await.ok()? {
        let name = field.name().unwrap_or_default().to_owned();
        let file = field.file_name().map(str::to_owned);
        let bytes = field.bytes().await.ok()?;
        let text = || String::from_utf8_lossy(&bytes).into_owned();
        match name.as_str() {
            "image" => form.image = Some((file?, bytes)),
            "overwrite" => form.overwrite = text(),
            "subfolder" => form.subfolder = text(),
            "type" => form.kind = Some(text()),
            _ => {}
        }
    }
    Some(form)
}

fn keep(shared: &Arc<Shared>, form: Form) -> Response {
    let kind = form.kind.unwrap_or_else(|| "input".to_owned());
    if !KINDS.contains(&kind.as_str()) {
        return server_error();
    }
    let Some((name, bytes)) = form.image else { return StatusCode::BAD_REQUEST.into_response() };
    let Some(folder) = inside(&form.subfolder) else { return StatusCode::BAD_REQUEST.into_response() };
    if name.is_empty() || name.contains('/') {
        return server_error();
    }
    let mut state = shared.lock();
    let mut stored = name.clone();
    if !matches!(form.overwrite.as_str(), "true" | "1") {
        let (stem, extension) =
            name.rsplit_once('.').map_or((name.as_str(), String::new()), |(s, e)| (s, format!(".{e}")));
        let mut n = 1;
        while let Some(other) = state.store.get(&kind, &joined(&folder, &stored)) {
            if other.bytes == bytes {
                break;
            }
            stored = format!("{stem} ({n}){extension}");
            n += 1;
        }
    }
    let path = joined(&folder, &stored);
    state.store.put(&kind, &path, bytes);
    state.record.uploads.push(path);
    json_ok(&json!({ "name": stored, "subfolder": form.subfolder, "type": kind }))
}
