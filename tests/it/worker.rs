//! The client of the training worker against a worker in this process, with the sockets of the same library.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use dgx_pixels::generate::worker::{
    Drawing, DrawnLora, Flow, Followed, Link, LinkError, Request, Worker, read_event, read_reply, write_request,
};
use dgx_pixels::words::train::{Hello, JobEvent, JobEventKind, JobStatus, TrainSpec};
use serde_json::{Value, json};
use zeromq::{PubSocket, RouterSocket, Socket, SocketRecv, SocketSend, ZmqMessage};

const MESSAGES: &str = include_str!("../fixtures/worker/messages.json");

fn messages() -> Value {
    serde_json::from_str(MESSAGES).unwrap()
}

fn packed(value: &Value) -> Vec<u8> {
    rmp_serde::to_vec_named(value).unwrap()
}

/// What a worker does with a request: answers it, after some time.
type Answer = Box<dyn FnMut(&Value) -> Vec<(Duration, Value)> + Send>;

/// A worker whose answers are given; it ends with this value.
pub struct Fake {
    _folder: Option<tempfile::TempDir>,
    place: PathBuf,
    pub events: tokio::sync::mpsc::UnboundedSender<(String, Value)>,
    end: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Drop for Fake {
    /// Its sockets are free afterwards.
    fn drop(&mut self) {
        drop(self.end.take());
        let _ = self.thread.take().map(std::thread::JoinHandle::join);
    }
}

impl Fake {
    fn new(answer: impl FnMut(&Value) -> Vec<(Duration, Value)> + Send + 'static) -> Self {
        let folder = tempfile::Builder::new().prefix("w").tempdir().unwrap();
        let mut fake = Self::at(folder.path(), answer);
        fake._folder = Some(folder);
        fake
    }

    /// A worker whose sockets are in a folder that exists.
    pub fn at(folder: &Path, answer: impl FnMut(&Value) -> Vec<(Duration, Value)> + Send + 'static) -> Self {
        let (events, mut published) = tokio::sync::mpsc::unbounded_channel::<(String, Value)>();
        let (end, mut over) = tokio::sync::oneshot::channel::<()>();
        let (ready, is_ready): (Sender<()>, _) = channel();
        let place = |name: &str| format!("ipc://{}", folder.join(name).display());
        let (requests, topic) = (place("requests"), place("events"));
        // A socket that was in use before leaves its file.
        ["requests", "events"].iter().for_each(|name| drop(std::fs::remove_file(folder.join(name))));
        let endpoints = json!({ "requests": requests, "events": topic, "pid": 1 });
        std::fs::write(folder.join("endpoints.json"), endpoints.to_string()).unwrap();
        let mut answer: Answer = Box::new(answer);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
            runtime.block_on(async move {
                let (mut router, mut publisher) = (RouterSocket::new(), PubSocket::new());
                router.bind(&requests).await.unwrap();
                publisher.bind(&topic).await.unwrap();
                ready.send(()).unwrap();
                loop {
                    tokio::select! {
                        _ = &mut over => return,
                        Some((topic, event)) = published.recv() => {
                            let mut message = ZmqMessage::from(topic.into_bytes());
                            message.push_back(packed(&event).into());
                            publisher.send(message).await.unwrap();
                        }
                        Ok(message) = router.recv() => {
                            let frames = message.into_vec();
                            let request: Value = rmp_serde::from_slice(frames.last().unwrap()).unwrap();
                            for (pause, reply) in answer(&request) {
                                tokio::time::sleep(pause).await;
                                let mut message = ZmqMessage::from(frames[0].clone());
                                message.push_back(packed(&reply).into());
                                let _ = router.send(message).await;
                            }
                        }
                    }
                }
            });
        });
        is_ready.recv().unwrap();
        Self { _folder: None, place: folder.to_owned(), events, end: Some(end), thread: Some(thread) }
    }

    fn link(&self) -> Link {
        Link::new(&format!("ipc://{}", self.place.join("requests").display()), None)
    }

    fn publish(&self, event: &Value) {
        let topic = format!("job.{}.{}", event["job_id"].as_str().unwrap(), event["t"].as_str().unwrap());
        self.events.send((topic, event.clone())).unwrap();
    }
}

pub fn ok(request: &Value, values: Value) -> Vec<(Duration, Value)> {
    let mut reply = json!({ "v": 1, "id": request["id"], "ok": true });
    reply.as_object_mut().unwrap().extend(values.as_object().unwrap().clone());
    vec![(Duration::ZERO, reply)]
}

pub fn hello() -> Value {
    messages()["replies"]["hello"].clone()
}

