//! Edge profiles: the strength of the edges between neighbouring columns, and between neighbouring rows.
//!
//! The steps as in Canny's detector: smooth along the edge, differentiate across it, suppress non-maxima, apply a
//! threshold; then sum along the columns (rows).

use crate::process::canvas::{Canvas, Rows};

/// The lowest threshold for edges, and the largest contribution of one pixel above it, in OKLab units.
const FLOOR: f32 = 0.02;
const CAP: f32 = 0.15;
/// The threshold as a multiple of the median edge.
const MEDIANS: f32 = 1.5;
/// Bins per OKLab unit of the histogram that finds the median.
const BINS: f32 = 8192.0;

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
    let mut edges = vec![0.0; (rows * canvas.width).max(columns * canvas.height)];
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
fn column_edges(canvas: &Canvas<'_>, apart: usize, edges: &mut [f32]) {
    let (w, h) = (canvas.width, canvas.height);
    let (mut smooth, mut step, mut contrast) = (vec![0.0; w], vec![0.0; w + 4], vec![0.0; w]);
    let mut rows = canvas.rows();
    for (y, row) in (0..h).step_by(apart).zip(edges.chunks_exact_mut(w.max(1))) {
        step.fill(0.0);
        (y.saturating_sub(1)..(y + 2).min(h)).for_each(|near| rows.load(near));
        for plane in 0..3 {
            smooth_down(&rows, plane, [y, h], &mut smooth);
            for (sum, pair) in step[3..].iter_mut().zip(smooth.windows(2)) {
                *sum += (pair[1] - pair[0]) * (pair[1] - pair[0]);
            }
        }
        step.iter_mut().for_each(|d| *d = d.sqrt());
        for (c, d) in contrast.iter_mut().zip(step.windows(5)) {
            *c = contrast_of([d[0], d[1], d[2], d[3], d[4]]);
        }
        row.fill(0.0);
        for (out, c) in row.iter_mut().skip(1).zip(contrast.windows(3)) {
            *out = if c[1] >= c[0] && c[1] > c[2] { c[1] } else { 0.0 };
        }
    }
}

/// Row `y` of `height` of a plane, smoothed vertically with the binomial filter 1-2-1.
fn smooth_down(rows: &Rows<'_>, plane: usize, [y, height]: [usize; 2], out: &mut [f32]) {
    let row = rows.plane(y, plane);
    if y == 0 || y + 1 >= height {
        out.copy_from_slice(row);
        return;
    }
    let (above, below) = (rows.plane(y - 1, plane), rows.plane(y + 1, plane));
    for (((out, mid), above), below) in out.iter_mut().zip(row).zip(above).zip(below) {
        *out = 0.25 * (above + below) + 0.5 * mid;
    }
}

/// Edges between rows, of all or of every second column (`w` of them): smoothed along the row, non-maxima suppressed
/// down the column.
fn row_edges(canvas: &Canvas<'_>, w: usize, edges: &mut [f32]) {
    let h = canvas.height;
    let mut steps = vec![vec![0.0f32; w]; 5];
    let mut contrasts = vec![vec![0.0f32; w]; 3];
    let (mut before, mut smooth) = ([vec![0.0; w], vec![0.0; w], vec![0.0; w]], vec![0.0; w]);
    edges.fill(0.0);
    let mut rows = canvas.rows();
    for y in 0..h + 3 {
        steps.rotate_left(1);
        steps[4].fill(0.0);
        if y < h {
            rows.load(y);
            for (plane, before) in before.iter_mut().enumerate() {
                smooth_along(rows.plane(y, plane), &mut smooth);
                for ((sum, now), old) in steps[4].iter_mut().zip(&smooth).zip(before.iter()).filter(|_| y > 0) {
                    *sum += (now - old) * (now - old);
                }
                std::mem::swap(before, &mut smooth);
            }
            steps[4].iter_mut().for_each(|d| *d = d.sqrt());
        }
        contrasts.rotate_left(1);
        contrast_rows(&steps, &mut contrasts[2]);
        // The newest contrast is that of row y - 2; the row with both neighbours is y - 3.
        if let Some(row) = y.checked_sub(3).filter(|row| *row > 0) {
            keep_peaks(&contrasts, &mut edges[row * w..][..w]);
        }
    }
}

