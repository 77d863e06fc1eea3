//! A ComfyUI server in this process, stateful and on a real port, with the behaviours and the faults that were recorded.
//!
//! `let fake = Fake::start();` answers at once with pictures made of the graph alone; `Fake::with(Options { seconds: 0.2,
//! ..Options::default() })` takes its time. What goes wrong is switched with [`Fake::once`], [`Fake::always`] and the
//! methods beside them; what was asked is in [`Fake::record`].
#![allow(dead_code, reason = "each file of tests takes what it needs")]

pub mod fault;
mod files;
mod jobs;
mod line;
mod nodes;
pub mod picture;
mod queue;
mod routes;
mod run;
mod socket;
pub mod state;
mod store;
mod validate;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task;

use self::fault::{Fault, Strike};
use self::line::{Cut, Door, Lines};
use self::queue::Item;
use self::state::{Asked, Ran, Record, Shared};
pub use self::state::{Options, Zombie};

/// Longer than anything here should take on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A server; it ends with this value.
pub struct Fake {
    shared: Arc<Shared>,
    commands: UnboundedSender<Command>,
    address: SocketAddr,
    thread: Option<JoinHandle<()>>,
}

/// What the server's own thread is told to do.
enum Command {
    Down(mpsc::Sender<()>),
    Up(mpsc::Sender<()>),
    CutLines,
    End,
}

impl Fake {
    /// A healthy server that answers at once.
    pub fn start() -> Self {
        Self::with(Options::default())
    }

