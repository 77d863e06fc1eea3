//! A map (`.tmx`) that is painted with a tileset, to be opened in Tiled: it shows that the tiles join, and is a map to
//! begin with.
//!
//! Its terrain follows from the tileset's name; slopes show one landscape. It refers to the `.tsx` beside it where there is one, else it holds the
//! tileset.

use crate::words::asset::Kind;
use crate::words::corners::mask as corner_mask;
use crate::words::format::{FileSpec, FormatSpec, Scope};
use crate::words::ground::{self, Cell};
use crate::words::layout::{Layout, canonical};
use crate::words::output::Output;
use crate::words::project::Project;

use super::super::{Asset, ExportError, Format};
use super::{Xml, document, element, hills, tileset};

static SPEC: FormatSpec = FormatSpec {
    id: "tiled-demo",
    version: 2,
    files: &[FileSpec { suffix: ".tmx", kinds: &[Kind::Tileset], scope: Scope::Asset }],
    shared: &[],
};

/// Cells in a row of the map, and rows.
const SIZE: [u32; 2] = [24, 16];

/// A painted map of every tileset.
pub(in super::super) struct TiledDemo;

impl Format for TiledDemo {
    fn spec(&self) -> &'static FormatSpec {
        &SPEC
    }

    fn bytes(&self, asset: &Asset<'_>, output: &Output, project: &Project) -> Result<Vec<u8>, ExportError> {
        let (Some(layout), Some(cell)) = (asset.layout, asset.sheet.cells.first()) else {
            return Err(ExportError::Empty);
        };
        let mut head = vec![
            ("version", "1.8".to_owned()),
            ("tiledversion", "1.8.2".to_owned()),
            ("orientation", "orthogonal".to_owned()),
            ("renderorder", "right-down".to_owned()),
            ("width", SIZE[0].to_string()),
            ("height", SIZE[1].to_string()),
            ("tilewidth", (cell.width * output.scale).to_string()),
            ("tileheight", (cell.height * output.scale).to_string()),
            ("infinite", "0".to_owned()),
            // Tiled does without; stricter readers take them for granted.
            ("nextlayerid", "2".to_owned()),
            ("nextobjectid", "1".to_owned()),
        ];
        head.extend(background(asset).map(|color| ("backgroundcolor", color)));
        let has_file = project.formats.contains(&&super::SPEC);
        document(|xml| {
            element(xml, "map", &head).write_inner_content(|xml| {
                if has_file {
                    let base = asset.stem.rsplit('/').next().unwrap_or(asset.stem);
                    let file = [("firstgid", "1".to_owned()), ("source", format!("{base}.tsx"))];
                    element(xml, "tileset", &file).write_empty()?;
                } else {
                    tileset(xml, asset, output, Some(1))?;
                }
                layer(xml, asset, layout)
            })?;
            Ok(())
        })
    }
}

/// What lies beyond the border, for cells without a tile: the colour in the corner of the first tile.
fn background(asset: &Asset<'_>) -> Option<String> {
    let corner = asset.frames.first()?.get_pixel(0, 0).0;
    let [red, green, blue, alpha] = corner;
    (alpha == 255).then(|| format!("#{red:02x}{green:02x}{blue:02x}"))
}

fn layer(xml: &mut Xml, asset: &Asset<'_>, layout: Layout) -> std::io::Result<()> {
    let [width, height] = SIZE;
    let head = [
        ("id", "1".to_owned()),
        ("name", asset.name.to_owned()),
        ("width", width.to_string()),
        ("height", height.to_string()),
    ];
    let terrain = Terrain { layout, name: asset.name };
    let row = |y: u32| (0..width).map(|x| number(asset, &terrain, [x, y]).to_string()).collect::<Vec<_>>().join(",");
    let rows = (0..height).map(row).collect::<Vec<_>>().join(",\n");
    element(xml, "layer", &head).write_inner_content(|xml| {
        let data = xml.create_element("data").with_attribute(("encoding", "csv"));
        data.write_text_content(quick_xml::events::BytesText::new(&format!("\n{rows}\n"))).map(drop)
    })?;
    Ok(())
}

/// The tile of a cell, from 1; 0 for none.
fn number(asset: &Asset<'_>, terrain: &Terrain<'_>, [x, y]: [u32; 2]) -> usize {
    if let Some(slope) = terrain.slope(x as i32, y as i32) {
        return slope + 1;
    }
    let Some(mask) = terrain.mask(x as i32, y as i32) else { return 0 };
    let fitting: Vec<(usize, u32)> = asset
        .tiles(terrain.layout)
        .enumerate()
        .filter(|(tile, (of, _))| *of == mask && asset.slope(terrain.layout, *tile).is_none())
        .map(|(tile, (_, weight))| (tile, weight.unwrap_or(1)))
        .collect();
    let all: u32 = fitting.iter().map(|(_, weight)| weight).sum();
    let mut left = terrain.random(x as i32, y as i32, 1) % all.max(1);
    for (tile, weight) in fitting {
        if left < weight {
            return tile + 1;
        }
        left -= weight;
    }
    0
}

