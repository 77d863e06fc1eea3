//! A raw as OKLab planes, the input of grid detection and sampling.

use crate::words::color::{Lab, oklab_planes};
use crate::words::raw::Raw;

/// The colour that stands for transparent pixels. It lies far outside sRGB, so that the edge of a transparent region is
/// the strongest edge.
const CLEAR: Lab = [0.5, 0.0, 1.0];

/// Pixels converted at a time: three planes of them fit into the L1 cache.
const CHUNK: usize = 512;

/// Three planes (L, a, b) of `width * height` values, row by row.
#[derive(Clone, Debug)]
pub(super) struct Canvas {
    pub width: usize,
    pub height: usize,
    pub lab: [Vec<f32>; 3],
}

impl Canvas {
    /// The colour at column `x` and row `y`.
    pub(super) fn at(&self, x: usize, y: usize) -> Lab {
        let i = y * self.width + x;
        [self.lab[0][i], self.lab[1][i], self.lab[2][i]]
    }
}

/// Converts a raw to OKLab. Pixels with alpha below 128 become [`CLEAR`].
pub(super) fn canvas(raw: &Raw) -> Canvas {
    let (width, height) = (raw.pixels.width() as usize, raw.pixels.height() as usize);
    let mut lab = [(); 3].map(|()| Vec::with_capacity(width * height));
    let pixels: &[[u8; 4]] = raw.pixels.as_chunks().0;
    for pixels in pixels.chunks(CHUNK) {
        let done = lab[0].len();
        oklab_planes(pixels.iter().map(|[r, g, b, _]| [*r, *g, *b]), &mut lab);
        for (i, _) in pixels.iter().enumerate().filter(|(_, pixel)| pixel[3] < 128) {
            lab.iter_mut().zip(CLEAR).for_each(|(plane, value)| plane[done + i] = value);
        }
    }
    Canvas { width, height, lab }
}

/// Whether a colour of a canvas, or an average of several, stands for more transparent than opaque pixels.
pub(super) fn is_clear(lab: Lab) -> bool {
    lab[2] > 0.6
}
