//! Pixi: its own JSON of a sheet, with one round of an animation and the anchor where the subject stands.
//!
//! Every scale has its own file. Pixi takes the scale of a sheet for its resolution, and draws all of them equally large.

use serde::Serialize;
use serde_json::Number;

use crate::words::asset::Kind;
use crate::words::format::{FileSpec, FormatSpec, Scope};
use crate::words::output::Output;
use crate::words::project::Project;
use crate::words::timing::Timing;

use super::sheet_json::{Image, Ordered, Placed, placed, text};
use super::{Asset, ExportError, Format};

static SPEC: FormatSpec = FormatSpec {
    id: "pixi",
    version: 1,
    files: &[FileSpec {
        suffix: ".pixi.json",
        kinds: &[Kind::Sprite, Kind::Animation, Kind::Tileset],
        scope: Scope::Scale,
    }],
    shared: &[],
};

/// The frames of every sprite, animation and tileset.
pub(super) struct Pixi;

impl Format for Pixi {
    fn spec(&self) -> &'static FormatSpec {
        &SPEC
    }

    fn bytes(&self, asset: &Asset<'_>, output: &Output, _: &Project) -> Result<Vec<u8>, ExportError> {
        let frame = |(i, placed): (usize, Placed)| {
            let duration = asset.timing.map(|_| asset.duration(i));
            (key(asset, i), Frame { placed, anchor: anchor(asset), duration })
        };
        let frames = placed(asset, output.scale).enumerate().map(frame).collect();
        let round =
            |timing: &Timing| timing.round(asset.sheet.cells.len()).into_iter().map(|i| key(asset, i)).collect();
        let animations: Vec<(String, Vec<String>)> =
            asset.timing.map(|timing| (asset.name.to_owned(), round(timing))).into_iter().collect();
        text(&File {
            frames: Ordered(frames),
            animations: Ordered(animations),
            meta: Image::of(asset, output.scale, &SPEC),
        })
    }
}

/// The names of frames are those of textures in the whole game. A name without `/` would be a number to no engine.
fn key(asset: &Asset<'_>, i: usize) -> String {
    if asset.kind.is_sheet() { format!("{}/{i}", asset.name) } else { asset.name.to_owned() }
}

/// Where the subject stands, in parts of the frame; tiles have none.
fn anchor(asset: &Asset<'_>) -> Option<Anchor> {
    let cell = asset.sheet.cells.first().filter(|_| asset.kind != Kind::Tileset)?;
    Anchor::of([cell.width / 2, asset.baseline], [cell.width, cell.height])
}

impl Anchor {
    /// A place in a frame of that size.
    pub(super) fn of(place: [u32; 2], size: [u32; 2]) -> Option<Self> {
        let part = |at: u32, side: u32| Number::from_f64(f64::from(at.min(side)) / f64::from(side.max(1)));
        Some(Self { x: part(place[0], size[0])?, y: part(place[1], size[1])? })
    }
}

#[derive(Serialize)]
struct File {
    frames: Ordered<Frame>,
    #[serde(skip_serializing_if = "Ordered::is_empty")]
    animations: Ordered<Vec<String>>,
    meta: Image,
}

#[derive(Serialize)]
pub(super) struct Frame {
    #[serde(flatten)]
    pub(super) placed: Placed,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) anchor: Option<Anchor>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) duration: Option<u32>,
}

#[derive(Serialize)]
pub(super) struct Anchor {
    x: Number,
    y: Number,
}
