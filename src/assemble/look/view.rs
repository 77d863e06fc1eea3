//! The terrain that can be seen from a quarter of a tile, or from a slope, pixel by pixel.

use crate::assemble::border::Depths;
use crate::assemble::quadrant::Cells;
use crate::words::layout::Border;
use crate::words::slope::{Edge, Slope};

/// North, east, south, west.
pub(in crate::assemble) const SIDES: [[i32; 2]; 4] = [[0, -1], [1, 0], [0, 1], [-1, 0]];

/// The terrain round a quarter, or round a slope.
pub(in crate::assemble) struct View<'a> {
    seen: Seen<'a>,
}

/// What is seen.
enum Seen<'a> {
    Cells(&'a Depths, Cells),
    /// The slope goes on without an end.
    Slope(Slope, [u32; 2], [u32; 2]),
}

impl<'a> View<'a> {
    /// The terrain in these cells.
    pub(in crate::assemble) fn new(depths: &'a Depths, cells: Cells) -> Self {
        Self { seen: Seen::Cells(depths, cells) }
    }

    /// The terrain round a slope.
    pub(in crate::assemble) fn slope(slope: Slope, size: [u32; 2], border: &Border) -> Self {
        Self { seen: Seen::Slope(slope, size, border.depths()) }
    }

    /// Whether the terrain has no corner.
    pub(super) fn is_slope(&self) -> bool {
        matches!(self.seen, Seen::Slope(..))
    }

    /// Whether a pixel of the tile is terrain.
    pub(in crate::assemble) fn is_terrain(&self, x: u32, y: u32) -> bool {
        self.has(x as i32, y as i32)
    }

    /// Whether a pixel lies at an edge of the tile beyond which there is no terrain.
    pub(super) fn is_at_missing(&self, size: [u32; 2], x: u32, y: u32) -> bool {
        let edges = [y == 0, x + 1 == size[0], y + 1 == size[1], x == 0];
        match &self.seen {
            Seen::Cells(_, cells) => {
                edges.into_iter().zip(SIDES).any(|(is_edge, [dx, dy])| is_edge && !cells.has(dx, dy))
            }
            Seen::Slope(slope, ..) => {
                edges.into_iter().zip(slope.edges()).any(|(is_edge, edge)| is_edge && edge == Edge::Open)
            }
        }
    }

    /// Whether a pixel is terrain, also beyond the tile.
    pub(in crate::assemble) fn has(&self, x: i32, y: i32) -> bool {
        match &self.seen {
            Seen::Cells(depths, cells) => depths.terrain(cells, x, y),
            Seen::Slope(slope, size, depths) => slope.has(*size, *depths, x, y),
        }
    }

    /// How many steps it takes from a pixel to the first that is on the other side of the terrain's edge, in one
    /// direction, at most so many. A slope faces up or down, and not to the side.
    pub(super) fn steps(&self, x: u32, y: u32, [dx, dy]: [i32; 2], most: u32) -> Option<u32> {
        if dx != 0 && self.is_slope() {
            return None;
        }
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
