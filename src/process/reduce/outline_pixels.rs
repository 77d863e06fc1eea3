//! The outline: where the drawing has one, the reduced picture gets one that is closed and one block wide.

use crate::process::picture::{CLEAR, NEIGHBORS_4, NEIGHBORS_8, Picture};
use crate::words::color::Lab;

use super::most_frequent;
use super::raster::Raster;

/// The OKLab lightness below which a rim pixel belongs to an outline, whatever it encloses.
const DARK: f32 = 0.33;
/// The least difference in lightness between an outline and what it encloses.
const DARKER: f32 = 0.06;

/// The outline of a picture.
pub(super) struct OutlinePixels {
    /// For every pixel on the silhouette's rim whether it is outline; `None` off the rim.
    rim: Vec<Option<bool>>,
    /// For every pixel whether it belongs to the outline, which may be wider than the rim.
    pub pixels: Vec<bool>,
    /// Whether the subject has an outline: at least a quarter of its rim.
    outlined: bool,
}

impl OutlinePixels {
    /// Detects the outline in a picture of classes; `labs` are the colours of its indices.
    pub(super) fn of(classes: &Picture, labs: &[Lab], step: usize) -> Self {
        // A fully opaque picture is a scene without a silhouette.
        let scene = !classes.pixels.contains(&CLEAR);
        let rim = |pixel| if scene { None } else { on_rim(classes, labs, pixel, step) };
        let rim: Vec<Option<bool>> = classes.enumerate_pixels().map(rim).collect();
        let (all, dark) = (rim.iter().flatten().count(), rim.iter().flatten().filter(|dark| **dark).count());
        let width = width(classes, &rim, step);
        let pixels = grown(classes, &rim, width);
        Self { rim, pixels, outlined: all > 0 && 4 * dark >= all }
    }

    /// Grows the silhouette where the outline, a whole block wide, would cover all of a thin part: blocks that are at
    /// least half filled stay filled, and the outline moves to the clear blocks beside them.
    pub(super) fn make_room(&self, picture: &Picture, raster: &Raster, small: &mut Picture) {
        if !self.outlined {
            return;
        }
        let before = small.clone();
        let is_rim = |x: isize, y: isize| NEIGHBORS_4.iter().any(|(dx, dy)| before.at(x + dx, y + dy) == CLEAR);
        let stays = |x: isize, y: isize| before.at(x, y) != CLEAR && !is_rim(x, y);
        let fill = |i: &usize| picture.pixels[*i] != CLEAR && !self.pixels[*i];
        let covered = |(block, (x, y, index)): (usize, (isize, isize, u16))| {
            let filled = || 2 * raster.offsets(picture, block).filter(fill).count() >= raster.area(block);
            index != CLEAR && is_rim(x, y) && !NEIGHBORS_8.iter().any(|(dx, dy)| stays(x + dx, y + dy)) && filled()
        };
        let covered: Vec<bool> = before.enumerate_pixels().enumerate().map(covered).collect();
        for (block, (x, y, _)) in before.enumerate_pixels().enumerate().filter(|(_, pixel)| pixel.2 == CLEAR) {
            let mut beside = NEIGHBORS_4.iter().filter_map(|(dx, dy)| raster.block_at(x + dx, y + dy));
            if beside.any(|other| covered[other]) && raster.offsets(picture, block).any(|i| self.pixels[i]) {
                small.pixels[block] = 0;
            }
        }
    }

    /// Gives the rim blocks of the small picture the colour of the outline where the drawing has one. Blocks of `limbs`
    /// keep their own colour if more of their pixels have it.
    pub(super) fn draw(&self, picture: &Picture, raster: &Raster, limbs: &[bool], small: &mut Picture) {
        if !self.outlined {
            return;
        }
        let voted = small.clone();
        for (block, (x, y, index)) in voted.enumerate_pixels().enumerate() {
            if index == CLEAR || NEIGHBORS_4.iter().all(|(dx, dy)| voted.at(x + dx, y + dy) != CLEAR) {
                continue;
            }
            let own: Vec<usize> = raster.offsets(picture, block).collect();
            // The drawing's rim may lie in a neighbouring block that is clear now.
            let clear = NEIGHBORS_8.iter().filter(|(dx, dy)| voted.at(x + dx, y + dy) == CLEAR);
            let beside = clear.filter_map(|(dx, dy)| raster.block_at(x + dx, y + dy));
            let beside: Vec<usize> = beside.flat_map(|block| raster.offsets(picture, block)).collect();
            if let Some(color) = self.color(picture, &own, &beside, limbs[block]) {
                small.pixels[block] = color;
            }
        }
    }

