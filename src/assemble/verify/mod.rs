//! Proof that the tiles of a set join: on their pixels, in every way in which four tiles can meet at a point.
//!
//! What is terrain is learnt from the tiles themselves: from the tile that is terrain only, and from the edges beside
//! missing neighbours. So the proof holds for sheets of any origin.

mod class;
mod composed;
mod picture;
mod sheet;
mod slopes;
mod terrains;
mod ways;

use image::RgbaImage;

use crate::words::digest::{Digest, Encoder};
use crate::words::layout::{Layout, MaskKind};
use crate::words::proof::{Fault, Proof};
use crate::words::raw::pixels_digest;
use crate::words::slope::Slope;

use super::quadrant::{Cells, Corner, Quadrant};
use class::{Beyond, Class, Classes};
use ways::{Way, ways};

pub use picture::{CounterExample, picture};
pub use sheet::Lattice;

/// Proves that the tiles of a layout join; further tiles are further pictures of the full ones. `beyond` is the picture of
/// what lies beyond the terrain, if it is known.
///
/// # Errors
/// The first fault that is found, with the tiles that show it.
pub fn verify(layout: Layout, tiles: &[RgbaImage], beyond: Option<&RgbaImage>) -> Result<Proof, CounterExample> {
    let count = layout.masks().len();
    let set = &tiles[..count.min(tiles.len())];
    let size: [u32; 2] = match set.first() {
        Some(first) if set.len() == count => first.dimensions().into(),
        _ => return Err(CounterExample::alone(Fault::Missing { tile: set.len(), wanted: count })),
    };
    if let Some(tile) = tiles.iter().position(|tile| <[u32; 2]>::from(tile.dimensions()) != size) {
        return Err(CounterExample::alone(Fault::Size { tile }));
    }
    if let Some(tile) =
        set.iter().position(|tile| tile.pixels().all(|pixel| pixel.0[3] == 0)).filter(|_| !layout.is_dual())
    {
        return Err(CounterExample::of(Fault::Empty { tile }, &[&set[tile]]));
    }
    differ(layout, tiles)?;
    let (found, seams) = match layout {
        Layout::A2 => joins(Layout::Blob47, &composed::tiles(set, size)?, size, beyond)?,
        _ => {
            quarters(layout, set, size)?;
            variants_have_rings(layout, tiles)?;
            match layout.mask_kind() {
                MaskKind::Terrains => terrains::verify(layout, set, size)?,
                _ => joins(layout, set, size, beyond)?,
            }
        }
    };
    Ok(Proof { layout, tiles: tiles.len() as u32, ways: found, seams, digest: digest(tiles) })
}

/// Checks every way in which tiles can meet; how many there are, and how many seams.
fn joins(
    layout: Layout,
    set: &[RgbaImage],
    size: [u32; 2],
    beyond: Option<&RgbaImage>,
) -> Result<(u64, u64), CounterExample> {
    let check = Check::new(layout, set, size, beyond)?;
    check.inside_tiles()?;
    let (mut found, mut seams) = (0, 0);
    for way in ways(layout) {
        seams += check.way(&way)?;
        found += 1;
    }
    if layout == Layout::Slopes {
        let more = slopes::check(&check)?;
        (found, seams) = (found + more.0, seams + more.1);
    }
    Ok((found, seams))
}

fn digest(tiles: &[RgbaImage]) -> Digest {
    let mut encoder = Encoder::new("dgx-pixels tiles v1");
    encoder.list(tiles.iter(), |e, tile| {
        e.digest(&pixels_digest(tile));
    });
    encoder.finish()
}

