//! Atlases: pages, and TexturePacker's "JSON Hash" of each, as Pixi (`Assets.load`) and Phaser (`load.atlas`) read it.
//!
//! For Phaser there is one more file, of all pages (`load.multiatlas`). Names of frames are those of the sheets' files:
//! `potion@red`, `knight-walk@e/0`.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::words::asset::Kind;
use crate::words::atlas::{AtlasFrame, Packed};
use crate::words::digest::Digest;
use crate::words::index::{Entry, IndexAtlas, IndexImage, IndexPage};
use crate::words::output::{AtlasFile, atlas_files, atlas_path};
use crate::words::project::Project;
use crate::words::sheet::{Rect, scale};

use super::pixi::{Anchor, Frame};
use super::sheet_json::{APP, Image, Ordered, Placed, text};
use super::{ExportError, Listed, SharedFile, bevy, png};

/// The version of the files.
const VERSION: u32 = 1;

/// The word of the text chunk that says which pixels a page was written with.
const MARK: &[u8] = b"dgx-pixels atlas\0";

/// Where a PNG's chunks begin after its header.
const AFTER_HEADER: usize = 33;

/// All files of an atlas.
pub(super) fn files(packed: &Packed<'_>, listed: &[Listed], project: &Project) -> Result<Vec<SharedFile>, ExportError> {
    let entries = listed.iter().map(|asset| ((asset.entry.kind, asset.entry.name.as_str()), &asset.entry));
    let atlas = Written { packed, entries: entries.collect() };
    let mut files = Vec::new();
    for page in 0..packed.pages.len() {
        for (file, scale) in atlas_files(project, page) {
            let bytes = match file {
                AtlasFile::Meta => bevy::META.as_bytes().to_vec(),
                AtlasFile::Image => atlas.image(page, scale, project)?,
                AtlasFile::Frames => text(&atlas.frames(page, scale))?,
                AtlasFile::Phaser => text(&atlas.all_pages(scale))?,
            };
            let path = atlas_path(&packed.atlas.path, page, file, scale);
            files.push(SharedFile { path, bytes: Some(bytes), whole: true });
        }
    }
    Ok(files)
}

/// An atlas in the index.
pub(super) fn entry(packed: &Packed<'_>, project: &Project) -> IndexAtlas {
    let image = |page: usize, k: u32| IndexImage {
        scale: k,
        path: format!("{}{}", project.in_game, atlas_path(&packed.atlas.path, page, AtlasFile::Image, k)),
        size: [packed.pages[page].width() * k, packed.pages[page].height() * k],
        rgba: Some(Digest::of(scale(&packed.pages[page], k).as_raw())),
    };
    let page = |page| IndexPage { images: project.scales.iter().map(|k| image(page, *k)).collect() };
    IndexAtlas {
        name: packed.atlas.name.clone(),
        pages: (0..packed.pages.len()).map(page).collect(),
        frames: packed.frames.clone(),
    }
}

/// What TexturePacker's files have for the same purpose: a text that changes if the page has to be made again.
fn mark(source: &Digest) -> String {
    format!("$dgx-pixels:{source}$")
}

/// Whether the JSON of a page was made of that.
pub(super) fn follows(text: &str, source: &Digest) -> bool {
    text.contains(&mark(source))
}

/// Whether a text is a file of an atlas.
pub(super) fn is_text(name: &str, text: &str) -> bool {
    if name.ends_with(".png.meta") {
        return text == bevy::META;
    }
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    let Some(table) = value.as_object().filter(|_| name.ends_with(".json")) else { return false };
    let known = |key: &String| ["frames", "animations", "textures", "meta"].contains(&key.as_str());
    table.keys().all(known) && value["meta"]["app"] == APP
}

/// Whether bytes are a page as it was written.
pub(super) fn is_page(bytes: &[u8]) -> bool {
    let Some((head, rest)) = bytes.split_at_checked(AFTER_HEADER) else { return false };
    let Some((length, rest)) = rest.split_first_chunk::<4>() else { return false };
    let Some((chunk, rest)) = rest.split_at_checked(8 + u32::from_be_bytes(*length) as usize) else { return false };
    let digest = chunk.strip_prefix(b"tEXt").and_then(|text| text.strip_prefix(MARK)).and_then(|text| text.get(..64));
    digest.is_some_and(|digest| Digest::of(&[head, rest].concat()).to_string().as_bytes() == digest)
}

/// A PNG that says what its bytes are without that.
fn marked(png: &[u8]) -> Vec<u8> {
    let (head, rest) = png.split_at(AFTER_HEADER.min(png.len()));
    let chunk = [b"tEXt", MARK, Digest::of(png).to_string().as_bytes()].concat();
    let length = (chunk.len() as u32 - 4).to_be_bytes();
    let check = crc32fast::hash(&chunk).to_be_bytes();
    [head, &length, &chunk, &check, rest].concat()
}

