//! `adopt`: an output that a person edited becomes the source of its asset.

use std::path::{Path, PathBuf};

use image::RgbaImage;
use serde::Serialize;

use super::workspace::{all_locks, save_lock};
use super::{Error, Look, Operation, Options, Result, Workspace, edited_files, load_options};
use crate::manifest::{self, LoadOptions, edit};
use crate::plain_file;
use crate::store::{self, write_in_project};
use crate::words::asset::{GroupId, Kind};
use crate::words::diagnostic::{Diagnostic, Subject};
use crate::words::digest::Digest;
use crate::words::file_error::{Access, FileResult};
use crate::words::image_file;
use crate::words::lock::{Lock, Reroll, SlotEntry};
use crate::words::output::{self, Output};
use crate::words::project::{Group, Origin};
use crate::words::sheet::Grid;
use crate::words::timing::cells;

/// Where adopted images go; with `raws` in that folder, the other one.
const FOLDERS: [&str; 2] = ["raw", "adopted"];

/// No output is longer, in bytes.
const LONGEST: u64 = 512 << 20;

/// What [`adopt`] did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AdoptedOutput {
    /// The kind of the asset.
    pub kind: Kind,
    /// The group whose image it is.
    pub name: String,
    /// The output, relative to the project.
    pub output: String,
    /// Its copy, which the group is made from now.
    pub source: String,
    /// The file of the manifest that says so.
    pub manifest: String,
}

/// An image of a group in the output folder.
struct Found<'a> {
    group: &'a Group,
    output: Output,
    /// Relative to the project.
    path: String,
}

/// Copies an edited output to a folder of sources and makes the copy the image of its asset; its generated candidates stay in
/// the lock. `file` is relative to the project or to the output folder.
///
/// # Errors
/// `unknown-output`, `not-adoptable`, `not-edited`; the image, the manifest or a file cannot be read or written.
pub fn adopt(operation: &Operation, file: &Path) -> Result<AdoptedOutput> {
    let _lock = operation.lock("adopt")?;
    let (mut workspace, state) = operation.open(Options::default(), Look::Lock)?;
    let found = found(&workspace, file)?;
    let (id, path) = (found.group.id.clone(), found.path.clone());
    let bytes = plain_file::read(&operation.root.join(&path), LONGEST).accessing(Access::ReadInput, &path)?;
    let digest = Digest::of_output(&bytes).short();
    if workspace.owned.contains(&digest) {
        let message = format!("`{path}` is as the build wrote it");
        return Err(about(&path, "not-edited", message, "edit and save it first"));
    }
    let image = image_file::decode(&bytes, &path).map_err(|error| Error::Failed(error.into()))?.pixels;
    let made = state.lock.entries.get(&id).and_then(|entry| entry.made.as_ref());
    let merged = made.map_or(&[][..], |made| &made.merged);
    let source = found.source(&workspace, merged, &image)?;
    let bytes = if source == image { bytes } else { store::encode(&source).writing(&path)? };
    let source = copied(&workspace, &path, &bytes)?;
    let edited = edited(operation, &workspace, &id, &source).inspect_err(|_| {
        let _ = source.new.then(|| std::fs::remove_file(operation.root.join(&source.path)));
    })?;
    edited_files::write(operation, [&edited])?;
    for (path, mut lock) in all_locks(&workspace.folders)? {
        if keep_in_history(&mut lock, &id) {
            save_lock(&workspace.folders, &path, &lock.text()).writing(&path)?;
        }
    }
    // Its copy is safe: the next build may write it in its own way.
    workspace.owned_files.add(&[(digest, path.clone())]).writing(".dgx-pixels/written")?;
    let manifest = edited.path.to_string_lossy().into_owned();
    Ok(AdoptedOutput { kind: id.kind, name: id.name, output: path, source: source.path, manifest })
}

fn about(path: &str, code: &'static str, message: String, hint: impl Into<String>) -> Error {
    Error::Usage(Diagnostic::error(code, message).hint(hint).about(Subject::File(path.to_owned())))
}

