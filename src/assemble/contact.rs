//! Contact sheets: images side by side, enlarged by whole factors, with captions; what is transparent lies on a checker.

use font8x8::{BASIC_FONTS, GREEK_FONTS, LATIN_FONTS, UnicodeFonts};
use image::{Rgba, RgbaImage};

use super::AssembleError;
use crate::words::sheet::{TooLarge, scale};

/// The side of the box that an image fills, as far as whole factors can.
const BOX: u32 = 128;
/// The space between cells, and around everything.
const GAP: u32 = 12;
/// The space between the images of one cell.
const PAIR: u32 = 4;
/// The height of a caption and of the space below it.
const LINE: u32 = 12;
/// Cells go on in another line beyond this width.
const WIDTH: u32 = 1120;
/// The side of a square of the checker.
const SQUARE: u32 = 8;

const GROUND: Rgba<u8> = Rgba([30, 32, 38, 255]);
const INK: Rgba<u8> = Rgba([226, 228, 233, 255]);
const DARK: Rgba<u8> = Rgba([96, 98, 104, 255]);
const LIGHT: Rgba<u8> = Rgba([128, 130, 136, 255]);

/// An image of a cell.
#[derive(Clone, Debug)]
pub enum Image {
    /// Pixel art: shown as it is or enlarged.
    Pixels(RgbaImage),
    /// Anything else: shown as it is or averaged to fit.
    Photo(RgbaImage),
}

/// Images that belong together, with a caption below them.
#[derive(Clone, Debug)]
pub struct Cell {
    /// The images from left to right.
    pub images: Vec<Image>,
    /// The caption.
    pub caption: String,
}

/// Cells below a caption.
#[derive(Clone, Debug)]
pub struct Row {
    /// The caption.
    pub caption: String,
    /// The cells from left to right.
    pub cells: Vec<Cell>,
}

/// Draws rows from top to bottom.
///
/// # Errors
/// There are too many for one image.
pub fn draw(rows: &[Row]) -> Result<RgbaImage, AssembleError> {
    let placed = place(rows);
    let right = |at: &Placed| at.x + at.width();
    let width = placed.iter().map(right).max().unwrap_or(0) + GAP;
    let height = placed.iter().map(|at| at.y + at.height()).max().unwrap_or(0) + GAP;
    TooLarge::check([width.into(), height.into()], 1).map_err(AssembleError::Large)?;
    let mut sheet = RgbaImage::from_pixel(width, height, GROUND);
    placed.iter().for_each(|at| at.draw(&mut sheet));
    Ok(sheet)
}

/// A caption of a row or a cell at its place.
struct Placed {
    x: u32,
    y: u32,
    images: Vec<RgbaImage>,
    caption: String,
}

impl Placed {
    fn width(&self) -> u32 {
        let images: u32 = self.images.iter().map(|image| image.width() + PAIR).sum();
        images.saturating_sub(PAIR).max(text_width(&self.caption))
    }

    fn height(&self) -> u32 {
        let image = self.images.iter().map(RgbaImage::height).max();
        image.map_or(0, |height| height + PAIR) + LINE
    }

    fn draw(&self, sheet: &mut RgbaImage) {
        let tallest = self.images.iter().map(RgbaImage::height).max();
        let mut x = self.x;
        for image in &self.images {
            blend(sheet, image, [x, self.y]);
            x += image.width() + PAIR;
        }
        write(sheet, [self.x, self.y + tallest.map_or(0, |height| height + PAIR)], &self.caption);
    }
}

fn place(rows: &[Row]) -> Vec<Placed> {
    let mut placed: Vec<Placed> = Vec::new();
    let mut y = GAP;
    for row in rows {
        placed.push(Placed { x: GAP, y, images: Vec::new(), caption: row.caption.clone() });
        y += LINE;
        let (mut x, mut tallest) = (GAP, 0);
        for cell in &row.cells {
            let images = cell.images.iter().map(fitted).collect();
            let mut at = Placed { x, y, images, caption: cell.caption.clone() };
            if x > GAP && x + at.width() > WIDTH {
                y += tallest + GAP;
                (at.x, at.y, tallest) = (GAP, y, 0);
            }
            x = at.x + at.width() + GAP;
            tallest = tallest.max(at.height());
            placed.push(at);
        }
        y += tallest + GAP;
    }
    placed
}

/// An image at the size at which it is shown.
fn fitted(image: &Image) -> RgbaImage {
    match image {
        Image::Pixels(image) => scale(image, (BOX / image.width().max(image.height()).max(1)).max(1)),
        Image::Photo(image) => averaged(image, image.width().max(image.height()).div_ceil(BOX)),
    }
}