/// The recorded answer of each type.
fn recorded(request: &Value) -> Vec<(Duration, Value)> {
    let mut reply = messages()["replies"][request["t"].as_str().unwrap()].clone();
    reply["id"] = request["id"].clone();
    vec![(Duration::ZERO, reply)]
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap().block_on(future)
}

fn requests() -> Vec<Request> {
    let job_id = "house-0123456789abcdef".to_owned();
    let spec = TrainSpec {
        base: "/base.safetensors".to_owned(),
        data: "/data".to_owned(),
        out: "/out".to_owned(),
        tokenizers: None,
        name: "house".to_owned(),
        steps: 2000,
        rank: 16,
        batch: 1,
        lr: 1e-4,
        seed: 42,
        prompts: vec!["dgxpx_house, pixel art, a knight".to_owned()],
        seeds: vec![42],
        lora_every: 500,
        proof: None,
    };
    let drawing = Drawing {
        base: "/base.safetensors".to_owned(),
        vae: Some("/vae.safetensors".to_owned()),
        tokenizers: Some("/tokenizer".to_owned()),
        prompt: "pixel art, a knight".to_owned(),
        negative: "photo".to_owned(),
        seed: 9_007_199_254_740_993,
        steps: 28,
        cfg: 6.5,
        w: 1024,
        h: 768,
        sampler: "dpmpp_2m".to_owned(),
        scheduler: "karras".to_owned(),
        loras: vec![DrawnLora { path: "/house.safetensors".to_owned(), weight: 0.8 }],
        out_dir: "/out".to_owned(),
    };
    vec![
        Request::Hello { client: "dgx-pixels".to_owned(), proto: [1, 1] },
        Request::Ping,
        Request::Validate { data: "/data".to_owned() },
        Request::Submit { job_id: job_id.clone(), spec: Box::new(spec), resume: "auto".to_owned() },
        Request::Generate { job_id: "0123456789abcdef".to_owned(), drawing: Box::new(drawing) },
        Request::Status { job_id: job_id.clone() },
        Request::List,
        Request::Cancel { job_id: job_id.clone(), save: true },
        Request::Events { job_id, since_seq: 3, max: 500 },
        Request::Shutdown { mode: "drain".to_owned() },
    ]
}

#[test]
fn every_request_is_the_recorded_one() {
    let requests = requests();
    let recorded = messages()["requests"].as_array().unwrap().clone();
    assert_eq!(requests.len(), recorded.len());
    for (request, recorded) in requests.iter().zip(recorded) {
        let bytes = write_request(recorded["id"].as_u64().unwrap(), None, 5000, request).unwrap();
        let sent: Value = rmp_serde::from_slice(&bytes).unwrap();
        assert_eq!(sent, recorded);
    }
}

#[test]
fn every_recorded_answer_error_and_event_is_read() {
    let messages = messages();
    for (kind, reply) in messages["replies"].as_object().unwrap() {
        let (id, answer) = read_reply(&packed(reply)).unwrap();
        assert_eq!((id, answer.unwrap()), (reply["id"].as_u64().unwrap(), reply.clone()), "{kind}");
    }
    let hello: Hello = serde_json::from_value(messages["replies"]["hello"].clone()).unwrap();
    assert_eq!((hello.pid, hello.jobs[0].step), (7, 3));
    let status: JobStatus = serde_json::from_value(messages["replies"]["job.status"].clone()).unwrap();
    assert_eq!(status.result.unwrap().sha256, "00ff");
    for error in messages["errors"].as_array().unwrap() {
        let refusal = read_reply(&packed(error)).unwrap().1.unwrap_err();
        assert_eq!(refusal.code, error["err"]["code"].as_str().unwrap());
    }
    let mut kinds = Vec::new();
    for event in messages["events"].as_array().unwrap() {
        let event = read_event(b"job.x.y", &packed(event)).unwrap().unwrap();
        kinds.push(std::mem::discriminant(&event.kind));
        assert!(event.kind != JobEventKind::Other, "{event:?}");
    }
    assert_eq!(kinds.len(), 10);
    let later = json!({ "seq": 9, "job_id": "x", "t": "of a later version", "x": 1 });
    assert_eq!(read_event(b"job.x.y", &packed(&later)).unwrap().unwrap().kind, JobEventKind::Other);
    assert_eq!(read_event(b"hb", b"anything"), Ok(None));
}

#[test]
fn no_bytes_are_more_than_an_error() {
    let nested = [vec![0x91; 100_000], vec![0]].concat();
    let long = packed(&json!({ "v": 1, "x": "x".repeat(5 << 20) }));
    let other = packed(&json!({ "v": 2, "id": 1, "ok": true }));
    for bytes in [Vec::new(), b"garbage".to_vec(), nested, long, other, packed(&json!([1])), packed(&json!({ "v": 1 }))]
    {
        assert!(read_reply(&bytes).is_err());
        assert!(read_event(b"job.x", &bytes).is_err());
    }
}

