//! The logical picture: an indexed image with one pixel per cell and a transparent index.

use std::collections::BTreeMap;

use image::{ImageBuffer, Luma, Rgba, RgbaImage};
use imageproc::region_labelling::{Connectivity, connected_components};

use crate::words::color::Rgb;

/// The index of a transparent pixel.
pub(super) const CLEAR: u16 = u16::MAX;

/// `width * height` palette indices, row by row; [`CLEAR`] means transparent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Picture {
    pub width: usize,
    pub height: usize,
    pub pixels: Vec<u16>,
}

/// Which neighbouring pixels belong to the same connected component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Region {
    /// All opaque pixels.
    Opaque,
    /// Opaque pixels of the same colour.
    Color,
}

/// A rectangle in pixels; `right` and `bottom` are exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rect {
    pub left: usize,
    pub top: usize,
    pub right: usize,
    pub bottom: usize,
}

impl Rect {
    /// The bounding box of both.
    pub(super) fn union(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    /// Width and height.
    pub(super) fn size(self) -> [usize; 2] {
        [self.right - self.left, self.bottom - self.top]
    }
}

/// The offset of the pixel at column `x` and row `y` of a picture of this size; `None` outside of it.
pub(super) fn offset([width, height]: [usize; 2], x: isize, y: isize) -> Option<usize> {
    let inside = x >= 0 && y >= 0 && x < width as isize && y < height as isize;
    inside.then(|| y as usize * width + x as usize)
}

impl Picture {
    /// A transparent picture.
    pub(super) fn clear(width: usize, height: usize) -> Self {
        Self { width, height, pixels: vec![CLEAR; width * height] }
    }

    /// The index at column `x` and row `y`; [`CLEAR`] outside the picture.
    pub(super) fn at(&self, x: isize, y: isize) -> u16 {
        self.offset(x, y).map_or(CLEAR, |offset| self.pixels[offset])
    }

    /// The offset of a pixel in `pixels`; `None` outside the picture.
    pub(super) fn offset(&self, x: isize, y: isize) -> Option<usize> {
        offset([self.width, self.height], x, y)
    }

    /// Column, row and index of every pixel.
    pub(super) fn enumerate_pixels(&self) -> impl Iterator<Item = (isize, isize, u16)> {
        let width = self.width.max(1);
        self.pixels.iter().enumerate().map(move |(i, &index)| ((i % width) as isize, (i / width) as isize, index))
    }

    /// The bounding box of the opaque pixels.
    pub(super) fn bounds(&self) -> Option<Rect> {
        self.enumerate_pixels().filter(|(_, _, index)| *index != CLEAR).fold(None, |area: Option<Rect>, (x, y, _)| {
            let (x, y) = (x as usize, y as usize);
            let one = Rect { left: x, top: y, right: x + 1, bottom: y + 1 };
            Some(area.map_or(one, |area| area.union(one)))
        })
    }

    /// Crops a rectangle whose left upper corner is `(x, y)`; pixels outside the picture are clear.
    pub(super) fn crop(&self, x: isize, y: isize, [width, height]: [usize; 2]) -> Self {
        let mut part = Self::clear(width, height);
        for (i, pixel) in part.pixels.iter_mut().enumerate() {
            *pixel = self.at(x + (i % width) as isize, y + (i / width) as isize);
        }
        part
    }

    /// Replaces the index of every opaque pixel.
    pub(super) fn map(&mut self, index: impl Fn(u16) -> u16) {
        self.pixels.iter_mut().filter(|pixel| **pixel != CLEAR).for_each(|pixel| *pixel = index(*pixel));
    }

    /// Connected components with 8-connectivity: the offsets of each in reading order, components by their first
    /// offset.
    pub(super) fn components(&self, by: Region) -> Vec<Vec<usize>> {
        let (width, height) = (self.width as u32, self.height as u32);
        let region = |index: u16| match by {
            _ if index == CLEAR => Luma([CLEAR]),
            Region::Opaque => Luma([0]),
            Region::Color => Luma([index]),
        };
        // The extra clear row works around imageproc 0.27, which runs out of labels if every pixel is its own
        // component.
        let regions = ImageBuffer::from_fn(width, height + 1, |x, y| region(self.at(x as isize, y as isize)));
        let labels = connected_components(&regions, Connectivity::Eight, Luma([CLEAR]));
        let mut components: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (offset, Luma([label])) in labels.pixels().enumerate().filter(|(_, Luma([label]))| *label > 0) {
            components.entry(*label).or_default().push(offset);
        }
        let mut components: Vec<Vec<usize>> = components.into_values().collect();
        components.sort();
        components
    }

    /// The picture as RGBA with the alpha of every pixel, opaque without; transparent pixels are `[0, 0, 0, 0]`.
    pub(super) fn colored(&self, palette: &[Rgb], alpha: &[u8]) -> RgbaImage {
        RgbaImage::from_fn(self.width as u32, self.height as u32, |x, y| {
            let offset = y as usize * self.width + x as usize;
            match palette.get(usize::from(self.pixels[offset])) {
                Some(Rgb([r, g, b])) => Rgba([*r, *g, *b, alpha.get(offset).copied().unwrap_or(255)]),
                None => Rgba([0; 4]),
            }
        })
    }
}

/// The offsets of the four neighbours that share an edge.
pub(super) const NEIGHBORS_4: [(isize, isize); 4] = [(0, -1), (-1, 0), (1, 0), (0, 1)];

/// The offsets of all eight neighbours.
pub(super) const NEIGHBORS_8: [(isize, isize); 8] =
    [(-1, -1), (0, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (0, 1), (1, 1)];

/// The pixels left, right, above and below of one of a picture of this size, as far as there are.
pub(super) fn beside([width, height]: [usize; 2], at: usize) -> impl Iterator<Item = usize> + use<> {
    let [x, y] = [at % width, at / width];
    let left = (x > 0).then(|| at - 1);
    let right = (x + 1 < width).then_some(at + 1);
    let above = (y > 0).then(|| at - width);
    let below = (y + 1 < height).then_some(at + width);
    [left, right, above, below].into_iter().flatten()
}

/// Parses a picture from text, for tests: `.` is clear, digits are indices.
#[cfg(test)]
pub(super) fn drawn(rows: &[&str]) -> Picture {
    let pixels = rows.iter().flat_map(|row| row.bytes()).map(|c| if c == b'.' { CLEAR } else { u16::from(c - b'0') });
    Picture { width: rows[0].len(), height: rows.len(), pixels: pixels.collect() }
}

/// The inverse of [`drawn`].
#[cfg(test)]
pub(super) fn text(picture: &Picture) -> Vec<String> {
    let letter = |&index: &u16| if index == CLEAR { '.' } else { char::from(b'0' + index as u8) };
    picture.pixels.chunks(picture.width).map(|row| row.iter().map(letter).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pixel_can_be_its_own_component() {
        let picture = drawn(&["012", "345", "678"]);
        assert_eq!(picture.components(Region::Color).len(), 9);
        assert_eq!(picture.components(Region::Opaque).len(), 1);
    }
}
