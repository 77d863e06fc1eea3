//! Features: lines narrower than a block, and small areas of a contrasting colour such as eyes and glints.

use std::cmp::Reverse;

use crate::process::picture::{CLEAR, NEIGHBORS_4, Picture, Region};
use crate::words::color::{Lab, distance};

use super::most_frequent;
use super::raster::Raster;
use super::thin::{self, Block};

/// The least OKLab distance between a feature and its surroundings.
const STANDS_OUT: f32 = 0.1;

/// A line or a small area of a contrasting colour.
pub(super) struct Feature {
    pub offsets: Vec<usize>,
    /// The OKLab distance from its surroundings.
    pub contrast: f32,
    pub kind: Kind,
}

/// The shape in which a feature is drawn.
pub(super) enum Kind {
    /// A line of these blocks.
    Line(Vec<usize>),
    /// A box of these blocks, of about the size of the feature.
    Box(Vec<usize>),
    /// An irregular dot: it takes the blocks that hold most of it, unless the vote has drawn it.
    Dot,
}

/// The features of a picture of classes in drawing order: lines before dots, each by rising contrast. The outline is
/// not a feature. Lines may run over the opaque blocks of `small`.
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
    let is_small = |offsets: &Vec<usize>| {
        let extent = thin::extent(offsets, classes.width);
        2 * extent < 3 * step || (extent <= 2 * step && 2 * offsets.len() <= 5 * step * step)
    };
    let dots = inner.components(Region::Color).into_iter();
    let dots = dots.filter(|part| 2 * thin::extent(part, classes.width) <= 5 * step && 12 * part.len() >= step * step);
    let free = |index: &u16| if *index == CLEAR { Block::Blocked } else { Block::Free };
    let blocks: Vec<Block> = small.pixels.iter().map(free).collect();
    let all = lines.map(|part| (part.offsets, true)).chain(dots.map(|offsets| (offsets, false)));
    let stands_out = |(offsets, is_line): (Vec<usize>, bool)| {
        let contrast = contrast(classes, labs, &offsets);
        if contrast < STANDS_OUT {
            return None;
        }
        let dot = || is_small(&offsets).then_some(Kind::Dot);
        let kind = match is_line {
            true => Kind::Line(thin::line(classes, raster, &offsets, &blocks)),
            false => box_blocks(classes, &offsets, raster, small).map(Kind::Box).or_else(dot)?,
        };
        Some(Feature { offsets, contrast, kind })
    };
    let mut features: Vec<Feature> = all.filter_map(stands_out).collect();
    // Lines closer to each other than blocks are a texture, which the vote renders better.
    features.retain(|feature| !matches!(&feature.kind, Kind::Line(line) if is_dense(line, raster)));
    let is_line = |feature: &Feature| matches!(feature.kind, Kind::Line(_));
    features.sort_by(|a, b| is_line(b).cmp(&is_line(a)).then(a.contrast.total_cmp(&b.contrast)));
    features
}

/// The OKLab distance between an area and the mean of its surroundings. It is low for a transition between two colours.
fn contrast(classes: &Picture, labs: &[Lab], offsets: &[usize]) -> f32 {
    let index = classes.pixels[offsets[0]];
    let (mut sum, mut count) = ([0.0f32; 3], 0.0f32);
    for i in offsets {
        let (x, y) = ((i % classes.width) as isize, (i / classes.width) as isize);
        for other in NEIGHBORS_4.map(|(dx, dy)| classes.at(x + dx, y + dy)) {
            if let Some(lab) = labs.get(usize::from(other)).filter(|_| other != index) {
                sum = [0, 1, 2].map(|axis| sum[axis] + lab[axis]);
                count += 1.0;
            }
        }
    }
    // An area that touches only clear pixels is a limb, and stands out.
    if count == 0.0 { 1.0 } else { distance(sum.map(|value| value / count), labs[usize::from(index)]) }
}

/// Whether more than a quarter of a line's blocks are the corner of a full square of four.
fn is_dense(line: &[usize], raster: &Raster) -> bool {
    let has = |block: usize| line.binary_search(&block).is_ok();
    let width = raster.size[0];
    let corner =
        |&&block: &&usize| (block + 1) % width > 0 && [1, width, width + 1].iter().all(|step| has(block + step));
    4 * line.iter().filter(corner).count() > line.len()
}

impl Feature {
    /// Draws the feature into the blocks of the small picture.
    pub(super) fn draw(&self, picture: &Picture, raster: &Raster, small: &mut Picture) {
        for (block, index) in self.drawn(picture, raster, small) {
            small.pixels[block] = index;
        }
    }

