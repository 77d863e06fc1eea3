//! Edge profiles: the strength of the edges between neighbouring columns, and between neighbouring rows.
//!
//! The steps as in Canny's detector: smooth along the edge, differentiate across it, suppress non-maxima, apply a
//! threshold; then sum along the columns (rows). Edges are differences of gamma-coded channels in 16-bit integers, of
//! which a vector register holds many; such a difference is within a third of that in OKLab.

use crate::process::canvas::Canvas;

/// The lowest threshold for edges, and the largest contribution of one pixel above it: 1 is the edge between black and
/// white. In midtones 0.025 is about 0.02 in OKLab.
const FLOOR: f32 = 0.025;
const CAP: f32 = 0.2;
/// The edge between black and white in steps of the integers: four times (the sum of the channels and the largest) / 2.
const ONE: f32 = 2040.0;
/// The threshold as a multiple of the median edge.
const MEDIANS: f32 = 1.5;
/// The median is that of every so many rows of edges.
const APART: usize = 3;
/// The value of the channels of a transparent pixel: as far from black as white is, on the other side.
const CLEAR: i16 = -255;

/// The shorter side, in pixels, from which pictures are subsampled to every second pixel along both axes.
pub(super) const LARGE: usize = 480;

/// The number of bands across an axis.
pub(super) const BANDS: usize = 12;

/// The edge profiles of one axis, one for each of [`BANDS`] equal bands across it: entry `i` is the edge between the
/// columns (rows) `i - 1` and `i`.
pub(super) type Bands = Vec<Vec<f32>>;

/// The edge profiles of both axes. Large pictures are subsampled along the edges only.
pub(super) fn bands(canvas: &Canvas<'_>) -> [Bands; 2] {
    let subsampled = canvas.width.min(canvas.height) >= LARGE;
    let apart = if subsampled { 2 } else { 1 };
    let (rows, columns) = (canvas.height.div_ceil(apart), if subsampled { canvas.width / 2 - 1 } else { canvas.width });
    let mut edges = vec![0; (rows * canvas.width).max(columns * canvas.height)];
    column_edges(canvas, apart, &mut edges[..rows * canvas.width]);
    let x = sum_columns(&edges[..rows * canvas.width], canvas.width);
    row_edges(canvas, columns, &mut edges[..columns * canvas.height]);
    [x, sum_rows(&edges[..columns * canvas.height], columns)]
}

/// The sum of the bands: the profile of the whole picture.
pub(super) fn total(bands: &[Vec<f32>]) -> Vec<f32> {
    let mut sum = vec![0.0; bands.first().map_or(0, Vec::len)];
    for band in bands {
        sum.iter_mut().zip(band).for_each(|(sum, value)| *sum += value);
    }
    sum
}

