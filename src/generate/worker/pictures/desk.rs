//! The desk: which requests are open, which of them the worker has, and what becomes of each.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tokio::runtime::Builder;
use tokio::sync::mpsc::{UnboundedReceiver, WeakUnboundedSender};
use tokio::time::{Instant, sleep, timeout};
use zeromq::{Socket, SocketRecv, SubSocket, ZmqMessage, ZmqResult};

use super::Settings;
use super::capture::{captured, preview};
use crate::generate::worker::message::{Refusal, Request as Message, read_event};
use crate::generate::worker::{DEADLINE, Link, LinkError, endpoints, token};
use crate::generate::{Arrival, BatchId, BatchRef, Change, Failure, Request, other_backend};
use crate::words::ask::WorkerAsk;
use crate::words::cancel::Subscription;
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::{Digest, Encoder};
use crate::words::event::Event;
use crate::words::train::{Hello, JobError, JobEventKind, JobPhase, JobStatus, TrainResult};

/// The worker has so many requests at a time: it draws one, and need not wait for the next.
const AHEAD: usize = 2;
/// Without an event for so long, the worker is asked.
const QUIET: Duration = Duration::from_secs(1);
/// So many times in a row the worker may be lost before a picture is done.
const MOST_LOST: u32 = 4;

/// What the desk hears from this process.
pub(super) enum Note {
    Submitted {
        requests: Vec<Request>,
        batch: BatchRef,
    },
    Changed {
        batch: BatchId,
        request: Digest,
        change: Change,
    },
    /// A batch was cancelled, or ended.
    Over(BatchId),
}

/// A request without an answer.
struct Open {
    request: Request,
    batch: BatchRef,
    /// The worker's id of it.
    job: String,
    attempt: u32,
    /// The last event that was heard.
    since: u64,
    sent: bool,
    expires: Option<Instant>,
}

/// A connection to the worker.
struct Line {
    link: Link,
    events: SubSocket,
    version: String,
}

pub(super) struct Desk {
    settings: Arc<Settings>,
    notes: UnboundedReceiver<Note>,
    line: Option<Line>,
    open: VecDeque<Open>,
    batches: HashMap<BatchId, [Subscription; 2]>,
    lost: u32,
}

impl Desk {
    pub(super) fn new(settings: Arc<Settings>, notes: UnboundedReceiver<Note>) -> Self {
        Self { settings, notes, line: None, open: VecDeque::new(), batches: HashMap::new(), lost: 0 }
    }

    /// Works until nobody can send notes any more.
    pub(super) fn run(mut self, inbox: WeakUnboundedSender<Note>) {
        match Builder::new_multi_thread().worker_threads(1).enable_all().build() {
            Ok(runtime) => {
                runtime.block_on(self.work(&inbox));
                runtime.shutdown_background();
            }
            Err(error) => self.fail_all(&failed(format!("cannot start the network threads: {error}"))),
        }
    }

    async fn work(&mut self, inbox: &WeakUnboundedSender<Note>) {
        loop {
            self.expire().await;
            self.hand_over().await;
            let waits = self.open.iter().any(|open| open.sent);
            tokio::select! {
                note = self.notes.recv() => match note {
                    Some(note) => self.take(note, inbox).await,
                    None => return,
                },
                message = next(&mut self.line) => self.heard(message).await,
                () = sleep(QUIET), if waits => self.look().await,
            }
        }
    }

    async fn take(&mut self, note: Note, inbox: &WeakUnboundedSender<Note>) {
        match note {
            Note::Submitted { requests, batch } => {
                self.watch(&batch, inbox);
                requests.into_iter().for_each(|request| self.add(request, &batch));
            }
            Note::Changed { batch, request, change } => {
                let at = self.open.iter().position(|open| open.batch.id() == batch && open.request.key == request);
                if let Some(open) = at.and_then(|at| self.open.remove(at)) {
                    self.change(open, change).await;
                }
            }
            Note::Over(batch) => {
                self.batches.remove(&batch);
                let (over, rest) = self.open.drain(..).partition(|open| open.batch.id() == batch);
                self.open = rest;
                let over: VecDeque<Open> = over;
                for open in over {
                    self.withdraw(&open).await;
                    open.answer(Err(Failure::Cancelled));
                }
            }
        }
    }

