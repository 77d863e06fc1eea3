//! Slopes of ground that is seen from the side: the line that each follows, what its edges show, and which tile belongs where.

use super::layout::{Border, Layout, canonical};

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

/// What a cell of a map with slopes has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Air,
    /// Ground that fills the cell.
    Ground,
    /// One of the slopes of which a part lies in the cell.
    Slope(Slope),
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

    /// The same with the border, as it is drawn.
    pub fn drawn(self, height: u32, border: &Border) -> [i32; 2] {
        let [above, below] = [border.width, border.width + border.face].map(|depth| depth as i32);
        self.heights(height).map(|end| match self.surface {
            Surface::Floor => end - above,
            Surface::Ceiling => end + below,
        })
    }

    /// Whether a pixel is ground, counted from the upper left corner of its tile; the surface goes on beyond the tile.
    pub fn has(self, size: [u32; 2], border: &Border, x: i32, y: i32) -> bool {
        let [width, height] = size.map(i64::from);
        let [left, right] = self.drawn(size[1], border).map(i64::from);
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
            Surface::Ceiling if self.is_beside_slope() => (whole, cut(2)),
            Surface::Ceiling => (if left.max(right) == 2 { cut(-2) } else { whole }, Edge::Open),
        };
        [north, side(right), south, side(left)]
    }

    /// Whether it is ground at one of its corners, so that the ground of the cell beyond goes on there.
    fn is_whole_at(self, right: bool, low: bool) -> bool {
        let end = self.ends[usize::from(right)];
        match self.surface {
            Surface::Floor => low && end > 0,
            Surface::Ceiling => !low && end < 2,
        }
    }
}

/// What the edges of a tile of [`Layout::Slopes`] show: north, east, south, west.
pub fn edges(place: usize) -> [Edge; 4] {
    Layout::Slopes.slope(place).map_or_else(|| edges_of_mask(Layout::Slopes.masks()[place]), Slope::edges)
}

/// The neighbours of a cell in the order of a mask's bits.
const AROUND: [[i32; 2]; 8] = [[0, -1], [1, -1], [1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0], [-1, -1]];

/// The same of a tile of neighbours.
fn edges_of_mask(mask: u8) -> [Edge; 4] {
    let has = |bit: u32| mask & (1 << bit) != 0;
    let end = |corner: u32| if has(corner) { End::Whole } else { End::Inset };
    [(0, [7, 1]), (2, [1, 3]), (4, [5, 3]), (6, [7, 5])].map(|(side, ends)| match has(side) {
        true => Edge::Ground(ends.map(end)),
        false => Edge::Open,
    })
}

/// The place in [`Layout::Slopes`] of the tile that a cell shows; `None` for air. `cell` says what lies so many columns and
/// rows from it.
pub fn place(cell: impl Fn(i32, i32) -> Cell) -> Option<usize> {
    let masks = Layout::Slopes.masks();
    let of_slope = |slope: Slope| (0..masks.len()).find(|place| Layout::Slopes.slope(*place) == Some(slope));
    let same = |surface: Surface, ends: [i8; 2]| {
        Slope::ALL.into_iter().find(|slope| slope.surface == surface && slope.ends == ends)
    };
    match cell(0, 0) {
        Cell::Air => return None,
        Cell::Slope(slope) => return of_slope(slope),
        Cell::Ground => {}
    }
    let beside = match (cell(0, -1), cell(0, 1)) {
        (Cell::Slope(Slope { surface: Surface::Floor, ends, .. }), _) => same(Surface::Floor, ends.map(|end| end + 2)),
        (_, Cell::Slope(Slope { surface: Surface::Ceiling, ends, .. })) => {
            same(Surface::Ceiling, ends.map(|end| end - 2))
        }
        _ => None,
    };
    if let Some(beside) = beside {
        return of_slope(beside);
    }
    let joins = |[dx, dy]: [i32; 2]| match cell(dx, dy) {
        Cell::Air => false,
        Cell::Ground => true,
        // A side is ground if one of its corners is; a corner only if it is itself.
        Cell::Slope(slope) => match [dx, dy] {
            [0, _] => [false, true].iter().any(|right| slope.is_whole_at(*right, dy < 0)),
            [_, 0] => [false, true].iter().any(|low| slope.is_whole_at(dx < 0, *low)),
            _ => slope.is_whole_at(dx < 0, dy < 0),
        },
    };
    let bits = AROUND.into_iter().enumerate().filter(|(_, at)| joins(*at));
    let mask = canonical(bits.map(|(bit, _)| 1 << bit).sum());
    masks.iter().position(|known| *known == mask)
}

