//! A landscape with every slope: hills, two islands, and a roof.

use crate::words::ground::Cell;
use crate::words::slope::Slope;

/// Row by row: `#` ground, `.` air, a letter or stroke of [`SLOPES`] a slope.
const HILLS: [&str; 16] = [
    "########################",
    "####u..d####mn..vw######",
    "........d##u............",
    "........................",
    "........................",
    "............12#34.......",
    "..../\\.....#######......",
    "...####....#######......",
    "...####.....vw#mn.......",
    "....du..................",
    "........................",
    "......../#34.......##\\..",
    "......./#####\\1234.###\\.",
    "##\\.12##################",
    "########################",
    "########################",
];

/// The signs of the slopes that lie in a cell, in the order of [`Slope::ALL`]; nothing stands for those that follow from
/// the cells beside them.
const SLOPES: &str = "/\\1234    udmnvw";

/// What a cell of the landscape has; its edge goes on without an end.
pub(super) fn cell(x: i32, y: i32) -> Cell {
    let row = HILLS[y.clamp(0, HILLS.len() as i32 - 1) as usize].as_bytes();
    match row[x.clamp(0, row.len() as i32 - 1) as usize] {
        b'#' => Cell::Ground,
        sign => SLOPES.bytes().position(|known| known == sign).map_or(Cell::Air, |at| Cell::Slope(Slope::ALL[at])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::ground::{edges, place};
    use crate::words::slope::Edge;

    /// What the edges of a cell show.
    fn edges_of(x: i32, y: i32) -> [Edge; 4] {
        place(|dx, dy| cell(x + dx, y + dy)).map_or([Edge::Open; 4], edges)
    }

    #[test]
    fn all_slopes_are_there_and_all_edges_meet() {
        assert!(HILLS.iter().all(|row| row.len() == 24));
        let places = || (0..16).flat_map(|y| (0..24).map(move |x| (x, y)));
        for (x, y) in places() {
            assert_eq!(edges_of(x, y)[1], edges_of(x + 1, y)[3], "{x}, {y} and its right neighbour");
            assert_eq!(edges_of(x, y)[2], edges_of(x, y + 1)[0], "{x}, {y} and the one below");
        }
        let shown: Vec<usize> = places().filter_map(|(x, y)| place(|dx, dy| cell(x + dx, y + dy))).collect();
        let missing: Vec<usize> = (46..67).filter(|place| !shown.contains(place)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
