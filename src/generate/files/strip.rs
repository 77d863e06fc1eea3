//! Strips and sheets: where the frames of one image lie.
//!
//! Frames are equal parts of the image. Where its length cannot be divided, or equal parts would cut through what is
//! drawn, the empty gaps between the figures say where they lie, if there is one figure for every frame.

use std::collections::BTreeMap;
use std::ops::Range;

use image::imageops::crop_imm;
use image::{Rgba, RgbaImage};

use crate::words::ask::Part;

/// A ground has at least this share of the pixels along the border, in percent.
const GROUND: usize = 60;
/// Levels by which pixels of the ground differ from it.
const NOISE: u8 = 40;
/// Alpha from here on is drawn.
const DRAWN: u8 = 128;
/// A column with less drawn pixels than one in so many is empty: noise.
const SPECKS: u32 = 100;
/// A gap between figures is at least one pixel in so many of the length, and two pixels.
const GAP: usize = 100;

/// A length that the frames do not divide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Uneven {
    /// 0: columns, 1: rows.
    pub axis: usize,
    /// The length.
    pub length: u32,
    /// How many frames it should have.
    pub wanted: u32,
    /// How many figures with gaps between them there are, if these can be told.
    pub found: Option<usize>,
}

/// Cuts one frame out.
pub(super) fn cut(pixels: &RgbaImage, part: Part) -> Result<RgbaImage, Uneven> {
    let columns = part.columns.max(1);
    let ground = ground(pixels);
    let (bands, height) = spans(pixels, ground, 1, part.rows)?;
    let band = &bands[(part.number / columns) as usize];
    let row = window(pixels, ground, 1, band, height);
    let (frames, width) = spans(&row, ground, 0, part.columns)?;
    Ok(window(&row, ground, 0, &frames[(part.number % columns) as usize], width))
}

/// Where the frames lie along an axis, and how long all are.
fn spans(
    pixels: &RgbaImage,
    ground: Option<Rgba<u8>>,
    axis: usize,
    count: u32,
) -> Result<(Vec<Range<u32>>, u32), Uneven> {
    let length = side(pixels, axis);
    let even = count > 0 && length.is_multiple_of(count);
    let step = length / count.max(1);
    let equal = || (0..count).map(|i| i * step..(i + 1) * step).collect::<Vec<_>>();
    if even && count == 1 {
        return Ok((equal(), length));
    }
    let figures = figures(&drawn(pixels, ground, axis));
    let cuts = |line: u32| figures.iter().any(|figure| figure.start < line && line < figure.end);
    if even && !(1..count).any(|i| cuts(i * step)) {
        return Ok((equal(), step));
    }
    if figures.len() == count as usize && count > 1 {
        let longest = figures.iter().map(|figure| figure.end - figure.start).max().unwrap_or(step);
        let gap = figures.windows(2).map(|two| two[1].start - two[0].end).min().unwrap_or(0);
        return Ok((figures, longest + gap / 2 * 2));
    }
    let found = Some(figures.len()).filter(|found| *found > 1);
    if even { Ok((equal(), step)) } else { Err(Uneven { axis, length, wanted: count, found }) }
}

fn side(pixels: &RgbaImage, axis: usize) -> u32 {
    [pixels.width(), pixels.height()][axis]
}

/// The flat colour along the border, if there is one.
pub(super) fn ground(pixels: &RgbaImage) -> Option<Rgba<u8>> {
    let (width, height) = pixels.dimensions();
    let across = (0..width).flat_map(|x| [(x, 0), (x, height - 1)]);
    let down = (0..height).flat_map(|y| [(0, y), (width - 1, y)]);
    let border: Vec<Rgba<u8>> = across.chain(down).map(|(x, y)| *pixels.get_pixel(x, y)).collect();
    let mut counts: BTreeMap<[u8; 4], usize> = BTreeMap::new();
    border.iter().for_each(|pixel| *counts.entry(pixel.0.map(|level| level >> 4)).or_default() += 1);
    let most = counts.into_iter().reduce(|a, b| if b.1 > a.1 { b } else { a })?.0;
    let color = *border.iter().find(|pixel| pixel.0.map(|level| level >> 4) == most)?;
    let like = border.iter().filter(|pixel| is_like(**pixel, color)).count();
    (100 * like >= GROUND * border.len()).then_some(color)
}

pub(super) fn is_like(pixel: Rgba<u8>, ground: Rgba<u8>) -> bool {
    let both_clear = pixel.0[3] < DRAWN && ground.0[3] < DRAWN;
    both_clear || (0..4).all(|i| pixel.0[i].abs_diff(ground.0[i]) <= NOISE)
}

