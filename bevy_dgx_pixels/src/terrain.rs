//! Which tile of a tileset belongs where.
//!
//! Places count as Bevy does, x to the right and y upwards: `TilePos` of bevy_ecs_tilemap and the data of Bevy's own
//! `TilemapChunk` take the indices as they are.

use bevy_math::UVec2;

use crate::index::{Entry, MaskKind, Tile, Tiles};

/// The tiles of a set by what they show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Autotiles {
    mask: MaskKind,
    by_mask: Vec<Vec<(u32, Tile)>>,
}

/// Terrain on a map. Where it is drawn with tiles by corners, they lie half a tile to the left and below its cells, and
/// there is one more in each row and column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TerrainMap {
    tiles: Autotiles,
    size: UVec2,
    /// The number of each cell's terrain, 0 for the lowest or for none.
    cells: Vec<u8>,
    /// The terrain outside of the map.
    outside: u8,
}

/// A tile that is another one now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TileChange {
    /// Its place.
    pub at: UVec2,
    /// Its number in the tileset; `None` if nothing of it is shown there.
    pub index: Option<u32>,
}

/// The sides of a tile of the eight neighbours.
const SIDES: u8 = 1 | 4 | 16 | 64;

impl Autotiles {
    /// The tiles of an asset; `None` if it is no tileset, or one that only RPG Maker puts together (`a2`).
    pub fn of(entry: &Entry) -> Option<Self> {
        entry.tileset.as_ref().filter(|tiles| tiles.layout != "a2").map(Self::from)
    }

    /// The tile for a neighbourhood (its bits as [`MaskKind`] has them). Variants are chosen by weight and place, always the
    /// same at one place. `None` if the set has none.
    pub fn index(&self, neighbours: u8, at: UVec2) -> Option<u32> {
        let variants = match self.mask {
            MaskKind::Corners => &self.by_mask[usize::from(neighbours & 15)],
            MaskKind::Terrains => &self.by_mask[usize::from(neighbours)],
            MaskKind::Neighbours => {
                let whole = [neighbours, with_whole_corners(neighbours), neighbours & SIDES, 0];
                whole.iter().map(|&mask| &self.by_mask[usize::from(mask)]).find(|tiles| !tiles.is_empty())?
            }
        };
        let total: u32 = variants.iter().map(|(_, tile)| tile.weight).sum();
        let mut left = scatter(at).checked_rem(total).unwrap_or(0);
        for (index, tile) in variants {
            match left.checked_sub(tile.weight) {
                Some(rest) => left = rest,
                None => return Some(*index),
            }
        }
        variants.first().map(|(index, _)| *index)
    }

    /// The tile for the terrains of the four cells that meet in it: north-east, south-east, south-west, north-west, each by its
    /// number in [`Tiles::terrains`]; of two terrains 0 is what lies beyond, 1 the terrain. `None` if the set has no tiles
    /// by corners, or no such terrain.
    pub fn between(&self, corners: [u8; 4], at: UVec2) -> Option<u32> {
        let (most, bits) = match self.mask {
            MaskKind::Neighbours => return None,
            MaskKind::Corners => (1, 1),
            MaskKind::Terrains => (3, 2),
        };
        if corners.iter().any(|terrain| *terrain > most) {
            return None;
        }
        let mask = corners.iter().rev().fold(0, |mask, terrain| mask << bits | terrain);
        self.index(mask, at)
    }
}

impl From<&Tiles> for Autotiles {
    fn from(tiles: &Tiles) -> Self {
        let mut by_mask = vec![Vec::new(); 256];
        // A slope is placed by hand: what it joins does not say where it belongs.
        for (index, tile) in (0..).zip(&tiles.tiles).filter(|(_, tile)| !tile.is_slope()) {
            by_mask[usize::from(tile.mask)].push((index, *tile));
        }
        Self { mask: tiles.mask, by_mask }
    }
}

impl TerrainMap {
    /// An empty map.
    pub fn new(tiles: Autotiles, size: UVec2) -> Self {
        Self { tiles, size, cells: vec![0; (size.x * size.y) as usize], outside: 0 }
    }

    /// The terrain goes on outside of the map.
    #[must_use]
    pub fn with_terrain_outside(self) -> Self {
        self.with_outside(1)
    }

    /// One of several terrains goes on outside of the map, by its number; it is the lowest without this.
    #[must_use]
    pub fn with_outside(mut self, terrain: u8) -> Self {
        self.outside = terrain;
        self
    }

    /// How many tiles it has: the size of the map, or one more each way for tiles by corners.
    pub fn tiles_size(&self) -> UVec2 {
        match self.tiles.mask {
            MaskKind::Neighbours => self.size,
            MaskKind::Corners | MaskKind::Terrains => self.size + UVec2::ONE,
        }
    }

    /// Whether the terrain is in a cell.
    pub fn terrain(&self, at: UVec2) -> bool {
        self.terrain_number(at) > 0
    }

