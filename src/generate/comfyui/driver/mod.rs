//! Carries out what the fleet orders and tells it what came of that. One task owns all state; errands run beside it.

mod batches;
mod jobs;
mod links;
mod tell;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio::task::JoinSet;

use super::errands::Errand;
use super::socket::Told;
use super::wire::Image;
use super::{Settings, errands, socket};
use crate::generate::fleet::{Answer, FetchError, Fleet, JobId, News, Options, Order, ServerId, Ticket};
use crate::generate::{Arrival, Batch, BatchId, Captured, Change, Failure, Finding, Request};
use crate::words::ask::Ask;
use crate::words::asset::SlotId;
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::Digest;

use batches::BatchState;
pub use jobs::Try;
use jobs::{Job, explained};
pub use links::Link;

/// What comes to the driver.
pub enum Happened {
    /// Everything that may be asked is to be looked at.
    Preflight { asks: Vec<(SlotId, Arc<Ask>)>, batch: Batch, reply: Sender<Vec<Finding>> },
    /// The servers have been looked at: the answer goes out, and who cannot do what is kept.
    Examined { findings: Vec<Finding>, reply: Sender<Vec<Finding>> },
    /// Requests.
    Submitted { requests: Vec<Request>, batch: Batch },
    /// A request is to be changed.
    Changed { batch: BatchId, request: Digest, change: Change },
    /// A batch was cancelled.
    Cancelled(BatchId),
    /// The process ends: word is given when nothing is under way that a server should still hear of.
    Ending { done: Sender<()> },
    /// A prompt was sent, or not.
    Posted { batch: BatchId, news: News },
    /// An errand came back with news.
    News(News),
    /// A server was probed; what it cannot do is told before.
    Probed(ServerId, News),
    /// A try ended: its images, how long it took, and whether there never will be any.
    Ended { ticket: Ticket, images: Vec<Image>, took: Option<Duration>, failed: bool },
    /// A picture was fetched, or not.
    Fetched { ticket: Ticket, result: Box<Result<Captured, FetchError>> },
    /// A socket told something.
    Told(ServerId, Told),
}

/// The driver.
pub struct Driver {
    pub settings: Arc<Settings>,
    pub links: Vec<Arc<Link>>,
    fleet: Fleet,
    began: Instant,
    inbox: UnboundedSender<Happened>,
    jobs: HashMap<JobId, Job>,
    /// Tries by the id under which their server knows them.
    prompts: HashMap<String, Ticket>,
    /// Every id that was ever ours.
    pub ours: Arc<Mutex<HashSet<String>>>,
    /// Tries of jobs that are answered.
    past: HashMap<Ticket, (Try, Batch)>,
    numbered: u64,
    batches: BTreeMap<BatchId, BatchState>,
    /// Errands that a server should hear of before this process ends.
    withdrawals: JoinSet<BatchId>,
    /// Who waits for the end.
    ending: Option<Sender<()>>,
    listening: bool,
    /// Which try a server works on, for pictures that name none.
    at_work: HashMap<ServerId, Ticket>,
    runtime: Handle,
    /// Names this process in the files that servers write.
    run: String,
}

impl Driver {
    /// A driver that has nothing to do yet.
    pub fn new(settings: Arc<Settings>, inbox: UnboundedSender<Happened>, runtime: &Handle) -> Self {
        let links: Vec<_> = settings.servers.iter().map(|server| Arc::new(Link::new(server))).collect();
        let names = settings.servers.iter().map(|server| server.url.clone()).collect();
        Self {
            fleet: Fleet::new(names, Options::default()),
            links,
            settings,
            began: Instant::now(),
            inbox,
            jobs: HashMap::new(),
            prompts: HashMap::new(),
            ours: Arc::default(),
            past: HashMap::new(),
            numbered: 0,
            batches: BTreeMap::new(),
            withdrawals: JoinSet::new(),
            ending: None,
            listening: false,
            at_work: HashMap::new(),
            runtime: runtime.clone(),
            run: uuid::Uuid::new_v4().simple().to_string(),
        }
    }

    /// Until nobody can tell it anything any more.
    pub async fn run(mut self, mut received: UnboundedReceiver<Happened>) {
        loop {
            let due = self.fleet.due().map(|due| tokio::time::Instant::from_std(self.began + due));
            let patience = self.patience().map(tokio::time::Instant::from_std);
            tokio::select! {
                happened = received.recv() => match happened {
                    Some(happened) => {
                        self.fold(happened);
                        self.release();
                    }
                    None => return,
                },
                () = at(due) => self.news(News::Tick),
                () = at(patience) => self.release(),
                Some(withdrawn) = self.withdrawals.join_next() => {
                    self.withdrawn(withdrawn);
                    self.release();
                }
            }
        }
    }

