//! `picture`: what a target names as one small image, for those who see images and no files.

use std::path::Path;

use image::RgbaImage;
use schemars::JsonSchema;
use serde::Serialize;

use super::candidates::of_slot;
use super::select::{named, slots};
use super::studio::{Fallback, Studio};
use super::{Error, Look, Opened, Operation, Options, Result, job};
use crate::assemble::montage::{Montage, montage};
use crate::plain_file;
use crate::plan::Planner;
use crate::threads;
use crate::words::diagnostic::Diagnostic;
use crate::words::file_error::FileResult;
use crate::words::image_file;

/// The version of [`PictureOf`]: fields are added without a new one, never changed or removed.
const VERSION: u32 = 1;

/// The longest side of an image, in pixels.
const SIDE: u32 = 512;

/// The most bytes of an image's file: in base64 that is a third more.
const MOST_BYTES: usize = 140_000;

/// The most assets of one image.
const MOST_ASSETS: usize = 256;

/// What is drawn of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Its sprites: frames or tiles in rows.
    Sprites,
    /// Candidates side by side, restored, as a build judges them.
    Candidates,
    /// One candidate.
    Candidate(u32),
}

/// An image with what is on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The file, a PNG.
    pub png: Vec<u8>,
    /// What is on it.
    pub of: PictureOf,
}

/// What is on an image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PictureOf {
    /// The version of this form.
    pub version: u32,
    /// Width and height of the image.
    pub size: [u32; 2],
    /// How many pixels wide a logical pixel is; 0 where the image was averaged to fit.
    pub factor: u32,
    /// How many images a row has.
    pub columns: usize,
    /// How many images there are in all; only the first ones fit.
    pub total: usize,
    /// The images in reading order.
    pub images: Vec<PictureItem>,
}

/// An image on an image, or several that follow each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PictureItem {
    /// The asset or the slot.
    pub name: String,
    /// How many images are its own: frames or tiles.
    pub count: usize,
    /// Width and height of an image in logical pixels.
    pub size: [u32; 2],
    /// The candidate's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<u32>,
    /// `pass`, or the gates that the candidate fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<String>,
    /// It is the pick.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub picked: bool,
    /// The gates may choose it; no reroll dropped it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counts: Option<bool>,
}

/// Images that belong to one item of an image.
pub(super) type Entry = (PictureItem, Vec<RgbaImage>);

/// Draws what a target names.
///
/// # Errors
/// `unknown-target`, `unknown-candidate`, `not-generated`, or nothing of it is on this machine.
pub fn picture(operation: &Operation, target: &str, view: View) -> Result<Picture> {
    let opened = operation.read(Options::default(), Look::Lock)?;
    let Opened { workspace, state, .. } = &*opened;
    threads::start_pool(None).map_err(|error| job::no_threads(&error))?;
    let planner = Planner::new(&workspace.manifest, &workspace.inputs);
    let plan = opened.plan(&planner);
    let studio = Studio { planner: &planner, plan, workspace, state, fallback: Fallback::MadeLast };
    let entries = match view {
        View::Sprites => {
            let ids = named(&planner, &[target.to_owned()])?.into_iter().take(MOST_ASSETS).collect();
            let drawn = studio.draw(&ids, operation.cancel)?;
            let alone = drawn.len() == 1;
            let mut entries = Vec::new();
            for (id, drawn) in drawn {
                match drawn {
                    Ok(sprites) => entries.push(entry(id.name, sprites.frames.clone())),
                    Err(why) if alone => return Err(Error::Failed(why)),
                    Err(_) => {}
                }
            }
            entries
        }
        View::Candidates => slots(&planner, plan, target)?
            .into_iter()
            .take(MOST_ASSETS)
            .flat_map(|slot| of_slot(&studio, slot).into_iter().map(|one| (slot.id.to_string(), one)))
            .map(|(slot, (shown, sprites))| {
                let frames = sprites.map_or_else(Vec::new, |sprites| sprites.frames.clone());
                candidate(entry(slot, frames), &shown)
            })
            .collect(),
        View::Candidate(n) => candidates_of(&studio, &slots(&planner, plan, target)?, n)?,
    };
    if entries.iter().all(|(_, images)| images.is_empty()) {
        let message = format!("nothing of `{target}` was made yet");
        return Err(Error::usage("no-image", message, "build it first: `plan`, then `build`"));
    }
    draw(entries, None)
}

