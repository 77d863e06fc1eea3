//! Slopes of ground that is seen from the side: the line that each follows, what its edges show, and which tile belongs where.

/// Which surface of the ground a slope is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Surface {
    /// The ground lies below the line.
    Floor,
    /// The ground lies above the line.
    Ceiling,
}

/// A tile through which a slanted surface runs, or the tile below or above it that shows the rest of its border.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Slope {
    /// Which surface it is.
    pub surface: Surface,
    /// The heights of the surface at the left and the right edge without its border, in halves of a tile from the lower
    /// edge.
    pub ends: [i8; 2],
    /// The neighbours that it joins, as the mask of a tile has them.
    pub joins: u8,
}

/// What one end of an edge between two tiles shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum End {
    /// Ground up to the end.
    Whole,
    /// Ground but for the border of its surface.
    Inset,
    /// Ground up to the middle of the tile, but for its border.
    Half,
}

/// What an edge of a tile shows. Two tiles may lie side by side if the edges at which they meet are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Edge {
    /// No ground.
    Open,
    /// Ground between both ends, the left or the upper one first.
    Ground([End; 2]),
    /// A slope runs across it: the heights of its ends above this edge, in halves of a tile.
    Cut(Surface, [i8; 2]),
}

const fn floor(left: i8, right: i8, joins: u8) -> Slope {
    Slope { surface: Surface::Floor, ends: [left, right], joins }
}

const fn ceiling(left: i8, right: i8, joins: u8) -> Slope {
    Slope { surface: Surface::Ceiling, ends: [left, right], joins }
}

impl Slope {
    /// All, in the order of the sheet. For the floor and then for the ceiling: up and down at 45 degrees, up in two tiles,
    /// down in two tiles, and what lies below the thin ends of these (above them, for a ceiling).
    pub const ALL: [Self; 20] = [
        floor(0, 2, 28),
        floor(2, 0, 112),
        floor(0, 1, 28),
        floor(1, 2, 124),
        floor(2, 1, 124),
        floor(1, 0, 112),
        floor(2, 4, 127),
        floor(4, 2, 253),
        floor(2, 3, 127),
        floor(3, 2, 253),
        ceiling(0, 2, 193),
        ceiling(2, 0, 7),
        ceiling(0, 1, 199),
        ceiling(1, 2, 193),
        ceiling(2, 1, 7),
        ceiling(1, 0, 199),
        ceiling(-2, 0, 247),
        ceiling(0, -2, 223),
        ceiling(-1, 0, 247),
        ceiling(0, -1, 223),
    ];

    /// The heights of its surface at the left and the right edge of a tile, in pixels from the lower edge, without the
    /// border.
    pub fn heights(self, height: u32) -> [i32; 2] {
        self.ends.map(|end| (i32::from(end) * height as i32).div_euclid(2))
    }

    /// The same with a border of those depths below a floor and above a ceiling, as it is drawn.
    pub fn drawn(self, height: u32, depths: [u32; 2]) -> [i32; 2] {
        let [above, below] = depths.map(|depth| depth as i32);
        self.heights(height).map(|end| match self.surface {
            Surface::Floor => end - above,
            Surface::Ceiling => end + below,
        })
    }

    /// Whether a pixel is ground, counted from the upper left corner of its tile; the surface goes on beyond the tile.
    pub fn has(self, size: [u32; 2], depths: [u32; 2], x: i32, y: i32) -> bool {
        let [width, height] = size.map(i64::from);
        let [left, right] = self.drawn(size[1], depths).map(i64::from);
        let middle = (2 * (height - i64::from(y)) - 1) * width;
        let line = 2 * left * width + (right - left) * (2 * i64::from(x) + 1);
        match self.surface {
            Surface::Floor => middle < line,
            Surface::Ceiling => middle > line,
        }
    }

    /// Whether it is the tile below or above a slope, whose ground is whole but for a corner.
    pub fn is_beside_slope(self) -> bool {
        match self.surface {
            Surface::Floor => self.ends.iter().any(|end| *end > 2),
            Surface::Ceiling => self.ends.iter().any(|end| *end < 0),
        }
    }

    /// What its edges show: north, east, south, west.
    pub fn edges(self) -> [Edge; 4] {
        let whole = Edge::Ground([End::Whole; 2]);
        let side = |end: i8| match (self.surface, end) {
            (Surface::Floor, ..=0) | (Surface::Ceiling, 2..) => Edge::Open,
            (Surface::Floor, 1) => Edge::Ground([End::Half, End::Whole]),
            (Surface::Floor, 2) => Edge::Ground([End::Inset, End::Whole]),
            (Surface::Ceiling, 1) => Edge::Ground([End::Whole, End::Half]),
            (Surface::Ceiling, 0) => Edge::Ground([End::Whole, End::Inset]),
            _ => whole,
        };
        let [left, right] = self.ends;
        let cut = |by: i8| Edge::Cut(self.surface, [left + by, right + by]);
        let (north, south) = match self.surface {
            Surface::Floor if self.is_beside_slope() => (cut(-2), whole),
            Surface::Floor => (Edge::Open, if left.min(right) == 0 { cut(0) } else { whole }),
            Surface::Ceiling if self.is_beside_slope() => (whole, cut(0)),
            Surface::Ceiling => (if left.max(right) == 2 { cut(-2) } else { whole }, Edge::Open),
        };
        [north, side(right), south, side(left)]
    }

    /// Whether it is ground at one of its corners, so that the ground of the cell beyond goes on there.
    pub(super) fn is_whole_at(self, right: bool, low: bool) -> bool {
        let end = self.ends[usize::from(right)];
        match self.surface {
            Surface::Floor => low && end > 0,
            Surface::Ceiling => !low && end < 2,
        }
    }
}
