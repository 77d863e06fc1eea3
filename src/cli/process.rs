//! `dgx-pixels process`: restores images without a project.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Context;
use rayon::prelude::*;

use super::args::{Global, Process as ProcessArgs};
use super::{Exit, explain, project, style};
use crate::manifest;
use crate::process::gate;
use crate::session;
use crate::words::diagnostic::Diagnostic;
use crate::words::image_file;
use crate::words::palette;
use crate::words::raw::Raw;
use crate::words::recipe::{GridChoice, Matte, PaletteChoice, Recipe, Size};
use crate::words::sprite::Sprites;

/// An image, where its sprite goes, and the folder of its overlays.
struct Job {
    image: PathBuf,
    out: PathBuf,
    explain: Option<PathBuf>,
}

/// Restores every image; one that fails costs no other.
pub fn run(global: &Global, args: &ProcessArgs) -> anyhow::Result<Exit> {
    let recipe = recipe(args)?;
    let jobs = jobs(args)?;
    std::fs::create_dir_all(&args.out).with_context(|| format!("cannot make `{}`", args.out.display()))?;
    let lines: Vec<Result<String, (PathBuf, Diagnostic)>> = if args.group {
        group(&jobs, &recipe, args)
    } else {
        jobs.par_iter().map(|job| one(job, &recipe, args)).collect()
    };
    let mut failed = 0;
    for line in lines {
        match line {
            Ok(line) if !global.quiet || args.json => style::out(&line),
            Ok(_) => {}
            Err((image, trouble)) => {
                failed += 1;
                style::error(&named(&image, &trouble.message), trouble.hint.as_deref());
            }
        }
    }
    Ok(if failed > 0 { Exit::Failed } else { Exit::Success })
}

/// The message with the image's name, which many have already.
fn named(image: &Path, message: &str) -> String {
    let name = format!("`{}`", image.display());
    if message.starts_with(&name) { message.to_owned() } else { format!("{name}: {message}") }
}

fn one(job: &Job, recipe: &Recipe, args: &ProcessArgs) -> Result<String, (PathBuf, Diagnostic)> {
    let made = read(&job.image).and_then(|raw| {
        let sprites = restored(std::slice::from_ref(&raw), std::slice::from_ref(job), recipe)?;
        write(job, &sprites, 0)?;
        Ok(describe(job, &sprites, recipe, args))
    });
    made.map_err(|trouble| (job.image.clone(), trouble))
}

fn group(jobs: &[Job], recipe: &Recipe, args: &ProcessArgs) -> Vec<Result<String, (PathBuf, Diagnostic)>> {
    let raws: Result<Vec<Raw>, _> =
        jobs.par_iter().map(|job| read(&job.image).map_err(|trouble| (job.image.clone(), trouble))).collect();
    let sprites = raws.and_then(|raws| {
        restored(&raws, jobs, recipe)
            .map_err(|trouble| (jobs.first().map(|job| job.image.clone()).unwrap_or_default(), trouble))
    });
    match sprites {
        Err(error) => vec![Err(error)],
        Ok(sprites) => jobs
            .iter()
            .enumerate()
            .map(|(frame, job)| {
                write(job, &sprites, frame).map_err(|trouble| (job.image.clone(), trouble))?;
                Ok(describe(job, &sprites, recipe, args))
            })
            .collect(),
    }
}

/// Restores the raws of some jobs together, and draws their overlays where that is asked for.
fn restored(raws: &[Raw], jobs: &[Job], recipe: &Recipe) -> Result<Sprites, Diagnostic> {
    if jobs.iter().all(|job| job.explain.is_none()) {
        return session::restore(raws, recipe, None);
    }
    let (sprites, overlays) = session::explain(raws, recipe)?;
    for (job, overlays) in jobs.iter().zip(&overlays) {
        job.explain.as_deref().map_or(Ok(()), |folder| explain::write(folder, overlays))?;
    }
    Ok(sprites)
}