    /// Hears of the end of a batch.
    fn watch(&mut self, batch: &BatchRef, inbox: &WeakUnboundedSender<Note>) {
        let id = batch.id();
        let stop = || {
            let inbox = inbox.clone();
            move || {
                if let Some(inbox) = inbox.upgrade() {
                    let _ = inbox.send(Note::Over(id));
                }
            }
        };
        self.batches.entry(id).or_insert_with(|| [batch.cancel.on_cancel(stop()), batch.on_end(stop())]);
    }

    fn add(&mut self, request: Request, batch: &BatchRef) {
        if request.ask.worker().is_none() {
            let result = Err(other_backend(&request, "worker"));
            return batch.reply(Arrival { key: request.key, result });
        }
        let expires = batch.time_limit.map(|limit| Instant::now() + limit);
        let mut open = Open {
            request,
            batch: BatchRef::clone(batch),
            job: String::new(),
            attempt: 0,
            since: 0,
            sent: false,
            expires,
        };
        self.name(&mut open);
        self.open.push_back(open);
    }

    /// Names the job of a request. A process that comes after this one finds the same job again.
    fn name(&self, open: &mut Open) {
        loop {
            let mut encoder = Encoder::new("dgx-pixels worker image v1");
            encoder.digest(&open.request.key).text(&self.settings.out.display().to_string()).uint(open.attempt.into());
            open.job = encoder.finish().to_string()[..40].to_owned();
            if !self.open.iter().any(|other| other.job == open.job) {
                return;
            }
            open.attempt += 1;
        }
    }

    async fn change(&mut self, mut open: Open, change: Change) {
        match change {
            Change::Cancel => {
                self.withdraw(&open).await;
                open.answer(Err(Failure::Cancelled));
            }
            Change::Retry => {
                self.withdraw(&open).await;
                open.attempt += 1;
                (open.since, open.sent) = (0, false);
                self.name(&mut open);
                self.open.push_front(open);
            }
            Change::MoveToFront => self.open.push_front(open),
        }
    }

    /// Takes a request back from the worker, if it has it; what it has drawn already is of no use.
    async fn withdraw(&mut self, open: &Open) {
        if let Some(line) = self.line.as_mut().filter(|_| open.sent) {
            let cancel = Message::Cancel { job_id: open.job.clone(), save: false };
            let _ = line.link.ask(&cancel, DEADLINE).await;
            let _ = std::fs::remove_file(self.settings.out.join(format!("{}.png", open.job)));
        }
    }

    /// Fails what has no answer in time.
    async fn expire(&mut self) {
        let now = Instant::now();
        while let Some(at) = self.open.iter().position(|open| open.expires.is_some_and(|expires| expires <= now)) {
            let Some(open) = self.open.remove(at) else { return };
            self.withdraw(&open).await;
            let diagnostic = Diagnostic::error("time-limit", "the time limit of the build is over");
            let hint = "run the build again for the rest, or give it more with `--time-limit`";
            open.answer(Err(diagnostic.hint(hint).into()));
        }
    }

    /// Hands requests to the worker until it has enough.
    async fn hand_over(&mut self) {
        while self.open.iter().filter(|open| open.sent).count() < AHEAD
            && let Some(at) = self.open.iter().position(|open| !open.sent)
        {
            if let Err(diagnostic) = self.connect().await {
                return self.fail_all(&diagnostic);
            }
            let message = match self.message(at) {
                Ok(message) => message,
                Err(diagnostic) => {
                    self.finish(at, Err(diagnostic.into()));
                    continue;
                }
            };
            let Some(line) = &mut self.line else { return };
            match line.link.ask(&message, DEADLINE).await {
                Ok(answer) => self.accepted(at, &answer).await,
                Err(LinkError::Refused(refusal)) if !refusal.retry => self.finish(at, Err(refused(refusal).into())),
                Err(_) => self.lose().await,
            }
        }
    }

    fn message(&self, at: usize) -> Result<Message, Diagnostic> {
        let open = &self.open[at];
        let ask = open.ask().ok_or_else(|| failed("it is no request for the worker".to_owned()))?;
        let drawing = self.settings.models().drawing(ask, open.request.seed, &self.settings.out);
        let drawing = drawing.map_err(|missing| missing.into_iter().next().unwrap_or_else(|| failed(String::new())))?;
        Ok(Message::Generate { job_id: open.job.clone(), drawing: Box::new(drawing) })
    }

