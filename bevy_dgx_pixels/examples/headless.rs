//! Loads the index of a folder without a window and reports over the Bevy Remote Protocol what is in memory:
//! `cargo run --example headless -- ASSETS [PORT] [still]`. It follows what is built there until it is killed; with `still`
//! it does not watch the folder.

use std::time::Duration;

use bevy_app::{App, ScheduleRunnerPlugin, Startup, TaskPoolPlugin, Update};
use bevy_asset::{AssetApp, AssetPlugin, Assets};
use bevy_dgx_pixels::{DgxPixelsPlugin, PixelSprite, Pixels, PixelsIndex, PixelsReport, Player};
use bevy_ecs::prelude::*;
use bevy_image::{CompressedImageFormats, ImageLoader, ImagePlugin, TextureAtlasPlugin};
use bevy_remote::{RemotePlugin, http::RemoteHttpPlugin};
use bevy_time::TimePlugin;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let assets = arguments.next().unwrap_or_else(|| "assets".to_owned());
    let port = arguments.next().and_then(|port| port.parse().ok()).unwrap_or(15702);
    let watches = arguments.next().is_none_or(|word| word != "still");
    let plugin = AssetPlugin { file_path: assets, watch_for_changes_override: Some(watches), ..AssetPlugin::default() };
    App::new()
        .add_plugins((TaskPoolPlugin::default(), TimePlugin, ScheduleRunnerPlugin::run_loop(Duration::from_millis(8))))
        .add_plugins((plugin, ImagePlugin::default(), TextureAtlasPlugin))
        .register_asset_loader(ImageLoader::new(CompressedImageFormats::NONE))
        .add_plugins((DgxPixelsPlugin::default(), RemotePlugin::default(), RemoteHttpPlugin::default().with_port(port)))
        .add_systems(Startup, || println!("running"))
        .add_systems(Update, play_all.run_if(not_yet_shown))
        .run();
}

fn not_yet_shown(report: Res<PixelsReport>, sprites: Query<(), With<PixelSprite>>) -> bool {
    report.state == "loaded" && sprites.is_empty()
}

/// An entity for every asset; animations play.
fn play_all(mut commands: Commands, pixels: Res<Pixels>, indexes: Res<Assets<PixelsIndex>>) {
    for sheet in indexes.get(&pixels.index).into_iter().flat_map(PixelsIndex::sheets) {
        let sprite = PixelSprite::new(format!("{}/{}", sheet.entry.kind, sheet.entry.name));
        match sheet.entry.animation {
            Some(_) => commands.spawn((sprite, Player::default())),
            None => commands.spawn(sprite),
        };
    }
}
