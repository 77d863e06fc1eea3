//! What all handlers share: the project, its jobs, and the bounds of what runs at a time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::StatusCode;
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use super::answer::{Answer, Failure, json_text};
use super::listen::Access;
use super::metrics::Metrics;
use super::redact::Redactor;
use crate::session::catalog::Catalog;
use crate::session::jobs::Jobs;
use crate::session::{self, Cancel, Error, Numbered, Operation, Project, RawFiles};
use crate::words::text::escaped;

/// What an operation does, for each of which so many run at a time; more wait. None of them waits for one of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Share {
    /// It looks at the project.
    Look,
    /// It takes the project's lock, and so may wait for a build.
    Change,
    /// It restores images that the caller brings or changes.
    Compute,
}

const SHARES: [usize; 3] = [8, 8, 4];

/// Streams of events at a time.
const MOST_STREAMS: usize = 2048;

/// Events whose texts are kept; streams that are further behind make their own.
const MOST_TEXTS: usize = 256;

/// The longest that an operation waits for others, and the longest that it may take.
const PATIENCE: Duration = Duration::from_secs(20);
const LONGEST: Duration = Duration::from_secs(60);

/// What the handlers of a server share. Clones are the same.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    project: Project,
    jobs: Jobs,
    catalog: Catalog,
    raws: std::sync::OnceLock<RawFiles>,
    access: Access,
    redactor: Redactor,
    metrics: Metrics,
    shares: [Arc<Semaphore>; 3],
    streams: Arc<Semaphore>,
    /// The latest events as streams send them: every stream sends the same ones.
    event_texts: Mutex<BTreeMap<u64, Arc<str>>>,
    closing: watch::Receiver<bool>,
    /// Distinguishes the events of this process from those of an earlier one.
    run: String,
}

impl App {
    pub(super) fn open(project: Project, access: Access, closing: watch::Receiver<bool>) -> session::Result<Self> {
        let jobs = match access {
            Access::Write => Jobs::open(&project)?,
            Access::Read => Jobs::look(&project),
        };
        let redactor = Redactor::new(project.root(), session::store_folder(&project).as_deref());
        let metrics = Metrics::new();
        Ok(Self(Arc::new(Inner {
            project,
            jobs,
            catalog: Catalog::default(),
            raws: std::sync::OnceLock::new(),
            access,
            redactor,
            metrics,
            shares: SHARES.map(|most| Arc::new(Semaphore::new(most))),
            streams: Arc::new(Semaphore::new(MOST_STREAMS)),
            event_texts: Mutex::default(),
            closing,
            run: uuid::Uuid::new_v4().simple().to_string()[..8].to_owned(),
        })))
    }

    /// The project.
    pub fn project(&self) -> &Project {
        &self.0.project
    }

    /// Its durable jobs.
    pub fn jobs(&self) -> &Jobs {
        &self.0.jobs
    }

    /// Whether requests may change something.
    pub fn access(&self) -> Access {
        self.0.access
    }

    pub(super) fn catalog(&self) -> &Catalog {
        &self.0.catalog
    }

    /// The raws; their folders are found once.
    pub(super) fn raws(&self, cancel: &Cancel) -> session::Result<&RawFiles> {
        match self.0.raws.get() {
            Some(raws) => Ok(raws),
            None => {
                let raws = self.0.project.run(cancel, RawFiles::open)?;
                Ok(self.0.raws.get_or_init(|| raws))
            }
        }
    }

    pub(super) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// Counts a call of an assistant's tool; `refused` is the code of its refusal.
    pub fn count_call(&self, tool: &'static str, seconds: f64, bytes: usize, refused: Option<&str>) {
        self.0.metrics.assistants.call(tool, seconds, bytes, refused);
    }

    /// Counts an image that an assistant spent.
    pub fn count_image(&self, client: &str) {
        self.0.metrics.assistants.image(client);
    }

    pub(super) fn run_id(&self) -> &str {
        &self.0.run
    }

