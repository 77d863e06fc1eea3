//! A montage: images side by side on one ground, enlarged together by one whole factor to fit a box.

use image::{Rgba, RgbaImage};

/// What shows through where images are transparent, and between them: both light and dark outlines stand out.
const GROUND: Rgba<u8> = Rgba([120, 124, 132, 255]);

/// Images in rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Montage {
    /// The picture.
    pub image: RgbaImage,
    /// How many images a row has.
    pub columns: usize,
    /// How many images are on it: the first ones.
    pub shown: usize,
    /// The factor of enlargement; 0 for a single image that was averaged to fit.
    pub factor: u32,
}

/// Draws images in rows of `columns`, or of as many as make the picture about square, into a box of `side` pixels. Images
/// that would not fit unscaled are left out; a single one that is too large is averaged by a whole factor.
pub fn montage(images: &[RgbaImage], columns: Option<usize>, side: u32) -> Montage {
    let cell = images.iter().fold([1, 1], |[w, h], image| [w.max(image.width()), h.max(image.height())]);
    let gap = if images.len() > 1 { 1 } else { 0 };
    let fits = |along: u32, count: usize| u64::from(along + gap) * count as u64 <= u64::from(side + gap);
    if !fits(cell[0], 1) || !fits(cell[1], 1) {
        let Some(first) = images.first() else { return empty() };
        let longest = first.width().max(first.height());
        let small = super::contact::averaged(first, longest.div_ceil(side));
        return Montage { image: on_ground(&small), columns: 1, shown: 1, factor: 0 };
    }
    if images.is_empty() {
        return empty();
    }
    let most = [cell[0], cell[1]].map(|along| (usize::try_from((side + gap) / (along + gap)).unwrap_or(1)).max(1));
    let columns = columns.unwrap_or_else(|| square(images.len(), cell)).clamp(1, most[0]);
    let rows = images.len().div_ceil(columns).min(most[1]);
    let shown = images.len().min(columns * rows);
    let columns = columns.min(shown);
    let size = [(columns, cell[0]), (rows, cell[1])].map(|(count, along)| count as u32 * (along + gap) - gap);
    let factor = (side / size[0].max(size[1])).max(1);
    let mut image = RgbaImage::from_pixel(size[0] * factor, size[1] * factor, GROUND);
    for (at, one) in images.iter().take(shown).enumerate() {
        let corner = [(at % columns) as u32 * (cell[0] + gap), (at / columns) as u32 * (cell[1] + gap)];
        for (x, y, pixel) in one.enumerate_pixels() {
            let pixel = over_ground(*pixel);
            for (dx, dy) in (0..factor * factor).map(|at| (at % factor, at / factor)) {
                image.put_pixel((corner[0] + x) * factor + dx, (corner[1] + y) * factor + dy, pixel);
            }
        }
    }
    Montage { image, columns, shown, factor }
}

fn empty() -> Montage {
    Montage { image: RgbaImage::from_pixel(1, 1, GROUND), columns: 0, shown: 0, factor: 1 }
}

/// The columns that make the picture about as wide as high.
fn square(count: usize, [width, height]: [u32; 2]) -> usize {
    let is_wide =
        |columns: &usize| *columns as u64 * u64::from(width) >= count.div_ceil(*columns) as u64 * u64::from(height);
    (1..=count).find(is_wide).unwrap_or(count)
}

fn on_ground(image: &RgbaImage) -> RgbaImage {
    RgbaImage::from_fn(image.width(), image.height(), |x, y| over_ground(*image.get_pixel(x, y)))
}

fn over_ground(pixel: Rgba<u8>) -> Rgba<u8> {
    let alpha = u32::from(pixel[3]);
    let mix = |at: usize| {
        let sum = u32::from(pixel[at]) * alpha + u32::from(GROUND[at]) * (255 - alpha);
        u8::try_from((sum + 127) / 255).unwrap_or(u8::MAX)
    };
    Rgba([mix(0), mix(1), mix(2), 255])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn images(count: usize, width: u32, height: u32) -> Vec<RgbaImage> {
        let colour = |at: usize| Rgba([at as u8, 10, 20, 255]);
        (0..count).map(|at| RgbaImage::from_pixel(width, height, colour(at))).collect()
    }

    #[test]
    fn one_image_fills_the_box_by_a_whole_factor() {
        let made = montage(&images(1, 32, 24), None, 512);
        assert_eq!((made.image.dimensions(), made.factor, made.shown), ((512, 384), 16, 1));
        assert!(made.image.pixels().all(|pixel| pixel.0 == [0, 10, 20, 255]));
    }

    #[test]
    fn several_images_lie_in_rows_in_their_order() {
        let made = montage(&images(4, 16, 16), None, 512);
        assert_eq!((made.columns, made.shown, made.factor, made.image.dimensions()), (2, 4, 15, (495, 495)));
        assert_eq!(made.image.get_pixel(16 * 15 + 5, 5), &GROUND);
        assert_eq!(made.image.get_pixel(300, 300).0, [3, 10, 20, 255]);
    }

    #[test]
    fn what_does_not_fit_is_left_out_or_averaged() {
        let made = montage(&images(2000, 32, 32), None, 512);
        assert!(made.image.width() <= 512 && made.image.height() <= 512 && made.shown < 2000 && made.factor == 1);
        let made = montage(&images(1, 1024, 700), None, 512);
        assert_eq!((made.image.dimensions(), made.factor), ((512, 350), 0));
        assert_eq!(montage(&[], None, 512).shown, 0);
    }
}
