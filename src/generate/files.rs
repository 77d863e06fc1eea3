//! The `files` backend: pictures of the project as raws, whole or as equal parts of a strip.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use image::RgbaImage;
use image::imageops::crop_imm;

use crate::generate::{Arrival, Backend, Captured, Failure, Outside, Request};
use crate::words::ask::{Ask, Source};
use crate::words::image_file::{self, Decoded, MAX_BYTES};
use crate::words::lock::Provenance;
use crate::words::raw::Raw;

/// Reads pictures of the project.
#[derive(Default)]
pub struct Files {
    cancelled: Arc<AtomicBool>,
}

impl Backend for Files {
    fn submit(&self, requests: Vec<Request>, outside: &Outside) {
        // The parts of one strip are decoded once.
        let mut by_path: BTreeMap<String, Vec<(Request, Source)>> = BTreeMap::new();
        for request in requests {
            match source_of(&request) {
                Ok(source) => by_path.entry(source.path.clone()).or_default().push((request, source)),
                Err(failure) => answer(outside, &request, Err(failure)),
            }
        }
        for (path, wanted) in by_path {
            let (outside, cancelled) = (outside.clone(), Arc::clone(&self.cancelled));
            rayon::spawn(move || serve(&path, &wanted, &outside, &cancelled));
        }
    }

    fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }
}

fn serve(path: &str, wanted: &[(Request, Source)], outside: &Outside, cancelled: &AtomicBool) {
    let stopped = || cancelled.load(Ordering::Relaxed);
    let decoded = if stopped() { Err(Failure::cancelled()) } else { load(&outside.root, path) };
    for (request, source) in wanted {
        let result = match &decoded {
            _ if stopped() => Err(Failure::cancelled()),
            Ok(decoded) => part_of(decoded, source),
            Err(failure) => Err(failure.clone()),
        };
        answer(outside, request, result);
    }
}

fn answer(outside: &Outside, request: &Request, result: Result<Captured, Failure>) {
    // Nobody listens any more only when the conductor has stopped; then nothing is lost.
    let _ = outside.replies.send(Arrival { key: request.key, result });
}

fn source_of(request: &Request) -> Result<Source, Failure> {
    let Ask::Files(ask) = &*request.ask else {
        return Err(Failure::new(format!("`{}` asks another backend than `files`", request.slot)));
    };
    let index = (request.n as usize).checked_sub(1);
    index
        .and_then(|index| ask.sources.get(index))
        .cloned()
        .ok_or_else(|| Failure::new(format!("`{}` has no source number {}", request.slot, request.n)))
}

fn load(root: &Path, path: &str) -> Result<Decoded, Failure> {
    let bytes = read(root, path)?;
    image_file::decode(&bytes, path).map_err(|error| Failure { hint: error.hint(), ..Failure::new(error.to_string()) })
}

fn part_of(decoded: &Decoded, source: &Source) -> Result<Captured, Failure> {
    let pixels = match source.part {
        None => decoded.pixels.clone(),
        Some((part, parts)) => cut(&decoded.pixels, source, part, parts)?,
    };
    let provenance = Provenance { backend: "files".to_owned(), ..Provenance::default() };
    Ok(Captured { raw: Raw::new(pixels), provenance, lossy: decoded.lossy, took: None })
}

fn cut(pixels: &RgbaImage, source: &Source, part: u32, parts: u32) -> Result<RgbaImage, Failure> {
    let (width, height) = pixels.dimensions();
    if parts == 0 || width % parts != 0 {
        return Err(Failure {
            hint: Some(format!("make its width a multiple of {}, or correct `strip`", parts.max(1))),
            ..Failure::new(format!("`{}` is {width} pixels wide, which {parts} frames do not divide", source.path))
        });
    }
    if part >= parts {
        return Err(Failure::new(format!("`{}` has {parts} frames, no number {part}", source.path)));
    }
    let step = width / parts;
    Ok(crop_imm(pixels, part * step, 0, step, height).to_image())
}

/// Reads a file of the project: a plain file of at most 256 MiB whose true place is inside `root`.
pub fn read(root: &Path, path: &str) -> Result<Vec<u8>, Failure> {
    let file = confined(root, path)?;
    let io = |error: std::io::Error| Failure::new(format!("`{path}` cannot be read: {error}"));
    let metadata = std::fs::metadata(&file).map_err(io)?;
    if !metadata.is_file() {
        return Err(Failure::new(format!("`{path}` is not a file")));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(&file).map_err(io)?.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(io)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Failure::new(format!("`{path}` has more than 256 MiB")));
    }
    Ok(bytes)
}

/// The true place of a project's file, or why it is none.
fn confined(root: &Path, path: &str) -> Result<PathBuf, Failure> {
    let outside = || Failure {
        hint: Some("copy the file into the project".to_owned()),
        ..Failure::new(format!("`{path}` is outside the project"))
    };
    let plain = |part| matches!(part, Component::Normal(_) | Component::CurDir);
    if path.is_empty() || !Path::new(path).components().all(plain) {
        return Err(outside());
    }
    let root = root.canonicalize().map_err(|error| Failure::new(format!("the project cannot be read: {error}")))?;
    let file = root.join(path).canonicalize().map_err(|error| Failure {
        hint: Some("check `source` in the manifest".to_owned()),
        ..Failure::new(format!("`{path}` cannot be read: {error}"))
    })?;
    if file.starts_with(&root) { Ok(file) } else { Err(outside()) }
}
