//! Features: lines narrower than a block, and small parts of a contrasting colour such as eyes and glints.

use std::cmp::Reverse;

use crate::color::{Lab, distance};
use crate::process::picture::{CLEAR, Join, Picture, SIDES};

use super::most_frequent;
use super::raster::Raster;
use super::thin::{self, Block};

/// A feature differs by at least so much from what it touches.
const STANDS_OUT: f32 = 0.1;

/// A line or a small part of a contrasting colour.
pub(super) struct Feature {
    pub places: Vec<usize>,
    /// How much it differs from what it touches.
    contrast: f32,
    /// The blocks that draw it as a line; none for a dot, which takes what the vote has left it.
    pub line: Option<Vec<usize>>,
}

/// The features of a picture of classes, the most contrasting last, dots after lines; the `outline` is none. Lines run over
/// the opaque blocks of `small`.
pub(super) fn features(
    classes: &Picture,
    labs: &[Lab],
    outline: &[bool],
    raster: &Raster,
    small: &Picture,
) -> Vec<Feature> {
    let step = raster.step;
    let mut inner = classes.clone();
    inner.pixels.iter_mut().zip(outline).filter(|(_, outline)| **outline).for_each(|(pixel, _)| *pixel = CLEAR);
    let thin = thin::thin(&inner, step);
    let lines = thin::parts(&inner, &thin).into_iter().filter(|part| part.reach >= step && 2 * part.extent >= 3 * step);
    let is_small = |places: &Vec<usize>| {
        let extent = thin::extent(places, classes.width);
        2 * extent < 3 * step || (extent <= 2 * step && 2 * places.len() <= 5 * step * step)
    };
    let dots = inner.parts(Join::Color).into_iter().filter(|part| is_small(part) && 12 * part.len() >= step * step);
    let free = |index: &u16| if *index == CLEAR { Block::Shut } else { Block::Free };
    let blocks: Vec<Block> = small.pixels.iter().map(free).collect();
    let all = lines.map(|part| (part.places, true)).chain(dots.map(|places| (places, false)));
    let stands_out = |(places, is_line): (Vec<usize>, bool)| {
        let contrast = contrast(classes, labs, &places);
        if contrast < STANDS_OUT {
            return None;
        }
        let line = is_line.then(|| thin::line(classes, raster, &places, &blocks));
        Some(Feature { places, contrast, line })
    };
    let mut features: Vec<Feature> = all.filter_map(stands_out).collect();
    // Lines that lie closer than blocks are a texture, which the vote serves better.
    features.retain(|feature| feature.line.as_ref().is_none_or(|line| !is_dense(line, raster)));
    features.sort_by(|a, b| b.line.is_some().cmp(&a.line.is_some()).then(a.contrast.total_cmp(&b.contrast)));
    features
}

/// How much a part differs from the mean of what it touches; a step between two colours, which lies between them, does not.
fn contrast(classes: &Picture, labs: &[Lab], places: &[usize]) -> f32 {
    let index = classes.pixels[places[0]];
    let (mut sum, mut count) = ([0.0f32; 3], 0.0f32);
    for i in places {
        let (x, y) = ((i % classes.width) as isize, (i / classes.width) as isize);
        for other in SIDES.map(|(dx, dy)| classes.at(x + dx, y + dy)) {
            if let Some(lab) = labs.get(usize::from(other)).filter(|_| other != index) {
                sum = [0, 1, 2].map(|axis| sum[axis] + lab[axis]);
                count += 1.0;
            }
        }
    }
    // What touches nothing but clear pixels is a limb, and stands out.
    if count == 0.0 { 1.0 } else { distance(sum.map(|value| value / count), labs[usize::from(index)]) }
}

/// Whether more than a quarter of the blocks are the corner of a full square of four.
fn is_dense(line: &[usize], raster: &Raster) -> bool {
    let has = |block: usize| line.binary_search(&block).is_ok();
    let width = raster.size[0];
    let corner =
        |&&block: &&usize| (block + 1) % width > 0 && [1, width, width + 1].iter().all(|step| has(block + step));
    4 * line.iter().filter(corner).count() > line.len()
}

impl Feature {
    /// Draws it: a line as one of one block, a dot into as many blocks as it is large, unless it has one.
    pub fn draw(&self, picture: &Picture, raster: &Raster, small: &mut Picture) {
        let place = |i: usize| raster.block((i % picture.width) as isize, (i / picture.width) as isize);
        let holds = |block: usize| self.places.iter().copied().filter(move |&i| place(i) == Some(block));
        let blocks = self.line.clone().unwrap_or_else(|| dot(picture, &self.places, raster, small));
        for block in blocks {
            if let Some(index) = most_frequent(holds(block).map(|i| picture.pixels[i])) {
                small.pixels[block] = index;
            }
        }
    }

    /// Whether the small picture has it: three quarters of a line, or one block of a dot, in its colour.
    pub fn is_kept(&self, picture: &Picture, raster: &Raster, small: &Picture) -> bool {
        let block = |i: &usize| {
            let block = raster.block((i % picture.width) as isize, (i / picture.width) as isize)?;
            (small.pixels[block] == picture.pixels[*i]).then_some(block)
        };
        let mut blocks: Vec<usize> = self.places.iter().filter_map(block).collect();
        blocks.sort_unstable();
        blocks.dedup();
        match &self.line {
            Some(line) => 4 * line.iter().filter(|block| blocks.binary_search(block).is_ok()).count() >= 3 * line.len(),
            None => !blocks.is_empty(),
        }
    }
}

/// The blocks that a dot takes: those that hold most of it; of equal ones those nearer to the middle, so that a pair of eyes
/// stays a pair. None if a block has its colour.
fn dot(picture: &Picture, places: &[usize], raster: &Raster, small: &Picture) -> Vec<usize> {
    let block = |i: &usize| Some((raster.block((i % picture.width) as isize, (i / picture.width) as isize)?, *i));
    let mut held: Vec<(usize, usize)> = places.iter().filter_map(block).collect();
    if held.iter().any(|&(block, i)| picture.pixels[i] == small.pixels[block]) {
        return Vec::new();
    }
    held.retain(|(block, _)| small.pixels[*block] != CLEAR);
    held.sort_unstable();
    let mut blocks: Vec<(usize, usize)> =
        held.chunk_by(|a, b| a.0 == b.0).map(|same| (same.len(), same[0].0)).collect();
    blocks.sort_by_key(|&(count, block)| (Reverse(count), raster.aside(block), block));
    let area = raster.step * raster.step;
    let many = ((2 * places.len() + area) / (2 * area)).max(1);
    blocks.iter().take(many).map(|(_, block)| *block).collect()
}
