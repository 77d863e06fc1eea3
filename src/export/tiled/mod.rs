//! Tiled: a tileset file (`.tsx`) of every tileset and animation.
//!
//! A tileset has its terrain as a set of Wang tiles: sides and corners (`mixed`), corners, or sides, as its layout has
//! them. An animation is a tileset whose first tile plays; Tiled plays forwards for ever, so that one round is written
//! frame by frame.

pub(super) mod demo;
mod hills;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, Event};

use crate::words::asset::Kind;
use crate::words::corners::corners;
use crate::words::format::{FileSpec, FormatSpec, Scope};
use crate::words::layout::{Layout, MaskKind};
use crate::words::output::Output;
use crate::words::project::Project;
use crate::words::sheet::Grid;

use super::{Asset, ExportError, Format};

static SPEC: FormatSpec = FormatSpec {
    id: "tiled",
    version: 2,
    files: &[FileSpec { suffix: ".tsx", kinds: &[Kind::Animation, Kind::Tileset], scope: Scope::Described }],
    shared: &[],
};

/// A `.tsx` file of every tileset and animation.
pub(super) struct Tiled;

type Xml = Writer<Vec<u8>>;

impl Format for Tiled {
    fn spec(&self) -> &'static FormatSpec {
        &SPEC
    }

    fn bytes(&self, asset: &Asset<'_>, output: &Output, _: &Project) -> Result<Vec<u8>, ExportError> {
        if asset.sheet.cells.is_empty() {
            return Err(ExportError::Empty);
        }
        document(|xml| tileset(xml, asset, output, None))
    }
}

/// An XML file with what `write` puts there.
fn document(write: impl FnOnce(&mut Xml) -> std::io::Result<()>) -> Result<Vec<u8>, ExportError> {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None))).map_err(ExportError::Xml)?;
    write(&mut xml).map_err(ExportError::Xml)?;
    let mut bytes = xml.into_inner();
    bytes.push(b'\n');
    Ok(bytes)
}

/// A tileset: a file of its own, or part of a map that numbers its tiles from `first`.
fn tileset(xml: &mut Xml, asset: &Asset<'_>, output: &Output, first: Option<u32>) -> std::io::Result<()> {
    let Some(cell) = asset.sheet.cells.first() else { return Ok(()) };
    let count = asset.sheet.cells.len() as u32;
    let grid = Grid::new(&asset.packing, asset.layout, count, [cell.width, cell.height]);
    let scaled = |length: u32| (length * output.scale).to_string();
    let begin = match first {
        None => vec![("version", "1.8".to_owned()), ("tiledversion", "1.8.2".to_owned())],
        Some(first) => vec![("firstgid", first.to_string())],
    };
    let head = [
        ("name", asset.name.to_owned()),
        ("tilewidth", scaled(cell.width)),
        ("tileheight", scaled(cell.height)),
        ("spacing", scaled(grid.gap)),
        ("margin", scaled(grid.offset)),
        ("tilecount", count.to_string()),
        ("columns", grid.columns.to_string()),
    ];
    let image = [
        ("source", asset.image_name(output.scale)),
        ("width", scaled(asset.sheet.image.width())),
        ("height", scaled(asset.sheet.image.height())),
    ];
    element(xml, "tileset", &[begin, head.to_vec()].concat()).write_inner_content(|xml| {
        element(xml, "image", &image).write_empty()?;
        match asset.layout {
            Some(layout) => {
                tiles(xml, asset, layout, output.scale)?;
                terrain(xml, asset, layout)
            }
            None => animation(xml, asset),
        }
    })?;
    Ok(())
}

/// An element with its attributes.
fn element<'a>(
    xml: &'a mut Xml,
    name: &'a str,
    attributes: &[(&str, String)],
) -> quick_xml::writer::ElementWriter<'a, Vec<u8>> {
    xml.create_element(name).with_attributes(attributes.iter().map(|(key, value)| (*key, value.as_str())))
}

/// One round of an animation, on the first tile whatever frame comes first: maps place the same tile of every animation.
fn animation(xml: &mut Xml, asset: &Asset<'_>) -> std::io::Result<()> {
    let order = asset.order(asset.sheet.cells.len());
    element(xml, "tile", &[("id", "0".to_owned())]).write_inner_content(|xml| {
        xml.create_element("animation").write_inner_content(|xml| {
            order.into_iter().try_for_each(|frame| {
                let shown = [("tileid", frame.to_string()), ("duration", asset.duration(frame).to_string())];
                element(xml, "frame", &shown).write_empty().map(drop)
            })
        })?;
        Ok(())
    })?;
    Ok(())
}

