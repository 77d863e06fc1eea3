//! The files of a group or tileset, by name: known before any pixel is.

use std::collections::BTreeSet;

use super::asset::{GroupId, Kind};
use super::atlas::Atlas;
use super::format::{FormatSpec, IMAGE, Scope};
use super::project::{Group, Manifest, Project, Tileset};

/// A file of an asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Its path, relative to the output folder, with `/`.
    pub path: String,
    /// The format that writes it.
    pub format: &'static FormatSpec,
    /// Which of the format's files it is.
    pub suffix: &'static str,
    /// The scale of the image that it is or describes.
    pub scale: u32,
}

impl Output {
    /// Whether it is the image itself.
    pub fn is_image(&self) -> bool {
        self.format == &IMAGE
    }
}

/// The files of a group, in the order of their publication.
pub fn of_group(project: &Project, group: &Group) -> Vec<Output> {
    group.path.as_deref().map_or_else(Vec::new, |stem| of(project, group.id.kind, stem))
}

/// The files of a tileset, in the order of their publication.
pub fn of_tileset(project: &Project, tileset: &Tileset) -> Vec<Output> {
    of(project, Kind::Tileset, &tileset.path)
}

/// The files made from several assets, as far as the manifest says which there are: an atlas may have further pages.
pub fn shared(manifest: &Manifest) -> Vec<String> {
    let mut files = listing(&manifest.project, &manifest.groups);
    files.extend(manifest.atlases.iter().flat_map(|atlas| of_atlas(&manifest.project, atlas)));
    files
}

/// The files made from several assets that the project's formats write.
pub fn listing(project: &Project, groups: &[Group]) -> Vec<String> {
    let of_all = project.formats.iter().flat_map(|format| format.shared).map(|&name| name.to_owned());
    let suffixes: Vec<&str> = project.formats.iter().flat_map(|format| suffixes(format, Scope::Character)).collect();
    let characters = if suffixes.is_empty() { BTreeSet::new() } else { characters(groups) };
    let of_characters = characters.into_iter().flat_map(|name| {
        let path = |suffix: &&str| character_path(name, suffix);
        suffixes.iter().map(path).collect::<Vec<_>>()
    });
    of_all.chain(of_characters).collect()
}

/// The files of an atlas's first page.
pub fn of_atlas(project: &Project, atlas: &Atlas) -> Vec<String> {
    let files = atlas_files(project, 0);
    files.into_iter().map(|(file, scale)| atlas_path(&atlas.path, 0, file, scale)).collect()
}

/// What is written of an atlas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtlasFile {
    /// How Bevy loads the image of a page.
    Meta,
    /// The image of a page.
    Image,
    /// TexturePacker's JSON of a page.
    Frames,
    /// Phaser's JSON of all pages; the first page has it.
    Phaser,
}

/// The files of a page, with their scales, in the order of their publication.
pub fn atlas_files(project: &Project, page: usize) -> Vec<(AtlasFile, u32)> {
    let has = |id: &str| project.formats.iter().any(|format| format.id == id);
    let kinds = [
        (AtlasFile::Meta, has("bevy")),
        (AtlasFile::Image, true),
        (AtlasFile::Frames, true),
        (AtlasFile::Phaser, page == 0 && has("phaser")),
    ];
    let kinds = kinds.into_iter().filter(|(_, is_made)| *is_made);
    kinds.flat_map(|(file, _)| project.scales.iter().map(move |scale| (file, *scale))).collect()
}

/// The path of a file of an atlas. Pages after the first are numbered from 2.
pub fn atlas_path(stem: &str, page: usize, file: AtlasFile, scale: u32) -> String {
    let number = if page == 0 { String::new() } else { format!("-{}", page + 1) };
    let ending = match file {
        AtlasFile::Meta => ".png.meta",
        AtlasFile::Image => ".png",
        AtlasFile::Frames => ".json",
        AtlasFile::Phaser => ".phaser.json",
    };
    format!("{stem}{number}{}{ending}", scale_suffix(scale))
}

/// Whether a path can be that of a page of an atlas after its first.
pub fn is_later_page(path: &str, stem: &str) -> bool {
    let number = path.strip_prefix(stem).and_then(|rest| rest.strip_prefix('-')).unwrap_or_default();
    let ending = number.trim_start_matches(|c: char| c.is_ascii_digit());
    number.len() > ending.len() && ending.starts_with(['@', '.'])
}

/// The file of a character.
pub fn character_path(name: &str, suffix: &str) -> String {
    format!("characters/{name}{suffix}")
}

/// The endings of a format's files of that scope.
pub fn suffixes(format: &'static FormatSpec, scope: Scope) -> impl Iterator<Item = &'static str> {
    format.files.iter().filter(move |file| file.scope == scope).map(|file| file.suffix)
}

/// The names of sprites with animations that are written.
fn characters(groups: &[Group]) -> BTreeSet<&str> {
    let animated = groups.iter().filter(|group| group.id.kind == Kind::Animation && group.path.is_some());
    let bases = animated.filter_map(|group| group.base.as_ref()).filter(|base| base.kind == Kind::Sprite);
    bases.map(GroupId::asset).collect()
}

/// The files of an asset: every image after what stands beside it, then what an asset has once.
pub fn of(project: &Project, kind: Kind, stem: &str) -> Vec<Output> {
    let described = described_scale(project);
    let mut outputs = Vec::with_capacity(4);
    let mut add = |format: &'static FormatSpec, scope: Scope, scale: u32| {
        for file in format.files.iter().filter(|file| file.scope == scope && file.kinds.contains(&kind)) {
            let path = match scope {
                Scope::Described if scale != described => format!("{stem}{}{}", scale_suffix(scale), file.suffix),
                Scope::Asset | Scope::Described => format!("{stem}{}", file.suffix),
                Scope::Scale => format!("{stem}{}{}", scale_suffix(scale), file.suffix),
                Scope::Character => continue,
            };
            outputs.push(Output { path, format, suffix: file.suffix, scale });
        }
    };
    for &scale in &project.scales {
        project.formats.iter().for_each(|format| add(format, Scope::Scale, scale));
        add(&IMAGE, Scope::Scale, scale);
    }
    for format in &project.formats {
        add(format, Scope::Asset, described);
        project.scales.iter().for_each(|scale| add(format, Scope::Described, *scale));
    }
    outputs
}

/// The path of an asset's image at that scale.
pub fn image_path(stem: &str, scale: u32) -> String {
    format!("{stem}{}.png", scale_suffix(scale))
}

/// What names a scale: nothing for 1, else `@2x`.
pub fn scale_suffix(scale: u32) -> String {
    if scale == 1 { String::new() } else { format!("@{scale}x") }
}

/// A file that an asset has once describes the image at scale 1, or at the first scale where there is none of 1.
pub fn described_scale(project: &Project) -> u32 {
    if project.scales.contains(&1) { 1 } else { project.scales.first().copied().unwrap_or(1) }
}
