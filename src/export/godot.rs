//! Godot 4: `SpriteFrames` of an animation and a `TileSet` with terrains of a tileset, as text resources.
//!
//! The image is named relative to the resource, so that both may lie anywhere in the game. `SpriteFrames` knows no
//! ping-pong: one round is written frame by frame. A duration counts in tenths of a second (`speed = 10`).

use std::fmt::Write;

use crate::words::asset::Kind;
use crate::words::color::Rgb;
use crate::words::corners::corners;
use crate::words::format::{FileSpec, FormatSpec, Scope};
use crate::words::layout::{Layout, MaskKind};
use crate::words::output::Output;
use crate::words::project::Project;
use crate::words::sheet::{Grid, Rect};
use crate::words::timing::Timing;

use super::{Asset, ExportError, Format};

static SPEC: FormatSpec = FormatSpec {
    id: "godot",
    version: 1,
    files: &[FileSpec { suffix: ".tres", kinds: &[Kind::Animation, Kind::Tileset], scope: Scope::Described }],
    shared: &[],
};

/// The neighbours of a tile in the order of the bits of a mask: clockwise from the north.
const PEERING: [&str; 8] = [
    "top_side",
    "top_right_corner",
    "right_side",
    "bottom_right_corner",
    "bottom_side",
    "bottom_left_corner",
    "left_side",
    "top_left_corner",
];

/// The bit in [`PEERING`] of each bit of a mask of corners.
const CORNERS: [usize; 4] = [1, 3, 5, 7];

/// A `.tres` file of every animation and tileset.
pub(super) struct Godot;

impl Format for Godot {
    fn spec(&self) -> &'static FormatSpec {
        &SPEC
    }

    fn bytes(&self, asset: &Asset<'_>, output: &Output, _: &Project) -> Result<Vec<u8>, ExportError> {
        let mut text = String::new();
        let written = match asset.layout {
            Some(layout) => tile_set(&mut text, asset, layout, output.scale),
            None => sprite_frames(&mut text, asset, output.scale),
        };
        written.map_err(|_| ExportError::Empty)?;
        Ok(text.into_bytes())
    }
}

/// What every resource begins with: its type and the image.
fn head(text: &mut String, kind: &str, parts: usize, image: &str) -> std::fmt::Result {
    writeln!(text, "[gd_resource type=\"{kind}\" load_steps={} format=3]\n", parts + 2)?;
    writeln!(text, "[ext_resource type=\"Texture2D\" path=\"{image}\" id=\"image\"]\n")
}

fn sprite_frames(text: &mut String, asset: &Asset<'_>, scale: u32) -> std::fmt::Result {
    let cells = &asset.sheet.cells;
    head(text, "SpriteFrames", cells.len(), &asset.image_name(scale))?;
    for (i, cell) in cells.iter().enumerate() {
        let Rect { x, y, width, height } = cell.scaled(scale);
        writeln!(text, "[sub_resource type=\"AtlasTexture\" id=\"frame_{i}\"]\natlas = ExtResource(\"image\")")?;
        writeln!(text, "region = Rect2({x}, {y}, {width}, {height})\n")?;
    }
    writeln!(text, "[resource]\nanimations = [{{\n\"frames\": [")?;
    let order = asset.order(cells.len());
    for (place, &frame) in order.iter().enumerate() {
        let comma = if place + 1 < order.len() { "," } else { "" };
        let (tenths, rest) = (asset.duration(frame) / 100, asset.duration(frame) % 100);
        writeln!(
            text,
            "{{\n\"duration\": {tenths}.{rest:02},\n\"texture\": SubResource(\"frame_{frame}\")\n}}{comma}"
        )?;
    }
    let name = quoted(asset.timing.map_or("default", |timing: &Timing| &timing.tag));
    writeln!(text, "],\n\"loop\": {},\n\"name\": {name},\n\"speed\": 10.0\n}}]", asset.loops())
}

