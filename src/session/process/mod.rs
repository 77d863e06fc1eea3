//! Restores image files without a project.

mod files;
mod recipe;

use std::path::{Path, PathBuf};

use image::RgbaImage;
use rayon::prelude::*;
use serde::Serialize;

use super::job::no_threads;
use super::memory::{self, Budget};
use super::{Cancel, Error, Operation, Result, explain, restore};
use crate::plain_file;
use crate::process::explain::Overlays;
use crate::process::gate;
use crate::store;
use crate::threads;
use crate::words::color::Rgb;
use crate::words::diagnostic::{Diagnostic, Subject};
use crate::words::file_error::{Access, FileResult};
use crate::words::image_file;
use crate::words::raw::Raw;
use crate::words::recipe::{Gate, GridChoice, Recipe};
use crate::words::sprite::{Metrics, Restoration, Sprites, Verdict};

use files::ImageJob;
pub use files::skipped;
pub use recipe::RecipeOptions;
pub(super) use recipe::pair;

/// What is restored, and where it goes.
#[derive(Clone, Debug)]
pub struct Request {
    /// Images, or folders of images.
    pub images: Vec<PathBuf>,
    /// The folder for the sprites.
    pub out: PathBuf,
    /// The folder for overlays that show what was found, if they are wanted.
    pub explain: Option<PathBuf>,
    /// Whether the images belong together.
    pub grouping: Grouping,
    /// How they are restored.
    pub recipe: RecipeOptions,
}

/// Whether images belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// Each has its own grid and palette.
    Alone,
    /// All have one grid and one palette.
    Together,
}

/// What came of an image.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
#[serde(untagged)]
pub enum Processed {
    /// It has a sprite.
    Restored(Restored),
    /// It has none.
    Failed(Failed),
}

/// An image that has a sprite.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Restored {
    /// The image.
    pub image: String,
    /// The sprite's file.
    pub out: String,
    /// Width and height of the sprite.
    pub size: [u32; 2],
    /// Logical cells across and down on the image.
    pub grid: [u32; 2],
    /// Width and height of a cell in pixels of the image.
    pub pitch: [f64; 2],
    /// Confidence in the grid, 0 to 1000.
    pub confidence: Option<i64>,
    /// The grid was given, so that it needs no confidence.
    #[serde(skip)]
    pub grid_is_given: bool,
    /// The gate of the grid failed.
    #[serde(skip)]
    pub grid_is_doubted: bool,
    /// The sprite's colours.
    pub palette: Vec<Rgb>,
    /// The reduction factor, rounded up; 1 = none.
    pub reduced: u32,
    /// The reduction factor.
    pub factor: f64,
    /// Half-transparent cells that became opaque or transparent.
    #[serde(skip_serializing_if = "is_zero")]
    pub cut_alpha: u32,
    /// Metrics by name.
    pub metrics: Metrics,
    /// What the gates of the recipe said.
    pub verdict: Verdict,
    /// Higher is better, 0 to 1000.
    pub score: i64,
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// An image that has no sprite.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Failed {
    /// The image.
    pub image: String,
    /// Why.
    pub error: Diagnostic,
}

/// An image that was restored from memory.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct RestoredImage {
    /// Width and height of the sprite.
    pub size: [u32; 2],
    /// Grid, palette and metrics.
    #[serde(flatten)]
    pub found: Restoration,
    /// What the gates of the recipe said.
    pub verdict: Verdict,
    /// Higher is better, 0 to 1000.
    pub score: i64,
}

