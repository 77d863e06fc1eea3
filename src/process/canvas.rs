//! A raw as OKLab, the input of grid detection and sampling. Colours are converted only where they are read.

use crate::words::color::{Lab, Rgb, oklab, oklab_lanes, oklab_planes};
use crate::words::raw::Raw;

/// The colour that stands for transparent pixels. It lies far outside sRGB, so that the edge of a transparent region is
/// the strongest edge.
const CLEAR: Lab = [0.5, 0.0, 1.0];

/// Three values (L, a, b) for each of some pixels, as planes.
type Planes = [Vec<f32>; 3];

/// A raw seen as OKLab.
#[derive(Debug)]
pub(super) struct Canvas<'a> {
    pub width: usize,
    pub height: usize,
    pixels: &'a [[u8; 4]],
    /// The least alpha of a pixel that is not transparent.
    least: u8,
}

impl<'a> Canvas<'a> {
    /// A view of a raw. Pixels with an alpha below `least` are [`CLEAR`].
    pub(super) fn of(raw: &'a Raw, least: u8) -> Self {
        let (width, height) = (raw.pixels.width() as usize, raw.pixels.height() as usize);
        Self { width, height, pixels: raw.pixels.as_chunks().0, least }
    }

    /// Width and height.
    pub(super) fn size(&self) -> [usize; 2] {
        [self.width, self.height]
    }

    /// The colour at an offset, row by row.
    pub(super) fn at(&self, offset: usize) -> Lab {
        lab_of(self.pixel(offset))
    }

    /// Appends the colours at some offsets, as [`Canvas::at`] has them. Many at a time are converted faster.
    pub(super) fn append(&self, offsets: &[usize], colors: &mut Vec<Lab>) {
        let pixel = |offset: &usize| self.pixels[*offset];
        let (eights, rest) = offsets.as_chunks::<8>();
        for offsets in eights {
            let pixels = offsets.each_ref().map(pixel);
            let labs = oklab_lanes(pixels.map(|[r, g, b, _]| [r, g, b]));
            colors.extend(
                labs.iter().zip(pixels).map(|(lab, [.., alpha])| if alpha < self.least { CLEAR } else { *lab }),
            );
        }
        colors.extend(rest.iter().map(|offset| self.at(*offset)));
    }

    /// The pixel at an offset, row by row; `None` if it is transparent. Equal pixels have equal colours and the other
    /// way round.
    pub(super) fn pixel(&self, offset: usize) -> Option<Rgb> {
        let [r, g, b, alpha] = self.pixels[offset];
        (alpha >= self.least).then_some(Rgb([r, g, b]))
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

    /// Whether all pixels are opaque.
    pub(super) fn is_opaque(&self) -> bool {
        self.pixels.iter().fold(u8::MAX, |all, pixel| all & pixel[3]) == u8::MAX
    }

    /// All pixels, row by row.
    pub(super) fn pixels(&self) -> &[[u8; 4]] {
        self.pixels
    }

    /// Every `step`-th pixel of every `step`-th row.
    pub(super) fn subsampled(&self, step: usize) -> Planes {
        let size = self.width.div_ceil(step) * self.height.div_ceil(step);
        let mut planes = [(); 3].map(|()| Vec::with_capacity(size));
        for row in self.pixels.chunks_exact(self.width.max(1)).step_by(step) {
            let done = planes[0].len();
            let pixels = || row.iter().step_by(step);
            oklab_planes(pixels().map(|[r, g, b, _]| [*r, *g, *b]), &mut planes);
            for (i, _) in pixels().enumerate().filter(|(_, pixel)| pixel[3] < self.least) {
                planes.iter_mut().zip(CLEAR).for_each(|(plane, value)| plane[done + i] = value);
            }
        }
        planes
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
    fn many_colours_are_those_of_single_pixels() {
        let image = RgbaImage::from_fn(61, 40, |x, y| Rgba([x as u8, (x * y) as u8, 7, if x > y { 255 } else { 9 }]));
        let raw = Raw::new(image);
        let canvas = Canvas::of(&raw, 128);
        let (offsets, mut colors): (Vec<usize>, _) = ((5..61 * 40).step_by(7).collect(), Vec::new());
        canvas.append(&offsets, &mut colors);
        let planes = canvas.subsampled(2);
        assert_eq!(colors, offsets.iter().map(|offset| canvas.at(*offset)).collect::<Vec<_>>());
        assert_eq!(planes[0].len(), 31 * 20);
        for (i, offset) in (0..40).step_by(2).flat_map(|y| (0..61).step_by(2).map(move |x| y * 61 + x)).enumerate() {
            assert_eq!([0, 1, 2].map(|plane| planes[plane][i]), canvas.at(offset));
        }
    }
}
