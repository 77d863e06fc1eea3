//! What is carried to a server and back: each errand ends with exactly one piece of news.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::sync::mpsc::UnboundedSender;

use super::client::{Client, FEW, Kind, MOST, NoAnswer};
use super::driver::{Happened, Link, Try};
use super::transfer::{self, NoPicture};
use super::wire::{self, Class, Posted, Queue};
use super::{Settings, misfit, probe, provenance};
use crate::generate::fleet::{End, Fault, FetchError, Look, News, Peek, PostError, ServerId, Sight};
use crate::generate::{Captured, Ledger, Sent, image_file};
use crate::manifest::ComfyAsk;
use crate::plan::workflow::Bound;
use crate::raw::Raw;

/// So many pictures are decoded or held undecoded at a time.
static DECODING: Semaphore = Semaphore::const_new(4);

/// How long a server may take to hear that something is not wanted any more.
const WITHDRAWING: Duration = Duration::from_secs(5);

/// One errand.
pub enum Errand {
    /// See what a server is.
    Probe,
    /// Send a prompt.
    Post {
        tried: Try,
        sent: Sent,
        seed: u64,
        bound: Bound,
        inputs: BTreeMap<String, Arc<Raw>>,
        ledger: Arc<dyn Ledger>,
    },
    /// Read histories.
    Peek(Vec<(Try, Vec<String>)>),
    /// Read history, queue, history; the prompts that are ours are told from those of others.
    Look(Vec<(Try, Vec<String>)>, Arc<Mutex<HashSet<String>>>),
    /// Bring a picture.
    Fetch { tried: Try, ask: ComfyAsk, settings: Arc<Settings> },
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
            Self::Post { tried, sent, seed, bound, inputs, ledger } => {
                let ticket = tried.ticket;
                let result = post(&link, &tried, sent, seed, &bound, &inputs, Arc::clone(&ledger)).await;
                if matches!(result, Err(PostError::Rejected(_) | PostError::Unsent(_))) {
                    settle(ledger, tried.prompt.clone()).await;
                }
                tell(Happened::News(News::Posted { ticket, result }));
            }
            Self::Peek(tries) => {
                let (seen, result) = peek(&link, &tries).await;
                seen.into_iter().for_each(tell);
                tell(Happened::News(News::Peeked { server, result }));
            }
            Self::Look(tries, ours) => {
                let (seen, result) = look(&link, &tries, &ours).await;
                seen.into_iter().for_each(tell);
                tell(Happened::News(News::Looked { server, result }));
            }
            Self::Fetch { tried, ask, settings } => {
                let result = Box::new(fetch(&link, &tried, &ask, &settings).await);
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

async fn post(
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

async fn peek(link: &Link, tries: &[(Try, Vec<String>)]) -> (Vec<Happened>, Result<Peek, Fault>) {
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
        let remaining = remaining.ok_or_else(|| super::client::foreign(&["prompt"], &answer))?;
        Ok(Peek { ended: found, remaining: remaining as usize })
    };
    let result = result.await.map_err(|error: NoAnswer| fault(&error));
    (seen, result)
}

async fn look(
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
        let foreign = all.filter(|id| !ours.contains(*id)).count();
        drop(ours);
        let seen = tries.iter().zip(sights).map(|((tried, _), sight)| (tried.ticket, sight.unwrap_or(Sight::Absent)));
        let (running, pending) = (queue.running.first().cloned(), queue.pending.len());
        Ok(Look { seen: seen.collect(), running, pending, foreign })
    };
    let result = result.await.map_err(|error: NoAnswer| fault(&error));
    (seen, result)
}

async fn queue(client: &Client) -> Result<Queue, NoAnswer> {
    let answer = client.get(&["queue"], &[], MOST).await?;
    let queue = wire::queue(&answer.body).filter(|_| answer.status == 200);
    queue.ok_or_else(|| super::client::foreign(&["queue"], &answer))
}

/// Brings the picture of a try: downloaded, decoded, named by its pixels.
async fn fetch(link: &Link, tried: &Try, ask: &ComfyAsk, settings: &Arc<Settings>) -> Result<Captured, FetchError> {
    let client = link.client.as_ref().map_err(|error| FetchError::Fault(fault(error)))?;
    let image = tried.images.first().ok_or(FetchError::Missing)?;
    let _turn = DECODING.acquire().await;
    let bytes = transfer::download(client, image).await.map_err(|error| match error {
        NoPicture::Gone => FetchError::Missing,
        NoPicture::Wrong(message) => FetchError::Damaged(message),
        NoPicture::NoAnswer(error) => FetchError::Fault(fault(&error)),
    })?;
    let decoded = compute(move || image_file::decode(&bytes, "its picture").map(|image| Raw::new(image.pixels))).await;
    let raw = decoded.ok_or_else(|| FetchError::Damaged("the decoder gave up".to_owned()))?;
    let raw = raw.map_err(|error| FetchError::Damaged(error.to_string()))?;
    let known = link.known();
    let (ask, settings) = (ask.clone(), Arc::clone(settings));
    let found = tokio::task::spawn_blocking(move || provenance::of(known.as_deref(), &ask, &settings)).await;
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
        let queue = queue(client).await.ok()?;
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
