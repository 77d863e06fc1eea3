//! What became of attempts on a server: the history is the truth, the queue says what is still to come.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::{Attempt, DriverEvent, Link, OwnPrompts, close, delete, fault};
use crate::generate::BatchRef;
use crate::generate::comfyui::client::{Client, FEW, MOST, NoAnswer, foreign};
use crate::generate::comfyui::compatibility::at_value;
use crate::generate::comfyui::scheduler::{End, Fault, Poll, Snapshot, Status};
use crate::generate::comfyui::wire::{self, Class, Queue};

/// An attempt that a server is asked about.
pub(crate) struct Watched {
    pub attempt: Attempt,
    /// The nodes whose images are the answer.
    pub outputs: Vec<String>,
    /// The manifest's texts, as long as the job is open.
    pub batch: Option<BatchRef>,
}

/// The end of an attempt, if it has come, and an event with what it made.
async fn ended(client: &Client, watched: &Watched) -> Result<Option<(DriverEvent, End)>, NoAnswer> {
    let Watched { attempt, outputs, batch } = watched;
    let history = client.get_json(&["history", &attempt.prompt], &[], MOST).await?;
    let Some(end) = wire::end(&history, &attempt.prompt) else { return Ok(None) };
    let took = took(&history[&attempt.prompt]);
    let (images, end) = match end {
        wire::End::Done(mut by_node) => {
            (outputs.iter().filter_map(|node| by_node.remove(node)).flatten().collect(), End::Success)
        }
        wire::End::Interrupted => (Vec::new(), End::Interrupted),
        wire::End::Failed(fault) => {
            let place = match (fault.node.as_str(), fault.node_type.as_str()) {
                ("", _) => String::new(),
                (node, kind) => format!("node `{node}` ({kind}): "),
            };
            let message = format!("{place}{}", fault.message);
            let end = match (fault.class, batch) {
                (Class::OutOfMemory, _) => End::OutOfMemory(message),
                (_, Some(batch)) => End::NodeFailed(at_value(message, &fault.values, &batch.sources)),
                (_, None) => End::NodeFailed(message.into()),
            };
            (Vec::new(), end)
        }
    };
    let failed = end != End::Success;
    Ok(Some((DriverEvent::Ended { attempt: attempt.id, images, took, failed }, end)))
}

/// From the start of its execution to its end, by the server's own clock; a cached result has none.
fn took(entry: &Value) -> Option<Duration> {
    let messages = entry["status"]["messages"].as_array()?;
    let at = |name: &str| {
        let message = messages.iter().find(|message| message[0] == name)?;
        message[1]["timestamp"].as_u64()
    };
    let took = at("execution_success")?.checked_sub(at("execution_start")?)?;
    Some(Duration::from_millis(took)).filter(|took| *took < Duration::from_secs(24 * 3600))
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
        let answer = client.get(&["prompt"], &[], FEW).await?;
        let remaining = wire::remaining(&answer.body).filter(|_| answer.status == 200);
        let remaining = remaining.ok_or_else(|| foreign(&["prompt"], &answer))?;
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
        let others = own.count_others(all);
        let id = |watched: &Watched| watched.attempt.id;
        let seen = attempts.iter().zip(statuses).map(|(it, status)| (id(it), status.unwrap_or(Status::Absent)));
        let (running, pending) = (queue.running.first().cloned(), queue.pending.len());
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
    let answer = client.get(&["queue"], &[], MOST).await?;
    let queue = wire::queue(&answer.body).filter(|_| answer.status == 200);
    queue.ok_or_else(|| foreign(&["queue"], &answer))
}
