//! Evidence of what a run learnt, from the samples that it drew: against the base, with and without the trigger.
//!
//! The samples before the first step are the base's. Four measurements of pixel art make a sample's distance from the
//! data: confidence in the grid, number of colours, distance from the data's colours, share of runs of one cell.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use image::RgbaImage;
use rayon::prelude::*;
use serde::Serialize;

use super::cells::{self, Palette};
use super::interval::Interval;
use super::memorized::{self, Known};
use super::record;
use super::run::{Ready, ready};
use crate::plain_file;
use crate::session::dataset::Prepared;
use crate::session::job::no_threads;
use crate::session::{Error, Operation, Result, restore};
use crate::store;
use crate::threads;
use crate::words::color::Rgb;
use crate::words::diagnostic::Diagnostic;
use crate::words::file_error::FileResult;
use crate::words::image_file;
use crate::words::raw::Raw;
use crate::words::recipe::Recipe;

/// Fewer canvases are too few to learn a style from.
const FEW: usize = 20;
/// A sample that is nearer to a training image than this is a copy, whatever the data.
const COPY: i64 = 40;

/// What a run learnt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proof {
    /// The run.
    pub name: String,
    /// The id of its job.
    pub job: String,
    /// Whether it learnt the style, copied nothing, and left the base as it was.
    pub passes: bool,
    /// Whether samples with the trigger are nearer to the data than the base's, beyond chance.
    pub learnt: bool,
    /// The samples, by step and prompt.
    pub arms: Vec<Arm>,
    /// Below this difference from a training image, a sample is a copy.
    pub threshold: i64,
    /// Samples that are copies.
    pub memorized: Vec<Memorized>,
    /// How much samples without the trigger changed, where there are such.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leak: Option<Leak>,
    /// What is wrong, and the likely reason.
    pub findings: Vec<Diagnostic>,
}

/// Samples of one step, all with the trigger or all without.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Arm {
    /// The step; 0 is the base.
    pub step: u32,
    /// Whether the prompts have the trigger.
    pub trigger: bool,
    /// How many samples there are.
    pub samples: usize,
    /// The confidence in the grid, 0 to 1000.
    pub grid: Interval,
    /// The number of colours.
    pub colors: Interval,
    /// The distance from the data's colours.
    pub palette: Interval,
    /// The share of runs of one cell, per mille.
    pub runs: Interval,
    /// The distance from the data, 0 to 1000.
    pub distance: Interval,
}

/// A sample that is a copy of a training image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Memorized {
    /// The sample.
    pub sample: String,
    /// The training image.
    pub image: String,
    /// Their difference, per mille.
    pub difference: i64,
    /// Whether it is mirrored.
    pub mirrored: bool,
}

/// How much samples without the trigger changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Leak {
    /// The mean difference from the base's sample of the same prompt and seed, per mille.
    pub changed: i64,
    /// The mean difference among the base's samples, per mille.
    pub among_seeds: i64,
}

/// A sample and its measurements.
struct Sample {
    step: u32,
    trigger: bool,
    prompt: String,
    seed: u64,
    path: String,
    image: RgbaImage,
    cells: RgbaImage,
    grid: i64,
    colors: i64,
    palette: i64,
    runs: i64,
}

/// Judges a run by its samples; writes `train/NAME/proof.json`.
///
/// # Errors
/// The run has no samples yet.
pub fn prove(op: &Operation, name: &str) -> Result<Proof> {
    threads::start_pool(None).map_err(|error| no_threads(&error))?;
    let Ready { spec, plan, data, .. } = ready(op, name)?;
    let data = Data::load(Path::new(&spec.data), data)?;
    let samples = samples(Path::new(&spec.out), &data);
    let last = samples.iter().map(|sample| sample.step).max().unwrap_or(0);
    if last == 0 {
        let hint = format!(
            "train it with `dgx-pixels train {name}`; `prompts` of the run, or captions that are held out, are drawn"
        );
        return Err(Error::usage("no-samples", format!("`{name}` has no samples after its first step"), hint));
    }
    let target = data.target();
    let arms = arms(&samples, &target);
    let threshold = data.threshold();
    let memorized = memorized(&samples, &data, threshold);
    let leak = leak(&samples, last);
    let of = |step: u32| arms.iter().find(|arm| arm.step == step && arm.trigger).map(|arm| arm.distance);
    let learnt = of(last).zip(of(0)).is_some_and(|(after, before)| is_nearer(after, before));
    let findings = findings(learnt, plan.canvases, &memorized, leak);
    let proof = Proof {
        name: name.to_owned(),
        job: plan.job,
        passes: findings.is_empty(),
        learnt,
        arms,
        threshold,
        memorized,
        leak,
        findings,
    };
    let path = PathBuf::from("train").join(name).join("proof.json");
    let text = serde_json::to_string_pretty(&proof).map_err(|error| Error::internal(error.to_string()))?;
    store::write_in_project(op.root, &op.root.join(&path), format!("{text}\n").as_bytes(), "train").writing(&path)?;
    Ok(proof)
}