/// No two tiles are equal. What lies beside a slope may be as ground with an open corner is.
fn differ(layout: Layout, tiles: &[RgbaImage]) -> Result<(), CounterExample> {
    let is_beside = |tile: usize| layout.slope(tile).is_some_and(Slope::is_beside_slope);
    let mut sorted: Vec<usize> = (0..tiles.len()).filter(|tile| !is_beside(*tile)).collect();
    sorted.sort_by(|a, b| tiles[*a].as_raw().cmp(tiles[*b].as_raw()).then(a.cmp(b)));
    let equal = sorted.windows(2).filter(|pair| tiles[pair[0]] == tiles[pair[1]]).map(|pair| [pair[0], pair[1]]).min();
    match equal {
        Some(pair) => Err(CounterExample::of(Fault::Equal { tiles: pair }, &pair.map(|tile| &tiles[tile]))),
        None => Ok(()),
    }
}

/// A quarter whose three neighbours are the same is the same in every tile.
fn quarters(layout: Layout, tiles: &[RgbaImage], size: [u32; 2]) -> Result<(), CounterExample> {
    if layout == Layout::Single || layout.is_dual() {
        return Ok(());
    }
    for corner in Corner::ALL {
        let mut first: [Option<usize>; 5] = [None; 5];
        let blob = layout.masks().iter().enumerate().filter(|(tile, _)| layout.slope(*tile).is_none());
        for (tile, mask) in blob {
            let kind = Cells::around(*mask).quadrant(0, 0, corner).map_or(0, Quadrant::index);
            let model = *first[kind].get_or_insert(tile);
            let pixels = |tile: &RgbaImage| {
                tile.enumerate_pixels()
                    .filter(|(x, y, _)| Corner::of(size, *x, *y) == corner)
                    .map(|(_, _, pixel)| *pixel)
                    .collect::<Vec<_>>()
            };
            if pixels(&tiles[model]) != pixels(&tiles[tile]) {
                let fault = Fault::Quarter { tiles: [model, tile], corner: corner.index() };
                return Err(CounterExample::of(fault, &[&tiles[model], &tiles[tile]]));
            }
        }
    }
    Ok(())
}

/// Whether a tile beyond those of the layout is meant as a further picture of the full one: most of its edge is the same.
pub fn is_variant(full: &RgbaImage, tile: &RgbaImage) -> bool {
    let ring = || full.enumerate_pixels().filter(|(x, y, _)| is_ring(full, *x, *y));
    let same = ring().filter(|(x, y, pixel)| tile.get_pixel(*x, *y) == *pixel).count();
    tile.dimensions() == full.dimensions() && tile != full && 2 * same > ring().count()
}

/// Whether a pixel lies at the edge of a tile.
fn is_ring(tile: &RgbaImage, x: u32, y: u32) -> bool {
    x == 0 || y == 0 || x + 1 == tile.width() || y + 1 == tile.height()
}

/// Pictures of a full tile have its edge.
fn variants_have_rings(layout: Layout, tiles: &[RgbaImage]) -> Result<(), CounterExample> {
    for (at, tile) in tiles.iter().enumerate().skip(layout.masks().len()) {
        let full = &tiles[layout.role(at, tiles.len()).place];
        let differs = full.enumerate_pixels().any(|(x, y, pixel)| is_ring(full, x, y) && tile.get_pixel(x, y) != pixel);
        if differs {
            return Err(CounterExample::of(Fault::Ring { tile: at }, &[full, tile]));
        }
    }
    Ok(())
}

/// The bit of the cell that a pixel of a tile of a dual grid shows. The tile begins in the middle of a cell.
fn dual_bit(size: [u32; 2], x: u32, y: u32) -> u8 {
    let is_right = x + size[0] / 2 >= size[0];
    let is_low = y + size[1] / 2 >= size[1];
    [[8, 1], [4, 2]][usize::from(is_low)][usize::from(is_right)]
}

/// A line between tiles that meet at a point: the upright one, or the other.
#[derive(Clone, Copy)]
struct Seam {
    upright: bool,
    size: [u32; 2],
}

impl Seam {
    /// How long it is within one tile.
    fn length(self) -> u32 {
        self.size[usize::from(self.upright)]
    }

