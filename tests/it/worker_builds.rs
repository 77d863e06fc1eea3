//! Builds with `backend = "worker"`, on a worker in this process that paints what it is asked for.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dgx_pixels::generate::worker::{Pictures, Settings};
use dgx_pixels::generate::{Backend, Batch, Context, Failure, Request};
use dgx_pixels::words::ask::{Ask, WorkerAsk};
use dgx_pixels::words::asset::{GroupId, Kind, SlotId};
use dgx_pixels::words::cancel::Cancel;
use dgx_pixels::words::diagnostic::Diagnostic;
use dgx_pixels::words::digest::Digest;
use dgx_pixels::words::source::Sources;
use dgx_pixels::words::style::Style;
use fake_comfyui::Fake as ComfyUi;
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

use crate::project::{Project, Run, png};
use crate::worker::{Fake, hello, ok};

const TWO: &str = "[project]\nname = \"t\"\nbackend = \"worker\"\ncandidates = 1\nreroll = 0\n[style.default]\nloras = []\n\
                   canvas = [128, 128]\n[sprite.knight]\nprompt = \"knight\"\nsize = 16\n[sprite.potion]\nprompt = \"potion\"\n\
                   size = 16\n";

/// What an artist does with a picture that it is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// Paints at once.
    AtOnce,
    /// Paints, and says so with events.
    WithEvents,
    /// Shows what it paints, and ends without a word.
    WithPreviews,
    /// Never ends.
    Slow,
    /// Says that the file is another than it is.
    Wrong,
    /// Runs out of memory.
    Poor,
}

/// The answers of a worker, and what it was asked.
#[derive(Clone)]
struct Artist {
    manner: Manner,
    version: &'static str,
    asked: Arc<Mutex<Vec<Value>>>,
    results: Arc<Mutex<BTreeMap<String, Value>>>,
    events: Arc<OnceLock<UnboundedSender<(String, Value)>>>,
}

impl Artist {
    fn new(manner: Manner) -> Self {
        Self {
            manner,
            version: env!("CARGO_PKG_VERSION"),
            asked: Arc::default(),
            results: Arc::default(),
            events: Arc::default(),
        }
    }

    /// Serves a folder.
    fn at(&self, folder: &std::path::Path) -> Fake {
        std::fs::create_dir_all(folder).unwrap();
        let artist = self.clone();
        let fake = Fake::at(folder, move |request| artist.answer(request));
        let _ = self.events.set(fake.events.clone());
        fake
    }

    fn count(&self, kind: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|request| request["t"] == kind).count()
    }

    fn answer(&self, request: &Value) -> Vec<(Duration, Value)> {
        self.asked.lock().unwrap().push(request.clone());
        let job = request["job_id"].as_str().unwrap_or_default().to_owned();
        match request["t"].as_str().unwrap() {
            "hello" => {
                let mut values = hello();
                values["version"] = self.version.into();
                values["jobs"] = json!([]);
                values.as_object_mut().unwrap().retain(|key, _| !["v", "id", "ok"].contains(&key.as_str()));
                ok(request, values)
            }
            "generate" => ok(request, json!({ "job_id": job, "state": self.paint(&job, request), "last_seq": 0 })),
            "job.status" => {
                let results = self.results.lock().unwrap();
                let mut status =
                    json!({ "job_id": job, "state": if results.contains_key(&job) { "done" } else { "running" } });
                if let Some(result) = results.get(&job) {
                    status["result"] = result.clone();
                }
                ok(request, status)
            }
            _ => ok(request, json!({})),
        }
    }

    fn paint(&self, job: &str, request: &Value) -> &'static str {
        let publish = |event: Value| {
            let topic = format!("job.{job}.{}", event["t"].as_str().unwrap());
            self.events.get().unwrap().send((topic, event)).unwrap();
        };
        if self.manner == Manner::Slow {
            return "running";
        }
        if self.manner == Manner::Poor {
            publish(
                json!({ "seq": 1, "job_id": job, "t": "failed", "code": "out_of_memory", "msg": "CUDA out of memory" }),
            );
            return "running";
        }
        let seed = request["seed"].as_u64().unwrap();
        let picture = png(16, [seed as u8 / 2, (seed >> 8) as u8 / 2 + 60, 90]);
        let path = PathBuf::from(request["out_dir"].as_str().unwrap()).join(format!("{job}.png"));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &picture).unwrap();
        let mut sha256 = digest_of(&picture);
        if self.manner == Manner::Wrong {
            sha256 = "00".repeat(32);
        }
        let metrics = json!({ "device": "NVIDIA GB10", "torch": "2.15.0", "seconds": 1.5 });
        let result = json!({ "path": path, "sha256": sha256, "metrics": metrics });
        self.results.lock().unwrap().insert(job.to_owned(), result.clone());
        if self.manner == Manner::WithPreviews {
            let path = path.with_extension("preview.png");
            for (seq, sha256) in [(1, "00".repeat(32)), (2, digest_of(&picture))] {
                std::fs::write(&path, &picture).unwrap();
                publish(
                    json!({ "seq": seq, "job_id": job, "t": "preview", "step": 3, "path": path, "sha256": sha256 }),
                );
            }
            return "running";
        }
        if self.manner != Manner::WithEvents {
            return "done";
        }
        publish(json!({ "seq": 1, "job_id": job, "t": "progress", "step": 3, "steps": 8 }));
        let mut done = json!({ "seq": 2, "job_id": job, "t": "done" });
        done.as_object_mut().unwrap().extend(result.as_object().unwrap().clone());
        publish(done);
        "running"
    }
}

