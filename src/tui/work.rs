//! The threads that carry out effects by use cases of the session. Looks, decisions, comparisons and servers have a thread
//! each: a pick that waits for the lock of a build holds up no picture.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::RgbaImage;

use super::effect::{Answer, Effect, Input, Looks, Tried};
use super::from_report::{card, detail};
use super::machine::Gauge;
use super::{Art, Gridded, Screen, unused_memory, viewer};
use crate::plain_file;
use crate::session::catalog::Catalog;
use crate::session::jobs::{Jobs, Work};
use crate::session::{self, Booth, Cancel, Error, Extent, Operation, Project, Voter, doctor};
use crate::threads;
use crate::words::compare::Set;
use crate::words::diagnostic::Diagnostic;
use crate::words::image_file;
use crate::words::job::JobId;
use crate::words::text::count;

/// How often files are looked at that somebody else may have changed.
const LOOK: Duration = Duration::from_millis(750);

/// The files that the screen rests on.
const FILES: [&str; 3] = ["pixels.toml", "pixels.local.toml", "pixels.lock"];

/// The longest side of a preview that is kept, in pixels.
const PREVIEW: u32 = 128;

/// The threads.
pub(super) struct Workers {
    lanes: [Sender<Effect>; LANES],
}

const LANES: usize = 4;

/// The thread that carries an effect out.
fn lane(effect: &Effect) -> usize {
    match effect {
        Effect::Pick(..) | Effect::Unpick(_) | Effect::Reroll(..) | Effect::Keep(..) => 1,
        Effect::Booth(..) | Effect::AtOnce(_) | Effect::Vote(..) | Effect::Undo | Effect::Standing(_) => 2,
        Effect::Examine | Effect::Machine => 3,
        _ => 0,
    }
}

/// Whether an effect plans the whole project.
fn is_of_all(effect: &Effect) -> bool {
    matches!(effect, Effect::List | Effect::Plan | Effect::Cards(_) | Effect::Open(..) | Effect::Names)
}

impl Workers {
    /// Starts them, and the thread that sees what others change.
    pub(super) fn start(
        project: &Project,
        jobs: &Jobs,
        targets: &[String],
        sender: &Sender<Input>,
    ) -> session::Result<Self> {
        let mut lanes = Vec::new();
        for name in ["looks", "decisions", "votes", "servers"] {
            let (lane, effects) = channel();
            let mut worker = Worker::new(project, jobs, targets);
            let sender = sender.clone();
            let work = move || {
                let (mut next, mut is_large) = (effects.recv().ok(), false);
                while let Some(effect) = next {
                    is_large |= is_of_all(&effect);
                    for answer in worker.carry_out(effect) {
                        if sender.send(Input::Done(Box::new(answer))).is_err() {
                            return;
                        }
                    }
                    next = effects.try_recv().ok();
                    if next.is_none() {
                        if std::mem::take(&mut is_large) {
                            unused_memory::give_back();
                        }
                        next = effects.recv().ok();
                    }
                }
            };
            threads::spawn(name, work).map_err(|error| super::no_threads(&error))?;
            lanes.push(lane);
        }
        watch(project.root(), sender.clone())?;
        let lanes = lanes.try_into().map_err(|_| Error::internal("a lane is missing"))?;
        Ok(Self { lanes })
    }

    pub(super) fn send(&self, effects: impl IntoIterator<Item = Effect>) {
        for effect in effects {
            // A thread that has ended by a panic has told it.
            _ = self.lanes[lane(&effect)].send(effect);
        }
    }
}

/// Tells when a file changed that the screen rests on.
fn watch(root: &Path, sender: Sender<Input>) -> session::Result<()> {
    let files = FILES.map(|file| root.join(file));
    let look = move || {
        let mut last = stamps(&files);
        loop {
            std::thread::sleep(LOOK);
            let now = stamps(&files);
            if now != last && sender.send(Input::Done(Box::new(Answer::Changed))).is_err() {
                return;
            }
            last = now;
        }
    };
    threads::spawn("changes", look).map(drop).map_err(|error| super::no_threads(&error))
}

fn stamps(files: &[PathBuf; 3]) -> [Option<(u64, Option<SystemTime>)>; 3] {
    [0, 1, 2].map(|at| {
        let found = std::fs::metadata(&files[at]).ok()?;
        Some((found.len(), found.modified().ok()))
    })
}

/// What carries out the effects of a thread, one after the other.
struct Worker {
    project: Project,
    jobs: Jobs,
    targets: Vec<String>,
    catalog: Catalog,
    booth: Option<Booth>,
    /// What is judged, and how many images are shown at once.
    shown: (Option<Set>, usize),
    gauge: Gauge,
}

impl Worker {
    fn new(project: &Project, jobs: &Jobs, targets: &[String]) -> Self {
        Self {
            project: project.clone(),
            jobs: jobs.clone(),
            targets: targets.to_vec(),
            catalog: Catalog::default(),
            booth: None,
            shown: (None, 2),
            gauge: Gauge::new(),
        }
    }

