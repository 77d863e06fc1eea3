//! Pictures that look like pixel art at its native size.

use image::RgbaImage;

use super::changes::same;

/// The largest width and height of a picture that is native pixel art unless its edges show larger cells.
const SMALL: u32 = 64;
/// Pictures wider or higher than this need more evidence: any grey or quantised picture has few colours, too.
const LARGE: u32 = 256;
/// The largest number of colours of large native pixel art.
const FEW: usize = 64;
/// Neighbours that differ by at least this, summed over the channels, form a sharp edge.
const JUMP: u32 = 48;
/// The largest number of colours of native pixel art.
const MANY: usize = 256;
/// At least one in this many pairs of neighbours is equal in pixel art; in noise hardly any is.
const EQUAL: u32 = 10;

/// Whether a picture may be pixel art with one pixel per cell: not large, few colours, many runs of one pixel, and many
/// equal neighbours. Strong evidence for a longer period overrides this.
pub(super) fn is_native(image: &RgbaImage) -> bool {
    let Some(colors) = colors(image) else { return false };
    if image.width().max(image.height()) > LARGE && (colors > FEW || !is_sharp(image)) {
        return false;
    }
    let (mut runs, mut single, mut pairs, mut equal) = (0, 0, 0, 0);
    let rows = || image.as_raw().as_chunks::<4>().0.chunks_exact(image.width().max(1) as usize);
    for row in rows() {
        for run in row.chunk_by(|a, b| same(*a, *b)) {
            runs += 1;
            single += u32::from(run.len() == 1);
            pairs += run.len() as u32;
            equal += run.len() as u32 - 1;
        }
    }
    for (a, b) in rows().zip(rows().skip(1)).flat_map(|(above, row)| above.iter().zip(row)) {
        pairs += 1;
        equal += u32::from(same(*a, *b));
    }
    single * 8 >= runs && equal * EQUAL >= pairs
}

/// Whether most neighbours are equal and the others form sharp edges. Edges and gradients of quantised photos pass
/// through the colours in between.
fn is_sharp(image: &RgbaImage) -> bool {
    let alike = |a: &[u8], b: &[u8]| a == b || (a[3] == 0 && b[3] == 0);
    let difference = |a: &[u8], b: &[u8]| a.iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(*b))).sum::<u32>();
    let (mut pairs, mut equal, mut jumps, mut slopes) = (0u32, 0u32, 0u32, 0u32);
    for row in image.as_raw().chunks_exact(4 * image.width().max(1) as usize) {
        let pixels: Vec<&[u8]> = row.chunks_exact(4).collect();
        for four in pixels.windows(4) {
            pairs += 1;
            if alike(four[1], four[2]) {
                equal += 1;
            } else if difference(four[1], four[2]) < JUMP || (!alike(four[0], four[1]) && !alike(four[2], four[3])) {
                slopes += 1;
            } else {
                jumps += 1;
            }
        }
    }
    2 * equal > pairs && jumps > slopes
}

/// Whether a picture is so small that every pixel must be a cell.
pub(super) fn is_tiny(image: &RgbaImage) -> bool {
    image.width().max(image.height()) <= SMALL / 2
}

/// The number of colours; `None` above [`MANY`].
fn colors(image: &RgbaImage) -> Option<usize> {
    let mut seen = std::collections::BTreeSet::new();
    let mut last = None;
    for pixel in image.pixels() {
        if last.replace(pixel) != Some(pixel) && seen.insert(pixel.0) && seen.len() > MANY {
            return None;
        }
    }
    Some(seen.len())
}

/// Whether a picture is so small that every pixel is a cell unless there is strong evidence for a longer period.
pub(super) fn is_small(image: &RgbaImage) -> bool {
    image.width().max(image.height()) <= SMALL
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgba;

    fn noise(width: u32, height: u32, colors: u32) -> RgbaImage {
        RgbaImage::from_fn(width, height, |x, y| {
            let value = (x * 7 + y * 13 + x * y * 5) % colors;
            Rgba([(value * 37 % 256) as u8, (value * 91 % 256) as u8, 40, 255])
        })
    }

    fn enlarged(image: &RgbaImage, by: u32) -> RgbaImage {
        RgbaImage::from_fn(image.width() * by, image.height() * by, |x, y| *image.get_pixel(x / by, y / by))
    }

    #[test]
    fn native_pixel_art_has_cells_of_one_pixel() {
        assert!(is_native(&noise(96, 64, 9)) && is_tiny(&noise(1, 1, 2)));
        let smooth = RgbaImage::from_fn(256, 256, |x, y| Rgba([x as u8, y as u8, 99, 255]));
        let grey = RgbaImage::from_fn(200, 200, |x, y| Rgba([(x * 7 + y * 13 + x * y * 5) as u8; 4].map(|v| v | 1)));
        assert!(!is_native(&smooth) && !is_native(&grey));
        assert!(!is_native(&noise(512, 512, 9)));
    }

    #[test]
    fn large_native_pixel_art_differs_from_quantised_pictures() {
        let drawn = RgbaImage::from_fn(480, 400, |x, y| {
            let (column, row) = (x / 16, y / 16);
            let (dx, dy) = ((x % 16) as i32 - 8, (y % 16) as i32 - 8);
            let shade = ((column * 7 + row * 3) % 5) as u8;
            match dx * dx + dy * dy {
                0..20 => Rgba([60 + 30 * shade, 90, 40, 255]),
                20..30 => Rgba([20, 16, 30, 255]),
                _ if (x * 5 + y * 3) % 17 == 0 => Rgba([150, 160, 90, 255]),
                _ => Rgba([90, 170, 80, 255]),
            }
        });
        assert!(is_native(&drawn));
        let smooth = |x: u32, y: u32| ((x * x + 3 * y * y) / 1500 + x * y / 900) % 512;
        let quantised = RgbaImage::from_fn(480, 400, |x, y| {
            let value = smooth(x, y);
            let value = if value > 255 { 511 - value } else { value } as u8 & 0xf0;
            Rgba([value, value, value, 255])
        });
        assert!(!is_native(&quantised));
        assert!(!is_native(&enlarged(&noise(60, 50, 9), 8)), "cells are not pixels");
    }
}
