//! Assets to files: one format a file behind [`Format`], all pure; [`mod@write`] alone touches the disk.
//!
//! A new format is a file here and a line in [`FORMATS`]. Manifest, schema, output paths and keys follow its
//! [`FormatSpec`].

pub mod write;

mod apng;
mod aseprite;
mod aseprite_file;
mod asset;
mod bevy;
mod error;
mod gif;
mod godot;
pub mod index;
mod png;
mod rust;
mod sheet_json;
mod texturepacker;
mod tiled;
mod tiles;

use crate::words::diagnostic::Diagnostic;
use crate::words::format::{FormatSpec, IMAGE};
use crate::words::index::Entry;
use crate::words::output::Output;
use crate::words::project::{Manifest, Project};

pub use asset::{Asset, TilesetNames};
pub use error::ExportError;

/// One file format.
pub trait Format: Sync {
    /// Its name, its version and its files.
    fn spec(&self) -> &'static FormatSpec;

    /// The bytes of one of its files of an asset: a pure function, the same on every machine.
    fn bytes(&self, asset: &Asset<'_>, output: &Output, project: &Project) -> Result<Vec<u8>, ExportError>;

    /// What its files lose of an asset, if they lose anything.
    fn loss(&self, asset: &Asset<'_>, project: &Project) -> Option<Diagnostic> {
        let _ = (asset, project);
        None
    }

    /// Whether its shared files say more than follows from the manifest.
    fn reads_pixels(&self) -> bool {
        false
    }

    /// Why it cannot write the files of a manifest; known before anything is made.
    fn refusal(&self, manifest: &Manifest) -> Option<Diagnostic> {
        let _ = manifest;
        None
    }

    /// The bytes of one of its shared files; the order of the entries does not matter.
    fn shared_bytes(&self, name: &str, entries: &[Entry], project: &Project) -> Result<Vec<u8>, ExportError> {
        let _ = (entries, project);
        Err(ExportError::NoFormat(name.to_owned()))
    }

    /// Whether a text is such a shared file, or what a merge made of two.
    fn is_shared(&self, name: &str, text: &str) -> bool {
        let _ = (name, text);
        false
    }
}

/// All formats. Their order is part of keys and of the order of publication: a new one goes to the end.
pub static FORMATS: &[&dyn Format] = &[
    &png::Png,
    &aseprite::Aseprite,
    &apng::Apng,
    &bevy::Bevy,
    &gif::Gif,
    &texturepacker::TexturePacker,
    &aseprite_file::AsepriteFile,
    &godot::Godot,
    &tiled::Tiled,
    &tiles::TilesJson,
    &index::IndexJson,
    &rust::Rust,
    &tiled::demo::TiledDemo,
];

/// The formats that a manifest can name.
pub fn specs() -> Vec<&'static FormatSpec> {
    FORMATS.iter().map(|format| format.spec()).filter(|spec| *spec != &IMAGE).collect()
}

/// The bytes of one file of an asset.
pub fn bytes(output: &Output, asset: &Asset<'_>, project: &Project) -> Result<Vec<u8>, ExportError> {
    let format = FORMATS.iter().find(|format| format.spec() == output.format);
    format.ok_or_else(|| ExportError::NoFormat(output.path.clone()))?.bytes(asset, output, project)
}

/// What the files of an asset lose of it.
pub fn losses(outputs: &[Output], asset: &Asset<'_>, project: &Project) -> Vec<Diagnostic> {
    let is_made = |format: &&&dyn Format| outputs.iter().any(|output| output.format == format.spec());
    FORMATS.iter().filter(is_made).filter_map(|format| format.loss(asset, project)).collect()
}

/// The files made from all assets together, by path relative to the output folder.
pub fn shared(project: &Project, entries: &[Entry]) -> Result<Vec<(String, Vec<u8>)>, ExportError> {
    let names = of_project(project).flat_map(|format| format.spec().shared.iter().map(move |name| (format, *name)));
    names.map(|(format, name)| Ok((name.to_owned(), format.shared_bytes(name, entries, project)?))).collect()
}

/// Why a format of the project cannot write its files.
pub fn refusal(manifest: &Manifest) -> Option<Diagnostic> {
    of_project(&manifest.project).find_map(|format| format.refusal(manifest))
}

/// Whether a shared file of the project says more than follows from the manifest.
pub fn reads_pixels(project: &Project) -> bool {
    of_project(project).any(|format| format.reads_pixels())
}

fn of_project(project: &Project) -> impl Iterator<Item = &'static dyn Format> {
    FORMATS.iter().copied().filter(|format| project.formats.contains(&format.spec()))
}

/// Whether the text of a shared file is what a format writes there, or what a merge made of two such texts.
pub fn is_shared(name: &str, text: &str) -> bool {
    FORMATS.iter().any(|format| format.spec().shared.contains(&name) && format.is_shared(name, text))
}
