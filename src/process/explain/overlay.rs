//! Overlays over the raw: grid, confidence and residue.

use image::imageops::{FilterType, resize};
use image::{Rgba, RgbaImage};
use imageproc::drawing::{Blend, draw_line_segment_mut};

use crate::words::color::{Rgb, distance, oklab};
use crate::words::raw::Raw;

use super::{Lattice, support};

/// The colour of grid lines.
const LINE: Rgba<u8> = Rgba([0, 255, 255, 176]);
/// The colour of areas without a value.
const NOTHING: [u8; 3] = [36, 40, 52];
/// The least width of a cell in the grid overlay in pixels, as long as the overlay's longer side stays below
/// [`LARGEST`].
const CELL: f64 = 12.0;
const LARGEST: u32 = 4096;
/// The difference, in OKLab units, from which the residue is white.
const WHITE: f32 = 0.2;

/// The grid lines over the raw, which is enlarged by a whole factor if its cells are small.
pub fn grid(raw: &Raw, lattice: &Lattice) -> RgbaImage {
    let zoom = zoom(raw, lattice);
    let (width, height) = (raw.pixels.width() * zoom, raw.pixels.height() * zoom);
    let mut blend = Blend(resize(&raw.pixels, width, height, FilterType::Nearest));
    let at = |column: usize, row: usize| {
        let [x, y] = lattice.corner(column, row);
        let whole = |place: f64, length: u32| ((f64::from(zoom) * place + 0.5) as u32).min(length - 1) as f32;
        (whole(x, width), whole(y, height))
    };
    let [columns, rows] = lattice.cells();
    for column in 1..columns {
        for row in 0..rows {
            draw_line_segment_mut(&mut blend, at(column, row), at(column, row + 1), LINE);
        }
    }
    for row in 1..rows {
        for column in 0..columns {
            draw_line_segment_mut(&mut blend, at(column, row), at(column + 1, row), LINE);
        }
    }
    blend.0
}

fn zoom(raw: &Raw, lattice: &Lattice) -> u32 {
    let (width, height) = (raw.pixels.width(), raw.pixels.height());
    let cell = f64::from(width) / lattice.cells()[0] as f64;
    let most = (LARGEST / width.max(height).max(1)).max(1);
    ((CELL / cell).ceil() as u32).clamp(1, most)
}

/// The raw in grey, tinted by [`support`]: green where the grid is certain, red where any other grid would fit as well,
/// dark where there are no edges.
pub fn confidence(raw: &Raw, lattice: &Lattice) -> RgbaImage {
    let support = support(raw, lattice);
    over(raw, lattice, |cell, Rgba([r, g, b, _])| {
        let grey = (u32::from(r) * 54 + u32::from(g) * 183 + u32::from(b) * 19) / 256;
        match support[cell] {
            Some(support) => mixed(heat(support), grey as u8),
            None => mixed(NOTHING, (grey / 2) as u8),
        }
    })
}

/// The colour difference between the raw and its restored cells: black for none over red and yellow to white for 0.2
/// OKLab and more; slate where the background was removed.
pub fn residue(raw: &Raw, lattice: &Lattice, cells: &RgbaImage) -> RgbaImage {
    over(raw, lattice, |cell, Rgba([r, g, b, alpha])| {
        let width = cells.width().max(1) as usize;
        let Rgba([cr, cg, cb, opaque]) = *cells.get_pixel((cell % width) as u32, (cell / width) as u32);
        if opaque == 0 || alpha < 128 {
            return NOTHING;
        }
        glow(distance(oklab(Rgb([r, g, b])), oklab(Rgb([cr, cg, cb]))) / WHITE)
    })
}

/// Maps every pixel of the raw, given its cell and its colour.
fn over(raw: &Raw, lattice: &Lattice, color: impl Fn(usize, Rgba<u8>) -> [u8; 3]) -> RgbaImage {
    let owners = lattice.owners([raw.pixels.width(), raw.pixels.height()]);
    let mut drawn = raw.pixels.clone();
    for (pixel, owner) in drawn.pixels_mut().zip(owners) {
        let [r, g, b] = color(owner, *pixel);
        *pixel = Rgba([r, g, b, 255]);
    }
    drawn
}

/// The mean of a tint and a grey value.
fn mixed(tint: [u8; 3], grey: u8) -> [u8; 3] {
    tint.map(|value| ((u16::from(value) + u16::from(grey)) / 2) as u8)
}

/// A colour map from red (0) over yellow to green (1).
fn heat(value: f64) -> [u8; 3] {
    let part = |value: f64| (255.0 * value.clamp(0.0, 1.0)) as u8;
    [part(2.0 - 2.0 * value), part(2.0 * value), 0]
}

/// A colour map from black (0) over red and yellow to white (1).
fn glow(value: f32) -> [u8; 3] {
    [0.0, 1.0, 2.0].map(|from| (255.0 * (3.0 * value - from).clamp(0.0, 1.0)) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_maps_run_from_the_worst_to_the_best() {
        assert_eq!([heat(0.0), heat(0.5), heat(1.0)], [[255, 0, 0], [255, 255, 0], [0, 255, 0]]);
        assert_eq!([glow(0.0), glow(2.0 / 3.0), glow(9.0)], [[0, 0, 0], [255, 255, 0], [255, 255, 255]]);
    }
}
