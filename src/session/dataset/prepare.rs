//! `dataset prepare`: canvases with captions, ready for a trainer that never resamples them.

use std::collections::BTreeSet;
use std::path::Path;

use image::{Rgba, RgbaImage};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::audit::{Audited, examine};
use super::canvas::{self, LATTICE, Layout, Piece, STEP, Source};
use super::caption::{Captions, words};
use super::look::Looked;
use super::{Background, CanvasOptions, Options};
use crate::plain_file;
use crate::session::{Cancel, Error, Result};
use crate::store;
use crate::words::diagnostic::{Diagnostic, Severity};
use crate::words::digest::{Digest, Encoder};
use crate::words::file_error::{Access, FileResult};
use crate::words::image_file;
use crate::words::raw::pixels_digest;
use crate::words::sheet::scale;
use crate::words::text::count;

/// The list of what was prepared.
const LIST: &str = "dataset.json";
/// The longest caption, in words.
const MOST_WORDS: usize = 70;

/// A prepared data set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepared {
    /// The version of this list.
    pub version: u32,
    /// The word that calls the style.
    pub trigger: String,
    /// The side of a native pixel on a canvas.
    pub cell: u32,
    /// The side of a square canvas.
    pub resolution: u32,
    /// The colour behind the images.
    pub background: String,
    /// The digest of all canvases and captions.
    pub fingerprint: Digest,
    /// The canvases.
    pub canvases: Vec<Canvas>,
    /// Copies of other images, which are not trained on twice.
    pub left_out: Vec<String>,
}

/// A canvas and its caption.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Canvas {
    /// Its file; the caption is beside it in a `.txt` file, too.
    pub file: String,
    /// The caption.
    pub caption: String,
    /// Width and height.
    pub size: [u32; 2],
    /// It is for validation.
    pub held_out: bool,
    /// The images on it.
    pub sprites: Vec<Sprite>,
}

/// An image, or a part of one, on a canvas.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sprite {
    /// The image's path in the audited folder.
    pub file: String,
    /// The digest of its native pixels.
    pub digest: Digest,
    /// Left, top, width and height of the part, in native pixels.
    pub crop: [u32; 4],
    /// Left and top on the canvas.
    pub at: [u32; 2],
}

/// Prepares a folder. Nothing is written if an image would have to be resampled.
///
/// # Errors
/// The audit finds that training cannot start, or a file cannot be written.
pub fn prepare(options: &Options, canvases: &CanvasOptions, out: &Path, cancel: &Cancel) -> Result<Prepared> {
    check(canvases)?;
    let audited = examine(options, cancel)?;
    if !audited.audit.trainable {
        return Err(unfit(&audited));
    }
    spare_others(out)?;
    let (kept, left_out) = without_copies(&audited);
    let held_out = held_out(&audited, &kept, canvases.hold_out);
    let sources: Vec<Source> = kept.iter().map(|at| source(&audited.looked[*at], held_out.contains(at))).collect();
    let cell = canvas::cell(&sources, canvases);
    let layouts = canvas::lay_out(&sources, cell, canvases);
    let images: Vec<&Looked> = kept.iter().map(|at| &audited.looked[*at]).collect();
    std::fs::create_dir_all(out).accessing(Access::CreateFolder, out)?;
    let _ = store::sweep(out);
    let captions = &audited.captions;
    let trigger = &captions.trigger;
    let write = |(number, layout): (usize, &Layout)| {
        if cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        write_canvas(out, number + 1, layout, &images, Drawing { cell, background: options.background, captions })
    };
    let written: Result<Vec<(Canvas, Digest)>> = layouts.par_iter().enumerate().map(write).collect();
    let (list, digests): (Vec<Canvas>, Vec<Digest>) = written?.into_iter().unzip();
    let prepared = Prepared {
        version: 1,
        trigger: trigger.clone(),
        cell,
        resolution: canvases.resolution,
        background: options.background.0.to_string(),
        fingerprint: fingerprint(&list, &digests, trigger, cell),
        canvases: list,
        left_out,
    };
    finish(out, &prepared)?;
    Ok(prepared)
}

fn check(CanvasOptions { resolution, cell, hold_out, .. }: &CanvasOptions) -> Result<()> {
    if !(STEP..=2048).contains(resolution) || resolution % STEP != 0 {
        let message = format!("`--resolution {resolution}` is no multiple of {STEP} from {STEP} to 2048");
        return Err(Error::usage("out-of-range", message, "SDXL is trained at 1024"));
    }
    if let Some(cell) = cell.filter(|cell| cell % LATTICE != 0 || *cell == 0 || *cell > 64 || *cell > *resolution) {
        let message = format!("`--cell {cell}` is no multiple of {LATTICE} from {LATTICE} to 64");
        return Err(Error::usage("out-of-range", message, "the VAE works on squares of 8 pixels: 8, 16 and 32 fit"));
    }
    if *hold_out > 500 {
        return Err(Error::usage("out-of-range", "`--hold-out` is more than a half", "0.1 is usual"));
    }
    Ok(())
}

