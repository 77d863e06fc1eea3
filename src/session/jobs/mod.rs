//! Durable jobs: they have numbers that stay, keep their events, and go on after their process was killed.
//!
//! A job that was cut off is queued again by the next process that opens the project's jobs. What it captured is in the
//! store, and what it sent is in the journal, so that no image is requested twice.

mod done;
mod images;
mod log;
mod report;
mod summary;
mod terms;
mod work;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use super::job::Ended;
use super::{Cancel, Error, Operation, Project, Result};
use crate::store::{Claim, FOLDER, JobFiles};
use crate::words::digest::Digest;
use crate::words::event::{Event, Observer};
use crate::words::file_error::FileResult;
use crate::words::job::{JobId, JobPhase};

pub use done::Done;
pub use images::{BatchImages, BatchPrompt, GenerateImages, Side};
pub use log::{Follower, JobEvent, JobLog};
pub use report::JobReport;
use report::Record;
pub use summary::JobSummary;
use terms::Terms;
pub use work::Work;

/// Jobs that are over and stay on disk; older ones are removed.
const KEPT: usize = 200;

/// The longest name that a caller may give to a request.
const LONGEST_KEY: usize = 255;

/// The durable jobs of a project. Clones are the same jobs.
#[derive(Clone)]
pub struct Jobs(Arc<Shared>);

struct Shared {
    project: Project,
    files: JobFiles,
    /// Jobs of this process that are queued or running.
    active: Arc<Active>,
    /// Held while a job starts, so that two requests with one key start one job.
    starting: Mutex<()>,
    /// The process ends: what is cut off by that goes on later.
    stopping: Arc<AtomicBool>,
    budget: Budget,
}

/// The images that a process may cause servers to draw, and those that it did. Clones are the same budget.
#[derive(Clone, Default)]
struct Budget {
    most: Option<usize>,
    spent: Arc<AtomicUsize>,
}

impl Budget {
    fn left(&self) -> Option<usize> {
        self.most.map(|most| most.saturating_sub(self.spent.load(Ordering::SeqCst)))
    }
}

type Active = Mutex<BTreeMap<u64, (JobLog, Cancel)>>;

/// A job that was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Started {
    /// The job.
    pub job: JobReport,
    /// It was started by this call; else by an earlier one with the same key.
    pub is_new: bool,
}

/// The answer of [`Jobs::list`].
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct JobList {
    /// The version of this form.
    pub version: u32,
    /// The jobs, newest first.
    pub jobs: Vec<JobReport>,
}

impl Jobs {
    /// The jobs of a project. Those that a process was killed in are queued again, in their order.
    ///
    /// # Errors
    /// Files of jobs cannot be read or written.
    pub fn open(project: &Project) -> Result<Self> {
        Self::within(project, None)
    }

    /// As [`Self::open`], with a budget of images for the life of this process: it holds for what a plan was agreed to, and
    /// no other job is gone on with.
    ///
    /// # Errors
    /// As of [`Self::open`].
    pub fn within(project: &Project, budget: Option<usize>) -> Result<Self> {
        let jobs = Self::with(project, budget);
        for id in jobs.0.files.ids() {
            let is_allowed = |record: &Record| budget.is_none() || record.report.work.is_agreed();
            let unfinished = |record: &Record| !record.report.is_over() && is_allowed(record);
            if jobs.record(id).is_ok_and(|record| unfinished(&record)) {
                jobs.resume(id)?;
            }
        }
        Ok(jobs)
    }

    /// The jobs of a project to be looked at: what was cut off stays so.
    pub fn look(project: &Project) -> Self {
        Self::with(project, None)
    }

    fn with(project: &Project, most: Option<usize>) -> Self {
        Self(Arc::new(Shared {
            project: project.clone(),
            files: JobFiles::new(project.root()),
            active: Arc::default(),
            starting: Mutex::default(),
            stopping: Arc::default(),
            budget: Budget { most, spent: Arc::default() },
        }))
    }

    /// Images that are left of the budget, if there is one.
    pub fn left(&self) -> Option<usize> {
        self.0.budget.left()
    }

    /// Queues work. With a key that an earlier request had, it is that request's job.
    ///
    /// # Errors
    /// What is wrong with the work; `idempotency-key` where the earlier request was another one; `too-many-jobs`.
    pub fn start(&self, work: Work, key: Option<&str>) -> Result<Started> {
        self.start_watched(work, key, Arc::new(()))
    }

