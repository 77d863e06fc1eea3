//! Images: of assets, candidates and raws, with what caches need.

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_NONE_MATCH, RANGE,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Deserialize;

use super::answer::Answer;
use super::app::{App, Share};
use super::body::{Names, Params, Picture};
use super::openapi::{Api, Doc};
use crate::session::{self, Brought, Error, Which};
use crate::words::digest::Digest;

pub(super) fn routes() -> Api {
    let shown = |summary| Doc::new(summary).query::<PictureQuery>().png();
    Api::new()
        .get("/assets/{id}/image", asset, shown("Shows an asset"))
        .get("/assets/{id}/candidates/{n}/image", candidate, shown("Shows a restored candidate"))
        .get("/assets/{id}/candidates/{n}/raw", raw, Doc::new("Shows the raw of a candidate").png())
        .get("/blobs/{digest}", blob, Doc::new("Shows a raw by its digest").png())
        .put("/blobs/{digest}", put, Doc::new("Brings a raw that the lock names").picture_body().answers::<Brought>())
}

/// How an image is shown.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct PictureQuery {
    /// How many times its size: a whole factor.
    #[schemars(range(min = 1, max = 32))]
    scale: Option<u32>,
    /// One frame or tile, from 1; all side by side if left out.
    frame: Option<usize>,
}

impl PictureQuery {
    fn which(&self, candidate: Option<u32>) -> session::Result<Which> {
        let scale = self.scale.unwrap_or(1);
        if !(1..=session::MOST_SCALE).contains(&scale) {
            let message = format!("`scale` is a whole number from 1 to {}", session::MOST_SCALE);
            return Err(Error::usage("bad-value", message, "leave it out for the image as it is"));
        }
        Ok(Which { candidate, frame: self.frame, scale })
    }
}

async fn asset(
    State(app): State<App>,
    Names(id): Names<String>,
    Params(query): Params<PictureQuery>,
    headers: HeaderMap,
) -> Answer {
    picture(&app, id, None, &query, &headers).await
}

async fn candidate(
    State(app): State<App>,
    Names((id, n)): Names<(String, u32)>,
    Params(query): Params<PictureQuery>,
    headers: HeaderMap,
) -> Answer {
    picture(&app, id, Some(n), &query, &headers).await
}

async fn picture(app: &App, id: String, n: Option<u32>, query: &PictureQuery, headers: &HeaderMap) -> Answer {
    let which = query.which(n).map_err(|error| app.failure(&error))?;
    let bytes = app.run(Share::Look, move |operation| session::image_png(operation, &id, which)).await?;
    Ok(png(bytes, None, Age::MayChange, headers))
}

async fn raw(State(app): State<App>, Names((id, n)): Names<(String, u32)>, headers: HeaderMap) -> Answer {
    let (digest, bytes) = app.run(Share::Look, move |operation| session::raw_png(operation, &id, n)).await?;
    Ok(png(bytes, Some(&digest), Age::MayChange, &headers))
}

/// A raw by the digest of its pixels, which never changes.
async fn blob(State(app): State<App>, Names(digest): Names<String>, headers: HeaderMap) -> Answer {
    let unknown = || Error::usage("unknown-blob", "there is no raw of this digest here", "`candidates` has them");
    let digest: Digest = digest.parse().map_err(|_| app.failure(&unknown()))?;
    let shared = app.clone();
    let bytes = app.block(move |cancel| shared.raws(cancel)?.get(&digest)).await?;
    Ok(png(bytes, Some(&digest), Age::Forever, &headers))
}

/// Stores a raw that `pixels.lock` names, for a checkout that lacks it.
async fn put(State(app): State<App>, Names(digest): Names<String>, Picture(bytes): Picture) -> Answer {
    app.require_write()?;
    let unknown = || Error::usage("unknown-blob", "this is no digest", "`candidates` has them");
    let digest: Digest = digest.parse().map_err(|_| app.failure(&unknown()))?;
    let brought: Brought =
        app.run(Share::Change, move |operation| session::bring_raw(operation, &digest, &bytes)).await?;
    let status = if brought.is_new { StatusCode::CREATED } else { StatusCode::OK };
    app.json_with(status, &brought)
}

/// Whether an address may show something else later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Age {
    Forever,
    MayChange,
}

/// An image as an answer: whole, a part of it, or the word that the client has it already.
pub(super) fn png(bytes: Vec<u8>, digest: Option<&Digest>, age: Age, headers: &HeaderMap) -> Response {
    let tag = format!("\"{}\"", digest.copied().unwrap_or_else(|| Digest::of(&bytes)));
    let cache = match age {
        Age::Forever => "private, max-age=31536000, immutable",
        Age::MayChange => "private, no-cache",
    };
    let mut answer = match (has_tag(headers, &tag), range(headers, bytes.len())) {
        (true, _) => StatusCode::NOT_MODIFIED.into_response(),
        (false, Range::All) => Body::from(bytes).into_response(),
        (false, Range::Part(first, last)) => {
            let of = format!("bytes {first}-{last}/{}", bytes.len());
            let part = bytes.get(first..=last).unwrap_or_default().to_vec();
            (StatusCode::PARTIAL_CONTENT, [(CONTENT_RANGE, of)], part).into_response()
        }
        (false, Range::Beyond) => {
            let of = format!("bytes */{}", bytes.len());
            (StatusCode::RANGE_NOT_SATISFIABLE, [(CONTENT_RANGE, of), (CONTENT_LENGTH, "0".to_owned())]).into_response()
        }
    };
    let all = answer.headers_mut();
    all.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    all.insert(CONTENT_TYPE, HeaderValue::from_static("image/png"));
    all.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        all.insert(ETAG, tag);
    }
    answer
}

fn has_tag(headers: &HeaderMap, tag: &str) -> bool {
    let given = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut tags = given.flat_map(|list| list.split(',')).map(str::trim);
    tags.any(|given| given == "*" || given.trim_start_matches("W/") == tag)
}

enum Range {
    All,
    Part(usize, usize),
    Beyond,
}

/// One range of bytes; several, and what is no range, are answered with the whole, as the standard allows.
fn range(headers: &HeaderMap, length: usize) -> Range {
    let given = headers.get(RANGE).and_then(|range| range.to_str().ok()?.strip_prefix("bytes="));
    let Some((first, last)) = given.filter(|given| !given.contains(',')).and_then(|given| given.split_once('-')) else {
        return Range::All;
    };
    let (first, last) = match (first.trim().parse::<usize>(), last.trim().parse::<usize>()) {
        (Ok(first), Ok(last)) if first <= last => (first, last),
        (Ok(first), Err(_)) if last.trim().is_empty() => (first, usize::MAX),
        (Err(_), Ok(count)) if first.trim().is_empty() && count > 0 => (length.saturating_sub(count), usize::MAX),
        _ => return Range::All,
    };
    if first >= length { Range::Beyond } else { Range::Part(first, last.min(length - 1)) }
}
