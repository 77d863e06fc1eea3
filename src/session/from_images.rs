//! A manifest for images that exist already: a sprite for each, with the size that was found in it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use walkdir::WalkDir;

use super::{Error, Operation, Result, restore};
use crate::manifest::edit::{self, NewValue};
use crate::manifest::prompts::name_of;
use crate::plain_file;
use crate::process::gate;
use crate::threads;
use crate::words::asset::Kind;
use crate::words::image_file;
use crate::words::raw::Raw;
use crate::words::recipe::Recipe;
use crate::words::text::printable;

/// The most images that are looked at.
const MOST: usize = 2000;
/// No image is longer, in bytes.
const LONGEST: u64 = 256 << 20;

/// Tables of a manifest, and what a person should know of them.
#[derive(Debug, Default)]
pub(super) struct Tables {
    pub(super) text: String,
    pub(super) notes: Vec<String>,
}

/// The sprites for the images of a folder.
pub(super) fn from_images(op: &Operation, folder: &Path) -> Result<Tables> {
    let paths = images(op.root, folder)?;
    let _ = threads::start_pool(None);
    let found: Vec<Found> = paths.par_iter().map(|path| look(op, path)).collect();
    if op.cancel.is_cancelled() {
        return Err(Error::Cancelled);
    }
    let (mut tables, mut taken) = (Tables::default(), BTreeSet::new());
    for (path, found) in paths.iter().zip(found) {
        let size = match found {
            Found::Size(size) => Some(size),
            Found::Unsure => {
                tables.notes.push(format!("`{path}`: no grid was found with confidence; give the sprite a `size`"));
                None
            }
            Found::Unreadable(why) => {
                tables.notes.push(printable(&why));
                continue;
            }
        };
        let name = free_name(path, &mut taken);
        let source = [("source", NewValue::Text(path.clone()))].into_iter();
        let keys: Vec<_> = source.chain(size.map(|size| ("size", NewValue::Pair(size)))).collect();
        tables.text.push_str(&edit::table(Kind::Sprite, &name, &keys));
        tables.text.push('\n');
    }
    tables.text.truncate(tables.text.trim_end().len());
    if tables.text.is_empty() {
        let message = format!("none of the images in `{}` can be read", folder.display());
        return Err(Error::usage("no-images", message, tables.notes.join("; ")));
    }
    tables.text.push('\n');
    Ok(tables)
}

/// The images below a folder of the project, relative to the project, sorted.
fn images(root: &Path, folder: &Path) -> Result<Vec<String>> {
    let outside = || {
        let message = format!("`{}` is not a folder in the project's folder `{}`", folder.display(), root.display());
        Error::usage("images-outside", message, "copy the images there, such as to `raw/`, so that a clone has them")
    };
    let real = |path: &Path| path.canonicalize().map_err(|_| outside());
    let (real_root, real_folder) = (real(root)?, real(folder).or_else(|_| real(&root.join(folder)))?);
    if !real_folder.starts_with(&real_root) || !real_folder.is_dir() {
        return Err(outside());
    }
    let is_hidden = |name: &std::ffi::OsStr| name.as_encoded_bytes().starts_with(b".");
    let walk = WalkDir::new(&real_folder).follow_links(false).into_iter();
    let files = walk.filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry.file_name())).flatten();
    let paths = files.filter(|entry| entry.file_type().is_file()).filter_map(|entry| {
        let path: PathBuf = entry.path().strip_prefix(&real_root).ok()?.to_owned();
        let path = path.to_str()?.replace(std::path::MAIN_SEPARATOR, "/");
        is_image(&path).then_some(path)
    });
    let mut paths: Vec<String> = paths.take(MOST + 1).collect();
    paths.sort();
    let shown = folder.display();
    if let Some(output) = paths.iter().find(|path| path.starts_with("assets/")) {
        let message = format!("`{output}` lies in `assets/`, where a build writes");
        return Err(Error::usage("images-in-output", message, "move the images to another folder, such as `raw/`"));
    }
    match paths.len() {
        0 => Err(Error::usage("no-images", format!("`{shown}` has no images"), "PNG, JPEG and WebP can be read")),
        n if n > MOST => {
            let message = format!("`{shown}` has more than {MOST} images");
            Err(Error::usage("too-many-images", message, "name a folder with fewer"))
        }
        _ => Ok(paths),
    }
}

fn is_image(path: &str) -> bool {
    let end = path.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
    end.is_some_and(|end| ["png", "jpg", "jpeg", "webp"].contains(&end.as_str()))
}

/// What a look at an image found.
enum Found {
    /// The size of its sprite.
    Size([u32; 2]),
    /// It has no grid that can be relied on.
    Unsure,
    /// Why it cannot be used.
    Unreadable(String),
}

fn look(op: &Operation, path: &str) -> Found {
    if op.cancel.is_cancelled() {
        return Found::Unsure;
    }
    let read =
        plain_file::read(&op.root.join(path), LONGEST).map_err(|error| format!("`{path}` cannot be read: {error}"));
    let decoded = read.and_then(|bytes| image_file::decode(&bytes, path).map_err(|error| error.to_string()));
    let recipe = Recipe::default();
    let restored = decoded.map(|image| restore(&[Raw::new(image.pixels)], &recipe, None));
    match restored {
        Err(why) => Found::Unreadable(why),
        Ok(Err(_)) => Found::Unsure,
        Ok(Ok(sprites)) => match sprites.frames.first() {
            Some(frame) if gate::verdict(&sprites.found.metrics, &recipe).passes() && fits(frame.dimensions()) => {
                Found::Size(frame.dimensions().into())
            }
            _ => Found::Unsure,
        },
    }
}

/// Whether a frame may have this size.
fn fits((width, height): (u32, u32)) -> bool {
    width <= 1024 && height <= 1024
}

/// A name of the file's own name that no other sprite has.
fn free_name(path: &str, taken: &mut BTreeSet<String>) -> String {
    let stem = path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map_or(path, |(stem, _)| stem);
    let name = name_of(stem);
    let names = std::iter::once(name.clone()).chain((2..).map(|n| format!("{name}-{n}")));
    names.into_iter().find(|name| taken.insert(name.clone())).unwrap_or(name)
}
