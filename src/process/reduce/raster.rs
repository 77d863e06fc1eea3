//! The raster of blocks by which a picture is reduced.

use std::cmp::Reverse;

use crate::process::picture::{CLEAR, Picture, Rect};

/// The percentage of pixels that equal their mirror image in a symmetric subject.
const SYMMETRIC: usize = 88;
/// The percentage of pixels of a symmetric silhouette that have a mirror image.
const SYMMETRIC_SHAPE: usize = 94;

/// A raster of blocks. It may start outside the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::process) struct Raster {
    /// The side of a block in pixels, rounded up to a whole number.
    pub step: usize,
    /// Columns and rows of blocks.
    pub size: [usize; 2],
    /// The lines between columns and rows of blocks, with those at both ends.
    lines: [Vec<isize>; 2],
}

impl Raster {
    /// A raster of square blocks.
    pub(in crate::process) fn even(step: usize, from: [isize; 2], size: [usize; 2]) -> Self {
        let lines = [0, 1].map(|axis| (0..=size[axis]).map(|i| from[axis] + (i * step) as isize).collect());
        Self { step, size, lines }
    }

    /// A raster whose blocks lie between these lines.
    pub(in crate::process) fn uneven(lines: [Vec<isize>; 2]) -> Self {
        let size = [0, 1].map(|axis| lines[axis].len().saturating_sub(1).max(1));
        let mut raster = Self { step: 1, size, lines };
        raster.step = (0..2).map(|axis| raster.cells(axis).div_ceil(size[axis])).max().unwrap_or(1);
        raster
    }

    /// The first line along an axis.
    pub(crate) fn from(&self, axis: usize) -> isize {
        self.lines[axis].first().copied().unwrap_or(0)
    }

    /// The pixels along an axis.
    pub(crate) fn cells(&self, axis: usize) -> usize {
        self.lines[axis].last().map_or(0, |end| end - self.from(axis)) as usize
    }

    /// The pixels of a block along an axis.
    pub(crate) fn side(&self, axis: usize, block: usize) -> usize {
        let at = if axis == 0 { block % self.size[0] } else { block / self.size[0] };
        (self.lines[axis][at + 1] - self.lines[axis][at]) as usize
    }

    /// The pixels of a block.
    pub(crate) fn area(&self, block: usize) -> usize {
        self.side(0, block) * self.side(1, block)
    }

    /// How many blocks have the area of so many pixels, at least one.
    pub(crate) fn many(&self, pixels: usize) -> usize {
        let [all, blocks] = [self.cells(0) * self.cells(1), self.size[0] * self.size[1]];
        ((2 * pixels * blocks + all) / (2 * all).max(1)).max(1)
    }

    /// How many blocks are as long as so many pixels, at least one.
    pub(crate) fn many_along(&self, axis: usize, pixels: usize) -> usize {
        let [all, blocks] = [self.cells(axis), self.size[axis]];
        ((2 * pixels * blocks + all) / (2 * all).max(1)).max(1)
    }

    /// The column or row of blocks in which a pixel lies; `None` outside the raster.
    pub(crate) fn along(&self, axis: usize, at: isize) -> Option<usize> {
        let lines = &self.lines[axis];
        lines.partition_point(|line| *line <= at).checked_sub(1).filter(|i| *i < self.size[axis])
    }

    /// The block of a pixel; `None` outside the raster.
    pub(crate) fn block(&self, x: isize, y: isize) -> Option<usize> {
        Some(self.along(1, y)? * self.size[0] + self.along(0, x)?)
    }

    /// The block in this column and row of blocks; `None` outside the raster.
    pub(crate) fn block_at(&self, column: isize, row: isize) -> Option<usize> {
        let inside = column >= 0 && row >= 0 && column < self.size[0] as isize && row < self.size[1] as isize;
        inside.then(|| row as usize * self.size[0] + column as usize)
    }

    /// Twice the distance of a block from the middle column. Ties that it breaks keep symmetric pictures symmetric.
    pub(crate) fn off_center(&self, block: usize) -> usize {
        (2 * (block % self.size[0]) + 1).abs_diff(self.size[0])
    }

