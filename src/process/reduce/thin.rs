//! Thin parts of a drawing, narrower than a block, and the lines one block wide that replace them.

use crate::process::picture::{CLEAR, NEIGHBORS_4, NEIGHBORS_8, Picture, Region};

use super::raster::Raster;

/// The pixels that no uniform square of `side` pixels covers: the residue of a morphological opening (the top-hat
/// transform) of each colour. Covered pixels become clear.
pub(super) fn thin(picture: &Picture, side: usize) -> Picture {
    let (width, height) = (picture.width, picture.height);
    // The side of the largest uniform square whose right lower corner is the pixel.
    let mut squares = vec![0u16; width * height];
    let mut covered = vec![false; width * height];
    for (i, (x, y, index)) in picture.enumerate_pixels().enumerate() {
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

/// A connected thin part of one colour.
pub(super) struct Part {
    /// The offsets of its pixels, in reading order.
    pub offsets: Vec<usize>,
    /// The longer side of its bounding box.
    pub extent: usize,
    /// How far it extends from wide parts of its colour, in pixels; its extent if it touches none.
    pub reach: usize,
}

/// The connected components of the thin pixels.
pub(super) fn parts(picture: &Picture, thin: &Picture) -> Vec<Part> {
    let part = |offsets: Vec<usize>| {
        let extent = extent(&offsets, picture.width);
        let reach = reach(picture, thin, &offsets).unwrap_or(extent);
        Part { offsets, extent, reach }
    };
    thin.components(Region::Color).into_iter().map(part).collect()
}

/// The longer side of the bounding box of some pixels.
pub(super) fn extent(offsets: &[usize], width: usize) -> usize {
    let span = |values: &dyn Fn(&usize) -> usize| {
        let (low, high) = offsets.iter().map(values).fold((usize::MAX, 0), |(l, h), v| (l.min(v), h.max(v)));
        (high + 1).saturating_sub(low)
    };
    span(&|i| i % width).max(span(&|i| i / width))
}

/// The largest chessboard distance of its pixels from those that touch wide parts of its colour, plus one.
fn reach(picture: &Picture, thin: &Picture, offsets: &[usize]) -> Option<usize> {
    let xy = |i: &usize| ((i % picture.width) as isize, (i / picture.width) as isize);
    let value = picture.pixels[offsets[0]];
    let leaves = |(x, y): &(isize, isize)| {
        NEIGHBORS_8.iter().any(|(dx, dy)| picture.at(x + dx, y + dy) == value && thin.at(x + dx, y + dy) != value)
    };
    let front: Vec<(isize, isize)> = offsets.iter().map(xy).filter(leaves).collect();
    let from = |(x, y): (isize, isize)| front.iter().map(|(u, v)| x.abs_diff(*u).max(y.abs_diff(*v))).min();
    offsets.iter().filter_map(|i| from(xy(i))).max().map(|reach| reach + 1)
}

/// The state of a block for [`line`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    /// The line may use it.
    Free,
    /// The line must not use it.
    Blocked,
    /// It is already drawn; the line stays connected to it.
    Drawn,
}

/// The blocks that draw a part as a line one block wide, in ascending order.
///
/// Topological thinning: starting from all free blocks that the part touches, removes those that hold least of it, as
/// long as this does not disconnect the line or shorten its ends.
pub(super) fn line(picture: &Picture, raster: &Raster, part: &[usize], blocks: &[Block]) -> Vec<usize> {
    let mut counts = vec![0usize; raster.size[0] * raster.size[1]];
    for i in part {
        if let Some(block) = raster.block((i % picture.width) as isize, (i / picture.width) as isize) {
            counts[block] += 1;
        }
    }
    let mut claims: Vec<usize> =
        (0..counts.len()).filter(|&block| counts[block] > 0 && blocks[block] == Block::Free).collect();
    let mut on = Blocks { on: blocks.iter().map(|block| *block == Block::Drawn).collect(), size: raster.size };
    claims.iter().for_each(|&block| on.on[block] = true);
    claims.sort_by_key(|&block| (counts[block], std::cmp::Reverse(raster.off_center(block)), block));
    let width = width(picture, part);
    // Twice the pixels of a line that crosses the whole block.
    let full = |block: usize| width * (raster.side(0, block) + raster.side(1, block));
    loop {
        let before = claims.len();
        claims.retain(|&block| {
            let around = on.around(block);
            let goes = match around.iter().filter(|on| **on).count() {
                0 => false,
                // An end, or the end of a line that is still two blocks wide.
                1 => 8 * counts[block] < full(block),
                2 if (0..8).any(|k| around[k] && around[(k + 1) % 8]) => 8 * counts[block] < full(block),
                _ => 20 * counts[block] < 7 * full(block) && is_simple(around),
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

/// The mean width of a part in pixels, at least 1: twice its area per boundary edge.
fn width(picture: &Picture, part: &[usize]) -> usize {
    let width = picture.width as isize;
    let inside =
        |x: isize, y: isize| x >= 0 && x < width && y >= 0 && part.binary_search(&((y * width + x) as usize)).is_ok();
    let edges = |&i: &usize| {
        let (x, y) = (i as isize % width, i as isize / width);
        NEIGHBORS_4.iter().filter(|(dx, dy)| !inside(x + dx, y + dy)).count()
    };
    (2 * part.len()).div_ceil(part.iter().map(edges).sum::<usize>().max(1)).max(1)
}

/// A binary picture of blocks.
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

/// Whether a block is simple, so that removing it neither disconnects its neighbours nor opens a hole: Yokoi's
/// connectivity number for eight neighbours (Yokoi et al. 1975) is one.
fn is_simple(around: [bool; 8]) -> bool {
    let off = around.map(|on| !on);
    let number = [0, 2, 4, 6].map(|k| usize::from(off[k] && !(off[k + 1] && off[(k + 2) % 8])));
    number.iter().sum::<usize>() == 1
}