/// For each column (row) whether something is drawn in it.
fn drawn(pixels: &RgbaImage, ground: Option<Rgba<u8>>, axis: usize) -> Vec<bool> {
    let Some(ground) = ground else { return vec![true; side(pixels, axis) as usize] };
    let mut counts = vec![0u32; side(pixels, axis) as usize];
    for (x, y, pixel) in pixels.enumerate_pixels() {
        counts[[x, y][axis] as usize] += u32::from(!is_like(*pixel, ground));
    }
    let specks = side(pixels, 1 - axis) / SPECKS;
    counts.into_iter().map(|count| count > specks).collect()
}

/// The runs of what is drawn, with clear gaps between them.
fn figures(drawn: &[bool]) -> Vec<Range<u32>> {
    let least = (drawn.len() / GAP).max(2) as u32;
    let mut figures: Vec<Range<u32>> = Vec::new();
    for (at, _) in (0..).zip(drawn).filter(|(_, drawn)| **drawn) {
        match figures.last_mut().filter(|last| at - last.end < least) {
            Some(last) => last.end = at + 1,
            None => figures.push(at..at + 1),
        }
    }
    figures
}

/// A part of an image of this length, its middle in the middle; the ground round it where the image ends.
fn window(pixels: &RgbaImage, ground: Option<Rgba<u8>>, axis: usize, span: &Range<u32>, length: u32) -> RgbaImage {
    let mut size = [pixels.width(), pixels.height()];
    size[axis] = length;
    if span.end - span.start == length {
        let at = if axis == 0 { [span.start, 0] } else { [0, span.start] };
        return crop_imm(pixels, at[0], at[1], size[0], size[1]).to_image();
    }
    let from = (i64::from(span.start) + i64::from(span.end) - i64::from(length)).div_euclid(2);
    let ground = ground.unwrap_or(Rgba([0; 4]));
    // What lies beyond the middle of a gap belongs to another figure.
    let own = i64::from(span.start)..i64::from(span.end);
    RgbaImage::from_fn(size[0], size[1], |x, y| {
        let mut at = [i64::from(x), i64::from(y)];
        at[axis] += from;
        if own.contains(&at[axis]) { *pixels.get_pixel(at[0] as u32, at[1] as u32) } else { ground }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const INK: Rgba<u8> = Rgba([20, 30, 40, 255]);

    /// An image of blocks: columns from and to, rows from and to.
    fn blocks(size: [u32; 2], blocks: &[[u32; 4]]) -> RgbaImage {
        RgbaImage::from_fn(size[0], size[1], |x, y| {
            let is_in =
                |[left, right, top, bottom]: &[u32; 4]| (*left..*right).contains(&x) && (*top..*bottom).contains(&y);
            if blocks.iter().any(is_in) { INK } else { Rgba([255, 0, 255, 255]) }
        })
    }

    fn ink(image: &RgbaImage) -> usize {
        image.pixels().filter(|pixel| **pixel == INK).count()
    }

    #[test]
    fn equal_parts_are_cut_where_no_figure_is_cut() {
        let sheet =
            blocks([60, 40], &[[3, 15, 2, 18], [25, 30, 5, 19], [50, 58, 1, 9], [2, 8, 22, 38], [41, 55, 25, 39]]);
        let part = |number| cut(&sheet, Part { number, columns: 3, rows: 2 }).unwrap();
        for (number, area) in [12 * 16, 5 * 14, 8 * 8, 6 * 16, 0, 14 * 14].into_iter().enumerate() {
            let frame = part(number as u32);
            assert_eq!((frame.dimensions(), ink(&frame)), ((20, 20), area), "{number}");
        }
    }

    #[test]
    fn gaps_say_where_uneven_frames_lie() {
        let strip = blocks([103, 20], &[[2, 20, 2, 18], [26, 50, 2, 18], [54, 70, 2, 18], [80, 100, 2, 18]]);
        let frames: Vec<RgbaImage> = (0..4).map(|number| cut(&strip, (number, 4).into()).unwrap()).collect();
        assert!(frames.iter().all(|frame| frame.dimensions() == frames[0].dimensions()));
        assert_eq!(frames.iter().map(ink).collect::<Vec<_>>(), [18, 24, 16, 20].map(|wide| wide * 16));
        let uneven = Uneven { axis: 0, length: 103, wanted: 5, found: Some(4) };
        assert_eq!(cut(&strip, (0, 5).into()), Err(uneven));
    }

    #[test]
    fn without_a_ground_there_are_no_gaps() {
        let noise =
            RgbaImage::from_fn(31, 9, |x, y| Rgba([(x * 53 + y * 91) as u8, (x * x * 7) as u8, (y * 47) as u8, 255]));
        assert_eq!(cut(&noise, (0, 5).into()).unwrap_err().found, None);
    }
}
