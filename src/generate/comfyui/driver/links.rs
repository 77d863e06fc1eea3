//! What the driver keeps of each server.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use uuid::Uuid;

use crate::generate::comfyui::client::{Client, NoAnswer};
use crate::generate::comfyui::probe::Known;
use crate::words::digest::Digest;
use crate::words::server::Server;

/// A server and what is known of it.
pub struct Link {
    /// Its address, without a login.
    pub address: String,
    /// Who talks to it; an address that is none says so at every request.
    pub client: Result<Client, NoAnswer>,
    /// The client id of its socket, while there is one.
    pub socket: watch::Sender<Option<String>>,
    known: Mutex<Option<(Instant, Arc<Known>)>>,
    uploads: Mutex<HashMap<Digest, String>>,
    wanted: Mutex<BTreeSet<(String, String)>>,
    /// For prompts that are sent while no socket is open: nobody listens, and nobody else hears of them.
    silent: String,
}

impl Link {
    /// A server of which nothing is known.
    pub fn new(server: &Server) -> Self {
        Self {
            address: server.url.clone(),
            client: Client::new(server),
            socket: watch::Sender::new(None),
            known: Mutex::new(None),
            uploads: Mutex::new(HashMap::new()),
            wanted: Mutex::new(BTreeSet::new()),
            silent: Uuid::new_v4().to_string(),
        }
    }

    /// What it said of itself, if it was asked.
    pub fn known(&self) -> Option<Arc<Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|(_, known)| Arc::clone(known))
    }

    /// Whether it said so a moment ago.
    pub fn is_fresh(&self) -> bool {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().is_some_and(|(when, _)| when.elapsed() < Duration::from_secs(15))
    }

    /// Remembers what it said of itself. It may be another one now: what was uploaded is uploaded again.
    pub fn learn(&self, known: Known) -> Arc<Known> {
        let known = Arc::new(known);
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), Arc::clone(&known)));
        self.uploads.lock().unwrap_or_else(PoisonError::into_inner).clear();
        known
    }

    /// Model files whose families matter, by folder and name.
    pub fn wanted(&self) -> BTreeSet<(String, String)> {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// More model files whose families matter.
    pub fn want(&self, models: BTreeSet<(String, String)>) {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner).extend(models);
    }

    /// Where an input lies on it.
    pub fn uploaded(&self, picture: &Digest) -> Option<String> {
        self.uploads.lock().unwrap_or_else(PoisonError::into_inner).get(picture).cloned()
    }

    /// An input lies on it.
    pub fn has(&self, picture: Digest, name: String) {
        self.uploads.lock().unwrap_or_else(PoisonError::into_inner).insert(picture, name);
    }

    /// Inputs may be gone.
    pub fn forget_uploads(&self) {
        self.uploads.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The client id that a prompt is sent under.
    pub fn client_id(&self) -> String {
        self.socket.borrow().clone().unwrap_or_else(|| self.silent.clone())
    }
}
