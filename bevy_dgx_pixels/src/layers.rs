//! The tiles of a sheet as the layers of an array texture, which Bevy's own `TilemapChunk` takes.

use std::collections::BTreeMap;

use bevy_asset::{AssetEvent, Assets, Handle};
use bevy_ecs::prelude::*;
use bevy_image::Image;
use bevy_platform::collections::HashSet;

use crate::loader::{PixelsIndex, Sheet};
use crate::plugin::{Known, Pixels};

/// Array textures of tilesets, made again whenever a build changes their images.
#[derive(Resource, Default, Debug)]
pub struct TileLayers(BTreeMap<String, Handle<Image>>);

impl TileLayers {
    /// The array texture of a tileset, for `TilemapChunk`. It is there once the image of the tileset is loaded.
    pub fn of(&mut self, images: &Assets<Image>, tileset: &str) -> Handle<Image> {
        self.0.entry(tileset.to_owned()).or_insert_with(|| images.reserve_handle()).clone()
    }
}

/// An image with a layer for each tile of a sheet, in their order; gaps and extruded edges are left out. `None` if the sheet
/// is not in memory as four bytes a pixel, has fewer than two tiles, or tiles of several sizes.
pub fn tile_layers(image: &Image, sheet: &Sheet) -> Option<Image> {
    let data = image.data.as_deref()?;
    let (frames, scale) = (&sheet.entry.frames, sheet.file.scale);
    let sizes: HashSet<_> = frames.iter().map(|frame| [frame.w, frame.h]).collect();
    let [width, height] = frames.first().map(|frame| [frame.w * scale, frame.h * scale])?;
    let stride = image.width() as usize * 4;
    if sizes.len() != 1 || frames.len() < 2 || data.len() != stride * image.height() as usize {
        return None;
    }
    let mut layers = Vec::with_capacity(frames.len() * (width * height * 4) as usize);
    for frame in frames {
        for row in 0..height {
            let from = (frame.y * scale + row) as usize * stride + (frame.x * scale) as usize * 4;
            layers.extend_from_slice(data.get(from..from + width as usize * 4)?);
        }
    }
    let count = u32::try_from(frames.len()).ok()?;
    let mut array = image.clone();
    array.data = Some(layers);
    array.texture_descriptor.size.width = width;
    array.texture_descriptor.size.height = height * count;
    array.reinterpret_stacked_2d_as_array(count).ok()?;
    Some(array)
}

pub(crate) fn refresh(
    pixels: Res<Pixels>,
    indexes: Res<Assets<PixelsIndex>>,
    known: Res<Known>,
    layers: Res<TileLayers>,
    mut events: MessageReader<AssetEvent<Image>>,
    mut images: ResMut<Assets<Image>>,
) {
    let changed: HashSet<_> = events
        .read()
        .filter_map(|event| match event {
            AssetEvent::Added { id } | AssetEvent::Modified { id } => Some(*id),
            _ => None,
        })
        .collect();
    for (tileset, handle) in &layers.0 {
        let Some(sheet) = pixels.get(&indexes, tileset) else { continue };
        // Index and image arrive in any order.
        if !known.is_new && !layers.is_changed() && !changed.contains(&sheet.image.id()) {
            continue;
        }
        let made = images.get(&sheet.image).and_then(|image| tile_layers(image, sheet));
        made.into_iter().for_each(|made| drop(images.insert(handle, made)));
    }
}