/// The image with the mean of every square of `k` pixels in its place.
pub fn averaged(image: &RgbaImage, k: u32) -> RgbaImage {
    if k <= 1 {
        return image.clone();
    }
    let mean = |x: u32, y: u32| {
        let pixels = (0..k * k).filter_map(|at| image.get_pixel_checked(x * k + at % k, y * k + at / k));
        let (mut sums, mut alpha, mut count) = ([0u64; 3], 0u64, 0u64);
        for Rgba([r, g, b, a]) in pixels {
            let weight = u64::from(*a);
            for (sum, value) in sums.iter_mut().zip([r, g, b]) {
                *sum += u64::from(*value) * weight;
            }
            alpha += weight;
            count += 1;
        }
        let [r, g, b] = sums.map(|sum| (sum / alpha.max(1)) as u8);
        Rgba([r, g, b, (alpha / count.max(1)) as u8])
    };
    RgbaImage::from_fn((image.width() / k).max(1), (image.height() / k).max(1), mean)
}

/// Lays an image on a checker.
fn blend(sheet: &mut RgbaImage, image: &RgbaImage, [left, top]: [u32; 2]) {
    for (x, y, pixel) in image.enumerate_pixels() {
        let ground = if (x / SQUARE + y / SQUARE).is_multiple_of(2) { DARK } else { LIGHT };
        let alpha = u32::from(pixel[3]);
        let mix = |at: usize| ((u32::from(pixel[at]) * alpha + u32::from(ground[at]) * (255 - alpha)) / 255) as u8;
        if let Some(to) = sheet.get_pixel_mut_checked(left + x, top + y) {
            *to = Rgba([mix(0), mix(1), mix(2), 255]);
        }
    }
}

fn text_width(text: &str) -> u32 {
    8 * u32::try_from(text.chars().count()).unwrap_or(0).min(WIDTH / 8)
}

/// Writes text; a letter that the font does not have is a question mark.
fn write(sheet: &mut RgbaImage, [left, top]: [u32; 2], text: &str) {
    for (letter, left) in text.chars().take((WIDTH / 8) as usize).zip((left..).step_by(8)) {
        let glyph = BASIC_FONTS.get(letter).or_else(|| LATIN_FONTS.get(letter)).or_else(|| GREEK_FONTS.get(letter));
        let glyph = glyph.or_else(|| BASIC_FONTS.get('?')).unwrap_or_default();
        for (row, top) in glyph.into_iter().zip(top..) {
            for (bit, left) in (0..8).zip(left..) {
                if let Some(pixel) = sheet.get_pixel_mut_checked(left, top).filter(|_| row >> bit & 1 == 1) {
                    *pixel = INK;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(images: Vec<Image>) -> RgbaImage {
        draw(&[Row { caption: "knight".to_owned(), cells: vec![Cell { images, caption: "1".to_owned() }] }]).unwrap()
    }

    #[test]
    fn pixels_are_enlarged_by_a_whole_factor_and_lie_on_a_checker() {
        let mut art = RgbaImage::new(30, 20);
        art.put_pixel(0, 0, Rgba([200, 0, 0, 255]));
        let sheet = sheet(vec![Image::Pixels(art)]);
        let red = sheet.pixels().filter(|pixel| **pixel == Rgba([200, 0, 0, 255])).count();
        assert_eq!((red, sheet.get_pixel(GAP + 4, GAP + LINE)), (16, &DARK));
    }

    #[test]
    fn a_photo_is_averaged_to_fit() {
        let photo = RgbaImage::from_fn(300, 300, |x, _| if x % 2 == 0 { Rgba([0, 0, 0, 255]) } else { Rgba([100; 4]) });
        let small = averaged(&photo, 3);
        assert_eq!(small.dimensions(), (100, 100));
        assert!(sheet(vec![Image::Photo(photo)]).width() < 160);
    }

    #[test]
    fn many_cells_go_on_below_and_strange_letters_are_question_marks() {
        let cell = |at: u32| Cell { images: vec![Image::Pixels(RgbaImage::new(8, 8))], caption: at.to_string() };
        let rows = [Row { caption: "騎士".to_owned(), cells: (0..20).map(cell).collect() }];
        let sheet = draw(&rows).unwrap();
        assert!(sheet.width() <= WIDTH + GAP && sheet.height() > 2 * BOX, "{:?}", sheet.dimensions());
    }
}
