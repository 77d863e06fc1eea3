//! A run: data is prepared, a worker trains, the LoRA goes where ComfyUI finds it, a record stays.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::Serialize;

use super::base::{self, Base};
use super::data::Data;
use super::process::{Started, connect_or_start};
use super::record::{self, Pace};
use super::samples::{self, Measured};
use super::{OnEvent, TrainEvent, TrainPlan, failed, table};
use crate::generate::comfyui::free_here;
use crate::generate::worker::{Flow, Followed, LinkError, Worker, folder};
use crate::plain_file;
use crate::session::dataset::{self, Background, CanvasOptions, Prepared};
use crate::session::{Cancel, Error, Existing, Operation, Result, Workspace};
use crate::store;
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::Encoder;
use crate::words::file_error::{Access, FileResult};
use crate::words::train::{Hello, JobEvent, JobEventKind, JobPhase, JobStatus, Train, TrainData, TrainSpec};

/// A worker that dies is started again so many times.
const RESTARTS: u32 = 3;

/// So long a server that was asked to may take to unload its models.
const UNLOAD: Duration = Duration::from_secs(15);

/// So many prompts are drawn, each with and without the trigger.
const SAMPLES: usize = 6;

/// So many LoRAs are kept on the way, the last one among them.
const KEPT: u32 = 4;

/// Whether to wait for the end of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attach {
    /// Until it ends; a cancellation saves its state.
    Wait,
    /// Not at all: it goes on in the worker.
    Leave,
}

/// Whether a worker that is started ends with this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// It goes on.
    Free,
    /// It saves its state and ends.
    ToThisProcess,
}

/// A sample that was drawn in training, and what is measured of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SampleEvent {
    /// After this step.
    pub step: u32,
    /// Whether its prompt has the trigger.
    pub trigger: bool,
    /// Its prompt.
    pub prompt: String,
    /// Its seed.
    pub seed: u64,
    /// What is measured of it.
    #[serde(flatten)]
    pub measured: Measured,
}

/// What came of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Trained {
    /// The run.
    pub name: String,
    /// The job of the worker.
    pub job: String,
    /// Where it stands.
    pub state: JobPhase,
    /// The LoRA, once it is written: a file of ComfyUI's folder `loras`, or one in `.dgx-pixels`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lora: Option<String>,
    /// The SHA-256 of the LoRA.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The record, relative to the project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
}

/// A run with everything that it needs.
pub(super) struct Ready {
    pub(super) workspace: Workspace,
    pub(super) run: Train,
    pub(super) spec: TrainSpec,
    pub(super) plan: TrainPlan,
    pub(super) data: Prepared,
    pace: Pace,
}

/// Prepares the data of a run and says what it will do.
///
/// # Errors
/// The data cannot be trained on, or the base is missing.
pub fn plan(op: &Operation, name: &str) -> Result<TrainPlan> {
    Ok(ready(op, name)?.plan)
}

/// Trains; a run that was interrupted goes on from its last state.
///
/// # Errors
/// The data cannot be trained on, the base is missing, no worker can be started, or the run fails.
pub fn train(op: &Operation, name: &str, attach: Attach, bound: Bound, on: OnEvent<'_>) -> Result<Trained> {
    // A cancellation is for the run, which saves its state.
    let _cancelled = op.cancel.on_cancel(|| {});
    let ready = ready(op, name)?;
    on(&TrainEvent::Planned(&ready.plan));
    let bound = bound == Bound::ToThisProcess;
    let mut started = connect_or_start(bound, op.cancel)?;
    if !is_there(&started, &ready.plan.job) {
        make_room(&ready, &mut started, op.cancel, on)?;
    }
    for attempt in 0.. {
        on(&TrainEvent::Worker { version: &started.hello.version, device: &started.hello.device });
        match attached(op, &ready, &mut started.worker, attach, on) {
            Ok(status) => return concluded(op, &ready, &started, &status),
            Err(LinkError::Refused(refusal)) => return Err(failed(LinkError::Refused(refusal))),
            Err(error) if attempt >= RESTARTS || op.cancel.is_cancelled() => return Err(failed(error)),
            Err(_) => {
                reap(&mut started);
                started = connect_or_start(bound, op.cancel)?;
                on(&TrainEvent::Restarted);
            }
        }
    }
    Err(Error::internal("the run has no end"))
}

