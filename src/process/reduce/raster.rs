//! The raster of blocks by which a picture is reduced.

use std::cmp::Reverse;

use crate::process::picture::{CLEAR, Picture, Rect};

/// The percentage of pixels that equal their mirror image in a symmetric subject.
const SYMMETRIC: usize = 88;

/// A raster of square blocks. It may start outside the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::process) struct Raster {
    pub step: usize,
    pub from: [isize; 2],
    /// Columns and rows of blocks.
    pub size: [usize; 2],
}

impl Raster {
    /// The block of a pixel; `None` outside the raster.
    pub(crate) fn block(&self, x: isize, y: isize) -> Option<usize> {
        let step = self.step as isize;
        let (bx, by) = (x - self.from[0], y - self.from[1]);
        let inside = bx >= 0 && by >= 0 && bx / step < self.size[0] as isize && by / step < self.size[1] as isize;
        inside.then(|| (by / step) as usize * self.size[0] + (bx / step) as usize)
    }

    /// Twice the distance of a block from the middle column. Ties that it breaks keep symmetric pictures symmetric.
    pub(crate) fn off_center(&self, block: usize) -> usize {
        (2 * (block % self.size[0]) + 1).abs_diff(self.size[0])
    }

    /// The offsets of a block's pixels within the picture.
    pub(crate) fn offsets(&self, picture: &Picture, block: usize) -> impl Iterator<Item = usize> {
        let corner = |axis: usize, at: usize| self.from[axis] + (at * self.step) as isize;
        let (left, top) = (corner(0, block % self.size[0]), corner(1, block / self.size[0]));
        let clip = |from: isize, length: usize| {
            (from.max(0) as usize).min(length)..((from + self.step as isize).max(0) as usize).min(length)
        };
        let (width, columns) = (picture.width, clip(left, picture.width));
        clip(top, picture.height).flat_map(move |y| columns.clone().map(move |x| y * width + x))
    }
}

/// The raster over `area` with the purest blocks: pictures are often drawn in blocks already. `step` is the side of a
/// block in pixels.
///
/// Only rasters of at most `room` blocks compete. Symmetric subjects prefer a symmetric raster; then purity decides,
/// then whether the area's bottom lies on a block's bottom, then the order.
pub(in crate::process) fn raster(pictures: &[Picture], area: Rect, step: usize, room: [usize; 2]) -> Raster {
    let [w, h] = area.size();
    let at = |dx: usize, dy: usize| Raster {
        step,
        from: [area.left as isize - dx as isize, area.top as isize - dy as isize],
        size: [(w + dx).div_ceil(step), (h + dy).div_ceil(step)],
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
        let left = (area.left as isize - raster.from[0]) as usize;
        let right = raster.size[0] * step - w - left;
        let stands = (area.bottom as isize - raster.from[1]) % step as isize == 0;
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
        assert_eq!(raster(&[picture], area, 2, [3, 3]).from, [-1, -1]);
    }

    #[test]
    fn the_raster_of_a_symmetric_subject_is_symmetric() {
        let picture = drawn(&["000000", "012210", "000000"]);
        let area = picture.bounds().unwrap();
        let Raster { from, size, .. } = raster(&[picture], area, 4, [2, 1]);
        assert_eq!((from[0], size[0]), (-1, 2));
    }
}
