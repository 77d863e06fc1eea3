//! The cells of a group: those of a raw between its lines, and those of sheets, whose objects have lattices of their own.

use rayon::prelude::*;

use super::ProcessError;
use super::canvas::Canvas;
use super::cells::{Builder, Cells};
use super::grid::{Grid, Part, Sheet, Warp};
use super::snap::{aligned, snap_one};

/// Samples the cells of all raws of a group. All have the same number of columns and rows.
pub(super) fn cells(canvases: &[Canvas<'_>], grid: &Grid) -> Result<Vec<Cells>, ProcessError> {
    let cells: Vec<Cells> = canvases
        .par_iter()
        .zip(grid.lines.par_iter().zip(&grid.warps))
        .enumerate()
        .map(|(frame, (canvas, (lines, warp)))| match grid.sheets.get(frame) {
            Some(sheet) => cells_of_sheet(sheet, lines, warp, canvas.least()),
            None => snap_one(canvas, lines, warp),
        })
        .collect::<Result<_, _>>()?;
    Ok(aligned(cells, grid))
}

/// The cells of a sheet: those of its ground between the given lines, with the cells of every object in its place.
fn cells_of_sheet(sheet: &Sheet, lines: &[Vec<f64>; 2], warp: &Warp, least: u8) -> Result<Cells, ProcessError> {
    let ground = snap_one(&Canvas::of(&sheet.ground, least), lines, warp)?;
    let part = |part: &Part| snap_one(&Canvas::of(&part.raw, least), &part.lines, &part.warp);
    let parts = sheet.parts.iter().map(part).collect::<Result<Vec<Cells>, _>>()?;
    let mut sources: Vec<(&Cells, usize)> = (0..ground.len()).map(|cell| (&ground, cell)).collect();
    for (part, cells) in sheet.parts.iter().zip(&parts) {
        for (place, cell) in part.placed([ground.width, ground.height], cells.width) {
            sources[place] = (cells, cell);
        }
    }
    let soft = !ground.alpha.is_empty() || parts.iter().any(|cells| !cells.alpha.is_empty());
    let mut cells = Builder::new(ground.width, ground.height);
    for (cells_of, cell) in sources {
        cells.push(cells_of.lab(cell), cells_of.spread(cell))?;
        if soft {
            let hard = if cells_of.clear[cell] { 0 } else { 255 };
            cells.push_alpha(cells_of.alpha.get(cell).copied().unwrap_or(hard));
        }
    }
    Ok(cells.build())
}

impl Part {
    /// For every cell that shows the object, its offset on a sheet of `columns` and `rows` and its offset among the
    /// cells of the part, which has `own` columns.
    fn placed(&self, [columns, rows]: [usize; 2], own: usize) -> impl Iterator<Item = (usize, usize)> {
        let width = self.cells[0].len().max(1);
        let drawn = self.drawn.iter().enumerate().filter(|(_, drawn)| **drawn);
        drawn.filter_map(move |(i, _)| {
            let [column, row] = [self.cells[0].start + i % width, self.cells[1].start + i / width];
            let x = (self.at[0] + column).checked_sub(self.body[0].start).filter(|x| *x < columns)?;
            let y = (self.at[1] + row).checked_sub(self.body[1].start).filter(|y| *y < rows)?;
            Some((y * columns + x, row * own + column))
        })
    }

    /// The corners of the cells that the object spans: column and row on the sheet, and the position on the whole raw in
    /// pixels.
    pub(super) fn corners(&self) -> impl Iterator<Item = ([usize; 2], [f64; 2])> {
        let [columns, rows] = self.body.clone().map(|cells| cells.start..cells.end + 1);
        rows.flat_map(move |row| columns.clone().map(move |column| [column, row])).map(|corner| {
            let [x, y] = [0, 1].map(|axis| self.edge(axis, corner[axis]));
            let by = self.warp.at(x, y);
            let raw = [0, 1].map(|axis| self.origin[axis] as f64 + [x, y][axis] + by[axis]);
            ([0, 1].map(|axis| self.at[axis] + corner[axis] - self.body[axis].start), raw)
        })
    }
}
