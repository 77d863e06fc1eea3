//! The cells of one raw: their colours, and how uniform they are.

use std::collections::HashMap;

use crate::words::color::{Lab, Rgb};

use super::ProcessError;
use super::canvas::{is_clear, lab_of};

/// The largest number of cells of a group, over all its frames.
pub(super) const MOST: usize = 16 << 20;
/// The same for a group whose colours have to be found, which takes ten times as much memory.
pub(super) const MOST_MIXED: usize = 2 << 20;

/// The cells of one raw, row by row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cells {
    pub width: usize,
    pub height: usize,
    colors: Colors,
    /// For each cell, whether the raw is transparent there.
    pub clear: Vec<bool>,
    /// For each cell, the median alpha of its samples; nothing if the raw has no half-transparent pixel.
    pub alpha: Vec<u8>,
}

/// The colours of cells. Pixel art as it is has millions of cells and few colours.
#[derive(Clone, Debug, PartialEq)]
enum Colors {
    /// Every cell is uniform: an index into the colours.
    Uniform { table: Vec<Lab>, index: Vec<u16> },
    /// Of each cell its colour and the median distance of its samples from it (toe-coded OKLab).
    Mixed { lab: Vec<Lab>, spread: Vec<f32> },
}

impl Cells {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.clear.len()
    }

    /// The colour of a cell.
    pub(super) fn lab(&self, cell: usize) -> Lab {
        self.table()[self.slot(cell)]
    }

    /// The colours of all cells, in order.
    pub(super) fn labs(&self) -> impl Iterator<Item = Lab> {
        (0..self.len()).map(|cell| self.lab(cell))
    }

    /// The colours, each at least once. What is computed of every colour is computed of these.
    pub(super) fn table(&self) -> &[Lab] {
        match &self.colors {
            Colors::Uniform { table, .. } => table,
            Colors::Mixed { lab, .. } => lab,
        }
    }

    /// The place of a cell's colour in [`Self::table`].
    pub(super) fn slot(&self, cell: usize) -> usize {
        match &self.colors {
            Colors::Uniform { index, .. } => index[cell].into(),
            Colors::Mixed { .. } => cell,
        }
    }

    /// The median distance of a cell's samples from its colour.
    pub(super) fn spread(&self, cell: usize) -> f32 {
        match &self.colors {
            Colors::Uniform { .. } => 0.0,
            Colors::Mixed { spread, .. } => spread[cell],
        }
    }

    /// Changes the colours.
    pub(super) fn recolor(&mut self, color: impl Fn(Lab) -> Lab) {
        let table = match &mut self.colors {
            Colors::Uniform { table, .. } => table,
            Colors::Mixed { lab, .. } => lab,
        };
        table.iter_mut().filter(|lab| !is_clear(**lab)).for_each(|lab| *lab = color(*lab));
    }

    /// Changes the colour of one cell, unless all cells are uniform.
    pub(super) fn set(&mut self, cell: usize, color: Lab) {
        if let Colors::Mixed { lab, .. } = &mut self.colors {
            lab[cell] = color;
        }
    }

    /// Whether all cells are uniform.
    pub(super) fn is_uniform(&self) -> bool {
        matches!(self.colors, Colors::Uniform { .. })
    }

    /// Cells of another size that take their colours from these; `order` has the source of each.
    pub(super) fn arranged(&self, width: usize, height: usize, order: &[usize]) -> Self {
        let colors = match &self.colors {
            Colors::Uniform { table, index } => {
                Colors::Uniform { table: table.clone(), index: order.iter().map(|&i| index[i]).collect() }
            }
            Colors::Mixed { lab, spread } => Colors::Mixed {
                lab: order.iter().map(|&i| lab[i]).collect(),
                spread: order.iter().map(|&i| spread[i]).collect(),
            },
        };
        let alpha = order.iter().filter_map(|&i| self.alpha.get(i).copied()).collect();
        Self { width, height, colors, clear: order.iter().map(|&i| self.clear[i]).collect(), alpha }
    }
}

/// Collects cells row by row. They count as uniform until one is not, or until they have too many colours.
pub(super) struct Builder {
    cells: Cells,
    known: HashMap<Option<Rgb>, u16>,
    last: Option<(Option<Rgb>, u16)>,
}

impl Builder {
    pub(super) fn new(width: usize, height: usize) -> Self {
        let colors = Colors::Uniform { table: Vec::new(), index: Vec::new() };
        Self {
            cells: Cells { width, height, colors, clear: Vec::new(), alpha: Vec::new() },
            known: HashMap::new(),
            last: None,
        }
    }

