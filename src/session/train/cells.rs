//! Samples and canvases as native pixels: one of each cell of the training lattice.

use image::{Rgba, RgbaImage};

/// The mean colour of every cell. `phase` shifts the lattice, for samples whose pixels lie off it.
pub(super) fn of(image: &RgbaImage, cell: u32, phase: [u32; 2]) -> RgbaImage {
    let [across, down] =
        [image.width().saturating_sub(phase[0]) / cell, image.height().saturating_sub(phase[1]) / cell];
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

/// The cells without those that are the background, give or take what a VAE adds.
pub(super) fn cut_out(cells: &RgbaImage, [r, g, b]: [u8; 3]) -> RgbaImage {
    let mut cut = cells.clone();
    for pixel in cut.pixels_mut().filter(|pixel| apart(**pixel, Rgba([r, g, b, 255])) <= NEAR) {
        *pixel = Rgba([0; 4]);
    }
    cut
}

/// A background is so even after a VAE.
const NEAR: u8 = 16;

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
