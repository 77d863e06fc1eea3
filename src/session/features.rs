//! Features of pixel art that can be measured without knowing what it shows: a description of a style, no judge of it.
//!
//! | feature | what it is |
//! |---|---|
//! | `colors` | how many colours an image has |
//! | `palette` | the mean distance of its pixels from the nearest colour of the reference, in thousandths of OKLab's unit |
//! | `runs` | the share of runs of equal pixels, in rows and columns, that are one pixel long, per mille |
//! | `outline` | how dark the pixels beside transparent ones are: 1000 is black |
//! | `orphans` | the share of pixels that none of their eight neighbours equals, per mille |
//!
//! The distance of an image from a reference is the mean of the five differences, each in spreads of the reference: 0 is
//! its mean, 1000 four spreads or more away.

use std::collections::{BTreeMap, BTreeSet};

use image::{Rgba, RgbaImage};
use serde::Serialize;

use crate::words::color::{Lab, Rgb, distance, nearest_lab, oklab};

/// What is measured of an image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Features {
    /// The number of colours.
    pub colors: i64,
    /// The distance from the reference's colours.
    pub palette: i64,
    /// The share of runs of one pixel.
    pub runs: i64,
    /// The darkness of the outline.
    pub outline: i64,
    /// The share of orphans.
    pub orphans: i64,
}

/// The least spread of each feature: nobody sees smaller differences.
const LEAST: Features = Features { colors: 2, palette: 25, runs: 40, outline: 60, orphans: 20 };
/// A feature that lies so many spreads away is as far as can be.
const FARTHEST: i64 = 4;

impl Features {
    /// Of native pixels; those that are transparent do not count.
    pub(super) fn of(pixels: &RgbaImage, palette: &Palette) -> Self {
        let colors: BTreeSet<[u8; 4]> = drawn(pixels).map(|(_, _, pixel)| pixel.0).collect();
        Self { colors: colors.len() as i64, ..Self::measured(pixels, pixels, palette) }
    }

    /// Of cells that no palette binds: a pixel counts as the nearest colour of the reference. Their colours are to be
    /// counted elsewhere.
    #[cfg(feature = "worker")]
    pub(super) fn of_cells(cells: &RgbaImage, palette: &Palette, colors: i64) -> Self {
        let bound = palette.bound(cells);
        Self { colors, ..Self::measured(cells, &bound, palette) }
    }

    fn measured(pixels: &RgbaImage, bound: &RgbaImage, palette: &Palette) -> Self {
        let outline =
            mean(drawn(pixels).filter(|(x, y, _)| is_edge(pixels, *x, *y)).map(|(_, _, pixel)| darkness(pixel)));
        let orphans = mean(drawn(bound).map(|(x, y, pixel)| if is_orphan(bound, x, y, pixel) { 1000 } else { 0 }));
        Self { colors: 0, palette: palette.distance(pixels), runs: short_runs(bound), outline, orphans }
    }

    fn values(self) -> [i64; 5] {
        let Self { colors, palette, runs, outline, orphans } = self;
        [colors, palette, runs, outline, orphans]
    }
}

fn drawn(pixels: &RgbaImage) -> impl Iterator<Item = (u32, u32, Rgba<u8>)> {
    pixels.enumerate_pixels().filter(|(_, _, pixel)| pixel[3] >= 128).map(|(x, y, pixel)| (x, y, *pixel))
}

fn mean(values: impl Iterator<Item = i64>) -> i64 {
    let (sum, count) = values.fold((0, 0), |(sum, count), value| (sum + value, count + 1));
    sum / i64::max(count, 1)
}

fn rgb(Rgba([r, g, b, _]): Rgba<u8>) -> Rgb {
    Rgb([r, g, b])
}

fn darkness(pixel: Rgba<u8>) -> i64 {
    1000 - (oklab(rgb(pixel))[0] * 1000.0) as i64
}

/// Whether a pixel lies beside a transparent one; the border of the image is none.
fn is_edge(pixels: &RgbaImage, x: u32, y: u32) -> bool {
    let sides = [(x.wrapping_sub(1), y), (x + 1, y), (x, y.wrapping_sub(1)), (x, y + 1)];
    sides.into_iter().any(|(x, y)| pixels.get_pixel_checked(x, y).is_some_and(|other| other[3] < 128))
}

fn is_orphan(pixels: &RgbaImage, x: u32, y: u32, pixel: Rgba<u8>) -> bool {
    let near = |at: u32| [at.wrapping_sub(1), at, at + 1];
    let around = near(y).into_iter().flat_map(|y| near(x).map(|x| (x, y))).filter(|at| *at != (x, y));
    around.into_iter().all(|(x, y)| pixels.get_pixel_checked(x, y) != Some(&pixel))
}

fn short_runs(pixels: &RgbaImage) -> i64 {
    let (mut short, mut all) = (0, 0);
    let mut count = |line: Vec<Rgba<u8>>| {
        for run in line.chunk_by(|a, b| a == b).filter(|run| run[0][3] >= 128) {
            short += i64::from(run.len() == 1);
            all += 1;
        }
    };
    pixels.rows().for_each(|row| count(row.copied().collect()));
    (0..pixels.width()).for_each(|x| count((0..pixels.height()).map(|y| *pixels.get_pixel(x, y)).collect()));
    short * 1000 / all.max(1)
}

/// The colours of a reference.
pub(super) struct Palette(Vec<(Rgb, Lab)>);

