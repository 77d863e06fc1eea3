//! Requests as jobs of the scheduler, and the attempts at them.

use std::sync::Arc;

use uuid::Uuid;

use super::ending::Submission;
use super::{Attempt, Driver, Task, Watched, tasks};
use crate::generate::comfyui::compatibility::{Checker, invalid_workflow};
use crate::generate::comfyui::expected::Expected;
use crate::generate::comfyui::scheduler::{
    self, AttemptId, Cause, Earlier, FetchError, Input, JobFailure, JobId, PostError, ServerId, Status, Work,
};
use crate::generate::{Arrival, BatchRef, Captured, Failure, Request, other_backend};
use crate::words::ask::ComfyAsk;
use crate::words::attempt::LoggedAttempt;
use crate::words::style::Style;
use crate::workflow;

/// A request without an answer.
pub(super) struct Job {
    pub request: Request,
    pub batch: BatchRef,
    /// The nodes whose images are the answer.
    outputs: Vec<String>,
    /// What its image has to be.
    expected: Expected,
    /// The image that came, until the scheduler says that it is the answer.
    pub captured: Option<(AttemptId, Captured)>,
}

impl Driver {
    /// Takes requests; what cannot even be bound is answered at once.
    pub(crate) fn submit(&mut self, requests: Vec<Request>, batch: &BatchRef) {
        if batch.cancel.is_cancelled() {
            let cancelled = |request: Request| Arrival { key: request.key, result: Err(Failure::Cancelled) };
            return requests.into_iter().for_each(|request| batch.reply(cancelled(request)));
        }
        if self.batch(batch).expired {
            let over = |request: Request| {
                let failure = JobFailure::TimeLimit.diagnostic().into();
                Arrival { key: request.key, result: Err(failure) }
            };
            return requests.into_iter().for_each(|request| batch.reply(over(request)));
        }
        let mut jobs = Vec::new();
        let mut checker = Checker::default();
        let mut submission = Submission { requests: requests.into(), batch };
        while let Some(request) = submission.requests.front() {
            let earlier = self.batch(batch).earlier.remove(&request.key).unwrap_or_default();
            match self.job(request.clone(), earlier, batch, &mut checker) {
                Ok(job) => jobs.push(job),
                Err(arrival) => batch.reply(*arrival),
            }
            submission.requests.pop_front();
        }
        if !jobs.is_empty() {
            self.listen();
            self.input(Input::Jobs(jobs));
        }
    }

    fn job(
        &mut self,
        request: Request,
        earlier: Vec<LoggedAttempt>,
        batch: &BatchRef,
        checker: &mut Checker,
    ) -> Result<scheduler::Job, Box<Arrival>> {
        let fail = |failure: Failure| Box::new(Arrival { key: request.key, result: Err(failure) });
        let Some(ask) = request.ask.comfyui() else { return Err(fail(other_backend(&request, "comfyui"))) };
        let bound = workflow::bind(ask, &batch.workflows).map_err(|error| fail(invalid_workflow(&error).into()))?;
        self.jobs_made += 1;
        let id = JobId(self.jobs_made);
        let work = work(ask, self.jobs_made);
        let unable = self.links.iter().enumerate().filter_map(|(number, link)| {
            let info = link.info()?;
            let first = checker.check(number, &info, ask, &bound, batch, &self.settings).first()?;
            Some((ServerId(number), first.into()))
        });
        let unable = unable.collect();
        let earlier = self.earlier(id, earlier, batch);
        // The graph itself is bound again when it is sent: most of the jobs only wait.
        let (outputs, expected, batch) = (bound.outputs().to_vec(), Expected::of(ask, &bound), batch.clone());
        self.jobs.insert(id, Job { request, batch, outputs, expected, captured: None });
        Ok(scheduler::Job { id, work, unable, earlier })
    }

    /// Attempts of earlier builds on servers that are still in the settings, without those that cannot be adopted.
    fn earlier(&mut self, job: JobId, logged: Vec<LoggedAttempt>, batch: &BatchRef) -> Vec<Earlier> {
        let mut earlier = Vec::new();
        for (number, logged) in (1..).zip(logged) {
            let Some(server) = self.links.iter().position(|link| link.address == logged.server) else { continue };
            if !self.release_prompt(&logged.prompt) {
                continue;
            }
            let id = AttemptId { job, number };
            self.add(Attempt::new(id, logged.prompt, logged.prefix, batch));
            earlier.push(Earlier { number, server: ServerId(server) });
        }
        earlier
    }

    /// Releases a prompt from the attempt of an earlier batch; says whether no attempt has it now. Of two, one would
    /// withdraw what the other waits for.
    fn release_prompt(&mut self, prompt: &str) -> bool {
        if let Some(attempt) = self.by_prompt.get(prompt).copied() {
            self.input(Input::Release { attempt });
        }
        !self.by_prompt.contains_key(prompt)
    }

    fn add(&mut self, attempt: Attempt) {
        self.own_prompts.add(&attempt.prompt);
        self.by_prompt.insert(attempt.prompt.clone(), attempt.id);
        self.attempts.insert(attempt.id, attempt);
    }

