//! Transfer of images: uploads are named by their content, downloads continue where a broken one ended.

use std::time::Duration;

use reqwest::Response;
use reqwest::multipart::{self, Form};
use tokio::time::Instant;
use url::Url;

use super::client::{Client, Kind, NoAnswer, no_answer};
use super::expected::{Expected, png_size};
use super::text::{NAME, clean};
use super::wire::{self, Image, Uploaded};
use crate::words::digest::Digest;
use crate::words::image_file::MAX_BYTES;

/// Where images are.
const ROUTE: &str = "/view";

/// So many attempts in a row that bring nothing new end a download.
const ATTEMPTS: u32 = 5;

/// Why an image could not be transferred.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum TransferError {
    /// The server does not have it (any more).
    #[error("its image is no longer on the server")]
    Gone,
    /// It is not an image, or one beyond all limits.
    #[error("{0}")]
    Wrong(String),
    /// It is an image of another size than was asked for.
    #[error("{0}")]
    Unexpected(String),
    /// The link failed again and again.
    #[error(transparent)]
    NoAnswer(#[from] NoAnswer),
}

/// Downloads an image's exact bytes. It is given up as soon as it cannot be what was asked for.
pub(super) async fn download(client: &Client, image: &Image, expected: &Expected) -> Result<Vec<u8>, TransferError> {
    let most = expected.most_bytes().min(MAX_BYTES);
    // A link of 2 Mbit/s is waited for, and one interruption.
    let patience = (client.timeout() + Duration::from_secs(most / (256 << 10))) * 2;
    match tokio::time::timeout(patience, whole(client, image, expected, most)).await {
        Ok(result) => result,
        Err(_) => {
            let message = format!("its image was not whole after {} s, again and again", patience.as_secs());
            Err(NoAnswer::new(Kind::Unfinished, message).into())
        }
    }
}

async fn whole(client: &Client, image: &Image, expected: &Expected, most: u64) -> Result<Vec<u8>, TransferError> {
    let query = [("filename", &*image.filename), ("subfolder", &*image.subfolder), ("type", &*image.kind)];
    let url = client.url(&["view"], &query);
    let mut part = Part { bytes: Vec::new(), tag: None, most };
    let mut failures = 0;
    loop {
        let before = part.bytes.len();
        let error = match fetch(client, &url, &mut part, expected).await {
            Ok(()) => return checked(part.bytes),
            Err(TransferError::NoAnswer(error)) if retryable(error.kind) => error,
            Err(error) => return Err(error),
        };
        failures = if part.bytes.len() > before + (64 << 10) { 1 } else { failures + 1 };
        if failures >= ATTEMPTS {
            // A server that is there and breaks every download is no better later.
            let kind = if error.kind == Kind::Broken { Kind::Unfinished } else { error.kind };
            return Err(NoAnswer { kind, ..error }.into());
        }
        tokio::time::sleep(Duration::from_millis(200 << failures)).await;
    }
}

/// What came of a file so far.
struct Part {
    bytes: Vec<u8>,
    /// The tag of the whole file.
    tag: Option<String>,
    /// The most bytes of it.
    most: u64,
}

fn retryable(kind: Kind) -> bool {
    matches!(kind, Kind::Slow | Kind::Broken | Kind::Refused)
}

