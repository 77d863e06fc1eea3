//! The grid of a group at first sight, and at a second look where that is uncertain: enlarged twice, so that cells of 2 to
//! 3 pixels are wide enough for the edge detector.

use image::RgbaImage;
use rayon::prelude::*;

use crate::process::canvas::Canvas;
use crate::words::digest::Digest;
use crate::words::raw::Raw;

use super::scope::Scope;
use super::warp::Warp;
use super::{Grid, detect, uniform_pitch};

/// Below this confidence a uniform grid may explain the pictures better.
const SURE: i64 = 700;
/// The strength of equal cells: enough for a picture with noise, and not for one without.
const STRENGTH: f64 = 0.4;
/// Below this confidence the pictures are looked at again.
const UNSURE: i64 = 400;
/// Pictures of more pixels than this are enlarged only if a part of them shows such cells.
const LARGE: usize = 640 * 640;
/// The side of that part, in pixels.
const PART: usize = 384;
/// The confidence that the part needs.
const LIKELY: i64 = 500;
/// The taps of Keys' cubic convolution (a = -0.5) a quarter of a pixel from the second pixel, in 128ths.
const TAPS: [i32; 4] = [-9, 111, 29, -3];

/// The grid that the edges of all pictures agree on, and the strength of the evidence (0 to 1); `None` without edges.
///
/// `default_pitch` is the most likely pitch in raw pixels.
pub(super) fn grid(canvases: &[Canvas<'_>], default_pitch: f64) -> Option<(Grid, f64)> {
    let (first, profiles) = detect::grid(canvases, Scope::RAW, default_pitch);
    let confidence = first.as_ref().map_or(0, |(grid, _)| grid.confidence);
    if confidence >= SURE {
        return first;
    }
    let uniform = uniform_pitch::grid(canvases, &profiles);
    if let Some(uniform) = uniform.filter(|grid| uniform_pitch::is_better(canvases, grid, first.as_ref().map(|f| &f.0)))
    {
        return Some((uniform, STRENGTH));
    }
    if confidence >= UNSURE {
        return first;
    }
    let centre = profiles.first()?.each_ref().map(|profile| median(profile));
    match enlarged_grid(canvases, centre) {
        Some((grid, strength)) if grid.confidence > confidence => Some((grid, strength)),
        _ => first,
    }
}

/// The position that half of the edges are before.
fn median(profile: &[f32]) -> usize {
    let mut rest = profile.iter().sum::<f32>() / 2.0;
    let reached = profile.iter().position(|edge| {
        rest -= edge;
        rest < 0.0
    });
    reached.unwrap_or(profile.len() / 2)
}

/// The grid of small cells, and the strength of its evidence. `centre` is where most of the edges of the first picture
/// are.
fn enlarged_grid(canvases: &[Canvas<'_>], centre: [usize; 2]) -> Option<(Grid, f64)> {
    let first = canvases.first()?;
    if first.width * first.height > LARGE {
        let (found, _) = look(vec![enlarged(first, part(first, centre))])?;
        if found.confidence < LIKELY {
            return None;
        }
    }
    let all = canvases.par_iter().map(|canvas| enlarged(canvas, [0, 0, canvas.width, canvas.height])).collect();
    let (mut grid, strength) = look(all)?;
    grid.pitch = grid.pitch.map(|pitch| pitch / Scope::ENLARGED.scale);
    grid.lines.iter_mut().flatten().flatten().for_each(|line| *line /= Scope::ENLARGED.scale);
    grid.warps = grid
        .warps
        .iter()
        .zip(canvases)
        .map(|(warp, c)| warp.scaled(1.0 / Scope::ENLARGED.scale, [c.width, c.height]))
        .collect();
    Some((grid, strength))
}

fn look(raws: Vec<(Raw, u8)>) -> Option<(Grid, f64)> {
    let canvases: Vec<Canvas<'_>> = raws.iter().map(|(raw, least)| Canvas::of(raw, *least)).collect();
    detect::grid(&canvases, Scope::ENLARGED, 0.0).0
}

/// A square part around a position: left, top, width, height.
fn part(canvas: &Canvas<'_>, centre: [usize; 2]) -> [usize; 4] {
    let size = [canvas.width, canvas.height].map(|length| length.min(PART));
    let start = |axis: usize, length: usize| centre[axis].saturating_sub(size[axis] / 2).min(length - size[axis]);
    [start(0, canvas.width), start(1, canvas.height), size[0], size[1]]
}

/// A part of a picture, enlarged twice by cubic convolution (Keys 1981) in integers, and the canvas's least alpha.
fn enlarged(canvas: &Canvas<'_>, [left, top, width, height]: [usize; 4]) -> (Raw, u8) {
    let row = |y: usize| &canvas.pixels()[y * canvas.width + left..][..width];
    let wide: Vec<Vec<[u8; 4]>> = (top..top + height).map(|y| doubled(row(y))).collect();
    let opaque = wide.iter().flatten().all(|pixel| pixel[3] == 255);
    let mut bytes = Vec::with_capacity(16 * width * height);
    for four in (0..height).flat_map(|y| neighbours(y, height)) {
        let rows = four.map(|y| &wide[y]);
        if opaque {
            let [a, b, c, d] = rows.map(|row| row.as_flattened());
            bytes.extend(a.iter().zip(b).zip(c).zip(d).map(|(((a, b), c), d)| weighted([*a, *b, *c, *d])));
        } else {
            (0..2 * width).for_each(|x| bytes.extend(mixed(rows.map(|row| row[x]))));
        }
    }
    let pixels = RgbaImage::from_raw(2 * width as u32, 2 * height as u32, bytes).unwrap_or_default();
    // Nothing asks for the digest of what is only looked at.
    (Raw { pixels, digest: Digest([0; 32]) }, canvas.least())
}

/// A line of pixels, enlarged twice.
fn doubled(line: &[[u8; 4]]) -> Vec<[u8; 4]> {
    let fours = (0..line.len()).flat_map(|i| neighbours(i, line.len()));
    fours.map(|four| mixed(four.map(|i| line[i]))).collect()
}

/// The positions under the taps of the two halves of a pixel; the pixel itself is the second.
fn neighbours(i: usize, length: usize) -> [[usize; 4]; 2] {
    let near = |by: isize| i.saturating_add_signed(by).min(length - 1);
    [[1, 0, -1, -2].map(near), [-1, 0, 1, 2].map(near)]
}

/// The colour a quarter of a pixel from the second of four. Next to a transparent pixel, whose colour says nothing, it is
/// the second.
fn mixed(four: [[u8; 4]; 4]) -> [u8; 4] {
    if four.iter().any(|pixel| pixel[3] < 255) {
        return four[1];
    }
    std::array::from_fn(|channel| weighted(four.map(|pixel| pixel[channel])))
}

/// The sum of four values times the taps; of four times 255 it is 255.
#[inline(always)]
fn weighted([a, b, c, d]: [u8; 4]) -> u8 {
    let [p, q, r, s] = TAPS;
    let sum = i32::from(a) * p + i32::from(b) * q + i32::from(c) * r + i32::from(d) * s;
    ((sum + 64) >> 7).clamp(0, 255) as u8
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
    use image::Rgba;

    /// Cells of 2.5 pixels of pseudo-random colours, with mixed colours at their edges.
    fn small_cells() -> Raw {
        let color = |x: u32, y: u32| (x * 7919 + y * 104_729 + x * y * 31) % 251;
        Raw::new(RgbaImage::from_fn(200, 200, |x, y| {
            let sum: u32 = (0..4).map(|i| color((4 * x + 2 * (i % 2)) / 10, (4 * y + 2 * (i / 2)) / 10)).sum();
            Rgba([(sum / 4) as u8, 90, (200 - sum / 8) as u8, 255])
        }))
    }

    #[test]
    fn cells_of_two_and_a_half_pixels_are_found() {
        let raw = small_cells();
        let (grid, _) = grid(&[Canvas::of(&raw, 128)], 2.0).unwrap();
        assert_eq!(grid.lines[0].each_ref().map(Vec::len), [79, 79]);
        assert!(grid.pitch.iter().all(|pitch| (pitch - 2.5).abs() < 0.03), "{:?}", grid.pitch);
    }

    #[test]
    fn a_ramp_stays_a_ramp_and_transparent_colours_do_not_mix() {
        let ramp = doubled(&[0, 40, 80, 120, 160, 200].map(|red| [red, 10, 0, 255]));
        let red: Vec<u8> = ramp.iter().map(|pixel| pixel[0]).collect();
        assert_eq!(red[3..9], [50, 70, 90, 110, 130, 150]);
        let cut = doubled(&[[9, 9, 9, 255], [9, 9, 9, 255], [200, 0, 0, 0], [200, 0, 0, 0]]);
        assert!(cut[..4].iter().all(|pixel| *pixel == [9, 9, 9, 255]));
    }
}
