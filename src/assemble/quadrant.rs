//! The four quarters of a tile: the look of each follows from the three neighbours at its corner.

/// The neighbour of each bit of a mask.
const NEIGHBOURS: [(usize, usize); 8] = [(1, 0), (2, 0), (2, 1), (2, 2), (1, 2), (0, 2), (0, 1), (0, 0)];

/// A quarter of a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Corner {
    /// It is the right half.
    pub right: bool,
    /// It is the lower half.
    pub low: bool,
}

impl Corner {
    /// All four, in reading order.
    pub(super) const ALL: [Self; 4] = [
        Self { right: false, low: false },
        Self { right: true, low: false },
        Self { right: false, low: true },
        Self { right: true, low: true },
    ];

    /// The quarter that a pixel of a tile is in.
    pub(super) fn of(size: [u32; 2], x: u32, y: u32) -> Self {
        Self { right: x >= size[0] / 2, low: y >= size[1] / 2 }
    }

    /// Its place in [`Self::ALL`].
    pub(super) fn index(self) -> usize {
        usize::from(self.right) + 2 * usize::from(self.low)
    }
}

/// What a quarter shows. With four quarters these are the twenty small tiles that every larger set is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Quadrant {
    /// Neither neighbour: the terrain ends in a round corner.
    Outer,
    /// Only the neighbour beside it: the border runs from side to side.
    Across,
    /// Only the neighbour above or below: the border runs up and down.
    Upright,
    /// Both neighbours, but not the one between them: a notch in the corner.
    Inner,
    /// All three: terrain only.
    Full,
}

impl Quadrant {
    /// All looks of a quarter.
    pub(super) const ALL: [Self; 5] = [Self::Outer, Self::Across, Self::Upright, Self::Inner, Self::Full];

    /// Its place in [`Self::ALL`].
    pub(super) fn index(self) -> usize {
        self as usize
    }

    /// From the neighbour beside it, the one above or below it, and the one between these.
    pub(super) fn of(beside: bool, above: bool, between: bool) -> Self {
        match (beside, above, between) {
            (false, false, _) => Self::Outer,
            (true, false, _) => Self::Across,
            (false, true, _) => Self::Upright,
            (true, true, false) => Self::Inner,
            (true, true, true) => Self::Full,
        }
    }
}

/// A cell in the middle and its eight neighbours; true is terrain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cells(pub [[bool; 3]; 3]);

impl Cells {
    /// The neighbourhood of a tile with that mask.
    pub(super) fn around(mask: u8) -> Self {
        let mut cells = [[false; 3]; 3];
        cells[1][1] = true;
        for (bit, (x, y)) in NEIGHBOURS.into_iter().enumerate() {
            cells[y][x] = mask & (1 << bit) != 0;
        }
        Self(cells)
    }

    /// The four cells that meet at a corner, the north-western one in the middle of the nine.
    pub(super) fn at_corner(mask: u8) -> Self {
        let has = |bit: u8| mask & bit != 0;
        Self([[false, false, false], [false, has(8), has(1)], [false, has(4), has(2)]])
    }

    /// What can be seen from a quarter of the middle cell: the four cells that meet at its corner, as far as its look
    /// tells them, and straight on everywhere else. So a quarter is the same wherever it has this look.
    pub(super) fn seen_from(corner: Corner, quadrant: Quadrant) -> Self {
        let beside = !matches!(quadrant, Quadrant::Outer | Quadrant::Upright);
        let above = !matches!(quadrant, Quadrant::Outer | Quadrant::Across);
        let between = quadrant == Quadrant::Full;
        let mut cells = [[true; 3]; 3];
        for (y, row) in cells.iter_mut().enumerate() {
            for (x, cell) in row.iter_mut().enumerate() {
                let is_beside = x == if corner.right { 2 } else { 0 };
                let is_above = y == if corner.low { 2 } else { 0 };
                *cell = match (is_beside, is_above) {
                    (false, false) => true,
                    (true, false) => beside,
                    (false, true) => above,
                    (true, true) => between,
                };
            }
        }
        Self(cells)
    }

    /// Whether the cell so many columns and rows from the middle is terrain; cells further away are as the nearest.
    pub(super) fn has(&self, dx: i32, dy: i32) -> bool {
        let at = |d: i32| (d.clamp(-1, 1) + 1) as usize;
        self.0[at(dy)][at(dx)]
    }

    /// What a quarter of the cell at `dx`, `dy` shows, if that cell is terrain.
    pub(super) fn quadrant(&self, dx: i32, dy: i32, corner: Corner) -> Option<Quadrant> {
        let (x, y) = (if corner.right { 1 } else { -1 }, if corner.low { 1 } else { -1 });
        let quadrant = || Quadrant::of(self.has(dx + x, dy), self.has(dx, dy + y), self.has(dx + x, dy + y));
        self.has(dx, dy).then(quadrant)
    }
}
