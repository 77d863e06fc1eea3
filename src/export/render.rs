//! One output file of one item: its role says which exporter makes it, from which sheet.

use image::RgbaImage;

use crate::assemble::{self, Rect, Sheet, scale};
use crate::plan::outputs::{Output, Role};
use crate::words::asset::Kind;
use crate::words::color::Rgb;
use crate::words::project::{Project, SheetOptions};
use crate::words::timing::Timing;

use super::{ExportError, apng, aseprite, bevy, gif, png};

/// A restored group or an assembled tileset, ready to be written.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    /// Its kind.
    pub kind: Kind,
    /// The group's name.
    pub name: &'a str,
    /// The path of its image without `.png`, relative to the output folder.
    pub stem: &'a str,
    /// Frames or tiles of equal size, in order.
    pub frames: &'a [RgbaImage],
    /// The colours of the frames, in the order that an indexed file keeps.
    pub palette: &'a [Rgb],
    /// How it plays; animations only.
    pub timing: Option<&'a Timing>,
    /// A tileset layout's own columns.
    pub columns: Option<u32>,
    /// The row on which the subject stands, from the frame's top.
    pub baseline: u32,
}

/// The bytes of one file of an item: a pure function, the same on every machine.
pub fn render(output: &Output, item: &Item<'_>, project: &Project) -> Result<Vec<u8>, ExportError> {
    match output.role {
        Role::Image(k) => png::png(&scale(&sheet(item, project)?.image, k), project.png, item.palette),
        Role::BevyMeta(_) => Ok(bevy::meta().into_bytes()),
        Role::AsepriteJson => aseprite::json(item, &sheet(item, project)?, json_scale(project)),
        Role::Apng => apng::apng(item.frames, item.timing),
        Role::Gif => gif::gif(item.frames, item.timing, item.palette),
    }
}

/// Animations and tilesets are sheets; anything else is one picture, without padding.
pub(super) fn is_sheet(kind: Kind) -> bool {
    matches!(kind, Kind::Animation | Kind::Tileset)
}

/// The project's columns, else the layout's own; 0 = all in one row.
pub(super) fn columns(options: &SheetOptions, own: Option<u32>) -> u32 {
    if options.columns > 0 { options.columns } else { own.unwrap_or(0) }
}

/// What follows the stem of an image at that scale.
pub(super) fn suffix(scale: u32) -> String {
    if scale == 1 { String::new() } else { format!("@{scale}x") }
}

/// The JSON describes the image at scale 1, or at the first scale where there is none of 1.
pub(super) fn json_scale(project: &Project) -> u32 {
    if project.scales.contains(&1) { 1 } else { project.scales.first().copied().unwrap_or(1) }
}

fn sheet(item: &Item<'_>, project: &Project) -> Result<Sheet, ExportError> {
    if is_sheet(item.kind) {
        return Ok(assemble::sheet(item.frames, &project.sheet, columns(&project.sheet, item.columns))?);
    }
    let plain = SheetOptions { padding: 0, extrude: 0, columns: 1 };
    Ok(assemble::sheet(&item.frames[..item.frames.len().min(1)], &plain, 1)?)
}

/// A cell as it lies on the image at that scale.
pub(super) fn scaled(cell: &Rect, k: u32) -> Rect {
    Rect { x: cell.x * k, y: cell.y * k, width: cell.width * k, height: cell.height * k }
}
