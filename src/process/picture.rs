//! A logical picture: palette indices, some of them clear.

use std::collections::BTreeMap;

use image::{ImageBuffer, Luma, Rgba, RgbaImage};
use imageproc::region_labelling::{Connectivity, connected_components};

use crate::words::color::Rgb;

/// The index of a transparent pixel.
pub(super) const CLEAR: u16 = u16::MAX;

/// `width * height` palette indices, row by row; [`CLEAR`] is transparent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Picture {
    pub width: usize,
    pub height: usize,
    pub pixels: Vec<u16>,
}

/// Which neighbours belong to one part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Join {
    /// All that are not clear.
    Opaque,
    /// Those of one colour.
    Color,
}

/// A box: left, top, and one past right and bottom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Area {
    pub left: usize,
    pub top: usize,
    pub right: usize,
    pub bottom: usize,
}

impl Area {
    /// The smallest box round both.
    pub fn union(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    /// Width and height.
    pub fn size(self) -> [usize; 2] {
        [self.right - self.left, self.bottom - self.top]
    }
}

impl Picture {
    /// A transparent picture.
    pub fn clear(width: usize, height: usize) -> Self {
        Self { width, height, pixels: vec![CLEAR; width * height] }
    }

    /// The index at a place; outside all is clear.
    pub fn at(&self, x: isize, y: isize) -> u16 {
        self.place(x, y).map_or(CLEAR, |place| self.pixels[place])
    }

    /// Where a place lies among the pixels; `None` outside.
    pub fn place(&self, x: isize, y: isize) -> Option<usize> {
        let inside = x >= 0 && y >= 0 && x < self.width as isize && y < self.height as isize;
        inside.then(|| y as usize * self.width + x as usize)
    }

    /// Every place with its index.
    pub fn places(&self) -> impl Iterator<Item = (isize, isize, u16)> {
        let width = self.width.max(1);
        self.pixels.iter().enumerate().map(move |(i, &index)| ((i % width) as isize, (i / width) as isize, index))
    }

    /// The box of what is not clear.
    pub fn area(&self) -> Option<Area> {
        self.places().filter(|(_, _, index)| *index != CLEAR).fold(None, |area: Option<Area>, (x, y, _)| {
            let (x, y) = (x as usize, y as usize);
            let one = Area { left: x, top: y, right: x + 1, bottom: y + 1 };
            Some(area.map_or(one, |area| area.union(one)))
        })
    }

    /// The part of the given size from `(x, y)` on; what lies outside is clear.
    pub fn cut(&self, x: isize, y: isize, [width, height]: [usize; 2]) -> Self {
        let mut part = Self::clear(width, height);
        for (i, pixel) in part.pixels.iter_mut().enumerate() {
            *pixel = self.at(x + (i % width) as isize, y + (i / width) as isize);
        }
        part
    }

    /// Replaces every index that is not clear.
    pub fn map(&mut self, index: impl Fn(u16) -> u16) {
        self.pixels.iter_mut().filter(|pixel| **pixel != CLEAR).for_each(|pixel| *pixel = index(*pixel));
    }

    /// Connected parts, 8 ways; the places of each in reading order, parts in the order of their first place.
    pub fn parts(&self, join: Join) -> Vec<Vec<usize>> {
        let (width, height) = (self.width as u32, self.height as u32);
        let region = |index: u16| match join {
            _ if index == CLEAR => Luma([CLEAR]),
            Join::Opaque => Luma([0]),
            Join::Color => Luma([index]),
        };
        // One clear row more: imageproc 0.27 has no room for the last label where every pixel is a part of its own.
        let regions = ImageBuffer::from_fn(width, height + 1, |x, y| region(self.at(x as isize, y as isize)));
        let labels = connected_components(&regions, Connectivity::Eight, Luma([CLEAR]));
        let mut parts: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (place, Luma([label])) in labels.pixels().enumerate().filter(|(_, Luma([label]))| *label > 0) {
            parts.entry(*label).or_default().push(place);
        }
        let mut parts: Vec<Vec<usize>> = parts.into_values().collect();
        parts.sort();
        parts
    }

    /// The picture in colours; what is clear becomes `[0, 0, 0, 0]`.
    pub fn colored(&self, palette: &[Rgb]) -> RgbaImage {
        RgbaImage::from_fn(self.width as u32, self.height as u32, |x, y| {
            match palette.get(usize::from(self.at(x as isize, y as isize))) {
                Some(Rgb([r, g, b])) => Rgba([*r, *g, *b, 255]),
                None => Rgba([0; 4]),
            }
        })
    }
}

/// The neighbours that share a side.
pub(super) const SIDES: [(isize, isize); 4] = [(0, -1), (-1, 0), (1, 0), (0, 1)];

/// All eight neighbours.
pub(super) const AROUND: [(isize, isize); 8] = [(-1, -1), (0, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (0, 1), (1, 1)];

/// Draws a picture from text for tests: `.` is clear, digits are indices.
#[cfg(test)]
pub(super) fn drawn(rows: &[&str]) -> Picture {
    let pixels = rows.iter().flat_map(|row| row.bytes()).map(|c| if c == b'.' { CLEAR } else { u16::from(c - b'0') });
    Picture { width: rows[0].len(), height: rows.len(), pixels: pixels.collect() }
}

/// The text that [`drawn`] reads.
#[cfg(test)]
pub(super) fn text(picture: &Picture) -> Vec<String> {
    let letter = |&index: &u16| if index == CLEAR { '.' } else { char::from(b'0' + index as u8) };
    picture.pixels.chunks(picture.width).map(|row| row.iter().map(letter).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_may_be_a_part_of_its_own() {
        let picture = drawn(&["012", "345", "678"]);
        assert_eq!(picture.parts(Join::Color).len(), 9);
        assert_eq!(picture.parts(Join::Opaque).len(), 1);
    }
}
