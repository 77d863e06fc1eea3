//! The objects of a sheet on their flat ground: a raw in square blocks, each of which is ground or part of an object.

use image::{GrayImage, Luma, RgbaImage};
use imageproc::distance_transform::Norm;
use imageproc::morphology::dilate;
use imageproc::region_labelling::{Connectivity, connected_components};

use crate::process::picture::Rect;

/// Blocks along the longer side, about.
const ACROSS: usize = 256;
/// The ground flows from block to block over steps of at most this many times the steps along the border,
const STEPS: f32 = 4.0;
/// within these limits, in 8-bit levels; steeper borders are no flat ground.
const STEP: std::ops::RangeInclusive<f32> = 4.0..=40.0;
/// The largest difference of the ground from the border's colour (vignettes, glows, contact shadows), in levels.
const FAR: f32 = 90.0;
/// The least share of the picture that is ground.
const GROUND: f32 = 0.2;
/// Groups of at most this many blocks are noise.
const SPECK: usize = 1;
/// So many values of 8 bits have a sum of 16 bits.
const WIDE: usize = 257;

/// The colour of a block as 8-bit levels; `None` if most of it is transparent.
type Block = Option<[f32; 3]>;

/// A raw in blocks.
pub(in crate::process) struct Regions {
    /// The side of a block in pixels.
    step: usize,
    columns: usize,
    rows: usize,
    /// For each block the number of its object, from 1; 0 is ground.
    labels: Vec<u16>,
    /// The bounding boxes of the objects in pixels.
    pub boxes: Vec<Rect>,
}

impl Regions {
    /// The objects on the ground of a raw; `None` if its border is no ground.
    ///
    /// A flood from the border follows shading, as the matte does. It works on blocks, where noise is low, because it
    /// comes before the grid.
    pub(in crate::process) fn of(image: &RgbaImage, least: u8) -> Option<Self> {
        let step = (image.width().max(image.height()) as usize).div_ceil(ACROSS).max(1);
        let (columns, rows) = ((image.width() as usize).div_ceil(step), (image.height() as usize).div_ceil(step));
        let blocks = blocks(image, step, least);
        let ground = ground(&blocks, columns, rows)?;
        let labels = labels(&ground, columns, rows);
        let mut regions = Self { step, columns, rows, labels, boxes: Vec::new() };
        regions.count([image.width(), image.height()].map(|length| length as usize));
        Some(regions)
    }

    /// Numbers the objects in reading order, drops specks, and finds the boxes.
    fn count(&mut self, size: [usize; 2]) {
        let most = self.labels.iter().copied().max().unwrap_or(0);
        let mut areas = vec![0; usize::from(most) + 1];
        self.labels.iter().for_each(|label| areas[usize::from(*label)] += 1);
        areas[0] = 0;
        let mut number = 0;
        let numbers: Vec<u16> = areas
            .iter()
            .map(|area| {
                let kept = u16::from(*area > SPECK);
                number += kept;
                number * kept
            })
            .collect();
        self.labels.iter_mut().for_each(|label| *label = numbers[usize::from(*label)]);
        let mut boxes: Vec<Option<Rect>> = vec![None; usize::from(number)];
        for (block, label) in self.labels.iter().enumerate().filter(|(_, label)| **label > 0) {
            let (x, y) = (block % self.columns * self.step, block / self.columns * self.step);
            let right_bottom = [(x + self.step).min(size[0]), (y + self.step).min(size[1])];
            let one = Rect { left: x, top: y, right: right_bottom[0], bottom: right_bottom[1] };
            let slot = &mut boxes[usize::from(*label) - 1];
            *slot = Some(slot.map_or(one, |area| area.union(one)));
        }
        self.boxes = boxes.into_iter().flatten().collect();
    }

    /// The side of a block in pixels.
    pub(in crate::process) fn step(&self) -> usize {
        self.step
    }

    /// The object at a pixel, from 1; 0 for ground.
    pub(in crate::process) fn at(&self, x: usize, y: usize) -> usize {
        self.labels[y / self.step * self.columns + x / self.step].into()
    }

    /// How many blocks an object has, counted from 1; 0 is ground.
    pub(in crate::process) fn blocks(&self, label: usize) -> usize {
        self.labels.iter().filter(|other| usize::from(**other) == label).count()
    }

