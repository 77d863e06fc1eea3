//! A raw as OKLab, the input of grid detection and sampling.

use std::sync::OnceLock;

use crate::words::color::{Lab, Rgb, oklab, oklab_planes};
use crate::words::raw::Raw;

/// The colour that stands for transparent pixels. It lies far outside sRGB, so that the edge of a transparent region is
/// the strongest edge.
const CLEAR: Lab = [0.5, 0.0, 1.0];

/// Pixels converted at a time: three planes of them fit into the L1 cache.
const CHUNK: usize = 512;

/// Up to this many pixels the whole picture is kept in OKLab, which saves converting it several times. It takes three
/// times as much memory as the raw.
const KEPT: usize = 2 << 20;

/// Three values (L, a, b) for each of some pixels, as planes.
type Planes = [Vec<f32>; 3];

/// A raw seen as OKLab. Whether it is converted once or row by row makes no difference to any value.
#[derive(Debug)]
pub(super) struct Canvas<'a> {
    pub width: usize,
    pub height: usize,
    pixels: &'a [[u8; 4]],
    /// The least alpha of a pixel that is not transparent.
    least: u8,
    whole: OnceLock<Planes>,
}

impl<'a> Canvas<'a> {
    /// A view of a raw. Pixels with an alpha below `least` are [`CLEAR`].
    pub(super) fn of(raw: &'a Raw, least: u8) -> Self {
        let (width, height) = (raw.pixels.width() as usize, raw.pixels.height() as usize);
        Self { width, height, pixels: raw.pixels.as_chunks().0, least, whole: OnceLock::new() }
    }

    /// The colour at an offset, row by row.
    pub(super) fn at(&self, offset: usize) -> Lab {
        match self.whole.get() {
            Some(planes) => [planes[0][offset], planes[1][offset], planes[2][offset]],
            None => lab_of(self.pixel(offset)),
        }
    }

    /// The pixel at an offset, row by row; `None` if it is transparent. Equal pixels have equal colours and the other
    /// way round.
    pub(super) fn pixel(&self, offset: usize) -> Option<Rgb> {
        let [r, g, b, alpha] = self.pixels[offset];
        (alpha >= self.least).then_some(Rgb([r, g, b]))
    }

    /// All pixels, row by row.
    pub(super) fn pixels(&self) -> &[[u8; 4]] {
        self.pixels
    }

    /// The alpha at an offset, row by row.
    pub(super) fn alpha(&self, offset: usize) -> u8 {
        self.pixels[offset][3]
    }

    /// The least alpha of a pixel that is not transparent.
    pub(super) fn least(&self) -> u8 {
        self.least
    }

    /// Whether any pixel is half transparent.
    pub(super) fn is_soft(&self) -> bool {
        self.pixels.iter().any(|pixel| (1..255).contains(&pixel[3]))
    }

    /// The rows of the picture, to be read in ascending order.
    pub(super) fn rows(&self) -> Rows<'_> {
        let whole = (self.pixels.len() <= KEPT).then(|| self.whole.get_or_init(|| converted(self.pixels, self.least)));
        Rows { canvas: self, whole, held: [usize::MAX; 3], planes: Default::default() }
    }
}

/// Rows of a canvas as planes: of the whole picture, or the last three that were loaded.
pub(super) struct Rows<'a> {
    canvas: &'a Canvas<'a>,
    whole: Option<&'a Planes>,
    held: [usize; 3],
    planes: [Planes; 3],
}

impl Rows<'_> {
    /// Makes sure that row `y` can be read; at most the two loaded before it can still be read then.
    pub(super) fn load(&mut self, y: usize) {
        let slot = y % 3;
        if self.whole.is_none() && self.held[slot] != y {
            let width = self.canvas.width;
            self.planes[slot].iter_mut().for_each(Vec::clear);
            append(&self.canvas.pixels[y * width..][..width], self.canvas.least, &mut self.planes[slot]);
            self.held[slot] = y;
        }
    }

    /// A plane of a row that was loaded.
    pub(super) fn plane(&self, y: usize, plane: usize) -> &[f32] {
        match self.whole {
            Some(planes) => &planes[plane][y * self.canvas.width..][..self.canvas.width],
            None => &self.planes[y % 3][plane],
        }
    }
}

fn converted(pixels: &[[u8; 4]], least: u8) -> Planes {
    let mut planes = [(); 3].map(|()| Vec::with_capacity(pixels.len()));
    append(pixels, least, &mut planes);
    planes
}

fn append(pixels: &[[u8; 4]], least: u8, planes: &mut Planes) {
    for pixels in pixels.chunks(CHUNK) {
        let done = planes[0].len();
        oklab_planes(pixels.iter().map(|[r, g, b, _]| [*r, *g, *b]), planes);
        for (i, _) in pixels.iter().enumerate().filter(|(_, pixel)| pixel[3] < least) {
            planes.iter_mut().zip(CLEAR).for_each(|(plane, value)| plane[done + i] = value);
        }
    }
}

/// The colour of a pixel.
pub(super) fn lab_of(pixel: Option<Rgb>) -> Lab {
    pixel.map_or(CLEAR, oklab)
}

/// Whether a colour of a canvas, or an average of several, stands for more transparent than opaque pixels.
pub(super) fn is_clear(lab: Lab) -> bool {
    lab[2] > 0.6
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgba, RgbaImage};

    #[test]
    fn rows_have_the_values_of_the_whole_picture() {
        let image = RgbaImage::from_fn(600, 40, |x, y| Rgba([x as u8, (x * y) as u8, 7, if x > y { 255 } else { 9 }]));
        let raw = Raw::new(image);
        let (canvas, whole) = (Canvas::of(&raw, 128), converted(raw.pixels.as_chunks().0, 128));
        let mut rows = Rows { canvas: &canvas, whole: None, held: [usize::MAX; 3], planes: Default::default() };
        for y in 0..40 {
            rows.load(y);
            for (i, plane) in whole.iter().enumerate() {
                assert_eq!(rows.plane(y, i), &plane[y * 600..][..600]);
                assert_eq!(plane[y * 600 + 30], canvas.at(y * 600 + 30)[i]);
            }
        }
    }
}
