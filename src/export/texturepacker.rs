//! TexturePacker's "JSON Hash" of an image, as Phaser (`load.atlas`) and Pixi (`Assets.load`) read it.
//!
//! Nothing is rotated or trimmed: a frame is a cell of the sheet. The file is called `.atlas.json`, because `.json` is
//! Aseprite's.

use serde::Serialize;

use crate::words::asset::Kind;
use crate::words::format::{FileSpec, FormatSpec, Scope};
use crate::words::output::Output;
use crate::words::project::Project;
use crate::words::timing::Timing;

use super::sheet_json::{Image, Ordered, Placed, placed, text};
use super::{Asset, ExportError, Format};

static SPEC: FormatSpec = FormatSpec {
    id: "texturepacker",
    version: 2,
    files: &[FileSpec {
        suffix: ".atlas.json",
        kinds: &[Kind::Sprite, Kind::Animation, Kind::Tileset],
        scope: Scope::Described,
    }],
    shared: &[],
};

/// The frames of every sprite, animation and tileset.
pub(super) struct TexturePacker;

#[derive(Serialize)]
struct File {
    frames: Ordered<Frame>,
    #[serde(skip_serializing_if = "Ordered::is_empty")]
    animations: Ordered<Vec<String>>,
    meta: Image,
}

#[derive(Serialize)]
struct Frame {
    #[serde(flatten)]
    placed: Placed,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<u32>,
}

impl Format for TexturePacker {
    fn spec(&self) -> &'static FormatSpec {
        &SPEC
    }

    fn bytes(&self, asset: &Asset<'_>, output: &Output, _: &Project) -> Result<Vec<u8>, ExportError> {
        let duration = |i| asset.timing.map(|_| asset.duration(i));
        let frame = |(i, placed)| (key(asset, i), Frame { placed, duration: duration(i) });
        let frames = Ordered(placed(asset, output.scale).enumerate().map(frame).collect());
        text(&File { frames, animations: animations(asset), meta: Image::of(asset, output.scale, &SPEC) })
    }
}

/// A sprite's frame has its name; frames and tiles are numbered from 0, as everywhere in these engines.
fn key(asset: &Asset<'_>, i: usize) -> String {
    if asset.kind.is_sheet() { format!("{}/{i}", asset.name) } else { asset.name.to_owned() }
}

/// One round of an animation, as Pixi plays it.
fn animations(asset: &Asset<'_>) -> Ordered<Vec<String>> {
    let keys = |timing: &Timing| timing.round(asset.sheet.cells.len()).into_iter().map(|i| key(asset, i)).collect();
    Ordered(asset.timing.map(|timing| (asset.name.to_owned(), keys(timing))).into_iter().collect())
}
