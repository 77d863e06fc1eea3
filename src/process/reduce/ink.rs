//! The outline: where the drawing has one, the small one has it, one block wide and closed.

use crate::process::picture::{AROUND, CLEAR, Picture, SIDES};
use crate::words::color::Lab;

use super::most_frequent;
use super::raster::Raster;

/// Darker than this is ink whatever it surrounds.
const DARK: f32 = 0.33;
/// Ink is darker than what it surrounds by at least so much.
const DARKER: f32 = 0.06;

/// The pixels of the rim and of the outline.
pub(super) struct Ink {
    /// On the rim, for every pixel: `None` if it is not, else whether it is ink.
    rim: Vec<Option<bool>>,
    /// Belongs to the outline, rim or not.
    pub outline: Vec<bool>,
    /// Most of the rim is ink.
    outlined: bool,
}

impl Ink {
    /// What is ink in a picture of classes.
    pub fn of(classes: &Picture, labs: &[Lab], step: usize) -> Self {
        // A picture that is all opaque is a scene, and its edge no rim.
        let scene = !classes.pixels.contains(&CLEAR);
        let rim = |place| if scene { None } else { on_rim(classes, labs, place, step) };
        let rim: Vec<Option<bool>> = classes.places().map(rim).collect();
        let (all, inked) = (rim.iter().flatten().count(), rim.iter().flatten().filter(|ink| **ink).count());
        let depth = depth(classes, &rim, step);
        let outline = outline(classes, &rim, depth);
        Self { rim, outline, outlined: all > 0 && 4 * inked >= all }
    }

    /// Where the subject's rim is ink, the blocks on the rim of the small picture take its colour; `limbs` keep their own if
    /// it is more of them.
    pub fn close(&self, picture: &Picture, raster: &Raster, limbs: &[bool], small: &mut Picture) {
        if !self.outlined {
            return;
        }
        let voted = small.clone();
        for (block, (x, y, index)) in voted.places().enumerate() {
            if index == CLEAR || SIDES.iter().all(|(dx, dy)| voted.at(x + dx, y + dy) != CLEAR) {
                continue;
            }
            let own: Vec<usize> = raster.places(picture, block).collect();
            // Where the drawing's rim lies beside the block, in one that is clear now.
            let beside = AROUND.iter().filter(|(dx, dy)| voted.at(x + dx, y + dy) == CLEAR).filter_map(|(dx, dy)| {
                raster.block(
                    raster.from[0] + (x + dx) * raster.step as isize,
                    raster.from[1] + (y + dy) * raster.step as isize,
                )
            });
            let beside: Vec<usize> = beside.flat_map(|block| raster.places(picture, block)).collect();
            if let Some(ink) = self.color(picture, &own, &beside, limbs[block]) {
                small.pixels[block] = ink;
            }
        }
    }

    /// The ink of a block on the rim, if it should be ink.
    fn color(&self, picture: &Picture, own: &[usize], beside: &[usize], limb: bool) -> Option<u16> {
        let count = |places: &[usize], ink: bool| places.iter().filter(|&&i| self.rim[i] == Some(ink)).count();
        let here = if count(own, true) + count(own, false) > 0 { own } else { beside };
        let inked = |places: &[usize]| -> Vec<usize> { places.iter().copied().filter(|&i| self.outline[i]).collect() };
        let filled = own.iter().filter(|&&i| picture.pixels[i] != CLEAR && !self.outline[i]).count();
        // A limb as narrow as a block keeps its own colour if it is more of it than outline.
        if count(here, true) < count(here, false) || (limb && filled > inked(own).len()) {
            return None;
        }
        let ink = |places: &[usize]| most_frequent(inked(places).into_iter().map(|i| picture.pixels[i]));
        ink(own).or_else(|| ink(beside))
    }
}

/// Whether a place is on the rim, and if, whether it is ink: dark, or darker than what lies further in.
fn on_rim(classes: &Picture, labs: &[Lab], (x, y, index): (isize, isize, u16), step: usize) -> Option<bool> {
    if index == CLEAR || SIDES.iter().all(|(dx, dy)| classes.at(x + dx, y + dy) != CLEAR) {
        return None;
    }
    let lightness = |index: u16| labs[usize::from(index)][0];
    let beyond = |(dx, dy): (isize, isize)| {
        let ahead = (1..=step as isize).map(|n| classes.at(x + n * dx, y + n * dy)).find(|other| *other != index);
        ahead.filter(|other| *other != CLEAR).map_or(0.0, lightness)
    };
    let inside = SIDES.map(beyond).into_iter().fold(0.0, f32::max);
    Some(lightness(index) < DARK || lightness(index) + DARKER < inside)
}

/// How many pixels wide the outline is, 1 to the step: the most frequent way from an inked rim to another colour.
fn depth(classes: &Picture, rim: &[Option<bool>], step: usize) -> usize {
    let mut depths = vec![0usize; step + 1];
    for (i, (x, y, index)) in classes.places().enumerate().filter(|(i, _)| rim[*i] == Some(true)) {
        let _ = i;
        for (dx, dy) in SIDES.iter().filter(|(dx, dy)| classes.at(x - dx, y - dy) == CLEAR) {
            let end = (1..=step as isize).find(|n| classes.at(x + n * dx, y + n * dy) != index);
            let end = end.filter(|n| classes.at(x + n * dx, y + n * dy) != CLEAR);
            depths[end.unwrap_or(0) as usize] += 1;
        }
    }
    (1..=step).reduce(|a, b| if depths[b] > depths[a] { b } else { a }).unwrap_or(1)
}

/// The pixels of inked colours that are no further in than the outline is wide.
fn outline(classes: &Picture, rim: &[Option<bool>], depth: usize) -> Vec<bool> {
    let mut outline: Vec<bool> = rim.iter().map(|ink| *ink == Some(true)).collect();
    for _ in 1..depth {
        let before = outline.clone();
        for (i, (x, y, index)) in classes.places().enumerate().filter(|(_, place)| place.2 != CLEAR) {
            outline[i] |= AROUND.iter().any(|(dx, dy)| {
                let (x, y) = (x + dx, y + dy);
                let other = classes.at(x, y);
                other == index && before[y as usize * classes.width + x as usize]
            });
        }
    }
    outline
}
