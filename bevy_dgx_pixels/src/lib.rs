//! Loads what DGX-Pixels builds into Bevy 0.20, and reloads it while the game runs.
//!
//! A project with `export = ["index"]` writes `pixels.index.json` beside its images. [`DgxPixelsPlugin`] loads it with all
//! images that it names. [`PixelSprite`] shows an asset by its name in the lock, [`Player`] plays its animation and triggers
//! [`FrameEvent`], [`TerrainMap`] chooses the tiles of a terrain, [`PixelsReport`] says what is in memory.
//!
//! ```no_run
//! # use bevy_app::prelude::*;
//! # use bevy_ecs::prelude::*;
//! use bevy_dgx_pixels::{DgxPixelsPlugin, FrameEvent, PixelSprite, Player};
//!
//! # let mut app = App::new();
//! app.add_plugins(DgxPixelsPlugin::default()).add_systems(Startup, spawn);
//!
//! fn spawn(mut commands: Commands) {
//!     commands.spawn(PixelSprite::new("potion@red"));
//!     commands.spawn((PixelSprite::new("knight-walk@e"), Player::default())).observe(|event: On<FrameEvent>| {
//!         // `events = { step = [1, 4] }` in the manifest
//!         assert_eq!(event.event, "step");
//!     });
//! }
//! ```
//!
//! # Reloading
//!
//! With Bevy's feature `file_watcher`, a build that runs beside the game changes pixels, frames, timings and tiles in place:
//! six frames become four without a restart. [`PixelsChanged`] says what changed. A broken index keeps the old one.

#![deny(missing_docs)]
#![deny(clippy::unwrap_used, clippy::expect_used)]

pub mod changes;
pub mod index;
pub mod layers;
pub mod loader;
pub mod player;
mod plugin;
pub mod report;
pub mod sprite;
pub mod terrain;

pub use changes::{Change, PixelsChanged};
pub use index::Kind;
pub use layers::{TileLayers, tile_layers};
pub use loader::{PixelsIndex, Sheet};
pub use player::{FrameEvent, Player, PlayerFinished};
pub use plugin::{DgxPixelsPlugin, Pixels, PixelsSystems};
pub use report::PixelsReport;
pub use sprite::PixelSprite;
pub use terrain::{Autotiles, TerrainMap, TileChange};
