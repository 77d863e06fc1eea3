//! The worker: a process of ours in Python that trains, behind ZeroMQ sockets in a private folder.
//!
//! The worker binds and we connect. Messages are MsgPack maps of schema v1. A [`Link`] answers each request once or says
//! why not; a [`Worker`] follows a job through restarts of the worker and lost events.

mod follow;
mod link;
mod message;
mod models;
mod pictures;

use std::path::{Path, PathBuf};
use std::time::Duration;

use etcetera::BaseStrategy;
use serde::Deserialize;
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use crate::plain_file;
use crate::words::diagnostic::Diagnostic;
use crate::words::train::{Hello, JobPhase, JobStatus, TrainSpec};

pub use follow::{Flow, Followed};
pub use link::{Link, LinkError};
pub use message::{Drawing, DrawnLora, Endpoints, Refusal, Request, read_event, read_reply, write_request};
pub use models::{Models, other_version};
pub use pictures::{Pictures, Settings, Start, missing_models};

/// How long a worker may take to answer.
const DEADLINE: Duration = Duration::from_secs(5);

/// A job that the worker has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Submitted {
    /// Where it stands.
    pub state: JobPhase,
    /// The number of its last event so far.
    #[serde(default)]
    pub last_seq: u64,
}

/// A worker, for callers that are not asynchronous.
pub struct Worker {
    runtime: Runtime,
    link: Link,
    endpoints: Endpoints,
}

impl Worker {
    /// Connects to the worker of a folder.
    ///
    /// # Errors
    /// No worker answers there.
    pub fn connect(folder: &Path) -> Result<(Self, Hello), LinkError> {
        let endpoints = endpoints(folder)?;
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(|error| LinkError::Socket(error.to_string()))?;
        let link = Link::new(&endpoints.requests, token(folder));
        let mut worker = Self { runtime, link, endpoints };
        let hello = worker.hello()?;
        Ok((worker, hello))
    }

    /// Asks who answers.
    ///
    /// # Errors
    /// See [`LinkError`].
    pub fn hello(&mut self) -> Result<Hello, LinkError> {
        self.typed(&Request::Hello { client: "dgx-pixels".to_owned(), proto: [1, 1] })
    }

    /// Submits a job; the same id again is the same job.
    ///
    /// # Errors
    /// See [`LinkError`].
    pub fn submit(&mut self, job_id: &str, spec: &TrainSpec) -> Result<Submitted, LinkError> {
        let (job_id, resume) = (job_id.to_owned(), "auto".to_owned());
        self.typed(&Request::Submit { job_id, spec: Box::new(spec.clone()), resume })
    }

    /// Where a job stands.
    ///
    /// # Errors
    /// See [`LinkError`].
    pub fn status(&mut self, job_id: &str) -> Result<JobStatus, LinkError> {
        self.typed(&Request::Status { job_id: job_id.to_owned() })
    }

    /// Ends a job; with `save` it can go on later.
    ///
    /// # Errors
    /// See [`LinkError`].
    pub fn cancel(&mut self, job_id: &str, save: bool) -> Result<(), LinkError> {
        self.ask(&Request::Cancel { job_id: job_id.to_owned(), save }).map(drop)
    }

    /// Ends the worker: `drain` lets its jobs end, `save` interrupts them.
    ///
    /// # Errors
    /// See [`LinkError`].
    pub fn shutdown(&mut self, mode: &str) -> Result<(), LinkError> {
        self.ask(&Request::Shutdown { mode: mode.to_owned() }).map(drop)
    }

    fn typed<T: serde::de::DeserializeOwned>(&mut self, request: &Request) -> Result<T, LinkError> {
        let value = self.ask(request)?;
        serde_json::from_value(value).map_err(|error| LinkError::Malformed(error.to_string()))
    }

    fn ask(&mut self, request: &Request) -> Result<Value, LinkError> {
        let Self { runtime, link, .. } = self;
        runtime.block_on(link.ask(request, DEADLINE))
    }
}

impl From<LinkError> for Diagnostic {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::NoWorker => Self::error("no-worker", error.to_string()).hint("`train` starts it"),
            LinkError::Refused(refusal) => {
                let code = match refusal.code.as_str() {
                    "data_invalid" => "worker-data",
                    "out_of_memory" => "out-of-memory",
                    _ => "worker-refused",
                };
                Self::error(code, format!("the worker refuses: {}", refusal.msg))
            }
            other => Self::error("worker-failed", other.to_string()).hint("`dgx-pixels worker status` shows its state"),
        }
    }
}

/// The folder of the worker's sockets: one for each user.
pub fn folder() -> PathBuf {
    if let Some(runtime) = std::env::var_os("XDG_RUNTIME_DIR").filter(|folder| !folder.is_empty()) {
        return PathBuf::from(runtime).join("dgx-pixels");
    }
    let cache = etcetera::choose_base_strategy().map(|strategy| strategy.cache_dir());
    cache.unwrap_or_else(|_| std::env::temp_dir()).join("dgx-pixels").join("run")
}

fn endpoints(folder: &Path) -> Result<Endpoints, LinkError> {
    let text = plain_file::read_own_text(&folder.join("endpoints.json"), 1 << 16).map_err(|_| LinkError::NoWorker)?;
    let endpoints: Endpoints = serde_json::from_str(&text).map_err(|error| LinkError::Malformed(error.to_string()))?;
    let is_local =
        |address: &str| ["ipc://", "tcp://127.0.0.1:", "tcp://[::1]:"].iter().any(|local| address.starts_with(local));
    if !lives(endpoints.pid) {
        return Err(LinkError::NoWorker);
    }
    let local = is_local(&endpoints.requests) && is_local(&endpoints.events);
    if local { Ok(endpoints) } else { Err(LinkError::Malformed("its addresses are not local".to_owned())) }
}

/// Whether a process has not ended, as far as this system tells: a killed worker leaves its files behind.
fn lives(pid: u32) -> bool {
    if !Path::new("/proc/self/stat").exists() {
        return true;
    }
    let stat = plain_file::read_text(Path::new(&format!("/proc/{pid}/stat")), 4096);
    // The state follows the name, which may have any characters; Z is a process that nobody waited for.
    stat.is_ok_and(|stat| stat.rsplit(") ").next().is_some_and(|rest| !rest.starts_with('Z')))
}

fn token(folder: &Path) -> Option<String> {
    plain_file::read_own_text(&folder.join("token"), 1024).ok().map(|token| token.trim().to_owned())
}
