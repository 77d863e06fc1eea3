//! Transfer of images: uploads are named by their content, downloads continue where a broken one ended.

use std::time::Duration;

use reqwest::multipart::{Form, Part};
use url::Url;

use super::client::{Client, Kind, NoAnswer, no_answer};
use super::text::{NAME, clean};
use super::wire::{self, Image, Uploaded};
use crate::words::digest::Digest;
use crate::words::image_file::MAX_BYTES;

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
    /// The link failed again and again.
    #[error(transparent)]
    NoAnswer(#[from] NoAnswer),
}

/// Downloads an image's exact bytes.
pub(super) async fn download(client: &Client, image: &Image) -> Result<Vec<u8>, TransferError> {
    let query = [("filename", &*image.filename), ("subfolder", &*image.subfolder), ("type", &*image.kind)];
    let url = client.url(&["view"], &query);
    let mut bytes = Vec::new();
    let mut whole = None;
    let mut failures = 0;
    loop {
        let before = bytes.len();
        let error = match fetch(client, &url, &mut bytes, &mut whole).await {
            Ok(()) => return checked(bytes),
            Err(TransferError::NoAnswer(error)) if retryable(error.kind) => error,
            Err(error) => return Err(error),
        };
        failures = if bytes.len() > before + (64 << 10) { 1 } else { failures + 1 };
        if failures >= ATTEMPTS {
            return Err(error.into());
        }
        tokio::time::sleep(Duration::from_millis(200 << failures)).await;
    }
}

fn retryable(kind: Kind) -> bool {
    matches!(kind, Kind::Slow | Kind::Broken | Kind::Refused)
}

/// One attempt; what it brings stays in `bytes` for the next one.
async fn fetch(
    client: &Client,
    url: &Url,
    bytes: &mut Vec<u8>,
    whole: &mut Option<String>,
) -> Result<(), TransferError> {
    let mut response = client.download(url.clone(), bytes.len()).await?;
    let tag = response.headers().get("etag").and_then(|tag| tag.to_str().ok()).map(str::to_owned);
    match response.status().as_u16() {
        206 if !bytes.is_empty() && tag == *whole => {}
        // The whole file again, because ranges are unknown there or it is another file now.
        200 => {
            bytes.clear();
            *whole = tag;
        }
        206 | 416 => {
            bytes.clear();
            return Err(broken("the file changed while it was read").into());
        }
        404 => return Err(TransferError::Gone),
        status @ (401 | 403) => {
            return Err(TransferError::Wrong(format!("it refuses to send the image (HTTP {status})")));
        }
        status if status < 500 => {
            return Err(TransferError::Wrong(format!("it answers HTTP {status} instead of an image")));
        }
        status => return Err(broken(&format!("HTTP {status} instead of an image")).into()),
    }
    let left = response.content_length();
    let began = bytes.len() as u64;
    while let Some(chunk) = response.chunk().await.map_err(|error| no_answer(&error))? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() as u64 > MAX_BYTES {
            return Err(TransferError::Wrong("its image is larger than 256 MiB".to_owned()));
        }
        if bytes.len() >= 8 && !bytes.starts_with(PNG) {
            return Err(TransferError::Wrong(not_png(bytes)));
        }
    }
    match left {
        Some(left) if bytes.len() as u64 != began + left => Err(broken("the image ended early").into()),
        _ => Ok(()),
    }
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

/// Uploads an input image, named by its pixels; returns where it lies.
pub(super) async fn upload(
    client: &Client,
    digest: &Digest,
    png: Vec<u8>,
    most: Option<u64>,
) -> Result<Uploaded, TransferError> {
    let size = png.len() as u64;
    if let Some(most) = most.filter(|most| size > *most) {
        let message =
            format!("an input of {size} bytes is more than it takes ({most}): start it with `--max-upload-size`");
        return Err(TransferError::Wrong(message));
    }
    let part = Part::bytes(png).file_name(format!("{}.png", digest)).mime_str("image/png");
    let part = part.map_err(|error| no_answer(&error))?;
    let form =
        Form::new().part("image", part).text("overwrite", "true").text("subfolder", "dgxp").text("type", "input");
    let answer = client.post_form(&["upload", "image"], form).await?;
    match (answer.status, wire::uploaded(&answer.body)) {
        (200, Some(uploaded)) => Ok(uploaded),
        (413, _) => Err(TransferError::Wrong(format!(
            "an input of {size} bytes is more than it takes: start it with `--max-upload-size`"
        ))),
        (status, _) if status >= 500 => Err(broken(&format!("HTTP {status} for an upload")).into()),
        _ => Err(super::client::foreign(&["upload", "image"], &answer).into()),
    }
}