fn read(path: &Path) -> Result<Raw, Diagnostic> {
    let name = path.display().to_string();
    let bytes =
        std::fs::read(path).map_err(|error| Diagnostic::error("image-file", format!("it cannot be read: {error}")))?;
    let image = image_file::decode(&bytes, &name)
        .map_err(|error| Diagnostic { hint: error.hint(), ..Diagnostic::error("image-file", error.to_string()) })?;
    Ok(Raw::new(image.pixels))
}

fn write(job: &Job, sprites: &Sprites, frame: usize) -> Result<(), Diagnostic> {
    sprites.frames.get(frame).map_or(Ok(()), |sprite| explain::write_png(&job.out, sprite))
}

fn describe(job: &Job, sprites: &Sprites, recipe: &Recipe, args: &ProcessArgs) -> String {
    let found = &sprites.found;
    let verdict = gate::verdict(&found.metrics, recipe);
    let size = sprites.frames.first().map_or([0, 0], |frame| [frame.width(), frame.height()]);
    if args.json {
        return serde_json::json!({
            "image": job.image.display().to_string(), "out": job.out.display().to_string(), "size": size,
            "grid": found.grid, "pitch": found.pitch.map(|pitch| f64::from(pitch) / 1000.0),
            "confidence": found.metrics.get("grid"), "palette": found.palette, "reduced": found.reduced,
            "figures": found.metrics, "verdict": verdict.to_string(), "score": gate::score(&found.metrics),
        })
        .to_string();
    }
    let confidence = found.metrics.get("grid").copied().unwrap_or(0);
    format!(
        "{}  {}x{}, grid {}x{} (confidence {confidence}), {}",
        style::paint(style::NAME, &job.out.display().to_string()),
        size[0],
        size[1],
        found.grid[0],
        found.grid[1],
        style::count(found.palette.len(), "colour", "colours")
    )
}

/// The recipe of the file, or one that restores as found; options come last.
fn recipe(args: &ProcessArgs) -> anyhow::Result<Recipe> {
    let (name, text, folder) = match &args.recipe {
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|error| {
                let message = format!("`{}` cannot be read: {error}", path.display());
                project::usage(message, "`--recipe` names a TOML file with the keys of a recipe")
            })?;
            (path.display().to_string(), text, path.parent().unwrap_or(Path::new(".")).to_owned())
        }
        None => ("recipe".to_owned(), String::new(), PathBuf::from(".")),
    };
    let parsed = manifest::parse_recipe_file(&name, &text, &folder);
    let mut recipe = parsed.map_err(crate::session::Error::from)?;
    if args.grid != "auto" {
        recipe.grid = GridChoice::Cells(pair(&args.grid, "--grid", 4096)?);
    }
    if let Some(size) = args.pixel_size {
        if !(1.0..=256.0).contains(&size) {
            return Err(project::usage("`--pixel-size` is from 1 to 256", "leave it out to have it found"));
        }
        let milli = (size * 1000.0).round() as u32;
        recipe.grid = GridChoice::Pitch([milli, milli]);
    }
    if let Some(size) = &args.size {
        recipe.size = Size::Frame(pair(size, "--size", 1024)?);
    }
    if let Some(name) = &args.palette {
        recipe.palette = PaletteChoice::Given(palette_of(name)?.colors);
    }
    if let Some(colors) = args.colors {
        if !(1..=256).contains(&colors) {
            return Err(project::usage("`--colors` is from 1 to 256", "leave it out to have the true number found"));
        }
        recipe.palette = PaletteChoice::Colors(colors);
    }
    if args.keep_background {
        recipe.matte = Matte::None;
    }
    Ok(recipe)
}

/// A palette by name or file.
pub fn palette_of(name: &str) -> anyhow::Result<palette::Palette> {
    if let Some(palette) = palette::builtin(name) {
        return Ok(palette);
    }
    let bytes = match std::fs::read(name) {
        Ok(bytes) => bytes,
        Err(_) => {
            let names = palette::builtin_names();
            let near =
                names.into_iter().min_by_key(|known| strsim::damerau_levenshtein(name, known)).unwrap_or_default();
            let message = format!("no palette and no file is called `{name}`");
            return Err(project::usage(message, format!("did you mean `{near}`? `dgx-pixels palette list` shows all")));
        }
    };
    palette::parse(name, &bytes)
        .map_err(|error| project::usage(format!("`{name}`: {error}"), "formats: .gpl .hex .pal .json .png"))
}