/// Why training cannot start.
fn unfit(audited: &Audited) -> Error {
    let audit = &audited.audit;
    let findings = audit.images.iter().flat_map(|image| &image.findings).chain(&audit.findings);
    let errors: Vec<&Diagnostic> = findings.filter(|finding| finding.severity == Severity::Error).collect();
    let first = errors.first().map_or_else(String::new, |error| error.message.clone());
    let more = if errors.len() > 1 { format!(" (and {} more)", errors.len() - 1) } else { String::new() };
    let message = format!("this data set cannot be trained on: {first}{more}");
    let hint = "`dgx-pixels dataset audit` lists what is wrong; `--restore` restores what is no native pixel art";
    Error::usage("unfit-dataset", message, hint)
}

/// A folder with anything but an earlier result is not written to.
fn spare_others(out: &Path) -> Result<()> {
    let is_ours = out.join(LIST).is_file();
    let is_empty = std::fs::read_dir(out).map_or(true, |mut entries| entries.next().is_none());
    if is_ours || (is_empty && !out.is_file()) {
        return Ok(());
    }
    let message = format!("`{}` has other files in it", out.display());
    Err(Error::usage("file-exists", message, "`--out` names a new folder, or one that `dataset prepare` wrote"))
}

/// The usable images but copies of others.
fn without_copies(audited: &Audited) -> (Vec<usize>, Vec<String>) {
    let mut seen = BTreeSet::new();
    let (mut kept, mut left_out) = (Vec::new(), Vec::new());
    for (at, looked) in audited.looked.iter().enumerate() {
        match (&looked.native, looked.image.digest) {
            (Some(_), Some(digest)) if seen.insert(digest) => kept.push(at),
            (Some(_), _) => left_out.push(looked.image.file.clone()),
            _ => {}
        }
    }
    (kept, left_out)
}

/// The images for validation: whole clusters of similar images, so that none is known from training.
fn held_out(audited: &Audited, kept: &[usize], share: u32) -> BTreeSet<usize> {
    let wanted = (kept.len() * share as usize).div_ceil(1000);
    let mut roots: Vec<usize> = kept.iter().map(|at| audited.clusters[*at]).collect();
    roots.sort_by_key(|root| (audited.looked[*root].image.digest, *root));
    roots.dedup();
    let mut held = BTreeSet::new();
    for root in roots {
        let members: Vec<usize> = kept.iter().copied().filter(|at| audited.clusters[*at] == root).collect();
        if held.len() < wanted && held.len() + members.len() < kept.len().div_ceil(2) {
            held.extend(members);
        }
    }
    held
}

fn source(looked: &Looked, held_out: bool) -> Source {
    let native = looked.native.as_ref().map_or([1, 1], |native| native.dimensions().into());
    let folder = looked.image.file.rsplit_once('/').map_or("", |(folder, _)| folder);
    Source { native, folder: folder.to_owned(), held_out }
}

/// How canvases are drawn.
#[derive(Clone, Copy)]
struct Drawing<'a> {
    cell: u32,
    background: Background,
    captions: &'a Captions,
}

fn write_canvas(
    out: &Path,
    number: usize,
    layout: &Layout,
    images: &[&Looked],
    drawing: Drawing<'_>,
) -> Result<(Canvas, Digest)> {
    let (image, shows_background) = draw(layout, images, drawing);
    let caption = caption(layout, images, shows_background, drawing);
    let first = layout.pieces.first().map_or("", |piece| images[piece.source].image.file.as_str());
    let stem = first.rsplit('/').next().unwrap_or_default();
    let stem = words(stem.rsplit_once('.').map_or(stem, |(stem, _)| stem)).join("-");
    let stem: String = stem.chars().filter(|c| c.is_ascii_lowercase() || *c == '-').take(40).collect();
    let name = if stem.is_empty() { format!("{number:04}") } else { format!("{number:04}-{stem}") };
    let file = format!("{name}.png");
    let bytes = image_file::encode(&image).writing(out.join(&file))?;
    store::write_unflushed(&out.join(&file), &bytes, "dataset").writing(out.join(&file))?;
    let text = out.join(format!("{name}.txt"));
    store::write_unflushed(&text, format!("{caption}\n").as_bytes(), "dataset").writing(&text)?;
    let sprites = layout.pieces.iter().map(|piece| {
        let image = &images[piece.source].image;
        let digest = image.digest.unwrap_or_else(|| Digest::of(b""));
        Sprite { file: image.file.clone(), digest, crop: piece.crop, at: piece.at }
    });
    let (size, held_out) = (layout.size, layout.held_out);
    Ok((Canvas { file, caption, size, held_out, sprites: sprites.collect() }, pixels_digest(&image)))
}

