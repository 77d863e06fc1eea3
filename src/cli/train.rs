//! `dgx-pixels train` and `dgx-pixels worker`: a style of one's own.

use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};

use super::args::{
    Global, MessageFormat, TrainAdopt, TrainArgs, TrainCommand, TrainCompare, TrainProve, WorkerArgs, WorkerCommand,
};
use super::{Exit, compare, project, report, style};
use crate::session::train::{
    self, AdoptOptions, AdoptedLora, Arm, Attach, Bound, Interval, Leak, Measured, Memorized, Packages, Proof,
    ProveOptions, SampleEvent, TrainEvent, TrainPlan, Trained, WorkerStatus,
};
use crate::session::{self, Consent, Error};
use crate::words::diagnostic::Severity;
use crate::words::text::printable;
use crate::words::train::{JobEventKind, JobPhase, JobStatus};

/// Runs `train`.
pub(super) fn run(global: &Global, args: &TrainArgs) -> session::Result<Exit> {
    if let Some(command) = &args.command {
        return match command {
            TrainCommand::Prove(args) => prove(global, args),
            TrainCommand::Adopt(args) => adopt(global, args),
            TrainCommand::Compare(args) => compare_arms(global, args),
        };
    }
    if args.list {
        report::list(global, "train-jobs", &train::jobs()?, |jobs| jobs.iter().for_each(|job| style::out(&line(job))));
        return Ok(Exit::Success);
    }
    let name = args.name.as_deref().ok_or_else(|| Error::internal("`train` without a name"))?;
    let root = project::root(global)?;
    let operation = project::operation(&root, None, report::brief(global), &global.cancel);
    if args.cancel {
        let job = train::cancel(&operation, name)?;
        report::value(global, "train-job", &job, |job| style::out(&line(job)));
        return Ok(Exit::Success);
    }
    if args.dry_run {
        report::value(global, "train-plan", &train::plan(&operation, name)?, |plan| style::out(&planned(plan)));
        return Ok(Exit::Success);
    }
    let attach = if args.detach { Attach::Leave } else { Attach::Wait };
    let bound = if args.bound { Bound::ToThisProcess } else { Bound::Free };
    let mut progress = Progress::new(global);
    let trained = train::train(&operation, name, attach, bound, &mut |event| progress.on(event));
    progress.end();
    report::value(global, "trained", &trained?, |trained| style::out(&outcome(trained)));
    Ok(Exit::Success)
}

/// Runs `worker`.
pub(super) fn worker(global: &Global, args: &WorkerArgs) -> session::Result<Exit> {
    match &args.command {
        WorkerCommand::Install { python, environment } => {
            let quiet = global.quiet;
            let packages = match (environment, python) {
                (Some(environment), _) => Packages::Of(environment),
                (None, Some(python)) => Packages::Pinned(python),
                (None, None) => Packages::Pinned(Path::new("python3")),
            };
            let installed = train::install(packages, &mut |text| {
                if !quiet {
                    style::say(text);
                }
            })?;
            report::value(global, "worker-installed", &installed, |installed| {
                style::out(&format!("worker {} in {}", installed.version, installed.folder));
            });
            Ok(Exit::Success)
        }
        WorkerCommand::Status => {
            let status = train::status()?;
            report::result(global, "worker-status", &status, show);
            Ok(if status.installed || status.running.is_some() { Exit::Success } else { Exit::Failed })
        }
        WorkerCommand::Stop => {
            let text = if train::stop()? { "the worker saves its jobs and ends" } else { "no worker runs" };
            report::value(global, "worker-stopped", &train::status()?, |_| style::out(text));
            Ok(Exit::Success)
        }
    }
}

fn prove(global: &Global, args: &TrainProve) -> session::Result<Exit> {
    let root = project::root(global)?;
    let operation = project::operation(&root, None, report::brief(global), &global.cancel);
    let strengths = args.strengths.iter().map(|strength| per_mille(*strength)).collect::<session::Result<_>>()?;
    let options = ProveOptions { draw: !args.no_draw, seeds: args.seeds, strengths };
    let mut progress = Progress::new(global);
    let proof = train::prove(&operation, &args.name, &options, &mut |event| progress.on(event));
    progress.end();
    let proof = proof?;
    report::value(global, "train-proof", &proof, show_proof);
    Ok(if proof.passes { Exit::Success } else { Exit::Gate })
}

fn per_mille(strength: f64) -> session::Result<u32> {
    let wrong = || {
        let hint = "strengths lie between 0 and 4; 0.6 to 1.0 are usual";
        Error::usage("out-of-range", format!("{strength} is no strength"), hint)
    };
    (strength > 0.0005 && strength <= 4.0).then_some((strength * 1000.0).round() as u32).ok_or_else(wrong)
}

