//! The second look at pictures whose grid is uncertain: enlarged twice, so that cells of 2 to 3 pixels are wide enough for
//! the edge detector.

use image::{Rgba, RgbaImage};
use rayon::prelude::*;

use crate::process::canvas::Canvas;
use crate::words::raw::Raw;

use super::detect::Scope;
use super::warp::Warp;
use super::{Grid, detect};

/// The range of pitches that the second look searches, in enlarged pixels.
const SCOPE: Scope = Scope { scale: 2.0, pitches: [4.0, 7.0] };
/// Pictures of more pixels than this are enlarged only if a part of them shows such cells.
const LARGE: usize = 640 * 640;
/// The side of that part, in pixels.
const PART: usize = 384;
/// The confidence that the part needs.
const LIKELY: i64 = 500;
/// The taps of Keys' cubic convolution (a = -0.5) a quarter of a pixel from the second pixel, in 128ths.
const TAPS: [i32; 4] = [-9, 111, 29, -3];

/// The grid of small cells, and the strength of its evidence. `centre` is where most of the edges of the first picture
/// are.
pub(super) fn grid(canvases: &[Canvas<'_>], centre: [usize; 2]) -> Option<(Grid, f64)> {
    let first = canvases.first()?;
    if first.width * first.height > LARGE {
        let (found, _) = look(vec![enlarged(first, part(first, centre))])?;
        if found.confidence < LIKELY {
            return None;
        }
    }
    let all = canvases.par_iter().map(|canvas| enlarged(canvas, [0, 0, canvas.width, canvas.height])).collect();
    let (mut grid, strength) = look(all)?;
    grid.pitch = grid.pitch.map(|pitch| pitch / SCOPE.scale);
    grid.lines.iter_mut().flatten().flatten().for_each(|line| *line /= SCOPE.scale);
    grid.warps =
        grid.warps.iter().zip(canvases).map(|(warp, c)| warp.scaled(1.0 / SCOPE.scale, [c.width, c.height])).collect();
    Some((grid, strength))
}

fn look(raws: Vec<(Raw, u8)>) -> Option<(Grid, f64)> {
    let canvases: Vec<Canvas<'_>> = raws.iter().map(|(raw, least)| Canvas::of(raw, *least)).collect();
    detect::look(&canvases, SCOPE, 0.0).0
}

/// A square part around a position: left, top, width, height.
fn part(canvas: &Canvas<'_>, centre: [usize; 2]) -> [usize; 4] {
    let size = [canvas.width, canvas.height].map(|length| length.min(PART));
    let start = |axis: usize, length: usize| centre[axis].saturating_sub(size[axis] / 2).min(length - size[axis]);
    [start(0, canvas.width), start(1, canvas.height), size[0], size[1]]
}

/// A part of a picture, enlarged twice by cubic convolution (Keys 1981) in integers, and the canvas's least alpha.
fn enlarged(canvas: &Canvas<'_>, [left, top, width, height]: [usize; 4]) -> (Raw, u8) {
    let rows: Vec<&[[u8; 4]]> =
        (top..top + height).map(|y| &canvas.pixels()[y * canvas.width + left..][..width]).collect();
    let wide: Vec<Vec<[u8; 4]>> = rows.iter().map(|row| doubled(row.len(), |i| row[i])).collect();
    let mut image = RgbaImage::new(2 * width as u32, 2 * height as u32);
    for x in 0..2 * width {
        for (y, pixel) in doubled(height, |y| wide[y][x]).into_iter().enumerate() {
            image.put_pixel(x as u32, y as u32, Rgba(pixel));
        }
    }
    (Raw::new(image), canvas.least())
}

/// A line of pixels, enlarged twice. Next to a transparent pixel, whose colour says nothing, pixels are repeated.
fn doubled(length: usize, at: impl Fn(usize) -> [u8; 4]) -> Vec<[u8; 4]> {
    let near = |i: usize, by: isize| at(i.saturating_add_signed(by).min(length - 1));
    let mixed = |i: usize, way: isize| {
        let four = [1, 0, -1, -2].map(|by| near(i, -by * way));
        if four.iter().any(|pixel| pixel[3] < 255) {
            return four[1];
        }
        std::array::from_fn(|channel| {
            let sum: i32 = four.iter().zip(TAPS).map(|(pixel, tap)| i32::from(pixel[channel]) * tap).sum();
            ((sum + 64) >> 7).clamp(0, 255) as u8
        })
    };
    (0..length).flat_map(|i| [mixed(i, -1), mixed(i, 1)]).collect()
}

impl Warp {
    /// The warp of the same picture at another size.
    fn scaled(&self, by: f64, size: [usize; 2]) -> Self {
        self.with_shifts(size, |shift| shift * by)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ramp_stays_a_ramp_and_transparent_colours_do_not_mix() {
        let ramp = doubled(6, |i| [(40 * i) as u8, 10, 0, 255]);
        let red: Vec<u8> = ramp.iter().map(|pixel| pixel[0]).collect();
        assert_eq!(red[3..9], [50, 70, 90, 110, 130, 150]);
        let cut = doubled(4, |i| if i < 2 { [9, 9, 9, 255] } else { [200, 0, 0, 0] });
        assert!(cut[..4].iter().all(|pixel| *pixel == [9, 9, 9, 255]));
    }
}
