//! What a build beside a running game changes in it.

use bevy_asset::{AssetServer, Assets};
use bevy_dgx_pixels::{Change, Kind, PixelSprite, PixelsChanged, Player, TileLayers};
use bevy_ecs::prelude::*;
use bevy_ecs::system::RunSystemOnce;
use bevy_image::{Image, TextureAtlasLayout};
use bevy_sprite::Sprite;
use serde_json::json;

use crate::game::{Game, put, sprite, tileset, walk, write};

fn changed(kind: Kind, name: &str, change: Change) -> PixelsChanged {
    PixelsChanged { kind, name: name.to_owned(), change }
}

#[test]
fn six_frames_become_four_without_a_restart() {
    let mut game = Game::loaded(&json!([walk(&[100; 6], 1), sprite("gem", 1)]));
    let hero = game.app.world_mut().spawn((PixelSprite::new("hero-walk@e"), Player::default())).id();
    game.frame(0);
    // Bevy's virtual time lets no frame last longer than 250 ms.
    for _ in 0..11 {
        game.frame(50);
    }
    let index = |game: &Game| game.app.world().get::<Sprite>(hero).unwrap().texture_atlas.as_ref().unwrap().index;
    assert_eq!(index(&game), 5);
    write(game.folder.path(), &json!([walk(&[80; 4], 2), sprite("gem", 1)]));
    game.until("four frames", |report| {
        let walk = report.asset("animation", "hero-walk@e").unwrap();
        walk.frames.len() == 4 && walk.size == [32, 8]
    });
    game.frame(0);
    assert_eq!(index(&game), 0);
    game.frame(80);
    assert_eq!(index(&game), 1);
    assert_eq!(game.changes(), [changed(Kind::Animation, "hero-walk@e", Change::Frames)]);
    assert_eq!(game.report().asset("animation", "hero-walk@e").unwrap().durations, [80; 4]);
    assert_eq!(game.report().asset("sprite", "gem").unwrap().changes, 0);
}

#[test]
fn a_new_palette_of_one_sprite_changes_nothing_else() {
    let assets = |color| json!([sprite("coin", 1), sprite("gem", color)]);
    let mut game = Game::loaded(&assets(1));
    for color in 2..5 {
        write(game.folder.path(), &assets(color));
        let seen = u32::from(color) - 1;
        game.until("the change", |report| {
            report.asset("sprite", "gem").unwrap().changes >= seen && report.reads > seen
        });
        assert_eq!(game.changes(), [changed(Kind::Sprite, "gem", Change::Pixels)]);
        let expected = blake3::hash(&[color, 0, 0, 255].repeat(64)).to_hex().to_string();
        assert_eq!(game.report().asset("sprite", "gem").unwrap().rgba, expected);
        assert_eq!(game.report().asset("sprite", "gem").unwrap().changes, seen);
        assert_eq!(game.report().asset("sprite", "coin").unwrap().changes, 0);
    }
}

#[test]
fn a_broken_index_keeps_the_old_one_until_it_is_repaired() {
    let mut game = Game::loaded(&json!([sprite("gem", 1)]));
    put(&game.folder.path().join("pixels.index.json"), b"{ \"version\": 1,");
    game.until("the failure", |report| report.state == "failed");
    assert_eq!(game.report().assets.len(), 1);
    assert!(!game.report().failure.is_empty());
    write(game.folder.path(), &json!([sprite("coin", 1), sprite("gem", 1)]));
    game.until("the repair", |report| report.state == "loaded" && report.assets.len() == 2);
    assert_eq!(game.changes(), [changed(Kind::Sprite, "coin", Change::Added)]);
}

#[test]
fn layouts_have_labels_and_exactly_the_frames() {
    let mut game = Game::loaded(&json!([walk(&[100; 3], 1)]));
    let world = game.app.world_mut();
    let layout = world.resource::<AssetServer>().load::<TextureAtlasLayout>("pixels.index.json#animation/hero-walk@e");
    game.frame(0);
    assert_eq!(game.app.world().resource::<Assets<TextureAtlasLayout>>().get(&layout).unwrap().len(), 3);
}

#[test]
fn the_tiles_of_a_sheet_become_layers_again_and_again() {
    let assets = |tiles: &[(u8, u32)], color: u8| {
        let mut tileset = tileset("corners", tiles);
        tileset["color"] = json!(color);
        json!([tileset])
    };
    let mut game = Game::loaded(&assets(&[(0, 1), (5, 1), (15, 1)], 1));
    let array = game
        .app
        .world_mut()
        .run_system_once(|images: Res<Assets<Image>>, mut layers: ResMut<TileLayers>| layers.of(&images, "meadow"));
    let array = array.unwrap();
    let shown = |game: &Game| {
        let image = game.app.world().resource::<Assets<Image>>().get(&array).unwrap().clone();
        let size = image.texture_descriptor.size;
        ([size.width, size.height, size.depth_or_array_layers], image.data.unwrap()[0])
    };
    game.frame(0);
    assert_eq!(shown(&game), ([8, 8, 3], 1));
    write(game.folder.path(), &assets(&[(0, 1), (15, 1)], 2));
    game.until("two tiles", |report| report.assets[0].size == [16, 8] && report.reads > 1);
    game.frame(0);
    assert_eq!(shown(&game), ([8, 8, 2], 2));
}
