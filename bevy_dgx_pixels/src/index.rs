//! `pixels.index.json` as it is written; `docs/index.schema.json` of DGX-Pixels describes it.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

/// The version of the format that this crate reads. New fields do not raise it.
pub const VERSION: u32 = 1;

/// Everything that a project writes for a game.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Index {
    /// The version of the format.
    pub version: u32,
    /// The project's name.
    pub project: String,
    /// By kind, then by name.
    pub assets: Vec<Entry>,
}

/// One sprite, animation, texture or tileset, or one member of its matrix. Lengths are in pixels at scale 1.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Entry {
    /// What it is.
    pub kind: Kind,
    /// Its name in the lock, such as `knight-walk@e`.
    pub name: String,
    /// The name of its table in the manifest, such as `knight-walk`.
    pub asset: String,
    /// Its place on every axis of its matrix.
    #[serde(default)]
    pub axes: Vec<AxisValue>,
    /// Its tags, sorted.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The digest of its frames' pixels, as in `pixels.lock`.
    pub pixels: String,
    /// One for each scale.
    pub images: Vec<IndexImage>,
    /// Its frames or tiles: exactly those that there are.
    pub frames: Vec<Frame>,
    /// How it plays; animations only.
    #[serde(default)]
    pub animation: Option<Animation>,
    /// Where the subject stands in a frame, from its upper left corner.
    #[serde(default)]
    pub pivot: Option<[u32; 2]>,
    /// What its tiles are for; tilesets only.
    #[serde(default)]
    pub tileset: Option<Tiles>,
}

/// A value of one axis.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct AxisValue {
    /// The axis, such as `direction`.
    pub axis: String,
    /// The value as it stands in names.
    pub value: String,
}

/// An image of an asset.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct IndexImage {
    /// How many pixels a side one pixel of the art has.
    pub scale: u32,
    /// Relative to the game's assets folder.
    pub path: String,
    /// Width and height.
    pub size: [u32; 2],
    /// The blake3 digest of its pixels as RGBA.
    #[serde(default)]
    pub rgba: Option<String>,
}

/// Where a frame or tile lies on the image.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
pub struct Frame {
    /// From the left.
    pub x: u32,
    /// From the top.
    pub y: u32,
    /// Width.
    pub w: u32,
    /// Height.
    pub h: u32,
    /// In milliseconds; animations only.
    #[serde(default)]
    pub duration: Option<u32>,
}

/// How an animation plays.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Animation {
    /// Its action, such as `walk`.
    pub action: String,
    /// Whether it repeats without end.
    pub repeat: bool,
    /// The numbers of the frames in the order of one round.
    pub round: Vec<usize>,
    /// What happens on which frames.
    #[serde(default)]
    pub events: BTreeMap<String, Vec<u32>>,
}

/// What the tiles of a set are for.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Tiles {
    /// Which tiles there are, such as `blob47`.
    #[serde(default)]
    pub layout: String,
    /// The texture that fills them.
    pub terrain: String,
    /// The texture beyond the border.
    #[serde(default)]
    pub beyond: Option<String>,
    /// The textures of three terrains or more, lowest first; corners have their numbers.
    #[serde(default)]
    pub terrains: Vec<String>,
    /// What the bits of a mask are.
    pub mask: MaskKind,
    /// One for every frame.
    pub tiles: Vec<Tile>,
}

/// What a tile is for.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub struct Tile {
    /// The neighbours that it shows.
    pub mask: u8,
    /// Tiles of one mask are numbered from 0.
    pub variant: u32,
    /// How often it is to be seen beside the other variants of its mask.
    pub weight: u32,
    /// Where the floor's surface meets its left and its right edge, in pixels from its lower edge; on ground seen from the
    /// side only. The line between them goes on beyond the tile where a height is below 0 or above the tile's.
    #[serde(default)]
    pub floor: Option<[i32; 2]>,
    /// The same of the ceiling's surface, below which there is no ground.
    #[serde(default)]
    pub ceiling: Option<[i32; 2]>,
}

