//! Servers that outlive a build: two builds over the same connections, and requests that are changed on their way.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use dgx_pixels::generate::comfyui::Servers;
use dgx_pixels::generate::{Arrival, Backend, Batch, Context, Failure, Handle, Request};
use dgx_pixels::session::{self, Backends, BuildOptions, Cancel, Look, Options, Workspace};
use dgx_pixels::words::digest::Digest;
use dgx_pixels::words::event::{Event, Observer};
use dgx_pixels::words::outcome::Outcome;
use fake_comfyui::Fake;
use fake_comfyui::fault::Fault;

use crate::project::Project;
use crate::server_builds::{many, project, slow};

fn open(project: &Project) -> (Workspace, dgx_pixels::plan::State) {
    session::open(&project.path(""), &Options::default(), Look::Outputs).unwrap_or_else(|error| panic!("{error:?}"))
}

fn servers(project: &Project) -> Arc<Servers> {
    assert!(project.text("pixels.local.toml").contains("servers"), "these would be whatever runs on this machine");
    Arc::new(Servers::new(session::comfy_settings(&open(project).0)))
}

/// A build on these servers, cancelled after so many images.
fn build(project: &Project, servers: &Arc<Servers>, cancel_after: usize) -> Outcome {
    let cancel = Cancel::default();
    let (token, captured) = (cancel.clone(), std::sync::atomic::AtomicUsize::new(0));
    let observer = move |event: &Event| {
        let before =
            captured.fetch_add(matches!(event, Event::Captured { .. }).into(), std::sync::atomic::Ordering::SeqCst);
        if before >= cancel_after {
            token.cancel();
        }
    };
    observed_build(project, servers, Arc::new(observer), &cancel)
}

fn observed_build(project: &Project, servers: &Arc<Servers>, observer: Arc<dyn Observer>, cancel: &Cancel) -> Outcome {
    let (mut workspace, state) = open(project);
    let backends = Backends::from([("comfyui", Arc::clone(servers) as Arc<dyn Backend>)]);
    session::build_with(&mut workspace, state, &BuildOptions::default(), &backends, observer, cancel)
        .unwrap_or_else(|error| panic!("{error:?}"))
}

/// A build that is cancelled while the server works on its first request; `first` comes before that.
fn build_until_it_runs(project: &Project, servers: &Arc<Servers>, fake: &Fake, first: impl Fn() + Sync) {
    let cancel = Cancel::default();
    std::thread::scope(|threads| {
        threads.spawn(|| {
            fake.wait("it runs", |fake| fake.running().is_some());
            first();
            cancel.cancel();
        });
        assert!(observed_build(project, servers, Arc::new(()), &cancel).interrupted);
    });
}

/// Requests of all slots of a project in one batch.
struct Submitted {
    requests: Vec<Request>,
    handle: Handle,
    arrivals: Receiver<Arrival>,
    _batch: Batch,
}

impl Submitted {
    fn key(&self, slot: &str) -> Digest {
        self.requests.iter().find(|request| request.slot.to_string() == slot).unwrap().key
    }

    /// The next answer, which has to come.
    fn next(&self) -> Arrival {
        self.arrivals.recv_timeout(Duration::from_secs(60)).unwrap()
    }
}

fn submit(project: &Project, servers: &Servers) -> Submitted {
    submit_observed(project, servers, Arc::new(()))
}

fn submit_observed(project: &Project, servers: &Servers, observer: Arc<dyn Observer>) -> Submitted {
    let (workspace, _) = open(project);
    let (replies, arrivals) = channel();
    let batch = Batch::new(Context {
        root: workspace.folders.root.as_path().into(),
        workflows: workspace.inputs.workflows.clone(),
        sources: workspace.loaded.sources.clone(),
        observer,
        replies,
        log: Arc::new(()),
        cancel: Cancel::default(),
        time_limit: None,
    });
    let slots = workspace.manifest.groups.iter().flat_map(|group| group.slots());
    let request = |slot: &dgx_pixels::words::project::Slot| Request {
        key: Digest::of(slot.id.to_string().as_bytes()),
        slot: slot.id.clone(),
        n: 1,
        seed: 7,
        ask: Arc::new(slot.ask.clone()),
        inputs: BTreeMap::new(),
    };
    let requests: Vec<Request> = slots.map(request).collect();
    let handle = servers.submit(requests.clone(), &batch);
    Submitted { requests, handle, arrivals, _batch: batch }
}

