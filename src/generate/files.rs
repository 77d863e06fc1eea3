//! The `files` backend: images of the project as raws, whole or as parts of a strip.

mod crossing;
mod strip;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use image::RgbaImage;

pub use crossing::{Crossing, crossing};
use strip::Uneven;

use super::batch::Cancelled;
use super::{Arrival, Backend, Batch, BatchRef, Captured, Failure, Handle, Request, other_backend};
use crate::plain_file::{self, Refused};
use crate::words::ask::{Part, Source};
use crate::words::diagnostic::{Diagnostic, Subject};
use crate::words::frames_file;
use crate::words::image_file::{self, Decoded, MAX_BYTES};
use crate::words::lock::Provenance;
use crate::words::raw::Raw;

/// Reads images of the project.
pub struct Files;

impl Backend for Files {
    fn submit(&self, requests: Vec<Request>, batch: &Batch) -> Handle {
        // The parts of one strip are decoded once.
        let mut by_path: BTreeMap<String, Vec<(Request, Source)>> = BTreeMap::new();
        for request in requests {
            match source_of(&request) {
                Ok(source) => by_path.entry(source.path.clone()).or_default().push((request, source)),
                Err(failure) => batch.reply(Arrival { key: request.key, result: Err(failure) }),
            }
        }
        let cancelled = Cancelled::default();
        for (path, wanted) in by_path {
            let (batch, cancelled) = (BatchRef::clone(batch), cancelled.clone());
            rayon::spawn(move || serve(&path, &wanted, &batch, &cancelled));
        }
        cancelled.handle()
    }
}

fn serve(path: &str, wanted: &[(Request, Source)], batch: &BatchRef, cancelled: &Cancelled) {
    let frames: BTreeSet<usize> = wanted.iter().filter_map(|(_, source)| Some(source.frame? as usize)).collect();
    let decoded = if batch.cancel.is_cancelled() { Err(Failure::Cancelled) } else { load(&batch.root, path, &frames) };
    for (request, source) in wanted {
        let result = match &decoded {
            _ if batch.cancel.is_cancelled() || cancelled.contains(&request.key) => Err(Failure::Cancelled),
            Ok(decoded) => part_of(decoded, source),
            Err(failure) => Err(failure.clone()),
        };
        batch.reply(Arrival { key: request.key, result });
    }
}

fn source_of(request: &Request) -> Result<Source, Failure> {
    let Some(sources) = request.ask.sources() else {
        return Err(other_backend(request, "files"));
    };
    let index = (request.n as usize).checked_sub(1);
    index.and_then(|index| sources.get(index)).cloned().ok_or_else(|| {
        let message = format!("`{}` has no source number {}", request.slot, request.n);
        Diagnostic::error("no-such-source", message).about(Subject::Asset(request.slot.to_string())).into()
    })
}

/// What a file shows.
enum Shown {
    Still(Decoded),
    /// Some of its frames by number.
    Frames(BTreeMap<usize, RgbaImage>),
}

fn load(root: &Path, path: &str, frames: &BTreeSet<usize>) -> Result<Shown, Failure> {
    let bytes = read(root, path)?;
    if !frames.is_empty() {
        let frames = frames_file::frames(&bytes, path, frames).map_err(Diagnostic::from)?;
        return Ok(Shown::Frames(frames));
    }
    image_file::decode(&bytes, path).map(Shown::Still).map_err(|error| {
        let diagnostic = wrong("unreadable-image", path, error.to_string());
        match error.hint() {
            Some(hint) => diagnostic.hint(hint).into(),
            None => diagnostic.into(),
        }
    })
}

fn part_of(shown: &Shown, source: &Source) -> Result<Captured, Failure> {
    let (pixels, lossy) = match shown {
        Shown::Still(decoded) => (&decoded.pixels, decoded.lossy),
        Shown::Frames(frames) => {
            let number = source.frame.unwrap_or_default();
            let missing = || {
                let message = format!("`{}` has no frame {}", source.path, number + 1);
                wrong("no-such-frame", &source.path, message)
            };
            (frames.get(&(number as usize)).ok_or_else(missing)?, false)
        }
    };
    let pixels = match source.part {
        None => pixels.clone(),
        Some(part) => cut(pixels, source, part)?,
    };
    let provenance = Provenance { backend: "files".to_owned(), ..Provenance::default() };
    Ok(Captured { raw: Raw::new(pixels), provenance, lossy, took: None })
}

fn cut(pixels: &RgbaImage, source: &Source, part: Part) -> Result<RgbaImage, Failure> {
    if part.number >= part.count() && part.count() > 0 {
        let message = format!("`{}` has {} frames, no number {}", source.path, part.count(), part.number);
        return Err(wrong("no-such-frame", &source.path, message).into());
    }
    strip::cut(pixels, part).map_err(|uneven| {
        let Uneven { axis, length, wanted, .. } = uneven;
        let words = [["wide", "frames", "width"], ["high", "rows", "height"]];
        let [adjective, what, side] = words[axis];
        let found = uneven.found.map(|found| format!("; {found} are to be seen")).unwrap_or_default();
        let message =
            format!("`{}` is {length} pixels {adjective}, which {wanted} {what} do not divide{found}", source.path);
        let hint = format!("make its {side} a multiple of {}, or correct `strip`", wanted.max(1));
        wrong("uneven-strip", &source.path, message).hint(hint).into()
    })
}

/// Reads a file of the project: a plain file of at most 256 MiB whose true place is inside `root`.
pub fn read(root: &Path, path: &str) -> Result<Vec<u8>, Failure> {
    let file = confined(root, path)?;
    plain_file::read(&file, MAX_BYTES).map_err(|error| {
        let code = Refused::of(&error).map_or("unreadable-file", Refused::code);
        let diagnostic = wrong(code, path, format!("`{path}` cannot be read: {error}"));
        diagnostic.hint(plain_file::hint(&error, "check `source` in the manifest")).into()
    })
}

/// The true place of a project's file, or why it is none.
fn confined(root: &Path, path: &str) -> Result<PathBuf, Failure> {
    let outside = || {
        let diagnostic = wrong("outside-project", path, format!("`{path}` is outside the project"));
        diagnostic.hint("copy the file into the project").into()
    };
    let plain = |part| matches!(part, Component::Normal(_) | Component::CurDir);
    if path.is_empty() || !Path::new(path).components().all(plain) {
        return Err(outside());
    }
    let root = root
        .canonicalize()
        .map_err(|error| Diagnostic::error("unreadable-project", format!("the project cannot be read: {error}")))?;
    let file = root.join(path).canonicalize().map_err(|error| {
        let diagnostic = wrong("unreadable-file", path, format!("`{path}` cannot be read: {error}"));
        diagnostic.hint("check `source` in the manifest")
    })?;
    if file.starts_with(&root) { Ok(file) } else { Err(outside()) }
}

fn wrong(code: &'static str, path: &str, message: String) -> Diagnostic {
    Diagnostic::error(code, message).about(Subject::File(path.to_owned()))
}
