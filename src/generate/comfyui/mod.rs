//! The `comfyui` backend: requests go to ComfyUI servers, and every image is captured once.
//!
//! The [`scheduler`] decides which server does what, without I/O. The driver executes its actions and reports the
//! results: `client` sends, `wire` reads, `socket` listens. Nothing of a server's answer is trusted: texts are cleaned,
//! bodies are capped, its file names are only sent back. tokio starts with the first request.

pub mod architecture;
mod attempt;
mod client;
mod compatibility;
mod driver;
mod event;
mod expected;
mod free;
mod link;
mod look;
mod own_prompts;
mod preflight;
pub mod probe;
mod provenance;
pub mod scheduler;
mod socket;
mod tasks;
pub mod text;
mod transfer;
pub mod wire;

use std::path::PathBuf;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::UnboundedSender;

use super::{Arrival, Backend, Batch, BatchRef, Finding, Handle, Request};
use crate::threads;
use crate::words::ask::Ask;
use crate::words::asset::SlotId;
use crate::words::diagnostic::Diagnostic;
use crate::words::server::{Patience, Server};
use event::DriverEvent;

pub use client::{Client, Kind, NoAnswer};
pub use compatibility::{UPLOAD, is_upload};
pub use free::free_here;
pub use look::{Look, Looked, look};
pub use preflight::next_step;
pub use provenance::{digest as digest_of, digest_of_file};

/// The servers, and what of this machine concerns their models.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The servers, at least one.
    pub servers: Vec<Server>,
    /// How long builds wait for them.
    pub patience: Patience,
    /// The folder of model files, if it is on this machine.
    pub models: Option<PathBuf>,
    /// Where digests of model files are remembered.
    pub digests: Option<PathBuf>,
}

/// Answers requests on ComfyUI servers: connections, and what is known of each server. One value serves any number of
/// batches.
pub struct Servers {
    settings: Arc<Settings>,
    running: Mutex<Option<Running>>,
}

/// What the first batch starts.
struct Running {
    runtime: Runtime,
    inbox: UnboundedSender<DriverEvent>,
}

impl Servers {
    /// Starts nothing and sends nothing yet.
    pub fn new(settings: Settings) -> Self {
        Self { settings: Arc::new(settings), running: Mutex::new(None) }
    }

    /// Sends to the driver, which starts with the first message; one that has ended by a panic is replaced.
    fn send(&self, event: DriverEvent) -> Result<UnboundedSender<DriverEvent>, Diagnostic> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Running { runtime, .. }) = running.take_if(|running| running.inbox.is_closed()) {
            runtime.shutdown_background();
        }
        let running = match running.as_mut() {
            Some(running) => running,
            None => running.insert(start(&self.settings)?),
        };
        running.inbox.send(event).map_err(|_| driver::ended())?;
        Ok(running.inbox.clone())
    }
}

/// Threads that talk to servers.
const NETWORK_THREADS: usize = 2;

fn start(settings: &Arc<Settings>) -> Result<Running, Diagnostic> {
    install_tls();
    // tokio ends in a panic where it cannot start its threads.
    let possible = threads::can_start(NETWORK_THREADS + 1);
    let mut builder = Builder::new_multi_thread();
    let builder = builder.worker_threads(NETWORK_THREADS).thread_name("servers").enable_all();
    let runtime = possible.and_then(|()| builder.build());
    let runtime = runtime.map_err(|error| no_network_threads(&error))?;
    let driver = driver::Driver::new(Arc::clone(settings), runtime.handle());
    let inbox = driver.inbox();
    runtime.spawn(driver.run());
    Ok(Running { runtime, inbox })
}

fn no_network_threads(error: &std::io::Error) -> Diagnostic {
    let diagnostic = Diagnostic::error("no-network-threads", format!("cannot start the network threads: {error}"));
    diagnostic.hint("close other programs, or raise the limit of processes (`ulimit -u`)")
}

/// One provider of cryptography, chosen once: `reqwest` and the websockets share it.
pub(crate) fn install_tls() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Another one that is installed already serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

impl Backend for Servers {
    fn preflight(&self, asks: &[(SlotId, Arc<Ask>)], batch: &Batch) -> Vec<Finding> {
        let (reply, answer) = channel();
        let asked = DriverEvent::Preflight { asks: asks.to_vec(), batch: BatchRef::clone(batch), reply };
        match self.send(asked) {
            Ok(_) => answer.recv().unwrap_or_default(),
            Err(diagnostic) => {
                let slots = asks.iter().map(|(slot, _)| slot.clone()).collect();
                vec![Finding { slots, diagnostic }]
            }
        }
    }

    fn submit(&self, requests: Vec<Request>, batch: &Batch) -> Handle {
        let keys: Vec<_> = requests.iter().map(|request| request.key).collect();
        match self.send(DriverEvent::Submitted { requests, batch: BatchRef::clone(batch) }) {
            Ok(inbox) => {
                let batch = batch.id();
                Handle::new(move |request, change| drop(inbox.send(DriverEvent::Changed { batch, request, change })))
            }
            Err(diagnostic) => {
                let answer = |key| Arrival { key, result: Err(diagnostic.clone().into()) };
                keys.into_iter().for_each(|key| batch.reply(answer(key)));
                Handle::default()
            }
        }
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        let running = self.running.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(Running { runtime, inbox }) = running.take() {
            // What is withdrawn from servers is withdrawn before the process ends, if they answer.
            let (done, wait) = channel();
            if inbox.send(DriverEvent::Ending { done }).is_ok() {
                let _ = wait.recv_timeout(Duration::from_secs(5));
            }
            runtime.shutdown_background();
        }
    }
}