fn digest_of(bytes: &[u8]) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A project with the model files that its style names.
fn project(manifest: &str) -> Project {
    let style = Style::built_in();
    Project::with(manifest)
        .file(&style.checkpoint.file, "base")
        .file(&style.vae.unwrap().file, "vae")
        .file("tokenizer/vocab.json", "{}")
}

fn sockets(project: &Project) -> PathBuf {
    project.path("run/dgx-pixels")
}

/// Runs a line with the sockets of this project; no worker can be started.
fn run<'a>(project: &'a Project, servers: &str, line: &str) -> Run<'a> {
    let (runtime, home) = (project.path("run"), project.path("home"));
    let variables = [
        ("XDG_RUNTIME_DIR", runtime.to_str().unwrap()),
        ("DGX_PIXELS_WORKER", home.to_str().unwrap()),
        ("DGX_PIXELS_SERVERS", servers),
    ];
    project.run_line_with(&variables, &format!("{line} --message-format json"))
}

const NO_SERVER: &str = "http://127.0.0.1:9";

#[test]
fn a_build_draws_each_image_once() {
    for manner in [Manner::AtOnce, Manner::WithEvents] {
        let (project, artist) = (project(TWO), Artist::new(manner));
        let _worker = artist.at(&sockets(&project));
        run(&project, NO_SERVER, "build").exit(0).asked(2).captured(2);
        assert_eq!(artist.count("generate"), 2);
        run(&project, NO_SERVER, "build").exit(0).asked(0);
        // Restored again from what was captured.
        project.edit("pixels.toml", "size = 16", "size = 8");
        run(&project, NO_SERVER, "build --yes").asked(0);
        assert_eq!(artist.count("generate"), 2);
        let lock = project.lock();
        assert!(lock.contains("backend = \"worker 0.1.0\"") && lock.contains("library = \"torch 2.15.0\""), "{lock}");
        assert!(std::fs::read_dir(project.path(".dgx-pixels/worker")).unwrap().next().is_none());
    }
}

/// One that the next has replaced is left out; the files are gone in the end.
#[test]
fn previews_of_the_worker_are_events() {
    let (project, artist) = (project(TWO), Artist::new(Manner::WithPreviews));
    let _worker = artist.at(&sockets(&project));
    let built = run(&project, NO_SERVER, "build").exit(0).captured(2);
    let mut slots = Vec::new();
    for event in built.of("preview") {
        assert_eq!(event["format"], "png");
        let bytes = STANDARD.decode(event["base64"].as_str().unwrap()).unwrap();
        assert_eq!(image::load_from_memory(&bytes).unwrap().width(), 128);
        slots.push(event["slot"]["group"]["name"].clone());
    }
    slots.sort_by_key(ToString::to_string);
    assert_eq!(slots, ["knight", "potion"]);
    assert!(std::fs::read_dir(project.path(".dgx-pixels/worker")).unwrap().next().is_none());
}

