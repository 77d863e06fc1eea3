//! The hero: walks where the player wants, in the meadow.

use bevy_dgx_pixels::{FrameEvent, PixelSprite, Player};
use bevy_ecs::prelude::*;
use bevy_math::Vec2;
use bevy_time::Time;
use bevy_transform::components::Transform;

use crate::assets::{Facing, Knight};
use crate::room::{CELL, Room, Tile, Treasure, show_tile};

/// Pixels in a second.
const SPEED: f32 = 48.0;

/// What the player wants, however it was said.
#[derive(Resource, Default)]
pub struct Intent {
    /// Where to; each side between -1 and 1, y upwards.
    pub walk: Vec2,
    /// Makes the cell ahead meadow.
    pub dig: bool,
}

/// Where the hero looks.
#[derive(Component)]
pub struct Hero(pub Facing);

/// How many coins were collected.
#[derive(Resource, Default)]
pub struct Coins(pub u32);

/// How many steps were heard: the frames 1 and 4 of the walk.
#[derive(Resource, Default)]
pub struct Steps(pub u32);

/// The hero comes in.
pub fn enter(mut commands: Commands) {
    let hero = (Hero(Facing::South), PixelSprite::new(Knight::Still(Facing::South).asset().name), Player::default());
    let mut hero = commands.spawn((hero, Transform::from_xyz(-8.0, 8.0, 2.0)));
    hero.observe(|_: On<FrameEvent>, mut steps: ResMut<Steps>| steps.0 += 1);
}

/// Moves the hero, unless dirt is in the way.
pub fn walk(
    intent: Res<Intent>,
    time: Res<Time>,
    room: Res<Room>,
    mut hero: Single<(&mut Hero, &mut PixelSprite, &mut Transform)>,
) {
    let (hero, sprite, transform) = &mut *hero;
    let way = intent.walk.clamp_length_max(1.0);
    if way != Vec2::ZERO {
        hero.0 = facing(way);
        let step = way * SPEED * time.delta_secs();
        // Each axis alone, so that one slides along a border.
        for step in [Vec2::new(step.x, 0.0), Vec2::new(0.0, step.y)] {
            let next = transform.translation.truncate() + step;
            if room.is_meadow(next) {
                transform.translation = next.extend(transform.translation.z);
            }
        }
    }
    let shown = if way == Vec2::ZERO { Knight::Still(hero.0) } else { Knight::Walk(hero.0) };
    let name = shown.asset().name;
    if sprite.name != name {
        sprite.name = name.to_owned();
        sprite.frame = 0;
    }
}

/// Makes the cell ahead meadow.
pub fn dig(
    mut commands: Commands,
    mut intent: ResMut<Intent>,
    mut room: ResMut<Room>,
    hero: Single<(&Hero, &Transform)>,
    tiles: Query<(Entity, &Tile)>,
) {
    if !std::mem::take(&mut intent.dig) {
        return;
    }
    let ahead = match hero.0.0 {
        Facing::South => Vec2::NEG_Y,
        Facing::East => Vec2::X,
        Facing::North => Vec2::Y,
        Facing::West => Vec2::NEG_X,
    };
    for change in room.set_meadow(hero.1.translation.truncate() + ahead * CELL, true) {
        for (entity, _) in tiles.iter().filter(|(_, tile)| tile.0 == change.at) {
            show_tile(&mut commands, entity, change.index);
        }
    }
}

/// Takes the coins on which the hero stands.
pub fn collect(
    mut commands: Commands,
    mut coins: ResMut<Coins>,
    hero: Single<&Transform, With<Hero>>,
    treasures: Query<(Entity, &Transform), With<Treasure>>,
) {
    for (entity, at) in &treasures {
        if at.translation.truncate().distance(hero.translation.truncate()) < CELL / 2.0 {
            commands.entity(entity).despawn();
            coins.0 += 1;
        }
    }
}

fn facing(way: Vec2) -> Facing {
    match (way.x.abs() > way.y.abs(), way.x > 0.0, way.y > 0.0) {
        (true, true, _) => Facing::East,
        (true, false, _) => Facing::West,
        (false, _, true) => Facing::North,
        (false, _, false) => Facing::South,
    }
}
