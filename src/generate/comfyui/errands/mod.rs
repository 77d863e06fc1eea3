//! What is carried to a server and back: each errand ends with exactly one piece of news.

mod post;
mod watch;

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::UnboundedSender;

use super::client::{Client, FEW, Kind, MOST, NoAnswer};
use super::driver::{Happened, Link, Try};
use super::transfer::{self, NoPicture};
use super::{Settings, probe, provenance, wire};
use crate::generate::fleet::{Fault, FetchError, News, PostError, ServerId};
use crate::generate::{Batch, Captured};
use crate::words::ask::ComfyAsk;
use crate::words::attempt::{Ledger, Sent};
use crate::words::image_file;
use crate::words::raw::Raw;
use crate::workflow::Bound;

/// So many pictures are decoded at a time; each takes memory many times its file.
static DECODING: Semaphore = Semaphore::const_new(4);

/// How long a server may take to hear that something is not wanted any more.
const WITHDRAWING: Duration = Duration::from_secs(5);

/// One errand.
pub enum Errand {
    /// See what a server is.
    Probe,
    /// Send a prompt.
    Post { tried: Try, sent: Sent, seed: u64, bound: Bound, inputs: BTreeMap<String, Arc<Raw>>, batch: Batch },
    /// Read histories.
    Peek(Vec<(Try, Vec<String>)>),
    /// Read history, queue, history; the prompts that are ours are told from those of others.
    Look(Vec<(Try, Vec<String>)>, Arc<Mutex<HashSet<String>>>),
    /// Bring a picture.
    Fetch { tried: Try, ask: ComfyAsk, batch: Batch, settings: Arc<Settings> },
}

impl Errand {
    /// Runs it; what comes back goes into `inbox`.
    pub async fn run(self, server: ServerId, link: Arc<Link>, inbox: UnboundedSender<Happened>) {
        let tell = |happened: Happened| drop(inbox.send(happened));
        match self {
            Self::Probe => {
                let result = probe_again(&link).await.map_err(|error| fault(&error));
                tell(Happened::Probed(server, News::Probed { server, result }));
            }
            Self::Post { tried, sent, seed, bound, inputs, batch } => {
                let ticket = tried.ticket;
                let result = post::post(&link, &tried, sent, seed, &bound, &inputs, Arc::clone(&batch.ledger)).await;
                if matches!(result, Err(PostError::Rejected(_) | PostError::Unsent(_))) {
                    settle(Arc::clone(&batch.ledger), tried.prompt.clone()).await;
                }
                tell(Happened::Posted { batch: batch.id(), news: News::Posted { ticket, result } });
            }
            Self::Peek(tries) => {
                let (seen, result) = watch::peek(&link, &tries).await;
                seen.into_iter().for_each(tell);
                tell(Happened::News(News::Peeked { server, result }));
            }
            Self::Look(tries, ours) => {
                let (seen, result) = watch::look(&link, &tries, &ours).await;
                seen.into_iter().for_each(tell);
                tell(Happened::News(News::Looked { server, result }));
            }
            Self::Fetch { tried, ask, batch, settings } => {
                let result = Box::new(fetch(&link, &tried, &ask, &batch, &settings).await);
                tell(Happened::Fetched { ticket: tried.ticket, result });
            }
        }
    }
}

/// What a missing answer tells the fleet.
pub fn fault(error: &NoAnswer) -> Fault {
    match error.kind {
        Kind::Refused => Fault::Refused,
        Kind::Slow => Fault::TimedOut,
        Kind::Broken => Fault::Dropped,
        Kind::Untrusted | Kind::Foreign | Kind::Denied => Fault::Unfit(error.message.clone()),
    }
}

/// A server that answers again may be another one: everything is asked anew, but while it only was slow.
async fn probe_again(link: &Link) -> Result<(), NoAnswer> {
    let client = link.client.as_ref().map_err(Clone::clone)?;
    let stats = probe::stats(client).await?;
    // What was asked a moment ago is still so; a server that was away may have other nodes and files.
    let same = |known: Arc<probe::Known>| known.stats.version == stats.version && known.stats.argv == stats.argv;
    if !link.known().is_some_and(same) || !link.is_fresh() {
        let known = probe::probe(client, &link.wanted()).await?;
        link.learn(known);
    }
    link.forget_uploads();
    Ok(())
}

/// Brings the picture of a try: downloaded, decoded, named by its pixels.
async fn fetch(
    link: &Link,
    tried: &Try,
    ask: &ComfyAsk,
    batch: &Batch,
    settings: &Arc<Settings>,
) -> Result<Captured, FetchError> {
    let client = link.client.as_ref().map_err(|error| FetchError::Fault(fault(error)))?;
    let image = tried.images.first().ok_or(FetchError::Missing)?;
    let bytes = transfer::download(client, image).await.map_err(|error| match error {
        NoPicture::Gone => FetchError::Missing,
        NoPicture::Wrong(message) => FetchError::Damaged(message),
        NoPicture::NoAnswer(error) => FetchError::Fault(fault(&error)),
    })?;
    let _turn = DECODING.acquire().await;
    let decoded = compute(move || image_file::decode(&bytes, "its picture").map(|image| Raw::new(image.pixels))).await;
    let raw = decoded.ok_or_else(|| FetchError::Damaged("the decoder gave up".to_owned()))?;
    let raw = raw.map_err(|error| FetchError::Damaged(error.to_string()))?;
    let known = link.known();
    let (ask, batch, settings) = (ask.clone(), batch.clone(), Arc::clone(settings));
    let found =
        tokio::task::spawn_blocking(move || provenance::of(known.as_deref(), &ask, &batch.workflows, &settings)).await;
    let provenance = found.map_err(|error| FetchError::Damaged(error.to_string()))?;
    Ok(Captured { raw, provenance, lossy: false, took: tried.took })
}

/// Computes on a thread that computes; `None` if that panicked.
async fn compute<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (done, wait) = tokio::sync::oneshot::channel();
    rayon::spawn(move || drop(done.send(work())));
    wait.await.ok()
}

/// Takes a try back: out of the queue, and interrupted if it runs, it alone.
pub async fn withdraw(link: Arc<Link>, prompt: String, ledger: Arc<dyn Ledger>) {
    let withdrawing = async {
        let client = link.client.as_ref().ok()?;
        delete(client, &prompt).await;
        if link.known().is_some_and(|known| known.has_jobs) {
            client.post(&["api", "jobs", &prompt, "cancel"], &json!({}), FEW).await.ok()?;
        }
        let queue = watch::queue(client).await.ok()?;
        if queue.running.contains(&prompt) {
            client.post(&["interrupt"], &json!({ "prompt_id": prompt }), FEW).await.ok()?;
            return None;
        }
        // One that is in the history has a picture, which the next build takes.
        let history = client.get_json(&["history", &prompt], &[], MOST).await.ok()?;
        wire::end(&history, &prompt).is_none_or(|end| !matches!(end, wire::End::Done(_))).then_some(())
    };
    if let Ok(Some(())) = tokio::time::timeout(WITHDRAWING, withdrawing).await {
        settle(ledger, prompt).await;
    }
}

/// Notes that a try came to nothing. A note that cannot be written costs the next build one look at the server.
pub async fn settle(ledger: Arc<dyn Ledger>, prompt: String) {
    let _ = tokio::task::spawn_blocking(move || ledger.settled(&prompt)).await;
}

async fn delete(client: &Client, prompt: &str) {
    let _ = client.post(&["queue"], &json!({ "delete": [prompt] }), FEW).await;
}
