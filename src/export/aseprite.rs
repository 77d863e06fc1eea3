//! Aseprite's JSON of a sheet, frames as an array, so that their order survives any reader.

use serde::Serialize;

use crate::words::asset::Kind;
use crate::words::format::{FileSpec, FormatSpec, Scope};
use crate::words::output::Output;
use crate::words::project::Project;
use crate::words::sheet::Rect;
use crate::words::timing::{Playback, Timing};

use super::sheet_json::{Image, NamedFrame, named_frames, text};
use super::{Asset, ExportError, Format};

static SPEC: FormatSpec = FormatSpec {
    id: "aseprite",
    version: 1,
    files: &[FileSpec { suffix: ".json", kinds: &[Kind::Animation, Kind::Tileset], scope: Scope::Described }],
    shared: &[],
};

/// The JSON of every sheet.
pub(super) struct Aseprite;

impl Format for Aseprite {
    fn spec(&self) -> &'static FormatSpec {
        &SPEC
    }

    fn bytes(&self, asset: &Asset<'_>, output: &Output, _: &Project) -> Result<Vec<u8>, ExportError> {
        let scale = output.scale;
        let frames = named_frames(asset, scale, |i| format!("{} {i}", asset.name));
        let meta = Meta {
            image: Image::of(asset, scale, &SPEC),
            frame_tags: asset.timing.map(|timing| tag(timing, frames.len())).into_iter().collect(),
            layers: [],
            slices: frames.first().and_then(|first| slice(asset, first.placed.frame, scale)).into_iter().collect(),
        };
        text(&File { frames, meta })
    }
}

#[derive(Serialize)]
struct File<'a> {
    frames: Vec<NamedFrame>,
    meta: Meta<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Meta<'a> {
    #[serde(flatten)]
    image: Image,
    frame_tags: Vec<Tag<'a>>,
    layers: [(); 0],
    slices: Vec<Slice<'a>>,
}

#[derive(Serialize)]
pub(super) struct Tag<'a> {
    name: &'a str,
    from: usize,
    to: usize,
    direction: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    repeat: Option<&'static str>,
}

#[derive(Serialize)]
struct Slice<'a> {
    name: &'a str,
    color: &'static str,
    keys: [Key; 1],
}

#[derive(Serialize)]
struct Key {
    frame: u32,
    bounds: Rect,
    pivot: Point,
}

#[derive(Serialize)]
struct Point {
    x: u32,
    y: u32,
}

/// One tag for all frames. A finite repetition is counted; ping-pong counts as two.
fn tag(timing: &Timing, frames: usize) -> Tag<'_> {
    named_tag(&timing.tag, timing, frames)
}

/// The same under another name.
pub(super) fn named_tag<'a>(name: &'a str, timing: &Timing, frames: usize) -> Tag<'a> {
    let (direction, once) = match timing.playback {
        Playback::Forward => ("forward", "1"),
        Playback::Reverse => ("reverse", "1"),
        Playback::Pingpong => ("pingpong", "2"),
    };
    let repeat = (!timing.repeat).then_some(once);
    Tag { name, from: 0, to: frames.saturating_sub(1), direction, repeat }
}

/// The whole frame with its pivot where the subject stands: the middle of the baseline.
fn slice<'a>(asset: &Asset<'a>, cell: Rect, scale: u32) -> Option<Slice<'a>> {
    let pivot = Point { x: cell.width / 2, y: (asset.baseline * scale).min(cell.height) };
    let key = Key { frame: 0, bounds: Rect { x: 0, y: 0, ..cell }, pivot };
    (asset.kind == Kind::Animation).then_some(Slice { name: "pivot", color: "#0000ffff", keys: [key] })
}