    fn carry_out(&mut self, effect: Effect) -> Vec<Answer> {
        let answer = match effect {
            Effect::List => Answer::Listed(self.list()),
            Effect::Cards(keys) => {
                let drawn = self.run(|operation| session::overview(operation, &keys, Extent::Card));
                let cards = drawn.map(|report| report.assets.iter().map(card).collect());
                Answer::Cards(keys, cards)
            }
            Effect::Open(key, seed) => {
                let targets = [key.clone()];
                let found = self.run(|operation| session::overview(operation, &targets, Extent::Whole));
                let detail = found.and_then(|report| detail(report, seed).ok_or_else(Vec::new));
                Answer::Opened(key, detail.map(Box::new))
            }
            Effect::Plan => Answer::Planned(self.run(|operation| session::plan(operation, &self.targets))),
            Effect::Pick(target, n, seen) => {
                let picked = self.run(|operation| session::pick_if(operation, &target, n, seen));
                Answer::Decided(picked.map(|picked| decided(&picked, n)))
            }
            Effect::Unpick(target) => {
                let unpicked = self.run(|operation| session::unpick(operation, &target));
                let released = |slots: &[session::UnpickedSlot]| slots.iter().filter(|slot| slot.released).count();
                Answer::Decided(unpicked.map(|unpicked| match released(&unpicked.slots) {
                    0 => format!("{target} has no pick of yours"),
                    picks => format!("released {}; `b` builds", count(picks, "pick", "picks")),
                }))
            }
            Effect::Reroll(target, keep) => {
                let rerolled = self.run(|operation| session::reroll(operation, &target, keep.as_deref()));
                Answer::Decided(rerolled.map(|rerolled| {
                    let slots = count(rerolled.slots.len(), "slot", "slots");
                    format!("new candidates for {slots} at the next build; `b` builds")
                }))
            }
            Effect::Keep(target, numbers) => {
                let kept = self.run(|operation| session::keep(operation, &target, &numbers));
                Answer::Decided(kept.map(|_| format!("candidate {} stays whatever is rerolled", numbers[0])))
            }
            Effect::Build(options) => self.start(Screen::Build, Work::Build(options)),
            Effect::Generate(images) => self.start(Screen::Prompt, Work::Generate(images)),
            Effect::Cancel(job) => {
                let cancelled = self.jobs.cancel(job).map_err(|error| error.diagnostics());
                Answer::Said(cancelled.map(|_| format!("job {} is cancelled", job.0)))
            }
            Effect::Change(slot, n, change) => {
                let gone = || Diagnostic::note("unknown-request", format!("`{slot}` {n} is no longer in progress"));
                let changed = self.project.change_request(&slot, n, change);
                Answer::Said(if changed { Ok(String::new()) } else { Err(vec![gone()]) })
            }
            Effect::Preview(slot, n) => {
                let file = self.project.preview(&slot, n).and_then(|(_, base64)| STANDARD.decode(base64).ok());
                let image = file.and_then(|bytes| image_file::decode(&bytes, "preview").ok());
                Answer::Preview(slot, n, image.map(|image| Arc::new(Art::still(smaller(&image.pixels)))))
            }
            Effect::Jobs => Answer::Jobs(self.jobs.list().jobs),
            Effect::Names => {
                let known = self.run(|operation| Ok(session::names(operation))).unwrap_or_default();
                Answer::Names([known.presets, known.styles, known.palettes].map(|names| names.into_iter().collect()))
            }
            Effect::Made(job) => Answer::Made(job, self.made(job)),
            Effect::Comparisons => Answer::Comparisons(
                self.run(session::open_comparisons).map(|found| found.into_iter().map(|one| one.name).collect()),
            ),
            Effect::Booth(name, most) => {
                self.shown = (None, most);
                match self.run(|operation| Booth::open(operation, &name, &Voter::default())) {
                    Ok(booth) => self.booth = Some(booth),
                    Err(errors) => return vec![Answer::Looks(Err(errors))],
                }
                Answer::Looks(self.looks())
            }
            Effect::AtOnce(most) => {
                self.shown.1 = most;
                Answer::Looks(self.looks())
            }
            Effect::Vote(answer, ms) => {
                let cast = match (&mut self.booth, &self.shown.0) {
                    (Some(booth), Some(set)) => booth.vote_on_set(set, answer, ms).map(Some),
                    _ => Ok(None),
                };
                return self.cast(cast);
            }
            Effect::Undo => {
                let undone = self.booth.as_mut().map_or(Ok(None), Booth::undo);
                return self.cast(undone);
            }
            Effect::Standing(name) => {
                let report = self.run(|operation| session::compare(operation, &name));
                Answer::Standing(name, report.map(Box::new))
            }
            Effect::Grid(target, n) => {
                let found = self.run(|operation| {
                    let (_, png) = session::raw_png(operation, &target, n)?;
                    Ok((png, session::found_grid(operation, &target, n)))
                });
                Answer::Grid(target, n, found.and_then(|(png, grid)| gridded(&png, grid)))
            }
            Effect::Examine => {
                let examine = |operation: &Operation| Ok((doctor::examine(operation)?, doctor::inventory(operation)?));
                Answer::Examined(self.run(examine))
            }
            Effect::Machine => Answer::Machine(self.gauge.look()),
            Effect::View(file) => Answer::Said(viewer::view(&self.project.root().join(file))),
        };
        vec![answer]
    }

