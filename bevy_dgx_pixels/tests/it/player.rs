//! Frames, events and the end of animations.

use std::time::Duration;

use bevy_dgx_pixels::index::Entry;
use bevy_dgx_pixels::{FrameEvent, PixelSprite, Player};
use bevy_ecs::prelude::*;
use bevy_sprite::{Anchor, Sprite};
use serde_json::{Value, json};

use crate::game::{Game, sprite, walk};

fn entry(value: &Value) -> Entry {
    serde_json::from_value(value.clone()).unwrap()
}

fn after(player: &mut Player, entry: &Entry, milliseconds: u64) -> (usize, Vec<usize>) {
    let step = player.advance(entry, Duration::from_millis(milliseconds));
    (player.frame(entry), step.began)
}

#[test]
fn each_frame_is_shown_for_its_own_time() {
    let (walk, mut player) = (entry(&walk(&[100, 50, 200], 1)), Player::default());
    assert_eq!(after(&mut player, &walk, 0), (0, vec![0]));
    assert_eq!(after(&mut player, &walk, 99), (0, vec![]));
    assert_eq!(after(&mut player, &walk, 1), (1, vec![1]));
    assert_eq!(after(&mut player, &walk, 250), (0, vec![2, 0]));
    assert_eq!(after(&mut player, &walk, 120), (1, vec![1]));
}

#[test]
fn a_game_that_slept_hears_of_one_round() {
    let (walk, mut player) = (entry(&walk(&[100, 50, 200], 1)), Player::default());
    let hour = 3_600_000;
    let expected = hour % 350;
    let (frame, began) = after(&mut player, &walk, hour);
    assert_eq!(frame, [0, 1, 2][usize::from(expected >= 100) + usize::from(expected >= 150)]);
    assert!(began.len() <= 7, "{began:?}");
}

#[test]
fn one_that_does_not_repeat_ends_on_its_last_frame() {
    let mut walk = walk(&[100, 50], 1);
    walk["animation"]["repeat"] = json!(false);
    let (walk, mut player) = (entry(&walk), Player::default());
    assert!(!player.advance(&walk, Duration::from_millis(149)).ended);
    assert!(player.advance(&walk, Duration::from_millis(1)).ended);
    assert_eq!((player.frame(&walk), player.finished), (1, true));
    assert!(!player.advance(&walk, Duration::from_secs(9)).ended);
    player.restart();
    assert_eq!(after(&mut player, &walk, 0), (0, vec![0]));
}

#[test]
fn another_direction_keeps_step_and_another_animation_begins() {
    let (east, mut player) = (walk(&[100, 100], 1), Player::default());
    let (mut south, mut run) = (east.clone(), east.clone());
    south["name"] = json!("hero-walk@s");
    (run["name"], run["asset"]) = (json!("hero-run@s"), json!("hero-run"));
    assert_eq!(after(&mut player, &entry(&east), 150), (1, vec![0, 1]));
    assert_eq!(after(&mut player, &entry(&south), 10), (1, vec![]));
    assert_eq!(after(&mut player, &entry(&run), 10), (0, vec![0]));
}

#[derive(Resource, Default)]
struct Heard(Vec<(String, usize)>);

#[test]
fn entities_hear_the_events_of_their_frames() {
    let mut game = Game::loaded(&json!([walk(&[100, 100, 100], 1)]));
    let world = game.app.world_mut();
    world.init_resource::<Heard>();
    let hero = world.spawn((PixelSprite::new("hero-walk@e"), Player::default())).id();
    world.entity_mut(hero).observe(|event: On<FrameEvent>, mut heard: ResMut<Heard>| {
        heard.0.push((event.event.clone(), event.frame));
    });
    for _ in 0..7 {
        game.frame(50);
    }
    let heard = &game.app.world().resource::<Heard>().0;
    assert_eq!(*heard, [("step".to_owned(), 0), ("step".to_owned(), 2), ("step".to_owned(), 0)]);
    let sprite = game.app.world().get::<Sprite>(hero).unwrap();
    assert_eq!(sprite.texture_atlas.as_ref().unwrap().index, 0);
    assert_eq!(*game.app.world().get::<Anchor>(hero).unwrap(), Anchor::BOTTOM_CENTER);
    assert_eq!(game.report().asset("animation", "hero-walk@e").unwrap().shown, 1);
}

#[test]
fn a_name_of_two_kinds_needs_its_kind() {
    let mut animation = walk(&[1], 2);
    animation["name"] = json!("gem");
    let mut game = Game::loaded(&json!([sprite("gem", 1), animation]));
    let [plain, named] = ["gem", "sprite/gem"].map(|name| game.app.world_mut().spawn(PixelSprite::new(name)).id());
    game.frame(1);
    let shown = |entity| game.app.world().get::<Sprite>(entity).unwrap().image.path().map(ToString::to_string);
    assert_eq!((shown(plain), shown(named)), (None, Some("gem.png".to_owned())));
}
