//! `cargo run --features window`: arrow keys walk, space makes the dirt ahead meadow. Without the feature the room runs
//! headless until it is stopped.

use bevy_app::prelude::*;
use bevy_asset::AssetPlugin;
use bevy_dgx_pixels::DgxPixelsPlugin;
use bevy_dungeon::RoomPlugin;

fn main() {
    let mut app = App::new();
    let assets = concat!(env!("CARGO_MANIFEST_DIR"), "/assets");
    let assets =
        AssetPlugin { file_path: assets.to_owned(), watch_for_changes_override: Some(true), ..AssetPlugin::default() };
    engine(&mut app, assets);
    #[cfg(feature = "remote")]
    app.add_plugins((bevy_remote::RemotePlugin::default(), bevy_remote::http::RemoteHttpPlugin::default()));
    app.add_plugins((DgxPixelsPlugin::default(), RoomPlugin)).run();
}

#[cfg(feature = "window")]
fn engine(app: &mut App, assets: AssetPlugin) {
    use bevy::prelude::*;

    fn look(mut commands: Commands) {
        let projection = OrthographicProjection { scale: 1.0 / 3.0, ..OrthographicProjection::default_2d() };
        commands.insert_resource(ClearColor(Color::srgb_u8(0x73, 0x3e, 0x39)));
        commands.spawn((Camera2d, Projection::Orthographic(projection)));
    }

    fn read_keys(keys: Res<ButtonInput<KeyCode>>, mut intent: ResMut<bevy_dungeon::Intent>) {
        let axis = |less, more| f32::from(i8::from(keys.pressed(more)) - i8::from(keys.pressed(less)));
        intent.walk =
            Vec2::new(axis(KeyCode::ArrowLeft, KeyCode::ArrowRight), axis(KeyCode::ArrowDown, KeyCode::ArrowUp));
        intent.dig |= keys.just_pressed(KeyCode::Space);
    }

    app.add_plugins(DefaultPlugins.set(assets).set(ImagePlugin::default_nearest()))
        .add_systems(Startup, look)
        .add_systems(PreUpdate, read_keys);
}

#[cfg(not(feature = "window"))]
fn engine(app: &mut App, assets: AssetPlugin) {
    use std::time::Duration;

    use bevy_app::ScheduleRunnerPlugin;

    app.add_plugins(ScheduleRunnerPlugin::run_loop(Duration::from_millis(16)));
    bevy_dungeon::headless(app, assets);
}
