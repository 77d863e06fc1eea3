//! `dataset from-project`: the project's own picked sprites as a data set, with captions from the prompts of the manifest.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use serde::Serialize;

use super::caption::tidy;
use crate::manifest::edit::quoted;
use crate::session::own_art::{LeftOut, OwnArt, own_art};
use crate::session::{Error, Existing, Operation, Result};
use crate::store;
use crate::words::ask::Ask;
use crate::words::asset::GroupId;
use crate::words::file_error::FileResult;
use crate::words::image_file;
use crate::words::project::{DIRECTION, Group};

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FromProject {
    /// The folder.
    pub folder: String,
    /// Images that were written.
    pub images: usize,
    /// Assets that they show.
    pub assets: usize,
    /// Assets that are no data, and why.
    pub left_out: Vec<LeftOut>,
}

/// Writes the picked sprites that targets name, every frame of animations too, into a folder with `dataset.toml`.
///
/// # Errors
/// `unknown-target`; `no-images`: nothing is picked; `file-exists`: the folder has files and they may not be replaced.
pub fn from_project(
    op: &Operation,
    targets: &[String],
    out: &Path,
    licence: Option<&str>,
    existing: Existing,
) -> Result<FromProject> {
    spare(out, existing)?;
    let OwnArt { project, sprites, left_out } = own_art(op, targets)?;
    let groups: Vec<&Group> = sprites.iter().map(|(group, _)| group).collect();
    let frame = frame(&groups);
    let (mut images, mut notes) = (0, String::new());
    for (group, sprites) in &sprites {
        for (at, pixels) in sprites.frames.iter().enumerate() {
            let path = path(&group.id, (sprites.frames.len() > 1).then_some(at + 1));
            let bytes = image_file::encode(pixels).writing(&path)?;
            store::write_unflushed(&out.join(&path), &bytes, "dataset").writing(&path)?;
            let caption = caption(group, at, &frame);
            let _ = write!(notes, "\n[image.{}]\ncaption = {}\nnative = true\n", quoted(&path), quoted(&caption));
            images += 1;
        }
    }
    if images == 0 {
        let why = left_out.first().map_or_else(String::new, |first| format!(": `{}` {}", first.name, first.why));
        let hint = "build and pick sprites first; only picked ones that pass their gates are data";
        return Err(Error::usage("no-images", format!("no picked sprite is data{why}"), hint));
    }
    let licence =
        licence.map_or_else(|| "# licence = \"\"".to_owned(), |licence| format!("licence = {}", quoted(licence)));
    let source = quoted(&format!("picked sprites of the project {project}"));
    let text = format!("# Written by dgx-pixels dataset from-project\nsource = {source}\n{licence}\n{notes}");
    store::write_unflushed(&out.join("dataset.toml"), text.as_bytes(), "dataset").writing(out)?;
    Ok(FromProject { folder: out.display().to_string(), images, assets: sprites.len(), left_out })
}

/// A folder with files is written to only where they may be replaced.
fn spare(out: &Path, existing: Existing) -> Result<()> {
    let is_empty = std::fs::read_dir(out).map_or(true, |mut entries| entries.next().is_none());
    if existing == Existing::Replace || (is_empty && !out.is_file()) {
        return Ok(());
    }
    let message = format!("`{}` has files in it", out.display());
    Err(Error::usage("file-exists", message, "name a new folder, or `--force` writes over files of the same names"))
}

fn path(id: &GroupId, frame: Option<usize>) -> String {
    let name = id.name.replace('@', "_");
    let frame = frame.map_or_else(String::new, |frame| format!("-{frame:02}"));
    format!("{}s/{name}{frame}.png", id.kind)
}

fn prompt(group: &Group, at: usize) -> Option<&str> {
    let slot = group.slots().get(at).or(group.slots().first())?;
    match &slot.ask {
        Ask::Comfyui(ask) => Some(&ask.prompt),
        Ask::Sketch(ask) => Some(&ask.subject),
        Ask::Worker(ask) => Some(&ask.prompt),
        Ask::Files(_) => None,
    }
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty())
}

/// The parts that all prompts have: the frame of the style, which says nothing of an image.
fn frame(groups: &[&Group]) -> BTreeSet<String> {
    let prompts: Vec<&str> = groups.iter().filter_map(|group| prompt(group, 0)).collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for prompt in &prompts {
        let distinct: BTreeSet<&str> = parts(prompt).collect();
        distinct.into_iter().for_each(|part| *counts.entry(part).or_default() += 1);
    }
    let common = counts.into_iter().filter(|(_, count)| prompts.len() > 1 && *count == prompts.len());
    common.map(|(part, _)| part.to_owned()).collect()
}

/// What an image shows, by its prompt, else by its name.
fn caption(group: &Group, at: usize, frame: &BTreeSet<String>) -> String {
    let own: Vec<&str> = prompt(group, at)
        .into_iter()
        .flat_map(parts)
        .filter(|part| !frame.contains(*part) && *part != "pixel art" && !part.ends_with(" background"))
        .collect();
    let subject = match own.is_empty() {
        false => own.join(", "),
        true => super::caption::words(&group.id.name).join(" "),
    };
    let direction = group.axes.iter().find(|axis| axis.axis == DIRECTION).map(|axis| axis.value.as_str());
    let view = direction.map_or("", |direction| match direction {
        "s" => "front view",
        "n" => "back view",
        "e" | "w" => "side view",
        _ => "three-quarter view",
    });
    let view = if subject.contains(view) { "" } else { view };
    tidy(&format!("pixel art, {subject}, {view}"))
}
