//! Proof that slopes join: in every way in which two tiles can lie side by side or one above the other, and in which four
//! can meet at a point, one of them a slope.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use image::Rgba;

use crate::words::ground::edges;
use crate::words::layout::Layout;
use crate::words::proof::Fault;
use crate::words::slope::{Edge, Slope, Surface};

use super::{Check, Class, CounterExample, Seam, Way};

/// A surface leaves the line of its slope by at most so many pixels.
const OFF: i32 = 2;

/// A tile, or none, and what its edges show: north, east, south, west.
type Laid = (Option<usize>, [Edge; 4]);

/// Checks every slope, and every way in which tiles meet of which one is a slope; how many ways there are, and seams.
pub(super) fn check(check: &Check<'_>) -> Result<(u64, u64), CounterExample> {
    let knows_beyond = check.beyond.is_some() || check.tiles[0].pixels().any(|pixel| pixel.0[3] == 0);
    let lines = |surface: Surface| if knows_beyond { lines(check, surface) } else { Vec::new() };
    let lines = [Surface::Floor, Surface::Ceiling].map(lines);
    for (tile, slope) in (0..check.tiles.len()).filter_map(|tile| Some((tile, Layout::Slopes.slope(tile)?))) {
        line(check, tile, slope)?;
        border(check, tile, slope, &lines[slope.surface as usize])?;
    }
    let all: Vec<Laid> = std::iter::once((None, [Edge::Open; 4]))
        .chain((0..check.tiles.len()).map(|tile| (Some(tile), edges(tile))))
        .collect();
    let mut seams = 0;
    for pair in pairs(check, &all).filter(Pair::has_slope) {
        pair.ground()?;
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
            Edge::Cut(surface, ends) => {
                let [left, right] = ends.map(|end| (i32::from(end) * height as i32).div_euclid(2));
                let run = width.div_ceil(left.abs_diff(right).max(1));
                // What hangs from a ceiling, such as blades of grass, may end in the row above the seam.
                if surface == Surface::Ceiling { run * (1 + OFF as u32) } else { run }
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
}

/// A line of the border of level ground: its colour, and the rows in which it is drawn, from the open side inwards.
struct Line {
    color: Rgba<u8>,
    depths: RangeInclusive<i32>,
}

/// The lines in which the border of level ground is drawn from end to end: where its texture has the same colour, it cannot
/// be told.
fn lines(check: &Check<'_>, surface: Surface) -> Vec<Line> {
    let [width, height] = check.size;
    let (tile, full) = (level(surface), Layout::Slopes.full().unwrap_or(0));
    let pixel = |x: u32, y: u32| *check.tiles[tile].get_pixel(x, y);
    let is_drawn = |x: u32, y: u32| {
        let is_beyond = check.beyond.is_some_and(|beyond| *beyond.get_pixel(x, y) == pixel(x, y));
        let class = check.classes[tile][(y * width + x) as usize];
        class != Class::Beyond && !is_beyond && *check.tiles[full].get_pixel(x, y) != pixel(x, y)
    };
    let mut drawn: BTreeMap<[u8; 4], (BTreeSet<u32>, BTreeSet<u32>)> = BTreeMap::new();
    for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).filter(|(x, y)| is_drawn(*x, *y)) {
        let (columns, rows) = drawn.entry(pixel(x, y).0).or_default();
        columns.insert(x);
        rows.insert(y);
    }
    let is_line = |(color, (columns, rows)): &([u8; 4], (BTreeSet<u32>, BTreeSet<u32>))| {
        let has = |x: &u32| rows.iter().any(|y| pixel(*x, *y).0 == *color);
        2 * columns.len() >= width as usize && (0..width).filter(has).count() >= (width - width / 8) as usize
    };
    let depth = |y: u32| if surface == Surface::Floor { y as i32 } else { (height - 1 - y) as i32 };
    let line = |(color, (_, rows)): ([u8; 4], (BTreeSet<u32>, BTreeSet<u32>))| {
        let (first, last) = (depth(*rows.first()?), depth(*rows.last()?));
        Some(Line { color: Rgba(color), depths: first.min(last)..=first.max(last) })
    };
    drawn.into_iter().filter(is_line).filter_map(line).collect()
}

/// A slope has the lines of level ground, as deep below its surface: in a third of its columns at least, since the texture
/// may have the same colours.
fn border(check: &Check<'_>, tile: usize, slope: Slope, lines: &[Line]) -> Result<(), CounterExample> {
    let [width, height] = check.size.map(|side| side as i32);
    let is_floor = slope.surface == Surface::Floor;
    for Line { color, depths } in lines {
        let (mut seen, mut drawn) = (0, 0);
        for x in 0..width {
            // The first row of ground, from the open side.
            let start = (-2 * height..3 * height).find(|row| {
                let y = if is_floor { *row } else { height - 1 - row };
                slope.has(check.size, [0; 2], x, y)
            });
            let Some(start) = start else { continue };
            let rows = start + depths.start() - 1..=start + depths.end() + 1;
            if *rows.start() < 0 || *rows.end() >= height {
                continue;
            }
            let at = |row: i32| [x as u32, if is_floor { row } else { height - 1 - row } as u32];
            let has = rows.into_iter().any(|row| check.tiles[tile].get_pixel(at(row)[0], at(row)[1]) == color);
            seen += 1;
            drawn += i32::from(has);
        }
        if 4 * seen >= width && 3 * drawn < seen {
            let fault = Fault::Color { tile };
            return Err(CounterExample::of(fault, &[&check.tiles[level(slope.surface)], &check.tiles[tile]]));
        }
    }
    Ok(())
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