/// Beyond chance, and by at least a tenth.
fn is_nearer(after: Interval, before: Interval) -> bool {
    after.high < before.low && after.mean * 10 <= before.mean * 9
}

fn findings(learnt: bool, canvases: usize, memorized: &[Memorized], leak: Option<Leak>) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    if !learnt {
        let hint = if canvases < FEW {
            "it has few images: add more of the same style"
        } else {
            "train more steps or with a higher rank, or on images that are more alike"
        };
        let message = "the run did not learn the style: its samples are not nearer to the data than the base's";
        findings.push(Diagnostic::error("not-learnt", message).hint(hint));
    }
    if let Some(first) = memorized.first() {
        let mirrored = if first.mirrored { ", mirrored" } else { "" };
        let Memorized { sample, image, .. } = first;
        let message = format!("{} samples are copies: `{sample}` shows `{image}`{mirrored}", memorized.len());
        findings.push(Diagnostic::error("memorized", message).hint("train fewer steps, or on more images"));
    }
    if let Some(Leak { changed, among_seeds }) = leak.filter(|leak| leak.changed > leak.among_seeds) {
        let message =
            format!("without the trigger the base changed by {changed}, more than another seed does ({among_seeds})");
        findings.push(Diagnostic::error("style-leak", message).hint("train fewer steps, or with a lower rank"));
    }
    findings
}

/// The data set as native pixels.
struct Data {
    prepared: Prepared,
    canvases: Vec<RgbaImage>,
    palette: Palette,
}

/// The measurements of the data.
struct Target {
    colors: i64,
    runs: i64,
}

impl Data {
    fn load(folder: &Path, prepared: Prepared) -> Result<Self> {
        let read = |file: &String| read(&folder.join(file)).map(|image| cells::of(&image, prepared.cell, [0, 0]));
        let canvases = prepared.canvases.iter().map(|canvas| read(&canvas.file));
        let canvases = canvases.collect::<Option<Vec<_>>>();
        let canvases = canvases.ok_or_else(|| Error::internal("a prepared canvas cannot be read"))?;
        let colors: BTreeSet<[u8; 4]> = canvases.iter().flat_map(|cells| cells.pixels().map(|pixel| pixel.0)).collect();
        let palette = Palette::new(colors.into_iter().map(|[r, g, b, _]| Rgb([r, g, b])));
        Ok(Self { prepared, canvases, palette })
    }

    fn target(&self) -> Target {
        let count = self.canvases.len().max(1) as i64;
        let colors = |cells: &RgbaImage| cells.pixels().map(|pixel| pixel.0).collect::<BTreeSet<_>>().len() as i64;
        Target {
            colors: self.canvases.iter().map(colors).sum::<i64>() / count,
            runs: self.canvases.iter().map(|cells| self.palette.short_runs(cells)).sum::<i64>() / count,
        }
    }

    /// The images of the canvases that are held out, or of the others.
    fn known(&self, held_out: bool) -> Vec<Known> {
        let [r, g, b] = Rgb::parse(&self.prepared.background).unwrap_or(Rgb([255; 3])).0;
        let canvases = self.prepared.canvases.iter().zip(&self.canvases);
        let canvases = canvases.filter(|(canvas, _)| canvas.held_out == held_out);
        let images = canvases.flat_map(|(canvas, cells)| {
            canvas.sprites.iter().map(move |sprite| {
                let [left, top] = sprite.at.map(|at| at / self.prepared.cell);
                let mut pixels = image::imageops::crop_imm(cells, left, top, sprite.crop[2], sprite.crop[3]).to_image();
                for pixel in pixels.pixels_mut().filter(|pixel| pixel.0 == [r, g, b, 255]) {
                    pixel[3] = 0;
                }
                Known { file: sprite.file.clone(), pixels }
            })
        });
        images.collect()
    }

    /// Half the least difference of a held-out image from the training images: what is nearer is no coincidence.
    fn threshold(&self) -> i64 {
        let known = self.known(false);
        let held = self.prepared.canvases.iter().zip(&self.canvases).filter(|(canvas, _)| canvas.held_out);
        let held: Vec<&RgbaImage> = held.map(|(_, cells)| cells).collect();
        let least =
            held.par_iter().filter_map(|cells| memorized::nearest(cells, &known)).map(|near| near.difference).min();
        (least.unwrap_or(0) / 2).max(COPY)
    }
}