    /// The share of the border's blocks that are ground.
    pub(in crate::process) fn ground_along_border(&self) -> f64 {
        let ring: Vec<usize> = crate::process::matte::border(self.columns, self.rows).collect();
        let ground = ring.iter().filter(|&&block| self.labels[block] == 0).count();
        ground as f64 / ring.len().max(1) as f64
    }

    /// Gives the blocks of each object to the one that `owners` names for it, both counted from 0.
    pub(in crate::process) fn join(&mut self, owners: &[usize], size: [usize; 2]) {
        for label in self.labels.iter_mut().filter(|label| **label > 0) {
            *label = owners[usize::from(*label) - 1] as u16 + 1;
        }
        self.count(size);
    }

    /// The raw with its objects replaced by the nearest ground.
    pub(in crate::process) fn bare(&self, image: &RgbaImage) -> RgbaImage {
        let sources = self.nearest_ground();
        let mut bare = image.clone();
        for (block, source) in sources.into_iter().enumerate().filter(|(block, source)| block != source) {
            let corner = |block: usize| [block % self.columns * self.step, block / self.columns * self.step];
            let (to, from) = (corner(block), corner(source));
            for (x, y) in (0..self.step * self.step).map(|i| (i % self.step, i / self.step)) {
                let [to, from] = [to, from].map(|[left, top]| [(left + x) as u32, (top + y) as u32]);
                if to[0] < image.width() && to[1] < image.height() {
                    let from = [from[0].min(image.width() - 1), from[1].min(image.height() - 1)];
                    bare.put_pixel(to[0], to[1], *image.get_pixel(from[0], from[1]));
                }
            }
        }
        bare
    }

    /// For each block the nearest block of ground, found by a breadth-first search from all ground.
    fn nearest_ground(&self) -> Vec<usize> {
        let count = self.labels.len();
        let mut sources = vec![usize::MAX; count];
        let mut queue: Vec<usize> = (0..count).filter(|&block| self.labels[block] == 0).collect();
        queue.iter().for_each(|&block| sources[block] = block);
        let mut next = 0;
        while let Some(&block) = queue.get(next) {
            next += 1;
            for side in neighbors(block, self.columns, self.rows) {
                if sources[side] == usize::MAX {
                    sources[side] = sources[block];
                    queue.push(side);
                }
            }
        }
        sources
    }
}

/// The mean colour of every block.
fn blocks(image: &RgbaImage, step: usize, least: u8) -> Vec<Block> {
    let (width, columns) = (image.width() as usize, (image.width() as usize).div_ceil(step));
    let rows: Vec<&[[u8; 4]]> = image.as_raw().as_chunks::<4>().0.chunks_exact(width.max(1)).collect();
    let is_opaque = |row: &&[[u8; 4]]| row.iter().fold(u8::MAX, |all, [.., alpha]| all & alpha) == u8::MAX;
    let mut blocks = Vec::with_capacity(columns * rows.len().div_ceil(step));
    for band in rows.chunks(step) {
        let sums = if step * step <= WIDE && band.iter().all(is_opaque) {
            opaque_sums(band, step)
        } else {
            sums(band, step, least)
        };
        let mean = |[r, g, b, opaque, all]: [u32; 5]| -> Block {
            (2 * opaque > all).then(|| [r, g, b].map(|sum| sum as f32 / opaque as f32))
        };
        blocks.extend(sums.into_iter().map(mean));
    }
    blocks
}

/// The sums of red, green and blue over the opaque pixels of every block of a band of rows, and the numbers of opaque
/// pixels and of all.
fn sums(band: &[&[[u8; 4]]], step: usize, least: u8) -> Vec<[u32; 5]> {
    let mut sums = vec![[0u32; 5]; band[0].len().div_ceil(step)];
    for row in band {
        for (sum, pixels) in sums.iter_mut().zip(row.chunks(step)) {
            for [r, g, b, alpha] in pixels {
                let opaque = u32::from(*alpha >= least);
                let values = [u32::from(*r), u32::from(*g), u32::from(*b), 1].map(|value| value * opaque);
                (0..4).for_each(|i| sum[i] += values[i]);
                sum[4] += 1;
            }
        }
    }
    sums
}

