//! Requests as jobs of the fleet, and their tries.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::{Driver, Errand};
use crate::generate::comfyui::errands;
use crate::generate::comfyui::misfit::{self, Memo};
use crate::generate::comfyui::wire::Image;
use crate::generate::fleet::{self, Earlier, FetchError, JobId, News, PostError, Reason, ServerId, Ticket, Work};
use crate::generate::{Arrival, Batch, Captured, Failure, Request, other_backend};
use crate::words::ask::{Ask, ComfyAsk};
use crate::words::attempt::Sent;
use crate::words::diagnostic::Diagnostic;
use crate::words::style::Style;
use crate::workflow;

/// A request on its way.
pub struct Job {
    pub request: Request,
    /// The nodes whose images are the answer.
    pub outputs: Vec<String>,
    pub batch: Batch,
    /// By number of the attempt.
    pub tries: BTreeMap<u32, Try>,
    /// The picture that came, until the fleet says that it is the answer.
    pub captured: Option<(Ticket, Captured)>,
}

/// One try.
#[derive(Clone, Debug)]
pub struct Try {
    pub ticket: Ticket,
    pub prompt: String,
    pub prefix: String,
    /// What it made, once that is known.
    pub images: Vec<Image>,
    /// How long its server worked on it.
    pub took: Option<Duration>,
    /// The step that was told last.
    pub step: (u32, u32),
}

impl Driver {
    /// Takes requests; what cannot even be bound is answered at once.
    pub fn take(&mut self, requests: Vec<Request>, batch: &Batch) {
        if batch.cancel.is_cancelled() {
            let cancelled = |request: Request| Arrival { key: request.key, result: Err(Failure::Cancelled) };
            return requests.into_iter().for_each(|request| batch.reply(cancelled(request)));
        }
        let mut jobs = Vec::new();
        let mut memo = Memo::default();
        for request in requests {
            let earlier = self.batch(batch).earlier.remove(&request.key).unwrap_or_default();
            match self.job(request, earlier, batch, &mut memo) {
                Ok(job) => jobs.push(job),
                Err(arrival) => batch.reply(*arrival),
            }
        }
        if !jobs.is_empty() {
            self.listen();
            self.news(News::Jobs(jobs));
        }
    }

    fn job(
        &mut self,
        request: Request,
        earlier: Vec<Sent>,
        batch: &Batch,
        memo: &mut Memo,
    ) -> Result<fleet::Job, Box<Arrival>> {
        let fail = |failure: Failure| Box::new(Arrival { key: request.key, result: Err(failure) });
        let Ask::Comfyui(ask) = &*request.ask else { return Err(fail(other_backend(&request, "comfyui"))) };
        let bound = workflow::bind(ask, &batch.workflows).map_err(|error| fail(unbound(&error).into()))?;
        self.numbered += 1;
        let id = JobId(self.numbered);
        let work = work(ask, self.numbered);
        let unable = self.links.iter().enumerate().filter_map(|(number, link)| {
            let known = link.known()?;
            let misfits = memo.misfits(number, &known, ask, &bound, batch, &self.settings);
            Some((ServerId(number), misfits.first()?.message.clone()))
        });
        let unable = unable.collect();
        let (tries, earlier) = self.earlier(id, earlier);
        tries.values().for_each(|tried| self.know(&tried.prompt, tried.ticket));
        // The graph itself is bound again when it is sent: most of the jobs only wait.
        let (outputs, batch) = (bound.outputs().to_vec(), batch.clone());
        self.jobs.insert(id, Job { request, outputs, batch, tries, captured: None });
        Ok(fleet::Job { id, work, unable, earlier })
    }

    /// Tries of earlier builds on servers that are still ours.
    fn earlier(&self, id: JobId, sent: Vec<Sent>) -> (BTreeMap<u32, Try>, Vec<Earlier>) {
        let (mut tries, mut earlier) = (BTreeMap::new(), Vec::new());
        for (attempt, sent) in (1..).zip(sent) {
            let Some(server) = self.links.iter().position(|link| link.address == sent.server) else { continue };
            let ticket = Ticket { job: id, attempt };
            let (prompt, prefix) = (sent.prompt, sent.prefix);
            tries.insert(attempt, Try { ticket, prompt, prefix, images: Vec::new(), took: None, step: (0, 0) });
            earlier.push(Earlier { attempt, server: ServerId(server) });
        }
        (tries, earlier)
    }

    /// What a server that was not known cannot do.
    pub fn unable_of(&mut self, server: ServerId) -> Vec<News> {
        let Some(known) = self.links.get(server.0).and_then(|link| link.known()) else { return Vec::new() };
        let mut memo = Memo::default();
        let mut news = Vec::new();
        for (id, job) in &self.jobs {
            let Ask::Comfyui(ask) = &*job.request.ask else { continue };
            let Ok(bound) = workflow::bind(ask, &job.batch.workflows) else { continue };
            let misfits = memo.misfits(server.0, &known, ask, &bound, &job.batch, &self.settings);
            news.push(match misfits.first() {
                Some(misfit) => News::Unable { server, job: *id, why: misfit.message.clone() },
                None => News::Able { server, job: *id },
            });
        }
        news
    }

