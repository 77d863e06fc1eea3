//! What a format is given of one asset.

use image::RgbaImage;

use crate::words::asset::Kind;
use crate::words::color::Rgb;
use crate::words::layout::Layout;
use crate::words::project::SheetOptions;
use crate::words::sheet::Sheet;
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
    /// The texture that fills the tiles.
    pub of: &'a str,
    /// The texture beyond the border; `None` if that is transparent.
    pub over: Option<&'a str>,
    /// How often each image of the full tile is to be seen, the one in the layout first.
    pub weights: &'a [u32],
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

    /// The tiles of a layout, then the variants of its full tile: the mask of each, and how often it is to be seen if it
    /// has variants.
    pub fn tiles(&self, layout: Layout) -> impl Iterator<Item = (u8, Option<u32>)> {
        let (masks, weights) = (layout.masks(), self.tileset.map_or(&[][..], |tileset| tileset.weights));
        let last = masks.len() - 1;
        (0..self.sheet.cells.len()).map(move |tile| {
            let variant = if layout.full() == Some(tile.min(last)) { Some(tile - tile.min(last)) } else { None };
            let weight = variant.and_then(|variant| weights.get(variant)).filter(|_| weights.len() > 1);
            (masks[tile.min(last)], weight.copied())
        })
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
