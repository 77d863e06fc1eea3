//! One `.aseprite` file of a sprite and all of its animations: a tag for each action and direction, one palette.
//!
//! Frames of different sizes lie on one canvas with their pivots upon each other.

use std::collections::BTreeMap;

use crate::words::asset::Kind;
use crate::words::color::Rgb;
use crate::words::format::{FileSpec, FormatSpec, Scope};
use crate::words::index::Entry;
use crate::words::output::{Output, character_path, described_scale};
use crate::words::project::{DIRECTIONS, Project};
use crate::words::sheet::scale;
use crate::words::sprite::Sprites;
use crate::words::timing::Playback;

use super::ase::{self, Cel, Picture, Tag};
use super::{Asset, ExportError, Format, Listed, Needs};

static SPEC: FormatSpec = FormatSpec {
    id: "aseprite-character",
    version: 1,
    files: &[FileSpec { suffix: ".aseprite", kinds: &[Kind::Sprite], scope: Scope::Character }],
    shared: &[],
};

/// How long a frame that does not move is shown.
const STILL: u32 = 100;

/// An `.aseprite` file of every sprite with animations.
pub(super) struct AsepriteCharacter;

impl Format for AsepriteCharacter {
    fn spec(&self) -> &'static FormatSpec {
        &SPEC
    }

    fn bytes(&self, _: &Asset<'_>, output: &Output, _: &Project) -> Result<Vec<u8>, ExportError> {
        Err(ExportError::NoFormat(output.path.clone()))
    }

    fn needs(&self) -> Needs {
        Needs::Frames
    }

    fn is_whole(&self, path: &str, listed: &[Listed]) -> bool {
        members(path, listed).all(|asset| asset.sprites.is_some())
    }

    fn shared_bytes(&self, path: &str, listed: &[Listed], project: &Project) -> Result<Vec<u8>, ExportError> {
        let mut parts: Vec<(&Entry, &Sprites)> = Vec::new();
        for asset in members(path, listed) {
            parts.push((&asset.entry, asset.sprites.as_ref().ok_or(ExportError::Unknown)?));
        }
        parts.sort_by_key(|(entry, _)| order(entry));
        ase::bytes(&picture(&parts, &palette(&parts), described_scale(project))?)
    }

    fn is_shared_binary(&self, bytes: &[u8]) -> bool {
        ase::is_unchanged(bytes)
    }
}

/// The assets of a character.
fn members<'a>(path: &'a str, listed: &'a [Listed]) -> impl Iterator<Item = &'a Listed> {
    let suffix = SPEC.files[0].suffix;
    listed
        .iter()
        .filter(move |asset| asset.entry.character().is_some_and(|character| character_path(character, suffix) == path))
}

/// The sprite first, animations by name; directions as they are declared.
fn order(entry: &Entry) -> (bool, &str, Vec<(usize, &str)>) {
    let place = |value: &str| DIRECTIONS.iter().position(|direction| *direction == value).unwrap_or(0);
    let axes = entry.axes.iter().map(|axis| (place(&axis.value), &*axis.value)).collect();
    (entry.kind != Kind::Sprite, &entry.asset, axes)
}

/// The colours of all, in the order of their first use.
fn palette(parts: &[(&Entry, &Sprites)]) -> Vec<Rgb> {
    let mut colors: Vec<Rgb> = Vec::new();
    for color in parts.iter().flat_map(|(_, sprites)| &sprites.found.palette) {
        if !colors.contains(color) {
            colors.push(*color);
        }
    }
    colors
}

fn picture<'a>(parts: &[(&Entry, &Sprites)], palette: &'a [Rgb], by: u32) -> Result<Picture<'a>, ExportError> {
    // What lies left of, above, right of and below the pivot, at most.
    let sides = |entry: &Entry, sprites: &Sprites| {
        let [width, height] = entry.grid.cell;
        let [x, y] = [width / 2, sprites.found.baseline.min(height)];
        [x, y, width - x, height - y]
    };
    let mut most = [0; 4];
    for (entry, sprites) in parts {
        for (most, side) in most.iter_mut().zip(sides(entry, sprites)) {
            *most = side.max(*most);
        }
    }
    let names = names(parts);
    let (mut cels, mut tags) = (Vec::new(), Vec::new());
    for ((entry, sprites), name) in parts.iter().zip(names) {
        let [left, above, ..] = sides(entry, sprites);
        let at = [(most[0] - left) * by, (most[1] - above) * by];
        let first = cels.len();
        for (frame, place) in sprites.frames.iter().zip(&entry.frames) {
            cels.push(Cel { image: scale(frame, by), at, duration: place.duration.unwrap_or(STILL) });
        }
        let last = cels.len().checked_sub(1).filter(|last| *last >= first).ok_or(ExportError::Empty)?;
        let animation = entry.animation.as_ref();
        let playback = animation.map_or(Playback::Forward, |animation| animation.playback);
        let repeat = animation.is_none_or(|animation| animation.repeat);
        tags.push(Tag { name, first, last, playback, repeat });
    }
    let size = [(most[0] + most[2]) * by, (most[1] + most[3]) * by];
    Ok(Picture { size, palette, cels, tags, pivot: [most[0] * by, most[1] * by], marked: true })
}

/// The tag of each part: `walk-e`. Where two assets have the same action, their own names stand for it.
fn names(parts: &[(&Entry, &Sprites)]) -> Vec<String> {
    let mut actions: BTreeMap<&str, &str> = BTreeMap::new();
    let mut is_unique = true;
    for (entry, _) in parts {
        is_unique &= *actions.entry(action(entry)).or_insert(&entry.asset) == entry.asset;
    }
    let name = |(entry, _): &(&Entry, &Sprites)| {
        let action = if is_unique { action(entry) } else { &entry.asset };
        let values = entry.axes.iter().map(|axis| axis.value.as_str());
        std::iter::once(action).chain(values).collect::<Vec<_>>().join("-")
    };
    parts.iter().map(name).collect()
}

fn action(entry: &Entry) -> &str {
    entry.animation.as_ref().map_or("still", |animation| &animation.action)
}