fn adopt(global: &Global, args: &TrainAdopt) -> session::Result<Exit> {
    let root = project::root(global)?;
    let operation = project::operation(&root, None, report::brief(global), &global.cancel);
    let strength = args.strength.map(per_mille).transpose()?;
    let options = AdoptOptions { style: args.style.clone(), step: args.step, strength, dry_run: args.dry_run };
    let consent = if args.yes { Consent::Given } else { Consent::Required };
    let adopted = train::adopt(&operation, &args.name, &options, consent)?;
    report::value(global, "adopted-lora", &adopted, |adopted| {
        let AdoptedLora { lora, style: changed, file, because, generate, path, installed, .. } = adopted;
        let did = if adopted.dry_run { "would change" } else { "changed" };
        style::out(&format!("{did} [style.{}] in {}: {}", printable(changed), printable(file), printable(lora)));
        style::out(&style::paint(style::DIM, &format!("  {}", printable(because))));
        style::out(&format!("  a build generates {} more", style::count(*generate, "image", "images")));
        if !installed && !adopted.dry_run {
            let hint =
                "`models` in `pixels.local.toml` is ComfyUI's folder of models; without it copy the file yourself";
            style::warning(&format!("the LoRA stays in {}", printable(path)), Some(hint));
        }
    });
    Ok(Exit::Success)
}

fn compare_arms(global: &Global, args: &TrainCompare) -> session::Result<Exit> {
    let root = project::root(global)?;
    let operation = project::operation(&root, None, report::brief(global), &global.cancel);
    let swept = train::compare_arms(&operation, &args.name, &args.slots, args.dry_run)?;
    report::value(global, "swept-arms", &swept, compare::written);
    Ok(Exit::Success)
}

fn show_proof(proof: &Proof) {
    for arm in &proof.arms {
        style::out(&arm_line(arm));
    }
    for Memorized { sample, image, difference, .. } in &proof.memorized {
        let image = printable(image);
        style::out(&format!("{sample}  is a copy of {image} (difference {difference} < {})", proof.threshold));
    }
    if let Some(sheet) = &proof.sheet {
        style::out(&format!("copies beside their training images: {}", printable(sheet)));
    }
    if let Some(Leak { changed, among_seeds }) = proof.leak {
        style::out(&format!("without trigger: changed by {changed}; other seeds differ by {among_seeds}"));
    }
    for finding in &proof.findings {
        match finding.severity {
            Severity::Error => style::error(&finding.message, finding.hint.as_deref()),
            _ => style::warning(&finding.message, finding.hint.as_deref()),
        }
    }
    let name = style::paint(style::NAME, &proof.name);
    match &proof.choice {
        Some(choice) => style::out(&format!("{name}  learnt the style: {}", choice.says)),
        None => style::out(&format!("{name}  no step can be used")),
    }
}

fn arm_line(arm: &Arm) -> String {
    let Arm { step, trigger, samples, grid, colors, palette, runs, outline, orphans, distance, copies, .. } = arm;
    let with = if *trigger { "with trigger" } else { "without trigger" };
    let strength = f64::from(arm.strength) / 1000.0;
    let Interval { mean, low, high } = distance;
    let gain = arm
        .gain
        .map_or_else(String::new, |gain| format!(", to the base {} ({} to {})", gain.mean, gain.low, gain.high));
    let copies = if *copies > 0 { format!(", {copies} copies") } else { String::new() };
    let passes = if arm.passes { ", passes" } else { "" };
    format!(
        "step {step} at {strength} {with}  distance {mean} ({low} to {high}){gain}; grid {}, {} colours, palette {}, \
         runs {}, outline {}, orphans {} ({samples} samples{copies}{passes})",
        grid.mean, colors.mean, palette.mean, runs.mean, outline.mean, orphans.mean
    )
}

fn show(status: &WorkerStatus) {
    match &status.problem {
        Some(problem) => style::error(&problem.message, problem.hint.as_deref()),
        None => style::out("installed"),
    }
    let Some(running) = &status.running else { return style::out("no worker runs") };
    let device = &running.device;
    let free = device.mem_free >> 30;
    let (server, name) = (printable(&running.server), printable(&device.name));
    style::out(&format!("{server} {} runs ({}, {name}, {free} GiB free)", running.version, device.kind));
    running.jobs.iter().for_each(|job| style::out(&line(job)));
}

fn line(job: &JobStatus) -> String {
    let loss = job.loss.map_or_else(String::new, |loss| format!(", loss {loss:.4}"));
    let name = style::paint(style::NAME, &printable(&job.job_id));
    format!("{name}  {}, step {} of {}{loss}", job.state.word(), job.step, job.steps)
}

