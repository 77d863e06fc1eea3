//! The `worker` backend: pictures from the worker of this machine, without ComfyUI.
//!
//! The [`desk`] runs on a thread of its own: it hands requests to the worker, a few ahead, follows them through lost events
//! and restarts of the worker, and answers each once. A picture comes as a path and a digest.

mod capture;
mod desk;
mod preflight;

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::models::Models;
use crate::generate::{Arrival, Backend, Batch, BatchRef, Finding, Handle, Request};
use crate::threads;
use crate::words::ask::Ask;
use crate::words::asset::SlotId;
use crate::words::diagnostic::Diagnostic;
use desk::{Desk, Note};

pub use preflight::missing as missing_models;

/// Starts the worker unless it runs, and waits until it answers.
pub type Start = Arc<dyn Fn() -> Result<(), Diagnostic> + Send + Sync>;

/// What of this machine concerns the worker.
#[derive(Clone)]
pub struct Settings {
    /// The folder of its sockets.
    pub sockets: PathBuf,
    /// The project, in which names of models may be paths.
    pub root: PathBuf,
    /// ComfyUI's folder of models, if it is on this machine.
    pub models: Option<PathBuf>,
    /// Where digests of model files are remembered.
    pub digests: Option<PathBuf>,
    /// The folder in which the worker leaves pictures.
    pub out: PathBuf,
    /// Starts it.
    pub start: Start,
}

impl Settings {
    fn models(&self) -> Models<'_> {
        Models { root: &self.root, models: self.models.as_deref() }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").field("sockets", &self.sockets).field("root", &self.root).finish_non_exhaustive()
    }
}

/// Answers requests with the worker of this machine. One value serves any number of batches.
pub struct Pictures {
    settings: Arc<Settings>,
    inbox: Mutex<Option<UnboundedSender<Note>>>,
}

impl Pictures {
    /// Starts nothing and sends nothing yet.
    pub fn new(settings: Settings) -> Self {
        Self { settings: Arc::new(settings), inbox: Mutex::new(None) }
    }

    /// Sends to the desk, which starts with the first message.
    fn send(&self, note: Note) -> Result<UnboundedSender<Note>, Diagnostic> {
        let mut inbox = self.inbox.lock().unwrap_or_else(PoisonError::into_inner);
        inbox.take_if(|inbox| inbox.is_closed());
        let inbox = match inbox.as_mut() {
            Some(inbox) => inbox,
            None => inbox.insert(open(&self.settings)?),
        };
        let ended = |_| Diagnostic::error("worker-failed", "the thread that talks to the worker ended");
        inbox.send(note).map_err(ended)?;
        Ok(inbox.clone())
    }
}

fn open(settings: &Arc<Settings>) -> Result<UnboundedSender<Note>, Diagnostic> {
    let (inbox, notes) = unbounded_channel();
    let (desk, own) = (Desk::new(Arc::clone(settings), notes), inbox.downgrade());
    let failed = |error: std::io::Error| {
        let diagnostic =
            Diagnostic::error("no-network-threads", format!("cannot start a thread for the worker: {error}"));
        diagnostic.hint("close other programs, or raise the limit of processes (`ulimit -u`)")
    };
    // tokio ends in a panic where it cannot start its threads.
    threads::can_start(3).map_err(failed)?;
    threads::spawn("worker", move || desk.run(own)).map_err(failed)?;
    Ok(inbox)
}

impl Backend for Pictures {
    fn preflight(&self, asks: &[(SlotId, Arc<Ask>)], batch: &Batch) -> Vec<Finding> {
        preflight::check(&self.settings, asks, batch)
    }

    fn submit(&self, requests: Vec<Request>, batch: &Batch) -> Handle {
        let keys: Vec<_> = requests.iter().map(|request| request.key).collect();
        match self.send(Note::Submitted { requests, batch: BatchRef::clone(batch) }) {
            Ok(inbox) => {
                let (batch, inbox) = (batch.id(), inbox.downgrade());
                Handle::new(move |request, change| {
                    if let Some(inbox) = inbox.upgrade() {
                        let _ = inbox.send(Note::Changed { batch, request, change });
                    }
                })
            }
            Err(diagnostic) => {
                let answer = |key| Arrival { key, result: Err(diagnostic.clone().into()) };
                keys.into_iter().for_each(|key| batch.reply(answer(key)));
                Handle::default()
            }
        }
    }
}
