//! Orientation: results do not depend on the direction in which a raw is scanned.
//!
//! Many steps scan row by row and break ties by the index, so that the result of a mirrored raw would not be the mirrored
//! result. All raws of a group are therefore turned into a canonical orientation first, one of the eight symmetries of
//! the square; what is found is turned back. Sums over the edges decide on it, which stay equal when colours are
//! inverted; where they are equal, the pixels in reading order decide. Orientations with equal pixels are symmetries of
//! the raws.

use std::borrow::Cow;
use std::cmp::Ordering;

use image::RgbaImage;

use crate::words::raw::Raw;

use super::cells::Cells;
use super::grid::Grid;
use super::picture::Picture;
use super::turn::Turn;

/// Every this many pixels an edge is looked at.
const STEP: usize = 5;
/// Lines are symmetric if they lie within this share of a cell of their mirror images.
const SAME: f64 = 0.25;

/// How a group is turned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Orientation {
    /// Turns the raws into the canonical orientation.
    pub turn: Turn,
    /// The turns that leave all turned raws as they are, with the identity.
    symmetries: Vec<Turn>,
}

impl Orientation {
    /// The orientation of a group. It depends on the pixels of the frames only, and turns with them.
    pub(super) fn of(raws: &[Raw]) -> Self {
        let images: Vec<&RgbaImage> = raws.iter().map(|raw| &raw.pixels).collect();
        let edges = images.iter().fold(Edges::default(), |sum, image| sum.plus(image));
        let most = Turn::ALL.map(|turn| edges.key(turn)).into_iter().max();
        let mut best: Vec<Turn> = Vec::new();
        for turn in Turn::ALL.into_iter().filter(|turn| Some(edges.key(*turn)) == most) {
            let order = best.first().map(|first| compare(&images, turn, *first));
            match order {
                Some(Ordering::Greater) => {}
                Some(Ordering::Equal) => best.push(turn),
                Some(Ordering::Less) | None => best = vec![turn],
            }
        }
        let turn = best.first().copied().unwrap_or_default();
        let symmetries = best.iter().map(|other| other.after(turn.inverse())).collect();
        Self { turn, symmetries }
    }

    /// Raws as they are: what is not estimated has no direction.
    pub(super) fn kept() -> Self {
        Self { turn: Turn::default(), symmetries: vec![Turn::default()] }
    }

    /// The raws in the canonical orientation.
    pub(super) fn raws<'a>(&self, raws: &'a [Raw]) -> Cow<'a, [Raw]> {
        if self.turn == Turn::default() {
            return Cow::Borrowed(raws);
        }
        raws.iter().map(|raw| Raw { pixels: self.turn.image(&raw.pixels), digest: raw.digest }).collect()
    }

    /// The cells of symmetric raws, made symmetric. `raws` are turned.
    pub(super) fn symmetric_cells(&self, cells: Vec<Cells>, grid: &Grid, raws: &[Raw]) -> Vec<Cells> {
        match cells.first().and_then(|first| self.sources([first.width, first.height], grid, raws)) {
            Some(sources) => cells.iter().map(|one| one.arranged(one.width, one.height, &sources)).collect(),
            None => cells,
        }
    }

    /// Makes the pictures of symmetric raws symmetric.
    pub(super) fn symmetric_pictures(&self, pictures: &mut [Picture], grid: &Grid, raws: &[Raw]) {
        let size = pictures.first().map(|first| [first.width, first.height]);
        if let Some(sources) = size.and_then(|size| self.sources(size, grid, raws)) {
            for picture in pictures {
                picture.pixels = sources.iter().map(|&source| picture.pixels[source]).collect();
            }
        }
    }

    /// For each cell the first of the cells that the symmetries map to each other; `None` without a symmetry that the
    /// lines of all frames have, too.
    fn sources(&self, size: [usize; 2], grid: &Grid, raws: &[Raw]) -> Option<Vec<usize>> {
        if !grid.sheets.is_empty() {
            return None;
        }
        let fits = |turn: &Turn| {
            turn.size(size) == size
                && raws.iter().zip(&grid.lines).all(|(raw, lines)| {
                    let length = [raw.pixels.width(), raw.pixels.height()].map(f64::from);
                    [0, 1].iter().all(|&axis| lines[axis].len() + 1 == size[axis])
                        && is_symmetric(lines, *turn, length, grid.pitch)
                })
        };
        let symmetries: Vec<Turn> = self.symmetries.iter().copied().filter(fits).collect();
        // What is left is a group again: symmetries of the raws that are symmetries of the lines, too.
        (symmetries.len() > 1).then(|| {
            let all: Vec<usize> = (0..size[0] * size[1]).collect();
            let images: Vec<Vec<usize>> = symmetries.iter().map(|turn| turn.turned(&all, size)).collect();
            all.iter().map(|&i| images.iter().map(|image| image[i]).min().unwrap_or(i)).collect()
        })
    }
}

/// Whether a turn maps lines onto lines.
fn is_symmetric(lines: &[Vec<f64>; 2], turn: Turn, length: [f64; 2], pitch: [f64; 2]) -> bool {
    [0, 1].iter().all(|&axis| {
        let from = turn.source(axis);
        let turned = |i: usize| match turn.flip[axis] {
            true => length[from] - lines[from][lines[from].len() - 1 - i],
            false => lines[from][i],
        };
        lines[from].len() == lines[axis].len()
            && lines[axis].iter().enumerate().all(|(i, line)| (line - turned(i)).abs() <= SAME * pitch[axis])
    })
}