    /// The worker has the request; it may have drawn it before.
    async fn accepted(&mut self, at: usize, answer: &Value) {
        let open = &mut self.open[at];
        open.sent = true;
        open.since = answer.get("last_seq").and_then(Value::as_u64).unwrap_or(0);
        let job = open.job.clone();
        if answer.get("state").and_then(Value::as_str) == Some(JobPhase::Done.word()) {
            self.look_at(job).await;
        }
    }

    /// Connects to the worker, which is started unless it runs.
    async fn connect(&mut self) -> Result<(), Diagnostic> {
        if self.line.is_some() {
            return Ok(());
        }
        if let Ok(line) = dial(&self.settings).await {
            self.line = Some(line);
            return Ok(());
        }
        let start = Arc::clone(&self.settings.start);
        let started = tokio::task::spawn_blocking(move || start()).await;
        started.unwrap_or_else(|error| Err(failed(error.to_string())))?;
        self.line = Some(dial(&self.settings).await?);
        Ok(())
    }

    /// The worker is gone, or going: everything is handed over again.
    async fn lose(&mut self) {
        self.line = None;
        self.open.iter_mut().for_each(|open| (open.sent, open.since) = (false, 0));
        self.lost += 1;
        if self.lost > MOST_LOST {
            self.lost = 0;
            return self.fail_all(&failed("the worker ends again and again before an image is drawn".to_owned()));
        }
        sleep(Duration::from_millis(200) * self.lost).await;
    }

    /// An event, or the loss of the subscription.
    async fn heard(&mut self, message: ZmqResult<ZmqMessage>) {
        let Ok(message) = message else { return self.lose().await };
        let frames = message.into_vec();
        let [topic, body] = &frames[..] else { return };
        let Ok(Some(event)) = read_event(topic, body) else { return };
        let Some(at) = self.open.iter().position(|open| open.sent && open.job == event.job_id) else { return };
        let open = &mut self.open[at];
        if event.seq <= open.since {
            return;
        }
        open.since = event.seq;
        match event.kind {
            JobEventKind::Progress { step, steps } => {
                let Request { slot, n, ask, .. } = &open.request;
                let (slot, server) = (slot.clone(), "worker".to_owned());
                let (n, model) = (*n, ask.checkpoint().map(str::to_owned));
                open.batch.observer.on(&Event::Progress { slot, n, step, steps, server, model });
            }
            JobEventKind::Preview { path, sha256, .. } => self.preview(at, path, sha256),
            JobEventKind::Done(result) => self.drawn(at, result),
            JobEventKind::Failed(error) => self.finish(at, Err(job_failed(&error).into())),
            JobEventKind::State { state, .. } => self.stands(at, state).await,
            _ => {}
        }
    }

    /// Asks for the requests that the worker has: events may have been lost.
    async fn look(&mut self) {
        if endpoints(&self.settings.sockets).is_err() {
            return self.lose().await;
        }
        for job in self.open.iter().filter(|open| open.sent).map(|open| open.job.clone()).collect::<Vec<_>>() {
            self.look_at(job).await;
        }
    }

    async fn look_at(&mut self, job: String) {
        let Some(line) = &mut self.line else { return };
        let status = line.link.ask(&Message::Status { job_id: job.clone() }, DEADLINE).await;
        let Some(at) = self.open.iter().position(|open| open.job == job) else { return };
        match status.map(serde_json::from_value::<JobStatus>) {
            Ok(Ok(JobStatus { state: JobPhase::Done, result: Some(result), .. })) => self.drawn(at, result),
            Ok(Ok(JobStatus { state: JobPhase::Failed, error: Some(error), .. })) => {
                self.finish(at, Err(job_failed(&error).into()));
            }
            Ok(Ok(JobStatus { state, .. })) => self.stands(at, state).await,
            // A worker that was started since does not know it.
            Err(LinkError::Refused(_)) => self.open[at].sent = false,
            Ok(Err(_)) | Err(_) => self.lose().await,
        }
    }

