//! The events that a worker logged of a job, in the folder of the job.

use std::collections::BTreeMap;
use std::path::Path;

use crate::plain_file;
use crate::words::train::{JobEvent, JobEventKind, TrainResult, TrainSpec};

/// The events that the worker logged, up to the first line that is not whole.
pub(super) fn events(folder: &Path) -> impl Iterator<Item = JobEvent> {
    let text = plain_file::read_own_text(&folder.join("events.jsonl"), plain_file::LONGEST_OWN).unwrap_or_default();
    let lines: Vec<JobEvent> = text.lines().map_while(|line| serde_json::from_str(line).ok()).collect();
    lines.into_iter()
}

/// The LoRAs that a run kept and this machine has, by step.
pub(super) fn loras(folder: &Path, spec: &TrainSpec) -> BTreeMap<u32, String> {
    let saved = events(folder).filter_map(|event| match event.kind {
        JobEventKind::Lora { step, path, .. } => Some((step, path)),
        JobEventKind::Done(TrainResult { path, .. }) => Some((spec.steps, path)),
        _ => None,
    });
    saved.filter(|(_, path)| Path::new(path).is_file()).collect()
}

/// A sample that a run drew.
pub(super) struct Drawn {
    pub(super) step: u32,
    /// Per mille.
    pub(super) strength: u32,
    pub(super) prompt: String,
    pub(super) seed: u64,
    pub(super) path: String,
}

/// The samples of a run, in the order in which they were drawn.
pub(super) fn samples(folder: &Path) -> impl Iterator<Item = Drawn> {
    events(folder).filter_map(|event| match event.kind {
        JobEventKind::Sample { step, strength, prompt, seed, path, .. } => {
            Some(Drawn { step, strength: strength.unwrap_or(1000), prompt, seed, path })
        }
        _ => None,
    })
}
