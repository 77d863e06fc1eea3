//! Executes the scheduler's actions and reports their results to it. One task owns all state; other tasks do the I/O.

mod batches;
mod ending;
mod jobs;
mod notices;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::attempt::Attempt;
use super::event::DriverEvent;
use super::link::Link;
use super::own_prompts::OwnPrompts;
use super::scheduler::{Action, Answer, AttemptId, FetchError, Input, JobId, Options, Scheduler, ServerId};
use super::socket::SocketEvent;
use super::tasks::{self, Task, Watched};
use super::wire::Image;
use super::{Settings, socket};
use crate::generate::{Arrival, BatchId, Captured, Failure};
use crate::words::diagnostic::Diagnostic;
use crate::words::server::Patience;

use batches::BatchState;
use jobs::Job;

pub(super) use ending::ended;

/// The driver.
pub(super) struct Driver {
    pub settings: Arc<Settings>,
    pub links: Vec<Arc<Link>>,
    scheduler: Scheduler,
    began: Instant,
    inbox: UnboundedSender<DriverEvent>,
    received: UnboundedReceiver<DriverEvent>,
    batches: BTreeMap<BatchId, BatchState>,
    jobs: BTreeMap<JobId, Job>,
    /// Until the scheduler forgets them.
    attempts: HashMap<AttemptId, Attempt>,
    /// Attempts by the id under which their server knows them.
    by_prompt: HashMap<String, AttemptId>,
    own_prompts: OwnPrompts,
    jobs_made: u64,
    /// Tasks that a server should hear of before this process ends.
    withdrawals: JoinSet<BatchId>,
    /// Who waits for the end.
    ending: Option<Sender<()>>,
    listening: bool,
    /// Whether there are jobs: without any, sockets that break are not opened again.
    busy: watch::Sender<bool>,
    /// Which attempt a server works on, for previews that name none.
    at_work: HashMap<ServerId, AttemptId>,
    runtime: Handle,
    /// Names this process in the files that servers write.
    run: String,
}

impl Driver {
    /// A driver that has nothing to do yet.
    pub(super) fn new(settings: Arc<Settings>, runtime: &Handle) -> Self {
        let (inbox, received) = unbounded_channel();
        let links: Vec<_> = settings.servers.iter().map(|server| Arc::new(Link::new(server))).collect();
        let names = settings.servers.iter().map(|server| server.url.clone()).collect();
        Self {
            scheduler: Scheduler::new(names, options(&settings.patience)),
            links,
            settings,
            began: Instant::now(),
            inbox,
            received,
            batches: BTreeMap::new(),
            jobs: BTreeMap::new(),
            attempts: HashMap::new(),
            by_prompt: HashMap::new(),
            own_prompts: OwnPrompts::default(),
            jobs_made: 0,
            withdrawals: JoinSet::new(),
            ending: None,
            listening: false,
            busy: watch::Sender::new(false),
            at_work: HashMap::new(),
            runtime: runtime.clone(),
            run: uuid::Uuid::new_v4().simple().to_string(),
        }
    }

    /// Where it receives events.
    pub(super) fn inbox(&self) -> UnboundedSender<DriverEvent> {
        self.inbox.clone()
    }

    /// Runs until its runtime ends.
    pub(super) async fn run(mut self) {
        loop {
            let timeout = self.scheduler.next_timeout();
            let timeout = timeout.map(|due| tokio::time::Instant::from_std(self.began + due));
            let patience = self.patience().map(tokio::time::Instant::from_std);
            let expiry = self.expiry().map(tokio::time::Instant::from_std);
            tokio::select! {
                event = self.received.recv() => match event {
                    Some(event) => {
                        self.handle(event);
                        self.note_busy();
                        self.release();
                    }
                    None => return,
                },
                () = at(timeout) => self.input(Input::Timer),
                () = at(patience) => self.release(),
                () = at(expiry) => {
                    self.expire();
                    self.note_busy();
                }
                Some(Ok(batch)) = self.withdrawals.join_next() => {
                    self.withdrawn(batch);
                    self.release();
                }
            }
        }
    }

    fn note_busy(&self) {
        let busy = !self.jobs.is_empty();
        self.busy.send_if_modified(|before| std::mem::replace(before, busy) != busy);
    }

    fn handle(&mut self, event: DriverEvent) {
        match event {
            DriverEvent::Preflight { asks, batch, reply } => self.preflight(asks, batch, reply),
            DriverEvent::Preflighted { findings, reply } => drop(reply.send(findings)),
            DriverEvent::Submitted { requests, batch } => self.submit(requests, &batch),
            DriverEvent::Changed { batch, request, change } => self.change(batch, request, change),
            DriverEvent::Cancelled(batch) => self.cancel(batch),
            DriverEvent::Ending { done } => self.ending = Some(done),
            DriverEvent::Posted { batch, input } => {
                if let Some(batch) = self.batches.get_mut(&batch) {
                    batch.posting = batch.posting.saturating_sub(1);
                }
                self.input(input);
            }
            DriverEvent::Input(input) => self.input(input),
            DriverEvent::Probed(server, input) => {
                self.recheck_jobs(server).into_iter().for_each(|input| self.input(input));
                self.input(input);
            }
            DriverEvent::Ended { attempt, images, took, failed } => self.ended(attempt, images, took, failed),
            DriverEvent::Fetched { attempt, result } => self.fetched(attempt, *result),
            DriverEvent::Socket(server, event) => self.socket_event(server, event),
        }
    }

