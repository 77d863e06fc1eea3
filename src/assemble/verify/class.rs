//! Which pixels of a tile are terrain, from the pixels alone.

use std::collections::HashMap;

use image::{Rgba, RgbaImage};

/// A colour belongs to one side if it is so many times as frequent there.
const CLEARLY: u64 = 4;

/// Colours tell the sides apart if one in so many pixels beyond the terrain has a colour that is its own.
const TOLD: u64 = 4;

/// Pixels of less alpha are transparent.
const OPAQUE: u8 = 128;

/// What lies beyond is in one of so many tiles at least, and damage in fewer.
const OFTEN: usize = 5;

/// What a pixel shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Terrain.
    Terrain,
    /// What lies beyond its border.
    Beyond,
    /// Either: a colour of both, or of neither, such as a contour.
    Either,
}

/// Tells terrain from what lies beyond it.
pub(super) struct Classes<'a> {
    /// `None` where what lies beyond is transparent.
    colors: Option<HashMap<[u8; 4], Class>>,
    /// The tile with the most terrain: what it shows somewhere may be terrain there, whatever its colour.
    full: &'a RgbaImage,
    /// What may lie beyond at each place, whatever its colour.
    beyond: Beyond<'a>,
    /// Both sides have the same colours.
    alike: bool,
}

/// What lies beyond the terrain.
pub(super) enum Beyond<'a> {
    /// This picture.
    Known(&'a RgbaImage),
    /// At each place what many of the tiles show there that have no neighbour on one side.
    Learnt(Vec<Vec<[u8; 4]>>),
}

impl<'a> Classes<'a> {
    /// From pixels that are known to be terrain and pixels that are known to lie beyond it.
    pub(super) fn learn<'b>(
        terrain: impl Iterator<Item = &'b Rgba<u8>>,
        outside: impl Iterator<Item = &'b Rgba<u8>>,
        full: &'a RgbaImage,
        beyond: Beyond<'a>,
    ) -> Self {
        let mut counts: HashMap<[u8; 4], [u64; 2]> = HashMap::new();
        let (mut all, mut clear) = ([0u64; 2], 0u64);
        let terrain = terrain.map(|pixel| (0, pixel));
        for (side, pixel) in terrain.chain(outside.map(|pixel| (1, pixel))) {
            counts.entry(pixel.0).or_default()[side] += 1;
            all[side] += 1;
            clear += u64::from(side == 1 && pixel.0[3] < OPAQUE);
        }
        let class = |[terrain, beyond]: [u64; 2]| {
            let (terrain, beyond) = (terrain * all[1].max(1), beyond * all[0].max(1));
            match () {
                () if terrain > CLEARLY * beyond => Class::Terrain,
                () if beyond > CLEARLY * terrain => Class::Beyond,
                () => Class::Either,
            }
        };
        let is_clear = clear * 2 > all[1];
        let told: u64 =
            counts.values().filter(|counts| class(**counts) == Class::Beyond).map(|[_, beyond]| *beyond).sum();
        let colors = (!is_clear).then(|| counts.into_iter().map(|(color, counts)| (color, class(counts))).collect());
        Self { colors, full, beyond, alike: !is_clear && told * TOLD < all[1] }
    }

    /// Whether nothing tells terrain from what lies beyond it.
    pub(super) fn tell_nothing(&self) -> bool {
        self.alike && matches!(self.beyond, Beyond::Learnt(_))
    }

    /// What a pixel of a tile shows.
    fn of(&self, x: u32, y: u32, pixel: &Rgba<u8>) -> Class {
        let Some(colors) = &self.colors else {
            return if pixel.0[3] < OPAQUE { Class::Beyond } else { Class::Terrain };
        };
        let is_beyond = || match &self.beyond {
            Beyond::Known(beyond) => beyond.get_pixel(x, y) == pixel,
            Beyond::Learnt(places) => places[(y * self.full.width() + x) as usize].contains(&pixel.0),
        };
        let is_full = self.full.get_pixel(x, y) == pixel;
        match colors.get(&pixel.0).copied().unwrap_or(Class::Either) {
            // Where colours tell little, places do.
            Class::Either if self.alike && is_beyond() != is_full => {
                if is_full {
                    Class::Terrain
                } else {
                    Class::Beyond
                }
            }
            Class::Terrain if is_beyond() => Class::Either,
            Class::Beyond if is_full => Class::Either,
            class => class,
        }
    }

    /// The classes of a tile, row by row.
    pub(super) fn tile(&self, tile: &RgbaImage) -> Vec<Class> {
        tile.enumerate_pixels().map(|(x, y, pixel)| self.of(x, y, pixel)).collect()
    }
}

