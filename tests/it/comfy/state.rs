//! Everything that a server knows, behind one lock.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::extract::ws::Message;
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedSender;

use super::fault::{Fault, Faults};
use super::nodes::{self, Class};
use super::queue::Queue;
use super::run::Cached;
use super::store::Store;

/// How a server is.
#[derive(Clone, Debug)]
pub struct Options {
    /// 0 takes any free port.
    pub port: u16,
    /// How long a sampler takes.
    pub seconds: f64,
    /// The size of generated pictures, whatever the graph says.
    pub size: Option<(u32, u32)>,
    /// The path before all routes, such as `/comfy`.
    pub base: &'static str,
    /// The whole `Authorization` header that is asked for, such as `Bearer abc`.
    pub authorization: Option<&'static str>,
    /// Has `/api/jobs`, and takes no id but a UUID.
    pub newer: bool,
    /// Sends previews with every step.
    pub previews: bool,
    /// The most bytes of a request.
    pub max_upload: usize,
    /// Classes that are missing.
    pub without: Vec<&'static str>,
    /// Model files by folder.
    pub models: BTreeMap<String, Vec<String>>,
    /// The first device, as `/system_stats` tells it.
    pub device: &'static str,
    pub version: &'static str,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            seconds: 0.0,
            size: None,
            base: "",
            authorization: None,
            newer: false,
            previews: false,
            max_upload: 104_857_600,
            without: Vec::new(),
            models: models(),
            device: "cuda:0 NVIDIA GB10 : cudaMallocAsync",
            version: "0.3.64",
        }
    }
}

/// The files that the built-in styles name.
fn models() -> BTreeMap<String, Vec<String>> {
    let folder = |name: &str, files: &[&str]| (name.to_owned(), files.iter().map(|file| (*file).to_owned()).collect());
    BTreeMap::from([
        folder("checkpoints", &["sd_xl_base_1.0.safetensors"]),
        folder("controlnet", &["controlnet-openpose-sdxl-1.0.safetensors"]),
        folder("loras", &["lcm-lora-sdxl.safetensors", "pixel-art-xl.safetensors"]),
        folder("upscale_models", &["4x-fake.pth"]),
        folder("vae", &["sdxl-vae-fp16-fix.safetensors"]),
        folder("embeddings", &[]),
        folder("clip_vision", &[]),
        folder("diffusion_models", &[]),
        folder("text_encoders", &[]),
        folder("vae_approx", &[]),
    ])
}

/// A worker that HTTP cannot see is dead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zombie {
    /// Jobs wait and none runs.
    Idle,
    /// One job runs for ever.
    Stuck,
}

/// One prompt that was taken.
#[derive(Clone, Debug)]
pub struct Asked {
    pub id: String,
    pub client: Option<String>,
    pub graph: Value,
    pub at: Instant,
}

/// One job that ran.
#[derive(Clone, Debug)]
pub struct Ran {
    pub id: String,
    pub start: Instant,
    pub end: Instant,
    /// `success`, `error` or `interrupted`.
    pub outcome: &'static str,
}

/// What was asked of a server and what it did.
#[derive(Clone, Debug, Default)]
pub struct Record {
    pub asked: Vec<Asked>,
    /// Prompts that were answered with 400.
    pub refused: u64,
    pub ran: Vec<Ran>,
    /// `subfolder/name` as it was stored.
    pub uploads: Vec<String>,
    /// Downloads, as `subfolder/name`.
    pub views: Vec<String>,
    /// The id, or none for a global one.
    pub interrupts: Vec<Option<String>>,
    /// Ids that were to be deleted from the queue.
    pub deletes: Vec<String>,
    /// Queues that were cleared, and histories.
    pub clears: u64,
    /// Calls of `/free`.
    pub frees: u64,
    /// Sockets that were opened.
    pub sockets: u64,
    /// Requests by method and first part of the path, such as `GET /history`.
    pub requests: BTreeMap<String, u64>,
}

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

/// The sum of what ran.
pub fn busy(ran: &[Ran]) -> Duration {
    ran.iter().map(|ran| ran.end - ran.start).sum()
}
