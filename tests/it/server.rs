//! A server in this process: what `comfyui` asks is answered with images made of the request alone, in any order.
//!
//! `void` in a prompt never passes `gates = { coverage = 50 }` of 16 x 16, `maybe` does for two seeds of three, anything
//! else always.
#![allow(dead_code, reason = "each file of tests takes what it needs")]

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dgx_pixels::generate::files::Files;
use dgx_pixels::generate::sketch::Sketch;
use dgx_pixels::generate::{Arrival, Backend, Batch, Captured, Failure, Handle, Request};
use dgx_pixels::session::{
    self, Backends, BuildOptions, Cancel, Consent, Error, LockMode, Look, Missing, Options, Outcome, Refusal,
};
use dgx_pixels::words::ask::Ask;
use dgx_pixels::words::diagnostic::Diagnostic;
use dgx_pixels::words::digest::{Digest, Encoder};
use dgx_pixels::words::event::Event;
use dgx_pixels::words::lock::{Lock, Provenance};
use dgx_pixels::words::raw::Raw;
use image::{Rgba, RgbaImage};

use crate::project::Project;

/// Counts what it is asked, and answers.
pub struct Server {
    order: AtomicU64,
    device: AtomicU64,
    is_down: AtomicBool,
    asked: Mutex<Vec<String>>,
}

impl Server {
    /// Answers in the order of asking.
    pub fn new() -> Arc<Self> {
        Self::shuffled(0)
    }

    /// Answers in an order that follows from the seed; 0 keeps the order of asking.
    pub fn shuffled(seed: u64) -> Arc<Self> {
        let (order, device) = (AtomicU64::new(seed), AtomicU64::new(0));
        Arc::new(Self { order, device, is_down: AtomicBool::new(false), asked: Mutex::default() })
    }

    /// From now on every request fails.
    pub fn goes_down(&self) {
        self.is_down.store(true, Ordering::Relaxed);
    }

    /// It works again.
    pub fn comes_back(&self) {
        self.is_down.store(false, Ordering::Relaxed);
    }

    /// From now on it draws other pixels for the same request.
    pub fn gets_another_gpu(&self) {
        self.device.fetch_add(1, Ordering::Relaxed);
    }

    /// What was asked since the last time, as `slot n`, sorted.
    pub fn asked(&self) -> Vec<String> {
        let mut asked = std::mem::take(&mut *self.asked.lock().unwrap());
        asked.sort();
        asked
    }

    fn answer(&self, request: &Request) -> Result<Captured, Failure> {
        if self.is_down.load(Ordering::Relaxed) {
            return Err(Diagnostic::error("server-unreachable", "the server is down").into());
        }
        let Ask::Comfyui(ask) = &*request.ask else { panic!("a server draws for comfyui only") };
        let device = self.device.load(Ordering::Relaxed);
        let number = Encoder::new("server").digest(&request.key).uint(device).finish().short().0;
        let poor = ask.prompt.contains("void") || (ask.prompt.contains("maybe") && number.is_multiple_of(3));
        let provenance = Provenance { backend: "comfyui 0".to_owned(), ..Provenance::default() };
        Ok(Captured { raw: Raw::new(picture(number, poor)), provenance, lossy: false, took: None })
    }
}

impl Backend for Server {
    fn submit(&self, mut requests: Vec<Request>, batch: &Batch) -> Handle {
        self.asked.lock().unwrap().extend(requests.iter().map(|request| format!("{} {}", request.slot, request.n)));
        let order = self.order.load(Ordering::Relaxed);
        if order > 0 {
            requests.sort_by_key(|request| mixed(order, &request.key));
        }
        for request in requests {
            let arrival = Arrival { key: request.key, result: self.answer(&request) };
            let replies = batch.replies.clone();
            if order == 0 {
                replies.send(arrival).unwrap();
                continue;
            }
            let pause = Duration::from_millis(mixed(order, &request.key) % 20);
            std::thread::spawn(move || {
                std::thread::sleep(pause);
                replies.send(arrival).unwrap();
            });
        }
        Handle::default()
    }
}

fn mixed(order: u64, key: &Digest) -> u64 {
    Encoder::new("order").uint(order).digest(key).finish().short().0
}

/// A figure of 4 to 9 by 5 to 10 cells of 4 pixels on magenta; a poor one has six cells of one pixel at most.
fn picture(number: u64, poor: bool) -> RgbaImage {
    let bits = |from: u64, many: u64| ((number >> from) % many) as u32;
    let (width, height) = if poor { (2, 1 + bits(0, 3)) } else { (4 + bits(0, 6), 5 + bits(8, 6)) };
    let color =
        |at: u64| [40 + 20 * bits(at, 8) as u8, 60 + 15 * bits(at + 4, 8) as u8, 30 + 8 * bits(at + 8, 8) as u8];
    let side = if poor { 1 } else { 4 };
    RgbaImage::from_fn(64, 64, |x, y| {
        let (x, y) = ((x / side).wrapping_sub(3), (y / side).wrapping_sub(3));
        let inside = x < width && y < height;
        let [r, g, b] = if !inside { [255, 0, 255] } else { color(if (x + y) % 3 == 0 { 20 } else { 36 }) };
        Rgba([r, g, b, 255])
    })
}