/// Clears the profile of an axis without lines. Noise passes the threshold at single pixels, so that the profile is a sum
/// of independent values of at most [`CAP`]; its index of dispersion (variance over mean) is then at most that of values
/// that come in pairs, as the smoothing along the edge makes them. An edge of a cell is longer.
pub(super) fn clear_noise(bands: &mut Bands) {
    let (mut count, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for value in total(bands).into_iter().map(f64::from) {
        count += 1.0;
        sum += value;
        squares += value * value;
    }
    let dispersion = (squares - sum * sum / f64::max(count, 1.0)) / f64::max(sum, 1e-9);
    if dispersion < 2.0 * f64::from(CAP) {
        bands.iter_mut().for_each(|band| band.fill(0.0));
    }
}

/// Edges between columns, of every `apart`-th row: smoothed down the column, non-maxima suppressed along the row.
fn column_edges(canvas: &Canvas<'_>, apart: usize, edges: &mut [i16]) {
    let (w, h) = (canvas.width, canvas.height);
    let (mut smooth, mut step, mut contrast) = (Channels::of(w), vec![0; w + 4], vec![0; w]);
    let mut rows = [(); 3].map(|()| Channels::of(w));
    let mut loaded = 0;
    for (y, row) in (0..h).step_by(apart).zip(edges.chunks_exact_mut(w.max(1))) {
        while loaded < (y + 2).min(h) {
            rows[loaded % 3].load(&canvas.pixels()[loaded * w..][..w], canvas.least());
            loaded += 1;
        }
        let near = [y.saturating_sub(1), y, (y + 1).min(h - 1)].map(|y| &rows[y % 3]);
        for (plane, smooth) in smooth.0.iter_mut().enumerate() {
            let [above, row, below] = near.map(|channels| &channels.0[plane][..w]);
            binomial(above, row, below, smooth);
        }
        let [left, right] = [0, 1].map(|from| smooth.0.each_ref().map(|plane| &plane[from..w + from - 1]));
        differences(left, right, &mut step[3..w + 2]);
        let [a, b, c, d, e] = [0, 1, 2, 3, 4].map(|from| &step[from..from + w]);
        contrasts([a, b, c, d, e], &mut contrast);
        row.fill(0);
        if let Some(row) = row.get_mut(1..w - 1) {
            peaks(&contrast, &contrast[1..], &contrast[2..], row);
        }
    }
}

/// Edges between rows, of all or of every second column (`w` of them): smoothed along the row, non-maxima suppressed
/// down the column.
fn row_edges(canvas: &Canvas<'_>, w: usize, edges: &mut [i16]) {
    let (width, h) = (canvas.width, canvas.height);
    let mut steps = vec![vec![0i16; w]; 5];
    let mut strengths = vec![vec![0i16; w]; 3];
    let (mut row, mut before, mut smooth) = (Channels::of(width), Channels::of(w), Channels::of(w));
    edges.fill(0);
    for y in 0..h + 3 {
        steps.rotate_left(1);
        steps[4].fill(0);
        if y < h {
            let pixels = &canvas.pixels()[y * width..][..width];
            if w < width {
                smooth.load_halved(pixels, canvas.least());
            } else {
                row.load(pixels, canvas.least());
                row.0.iter().zip(&mut smooth.0).for_each(|(row, smooth)| smooth_along(row, smooth));
            }
            if y > 0 {
                let [old, new] = [&before, &smooth].map(|rows| rows.0.each_ref().map(Vec::as_slice));
                differences(old, new, &mut steps[4]);
            }
            std::mem::swap(&mut before, &mut smooth);
        }
        strengths.rotate_left(1);
        let [a, b, c, d, e] = [0, 1, 2, 3, 4].map(|i| &steps[i][..]);
        contrasts([a, b, c, d, e], &mut strengths[2]);
        // The newest contrast is that of row y - 2; the row with both neighbours is y - 3.
        if let Some(row) = y.checked_sub(3).filter(|row| *row > 0) {
            peaks(&strengths[0], &strengths[1], &strengths[2], &mut edges[row * w..][..w]);
        }
    }
}

/// Some pixels as channels.
struct Channels([Vec<i16>; 3]);

impl Channels {
    fn of(length: usize) -> Self {
        Self([(); 3].map(|()| vec![0; length]))
    }

    /// The channels of a row.
    fn load(&mut self, pixels: &[[u8; 4]], least: u8) {
        let [r, g, b] = &mut self.0;
        for (((r, g), b), pixel) in r.iter_mut().zip(g).zip(b).zip(pixels) {
            [*r, *g, *b] = channels(*pixel, least);
        }
    }

    /// A row smoothed with the binomial filter 1-2-1, at every second pixel.
    fn load_halved(&mut self, pixels: &[[u8; 4]], least: u8) {
        let [r, g, b] = &mut self.0;
        let pairs = pixels.as_chunks::<2>().0;
        for ((((r, g), b), [left, middle]), [right, _]) in
            r.iter_mut().zip(g).zip(b).zip(pairs).zip(pairs.iter().skip(1))
        {
            let [left, middle, right] = [left, middle, right].map(|pixel| channels(*pixel, least));
            [*r, *g, *b] = [0, 1, 2].map(|i| left[i] + 2 * middle[i] + right[i]);
        }
    }
}

#[inline(always)]
fn channels([r, g, b, alpha]: [u8; 4], least: u8) -> [i16; 3] {
    [r, g, b].map(|value| if alpha < least { CLEAR } else { i16::from(value) })
}

/// The binomial filter 1-2-1, times 4.
fn binomial(above: &[i16], middle: &[i16], below: &[i16], out: &mut [i16]) {
    for (((out, above), middle), below) in out.iter_mut().zip(above).zip(middle).zip(below) {
        *out = above + 2 * middle + below;
    }
}

/// [`binomial`] along a row, whose ends are repeated.
fn smooth_along(row: &[i16], out: &mut [i16]) {
    let ends = [0, row.len() - 1];
    ends.iter().for_each(|&end| out[end] = 4 * row[end]);
    if let Some(out) = out.get_mut(1..row.len() - 1) {
        binomial(row, &row[1..], &row[2..], out);
    }
}

/// The distances of colours: the mean of the sum and the largest of the differences of their channels, which is within
/// 16 % of the Euclidean distance and needs no root.
fn differences(a: [&[i16]; 3], b: [&[i16]; 3], out: &mut [i16]) {
    let n = out.len();
    let ([r, g, b], [red, green, blue]) = (a.map(|plane| &plane[..n]), b.map(|plane| &plane[..n]));
    for (i, out) in out.iter_mut().enumerate() {
        let [x, y, z] = [(red[i] - r[i]).abs(), (green[i] - g[i]).abs(), (blue[i] - b[i]).abs()];
        *out = (x + y + z + x.max(y).max(z)) >> 1;
    }
}

/// The total height of a blurred step. The centre has a slightly higher weight, so that a sharp step peaks at its
/// position.
fn contrasts([a, b, c, d, e]: [&[i16]; 5], out: &mut [i16]) {
    let n = out.len();
    let [a, b, c, d, e] = [a, b, c, d, e].map(|steps| &steps[..n]);
    for (i, out) in out.iter_mut().enumerate() {
        let (near, far) = (b[i] + d[i], a[i] + e[i]);
        *out = c[i] + near - (near >> 4) + (far >> 1);
    }
}

/// Non-maximum suppression: keeps the middle values that are maxima of three.
fn peaks(before: &[i16], middle: &[i16], after: &[i16], out: &mut [i16]) {
    let n = out.len();
    let (before, middle, after) = (&before[..n], &middle[..n], &after[..n]);
    for (i, out) in out.iter_mut().enumerate() {
        *out = if middle[i] >= before[i] && middle[i] > after[i] { middle[i] } else { 0 };
    }
}

/// The edge threshold: a multiple of the median edge, within limits. Noise lies below it.
fn threshold(edges: &[i16], width: usize) -> i16 {
    let mut histogram = vec![0u32; 1024];
    for &edge in edges.chunks_exact(width).step_by(APART).flatten() {
        histogram[edge.min(1023) as usize] += 1;
    }
    histogram[0] = 0;
    let mut left = histogram.iter().sum::<u32>() / 2;
    let median = histogram.iter().position(|&n| {
        let here = left < n;
        left = left.saturating_sub(n);
        here
    });
    (MEDIANS * median.unwrap_or(0) as f32).clamp(FLOOR * ONE, 3.0 * FLOOR * ONE) as i16
}

/// What an edge contributes above a threshold.
#[inline(always)]
fn above(edge: i16, least: i16) -> i32 {
    i32::from((edge - least).clamp(0, (CAP * ONE) as i16))
}

fn sum_columns(edges: &[i16], width: usize) -> Bands {
    let width = width.max(1);
    let least = threshold(edges, width);
    let height = edges.len() / width;
    let mut bands = vec![vec![0i32; width]; BANDS];
    for (y, row) in edges.chunks_exact(width).enumerate() {
        for (sum, edge) in bands[y * BANDS / height].iter_mut().zip(row) {
            *sum += above(*edge, least);
        }
    }
    bands.into_iter().map(|band| band.into_iter().map(|sum| sum as f32 / ONE).collect()).collect()
}

fn sum_rows(edges: &[i16], width: usize) -> Bands {
    let width = width.max(1);
    let least = threshold(edges, width);
    let mut bands = vec![vec![0.0; edges.len() / width]; BANDS];
    let ends: Vec<usize> = (0..=BANDS).map(|band| band * width / BANDS).collect();
    for (y, row) in edges.chunks_exact(width).enumerate() {
        for (band, ends) in bands.iter_mut().zip(ends.windows(2)) {
            band[y] = row[ends[0]..ends[1]].iter().map(|edge| above(*edge, least)).sum::<i32>() as f32 / ONE;
        }
    }
    bands
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::raw::Raw;
    use image::{Rgba, RgbaImage};

    #[test]
    fn an_edge_lies_between_two_columns_or_rows() {
        let image =
            RgbaImage::from_fn(20, 16, |x, y| Rgba([if x < 12 { 0 } else { 200 }, if y < 5 { 0 } else { 99 }, 9, 255]));
        let raw = Raw::new(image);
        let [x, y] = bands(&Canvas::of(&raw, 128)).map(|bands| total(&bands));
        assert_eq!(x.iter().position(|&p| p > 0.5), Some(12));
        assert_eq!(y.iter().position(|&p| p > 0.5), Some(5));
        assert_eq!((x.iter().filter(|&&p| p > 0.0).count(), y.iter().filter(|&&p| p > 0.0).count()), (1, 1));
    }
}
