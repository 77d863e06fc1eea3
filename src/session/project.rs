//! An open project: the handle that front ends share.
//!
//! It runs one job at a time, numbers the events of all operations for its subscribers, and keeps what is expensive to
//! get: the parsed manifest and the connections to servers.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::job::{Ended, Queue};
use super::operation::Resources;
use super::{Cancel, Error, Feed, Job, Numbered, Operation, Result, Snapshot, Subscription};
use crate::generate::Change;
use crate::manifest;
use crate::words::asset::SlotId;
use crate::words::event::{Event, Observer};
use crate::words::job::JobId;

/// An open project. Clones are the same project.
#[derive(Clone)]
pub struct Project(Arc<Handle>);

/// All clones of a handle. When the last one is dropped, the project's jobs are cancelled.
struct Handle(Arc<Shared>);

impl Drop for Handle {
    fn drop(&mut self) {
        self.0.queue.cancel_all();
    }
}

struct Shared {
    root: PathBuf,
    profile: Option<String>,
    feed: Feed,
    queue: Queue,
    resources: Arc<Resources>,
    observers: Vec<Arc<dyn Observer>>,
}

impl Project {
    /// Opens the project in a folder, under a profile or the default one.
    ///
    /// # Errors
    /// The folder has no `pixels.toml`.
    pub fn open(root: &Path, profile: Option<&str>) -> Result<Self> {
        if !root.join("pixels.toml").is_file() {
            let message = format!("there is no `pixels.toml` in `{}`", root.display());
            return Err(Error::usage("no-project", message, "create a project there with `dgx-pixels init DIR`"));
        }
        let root = std::path::absolute(root).map_err(|error| Error::no_current_folder(&error))?;
        Ok(Self(Arc::new(Handle(Arc::new(Shared {
            root,
            profile: profile.map(str::to_owned),
            feed: Feed::default(),
            queue: Queue::default(),
            resources: Arc::default(),
            observers: Vec::new(),
        })))))
    }

    /// The folder with `pixels.toml`, from a folder upwards.
    pub fn find(from: &Path) -> Option<PathBuf> {
        manifest::find_root(from)
    }

    /// Adds an observer that sees every event on the thread that emits it. Only before the handle is shared; an observer
    /// must be quick, for it slows the job: those that may be slow subscribe.
    #[must_use]
    pub fn observed_by(mut self, observer: Arc<dyn Observer>) -> Self {
        if let Some(shared) = Arc::get_mut(&mut self.0).and_then(|handle| Arc::get_mut(&mut handle.0)) {
            shared.observers.push(observer);
        }
        self
    }

    /// The project's folder.
    pub fn root(&self) -> &Path {
        &self.0.0.root
    }

    /// The present state, and a subscription to all events after it.
    pub fn subscribe(&self) -> (Snapshot, Subscription) {
        self.0.0.feed.subscribe()
    }

    /// The events behind number `after` and a subscription to all that follow; `None` where the feed no longer has them.
    pub fn resume(&self, after: u64) -> Option<(Vec<Arc<Numbered>>, Subscription)> {
        self.0.0.feed.resume(after)
    }

    /// The newest preview of a request in progress: its format, and the file in base64.
    pub fn preview(&self, slot: &SlotId, n: u32) -> Option<(String, String)> {
        self.0.0.feed.preview(slot, n)
    }

    /// The present state.
    pub fn snapshot(&self) -> Snapshot {
        self.0.0.feed.snapshot()
    }

    /// Runs a use case on this thread, beside any job. A use case that writes takes the project's lock, and so waits for
    /// a running job; `cancel` ends the wait.
    pub fn run<T>(&self, cancel: &Cancel, use_case: impl FnOnce(&Operation) -> Result<T>) -> Result<T> {
        self.0.0.run(None, cancel, use_case)
    }

    /// Queues a use case as a job; jobs run one after the other on a thread of their own.
    pub fn start<T: Ended + Send + 'static>(
        &self,
        command: &str,
        use_case: impl FnOnce(&Operation) -> Result<T> + Send + 'static,
    ) -> Result<Job<T>> {
        self.queue(None, command, use_case)
    }

    /// As [`Self::start`], under a number that the caller reserved.
    pub(super) fn start_as<T: Ended + Send + 'static>(
        &self,
        id: JobId,
        command: &str,
        use_case: impl FnOnce(&Operation) -> Result<T> + Send + 'static,
    ) -> Result<Job<T>> {
        self.queue(Some(id), command, use_case)
    }

    /// The least number that the next job may have.
    pub(super) fn next_job(&self) -> u64 {
        self.0.0.queue.next()
    }

    fn queue<T: Ended + Send + 'static>(
        &self,
        id: Option<JobId>,
        command: &str,
        use_case: impl FnOnce(&Operation) -> Result<T> + Send + 'static,
    ) -> Result<Job<T>> {
        let shared = Arc::clone(&self.0.0);
        self.0.0.queue.start(&self.0.0.feed, id, command, move |id, cancel| shared.run(Some(id), cancel, use_case))
    }

    /// Cancels a request of the running build, starts it over, or has it drawn next; says whether there is one.
    pub fn change_request(&self, slot: &SlotId, n: u32, change: Change) -> bool {
        self.0.0.resources.requests.change(slot, n, change)
    }

    /// Cancels a queued or running job; says whether there is one of that number.
    pub fn cancel(&self, id: JobId) -> bool {
        let cancel = self.0.0.queue.cancellation(id);
        cancel.inspect(Cancel::cancel).is_some()
    }
}

impl Shared {
    fn run<T>(&self, job: Option<JobId>, cancel: &Cancel, use_case: impl FnOnce(&Operation) -> Result<T>) -> Result<T> {
        let (feed, observers) = (self.feed.clone(), self.observers.clone());
        let observer = move |event: &Event| {
            observers.iter().for_each(|observer| observer.on(event));
            feed.emit(job, event);
        };
        use_case(&Operation {
            root: &self.root,
            profile: self.profile.as_deref(),
            observer: Arc::new(observer),
            cancel,
            resources: Arc::clone(&self.resources),
        })
    }
}
