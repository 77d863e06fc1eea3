//! The `comfyui` backend: requests go to ComfyUI servers, and every picture is captured once.
//!
//! Who makes what is decided by [`super::fleet`], which knows no sockets. The driver here carries out its orders and
//! tells it what came of them: `client` sends, `wire` reads, `socket` listens. Nothing of a server's answer is trusted:
//! texts are cleaned, bodies are capped, its file names are only sent back. tokio starts with the first request.

pub mod architecture;
mod client;
mod driver;
mod errands;
mod look;
mod misfit;
mod preflight;
pub mod probe;
mod provenance;
mod socket;
pub mod text;
mod transfer;
pub mod wire;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, Once};
use std::time::Duration;

use serde_json::Value;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::UnboundedSender;

use super::{Arrival, Backend, Failure, Finding, Outside, Request};
use crate::words::ask::Ask;
use crate::words::asset::SlotId;
use crate::words::server::Server;
use crate::words::source::Sources;
use driver::Happened;

pub use client::{Client, Kind, NoAnswer};
pub use look::{Look, Looked, look};
pub use preflight::way_out;
pub use provenance::digest as digest_of;

/// What the backend is told of this machine and the project.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The servers, at least one.
    pub servers: Vec<Server>,
    /// The project's own workflows by name.
    pub workflows: BTreeMap<String, Value>,
    /// The folder of model files, if it is on this machine.
    pub models: Option<PathBuf>,
    /// Where digests of model files are remembered.
    pub digests: Option<PathBuf>,
    /// The manifest's texts, to name lines in.
    pub sources: Sources,
}

/// Answers requests on ComfyUI servers.
pub struct Comfyui {
    settings: Arc<Settings>,
    running: Mutex<Option<Running>>,
}

/// What the first request starts.
struct Running {
    runtime: Runtime,
    inbox: UnboundedSender<Happened>,
}

impl Comfyui {
    /// A backend that has not begun yet: nothing is started, nothing is sent.
    pub fn new(settings: Settings) -> Self {
        Self { settings: Arc::new(settings), running: Mutex::new(None) }
    }

    /// Tells the driver, which starts with the first word.
    fn tell(&self, happened: Happened) -> Result<(), String> {
        let mut running = self.running.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let running = match running.as_mut() {
            Some(running) => running,
            None => running.insert(start(&self.settings)?),
        };
        running.inbox.send(happened).map_err(|_| "the fleet's driver has ended".to_owned())
    }
}

fn start(settings: &Arc<Settings>) -> Result<Running, String> {
    install_tls();
    let runtime = Builder::new_multi_thread().worker_threads(2).thread_name("fleet").enable_all().build();
    let runtime = runtime.map_err(|error| format!("cannot start what talks to servers: {error}"))?;
    let (inbox, received) = tokio::sync::mpsc::unbounded_channel();
    let driver = driver::Driver::new(Arc::clone(settings), inbox.clone(), runtime.handle());
    runtime.spawn(driver.run(received));
    Ok(Running { runtime, inbox })
}

/// One provider of cryptography, chosen once: `reqwest` and the websockets share it.
pub(crate) fn install_tls() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Another one that is installed already serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

impl Backend for Comfyui {
    fn preflight(&self, asks: &[(SlotId, Arc<Ask>)], outside: &Outside, stop: &dyn Fn() -> bool) -> Vec<Finding> {
        let (reply, answer) = channel();
        let asked = Happened::Preflight { asks: asks.to_vec(), outside: outside.clone(), reply };
        if let Err(message) = self.tell(asked) {
            let slots = asks.iter().map(|(slot, _)| slot.clone()).collect();
            return vec![Finding { slots, failure: Failure::new(message) }];
        }
        loop {
            match answer.recv_timeout(Duration::from_millis(50)) {
                Ok(findings) => return findings,
                Err(RecvTimeoutError::Timeout) if !stop() => {}
                Err(_) => return Vec::new(),
            }
        }
    }

    fn submit(&self, requests: Vec<Request>, outside: &Outside) {
        let keys: Vec<_> = requests.iter().map(|request| request.key).collect();
        if let Err(message) = self.tell(Happened::Submitted { requests, outside: outside.clone() }) {
            for key in keys {
                let _ = outside.replies.send(Arrival { key, result: Err(Failure::new(message.clone())) });
            }
        }
    }

    fn cancel(&self) {
        let running = self.running.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(running) = &*running {
            let _ = running.inbox.send(Happened::Cancelled);
        }
    }
}

impl Drop for Comfyui {
    fn drop(&mut self) {
        let running = self.running.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(Running { runtime, inbox }) = running.take() {
            // What is withdrawn from servers is withdrawn before the process ends, if they answer.
            let (done, wait) = channel();
            if inbox.send(Happened::Ending { done }).is_ok() {
                let _ = wait.recv_timeout(Duration::from_secs(5));
            }
            runtime.shutdown_background();
        }
    }
}
