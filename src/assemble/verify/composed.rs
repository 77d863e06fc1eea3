//! The tiles that an engine puts together from the quarters of a block.

use image::RgbaImage;

use crate::assemble::quadrant::{Cells, Corner, Quadrant};
use crate::words::layout::Layout;
use crate::words::proof::Fault;

use super::CounterExample;

/// All tiles of [`Layout::Blob47`] from those of [`Layout::A2`], quarter by quarter.
///
/// # Errors
/// Two tiles of the block that show different neighbours at a corner, and the same pixels there.
pub(super) fn tiles(block: &[RgbaImage], size: [u32; 2]) -> Result<Vec<RgbaImage>, CounterExample> {
    let source = sources();
    differ(block, &source, size)?;
    let tile = |mask: &u8| {
        let cells = Cells::around(*mask);
        RgbaImage::from_fn(size[0], size[1], |x, y| {
            let corner = Corner::of(size, x, y);
            let kind = cells.quadrant(0, 0, corner).map_or(0, Quadrant::index);
            *block[source[4 * kind + corner.index()]].get_pixel(x, y)
        })
    };
    Ok(Layout::Blob47.masks().iter().map(tile).collect())
}

/// The tile of the block that has each quarter, by its kind and then by its corner. The tile that stands alone is an icon:
/// the engine takes no quarter of it.
fn sources() -> Vec<usize> {
    let kinds = Quadrant::ALL.into_iter().flat_map(|quadrant| Corner::ALL.map(|corner| (quadrant, corner)));
    let source = |(quadrant, corner)| {
        let shows = |mask: &u8| Cells::around(*mask).quadrant(0, 0, corner) == Some(quadrant);
        Layout::A2.masks()[1..].iter().position(shows).map_or(0, |at| at + 1)
    };
    kinds.map(source).collect()
}

/// Quarters of one corner that show different neighbours differ.
fn differ(block: &[RgbaImage], source: &[usize], size: [u32; 2]) -> Result<(), CounterExample> {
    let pairs = (0..5).flat_map(|a| (0..a).map(move |b| (b, a)));
    for (a, b, corner) in pairs.flat_map(|(a, b)| Corner::ALL.map(|corner| (a, b, corner))) {
        let tiles = [a, b].map(|kind| source[4 * kind + corner.index()]);
        let is_same = |(x, y, pixel): (u32, u32, &image::Rgba<u8>)| {
            Corner::of(size, x, y) != corner || block[tiles[1]].get_pixel(x, y) == pixel
        };
        if block[tiles[0]].enumerate_pixels().all(is_same) {
            let fault = Fault::Same { tiles, corner: corner.index() };
            return Err(CounterExample::of(fault, &tiles.map(|tile| &block[tile])));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The places of the quarters in RPG Maker's own table of a floor's 47 shapes, as columns and rows of half tiles: outer,
    /// across, upright, inner, full; each upper left, upper right, lower left, lower right.
    const TABLE: [[[u32; 2]; 4]; 5] = [
        [[0, 2], [3, 2], [0, 5], [3, 5]],
        [[2, 2], [1, 2], [2, 5], [1, 5]],
        [[0, 4], [3, 4], [0, 3], [3, 3]],
        [[2, 0], [3, 0], [2, 1], [3, 1]],
        [[2, 4], [1, 4], [2, 3], [1, 3]],
    ];

    #[test]
    fn quarters_lie_where_the_engine_takes_them() {
        let source = sources();
        for quadrant in Quadrant::ALL {
            for corner in Corner::ALL {
                let tile = source[4 * quadrant.index() + corner.index()] as u32;
                let [column, row] = [2 * (tile % 2), 2 * (tile / 2)];
                let place = [column + u32::from(corner.right), row + u32::from(corner.low)];
                assert_eq!(place, TABLE[quadrant.index()][corner.index()], "{quadrant:?} {corner:?}");
            }
        }
    }
}
