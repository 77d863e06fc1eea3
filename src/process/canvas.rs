//! A raw as planes of OKLab, the form in which grid and cells are looked for.

use crate::color::{Lab, Rgb, oklab};
use crate::raw::Raw;

/// What stands for a transparent pixel: a colour far outside sRGB, so that a transparent border is the strongest edge.
const CLEAR: Lab = [0.5, 0.0, 1.0];

/// Three planes of `width * height` values, row by row.
#[derive(Clone, Debug)]
pub(super) struct Canvas {
    pub width: usize,
    pub height: usize,
    pub lab: [Vec<f32>; 3],
}

impl Canvas {
    /// The colour at column `x` and row `y`.
    pub fn at(&self, x: usize, y: usize) -> Lab {
        let i = y * self.width + x;
        [self.lab[0][i], self.lab[1][i], self.lab[2][i]]
    }
}

/// Converts the pixels; those less than half opaque become one clear colour.
pub(super) fn canvas(raw: &Raw) -> Canvas {
    let (width, height) = raw.pixels.dimensions();
    let size = width as usize * height as usize;
    let mut lab = [Vec::with_capacity(size), Vec::with_capacity(size), Vec::with_capacity(size)];
    let mut last = ([0, 0, 0, 0], CLEAR);
    for pixel in raw.pixels.pixels() {
        if pixel.0 != last.0 {
            let [r, g, b, alpha] = pixel.0;
            last = (pixel.0, if alpha < 128 { CLEAR } else { oklab(Rgb([r, g, b])) });
        }
        for (plane, value) in lab.iter_mut().zip(last.1) {
            plane.push(value);
        }
    }
    Canvas { width: width as usize, height: height as usize, lab }
}

/// Whether a colour of a canvas, or one between several, stands for more transparent than opaque pixels.
pub(super) fn is_clear(lab: Lab) -> bool {
    lab[2] > 0.6
}
