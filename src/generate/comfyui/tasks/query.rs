//! What became of attempts on a server: the history is the truth, the queue says what is still to come.

use std::sync::Arc;

use super::{Attempt, DriverEvent, Link, OwnPrompts, close, delete, fault};
use crate::generate::BatchRef;
use crate::generate::comfyui::client::{Client, FEW, MOST, NoAnswer, SOME};
use crate::generate::comfyui::compatibility::{at_value, place_of_asset};
use crate::generate::comfyui::scheduler::{Cause, End, Fault, Poll, Snapshot, Status};
use crate::generate::comfyui::wire::{self, Class, Queue};

/// An attempt that a server is asked about.
pub(crate) struct Watched {
    pub attempt: Attempt,
    /// The nodes whose images are the answer.
    pub outputs: Vec<String>,
    /// The asset that it is for, as long as the job is open.
    pub asset: Option<String>,
    /// The manifest's texts, as long as the job is open.
    pub batch: Option<BatchRef>,
}

/// The end of an attempt, if it has come, and an event with what it made.
async fn ended(client: &Client, watched: &Watched) -> Result<Option<(DriverEvent, End)>, NoAnswer> {
    let Watched { attempt, outputs, asset, batch } = watched;
    let read = |body: &[u8]| wire::history(body, &attempt.prompt);
    let found = client.read(&["history", &attempt.prompt], &[], SOME, read).await?;
    let Some(wire::Ended { end, took }) = found else { return Ok(None) };
    let (images, end) = match end {
        wire::End::Done(mut by_node) => {
            (outputs.iter().filter_map(|node| by_node.remove(node)).flatten().collect(), End::Success)
        }
        wire::End::Interrupted => (Vec::new(), End::Interrupted),
        wire::End::Failed(fault) => {
            let message = fault.to_string();
            let end = match (fault.class, batch) {
                (Class::OutOfMemory, _) => End::OutOfMemory(message),
                (class, Some(batch)) => {
                    let mut cause = at_value(message, &fault.values, &batch.sources);
                    let of_asset = || place_of_asset(&batch.sources, asset.as_deref()?);
                    cause.place = cause.place.or_else(of_asset);
                    End::NodeFailed(failed(class, cause))
                }
                (class, None) => End::NodeFailed(failed(class, message.into())),
            };
            (Vec::new(), end)
        }
    };
    let failed = end != End::Success;
    Ok(Some((DriverEvent::Ended { attempt: attempt.id, images, took, failed }, end)))
}

/// A node that failed because a file is gone, which was there when the request was accepted, has a code of its own.
fn failed(class: Class, cause: Cause) -> Cause {
    if class != Class::MissingFile {
        return cause;
    }
    let hint = "a file was removed from the server after it took the request: build again, inputs are sent anew";
    Cause { code: Some("server-file-missing".into()), hint: Some(hint.to_owned()), ..cause }
}

/// Reads the histories of attempts, and how much is in the queue.
pub(super) async fn poll(link: &Link, attempts: &[Watched]) -> (Vec<DriverEvent>, Result<Poll, Fault>) {
    let mut seen = Vec::new();
    let result = async {
        let client = link.client.as_ref().map_err(Clone::clone)?;
        let ends = futures_util::future::join_all(attempts.iter().map(|watched| ended(client, watched)));
        let mut found = Vec::new();
        for (watched, end) in attempts.iter().zip(ends.await) {
            if let Some((event, end)) = end? {
                seen.push(event);
                found.push((watched.attempt.id, end));
            }
        }
        let remaining = client.read(&["prompt"], &[], FEW / 4, wire::remaining).await?;
        Ok(Poll { ended: found, remaining: remaining as usize })
    };
    let result = result.await.map_err(|error: NoAnswer| fault(&error));
    (seen, result)
}

/// Reads history, queue and history again: an attempt in none of them is not there.
pub(super) async fn snapshot(
    link: &Link,
    attempts: &[Watched],
    own: &OwnPrompts,
) -> (Vec<DriverEvent>, Result<Snapshot, Fault>) {
    let mut seen = Vec::new();
    let result = async {
        let client = link.client.as_ref().map_err(Clone::clone)?;
        let mut statuses: Vec<Option<Status>> = Vec::new();
        for watched in attempts {
            statuses.push(ended(client, watched).await?.map(|(event, end)| {
                seen.push(event);
                Status::Ended(end)
            }));
        }
        let queue = queue(client).await?;
        // A prompt moves from the queue to the history between two readings.
        for (watched, status) in attempts.iter().zip(&mut statuses).filter(|(_, status)| status.is_none()) {
            *status = Some(if queue.running.contains(&watched.attempt.prompt) {
                Status::Running
            } else if queue.pending.contains(&watched.attempt.prompt) {
                Status::Queued
            } else {
                match ended(client, watched).await? {
                    Some((event, end)) => {
                        seen.push(event);
                        Status::Ended(end)
                    }
                    None => Status::Absent,
                }
            });
        }
        let all = queue.running.iter().chain(&queue.pending);
        let others = own.count_others(all) + queue.more;
        let id = |watched: &Watched| watched.attempt.id;
        let seen = attempts.iter().zip(statuses).map(|(it, status)| (id(it), status.unwrap_or(Status::Absent)));
        let (running, pending) = (queue.running.first().cloned(), queue.pending.len() + queue.more);
        Ok(Snapshot { seen: seen.collect(), running, pending, others })
    };
    let result = result.await.map_err(|error: NoAnswer| fault(&error));
    (seen, result)
}

/// Deletes a prompt from the queue and looks where it is then: nowhere, if it only waited.
pub(super) async fn take_back(
    link: &Link,
    watched: Watched,
    own: &OwnPrompts,
) -> (Vec<DriverEvent>, Result<Status, Fault>) {
    let deleted = match &link.client {
        Ok(client) => delete(client, &watched.attempt.prompt).await,
        Err(error) => Err(error.clone()),
    };
    if let Err(error) = deleted {
        return (Vec::new(), Err(fault(&error)));
    }
    let (log, prompt) = (Arc::clone(&watched.attempt.log), watched.attempt.prompt.clone());
    let (events, found) = snapshot(link, &[watched], own).await;
    let status = found.map(|found| found.seen.into_iter().next().map_or(Status::Absent, |(_, status)| status));
    if status == Ok(Status::Absent) {
        close(log, prompt).await;
    }
    (events, status)
}

/// The queue of a server.
pub(super) async fn queue(client: &Client) -> Result<Queue, NoAnswer> {
    client.read(&["queue"], &[], MOST, wire::queue).await
}