    /// Becomes true when the server stops: streams end then.
    pub(super) fn closing(&self) -> watch::Receiver<bool> {
        self.0.closing.clone()
    }

    /// Counts a stream of events for as long as the result lives.
    pub(super) fn stream(&self) -> Answer<OwnedSemaphorePermit> {
        let permit = Arc::clone(&self.0.streams).try_acquire_owned();
        permit.map_err(|_| Failure::busy("too many streams of events are open"))
    }

    /// How many streams of events are open.
    pub(super) fn open_streams(&self) -> usize {
        MOST_STREAMS.saturating_sub(self.0.streams.available_permits())
    }

    /// Refuses a request that would change something where the server only shows.
    pub(super) fn require_write(&self) -> Answer<()> {
        match self.0.access {
            Access::Write => Ok(()),
            Access::Read => {
                let message = "this server only shows";
                Err(Failure::new(StatusCode::FORBIDDEN, "read-only", message).hint("start it without `--read-only`"))
            }
        }
    }

    /// Runs a use case on a thread that may block. It is cancelled when its request is given up, or takes too long.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        share: Share,
        use_case: impl FnOnce(&Operation) -> session::Result<T> + Send + 'static,
    ) -> Answer<T> {
        let project = self.0.project.clone();
        self.block_as(share, move |cancel| project.run(cancel, use_case)).await
    }

    /// As [`Self::run`], for what looks and opens the project itself.
    pub(super) async fn block<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Cancel) -> session::Result<T> + Send + 'static,
    ) -> Answer<T> {
        self.block_as(Share::Look, work).await
    }

    async fn block_as<T: Send + 'static>(
        &self,
        share: Share,
        work: impl FnOnce(&Cancel) -> session::Result<T> + Send + 'static,
    ) -> Answer<T> {
        let waiting = tokio::time::timeout(PATIENCE, Arc::clone(&self.0.shares[share as usize]).acquire_owned());
        let Ok(Ok(permit)) = waiting.await else { return Err(Failure::busy("too many requests are in progress")) };
        let cancel = CancelOnDrop(Cancel::default());
        let token = cancel.0.clone();
        let running = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work(&token)
        });
        match tokio::time::timeout(LONGEST, running).await {
            Ok(Ok(done)) => done.map_err(|error| self.failure(&error)),
            Ok(Err(_)) => Err(Failure::internal()),
            Err(_) => Err(Failure::busy("the request took too long; a build may be running")),
        }
    }

    /// A failure without folders of this machine.
    pub(super) fn failure(&self, error: &Error) -> Failure {
        let mut failure = Failure::of(error);
        let redact = |text: &str| self.0.redactor.text(text.to_owned());
        for one in &mut failure.problem.diagnostics {
            one.message = redact(&one.message);
            one.hint = one.hint.as_deref().map(redact);
        }
        failure
    }

    /// A value as JSON, without folders of this machine and without characters that command a terminal.
    pub(super) fn text(&self, value: &impl Serialize) -> Answer<String> {
        let json = serde_json::to_string(value).map_err(|_| Failure::internal())?;
        Ok(escaped(&self.0.redactor.text(json)))
    }

    /// An event as [`Self::text`] gives it, made once for all streams.
    pub(super) fn event_text(&self, event: &Numbered) -> Answer<Arc<str>> {
        let texts = || self.0.event_texts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(text) = texts().get(&event.seq) {
            return Ok(Arc::clone(text));
        }
        let text: Arc<str> = self.text(event)?.into();
        let mut texts = texts();
        texts.insert(event.seq, Arc::clone(&text));
        if texts.len() > MOST_TEXTS {
            texts.pop_first();
        }
        Ok(text)
    }

    /// An answer.
    pub(super) fn json(&self, value: &impl Serialize) -> Answer {
        self.json_with(StatusCode::OK, value)
    }

    /// An answer with a status.
    pub(super) fn json_with(&self, status: StatusCode, value: &impl Serialize) -> Answer {
        Ok(json_text(status, self.text(value)?))
    }
}

/// A request that nobody waits for stops.
struct CancelOnDrop(Cancel);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}
