//! What is in memory, for tools that look from outside: [`PixelsReport`] over the Bevy Remote Protocol.
//!
//! ```json
//! { "method": "world.get_resources", "params": { "resource": "bevy_dgx_pixels::PixelsReport" } }
//! ```
//!
//! answers with this resource. Nothing reads it back: writing to it changes nothing that is shown.

use bevy_asset::Assets;
use bevy_ecs::prelude::*;
use bevy_image::{Image, ImageFilterMode, ImageSampler, TextureAtlasLayout};
use bevy_reflect::Reflect;
use bevy_reflect::std_traits::ReflectDefault;

use crate::loader::{PixelsIndex, Sheet};

/// What of the index is loaded, and with which pixels.
#[derive(Resource, Clone, Debug, Default, PartialEq, Reflect)]
#[reflect(Resource, Default)]
#[type_path = "bevy_dgx_pixels"]
pub struct PixelsReport {
    /// The version of this report, 1. New fields do not raise it.
    pub version: u32,
    /// The path of the index.
    pub index: String,
    /// `loading`, `loaded` (with all images), or `failed`; after a failure what was loaded before is still shown.
    pub state: String,
    /// Why the index or an image could not be loaded, or empty.
    pub failure: String,
    /// How often the index was read.
    pub reads: u32,
    /// The project's name.
    pub project: String,
    /// All assets of the index.
    pub assets: Vec<ReportedAsset>,
}

/// An asset in memory.
#[derive(Clone, Debug, Default, PartialEq, Reflect)]
#[reflect(Default)]
#[type_path = "bevy_dgx_pixels"]
pub struct ReportedAsset {
    /// `sprite`, `animation`, `texture` or `tileset`.
    pub kind: String,
    /// Its name in the lock, such as `knight-walk@e`.
    pub name: String,
    /// The digest of its frames in the index, as in `pixels.lock`.
    pub pixels: String,
    /// The path of its image.
    pub image: String,
    /// The scale of that image.
    pub scale: u32,
    /// The blake3 digest of the image in the index.
    pub wanted: String,
    /// The blake3 digest of the RGBA pixels in memory; empty while there are none.
    pub rgba: String,
    /// Width and height of the image in memory.
    pub size: [u32; 2],
    /// `nearest`, `linear`, or `default` if the game's default decides.
    pub sampler: String,
    /// How often the image was replaced since it was loaded.
    pub changes: u32,
    /// The layout in memory: x, y, width and height of each frame or tile on the image.
    pub frames: Vec<[u32; 4]>,
    /// Milliseconds of each frame; animations only.
    pub durations: Vec<u32>,
    /// The frames in the order of one round; animations only.
    pub round: Vec<u32>,
    /// What each tile shows of its neighbours; tilesets only.
    pub masks: Vec<u8>,
    /// Its tags.
    pub tags: Vec<String>,
    /// How many entities show it.
    pub shown: u32,
}

impl ReportedAsset {
    /// What the index and the layout say.
    pub(crate) fn of(sheet: &Sheet, layouts: &Assets<TextureAtlasLayout>) -> Self {
        let (entry, file) = (&sheet.entry, &sheet.file);
        let animation = entry.animation.as_ref();
        let cells = layouts.get(&sheet.layout).map_or(&[][..], |layout| &layout.textures);
        Self {
            kind: entry.kind.to_string(),
            name: entry.name.clone(),
            pixels: entry.pixels.clone(),
            image: file.path.clone(),
            scale: file.scale,
            wanted: file.rgba.clone().unwrap_or_default(),
            frames: cells.iter().map(|cell| [cell.min.x, cell.min.y, cell.width(), cell.height()]).collect(),
            durations: animation
                .map_or_else(Vec::new, |_| (0..entry.frames.len()).map(|at| entry.duration(at)).collect()),
            round: animation.map_or_else(Vec::new, |animation| animation.round.iter().map(|&at| at as u32).collect()),
            masks: entry.tileset.iter().flat_map(|tileset| tileset.tiles.iter().map(|tile| tile.mask)).collect(),
            tags: entry.tags.clone(),
            ..Self::default()
        }
    }

    /// What another asset says of the same image.
    pub(crate) fn take(&mut self, other: &Self) {
        self.rgba.clone_from(&other.rgba);
        self.sampler.clone_from(&other.sampler);
        self.size = other.size;
    }

    /// What the image in memory is.
    pub(crate) fn see(&mut self, image: &Image) {
        // The loader decodes every PNG of eight bits or less to four bytes a pixel.
        let pixels = image.data.as_deref().filter(|data| data.len() == (image.width() * image.height() * 4) as usize);
        self.rgba = pixels.map(|data| blake3::hash(data).to_hex().to_string()).unwrap_or_default();
        self.size = [image.width(), image.height()];
        self.sampler = match &image.sampler {
            ImageSampler::Default => "default",
            ImageSampler::Descriptor(sampler) => match sampler.mag_filter {
                ImageFilterMode::Nearest => "nearest",
                ImageFilterMode::Linear => "linear",
            },
        }
        .to_owned();
    }
}

impl PixelsReport {
    /// The asset of a kind and name.
    pub fn asset(&self, kind: &str, name: &str) -> Option<&ReportedAsset> {
        self.assets.iter().find(|asset| asset.kind == kind && asset.name == name)
    }

    /// Takes a new index; what is known of an image that stays is kept.
    pub(crate) fn learn(&mut self, index: &PixelsIndex, layouts: &Assets<TextureAtlasLayout>, images: &Assets<Image>) {
        let earlier = std::mem::take(&mut self.assets);
        let learned = index.sheets().iter().map(|sheet| {
            let mut asset = ReportedAsset::of(sheet, layouts);
            match earlier.iter().find(|earlier| earlier.image == asset.image) {
                Some(earlier) => {
                    asset.take(earlier);
                    asset.changes = earlier.changes;
                }
                None => images.get(&sheet.image).into_iter().for_each(|image| asset.see(image)),
            }
            asset
        });
        self.assets = learned.collect();
        self.project.clone_from(&index.project);
        self.reads += 1;
    }
}