/// [`sums`] of opaque pixels, at most [`WIDE`] in a block: two channels in each half of a word at a time.
fn opaque_sums(band: &[&[[u8; 4]]], step: usize) -> Vec<[u32; 5]> {
    let width = band[0].len();
    let sum = |left: usize| {
        let columns = left..(left + step).min(width);
        let (mut even, mut odd) = (0, 0);
        for pixel in band.iter().flat_map(|row| &row[columns.clone()]) {
            let pixel = u32::from_le_bytes(*pixel);
            (even, odd) = (even + (pixel & 0xff_00ff), odd + (pixel >> 8 & 0xff_00ff));
        }
        let count = (band.len() * columns.len()) as u32;
        [even & 0xffff, odd & 0xffff, even >> 16, count, count]
    };
    (0..width).step_by(step).map(sum).collect()
}

/// Which blocks are ground; `None` if the border has none, or too little is.
fn ground(blocks: &[Block], columns: usize, rows: usize) -> Option<Vec<bool>> {
    let ring: Vec<usize> = crate::process::matte::border(columns, rows).collect();
    let clear = ring.iter().filter(|&&block| blocks[block].is_none()).count();
    let ground = if 2 * clear > ring.len() {
        blocks.iter().map(Option::is_none).collect()
    } else {
        let colors: Vec<[f32; 3]> = ring.iter().filter_map(|&block| blocks[block]).collect();
        let median = [0, 1, 2].map(|i| quantile(colors.iter().map(|color| color[i]).collect(), 0.5));
        let steps = quantile(colors.windows(2).map(|pair| distance(pair[0], pair[1])).collect(), 0.7);
        let step = (STEPS * steps).max(*STEP.start());
        if !STEP.contains(&step) {
            return None;
        }
        let near = |color: [f32; 3], reach: f32| distance(color, median) <= reach;
        let starts = ring.into_iter().filter(|&block| blocks[block].is_some_and(|color| near(color, FAR / 2.0)));
        flood(blocks, columns, rows, starts.collect(), |from, to| near(to, FAR) && distance(from, to) <= step)
    };
    let share = ground.iter().filter(|ground| **ground).count() as f32 / ground.len().max(1) as f32;
    (share >= GROUND).then_some(ground)
}

/// Flood fill with 4-connectivity: the blocks that are reached from `starts`.
fn flood(
    blocks: &[Block],
    columns: usize,
    rows: usize,
    starts: Vec<usize>,
    joins: impl Fn([f32; 3], [f32; 3]) -> bool,
) -> Vec<bool> {
    let mut reached = vec![false; blocks.len()];
    starts.iter().for_each(|&block| reached[block] = true);
    let mut queue = starts;
    while let Some(block) = queue.pop() {
        for side in neighbors(block, columns, rows) {
            let both = blocks[block].zip(blocks[side]);
            if !reached[side] && both.is_some_and(|(from, to)| joins(from, to)) {
                reached[side] = true;
                queue.push(side);
            }
        }
    }
    reached
}

/// The blocks that share a side with a block.
fn neighbors(block: usize, columns: usize, rows: usize) -> impl Iterator<Item = usize> {
    let (x, y) = (block % columns, block / columns);
    let sides = [
        (y > 0).then(|| block - columns),
        (x > 0).then(|| block - 1),
        (x + 1 < columns).then_some(block + 1),
        (y + 1 < rows).then_some(block + columns),
    ];
    sides.into_iter().flatten()
}

/// The number of the object of each block, from 1. Groups of blocks at most two blocks apart are one object.
fn labels(ground: &[bool], columns: usize, rows: usize) -> Vec<u16> {
    let mask = GrayImage::from_fn(columns as u32, rows as u32, |x, y| {
        Luma([if ground[y as usize * columns + x as usize] { 0 } else { 255 }])
    });
    let labels = connected_components(&dilate(&mask, Norm::LInf, 1), Connectivity::Eight, Luma([0]));
    let label = |(label, ground): (&u32, &bool)| if *ground { 0 } else { u16::try_from(*label).unwrap_or(u16::MAX) };
    labels.as_raw().iter().zip(ground).map(label).collect()
}

fn distance(a: [f32; 3], b: [f32; 3]) -> f32 {
    [0, 1, 2].map(|i| (a[i] - b[i]) * (a[i] - b[i])).iter().sum::<f32>().sqrt()
}

/// The quantile of the values; `share` is 0 to 1.
fn quantile(mut values: Vec<f32>, share: f32) -> f32 {
    let position = ((values.len() as f32 * share) as usize).min(values.len().saturating_sub(1));
    if values.is_empty() { 0.0 } else { *values.select_nth_unstable_by(position, f32::total_cmp).1 }
}