/// The prompts that a server took, in order.
fn prompts(fake: &Fake) -> Vec<String> {
    let text = |graph: &serde_json::Value| graph["prompt"]["inputs"]["text"].as_str().unwrap_or_default().to_owned();
    fake.asked().iter().map(|asked| text(&asked.graph)).collect()
}

#[test]
fn a_second_build_completes_after_a_cancelled_one_over_the_same_connections() {
    let fake = slow(0.2);
    let project = project(&[&fake], &many(8));
    let servers = servers(&project);
    assert!(build(&project, &servers, 2).interrupted);
    fake.wait("the queue is empty", |fake| fake.remaining() == 0);
    fake.takes(0.0);
    let outcome = build(&project, &servers, usize::MAX);
    assert!(!outcome.interrupted && outcome.failed.is_empty(), "{outcome:?}");
    assert!((0..8).all(|n| project.exists(&format!("assets/sprites/s{n:03}.png"))));
    let record = fake.record();
    assert_eq!(record.requests.get("GET /object_info"), Some(&1), "{:?}", record.requests);
    assert_eq!(record.sockets, 1);
    let done = record.ran.iter().filter(|ran| ran.outcome == "success").count();
    assert_eq!(done, 8, "nothing is generated twice");
}

#[test]
fn a_second_build_adopts_what_a_cancelled_one_could_not_withdraw() {
    let fake = slow(3.0);
    let project = project(&[&fake], &many(1));
    let servers = servers(&project);
    build_until_it_runs(&project, &servers, &fake, || _ = fake.at("/queue", Fault::Status(500)));
    fake.heal();
    assert_eq!(fake.remaining(), 1);
    let outcome = build(&project, &servers, usize::MAX);
    assert!(outcome.failed.is_empty() && project.exists("assets/sprites/s000.png"), "{outcome:?}");
    let ran: Vec<&str> = fake.ran().into_iter().map(|ran| ran.outcome).collect();
    assert_eq!(ran, ["success"]);
}

#[test]
fn a_second_build_loses_nothing_that_a_cancelled_one_withdraws() {
    let fake = slow(1.0);
    let project = project(&[&fake], &many(1));
    let servers = servers(&project);
    build_until_it_runs(&project, &servers, &fake, || {});
    fake.takes(0.0);
    let outcome = build(&project, &servers, usize::MAX);
    assert!(outcome.failed.is_empty() && project.exists("assets/sprites/s000.png"), "{outcome:?}");
    assert!(fake.prompts() <= 2);
}

#[test]
fn what_seems_to_be_missing_is_looked_for_again() {
    let fake = slow(0.0);
    let lora = "[style.default]\nloras = [{ file = \"rare.safetensors\", weight = 1 }]\n";
    let project = project(&[&fake], &(lora.to_owned() + &many(1)));
    let servers = servers(&project);
    assert_eq!(build(&project, &servers, usize::MAX).failed.len(), 1);
    fake.model("loras", "rare.safetensors", None);
    assert!(build(&project, &servers, usize::MAX).failed.is_empty());
    assert!(project.exists("assets/sprites/s000.png"));
}

#[test]
fn one_request_is_cancelled_and_the_others_come() {
    let fake = slow(0.2);
    let project = project(&[&fake], &many(4));
    let servers = servers(&project);
    let submitted = submit(&project, &servers);
    fake.wait("two are there", |fake| fake.prompts() == 2);
    let last = submitted.key("s003");
    submitted.handle.cancel(last);
    let first = submitted.next();
    assert_eq!((first.key, first.result.unwrap_err()), (last, Failure::Cancelled));
    assert!((0..3).all(|_| submitted.next().result.is_ok()));
    assert_eq!(fake.prompts(), 3);
}

