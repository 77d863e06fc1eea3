//! Everything that a server knows, behind one lock.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::ws::Message;
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedSender;

use crate::cache::Cached;
use crate::fault::{Fault, Faults};
use crate::nodes::{self, Class};
use crate::options::{Options, Zombie};
use crate::queue::Queue;
use crate::record::Record;
use crate::store::Store;

/// A socket that frames go to.
pub struct Socket {
    pub sender: UnboundedSender<Message>,
    pub takes_metadata: bool,
}

/// Everything that a server knows.
pub struct State {
    pub options: Options,
    pub classes: BTreeMap<String, Class>,
    pub metadata: BTreeMap<String, Value>,
    pub faults: Faults,
    pub queue: Queue,
    pub store: Store,
    pub cache: HashMap<String, Cached>,
    pub sockets: HashMap<String, Socket>,
    pub record: Record,
    pub counter: u64,
    pub is_interrupted: bool,
    pub is_deaf: bool,
    pub frees_cache: bool,
    pub zombie: Option<Zombie>,
    /// The client of the job that runs, and the node.
    pub client: Option<String>,
    pub node: Option<String>,
}

/// The state and the bell of the worker.
pub struct Shared {
    state: Mutex<State>,
    pub work: Notify,
    /// A job ended the process.
    pub crash: Notify,
}

impl Shared {
    pub fn new(options: Options) -> Arc<Self> {
        let mut classes = nodes::classes();
        classes.retain(|name, _| !options.without.contains(&name.as_str()));
        let state = State {
            options,
            classes,
            metadata: BTreeMap::new(),
            faults: Faults::default(),
            queue: Queue::default(),
            store: Store::default(),
            cache: HashMap::new(),
            sockets: HashMap::new(),
            record: Record::default(),
            counter: 0,
            is_interrupted: false,
            is_deaf: false,
            frees_cache: false,
            zombie: None,
            client: None,
            node: None,
        };
        Arc::new(Self { state: Mutex::new(state), work: Notify::new(), crash: Notify::new() })
    }

    pub fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl State {
    /// Sends a frame to one client, or to all.
    pub fn send(&self, event: &str, data: &Value, to: Option<&str>) {
        let text = json!({ "type": event, "data": data }).to_string();
        self.deliver(|_| Message::text(text.clone()), to);
    }

    pub fn deliver(&self, frame: impl Fn(&Socket) -> Message, to: Option<&str>) {
        if self.is_deaf {
            return;
        }
        for (_, socket) in self.sockets.iter().filter(|(sid, _)| to.is_none_or(|to| *sid == to)) {
            socket.sender.send(frame(socket)).ok();
        }
    }

    /// Tells everybody how many jobs there are.
    pub fn tell_queue(&self) {
        self.send("status", &json!({ "status": self.exec_info() }), None);
    }

    pub fn exec_info(&self) -> Value {
        json!({ "exec_info": { "queue_remaining": self.queue.remaining() } })
    }

    /// All lists of choices: the fixed ones and the folders.
    pub fn lists(&self) -> BTreeMap<String, Vec<String>> {
        let mut lists = nodes::lists();
        lists.extend(self.options.models.clone());
        lists.insert("input".to_owned(), self.store.list("input"));
        lists.entry("vae".to_owned()).or_default().push("pixel_space".to_owned());
        lists
    }

    pub fn strike(&mut self, path: &str, is_wanted: impl Fn(&Fault) -> bool) -> Option<Fault> {
        self.faults.strike(path, is_wanted)
    }

    /// What a process forgets when it ends; its files stay.
    pub fn end_process(&mut self) {
        self.queue = Queue::default();
        self.cache.clear();
        self.sockets.clear();
        self.counter = 0;
        self.is_interrupted = false;
        self.zombie = None;
        self.client = None;
        self.node = None;
        self.store.clear("temp");
    }
}

/// Milliseconds since 1970.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}
