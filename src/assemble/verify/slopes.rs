//! Proof that slopes join: in every way in which two tiles can lie side by side or one above the other, and in which four
//! can meet at a point, one of them a slope.

use std::collections::{BTreeMap, BTreeSet};

use image::Rgba;

use crate::words::ground::edges;
use crate::words::layout::Layout;
use crate::words::proof::Fault;
use crate::words::slope::{Edge, End, Slope, Surface};

use super::{Check, Class, CounterExample, Seam, Way};

/// A surface leaves the line of its slope by at most so many pixels.
const OFF: i32 = 2;

/// A tile, or none, and what its edges show: north, east, south, west.
type Laid = (Option<usize>, [Edge; 4]);

/// Checks every slope, and every way in which tiles meet of which one is a slope; how many ways there are, and seams.
pub(super) fn check(check: &Check<'_>) -> Result<(u64, u64), CounterExample> {
    for (tile, slope) in (0..check.tiles.len()).filter_map(|tile| Some((tile, Layout::Slopes.slope(tile)?))) {
        line(check, tile, slope)?;
    }
    let all: Vec<Laid> = std::iter::once((None, [Edge::Open; 4]))
        .chain((0..check.tiles.len()).map(|tile| (Some(tile), edges(tile))))
        .collect();
    let knows_beyond = check.beyond.is_some() || check.tiles[0].pixels().any(|pixel| pixel.0[3] == 0);
    let level = [Surface::Floor, Surface::Ceiling].map(|surface| line_color(check, surface).filter(|_| knows_beyond));
    // Where level ground has another border, slopes may have one, too.
    let goes_on =
        |colors: Colors| pairs(check, &all).filter(|pair| !pair.has_slope()).all(|pair| pair.color(colors).is_ok());
    let colors = [[level[0], None], [None, level[1]]].map(|colors| Some(colors).filter(|colors| goes_on(*colors)));
    let colors = [colors[0].and_then(|colors| colors[0]), colors[1].and_then(|colors| colors[1])];
    let mut seams = 0;
    for pair in pairs(check, &all).filter(Pair::has_slope) {
        pair.ground()?;
        pair.color(colors)?;
        seams += 1;
    }
    Ok((seams + points(check, &all)?, seams))
}

fn is_slope(tile: Option<usize>) -> bool {
    tile.is_some_and(|tile| Layout::Slopes.slope(tile).is_some())
}

/// The surface of a slope follows its line, as far from it as the level surface is from the edge of its tile.
fn line(check: &Check<'_>, tile: usize, slope: Slope) -> Result<(), CounterExample> {
    let [width, height] = check.size.map(|side| side as i32);
    let class = |tile: usize, x: i32, y: i32| check.classes[tile][(y * width + x) as usize];
    let level = level(slope.surface);
    let from_edge = |depth: i32| if slope.surface == Surface::Floor { depth } else { height - 1 - depth };
    let is = |x: i32, depth: i32, wanted: Class| class(level, x, from_edge(depth)) == wanted;
    let first = |x: i32| (0..height).find(|depth| is(x, *depth, Class::Terrain)).unwrap_or(0);
    let last = |x: i32| (0..height).rev().find(|depth| is(x, *depth, Class::Beyond)).map_or(0, |depth| depth + 1);
    let outer = (0..width).map(first).min().unwrap_or(0);
    let inner = (0..width).map(last).max().unwrap_or(0);
    let has = |x: i32, y: i32, deep: i32| {
        let deep = if slope.surface == Surface::Floor { -deep } else { deep };
        slope.has(check.size, [0; 2], x, y + deep)
    };
    for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
        let is_off = match class(tile, x, y) {
            Class::Terrain => !has(x, y, outer - OFF),
            Class::Beyond => has(x, y, inner + OFF),
            Class::Either => false,
        };
        if is_off {
            let fault = Fault::Line { tile, at: [x as u32, y as u32] };
            return Err(CounterExample::of(fault, &[&check.tiles[tile]]));
        }
    }
    Ok(())
}

