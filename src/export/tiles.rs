//! What each tile of a set is for: its terrain, the neighbours that it shows, and how often it is to be seen.
//!
//! A map needs no more than this file and the image: it looks up the mask of a cell, and draws one of the tiles that have
//! it, each as often as its weight says.

use serde::Serialize;

use crate::words::asset::Kind;
use crate::words::corners::{Role, corners};
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
        let roles: Vec<Role> = asset.roles(layout).collect();
        let tile = |(index, (cell, (mask, weight))): (usize, (&Rect, (u8, Option<u32>)))| {
            let (Role { place, variant, .. }, weight) = (roles[index], weight.unwrap_or(1));
            let corners = layout.terrains().map(|_| corners(mask));
            let [floor, ceiling] = layout.surfaces(place, cell.height, &tileset.border);
            let [floor, ceiling] =
                [floor, ceiling].map(|ends| ends.map(|ends| ends.map(|end| end * output.scale as i32)));
            Tile { index, frame: cell.scaled(output.scale), mask, corners, variant, weight, floor, ceiling }
        };
        let cells = &asset.sheet.cells;
        let kind = match layout.mask_kind() {
            MaskKind::Neighbours => "neighbours",
            MaskKind::Corners => "corners",
            MaskKind::Terrains => "terrains",
        };
        let bits = match layout.mask_kind() {
            MaskKind::Neighbours => &["n", "ne", "e", "se", "s", "sw", "w", "nw"][..],
            MaskKind::Corners | MaskKind::Terrains => &["ne", "se", "sw", "nw"],
        };
        text(&File {
            image: asset.image_name(output.scale),
            layout: layout.word(),
            tile: cells.first().map_or([0, 0], |cell| [cell.width, cell.height].map(|side| side * output.scale)),
            terrain: tileset.of,
            beyond: tileset.over,
            terrains: tileset.terrains,
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
    /// The textures of three terrains or more, lowest first: corners and masks have their numbers.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    terrains: &'a [&'a str],
    /// What the bits of a mask are: neighbours of the tile's cell, or the cells that meet in the tile.
    mask: &'static str,
    /// The name of each bit, from 1; of several terrains of each two bits.
    bits: &'static [&'static str],
    tiles: Vec<Tile>,
}

#[derive(Serialize)]
struct Tile {
    index: usize,
    frame: Rect,
    mask: u8,
    /// The terrain at each corner, in the order of `bits`; of several terrains only.
    #[serde(skip_serializing_if = "Option::is_none")]
    corners: Option<[u8; 4]>,
    /// Images of one mask are numbered from 0.
    variant: u32,
    weight: u32,
    /// The heights of the floor at the left and the right edge, from the lower one; on ground seen from the side.
    #[serde(skip_serializing_if = "Option::is_none")]
    floor: Option<[i32; 2]>,
    /// The same of the ceiling.
    #[serde(skip_serializing_if = "Option::is_none")]
    ceiling: Option<[i32; 2]>,
}