impl Tile {
    /// Whether a slanted surface runs through it.
    pub fn is_slope(&self) -> bool {
        [self.floor, self.ceiling].into_iter().flatten().any(|[left, right]| left != right)
    }
}

/// What kind of thing the manifest names.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Frames in an order.
    Animation,
    /// One image.
    Sprite,
    /// An image that joins with itself.
    Texture,
    /// Tiles of one terrain.
    Tileset,
}

/// What the mask of a tile describes.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum MaskKind {
    /// The eight neighbours, clockwise: N 1, NE 2, E 4, SE 8, S 16, SW 32, W 64, NW 128.
    Neighbours,
    /// The four cells that meet in the middle of the tile: NE 1, SE 2, SW 4, NW 8.
    Corners,
    /// The terrains of these four cells, two bits each, NE first.
    Terrains,
}

/// Why a text is no index that this crate reads.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum IndexError {
    #[error("it cannot be read: {0}")]
    Read(#[from] std::io::Error),
    #[error("it is no pixels.index.json: {0}")]
    Syntax(#[from] serde_json::Error),
    #[error("it has version {0}; this crate reads version {VERSION}")]
    Version(u32),
    #[error("`{0}` has no image of scale {1}")]
    Scale(String, u32),
    #[error("frame {1} of `{0}` lies outside of its image")]
    Outside(String, usize),
    #[error("`{0}` has no frames, or its order names one that is not there")]
    Frames(String),
    #[error("`{0}` has not one tile for every frame")]
    Tiles(String),
    #[error("the path `{1}` of `{0}` leads out of the assets folder")]
    Path(String, String),
}

impl Index {
    /// Reads an index whose frames, orders and tiles fit together.
    pub fn read(bytes: &[u8]) -> Result<Self, IndexError> {
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        let Versioned { version } = serde_json::from_slice(bytes)?;
        if version != VERSION {
            return Err(IndexError::Version(version));
        }
        let index: Self = serde_json::from_slice(bytes)?;
        index.assets.iter().try_for_each(Entry::check)?;
        Ok(index)
    }
}

impl Entry {
    /// Its image of a scale.
    pub fn image(&self, scale: u32) -> Option<&IndexImage> {
        self.images.iter().find(|image| image.scale == scale)
    }

    /// How long a frame is shown, in milliseconds.
    pub fn duration(&self, frame: usize) -> u32 {
        self.frames.get(frame).and_then(|frame| frame.duration).unwrap_or(100).max(1)
    }

    fn check(&self) -> Result<(), IndexError> {
        let name = || format!("{}/{}", self.kind, self.name);
        for image in &self.images {
            let path = std::path::Path::new(&image.path);
            if !path.components().all(|part| matches!(part, std::path::Component::Normal(_))) {
                return Err(IndexError::Path(name(), image.path.clone()));
            }
            let fits = |from: u32, length: u32, side: u32| {
                let end = (u64::from(from) + u64::from(length)) * u64::from(image.scale);
                length > 0 && end <= u64::from(side)
            };
            let [width, height] = image.size;
            let is_inside = |frame: &Frame| fits(frame.x, frame.w, width) && fits(frame.y, frame.h, height);
            if let Some(at) = self.frames.iter().position(|frame| !is_inside(frame)) {
                return Err(IndexError::Outside(name(), at));
            }
        }
        let count = self.frames.len();
        let plays =
            |animation: &Animation| !animation.round.is_empty() && animation.round.iter().all(|&frame| frame < count);
        if count == 0 || !self.animation.as_ref().is_none_or(plays) {
            return Err(IndexError::Frames(name()));
        }
        if self.tileset.as_ref().is_some_and(|tileset| tileset.tiles.len() != count) {
            return Err(IndexError::Tiles(name()));
        }
        Ok(())
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Animation => "animation",
            Self::Sprite => "sprite",
            Self::Texture => "texture",
            Self::Tileset => "tileset",
        })
    }
}
