//! The four quarters of a tile: what each looks like follows from the three neighbours at its corner.

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
    pub fn of(beside: bool, above: bool, between: bool) -> Self {
        match (beside, above, between) {
            (false, false, _) => Self::Outer,
            (true, false, _) => Self::Across,
            (false, true, _) => Self::Upright,
            (true, true, false) => Self::Inner,
            (true, true, true) => Self::Full,
        }
    }
}

/// Nine cells, the middle one being the one that is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cells(pub [[bool; 3]; 3]);

impl Cells {
    /// Whether the cell so many columns and rows from the middle is terrain; what is further away never matters.
    pub fn has(&self, dx: i32, dy: i32) -> bool {
        let at = |d: i32| usize::try_from(d + 1).ok();
        at(dx).zip(at(dy)).and_then(|(x, y)| self.0.get(y)?.get(x)).copied().unwrap_or(false)
    }

    /// What a quarter of the cell at `dx`, `dy` shows, if that cell is terrain.
    pub fn quadrant(&self, dx: i32, dy: i32, corner: Corner) -> Option<Quadrant> {
        let (x, y) = (if corner.right { 1 } else { -1 }, if corner.low { 1 } else { -1 });
        let quadrant = || Quadrant::of(self.has(dx + x, dy), self.has(dx, dy + y), self.has(dx + x, dy + y));
        self.has(dx, dy).then(quadrant)
    }
}