    /// Queues work that a plan was agreed to. A call that is sent again, after its client or this process ended, is
    /// followed where it is.
    ///
    /// # Errors
    /// As of [`Self::start`]; `check` says whether the plan is agreed to as things are now.
    pub fn start_agreed(
        &self,
        work: Work,
        watcher: Arc<dyn Observer>,
        check: impl FnOnce(&Operation) -> Result<()>,
    ) -> Result<JobReport> {
        let key = work.key();
        if let Some(job) = key.as_deref().and_then(|key| self.going_on(key, &work)) {
            return Ok(job);
        }
        self.0.project.run(&Cancel::default(), check)?;
        let started = self.start_watched(work.clone(), key.as_deref(), Arc::clone(&watcher))?;
        if started.is_new || !started.job.is_over() {
            return Ok(started.job);
        }
        // It ended before it used the token.
        Ok(self.start_watched(work, None, watcher)?.job)
    }

    /// The job of the same request, while it is not over, or if another process went on with it.
    fn going_on(&self, key: &str, work: &Work) -> Option<JobReport> {
        let digest = digest(work);
        let records = self.0.files.ids().into_iter().rev().filter_map(|id| self.record(id).ok());
        let record = records.into_iter().find(|record| record.has_key(key) && record.digest == digest)?;
        (!record.report.is_over() || record.report.resumed).then_some(record.report)
    }

    /// As [`Self::start`]; `watcher` sees the events of the job on its thread.
    fn start_watched(&self, work: Work, key: Option<&str>, watcher: Arc<dyn Observer>) -> Result<Started> {
        work.check()?;
        let _one_at_a_time = self.0.starting.lock().unwrap_or_else(PoisonError::into_inner);
        let digest = digest(&work);
        if let Some(key) = key
            && let Some(job) = self.with_key(key, digest)?
        {
            return Ok(Started { job, is_new: false });
        }
        self.remove_old();
        let least = self.0.project.next_job();
        let (id, claim) = self.0.files.create(least).writing(FOLDER)?;
        let (report, key) = (JobReport::new(id, work), key.map(str::to_owned));
        let record = Record { report, key, digest, agreed: None, cancelled: false };
        self.0.files.write(id, &record).writing(FOLDER)?;
        let report = record.report.clone();
        if let Err(error) = self.queue(record, claim, Vec::new(), watcher) {
            let _ = self.0.files.remove(id);
            return Err(error);
        }
        Ok(Started { job: report, is_new: true })
    }

    /// The jobs, newest first.
    pub fn list(&self) -> JobList {
        let ids = self.0.files.ids().into_iter().rev();
        JobList { version: 1, jobs: ids.filter_map(|id| self.get(JobId(id)).ok()).collect() }
    }

    /// One job.
    ///
    /// # Errors
    /// `unknown-job`.
    pub fn get(&self, id: JobId) -> Result<JobReport> {
        let mut report = self.record(id.0)?.report;
        if let Some((log, _)) = self.active().get(&id.0) {
            report.events = log.last();
        }
        Ok(report)
    }

    /// The number of the newest job.
    pub fn newest(&self) -> Option<JobId> {
        self.0.files.ids().last().copied().map(JobId)
    }

    /// One job in short.
    ///
    /// # Errors
    /// `unknown-job`.
    pub fn summary(&self, id: JobId) -> Result<JobSummary> {
        let report = self.get(id)?;
        let events = self.log(id)?.since(0);
        Ok(JobSummary::new(&report, &events))
    }

    /// The events of a job, to be read and followed.
    ///
    /// # Errors
    /// `unknown-job`.
    pub fn log(&self, id: JobId) -> Result<JobLog> {
        if let Some((log, _)) = self.active().get(&id.0) {
            return Ok(log.clone());
        }
        self.record(id.0)?;
        // A job of another process is read as far as it is; who follows it asks again.
        let events = self.0.files.events(id.0).reading(FOLDER)?;
        Ok(JobLog::new(events, true))
    }

    /// A file that a job made.
    ///
    /// # Errors
    /// `unknown-job`, `unknown-file`.
    pub fn made(&self, id: JobId, name: &str) -> Result<Vec<u8>> {
        self.record(id.0)?;
        let bytes = self.0.files.made(id.0, name).reading(FOLDER)?;
        bytes.ok_or_else(|| {
            Error::usage("unknown-file", "the job made no file of that name", "its `result` lists its files")
        })
    }

