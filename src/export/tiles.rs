//! What each tile of a set is for: its terrain, the neighbours that it shows, and how often it is to be seen.
//!
//! A map needs no more than this file and the image: it looks up the mask of a cell, and draws one of the tiles that have
//! it, each as often as its weight says.

use serde::Serialize;

use crate::words::asset::Kind;
use crate::words::format::{FileSpec, FormatSpec, Scope};
use crate::words::layout::MaskKind;
use crate::words::output::Output;
use crate::words::project::Project;
use crate::words::sheet::Rect;

use super::sheet_json::text;
use super::{Asset, ExportError, Format};

static SPEC: FormatSpec = FormatSpec {
    id: "tiles",
    version: 1,
    files: &[FileSpec { suffix: ".tiles.json", kinds: &[Kind::Tileset], scope: Scope::Described }],
    shared: &[],
};

/// The tiles of every tileset.
pub(super) struct TilesJson;

impl Format for TilesJson {
    fn spec(&self) -> &'static FormatSpec {
        &SPEC
    }

    fn bytes(&self, asset: &Asset<'_>, output: &Output, _: &Project) -> Result<Vec<u8>, ExportError> {
        let (Some(layout), Some(tileset)) = (asset.layout, asset.tileset) else { return Err(ExportError::Empty) };
        let last = layout.masks().len() - 1;
        let tile = |(index, (cell, (mask, weight))): (usize, (&Rect, (u8, Option<u32>)))| {
            let (variant, weight) = (index.saturating_sub(last), weight.unwrap_or(1));
            Tile { index, frame: cell.scaled(output.scale), mask, variant, weight }
        };
        let cells = &asset.sheet.cells;
        let kind = match layout.mask_kind() {
            MaskKind::Neighbours => "neighbours",
            MaskKind::Corners => "corners",
        };
        let bits = match layout.mask_kind() {
            MaskKind::Neighbours => &["n", "ne", "e", "se", "s", "sw", "w", "nw"][..],
            MaskKind::Corners => &["ne", "se", "sw", "nw"],
        };
        text(&File {
            image: asset.image_name(output.scale),
            layout: layout.word(),
            tile: cells.first().map_or([0, 0], |cell| [cell.width, cell.height].map(|side| side * output.scale)),
            terrain: tileset.of,
            beyond: tileset.over,
            mask: kind,
            bits,
            tiles: cells.iter().zip(asset.tiles(layout)).enumerate().map(tile).collect(),
        })
    }
}

#[derive(Serialize)]
struct File<'a> {
    /// The image beside it.
    image: String,
    layout: &'static str,
    /// Width and height of a tile.
    tile: [u32; 2],
    /// The texture that fills the tiles.
    terrain: &'a str,
    /// The texture beyond the border; nothing if that is transparent.
    beyond: Option<&'a str>,
    /// What the bits of a mask are: neighbours of the tile's cell, or the cells that meet in the tile.
    mask: &'static str,
    /// The name of each bit, from 1.
    bits: &'static [&'static str],
    tiles: Vec<Tile>,
}

#[derive(Serialize)]
struct Tile {
    index: usize,
    frame: Rect,
    mask: u8,
    /// Images of one mask are numbered from 0.
    variant: usize,
    weight: u32,
}
