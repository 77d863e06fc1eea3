//! A prompt on its way to a server.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::{Link, Try, compute, delete, fault};
use crate::generate::comfyui::client::{Client, MOST};
use crate::generate::comfyui::misfit;
use crate::generate::comfyui::transfer::{self, NoPicture};
use crate::generate::comfyui::wire::{self, Posted};
use crate::generate::fleet::{Fault, PostError};
use crate::words::attempt::{Ledger, Sent};
use crate::words::image_file;
use crate::words::raw::Raw;
use crate::workflow::Bound;

/// Uploads the inputs, notes the try, sends the prompt.
pub async fn post(
    link: &Link,
    tried: &Try,
    sent: Sent,
    seed: u64,
    bound: &Bound,
    inputs: &BTreeMap<String, Arc<Raw>>,
    ledger: Arc<dyn Ledger>,
) -> Result<(), PostError> {
    let client = link.client.as_ref().map_err(|error| PostError::Unsent(fault(error)))?;
    let images = upload(link, client, inputs).await?;
    let graph = bound.filled(seed, &tried.prefix, &images);
    if let Some(message) = misfit::unsound(&graph, bound) {
        return Err(PostError::Rejected(message));
    }
    let noted = tokio::task::spawn_blocking(move || ledger.sent(&sent)).await;
    let noted = noted.map_err(|error| error.to_string()).and_then(|noted| noted.map_err(|error| error.to_string()));
    let unwritten = |error| format!("the journal cannot be written, so that nothing is sent: {error}");
    noted.map_err(|error| PostError::Rejected(unwritten(error)))?;
    match send(link, client, tried, &graph).await {
        // Somebody deleted what was uploaded.
        Err(PostError::Rejected(message)) if !images.is_empty() && message.contains("Invalid image file") => {
            link.forget_uploads();
            let graph = bound.filled(seed, &tried.prefix, &upload(link, client, inputs).await?);
            send(link, client, tried, &graph).await
        }
        result => result,
    }
}

async fn send(link: &Link, client: &Client, tried: &Try, graph: &Value) -> Result<(), PostError> {
    let body = json!({ "prompt": graph, "client_id": link.client_id(), "prompt_id": tried.prompt });
    let answer = client.post(&["prompt"], &body, MOST).await;
    let answer = answer.map_err(|error| match error.unsent {
        true => PostError::Unsent(fault(&error)),
        false => PostError::Unsure(fault(&error)),
    })?;
    match wire::posted(answer.status, &answer.body) {
        Posted::Accepted(id) if id == tried.prompt => Ok(()),
        Posted::Accepted(id) => {
            delete(client, &id).await;
            let old = "it gives prompts ids of its own: update ComfyUI to 0.3.45 or later";
            Err(PostError::Unsent(Fault::Unfit(old.to_owned())))
        }
        Posted::InPart(refusal) => Err(PostError::Partly(refusal.message)),
        Posted::Refused(refusal) => Err(PostError::Rejected(refusal.message)),
        Posted::Trouble(_) if matches!(answer.status, 502..=504) => Err(PostError::Unsent(Fault::Refused)),
        Posted::Trouble(message) | Posted::Foreign(message) if matches!(answer.status, 401 | 403 | 404 | 405) => {
            Err(PostError::Unsent(Fault::Unfit(message)))
        }
        Posted::Trouble(message) | Posted::Foreign(message) => Err(PostError::Unsure(Fault::Unfit(message))),
    }
}

/// Puts the inputs where the server finds them; what is there already stays.
async fn upload(
    link: &Link,
    client: &Client,
    inputs: &BTreeMap<String, Arc<Raw>>,
) -> Result<BTreeMap<String, String>, PostError> {
    let most = link.known().and_then(|known| known.most_upload);
    let mut images = BTreeMap::new();
    for (role, raw) in inputs {
        let name = match link.uploaded(&raw.digest) {
            Some(name) => name,
            None => {
                let picture = Arc::clone(raw);
                let png = compute(move || image_file::encode(&picture.pixels)).await;
                let png = png
                    .and_then(Result::ok)
                    .ok_or_else(|| PostError::Rejected(format!("the input `{role}` cannot be encoded")))?;
                let uploaded = transfer::upload(client, raw, png, most).await.map_err(|error| match error {
                    NoPicture::NoAnswer(error) => PostError::Unsent(fault(&error)),
                    NoPicture::Gone => PostError::Unsent(Fault::Dropped),
                    NoPicture::Wrong(message) => PostError::Rejected(message),
                })?;
                link.has(raw.digest, uploaded.value());
                uploaded.value()
            }
        };
        images.insert(role.clone(), name);
    }
    Ok(images)
}