/// A row, smoothed with the binomial filter 1-2-1; every second value if `out` is shorter.
fn smooth_along(row: &[f32], out: &mut [f32]) {
    if out.len() < row.len() {
        for (out, pairs) in out.iter_mut().zip(row.as_chunks::<2>().0.windows(2)) {
            *out = 0.25 * (pairs[0][0] + pairs[1][0]) + 0.5 * pairs[0][1];
        }
        return;
    }
    out.copy_from_slice(row);
    for (out, three) in out.iter_mut().skip(1).zip(row.windows(3)) {
        *out = 0.25 * (three[0] + three[2]) + 0.5 * three[1];
    }
}

/// The total height of a blurred step. The centre has a slightly higher weight, so that a sharp step peaks at its
/// position.
fn contrast_of([a, b, c, d, e]: [f32; 5]) -> f32 {
    c + 0.95 * (b + d) + 0.5 * (a + e)
}

/// [`contrast_of`] over five rows of steps.
fn contrast_rows(steps: &[Vec<f32>], out: &mut [f32]) {
    let [a, b, c, d, e] = [0, 1, 2, 3, 4].map(|i| &steps[i][..out.len()]);
    for (i, out) in out.iter_mut().enumerate() {
        *out = contrast_of([a[i], b[i], c[i], d[i], e[i]]);
    }
}

/// Non-maximum suppression: keeps the values of the middle row that are maxima of three.
fn keep_peaks(rows: &[Vec<f32>], out: &mut [f32]) {
    let [above, mid, below] = [0, 1, 2].map(|i| &rows[i][..out.len()]);
    for (i, out) in out.iter_mut().enumerate() {
        *out = if mid[i] >= above[i] && mid[i] > below[i] { mid[i] } else { 0.0 };
    }
}

/// The edge threshold: a multiple of the median edge, within limits. Noise lies below it.
fn threshold(edges: &[f32]) -> f32 {
    let mut histogram = vec![0u32; 4096];
    let mut count = 0;
    for &edge in edges.iter().filter(|edge| **edge > 0.0) {
        histogram[((edge * BINS) as usize).min(4095)] += 1;
        count += 1;
    }
    let mut left = count / 2;
    let bin = histogram.iter().position(|&n| {
        let here = left < n;
        left = left.saturating_sub(n);
        here
    });
    (MEDIANS * bin.unwrap_or(0) as f32 / BINS).clamp(FLOOR, 3.0 * FLOOR)
}

fn sum_columns(edges: &[f32], width: usize) -> Bands {
    let least = threshold(edges);
    let width = width.max(1);
    let height = edges.len() / width;
    let mut bands = vec![vec![0.0; width]; BANDS];
    for (y, row) in edges.chunks_exact(width).enumerate() {
        for (sum, edge) in bands[y * BANDS / height].iter_mut().zip(row) {
            *sum += (edge - least).clamp(0.0, CAP);
        }
    }
    bands
}

fn sum_rows(edges: &[f32], width: usize) -> Bands {
    let least = threshold(edges);
    let width = width.max(1);
    let mut bands = vec![vec![0.0; edges.len() / width]; BANDS];
    let ends: Vec<usize> = (0..=BANDS).map(|band| band * width / BANDS).collect();
    for (y, row) in edges.chunks_exact(width).enumerate() {
        for (band, ends) in bands.iter_mut().zip(ends.windows(2)) {
            band[y] = row[ends[0]..ends[1]].iter().map(|edge| (edge - least).clamp(0.0, CAP)).sum();
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