#[test]
fn a_request_that_runs_is_cancelled_on_its_server() {
    let fake = slow(30.0);
    let project = project(&[&fake], &many(1));
    let servers = servers(&project);
    let submitted = submit(&project, &servers);
    fake.wait("it runs", |fake| fake.running().is_some());
    submitted.handle.cancel(submitted.key("s000"));
    assert_eq!(submitted.next().result.unwrap_err(), Failure::Cancelled);
    fake.wait("it has ended", |fake| fake.remaining() == 0);
    assert_eq!(fake.ran()[0].outcome, "interrupted");
}

#[test]
fn a_request_that_is_moved_to_the_front_is_sent_next() {
    let fake = slow(0.3);
    let project = project(&[&fake], &many(6));
    let servers = servers(&project);
    let submitted = submit(&project, &servers);
    fake.wait("two are there", |fake| fake.prompts() == 2);
    submitted.handle.move_to_front(submitted.key("s005"));
    assert!((0..6).all(|_| submitted.next().result.is_ok()));
    let third = &prompts(&fake)[2];
    assert!(third.contains("s005"), "{third}");
}

#[test]
fn a_request_that_is_retried_starts_over_on_another_server() {
    let (one, two) = (slow(30.0), slow(30.0));
    let project = project(&[&one, &two], &many(1));
    let servers = servers(&project);
    let submitted = submit(&project, &servers);
    let (stuck, other) = loop {
        match (one.running(), two.running()) {
            (Some(_), _) => break (&one, &two),
            (_, Some(_)) => break (&two, &one),
            _ => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    other.takes(0.0);
    submitted.handle.retry(submitted.key("s000"));
    assert!(submitted.next().result.is_ok());
    stuck.wait("it is withdrawn", |fake| fake.remaining() == 0);
    assert_eq!((stuck.prompts(), other.prompts()), (1, 1));
}

#[test]
fn a_driver_that_panics_answers_its_requests_and_another_takes_its_place() {
    let fake = slow(2.0);
    let project = project(&[&fake], &many(3));
    let servers = servers(&project);
    let observer = |event: &Event| assert!(!matches!(event, Event::Progress { .. }), "an observer may panic");
    let submitted = submit_observed(&project, &servers, Arc::new(observer));
    for _ in 0..3 {
        let failure = submitted.next().result.unwrap_err();
        assert_eq!(failure.diagnostic().code, "servers-ended");
    }
    fake.takes(0.0);
    let submitted = submit(&project, &servers);
    assert!((0..3).all(|_| submitted.next().result.is_ok()));
}

#[test]
fn a_batch_that_is_dropped_withdraws_its_requests() {
    let fake = slow(30.0);
    let project = project(&[&fake], &many(6));
    let servers = servers(&project);
    let submitted = submit(&project, &servers);
    fake.wait("two are there", |fake| fake.prompts() == 2 && fake.running().is_some());
    drop(submitted);
    fake.wait("the queue is empty", |fake| fake.remaining() == 0);
    assert_eq!((fake.prompts(), fake.ran()[0].outcome), (2, "interrupted"));
}

#[test]
fn nothing_of_a_batch_outlives_it() {
    let fake = slow(0.0);
    let project = project(&[&fake], &many(3));
    let servers = servers(&project);
    let Submitted { arrivals, _batch: batch, .. } = submit(&project, &servers);
    assert!((0..3).all(|_| arrivals.recv_timeout(Duration::from_secs(60)).unwrap().result.is_ok()));
    drop(batch);
    // Tasks that are just ending may hold it a moment longer.
    let end = arrivals.recv_timeout(Duration::from_secs(10)).unwrap_err();
    assert_eq!(end, std::sync::mpsc::RecvTimeoutError::Disconnected);
}
