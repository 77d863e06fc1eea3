//! Atlases: frames of many assets on common pages.

use image::RgbaImage;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::asset::{GroupId, Kind};
use super::color::Rgb;
use super::digest::{Digest, Encoder};
use super::source::Place;

/// A checked table `[atlas.NAME]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Atlas {
    /// Its name.
    pub name: String,
    /// The assets on it, sorted; all of them write files.
    pub members: Vec<GroupId>,
    /// How frames lie on its pages.
    pub packing: Packing,
    /// Path of its first page without `.png`, relative to the output folder.
    pub path: String,
    /// Where it is declared.
    pub place: Place,
}

impl Atlas {
    /// What its pages follow from: its own settings, and the digest of each member's pixels. Its files name it, so that a
    /// clone without sprites can tell whether they are up to date.
    pub fn source(&self, pixels: &[Digest]) -> Digest {
        let Packing { padding, extrude, side } = self.packing;
        let mut encoder = Encoder::new("dgx-pixels atlas v1");
        encoder.text(&self.name).text(&self.path).uint(padding.into()).uint(extrude.into()).uint(side.into());
        encoder.list(self.members.iter().zip(pixels), |e, (id, pixels)| {
            e.text(id.kind.word()).text(&id.name).digest(pixels);
        });
        encoder.finish()
    }
}

/// How frames lie on pages, in logical pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packing {
    /// Transparent pixels between frames and round them.
    pub padding: u32,
    /// How far the border pixels of a frame are repeated outwards.
    pub extrude: u32,
    /// The longest side of a page.
    pub side: u32,
}

impl Packing {
    /// What a frame needs on a page beside its own side.
    pub fn margin(&self) -> u32 {
        self.padding + 2 * self.extrude
    }

    /// Whether a page holds a frame of that size.
    pub fn holds(&self, size: [u32; 2]) -> bool {
        size.into_iter().all(|side| side + self.margin() + self.padding <= self.side)
    }
}

/// An atlas with its pages.
#[derive(Clone, Debug)]
pub struct Packed<'a> {
    /// What the manifest says of it.
    pub atlas: &'a Atlas,
    /// Its pages at scale 1.
    pub pages: Vec<RgbaImage>,
    /// The frames on its pages: by page, then by asset and number.
    pub frames: Vec<AtlasFrame>,
    /// What they follow from.
    pub source: Digest,
    /// The colours of all frames.
    pub palette: Vec<Rgb>,
}

/// Where a frame lies on a page of an atlas; never rotated or trimmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AtlasFrame {
    /// The kind of its asset.
    pub kind: Kind,
    /// The name of its asset in the lock, such as `knight-walk@e`.
    pub name: String,
    /// Its number among the frames of the asset, from 0.
    pub frame: usize,
    /// The number of its page, from 0.
    pub page: usize,
    /// From the left, at scale 1.
    pub x: u32,
    /// From the top.
    pub y: u32,
    /// Width.
    pub w: u32,
    /// Height.
    pub h: u32,
}
