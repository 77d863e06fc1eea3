//! The files of a restoration: every image with the places of what is made of it. What would be lost is an error before
//! anything is written.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::Request;
use crate::process::explain::Overlays;
use crate::session::{Error, Result};
use crate::words::file_error::FileResult;

/// An image, where its sprite goes, and the folder of its overlays.
pub(super) struct ImageJob {
    pub(super) image: PathBuf,
    pub(super) out: PathBuf,
    pub(super) explain: Option<PathBuf>,
}

/// Every image with the place of its sprite.
pub(super) fn jobs(request: &Request) -> Result<Vec<ImageJob>> {
    for (option, out) in [("--out", Some(&request.out)), ("--explain", request.explain.as_ref())] {
        if let Some(out) = out.filter(|out| out.exists() && !out.is_dir()) {
            let message = format!("`{}` is not a folder", out.display());
            return Err(Error::usage("bad-out", message, format!("`{option}` names the folder for what is made")));
        }
        if let Some(out) = out.filter(|out| !out.exists() && is_called(out, &[&READ[..], &OTHER].concat())) {
            let message = format!("`{}` is the name of an image, not of a folder", out.display());
            let hint = format!("`{option}` names the folder for what is made; each image keeps its name there");
            return Err(Error::usage("bad-out", message, hint));
        }
    }
    let images = images(&request.images)?;
    let folders: BTreeSet<PathBuf> = images.iter().filter_map(|image| full(folder(image))).collect();
    let mut jobs: Vec<ImageJob> = Vec::new();
    for image in images {
        let stem = image.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        let out = request.out.join(format!("{stem}.png"));
        // On macOS and Windows names that differ in case are one file.
        let spelling = |path: &Path| path.to_string_lossy().to_lowercase();
        if let Some(other) = jobs.iter().find(|job| spelling(&job.out) == spelling(&out)) {
            let (one, other, out) = (other.image.display(), image.display(), out.display());
            let message = format!("`{one}` and `{other}` would both become `{out}`");
            return Err(Error::usage("same-out", message, "rename one, or process them into two folders"));
        }
        let explain = request.explain.as_ref().map(|folder| folder.join(&stem));
        let overlays = explain.iter().flat_map(|folder| Overlays::NAMES.map(|name| overlay(folder, name)));
        for (place, option) in std::iter::once((out.clone(), "--out")).chain(overlays.map(|path| (path, "--explain"))) {
            spare_originals(&image, &place, &folders, option)?;
        }
        jobs.push(ImageJob { image, out, explain });
    }
    Ok(jobs)
}

/// The file of one overlay.
pub(super) fn overlay(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.png"))
}

/// What lies in a folder of the images may be an original, too, which nothing would bring back.
fn spare_originals(image: &Path, out: &Path, folders: &BTreeSet<PathBuf>, option: &str) -> Result<()> {
    let message = if full(out).is_some() && full(out) == full(image) {
        format!("`{}` would be overwritten by its own sprite", image.display())
    } else if out.symlink_metadata().is_ok() && full(folder(out)).is_some_and(|folder| folders.contains(&folder)) {
        format!("`{}` exists already, in a folder of the images: it may be an original", out.display())
    } else {
        return Ok(());
    };
    Err(Error::usage("original-in-the-way", message, format!("choose another folder with `{option}`")))
}

fn full(path: &Path) -> Option<PathBuf> {
    std::fs::canonicalize(path).ok()
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn images(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut images = Vec::new();
    for path in paths {
        if path.is_dir() {
            images.extend(images_in(path)?);
        } else if path.is_file() {
            images.push(path.clone());
        } else {
            let message = format!("`{}` does not exist", path.display());
            return Err(Error::usage("no-such-file", message, "name images or folders of images"));
        }
    }
    if images.is_empty() {
        let message = "there are no images in these folders";
        return Err(Error::usage("no-images", message, "PNG, JPEG and WebP are read"));
    }
    Ok(images)
}

fn images_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).reading(folder)?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(|path| is_image(path)).collect();
    paths.sort_by(|a, b| natord::compare(&a.to_string_lossy(), &b.to_string_lossy()));
    Ok(paths)
}

/// The images in folders of the request that are skipped because their formats are not read.
pub fn skipped(request: &Request) -> Vec<PathBuf> {
    let folders = request.images.iter().filter(|path| path.is_dir());
    let entries = folders.filter_map(|folder| std::fs::read_dir(folder).ok()).flat_map(|entries| entries.flatten());
    let mut skipped: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| is_called(path, &OTHER)).collect();
    skipped.sort_by(|a, b| natord::compare(&a.to_string_lossy(), &b.to_string_lossy()));
    skipped
}

/// The endings of formats that are read.
const READ: [&str; 4] = ["png", "jpg", "jpeg", "webp"];

/// The endings of other images.
const OTHER: [&str; 14] =
    ["gif", "bmp", "tga", "tif", "tiff", "psd", "ase", "aseprite", "avif", "jxl", "heic", "ico", "svg", "xcf"];

fn is_called(path: &Path, extensions: &[&str]) -> bool {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    extension.is_some_and(|extension| extensions.contains(&extension.as_str()))
}

fn is_image(path: &Path) -> bool {
    path.is_file() && is_called(path, &READ)
}
