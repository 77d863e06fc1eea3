//! A game without a window over a folder of assets, and the files of an index.

use std::path::Path;
use std::time::{Duration, Instant};

use bevy_app::{App, TaskPoolPlugin};
use bevy_asset::{AssetApp, AssetPlugin};
use bevy_dgx_pixels::{DgxPixelsPlugin, PixelsChanged, PixelsReport};
use bevy_ecs::message::MessageReader;
use bevy_ecs::prelude::*;
use bevy_image::{CompressedImageFormats, ImageLoader, ImagePlugin, TextureAtlasPlugin};
use bevy_time::{TimePlugin, TimeUpdateStrategy};
use serde_json::{Value, json};
use tempfile::TempDir;

pub struct Game {
    pub folder: TempDir,
    pub app: App,
}

#[derive(Resource, Default)]
struct Changes(Vec<PixelsChanged>);

impl Game {
    /// A game whose folder has an index and the images that it names.
    pub fn new(assets: &Value) -> Self {
        let folder = TempDir::new().unwrap();
        write(folder.path(), assets);
        let plugin = AssetPlugin {
            file_path: folder.path().to_str().unwrap().to_owned(),
            watch_for_changes_override: Some(true),
            ..AssetPlugin::default()
        };
        let mut app = App::new();
        app.add_plugins((TaskPoolPlugin::default(), TimePlugin, plugin, ImagePlugin::default(), TextureAtlasPlugin))
            .register_asset_loader(ImageLoader::new(CompressedImageFormats::NONE))
            .insert_resource(TimeUpdateStrategy::ManualDuration(Duration::ZERO))
            .add_plugins(DgxPixelsPlugin::default())
            .init_resource::<Changes>()
            .add_systems(bevy_app::Last, |mut read: MessageReader<PixelsChanged>, mut seen: ResMut<Changes>| {
                seen.0.extend(read.read().cloned());
            });
        app.finish();
        app.cleanup();
        Self { folder, app }
    }

    pub fn loaded(assets: &Value) -> Self {
        let mut game = Self::new(assets);
        game.until("the index is loaded", |report| report.state == "loaded");
        game.changes();
        game
    }

    pub fn report(&self) -> &PixelsReport {
        self.app.world().resource::<PixelsReport>()
    }

    /// Runs frames until the report is as wanted.
    pub fn until(&mut self, what: &str, is_so: impl Fn(&PixelsReport) -> bool) -> &mut Self {
        let started = Instant::now();
        while !is_so(self.report()) {
            assert!(started.elapsed() < Duration::from_secs(30), "waited for: {what}; found {:#?}", self.report());
            self.app.update();
            std::thread::sleep(Duration::from_millis(5));
        }
        self
    }

    /// A frame of so many milliseconds.
    pub fn frame(&mut self, milliseconds: u64) -> &mut Self {
        *self.app.world_mut().resource_mut() = TimeUpdateStrategy::ManualDuration(Duration::from_millis(milliseconds));
        self.app.update();
        *self.app.world_mut().resource_mut() = TimeUpdateStrategy::ManualDuration(Duration::ZERO);
        self
    }

    /// What the index said otherwise since the last call.
    pub fn changes(&mut self) -> Vec<PixelsChanged> {
        std::mem::take(&mut self.app.world_mut().resource_mut::<Changes>().0)
    }
}

/// Writes the images of an index, each of one colour, then the index; into place as a build does.
pub fn write(folder: &Path, assets: &Value) {
    for entry in assets.as_array().unwrap() {
        for image in entry["images"].as_array().unwrap() {
            let size = [0, 1].map(|axis| image["size"][axis].as_u64().unwrap() as u32);
            let color = entry["color"].as_u64().unwrap_or(0) as u8;
            put(&folder.join(image["path"].as_str().unwrap()), &png(size, color));
        }
    }
    let index = json!({ "version": 1, "project": "test", "assets": assets });
    put(&folder.join("pixels.index.json"), &serde_json::to_vec(&index).unwrap());
}

pub fn put(path: &Path, bytes: &[u8]) {
    if std::fs::read(path).is_ok_and(|found| found == bytes) {
        return;
    }
    let stage = TempDir::new().unwrap();
    let new = stage.path().join("new");
    std::fs::write(&new, bytes).unwrap();
    std::fs::rename(&new, path).or_else(|_| std::fs::copy(&new, path).map(|_| ())).unwrap();
}

fn png([width, height]: [u32; 2], color: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgba);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&[color, 0, 0, 255].repeat((width * height) as usize)).unwrap();
    writer.finish().unwrap();
    bytes
}

/// An animation of frames of 8 x 8, each shown so long.
pub fn walk(durations: &[u32], color: u8) -> Value {
    let frames = durations.iter().enumerate();
    let frames = frames.map(|(at, ms)| json!({ "x": at * 8, "y": 0, "w": 8, "h": 8, "duration": ms }));
    json!({
        "kind": "animation", "name": "hero-walk@e", "asset": "hero-walk", "pixels": format!("{color}"), "color": color,
        "images": [{ "scale": 1, "path": "hero-walk-e.png", "size": [durations.len() * 8, 8], "rgba": null }],
        "frames": frames.collect::<Vec<_>>(), "pivot": [4, 8],
        "animation": {
            "action": "walk", "playback": "forward", "repeat": true,
            "round": (0..durations.len()).collect::<Vec<_>>(), "events": { "step": [0, 2] },
        },
    })
}

pub fn sprite(name: &str, color: u8) -> Value {
    json!({
        "kind": "sprite", "name": name, "asset": name, "pixels": format!("{color}"), "color": color,
        "images": [{ "scale": 1, "path": format!("{name}.png"), "size": [8, 8], "rgba": null }],
        "frames": [{ "x": 0, "y": 0, "w": 8, "h": 8 }],
    })
}

/// A tileset of cells of 8 x 8 in one row.
pub fn tileset(mask: &str, masks: &[(u8, u32)]) -> Value {
    let frames = (0..masks.len()).map(|at| json!({ "x": at * 8, "y": 0, "w": 8, "h": 8 }));
    let tiles = masks.iter().map(|(mask, weight)| json!({ "mask": mask, "variant": 0, "weight": weight }));
    json!({
        "kind": "tileset", "name": "meadow", "asset": "meadow", "pixels": "0",
        "images": [{ "scale": 1, "path": "meadow.png", "size": [masks.len() * 8, 8], "rgba": null }],
        "frames": frames.collect::<Vec<_>>(),
        "tileset": { "layout": "blob47", "terrain": "grass", "mask": mask, "tiles": tiles.collect::<Vec<_>>() },
    })
}