    /// Cancels a job; one that waits ends at once, one that runs as soon as it can.
    ///
    /// # Errors
    /// `unknown-job`; `job-over` where it ended before; `job-elsewhere` where another process runs it.
    pub fn cancel(&self, id: JobId) -> Result<JobReport> {
        let mut record = self.record(id.0)?;
        let active = self.active().get(&id.0).cloned();
        match active {
            _ if record.report.is_over() => {
                let message = format!("job {} is over", id.0);
                return Err(Error::usage("job-over", message, "there is nothing left to cancel"));
            }
            None => {
                let message = format!("job {} belongs to another process", id.0);
                return Err(Error::usage("job-elsewhere", message, "cancel it where it was started"));
            }
            Some((log, cancel)) => {
                // A kill before the job noticed it does not bring the job back.
                record.cancelled = true;
                let waits = record.report.phase == JobPhase::Queued;
                if waits {
                    record.report.end(&Err(Error::Cancelled));
                }
                self.0.files.write(id.0, &record).writing(FOLDER)?;
                cancel.cancel();
                if waits {
                    log.end();
                }
            }
        }
        self.get(id)
    }

    /// Cancels all jobs of this process.
    pub fn cancel_all(&self) {
        let ids: Vec<u64> = self.active().keys().rev().copied().collect();
        // One that ended meanwhile needs no cancellation.
        ids.into_iter().for_each(|id| _ = self.cancel(JobId(id)));
    }

    /// The process is about to end: running jobs stop, and go on when the project's jobs are opened again.
    pub fn stop(&self) {
        self.0.stopping.store(true, Ordering::SeqCst);
        let cancels: Vec<Cancel> = self.active().values().map(|(_, cancel)| cancel.clone()).collect();
        cancels.iter().rev().for_each(Cancel::cancel);
    }

    /// Whether no job of this process is queued or running.
    pub fn are_idle(&self) -> bool {
        self.active().is_empty()
    }

    fn active(&self) -> MutexGuard<'_, BTreeMap<u64, (JobLog, Cancel)>> {
        active(&self.0.active)
    }

    fn record(&self, id: u64) -> Result<Record> {
        let record = self.0.files.read(id).reading(FOLDER)?;
        record.ok_or_else(|| Error::usage("unknown-job", format!("there is no job {id}"), "`jobs` lists them"))
    }

    fn with_key(&self, key: &str, digest: Digest) -> Result<Option<JobReport>> {
        if key.is_empty() || key.len() > LONGEST_KEY || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            let message = format!("an idempotency key has from 1 to {LONGEST_KEY} printable characters without spaces");
            return Err(Error::usage("bad-value", message, "a UUID does"));
        }
        let records = self.0.files.ids().into_iter().rev().filter_map(|id| self.record(id).ok());
        match records.into_iter().find(|record| record.has_key(key)) {
            None => Ok(None),
            Some(record) if record.digest == digest => self.get(record.report.id).map(Some),
            Some(record) => {
                let message = format!("the key was used for another request, job {}", record.report.id.0);
                Err(Error::usage("idempotency-key", message, "use a new key for a new request"))
            }
        }
    }

    fn remove_old(&self) {
        let ids = self.0.files.ids();
        for id in ids.iter().take(ids.len().saturating_sub(KEPT)) {
            if self.record(*id).is_ok_and(|record| record.report.is_over()) {
                let _ = self.0.files.remove(*id);
            }
        }
    }

    /// Goes on with a job that no process runs.
    fn resume(&self, id: u64) -> Result<()> {
        let Some(claim) = self.0.files.claim(id).writing(FOLDER)? else { return Ok(()) };
        // It may have ended while its lock was taken.
        let mut record = self.record(id)?;
        if record.report.is_over() {
            return Ok(());
        }
        record.report.resumed = true;
        let events = self.0.files.events(id).reading(FOLDER)?;
        if record.cancelled {
            record.report.end(&Err(Error::Cancelled));
            return Ok(self.0.files.write(id, &record).writing(FOLDER)?);
        }
        self.queue(record, claim, events, Arc::new(()))
    }

    fn queue(&self, record: Record, claim: Claim, events: Vec<JobEvent>, watcher: Arc<dyn Observer>) -> Result<()> {
        let (id, work) = (record.report.id, record.report.work.clone());
        let log = JobLog::new(events, false);
        let ending = Ending {
            files: self.0.files.clone(),
            active: Arc::clone(&self.0.active),
            stopping: Arc::clone(&self.0.stopping),
            budget: self.0.budget.clone(),
            log: log.clone(),
            watcher,
            record,
            _claim: claim,
        };
        // It is known before it can begin.
        self.active().insert(id.0, (log, Cancel::default()));
        let job = self.0.project.start_as(id, work.command(), move |operation| ending.run(operation));
        match job {
            Ok(job) => {
                if let Some((_, cancel)) = self.active().get_mut(&id.0) {
                    *cancel = job.cancel;
                }
                Ok(())
            }
            Err(error) => {
                self.active().remove(&id.0);
                Err(error)
            }
        }
    }
}