    /// The blocks that draw the feature, with their colours.
    pub(super) fn drawn(&self, picture: &Picture, raster: &Raster, small: &Picture) -> Vec<(usize, u16)> {
        let block_of = |i: usize| raster.block((i % picture.width) as isize, (i / picture.width) as isize);
        let holds = |block: usize| self.offsets.iter().copied().filter(move |&i| block_of(i) == Some(block));
        let blocks = match &self.kind {
            Kind::Line(blocks) | Kind::Box(blocks) => blocks.clone(),
            Kind::Dot => dot_blocks(picture, &self.offsets, raster, small),
        };
        let colored = |block: usize| Some((block, most_frequent(holds(block).map(|i| picture.pixels[i]))?));
        blocks.into_iter().filter_map(colored).collect()
    }

    /// Whether the small picture shows the feature in its colour: three quarters of a line, or one block of a dot.
    pub(super) fn is_kept(&self, picture: &Picture, raster: &Raster, small: &Picture) -> bool {
        let block = |i: &usize| {
            let block = raster.block((i % picture.width) as isize, (i / picture.width) as isize)?;
            (small.pixels[block] == picture.pixels[*i]).then_some(block)
        };
        let mut blocks: Vec<usize> = self.offsets.iter().filter_map(block).collect();
        blocks.sort_unstable();
        blocks.dedup();
        match &self.kind {
            Kind::Line(line) => {
                4 * line.iter().filter(|block| blocks.binary_search(block).is_ok()).count() >= 3 * line.len()
            }
            Kind::Box(_) | Kind::Dot => !blocks.is_empty(),
        }
    }
}

/// The blocks that draw an area that is nearly a box and at most twice as long as wide, such as an eye: a box of the
/// rounded size, where it covers most of the area. Ties go to the position nearer to the middle column, so that a pair
/// of eyes stays symmetric. `None` for other shapes.
fn box_blocks(picture: &Picture, offsets: &[usize], raster: &Raster, small: &Picture) -> Option<Vec<usize>> {
    let xy = |i: &usize| [i % picture.width, i / picture.width];
    let low = [0, 1].map(|axis| offsets.iter().map(|i| xy(i)[axis]).min().unwrap_or(0));
    let high = [0, 1].map(|axis| offsets.iter().map(|i| xy(i)[axis] + 1).max().unwrap_or(1));
    let size = [0, 1].map(|axis| high[axis] - low[axis]);
    let (short, long) = (size[0].min(size[1]), size[0].max(size[1]));
    if 20 * offsets.len() < 17 * size[0] * size[1] || 2 * short < long {
        return None;
    }
    let many = [0, 1].map(|axis| raster.many_along(axis, size[axis]));
    let first = [0, 1].map(|axis| raster.along(axis, low[axis] as isize).unwrap_or(0));
    let held = |block: usize| raster.offsets(picture, block).filter(|i| offsets.binary_search(i).is_ok()).count();
    let at = |x: usize, y: usize| -> Vec<usize> {
        let rows = y..(y + many[1]).min(raster.size[1]);
        rows.flat_map(|y| (x..(x + many[0]).min(raster.size[0])).map(move |x| y * raster.size[0] + x)).collect()
    };
    let offsets = (first[1]..first[1] + 3).flat_map(|y| (first[0]..first[0] + 3).map(move |x| at(x, y)));
    let value = |blocks: &Vec<usize>| {
        let off_center: usize = blocks.iter().map(|&block| raster.off_center(block)).sum();
        (blocks.iter().map(|&block| held(block)).sum::<usize>(), Reverse(off_center))
    };
    let best = offsets.reduce(|a, b| if value(&b) > value(&a) { b } else { a })?;
    let opaque: Vec<usize> =
        best.into_iter().filter(|&block| small.pixels[block] != CLEAR && held(block) > 0).collect();
    (!opaque.is_empty()).then_some(opaque)
}

/// The blocks that draw a dot: those that hold most of it. Ties go to the block nearer to the middle column, so that a
/// pair of eyes stays symmetric. Empty if a block already has its colour.
fn dot_blocks(picture: &Picture, offsets: &[usize], raster: &Raster, small: &Picture) -> Vec<usize> {
    let block = |i: &usize| Some((raster.block((i % picture.width) as isize, (i / picture.width) as isize)?, *i));
    let mut held: Vec<(usize, usize)> = offsets.iter().filter_map(block).collect();
    if held.iter().any(|&(block, i)| picture.pixels[i] == small.pixels[block]) {
        return Vec::new();
    }
    held.retain(|(block, _)| small.pixels[*block] != CLEAR);
    held.sort_unstable();
    let mut blocks: Vec<(usize, usize)> =
        held.chunk_by(|a, b| a.0 == b.0).map(|same| (same.len(), same[0].0)).collect();
    blocks.sort_by_key(|&(count, block)| (Reverse(count), raster.off_center(block), block));
    blocks.iter().take(raster.many(offsets.len())).map(|(_, block)| *block).collect()
}
