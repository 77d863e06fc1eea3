//! Support: local evidence for the grid, cell by cell.

use crate::process::canvas::Canvas;
use crate::words::raw::Raw;

use super::Lattice;

/// Samples along each side of a cell.
const SAMPLES: usize = 6;
/// The neighbouring cells on each side that are averaged.
const REACH: usize = 2;
/// Areas whose variance is below `NOISE` times the noise plus `FLAT` (squared OKLab) have no edges.
const NOISE: f64 = 3.0;
const FLAT: f64 = 5e-5;

/// For each cell, row by row, how much less the cells around it vary than cells shifted by half a cell: 0 to 1. `None`
/// where there are no edges.
///
/// This is the confidence in the grid, cell by cell: close to 1 the grid lines lie on the drawn edges, close to 0 any
/// grid would fit as well.
pub fn support(raw: &Raw, lattice: &Lattice) -> Vec<Option<f64>> {
    let canvas = Canvas::of(raw, 128);
    let [columns, rows] = lattice.cells();
    let within = variances(&canvas, lattice, 0.0, [columns, rows]);
    let between = variances(&canvas, lattice, 0.5, [columns - 1, rows - 1]);
    let noise = median(&within);
    let flat = NOISE * noise + FLAT;
    (0..columns * rows)
        .map(|cell| {
            let (column, row) = ((cell % columns) as isize, (cell / columns) as isize);
            let reach = REACH as isize;
            let here = mean(&within, columns, [column - reach, row - reach], [column + reach, row + reach])?;
            let beside =
                mean(&between, columns - 1, [column - reach - 1, row - reach - 1], [column + reach, row + reach])?;
            (beside.max(here) > flat).then(|| (1.0 - (here - noise).max(0.0) / (beside - noise).max(1e-9)).max(0.0))
        })
        .collect()
}

/// The variance of the samples in each cell, shifted right and down by a share of a cell.
fn variances(canvas: &Canvas<'_>, lattice: &Lattice, by: f64, [columns, rows]: [usize; 2]) -> Vec<f64> {
    let cells = (0..columns * rows).map(|cell| ((cell % columns) as f64 + by, (cell / columns) as f64 + by));
    cells.map(|(column, row)| variance(canvas, lattice, column, row)).collect()
}

fn variance(canvas: &Canvas<'_>, lattice: &Lattice, column: f64, row: f64) -> f64 {
    let (mut sum, mut squares) = ([0.0; 3], 0.0);
    let part = |i: usize| (i as f64 + 0.5) / SAMPLES as f64;
    for i in 0..SAMPLES * SAMPLES {
        let [x, y] = lattice.raw_position(column + part(i % SAMPLES), row + part(i / SAMPLES));
        let (x, y) = ((x.max(0.0) as usize).min(canvas.width - 1), (y.max(0.0) as usize).min(canvas.height - 1));
        let lab = canvas.at(y * canvas.width + x);
        for (sum, value) in sum.iter_mut().zip(lab.map(f64::from)) {
            *sum += value;
            squares += value * value;
        }
    }
    let count = (SAMPLES * SAMPLES) as f64;
    (squares / count - sum.iter().map(|sum| (sum / count) * (sum / count)).sum::<f64>()).max(0.0)
}

/// The mean over a rectangle of cells, both corners included, clipped to the picture.
fn mean(values: &[f64], columns: usize, from: [isize; 2], to: [isize; 2]) -> Option<f64> {
    let rows = values.len().checked_div(columns)?;
    let span = |axis: usize, count: usize| (from[axis].max(0) as usize)..((to[axis] + 1).max(0) as usize).min(count);
    let (xs, ys) = (span(0, columns), span(1, rows));
    let count = xs.len() * ys.len();
    let sum: f64 = ys.flat_map(|y| xs.clone().map(move |x| values[y * columns + x])).sum();
    (count > 0).then(|| sum / count as f64)
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    let middle = sorted.len() / 2;
    *sorted.select_nth_unstable_by(middle, f64::total_cmp).1
}