#[test]
fn a_late_answer_is_not_taken_for_the_next_one_and_a_new_socket_goes_on() {
    let mut number = 0;
    let fake = Fake::new(move |request| {
        number += 1;
        match number {
            1 => vec![(Duration::from_secs(2), json!({ "v": 1, "id": request["id"], "ok": true, "late": true }))],
            2 => [ok(&json!({ "id": 1 }), json!({ "late": true })), ok(request, json!({ "right": true }))].concat(),
            _ => vec![(Duration::ZERO, json!("no map"))],
        }
    });
    let mut link = fake.link();
    block_on(async {
        assert_eq!(link.ask(&Request::Ping, Duration::from_millis(300)).await, Err(LinkError::Timeout));
        assert_eq!(link.ask(&Request::Ping, Duration::from_secs(20)).await.unwrap()["right"], true);
        assert!(matches!(link.ask(&Request::Ping, Duration::from_secs(20)).await, Err(LinkError::Malformed(_))));
    });
}

#[test]
fn a_worker_that_comes_back_is_reached_again() {
    let first = Fake::new(recorded);
    let mut link = first.link();
    let address = first.place.clone();
    block_on(async {
        link.ask(&Request::Ping, Duration::from_secs(20)).await.unwrap();
        drop(first);
        std::fs::create_dir_all(&address).unwrap();
        assert!(link.ask(&Request::Ping, Duration::from_millis(500)).await.is_err());
        let mut router = RouterSocket::new();
        router.bind(&format!("ipc://{}", address.join("requests").display())).await.unwrap();
        let asked = tokio::spawn(async move { link.ask(&Request::Ping, Duration::from_secs(20)).await });
        let frames = router.recv().await.unwrap().into_vec();
        let request: Value = rmp_serde::from_slice(frames.last().unwrap()).unwrap();
        let mut message = ZmqMessage::from(frames[0].clone());
        message.push_back(packed(&ok(&request, json!({}))[0].1).into());
        router.send(message).await.unwrap();
        asked.await.unwrap().unwrap();
    });
    let _ = std::fs::remove_dir_all(address);
}

fn step(seq: u64) -> Value {
    json!({ "seq": seq, "job_id": "a", "t": "step", "step": seq, "loss": 1.0, "loss_avg": 1.0, "s_per_step": 0.1,
            "eta_s": 1.0, "mem": 1 })
}

/// Events that the subscription loses, doubles or brings too early are heard once and in order.
#[test]
fn every_event_is_heard_once_and_in_order() {
    let all: Vec<Value> = (1..=40)
        .map(step)
        .chain([json!({ "seq": 41, "job_id": "a", "t": "done", "path": "/x",
        "sha256": "00ff", "metrics": {} })])
        .collect();
    let log = all.clone();
    let fake = Fake::new(move |request| match request["t"].as_str().unwrap() {
        "hello" => ok(request, hello()),
        "job.events" => {
            let since = request["since_seq"].as_u64().unwrap() as usize;
            // The log grows by ten events with each look.
            let known = log.iter().take(since + 10).skip(since).cloned().collect::<Vec<_>>();
            ok(request, json!({ "events": known, "next": since + known.len() }))
        }
        other => panic!("{other}"),
    });
    let (mut worker, _) = Worker::connect(&fake.place).unwrap();
    let mut heard: Vec<u64> = Vec::new();
    let published = std::cell::Cell::new(0);
    let idle = || {
        for seq in [published.get() + 1, published.get() + 4, published.get() + 2] {
            fake.publish(&step(seq));
        }
        published.set(published.get() + 3);
        Flow::Continue
    };
    let ended = worker.follow("a", &mut 0, &mut |event: &JobEvent| heard.push(event.seq), &idle).unwrap();
    assert_eq!(ended, Followed::Over);
    assert_eq!(heard, (1..=41).collect::<Vec<_>>());
}

#[test]
fn no_worker_is_an_error_at_once_and_foreign_addresses_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let connect = |folder: &Path| Worker::connect(folder).map(|_| ()).unwrap_err();
    assert_eq!(connect(folder.path()), LinkError::NoWorker);
    let endpoints = json!({ "requests": "tcp://example.org:1", "events": "tcp://example.org:2", "pid": 1 });
    std::fs::write(folder.path().join("endpoints.json"), endpoints.to_string()).unwrap();
    assert!(matches!(connect(folder.path()), LinkError::Malformed(_)));
}
