//! Tiles of several terrains: layers, lowest first, each drawn with its own border over what lies below.
//!
//! The cells of a layer are those of its terrain and of all higher ones, so that each layer is a set of two terrains and
//! joins as such a set does; a quarter of a tile follows from the four cells that meet at its corner. Where a pair of
//! terrains has a transition of its own, the layers between them draw nothing beyond their border.

use std::collections::BTreeMap;

use image::RgbaImage;

use crate::words::corners::corners;
use crate::words::layout::Border;
use crate::words::project::{Terrain, Tileset};

use super::AssembleError;
use super::border::Depths;
use super::look::{Drawn, Ground, View};
use super::quadrant::{Cells, Corner, Quadrant};

/// How far a pixel looks for the terrain that it borders on.
const NEAR: i32 = 7;

/// The tiles of the layout, from textures of their size, lowest first.
pub(super) fn frames(textures: &[Drawn<'_>], spec: &Tileset) -> Result<Vec<RgbaImage>, AssembleError> {
    let land = Land::new(textures, spec)?;
    let mut quarters: BTreeMap<Quarter, RgbaImage> = BTreeMap::new();
    let tiles = spec.layout.masks().iter().map(|mask| {
        let four = Quarter::four(corners(*mask));
        for quarter in four {
            quarters.entry(quarter).or_insert_with(|| land.paint(quarter));
        }
        let [width, height] = spec.size;
        // The tile begins in the middle of its north-western cell.
        RgbaImage::from_fn(width, height, |x, y| {
            let (x, y) = (x + width / 2, y + height / 2);
            let cell = usize::from(x >= width) + 2 * usize::from(y >= height);
            *quarters[&four[cell]].get_pixel(x % width, y % height)
        })
    });
    Ok(tiles.collect())
}

/// A quarter of a cell, as far as its pixels tell: its corner, its own terrain, and those of the cell beside it, the one
/// above or below it, and the one between these. Higher terrains than its own are as its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Quarter {
    corner: usize,
    own: u8,
    around: [u8; 3],
}

impl Quarter {
    /// The quarters that a tile shows: north-west, north-east, south-west, south-east.
    fn four([ne, se, sw, nw]: [u8; 4]) -> [Self; 4] {
        let quarter =
            |corner: usize, own: u8, around: [u8; 3]| Self { corner, own, around: around.map(|t| t.min(own)) };
        [
            quarter(3, nw, [ne, sw, se]),
            quarter(2, ne, [nw, se, sw]),
            quarter(1, sw, [se, nw, ne]),
            quarter(0, se, [sw, ne, nw]),
        ]
    }

    /// The lowest of the four terrains, which fills the quarter.
    fn lowest(&self) -> usize {
        self.around.iter().copied().fold(self.own, u8::min).into()
    }

    /// What can be seen of a layer from here.
    fn cells(&self, layer: usize) -> Cells {
        let [beside, above, between] = self.around.map(|terrain| usize::from(terrain) >= layer);
        Cells::seen_from(Corner::ALL[self.corner], Quadrant::of(beside, above, between))
    }
}

/// Terrains and their borders. Layers count from 1, the first terrain above the lowest.
struct Land<'a> {
    textures: &'a [Drawn<'a>],
    terrains: &'a [Terrain],
    /// The border of each terrain; the lowest's is never drawn.
    depths: Vec<Depths>,
    /// For each terrain, what it is painted with over each lower one.
    grounds: Vec<Vec<Ground<'a>>>,
    size: [u32; 2],
}

