//! Whether a sample is a copy of a training image: on native pixels, at every place, mirrored too.

use std::collections::BTreeSet;

use image::{Rgba, RgbaImage};

use super::cells::apart;

/// A training image without what lies around it.
pub(super) struct Known {
    pub(super) file: String,
    pub(super) pixels: RgbaImage,
    straight: Vec<Placed>,
    mirrored: Vec<Placed>,
}

/// A pixel at its place.
type Placed = ([u32; 2], Rgba<u8>);

/// The training image that a sample shows most exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Nearest {
    pub(super) file: String,
    /// The mean difference where the training image has pixels, per mille.
    pub(super) difference: i64,
    pub(super) mirrored: bool,
    /// Where the sample shows it.
    pub(super) at: [u32; 2],
}

/// The first pixels of a place tell most that show something else.
const FIRST: usize = 24;
/// The first pixels of a copy may differ so many times as much as all of them.
const UNEVEN: i64 = 3;
/// Fewer pixels are found in any image.
const LEAST: usize = 16;

impl Known {
    pub(super) fn new(file: String, pixels: RgbaImage) -> Self {
        let (straight, mirrored) = (drawn(&pixels, false), drawn(&pixels, true));
        Self { file, pixels, straight, mirrored }
    }

    /// Whether it is more than a spot of one colour, which many images have.
    fn is_distinct(&self) -> bool {
        let colors: BTreeSet<[u8; 4]> = self.straight.iter().map(|(_, pixel)| pixel.0).collect();
        self.straight.len() >= LEAST && colors.len() > 1
    }
}

/// Finds the training image that is nearest to any part of some cells, if it differs by less than a limit per mille;
/// transparent pixels of it do not count.
pub(super) fn nearest<'a>(
    cells: &RgbaImage,
    known: impl IntoIterator<Item = &'a Known>,
    limit: i64,
) -> Option<Nearest> {
    let mut best: Option<Nearest> = None;
    for image in known.into_iter().filter(|image| image.is_distinct()) {
        for (mirrored, pixels) in [(false, &image.straight), (true, &image.mirrored)] {
            let limit = best.as_ref().map_or(limit, |best| best.difference);
            if let Some((difference, at)) = placed(cells, pixels, image.pixels.dimensions().into(), limit) {
                best = Some(Nearest { file: image.file.clone(), difference, mirrored, at });
            }
        }
    }
    best
}

/// The pixels of an image that are not transparent, in an order that tells places apart early.
fn drawn(image: &RgbaImage, mirrored: bool) -> Vec<Placed> {
    let width = image.width();
    let place = |x: u32| if mirrored { width - 1 - x } else { x };
    let pixels = image.enumerate_pixels().filter(|(_, _, pixel)| pixel[3] >= 128);
    let mut pixels: Vec<Placed> = pixels.map(|(x, y, pixel)| ([place(x), y], *pixel)).collect();
    // Multiplication by an odd number spreads neighbours.
    pixels.sort_by_key(|([x, y], _)| (x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca6b), *x, *y));
    pixels
}

/// The least difference over all places, if it is below the limit.
fn placed(cells: &RgbaImage, pixels: &[Placed], [width, height]: [u32; 2], limit: i64) -> Option<(i64, [u32; 2])> {
    let (across, down) = cells.dimensions();
    if width > across || height > down || pixels.is_empty() {
        return None;
    }
    let whole = 255 * pixels.len() as i64;
    let mut least = limit.saturating_mul(whole) / 1000;
    let mut found = None;
    for (left, top) in (0..=down - height).flat_map(|top| (0..=across - width).map(move |left| (left, top))) {
        let mut sum = 0;
        let first = least.saturating_mul(UNEVEN).saturating_mul(FIRST as i64) / pixels.len() as i64;
        for (seen, ([x, y], pixel)) in pixels.iter().enumerate() {
            sum += i64::from(apart(*pixel, *cells.get_pixel(left + x, top + y)));
            if sum >= least || (seen + 1 == FIRST && sum > first) {
                sum = i64::MAX;
                break;
            }
        }
        if sum < least {
            least = sum;
            found = Some((sum * 1000 / whole, [left, top]));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sprite(seed: u32) -> RgbaImage {
        RgbaImage::from_fn(12, 12, |x, y| {
            let mixed = (x + 1).wrapping_mul(2_654_435_761) ^ (y + 3).wrapping_mul(40_503 + seed * 7_919);
            let value = (mixed >> 13) as u8;
            if value < 60 { Rgba([0; 4]) } else { Rgba([value, value.wrapping_mul(3), 255 - value, 255]) }
        })
    }

    /// A sample that shows a sprite at a place.
    fn showing(sprite: &RgbaImage, left: i64, top: i64) -> RgbaImage {
        let mut cells = RgbaImage::from_pixel(32, 32, Rgba([255; 4]));
        image::imageops::overlay(&mut cells, sprite, left, top);
        cells
    }

    #[test]
    fn a_planted_copy_is_found_shifted_and_mirrored_and_another_image_is_none() {
        let known: Vec<Known> = (0..5).map(|seed| Known::new(format!("{seed}.png"), sprite(seed))).collect();
        let of = |cells: &RgbaImage| nearest(cells, &known, 1000).unwrap();
        for (left, top) in [(10, 10), (3, 17), (20, 0)] {
            assert_eq!(of(&showing(&sprite(2), left, top)).difference, 0);
            let mirrored = of(&showing(&image::imageops::flip_horizontal(&sprite(2)), left, top));
            assert_eq!((mirrored.difference, mirrored.file.as_str(), mirrored.mirrored), (0, "2.png", true));
            assert_eq!(mirrored.at, [left, top].map(|at| at as u32));
        }
        assert!(of(&showing(&sprite(9), 10, 10)).difference > 150);
        assert_eq!(nearest(&showing(&sprite(9), 10, 10), &known, 60), None);
    }

    /// A VAE changes every pixel a little, and an edge of a sprite more.
    #[test]
    fn a_copy_with_noise_is_found() {
        let known: Vec<Known> = (0..5).map(|seed| Known::new(format!("{seed}.png"), sprite(seed))).collect();
        for seed in 0..40_u32 {
            let mut cells = showing(&sprite(3), i64::from(seed % 20), i64::from(seed * 7 % 20));
            for (x, y, pixel) in cells.enumerate_pixels_mut() {
                let mixed = (x + 40 * y + 977 * seed).wrapping_mul(2_654_435_761) >> 20;
                (0..3).for_each(|at| pixel[at] = pixel[at].saturating_add((mixed >> at & 7) as u8));
            }
            assert_eq!(nearest(&cells, &known, 60).map(|near| near.file), Some("3.png".to_owned()), "{seed}");
        }
    }
}