/// Every pair of tiles whose edges are equal where they meet, and every tile beside nothing.
fn pairs<'a>(check: &'a Check<'a>, all: &'a [Laid]) -> impl Iterator<Item = Pair<'a>> {
    let both = all.iter().flat_map(move |first| all.iter().map(move |second| (first, second)));
    both.flat_map(move |((first, of_first), (second, of_second))| {
        let beside = (of_first[1] == of_second[3]).then_some((true, of_first[1]));
        let above = (of_first[2] == of_second[0]).then_some((false, of_first[2]));
        let is_pair = first.is_some() || second.is_some();
        [beside, above].into_iter().flatten().filter(move |_| is_pair).map(move |(upright, edge)| {
            let tiles = if upright { [*first, *second, None, None] } else { [*first, None, *second, None] };
            let way = Way { tiles, cells: Vec::new(), columns: 0 };
            Pair { check, way, edge, seam: Seam { upright, size: check.size } }
        })
    })
}

/// Two tiles and the seam between them.
struct Pair<'a> {
    check: &'a Check<'a>,
    way: Way,
    edge: Edge,
    seam: Seam,
}

impl Pair<'_> {
    fn has_slope(&self) -> bool {
        self.way.tiles.iter().any(|tile| is_slope(*tile))
    }

    fn class(&self, along: u32, side: u32) -> Class {
        self.check.at(&self.way, self.seam.pixel(along, side))
    }

    /// How far the surface may jump: a pixel, or as far as a slope does from row to row, or from column to column.
    fn step(&self) -> u32 {
        let [width, height] = self.check.size;
        let rise = |ends: [i8; 2]| u32::from(ends[0].abs_diff(ends[1])) * height;
        let slopes = self.way.tiles.into_iter().flatten().filter_map(|tile| Layout::Slopes.slope(tile));
        let steepest = slopes.map(|slope| rise(slope.ends)).max().unwrap_or(0);
        match self.edge {
            Edge::Cut(_, ends) => {
                let [left, right] = ends.map(|end| (i32::from(end) * height as i32).div_euclid(2));
                width.div_ceil(left.abs_diff(right).max(1))
            }
            _ if self.seam.upright => steepest.div_ceil(2 * width).max(1),
            _ => 1,
        }
    }

    /// Ground goes on across the seam, and ends where the other side has none.
    fn ground(&self) -> Result<(), CounterExample> {
        let (length, step) = (self.seam.length(), self.step());
        for (along, side) in (0..length).flat_map(|along| [(along, 0), (along, 1)]) {
            if self.class(along, side) != Class::Terrain {
                continue;
            }
            let at = self.seam.pixel(along, side);
            if self.edge == Edge::Open {
                return Err(self.check.shown(&self.way, Fault::Outside { at }));
            }
            let near = along.saturating_sub(step)..(along + step + 1).min(length);
            if near.into_iter().all(|near| self.class(near, 1 - side) == Class::Beyond) {
                return Err(self.check.shown(&self.way, Fault::Seam { at }));
            }
        }
        Ok(())
    }

    /// The colour in which the border is drawn goes on across the seam.
    fn color(&self, colors: Colors) -> Result<(), CounterExample> {
        for (from_last, surface) in self.surfaces() {
            let Some(color) = colors[surface as usize] else { continue };
            for side in [0, 1] {
                let Some(along) = self.drawn(from_last, side, color) else { continue };
                let near = along.saturating_sub(self.reach())..(along + self.reach() + 1).min(self.seam.length());
                if !near.into_iter().any(|near| self.color_at(near, 1 - side) == Some(color)) {
                    let at = self.seam.pixel(along, side);
                    return Err(self.check.shown(&self.way, Fault::Color { at }));
                }
            }
        }
        Ok(())
    }

    /// How far along a seam the border's colour is looked for: blades of grass carry it a little further.
    fn reach(&self) -> u32 {
        if matches!(self.edge, Edge::Cut(..)) { 3 * self.step() + 1 } else { self.step() + 1 }
    }

    /// The surfaces that cross the seam, and whether nothing is there from the last pixel of the seam on, or from the first.
    fn surfaces(&self) -> Vec<(bool, Surface)> {
        match self.edge {
            Edge::Ground([upper, lower]) if self.seam.upright => {
                let ends = [(upper, (false, Surface::Floor)), (lower, (true, Surface::Ceiling))];
                ends.into_iter().filter(|(end, _)| *end != End::Whole).map(|(_, found)| found).collect()
            }
            Edge::Cut(surface, [left, right]) => vec![((left > right) == (surface == Surface::Floor), surface)],
            _ => vec![],
        }
    }

    fn color_at(&self, along: u32, side: u32) -> Option<Rgba<u8>> {
        let [width, height] = self.check.size;
        let [x, y] = self.seam.pixel(along, side);
        let tile = self.way.tiles[(x / width + 2 * (y / height)) as usize]?;
        Some(*self.check.tiles[tile].get_pixel(x % width, y % height))
    }

    /// The first pixel of a seam that is drawn in a colour.
    fn drawn(&self, from_last: bool, side: u32, color: Rgba<u8>) -> Option<u32> {
        let [width, height] = self.check.size;
        let length = self.seam.length();
        let places = (0..length).map(|at| if from_last { length - 1 - at } else { at });
        let is_drawn = |along: &u32| {
            let [x, y] = self.seam.pixel(*along, side);
            let (x, y) = (x % width, y % height);
            let is_beyond = self.check.beyond.is_some_and(|beyond| *beyond.get_pixel(x, y) == color);
            self.color_at(*along, side) == Some(color) && self.class(*along, side) != Class::Beyond && !is_beyond
        };
        places.into_iter().find(is_drawn)
    }
}