impl<'a> Land<'a> {
    fn new(textures: &'a [Drawn<'a>], spec: &'a Tileset) -> Result<Self, AssembleError> {
        let (terrains, name) = (spec.terrains.as_slice(), spec.id.name.as_str());
        let depths = terrains.iter().map(|terrain| Depths::new(&terrain.border, spec.size, name));
        let depths = depths.collect::<Result<Vec<_>, _>>()?;
        let ground = |upper: usize, lower: usize| {
            let meeting = &terrains[upper].meets[lower];
            let border = Border { look: meeting.look, outline: meeting.outline, ..terrains[upper].border };
            let room = depths[upper].least_south();
            let strangers = (0..textures.len()).filter(|at| *at != upper && *at != lower).map(|at| textures[at]);
            Ground::new(textures[upper], Some(textures[lower]), border, room, name).among(strangers)
        };
        let grounds = (0..terrains.len()).map(|upper| (0..upper).map(|lower| ground(upper, lower)).collect());
        let grounds = grounds.collect();
        Ok(Self { textures, terrains, depths, grounds, size: spec.size })
    }

    /// A quarter in an image of a whole tile.
    fn paint(&self, quarter: Quarter) -> RgbaImage {
        let lowest = quarter.lowest();
        let views = (lowest + 1..=quarter.own.into())
            .map(|layer| View::new(&self.depths[layer], quarter.cells(layer)))
            .collect();
        let seen = Seen { lowest, views };
        let layers = lowest + 1..=quarter.own.into();
        layers.fold(self.textures[lowest].texture.clone(), |below, layer| {
            self.layer(&seen, Corner::ALL[quarter.corner], layer, &below)
        })
    }

    /// What lies below, with one more terrain.
    fn layer(&self, seen: &Seen<'_>, corner: Corner, layer: usize, below: &RgbaImage) -> RgbaImage {
        let grounds: Vec<Ground<'_>> = self.grounds[layer].iter().map(|ground| ground.on(below)).collect();
        let view = seen.view(layer);
        RgbaImage::from_fn(self.size[0], self.size[1], |x, y| {
            let here = (x as i32, y as i32);
            let is_hidden = || seen.highest(here) > layer;
            if Corner::of(self.size, x, y) != corner || is_hidden() {
                return *below.get_pixel(x, y);
            }
            let (upper, lower) = seen.border(layer, here);
            match upper > layer && self.terrains[upper].meets[lower].is_named {
                true => *below.get_pixel(x, y),
                false => grounds[lower].pixel(view, x, y),
            }
        })
    }
}

/// The layers that can be seen from a quarter.
struct Seen<'a> {
    lowest: usize,
    /// Those above the lowest.
    views: Vec<View<'a>>,
}

impl Seen<'_> {
    fn view(&self, layer: usize) -> &View<'_> {
        &self.views[layer - self.lowest - 1]
    }

    /// The terrain that a pixel shows, among those below a layer.
    fn below(&self, layer: usize, (x, y): (i32, i32)) -> usize {
        let mut layers = (self.lowest + 1..layer).rev();
        layers.find(|layer| self.view(*layer).has(x, y)).unwrap_or(self.lowest)
    }

    /// The terrain that a pixel shows.
    fn highest(&self, at: (i32, i32)) -> usize {
        self.below(self.lowest + self.views.len() + 1, at)
    }

    /// The terrains on both sides of the border of a layer that is nearest to a pixel: the higher one, of this layer or of one
    /// above, and the lower one.
    fn border(&self, layer: usize, here: (i32, i32)) -> (usize, usize) {
        let view = self.view(layer);
        let is_inside = view.has(here.0, here.1);
        let across = || nearest(here, |x, y| view.has(x, y) != is_inside);
        match is_inside {
            true if layer == self.lowest + 1 => (layer, self.lowest),
            true => (layer, across().map_or(layer - 1, |at| self.below(layer, at))),
            false if self.views.len() + self.lowest == layer => (layer, self.below(layer, here)),
            false => (across().map_or(layer, |at| self.highest(at)), self.below(layer, here)),
        }
    }
}

/// The nearest pixel of which something is true, if one is near.
fn nearest((x, y): (i32, i32), is: impl Fn(i32, i32) -> bool) -> Option<(i32, i32)> {
    let offsets = (-NEAR..=NEAR).flat_map(|dy| (-NEAR..=NEAR).map(move |dx| (dx, dy)));
    let found = offsets.filter(|(dx, dy)| is(x + dx, y + dy));
    found.min_by_key(|(dx, dy)| (dx * dx + dy * dy, *dy, *dx)).map(|(dx, dy)| (x + dx, y + dy))
}
