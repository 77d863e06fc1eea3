//! Samples of a run, and what is measured of each: by our own restoration and its gates, and against the data.

use std::collections::BTreeMap;
use std::path::Path;

use image::RgbaImage;
use rayon::prelude::*;
use serde::Serialize;

use super::cells;
use super::data::{Data, read};
use super::log;
use super::memorized::{self, Nearest};
use crate::process::gate;
use crate::session::features::Features;
use crate::session::restore;
use crate::words::color::{Lab, Rgb};
use crate::words::color::{distance, oklab};
use crate::words::raw::Raw;
use crate::words::recipe::Recipe;

/// What is measured of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Measured {
    /// The confidence in the grid, 0 to 1000.
    pub grid: i64,
    /// Whether it passes the default gates.
    pub passes: bool,
    /// What it is compared with the data by.
    #[serde(flatten)]
    pub features: Features,
    /// The distance from the data, 0 to 1000.
    pub distance: i64,
}

/// A sample.
pub(super) struct Sample {
    pub(super) step: u32,
    /// The strength of the LoRA, per mille; 0 is the base.
    pub(super) strength: u32,
    pub(super) trigger: bool,
    pub(super) prompt: String,
    pub(super) seed: u64,
    pub(super) file: String,
    pub(super) cells: RgbaImage,
    pub(super) measured: Measured,
    pub(super) copy: Option<(Nearest, RgbaImage)>,
}

/// The samples that a job drew; of those with the same step, strength, prompt and seed the last.
pub(super) fn of_job(folder: &Path, data: &Data, threshold: i64) -> Vec<Sample> {
    let mut found = BTreeMap::new();
    for drawn in log::samples(folder) {
        let strength = if drawn.step == 0 { 0 } else { drawn.strength };
        found.insert((drawn.step, strength, drawn.seed, drawn.prompt), drawn.path);
    }
    let found: Vec<_> = found.into_iter().collect();
    let of = |((step, strength, seed, prompt), path): ((u32, u32, u64, String), String)| {
        let image = read(Path::new(&path))?;
        let cells = cells::of(&image, data.prepared.cell, [0, 0]);
        let file = Path::new(&path).file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let copy = (step > 0).then(|| copy(&image, data, threshold)).flatten();
        let trigger = prompt.contains(&data.prepared.trigger);
        Some(Sample {
            step,
            strength,
            trigger,
            prompt,
            seed,
            file,
            measured: measure(image, &cells, data),
            cells,
            copy,
        })
    };
    found.into_par_iter().filter_map(of).collect()
}

/// Measures one sample.
pub(super) fn measured(path: &Path, data: &Data) -> Option<Measured> {
    let image = read(path)?;
    let cells = cells::of(&image, data.prepared.cell, [0, 0]);
    Some(measure(image, &cells, data))
}

fn measure(image: RgbaImage, cells: &RgbaImage, data: &Data) -> Measured {
    let recipe = Recipe::default();
    let restored = restore(&[Raw::new(image)], &recipe, None).ok();
    let grid = restored.as_ref().and_then(|sprites| sprites.found.metrics.get("grid").copied()).unwrap_or(0);
    let colors = restored.as_ref().map_or(MANY, |sprites| sprites.found.palette.len() as i64);
    let passes = restored.is_some_and(|sprites| gate::verdict(&sprites.found.metrics, &recipe).passes());
    let features = Features::of_cells(&cells::cut_out(cells, data.background), &data.reference.palette, colors);
    Measured { grid, passes, features, distance: distance_of(grid, features, data) }
}

/// An image that restoration cannot take has as many colours as a palette holds.
const MANY: i64 = 256;

/// The mean of six differences, each 0 to 1000: of the grid and of the five features.
fn distance_of(grid: i64, features: Features, data: &Data) -> i64 {
    let parts = data.reference.parts(features);
    ((1000 - grid).clamp(0, 1000) + parts.iter().sum::<i64>()) / (parts.len() as i64 + 1)
}

/// The training image that a sample is a copy of, and the part of the sample that shows it.
fn copy(image: &RgbaImage, data: &Data, threshold: i64) -> Option<(Nearest, RgbaImage)> {
    let half = data.prepared.cell / 2;
    let phases = [[0, 0], [half, 0], [0, half], [half, half]];
    let near = phases.into_iter().filter_map(|phase| {
        let cells = cells::of(image, data.prepared.cell, phase);
        let near = memorized::nearest(&cells, &data.known, threshold)?;
        let [width, height] = data.known.iter().find(|known| known.file == near.file)?.pixels.dimensions().into();
        let part = image::imageops::crop_imm(&cells, near.at[0], near.at[1], width, height).to_image();
        Some((near, part))
    });
    near.min_by_key(|(near, _)| near.difference)
}

/// Side of the blocks by which an image is compared with what its caption says.
const BLOCKS: u32 = 4;

/// What an image shows, roughly: the mean colour of each of 4 x 4 areas.
pub(super) fn gist(cells: &RgbaImage) -> Vec<Lab> {
    let area = |x: u32, y: u32| {
        let span = |at: u32, side: u32| at * side / BLOCKS..((at + 1) * side / BLOCKS).max(at * side / BLOCKS + 1);
        let (mut sums, mut count) = ([0_u32; 3], 0);
        for (x, y) in span(y, cells.height()).flat_map(|y| span(x, cells.width()).map(move |x| (x, y))) {
            if let Some(pixel) = cells.get_pixel_checked(x, y) {
                sums.iter_mut().zip(pixel.0).for_each(|(sum, value)| *sum += u32::from(value));
                count += 1;
            }
        }
        let [r, g, b] = sums.map(|sum| (sum / count.max(1)) as u8);
        oklab(Rgb([r, g, b]))
    };
    (0..BLOCKS).flat_map(|y| (0..BLOCKS).map(move |x| area(x, y))).collect()
}

/// How much two images differ in what they show.
pub(super) fn unlike(a: &[Lab], b: &[Lab]) -> f32 {
    a.iter().zip(b).map(|(a, b)| distance(*a, *b)).sum()
}
