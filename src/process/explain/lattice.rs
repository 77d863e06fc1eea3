//! The lattice: the corners of a raw's cells.

use crate::process::grid::Grid;
use crate::process::turn::Turn;

/// The corners of a raw's cells in raw pixels. Lines may be curved.
#[derive(Clone, Debug, PartialEq)]
pub struct Lattice {
    cells: [usize; 2],
    /// Row by row; one more column and row than there are cells.
    corners: Vec<[f64; 2]>,
}

impl Lattice {
    /// The lattice of a frame from its lines and its warp.
    pub(in crate::process) fn of(grid: &Grid, frame: usize, size: [u32; 2]) -> Self {
        let size = size.map(f64::from);
        let [columns, rows] = [0, 1].map(|axis| with_borders(&grid.lines[frame][axis], size[axis]));
        let corner = |x: f64, y: f64| {
            let [right, down] = grid.warps[frame].at(x, y);
            [displaced(x, right, size[0]), displaced(y, down, size[1])]
        };
        let corners = rows.iter().flat_map(|&y| columns.iter().map(move |&x| corner(x, y))).collect();
        Self { cells: [columns.len() - 1, rows.len() - 1], corners }
    }

    /// The lattice of the turned raw, which had this size before.
    pub(in crate::process) fn turned(&self, turn: Turn, size: [u32; 2]) -> Self {
        let length = turn.size(size).map(f64::from);
        let placed = |corner: [f64; 2]| {
            let place = turn.size(corner);
            [0, 1].map(|axis| if turn.flip[axis] { length[axis] - place[axis] } else { place[axis] })
        };
        let corners = turn.turned(&self.corners, self.cells.map(|count| count + 1)).into_iter().map(placed).collect();
        Self { cells: turn.size(self.cells), corners }
    }

    /// Columns and rows of cells.
    pub fn cells(&self) -> [usize; 2] {
        self.cells
    }

    /// The left upper corner of a cell; indices one past the last cell give the right and lower border.
    pub fn corner(&self, column: usize, row: usize) -> [f64; 2] {
        let [columns, rows] = self.cells;
        self.corners[row.min(rows) * (columns + 1) + column.min(columns)]
    }

    /// Converts cell coordinates to raw pixels: `(2.5, 0.5)` is the centre of the third cell of the first row.
    pub fn raw_position(&self, across: f64, down: f64) -> [f64; 2] {
        let [columns, rows] = self.cells;
        let (column, row) = ((across.max(0.0) as usize).min(columns - 1), (down.max(0.0) as usize).min(rows - 1));
        let (u, v) = (across - column as f64, down - row as f64);
        let mix = |a: [f64; 2], b: [f64; 2], t: f64| [0, 1].map(|i| a[i] + (b[i] - a[i]) * t);
        let above = mix(self.corner(column, row), self.corner(column + 1, row), u);
        let below = mix(self.corner(column, row + 1), self.corner(column + 1, row + 1), u);
        mix(above, below, v)
    }

    /// For every pixel of a raw of this size, the index of the cell (row by row) that contains its centre.
    pub fn owners(&self, [width, height]: [u32; 2]) -> Vec<usize> {
        let mut owners = vec![usize::MAX; width as usize * height as usize];
        let [columns, rows] = self.cells;
        for (cell, quad) in (0..columns * rows).map(|cell| (cell, self.quad(cell % columns, cell / columns))) {
            let [xs, ys] = [0, 1].map(|axis| pixels(quad.map(|corner| corner[axis]), [width, height][axis]));
            for y in ys {
                for x in xs.clone().filter(|&x| holds(&quad, [x as f64 + 0.5, y as f64 + 0.5])) {
                    owners[y * width as usize + x] = cell;
                }
            }
        }
        // Folded cells may miss a pixel, which takes the cell before it.
        let mut last = 0;
        for owner in &mut owners {
            if *owner == usize::MAX {
                *owner = last;
            }
            last = *owner;
        }
        owners
    }

    /// The corners of a cell, clockwise.
    fn quad(&self, column: usize, row: usize) -> [[f64; 2]; 4] {
        [(0, 0), (1, 0), (1, 1), (0, 1)].map(|(right, down)| self.corner(column + right, row + down))
    }
}

/// Displaces a line; the border of the raw stays fixed.
fn displaced(position: f64, by: f64, length: f64) -> f64 {
    if position <= 0.0 || position >= length { position } else { (position + by).clamp(0.0, length) }
}

/// The lines with both borders.
fn with_borders(lines: &[f64], length: f64) -> Vec<f64> {
    std::iter::once(0.0).chain(lines.iter().copied()).chain(std::iter::once(length)).collect()
}

/// The range of pixels that four coordinates span.
fn pixels(positions: [f64; 4], length: u32) -> std::ops::Range<usize> {
    let least = positions.iter().copied().fold(f64::INFINITY, f64::min).max(0.0) as usize;
    let most = positions.iter().copied().fold(0.0, f64::max) as usize + 1;
    least..most.min(length as usize)
}

/// Whether a point lies in a convex quadrilateral with clockwise corners.
fn holds(quad: &[[f64; 2]; 4], [x, y]: [f64; 2]) -> bool {
    (0..4).all(|i| {
        let ([ax, ay], [bx, by]) = (quad[i], quad[(i + 1) % 4]);
        (bx - ax) * (y - ay) - (by - ay) * (x - ax) >= 0.0
    })
}

#[cfg(test)]
impl Lattice {
    /// A lattice with the given corners, row by row.
    pub(super) fn new(cells: [usize; 2], corners: Vec<[f64; 2]>) -> Self {
        Self { cells, corners }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curved() -> Lattice {
        let corner = |c: usize, r: usize| [if c == 1 { 4.0 + r as f64 } else { 5.0 * c as f64 }, 5.0 * r as f64];
        Lattice::new([2, 2], (0..3).flat_map(|r| (0..3).map(move |c| corner(c, r))).collect())
    }

    #[test]
    fn every_pixel_belongs_to_the_cell_that_contains_its_centre() {
        let owners = curved().owners([10, 10]);
        let row = |y: usize| owners[y * 10..][..10].to_vec();
        assert_eq!(row(0), [0, 0, 0, 0, 1, 1, 1, 1, 1, 1]);
        assert_eq!(row(4), [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
        assert_eq!(row(9), [2, 2, 2, 2, 2, 2, 3, 3, 3, 3]);
    }

    #[test]
    fn a_turned_lattice_is_that_of_the_turned_raw() {
        let owners = curved().owners([10, 10]);
        for turn in Turn::ALL {
            let turned = curved().turned(turn, [10, 10]);
            assert_eq!(turned.turned(turn.inverse(), [10, 10]), curved());
            let cells = turn.turned(&[0, 1, 2, 3], [2, 2]);
            let own = turned.owners([10, 10]).into_iter().map(|cell| cells[cell]);
            let same = own.zip(turn.turned(&owners, [10, 10])).filter(|(one, other)| one == other).count();
            assert!(same >= 98, "pixels whose centre lies on a line belong to either cell: {same}");
        }
    }

    #[test]
    fn cell_coordinates_are_converted() {
        assert_eq!(curved().raw_position(0.5, 0.0), [2.0, 0.0]);
        assert_eq!(curved().raw_position(1.0, 0.5), [4.5, 2.5]);
        assert_eq!(curved().raw_position(2.0, 2.0), [10.0, 10.0]);
    }
}