/// Restores an image that is no file; the sprite is a PNG.
///
/// # Errors
/// It is no image, an option is wrong, or nothing can be restored.
pub fn restore_image(bytes: &[u8], options: &RecipeOptions) -> Result<(RestoredImage, Vec<u8>)> {
    let recipe = options.recipe()?;
    threads::start_pool(None).map_err(|error| no_threads(&error))?;
    let image = image_file::decode(bytes, "the image").map_err(|error| Error::Usage(error.into()))?;
    let raw = Raw::new(image.pixels);
    let recipe = recipe.placed([Some(raw.pixels.dimensions().into())]);
    let sprites = restore(std::slice::from_ref(&raw), &recipe, None).map_err(Error::Usage)?;
    let sprite = sprites.frames.first().ok_or_else(|| Error::internal("an image has no sprite"))?;
    let png = image_file::encode(sprite).map_err(|error| Error::internal(format!("a sprite has no file: {error}")))?;
    let metrics = &sprites.found.metrics;
    let restored = RestoredImage {
        size: sprite.dimensions().into(),
        verdict: gate::verdict(metrics, &recipe),
        score: gate::score(metrics),
        found: sprites.found.clone(),
    };
    Ok((restored, png))
}

/// Restores every image; one that fails costs no other. The results are in the order of the images.
pub fn process(op: &Operation, request: &Request) -> Result<Vec<Processed>> {
    let recipe = request.recipe.recipe()?;
    threads::start_pool(None).map_err(|error| no_threads(&error))?;
    let jobs = files::jobs(request)?;
    let out = &request.out;
    std::fs::create_dir_all(out).accessing(Access::CreateFolder, out)?;
    let _ = store::sweep(out);
    Ok(match request.grouping {
        Grouping::Alone => alone(&jobs, &recipe, op.cancel),
        Grouping::Together => together(&jobs, &recipe, op.cancel),
    })
}

/// Restores every image by itself, as many at a time as memory is set aside for.
fn alone(jobs: &[ImageJob], recipe: &Recipe, cancel: &Cancel) -> Vec<Processed> {
    let budget = Budget::new(memory::most());
    let mut results: Vec<Vec<Processed>> = jobs.iter().map(|_| Vec::new()).collect();
    rayon::in_place_scope(|scope| {
        for (job, result) in jobs.iter().zip(&mut results) {
            let permit = budget.acquire(memory::pixels_of(&job.image));
            scope.spawn(move |_| {
                *result = together(std::slice::from_ref(job), recipe, cancel);
                drop(permit);
            });
        }
    });
    results.into_iter().flatten().collect()
}

/// Restores images with one grid and one palette. If one cannot be read or the restoration fails, the
/// reason is the only result.
fn together(jobs: &[ImageJob], recipe: &Recipe, cancel: &Cancel) -> Vec<Processed> {
    if cancel.is_cancelled() {
        return jobs.iter().map(|job| failed(job, Diagnostic::error("cancelled", "cancelled"))).collect();
    }
    let pixels = jobs.iter().fold(0u64, |sum, job| sum.saturating_add(memory::pixels_of(&job.image)));
    if let Some(job) = jobs.first().filter(|_| jobs.len() > 1 && pixels > image_file::MAX_PIXELS) {
        let message = "the images have more than 64 million pixels together, too many for one grid and one palette";
        return vec![failed(job, Diagnostic::error("group-too-large", message).hint("process them in smaller groups"))];
    }
    let raws: std::result::Result<Vec<Raw>, Processed> =
        jobs.par_iter().map(|job| read(&job.image).map_err(|error| failed(job, error))).collect();
    let raws = match raws {
        Ok(raws) => raws,
        Err(failed) => return vec![failed],
    };
    let recipe = &recipe.placed(raws.iter().map(|raw| Some(raw.pixels.dimensions().into())));
    match restored(&raws, jobs, recipe) {
        Err(failed) => vec![failed],
        Ok(sprites) => jobs.iter().enumerate().map(|(frame, job)| written(job, &sprites, frame, recipe)).collect(),
    }
}

fn failed(job: &ImageJob, error: Diagnostic) -> Processed {
    let image = job.image.display().to_string();
    Processed::Failed(Failed { error: error.about(Subject::File(image.clone())), image })
}

fn read(path: &Path) -> std::result::Result<Raw, Diagnostic> {
    let name = path.display().to_string();
    let bytes = plain_file::read(path, image_file::MAX_BYTES).map_err(|error| {
        let code = plain_file::code(&error, "image-unreadable");
        let diagnostic = Diagnostic::error(code, format!("`{name}` cannot be read: {error}"));
        diagnostic.hint(plain_file::hint(&error, "name an image that this user may read"))
    })?;
    let image = image_file::decode(&bytes, &name)?;
    Ok(Raw::new(image.pixels))
}