fn planned(plan: &TrainPlan) -> String {
    let TrainPlan { canvases, held_out, steps, trigger, .. } = plan;
    let took = plan.seconds.map_or_else(|| "unknown time".to_owned(), |seconds| format!("about {}", time(seconds)));
    let memory = plan.memory.map_or_else(String::new, |bytes| format!(", about {} GiB", bytes.div_ceil(1 << 30)));
    let name = style::paint(style::NAME, &plan.name);
    let canvases = style::count(*canvases, "canvas", "canvases");
    format!("{name}  {canvases}, {held_out} held out, trigger {trigger}: {steps} steps, {took}{memory}")
}

fn time(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        _ => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
    }
}

fn sample_line(SampleEvent { step, trigger, measured, .. }: &SampleEvent) -> String {
    let Measured { grid, passes, features, distance } = measured;
    let with = if *trigger { "with" } else { "without" };
    let gates = if *passes { "passes the gates" } else { "fails the gates" };
    let (colors, palette) = (features.colors, features.palette);
    format!(
        "step {step}: {with} trigger grid {grid}, {colors} colours, palette {palette}, distance {distance}; {gates}"
    )
}

fn outcome(trained: &Trained) -> String {
    let name = style::paint(style::NAME, &trained.name);
    match (&trained.lora, &trained.record) {
        (Some(lora), Some(record)) => format!("{name}  {lora} (record: {record})"),
        _ => format!("{name}  {}; `train --list` shows how far it is", trained.state.word()),
    }
}

/// Shows a run as it goes: a bar on a terminal, else lines.
struct Progress {
    format: MessageFormat,
    quiet: bool,
    bar: Option<ProgressBar>,
    /// The step of the last line.
    said: u32,
    /// Samples are drawn, and nothing is trained.
    proof: bool,
}

/// Without a bar, a line for so many steps.
const EVERY: u32 = 100;

impl Progress {
    fn new(global: &Global) -> Self {
        Self { format: global.message_format, quiet: global.quiet, bar: None, said: 0, proof: true }
    }

    fn on(&mut self, event: &TrainEvent<'_>) {
        match (event, self.format) {
            (TrainEvent::Planned(plan), MessageFormat::Json) => report::json("train-plan", *plan),
            (TrainEvent::Job(event), MessageFormat::Json) => report::json("train-event", *event),
            (TrainEvent::Sample(sample), MessageFormat::Json) => report::json("train-sample", *sample),
            (_, MessageFormat::Json) => {}
            _ if self.quiet => {}
            (TrainEvent::Planned(plan), _) => self.begin(plan),
            (TrainEvent::Worker { version, device }, _) => {
                self.say(&format!("worker {version} on {} ({})", printable(&device.name), device.kind));
            }
            (TrainEvent::Freed(servers), _) => {
                self.say(&format!("{} unloads its models", printable(&servers.join(", "))));
            }
            (TrainEvent::Restarted, _) => self.say("the worker ended and was started again; the run continues"),
            (TrainEvent::Job(event), _) => self.job(&event.kind),
            (TrainEvent::Sample(sample), _) => self.say(&sample_line(sample)),
        }
    }

    fn begin(&mut self, plan: &TrainPlan) {
        self.proof = false;
        style::say(&planned(plan));
        self.show_bar(plan.steps);
    }

    fn job(&mut self, kind: &JobEventKind) {
        match kind {
            JobEventKind::Step { step, loss_avg, eta_s, .. } => {
                let left = time(eta_s.max(0.0) as u64);
                match &self.bar {
                    Some(bar) => {
                        bar.set_position((*step).into());
                        bar.set_message(format!("loss {loss_avg:.4}, {left} left"));
                    }
                    None if *step >= self.said + EVERY => {
                        self.said = *step;
                        self.say(&format!("step {step}: loss {loss_avg:.4}, {left} left"));
                    }
                    None => {}
                }
            }
            JobEventKind::Val { step, loss } => self.say(&format!("step {step}: validation {loss:.4}")),
            JobEventKind::Sample { step, path, .. } => match &self.bar {
                Some(bar) if self.proof => bar.inc(1),
                _ if self.proof => {}
                _ => self.say(&format!("step {step}: sample {}", printable(path))),
            },
            JobEventKind::Lora { step, path, .. } => self.say(&format!("step {step}: kept {}", printable(path))),
            JobEventKind::State { state: JobPhase::Running, steps } if self.proof => self.begin_samples(*steps),
            JobEventKind::Log { msg, .. } => self.say(&printable(msg)),
            JobEventKind::State { state: JobPhase::Preparing, .. } => self.say("loading base and data"),
            _ => {}
        }
    }

    fn begin_samples(&mut self, samples: u32) {
        style::say(&format!("drawing {}", style::count(samples as usize, "sample", "samples")));
        self.show_bar(samples);
    }

    fn show_bar(&mut self, length: u32) {
        let bar = ProgressBar::new(length.into());
        if !bar.is_hidden()
            && let Ok(look) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}")
        {
            self.bar = Some(bar.with_style(look));
        }
    }

    fn say(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| style::say(text)),
            None => style::say(text),
        }
    }

    fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