/// Draws a canvas; also returns whether its background is seen.
fn draw(layout: &Layout, images: &[&Looked], drawing: Drawing<'_>) -> (RgbaImage, bool) {
    let [r, g, b] = drawing.background.0.0;
    let [width, height] = layout.size;
    let mut canvas = RgbaImage::from_pixel(width, height, Rgba([r, g, b, 255]));
    let (mut covered, mut clear) = (0, false);
    for Piece { source, crop: [left, top, across, down], at } in &layout.pieces {
        let Some(native) = &images[*source].native else { continue };
        let mut part = image::imageops::crop_imm(native, *left, *top, *across, *down).to_image();
        for pixel in part.pixels_mut() {
            clear |= pixel[3] < 255;
            *pixel = over(*pixel, [r, g, b]);
        }
        covered += u64::from(across * drawing.cell) * u64::from(down * drawing.cell);
        image::imageops::replace(&mut canvas, &scale(&part, drawing.cell), at[0].into(), at[1].into());
    }
    (canvas, clear || covered < u64::from(width) * u64::from(height))
}

fn over(Rgba([r, g, b, alpha]): Rgba<u8>, background: [u8; 3]) -> Rgba<u8> {
    let alpha = u32::from(alpha);
    let mix = |own: u8, ground: u8| ((u32::from(own) * alpha + u32::from(ground) * (255 - alpha) + 127) / 255) as u8;
    Rgba([mix(r, background[0]), mix(g, background[1]), mix(b, background[2]), 255])
}

/// The caption of all images of a canvas: each part of theirs once.
fn caption(layout: &Layout, images: &[&Looked], shows_background: bool, drawing: Drawing<'_>) -> String {
    let background = format!("{} background", drawing.background.name());
    let mut parts: Vec<String> = Vec::new();
    for piece in &layout.pieces {
        let Looked { image, parts: own, .. } = images[piece.source];
        let mut own = own.clone();
        own.background = if shows_background { background.clone() } else { String::new() };
        let text = if image.own_caption { image.caption.clone() } else { own.caption(drawing.captions) };
        for part in text.split(", ").filter(|part| *part != background) {
            if !parts.iter().any(|known| known == part) {
                parts.push(part.to_owned());
            }
        }
    }
    if layout.pieces.len() > 1 {
        parts.insert(1.min(parts.len()), "sprite sheet".to_owned());
    }
    let mut room = MOST_WORDS;
    parts.retain(|part| {
        let words = part.split_whitespace().count();
        let fits = words <= room || layout.pieces.len() == 1;
        room -= if fits { words.min(room) } else { 0 };
        fits
    });
    if shows_background && drawing.captions.template.contains("{background}") {
        parts.push(background);
    }
    parts.join(", ")
}

fn fingerprint(canvases: &[Canvas], digests: &[Digest], trigger: &str, cell: u32) -> Digest {
    let mut encoder = Encoder::new("dgx-pixels dataset v1");
    encoder.text(trigger).uint(cell.into()).uint(canvases.len() as u64);
    for (canvas, digest) in canvases.iter().zip(digests) {
        encoder.text(&canvas.caption).uint(canvas.held_out.into()).digest(digest);
    }
    encoder.finish()
}

/// Writes the list and removes what an earlier one had.
fn finish(out: &Path, prepared: &Prepared) -> Result<()> {
    let path = out.join(LIST);
    let before = plain_file::read_own(&path, plain_file::LONGEST_OWN).ok().flatten();
    let before: Option<Prepared> = before.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let text = serde_json::to_string_pretty(prepared).map_err(|error| Error::internal(error.to_string()))?;
    store::write_whole(&path, format!("{text}\n").as_bytes(), "dataset").writing(&path)?;
    let files: BTreeSet<&str> = prepared.canvases.iter().map(|canvas| canvas.file.as_str()).collect();
    for old in before.iter().flat_map(|before| &before.canvases) {
        let is_plain = !old.file.contains(['/', '\\']) && old.file.ends_with(".png");
        if is_plain && !files.contains(old.file.as_str()) {
            let image = out.join(&old.file);
            let _ = std::fs::remove_file(image.with_extension("txt"));
            let _ = std::fs::remove_file(image);
        }
    }
    Ok(())
}

impl Prepared {
    /// What was prepared, for people.
    pub fn counts(&self) -> String {
        let held = self.canvases.iter().filter(|canvas| canvas.held_out).count();
        let images: BTreeSet<&str> =
            self.canvases.iter().flat_map(|canvas| &canvas.sprites).map(|sprite| sprite.file.as_str()).collect();
        let (canvases, images) =
            (count(self.canvases.len(), "canvas", "canvases"), count(images.len(), "image", "images"));
        format!("{canvases} of {images}, {held} held out, native pixels of {0} x {0}", self.cell)
    }
}
