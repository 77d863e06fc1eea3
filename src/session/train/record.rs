//! What stays of a run: `train/NAME/run.json`, text to commit.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::TrainPlan;
use super::data::Data;
use super::log::events;
use super::samples::{self, Measured};
use crate::plain_file;
use crate::session::{Error, Result};
use crate::store;
use crate::words::file_error::FileResult;
use crate::words::train::{Hello, JobEventKind, Train, TrainResult, TrainSpec};

/// A run, without paths of this machine.
#[derive(Serialize)]
struct Record<'a> {
    version: u32,
    run: &'a Train,
    plan: &'a TrainPlan,
    versions: &'a BTreeMap<String, String>,
    device: &'a str,
    lora: Lora,
    metrics: &'a serde_json::Map<String, serde_json::Value>,
    /// Step and mean loss.
    curve: Vec<(u32, f64)>,
    /// Step and loss on what is held out.
    validation: Vec<(u32, f64)>,
    samples: Vec<Sample>,
}

#[derive(Serialize)]
struct Lora {
    file: String,
    sha256: String,
}

#[derive(Serialize)]
struct Sample {
    step: u32,
    prompt: String,
    seed: u64,
    sha256: String,
    #[serde(flatten)]
    measured: Option<Measured>,
}

/// Writes the record; returns its path relative to the project.
pub(super) fn write(
    root: &Path,
    run: &Train,
    plan: &TrainPlan,
    hello: &Hello,
    result: &TrainResult,
    spec: &TrainSpec,
    data: Option<&Data>,
) -> Result<String> {
    let mut record = Record {
        version: 1,
        run,
        plan,
        versions: &hello.versions,
        device: &hello.device.name,
        lora: Lora { file: file_name(&result.path), sha256: result.sha256.clone() },
        metrics: &result.metrics,
        curve: Vec::new(),
        validation: Vec::new(),
        samples: Vec::new(),
    };
    for event in events(Path::new(&spec.out)) {
        match event.kind {
            JobEventKind::Step { step, loss_avg, .. } => record.curve.push((step, loss_avg)),
            JobEventKind::Val { step, loss } => record.validation.push((step, loss)),
            JobEventKind::Sample { step, prompt, seed, sha256, path, .. } => {
                let measured = data.and_then(|data| samples::measured(Path::new(&path), data));
                record.samples.push(Sample { step, prompt, seed, sha256, measured });
            }
            _ => {}
        }
    }
    // A resumed run repeats the steps after its state.
    record.curve = last_of_each(record.curve);
    record.validation = last_of_each(record.validation);
    let path = PathBuf::from("train").join(&run.name).join("run.json");
    let text = serde_json::to_string_pretty(&record).map_err(|error| Error::internal(error.to_string()))?;
    store::write_in_project(root, &root.join(&path), format!("{text}\n").as_bytes(), "train").writing(&path)?;
    Ok(path.display().to_string())
}

fn last_of_each(points: Vec<(u32, f64)>) -> Vec<(u32, f64)> {
    points.into_iter().collect::<BTreeMap<_, _>>().into_iter().collect()
}

fn file_name(path: &str) -> String {
    Path::new(path).file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// Seconds a step that this machine needed before, by resolution and batch.
pub(super) struct Pace(PathBuf);

impl Pace {
    /// Those of a folder.
    pub(super) fn of(work: &Path) -> Self {
        Self(work.join("train").join("pace.json"))
    }

    /// Seconds for a run.
    pub(super) fn seconds(&self, run: &Train) -> Option<u64> {
        let pace = self.all().get(&key(run)).copied().filter(|pace| pace.is_finite() && *pace >= 0.0)?;
        Some((pace * f64::from(run.steps)).ceil() as u64)
    }

    /// Notes a measurement.
    pub(super) fn note(&self, run: &Train, seconds: f64) {
        let mut all = self.all();
        all.insert(key(run), seconds);
        if let Ok(text) = serde_json::to_string(&all) {
            let _ = store::write_unflushed(&self.0, text.as_bytes(), "train");
        }
    }

    fn all(&self) -> BTreeMap<String, f64> {
        let bytes = plain_file::read_own(&self.0, 1 << 20).ok().flatten().unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }
}

fn key(run: &Train) -> String {
    format!("{} {} {} {}", run.base, run.resolution, run.batch, run.rank)
}