/// Ends the job of a run; its state is saved.
///
/// # Errors
/// No worker runs, or it does not know the run.
pub fn cancel(op: &Operation, name: &str) -> Result<JobStatus> {
    table(op, name)?;
    let (mut worker, hello) = Worker::connect(&folder()).map_err(failed)?;
    let prefix = format!("{name}-");
    let is_of_run = |job: &&JobStatus| {
        job.job_id.strip_prefix(&prefix).is_some_and(|rest| rest.len() == 16) && !job.state.is_over()
    };
    let Some(job) = hello.jobs.iter().find(is_of_run) else {
        return Err(Error::usage("no-job", format!("`{name}` has no job that runs"), "`train --list` lists the jobs"));
    };
    worker.cancel(&job.job_id, true).map_err(failed)?;
    worker.status(&job.job_id).map_err(failed)
}

/// Prepares the data of a run and finds its base.
pub(super) fn ready(op: &Operation, name: &str) -> Result<Ready> {
    let (workspace, run) = table(op, name)?;
    let root = absolute(op.root)?;
    let Base { path, tokenizers } = base::find(&run.base, &root, workspace.loaded.local.models.as_deref())?;
    let memory = Base { path: path.clone(), tokenizers: None }.memory();
    let work = workspace.folders.work.join("train").join(&run.name);
    let work = if work.is_absolute() { work } else { absolute(Path::new("."))?.join(work) };
    let data = work.join("data");
    let prepared = prepared(op, &root, &run, &data)?;
    let samples = sampled(&run, &prepared);
    let job = job_id(&run, &prepared, &path, &samples);
    let held_out = prepared.canvases.iter().filter(|canvas| canvas.held_out).count();
    let spec = TrainSpec {
        base: path.display().to_string(),
        data: data.display().to_string(),
        out: work.join(&job).display().to_string(),
        tokenizers: tokenizers.map(|folder| folder.display().to_string()),
        name: run.name.clone(),
        steps: run.steps,
        rank: run.rank,
        batch: run.batch,
        lr: if run.batch >= 4 { 1.5e-4 } else { 1e-4 },
        seed: run.seed,
        seeds: samples.iter().map(|(_, seed)| *seed).collect(),
        prompts: samples.into_iter().map(|(prompt, _)| prompt).collect(),
        lora_every: run.steps.div_ceil(KEPT),
        proof: None,
    };
    let pace = Pace::of(&workspace.folders.work);
    let plan = TrainPlan {
        name: run.name.clone(),
        job,
        base: run.base.clone(),
        canvases: prepared.canvases.len() - held_out,
        held_out,
        trigger: prepared.trigger.clone(),
        steps: run.steps,
        fingerprint: prepared.fingerprint.to_string(),
        memory,
        seconds: pace.seconds(&run),
    };
    Ok(Ready { workspace, run, spec, plan, data: prepared, pace })
}

fn absolute(path: &Path) -> Result<PathBuf> {
    Ok(std::fs::canonicalize(path).reading(path)?)
}

fn prepared(op: &Operation, root: &Path, run: &Train, out: &Path) -> Result<Prepared> {
    let folder = match &run.data {
        TrainData::Folder(folder) => root.join(folder),
        TrainData::From(targets) => {
            let folder = out.with_file_name("from");
            let _ = std::fs::remove_dir_all(&folder);
            dataset::from_project(op, targets, &folder, None, Existing::Replace)?;
            folder
        }
    };
    let options = dataset::Options {
        folder,
        trigger: run.trigger.clone(),
        template: None,
        background: Background::WHITE,
        restore: false,
        least: 4,
    };
    let canvases = CanvasOptions { resolution: run.resolution, cell: None, sheets: true, hold_out: run.hold_out };
    std::fs::create_dir_all(out).accessing(Access::CreateFolder, out)?;
    dataset::prepare(&options, &canvases, out, op.cancel)
}

