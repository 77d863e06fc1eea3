//! Aseprite's JSON of a sheet, frames as an array, so that their order survives any reader.

use serde::Serialize;

use crate::assemble::{Rect, Sheet};
use crate::words::asset::Kind;
use crate::words::timing::{Playback, Timing};

use super::ExportError;
use super::render::{Item, scaled, suffix};

/// Changes when the same frames would be written as other text.
pub const VERSION: u32 = 1;

/// What a frame without a duration is shown for, in milliseconds, as in Aseprite.
const STILL: u32 = 100;

#[derive(Serialize)]
struct File<'a> {
    frames: Vec<Frame>,
    meta: Meta<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Frame {
    filename: String,
    frame: Area,
    rotated: bool,
    trimmed: bool,
    sprite_source_size: Area,
    source_size: Size,
    duration: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Meta<'a> {
    app: &'static str,
    version: String,
    image: String,
    format: &'static str,
    size: Size,
    scale: String,
    frame_tags: Vec<Tag<'a>>,
    layers: [(); 0],
    slices: Vec<Slice<'a>>,
}

#[derive(Serialize)]
struct Tag<'a> {
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
    bounds: Area,
    pivot: Point,
}

#[derive(Serialize)]
struct Area {
    x: u32,
    y: u32,
    w: u32,
    h: u32,
}

#[derive(Serialize)]
struct Size {
    w: u32,
    h: u32,
}

#[derive(Serialize)]
struct Point {
    x: u32,
    y: u32,
}

/// The JSON of a sheet whose image is written at `scale`.
pub fn json(item: &Item<'_>, sheet: &Sheet, scale: u32) -> Result<Vec<u8>, ExportError> {
    let frames = sheet.cells.iter().enumerate().map(|(i, cell)| frame(item, i, &scaled(cell, scale))).collect();
    let base = item.stem.rsplit('/').next().unwrap_or(item.stem);
    let meta = Meta {
        app: "dgx-pixels",
        version: VERSION.to_string(),
        image: format!("{base}{}.png", suffix(scale)),
        format: "RGBA8888",
        size: Size { w: sheet.image.width() * scale, h: sheet.image.height() * scale },
        scale: scale.to_string(),
        frame_tags: item.timing.map(|timing| tag(timing, sheet.cells.len())).into_iter().collect(),
        layers: [],
        slices: sheet.cells.first().and_then(|cell| slice(item, &scaled(cell, scale), scale)).into_iter().collect(),
    };
    let mut bytes = serde_json::to_vec_pretty(&File { frames, meta })?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn frame(item: &Item<'_>, i: usize, cell: &Rect) -> Frame {
    Frame {
        filename: format!("{} {i}", item.name),
        frame: Area { x: cell.x, y: cell.y, w: cell.width, h: cell.height },
        rotated: false,
        trimmed: false,
        sprite_source_size: Area { x: 0, y: 0, w: cell.width, h: cell.height },
        source_size: Size { w: cell.width, h: cell.height },
        duration: item.timing.and_then(|timing| timing.durations.get(i)).copied().unwrap_or(STILL),
    }
}

/// One tag for all frames. A repetition that ends is counted; there and back counts as two.
fn tag(timing: &Timing, frames: usize) -> Tag<'_> {
    let (direction, once) = match timing.playback {
        Playback::Forward => ("forward", "1"),
        Playback::Reverse => ("reverse", "1"),
        Playback::Pingpong => ("pingpong", "2"),
    };
    let repeat = (!timing.repeat).then_some(once);
    Tag { name: &timing.tag, from: 0, to: frames.saturating_sub(1), direction, repeat }
}

/// The whole frame with its pivot where the subject stands: the middle of the baseline.
fn slice<'a>(item: &Item<'a>, cell: &Rect, scale: u32) -> Option<Slice<'a>> {
    let bounds = Area { x: 0, y: 0, w: cell.width, h: cell.height };
    let pivot = Point { x: cell.width / 2, y: (item.baseline * scale).min(cell.height) };
    let key = Key { frame: 0, bounds, pivot };
    (item.kind == Kind::Animation).then_some(Slice { name: "pivot", color: "#0000ffff", keys: [key] })
}
