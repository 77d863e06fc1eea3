//! Masks: which neighbours of a tile are of its terrain, and in which order the tiles of a set stand.
//!
//! Bits run clockwise from north: N 1, NE 2, E 4, SE 8, S 16, SW 32, W 64, NW 128.

use super::quadrant::Cells;

/// The neighbour of each bit.
const NEIGHBOURS: [(usize, usize); 8] = [(1, 0), (2, 0), (2, 1), (2, 2), (1, 2), (0, 2), (0, 1), (0, 0)];

/// Forgets corners that touch no two sides of the terrain: they show nowhere.
pub fn canonical(mask: u16) -> u16 {
    let has = |bit: u32| mask & (1 << (bit % 8)) != 0;
    (0..8).filter(|&bit| has(bit) && (bit % 2 == 0 || (has(bit + 7) && has(bit + 1)))).map(|bit| 1 << bit).sum()
}

/// The 47 masks of all canonical neighbourhoods, ascending.
pub fn blob47() -> Vec<u16> {
    (0..256).filter(|&mask| canonical(mask) == mask).collect()
}

/// The 16 masks by sides (index N 1, E 2, S 4, W 8), every corner between two sides being terrain.
pub fn edge16() -> Vec<u16> {
    let sides = |index: u16| (0..4).filter(|bit| index & (1 << bit) != 0).map(|bit| 1 << (2 * bit)).sum::<u16>();
    (0..16).map(|index| canonical(sides(index) | 0b1010_1010)).collect()
}

/// The neighbourhood of a tile of that mask.
pub(super) fn around(mask: u16) -> Cells {
    let mut cells = [[false; 3]; 3];
    cells[1][1] = true;
    for (bit, (x, y)) in NEIGHBOURS.into_iter().enumerate() {
        cells[y][x] = mask & (1 << bit) != 0;
    }
    Cells(cells)
}

/// The four cells round a corner (index NE 1, SE 2, SW 4, NW 8), the north-western one in the middle of the nine.
pub(super) fn round_corner(index: u16) -> Cells {
    let has = |bit: u16| index & bit != 0;
    Cells([[false, false, false], [false, has(8), has(1)], [false, has(4), has(2)]])
}
