//! The terrain that can be seen from a quarter of a tile, pixel by pixel.

use crate::assemble::border::Depths;
use crate::assemble::quadrant::Cells;

/// North, east, south, west.
pub(in crate::assemble) const SIDES: [[i32; 2]; 4] = [[0, -1], [1, 0], [0, 1], [-1, 0]];

/// The terrain round a quarter.
pub(in crate::assemble) struct View<'a> {
    depths: &'a Depths,
    cells: Cells,
}

impl<'a> View<'a> {
    /// The terrain in these cells.
    pub(in crate::assemble) fn new(depths: &'a Depths, cells: Cells) -> Self {
        Self { depths, cells }
    }

    /// Whether a pixel of the tile is terrain.
    pub(in crate::assemble) fn is_terrain(&self, x: u32, y: u32) -> bool {
        self.has(x as i32, y as i32)
    }

    /// Whether a pixel lies at an edge of the tile beyond which there is no terrain.
    pub(super) fn is_at_missing(&self, size: [u32; 2], x: u32, y: u32) -> bool {
        let edges = [y == 0, x + 1 == size[0], y + 1 == size[1], x == 0];
        edges.into_iter().zip(SIDES).any(|(is_edge, [dx, dy])| is_edge && !self.cells.has(dx, dy))
    }

    /// Whether a pixel is terrain, also beyond the tile.
    pub(in crate::assemble) fn has(&self, x: i32, y: i32) -> bool {
        self.depths.terrain(&self.cells, x, y)
    }

    /// How many steps it takes from a pixel to the first that is on the other side of the terrain's edge, in one
    /// direction, at most so many.
    pub(super) fn steps(&self, x: u32, y: u32, [dx, dy]: [i32; 2], most: u32) -> Option<u32> {
        let here = self.is_terrain(x, y);
        (1..=most).find(|step| {
            let step = *step as i32;
            self.has(x as i32 + step * dx, y as i32 + step * dy) != here
        })
    }

    /// The same to the north, the east, the south and the west.
    pub(super) fn gaps(&self, x: u32, y: u32, most: u32) -> [Option<u32>; 4] {
        SIDES.map(|side| self.steps(x, y, side, most))
    }

    /// The squared distance to the nearest pixel on the other side of the edge, if it is within a radius.
    pub(super) fn distance2(&self, x: u32, y: u32, radius: i32) -> Option<i32> {
        let here = self.is_terrain(x, y);
        let offsets = (-radius..=radius).flat_map(|dy| (-radius..=radius).map(move |dx| (dx, dy)));
        let other = offsets.filter(|(dx, dy)| self.has(x as i32 + dx, y as i32 + dy) != here);
        other.map(|(dx, dy)| dx * dx + dy * dy).min().filter(|distance| *distance <= radius * radius)
    }
}