#[test]
fn a_request_says_what_the_style_says() {
    let text = TWO.replace("loras = []", "loras = [{ file = \"house.safetensors\", weight = 0.8 }]\nseed = 1");
    let (project, artist) = (project(&text.replace("seed = 1\n", "")), Artist::new(Manner::AtOnce));
    project.write("models/loras/house.safetensors", "lora").write("pixels.local.toml", "models = \"models\"\n");
    let _worker = artist.at(&sockets(&project));
    run(&project, NO_SERVER, "build knight").exit(0);
    let asked = artist.asked.lock().unwrap();
    let request = asked.iter().find(|request| request["t"] == "generate").unwrap();
    assert!(request["prompt"].as_str().unwrap().contains("knight"), "{request}");
    let expected = json!({ "steps": 8, "cfg": 1.5, "w": 128, "h": 128, "sampler": "lcm", "scheduler": "sgm_uniform" });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&request[name], value, "{name}");
    }
    let place = |path: &str| std::fs::canonicalize(project.path(path)).unwrap();
    assert_eq!(request["loras"], json!([{ "path": place("models/loras/house.safetensors"), "weight": 0.8 }]));
    assert_eq!(request["base"], json!(place("sd_xl_base_1.0.safetensors")));
    assert_eq!(request["tokenizers"], json!(place("tokenizer")));
}

#[test]
fn half_of_a_build_may_be_comfyui_s() {
    let (comfyui, artist) = (ComfyUi::start(), Artist::new(Manner::AtOnce));
    let project = project(&TWO.replace("[sprite.potion]\n", "[sprite.potion]\nbackend = \"comfyui\"\n"));
    let _worker = artist.at(&sockets(&project));
    run(&project, &comfyui.url(), "build").asked(2).captured(2);
    assert_eq!((artist.count("generate"), comfyui.prompts()), (1, 1));
    let lock = project.lock();
    assert!(lock.contains("backend = \"worker 0.1.0\"") && lock.contains("backend = \"comfyui "), "{lock}");
    run(&project, &comfyui.url(), "build").asked(0);
    // Another backend is another request, and nothing of the one answers for the other.
    project.edit("pixels.toml", "backend = \"comfyui\"\n", "");
    run(&project, &comfyui.url(), "build").asked(1);
    assert_eq!((artist.count("generate"), comfyui.prompts()), (2, 1));
}

#[test]
fn what_is_missing_is_found_before_anything_is_asked() {
    let project = project(TWO);
    let build = || run(&project, NO_SERVER, "build").exit(1).asked(0);
    build().reports("worker-not-installed").says("dgx-pixels worker install");
    let doctor = || run(&project, NO_SERVER, "doctor");
    doctor().exit(1).says("worker-not-installed");
    let artist = Artist { version: "0.0.9", ..Artist::new(Manner::AtOnce) };
    let worker = artist.at(&sockets(&project));
    build().reports("worker-version").says("dgx-pixels worker stop");
    doctor().exit(1).says("worker-version");
    drop(worker);
    let artist = Artist::new(Manner::AtOnce);
    let _worker = artist.at(&sockets(&project));
    doctor().says("worker-on-cpu").says("worker-models");
    project.remove("tokenizer/vocab.json");
    build().reports("no-tokenizer").says("comfy/sd1_tokenizer");
    project.remove("sd_xl_base_1.0.safetensors");
    build().reports("missing-model").says("pixels.local.toml");
    doctor().exit(1).says("missing-model");
    assert_eq!(artist.count("generate"), 0);
    run(&project, NO_SERVER, "build --fill sketch").exit(0).asked(0);
    assert!(project.exists("assets/sprites/knight.png"));
}

#[test]
fn what_a_worker_cannot_draw_is_a_problem_of_the_manifest() {
    let cases = [
        ("loras = []", "loras = []\nsampler = \"uni_pc\"", "worker-sampler"),
        ("loras = []", "loras = []\nscheduler = \"beta\"", "worker-sampler"),
        ("loras = []", "loras = []\nworkflow = \"sdxl-img2img\"", "worker-workflow"),
        ("prompt = \"knight\"", "prompt = \"knight\"\ninputs = { image = \"potion\" }", "worker-workflow"),
    ];
    for (from, to, code) in cases {
        let project = project(&TWO.replace(from, to));
        run(&project, NO_SERVER, "build").exit(2).reports(code);
    }
}

