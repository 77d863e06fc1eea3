//! I/O with a server: each task ends with exactly one result for the scheduler.

mod post;
mod query;

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::UnboundedSender;

use super::attempt::Attempt;
use super::client::{Client, FEW, Kind, NoAnswer, SOME, foreign};
use super::event::DriverEvent;
use super::expected::{self, Expected};
use super::link::Link;
use super::own_prompts::OwnPrompts;
use super::scheduler::{Cause, Fault, FetchError, Input, PostError, ServerId};
use super::transfer::{self, TransferError};
use super::{Settings, probe, provenance, wire};
use crate::generate::{BatchRef, Captured, InputImage};
use crate::words::ask::ComfyAsk;
use crate::words::attempt::{AttemptLog, LoggedAttempt};
use crate::words::image_file;
use crate::words::raw::Raw;
use crate::workflow::Bound;

pub(super) use query::Watched;

/// So many images are decoded at a time; each takes memory many times its file.
static DECODING: Semaphore = Semaphore::const_new(4);

/// So long what a server said of itself holds after an interruption.
const FRESH: Duration = Duration::from_secs(15);

/// How long a withdrawal may take.
const WITHDRAWING: Duration = Duration::from_secs(5);

/// One task.
pub(super) enum Task {
    /// Check what a server is.
    Probe,
    /// Send a prompt.
    Post {
        attempt: Attempt,
        logged: LoggedAttempt,
        seed: u64,
        bound: Bound,
        inputs: BTreeMap<String, InputImage>,
        batch: BatchRef,
    },
    /// Read histories.
    Poll(Vec<Watched>),
    /// Read history, queue, history; count the prompts that are not ours.
    Snapshot(Vec<Watched>, OwnPrompts),
    /// Delete a prompt from the queue, and look where it is.
    TakeBack(Watched, OwnPrompts),
    /// Download an image.
    Fetch { attempt: Attempt, ask: ComfyAsk, expected: Expected, batch: BatchRef, settings: Arc<Settings> },
}

impl Task {
    /// The result of a task that panicked: an error of that attempt or server, so that no job stays open.
    pub(super) fn panicked(&self, server: ServerId) -> DriverEvent {
        let message = || "dgx-pixels panicked, which is a bug of it".to_owned();
        let unfit = || Fault::Unfit(message());
        match self {
            Self::Probe => DriverEvent::Probed(server, Input::Probed { server, result: Err(unfit()) }),
            Self::Post { attempt, batch, .. } => {
                // Nobody knows whether it was sent: it is withdrawn.
                let hint = Some("this is a bug of dgx-pixels: report it with the command and the manifest".to_owned());
                let result = Err(PostError::InPart(Cause { hint, ..message().into() }));
                DriverEvent::Posted { batch: batch.id(), input: Input::Posted { attempt: attempt.id, result } }
            }
            Self::Poll(_) => DriverEvent::Input(Input::Polled { server, result: Err(unfit()) }),
            Self::Snapshot(..) => DriverEvent::Input(Input::Snapshot { server, result: Err(unfit()) }),
            Self::TakeBack(watched, _) => {
                DriverEvent::Input(Input::TakenBack { attempt: watched.attempt.id, result: Err(unfit()) })
            }
            Self::Fetch { attempt, .. } => {
                let result = Box::new(Err(FetchError::Damaged(message())));
                DriverEvent::Fetched { attempt: attempt.id, result }
            }
        }
    }

    /// Runs it; the results go into `inbox`.
    pub(super) async fn run(self, server: ServerId, link: Arc<Link>, inbox: UnboundedSender<DriverEvent>) {
        let send = |event: DriverEvent| drop(inbox.send(event));
        match self {
            Self::Probe => {
                let result = probe_again(&link).await.map_err(|error| fault(&error));
                send(DriverEvent::Probed(server, Input::Probed { server, result }));
            }
            Self::Post { attempt, logged, seed, bound, inputs, batch } => {
                let result = post::post(&link, &attempt, logged, seed, &bound, &inputs, &batch).await;
                if matches!(result, Err(PostError::Rejected(_) | PostError::Unsent(_))) {
                    close(Arc::clone(&attempt.log), attempt.prompt.clone()).await;
                }
                let input = Input::Posted { attempt: attempt.id, result };
                send(DriverEvent::Posted { batch: batch.id(), input });
            }
            Self::Poll(attempts) => {
                let (ended, result) = query::poll(&link, &attempts).await;
                ended.into_iter().for_each(send);
                send(DriverEvent::Input(Input::Polled { server, result }));
            }
            Self::Snapshot(attempts, own) => {
                let (ended, result) = query::snapshot(&link, &attempts, &own).await;
                ended.into_iter().for_each(send);
                send(DriverEvent::Input(Input::Snapshot { server, result }));
            }
            Self::TakeBack(watched, own) => {
                let attempt = watched.attempt.id;
                let (ended, result) = query::take_back(&link, watched, &own).await;
                ended.into_iter().for_each(send);
                send(DriverEvent::Input(Input::TakenBack { attempt, result }));
            }
            Self::Fetch { attempt, ask, expected, batch, settings } => {
                let result = Box::new(fetch(&link, &attempt, &ask, &expected, &batch, &settings).await);
                send(DriverEvent::Fetched { attempt: attempt.id, result });
            }
        }
    }
}

/// What a missing answer means for the scheduler.
pub(super) fn fault(error: &NoAnswer) -> Fault {
    match error.kind {
        Kind::Refused => Fault::Refused,
        Kind::Slow => Fault::TimedOut(error.message.clone()),
        Kind::Broken => Fault::Dropped(error.message.clone()),
        Kind::Unfinished | Kind::Untrusted | Kind::Foreign | Kind::Denied => Fault::Unfit(error.message.clone()),
    }
}

