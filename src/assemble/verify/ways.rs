//! Every way in which four tiles can meet at a point.

use crate::words::layout::{Layout, MaskKind, canonical};

/// Four tiles that meet at a point, in reading order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Way {
    /// The place of each tile in the layout; `None` where there is none.
    pub(super) tiles: [Option<usize>; 4],
    /// The cells that they show, row by row, with one more on each side.
    pub(super) cells: Vec<bool>,
    /// Cells in a row.
    pub(super) columns: usize,
}

/// All of a layout: each of four cells is missing or has one of the corners that a layout knows; of a dual grid, each
/// combination of the nine cells that four tiles show.
pub(super) fn ways(layout: Layout) -> Box<dyn Iterator<Item = Way>> {
    match (layout, layout.mask_kind()) {
        (Layout::Single, _) | (_, MaskKind::Terrains) => Box::new(std::iter::empty()),
        (_, MaskKind::Corners) => Box::new((0..512).map(dual)),
        (Layout::Edge16, _) => Box::new((0..5u32.pow(4)).map(move |number| around_point(layout, number, 5))),
        _ => Box::new((0..6u32.pow(4)).map(move |number| around_point(layout, number, 6))),
    }
}

/// The outer neighbours of a cell at a point: beside it, above or below it, and between these.
const OUTER: [[bool; 3]; 5] =
    [[false, false, false], [true, false, false], [false, true, false], [true, true, false], [true, true, true]];

/// Four cells in the middle of sixteen. Digits of `number` say what each is: missing, or with which outer neighbours.
fn around_point(layout: Layout, number: u32, base: u32) -> Way {
    let mut cells = vec![false; 16];
    for (at, (x, y)) in [(1, 1), (2, 1), (1, 2), (2, 2)].into_iter().enumerate() {
        let digit = number / base.pow(at as u32) % base;
        let Some(outer) = digit.checked_sub(1) else { continue };
        let (beside, above) = (if x == 1 { 0 } else { 3 }, if y == 1 { 0 } else { 3 });
        let [has_beside, has_above, between] = OUTER[outer as usize];
        cells[4 * y + x] = true;
        cells[4 * y + beside] = has_beside;
        cells[4 * above + x] = has_above;
        cells[4 * above + beside] = between;
    }
    let tiles = [(1, 1), (2, 1), (1, 2), (2, 2)].map(|(x, y)| {
        let mask = mask_at(&cells, x, y);
        let mask = if layout == Layout::Edge16 { mask & SIDES } else { canonical(mask) };
        cells[4 * y + x].then(|| layout.masks().iter().position(|known| *known == mask)).flatten()
    });
    Way { tiles, cells, columns: 4 }
}

/// The bits of the four sides.
const SIDES: u8 = 0b0101_0101;

fn mask_at(cells: &[bool], x: usize, y: usize) -> u8 {
    let neighbours = [(1, 0), (2, 0), (2, 1), (2, 2), (1, 2), (0, 2), (0, 1), (0, 0)];
    let bits = neighbours.iter().enumerate().filter(|(_, (dx, dy))| cells[4 * (y + dy - 1) + x + dx - 1]);
    bits.map(|(bit, _)| 1 << bit).sum()
}

/// Nine cells; the four tiles of a dual grid meet in the middle of the fifth.
fn dual(number: u32) -> Way {
    let cells: Vec<bool> = (0..9).map(|bit| number & (1 << bit) != 0).collect();
    let tile = |(x, y): (usize, usize)| {
        let corners = [(1, 0), (1, 1), (0, 1), (0, 0)];
        let bits = corners.iter().enumerate().filter(|(_, (dx, dy))| cells[3 * (y + dy) + x + dx]);
        Some(bits.map(|(bit, _)| 1 << bit).sum::<usize>())
    };
    Way { tiles: [(0, 0), (1, 0), (0, 1), (1, 1)].map(tile), cells, columns: 3 }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_way_is_another_one() {
        for (layout, count) in [(Layout::Blob47, 1296), (Layout::Edge16, 625), (Layout::Corner16, 512)] {
            let all: HashSet<Vec<Option<usize>>> = ways(layout).map(|way| way.tiles.to_vec()).collect();
            assert_eq!((ways(layout).count(), all.len()), (count, count), "{layout:?}");
        }
    }

    /// Sixteen cells can be filled in 65,536 ways; those of the layout are all that differ in the tiles that meet.
    #[test]
    fn no_map_shows_another_way() {
        let known: HashSet<[Option<usize>; 4]> = ways(Layout::Blob47).map(|way| way.tiles).collect();
        let sides: HashSet<[Option<usize>; 4]> = ways(Layout::Edge16).map(|way| way.tiles).collect();
        for number in 0..=u16::MAX {
            let cells: Vec<bool> = (0..16).map(|bit| number & (1 << bit) != 0).collect();
            let tiles = |layout: Layout| {
                [(1, 1), (2, 1), (1, 2), (2, 2)].map(|(x, y)| {
                    let mask = mask_at(&cells, x, y);
                    let mask = if layout == Layout::Edge16 { mask & SIDES } else { canonical(mask) };
                    cells[4 * y + x].then(|| layout.masks().iter().position(|known| *known == mask)).flatten()
                })
            };
            assert!(known.contains(&tiles(Layout::Blob47)), "{number:016b}");
            assert!(sides.contains(&tiles(Layout::Edge16)), "{number:016b}");
        }
    }
}