/// The colour of the border of a floor, and of a ceiling, if each has one.
type Colors = [Option<Rgba<u8>>; 2];

/// The colour that the border of level ground has in most columns, beside those of its texture.
fn line_color(check: &Check<'_>, surface: Surface) -> Option<Rgba<u8>> {
    let [width, height] = check.size;
    let (tile, full) = (level(surface), Layout::Slopes.full()?);
    let mut columns: BTreeMap<[u8; 4], u32> = BTreeMap::new();
    for x in 0..width {
        let is_drawn = |y: &u32| {
            let pixel = check.tiles[tile].get_pixel(x, *y);
            let is_beyond = check.beyond.is_some_and(|beyond| beyond.get_pixel(x, *y) == pixel);
            let class = check.classes[tile][(y * width + x) as usize];
            class != Class::Beyond && !is_beyond && check.tiles[full].get_pixel(x, *y) != pixel
        };
        let drawn = (0..height).filter(is_drawn).map(|y| check.tiles[tile].get_pixel(x, y).0);
        for color in drawn.collect::<BTreeSet<_>>() {
            *columns.entry(color).or_default() += 1;
        }
    }
    let (color, count) = columns.into_iter().max_by_key(|(color, count)| (*count, *color))?;
    (4 * count >= 3 * width).then_some(Rgba(color))
}

/// The tile of level ground with nothing above it, or below it.
fn level(surface: Surface) -> usize {
    let mask = if surface == Surface::Floor { 124 } else { 199 };
    Layout::Slopes.masks().iter().position(|known| *known == mask).unwrap_or(0)
}

/// A corner of a tile: what the two edges show that meet there, and what its pixel shows.
type CornerOf = (Option<usize>, [Edge; 2], Class);

/// Checks every way in which four tiles meet at a point of which one is a slope; how many there are. Tiles that show the
/// same there are looked at once.
fn points(check: &Check<'_>, all: &[Laid]) -> Result<u64, CounterExample> {
    let [width, height] = check.size;
    let corner = |sides: [usize; 2], x: u32, y: u32| {
        let mut found: Vec<CornerOf> = Vec::new();
        for (tile, edges) in all {
            let class = tile.map_or(Class::Beyond, |tile| check.classes[tile][(y * width + x) as usize]);
            let shown = (*tile, sides.map(|side| edges[side]), class);
            let is_known = |known: &CornerOf| {
                (is_slope(known.0), known.1, known.2) == (is_slope(shown.0), shown.1, shown.2)
                    && known.0.is_some() == shown.0.is_some()
            };
            if !found.iter().any(is_known) {
                found.push(shown);
            }
        }
        found
    };
    let (right, low) = (width - 1, height - 1);
    // The side first at which the tile meets its neighbour to the left or to the right.
    let [upper_left, upper_right] = [corner([1, 2], right, low), corner([3, 2], 0, low)];
    let [lower_left, lower_right] = [corner([1, 0], right, 0), corner([3, 0], 0, 0)];
    let mut count = 0;
    for a in &upper_left {
        for b in upper_right.iter().filter(|b| b.1[0] == a.1[0]) {
            for c in lower_left.iter().filter(|c| c.1[1] == a.1[1]) {
                for d in lower_right.iter().filter(|d| d.1[0] == c.1[0] && d.1[1] == b.1[1]) {
                    let tiles = [a.0, b.0, c.0, d.0];
                    if tiles.into_iter().any(is_slope) {
                        check.diagonal(&Way { tiles, cells: Vec::new(), columns: 0 })?;
                        count += 1;
                    }
                }
            }
        }
    }
    Ok(count)
}