    /// The outline colour of a rim block; `None` if it keeps its own.
    fn color(&self, picture: &Picture, own: &[usize], beside: &[usize], limb: bool) -> Option<u16> {
        let count = |offsets: &[usize], dark: bool| offsets.iter().filter(|&&i| self.rim[i] == Some(dark)).count();
        let here = if count(own, true) + count(own, false) > 0 { own } else { beside };
        let outline =
            |offsets: &[usize]| -> Vec<usize> { offsets.iter().copied().filter(|&i| self.pixels[i]).collect() };
        let filled = own.iter().filter(|&&i| picture.pixels[i] != CLEAR && !self.pixels[i]).count();
        // A limb as narrow as a block keeps its fill colour if it has more of it than of the outline.
        if count(here, true) < count(here, false) || (limb && filled > outline(own).len()) {
            return None;
        }
        let color = |offsets: &[usize]| most_frequent(outline(offsets).into_iter().map(|i| picture.pixels[i]));
        color(own).or_else(|| color(beside))
    }
}

/// Whether a rim pixel is outline: dark, or darker than what it encloses. `None` off the rim.
fn on_rim(classes: &Picture, labs: &[Lab], (x, y, index): (isize, isize, u16), step: usize) -> Option<bool> {
    if index == CLEAR || NEIGHBORS_4.iter().all(|(dx, dy)| classes.at(x + dx, y + dy) != CLEAR) {
        return None;
    }
    let lightness = |index: u16| labs[usize::from(index)][0];
    let beyond = |(dx, dy): (isize, isize)| {
        let ahead = (1..=step as isize).map(|n| classes.at(x + n * dx, y + n * dy)).find(|other| *other != index);
        ahead.filter(|other| *other != CLEAR).map_or(0.0, lightness)
    };
    let inside = NEIGHBORS_4.map(beyond).into_iter().fold(0.0, f32::max);
    Some(lightness(index) < DARK || lightness(index) + DARKER < inside)
}

/// The width of the outline in pixels, 1 to `step`: the most frequent distance from an outline pixel on the rim to
/// another colour.
fn width(classes: &Picture, rim: &[Option<bool>], step: usize) -> usize {
    let mut widths = vec![0usize; step + 1];
    for (_, (x, y, index)) in classes.enumerate_pixels().enumerate().filter(|(i, _)| rim[*i] == Some(true)) {
        for (dx, dy) in NEIGHBORS_4.iter().filter(|(dx, dy)| classes.at(x - dx, y - dy) == CLEAR) {
            let end = (1..=step as isize).find(|n| classes.at(x + n * dx, y + n * dy) != index);
            let end = end.filter(|n| classes.at(x + n * dx, y + n * dy) != CLEAR);
            widths[end.unwrap_or(0) as usize] += 1;
        }
    }
    (1..=step).reduce(|a, b| if widths[b] > widths[a] { b } else { a }).unwrap_or(1)
}

/// Grows the outline inwards from the rim, within its colour, to its width.
fn grown(classes: &Picture, rim: &[Option<bool>], width: usize) -> Vec<bool> {
    let mut outline: Vec<bool> = rim.iter().map(|dark| *dark == Some(true)).collect();
    for _ in 1..width {
        let before = outline.clone();
        for (i, (x, y, index)) in classes.enumerate_pixels().enumerate().filter(|(_, pixel)| pixel.2 != CLEAR) {
            outline[i] |= NEIGHBORS_8.iter().any(|(dx, dy)| {
                let (x, y) = (x + dx, y + dy);
                let other = classes.at(x, y);
                other == index && before[y as usize * classes.width + x as usize]
            });
        }
    }
    outline
}
