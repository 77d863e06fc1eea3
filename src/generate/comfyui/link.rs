//! What the driver keeps of each server, from one batch to the next.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use uuid::Uuid;

use super::client::{Client, NoAnswer};
use super::probe::{ServerInfo, Stats};
use crate::words::digest::Digest;
use crate::words::server::Server;

/// With more than this of them, models and uploads are forgotten: what is needed of them is read or sent again.
const MOST: usize = 4096;

/// A server and what is known of it.
pub(super) struct Link {
    /// Its address, without a login.
    pub address: String,
    /// The client; an invalid address is the answer to every request.
    pub client: Result<Client, NoAnswer>,
    /// The client id of its socket, while there is one.
    pub socket: watch::Sender<Option<String>>,
    info: Mutex<Option<Known>>,
    uploads: Mutex<HashMap<Digest, String>>,
    models: Mutex<BTreeSet<(String, String)>>,
    /// The client id of prompts that are sent while no socket is open: nobody listens to it.
    silent: String,
}

/// What it said of itself, and when.
struct Known {
    info: Arc<ServerInfo>,
    /// When it was read.
    read: Instant,
    /// When the server was last seen to be the same still.
    confirmed: Instant,
}

impl Link {
    /// A server of which nothing is known.
    pub(super) fn new(server: &Server) -> Self {
        Self {
            address: server.url.clone(),
            client: Client::new(server),
            socket: watch::Sender::new(None),
            info: Mutex::new(None),
            uploads: Mutex::new(HashMap::new()),
            models: Mutex::new(BTreeSet::new()),
            silent: Uuid::new_v4().to_string(),
        }
    }

    /// What it said of itself, if it was asked.
    pub(super) fn info(&self) -> Option<Arc<ServerInfo>> {
        lock(&self.info).as_ref().map(|known| Arc::clone(&known.info))
    }

    /// What it said of itself, if it is the same server still and that was confirmed a moment ago.
    pub(super) fn recent(&self, stats: &Stats, age: Duration) -> Option<Arc<ServerInfo>> {
        lock(&self.info).as_ref().filter(|known| known.is_of(stats) && known.confirmed.elapsed() < age).map(Known::info)
    }

    /// What it said of itself, if it is the same server still and that was read not too long ago. Confirms it.
    pub(super) fn confirm(&self, stats: &Stats, age: Duration) -> Option<Arc<ServerInfo>> {
        let mut info = lock(&self.info);
        let known = info.as_mut().filter(|known| known.is_of(stats) && known.read.elapsed() < age)?;
        known.confirmed = Instant::now();
        Some(known.info())
    }

    /// Remembers what it said of itself. It may be another server now: what was uploaded is uploaded again.
    pub(super) fn set_info(&self, info: ServerInfo) -> Arc<ServerInfo> {
        let (info, now) = (Arc::new(info), Instant::now());
        *lock(&self.info) = Some(Known { info: Arc::clone(&info), read: now, confirmed: now });
        self.forget_uploads();
        info
    }

    /// Model files whose families matter, by folder and name.
    pub(super) fn models(&self) -> BTreeSet<(String, String)> {
        lock(&self.models).clone()
    }

    /// More model files whose families matter.
    pub(super) fn add_models(&self, models: BTreeSet<(String, String)>) {
        let mut all = lock(&self.models);
        if all.len() > MOST {
            all.clear();
        }
        all.extend(models);
    }

    /// The name of an input on it, if it was uploaded.
    pub(super) fn uploaded(&self, image: &Digest) -> Option<String> {
        lock(&self.uploads).get(image).cloned()
    }

    /// An input was uploaded to it.
    pub(super) fn add_upload(&self, image: Digest, name: String) {
        let mut uploads = lock(&self.uploads);
        if uploads.len() > MOST {
            uploads.clear();
        }
        uploads.insert(image, name);
    }

    /// Inputs may be gone.
    pub(super) fn forget_uploads(&self) {
        lock(&self.uploads).clear();
    }

    /// The client id that a prompt is sent under.
    pub(super) fn client_id(&self) -> String {
        self.socket.borrow().clone().unwrap_or_else(|| self.silent.clone())
    }
}

impl Known {
    fn info(&self) -> Arc<ServerInfo> {
        Arc::clone(&self.info)
    }

    /// Whether a server that says this of itself is the same.
    fn is_of(&self, stats: &Stats) -> bool {
        self.info.stats.version == stats.version && self.info.stats.argv == stats.argv
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