/// A server that answers again may be another one: everything is read anew, unless it was only slow.
async fn probe_again(link: &Link) -> Result<(), NoAnswer> {
    let client = link.client.as_ref().map_err(Clone::clone)?;
    let stats = probe::stats(client).await?;
    // What was read a moment ago still holds; a server that was away may have other nodes and files.
    if link.recent(&stats, FRESH).is_none() {
        let info = probe::probe(client, &link.models()).await?;
        link.set_info(info);
    }
    link.forget_uploads();
    Ok(())
}

/// The image of an attempt: downloaded, decoded, named by its pixels.
async fn fetch(
    link: &Link,
    attempt: &Attempt,
    ask: &ComfyAsk,
    expected: &Expected,
    batch: &BatchRef,
    settings: &Arc<Settings>,
) -> Result<Captured, FetchError> {
    let client = link.client.as_ref().map_err(|error| FetchError::Fault(fault(error)))?;
    let image = attempt.images.first().ok_or(FetchError::Missing)?;
    let bytes = transfer::download(client, image, expected).await.map_err(|error| match error {
        TransferError::Gone if image.cached => FetchError::NotOurs(not_ours()),
        TransferError::Gone => FetchError::Missing,
        TransferError::Wrong(message) => FetchError::Damaged(message),
        TransferError::Unexpected(message) => FetchError::NotOurs(Cause {
            hint: Some("set the style's `canvas` to the size of the images that the workflow makes".to_owned()),
            ..message.into()
        }),
        TransferError::NoAnswer(error) if error.kind == Kind::Unfinished => FetchError::Unfinished(error.message),
        TransferError::NoAnswer(error) => FetchError::Fault(fault(&error)),
    })?;
    if !expected::is_ours(&bytes, &image.filename, &attempt.prefix, image.cached) {
        return Err(FetchError::NotOurs(not_ours()));
    }
    let _turn = DECODING.acquire().await;
    let decoded = compute(move || image_file::decode(&bytes, "").map(|image| Raw::new(image.pixels))).await;
    let raw = decoded.ok_or_else(|| FetchError::Damaged("the decoder gave up".to_owned()))?;
    let raw = raw.map_err(|error| FetchError::Damaged(format!("its image {}", error.problem)))?;
    let info = link.info();
    let (ask, batch, settings) = (ask.clone(), batch.clone(), Arc::clone(settings));
    let found =
        tokio::task::spawn_blocking(move || provenance::of(info.as_deref(), &ask, &batch.workflows, &settings)).await;
    let provenance = found.map_err(|error| FetchError::Damaged(error.to_string()))?;
    Ok(Captured { raw, provenance, lossy: false, took: attempt.took })
}

/// A node that saves was in the server's cache: it names a file that it wrote for another prompt.
fn not_ours() -> Cause {
    Cause {
        hint: Some("start the server with `--cache-none`, or save with ComfyUI's own Save Image node".to_owned()),
        ..Cause::from("its image was written for another request")
    }
}

/// Runs work on the threads that compute; `None` if it panicked.
async fn compute<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (done, wait) = tokio::sync::oneshot::channel();
    // A panic that reaches a thread that computes ends the process.
    rayon::spawn(move || drop(done.send(std::panic::catch_unwind(AssertUnwindSafe(work)).ok())));
    wait.await.ok().flatten()
}

/// Runs a task; if it panics, `panicked` takes the place of its result.
pub(super) async fn supervise(
    task: impl Future<Output = ()> + Send + 'static,
    panicked: DriverEvent,
    inbox: UnboundedSender<DriverEvent>,
) {
    if tokio::spawn(task).await.is_err_and(|error| error.is_panic()) {
        drop(inbox.send(panicked));
    }
}

/// Takes an attempt back: out of the queue, and interrupted if it runs, it alone.
pub(super) async fn withdraw(link: Arc<Link>, prompt: String, log: Arc<dyn AttemptLog>) {
    let withdrawing = async {
        let client = link.client.as_ref().ok()?;
        // What does not work is seen in the queue below.
        let _ = delete(client, &prompt).await;
        if link.info().is_some_and(|info| info.has_jobs) {
            client.post(&["api", "jobs", &prompt, "cancel"], &json!({}), FEW).await.ok()?;
        }
        let queue = query::queue(client).await.ok()?;
        if queue.running.contains(&prompt) {
            client.post(&["interrupt"], &json!({ "prompt_id": prompt }), FEW).await.ok()?;
            return None;
        }
        // One that is in the history has an image, which the next build takes.
        let read = |body: &[u8]| wire::history(body, &prompt);
        let ended = client.read(&["history", &prompt], &[], SOME, read).await.ok()?;
        ended.is_none_or(|ended| !matches!(ended.end, wire::End::Done(_))).then_some(())
    };
    if let Ok(Some(())) = tokio::time::timeout(WITHDRAWING, withdrawing).await {
        close(log, prompt).await;
    }
}

/// Logs that an attempt has failed. If that cannot be written, the next build asks the server once more.
pub(super) async fn close(log: Arc<dyn AttemptLog>, prompt: String) {
    let _ = tokio::task::spawn_blocking(move || log.close(&prompt)).await;
}

async fn delete(client: &Client, prompt: &str) -> Result<(), NoAnswer> {
    let answer = client.post(&["queue"], &json!({ "delete": [prompt] }), FEW).await?;
    if answer.status == 200 { Ok(()) } else { Err(foreign(&["queue"], &answer)) }
}