/// Restores raws together, and writes their overlays where they are wanted. A failure is that of the first image, or of
/// the one whose overlays cannot be written.
fn restored(raws: &[Raw], jobs: &[ImageJob], recipe: &Recipe) -> std::result::Result<Sprites, Processed> {
    let Some(first) = jobs.first() else { return Ok(Sprites { frames: Vec::new(), found: Restoration::default() }) };
    let cannot = |error: Diagnostic| {
        let message = format!("`{}`: {}", first.image.display(), error.message);
        let hint = option_instead(&error.code).map(str::to_owned).or(error.hint);
        failed(first, Diagnostic { message, hint, ..error })
    };
    if jobs.iter().all(|job| job.explain.is_none()) {
        return restore(raws, recipe, None).map_err(cannot);
    }
    let (sprites, overlays) = explain(raws, recipe).map_err(cannot)?;
    for (job, overlays) in jobs.iter().zip(&overlays) {
        let drawn = job.explain.as_deref().map_or(Ok(()), |folder| draw(folder, overlays));
        drawn.map_err(|error| failed(job, error))?;
    }
    Ok(sprites)
}

/// The way out of a failed restoration by an option, where the hint of a project names a key of the manifest.
fn option_instead(code: &str) -> Option<&'static str> {
    Some(match code {
        "only-background" => "`--keep-background` keeps it",
        "grid-too-fine" => "leave `--grid` and `--pixel-size` out to have the grid found, or give larger cells",
        "image-too-small" => "choose a smaller `--size`, or leave it out",
        _ => return None,
    })
}

fn draw(folder: &Path, overlays: &Overlays) -> std::result::Result<(), Diagnostic> {
    std::fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
    let _ = store::sweep(folder);
    overlays
        .named()
        .into_iter()
        .try_for_each(|(name, image)| write(&files::overlay(folder, name), image, store::write_unflushed))
}

/// Writes an image, whole or not at all.
fn write(path: &Path, image: &RgbaImage, write: WriteFile) -> std::result::Result<(), Diagnostic> {
    let bytes = image_file::encode(image).map_err(|error| unwritable(path, &error))?;
    write(path, &bytes, "process").map_err(|error| unwritable(path, &error))
}

/// How a file is written: sprites survive a power cut, overlays can be drawn again.
type WriteFile = fn(&Path, &[u8], &str) -> std::io::Result<()>;

fn unwritable(path: &Path, error: &std::io::Error) -> Diagnostic {
    let message = format!("`{}` cannot be written: {error}", path.display());
    Diagnostic::error("not-written", message).hint("check room and permissions")
}

fn written(job: &ImageJob, sprites: &Sprites, frame: usize, recipe: &Recipe) -> Processed {
    let Some(sprite) = sprites.frames.get(frame) else {
        return failed(job, Diagnostic::error("cannot-restore", "it has no sprite"));
    };
    if let Err(error) = write(&job.out, sprite, store::write_whole) {
        return failed(job, error);
    }
    let found = &sprites.found;
    Processed::Restored(Restored {
        image: job.image.display().to_string(),
        out: job.out.display().to_string(),
        size: [sprite.width(), sprite.height()],
        grid: found.grid,
        pitch: found.pitch.map(|pitch| f64::from(pitch) / 1000.0),
        confidence: found.metrics.get("grid").copied(),
        grid_is_given: recipe.grid != GridChoice::Auto,
        grid_is_doubted: gate::fails(Gate::Grid, &found.metrics, recipe),
        palette: found.palette.clone(),
        reduced: found.reduced,
        factor: f64::from(found.factor()) / 1000.0,
        cut_alpha: found.cut_alpha,
        metrics: found.metrics.clone(),
        verdict: gate::verdict(&found.metrics, recipe),
        score: gate::score(&found.metrics),
    })
}