    /// The offsets of a block's pixels within the picture.
    pub(crate) fn offsets(&self, picture: &Picture, block: usize) -> impl Iterator<Item = usize> {
        let clip = |axis: usize, at: usize, length: usize| {
            let within = |line: isize| (line.max(0) as usize).min(length);
            within(self.lines[axis][at])..within(self.lines[axis][at + 1])
        };
        let width = picture.width;
        let columns = clip(0, block % self.size[0], width);
        clip(1, block / self.size[0], picture.height).flat_map(move |y| columns.clone().map(move |x| y * width + x))
    }
}

/// The raster over `area` with the purest blocks: pictures are often drawn in blocks already. `step` is the side of a
/// block in pixels.
///
/// Only rasters of at most `room` blocks compete. Symmetric subjects prefer a symmetric raster; then purity decides,
/// then whether the area's bottom lies on a block's bottom, then the order.
pub(in crate::process) fn raster(pictures: &[Picture], area: Rect, step: usize, room: [usize; 2]) -> Raster {
    let [w, h] = area.size();
    let at = |dx: usize, dy: usize| {
        let from = [area.left as isize - dx as isize, area.top as isize - dy as isize];
        Raster::even(step, from, [(w + dx).div_ceil(step), (h + dy).div_ceil(step)])
    };
    if step == 1 {
        return at(0, 0);
    }
    // If no raster fits, the tightest competes alone.
    let least = [w.div_ceil(step).max(room[0]), h.div_ceil(step).max(room[1])];
    let all = (0..step).flat_map(|dy| (0..step).map(move |dx| (dx, dy)));
    let fitting = all.map(|(dx, dy)| at(dx, dy)).filter(|r| r.size[0] <= least[0] && r.size[1] <= least[1]);
    let symmetric = pictures.iter().take(4).all(|picture| is_symmetric(picture, area));
    let value = |raster: &Raster| {
        let impure: usize = pictures.iter().take(4).map(|picture| impurity(picture, raster)).sum();
        let left = (area.left as isize - raster.from(0)) as usize;
        let right = raster.size[0] * step - w - left;
        let stands = (area.bottom as isize - raster.from(1)) % step as isize == 0;
        (symmetric && left.abs_diff(right) <= 1, Reverse(impure), stands)
    };
    let best = fitting.map(|raster| (value(&raster), raster)).reduce(|a, b| if b.0 > a.0 { b } else { a });
    best.map_or_else(|| at(0, 0), |(_, raster)| raster)
}

/// Whether the picture inside the area is nearly symmetric about its vertical axis.
fn is_symmetric(picture: &Picture, area: Rect) -> bool {
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

/// Whether the silhouette is nearly symmetric about its vertical axis.
pub(super) fn is_symmetric_in_shape(picture: &Picture) -> bool {
    let rows = picture.pixels.chunks(picture.width.max(1));
    let pairs = rows.flat_map(|row| row.iter().zip(row.iter().rev())).map(|(a, b)| (*a != CLEAR, *b != CLEAR));
    let (same, all) = pairs.fold((0, 0), |(same, all), (a, b)| (same + usize::from(a && b), all + usize::from(a || b)));
    100 * same >= SYMMETRIC_SHAPE * all
}

/// How badly blocks represent their pixels: the number of pixels that differ from the most frequent colour of their
/// block, and the net change of the silhouette's area. Pixels outside the picture are clear.
fn impurity(picture: &Picture, raster: &Raster) -> usize {
    let area = raster.step * raster.step;
    let mut colors = Vec::with_capacity(area);
    let (mut impure, mut grown, mut shrunk) = (0, 0, 0);
    for block in 0..raster.size[0] * raster.size[1] {
        colors.clear();
        colors.extend(raster.offsets(picture, block).map(|i| picture.pixels[i]));
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
    fn the_raster_aligns_with_drawn_blocks() {
        let picture = drawn(&[".....", ".1133", ".1133", ".2211", ".2211"]);
        let area = Rect { left: 0, top: 0, right: 5, bottom: 5 };
        assert_eq!(raster(&[picture], area, 2, [3, 3]).lines, [[-1, 1, 3, 5], [-1, 1, 3, 5]]);
    }

    #[test]
    fn the_raster_of_a_symmetric_subject_is_symmetric() {
        let picture = drawn(&["000000", "012210", "000000"]);
        let area = picture.bounds().unwrap();
        assert_eq!(raster(&[picture], area, 4, [2, 1]).lines[0], [-1, 3, 7]);
    }
}