/// An atlas and what is written of its assets.
struct Written<'a> {
    packed: &'a Packed<'a>,
    entries: BTreeMap<(Kind, &'a str), &'a Entry>,
}

impl<'a> Written<'a> {
    fn image(&self, page: usize, k: u32, project: &Project) -> Result<Vec<u8>, ExportError> {
        Ok(marked(&png::encode(&scale(&self.packed.pages[page], k), project.png, &self.packed.palette)?))
    }

    fn on(&self, page: usize) -> impl Iterator<Item = &'a AtlasFrame> {
        self.packed.frames.iter().filter(move |frame| frame.page == page)
    }

    /// The name of a page's file, without its folder.
    fn name(&self, page: usize, file: AtlasFile, scale: u32) -> String {
        let path = atlas_path(&self.packed.atlas.path, page, file, scale);
        path.rsplit('/').next().unwrap_or(&path).to_owned()
    }

    fn head(&self, page: usize, scale: u32) -> Image {
        let size = self.packed.pages[page].dimensions().into();
        Image::named(self.name(page, AtlasFile::Image, scale), size, scale, VERSION)
    }

    fn frame(&self, frame: &AtlasFrame, scale: u32) -> Frame {
        let rect = Rect { x: frame.x, y: frame.y, width: frame.w, height: frame.h };
        let entry = self.entries.get(&(frame.kind, frame.name.as_str()));
        let pivot = entry.and_then(|entry| entry.pivot);
        Frame {
            placed: Placed::at(rect.scaled(scale)),
            anchor: pivot.and_then(|pivot| Anchor::of(pivot, [frame.w, frame.h])),
            duration: entry.and_then(|entry| entry.frames.get(frame.frame)?.duration),
        }
    }

    fn frames(&self, page: usize, scale: u32) -> Page {
        let frame = |frame: &AtlasFrame| (key(frame.kind, &frame.name, frame.frame), self.frame(frame, scale));
        let others = (0..self.packed.pages.len()).filter(|other| *other != page);
        Page {
            frames: Ordered(self.on(page).map(frame).collect()),
            animations: Ordered(self.animations(page)),
            meta: Meta {
                image: self.head(page, scale),
                smartupdate: mark(&self.packed.source),
                related_multi_packs: others.map(|other| self.name(other, AtlasFile::Frames, scale)).collect(),
            },
        }
    }

    /// One round of each animation whose frames all lie on the page.
    fn animations(&self, page: usize) -> Vec<(String, Vec<String>)> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        self.on(page).for_each(|frame| *counts.entry(&frame.name).or_default() += 1);
        let members = self.packed.atlas.members.iter().filter(|id| id.kind == Kind::Animation);
        let round = |id: &crate::words::asset::GroupId| {
            let entry = self.entries.get(&(id.kind, id.name.as_str()))?;
            let is_whole = counts.get(id.name.as_str()) == Some(&entry.frames.len());
            let animation = entry.animation.as_ref().filter(|_| is_whole)?;
            Some((id.name.clone(), animation.round.iter().map(|i| key(id.kind, &id.name, *i)).collect()))
        };
        members.filter_map(round).collect()
    }

    fn all_pages(&self, scale: u32) -> Pages {
        let texture = |page: usize| Texture {
            image: self.name(page, AtlasFile::Image, scale),
            format: "RGBA8888",
            size: BTreeMap::from([
                ("w", self.packed.pages[page].width() * scale),
                ("h", self.packed.pages[page].height() * scale),
            ]),
            scale,
            frames: self
                .on(page)
                .map(|frame| Named {
                    filename: key(frame.kind, &frame.name, frame.frame),
                    frame: self.frame(frame, scale),
                })
                .collect(),
        };
        let meta = BTreeMap::from([("app", APP.to_owned()), ("version", VERSION.to_string())]);
        Pages { textures: (0..self.packed.pages.len()).map(texture).collect(), meta }
    }
}

/// A sprite's frame has its name; frames and tiles are numbered from 0.
fn key(kind: Kind, name: &str, i: usize) -> String {
    if kind.is_sheet() { format!("{name}/{i}") } else { name.to_owned() }
}

#[derive(Serialize)]
struct Page {
    frames: Ordered<Frame>,
    #[serde(skip_serializing_if = "Ordered::is_empty")]
    animations: Ordered<Vec<String>>,
    meta: Meta,
}

#[derive(Serialize)]
struct Meta {
    #[serde(flatten)]
    image: Image,
    smartupdate: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_multi_packs: Vec<String>,
}

/// All pages in one file.
#[derive(Serialize)]
struct Pages {
    textures: Vec<Texture>,
    meta: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
struct Texture {
    image: String,
    format: &'static str,
    size: BTreeMap<&'static str, u32>,
    scale: u32,
    frames: Vec<Named>,
}

#[derive(Serialize)]
struct Named {
    filename: String,
    #[serde(flatten)]
    frame: Frame,
}
