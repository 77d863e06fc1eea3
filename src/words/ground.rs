//! Ground that is seen from the side: which tile of [`Layout::Slopes`] belongs where, and its outline.

use super::layout::{Border, Layout, canonical};
use super::slope::{Edge, End, Slope, Surface};

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

/// The polygon of a tile's ground in pixels, clockwise from the left one of its highest corners, for collisions: corners are not rounded,
/// and inner ones are whole.
pub fn outline(place: usize, [width, height]: [u32; 2], border: &Border) -> Vec<[u32; 2]> {
    let Some(slope) = Layout::Slopes.slope(place) else {
        let mask = Layout::Slopes.masks()[place];
        let inset = |bit: u8, depth: u32| if mask & bit == 0 { depth } else { 0 };
        let [top, left] = [inset(1, border.width), inset(64, border.width)];
        let [right, bottom] = [width - inset(4, border.width), height - inset(16, border.width + border.face)];
        return vec![[left, top], [right, top], [right, bottom], [left, bottom]];
    };
    let line = slope.drawn(height, border.depths()).map(|end| height as i32 - end);
    let corners = [[0, 0], [width, 0], [width, height], [0, height]];
    let mut points = Vec::new();
    for (at, from) in corners.into_iter().enumerate() {
        let to = corners[(at + 1) % 4];
        let [is_in, goes_in] = [from, to].map(|corner| is_ground(slope.surface, line, width, corner));
        points.extend(is_in.then_some(from));
        points.extend((is_in != goes_in).then(|| crossing(line, width, [from, to])));
    }
    points.dedup();
    if points.first() == points.last() {
        points.pop();
    }
    let first = (0..points.len()).min_by_key(|at| (points[*at][1], points[*at][0]));
    points.rotate_left(first.unwrap_or(0));
    points
}

/// Whether a point lies on the ground's side of a line, whose distances from the upper edge at both sides are given.
fn is_ground(surface: Surface, [left, right]: [i32; 2], width: u32, [x, y]: [u32; 2]) -> bool {
    let (x, y, width) = (x as i32, y as i32, width as i32);
    let below = y * width - left * width - (right - left) * x;
    if surface == Surface::Floor { below >= 0 } else { below <= 0 }
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

    /// The outline of a slope, from its leftmost and uppermost point.
    fn outline_of(slope: usize) -> Vec<[u32; 2]> {
        let mut outline = outline(47 + slope, [16, 16], &BORDER);
        let first = (0..outline.len()).min_by_key(|at| outline[*at]).unwrap_or(0);
        outline.rotate_left(first);
        outline
    }

    #[test]
    fn outlines_follow_what_is_drawn() {
        assert_eq!(outline_of(0), [[2, 16], [16, 2], [16, 16]]);
        assert_eq!(outline_of(1), [[0, 2], [14, 16], [0, 16]]);
        assert_eq!(outline_of(3), [[0, 10], [16, 2], [16, 16], [0, 16]]);
        assert_eq!(outline_of(6), [[0, 2], [2, 0], [16, 0], [16, 16], [0, 16]]);
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
