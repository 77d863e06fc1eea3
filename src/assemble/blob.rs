//! From the mask of a tile to the cells around it.

use super::quadrant::Cells;

/// The neighbour of each bit.
const NEIGHBOURS: [(usize, usize); 8] = [(1, 0), (2, 0), (2, 1), (2, 2), (1, 2), (0, 2), (0, 1), (0, 0)];

/// The neighbourhood of a tile of that mask.
pub(super) fn around(mask: u8) -> Cells {
    let mut cells = [[false; 3]; 3];
    cells[1][1] = true;
    for (bit, (x, y)) in NEIGHBOURS.into_iter().enumerate() {
        cells[y][x] = mask & (1 << bit) != 0;
    }
    Cells(cells)
}

/// The four cells round a corner (index NE 1, SE 2, SW 4, NW 8), the north-western one in the middle of the nine.
pub(super) fn round_corner(index: u8) -> Cells {
    let has = |bit: u8| index & bit != 0;
    Cells([[false, false, false], [false, has(8), has(1)], [false, has(4), has(2)]])
}
