//! What a format is given of one asset.

use image::RgbaImage;

use crate::words::asset::Kind;
use crate::words::color::Rgb;
use crate::words::corners::{Role, corners};
use crate::words::ground;
use crate::words::layout::{Border, Layout};
use crate::words::project::SheetOptions;
use crate::words::sheet::Sheet;
use crate::words::slope::Slope;
use crate::words::timing::Timing;

/// How long a frame without a duration is shown, in milliseconds, as in Aseprite.
const DEFAULT_DURATION: u32 = 100;

/// A restored group or an assembled tileset, ready to be written.
#[derive(Clone, Copy, Debug)]
pub struct Asset<'a> {
    /// Its kind.
    pub kind: Kind,
    /// The group's name.
    pub name: &'a str,
    /// The path of its image without `.png`, relative to the output folder.
    pub stem: &'a str,
    /// Its image at scale 1, and where the frames lie on it.
    pub sheet: &'a Sheet,
    /// Frames or tiles of equal size, in order.
    pub frames: &'a [RgbaImage],
    /// The colours of the frames, in the order that an indexed file keeps.
    pub palette: &'a [Rgb],
    /// How it plays; animations only.
    pub timing: Option<&'a Timing>,
    /// Which tiles these are; tilesets only.
    pub layout: Option<Layout>,
    /// The row on which the subject stands, from the frame's top.
    pub baseline: u32,
    /// What its tiles show; tilesets only.
    pub tileset: Option<TilesetNames<'a>>,
    /// How its cells are packed into the sheet.
    pub packing: SheetOptions,
}

/// The terrain of a tileset.
#[derive(Clone, Copy, Debug)]
pub struct TilesetNames<'a> {
    /// The texture that fills the tiles; of several terrains the highest.
    pub of: &'a str,
    /// The texture beyond the border; `None` if that is transparent. Of several terrains the lowest.
    pub over: Option<&'a str>,
    /// The textures of three terrains or more, lowest first.
    pub terrains: &'a [&'a str],
    /// How often each image of each full tile is to be seen, the one in the layout first, terrain by terrain.
    pub weights: &'a [u32],
    /// How the border is drawn.
    pub border: Border,
}

impl<'a> Asset<'a> {
    /// Milliseconds of a frame.
    pub fn duration(&self, frame: usize) -> u32 {
        self.timing.and_then(|timing| timing.durations.get(frame)).copied().unwrap_or(DEFAULT_DURATION)
    }

    /// The frames in the order of one round, with the milliseconds of each.
    pub fn round(&self) -> Vec<(&'a RgbaImage, u32)> {
        self.order(self.frames.len()).into_iter().map(|i| (&self.frames[i], self.duration(i))).collect()
    }

    /// The numbers of so many frames in the order of one round.
    pub fn order(&self, count: usize) -> Vec<usize> {
        self.timing.map_or_else(|| (0..count).collect(), |timing| timing.round(count))
    }

    /// The tiles of a layout, then the variants of its full tiles: the mask of each, and how often it is to be seen if it
    /// has variants.
    pub fn tiles(&self, layout: Layout) -> impl Iterator<Item = (u8, Option<u32>)> {
        let (masks, weights) = (layout.masks(), self.tileset.map_or(&[][..], |tileset| tileset.weights));
        let has_variants = self.sheet.cells.len() > masks.len();
        self.roles(layout).map(move |role| {
            let weight = role.image.and_then(|image| weights.get(image)).filter(|_| has_variants);
            (masks[role.place], weight.copied())
        })
    }

    /// The slope that a tile of ground seen from the side shows.
    pub fn slope(&self, layout: Layout, tile: usize) -> Option<Slope> {
        layout.slope(layout.role(tile, self.sheet.cells.len()).place)
    }

    /// What each of its tiles is in a layout.
    pub fn roles(&self, layout: Layout) -> impl Iterator<Item = Role> + use<> {
        let total = self.sheet.cells.len();
        (0..total).map(move |tile| layout.role(tile, total))
    }

    /// The names of its terrains where it has several, lowest first.
    pub fn terrains(&self) -> &'a [&'a str] {
        self.tileset.map_or(&[], |tileset| tileset.terrains)
    }

    /// The colour by which editors show each of several terrains: the one that its full tile has most often.
    pub fn terrain_colors(&self, layout: Layout) -> Vec<Rgb> {
        let usual = |full: usize| {
            let mut pixels: Vec<[u8; 3]> = self.frames.get(full).map_or_else(Vec::new, |tile| {
                tile.pixels().map(|pixel| [pixel.0[0], pixel.0[1], pixel.0[2]]).collect()
            });
            pixels.sort_unstable();
            let runs = pixels.chunk_by(|a, b| a == b).max_by_key(|run| (run.len(), run[0]));
            runs.map_or(Rgb([128; 3]), |run| Rgb(run[0]))
        };
        layout.fulls().into_iter().map(usual).collect()
    }

    /// The terrain that a tile of several is counted to: the one at most of its corners, of equally many the highest.
    pub fn terrain_of(mask: u8) -> u8 {
        let corners = corners(mask);
        let count = |terrain: &u8| corners.iter().filter(|corner| *corner == terrain).count();
        corners.into_iter().max_by_key(|terrain| (count(terrain), *terrain)).unwrap_or(0)
    }

    /// The polygon of a tile's ground at a scale, for collisions; of ground seen from the side only.
    pub fn outline(&self, tile: usize, scale: u32) -> Option<Vec<[u32; 2]>> {
        let (layout, cell) = (self.layout.filter(|layout| *layout == Layout::Slopes)?, self.sheet.cells.first()?);
        let place = layout.role(tile, self.sheet.cells.len()).place;
        let outline = ground::outline(place, [cell.width, cell.height], &self.tileset?.border);
        Some(outline.into_iter().map(|point| point.map(|at| at * scale)).collect())
    }

    /// Whether it loops.
    pub fn loops(&self) -> bool {
        self.timing.is_none_or(|timing| timing.repeat)
    }

    /// The name of its image at that scale, without its folder.
    pub fn image_name(&self, scale: u32) -> String {
        let base = self.stem.rsplit('/').next().unwrap_or(self.stem);
        crate::words::output::image_path(base, scale)
    }
}
