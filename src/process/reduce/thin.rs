//! Thin parts of a drawing: what is narrower than a block, and the one-block lines that take its place.

use crate::process::picture::{AROUND, CLEAR, Join, Picture, SIDES};

use super::raster::Raster;

/// The pixels that no square of `side` pixels of their own value covers, as a picture of their values.
pub(super) fn thin(picture: &Picture, side: usize) -> Picture {
    let (width, height) = (picture.width, picture.height);
    // The largest square of one value that ends at a place, its right lower corner.
    let mut squares = vec![0u16; width * height];
    let mut covered = vec![false; width * height];
    for (i, (x, y, index)) in picture.places().enumerate() {
        if index == CLEAR {
            continue;
        }
        let same = |dx: usize, dy: usize| {
            let inside = x as usize >= dx && y as usize >= dy;
            let at = i.wrapping_sub(dy * width + dx);
            if inside && picture.pixels[at] == index { squares[at] } else { 0 }
        };
        squares[i] = 1 + same(1, 0).min(same(0, 1)).min(same(1, 1));
        if usize::from(squares[i]) >= side {
            for row in 0..side {
                let end = i - row * width;
                covered[end + 1 - side..=end].fill(true);
            }
        }
    }
    let pixels = picture.pixels.iter().zip(covered).map(|(&pixel, covered)| if covered { CLEAR } else { pixel });
    Picture { width, height, pixels: pixels.collect() }
}

/// A connected thin part of one value.
pub(super) struct Part {
    /// Its places, in reading order.
    pub places: Vec<usize>,
    /// The longer side of its box.
    pub extent: usize,
    /// How far it reaches from wide parts of its value, in pixels; its whole extent if it leaves none.
    pub reach: usize,
}

/// The thin parts of a picture.
pub(super) fn parts(picture: &Picture, thin: &Picture) -> Vec<Part> {
    let part = |places: Vec<usize>| {
        let extent = extent(&places, picture.width);
        let reach = reach(picture, thin, &places).unwrap_or(extent);
        Part { places, extent, reach }
    };
    thin.parts(Join::Color).into_iter().map(part).collect()
}

/// The longer side of the box round some places.
pub(super) fn extent(places: &[usize], width: usize) -> usize {
    let span = |values: &dyn Fn(&usize) -> usize| {
        let (low, high) = places.iter().map(values).fold((usize::MAX, 0), |(l, h), v| (l.min(v), h.max(v)));
        (high + 1).saturating_sub(low)
    };
    span(&|i| i % width).max(span(&|i| i / width))
}

/// The largest distance of its places from those where it leaves wide parts of its value.
fn reach(picture: &Picture, thin: &Picture, places: &[usize]) -> Option<usize> {
    let xy = |i: &usize| ((i % picture.width) as isize, (i / picture.width) as isize);
    let value = picture.pixels[places[0]];
    let leaves = |(x, y): &(isize, isize)| {
        AROUND.iter().any(|(dx, dy)| picture.at(x + dx, y + dy) == value && thin.at(x + dx, y + dy) != value)
    };
    let front: Vec<(isize, isize)> = places.iter().map(xy).filter(leaves).collect();
    let from = |(x, y): (isize, isize)| front.iter().map(|(u, v)| x.abs_diff(*u).max(y.abs_diff(*v))).min();
    places.iter().filter_map(|i| from(xy(i))).max().map(|reach| reach + 1)
}

/// What [`line`] knows of a block beside the part.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    /// The line may run here.
    Free,
    /// It may not.
    Shut,
    /// It is drawn already, and the line stays connected to it.
    There,
}

/// The blocks that draw a part as a line of one block: of the free ones that it touches, those with most of it that keep it
/// connected; in their order.
pub(super) fn line(picture: &Picture, raster: &Raster, part: &[usize], blocks: &[Block]) -> Vec<usize> {
    let mut counts = vec![0usize; raster.size[0] * raster.size[1]];
    for i in part {
        if let Some(block) = raster.block((i % picture.width) as isize, (i / picture.width) as isize) {
            counts[block] += 1;
        }
    }
    let mut claims: Vec<usize> =
        (0..counts.len()).filter(|&block| counts[block] > 0 && blocks[block] == Block::Free).collect();
    let mut on = Blocks { on: blocks.iter().map(|block| *block == Block::There).collect(), size: raster.size };
    claims.iter().for_each(|&block| on.on[block] = true);
    claims.sort_by_key(|&block| (counts[block], std::cmp::Reverse(raster.aside(block)), block));
    // What a block holds of a line that crosses all of it.
    let full = width(picture, part) * raster.step;
    loop {
        let before = claims.len();
        claims.retain(|&block| {
            let around = on.around(block);
            let goes = match around.iter().filter(|on| **on).count() {
                0 => false,
                // An end, straight or on a line that is still two blocks wide.
                1 => 4 * counts[block] < full,
                2 if (0..8).any(|k| around[k] && around[(k + 1) % 8]) => 4 * counts[block] < full,
                _ => 10 * counts[block] < 7 * full && is_simple(around),
            };
            on.on[block] = !goes;
            !goes
        });
        if claims.len() == before {
            claims.sort_unstable();
            return claims;
        }
    }
}

/// The mean width of a part, at least 1: twice the area per edge.
fn width(picture: &Picture, part: &[usize]) -> usize {
    let width = picture.width as isize;
    let inside =
        |x: isize, y: isize| x >= 0 && x < width && y >= 0 && part.binary_search(&((y * width + x) as usize)).is_ok();
    let edges = |&i: &usize| {
        let (x, y) = (i as isize % width, i as isize / width);
        SIDES.iter().filter(|(dx, dy)| !inside(x + dx, y + dy)).count()
    };
    (2 * part.len()).div_ceil(part.iter().map(edges).sum::<usize>().max(1)).max(1)
}

/// A small picture of yes and no.
struct Blocks {
    on: Vec<bool>,
    size: [usize; 2],
}

impl Blocks {
    /// The eight neighbours, clockwise from the one above.
    fn around(&self, block: usize) -> [bool; 8] {
        let (x, y) = ((block % self.size[0]) as isize, (block / self.size[0]) as isize);
        let at = |dx: isize, dy: isize| {
            let (x, y) = (x + dx, y + dy);
            let inside = x >= 0 && y >= 0 && x < self.size[0] as isize && y < self.size[1] as isize;
            inside && self.on[y as usize * self.size[0] + x as usize]
        };
        [(0, -1), (1, -1), (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1)].map(|(dx, dy)| at(dx, dy))
    }
}

/// Whether a block can go without parting its neighbours or opening a hole: Yokoi's connectivity number for eight neighbours
/// is one.
fn is_simple(around: [bool; 8]) -> bool {
    let off = around.map(|on| !on);
    let number = [0, 2, 4, 6].map(|k| usize::from(off[k] && !(off[k + 1] && off[(k + 2) % 8])));
    number.iter().sum::<usize>() == 1
}
