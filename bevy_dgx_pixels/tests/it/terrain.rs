//! Tiles for terrains, whatever the layout.

use bevy_dgx_pixels::{Autotiles, TerrainMap, TileChange};
use bevy_math::UVec2;
use serde_json::Value;

use crate::game::tileset;

const BLOB47: [u8; 47] = [
    0, 1, 4, 5, 7, 16, 17, 20, 21, 23, 28, 29, 31, 64, 65, 68, 69, 71, 80, 81, 84, 85, 87, 92, 93, 95, 112, 113, 116,
    117, 119, 124, 125, 127, 193, 197, 199, 209, 213, 215, 221, 223, 241, 245, 247, 253, 255,
];
const EDGE16: [u8; 16] = [0, 1, 4, 5, 16, 17, 20, 21, 64, 65, 68, 69, 80, 81, 84, 85];

fn tiles(value: &Value) -> Autotiles {
    Autotiles::of(&serde_json::from_value(value.clone()).unwrap()).unwrap()
}

fn of_masks(kind: &str, masks: impl IntoIterator<Item = u8>) -> Autotiles {
    tiles(&tileset(kind, &masks.into_iter().map(|mask| (mask, 1)).collect::<Vec<_>>()))
}

/// The masks of a map that is drawn with `#`, the top row first; `--` where nothing is shown.
fn masks(tiles: Autotiles, masks: &[u8], rows: &[&str]) -> String {
    let size = UVec2::new(rows[0].len() as u32, rows.len() as u32);
    let mut map = TerrainMap::new(tiles, size);
    for (row, text) in rows.iter().rev().enumerate() {
        for (column, _) in text.chars().enumerate().filter(|(_, char)| *char == '#') {
            map.set_terrain(UVec2::new(column as u32, row as u32), true);
        }
    }
    let columns = map.tiles_size().x as usize;
    let shown = |index: &Option<u32>| index.map_or("-".to_owned(), |index| masks[index as usize].to_string());
    let indices = map.indices();
    let lines = indices.chunks(columns).rev().map(|row| row.iter().map(shown).collect::<Vec<_>>().join(" "));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn areas_have_corners_and_sides() {
    let found = masks(of_masks("neighbours", BLOB47), &BLOB47, &["###.", "###.", "####"]);
    assert_eq!(found, "28 124 112 -\n31 255 241 -\n7 199 197 64");
}

#[test]
fn paths_have_sides_alone() {
    let found = masks(of_masks("neighbours", EDGE16), &EDGE16, &[".#.", "###", "##."]);
    assert_eq!(found, "- 16 -\n20 85 64\n5 65 -");
}

#[test]
fn a_dual_grid_has_one_tile_more_each_way() {
    let all: Vec<u8> = (0..16).collect();
    let found = masks(of_masks("corners", all.clone()), &all, &["#.", "##"]);
    assert_eq!(found, "2 4 0\n3 14 4\n1 9 8");
}

#[test]
fn several_terrains_meet_at_corners() {
    let all: Vec<u8> = (0..=255).filter(|mask| (0..4).all(|corner| mask >> (2 * corner) & 3 < 3)).collect();
    let tiles = of_masks("terrains", all.clone());
    let index = tiles.between([2, 1, 0, 1], UVec2::ZERO).unwrap();
    assert_eq!(all[index as usize], 2 | 1 << 2 | 1 << 6);
    assert_eq!(tiles.between([3, 0, 0, 0], UVec2::ZERO), None);
    assert_eq!(tiles.between([4, 0, 0, 0], UVec2::ZERO), None);
    let mut map = TerrainMap::new(tiles, UVec2::new(2, 1)).with_outside(1);
    assert_eq!(map.set_terrain_number(UVec2::ZERO, 2).len(), 4);
    assert_eq!(map.terrain_number(UVec2::ZERO), 2);
    // Its cell lies north-east of the first tile; the others of that tile lie outside.
    let first = map.indices()[0].unwrap();
    assert_eq!(all[first as usize], 2 | 1 << 2 | 1 << 4 | 1 << 6);
}

#[test]
fn every_neighbourhood_has_a_tile() {
    for masks in [&BLOB47[..], &EDGE16[..]] {
        let tiles = of_masks("neighbours", masks.iter().copied());
        for neighbours in 0..=255 {
            let tile = tiles.index(neighbours, UVec2::ZERO).unwrap();
            let sides = 1 | 4 | 16 | 64;
            assert_eq!(masks[tile as usize] & sides, neighbours & sides, "{neighbours}");
        }
    }
}

#[test]
fn only_the_tiles_that_are_others_are_returned() {
    let mut map = TerrainMap::new(of_masks("neighbours", BLOB47), UVec2::new(4, 4));
    let at = UVec2::new(1, 1);
    assert_eq!(map.set_terrain(at, true), [TileChange { at, index: Some(0) }]);
    assert_eq!(map.set_terrain(at, true), []);
    assert_eq!(map.set_terrain(UVec2::new(2, 1), true).len(), 2);
    assert_eq!(map.set_terrain(UVec2::new(9, 1), true), []);
    assert_eq!(map.set_terrain(at, false).len(), 2);
}

#[test]
fn the_terrain_may_go_on_outside() {
    let mut map = TerrainMap::new(of_masks("neighbours", BLOB47), UVec2::ONE).with_terrain_outside();
    assert_eq!(map.set_terrain(UVec2::ZERO, true), [TileChange { at: UVec2::ZERO, index: Some(46) }]);
}

#[test]
fn variants_are_as_frequent_as_their_weights() {
    let tiles = tiles(&tileset("neighbours", &[(255, 7), (255, 0), (255, 1)]));
    let places = (0..64).flat_map(|y| (0..64).map(move |x| UVec2::new(x, y)));
    let chosen: Vec<u32> = places.map(|at| tiles.index(255, at).unwrap()).collect();
    let of = |index| chosen.iter().filter(|tile| **tile == index).count();
    assert_eq!(of(1), 0);
    assert!((400..=620).contains(&of(2)), "{}", of(2));
}