    /// A new try: an id and a prefix that nobody ever had.
    pub fn post(&mut self, server: ServerId, ticket: Ticket) {
        let fail = |message: &str| News::Posted { ticket, result: Err(PostError::Rejected(message.to_owned())) };
        let Some(job) = self.jobs.get_mut(&ticket.job) else { return self.news(fail("nobody wants it any more")) };
        let Some(link) = self.links.get(server.0) else { return self.news(fail("there is no such server")) };
        let bound = match &*job.request.ask {
            Ask::Comfyui(ask) => workflow::bind(ask, &job.batch.workflows).map_err(|error| error.to_string()),
            _ => Err("it asks another backend".to_owned()),
        };
        let bound = match bound {
            Ok(bound) => bound,
            Err(message) => return self.news(fail(&message)),
        };
        let id = Uuid::new_v4();
        let (prompt, nonce) = (id.to_string(), id.simple().to_string());
        let key = job.request.key.to_string();
        let prefix = format!("dgxp/{:.8}/{key:.12}-{nonce:.10}", self.run);
        let sent = Sent {
            request: job.request.key,
            slot: job.request.slot.clone(),
            n: job.request.n,
            attempt: ticket.attempt,
            server: link.address.clone(),
            prompt: prompt.clone(),
            prefix: prefix.clone(),
        };
        let tried = Try { ticket, prompt: prompt.clone(), prefix, images: Vec::new(), took: None, step: (0, 0) };
        job.tries.insert(ticket.attempt, tried.clone());
        let batch = job.batch.id();
        let errand = Errand::Post {
            tried,
            sent,
            seed: job.request.seed,
            bound,
            inputs: job.request.inputs.clone(),
            batch: job.batch.clone(),
        };
        self.know(&prompt, ticket);
        if let Some(state) = self.batches.get_mut(&batch) {
            state.posting += 1;
        }
        self.errand(server, errand);
    }

    /// Brings what a try made.
    pub fn fetch(&mut self, server: ServerId, ticket: Ticket) {
        let Some((job, tried)) = self.tried(ticket) else {
            return self.news(News::Fetched { ticket, result: Err(FetchError::Missing) });
        };
        let Ask::Comfyui(ask) = &*job.request.ask else { return };
        let (ask, settings) = (ask.clone(), Arc::clone(&self.settings));
        let errand = Errand::Fetch { tried: tried.clone(), ask, batch: job.batch.clone(), settings };
        self.errand(server, errand);
    }

    /// Takes a try back from its server.
    pub fn withdraw(&mut self, server: ServerId, ticket: Ticket) {
        let now = self.tried(ticket).map(|(job, tried)| (tried.prompt.clone(), job.batch.clone()));
        let past = || self.past.get(&ticket).map(|(tried, batch)| (tried.prompt.clone(), batch.clone()));
        let Some((prompt, batch)) = now.or_else(past) else { return };
        let Some(link) = self.links.get(server.0).cloned() else { return };
        if let Some(state) = self.batches.get_mut(&batch.id()) {
            state.withdrawing += 1;
        }
        let withdrawing = async move {
            errands::withdraw(link, prompt, Arc::clone(&batch.ledger)).await;
            batch.id()
        };
        self.withdrawals.spawn_on(withdrawing, &self.runtime);
    }

    /// Tries with the nodes that answer.
    pub fn tries(&self, tickets: &[Ticket]) -> Vec<(Try, Vec<String>)> {
        let now = |ticket: &Ticket| {
            let (job, tried) = self.tried(*ticket)?;
            Some((tried.clone(), job.outputs.clone()))
        };
        let past = |ticket: &Ticket| self.past.get(ticket).map(|(tried, _)| (tried.clone(), Vec::new()));
        tickets.iter().filter_map(|ticket| now(ticket).or_else(|| past(ticket))).collect()
    }

    fn know(&mut self, prompt: &str, ticket: Ticket) {
        self.prompts.insert(prompt.to_owned(), ticket);
        self.ours.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(prompt.to_owned());
    }

    pub fn tried(&self, ticket: Ticket) -> Option<(&Job, &Try)> {
        let job = self.jobs.get(&ticket.job)?;
        Some((job, job.tries.get(&ticket.attempt)?))
    }
}

/// A failure with the manifest's line of the first thing that it quotes.
pub fn explained(batch: &Batch, reason: &Reason) -> Diagnostic {
    let failure = reason.diagnostic();
    let quoted = failure.message.split('"').skip(1).step_by(2);
    match quoted.filter_map(|text| misfit::place_of(&batch.sources, text)).next() {
        Some(place) => Diagnostic { message: format!("{} ({place})", failure.message), ..failure },
        None => failure,
    }
}

/// A workflow that cannot be bound to an ask.
pub fn unbound(error: &workflow::WorkflowError) -> Diagnostic {
    Diagnostic::error("workflow", error.to_string()).hint(error.hint())
}

/// What a server needs for an ask, as far as the order of work is concerned.
fn work(ask: &ComfyAsk, order: u64) -> Work {
    let Style { workflow, checkpoint, vae, loras, canvas, .. } = &ask.style;
    let vae = vae.as_ref().map_or("", |vae| vae.file.as_str());
    let loras: Vec<String> = loras.iter().map(|lora| format!("{}*{}", lora.model.file, lora.weight)).collect();
    Work {
        model: [workflow, &checkpoint.file, vae].join("\n"),
        loras: loras.join("\n"),
        canvas: *canvas,
        prompt: [&*ask.prompt, &*ask.negative].join("\n"),
        order,
    }
}