fn tile_set(text: &mut String, asset: &Asset<'_>, layout: Layout, scale: u32) -> std::fmt::Result {
    let Some(cell) = asset.sheet.cells.first() else { return Err(std::fmt::Error) };
    let [width, height] = [cell.width * scale, cell.height * scale];
    let grid = Grid::new(&asset.packing, asset.layout, asset.sheet.cells.len() as u32, [cell.width, cell.height]);
    let (margin, separation) = (grid.offset * scale, grid.gap * scale);
    head(text, "TileSet", 1, &asset.image_name(scale))?;
    writeln!(text, "[sub_resource type=\"TileSetAtlasSource\" id=\"tiles\"]\ntexture = ExtResource(\"image\")")?;
    writeln!(text, "margins = Vector2i({margin}, {margin})\nseparation = Vector2i({separation}, {separation})")?;
    writeln!(text, "texture_region_size = Vector2i({width}, {height})")?;
    for (i, (mask, weight)) in asset.tiles(layout).enumerate() {
        let (column, row) = (i as u32 % grid.columns, i as u32 / grid.columns);
        writeln!(text, "{column}:{row}/0 = 0")?;
        if let Some(outline) = asset.outline(i, scale) {
            let points =
                outline.iter().map(|[x, y]| format!("{}, {}", from_middle(*x, width), from_middle(*y, height)));
            let points = points.collect::<Vec<_>>().join(", ");
            writeln!(text, "{column}:{row}/0/physics_layer_0/polygon_0/points = PackedVector2Array({points})")?;
        }
        if asset.slope(layout, i).is_some() {
            continue;
        }
        if mode(layout).is_none() || (layout.mask_kind() == MaskKind::Corners && mask == 0) {
            continue;
        }
        let terrain = if layout.terrains().is_some() { Asset::terrain_of(mask) } else { 0 };
        writeln!(text, "{column}:{row}/0/terrain_set = 0\n{column}:{row}/0/terrain = {terrain}")?;
        if let Some(weight) = weight {
            writeln!(text, "{column}:{row}/0/probability = {weight}.0")?;
        }
        for (bit, terrain) in peering(layout, mask) {
            writeln!(text, "{column}:{row}/0/terrains_peering_bit/{} = {terrain}", PEERING[bit])?;
        }
    }
    writeln!(text, "\n[resource]\ntile_size = Vector2i({width}, {height})")?;
    if layout == Layout::Slopes {
        writeln!(text, "physics_layer_0/collision_layer = 1")?;
    }
    if let Some(mode) = mode(layout) {
        writeln!(text, "terrain_set_0/mode = {mode}")?;
        let several = asset.terrains().iter().copied().zip(asset.terrain_colors(layout));
        let terrains = match asset.terrains() {
            [] => vec![(asset.name, middle(asset))],
            _ => several.collect(),
        };
        for (i, (name, color)) in terrains.into_iter().enumerate() {
            let [r, g, b] = thousandths(color);
            writeln!(text, "terrain_set_0/terrain_{i}/name = {}", quoted(name))?;
            writeln!(text, "terrain_set_0/terrain_{i}/color = Color({r}, {g}, {b}, 1)")?;
        }
    }
    writeln!(text, "sources/0 = SubResource(\"tiles\")")
}

/// A string of a text resource.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A coordinate as polygons have it: from the middle of the tile.
fn from_middle(at: u32, side: u32) -> String {
    let doubled = 2 * i64::from(at) - i64::from(side);
    let sign = if doubled < 0 { "-" } else { "" };
    let half = if doubled % 2 == 0 { "" } else { ".5" };
    format!("{sign}{}{half}", doubled.abs() / 2)
}

/// What Godot matches: corners and sides, corners, or sides. It puts no tiles together from quarters.
fn mode(layout: Layout) -> Option<u8> {
    match layout {
        Layout::Single | Layout::A2 => None,
        Layout::Blob47 | Layout::Slopes => Some(0),
        Layout::Corner16 | Layout::Corner81 | Layout::Corner256 => Some(1),
        Layout::Edge16 => Some(2),
    }
}

/// The neighbours that a tile joins, as places in [`PEERING`], and the terrain of each.
fn peering(layout: Layout, mask: u8) -> Vec<(usize, u8)> {
    let has = |bit: &usize| mask & (1 << bit) != 0;
    match layout.mask_kind() {
        MaskKind::Terrains => CORNERS.into_iter().zip(corners(mask)).collect(),
        MaskKind::Corners => (0..4).filter(has).map(|bit| (CORNERS[bit], 0)).collect(),
        MaskKind::Neighbours => {
            let bits = (0..8).filter(has).filter(|bit| layout != Layout::Edge16 || bit % 2 == 0);
            bits.map(|bit| (bit, 0)).collect()
        }
    }
}

/// The colour by which the editor shows a terrain: the palette's middle one.
fn middle(asset: &Asset<'_>) -> Rgb {
    asset.palette.get(asset.palette.len() / 2).copied().unwrap_or(Rgb([128; 3]))
}

/// A colour as thousandths.
fn thousandths(Rgb(rgb): Rgb) -> [String; 3] {
    rgb.map(|value| {
        let thousandths = (u32::from(value) * 1000 + 127) / 255;
        format!("{}.{:03}", thousandths / 1000, thousandths % 1000)
    })
}
