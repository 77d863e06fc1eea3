//! The picture of a fault: the tiles that show it, enlarged, with a mark.

use std::fmt;

use image::{Rgba, RgbaImage, imageops};

use crate::words::proof::Fault;
use crate::words::sheet::scale;

/// The mark round the pixel of a fault.
const MARK: Rgba<u8> = Rgba([255, 0, 255, 255]);

/// What shows through transparent pixels.
const CHECKER: [Rgba<u8>; 2] = [Rgba([200, 200, 200, 255]), Rgba([160, 160, 160, 255])];

/// A picture of a counter-example has about this many pixels a side.
const SIDE: u32 = 512;

/// Tiles that do not join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CounterExample {
    /// What is wrong.
    pub fault: Fault,
    /// The tiles that show it: one, two side by side, or four round a point.
    tiles: Vec<RgbaImage>,
}

impl CounterExample {
    /// A fault that no tile shows.
    pub(super) fn alone(fault: Fault) -> Self {
        Self { fault, tiles: Vec::new() }
    }

    /// A fault and the tiles that show it.
    pub(super) fn of(fault: Fault, tiles: &[&RgbaImage]) -> Self {
        Self { fault, tiles: tiles.iter().map(|tile| (*tile).clone()).collect() }
    }
}

impl fmt::Display for CounterExample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fault.fmt(f)
    }
}

/// The picture of the first counter-example; `None` if no tile shows it.
pub fn picture(of: &CounterExample) -> Option<RgbaImage> {
    let first = of.tiles.first()?;
    let (width, height) = first.dimensions();
    let columns = if of.tiles.len() > 1 { 2 } else { 1 };
    let rows = (of.tiles.len() as u32).div_ceil(columns);
    let mut drawn = RgbaImage::from_fn(columns * width, rows * height, |x, y| CHECKER[((x + y) % 2) as usize]);
    for (at, tile) in of.tiles.iter().enumerate() {
        let (x, y) = (at as u32 % columns * width, at as u32 / columns * height);
        imageops::overlay(&mut drawn, tile, x.into(), y.into());
    }
    let k = (SIDE / drawn.width().max(drawn.height())).clamp(1, 32);
    let mut large = scale(&drawn, k);
    if let Some([x, y]) = of.fault.place() {
        frame(&mut large, [x * k, y * k], k);
    }
    Some(large)
}

fn frame(picture: &mut RgbaImage, [left, top]: [u32; 2], side: u32) {
    let (width, height) = picture.dimensions();
    for at in 0..side {
        for (x, y) in [(left + at, top), (left + at, top + side - 1), (left, top + at), (left + side - 1, top + at)] {
            if x < width && y < height {
                picture.put_pixel(x, y, MARK);
            }
        }
    }
}