/// Which cells of the map are terrain.
struct Terrain<'a> {
    layout: Layout,
    name: &'a str,
}

impl Terrain<'_> {
    /// A number for a cell; `salt` tells one from another.
    fn random(&self, x: i32, y: i32, salt: u8) -> u32 {
        let mut hasher = blake3::Hasher::new_derive_key("dgx-pixels demo map v1");
        hasher.update(&x.to_le_bytes()).update(&y.to_le_bytes()).update(&[salt]).update(self.name.as_bytes());
        let mut number = [0; 4];
        hasher.finalize_xof().fill(&mut number);
        u32::from_le_bytes(number)
    }

    /// Areas for layouts of areas, one cell away from the edge of the map; paths for a layout of paths.
    fn is_solid(&self, x: i32, y: i32) -> bool {
        let [width, height] = SIZE.map(|side| side as i32);
        match self.layout {
            Layout::Single => return true,
            Layout::Slopes => return hills::cell(x, y) != Cell::Air,
            // Small areas: Tiled puts no larger ones together from quarters.
            Layout::A2 => return x % 3 != 0 && y % 3 != 0,
            _ => {}
        }
        if x < 1 || y < 1 || x > width - 2 || y > height - 2 {
            return false;
        }
        if self.layout == Layout::Edge16 {
            let is_gap = self.random(x, y, 0).is_multiple_of(8);
            return (x % 5 == 2 || y % 4 == 2) && !is_gap;
        }
        let near = (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (x + dx, y + dy)));
        near.filter(|(x, y)| self.random(*x, *y, 0).is_multiple_of(2)).count() >= 5
    }

    /// The terrain of a cell where there are several: hills whose height differs by one from cell to cell nearly
    /// everywhere, with the lowest terrain at the edge of the map.
    fn height(&self, x: i32, y: i32) -> u8 {
        let [width, height] = SIZE.map(|side| side as i32);
        let most = i32::from(self.layout.terrains().unwrap_or(2)) - 1;
        let from_edge = [x, y, width - 1 - x, height - 1 - y].into_iter().min().unwrap_or(0);
        let near = (-2..=2).flat_map(|dy| (-2..=2).map(move |dx| (x + dx, y + dy)));
        let sum: i32 = near.map(|(x, y)| (self.random(x.div_euclid(2), y.div_euclid(2), 2) % 100) as i32).sum();
        // Sums of 25 are near 1,237, nearly all within 450 of it; each terrain has a part of these.
        let level = (sum - 787) * (most + 1) / 900;
        level.min(from_edge).clamp(0, most) as u8
    }

    /// The place of a slope's tile, if the cell has one or lies below or above one.
    fn slope(&self, x: i32, y: i32) -> Option<usize> {
        let place = ground::place(|dx, dy| hills::cell(x + dx, y + dy)).filter(|_| self.layout == Layout::Slopes)?;
        self.layout.slope(place).map(|_| place)
    }

    /// The mask of a cell's tile; `None` where it has none.
    fn mask(&self, x: i32, y: i32) -> Option<u8> {
        const AROUND: [(i32, i32); 8] = [(0, -1), (1, -1), (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1)];
        // The cells whose corner lies in the middle of a tile of a dual grid.
        const CORNERS: [(i32, i32); 4] = [(1, 0), (1, 1), (0, 1), (0, 0)];
        let bits = |cells: &[(i32, i32)]| {
            let solid = cells.iter().enumerate().filter(|(_, (dx, dy))| self.is_solid(x + dx, y + dy));
            solid.map(|(bit, _)| 1 << bit).sum::<u8>()
        };
        match self.layout {
            Layout::Single => Some(255),
            Layout::Corner16 => Some(bits(&CORNERS)),
            Layout::Corner81 | Layout::Corner256 => {
                Some(corner_mask(CORNERS.map(|(dx, dy)| self.height(x + dx, y + dy))))
            }
            _ if !self.is_solid(x, y) => None,
            Layout::Edge16 => Some(bits(&AROUND) & 0b0101_0101),
            Layout::Slopes => {
                let place = ground::place(|dx, dy| hills::cell(x + dx, y + dy));
                place.map(|place| self.layout.masks()[place])
            }
            Layout::Blob47 | Layout::A2 => Some(canonical(bits(&AROUND))),
        }
    }
}
