//! The tiles of a sheet as the layers of an array texture, which Bevy's own `TilemapChunk` takes.

use bevy_image::Image;
use bevy_platform::collections::HashSet;

use crate::loader::Sheet;

/// An image with a layer for each tile of a sheet, in their order; gaps and extruded edges are left out. `None` if the sheet
/// is not in memory as four bytes a pixel or has fewer than two tiles, or tiles of several sizes.
///
/// It does not reload: make it again when [`PixelsChanged`](crate::PixelsChanged) names the tileset.
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
