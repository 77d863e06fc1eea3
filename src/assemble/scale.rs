//! Whole-number enlargement: every pixel becomes a square.

use image::RgbaImage;

/// The picture `k` times as wide and high, each pixel a square of `k`; 0 counts as 1.
pub fn scale(image: &RgbaImage, k: u32) -> RgbaImage {
    if k <= 1 || image.is_empty() {
        return image.clone();
    }
    let mut pixels = Vec::with_capacity(image.as_raw().len() * (k * k) as usize);
    for row in image.as_raw().chunks(4 * image.width() as usize) {
        let start = pixels.len();
        row.as_chunks::<4>().0.iter().for_each(|pixel| pixels.extend(std::iter::repeat_n(pixel, k as usize).flatten()));
        let end = pixels.len();
        (1..k).for_each(|_| pixels.extend_from_within(start..end));
    }
    RgbaImage::from_raw(image.width() * k, image.height() * k, pixels).unwrap_or_else(|| image.clone())
}
