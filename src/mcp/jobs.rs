//! Jobs of this process: what runs, what it said, and what came of it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use schemars::JsonSchema;
use serde::Serialize;

use super::Server;
use super::call::Call;
use crate::session::{Cancel, Error, Operation, Outcome, Result};
use crate::words::diagnostic::Diagnostic;
use crate::words::event::{Event, Observer};
use crate::words::job::JobPhase;

/// Jobs that are remembered after their end.
const KEPT: usize = 100;

/// Events of a job that are remembered.
const EVENTS: usize = 1000;

/// Failures and files that an answer names.
const NAMED: usize = 10;

/// The jobs of a server.
#[derive(Clone, Default)]
pub(super) struct Jobs {
    all: Arc<Mutex<BTreeMap<u64, Record>>>,
    is_client_gone: Arc<AtomicBool>,
}

struct Record {
    report: JobAnswer,
    cancel: Cancel,
    events: VecDeque<(u64, Event)>,
}

/// A job as it is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct JobAnswer {
    /// Its number.
    pub(super) job: u64,
    /// What it does.
    pub(super) command: String,
    /// Queued, running or over.
    pub(super) phase: JobPhase,
    /// Images that a GPU was asked for.
    pub(super) images: usize,
    /// What it did; once it is over.
    pub(super) outcome: Option<Outcome>,
    /// Files that it wrote, the first ones.
    pub(super) files: Vec<String>,
    /// Why it did not happen, and what failed of it, the first ones.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// The number of its last event.
    pub(super) events: u64,
}

impl Jobs {
    /// Whether the only client went away.
    pub(super) fn is_client_gone(&self) -> bool {
        self.is_client_gone.load(Ordering::SeqCst)
    }

    /// The only client went away.
    pub(super) fn client_is_gone(&self) {
        self.is_client_gone.store(true, Ordering::SeqCst);
    }

    /// Cancels everything.
    pub(super) fn cancel_all(&self) {
        let cancels: Vec<Cancel> = self.all().values().map(|record| record.cancel.clone()).collect();
        cancels.iter().rev().for_each(Cancel::cancel);
    }

    /// Whether nothing is queued or running.
    pub(super) fn are_idle(&self) -> bool {
        self.all().values().all(|record| record.report.phase == JobPhase::Over)
    }

    /// A job.
    ///
    /// # Errors
    /// `unknown-job`.
    pub(super) fn get(&self, id: u64) -> Result<JobAnswer> {
        self.all().get(&id).map(|record| record.report.clone()).ok_or_else(|| unknown(id))
    }

    /// The newest job.
    pub(super) fn last(&self) -> Option<JobAnswer> {
        self.all().values().next_back().map(|record| record.report.clone())
    }

    /// Events of a job after a number.
    pub(super) fn events(&self, id: u64, after: u64, most: usize) -> Result<Vec<(u64, Event)>> {
        let all = self.all();
        let record = all.get(&id).ok_or_else(|| unknown(id))?;
        Ok(record.events.iter().filter(|(n, _)| *n > after).take(most).cloned().collect())
    }

    /// Cancels a job; one that is over stays as it is.
    pub(super) fn cancel(&self, id: u64) -> Result<()> {
        let cancel = self.all().get(&id).map(|record| record.cancel.clone()).ok_or_else(|| unknown(id))?;
        cancel.cancel();
        Ok(())
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<u64, Record>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, id: u64, command: &str, cancel: &Cancel) {
        let mut all = self.all();
        let over: Vec<u64> =
            all.iter().filter(|(_, record)| record.report.phase == JobPhase::Over).map(|(id, _)| *id).collect();
        over.iter().take(all.len().saturating_sub(KEPT)).for_each(|id| drop(all.remove(id)));
        let report = JobAnswer {
            job: id,
            command: command.to_owned(),
            phase: JobPhase::Queued,
            images: 0,
            outcome: None,
            files: Vec::new(),
            diagnostics: Vec::new(),
            events: 0,
        };
        all.insert(id, Record { report, cancel: cancel.clone(), events: VecDeque::new() });
    }

    fn on(&self, id: u64, event: &Event) {
        // Pictures of unfinished images are nothing to read.
        if matches!(event, Event::Preview { .. }) {
            return;
        }
        if let Some(record) = self.all().get_mut(&id) {
            record.report.fold(event);
            record.events.push_back((record.report.events, event.clone()));
            if record.events.len() > EVENTS {
                record.events.pop_front();
            }
        }
    }

    fn end(&self, id: u64, ended: &Result<Outcome>) {
        if let Some(record) = self.all().get_mut(&id) {
            record.report.phase = JobPhase::Over;
            match ended {
                Ok(outcome) => record.report.outcome = Some(outcome.clone()),
                Err(error) => record.report.diagnostics.extend(error.diagnostics()),
            }
        }
    }
}

impl JobAnswer {
    fn fold(&mut self, event: &Event) {
        self.events += 1;
        self.phase = JobPhase::Running;
        match event {
            Event::Asked { backend, .. } if backend == "comfyui" => self.images += 1,
            Event::Wrote { path } if self.files.len() < NAMED => self.files.push(path.clone()),
            Event::Failed { diagnostic, .. } if self.diagnostics.len() < NAMED => {
                self.diagnostics.push(diagnostic.clone());
            }
            _ => {}
        }
    }
}

fn unknown(id: u64) -> Error {
    Error::usage("unknown-job", format!("there is no job {id}"), "`build` and `generate` answer with their job")
}

/// Hands events on, and counts what is spent.
struct Tee {
    jobs: Jobs,
    id: u64,
    spent: Arc<AtomicUsize>,
    call: Arc<super::progress::Progress>,
    to: Arc<dyn Observer>,
}

impl Observer for Tee {
    fn on(&self, event: &Event) {
        if matches!(event, Event::Asked { backend, .. } if backend == "comfyui") {
            self.spent.fetch_add(1, Ordering::SeqCst);
        }
        self.jobs.on(self.id, event);
        self.call.on(event);
        self.to.on(event);
    }
}

impl Server {
    /// Runs a use case as a job, to its end or in the background.
    pub(super) fn start(
        &self,
        call: &Call,
        command: &str,
        wait: bool,
        use_case: impl FnOnce(&Operation) -> Result<Outcome> + Send + 'static,
    ) -> Result<JobAnswer> {
        call.check()?;
        let (jobs, spent, progress) = (self.0.jobs.clone(), Arc::clone(&self.0.spent), Arc::clone(&call.progress));
        let (number, of_job) = std::sync::mpsc::channel();
        let job = self.0.project.start(command, move |operation: &Operation| {
            let id = of_job.recv().map_err(super::internal)?;
            let to = Arc::clone(&operation.observer);
            let observer = Arc::new(Tee { jobs: jobs.clone(), id, spent, call: progress, to });
            let ended = use_case(&Operation { observer, ..operation.clone() });
            jobs.end(id, &ended);
            ended
        })?;
        let id = job.id.0;
        self.0.jobs.begin(id, command, &job.cancel);
        let _ = number.send(id);
        if !wait {
            return self.0.jobs.get(id);
        }
        let cancel = job.cancel.clone();
        let _cancelling = call.cancel.on_cancel(move || cancel.cancel());
        let ended = job.wait();
        if ended.is_err() {
            self.0.jobs.end(id, &ended);
        }
        ended?;
        self.0.jobs.get(id)
    }
}