/// How a build in this process is carried out.
#[derive(Clone, Default)]
pub struct Order {
    pub options: BuildOptions,
    pub profile: Option<String>,
    pub recapture: bool,
    /// 0 is as many as there are processors.
    pub threads: usize,
}

impl Order {
    pub fn profile(name: &str) -> Self {
        Self { profile: Some(name.to_owned()), ..Self::default() }
    }

    pub fn threads(threads: usize) -> Self {
        Self { threads, ..Self::default() }
    }

    pub fn targets(targets: &[&str]) -> Self {
        let targets = targets.iter().map(|target| (*target).to_owned()).collect();
        Self { options: BuildOptions { targets, ..BuildOptions::default() }, ..Self::default() }
    }

    pub fn locked() -> Self {
        Self { options: BuildOptions { lock: LockMode::Locked, ..BuildOptions::default() }, ..Self::default() }
    }

    pub fn frozen() -> Self {
        Self { options: BuildOptions { lock: LockMode::Frozen, ..BuildOptions::default() }, ..Self::default() }
    }

    pub fn fill() -> Self {
        Self { options: BuildOptions { missing: Missing::Sketch, ..BuildOptions::default() }, ..Self::default() }
    }

    pub fn yes() -> Self {
        Self { options: BuildOptions { consent: Consent::Given, ..BuildOptions::default() }, ..Self::default() }
    }

    pub fn recapture() -> Self {
        Self { recapture: true, ..Self::default() }
    }
}

/// What came of a build in this process.
pub struct Built {
    pub result: Result<Outcome, Refusal>,
    pub events: Vec<Event>,
    asked: Vec<String>,
}

impl Built {
    /// It was carried out and has this exit code.
    #[track_caller]
    pub fn exit(self, code: u8) -> Self {
        let outcome = self.result.as_ref().unwrap_or_else(|refusal| panic!("refused: {refusal:?}"));
        assert_eq!(u8::from(outcome.exit()), code, "{outcome:#?}");
        self
    }

    /// The server was asked for exactly this, as `slot n`.
    #[track_caller]
    pub fn asked(self, wanted: &[&str]) -> Self {
        assert_eq!(self.asked, wanted);
        self
    }

    /// The server was asked for so many images.
    #[track_caller]
    pub fn asked_for(self, count: usize) -> Self {
        assert_eq!(self.asked.len(), count, "{:?}", self.asked);
        self
    }

    pub fn outcome(&self) -> &Outcome {
        self.result.as_ref().unwrap()
    }

    pub fn refusal(&self) -> &Refusal {
        self.result.as_ref().unwrap_err()
    }
}

impl Project {
    /// Builds in this process, on a server.
    pub fn draw(&self, server: &Arc<Server>) -> Built {
        self.draw_as(server, Order::default())
    }

    /// Builds in this process, on a server, with options.
    pub fn draw_as(&self, server: &Arc<Server>, order: Order) -> Built {
        let remake = order.options.lock == LockMode::Update;
        let options = Options { profile: order.profile, recapture: order.recapture, remake, ..Options::default() };
        let (mut workspace, state) =
            session::open(&self.path(""), &options, Look::Outputs).unwrap_or_else(|error| panic!("{error:?}"));
        let events: Arc<Mutex<Vec<Event>>> = Arc::default();
        let seen = Arc::clone(&events);
        let observer = Arc::new(move |event: &Event| seen.lock().unwrap().push(event.clone()));
        let backends = Backends::from([
            ("comfyui", Arc::clone(server) as Arc<dyn Backend>),
            ("sketch", Arc::new(Sketch)),
            ("files", Arc::new(Files)),
        ]);
        server.asked();
        let build =
            || session::build_with(&mut workspace, state, &order.options, &backends, observer, &Cancel::default());
        // The conductor waits on one thread of the pool, the others compute.
        let result = match order.threads {
            0 => build(),
            threads => rayon::ThreadPoolBuilder::new().num_threads(threads + 1).build().unwrap().install(build),
        };
        let result = result.map_err(|error| match error {
            Error::Refused(refusal) => refusal,
            error => panic!("{error:?}"),
        });
        let events = events.lock().unwrap().clone();
        Built { result, events, asked: server.asked() }
    }

    /// `pixels.lock`, read.
    pub fn parsed_lock(&self) -> Lock {
        Lock::parse(&self.lock()).unwrap()
    }

    /// The number of a slot's pick, such as `knight` or `knight-walk#2`.
    #[track_caller]
    pub fn picked(&self, slot: &str) -> u32 {
        self.slot(slot).pick.unwrap_or_else(|| panic!("{slot} has no pick:\n{}", self.lock())).n
    }

    /// A slot's entry in the lock.
    #[track_caller]
    pub fn slot(&self, slot: &str) -> dgx_pixels::words::lock::SlotEntry {
        let (name, frame) = slot.split_once('#').map_or((slot, 0), |(name, frame)| (name, frame.parse().unwrap()));
        let entry = self.parsed_lock().entries.into_iter().find(|(id, _)| id.name == name);
        let found = entry.and_then(|(_, entry)| entry.slots.get(&frame).cloned());
        found.unwrap_or_else(|| panic!("{slot} has no entry:\n{}", self.lock()))
    }
}
