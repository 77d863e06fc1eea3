//! Breathing: the upper part of a figure sinks onto the lower one. One row at the waist is left out for every row that it
//! sinks, the one that is missed least, so that nothing tears and nothing below the waist moves. The head follows a little
//! later: until then, a row of the neck is repeated.

use image::{Rgba, RgbaImage};

use super::StillError;
use super::art::{Bounds, at, components, distance, is_rim, subject};
use crate::words::motion::{Breathe, Side, there_and_back};

/// The least height of a subject that breathes.
const LOWEST: u32 = 6;
/// Where the waist lies, in hundredths of the subject's height from its top: the first row, the usual one, the last one.
const BAND: [i32; 3] = [50, 60, 78];
/// The head is at least so high, in hundredths of the subject's height.
const HEAD: i32 = 20;
/// It follows by so many parts of a breath.
const LATE: u32 = 16;
/// A given waist is that of the row below the ones that may be left out.
const ABOVE: i32 = 3;
/// What it costs that a silhouette opens or falls apart, in the measure of [`missed`].
const OPENED: i32 = 36;
/// What it costs that a feature loses height, by its height.
const SHRUNK: i32 = 6;
const TORN: i32 = 10_000;
/// What a row costs that lies a whole subject away from the usual one.
const FAR: i32 = 240;

/// The rows of a sprite that are left out as it breathes.
pub(super) struct Breath {
    by: u32,
    times: u32,
    /// In the order in which they are left out; each is counted without the ones before.
    rows: Vec<i32>,
    /// The lowest row of the head, if there is room between it and the waist.
    neck: Option<i32>,
}

impl Breath {
    /// Looks for them, below the lowest row of the eyes.
    pub(super) fn of(rest: &RgbaImage, breathe: &Breathe, eyes: Option<i32>) -> Result<Self, StillError> {
        let Some(bounds) = subject(rest) else { return Err(StillError::Empty) };
        let found = bounds.height() as u32;
        let needed = LOWEST.max(3 * breathe.by);
        if found < needed {
            return Err(StillError::TooLow { needed, found });
        }
        if rest.pixels().all(|pixel| pixel.0[3] > 0) {
            return Err(StillError::Opaque { side: Side::Top });
        }
        let mut rows = Vec::new();
        let mut image = rest.clone();
        for sunk in 0..breathe.by as i32 {
            let above = (bounds.top + 1).max(eyes.map_or(0, |eyes| eyes + 2)) + sunk;
            let row = waist(&image, bounds, above, breathe.waist.map(|waist| waist as i32));
            image = without(&image, row);
            rows.push(row);
        }
        let lowest = rows.iter().min().map_or(0, |row| row - breathe.by as i32);
        let neck = neck(rest, bounds, [eyes.map_or(0, |eyes| eyes + 2), lowest - 2]);
        Ok(Self { by: breathe.by, times: breathe.times, rows, neck })
    }

    /// A frame of the sprite as it breathes.
    pub(super) fn frame(&self, image: RgbaImage, frame: u32, frames: u32) -> RgbaImage {
        let sunk = there_and_back(self.by, frame * self.times, frames);
        let late = (frames / self.times / LATE).max(1) * self.times;
        let follows = there_and_back(self.by, frame * self.times + frames - late.min(frames), frames).min(sunk);
        let image = self.rows.iter().take(sunk as usize).fold(image, |image, row| without(&image, *row));
        match self.neck {
            Some(neck) if follows < sunk => stretched(&image, neck + sunk as i32, (sunk - follows) as i32),
            _ => image,
        }
    }
}

/// The row that is missed least, between those where a waist may lie and not above that one.
fn waist(image: &RgbaImage, bounds: Bounds, above: i32, given: Option<i32>) -> i32 {
    let height = bounds.height();
    let [first, usual, last] = match given {
        Some(waist) => [waist - ABOVE, waist - 1, waist - 1],
        None => BAND.map(|part| bounds.top + height * part / 100),
    };
    let first = if given.is_some() { first.max(bounds.top + 1) } else { first.max(above) };
    let parts = count(image);
    let cost = |row: i32| {
        let far = FAR * (row - usual).abs() / height;
        let torn = if count(&without(image, row)) > parts { TORN } else { 0 };
        missed(image, row) + far + torn
    };
    (first..=last.max(first)).map(|row| (cost(row), row)).min().map_or(usual, |(_, row)| row)
}