    fn fold(&mut self, happened: Happened) {
        match happened {
            Happened::Preflight { asks, batch, reply } => self.preflight(asks, batch, reply),
            Happened::Examined { findings, reply } => drop(reply.send(findings)),
            Happened::Submitted { requests, batch } => self.take(requests, &batch),
            Happened::Changed { batch, request, change } => self.change(batch, request, change),
            Happened::Cancelled(batch) => self.cancelled(batch),
            Happened::Ending { done } => self.ending = Some(done),
            Happened::Posted { batch, news } => {
                if let Some(batch) = self.batches.get_mut(&batch) {
                    batch.posting = batch.posting.saturating_sub(1);
                }
                self.news(news);
            }
            Happened::News(news) => self.news(news),
            Happened::Probed(server, news) => {
                self.unable_of(server).into_iter().for_each(|news| self.news(news));
                self.news(news);
            }
            Happened::Ended { ticket, images, took, failed } => self.ended(ticket, images, took, failed),
            Happened::Fetched { ticket, result } => self.fetched(ticket, *result),
            Happened::Told(server, told) => self.told(server, told),
        }
    }

    fn ended(&mut self, ticket: Ticket, images: Vec<Image>, took: Option<Duration>, failed: bool) {
        let Some(job) = self.jobs.get_mut(&ticket.job) else { return };
        let Some(tried) = job.tries.get_mut(&ticket.attempt) else { return };
        (tried.images, tried.took) = (images, took);
        if failed {
            self.runtime.spawn(errands::settle(Arc::clone(&job.batch.ledger), tried.prompt.clone()));
        }
    }

    fn fetched(&mut self, ticket: Ticket, result: Result<Captured, FetchError>) {
        let result = result.map(|captured| {
            if let Some(job) = self.jobs.get_mut(&ticket.job) {
                job.captured = Some((ticket, captured));
            }
        });
        self.news(News::Fetched { ticket, result });
    }

    /// Tells the fleet, and does what it orders.
    pub fn news(&mut self, news: News) {
        let orders = self.fleet.on(news, self.began.elapsed());
        for order in orders {
            self.obey(order);
        }
    }

    fn obey(&mut self, order: Order) {
        match order {
            Order::Probe { server } => self.errand(server, Errand::Probe),
            Order::Post { server, ticket } => self.post(server, ticket),
            Order::Peek { server, tickets } => {
                let tries = self.tries(&tickets);
                self.errand(server, Errand::Peek(tries));
            }
            Order::Look { server, tickets } => {
                let tries = self.tries(&tickets);
                self.errand(server, Errand::Look(tries, Arc::clone(&self.ours)));
            }
            Order::Fetch { server, ticket } => self.fetch(server, ticket),
            Order::Withdraw { server, ticket } => self.withdraw(server, ticket),
            Order::Answer { job, answer } => self.answer(job, answer),
            Order::Tell(tell) => self.pass_on(tell),
        }
    }

    /// Runs an errand beside the driver; what it brings comes in as something that happened.
    pub fn errand(&self, server: ServerId, errand: Errand) {
        let Some(link) = self.links.get(server.0).cloned() else { return };
        let inbox = self.inbox.clone();
        self.runtime.spawn(errand.run(server, link, inbox));
    }

    fn answer(&mut self, id: JobId, answer: Answer) {
        let Some(mut job) = self.jobs.remove(&id) else { return };
        // Its tries may still have to be withdrawn somewhere.
        self.past.extend(
            job.tries
                .iter()
                .map(|(attempt, tried)| (Ticket { job: id, attempt: *attempt }, (tried.clone(), job.batch.clone()))),
        );
        let result = match answer {
            Answer::Done { ticket } => match job.captured.take().filter(|(of, _)| *of == ticket) {
                Some((_, captured)) => Ok(captured),
                None => Err(Diagnostic::error("image-lost", "its picture was lost on the way").into()),
            },
            Answer::Failed(reason) => Err(explained(&job.batch, &reason).into()),
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
            let (told, mut hear) = tokio::sync::mpsc::channel(256);
            self.runtime.spawn(socket::listen(client, link.socket.clone(), told));
            let inbox = self.inbox.clone();
            self.runtime.spawn(async move {
                while let Some(told) = hear.recv().await {
                    if inbox.send(Happened::Told(ServerId(number), told)).is_err() {
                        return;
                    }
                }
            });
        }
    }
}

async fn at(due: Option<tokio::time::Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}