    /// Adds a cell whose samples are all this pixel.
    pub(super) fn push_uniform(&mut self, pixel: Option<Rgb>) -> Result<(), ProcessError> {
        let known = self.last.filter(|(last, _)| *last == pixel).map(|(_, slot)| slot);
        let Some(slot) = known.or_else(|| self.slot(pixel)) else { return self.push(lab_of(pixel), 0.0) };
        self.last = Some((pixel, slot));
        match &mut self.cells.colors {
            Colors::Uniform { index, .. } => index.push(slot),
            Colors::Mixed { .. } => return self.push(lab_of(pixel), 0.0),
        }
        self.cells.clear.push(pixel.is_none());
        Ok(())
    }

    /// The place of a pixel in the table; `None` if the table is full.
    fn slot(&mut self, pixel: Option<Rgb>) -> Option<u16> {
        let Colors::Uniform { table, .. } = &mut self.cells.colors else { return Some(0) };
        if let Some(slot) = self.known.get(&pixel) {
            return Some(*slot);
        }
        let slot = u16::try_from(table.len()).ok()?;
        table.push(lab_of(pixel));
        self.known.insert(pixel, slot);
        Some(slot)
    }

    /// Adds a cell with the spread of its samples.
    pub(super) fn push(&mut self, color: Lab, uneven: f32) -> Result<(), ProcessError> {
        if let Colors::Uniform { table, index } = &self.cells.colors {
            check(self.cells.width, self.cells.height, MOST_MIXED)?;
            let lab: Vec<Lab> = index.iter().map(|&slot| table[usize::from(slot)]).collect();
            self.cells.colors = Colors::Mixed { spread: vec![0.0; lab.len()], lab };
        }
        if let Colors::Mixed { lab, spread } = &mut self.cells.colors {
            lab.push(color);
            spread.push(uneven);
        }
        self.cells.clear.push(is_clear(color));
        Ok(())
    }

    /// Sets the alpha of the cell that was added last.
    pub(super) fn push_alpha(&mut self, alpha: u8) {
        self.cells.alpha.push(alpha);
    }

    pub(super) fn build(self) -> Cells {
        self.cells
    }
}

/// An error for more cells than can be restored.
pub(super) fn check(width: usize, height: usize, most: usize) -> Result<(), ProcessError> {
    let cells = [width, height].map(|length| length as u32);
    if width.saturating_mul(height) > most { Err(ProcessError::ManyCells { cells, most: most as u32 }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::color::oklab;

    #[test]
    fn cells_are_uniform_until_one_is_not() {
        let red = Rgb([200, 0, 0]);
        let mut builder = Builder::new(2, 2);
        builder.push_uniform(Some(red)).unwrap();
        builder.push_uniform(None).unwrap();
        assert!(builder.cells.is_uniform());
        builder.push([0.5; 3], 0.1).unwrap();
        builder.push_uniform(Some(red)).unwrap();
        let cells = builder.build();
        let labs: Vec<Lab> = cells.labs().collect();
        assert_eq!(labs, [oklab(red), lab_of(None), [0.5; 3], oklab(red)]);
        assert_eq!([0, 1, 2, 3].map(|cell| cells.spread(cell)), [0.0, 0.0, 0.1, 0.0]);
        assert_eq!(cells.clear, [false, true, false, false]);
        assert_eq!(cells.arranged(1, 2, &[2, 1]).labs().collect::<Vec<_>>(), [[0.5; 3], lab_of(None)]);
    }

    #[test]
    fn a_full_table_holds_no_more_colours() {
        let colors = |i: u32| Some(Rgb([i as u8, (i >> 8) as u8, (i >> 16) as u8]));
        let mut builder = Builder::new(300, 300);
        (0..90_000).for_each(|i| builder.push_uniform(colors(i)).unwrap());
        let cells = builder.build();
        assert!(!cells.is_uniform() && cells.len() == 90_000);
        assert!((0..90_000).step_by(777).all(|i| cells.lab(i as usize) == lab_of(colors(i))));
    }

    #[test]
    fn more_cells_than_memory_allows_are_an_error() {
        assert_eq!(check(4096, 4096, MOST), Ok(()));
        assert_eq!(check(4096, 4097, MOST), Err(ProcessError::ManyCells { cells: [4096, 4097], most: MOST as u32 }));
        let mut builder = Builder::new(4096, 4096);
        builder.push_uniform(None).unwrap();
        assert!(builder.push([0.5; 3], 0.1).is_err());
    }
}