/// `32` or `32x48`.
fn pair(text: &str, option: &str, most: u32) -> anyhow::Result<[u32; 2]> {
    let (width, height) = text.split_once(['x', 'X']).unwrap_or((text, text));
    match (width.parse(), height.parse()) {
        (Ok(width), Ok(height)) if (1..=most).contains(&width) && (1..=most).contains(&height) => Ok([width, height]),
        _ => Err(project::usage(
            format!("`{option} {text}` is not a size from 1 to {most}"),
            format!("write it as `{option} 32` or `{option} 32x48`"),
        )),
    }
}

/// Every image with the place of its sprite; what would be lost is told before anything is written.
fn jobs(args: &ProcessArgs) -> anyhow::Result<Vec<Job>> {
    for (option, out) in [("--out", Some(&args.out)), ("--explain", args.explain.as_ref())] {
        if let Some(out) = out.filter(|out| out.exists() && !out.is_dir()) {
            let message = format!("`{}` is not a folder", out.display());
            return Err(project::usage(message, format!("`{option}` names the folder for what is made")));
        }
    }
    let images = images(args)?;
    let folders: BTreeSet<PathBuf> = images.iter().filter_map(|image| full(folder(image))).collect();
    let mut jobs: Vec<Job> = Vec::new();
    for image in images {
        let stem = image.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        let out = args.out.join(format!("{stem}.png"));
        if let Some(other) = jobs.iter().find(|job| job.out == out) {
            let message =
                format!("`{}` and `{}` would both become `{}`", other.image.display(), image.display(), out.display());
            return Err(project::usage(message, "rename one, or process them into two folders"));
        }
        let explain = args.explain.as_ref().map(|folder| folder.join(&stem));
        let overlays = explain.iter().flat_map(|folder| explain::paths(folder));
        for (place, option) in std::iter::once((out.clone(), "--out")).chain(overlays.map(|path| (path, "--explain"))) {
            spare_originals(&image, &place, &folders, option)?;
        }
        jobs.push(Job { image, out, explain });
    }
    Ok(jobs)
}

/// What stands in a folder of the images may be an original, too, which nothing would bring back.
fn spare_originals(image: &Path, out: &Path, folders: &BTreeSet<PathBuf>, option: &str) -> anyhow::Result<()> {
    let message = if full(out).is_some() && full(out) == full(image) {
        format!("`{}` would be overwritten by its own sprite", image.display())
    } else if out.symlink_metadata().is_ok() && full(folder(out)).is_some_and(|folder| folders.contains(&folder)) {
        format!("`{}` exists already, in a folder of the images: it may be an original", out.display())
    } else {
        return Ok(());
    };
    Err(project::usage(message, format!("choose another folder with `{option}`")))
}

fn full(path: &Path) -> Option<PathBuf> {
    std::fs::canonicalize(path).ok()
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn images(args: &ProcessArgs) -> anyhow::Result<Vec<PathBuf>> {
    let mut images = Vec::new();
    for path in &args.images {
        if path.is_dir() {
            images.extend(images_in(path)?);
        } else if path.is_file() {
            images.push(path.clone());
        } else {
            return Err(project::usage(
                format!("`{}` does not exist", path.display()),
                "name images or folders of images",
            ));
        }
    }
    if images.is_empty() {
        return Err(project::usage("there are no images in these folders", "PNG, JPEG and WebP are read"));
    }
    Ok(images)
}

fn images_in(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read `{}`", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(|path| is_image(path)).collect();
    paths.sort_by(|a, b| natord::compare(&a.to_string_lossy(), &b.to_string_lossy()));
    Ok(paths)
}

fn is_image(path: &Path) -> bool {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    path.is_file() && extension.is_some_and(|extension| ["png", "jpg", "jpeg", "webp"].contains(&extension.as_str()))
}
