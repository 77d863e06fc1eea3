//! How well a lattice explains an object: the squares of what its cells leave unexplained.

use crate::process::canvas::Canvas;
use crate::process::grid::logarithm::ln;
use crate::process::grid::warp::Warp;
use crate::process::ground::Regions;

use super::Cut;

/// Every how many pixels along both axes are compared.
const STEP: usize = 2;
/// The variance, in squared OKLab units, that needs no explanation: half a level.
const FLOOR: f64 = 1e-6;
/// The parameters of an object's lattice: pitch and phase of both axes, and one for every so many lines, because lines
/// follow the edges.
const PARAMETERS: f64 = 4.0;
const LINES: f64 = 4.0;

/// The fit of a lattice to an object.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Fit {
    /// The sum of the squared deviations of pixels from the mean of their cell, in squared OKLab units.
    squares: f64,
    /// How many pixels.
    pixels: f64,
    /// How many cells.
    cells: f64,
    /// How many columns and rows have cells.
    lines: f64,
}

impl Fit {
    /// Whether this fit is likelier than another of the same object, each cell of which has a colour to pay for.
    pub(super) fn is_likelier_than(self, other: Self) -> bool {
        let variance = |fit: Self| fit.squares / fit.pixels.max(1.0) + FLOOR;
        let cells = other.cells.max(1.0);
        let cost = 3.0 * (self.cells - other.cells) * ln((other.pixels / cells).max(1.0));
        3.0 * cells * ln(variance(other) / variance(self)) > cost
    }
}

/// The fit of lines, in pixels from `origin`, to an object.
pub(super) fn fit(
    canvas: &Canvas<'_>,
    regions: &Regions,
    cut: &Cut,
    (lines, warp): (&[Vec<f64>; 2], &Warp),
    origin: [usize; 2],
) -> Fit {
    let columns = lines[0].len() + 1;
    let mut cells = vec![Cell::default(); columns * (lines[1].len() + 1)];
    for y in (cut.area.top..cut.area.bottom).step_by(STEP) {
        for x in (cut.area.left..cut.area.right).step_by(STEP).filter(|&x| regions.at(x, y) == cut.label) {
            let at = [(x - origin[0]) as f64 + 0.5, (y - origin[1]) as f64 + 0.5];
            let by = warp.at(at[0], at[1]);
            let [column, row] = [0, 1].map(|axis| lines[axis].partition_point(|line| *line <= at[axis] - by[axis]));
            cells[row * columns + column].add(canvas.at(y * canvas.width + x).map(f64::from));
        }
    }
    let used = || cells.iter().filter(|cell| cell.pixels > 0.0);
    Fit {
        squares: used().map(Cell::unexplained).sum(),
        pixels: used().map(|cell| cell.pixels).sum(),
        cells: used().count() as f64,
        lines: (occupied(&cells, columns, |i| i % columns) + occupied(&cells, columns, |i| i / columns)) as f64,
    }
}

/// How many columns (rows) have pixels.
fn occupied(cells: &[Cell], columns: usize, line: impl Fn(usize) -> usize) -> usize {
    let mut has = vec![false; columns.max(cells.len().div_ceil(columns))];
    cells.iter().enumerate().filter(|(_, cell)| cell.pixels > 0.0).for_each(|(i, _)| has[line(i)] = true);
    has.into_iter().filter(|has| *has).count()
}

/// The sums over the pixels of a cell.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    sums: [f64; 3],
    squares: f64,
    pixels: f64,
}

impl Cell {
    fn add(&mut self, lab: [f64; 3]) {
        for (sum, value) in self.sums.iter_mut().zip(lab) {
            *sum += value;
            self.squares += value * value;
        }
        self.pixels += 1.0;
    }

    fn unexplained(&self) -> f64 {
        (self.squares - self.sums.iter().map(|sum| sum * sum).sum::<f64>() / self.pixels).max(0.0)
    }
}

/// By how much the second of two fits explains the objects better than the first (twice the log-likelihood of normal
/// deviations), and what its parameters cost. The samples of a cell are one observation: they are
/// wrong together.
pub(super) fn gain(fits: &[[Fit; 2]]) -> (f64, f64) {
    let sum = |of: fn(&Fit) -> f64, which: usize| fits.iter().map(|pair| of(&pair[which])).sum::<f64>();
    let variance = |which: usize| sum(|fit| fit.squares, which) / sum(|fit| fit.pixels, which).max(1.0) + FLOOR;
    let observations = sum(|fit| fit.cells, 1).max(1.0);
    let ratio = variance(0) / variance(1);
    let parameters = PARAMETERS * fits.len() as f64 + sum(|fit| fit.lines, 1) / LINES;
    (observations * ln(ratio), parameters * ln(observations))
}