    fn ended(&mut self, id: AttemptId, images: Vec<Image>, took: Option<Duration>, failed: bool) {
        let Some(attempt) = self.attempts.get_mut(&id) else { return };
        (attempt.images, attempt.took) = (images, took);
        if failed {
            self.runtime.spawn(tasks::close(Arc::clone(&attempt.log), attempt.prompt.clone()));
        }
    }

    fn fetched(&mut self, attempt: AttemptId, result: Result<Captured, FetchError>) {
        let result = result.map(|captured| {
            if let Some(job) = self.jobs.get_mut(&attempt.job) {
                job.captured = Some((attempt, captured));
            }
        });
        self.input(Input::Fetched { attempt, result });
    }

    /// Passes an input to the scheduler and executes what follows.
    pub(super) fn input(&mut self, input: Input) {
        for action in self.scheduler.handle(input, self.began.elapsed()) {
            self.execute(action);
        }
    }

    fn execute(&mut self, action: Action) {
        match action {
            Action::Probe { server } => self.start(server, Task::Probe),
            Action::Post { server, attempt } => self.post(server, attempt),
            Action::Poll { server, attempts } => {
                let attempts = self.watched(&attempts);
                self.start(server, Task::Poll(attempts));
            }
            Action::Snapshot { server, attempts } => {
                let attempts = self.watched(&attempts);
                self.start(server, Task::Snapshot(attempts, self.own_prompts.clone()));
            }
            Action::Fetch { server, attempt } => self.fetch(server, attempt),
            Action::TakeBack { server, attempt } => self.take_back(server, attempt),
            Action::Withdraw { server, attempt } => self.withdraw(server, attempt),
            Action::Answer { job, answer } => self.answer(job, answer),
            Action::Forget { attempt } => self.forget(attempt),
            Action::Notify(notice) => self.notify(notice),
        }
    }

    /// Starts a task beside the driver; its result comes in as an event.
    pub(super) fn start(&self, server: ServerId, task: Task) {
        let Some(link) = self.links.get(server.0).cloned() else { return };
        let panicked = task.panicked(server);
        let running = task.run(server, link, self.inbox.clone());
        self.runtime.spawn(tasks::supervise(running, panicked, self.inbox.clone()));
    }

    fn forget(&mut self, id: AttemptId) {
        if let Some(attempt) = self.attempts.remove(&id) {
            // Another attempt may have adopted the prompt.
            if self.by_prompt.get(&attempt.prompt) == Some(&id) {
                self.by_prompt.remove(&attempt.prompt);
            }
            self.at_work.retain(|_, at_work| *at_work != id);
        }
    }

    fn answer(&mut self, id: JobId, answer: Answer) {
        let Some(mut job) = self.jobs.remove(&id) else { return };
        let result = match answer {
            Answer::Done { attempt } => match job.captured.take().filter(|(of, _)| *of == attempt) {
                Some((_, captured)) => Ok(captured),
                None => Err(Diagnostic::error("image-unavailable", "its image was lost on the way").into()),
            },
            Answer::Failed(failure) => Err(failure.diagnostic().into()),
            Answer::Cancelled => Err(Failure::Cancelled),
        };
        let arrival = Arrival { key: job.request.key, result };
        match self.batches.get_mut(&job.batch.id()).filter(|state| state.cancelled.is_some()) {
            Some(state) => state.held.push(arrival),
            None => job.batch.reply(arrival),
        }
    }

    /// Listens to every server, from the first request on.
    fn listen(&mut self) {
        if std::mem::replace(&mut self.listening, true) {
            return;
        }
        for (number, link) in self.links.iter().enumerate() {
            let Ok(client) = link.client.clone() else { continue };
            let (sender, mut receiver) = tokio::sync::mpsc::channel(256);
            self.runtime.spawn(socket::listen(client, link.socket.clone(), sender, self.busy.subscribe()));
            let inbox = self.inbox.clone();
            self.runtime.spawn(async move {
                while let Some(event) = receiver.recv().await {
                    if inbox.send(DriverEvent::Socket(ServerId(number), event)).is_err() {
                        return;
                    }
                }
            });
        }
    }
}

fn options(patience: &Patience) -> Options {
    let usual = Options::default();
    Options {
        grace: patience.absence,
        stalled_grace: patience.absence,
        stall: patience.silence,
        stall_least: usual.stall_least.min(patience.silence),
        idle_stall: usual.idle_stall.min(patience.silence),
        ..usual
    }
}

async fn at(due: Option<tokio::time::Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}
