//! Samples and canvases as native pixels: one of each cell of the training lattice.

use image::{Rgba, RgbaImage};

use crate::words::color::{Lab, Rgb, distance, nearest_lab, oklab};

/// The mean colour of every cell. `phase` shifts the lattice, for samples whose pixels lie off it.
pub(super) fn of(image: &RgbaImage, cell: u32, phase: [u32; 2]) -> RgbaImage {
    let [across, down] = [(image.width() - phase[0]) / cell, (image.height() - phase[1]) / cell];
    RgbaImage::from_fn(across, down, |x, y| {
        let (mut sums, count) = ([0_u32; 3], cell * cell);
        for (dx, dy) in (0..cell).flat_map(|dy| (0..cell).map(move |dx| (dx, dy))) {
            let pixel = image.get_pixel(phase[0] + x * cell + dx, phase[1] + y * cell + dy);
            sums.iter_mut().zip(pixel.0).for_each(|(sum, value)| *sum += u32::from(value));
        }
        let [r, g, b] = sums.map(|sum| ((sum + count / 2) / count) as u8);
        Rgba([r, g, b, 255])
    })
}

/// The colours of a data set.
pub(super) struct Palette(Vec<(Rgb, Lab)>);

impl Palette {
    pub(super) fn new(colors: impl Iterator<Item = Rgb>) -> Self {
        Self(colors.map(|color| (color, oklab(color))).collect())
    }

    /// The mean distance of the cells from the nearest colour, in thousandths of OKLab's unit.
    pub(super) fn distance(&self, cells: &RgbaImage) -> i64 {
        let (mut sum, mut count) = (0_i64, 0_i64);
        for pixel in cells.pixels() {
            let lab = oklab(rgb(*pixel));
            let near = nearest_lab(self.0.iter().map(|(_, lab)| *lab), lab);
            sum += self.0.get(near).map_or(1000, |(_, other)| (distance(lab, *other) * 1000.0) as i64);
            count += 1;
        }
        sum / count.max(1)
    }

    /// How many runs of equal colours in a row are one cell long, per mille.
    pub(super) fn short_runs(&self, cells: &RgbaImage) -> i64 {
        let near = |pixel: &Rgba<u8>| nearest_lab(self.0.iter().map(|(_, lab)| *lab), oklab(rgb(*pixel)));
        let (mut short, mut all) = (0, 0);
        for row in cells.rows() {
            let colors: Vec<usize> = row.map(near).collect();
            for run in colors.chunk_by(|a, b| a == b) {
                short += i64::from(run.len() == 1);
                all += 1;
            }
        }
        short * 1000 / all.max(1)
    }
}

fn rgb(Rgba([r, g, b, _]): Rgba<u8>) -> Rgb {
    Rgb([r, g, b])
}

/// The mean difference of two images of one size, per mille of the largest.
pub(super) fn difference(a: &RgbaImage, b: &RgbaImage) -> Option<i64> {
    let same = a.dimensions() == b.dimensions() && a.width() > 0 && a.height() > 0;
    same.then(|| {
        let sum: i64 = a.pixels().zip(b.pixels()).map(|(a, b)| i64::from(apart(*a, *b))).sum();
        sum * 1000 / (255 * i64::from(a.width()) * i64::from(a.height()))
    })
}

/// The largest difference of a channel.
pub(super) fn apart(a: Rgba<u8>, b: Rgba<u8>) -> u8 {
    (0..3).map(|at| a[at].abs_diff(b[at])).max().unwrap_or(0)
}
