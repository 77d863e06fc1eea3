//! `pixels.index.json`: one description of everything that is written. Shared files and typed ids are made from it.
//!
//! Geometry and timing follow from the manifest. Digests, palette, pivot and weights follow from the pixels and are filled
//! in by [`Entry::learn`].

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::asset::{GroupId, Kind};
use super::atlas::AtlasFrame;
use super::color::Rgb;
use super::corners::corners;
use super::digest::Digest;
use super::layout::{Layout, MaskKind};
use super::output::image_path;
use super::project::{AxisValue, Group, Project, SheetOptions, Tileset};
use super::sheet::{Grid, Rect};
use super::timing::Playback;

/// The version of the file: raised when a field changes its meaning or goes. New fields do not raise it.
pub const VERSION: u32 = 1;

/// Everything that a project writes for a game.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Index {
    /// The version of this format, 1.
    pub version: u32,
    /// The project's name.
    pub project: String,
    /// Sprites, animations, textures with a file, and tilesets: by kind, then by name.
    pub assets: Vec<Entry>,
    /// Atlases, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub atlases: Vec<IndexAtlas>,
}

/// One sprite, animation, texture or tileset, or one member of its matrix. Lengths are in pixels at scale 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// What it is.
    pub kind: Kind,
    /// Its name in the lock, such as `knight-walk@e`.
    pub name: String,
    /// The name of its table in the manifest, such as `knight-walk`.
    pub asset: String,
    /// Its place on every axis of its matrix, in the order of the manifest; directions have the axis `direction`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub axes: Vec<AxisValue>,
    /// The asset whose palette, scale and baseline it shares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<GroupId>,
    /// Its tags, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The digest of its frames' pixels, as in `pixels.lock`.
    #[schemars(with = "String", regex(pattern = "^[0-9a-f]{64}$"))]
    pub pixels: Digest,
    /// Its images, one for each scale.
    pub images: Vec<IndexImage>,
    /// How the image is divided.
    pub grid: IndexGrid,
    /// Its frames or tiles, in order: exactly those that there are, without the empty cells of the grid.
    pub frames: Vec<Frame>,
    /// How it plays; animations only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub animation: Option<Animation>,
    /// Where the subject stands in a frame, from its upper left corner; sprites and animations only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pivot: Option<[u32; 2]>,
    /// How far its corners reach in, so that the rest can be stretched: left, top, right and bottom; sprites only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nine_slice: Option<[u32; 4]>,
    /// What its tiles are for; tilesets only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tileset: Option<Tiles>,
    /// The colours of its frames, in the order of the palette.
    #[schemars(with = "Vec<String>", inner(regex(pattern = "^#[0-9a-f]{6}$")))]
    pub palette: Vec<Rgb>,
}

/// An image of an asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IndexImage {
    /// How many pixels a side one pixel of the art has.
    pub scale: u32,
    /// Its path, relative to the game's assets folder.
    pub path: String,
    /// Its width and height.
    pub size: [u32; 2],
    /// The blake3 digest of its pixels: four bytes each (red, green, blue, alpha), row by row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", inner(regex(pattern = "^[0-9a-f]{64}$")))]
    pub rgba: Option<Digest>,
}

/// An atlas as games read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IndexAtlas {
    /// Its name in the manifest.
    pub name: String,
    /// Its pages.
    pub pages: Vec<IndexPage>,
    /// Where every frame of its assets lies. Equal frames lie in one place.
    pub frames: Vec<AtlasFrame>,
}

/// A page of an atlas.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IndexPage {
    /// Its images, one for each scale.
    pub images: Vec<IndexImage>,
}

/// A sheet as a grid of cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IndexGrid {
    /// Width and height of a cell.
    pub cell: [u32; 2],
    /// Cells in a row.
    pub columns: u32,
    /// Rows.
    pub rows: u32,
    /// From the edge of the image to the first cell.
    pub offset: u32,
    /// Between two cells.
    pub gap: u32,
}

/// Where a frame or tile lies on the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Frame {
    /// From the left.
    pub x: u32,
    /// From the top.
    pub y: u32,
    /// Width.
    pub w: u32,
    /// Height.
    pub h: u32,
    /// How long it is shown, in milliseconds; animations only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<u32>,
    /// The smallest rectangle round what is drawn, from the frame's upper left corner: left, top, width and height. Sprites
    /// and animations only; an empty frame has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hit: Option<[u32; 4]>,
}

