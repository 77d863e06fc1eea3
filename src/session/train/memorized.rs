//! Whether a sample is a copy of a training image: on native pixels, at every place, mirrored too.

use image::RgbaImage;

use super::cells::apart;

/// A training image without what lies around it.
pub(super) struct Known {
    pub(super) file: String,
    pub(super) pixels: RgbaImage,
}

/// The training image that a sample shows most exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Nearest {
    pub(super) file: String,
    /// The mean difference where the training image has pixels, per mille.
    pub(super) difference: i64,
    pub(super) mirrored: bool,
}

/// Finds the training image that is nearest to any part of some cells; transparent pixels of it do not count.
pub(super) fn nearest(cells: &RgbaImage, known: &[Known]) -> Option<Nearest> {
    let mut best: Option<Nearest> = None;
    for image in known {
        for mirrored in [false, true] {
            let pixels = drawn(&image.pixels, mirrored);
            let limit = best.as_ref().map_or(i64::MAX, |best| best.difference);
            if let Some(difference) = placed(cells, &pixels, limit) {
                best = Some(Nearest { file: image.file.clone(), difference, mirrored });
            }
        }
    }
    best
}

/// A pixel at its place.
type Placed = ([u32; 2], image::Rgba<u8>);

/// The pixels of an image that are not transparent, in an order that tells places apart early.
fn drawn(image: &RgbaImage, mirrored: bool) -> (Vec<Placed>, [u32; 2]) {
    let width = image.width();
    let place = |x: u32| if mirrored { width - 1 - x } else { x };
    let pixels = image.enumerate_pixels().filter(|(_, _, pixel)| pixel[3] >= 128);
    let mut pixels: Vec<Placed> = pixels.map(|(x, y, pixel)| ([place(x), y], *pixel)).collect();
    // Multiplication by an odd number spreads neighbours.
    pixels.sort_by_key(|([x, y], _)| (x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca6b), *x, *y));
    (pixels, image.dimensions().into())
}

/// The least difference over all places, if it is below the limit.
fn placed(cells: &RgbaImage, (pixels, [width, height]): &(Vec<Placed>, [u32; 2]), limit: i64) -> Option<i64> {
    let (across, down) = cells.dimensions();
    if *width > across || *height > down || pixels.is_empty() {
        return None;
    }
    let whole = 255 * pixels.len() as i64;
    let mut least = limit.saturating_mul(whole) / 1000;
    let mut found = None;
    for (left, top) in (0..=down - height).flat_map(|top| (0..=across - width).map(move |left| (left, top))) {
        let mut sum = 0;
        for ([x, y], pixel) in pixels {
            sum += i64::from(apart(*pixel, *cells.get_pixel(left + x, top + y)));
            if sum >= least {
                break;
            }
        }
        if sum < least {
            least = sum;
            found = Some(sum * 1000 / whole);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use image::Rgba;

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
        let known: Vec<Known> =
            (0..5).map(|seed| Known { file: format!("{seed}.png"), pixels: sprite(seed) }).collect();
        let of = |cells: &RgbaImage| nearest(cells, &known).unwrap();
        for (left, top) in [(10, 10), (3, 17), (20, 0)] {
            assert_eq!(of(&showing(&sprite(2), left, top)).difference, 0);
            let mirrored = of(&showing(&image::imageops::flip_horizontal(&sprite(2)), left, top));
            assert_eq!((mirrored.difference, mirrored.file.as_str(), mirrored.mirrored), (0, "2.png", true));
        }
        assert!(of(&showing(&sprite(9), 10, 10)).difference > 150);
    }
}
