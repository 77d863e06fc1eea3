//! The room: a meadow in the dirt, with a slime and coins.

use bevy_asset::Assets;
use bevy_dgx_pixels::{Autotiles, PixelSprite, Pixels, PixelsChanged, PixelsIndex, Player, TerrainMap, TileChange};
use bevy_ecs::prelude::*;
use bevy_math::{UVec2, Vec2, Vec3};
use bevy_transform::components::Transform;

use crate::assets::{Coin, Meadow, Slime};

/// The side of a cell in pixels.
pub const CELL: f32 = 16.0;

const PLAN: [&str; 9] = [
    "................",
    "..####....####..",
    ".######..######.",
    ".####c########..",
    ".#############..",
    ".###.s###..c###.",
    ".#####.#######..",
    "..###...#####...",
    "................",
];

/// Which cells are meadow, and the tiles that show it once the index is loaded.
#[derive(Resource)]
pub struct Room {
    size: UVec2,
    cells: Vec<bool>,
    map: Option<TerrainMap>,
}

/// A tile, by its place.
#[derive(Component)]
pub struct Tile(pub UVec2);

/// Something to collect.
#[derive(Component)]
pub struct Treasure;

impl Default for Room {
    fn default() -> Self {
        let cells = PLAN.iter().rev().flat_map(|row| row.chars().map(|char| char != '.')).collect();
        Self { size: UVec2::new(PLAN[0].len() as u32, PLAN.len() as u32), cells, map: None }
    }
}

impl Room {
    /// Whether one can stand there.
    pub fn is_meadow(&self, at: Vec2) -> bool {
        self.cell(at).is_some_and(|cell| self.cells[self.place(cell)])
    }

    /// Makes a cell meadow, or dirt.
    pub fn set_meadow(&mut self, at: Vec2, meadow: bool) -> Vec<TileChange> {
        let Some(cell) = self.cell(at) else { return Vec::new() };
        let place = self.place(cell);
        self.cells[place] = meadow;
        self.map.as_mut().map_or_else(Vec::new, |map| map.set_terrain(cell, meadow))
    }

    /// The middle of a cell.
    pub fn middle(&self, cell: UVec2) -> Vec2 {
        (cell.as_vec2() + 0.5 - self.size.as_vec2() / 2.0) * CELL
    }

    fn cell(&self, at: Vec2) -> Option<UVec2> {
        let cell = (at / CELL + self.size.as_vec2() / 2.0).floor();
        let is_inside = cell.cmpge(Vec2::ZERO).all() && cell.cmplt(self.size.as_vec2()).all();
        is_inside.then(|| cell.as_uvec2())
    }

    fn place(&self, cell: UVec2) -> usize {
        (cell.y * self.size.x + cell.x) as usize
    }

    fn cells(&self) -> impl Iterator<Item = UVec2> + use<> {
        let size = self.size;
        (0..size.y).flat_map(move |y| (0..size.x).map(move |x| UVec2::new(x, y)))
    }
}

/// Puts the things of the plan into the room.
pub fn furnish(mut commands: Commands, room: Res<Room>) {
    for cell in room.cells() {
        let at = room.middle(cell);
        commands.spawn((Tile(cell), Transform::from_translation(at.extend(0.0))));
        let at = Transform::from_translation(Vec3::new(at.x, at.y, 1.0));
        match PLAN[PLAN.len() - 1 - cell.y as usize].as_bytes()[cell.x as usize] {
            b'c' => drop(commands.spawn((Treasure, PixelSprite::new(Coin::Still.asset().name), at))),
            b's' => drop(commands.spawn((PixelSprite::new(Slime::Idle.asset().name), Player::default(), at))),
            _ => (),
        }
    }
}

/// Shows the tiles when the index is loaded, and again when a build changed what they are for.
pub fn lay_tiles(
    mut commands: Commands,
    mut room: ResMut<Room>,
    mut changes: MessageReader<PixelsChanged>,
    pixels: Res<Pixels>,
    indexes: Res<Assets<PixelsIndex>>,
    tiles: Query<(Entity, &Tile)>,
) {
    let is_tileset = |change: &PixelsChanged| change.name == Meadow::Tiles.asset().name;
    if changes.read().filter(|change| is_tileset(change)).count() == 0 {
        return;
    }
    let Some(autotiles) =
        pixels.get(&indexes, Meadow::Tiles.asset().name).and_then(|sheet| Autotiles::of(&sheet.entry))
    else {
        return;
    };
    let mut map = TerrainMap::new(autotiles, room.size);
    for cell in room.cells().filter(|cell| room.cells[room.place(*cell)]) {
        map.set_terrain(cell, true);
    }
    for (entity, tile) in &tiles {
        show_tile(&mut commands, entity, map.index(tile.0));
    }
    room.map = Some(map);
}

/// Shows a tile of the meadow, or nothing.
pub fn show_tile(commands: &mut Commands, entity: Entity, index: Option<u32>) {
    match index {
        Some(index) => {
            let tile = PixelSprite::new(Meadow::Tiles.asset().name).frame(index as usize);
            commands.entity(entity).insert(tile)
        }
        None => commands.entity(entity).remove::<(PixelSprite, bevy_sprite::Sprite)>(),
    };
}