/// How an animation plays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Animation {
    /// Its action, such as `walk`.
    pub action: String,
    /// The order of the frames.
    pub playback: Playback,
    /// Whether it repeats without end.
    pub repeat: bool,
    /// The numbers of the frames, from 0, in the order of one round: for players that only know forwards.
    pub round: Vec<usize>,
    /// What happens on which frames, counted from 0.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub events: BTreeMap<String, Vec<u32>>,
}

/// What the tiles of a set are for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tiles {
    /// Which tiles there are.
    pub layout: Layout,
    /// The texture that fills them; of several terrains the highest.
    pub terrain: String,
    /// The texture beyond the border; nothing if that is transparent. Of several terrains the lowest.
    pub beyond: Option<String>,
    /// The textures of three terrains or more, lowest first: corners and masks have their numbers, from 0.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terrains: Vec<String>,
    /// What the bits of a mask are.
    pub mask: MaskKind,
    /// One for every frame.
    pub tiles: Vec<Tile>,
}

/// What a tile is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tile {
    /// The neighbours that it shows.
    pub mask: u8,
    /// The terrain at its north-eastern, south-eastern, south-western and north-western corner; of several terrains only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corners: Option<[u8; 4]>,
    /// Tiles of one mask are numbered from 0.
    pub variant: u32,
    /// How often it is to be seen beside the other variants of its mask.
    pub weight: u32,
    /// Where the floor's surface meets its left and its right edge, in pixels from its lower edge; on ground seen from the
    /// side only. A floor that is lower at one edge than at the other is a slope. Heights below 0 and above the tile's lie in
    /// the tile below or above, to which the line goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub floor: Option<[i32; 2]>,
    /// The same of the ceiling's surface, below which there is no ground.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ceiling: Option<[i32; 2]>,
}

/// What is known of an asset once its pixels are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen<'a> {
    /// The digest of its image at each scale of the project.
    pub rgba: Vec<Digest>,
    /// Its colours.
    pub palette: &'a [Rgb],
    /// The row on which its subject stands.
    pub baseline: u32,
    /// How often each variant of the full tile is to be seen.
    pub weights: Vec<u32>,
    /// The smallest rectangle round what each frame shows.
    pub hits: Vec<Option<[u32; 4]>>,
}

impl Entry {
    /// The entry of a group that writes files. `None` if it writes none.
    pub fn of_group(project: &Project, group: &Group, size: [u32; 2], count: u32, pixels: Digest) -> Option<Self> {
        let stem = group.path.as_deref()?;
        let (count, sheet) = if group.id.kind.is_sheet() { (count, group.sheet) } else { (1, SheetOptions::ALONE) };
        let grid = Grid::new(&sheet, None, count, size);
        let mut entry = Self::new(project, &group.id, stem, &grid, count, pixels);
        entry.axes.clone_from(&group.axes);
        entry.of.clone_from(&group.base);
        entry.tags.clone_from(&group.tags);
        entry.nine_slice = group.nine_slice;
        entry.animation = group.timing.as_ref().map(|timing| {
            for (frame, duration) in entry.frames.iter_mut().zip(&timing.durations) {
                frame.duration = Some(*duration);
            }
            let round = timing.round(entry.frames.len());
            let (action, events) = (timing.tag.clone(), timing.events.clone());
            Animation { action, playback: timing.playback, repeat: timing.repeat, round, events }
        });
        Some(entry)
    }

    /// The entry of a tileset.
    pub fn of_tileset(project: &Project, tileset: &Tileset, pixels: Digest) -> Self {
        let (layout, count) = (tileset.layout, tileset.count());
        let grid = Grid::new(&tileset.sheet, Some(layout), count, tileset.size);
        let mut entry = Self::new(project, &tileset.id, &tileset.path, &grid, count, pixels);
        entry.tags.clone_from(&tileset.tags);
        entry.tileset = Some(Tiles {
            layout,
            terrain: tileset.of.name.clone(),
            beyond: tileset.over.as_ref().map(|over| over.name.clone()),
            terrains: tileset.terrains.iter().map(|terrain| terrain.texture.name.clone()).collect(),
            mask: layout.mask_kind(),
            tiles: (0..count as usize).map(|tile| Tile::of(tileset, tile, count as usize)).collect(),
        });
        entry
    }

