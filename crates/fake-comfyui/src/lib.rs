//! A ComfyUI server without a model, stateful and on a real port, with the behaviours and the faults that were recorded.
//!
//! `let fake = Fake::start();` answers at once with images made of the graph alone; `Fake::with(Options { seconds: 0.2,
//! ..Options::default() })` takes its time. Faults are switched with [`Fake::once`], [`Fake::always`] and the methods
//! beside them; what was requested is in [`Fake::record`].
//!
//! It panics where a test should fail: on a port that is taken and on a thread that has ended.

pub mod fault;
pub mod picture;

mod cache;
mod connection;
mod foreign;
mod nodes;
mod options;
mod process;
mod queue;
mod record;
mod routes;
mod state;
mod store;
mod validate;
mod worker;

use std::net::SocketAddr;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use self::fault::{Fault, Strike};
pub use self::options::{Options, Zombie};
use self::process::Command;
pub use self::record::{Asked, Ran, Record};
use self::state::Shared;

/// Longer than anything here should take on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A server; it ends with this value.
pub struct Fake {
    shared: Arc<Shared>,
    commands: UnboundedSender<Command>,
    address: SocketAddr,
    thread: Option<JoinHandle<()>>,
}

impl Fake {
    /// A healthy server that answers at once.
    pub fn start() -> Self {
        Self::with(Options::default())
    }

    pub fn with(options: Options) -> Self {
        let (commands, received) = unbounded_channel();
        let (ready, address) = mpsc::channel();
        let shared = Shared::new(options);
        let own = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(process::serve(own, received, ready));
        });
        let address = address.recv().expect("the port is taken");
        Self { shared, commands, address, thread: Some(thread) }
    }

    /// Such as `http://127.0.0.1:40123`, with the base path.
    pub fn url(&self) -> String {
        format!("http://{}{}", self.address, self.shared.lock().options.base)
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Sends a command and waits until it is carried out.
    fn execute(&self, command: impl FnOnce(mpsc::Sender<()>) -> Command) {
        let (done, is_done) = mpsc::channel();
        self.commands.send(command(done)).ok();
        is_done.recv().expect("the server's thread has ended");
    }

    /// The process ends: connections break, new ones are refused, queue and history are gone; files stay.
    pub fn down(&self) {
        self.execute(Command::Down);
    }

    /// It is started again on its port.
    pub fn up(&self) {
        self.execute(Command::Up);
    }

    /// `down` and `up`.
    pub fn restart(&self) {
        self.down();
        self.up();
    }

    /// Ends every connection; jobs go on.
    pub fn cut(&self) {
        self.commands.send(Command::CutConnections).ok();
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

    /// Sends a text frame to every socket.
    pub fn frame(&self, text: &str) {
        self.shared.lock().deliver(|_| axum::extract::ws::Message::text(text.to_owned()), None);
    }

    /// The worker dies; HTTP goes on.
    pub fn zombie(&self, zombie: Zombie) {
        self.shared.lock().zombie = Some(zombie);
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
        record::busy(&self.shared.lock().record.ran)
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