    /// What a server that was just probed lacks for the open jobs.
    pub(crate) fn recheck_jobs(&mut self, server: ServerId) -> Vec<Input> {
        let Some(info) = self.links.get(server.0).and_then(|link| link.info()) else { return Vec::new() };
        let mut checker = Checker::default();
        let mut inputs = Vec::new();
        for (id, job) in &self.jobs {
            let Some(ask) = job.request.ask.comfyui() else { continue };
            let Ok(bound) = workflow::bind(ask, &job.batch.workflows) else { continue };
            let found = checker.check(server.0, &info, ask, &bound, &job.batch, &self.settings);
            inputs.push(match found.first() {
                Some(first) => Input::Incompatible { server, job: *id, cause: first.into() },
                None => Input::Compatible { server, job: *id },
            });
        }
        inputs
    }

    /// A new attempt: an id and a prefix that were never used before.
    pub(crate) fn post(&mut self, server: ServerId, attempt: AttemptId) {
        let fail = |cause: Cause| Input::Posted { attempt, result: Err(PostError::Rejected(cause)) };
        let Some(job) = self.jobs.get(&attempt.job) else {
            return self.input(fail("the request was cancelled".into()));
        };
        let Some(link) = self.links.get(server.0) else { return self.input(fail("there is no such server".into())) };
        let bound = match job.request.ask.comfyui() {
            Some(ask) => workflow::bind(ask, &job.batch.workflows).map_err(|error| (&invalid_workflow(&error)).into()),
            None => Err("it is a request for another backend".into()),
        };
        let bound = match bound {
            Ok(bound) => bound,
            Err(cause) => return self.input(fail(cause)),
        };
        let id = Uuid::new_v4();
        let (prompt, nonce) = (id.to_string(), id.simple().to_string());
        let key = job.request.key.to_string();
        let prefix = format!("dgxp/{:.8}/{key:.12}-{nonce:.10}", self.run);
        let logged = LoggedAttempt {
            request: job.request.key,
            slot: job.request.slot.clone(),
            n: job.request.n,
            attempt: attempt.number,
            server: link.address.clone(),
            prompt: prompt.clone(),
            prefix: prefix.clone(),
        };
        let (seed, inputs, batch) = (job.request.seed, job.request.inputs.clone(), job.batch.clone());
        let new = Attempt::new(attempt, prompt, prefix, &batch);
        if let Some(state) = self.batches.get_mut(&batch.id()) {
            state.posting += 1;
        }
        self.add(new.clone());
        self.start(server, Task::Post { attempt: new, logged, seed, bound, inputs, batch });
    }

    /// Downloads what an attempt made.
    pub(crate) fn fetch(&mut self, server: ServerId, id: AttemptId) {
        let known = self.jobs.get(&id.job).zip(self.attempts.get(&id));
        let Some((job, attempt)) = known else {
            return self.input(Input::Fetched { attempt: id, result: Err(FetchError::Missing) });
        };
        let Some(ask) = job.request.ask.comfyui() else { return };
        let (attempt, batch) = (attempt.clone(), job.batch.clone());
        let (ask, expected, settings) = (ask.clone(), job.expected, Arc::clone(&self.settings));
        let task = Task::Fetch { attempt, ask, expected, batch, settings };
        self.start(server, task);
    }

    /// Takes an attempt back from its server.
    pub(crate) fn withdraw(&mut self, server: ServerId, id: AttemptId) {
        let Some(attempt) = self.attempts.get(&id) else { return };
        let Some(link) = self.links.get(server.0).cloned() else { return };
        let (prompt, log, batch) = (attempt.prompt.clone(), Arc::clone(&attempt.log), attempt.batch);
        if let Some(state) = self.batches.get_mut(&batch) {
            state.withdrawing += 1;
        }
        let withdrawing = async move {
            // One that panicked is over, too.
            let _ = tokio::spawn(tasks::withdraw(link, prompt, log)).await;
            batch
        };
        self.withdrawals.spawn_on(withdrawing, &self.runtime);
    }

    /// Deletes an attempt from its server's queue, if it waits there.
    pub(crate) fn take_back(&mut self, server: ServerId, attempt: AttemptId) {
        match self.watched(&[attempt]).pop() {
            Some(watched) => self.start(server, Task::TakeBack(watched, self.own_prompts.clone())),
            None => self.input(Input::TakenBack { attempt, result: Ok(Status::Absent) }),
        }
    }

    /// Attempts with what is needed to read their ends.
    pub(crate) fn watched(&self, attempts: &[AttemptId]) -> Vec<Watched> {
        let known = attempts.iter().filter_map(|id| self.attempts.get(id));
        let watched = known.map(|attempt| {
            let job = self.jobs.get(&attempt.id.job);
            let outputs = job.map(|job| job.outputs.clone()).unwrap_or_default();
            let asset = job.map(|job| job.request.slot.group.name.clone());
            Watched { attempt: attempt.clone(), outputs, asset, batch: job.map(|job| job.batch.clone()) }
        });
        watched.collect()
    }
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
