//! What the JSON of a sheet says in any dialect: where its frames lie, and which image has them.

use serde::{Serialize, Serializer};

use crate::words::format::FormatSpec;
use crate::words::sheet::Rect;

use super::{Asset, ExportError};

/// What files say that this program wrote.
pub(super) const APP: &str = "dgx-pixels";

/// A frame on the sheet; nothing is rotated or trimmed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Placed {
    pub(super) frame: Rect,
    rotated: bool,
    trimmed: bool,
    sprite_source_size: Rect,
    source_size: Size,
}

/// The image of the sheet.
#[derive(Serialize)]
pub(super) struct Image {
    app: &'static str,
    version: String,
    image: String,
    format: &'static str,
    size: Size,
    scale: String,
}

#[derive(Serialize)]
struct Size {
    w: u32,
    h: u32,
}

/// A JSON object whose entries keep their order.
pub(super) struct Ordered<T>(pub(super) Vec<(String, T)>);

/// The frames of an asset at a scale, in order.
pub(super) fn placed(asset: &Asset<'_>, scale: u32) -> impl Iterator<Item = Placed> {
    asset.sheet.cells.iter().map(move |cell| Placed::at(cell.scaled(scale)))
}

impl Placed {
    /// A whole frame in that place.
    pub(super) fn at(frame: Rect) -> Self {
        let source_size = Size { w: frame.width, h: frame.height };
        let sprite_source_size = Rect { x: 0, y: 0, ..frame };
        Self { frame, rotated: false, trimmed: false, sprite_source_size, source_size }
    }
}

impl Image {
    /// The image of an asset at a scale, as a version of a format describes it.
    pub(super) fn of(asset: &Asset<'_>, scale: u32, format: &FormatSpec) -> Self {
        let image = &asset.sheet.image;
        Self::named(asset.image_name(scale), image.dimensions().into(), scale, format.version)
    }

    /// An image of that size at scale 1, as a version of a format describes it.
    pub(super) fn named(image: String, size: [u32; 2], scale: u32, version: u32) -> Self {
        Self {
            app: APP,
            version: version.to_string(),
            image,
            format: "RGBA8888",
            size: Size { w: size[0] * scale, h: size[1] * scale },
            scale: scale.to_string(),
        }
    }
}

/// The text of a file.
pub(super) fn text(file: &impl Serialize) -> Result<Vec<u8>, ExportError> {
    let mut bytes = serde_json::to_vec_pretty(file)?;
    bytes.push(b'\n');
    Ok(bytes)
}

impl<T> Ordered<T> {
    /// Whether it has no entry.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Serialize> Serialize for Ordered<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

/// A frame in an array of frames, as Aseprite writes them.
#[derive(Serialize)]
pub(super) struct NamedFrame {
    filename: String,
    #[serde(flatten)]
    pub(super) placed: Placed,
    duration: u32,
}

/// The frames of a sheet in their order, each with the name of its number.
pub(super) fn named_frames(asset: &Asset<'_>, scale: u32, name: impl Fn(usize) -> String) -> Vec<NamedFrame> {
    let frame = |(i, placed)| NamedFrame { filename: name(i), placed, duration: asset.duration(i) };
    placed(asset, scale).enumerate().map(frame).collect()
}