/// The image of a group that a path names.
fn found<'a>(workspace: &'a Workspace, file: &Path) -> Result<Found<'a>> {
    let manifest = &workspace.manifest;
    let root = workspace.folders.root.canonicalize().unwrap_or_else(|_| workspace.folders.root.clone());
    let relative = file.strip_prefix(&root).unwrap_or(file);
    let parts = relative.components().filter(|part| !matches!(part, std::path::Component::CurDir));
    let given = parts.collect::<PathBuf>().to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
    let is_given = |path: &str| path == given || workspace.in_project(path) == given;
    let groups = manifest.groups.iter();
    let outputs =
        groups.flat_map(|group| output::of_group(&manifest.project, group).into_iter().map(move |o| (group, o)));
    if let Some((group, output)) = outputs.into_iter().find(|(_, output)| is_given(&output.path)) {
        let path = workspace.in_project(&output.path);
        if !output.is_image() {
            let message = format!("`{path}` is not an image: it is computed from one");
            return Err(about(&path, "not-adoptable", message, "edit the image of the asset"));
        }
        return Ok(Found { group, output, path });
    }
    let mut tilesets =
        manifest.tilesets.iter().map(|tileset| (tileset, output::of_tileset(&manifest.project, tileset)));
    if let Some((tileset, _)) = tilesets.find(|(_, outputs)| outputs.iter().any(|output| is_given(&output.path))) {
        let message = format!("`{given}` is assembled from the texture `{}`", tileset.of);
        let hint =
            "edit a copy outside of the output folder and make it a sprite with `source`, or edit the texture's source";
        return Err(about(&given, "not-adoptable", message, hint));
    }
    let message = format!("`{given}` is not a file that an asset of this project writes");
    Err(about(&given, "unknown-output", message, "`dgx-pixels list` shows the files of all assets"))
}

impl Found<'_> {
    /// The image that the group is made from: at its own size, the frames of a sheet side by side, also those that are
    /// shown with the ones before.
    fn source(&self, workspace: &Workspace, merged: &[u32], image: &RgbaImage) -> Result<RgbaImage> {
        let scale = self.output.scale.max(1);
        let small = unscaled(image, scale).ok_or_else(|| {
            let message = format!("`{}` has pixels that are not squares of {scale}x{scale}", self.path);
            about(
                &self.path,
                "not-adoptable",
                message,
                "edit and adopt the image at scale 1, of which the others are made",
            )
        })?;
        if small.pixels().all(|pixel| pixel.0[3] == 0) {
            let message = format!("`{}` has no pixel that can be seen", self.path);
            return Err(about(
                &self.path,
                "not-adoptable",
                message,
                "restore it, or remove the asset from the manifest",
            ));
        }
        if self.group.id.kind != Kind::Animation {
            return Ok(small);
        }
        self.strip(&cells(frames(workspace, self.group), merged), &small).ok_or_else(|| {
            let message = format!("`{}` has another size than a sheet of its frames", self.path);
            about(
                &self.path,
                "not-adoptable",
                message,
                "keep the size of the sheet, or name the frames by `source` with `strip`",
            )
        })
    }

    /// The frames of a sheet in one row without gaps, each from its cell.
    fn strip(&self, cells: &[u32], sheet: &RgbaImage) -> Option<RgbaImage> {
        let one = Grid::new(&self.group.sheet, None, cells.iter().max()? + 1, [1, 1]);
        let side = |length: u32, cells: u32| {
            let room = length.checked_sub(one.gap * (cells + 1))?;
            (room % cells == 0 && room > 0).then_some(room / cells)
        };
        let cell = [side(sheet.width(), one.columns)?, side(sheet.height(), one.rows)?];
        let grid = Grid { cell, ..one };
        let mut strip = RgbaImage::new(cell[0] * cells.len() as u32, cell[1]);
        for (number, from) in (0u32..).zip(cells) {
            let rect = grid.rect(*from);
            let frame = image::imageops::crop_imm(sheet, rect.x, rect.y, rect.width, rect.height);
            image::imageops::replace(&mut strip, &*frame, i64::from(number * cell[0]), 0);
        }
        Some(strip)
    }
}

