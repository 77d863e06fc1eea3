//! A tileset in use: a random map of its tiles.

use image::{RgbaImage, imageops};

use crate::session::Tiles;
use crate::words::corners;
use crate::words::digest::Digest;
use crate::words::layout::Layout;

/// The sides and corners around a cell in the order of a mask's bits.
const AROUND: [[i32; 2]; 8] = [[0, -1], [1, -1], [1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0], [-1, -1]];

/// The cells of a dual grid that meet in a tile, in the order of a mask's bits.
const CORNERS: [[i32; 2]; 4] = [[0, -1], [0, 0], [-1, 0], [-1, -1]];

/// Draws a map of so many columns and rows; each seed has another one.
pub(super) fn random(tiles: &Tiles, images: &[RgbaImage], seed: u64, [columns, rows]: [u32; 2]) -> Option<RgbaImage> {
    let (width, height) = images.first()?.dimensions();
    let cells = Cells::patches(seed, columns, rows, tiles.terrains.len().max(2) as u8);
    let mut map = RgbaImage::new(width.checked_mul(columns)?, height.checked_mul(rows)?);
    for (x, y) in (0..rows).flat_map(|y| (0..columns).map(move |x| (x, y))) {
        if tiles.layout == Layout::A2.word() && cells.is(x as i32, y as i32) {
            cells.compose(images, [x, y], &mut map);
            continue;
        }
        if let Some(image) = cells.tile(tiles, x as i32, y as i32).and_then(|at| images.get(at)) {
            imageops::replace(&mut map, image, i64::from(x * width), i64::from(y * height));
        }
    }
    Some(map)
}

/// The terrain of each cell, 0 for what lies below all.
struct Cells {
    terrain: Vec<u8>,
    columns: u32,
    rows: u32,
}

impl Cells {
    /// Some round patches, of several terrains one within the other.
    fn patches(seed: u64, columns: u32, rows: u32, terrains: u8) -> Self {
        let digest = Digest::of(&seed.to_le_bytes()).to_string();
        let bytes: Vec<i64> = digest.bytes().map(|c| i64::from(c as char == '0') + i64::from(c % 16)).collect();
        let patch = |at: usize| {
            let byte = |n: usize| bytes.get(4 * at + n).copied().unwrap_or(0);
            [byte(0) * i64::from(columns) / 15, byte(1) * i64::from(rows) / 15, i64::from(terrains) - 1 + byte(2) % 3]
        };
        let patches: Vec<[i64; 3]> = (0..4).map(patch).collect();
        let is_near = |x: i64, y: i64, less: i64| {
            patches.iter().any(|[px, py, r]| r > &less && (x - px).pow(2) + (y - py).pow(2) <= (r - less).pow(2))
        };
        let inside = |x: i64, y: i64| (1..terrains).rev().find(|at| is_near(x, y, i64::from(*at) - 1)).unwrap_or(0);
        let places = (0..rows).flat_map(|y| (0..columns).map(move |x| (i64::from(x), i64::from(y))));
        Self { terrain: places.map(|(x, y)| inside(x, y)).collect(), columns, rows }
    }

    fn is(&self, x: i32, y: i32) -> bool {
        self.at(x, y) > 0
    }

    /// What lies beyond the map is as its edge.
    fn at(&self, x: i32, y: i32) -> u8 {
        let at = |value: i32, most: u32| value.clamp(0, most as i32 - 1) as usize;
        self.terrain[at(y, self.rows) * self.columns as usize + at(x, self.columns)]
    }

    /// Draws a cell as RPG Maker does: each quarter is taken from one of the tiles of a block.
    fn compose(&self, block: &[RgbaImage], [column, row]: [u32; 2], map: &mut RgbaImage) {
        let (x, y) = (column as i32, row as i32);
        for (right, low) in [(false, false), (true, false), (false, true), (true, true)] {
            let [dx, dy] = [right, low].map(|far| if far { 1 } else { -1 });
            let (beside, above) = (self.is(x + dx, y), self.is(x, y + dy));
            let is_inner = beside && above && !self.is(x + dx, y + dy);
            let outer = 2 + usize::from(right != beside) + 2 * usize::from(low != above);
            let Some(tile) = block.get(if is_inner { 1 } else { outer }) else { continue };
            let (width, height) = (tile.width() / 2, tile.height() / 2);
            let [left, top] = [u32::from(right) * width, u32::from(low) * height];
            let quarter = imageops::crop_imm(tile, left, top, width, height).to_image();
            imageops::replace(map, &quarter, (2 * width * column + left).into(), (2 * height * row + top).into());
        }
    }

    /// The number of the tile in a cell; nothing where there is no terrain.
    fn tile(&self, tiles: &Tiles, x: i32, y: i32) -> Option<usize> {
        let mask = if !tiles.terrains.is_empty() {
            corners::mask(CORNERS.map(|[dx, dy]| self.at(x + dx, y + dy)))
        } else if tiles.corners {
            mask(&CORNERS, |_, [dx, dy]| self.is(x + dx, y + dy))
        } else if !self.is(x, y) {
            return None;
        } else {
            let has = |bit: usize| self.is(x + AROUND[bit % 8][0], y + AROUND[bit % 8][1]);
            let has_corners = tiles.masks.contains(&255);
            mask(&AROUND, |bit, _| has(bit) && (bit % 2 == 0 || (has_corners && has(bit + 7) && has(bit + 1))))
        };
        let single = tiles.masks.len() == 1;
        Some(tiles.masks.iter().position(|own| single || *own == mask).unwrap_or(0))
    }
}

fn mask(around: &[[i32; 2]], has: impl Fn(usize, [i32; 2]) -> bool) -> u8 {
    around.iter().enumerate().filter(|(bit, place)| has(*bit, **place)).fold(0, |mask, (bit, _)| mask | 1 << bit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::layout::Layout;

    #[test]
    fn every_cell_has_a_tile_of_its_layout() {
        for layout in Layout::ALL {
            let tiles = Tiles {
                layout: layout.word(),
                masks: layout.masks().to_vec(),
                corners: layout.is_dual(),
                terrains: (0..layout.terrains().unwrap_or(0)).map(|at| at.to_string()).collect(),
                over: None,
            };
            for seed in 0..20 {
                let cells = Cells::patches(seed, 9, 7, layout.terrains().unwrap_or(2));
                for (x, y) in (0..7).flat_map(|y| (0..9).map(move |x| (x, y))) {
                    let tile = cells.tile(&tiles, x, y);
                    assert_eq!(tile.is_some(), tiles.corners || cells.is(x, y));
                    assert!(tile.is_none_or(|tile| tile < layout.masks().len()));
                }
            }
        }
    }
}
