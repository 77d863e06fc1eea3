//! Follows a job: every event once and in order, whatever the subscription loses.

use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, timeout};
use zeromq::{Socket, SocketRecv, SubSocket};

use super::message::{Request, read_event};
use super::{DEADLINE, LinkError, Worker, lives};
use crate::words::train::{JobEvent, JobEventKind};

/// Without an event for so long, the worker is asked.
const QUIET: Duration = Duration::from_millis(1500);
/// A worker that is silent for so long is dead.
const DEAD: Duration = Duration::from_secs(10);
/// Events of one answer.
const MOST: u32 = 500;

/// Whether to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Wait for more events.
    Continue,
    /// Leave the job alone.
    Leave,
}

/// How following ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Followed {
    /// The job is over.
    Over,
    /// The caller left.
    Left,
}

impl Worker {
    /// Hands every event of a job after `since` to `on`, in order and without gaps; `idle` is called at least every
    /// second or two.
    ///
    /// # Errors
    /// The worker is dead, or does not know the job.
    pub fn follow(
        &mut self,
        job_id: &str,
        since: &mut u64,
        on: &mut dyn FnMut(&JobEvent),
        idle: &dyn Fn() -> Flow,
    ) -> Result<Followed, LinkError> {
        let Self { runtime, link, endpoints } = self;
        runtime.block_on(async {
            let mut events = subscribe(&endpoints.events, job_id).await?;
            let mut heard = Instant::now();
            let mut missed = true;
            loop {
                if missed {
                    if !lives(endpoints.pid) {
                        return Err(LinkError::NoWorker);
                    }
                    match replay(link, job_id, *since).await {
                        Ok(found) => {
                            heard = Instant::now();
                            for event in &found {
                                if take(event, since, on) {
                                    return Ok(Followed::Over);
                                }
                            }
                            missed = found.len() as u32 == MOST;
                        }
                        Err(LinkError::Refused(refusal)) => return Err(LinkError::Refused(refusal)),
                        Err(error) if heard.elapsed() > DEAD => return Err(error),
                        Err(_) => tokio::time::sleep(QUIET).await,
                    }
                }
                if idle() == Flow::Leave {
                    return Ok(Followed::Left);
                }
                if missed {
                    continue;
                }
                match timeout(QUIET, events.recv()).await {
                    Err(_) => missed = true,
                    Ok(Err(_)) => {
                        tokio::time::sleep(QUIET).await;
                        events = subscribe(&endpoints.events, job_id).await?;
                        missed = true;
                    }
                    Ok(Ok(message)) => {
                        heard = Instant::now();
                        let frames = message.into_vec();
                        let [topic, body] = &frames[..] else { continue };
                        match read_event(topic, body) {
                            Ok(Some(event)) if event.seq > *since + 1 => missed = true,
                            Ok(Some(event)) => {
                                if take(&event, since, on) {
                                    return Ok(Followed::Over);
                                }
                            }
                            Ok(None) => {}
                            Err(_) => missed = true,
                        }
                    }
                }
            }
        })
    }
}

async fn subscribe(address: &str, job_id: &str) -> Result<SubSocket, LinkError> {
    let failed = |error: zeromq::ZmqError| LinkError::Socket(error.to_string());
    let mut socket = SubSocket::new();
    let connected = timeout(DEADLINE, async {
        socket.subscribe(&format!("job.{job_id}.")).await?;
        socket.connect(address).await
    });
    connected.await.map_err(|_| LinkError::Timeout)?.map_err(failed)?;
    Ok(socket)
}

async fn replay(link: &mut super::Link, job_id: &str, since: u64) -> Result<Vec<JobEvent>, LinkError> {
    let request = Request::Events { job_id: job_id.to_owned(), since_seq: since, max: MOST };
    let mut answer = link.ask(&request, DEADLINE).await?;
    let events = answer.get_mut("events").map(Value::take).unwrap_or_default();
    serde_json::from_value(events).map_err(|error| LinkError::Malformed(error.to_string()))
}

/// Hands over an event that is new; returns whether it is the last one.
fn take(event: &JobEvent, since: &mut u64, on: &mut dyn FnMut(&JobEvent)) -> bool {
    if event.seq <= *since {
        return false;
    }
    *since = event.seq;
    on(event);
    match &event.kind {
        JobEventKind::State { state, .. } => state.is_over(),
        JobEventKind::Done(_) | JobEventKind::Failed(_) => true,
        _ => false,
    }
}
