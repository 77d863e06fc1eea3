//! The raster of blocks over a subject.

use std::cmp::Reverse;

use crate::process::picture::{Area, CLEAR, Picture};

/// A subject counts as symmetric if so many of its pixels in a hundred have a like one across its middle.
const SYMMETRIC: usize = 88;

/// The block raster: its step and the pixel at which its first block begins, which may lie outside the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::process) struct Raster {
    pub step: usize,
    pub from: [isize; 2],
    /// Blocks across and down.
    pub size: [usize; 2],
}

impl Raster {
    /// The block that holds a pixel, if one does.
    pub fn block(&self, x: isize, y: isize) -> Option<usize> {
        let step = self.step as isize;
        let (bx, by) = (x - self.from[0], y - self.from[1]);
        let inside = bx >= 0 && by >= 0 && bx / step < self.size[0] as isize && by / step < self.size[1] as isize;
        inside.then(|| (by / step) as usize * self.size[0] + (bx / step) as usize)
    }

    /// How far a block lies from the middle column, twice: ties that it breaks keep symmetric things symmetric.
    pub fn aside(&self, block: usize) -> usize {
        (2 * (block % self.size[0]) + 1).abs_diff(self.size[0])
    }

    /// The places of a block's pixels that lie in the picture.
    pub fn places(&self, picture: &Picture, block: usize) -> impl Iterator<Item = usize> {
        let corner = |axis: usize, at: usize| self.from[axis] + (at * self.step) as isize;
        let (left, top) = (corner(0, block % self.size[0]), corner(1, block / self.size[0]));
        let clip = |from: isize, length: usize| {
            (from.max(0) as usize).min(length)..((from + self.step as isize).max(0) as usize).min(length)
        };
        let (width, columns) = (picture.width, clip(left, picture.width));
        clip(top, picture.height).flat_map(move |y| columns.clone().map(move |x| y * width + x))
    }
}

/// The raster over a box whose blocks are purest: pictures are often drawn in blocks of blocks already.
///
/// Only rasters with at most `room` blocks compete. Over a symmetric subject they lie symmetrically if they can; the box's
/// bottom on a block's bottom breaks ties, then the order.
pub(in crate::process) fn raster(pictures: &[Picture], area: Area, step: usize, room: [usize; 2]) -> Raster {
    let [w, h] = area.size();
    let at = |dx: usize, dy: usize| Raster {
        step,
        from: [area.left as isize - dx as isize, area.top as isize - dy as isize],
        size: [(w + dx).div_ceil(step), (h + dy).div_ceil(step)],
    };
    // At least one raster stays: when nothing fits, the tightest.
    let least = [w.div_ceil(step).max(room[0]), h.div_ceil(step).max(room[1])];
    let all = (0..step).flat_map(|dy| (0..step).map(move |dx| (dx, dy)));
    let fitting = all.map(|(dx, dy)| at(dx, dy)).filter(|r| r.size[0] <= least[0] && r.size[1] <= least[1]);
    let symmetric = pictures.iter().take(4).all(|picture| is_symmetric(picture, area));
    let value = |raster: &Raster| {
        let impure: usize = pictures.iter().take(4).map(|picture| impurity(picture, raster)).sum();
        let left = (area.left as isize - raster.from[0]) as usize;
        let right = raster.size[0] * step - w - left;
        let stands = (area.bottom as isize - raster.from[1]) % step as isize == 0;
        (symmetric && left.abs_diff(right) <= 1, Reverse(impure), stands)
    };
    let best = fitting.map(|raster| (value(&raster), raster)).reduce(|a, b| if b.0 > a.0 { b } else { a });
    best.map_or_else(|| at(0, 0), |(_, raster)| raster)
}

/// Whether the picture in its box is much the same when mirrored across.
fn is_symmetric(picture: &Picture, area: Area) -> bool {
    let mirrored = |x: usize| area.left + area.right - 1 - x;
    let (mut same, mut all) = (0, 0);
    for y in area.top..area.bottom {
        for x in area.left..area.right {
            let pixel = picture.at(x as isize, y as isize);
            same += usize::from(pixel == picture.at(mirrored(x) as isize, y as isize));
            all += 1;
        }
    }
    100 * same >= SYMMETRIC * all
}

/// How badly blocks stand for their pixels: pixels that do not have the colour most frequent in their block, and those by
/// which the silhouette grows or shrinks. What lies outside the picture is clear.
fn impurity(picture: &Picture, raster: &Raster) -> usize {
    let area = raster.step * raster.step;
    let mut colors = Vec::with_capacity(area);
    let (mut impure, mut grown, mut shrunk) = (0, 0, 0);
    for block in 0..raster.size[0] * raster.size[1] {
        colors.clear();
        colors.extend(raster.places(picture, block).map(|i| picture.pixels[i]));
        colors.resize(area, CLEAR);
        colors.sort_unstable();
        impure += area - colors.chunk_by(|a, b| a == b).map(<[u16]>::len).max().unwrap_or(0);
        let opaque = colors.partition_point(|index| *index != CLEAR);
        if 2 * opaque >= area {
            grown += area - opaque;
        } else {
            shrunk += opaque;
        }
    }
    impure + grown.abs_diff(shrunk)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::picture::drawn;

    #[test]
    fn the_raster_lies_on_what_was_drawn_in_blocks() {
        let picture = drawn(&[".....", ".1133", ".1133", ".2211", ".2211"]);
        let area = Area { left: 0, top: 0, right: 5, bottom: 5 };
        assert_eq!(raster(&[picture], area, 2, [3, 3]).from, [-1, -1]);
    }

    #[test]
    fn the_raster_lies_symmetrically_on_what_is_symmetric() {
        let picture = drawn(&["000000", "012210", "000000"]);
        let area = picture.area().unwrap();
        let Raster { from, size, .. } = raster(&[picture], area, 4, [2, 1]);
        assert_eq!((from[0], size[0]), (-1, 2));
    }
}