/// The digest of a request, without its token.
fn digest(work: &Work) -> Digest {
    Digest::of(serde_json::to_string(work).unwrap_or_default().as_bytes())
}

fn active(active: &Active) -> MutexGuard<'_, BTreeMap<u64, (JobLog, Cancel)>> {
    active.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A queued or running job. Dropping it writes how the job ended, also where it never began or panicked.
struct Ending {
    files: JobFiles,
    active: Arc<Active>,
    stopping: Arc<AtomicBool>,
    budget: Budget,
    log: JobLog,
    watcher: Arc<dyn Observer>,
    record: Record,
    _claim: Claim,
}

impl Ending {
    fn run(mut self, operation: &Operation) -> Result<JobEnd> {
        let id = self.record.report.id.0;
        self.record.report.phase = JobPhase::Running;
        let _ = self.files.write(id, &self.record);
        let observer = Arc::new(Tee {
            files: self.files.clone(),
            log: self.log.clone(),
            id,
            spent: Arc::clone(&self.budget.spent),
            watcher: Arc::clone(&self.watcher),
            to: Arc::clone(&operation.observer),
        });
        let operation = Operation { observer, ..operation.clone() };
        let ended = self.work(&operation);
        self.record.report.end(&ended);
        ended.map(|done| JobEnd(done.exit()))
    }

    fn work(&self, operation: &Operation) -> Result<Done> {
        let id = self.record.report.id.0;
        let note = |images| {
            // A job whose token is not noted is refused when it is gone on with; it costs nothing more then.
            let _ = self.files.write(id, &Record { agreed: Some(images), ..self.record.clone() });
        };
        let captured = || summary::captured(&self.log.since(0));
        let terms = Terms {
            again: self.record.report.resumed,
            left: self.record.agreed.map(|images| images.saturating_sub(captured())),
            ceiling: self.budget.left(),
            note: &note,
        };
        self.record.report.work.run(operation, &self.files.folder(id), &terms)
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        let id = self.record.report.id.0;
        // A user may have cancelled it since.
        if let Ok(Some(record)) = self.files.read::<Record>(id) {
            self.record.cancelled = record.cancelled;
        }
        if !self.record.report.is_over() {
            let panicked = std::thread::panicking();
            let why = if panicked { Error::internal("the job ended in a panic") } else { Error::Cancelled };
            self.record.report.end(&Err(why));
        }
        self.record.report.events = self.log.last();
        let cut_off = self.stopping.load(Ordering::SeqCst) && !self.record.cancelled;
        if !(cut_off && self.record.report.was_cancelled()) {
            let _ = self.files.write(id, &self.record);
        }
        active(&self.active).remove(&id);
        self.log.end();
    }
}

/// How a job ended, for the project's feed.
struct JobEnd(super::Exit);

impl Ended for JobEnd {
    fn exit(&self) -> super::Exit {
        self.0
    }
}

/// Writes the events of a job into its log, and hands them on.
struct Tee {
    files: JobFiles,
    log: JobLog,
    id: u64,
    spent: Arc<AtomicUsize>,
    watcher: Arc<dyn Observer>,
    to: Arc<dyn Observer>,
}

impl Observer for Tee {
    fn on(&self, event: &Event) {
        if event.draws() {
            self.spent.fetch_add(1, Ordering::SeqCst);
        }
        self.watcher.on(event);
        match event {
            Event::Delivered { path, size, seed } => {
                let event = Event::Delivered { path: images::file_name(path), size: *size, seed: *seed };
                self.log.add(&self.files, self.id, &event);
                self.to.on(&event);
            }
            event => {
                self.log.add(&self.files, self.id, event);
                self.to.on(event);
            }
        }
    }
}
