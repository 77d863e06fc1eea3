//! Sending a prompt to a server.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::{Attempt, Link, compute, delete, fault};
use crate::generate::comfyui::client::{Client, FEW};
use crate::generate::comfyui::compatibility;
use crate::generate::comfyui::scheduler::{Cause, Fault, PostError};
use crate::generate::comfyui::transfer::{self, TransferError};
use crate::generate::comfyui::wire::{self, Posted, Refusal};
use crate::generate::{BatchRef, InputImage};
use crate::words::attempt::LoggedAttempt;
use crate::words::image_file;
use crate::words::source::Sources;
use crate::workflow::Bound;

const MISSING: &str = "`dgx-pixels doctor --models` says what is missing and where to get it";
const REFUSED: &str = "the log of the server says more; `dgx-pixels doctor` compares its nodes with the workflow";
const LARGE_INPUT: &str = "start ComfyUI there with a larger `--max-upload-size`, or give it a smaller image";
const UNWRITTEN: &str = "check whether the disk is full and whether the project's folder may be written";

/// Uploads the inputs, logs the attempt, sends the prompt.
pub(super) async fn post(
    link: &Link,
    attempt: &Attempt,
    logged: LoggedAttempt,
    seed: u64,
    bound: &Bound,
    inputs: &BTreeMap<String, InputImage>,
    batch: &BatchRef,
) -> Result<(), PostError> {
    let client = link.client.as_ref().map_err(|error| PostError::Unsent(fault(error)))?;
    let images = upload(link, client, inputs).await?;
    let mut graph = bound.filled(seed, &attempt.prefix, &images);
    if let Some(diagnostic) = compatibility::validate(&graph, bound) {
        return Err(PostError::Rejected((&diagnostic).into()));
    }
    bound.mark(&mut graph, &attempt.prefix);
    let log = Arc::clone(&attempt.log);
    let written = tokio::task::spawn_blocking(move || log.record(&logged)).await;
    let written = written.map_err(|error| error.to_string()).and_then(|done| done.map_err(|error| error.to_string()));
    let unwritten = |error| format!("the journal cannot be written, so that nothing is sent: {error}");
    let unwritten = |error| Cause { hint: Some(UNWRITTEN.to_owned()), ..unwritten(error).into() };
    written.map_err(|error| PostError::Rejected(unwritten(error)))?;
    match send(link, client, attempt, &graph).await {
        // Somebody deleted what was uploaded.
        Err(SendError::Refused(refusal)) if !images.is_empty() && refusal.lacks_upload() => {
            link.forget_uploads();
            let mut graph = bound.filled(seed, &attempt.prefix, &upload(link, client, inputs).await?);
            bound.mark(&mut graph, &attempt.prefix);
            send(link, client, attempt, &graph).await
        }
        result => result,
    }
    .map_err(|error| match error {
        SendError::Refused(refusal) => PostError::Rejected(cause(refusal, &batch.sources)),
        SendError::InPart(refusal) => PostError::InPart(cause(refusal, &batch.sources)),
        SendError::Other(error) => error,
    })
}

/// Why a prompt was not accepted.
enum SendError {
    Refused(Refusal),
    /// A part of it is in the queue all the same.
    InPart(Refusal),
    Other(PostError),
}

/// A refusal, with the manifest's line of the first value that the server does not take.
fn cause(refusal: Refusal, sources: &Sources) -> Cause {
    let hint = if refusal.missing { MISSING } else { REFUSED };
    Cause { hint: Some(hint.to_owned()), ..compatibility::at_value(refusal.message, &refusal.values, sources) }
}

async fn send(link: &Link, client: &Client, attempt: &Attempt, graph: &Value) -> Result<(), SendError> {
    let body = json!({ "prompt": graph, "client_id": link.client_id(), "prompt_id": attempt.prompt });
    let answer = client.post(&["prompt"], &body, 2 * FEW).await;
    let answer = answer.map_err(|error| {
        SendError::Other(if error.unsent { PostError::Unsent(fault(&error)) } else { PostError::Unsure(fault(&error)) })
    })?;
    let unfit = |message| Err(SendError::Other(PostError::Unsent(Fault::Unfit(message))));
    match wire::posted(answer.status, &answer.body) {
        Posted::Accepted(id) if id == attempt.prompt => Ok(()),
        Posted::Accepted(id) => {
            let _ = delete(client, &id).await;
            unfit("it gives prompts ids of its own: update ComfyUI to 0.3.45 or later".to_owned())
        }
        Posted::InPart(refusal) => Err(SendError::InPart(refusal)),
        Posted::Refused(refusal) => Err(SendError::Refused(refusal)),
        Posted::Unavailable(_) if matches!(answer.status, 502..=504) => {
            Err(SendError::Other(PostError::Unsent(Fault::Refused)))
        }
        Posted::Unavailable(message) | Posted::NotComfyui(message)
            if matches!(answer.status, 401 | 403 | 404 | 405) =>
        {
            unfit(message)
        }
        Posted::Unavailable(message) | Posted::NotComfyui(message) => {
            Err(SendError::Other(PostError::Unsure(Fault::Unfit(message))))
        }
    }
}

/// Puts the inputs where the server finds them; what is there already stays.
async fn upload(
    link: &Link,
    client: &Client,
    inputs: &BTreeMap<String, InputImage>,
) -> Result<BTreeMap<String, String>, PostError> {
    let most = link.info().and_then(|info| info.most_upload);
    let mut images = BTreeMap::new();
    for (role, input) in inputs {
        let name = match link.uploaded(&input.digest) {
            Some(name) => name,
            None => {
                let image = input.clone();
                let png = compute(move || image.read().map(|raw| image_file::encode(&raw.pixels))).await;
                let png = png.transpose().map_err(|unread| PostError::Rejected((&unread).into()))?;
                let png = png
                    .and_then(Result::ok)
                    .ok_or_else(|| PostError::Rejected(format!("the input `{role}` cannot be encoded").into()))?;
                let sent = transfer::upload(client, &input.digest, png, most).await;
                let uploaded = sent.map_err(|error| match error {
                    TransferError::NoAnswer(error) => PostError::Unsent(fault(&error)),
                    TransferError::Gone => PostError::Unsent(Fault::Dropped(error.to_string())),
                    TransferError::Wrong(message) | TransferError::Unexpected(message) => {
                        PostError::Rejected(Cause { hint: Some(LARGE_INPUT.to_owned()), ..message.into() })
                    }
                })?;
                link.add_upload(input.digest, uploaded.value());
                uploaded.value()
            }
        };
        images.insert(role.clone(), name);
    }
    Ok(images)
}