    /// An entry that says where an image and its frames lie, and nothing else.
    pub fn new(project: &Project, id: &GroupId, stem: &str, grid: &Grid, count: u32, pixels: Digest) -> Self {
        let image = |&scale: &u32| IndexImage {
            scale,
            path: format!("{}{}", project.in_game, image_path(stem, scale)),
            size: grid.size().map(|side| side as u32 * scale),
            rgba: None,
        };
        Self {
            kind: id.kind,
            name: id.name.clone(),
            asset: id.asset().to_owned(),
            axes: Vec::new(),
            of: None,
            tags: Vec::new(),
            pixels,
            images: project.scales.iter().map(image).collect(),
            grid: IndexGrid::from(grid),
            frames: (0..count).map(|i| Frame::from(grid.rect(i))).collect(),
            animation: None,
            pivot: None,
            nine_slice: None,
            tileset: None,
            palette: Vec::new(),
        }
    }

    /// Adds what the pixels say.
    pub fn learn(&mut self, seen: Seen<'_>) {
        for (image, rgba) in self.images.iter_mut().zip(seen.rgba) {
            image.rgba = Some(rgba);
        }
        self.palette = seen.palette.to_vec();
        let [width, height] = self.grid.cell;
        let stands = matches!(self.kind, Kind::Sprite | Kind::Animation);
        self.pivot = stands.then(|| [width / 2, seen.baseline.min(height)]);
        if stands {
            self.frames.iter_mut().zip(seen.hits).for_each(|(frame, hit)| frame.hit = hit);
        }
        let Some(tileset) = &mut self.tileset else { return };
        let (layout, total) = (tileset.layout, tileset.tiles.len());
        let has_variants = total > layout.masks().len();
        for (at, tile) in tileset.tiles.iter_mut().enumerate().filter(|_| has_variants) {
            let image = layout.role(at, total).image;
            tile.weight = image.and_then(|image| seen.weights.get(image)).copied().unwrap_or(1);
        }
    }

    /// Takes over what an earlier entry says of the same pixels on the same grid; says whether it could.
    pub fn learn_from(&mut self, earlier: &Self) -> bool {
        let scales = |entry: &Self| entry.images.iter().map(|image| image.scale).collect::<Vec<_>>();
        let layout = |entry: &Self| entry.tileset.as_ref().map(|tileset| (tileset.layout, tileset.tiles.len()));
        let is_same = self.kind == earlier.kind
            && self.pixels == earlier.pixels
            && self.grid == earlier.grid
            && scales(self) == scales(earlier)
            && layout(self) == layout(earlier);
        if !is_same || !earlier.is_whole() {
            return false;
        }
        for (image, earlier) in self.images.iter_mut().zip(&earlier.images) {
            image.rgba = earlier.rgba;
        }
        self.palette.clone_from(&earlier.palette);
        self.pivot = earlier.pivot;
        self.frames.iter_mut().zip(&earlier.frames).for_each(|(frame, earlier)| frame.hit = earlier.hit);
        if let (Some(own), Some(earlier)) = (&mut self.tileset, &earlier.tileset) {
            own.tiles.clone_from(&earlier.tiles);
        }
        true
    }

    /// The sprite whose animation it is, or that it is itself: what one character has together.
    pub fn character(&self) -> Option<&str> {
        match (self.kind, &self.of) {
            (Kind::Sprite, _) => Some(&self.asset),
            (Kind::Animation, Some(of)) if of.kind == Kind::Sprite => Some(of.asset()),
            _ => None,
        }
    }

    /// Whether it says what its pixels say.
    pub fn is_whole(&self) -> bool {
        self.images.iter().all(|image| image.rgba.is_some())
    }
}

impl Tile {
    /// A tile of a set of `total`.
    fn of(tileset: &Tileset, tile: usize, total: usize) -> Self {
        let layout = tileset.layout;
        let role = layout.role(tile, total);
        let mask = layout.masks()[role.place];
        let corners = layout.terrains().map(|_| corners(mask));
        let [floor, ceiling] = layout.surfaces(role.place, tileset.size[1], &tileset.border);
        Self { mask, corners, variant: role.variant, weight: 1, floor, ceiling }
    }
}

impl From<Rect> for Frame {
    fn from(Rect { x, y, width: w, height: h }: Rect) -> Self {
        Self { x, y, w, h, duration: None, hit: None }
    }
}

impl From<&Grid> for IndexGrid {
    fn from(grid: &Grid) -> Self {
        let Grid { cell, columns, rows, offset, gap } = *grid;
        Self { cell, columns, rows, offset, gap }
    }
}