/// One attempt; what it brings stays in `part` for the next one.
async fn fetch(client: &Client, url: &Url, part: &mut Part, expected: &Expected) -> Result<(), TransferError> {
    let from = part.bytes.len();
    let mut response = client.download(ROUTE, url.clone(), from).await?;
    begin(&response, part)?;
    let (left, began) = (response.content_length(), part.bytes.len() as u64);
    if left.is_some_and(|left| began.saturating_add(left) > part.most) {
        return Err(too_large(part.most));
    }
    let deadline = Instant::now() + client.timeout() + Duration::from_secs(left.unwrap_or(0) / (256 << 10));
    while let Some(chunk) = client.chunk(ROUTE, &mut response, deadline, part.bytes.len()).await? {
        part.bytes.extend_from_slice(&chunk);
        if part.bytes.len() as u64 > part.most {
            return Err(too_large(part.most));
        }
        if part.bytes.len() >= 8 && !part.bytes.starts_with(PNG) {
            return Err(TransferError::Wrong(not_png(&part.bytes)));
        }
        if let Some(size) = png_size(&part.bytes) {
            expected.check(size).map_err(TransferError::Unexpected)?;
        }
    }
    match left {
        Some(left) if part.bytes.len() as u64 != began + left => Err(broken("the image ended early").into()),
        _ => Ok(()),
    }
}

/// Reads the head of an answer: what was there before stays if the answer goes on from there.
fn begin(response: &Response, part: &mut Part) -> Result<(), TransferError> {
    let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
    let tag = header("etag").map(str::to_owned);
    let from = format!("bytes {}-", part.bytes.len());
    match response.status().as_u16() {
        206 if !part.bytes.is_empty()
            && tag == part.tag
            && header("content-range").is_some_and(|range| range.starts_with(&from)) =>
        {
            Ok(())
        }
        // The whole file again, because ranges are unknown there or it is another file now.
        200 => {
            part.bytes.clear();
            part.tag = tag;
            Ok(())
        }
        206 if tag == part.tag => {
            part.bytes.clear();
            Err(broken("its answer has another part of the image than was asked for").into())
        }
        206 | 416 => {
            part.bytes.clear();
            Err(broken("the file changed while it was read").into())
        }
        404 => Err(TransferError::Gone),
        status @ (401 | 403) => Err(TransferError::Wrong(format!("it refuses to send the image (HTTP {status})"))),
        status if status < 500 => Err(TransferError::Wrong(format!("it answers HTTP {status} instead of an image"))),
        status => Err(broken(&format!("HTTP {status} instead of an image")).into()),
    }
}

fn too_large(most: u64) -> TransferError {
    TransferError::Wrong(format!("its image is larger than {} MiB", most >> 20))
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

fn checked(bytes: Vec<u8>) -> Result<Vec<u8>, TransferError> {
    if bytes.starts_with(PNG) { Ok(bytes) } else { Err(TransferError::Wrong(not_png(&bytes))) }
}

fn not_png(bytes: &[u8]) -> String {
    let begin = clean(&String::from_utf8_lossy(&bytes[..bytes.len().min(40)]), NAME);
    format!("its image is not a PNG: it begins with `{begin}`")
}

fn broken(message: &str) -> NoAnswer {
    NoAnswer::new(Kind::Broken, message)
}

/// Uploads an input image, named by its pixels; returns where it lies. It is `Wrong` where it is larger than the server takes.
pub(super) async fn upload(
    client: &Client,
    digest: &Digest,
    png: Vec<u8>,
    most: Option<u64>,
) -> Result<Uploaded, TransferError> {
    let size = png.len() as u64;
    if let Some(most) = most.filter(|most| size > *most) {
        return Err(TransferError::Wrong(format!("an input of {size} bytes is more than it takes ({most})")));
    }
    let part = multipart::Part::bytes(png).file_name(format!("{digest}.png")).mime_str("image/png");
    let part = part.map_err(|error| no_answer("/upload/image", &error))?;
    let form =
        Form::new().part("image", part).text("overwrite", "true").text("subfolder", "dgxp").text("type", "input");
    let answer = client.post_form(&["upload", "image"], form, size).await?;
    match (answer.status, wire::uploaded(&answer.body)) {
        (200, Some(uploaded)) => Ok(uploaded),
        (413, _) => Err(TransferError::Wrong(format!("an input of {size} bytes is more than it takes"))),
        (status, _) if status >= 500 => Err(broken(&format!("HTTP {status} for an upload")).into()),
        _ => Err(super::client::foreign(&["upload", "image"], &answer).into()),
    }
}