impl Palette {
    pub(super) fn new(colors: impl Iterator<Item = Rgb>) -> Self {
        Self(colors.map(|color| (color, oklab(color))).collect())
    }

    /// The colours of some images.
    fn of(images: &[RgbaImage]) -> Self {
        let colors: BTreeSet<[u8; 4]> =
            images.iter().flat_map(|image| drawn(image).map(|(_, _, pixel)| pixel.0)).collect();
        Self::new(colors.into_iter().map(|[r, g, b, _]| Rgb([r, g, b])))
    }

    /// The nearest colour, and how far it is in thousandths of OKLab's unit.
    fn nearest(&self, color: Rgb) -> Option<(Rgb, i64)> {
        let lab = oklab(color);
        let (near, other) = self.0.get(nearest_lab(self.0.iter().map(|(_, lab)| *lab), lab))?;
        Some((*near, (distance(lab, *other) * 1000.0) as i64))
    }

    /// The mean distance of the pixels from the nearest colour.
    fn distance(&self, pixels: &RgbaImage) -> i64 {
        let mut known: BTreeMap<Rgb, i64> = BTreeMap::new();
        mean(drawn(pixels).map(|(_, _, pixel)| {
            let color = rgb(pixel);
            *known.entry(color).or_insert_with(|| self.nearest(color).map_or(1000, |(_, far)| far))
        }))
    }

    /// Each pixel as the nearest colour.
    #[cfg(feature = "worker")]
    fn bound(&self, pixels: &RgbaImage) -> RgbaImage {
        let mut bound = pixels.clone();
        for pixel in bound.pixels_mut().filter(|pixel| pixel[3] >= 128) {
            if let Some((Rgb([r, g, b]), _)) = self.nearest(rgb(*pixel)) {
                *pixel = Rgba([r, g, b, 255]);
            }
        }
        bound
    }
}

/// Art that other images are compared with: its colours, and the mean and spread of each feature.
pub(super) struct Reference {
    pub(super) palette: Palette,
    mean: [i64; 5],
    spread: [i64; 5],
}

impl Reference {
    /// Of images at native pixels; `None` without any.
    pub(super) fn of(images: &[RgbaImage]) -> Option<Self> {
        let palette = Palette::of(images);
        let all: Vec<[i64; 5]> = images.iter().map(|image| Features::of(image, &palette).values()).collect();
        let count = i64::try_from(all.len()).ok().filter(|count| *count > 0)?;
        let of = |at: usize| all.iter().map(move |values| values[at]);
        let mean: [i64; 5] = std::array::from_fn(|at| of(at).sum::<i64>() / count);
        let least = LEAST.values();
        let spread = std::array::from_fn(|at| {
            (of(at).map(|value| (value - mean[at]).abs()).sum::<i64>() / count).max(least[at])
        });
        Some(Self { palette, mean, spread })
    }

    /// How far each feature is away, 0 to 1000.
    pub(super) fn parts(&self, features: Features) -> [i64; 5] {
        let values = features.values();
        std::array::from_fn(|at| ((values[at] - self.mean[at]).abs() * 1000 / (FARTHEST * self.spread[at])).min(1000))
    }

    /// How far an image is from the art, 0 to 1000.
    pub(super) fn distance(&self, features: Features) -> i64 {
        let parts = self.parts(features);
        parts.iter().sum::<i64>() / parts.len() as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DARK: Rgba<u8> = Rgba([20, 16, 30, 255]);

    /// A disc of two colours, lit from the left, with or without an outline.
    fn disc(seed: u32, outline: Rgba<u8>) -> RgbaImage {
        RgbaImage::from_fn(16, 16, |x, y| {
            let radius = 30 + seed % 3 * 8;
            let far = (x.abs_diff(8)).pow(2) + (y.abs_diff(8)).pow(2);
            match far {
                far if far > radius + 14 => Rgba([0; 4]),
                far if far > radius => outline,
                _ if x < 8 => Rgba([240, 200, 90, 255]),
                _ => Rgba([180, 110, 60, 255]),
            }
        })
    }

    #[test]
    fn features_are_as_documented() {
        let image = disc(1, DARK);
        let palette = Palette::of(std::slice::from_ref(&image));
        let found = Features::of(&image, &palette);
        assert_eq!((found.colors, found.palette, found.orphans), (3, 0, 0));
        assert!(found.outline > 800, "{found:?}");
        let mut dotted = image.clone();
        dotted.put_pixel(5, 8, Rgba([20, 60, 250, 255]));
        let with_dot = Features::of(&dotted, &palette);
        assert!(with_dot.orphans > 0 && with_dot.palette > 0 && with_dot.colors == 4 && with_dot.runs > found.runs);
    }

    #[test]
    fn art_of_the_same_style_is_near_and_of_another_far() {
        let art: Vec<RgbaImage> = (0..6).map(|seed| disc(seed, DARK)).collect();
        let reference = Reference::of(&art).unwrap();
        let far = |image: &RgbaImage| reference.distance(Features::of(image, &reference.palette));
        let own = far(&disc(7, DARK));
        let light = far(&disc(7, Rgba([255, 250, 220, 255])));
        let noise = far(&RgbaImage::from_fn(16, 16, |x, y| {
            let mixed = (x + 1).wrapping_mul(2_654_435_761) ^ (y + 3).wrapping_mul(2_246_822_519);
            Rgba([(mixed >> 8) as u8, (mixed >> 16) as u8, (mixed >> 24) as u8, 255])
        }));
        assert!(own < 200 && light > own + 150 && noise > 700, "{own} {light} {noise}");
    }
}
