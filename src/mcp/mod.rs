//! The Model Context Protocol: assistants plan, build, look and choose.
//!
//! A front end like any other: it parses arguments, calls the session and shows what it returns. What costs GPU time or
//! changes the lock needs the token of a plan that the caller has seen.

mod answer;
mod arguments;
mod call;
mod consent;
mod flow;
#[cfg(feature = "serve")]
mod http;
mod jobs;
mod meter;
mod notices;
mod progress;
mod prompts;
mod resources;
mod server;
mod stdio;
mod tool;
mod tools;

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use tokio::sync::{Semaphore, broadcast};

use crate::session::jobs::Jobs;
use crate::session::{Error, Project};
use flow::Flow;
use notices::{Changes, Subscribed};

#[cfg(feature = "serve")]
pub use http::router;
pub use meter::{Called, Meter};
pub use stdio::serve_stdio;

/// What a server may do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Images that a GPU draws over the server's whole life.
    pub budget: Option<usize>,
    /// Only tools that cost and write nothing.
    pub read_only: bool,
    /// A client that goes away cancels its jobs.
    pub bound: bool,
}

/// A project behind the protocol, and what one client of it subscribed to. Clones are the same.
#[derive(Clone)]
pub struct Server(Arc<Shared>, Arc<Subscribed>);

struct Shared {
    project: Project,
    options: Options,
    jobs: Jobs,
    /// The only client went away.
    is_client_gone: AtomicBool,
    meter: Option<Arc<dyn Meter>>,
    /// Calls that only read, at a time.
    readers: Semaphore,
    changes: broadcast::Sender<Arc<Changes>>,
    /// The flow of the client of standard input.
    flow: Flow,
    /// Something gathers the changes.
    watching: OnceLock<()>,
}

/// So many calls read the project at a time.
const READERS: usize = 4;

impl Server {
    /// A server for an open project and its jobs.
    pub fn new(project: &Project, jobs: Jobs, options: Options, meter: Option<Arc<dyn Meter>>) -> Self {
        let shared = Shared {
            project: project.clone(),
            options,
            jobs,
            is_client_gone: AtomicBool::default(),
            meter,
            readers: Semaphore::new(READERS),
            changes: broadcast::Sender::new(notices::BACKLOG),
            flow: Flow::default(),
            watching: OnceLock::new(),
        };
        Self(Arc::new(shared), Arc::default())
    }

    /// The same server for another client.
    #[cfg(feature = "serve")]
    fn another(&self) -> Self {
        Self(Arc::clone(&self.0), Arc::default())
    }

    /// Images that are left of the budget, if there is one.
    fn left(&self) -> Option<usize> {
        self.0.jobs.left()
    }

    /// Cancels the jobs of clients that went away, if that is wanted.
    fn client_left(&self) {
        if self.0.options.bound {
            self.0.jobs.cancel_all();
        }
    }
}

/// The system did what it never does.
fn internal(error: impl std::fmt::Display) -> Error {
    Error::internal(error.to_string())
}