#[test]
fn failures_of_the_worker_are_failures_of_their_assets() {
    for (manner, code) in [(Manner::Wrong, "image-unavailable"), (Manner::Poor, "out-of-memory")] {
        let (project, artist) = (project(TWO), Artist::new(manner));
        let _worker = artist.at(&sockets(&project));
        run(&project, NO_SERVER, "build").exit(1).captured(0).reports(code);
    }
}

#[test]
fn a_build_without_time_takes_its_jobs_back() {
    let (project, artist) = (project(TWO), Artist::new(Manner::Slow));
    let _worker = artist.at(&sockets(&project));
    run(&project, NO_SERVER, "build --time-limit 1s").exit(1).reports("time-limit");
    assert_eq!((artist.count("generate"), artist.count("job.cancel")), (2, 2));
}

/// A backend on a folder, whose worker is started by a function.
fn backend(folder: &std::path::Path, start: impl Fn() -> Result<(), Diagnostic> + Send + Sync + 'static) -> Pictures {
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).unwrap();
    let style = Style::built_in();
    for file in [style.checkpoint.file, style.vae.unwrap().file] {
        std::fs::write(folder.join(file), "model").unwrap();
    }
    std::fs::create_dir_all(folder.join("tokenizer")).unwrap();
    std::fs::write(folder.join("tokenizer/vocab.json"), "{}").unwrap();
    Pictures::new(Settings {
        sockets: folder.to_owned(),
        root: folder.to_owned(),
        models: None,
        digests: None,
        out: folder.join("out"),
        start: Arc::new(start),
    })
}

fn request(number: u32) -> Request {
    let style = Style { loras: Vec::new(), canvas: [128, 128], ..Style::built_in() };
    let ask = WorkerAsk { style, prompt: format!("number {number}"), negative: String::new() };
    let slot = SlotId { group: GroupId::new(Kind::Sprite, format!("a{number}")), frame: None };
    let (key, seed) = (Digest::of(&number.to_le_bytes()), number.into());
    Request { key, slot, n: 1, seed, ask: Arc::new(Ask::Worker(ask)), inputs: BTreeMap::new() }
}

#[test]
fn a_worker_that_dies_is_started_again_and_every_request_is_answered_once() {
    let folder = tempfile::Builder::new().prefix("w").tempdir().unwrap();
    let slow = Artist::new(Manner::Slow);
    let dying: Arc<Mutex<Option<Fake>>> = Arc::new(Mutex::new(Some(slow.at(folder.path()))));
    let (good, place, starts) = (Artist::new(Manner::WithEvents), folder.path().to_owned(), Arc::new(Mutex::new(0)));
    let (again, count) = (Arc::clone(&dying), Arc::clone(&starts));
    let artist = good.clone();
    let backend = backend(folder.path(), move || {
        *count.lock().unwrap() += 1;
        // Sockets of its own: those of the dead one may be closed later.
        *again.lock().unwrap() = Some(artist.at(&place.join("b")));
        std::fs::copy(place.join("b/endpoints.json"), place.join("endpoints.json")).unwrap();
        Ok(())
    });
    let (replies, answers) = channel();
    let batch = Batch::new(Context {
        root: folder.path().into(),
        workflows: BTreeMap::new(),
        sources: Sources::default(),
        observer: Arc::new(()),
        replies,
        log: Arc::new(()),
        cancel: Cancel::default(),
        time_limit: None,
    });
    let wanted: Vec<Request> = (0..5).map(request).collect();
    let mut keys: Vec<Digest> = wanted.iter().map(|request| request.key).collect();
    let handle = backend.submit(wanted, &batch);
    while slow.count("generate") < 2 {
        std::thread::sleep(Duration::from_millis(10));
    }
    handle.cancel(keys.remove(3));
    assert_eq!(answers.recv().unwrap().result.unwrap_err(), Failure::Cancelled);
    drop(dying.lock().unwrap().take());
    let mut answered = Vec::new();
    for _ in 0..4 {
        let arrival = answers.recv_timeout(Duration::from_secs(60)).unwrap();
        assert_eq!(arrival.result.unwrap().provenance.device.as_deref(), Some("NVIDIA GB10"));
        answered.push(arrival.key);
    }
    answered.sort();
    keys.sort();
    assert_eq!((answered, *starts.lock().unwrap()), (keys, 1));
    assert!(answers.try_recv().is_err());
}
