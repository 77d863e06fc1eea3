//! TexturePacker's "JSON Hash" of an image, as Phaser (`load.atlas`) and Pixi (`Assets.load`) read it.
//!
//! Nothing is rotated or trimmed: a frame is a cell of the sheet. The file is called `.atlas.json`, because `.json` is
//! Aseprite's.

use serde::{Serialize, Serializer};

use crate::words::asset::Kind;
use crate::words::format::{FileSpec, FormatSpec, Scope};
use crate::words::output::Output;
use crate::words::project::Project;
use crate::words::sheet::Rect;

use super::{Asset, ExportError, Format};

static SPEC: FormatSpec = FormatSpec {
    id: "texturepacker",
    version: 1,
    files: &[FileSpec {
        suffix: ".atlas.json",
        kinds: &[Kind::Sprite, Kind::Animation, Kind::Tileset],
        scope: Scope::Asset,
    }],
    shared: &[],
};

/// The frames of every sprite, animation and tileset.
pub(super) struct TexturePacker;

#[derive(Serialize)]
struct File<'a> {
    frames: Ordered<Frame>,
    #[serde(skip_serializing_if = "Ordered::is_empty")]
    animations: Ordered<Vec<String>>,
    meta: Meta<'a>,
}

/// A JSON object whose entries keep their order.
struct Ordered<T>(Vec<(String, T)>);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Frame {
    frame: Rect,
    rotated: bool,
    trimmed: bool,
    sprite_source_size: Rect,
    source_size: Size,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<u32>,
}

#[derive(Serialize)]
struct Meta<'a> {
    app: &'a str,
    version: String,
    image: String,
    format: &'a str,
    size: Size,
    scale: String,
}

#[derive(Serialize)]
struct Size {
    w: u32,
    h: u32,
}

impl Format for TexturePacker {
    fn spec(&self) -> &'static FormatSpec {
        &SPEC
    }

    fn bytes(&self, asset: &Asset<'_>, output: &Output, _: &Project) -> Result<Vec<u8>, ExportError> {
        let (sheet, scale) = (asset.sheet, output.scale);
        let frames =
            sheet.cells.iter().enumerate().map(|(i, cell)| (key(asset, i), frame(asset, i, cell.scaled(scale))));
        let meta = Meta {
            app: "dgx-pixels",
            version: SPEC.version.to_string(),
            image: asset.image_name(scale),
            format: "RGBA8888",
            size: Size { w: sheet.image.width() * scale, h: sheet.image.height() * scale },
            scale: scale.to_string(),
        };
        let file = File { frames: Ordered(frames.collect()), animations: animations(asset), meta };
        let mut bytes = serde_json::to_vec_pretty(&file)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

/// A sprite's frame has its name; frames and tiles are numbered from 0, as everywhere in these engines.
fn key(asset: &Asset<'_>, i: usize) -> String {
    if asset.kind.is_sheet() { format!("{}/{i}", asset.name) } else { asset.name.to_owned() }
}

fn frame(asset: &Asset<'_>, i: usize, cell: Rect) -> Frame {
    Frame {
        frame: cell,
        rotated: false,
        trimmed: false,
        sprite_source_size: Rect { x: 0, y: 0, ..cell },
        source_size: Size { w: cell.width, h: cell.height },
        duration: asset.timing.map(|_| asset.duration(i)),
    }
}

/// One round of an animation, as Pixi plays it.
fn animations(asset: &Asset<'_>) -> Ordered<Vec<String>> {
    let keys = |playback: crate::words::timing::Playback| {
        playback.order(asset.sheet.cells.len()).into_iter().map(|i| key(asset, i)).collect()
    };
    Ordered(asset.timing.map(|timing| (asset.name.to_owned(), keys(timing.playback))).into_iter().collect())
}

impl<T> Ordered<T> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Serialize> Serialize for Ordered<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}
