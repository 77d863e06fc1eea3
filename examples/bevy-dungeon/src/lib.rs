//! A small room to walk through. The hero walks on the meadow, collects coins and turns dirt into meadow.
//!
//! All of it runs without a window; `main.rs` adds one.

/// The assets that `dgx-pixels build` wrote here; a name that is gone is a compile error.
#[path = "../assets/assets.rs"]
pub mod assets;
pub mod hero;
pub mod room;

use bevy_app::prelude::*;
use bevy_ecs::prelude::*;

pub use hero::{Coins, Hero, Intent, Steps};
pub use room::Room;

/// The whole game. It wants Bevy's time and assets, and `DgxPixelsPlugin`.
pub struct RoomPlugin;

impl Plugin for RoomPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Intent>()
            .init_resource::<Coins>()
            .init_resource::<Steps>()
            .init_resource::<Room>()
            .add_systems(Startup, (room::furnish, hero::enter))
            .add_systems(Update, (room::lay_tiles, hero::dig, hero::walk, hero::collect).chain());
    }
}

/// What the room needs of Bevy where there is neither window nor GPU.
pub fn headless(app: &mut App, assets: bevy_asset::AssetPlugin) {
    use bevy_asset::AssetApp;
    use bevy_image::{CompressedImageFormats, ImageLoader, ImagePlugin, TextureAtlasPlugin};

    app.add_plugins((TaskPoolPlugin::default(), bevy_time::TimePlugin, assets))
        .add_plugins((ImagePlugin::default(), TextureAtlasPlugin))
        // Without a renderer nobody else registers it, and images would wait for ever.
        .register_asset_loader(ImageLoader::new(CompressedImageFormats::NONE));
}