    pub fn with(options: Options) -> Self {
        let (commands, orders) = unbounded_channel();
        let (tell, told) = mpsc::channel();
        let shared = Shared::new(options);
        let own = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(live(own, orders, tell));
        });
        let address = told.recv().expect("the port is taken");
        Self { shared, commands, address, thread: Some(thread) }
    }

    /// Such as `http://127.0.0.1:40123`, with the base path.
    pub fn url(&self) -> String {
        format!("http://{}{}", self.address, self.shared.lock().options.base)
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    fn obeyed(&self, command: impl FnOnce(mpsc::Sender<()>) -> Command) {
        let (tell, told) = mpsc::channel();
        self.commands.send(command(tell)).ok();
        told.recv().expect("the server's thread has ended");
    }

    /// The process ends: connections break, new ones are refused, queue and history are gone; files stay.
    pub fn down(&self) {
        self.obeyed(Command::Down);
    }

    /// It is started again on its port.
    pub fn up(&self) {
        self.obeyed(Command::Up);
    }

    /// `down` and `up`.
    pub fn restart(&self) {
        self.down();
        self.up();
    }

    /// Ends every connection; jobs go on.
    pub fn cut(&self) {
        self.commands.send(Command::CutLines).ok();
    }

    /// The fault strikes the next time.
    pub fn once(&self, fault: Fault) -> &Self {
        self.strike(Strike { fault, path: None, times: Some(1), after: 0 })
    }

    /// The fault strikes until [`Fake::heal`].
    pub fn always(&self, fault: Fault) -> &Self {
        self.strike(Strike { fault, path: None, times: None, after: 0 })
    }

    /// The fault strikes this path, such as `/history`, until [`Fake::heal`].
    pub fn at(&self, path: &'static str, fault: Fault) -> &Self {
        self.strike(Strike { fault, path: Some(path), times: None, after: 0 })
    }

    pub fn strike(&self, strike: Strike) -> &Self {
        self.shared.lock().faults.add(strike);
        self
    }

    /// Switches all faults off but a dead worker, which only a restart heals.
    pub fn heal(&self) {
        let mut state = self.shared.lock();
        state.faults.heal();
        state.is_deaf = false;
    }

    /// Sockets stay open and hear nothing.
    pub fn deaf(&self) {
        self.shared.lock().is_deaf = true;
    }

    /// The worker dies; HTTP goes on.
    pub fn zombie(&self, zombie: Zombie) {
        self.shared.lock().zombie = Some(zombie);
    }

    /// Somebody else interrupts whatever runs.
    pub fn foreign_interrupt(&self) {
        self.shared.lock().is_interrupted = true;
    }

    /// Somebody else clears the queue.
    pub fn foreign_clear(&self) {
        let mut state = self.shared.lock();
        state.queue.clear();
        state.tell_queue();
    }

    /// Somebody else clears the history.
    pub fn foreign_forget(&self) {
        self.shared.lock().queue.forget_all();
    }

    /// Somebody else asks for `count` jobs of `seconds`; their ids.
    pub fn foreign_jobs(&self, count: usize, seconds: f64) -> Vec<String> {
        let ids: Vec<String> = (0..count).map(|n| self.foreign_job(n, seconds)).collect();
        self.shared.work.notify_one();
        ids
    }

    fn foreign_job(&self, n: usize, seconds: f64) -> String {
        let id = uuid::Uuid::new_v4().to_string();
        let graph = json!({
            "1": { "class_type": "EmptyImage", "inputs": { "width": 16, "height": 16, "batch_size": 1, "color": n } },
            "2": { "class_type": "DgxpSleep", "inputs": { "image": ["1", 0], "seconds": seconds, "tick": 0.05, "salt": id } },
            "9": { "class_type": "SaveImage", "inputs": { "images": ["2", 0], "filename_prefix": "foreign" } },
        });
        let mut state = self.shared.lock();
        let number = json!(state.counter);
        state.counter += 1;
        let extra = json!({ "client_id": "foreign" }).as_object().cloned().unwrap();
        let outputs = vec!["9".to_owned()];
        state.queue.push(Item { number, id: id.clone(), graph, extra, outputs, created: state::now() });
        state.tell_queue();
        id
    }

    /// Adds a model file, with the metadata of its header if it has some.
    pub fn model(&self, folder: &str, file: &str, metadata: Option<Value>) {
        let mut state = self.shared.lock();
        let files = state.options.models.entry(folder.to_owned()).or_default();
        files.push(file.to_owned());
        files.sort();
        state.metadata.extend(metadata.map(|metadata| (format!("{folder}/{file}"), metadata)));
    }

    pub fn remove_model(&self, folder: &str, file: &str) {
        let mut state = self.shared.lock();
        state.options.models.entry(folder.to_owned()).or_default().retain(|other| other != file);
    }

    /// How long a sampler takes from now on.
    pub fn takes(&self, seconds: f64) {
        self.shared.lock().options.seconds = seconds;
    }

    /// Paths in the output folder.
    pub fn outputs(&self) -> Vec<String> {
        self.shared.lock().store.list("output")
    }

    pub fn delete_output(&self, path: &str) -> bool {
        self.shared.lock().store.remove("output", path)
    }

    /// Paths in the input folder.
    pub fn inputs(&self) -> Vec<String> {
        self.shared.lock().store.list("input")
    }

    /// What was asked and done so far.
    pub fn record(&self) -> Record {
        self.shared.lock().record.clone()
    }

    /// Forgets what was asked and done so far.
    pub fn forget_record(&self) {
        self.shared.lock().record = Record::default();
    }

    /// How many prompts were taken.
    pub fn prompts(&self) -> usize {
        self.shared.lock().record.asked.len()
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.shared.lock().record.asked.clone()
    }

    pub fn ran(&self) -> Vec<Ran> {
        self.shared.lock().record.ran.clone()
    }

    /// How long it worked.
    pub fn busy(&self) -> Duration {
        state::busy(&self.shared.lock().record.ran)
    }

    /// Jobs that wait and run.
    pub fn remaining(&self) -> usize {
        self.shared.lock().queue.remaining()
    }

    /// The id of the job that runs.
    pub fn running(&self) -> Option<String> {
        self.shared.lock().queue.running.as_ref().map(|item| item.id.clone())
    }

    /// Waits until something holds.
    #[track_caller]
    pub fn wait(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        let end = Instant::now() + TIMEOUT;
        while !holds(self) {
            assert!(Instant::now() < end, "{what}: not within {TIMEOUT:?}");
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.commands.send(Command::End).ok();
        self.thread.take().map(JoinHandle::join);
    }
}

/// How many jobs ran at the same time on these servers, at most.
pub fn at_once(fakes: &[&Fake]) -> usize {
    let ran: Vec<Ran> = fakes.iter().flat_map(|fake| fake.ran()).collect();
    let runs_at = |at: Instant| ran.iter().filter(|ran| ran.start <= at && at < ran.end).count();
    ran.iter().map(|one| runs_at(one.start)).max().unwrap_or(0)
}

/// The server's thread: listens, works and obeys.
async fn live(shared: Arc<Shared>, mut orders: UnboundedReceiver<Command>, tell: mpsc::Sender<SocketAddr>) {
    let port = shared.lock().options.port;
    let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await else { return };
    let address = listener.local_addr().unwrap();
    tell.send(address).ok();
    let lines = Lines::default();
    let mut process = Some(Process::start(&shared, listener, &lines));
    loop {
        let order = tokio::select! {
            order = orders.recv() => order,
            () = shared.crash.notified() => {
                if let Some(process) = process.take() {
                    process.end(&shared, &lines).await;
                }
                continue;
            }
        };
        match order {
            Some(Command::Down(done)) => {
                if let Some(process) = process.take() {
                    process.end(&shared, &lines).await;
                }
                done.send(()).ok();
            }
            Some(Command::Up(done)) => {
                if process.is_none() {
                    process = Some(Process::start(&shared, bound(address).await, &lines));
                }
                done.send(()).ok();
            }
            Some(Command::CutLines) => lines.cut(),
            Some(Command::End) | None => return,
        }
    }
}

/// The port was ours a moment ago.
async fn bound(address: SocketAddr) -> TcpListener {
    loop {
        if let Ok(listener) = TcpListener::bind(address).await {
            return listener;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// What runs while a server is up.
struct Process {
    serves: task::JoinHandle<()>,
    works: task::JoinHandle<()>,
}

impl Process {
    fn start(shared: &Arc<Shared>, listener: TcpListener, lines: &Lines) -> Self {
        let door = Door { listener, lines: lines.clone() };
        let service = routes::router(Arc::clone(shared)).into_make_service_with_connect_info::<Cut>();
        let serves = task::spawn(async move {
            axum::serve(door, service).await.ok();
        });
        Self { serves, works: task::spawn(run::work(Arc::clone(shared))) }
    }

    async fn end(self, shared: &Shared, lines: &Lines) {
        self.serves.abort();
        self.works.abort();
        self.serves.await.ok();
        self.works.await.ok();
        shared.lock().end_process();
        lines.cut();
    }
}