    /// Runs a use case; it ends when the program does.
    fn run<T>(&self, use_case: impl FnOnce(&Operation) -> session::Result<T>) -> Tried<T> {
        self.project.run(&Cancel::default(), use_case).map_err(|error| error.diagnostics())
    }

    fn list(&self) -> Tried<(Arc<session::Listed>, Arc<[Diagnostic]>)> {
        if !self.targets.is_empty() {
            let listed = self.run(|operation| session::list(operation, &self.targets))?;
            return Ok((Arc::new(listed), Arc::new([])));
        }
        self.catalog.forget();
        self.catalog.get(&self.project, &Cancel::default()).map_err(|error| error.diagnostics())
    }

    fn start(&self, screen: Screen, work: Work) -> Answer {
        let started = self.jobs.start(work, None).map(|started| started.job);
        Answer::Started(screen, started.map(Box::new).map_err(|error| error.diagnostics()))
    }

    /// The images that a job made, or those of the sprite that it added.
    fn made(&self, job: JobId) -> Tried<Vec<Arc<Art>>> {
        let report = self.jobs.get(job).map_err(|error| error.diagnostics())?;
        let delivered = report.result.as_ref().and_then(|result| result.get("delivered")?.as_array());
        let names = delivered.into_iter().flatten().filter_map(|file| file.get("path")?.as_str());
        let art = |name: &str| {
            let bytes = self.jobs.made(job, name).map_err(|error| error.diagnostics())?;
            let image = image_file::decode(&bytes, name).map_err(|error| vec![error.into()])?;
            Ok(Arc::new(Art::still(image.pixels)))
        };
        names.map(art).collect()
    }

    fn cast(&mut self, cast: session::Result<Option<session::Cast>>) -> Vec<Answer> {
        let cast = cast.map_err(|error| error.diagnostics());
        let failed = cast.is_err();
        let mut answers = vec![Answer::Cast(cast)];
        if !failed {
            answers.push(Answer::Looks(self.looks()));
        }
        answers
    }

    /// The next images to be judged.
    fn looks(&mut self) -> Tried<Looks> {
        let Some(booth) = &self.booth else { return Err(Vec::new()) };
        let next = booth.next_set(self.shown.1).map_err(|error| error.diagnostics())?;
        self.shown.0 = Some(next.set.clone());
        let image = |path: &Option<String>| {
            let path = self.project.root().join(path.as_deref()?);
            let bytes = plain_file::read(&path, image_file::MAX_BYTES).ok()?;
            Some(image_file::decode(&bytes, "candidate").ok()?.pixels)
        };
        let art = alike(&next.images.iter().map(image).collect::<Vec<_>>());
        Ok(Looks { next, art })
    }
}

/// Images on grounds of one size, so that all are shown at the same factor.
fn alike(images: &[Option<RgbaImage>]) -> Vec<Option<Arc<Art>>> {
    let most = |side: fn(&RgbaImage) -> u32| images.iter().flatten().map(side).max().unwrap_or(1);
    let (width, height) = (most(RgbaImage::width), most(RgbaImage::height));
    let on_ground = |image: &RgbaImage| {
        let mut ground = RgbaImage::new(width, height);
        let (left, top) = ((width - image.width()) / 2, height - image.height());
        image::imageops::replace(&mut ground, image, left.into(), top.into());
        Arc::new(Art::still(ground))
    };
    images.iter().map(|image| image.as_ref().map(on_ground)).collect()
}

fn gridded(png: &[u8], grid: session::Result<session::FoundGrid>) -> Tried<Box<Gridded>> {
    let raw = image_file::decode(png, "raw").map_err(|error| vec![error.into()])?.pixels;
    let why = |error: Error| error.diagnostics().first().map(|first| first.message.clone()).unwrap_or_default();
    Ok(Box::new(Gridded { raw, grid: grid.map_err(why) }))
}

fn decided(picked: &[session::Picked], n: u32) -> String {
    let names: Vec<String> = picked.iter().take(3).map(|picked| picked.slot.to_string()).collect();
    format!("picked candidate {n} of {}; `b` writes the files", names.join(", "))
}

/// A preview at the size at which it is looked at.
fn smaller(image: &RgbaImage) -> RgbaImage {
    let longest = image.width().max(image.height()).max(1);
    if longest <= PREVIEW {
        return image.clone();
    }
    let side = |side: u32| (side * PREVIEW / longest).max(1);
    image::imageops::thumbnail(image, side(image.width()), side(image.height()))
}
