//! What became of the tries on a server: the history is the truth, the queue says what is still to come.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;

use super::{Happened, Link, Try, fault};
use crate::generate::comfyui::client::{Client, FEW, MOST, NoAnswer, foreign};
use crate::generate::comfyui::wire::{self, Class, Queue};
use crate::generate::fleet::{End, Fault, Look, Peek, Sight};

/// The end of a try, if it has come: with what it made as something that happened.
async fn ended(client: &Client, tried: &Try, outputs: &[String]) -> Result<Option<(Happened, End)>, NoAnswer> {
    let history = client.get_json(&["history", &tried.prompt], &[], MOST).await?;
    let Some(end) = wire::end(&history, &tried.prompt) else { return Ok(None) };
    let took = took(&history[&tried.prompt]);
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
            (Vec::new(), if fault.class == Class::OutOfMemory { End::OutOfMemory(message) } else { End::Node(message) })
        }
    };
    let failed = end != End::Success;
    Ok(Some((Happened::Ended { ticket: tried.ticket, images, took, failed }, end)))
}

/// From the start of its execution to its end, by the server's own clock; what was cached tells nothing.
fn took(entry: &Value) -> Option<Duration> {
    let messages = entry["status"]["messages"].as_array()?;
    let at = |name: &str| {
        let message = messages.iter().find(|message| message[0] == name)?;
        message[1]["timestamp"].as_u64()
    };
    let took = at("execution_success")?.checked_sub(at("execution_start")?)?;
    Some(Duration::from_millis(took)).filter(|took| *took < Duration::from_secs(24 * 3600))
}

/// Reads the histories of tries, and how much is in the queue.
pub async fn peek(link: &Link, tries: &[(Try, Vec<String>)]) -> (Vec<Happened>, Result<Peek, Fault>) {
    let mut seen = Vec::new();
    let result = async {
        let client = link.client.as_ref().map_err(Clone::clone)?;
        let ends = futures_util::future::join_all(tries.iter().map(|(tried, outputs)| ended(client, tried, outputs)));
        let mut found = Vec::new();
        for ((tried, _), end) in tries.iter().zip(ends.await) {
            if let Some((happened, end)) = end? {
                seen.push(happened);
                found.push((tried.ticket, end));
            }
        }
        let answer = client.get(&["prompt"], &[], FEW).await?;
        let remaining = wire::remaining(&answer.body).filter(|_| answer.status == 200);
        let remaining = remaining.ok_or_else(|| foreign(&["prompt"], &answer))?;
        Ok(Peek { ended: found, remaining: remaining as usize })
    };
    let result = result.await.map_err(|error: NoAnswer| fault(&error));
    (seen, result)
}

/// Reads history, queue and history again: a try in none of them is not there.
pub async fn look(
    link: &Link,
    tries: &[(Try, Vec<String>)],
    ours: &Mutex<HashSet<String>>,
) -> (Vec<Happened>, Result<Look, Fault>) {
    let mut seen = Vec::new();
    let result = async {
        let client = link.client.as_ref().map_err(Clone::clone)?;
        let mut sights: Vec<Option<Sight>> = Vec::new();
        for (tried, outputs) in tries {
            sights.push(ended(client, tried, outputs).await?.map(|(happened, end)| {
                seen.push(happened);
                Sight::Ended(end)
            }));
        }
        let queue = queue(client).await?;
        // A prompt moves from the queue to the history between two readings.
        for ((tried, outputs), sight) in tries.iter().zip(&mut sights).filter(|(_, sight)| sight.is_none()) {
            *sight = Some(if queue.running.contains(&tried.prompt) {
                Sight::Running
            } else if queue.pending.contains(&tried.prompt) {
                Sight::Queued
            } else {
                match ended(client, tried, outputs).await? {
                    Some((happened, end)) => {
                        seen.push(happened);
                        Sight::Ended(end)
                    }
                    None => Sight::Absent,
                }
            });
        }
        let all = queue.running.iter().chain(&queue.pending);
        let ours = ours.lock().unwrap_or_else(PoisonError::into_inner);
        let others = all.filter(|id| !ours.contains(*id)).count();
        drop(ours);
        let seen = tries.iter().zip(sights).map(|((tried, _), sight)| (tried.ticket, sight.unwrap_or(Sight::Absent)));
        let (running, pending) = (queue.running.first().cloned(), queue.pending.len());
        Ok(Look { seen: seen.collect(), running, pending, foreign: others })
    };
    let result = result.await.map_err(|error: NoAnswer| fault(&error));
    (seen, result)
}

/// What a server has.
pub async fn queue(client: &Client) -> Result<Queue, NoAnswer> {
    let answer = client.get(&["queue"], &[], MOST).await?;
    let queue = wire::queue(&answer.body).filter(|_| answer.status == 200);
    queue.ok_or_else(|| foreign(&["queue"], &answer))
}