    /// The pixel on its near (0) or far (1) side, so far along it.
    fn pixel(self, along: u32, side: u32) -> [u32; 2] {
        let at = self.size[usize::from(!self.upright)] - 1 + side;
        if self.upright { [at, along] } else { [along, at] }
    }
}

/// The tiles as classes of pixels.
struct Check<'a> {
    kind: MaskKind,
    /// The cells that each tile shows, as bits.
    masks: Vec<u8>,
    tiles: &'a [RgbaImage],
    classes: Vec<Vec<Class>>,
    size: [u32; 2],
    beyond: Option<&'a RgbaImage>,
}

impl<'a> Check<'a> {
    fn new(
        layout: Layout,
        tiles: &'a [RgbaImage],
        size: [u32; 2],
        beyond: Option<&'a RgbaImage>,
    ) -> Result<Self, CounterExample> {
        let classes = learn(layout, tiles, size, beyond);
        if classes.tell_nothing() {
            return Err(CounterExample::of(Fault::Alike, &[&tiles[0], &tiles[tiles.len() - 1]]));
        }
        let classes = tiles.iter().map(|tile| classes.tile(tile)).collect();
        let (kind, masks) = (layout.mask_kind(), layout.masks().to_vec());
        Ok(Self { kind, masks, tiles, classes, size, beyond })
    }

    /// The class of a pixel of the four tiles, which lie side by side; a tile that is missing lies beyond.
    fn at(&self, way: &Way, [x, y]: [u32; 2]) -> Class {
        let [width, height] = self.size;
        let tile = way.tiles[(x / width + 2 * (y / height)) as usize];
        tile.map_or(Class::Beyond, |tile| self.classes[tile][(y % height * width + x % width) as usize])
    }

    /// Whether the cell that a pixel lies in is terrain.
    fn has_cell(&self, way: &Way, [x, y]: [u32; 2]) -> bool {
        let [width, height] = self.size;
        let [x, y] = match self.kind {
            MaskKind::Neighbours => [x / width + 1, y / height + 1],
            _ => [(x + width / 2) / width, (y + height / 2) / height],
        };
        way.cells[y as usize * way.columns + x as usize]
    }

    /// Checks both seams of four tiles; how many there are.
    fn way(&self, way: &Way) -> Result<u64, CounterExample> {
        for seam in [Seam { upright: true, size: self.size }, Seam { upright: false, size: self.size }] {
            self.seam(way, seam, 2 * seam.length())?;
        }
        self.diagonal(way)?;
        Ok(2)
    }

    /// Checks so many pixels along a seam, on both sides.
    fn seam(&self, way: &Way, seam: Seam, length: u32) -> Result<(), CounterExample> {
        (0..length).try_for_each(|along| [0, 1].into_iter().try_for_each(|side| self.pixel(way, seam, along, side)))
    }

    /// Checks a pixel at a seam: terrain goes on across it, within a pixel, where both cells have it.
    fn pixel(&self, way: &Way, seam: Seam, along: u32, side: u32) -> Result<(), CounterExample> {
        let at = seam.pixel(along, side);
        if self.at(way, at) != Class::Terrain {
            return Ok(());
        }
        if !self.has_cell(way, at) || !self.has_cell(way, seam.pixel(along, 1 - side)) {
            return Err(self.shown(way, Fault::Outside { at }));
        }
        let half = along / seam.length();
        let near = along.saturating_sub(1).max(half * seam.length())..(along + 2).min((half + 1) * seam.length());
        let goes_on = near.into_iter().any(|near| self.at(way, seam.pixel(near, 1 - side)) != Class::Beyond);
        if goes_on { Ok(()) } else { Err(self.shown(way, Fault::Seam { at })) }
    }