/// How many frames a group has; those of the group that it is made from.
fn frames(workspace: &Workspace, group: &Group) -> u32 {
    match &group.origin {
        Origin::Part(..) => 1,
        Origin::Still(_, motion) => motion.frames,
        Origin::Mirror(of) | Origin::Recolor(of, _) => {
            let of = workspace.manifest.groups.iter().find(|group| group.id == *of);
            of.map_or(1, |of| frames(workspace, of))
        }
        Origin::Slots(slots) => u32::try_from(slots.len()).unwrap_or(u32::MAX).max(1),
    }
}

/// The image of which this one is the enlargement by a whole factor.
fn unscaled(image: &RgbaImage, scale: u32) -> Option<RgbaImage> {
    if !image.width().is_multiple_of(scale) || !image.height().is_multiple_of(scale) {
        return None;
    }
    let small = RgbaImage::from_fn(image.width() / scale, image.height() / scale, |x, y| {
        *image.get_pixel(x * scale, y * scale)
    });
    image.enumerate_pixels().all(|(x, y, pixel)| small.get_pixel(x / scale, y / scale) == pixel).then_some(small)
}

/// The copy of an output.
struct Source {
    /// Relative to the project.
    path: String,
    /// Whether there was no such file before.
    new: bool,
}

/// Copies the image to a file that does not exist yet, or that has these bytes.
fn copied(workspace: &Workspace, output: &str, bytes: &[u8]) -> Result<Source> {
    let root = &workspace.folders.root;
    let is_free = |folder: &&&str| workspace.manifest.project.raws.as_deref() != Some(**folder);
    let folder = FOLDERS.iter().find(is_free).unwrap_or(&FOLDERS[0]);
    let stem = output.rsplit('/').next().and_then(|name| name.strip_suffix(".png")).unwrap_or(output);
    let names = std::iter::once(format!("{stem}.png")).chain((2..).map(|n| format!("{stem}-{n}.png")));
    for path in names.map(|name| format!("{folder}/{name}")) {
        let place = root.join(&path);
        if place.symlink_metadata().is_err() {
            plain_file::make_folders(root, &root.join(folder)).accessing(Access::CreateFolder, folder)?;
            write_in_project(root, &place, bytes, "adopt").writing(&path)?;
            return Ok(Source { path, new: true });
        }
        if plain_file::read(&place, LONGEST).is_ok_and(|there| there == bytes) {
            return Ok(Source { path, new: false });
        }
    }
    Err(Error::internal("there is no free file name"))
}

/// The manifest with the new source, if it is valid.
fn edited(operation: &Operation, workspace: &Workspace, id: &GroupId, source: &Source) -> Result<edit::Edited> {
    let edited = edit::adopt(&workspace.loaded, id, &source.path).map_err(Error::Usage)?;
    let texts = [(edited.path.to_string_lossy().into_owned(), edited.text.clone())].into();
    manifest::load(operation.root, &LoadOptions { edited: texts, ..load_options(None) })?;
    Ok(edited)
}

/// Marks the picks of a group as kept and releases them; returns whether there was one.
fn keep_in_history(lock: &mut Lock, id: &GroupId) -> bool {
    let Some(entry) = lock.entries.get_mut(id) else { return false };
    let mut changed = false;
    for SlotEntry { pick, rerolls, .. } in entry.slots.values_mut() {
        let Some(pick) = pick.take() else { continue };
        let reroll = rerolls.entry(pick.ask).or_insert(Reroll { first: 1, keep: Vec::new() });
        if !reroll.keep.contains(&pick.n) {
            reroll.keep.push(pick.n);
            reroll.keep.sort_unstable();
        }
        changed = true;
    }
    changed
}