/// The samples of a run; of those with the same step, prompt and seed the last.
fn samples(folder: &Path, data: &Data) -> Vec<Sample> {
    let mut found = BTreeMap::new();
    for drawn in record::samples(folder) {
        found.insert((drawn.step, drawn.seed, drawn.prompt), drawn.path);
    }
    let found: Vec<_> = found.into_iter().collect();
    let measure = |((step, seed, prompt), path): ((u32, u64, String), String)| {
        let image = read(Path::new(&path))?;
        let cells = cells::of(&image, data.prepared.cell, [0, 0]);
        let restored = restore(&[Raw::new(image.clone())], &Recipe::default(), None).ok();
        let metric = restored.as_ref().and_then(|sprites| sprites.found.metrics.get("grid").copied());
        let colors = restored.as_ref().map_or(256, |sprites| sprites.found.palette.len() as i64);
        Some(Sample {
            step,
            trigger: prompt.contains(&data.prepared.trigger),
            prompt,
            seed,
            path,
            grid: metric.unwrap_or(0),
            colors,
            palette: data.palette.distance(&cells),
            runs: data.palette.short_runs(&cells),
            image,
            cells,
        })
    };
    found.into_par_iter().filter_map(measure).collect()
}

fn read(path: &Path) -> Option<RgbaImage> {
    let bytes = plain_file::read(path, image_file::MAX_BYTES).ok()?;
    image_file::decode(&bytes, "sample").ok().map(|decoded| decoded.pixels)
}

fn arms(samples: &[Sample], target: &Target) -> Vec<Arm> {
    let keys: BTreeSet<(u32, bool)> = samples.iter().map(|sample| (sample.step, sample.trigger)).collect();
    let arm = |(step, trigger): (u32, bool)| {
        let of: Vec<&Sample> =
            samples.iter().filter(|sample| (sample.step, sample.trigger) == (step, trigger)).collect();
        let interval =
            |value: fn(&Sample) -> i64| Interval::of(&of.iter().map(|sample| value(sample)).collect::<Vec<_>>());
        Arm {
            step,
            trigger,
            samples: of.len(),
            grid: interval(|sample| sample.grid),
            colors: interval(|sample| sample.colors),
            palette: interval(|sample| sample.palette),
            runs: interval(|sample| sample.runs),
            distance: Interval::of(&of.iter().map(|sample| distance(sample, target)).collect::<Vec<_>>()),
        }
    };
    keys.into_iter().map(arm).collect()
}

/// The mean of four differences, each 0 to 1000.
fn distance(sample: &Sample, target: &Target) -> i64 {
    let relative = |value: i64, wanted: i64, least: i64| ((value - wanted).abs() * 1000 / wanted.max(least)).min(1000);
    let parts = [
        (1000 - sample.grid).clamp(0, 1000),
        relative(sample.colors, target.colors, 1),
        (sample.palette * 10).min(1000),
        relative(sample.runs, target.runs, 50),
    ];
    parts.iter().sum::<i64>() / 4
}

fn memorized(samples: &[Sample], data: &Data, threshold: i64) -> Vec<Memorized> {
    let known = data.known(false);
    let cell = data.prepared.cell;
    let check = |sample: &Sample| {
        let half = cell / 2;
        let phases = [[0, 0], [half, 0], [0, half], [half, half]];
        let near =
            phases.into_iter().filter_map(|phase| memorized::nearest(&cells::of(&sample.image, cell, phase), &known));
        let near = near.min_by_key(|near| near.difference).filter(|near| near.difference < threshold)?;
        let name =
            Path::new(&sample.path).file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        Some(Memorized { sample: name, image: near.file, difference: near.difference, mirrored: near.mirrored })
    };
    samples.par_iter().filter(|sample| sample.step > 0).filter_map(check).collect()
}

fn leak(samples: &[Sample], last: u32) -> Option<Leak> {
    let plain = |step: u32| samples.iter().filter(move |sample| sample.step == step && !sample.trigger);
    let pairs = plain(last).filter_map(|after| {
        Some((after, plain(0).find(|before| (&before.prompt, before.seed) == (&after.prompt, after.seed))?))
    });
    let changed: Vec<i64> = pairs.filter_map(|(a, b)| cells::difference(&a.cells, &b.cells)).collect();
    let base: Vec<&Sample> = plain(0).collect();
    let others = base.iter().enumerate().flat_map(|(at, a)| base[at + 1..].iter().map(move |b| (a, b)));
    let among: Vec<i64> = others.filter_map(|(a, b)| cells::difference(&a.cells, &b.cells)).collect();
    let mean = |values: &[i64]| values.iter().sum::<i64>() / values.len() as i64;
    (!changed.is_empty() && !among.is_empty()).then(|| Leak { changed: mean(&changed), among_seeds: mean(&among) })
}
