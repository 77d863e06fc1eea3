//! What cells leave unexplained of pictures: the residual by which grids are compared.

/// Lines that follow edges do so together: a parameter for every so many of them.
pub(super) const LINES: f64 = 4.0;
/// The parameters of equal cells: pitch and phase of both axes.
pub(super) const EQUAL: f64 = 4.0;
/// The variance, in squared OKLab units, that needs no explanation: half a level.
const FLOOR: f64 = 1e-6;

/// The residual of cells.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Residual {
    /// The sum of the squared deviations of pixels from the mean of their cell, in squared OKLab units.
    pub squares: f64,
    /// How many pixels.
    pub pixels: f64,
    /// How many cells have pixels.
    pub cells: f64,
    /// How many lines, or columns and rows, they have.
    pub lines: f64,
}

impl Residual {
    /// The residual of both.
    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            squares: self.squares + other.squares,
            pixels: self.pixels + other.pixels,
            cells: self.cells + other.cells,
            lines: self.lines + other.lines,
        }
    }

    /// The variance of a pixel within its cell, unbiased: each cell has a colour of its own.
    pub(super) fn variance(self) -> f64 {
        self.squares / (self.pixels - self.cells).max(1.0) + FLOOR
    }
}
