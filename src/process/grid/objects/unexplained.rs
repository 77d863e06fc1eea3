//! How well a lattice explains an object: the squares of what its cells leave unexplained.

use crate::process::canvas::Canvas;
use crate::process::grid::logarithm::ln;
use crate::process::grid::residual::{EQUAL, LINES, Residual};
use crate::process::grid::warp::Warp;
use crate::process::ground::Regions;

use super::Cut;

/// Every how many pixels along both axes are compared.
const STEP: usize = 2;

/// Whether a residual is likelier than another of the same object, each cell of which has a colour to pay for.
pub(super) fn is_likelier(one: Residual, other: Residual) -> bool {
    let cells = other.cells.max(1.0);
    let cost = 3.0 * (one.cells - other.cells) * ln((other.pixels / cells).max(1.0));
    3.0 * cells * ln(other.variance() / one.variance()) > cost
}

/// What the cells between lines, in pixels from `origin`, leave unexplained of an object.
pub(super) fn residual(
    canvas: &Canvas<'_>,
    regions: &Regions,
    cut: &Cut,
    (lines, warp): (&[Vec<f64>; 2], &Warp),
    origin: [usize; 2],
) -> Residual {
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
    Residual {
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

/// By how much the second of two residuals of each object is less than the first (twice the log-likelihood of normal
/// deviations), and what its parameters cost. The samples of a cell are one observation: they are wrong together.
pub(super) fn gain(residuals: &[[Residual; 2]]) -> (f64, f64) {
    let [first, second] =
        [0, 1].map(|which| residuals.iter().map(|pair| pair[which]).fold(Residual::default(), Residual::plus));
    let observations = second.cells.max(1.0);
    let parameters = EQUAL * residuals.len() as f64 + second.lines / LINES;
    (observations * ln(first.variance() / second.variance()), parameters * ln(observations))
}
