//! Durable jobs: they have numbers that stay, keep their events, and go on after their process was killed.
//!
//! A job that was cut off is queued again by the next process that opens the project's jobs. What it captured is in the
//! store, and what it sent is in the journal, so that no image is requested twice.

mod images;
mod log;
mod report;
mod work;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use super::job::Ended;
use super::{Cancel, Error, Operation, Project, Result};
use crate::store::{Claim, FOLDER, JobFiles};
use crate::words::digest::Digest;
use crate::words::event::{Event, Observer};
use crate::words::file_error::FileResult;
use crate::words::job::{JobId, JobPhase};

pub use images::{BatchImages, BatchPrompt, GenerateImages, Side};
pub use log::{Follower, JobEvent, JobLog};
pub use report::JobReport;
use report::Record;
pub use work::{Done, Work};

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
        let jobs = Self(Arc::new(Shared {
            project: project.clone(),
            files: JobFiles::new(project.root()),
            active: Arc::default(),
            starting: Mutex::default(),
            stopping: Arc::default(),
        }));
        for id in jobs.0.files.ids() {
            let unfinished = |record: &Record| !record.report.is_over();
            if jobs.record(id).is_ok_and(|record| unfinished(&record)) {
                jobs.resume(id)?;
            }
        }
        Ok(jobs)
    }

    /// Queues work. With a key that an earlier request had, it is that request's job.
    ///
    /// # Errors
    /// What is wrong with the work; `idempotency-key` where the earlier request was another one; `too-many-jobs`.
    pub fn start(&self, work: Work, key: Option<&str>) -> Result<Started> {
        work.check()?;
        let _one_at_a_time = self.0.starting.lock().unwrap_or_else(PoisonError::into_inner);
        let digest = Digest::of(serde_json::to_string(&work).unwrap_or_default().as_bytes());
        if let Some(key) = key
            && let Some(job) = self.with_key(key, digest)?
        {
            return Ok(Started { job, is_new: false });
        }
        self.remove_old();
        let least = self.0.project.next_job();
        let (id, claim) = self.0.files.create(least).writing(FOLDER)?;
        let record = Record { report: JobReport::new(id, work), key: key.map(str::to_owned), digest, cancelled: false };
        self.0.files.write(id, &record).writing(FOLDER)?;
        let report = record.report.clone();
        if let Err(error) = self.queue(record, claim, Vec::new()) {
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
        self.queue(record, claim, events)
    }

    fn queue(&self, record: Record, claim: Claim, events: Vec<JobEvent>) -> Result<()> {
        let (id, work) = (record.report.id, record.report.work.clone());
        let log = JobLog::new(events, false);
        let ending = Ending {
            files: self.0.files.clone(),
            active: Arc::clone(&self.0.active),
            stopping: Arc::clone(&self.0.stopping),
            log: log.clone(),
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

fn active(active: &Active) -> MutexGuard<'_, BTreeMap<u64, (JobLog, Cancel)>> {
    active.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A queued or running job. Dropping it writes how the job ended, also where it never began or panicked.
struct Ending {
    files: JobFiles,
    active: Arc<Active>,
    stopping: Arc<AtomicBool>,
    log: JobLog,
    record: Record,
    _claim: Claim,
}

impl Ending {
    fn run(mut self, operation: &Operation) -> Result<JobEnd> {
        let id = self.record.report.id.0;
        self.record.report.phase = JobPhase::Running;
        let _ = self.files.write(id, &self.record);
        let observer =
            Arc::new(Tee { files: self.files.clone(), log: self.log.clone(), id, to: Arc::clone(&operation.observer) });
        let operation = Operation { observer, ..operation.clone() };
        let folder = self.files.folder(id);
        let ended = self.record.report.work.run(&operation, &folder, self.record.report.resumed);
        self.record.report.end(&ended);
        ended.map(|done| JobEnd(done.exit()))
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
    to: Arc<dyn Observer>,
}

impl Observer for Tee {
    fn on(&self, event: &Event) {
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
