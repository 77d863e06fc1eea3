//! The Model Context Protocol: assistants plan, build, look and choose.
//!
//! A front end like any other: it parses arguments, calls the session and shows what it returns. What costs GPU time or
//! changes the lock needs the token of a plan that the caller has seen.

mod answer;
mod arguments;
mod call;
mod consent;
#[cfg(feature = "serve")]
mod http;
mod jobs;
mod progress;
mod prompts;
mod resources;
mod server;
mod stdio;
mod tool;
mod tools;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::session::{Error, Project};
use jobs::Jobs;

#[cfg(feature = "serve")]
pub use http::router;
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

/// A project behind the protocol. Clones are the same server, for any number of clients.
#[derive(Clone)]
pub struct Server(Arc<Shared>);

struct Shared {
    project: Project,
    options: Options,
    jobs: Jobs,
    /// Images that a GPU was asked for.
    spent: Arc<AtomicUsize>,
    /// Calls that only read, at a time.
    readers: tokio::sync::Semaphore,
}

/// So many calls read the project at a time.
const READERS: usize = 4;

impl Server {
    /// A server for an open project.
    pub fn new(project: &Project, options: Options) -> Self {
        Self(Arc::new(Shared {
            project: project.clone(),
            options,
            jobs: Jobs::default(),
            spent: Arc::default(),
            readers: tokio::sync::Semaphore::new(READERS),
        }))
    }

    /// Images that are left of the budget, if there is one.
    fn left(&self) -> Option<usize> {
        self.0.options.budget.map(|budget| budget.saturating_sub(self.0.spent.load(Ordering::SeqCst)))
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