/// The same data, base and options are the same job, whoever submits it.
fn job_id(run: &Train, prepared: &Prepared, base: &Path, samples: &[(String, u32)]) -> String {
    let mut encoder = Encoder::new("dgx-pixels train v1");
    encoder.digest(&prepared.fingerprint).text(&base.display().to_string());
    for number in [run.steps, run.rank, run.batch, run.seed, run.resolution] {
        encoder.uint(number.into());
    }
    for (prompt, seed) in samples {
        encoder.text(prompt).uint((*seed).into());
    }
    let digest = encoder.finish().to_string();
    format!("{}-{}", run.name.replace(|c: char| !c.is_ascii_alphanumeric(), "_"), &digest[..16])
}

/// Prompts and seeds of samples: those of the run and captions that are held out, each with and without the trigger.
fn sampled(run: &Train, prepared: &Prepared) -> Vec<(String, u32)> {
    let trigger = &prepared.trigger;
    let plain = plain_prompts(run).chain(held_out(prepared)).take(SAMPLES);
    let pairs =
        (run.seed..).zip(plain).flat_map(|(seed, plain)| [(format!("{trigger}, {plain}"), seed), (plain, seed)]);
    pairs.collect()
}

/// The prompts of a run, without the trigger.
pub(super) fn plain_prompts(run: &Train) -> impl Iterator<Item = String> {
    run.prompts.iter().map(|prompt| format!("pixel art, {prompt}"))
}

/// The captions that are held out, each once, without the trigger.
pub(super) fn held_out(prepared: &Prepared) -> Vec<String> {
    let mut captions: Vec<String> = Vec::new();
    for canvas in prepared.canvases.iter().filter(|canvas| canvas.held_out) {
        let plain = canvas.caption.replace(prepared.trigger.as_str(), "");
        let plain = plain.trim_start_matches([',', ' ']).to_owned();
        if !captions.contains(&plain) {
            captions.push(plain);
        }
    }
    captions
}

/// Whether the worker has the job already, with the memory that it needs.
fn is_there(started: &Started, job: &str) -> bool {
    started.hello.jobs.iter().any(|there| there.job_id == job && !there.state.is_over())
}

/// Asks ComfyUI servers of this machine for the memory of their models, and refuses to train with too little.
fn make_room(ready: &Ready, started: &mut Started, cancel: &Cancel, on: OnEvent<'_>) -> Result<()> {
    let freed = free_here(&ready.workspace.loaded.local.servers)?;
    if !freed.is_empty() {
        on(&TrainEvent::Freed(&freed));
    }
    let until = Instant::now() + if freed.is_empty() { Duration::ZERO } else { UNLOAD };
    loop {
        started.hello = started.worker.hello().map_err(failed)?;
        let refusal = require_memory(&ready.plan, &started.hello);
        if refusal.is_ok() || Instant::now() >= until || cancel.is_cancelled() {
            return refusal;
        }
        std::thread::sleep(Duration::from_millis(500));
    }
}

fn require_memory(plan: &TrainPlan, hello: &Hello) -> Result<()> {
    let free = hello.device.mem_free;
    match plan.memory {
        Some(need) if free > 0 && need > free => {
            let gib = |bytes: u64| bytes.div_ceil(1 << 30);
            let message = format!("training needs about {} GiB of memory, {} are free", gib(need), gib(free));
            let hint = "end what holds memory: a ComfyUI server on this machine keeps its models loaded";
            Err(Error::Failed(Diagnostic::error("out-of-memory", message).hint(hint)))
        }
        _ => Ok(()),
    }
}

/// The data set as native pixels; samples are not measured where it cannot be read.
fn data(ready: &Ready) -> Option<Data> {
    Data::load(Path::new(&ready.spec.data), ready.data.clone()).ok()
}