/// The polygon of a tile's ground in pixels, clockwise from its upper left corner, for collisions: corners are not rounded,
/// and inner ones are whole.
pub fn outline(place: usize, [width, height]: [u32; 2], border: &Border) -> Vec<[u32; 2]> {
    let Some(slope) = Layout::Slopes.slope(place) else {
        let mask = Layout::Slopes.masks()[place];
        let inset = |bit: u8, depth: u32| if mask & bit == 0 { depth } else { 0 };
        let [top, left] = [inset(1, border.width), inset(64, border.width)];
        let [right, bottom] = [width - inset(4, border.width), height - inset(16, border.width + border.face)];
        return vec![[left, top], [right, top], [right, bottom], [left, bottom]];
    };
    let line = slope.drawn(height, border).map(|end| height as i32 - end);
    let corners = [[0, 0], [width, 0], [width, height], [0, height]];
    let mut points = Vec::new();
    for (at, from) in corners.into_iter().enumerate() {
        let to = corners[(at + 1) % 4];
        let [is_in, goes_in] = [from, to].map(|corner| slope.surface.is_ground(line, width, corner));
        points.extend(is_in.then_some(from));
        points.extend((is_in != goes_in).then(|| crossing(line, width, [from, to])));
    }
    points.dedup();
    if points.first() == points.last() {
        points.pop();
    }
    points
}

impl Surface {
    /// Whether a point lies on the ground's side of a line, whose distances from the upper edge at both sides are given.
    fn is_ground(self, [left, right]: [i32; 2], width: u32, [x, y]: [u32; 2]) -> bool {
        let (x, y, width) = (x as i32, y as i32, width as i32);
        let below = y * width - left * width - (right - left) * x;
        if self == Self::Floor { below >= 0 } else { below <= 0 }
    }
}

/// Where the line crosses a side of the tile, rounded to a pixel.
fn crossing([left, right]: [i32; 2], width: u32, [from, to]: [[u32; 2]; 2]) -> [u32; 2] {
    if from[0] == to[0] {
        return [from[0], if from[0] == 0 { left } else { right } as u32];
    }
    let (run, rise) = ((from[1] as i32 - left) * width as i32, right - left);
    let nearest = (2 * run * rise.signum() + rise.abs()).div_euclid(2 * rise.abs());
    [nearest.clamp(0, width as i32) as u32, from[1]]
}

#[cfg(test)]
mod tests {
    use super::super::layout::Look;
    use super::*;

    const BORDER: Border = Border { width: 2, wobble: 1, radius: 4, outline: false, look: Look::Flat, face: 0 };

    fn outline_of(slope: usize) -> Vec<[u32; 2]> {
        outline(47 + slope, [16, 16], &BORDER)
    }

    #[test]
    fn outlines_follow_what_is_drawn() {
        assert_eq!(outline_of(0), [[16, 2], [16, 16], [2, 16]]);
        assert_eq!(outline_of(1), [[0, 2], [14, 16], [0, 16]]);
        assert_eq!(outline_of(3), [[16, 2], [16, 16], [0, 16], [0, 10]]);
        assert_eq!(outline_of(6), [[2, 0], [16, 0], [16, 16], [0, 16], [0, 2]]);
        assert_eq!(outline_of(10), [[0, 0], [14, 0], [0, 14]]);
        assert_eq!(outline(46, [16, 16], &BORDER), [[0, 0], [16, 0], [16, 16], [0, 16]]);
        assert_eq!(outline(0, [16, 16], &BORDER), [[2, 2], [14, 2], [14, 14], [2, 14]]);
    }

    /// What a tile joins as its mask says it is what its edges show.
    #[test]
    fn masks_and_edges_agree() {
        for slope in Slope::ALL {
            for (side, edge) in slope.edges().into_iter().enumerate() {
                assert_eq!(edge != Edge::Open, slope.joins & (1 << (2 * side)) != 0, "{slope:?} {side}");
            }
            assert_eq!(canonical(slope.joins), slope.joins);
        }
    }

    #[test]
    fn a_ceiling_is_a_floor_upside_down() {
        for number in 0..10 {
            let (floor, ceiling) = (Slope::ALL[number], Slope::ALL.map(|slope| slope.ends.map(|end| 2 - end)));
            assert!(ceiling[10..].contains(&floor.ends), "{floor:?}");
        }
    }
}
