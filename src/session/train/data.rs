//! The data set of a run as native pixels: what samples are measured against.

use std::path::Path;

use image::{Rgba, RgbaImage};
use rayon::prelude::*;

use super::cells;
use super::memorized::{Known, nearest};
use crate::plain_file;
use crate::session::dataset::Prepared;
use crate::session::features::{Features, Palette, Reference};
use crate::session::{Error, Result};
use crate::words::color::Rgb;
use crate::words::image_file;

/// A sample that is nearer to a training image than this is a copy, whatever the data.
const COPY: i64 = 40;
/// An image may lie so many native pixels beside another one when the two are compared.
const MARGIN: u32 = 4;
/// So many training images are compared with the others.
const MOST: usize = 64;

pub(super) struct Data {
    pub(super) prepared: Prepared,
    pub(super) background: [u8; 3],
    /// The cells of each canvas.
    pub(super) canvases: Vec<RgbaImage>,
    /// The images that are trained on.
    pub(super) known: Vec<Known>,
    held_out: Vec<Known>,
    pub(super) reference: Reference,
}

impl Data {
    pub(super) fn load(folder: &Path, prepared: Prepared) -> Result<Self> {
        let read = |file: &String| read(&folder.join(file)).map(|image| cells::of(&image, prepared.cell, [0, 0]));
        let canvases = prepared.canvases.iter().map(|canvas| read(&canvas.file)).collect::<Option<Vec<_>>>();
        let unreadable = || Error::internal("a prepared canvas cannot be read");
        let canvases = canvases.ok_or_else(unreadable)?;
        let background = Rgb::parse(&prepared.background).unwrap_or(Rgb([255; 3])).0;
        let [known, held_out] = [false, true].map(|held| images(&prepared, &canvases, background, held));
        let art: Vec<RgbaImage> = known.iter().chain(&held_out).map(|image| image.pixels.clone()).collect();
        let reference = Reference::of(&art).ok_or_else(unreadable)?;
        Ok(Self { prepared, background, canvases, known, held_out, reference })
    }

    /// Half of the difference that 95 of 100 images have from all others, of those that are held out and of training
    /// images: what is nearer is no coincidence. Near duplicates in the data do not count.
    pub(super) fn threshold(&self) -> i64 {
        let every = self.known.len().div_ceil(MOST).max(1);
        let trained: Vec<&Known> = self.known.iter().step_by(every).collect();
        let trained = trained.par_iter().filter_map(|image| self.to_others(image));
        let held_out = self.held_out.par_iter().filter_map(|image| self.to_others(image));
        let mut all: Vec<i64> = trained.chain(held_out).filter(|difference| *difference > COPY).collect();
        all.sort_unstable();
        all.get(all.len() / 20).map_or(COPY, |difference| (difference / 2).max(COPY))
    }

    /// How far the nearest other training image is.
    fn to_others(&self, image: &Known) -> Option<i64> {
        let longest =
            |side: fn(&RgbaImage) -> u32| self.known.iter().map(|known| side(&known.pixels)).max().unwrap_or(0);
        let [width, height] = [longest(RgbaImage::width), longest(RgbaImage::height)].map(|side| side + 2 * MARGIN);
        let [r, g, b] = self.background;
        let mut around = RgbaImage::from_pixel(width, height, Rgba([r, g, b, 255]));
        let middle = |room: u32, side: u32| i64::from(room.saturating_sub(side) / 2);
        let (left, top) = (middle(width, image.pixels.width()), middle(height, image.pixels.height()));
        image::imageops::overlay(&mut around, &image.pixels, left, top);
        let others = self.known.iter().filter(|known| known.file != image.file);
        nearest(&around, others, 1000).map(|near| near.difference)
    }

    /// How far the colours of an image are from those of all others, on average: of varied data this is much.
    pub(super) fn variety(&self) -> i64 {
        let images: Vec<&RgbaImage> = self.known.iter().map(|known| &known.pixels).collect();
        let colors = |image: &RgbaImage| {
            image.pixels().filter(|pixel| pixel[3] >= 128).map(|pixel| Rgb([pixel[0], pixel[1], pixel[2]])).collect()
        };
        let colors: Vec<std::collections::BTreeSet<Rgb>> = images.iter().map(|image| colors(image)).collect();
        let own = |at: usize| {
            let others = colors.iter().enumerate().filter(|(other, _)| *other != at).flat_map(|(_, colors)| colors);
            let others: std::collections::BTreeSet<Rgb> = others.copied().collect();
            Features::of(images[at], &Palette::new(others.into_iter())).palette
        };
        let every = images.len().div_ceil(MOST).max(1);
        let all: Vec<i64> = (0..images.len()).into_par_iter().step_by(every).map(own).collect();
        all.iter().sum::<i64>() / all.len().max(1) as i64
    }
}

pub(super) fn read(path: &Path) -> Option<RgbaImage> {
    let bytes = plain_file::read(path, image_file::MAX_BYTES).ok()?;
    image_file::decode(&bytes, "sample").ok().map(|decoded| decoded.pixels)
}

/// The images of the canvases that are held out, or of the others.
fn images(prepared: &Prepared, canvases: &[RgbaImage], [r, g, b]: [u8; 3], held_out: bool) -> Vec<Known> {
    let canvases = prepared.canvases.iter().zip(canvases).filter(|(canvas, _)| canvas.held_out == held_out);
    let images = canvases.flat_map(|(canvas, cells)| {
        canvas.sprites.iter().map(move |sprite| {
            let [left, top] = sprite.at.map(|at| at / prepared.cell);
            let mut pixels = image::imageops::crop_imm(cells, left, top, sprite.crop[2], sprite.crop[3]).to_image();
            for pixel in pixels.pixels_mut().filter(|pixel| pixel.0 == [r, g, b, 255]) {
                *pixel = Rgba([0; 4]);
            }
            Known::new(sprite.file.clone(), pixels)
        })
    });
    images.collect()
}
