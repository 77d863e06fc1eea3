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

    /// Whether the cell so many columns and rows from the middle is terrain; cells further away are not.
    pub(super) fn has(&self, dx: i32, dy: i32) -> bool {
        let at = |d: i32| usize::try_from(d + 1).ok();
        at(dx).zip(at(dy)).and_then(|(x, y)| self.0.get(y)?.get(x)).copied().unwrap_or(false)
    }

    /// What a quarter of the cell at `dx`, `dy` shows, if that cell is terrain.
    pub(super) fn quadrant(&self, dx: i32, dy: i32, corner: Corner) -> Option<Quadrant> {
        let (x, y) = (if corner.right { 1 } else { -1 }, if corner.low { 1 } else { -1 });
        let quadrant = || Quadrant::of(self.has(dx + x, dy), self.has(dx, dy + y), self.has(dx + x, dy + y));
        self.has(dx, dy).then(quadrant)
    }
}
