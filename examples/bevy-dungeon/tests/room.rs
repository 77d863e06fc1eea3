//! A walk through the room, without a window.

use std::time::{Duration, Instant};

use bevy_app::App;
use bevy_asset::AssetPlugin;
use bevy_dgx_pixels::{DgxPixelsPlugin, PixelSprite, PixelsReport};
use bevy_dungeon::assets::{Facing, Knight, Meadow};
use bevy_dungeon::room::Tile;
use bevy_dungeon::{Coins, Hero, Intent, RoomPlugin, Steps, headless};
use bevy_ecs::prelude::*;
use bevy_math::Vec2;
use bevy_time::TimeUpdateStrategy;
use bevy_transform::components::Transform;

/// The room when everything is loaded.
fn room() -> App {
    let mut app = App::new();
    let assets = concat!(env!("CARGO_MANIFEST_DIR"), "/assets").to_owned();
    headless(&mut app, AssetPlugin { file_path: assets, ..AssetPlugin::default() });
    app.insert_resource(TimeUpdateStrategy::ManualDuration(Duration::ZERO))
        .add_plugins((DgxPixelsPlugin::default(), RoomPlugin));
    app.finish();
    app.cleanup();
    let started = Instant::now();
    while app.world().get_resource::<PixelsReport>().is_none_or(|report| report.state != "loaded") {
        assert!(started.elapsed() < Duration::from_secs(30), "{:?}", app.world().resource::<PixelsReport>().failure);
        app.update();
        std::thread::sleep(Duration::from_millis(5));
    }
    app.update();
    *app.world_mut().resource_mut() = TimeUpdateStrategy::ManualDuration(Duration::from_millis(20));
    app
}

fn walk(app: &mut App, way: Vec2, seconds: f32) {
    app.world_mut().resource_mut::<Intent>().walk = way;
    for _ in 0..(seconds * 50.0) as u32 {
        app.update();
    }
}

fn hero(app: &mut App) -> (String, Vec2) {
    let mut heroes = app.world_mut().query_filtered::<(&PixelSprite, &Transform), With<Hero>>();
    let (sprite, at) = heroes.single(app.world()).unwrap();
    (sprite.name.clone(), at.translation.truncate())
}

fn tiles(app: &mut App) -> usize {
    let mut tiles = app.world_mut().query_filtered::<&PixelSprite, With<Tile>>();
    tiles.iter(app.world()).filter(|tile| tile.name == Meadow::Tiles.asset().name).count()
}

#[test]
fn the_hero_walks_stands_and_is_heard() {
    let mut app = room();
    let (name, start) = hero(&mut app);
    assert_eq!(name, Knight::Still(Facing::South).asset().name);
    walk(&mut app, Vec2::X, 1.0);
    let (name, there) = hero(&mut app);
    assert_eq!(name, Knight::Walk(Facing::East).asset().name);
    assert!((there.x - start.x - 48.0).abs() < 1.0, "{start} {there}");
    // Ten frames a second, a step on two of six.
    assert!((3..=4).contains(&app.world().resource::<Steps>().0), "{}", app.world().resource::<Steps>().0);
    walk(&mut app, Vec2::ZERO, 0.1);
    assert_eq!(hero(&mut app).0, Knight::Still(Facing::East).asset().name);
}

#[test]
fn dirt_is_in_the_way_until_it_is_meadow() {
    let mut app = room();
    walk(&mut app, Vec2::X, 9.0);
    let (_, wall) = hero(&mut app);
    let before = tiles(&mut app);
    assert!(before > 60, "{before}");
    app.world_mut().resource_mut::<Intent>().dig = true;
    walk(&mut app, Vec2::X, 0.2);
    assert_eq!(tiles(&mut app), before + 1);
    walk(&mut app, Vec2::X, 1.0);
    assert!(hero(&mut app).1.x > wall.x + 8.0);
}

#[test]
fn coins_are_collected() {
    let mut app = room();
    let mut coins = app.world_mut().query_filtered::<&Transform, With<bevy_dungeon::room::Treasure>>();
    let coin = coins.iter(app.world()).next().unwrap().translation;
    let mut heroes = app.world_mut().query_filtered::<&mut Transform, With<Hero>>();
    heroes.single_mut(app.world_mut()).unwrap().translation = coin;
    walk(&mut app, Vec2::ZERO, 0.1);
    assert_eq!(app.world().resource::<Coins>().0, 1);
}