    async fn stands(&mut self, at: usize, state: JobPhase) {
        match state {
            JobPhase::Cancelled => {
                let diagnostic = Diagnostic::error("worker-cancelled", "another client of the worker cancelled it");
                self.finish(at, Err(diagnostic.hint("build again").into()));
            }
            // The worker ends.
            JobPhase::Interrupted => self.lose().await,
            _ => {}
        }
    }

    /// A preview is read beside the desk; one that the next has replaced by then is left out.
    fn preview(&self, at: usize, path: String, sha256: String) {
        let open = &self.open[at];
        let Request { slot, n, .. } = &open.request;
        let (slot, n, job, batch) = (slot.clone(), *n, open.job.clone(), BatchRef::clone(&open.batch));
        let settings = Arc::clone(&self.settings);
        tokio::task::spawn_blocking(move || {
            if let Some(bytes) = preview(&settings, &job, &path, &sha256) {
                let (format, base64) = ("png".to_owned(), STANDARD.encode(bytes));
                batch.observer.on(&Event::Preview { slot, n, format, base64 });
            }
        });
    }

    /// The picture is there: it is read beside the desk.
    fn drawn(&mut self, at: usize, result: TrainResult) {
        self.lost = 0;
        let Some(open) = self.open.remove(at) else { return };
        let version = self.line.as_ref().map_or_else(String::new, |line| line.version.clone());
        let settings = Arc::clone(&self.settings);
        tokio::task::spawn_blocking(move || {
            let Some(ask) = open.ask() else { return };
            open.answer(captured(&settings, ask, &open.job, &version, &result));
        });
    }

    fn finish(&mut self, at: usize, result: Result<crate::generate::Captured, Failure>) {
        if let Some(open) = self.open.remove(at) {
            open.answer(result);
        }
    }

    fn fail_all(&mut self, diagnostic: &Diagnostic) {
        self.open.drain(..).for_each(|open| open.answer(Err(diagnostic.clone().into())));
    }
}

impl Open {
    fn ask(&self) -> Option<&WorkerAsk> {
        self.request.ask.worker()
    }

    fn answer(&self, result: Result<crate::generate::Captured, Failure>) {
        self.batch.reply(Arrival { key: self.request.key, result });
    }
}

/// The next event of the worker.
async fn next(line: &mut Option<Line>) -> ZmqResult<ZmqMessage> {
    match line {
        Some(line) => line.events.recv().await,
        None => std::future::pending().await,
    }
}

async fn dial(settings: &Settings) -> Result<Line, LinkError> {
    let endpoints = endpoints(&settings.sockets)?;
    let mut link = Link::new(&endpoints.requests, token(&settings.sockets));
    let hello = Message::Hello { client: "dgx-pixels".to_owned(), proto: [1, 1] };
    let hello: Hello = serde_json::from_value(link.ask(&hello, DEADLINE).await?)
        .map_err(|error| LinkError::Malformed(error.to_string()))?;
    let mut events = SubSocket::new();
    let connected = timeout(DEADLINE, async {
        events.subscribe("job.").await?;
        events.connect(&endpoints.events).await
    });
    let connected = connected.await.map_err(|_| LinkError::Timeout)?;
    connected.map_err(|error| LinkError::Socket(error.to_string()))?;
    Ok(Line { link, events, version: hello.version })
}

fn failed(message: String) -> Diagnostic {
    Diagnostic::error("worker-failed", message).hint("`dgx-pixels worker status` shows its state")
}

fn refused(refusal: Refusal) -> Diagnostic {
    LinkError::Refused(refusal).into()
}

/// Why a picture was not drawn.
fn job_failed(error: &JobError) -> Diagnostic {
    let message = format!("the worker cannot draw it: {}", error.msg);
    match error.code.as_str() {
        "data_invalid" | "not_found" => {
            Diagnostic::error("worker-data", message).hint("check the model files that the style names")
        }
        "out_of_memory" => Diagnostic::error("out-of-memory", message)
            .hint("use a smaller canvas, or end what holds memory: a ComfyUI server keeps its models loaded"),
        _ => Diagnostic::error("worker-failed", message).hint("`draw.log` in the folder of its sockets says more"),
    }
}