/// Sums over a sample of edges that is the same in every orientation. All are exact.
#[derive(Clone, Copy, Debug, Default)]
struct Edges {
    /// The length of each axis.
    length: [i64; 2],
    /// The edges across each axis.
    sum: [i64; 2],
    /// How far right of (below) the middle edges lie.
    moment: [i64; 2],
}

impl Edges {
    fn plus(mut self, image: &RgbaImage) -> Self {
        let (size, pixels) = ([image.width() as usize, image.height() as usize], image.as_raw().as_chunks::<4>().0);
        for axis in [0, 1] {
            self.length[axis] += size[axis] as i64;
            let pairs = [0, 1].map(|i| size[i] - usize::from(i == axis));
            let next = [1, size[0]][axis];
            let columns = sampled(pairs[0]);
            for y in sampled(pairs[1]) {
                for &x in &columns {
                    let here = y * size[0] + x;
                    let edge = difference(pixels[here], pixels[here + next]);
                    self.sum[axis] += edge;
                    let off = |at: usize, i: usize| 2 * at as i64 + 1 - pairs[i] as i64;
                    self.moment = [self.moment[0] + edge * off(x, 0), self.moment[1] + edge * off(y, 1)];
                }
            }
        }
        self
    }

    /// What the canonical orientation has most of: wide rather than high, more edges across, and edges at the right and
    /// below.
    fn key(&self, turn: Turn) -> [i64; 4] {
        let from = [0, 1].map(|axis| turn.source(axis));
        let moment = [0, 1].map(|axis| if turn.flip[axis] { -1 } else { 1 } * self.moment[from[axis]]);
        [self.length[from[0]], self.sum[from[0]], moment[0], moment[1]]
    }
}

/// Every [`STEP`]-th place, counted from both ends.
fn sampled(length: usize) -> Vec<usize> {
    (0..length).filter(|&at| at.min(length - 1 - at).is_multiple_of(STEP)).collect()
}

fn difference(a: [u8; 4], b: [u8; 4]) -> i64 {
    a.iter().zip(b).map(|(a, b)| i64::from(a.abs_diff(b))).sum()
}

/// Compares the pixels of two orientations in reading order.
fn compare(images: &[&RgbaImage], one: Turn, other: Turn) -> Ordering {
    let compared = images.iter().map(|image| {
        let (size, pixels) = ([image.width() as usize, image.height() as usize], image.as_raw().as_chunks::<4>().0);
        let [columns, rows] = one.size(size);
        let row = |turn: Turn, y: usize| (0..columns).map(move |x| pixels[turn.offset(size, x, y)]);
        let sizes = one.size(size).cmp(&other.size(size));
        sizes.then_with(|| first_unequal((0..rows).map(|y| row(one, y).cmp(row(other, y)))))
    });
    first_unequal(compared)
}

fn first_unequal(mut orders: impl Iterator<Item = Ordering>) -> Ordering {
    orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgba;

    fn raws(color: impl Fn(u32, u32) -> u8) -> Vec<Raw> {
        let image = |by: u8| RgbaImage::from_fn(40, 40, |x, y| Rgba([color(x, y), by, 90, 255]));
        vec![Raw::new(image(0)), Raw::new(image(7))]
    }

    fn turned(raws: &[Raw], turn: Turn) -> Vec<Raw> {
        raws.iter().map(|raw| Raw::new(turn.image(&raw.pixels))).collect()
    }

    fn canonical(raws: &[Raw]) -> Vec<RgbaImage> {
        Orientation::of(raws).raws(raws).iter().map(|raw| raw.pixels.clone()).collect()
    }

    #[test]
    fn all_orientations_have_one_canonical_orientation() {
        let irregular = |x: u32, y: u32| ((x * x + 3 * x * y + 7 * y) % 251) as u8;
        let dot = |x: u32, y: u32| if (x, y) == (17, 3) { 200 } else { 10 };
        for raws in [raws(irregular), raws(dot)] {
            let first = canonical(&raws);
            assert!(Turn::ALL.iter().all(|turn| canonical(&turned(&raws, *turn)) == first));
        }
    }

    #[test]
    fn inverted_pictures_are_turned_alike() {
        let irregular = |x: u32, y: u32| ((x * x + 3 * x * y + 7 * y) % 251) as u8;
        let turn = |raws: &[Raw]| Orientation::of(raws).turn;
        assert_eq!(turn(&raws(irregular)), turn(&raws(|x, y| 255 - irregular(x, y))));
    }

    #[test]
    fn symmetries_are_found() {
        let symmetries = |raws: &[Raw]| Orientation::of(raws).symmetries.len();
        assert_eq!(symmetries(&raws(|_, _| 9)), 8);
        assert_eq!(symmetries(&raws(|x, y| (x.min(39 - x) * 5 + y * 3) as u8)), 2);
        assert_eq!(symmetries(&raws(|x, y| (x.min(39 - x) * 5 + y.min(39 - y) * 3) as u8)), 4);
        assert_eq!(symmetries(&raws(|x, y| (x * 5 + y * 3 + x * y / 9) as u8)), 1);
    }
}
