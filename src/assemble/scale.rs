//! Whole-number enlargement: every pixel becomes a square.

use image::RgbaImage;

/// The picture `k` times as wide and high, each pixel a square of `k`; 0 counts as 1.
pub fn scale(image: &RgbaImage, k: u32) -> RgbaImage {
    if k <= 1 {
        return image.clone();
    }
    let mut large = RgbaImage::new(image.width() * k, image.height() * k);
    for (x, y, pixel) in large.enumerate_pixels_mut() {
        *pixel = *image.get_pixel(x / k, y / k);
    }
    large
}