    /// The number of the terrain in a cell, 0 for the lowest of several or for none.
    pub fn terrain_number(&self, at: UVec2) -> u8 {
        self.number(at.x.into(), at.y.into())
    }

    /// Puts the terrain into a cell or takes it away; returns the tiles that are others now. A cell outside of the map
    /// changes nothing.
    pub fn set_terrain(&mut self, at: UVec2, filled: bool) -> Vec<TileChange> {
        self.set_terrain_number(at, u8::from(filled))
    }

    /// Puts one of several terrains into a cell, by its number in [`Tiles::terrains`]; returns the tiles that are others
    /// now. A cell outside of the map changes nothing.
    pub fn set_terrain_number(&mut self, at: UVec2, terrain: u8) -> Vec<TileChange> {
        if at.x >= self.size.x || at.y >= self.size.y {
            return Vec::new();
        }
        let around = self.around(at);
        let before: Vec<_> = around.iter().map(|&tile| self.index(tile)).collect();
        self.cells[(at.y * self.size.x + at.x) as usize] = terrain;
        let changes = around.into_iter().zip(before);
        let changes = changes.map(|(at, before)| (before, TileChange { at, index: self.index(at) }));
        changes.filter(|(before, change)| *before != change.index).map(|(_, change)| change).collect()
    }

    /// The tiles of a place.
    pub fn index(&self, at: UVec2) -> Option<u32> {
        let (x, y) = (i64::from(at.x), i64::from(at.y));
        let number = |dx: i64, dy: i64| self.number(x + dx, y + dy);
        let filled = |dx: i64, dy: i64| number(dx, dy) > 0;
        let mask = |places: &[(i64, i64)]| {
            let bits = places.iter().enumerate().filter(|(_, (dx, dy))| filled(*dx, *dy));
            bits.fold(0, |mask, (bit, _)| mask | 1 << bit)
        };
        match self.tiles.mask {
            MaskKind::Corners => self.tiles.index(mask(&[(0, 0), (0, -1), (-1, -1), (-1, 0)]), at),
            MaskKind::Terrains => self.tiles.between([number(0, 0), number(0, -1), number(-1, -1), number(-1, 0)], at),
            MaskKind::Neighbours if filled(0, 0) => {
                let clockwise = [(0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1)];
                self.tiles.index(mask(&clockwise), at)
            }
            MaskKind::Neighbours => None,
        }
    }

    /// All tiles, row by row from the lower left corner.
    pub fn indices(&self) -> Vec<Option<u32>> {
        let UVec2 { x: columns, y: rows } = self.tiles_size();
        let places = (0..rows).flat_map(|y| (0..columns).map(move |x| UVec2::new(x, y)));
        places.map(|at| self.index(at)).collect()
    }

    /// Takes the tiles of a tileset that was built again; returns those that are others now.
    pub fn set_tiles(&mut self, tiles: Autotiles) -> Vec<TileChange> {
        let mut before = self.clone();
        before.tiles.clone_from(&self.tiles);
        self.tiles = tiles;
        let UVec2 { x: columns, y: rows } = self.tiles_size();
        let places = (0..rows).flat_map(|y| (0..columns).map(move |x| UVec2::new(x, y)));
        let now = places.map(|at| TileChange { at, index: self.index(at) });
        now.filter(|change| before.index(change.at) != change.index).collect()
    }

    fn number(&self, x: i64, y: i64) -> u8 {
        let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y)) else { return self.outside };
        if x >= self.size.x || y >= self.size.y {
            return self.outside;
        }
        self.cells[(y * self.size.x + x) as usize]
    }

    /// The tiles that look at a cell.
    fn around(&self, at: UVec2) -> Vec<UVec2> {
        let end = (at + UVec2::ONE).min(self.tiles_size() - UVec2::ONE);
        let start = match self.tiles.mask {
            MaskKind::Corners | MaskKind::Terrains => at,
            MaskKind::Neighbours => at.saturating_sub(UVec2::ONE),
        };
        (start.y..=end.y).flat_map(|y| (start.x..=end.x).map(move |x| UVec2::new(x, y))).collect()
    }
}

/// A corner counts only between two sides that are there.
fn with_whole_corners(neighbours: u8) -> u8 {
    let is_set = |bit: u32| neighbours >> (bit % 8) & 1 == 1;
    let corners = [1, 3, 5, 7].into_iter().filter(|&bit| is_set(bit) && is_set(bit - 1) && is_set(bit + 1));
    corners.fold(neighbours & SIDES, |mask, bit| mask | 1 << bit)
}

/// A number that looks random and is the same for a place on every machine.
fn scatter(at: UVec2) -> u32 {
    let mut hash = at.x.wrapping_mul(0x9e37_79b1) ^ at.y.wrapping_mul(0x85eb_ca77);
    hash = (hash ^ hash >> 15).wrapping_mul(0x2c1b_3c6d);
    hash = (hash ^ hash >> 12).wrapping_mul(0x297a_2d39);
    hash ^ hash >> 15
}