/// Draws image files of the project.
///
/// # Errors
/// One cannot be read, or there is none.
pub fn picture_of_files(root: &Path, files: &[String]) -> Result<Picture> {
    let read = |file: &String| -> Result<Entry> {
        let bytes = plain_file::read(&root.join(file), image_file::MAX_BYTES).reading(file)?;
        let image = image_file::decode(&bytes, file).map_err(Diagnostic::from)?;
        Ok(entry(file.clone(), vec![image.pixels]))
    };
    let entries: Vec<Entry> = files.iter().map(read).collect::<Result<_>>()?;
    if entries.is_empty() {
        return Err(Error::usage("no-image", "there is no image", "build it first: `plan`, then `build`"));
    }
    draw(entries, None)
}

fn candidates_of(studio: &Studio, slots: &[&crate::plan::SlotPlan], n: u32) -> Result<Vec<Entry>> {
    let one = |slot: &&crate::plan::SlotPlan| {
        let found = of_slot(studio, slot).into_iter().find(|(shown, _)| shown.n == n);
        let (shown, sprites) = found.ok_or_else(|| {
            let message = format!("`{}` has no candidate {n}", slot.id);
            Error::usage("unknown-candidate", message, format!("`dgx-pixels candidates {}` shows them", slot.id))
        })?;
        match (sprites, &shown.error) {
            (Some(sprites), _) => Ok(candidate(entry(slot.id.to_string(), sprites.frames.clone()), &shown)),
            (None, Some(why)) => Err(Error::Failed(why.clone())),
            (None, None) => Err(Error::internal("a candidate has neither an image nor an error")),
        }
    };
    slots.iter().map(one).collect()
}

/// The images of one asset.
pub(super) fn entry(name: String, images: Vec<RgbaImage>) -> Entry {
    let size = images.first().map_or([0, 0], |image| image.dimensions().into());
    let item = PictureItem { name, count: images.len(), size, n: None, verdict: None, picked: false, counts: None };
    (item, images)
}

fn candidate((item, images): Entry, shown: &super::ShownCandidate) -> Entry {
    let item = PictureItem {
        n: Some(shown.n),
        verdict: Some(shown.verdict.to_string()),
        picked: shown.picked.is_some(),
        counts: Some(shown.counts),
        ..item
    };
    (item, images)
}

/// Draws entries in rows; an image whose file would be too large shows fewer.
pub(super) fn draw(entries: Vec<Entry>, columns: Option<usize>) -> Result<Picture> {
    let images: Vec<RgbaImage> = entries.iter().flat_map(|(_, images)| images.iter().cloned()).collect();
    let mut most = images.len();
    loop {
        let made = montage(&images[..most], columns, SIDE);
        let png = image_file::encode(&made.image).map_err(|error| Error::internal(error.to_string()))?;
        if png.len() <= MOST_BYTES || made.shown <= 1 {
            let of = described(&made, entries, images.len());
            return Ok(Picture { png, of });
        }
        most = made.shown / 2;
    }
}

fn described(made: &Montage, entries: Vec<Entry>, total: usize) -> PictureOf {
    let mut left = made.shown;
    let mut images = Vec::new();
    for (item, own) in entries {
        // A candidate without an image is still named, with its verdict.
        if left == 0 && !own.is_empty() {
            break;
        }
        let count = own.len().min(left);
        left -= count;
        images.push(PictureItem { count, ..item });
    }
    PictureOf {
        version: VERSION,
        size: made.image.dimensions().into(),
        factor: made.factor,
        columns: made.columns,
        total,
        images,
    }
}