impl Beyond<'_> {
    /// From the tiles that have no neighbour on each of the four sides.
    pub(super) fn learn(full: &RgbaImage, sides: [Vec<&RgbaImage>; 4]) -> Self {
        let place = |(x, y, own): (u32, u32, &Rgba<u8>)| {
            let often = sides.iter().flat_map(|tiles| {
                let mut values: Vec<[u8; 4]> = tiles.iter().map(|tile| tile.get_pixel(x, y).0).collect();
                values.sort_unstable();
                let runs = values.chunk_by(|a, b| a == b).filter(|run| run.len() * OFTEN >= tiles.len());
                runs.map(|run| run[0]).collect::<Vec<_>>()
            });
            often.filter(|value| *value != own.0).collect()
        };
        Self::Learnt(full.enumerate_pixels().map(place).collect())
    }
}

/// Tells several terrains apart, from the tiles that are one of them only.
pub(super) struct Kinds<'a> {
    fulls: &'a [&'a RgbaImage],
    /// The terrains that a colour may show, as bits.
    colors: HashMap<[u8; 4], u8>,
    /// Pairs of terrains, the lower one first, whose colours tell little: places do.
    alike: Vec<[usize; 2]>,
}

impl<'a> Kinds<'a> {
    /// From the tile of each terrain, lowest first.
    pub(super) fn learn(fulls: &'a [&'a RgbaImage]) -> Self {
        let mut counts: HashMap<[u8; 4], Vec<u64>> = HashMap::new();
        for (terrain, full) in fulls.iter().enumerate() {
            for pixel in full.pixels() {
                counts.entry(pixel.0).or_insert_with(|| vec![0; fulls.len()])[terrain] += 1;
            }
        }
        let possible = |counts: &Vec<u64>| {
            let most = counts.iter().max().copied().unwrap_or(0);
            let may_be = counts.iter().enumerate().filter(|(_, count)| CLEARLY * **count >= most);
            may_be.fold(0, |bits, (terrain, _)| bits | 1 << terrain)
        };
        let colors: HashMap<[u8; 4], u8> = counts.iter().map(|(color, counts)| (*color, possible(counts))).collect();
        let is_alike = |[lower, higher]: &[usize; 2]| {
            let told: u64 =
                counts.iter().filter(|(color, _)| colors[*color] & 1 << higher == 0).map(|(_, of)| of[*lower]).sum();
            let all = fulls[*lower].pixels().len() as u64;
            told * TOLD < all
        };
        let pairs = (0..fulls.len()).flat_map(|higher| (0..higher).map(move |lower| [lower, higher]));
        Self { fulls, alike: pairs.filter(is_alike).collect(), colors }
    }

    /// The terrains that each pixel of a tile may show, row by row.
    pub(super) fn tile(&self, tile: &RgbaImage) -> Vec<u8> {
        tile.enumerate_pixels().map(|(x, y, pixel)| self.of(tile, x, y, pixel)).collect()
    }

    /// Whether most pixels round one are those of a terrain's full tile: what is drawn may have one of its colours by chance.
    fn goes_on(&self, terrain: usize, tile: &RgbaImage, x: u32, y: u32) -> bool {
        let around = (y.saturating_sub(1)..=y + 1).flat_map(|y| (x.saturating_sub(1)..=x + 1).map(move |x| (x, y)));
        let known: Vec<bool> = around
            .filter_map(|(x, y)| Some(tile.get_pixel_checked(x, y)? == self.fulls[terrain].get_pixel(x, y)))
            .collect();
        let same = known.iter().filter(|is_same| **is_same).count();
        3 * same >= 2 * known.len()
    }

    fn of(&self, tile: &RgbaImage, x: u32, y: u32, pixel: &Rgba<u8>) -> u8 {
        let all = (1 << self.fulls.len()) - 1;
        let by_color = self.colors.get(&pixel.0).copied().unwrap_or(all);
        let is_full = |terrain: usize| self.fulls[terrain].get_pixel(x, y) == pixel;
        let by_place = (0..self.fulls.len()).filter(|at| is_full(*at)).fold(0u8, |bits, at| bits | 1 << at);
        let both = |pair: &&[usize; 2]| pair.iter().all(|terrain| by_color & 1 << terrain != 0);
        let doubted = self.alike.iter().filter(both).filter_map(|[lower, higher]| {
            match (by_place & 1 << lower != 0, by_place & 1 << higher != 0) {
                (true, false) if self.goes_on(*lower, tile, x, y) => Some(*higher),
                (false, true) if self.goes_on(*higher, tile, x, y) => Some(*lower),
                _ => None,
            }
        });
        let not = doubted.fold(0u8, |bits, terrain| bits | 1 << terrain);
        (by_color & !not) | by_place
    }
}