/// What is known of single tiles: how often a variant is to be seen, and the outline of ground for collisions.
fn tiles(xml: &mut Xml, asset: &Asset<'_>, layout: Layout, scale: u32) -> std::io::Result<()> {
    for (tile, (_, weight)) in asset.tiles(layout).enumerate() {
        let weight = weight.filter(|_| layout != Layout::Single).map(|weight| ("probability", weight.to_string()));
        let outline = asset.outline(tile, scale);
        if weight.is_none() && outline.is_none() {
            continue;
        }
        let head: Vec<_> = std::iter::once(("id", tile.to_string())).chain(weight).collect();
        let written = element(xml, "tile", &head);
        match outline {
            Some(outline) => written.write_inner_content(|xml| collision(xml, &outline)).map(drop)?,
            None => written.write_empty().map(drop)?,
        }
    }
    Ok(())
}

/// A polygon that things collide with.
fn collision(xml: &mut Xml, outline: &[[u32; 2]]) -> std::io::Result<()> {
    let points: Vec<String> = outline.iter().map(|[x, y]| format!("{x},{y}")).collect();
    let group = [("draworder", "index".to_owned()), ("id", "2".to_owned())];
    element(xml, "objectgroup", &group).write_inner_content(|xml| {
        let object = [("id", "1".to_owned()), ("x", "0".to_owned()), ("y", "0".to_owned())];
        element(xml, "object", &object).write_inner_content(|xml| {
            element(xml, "polygon", &[("points", points.join(" "))]).write_empty().map(drop)
        })?;
        Ok(())
    })?;
    Ok(())
}

/// The terrain: which tile joins which neighbours.
fn terrain(xml: &mut Xml, asset: &Asset<'_>, layout: Layout) -> std::io::Result<()> {
    let kind = match layout {
        // Tiled puts no tiles together from quarters.
        Layout::Single | Layout::A2 => return Ok(()),
        Layout::Blob47 | Layout::Slopes => "mixed",
        Layout::Edge16 => "edge",
        Layout::Corner16 | Layout::Corner81 | Layout::Corner256 => "corner",
    };
    let middle = layout.masks().iter().position(|mask| mask.count_ones() == most(layout)).unwrap_or(0).to_string();
    let set = [("name", asset.name.to_owned()), ("type", kind.to_owned()), ("tile", middle.clone())];
    let usual = asset.palette.get(asset.palette.len() / 2).map_or_else(|| "#808080".to_owned(), ToString::to_string);
    let color = |name: &str, color: String, tile: String| {
        [("name", name.to_owned()), ("color", color), ("tile", tile), ("probability", "1".to_owned())]
    };
    let several = asset.terrains().iter().zip(asset.terrain_colors(layout)).zip(layout.fulls());
    let colors = match asset.terrains() {
        [] => vec![color(asset.name, usual, middle)],
        _ => several.map(|((name, rgb), full)| color(name, rgb.to_string(), full.to_string())).collect(),
    };
    xml.create_element("wangsets").write_inner_content(|xml| {
        element(xml, "wangset", &set).write_inner_content(|xml| {
            colors.iter().try_for_each(|color| element(xml, "wangcolor", color).write_empty().map(drop))?;
            let joined = asset.tiles(layout).enumerate().filter(|(tile, _)| asset.slope(layout, *tile).is_none());
            joined.into_iter().try_for_each(|(tile, (mask, _))| {
                let tile = [("tileid", tile.to_string()), ("wangid", wang_id(layout, mask))];
                element(xml, "wangtile", &tile).write_empty().map(drop)
            })
        })?;
        Ok(())
    })?;
    Ok(())
}

/// How many neighbours the full tile joins.
fn most(layout: Layout) -> u32 {
    layout.masks().iter().map(|mask| mask.count_ones()).max().unwrap_or(0)
}

/// Its neighbours clockwise from the north: the number of the terrain that it joins there, from 1, or 0.
fn wang_id(layout: Layout, mask: u8) -> String {
    let joins = |place: u32| match (layout.mask_kind(), layout) {
        (MaskKind::Terrains, _) if place % 2 == 1 => corners(mask)[place as usize / 2] + 1,
        (MaskKind::Terrains, _) => 0,
        (MaskKind::Corners, _) => u8::from(place % 2 == 1 && mask & (1 << (place / 2)) != 0),
        (MaskKind::Neighbours, Layout::Edge16) => u8::from(place.is_multiple_of(2) && mask & (1 << place) != 0),
        (MaskKind::Neighbours, _) => u8::from(mask & (1 << place) != 0),
    };
    let ids: Vec<String> = (0..8).map(|place| joins(place).to_string()).collect();
    ids.join(",")
}
