//! Sheets: frames or tiles in one image, on a grid that follows from their number and size.

use std::fmt;

use image::RgbaImage;
use serde::Serialize;

use super::layout::Layout;
use super::project::SheetOptions;

/// Where a cell lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Rect {
    /// Pixels from the left.
    pub x: u32,
    /// Pixels from the top.
    pub y: u32,
    /// Width in pixels.
    #[serde(rename = "w")]
    pub width: u32,
    /// Height in pixels.
    #[serde(rename = "h")]
    pub height: u32,
}

impl Rect {
    /// The cell as it lies on the image enlarged `k` times.
    pub fn scaled(&self, k: u32) -> Self {
        Self { x: self.x * k, y: self.y * k, width: self.width * k, height: self.height * k }
    }
}

/// Frames in one image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// The image.
    pub image: RgbaImage,
    /// Where every frame lies, in order.
    pub cells: Vec<Rect>,
    /// Cells in a row.
    pub columns: u32,
    /// Rows.
    pub rows: u32,
}

/// The geometry of a sheet, row by row, in logical pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    /// Width and height of a cell.
    pub cell: [u32; 2],
    /// Cells in a row.
    pub columns: u32,
    /// Rows.
    pub rows: u32,
    /// From the edge of the image to the first cell. It equals the gap: readers of Tiled's files take them for one.
    pub offset: u32,
    /// From the end of a cell to the start of the next.
    pub gap: u32,
}

impl Grid {
    /// The grid of so many cells: the project's columns, else the layout's, else all in one row.
    pub fn new(options: &SheetOptions, layout: Option<Layout>, count: u32, cell: [u32; 2]) -> Self {
        let count = count.max(1);
        let columns = match (options.columns, layout) {
            (0, None) => count,
            (0, Some(layout)) => layout.columns().min(count),
            (columns, _) => columns.min(count),
        };
        let SheetOptions { padding, extrude, .. } = *options;
        let gap = padding + 2 * extrude;
        Self { cell, columns, rows: count.div_ceil(columns), offset: gap, gap }
    }

    /// Width and height of the whole sheet.
    pub fn size(&self) -> [u64; 2] {
        [(self.cell[0], self.columns), (self.cell[1], self.rows)]
            .map(|(side, cells)| u64::from(side + self.gap) * u64::from(cells) + u64::from(self.gap))
    }

    /// Where a cell lies.
    pub fn rect(&self, i: u32) -> Rect {
        let [width, height] = self.cell;
        let start = |at: u32, side: u32| self.offset + at * (side + self.gap);
        Rect { x: start(i % self.columns, width), y: start(i / self.columns, height), width, height }
    }
}

/// The longest side of an image that is written: every current graphics card supports it.
const MAX_SIDE: u64 = 16_384;

/// The most pixels of an image that is written: 8192 x 8192.
const MAX_PIXELS: u64 = 1 << 26;

/// An image that would have more pixels than one may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLarge {
    /// Width and height at its scale.
    pub size: [u64; 2],
    /// Its scale.
    pub scale: u32,
}

impl TooLarge {
    /// Whether an image of that size, enlarged `scale` times, has too many pixels.
    pub fn check(size: [u64; 2], scale: u32) -> Result<(), Self> {
        let size = size.map(|side| side.saturating_mul(scale.into()));
        let fits = size[0].max(size[1]) <= MAX_SIDE && size[0].saturating_mul(size[1]) <= MAX_PIXELS;
        if fits { Ok(()) } else { Err(Self { size, scale }) }
    }

    /// The next step.
    pub fn hint(&self) -> &'static str {
        match (self.scale > 1, self.size[0].max(self.size[1]) > MAX_SIDE) {
            (true, _) => {
                "write a smaller `scale` or other `columns` of the asset or under `[project]`, or fewer or smaller frames"
            }
            (false, true) => "set more or fewer `columns` of the asset or under `[project]`",
            (false, false) => "make it of fewer or smaller frames",
        }
    }
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [width, height] = self.size;
        write!(f, "{width} x {height} pixels")?;
        if self.scale > 1 {
            write!(f, " at scale {}", self.scale)?;
        }
        if width.max(height) > MAX_SIDE {
            write!(f, ", the limit is {MAX_SIDE} on a side")
        } else {
            write!(f, ", the limit is {MAX_PIXELS} in all")
        }
    }
}

/// The image `k` times as wide and high, each pixel a square of `k`; 0 counts as 1.
pub fn scale(image: &RgbaImage, k: u32) -> RgbaImage {
    if k <= 1 || image.is_empty() {
        return image.clone();
    }
    let mut pixels = Vec::with_capacity(image.as_raw().len() * (k * k) as usize);
    for row in image.as_raw().chunks(4 * image.width() as usize) {
        let start = pixels.len();
        row.as_chunks::<4>().0.iter().for_each(|pixel| pixels.extend(std::iter::repeat_n(pixel, k as usize).flatten()));
        let end = pixels.len();
        (1..k).for_each(|_| pixels.extend_from_within(start..end));
    }
    RgbaImage::from_raw(image.width() * k, image.height() * k, pixels).unwrap_or_else(|| image.clone())
}
