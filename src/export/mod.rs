//! Assets to files: one format a file behind [`Format`], all pure; [`mod@write`] alone touches the disk.
//!
//! A new format is a file here and a line in [`FORMATS`]. Manifest, schema, output paths and keys follow its
//! [`FormatSpec`].

pub mod write;

mod apng;
mod ase;
mod aseprite;
mod aseprite_character;
mod aseprite_file;
mod asset;
mod atlas;
mod bevy;
mod error;
mod gif;
mod godot;
pub mod index;
mod phaser;
mod pixi;
mod png;
mod rust;
mod sheet_json;
mod texturepacker;
mod tiled;
mod tiles;

use std::collections::BTreeSet;

use crate::words::atlas::Packed;
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::Digest;
use crate::words::format::{FormatSpec, IMAGE, Scope};
use crate::words::index::Entry;
use crate::words::output::{self, Output};
use crate::words::project::{Manifest, Project};
use crate::words::sprite::Sprites;

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

    /// What its shared files need of an asset.
    fn needs(&self) -> Needs {
        Needs::Geometry
    }

    /// Whether all is there that one of its shared files is to say.
    fn is_whole(&self, name: &str, listed: &[Listed]) -> bool {
        let _ = (name, listed);
        true
    }

    /// Why it cannot write the files of a manifest; known before anything is made.
    fn refusal(&self, manifest: &Manifest) -> Option<Diagnostic> {
        let _ = manifest;
        None
    }

    /// The bytes of one of its shared files; the order of the assets does not matter.
    fn shared_bytes(&self, name: &str, listed: &[Listed], project: &Project) -> Result<Vec<u8>, ExportError> {
        let _ = (listed, project);
        Err(ExportError::NoFormat(name.to_owned()))
    }

    /// The same, with the atlases that are known.
    fn bytes_with_atlases(
        &self,
        name: &str,
        listed: &[Listed],
        atlases: &[Packed<'_>],
        project: &Project,
    ) -> Result<Vec<u8>, ExportError> {
        let _ = atlases;
        self.shared_bytes(name, listed, project)
    }

    /// Whether a text is such a shared file, or what a merge made of two.
    fn is_shared(&self, name: &str, text: &str) -> bool {
        let _ = (name, text);
        false
    }

    /// Whether bytes are such a shared file, where that is no text.
    fn is_shared_binary(&self, bytes: &[u8]) -> bool {
        let _ = bytes;
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
    &aseprite_character::AsepriteCharacter,
    &phaser::Phaser,
    &pixi::Pixi,
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

/// An asset that shared files are made from.
#[derive(Clone, Debug)]
pub struct Listed {
    /// What is written of it.
    pub entry: Entry,
    /// Its frames, where a format needs them and they are known.
    pub sprites: Option<Sprites>,
}

/// What a shared file needs of each asset, beside what follows from the manifest; each has the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Needs {
    /// Nothing more.
    Geometry,
    /// What the pixels say, such as their digests.
    Digests,
    /// The frames.
    Frames,
}

/// A file that is made from several assets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedFile {
    /// Its path, relative to the output folder.
    pub path: String,
    /// Its bytes. `None` if it cannot be made of what is known.
    pub bytes: Option<Vec<u8>>,
    /// Whether it says all that it is to say.
    pub whole: bool,
}

/// The files made from several assets. Of an atlas that is not known no file is made.
pub fn shared(manifest: &Manifest, listed: &[Listed], atlases: &[Packed<'_>]) -> Result<Vec<SharedFile>, ExportError> {
    let project = &manifest.project;
    let names: BTreeSet<&str> = listed
        .iter()
        .map(|asset| &asset.entry)
        .filter(|entry| entry.animation.is_some())
        .filter_map(Entry::character)
        .collect();
    let mut files = Vec::new();
    for format in of_project(project) {
        let characters = output::suffixes(format.spec(), Scope::Character);
        let characters =
            characters.flat_map(|suffix| names.iter().map(move |name| output::character_path(name, suffix)));
        for path in format.spec().shared.iter().map(|&name| name.to_owned()).chain(characters) {
            // Only the index names atlases.
            let has_all = atlases.len() == manifest.atlases.len() || path != index::path();
            let whole = has_all && format.is_whole(&path, listed);
            let bytes = match format.bytes_with_atlases(&path, listed, atlases, project) {
                Err(ExportError::Unknown) => None,
                bytes => Some(bytes?),
            };
            files.push(SharedFile { path, bytes, whole });
        }
    }
    for packed in atlases {
        files.extend(atlas::files(packed, listed, project)?);
    }
    Ok(files)
}

/// Whether the JSON of an atlas's page was made of what its source says.
pub fn follows_atlas(json: &str, source: &Digest) -> bool {
    atlas::follows(json, source)
}

/// Why a format of the project cannot write its files.
pub fn refusal(manifest: &Manifest) -> Option<Diagnostic> {
    of_project(&manifest.project).find_map(|format| format.refusal(manifest))
}

/// What the shared files of the project need of each asset.
pub fn needs(manifest: &Manifest) -> Needs {
    let of_atlases = if manifest.atlases.is_empty() { Needs::Geometry } else { Needs::Frames };
    of_project(&manifest.project).map(|format| format.needs()).fold(of_atlases, Needs::max)
}

fn of_project(project: &Project) -> impl Iterator<Item = &'static dyn Format> {
    FORMATS.iter().copied().filter(|format| project.formats.contains(&format.spec()))
}

/// Whether the text of a shared file is what a format writes there, or what a merge made of two such texts.
pub fn is_shared(name: &str, text: &str) -> bool {
    let is_listing = |format: &&dyn Format| format.spec().shared.contains(&name) && format.is_shared(name, text);
    FORMATS.iter().any(is_listing) || atlas::is_text(name, text)
}

/// Whether the bytes of a shared file that is no text are what a format writes.
pub fn is_shared_binary(bytes: &[u8]) -> bool {
    FORMATS.iter().any(|format| format.is_shared_binary(bytes)) || atlas::is_page(bytes)
}