/// The row below a head: a narrow one that shows little of its own, between those two.
fn neck(image: &RgbaImage, bounds: Bounds, [first, last]: [i32; 2]) -> Option<i32> {
    let first = first.max(bounds.top + bounds.height() * HEAD / 100);
    let cost = |row: i32| {
        let pixel = |x: i32, y: i32| at(image, [x, y]);
        let columns = bounds.left..=bounds.right;
        let own =
            columns.clone().filter(|x| pixel(*x, row) != pixel(*x, row - 1) && pixel(*x, row) != pixel(*x, row + 1));
        let wide = columns.filter(|x| pixel(*x, row).is_some()).count();
        2 * own.count() + wide
    };
    (first..=last).map(|row| (cost(row), row)).min().map(|(_, row)| row)
}

/// The image with a row repeated so many times; what lies above it goes up.
fn stretched(image: &RgbaImage, row: i32, by: i32) -> RgbaImage {
    let mut high = image.clone();
    for (x, y) in (0..image.width()).flat_map(|x| (0..=row as u32).map(move |y| (x, y))) {
        high.put_pixel(x, y, *image.get_pixel(x, (y as i32 + by).min(row) as u32));
    }
    high
}

/// How much is lost with a row: pixels that neither the row above nor the one below has, the height of small features, and
/// inner pixels that show at the border once these two meet.
fn missed(image: &RgbaImage, row: i32) -> i32 {
    let unlike = |one: Option<Rgba<u8>>, other: Option<Rgba<u8>>| match (one, other) {
        (Some(one), Some(other)) if one == other => 0,
        (Some(one), Some(other)) => 4 + distance(one, other) / 16,
        _ => 24,
    };
    let column = |x: i32| {
        let [above, own, below] = [row - 1, row, row + 1].map(|y| at(image, [x, y]));
        let lost = own.map_or(0, |_| unlike(own, above).min(unlike(own, below)) + SHRUNK / tall(image, [x, row]));
        let opened = match (above, below) {
            (Some(_), None) => !is_rim(image, [x, row - 1]),
            (None, Some(_)) => !is_rim(image, [x, row + 1]),
            _ => false,
        };
        lost + if opened { OPENED } else { 0 }
    };
    (0..image.width() as i32).map(column).sum()
}

/// How many pixels of one colour are on top of each other there.
fn tall(image: &RgbaImage, [x, row]: [i32; 2]) -> i32 {
    let own = at(image, [x, row]);
    let same = |y: &i32| at(image, [x, *y]) == own;
    ((0..row).rev().take_while(same).count() + (row..image.height() as i32).take_while(same).count()) as i32
}

/// The number of connected parts.
fn count(image: &RgbaImage) -> usize {
    components(image.dimensions().into(), |place| at(image, place).is_some(), |_, _| true).len()
}

/// The image without a row; what lies above it comes down. Inner pixels that come to lie at the border get the colour of
/// the border beside them.
fn without(image: &RgbaImage, row: i32) -> RgbaImage {
    let mut sunk = image.clone();
    for (x, y) in (0..image.width()).flat_map(|x| (0..=row.max(0) as u32).map(move |y| (x, y))) {
        let above = if y == 0 { Rgba([0; 4]) } else { *image.get_pixel(x, y - 1) };
        sunk.put_pixel(x, y, above);
    }
    for x in 0..image.width() as i32 {
        let is_opened = at(&sunk, [x, row]).is_some() && at(&sunk, [x, row + 1]).is_none();
        if is_opened && !is_rim(image, [x, row - 1]) && row + 1 < image.height() as i32 {
            let beside =
                [x - 1, x + 1].into_iter().find(|x| at(image, [*x, row - 1]).is_some() && is_rim(image, [*x, row - 1]));
            let rim = beside.and_then(|x| at(image, [x, row - 1]));
            if let Some(rim) = rim {
                sunk.put_pixel(x as u32, row as u32, rim);
            }
        }
    }
    sunk
}