/// Submits the job and follows it to its end.
fn attached(
    op: &Operation,
    ready: &Ready,
    worker: &mut Worker,
    attach: Attach,
    on: OnEvent<'_>,
) -> std::result::Result<JobStatus, LinkError> {
    let job = &ready.plan.job;
    let submitted = worker.submit(job, &ready.spec)?;
    let mut since = submitted.last_seq;
    let data = data(ready);
    let mut hear = |event: &JobEvent| {
        if let JobEventKind::Step { s_per_step, .. } = event.kind {
            ready.pace.note(&ready.run, s_per_step);
        }
        on(&TrainEvent::Job(event));
        if let JobEventKind::Sample { step, prompt, seed, path, .. } = &event.kind
            && let Some(measured) = data.as_ref().and_then(|data| samples::measured(Path::new(path), data))
        {
            let trigger = prompt.contains(&ready.data.trigger);
            on(&TrainEvent::Sample(&SampleEvent {
                step: *step,
                trigger,
                prompt: prompt.clone(),
                seed: *seed,
                measured,
            }));
        }
    };
    if attach == Attach::Wait && !submitted.state.is_over() {
        let idle = || if op.cancel.is_cancelled() { Flow::Leave } else { Flow::Continue };
        if worker.follow(job, &mut since, &mut hear, &idle)? == Followed::Left {
            worker.cancel(job, true)?;
            worker.follow(job, &mut since, &mut hear, &|| Flow::Continue)?;
        }
    }
    worker.status(job)
}

/// What a job that ended, or was left, means.
fn concluded(op: &Operation, ready: &Ready, started: &Started, status: &JobStatus) -> Result<Trained> {
    let mut trained = Trained {
        name: ready.run.name.clone(),
        job: ready.plan.job.clone(),
        state: status.state,
        lora: None,
        sha256: None,
        record: None,
    };
    match (status.state, &status.result, &status.error) {
        (JobPhase::Failed, _, error) => {
            let why = error.as_ref().map_or("it gave no reason", |error| error.msg.as_str());
            let code = if error.as_ref().is_some_and(|error| error.code == "out_of_memory") {
                "out-of-memory"
            } else {
                "train-failed"
            };
            let hint = format!("`{}/stderr.log` has what the worker wrote", ready.spec.out);
            Err(Error::Failed(Diagnostic::error(code, format!("the run failed: {why}")).hint(hint)))
        }
        (JobPhase::Done, Some(result), _) => {
            let file = format!("{}.safetensors", ready.run.name);
            trained.lora = Some(deliver(ready, Path::new(&result.path), &file)?);
            trained.sha256 = Some(result.sha256.clone());
            let root = absolute(op.root)?;
            trained.record = Some(record::write(
                &root,
                &ready.run,
                &ready.plan,
                &started.hello,
                result,
                &ready.spec,
                data(ready).as_ref(),
            )?);
            Ok(trained)
        }
        (JobPhase::Cancelled | JobPhase::Interrupted, ..) if op.cancel.is_cancelled() => Err(Error::Cancelled),
        _ => Ok(trained),
    }
}

/// Puts a LoRA into ComfyUI's folder under a name, if that folder is known.
pub(super) fn deliver(ready: &Ready, lora: &Path, name: &str) -> Result<String> {
    let models = ready.workspace.loaded.local.models.as_deref();
    let Some(folder) = models.map(|models| models.join("loras")).filter(|folder| folder.is_dir()) else {
        return Ok(lora.display().to_string());
    };
    let place = folder.join(name);
    let bytes = plain_file::read(lora, 4 << 30).reading(lora)?;
    store::write_whole(&place, &bytes, "train").writing(&place)?;
    Ok(place.display().to_string())
}

/// Waits for a process that ended, so that none is left over.
pub(super) fn reap(started: &mut Started) {
    if let Some(child) = &mut started.child {
        let _ = child.kill();
        let _ = child.wait();
    }
}