    /// No terrain lies in or beside a missing cell within a tile of a dual grid.
    fn inside_tiles(&self) -> Result<(), CounterExample> {
        if self.kind == MaskKind::Neighbours {
            return Ok(());
        }
        let [width, height] = self.size;
        for (tile, mask) in self.masks.iter().enumerate() {
            let has = |x: u32, y: u32| mask & dual_bit(self.size, x, y) != 0;
            let is_missing = |x: u32, y: u32| x < width && y < height && !has(x, y);
            for (x, y, _) in self.tiles[tile].enumerate_pixels() {
                let beside = [(x, y), (x + 1, y), (x, y + 1), (x.wrapping_sub(1), y), (x, y.wrapping_sub(1))];
                let is_terrain = self.classes[tile][(y * width + x) as usize] == Class::Terrain;
                if is_terrain && beside.into_iter().any(|(x, y)| is_missing(x, y)) {
                    return Err(CounterExample::of(Fault::Outside { at: [x, y] }, &[&self.tiles[tile]]));
                }
            }
        }
        Ok(())
    }

    /// No terrain joins by a diagonal alone where four tiles meet.
    fn diagonal(&self, way: &Way) -> Result<(), CounterExample> {
        let [x, y] = self.size.map(|side| side - 1);
        let four = [[x, y], [x + 1, y], [x, y + 1], [x + 1, y + 1]].map(|at| self.at(way, at));
        use Class::{Beyond, Terrain};
        if matches!(four, [Terrain, Beyond, Beyond, Terrain] | [Beyond, Terrain, Terrain, Beyond]) {
            return Err(self.shown(way, Fault::Diagonal { at: [x, y] }));
        }
        Ok(())
    }

    fn shown(&self, way: &Way, fault: Fault) -> CounterExample {
        let empty = RgbaImage::new(self.size[0], self.size[1]);
        let tiles = way.tiles.map(|tile| tile.map_or_else(|| self.beyond.unwrap_or(&empty), |tile| &self.tiles[tile]));
        CounterExample::of(fault, &tiles)
    }
}

/// What is terrain: the colours of the full tile (where a set has none, of the middle of the tile with most neighbours)
/// against those of what lies beyond it or, where that is not known, of edges beside a missing neighbour.
fn learn<'a>(layout: Layout, tiles: &'a [RgbaImage], size: [u32; 2], beyond: Option<&'a RgbaImage>) -> Classes<'a> {
    let [width, height] = size;
    let full = &tiles[layout.full().unwrap_or(tiles.len() - 1)];
    let is_middle = |at: u32, side: u32| at >= side / 3 && at < side - side / 3;
    let is_known = |x: u32, y: u32| layout.full().is_some() || (is_middle(x, width) && is_middle(y, height));
    let terrain = full.enumerate_pixels().filter(|(x, y, _)| is_known(*x, *y)).map(|(_, _, pixel)| pixel);
    let known = match layout.mask_kind() {
        MaskKind::Neighbours => beyond,
        _ => Some(&tiles[0]),
    };
    let at_edges = tiles.iter().filter(|_| known.is_none()).zip(layout.masks()).flat_map(|(tile, mask)| {
        let is_outside = move |x: u32, y: u32| {
            let edges = [y == 0, x + 1 == width, y + 1 == height, x == 0];
            edges.into_iter().zip(SIDE_BITS).any(|(is_edge, bit)| is_edge && mask & bit == 0)
        };
        tile.enumerate_pixels().filter(move |(x, y, _)| is_outside(*x, *y)).map(|(_, _, pixel)| pixel)
    });
    let without =
        |bit: u8| tiles.iter().zip(layout.masks()).filter(move |(_, mask)| **mask & bit == 0).map(|(tile, _)| tile);
    let places = match known {
        Some(beyond) => Beyond::Known(beyond),
        None => Beyond::learn(full, SIDE_BITS.map(|bit| without(bit).collect())),
    };
    let outside = known.into_iter().flat_map(|known| known.pixels()).chain(at_edges);
    Classes::learn(terrain, outside, full, places)
}

/// The bits of the neighbours to the north, the east, the south and the west.
const SIDE_BITS: [u8; 4] = [1, 4, 16, 64];
