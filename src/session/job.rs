//! Jobs run one after the other on a thread of their own; the caller that started one can cancel it and wait for it.

use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};

use super::{Cancel, Error, Exit, Feed, Result};
use crate::threads;
use crate::words::diagnostic::Diagnostic;
use crate::words::job::{JobId, JobState};

/// Jobs that may wait at a time; more than that is a caller in a loop.
const MOST_QUEUED: usize = 64;

/// What a job gives back says how the job ended.
pub trait Ended {
    /// The exit code that the command line would end with.
    fn exit(&self) -> Exit;
}

impl Ended for () {
    fn exit(&self) -> Exit {
        Exit::Success
    }
}

/// A started job.
pub struct Job<T> {
    /// Its number in the project.
    pub id: JobId,
    /// Cancels it; a queued job then ends without having begun.
    pub cancel: Cancel,
    result: Receiver<Result<T>>,
}

impl<T> Job<T> {
    /// Waits for its end.
    ///
    /// # Errors
    /// Why the job as a whole did not happen.
    pub fn wait(self) -> Result<T> {
        self.result.recv().unwrap_or_else(|_| Err(panicked()))
    }
}

fn panicked() -> Error {
    Error::internal("the job ended in a panic")
}

/// The queue of one project.
#[derive(Default)]
pub(super) struct Queue(Mutex<State>);

#[derive(Default)]
struct State {
    last: u64,
    /// The thread's mailbox, once there is a thread.
    thread: Option<Sender<Box<dyn FnOnce() + Send>>>,
    /// Jobs that are queued or running.
    active: Vec<(JobId, Cancel)>,
}

impl Queue {
    /// The number of the next job.
    pub(super) fn next(&self) -> u64 {
        self.state().last + 1
    }

    /// Queues a job, under a number of its own or the next one. `run` gets its number and its cancellation, and reports its events itself.
    pub(super) fn start<T: Ended + Send + 'static>(
        &self,
        feed: &Feed,
        number: Option<JobId>,
        command: &str,
        run: impl FnOnce(JobId, &Cancel) -> Result<T> + Send + 'static,
    ) -> Result<Job<T>> {
        let mut state = self.state();
        state.active.retain(|(id, _)| !feed.is_over(*id));
        if state.active.len() >= MOST_QUEUED {
            let message = format!("{MOST_QUEUED} jobs wait already");
            return Err(Error::usage("too-many-jobs", message, "wait for some to end, or cancel them"));
        }
        let id = number.unwrap_or(JobId(state.last + 1));
        state.last = state.last.max(id.0);
        let cancel = Cancel::default();
        state.active.push((id, cancel.clone()));
        let queued = JobState::queued(command);
        feed.job(id, queued.clone());
        let (sender, result) = channel();
        let (feed, token) = (feed.clone(), cancel.clone());
        let task = Box::new(move || {
            let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                if token.is_cancelled() {
                    return Err(Error::Cancelled);
                }
                feed.job(id, queued.running());
                run(id, &token)
            }));
            let ended = ended.unwrap_or_else(|_| Err(panicked()));
            let over = match &ended {
                Ok(value) => queued.over(value.exit() as u8, Vec::new()),
                Err(error) => queued.over(error.exit() as u8, error.diagnostics()),
            };
            feed.job(id, over);
            // Whoever started it may not wait for it.
            let _ = sender.send(ended);
        });
        let thread = match &mut state.thread {
            Some(thread) => thread,
            none => none.insert(thread()?),
        };
        thread.send(task).map_err(|_| panicked())?;
        Ok(Job { id, cancel, result })
    }

    /// Cancels all queued and running jobs; the queued ones first, so that none begins when the running one ends.
    pub(super) fn cancel_all(&self) {
        let active: Vec<Cancel> = self.state().active.iter().map(|(_, cancel)| cancel.clone()).collect();
        active.iter().rev().for_each(Cancel::cancel);
    }

    /// The cancellation of a queued or running job.
    pub(super) fn cancellation(&self, id: JobId) -> Option<Cancel> {
        self.state().active.iter().find(|(other, _)| *other == id).map(|(_, cancel)| cancel.clone())
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The thread ends when its mailbox is dropped.
fn thread() -> Result<Sender<Box<dyn FnOnce() + Send>>> {
    let (sender, tasks) = channel::<Box<dyn FnOnce() + Send>>();
    threads::spawn("project", move || tasks.into_iter().for_each(|task| task())).map_err(|error| no_threads(&error))?;
    Ok(sender)
}

/// The system starts no more threads.
pub(super) fn no_threads(error: &io::Error) -> Error {
    let diagnostic = Diagnostic::error("no-threads", format!("cannot start threads: {error}"));
    Error::Failed(diagnostic.hint("end other programs, or raise the limit of processes of this user (`ulimit -u`)"))
}
