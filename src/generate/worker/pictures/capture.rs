//! From a picture's file to its pixels and its provenance.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use super::Settings;
use crate::generate::comfyui::digest_of_file;
use crate::generate::{Captured, Failure, pinned};
use crate::plain_file;
use crate::words::ask::WorkerAsk;
use crate::words::diagnostic::Diagnostic;
use crate::words::image_file::{self, MAX_BYTES};
use crate::words::lock::{ModelFound, Provenance};
use crate::words::raw::Raw;
use crate::words::style::Model;
use crate::words::train::TrainResult;

/// A preview has a pixel for each of 8 x 8.
const LONGEST_PREVIEW: u64 = 4 << 20;

/// Reads a preview of a job, if its file is still the one that was reported.
pub(super) fn preview(settings: &Settings, job: &str, path: &str, sha256_of_file: &str) -> Option<Vec<u8>> {
    let own = std::fs::canonicalize(preview_of(settings, job)).ok()?;
    let bytes = (std::fs::canonicalize(path).ok()? == own).then(|| plain_file::read(&own, LONGEST_PREVIEW).ok())??;
    (sha256(&bytes) == sha256_of_file).then_some(bytes)
}

fn preview_of(settings: &Settings, job: &str) -> PathBuf {
    settings.out.join(format!("{job}.preview.png"))
}

/// Reads the picture of a job and removes its file.
pub(super) fn captured(
    settings: &Settings,
    ask: &WorkerAsk,
    job: &str,
    version: &str,
    result: &TrainResult,
) -> Result<Captured, Failure> {
    let wrong = |why: &str| {
        let diagnostic = Diagnostic::error("image-unavailable", format!("the worker's image {why}"));
        Failure::from(diagnostic.hint("build again; `dgx-pixels worker status` shows its versions"))
    };
    // The worker says which file it wrote; only the one that it was asked for is read.
    let path = settings.out.join(format!("{job}.png"));
    if std::fs::canonicalize(&result.path).ok() != std::fs::canonicalize(&path).ok() {
        return Err(wrong("lies elsewhere than it was asked to"));
    }
    let bytes = plain_file::read(&path, MAX_BYTES).map_err(|error| wrong(&format!("cannot be read: {error}")))?;
    if sha256(&bytes) != result.sha256 {
        return Err(wrong("has another digest than it says"));
    }
    let pixels = image_file::decode(&bytes, "").map_err(|error| wrong(&error.problem.to_string()))?.pixels;
    if [pixels.width(), pixels.height()] != ask.style.canvas {
        return Err(wrong("has another size than was asked for"));
    }
    // The worker removes previews, unless it was killed.
    for file in [path, preview_of(settings, job)] {
        let _ = std::fs::remove_file(file);
    }
    let seconds = result.metrics.get("seconds").and_then(serde_json::Value::as_f64);
    let took = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    Ok(Captured { raw: Raw::new(pixels), provenance: provenance(settings, ask, version, result), lossy: false, took })
}

fn provenance(settings: &Settings, ask: &WorkerAsk, version: &str, result: &TrainResult) -> Provenance {
    let text = |name: &str| result.metrics.get(name).and_then(serde_json::Value::as_str).map(str::to_owned);
    let models = settings.models();
    let found = |folder: &str, model: &Model| {
        let path = models.find(folder, &model.file).filter(|path| path.is_file());
        let digest = path.and_then(|path| digest_of_file(settings.digests.as_deref(), &path));
        ModelFound { file: model.file.clone(), sha256: digest.or_else(|| model.sha256.clone()) }
    };
    let style = &ask.style;
    Provenance {
        backend: format!("worker {version}"),
        device: text("device"),
        library: text("torch").map(|torch| format!("torch {torch}")),
        flags: Vec::new(),
        checkpoint: Some(found("checkpoints", &style.checkpoint)),
        vae: style.vae.as_ref().map(|vae| found("vae", vae)),
        loras: style.loras.iter().map(|lora| found("loras", &lora.model)).collect(),
    }
}

fn sha256(bytes: &[u8]) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    digest.as_ref().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Files that are not what the style pins.
pub(super) fn unpinned(settings: &Settings, ask: &WorkerAsk) -> Vec<Diagnostic> {
    let models = settings.models();
    let digest =
        |folder: &str, model: &Model| digest_of_file(settings.digests.as_deref(), &models.find(folder, &model.file)?);
    pinned::unpinned(&ask.style, digest).map(|(_, problem)| problem).collect()
}
