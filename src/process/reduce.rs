//! Reducing by a whole step: every block of pixels becomes one of its own colours. Outlines stay closed, lines of one pixel
//! and small features such as eyes survive, and no colour is new.

use crate::color::{Lab, distance};

use super::picture::{Area, CLEAR, Join, Picture, SIDES};

/// Colours nearer than this are alike for lines and features.
const ALIKE: f32 = 0.08;
/// A feature stands out from what surrounds it by at least so much.
const FEATURE: f32 = 0.2;
/// Weight of a plain pixel.
const PLAIN: u32 = 4;

/// The block raster: its step and the pixel at which its first block begins, which may lie outside the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Raster {
    pub step: usize,
    pub from: [isize; 2],
    /// Blocks across and down.
    pub size: [usize; 2],
}

impl Raster {
    /// The block that holds a pixel, if one does.
    fn block(&self, x: isize, y: isize) -> Option<usize> {
        let step = self.step as isize;
        let (bx, by) = (x - self.from[0], y - self.from[1]);
        let inside = bx >= 0 && by >= 0 && bx / step < self.size[0] as isize && by / step < self.size[1] as isize;
        inside.then(|| (by / step) as usize * self.size[0] + (bx / step) as usize)
    }
}

/// The raster over a box whose blocks are purest: pictures are often drawn in blocks of blocks already.
///
/// Only rasters with at most `room` blocks compete; the box's bottom on a block's bottom breaks ties, then the order.
pub(super) fn raster(pictures: &[Picture], area: Area, step: usize, room: [usize; 2]) -> Raster {
    let [w, h] = area.size();
    let at = |dx: usize, dy: usize| Raster {
        step,
        from: [area.left as isize - dx as isize, area.top as isize - dy as isize],
        size: [(w + dx).div_ceil(step), (h + dy).div_ceil(step)],
    };
    // At least one raster stays: when nothing fits, the tightest.
    let least = [w.div_ceil(step).max(room[0]), h.div_ceil(step).max(room[1])];
    let all = (0..step).flat_map(|dy| (0..step).map(move |dx| (dx, dy)));
    let fitting = all.map(|(dx, dy)| at(dx, dy)).filter(|r| r.size[0] <= least[0] && r.size[1] <= least[1]);
    let value = |raster: &Raster| {
        let pure: usize = pictures.iter().take(4).map(|picture| purity(picture, raster)).sum();
        let stands = (area.bottom as isize - raster.from[1]) % step as isize == 0;
        (pure, stands)
    };
    let best = fitting.map(|raster| (value(&raster), raster)).reduce(|a, b| if b.0 > a.0 { b } else { a });
    best.map_or_else(|| at(0, 0), |(_, raster)| raster)
}

/// Pixels that have the colour most frequent in their block.
fn purity(picture: &Picture, raster: &Raster) -> usize {
    let mut colors = Vec::with_capacity(raster.step * raster.step);
    let blocks = (0..raster.size[0] * raster.size[1]).map(|block| {
        pixels_of(picture, raster, block, &mut colors, |picture, i| picture.pixels[i]);
        colors.sort_unstable();
        colors.chunk_by(|a, b| a == b).map(<[u16]>::len).max().unwrap_or(0)
    });
    blocks.sum()
}

/// What `value` says of the pixels in a block that lie in the picture.
fn pixels_of<T>(
    picture: &Picture,
    raster: &Raster,
    block: usize,
    out: &mut Vec<T>,
    value: impl Fn(&Picture, usize) -> T,
) {
    out.clear();
    let corner = |axis: usize, at: usize| raster.from[axis] + (at * raster.step) as isize;
    let (left, top) = (corner(0, block % raster.size[0]), corner(1, block / raster.size[0]));
    let clip = |from: isize, length: usize| {
        (from.max(0) as usize).min(length)..((from + raster.step as isize).max(0) as usize).min(length)
    };
    for y in clip(top, picture.height) {
        out.extend(clip(left, picture.width).map(|x| value(picture, y * picture.width + x)));
    }
}

/// Reduces a picture whose indices have these colours.
pub(super) fn reduced(picture: &Picture, labs: &[Lab], raster: &Raster) -> Picture {
    if raster.step == 1 {
        return picture.cut(raster.from[0], raster.from[1], raster.size);
    }
    let marks = Marks::of(picture, labs);
    let weights = weights(picture, labs, &marks, raster.step as u32);
    let mut small = Picture::clear(raster.size[0], raster.size[1]);
    let mut votes: Vec<(u16, u32)> = Vec::new();
    for block in 0..small.pixels.len() {
        pixels_of(picture, raster, block, &mut votes, |picture, i| (picture.pixels[i], weights[i]));
        // What lies outside the picture is clear, too.
        let outside = (raster.step * raster.step - votes.len()) as u32 * PLAIN;
        small.pixels[block] = elected(&mut votes, outside);
    }
    keep_features(picture, labs, raster, &mut small);
    close_outline(picture, &marks, raster, &mut small);
    small
}

/// The colour with most weight: first whether any, then which.
fn elected(votes: &mut [(u16, u32)], outside: u32) -> u16 {
    votes.sort_unstable();
    let sum = |votes: &[(u16, u32)]| votes.iter().map(|(_, weight)| weight).sum::<u32>();
    let opaque = votes.partition_point(|(index, _)| *index != CLEAR);
    let clear = sum(&votes[opaque..]) + outside;
    if sum(&votes[..opaque]) < clear.max(1) {
        return CLEAR;
    }
    let tally = votes[..opaque].chunk_by(|a, b| a.0 == b.0).map(|same| (same[0].0, sum(same)));
    tally.reduce(|a, b| if b.1 > a.1 { b } else { a }).map_or(CLEAR, |(index, _)| index)
}

/// What a pixel is to the drawing.
struct Marks {
    /// It is darker than the inside and touches what is clear.
    outline: Vec<bool>,
    /// Whether the whole subject has an outline.
    outlined: bool,
}

impl Marks {
    fn of(picture: &Picture, labs: &[Lab]) -> Self {
        let (mut rim, mut dark) = (0, 0);
        let mark = |(x, y, index): (isize, isize, u16)| {
            let around = SIDES.map(|(dx, dy)| picture.at(x + dx, y + dy));
            if index == CLEAR || !around.contains(&CLEAR) {
                return false;
            }
            rim += 1;
            let lightness = |index: u16| labs[usize::from(index)][0];
            let inside =
                around.iter().filter(|i| **i != CLEAR && **i != index).map(|i| lightness(*i)).fold(0.0, f32::max);
            let is_dark = lightness(index) < 0.33 || lightness(index) + 0.06 < inside;
            dark += usize::from(is_dark);
            is_dark
        };
        let outline = picture.places().map(mark).collect();
        Self { outline, outlined: rim > 0 && 10 * dark >= 6 * rim }
    }
}

/// How much each pixel counts in its block: lines of one pixel as much as a block is wide, rare colours and outlines more.
fn weights(picture: &Picture, labs: &[Lab], marks: &Marks, step: u32) -> Vec<u32> {
    let mut counts = vec![0u32; labs.len()];
    picture.pixels.iter().filter(|i| **i != CLEAR).for_each(|i| counts[usize::from(*i)] += 1);
    let total: u32 = counts.iter().sum();
    let weight = |(place, (x, y, index)): (usize, (isize, isize, u16))| {
        if index == CLEAR {
            return PLAIN;
        }
        let line = is_line(picture, labs, x, y, index);
        let rare = 50 * counts[usize::from(index)] < total;
        PLAIN * if line { step.min(4) } else { 1 } + if rare { 2 } else { 0 } + if marks.outline[place] { 3 } else { 0 }
    };
    picture.places().enumerate().map(weight).collect()
}

/// Whether a pixel lies on a line of one pixel: both neighbours across differ from it and are alike.
fn is_line(picture: &Picture, labs: &[Lab], x: isize, y: isize, index: u16) -> bool {
    let alike = |a: u16, b: u16| match (labs.get(usize::from(a)), labs.get(usize::from(b))) {
        (Some(a), Some(b)) => distance(*a, *b) < ALIKE,
        _ => a == b,
    };
    let crosses = |dx: isize, dy: isize| {
        let (a, b) = (picture.at(x - dx, y - dy), picture.at(x + dx, y + dy));
        let goes_on = alike(picture.at(x + dy, y + dx), index) || alike(picture.at(x - dy, y - dx), index);
        goes_on && !alike(a, index) && !alike(b, index) && alike(a, b)
    };
    crosses(1, 0) || crosses(0, 1)
}

/// Gives a small part of a contrasting colour, such as an eye, the block that holds most of it, if the vote left it none and
/// no other such part has that block.
fn keep_features(picture: &Picture, labs: &[Lab], raster: &Raster, small: &mut Picture) {
    let area = raster.step * raster.step;
    let parts = picture.parts(Join::Color).into_iter();
    let features =
        parts.filter(|part| part.len() <= area && 4 * part.len() >= area.min(8) && stands_out(picture, labs, part));
    let mut taken = vec![false; small.pixels.len()];
    let mut lost = Vec::new();
    for part in features {
        let (width, index) = (picture.width, picture.pixels[part[0]]);
        let place = |i: &usize| raster.block((i % width) as isize, (i / width) as isize);
        let mut blocks: Vec<usize> = part.iter().filter_map(place).collect();
        match blocks.iter().find(|block| small.pixels[**block] == index) {
            Some(&block) => taken[block] = true,
            None => {
                blocks.sort_unstable();
                let most = blocks.chunk_by(|a, b| a == b).reduce(|a, b| if b.len() > a.len() { b } else { a });
                lost.extend(most.map(|same| (same[0], index)));
            }
        }
    }
    for (block, index) in lost {
        if small.pixels[block] != CLEAR && !std::mem::replace(&mut taken[block], true) {
            small.pixels[block] = index;
        }
    }
}

/// Whether a part lies inside the subject and differs from all that it touches.
fn stands_out(picture: &Picture, labs: &[Lab], part: &[usize]) -> bool {
    let index = picture.pixels[part[0]];
    let around = part.iter().flat_map(|i| {
        let (x, y) = ((i % picture.width) as isize, (i / picture.width) as isize);
        SIDES.map(|(dx, dy)| picture.at(x + dx, y + dy))
    });
    around
        .filter(|i| *i != index)
        .all(|other| other != CLEAR && distance(labs[usize::from(other)], labs[usize::from(index)]) >= FEATURE)
}

/// Where the subject is outlined, its outermost pixels take the outline's colour from their block.
fn close_outline(picture: &Picture, marks: &Marks, raster: &Raster, small: &mut Picture) {
    if !marks.outlined {
        return;
    }
    let voted = small.clone();
    let mut lines: Vec<u16> = Vec::new();
    for (block, (x, y, index)) in voted.places().enumerate() {
        if index == CLEAR || SIDES.iter().all(|(dx, dy)| voted.at(x + dx, y + dy) != CLEAR) {
            continue;
        }
        let line = |picture: &Picture, i: usize| if marks.outline[i] { picture.pixels[i] } else { CLEAR };
        pixels_of(picture, raster, block, &mut lines, line);
        lines.retain(|index| *index != CLEAR);
        lines.sort_unstable();
        let most = lines.chunk_by(|a, b| a == b).reduce(|a, b| if b.len() > a.len() { b } else { a });
        if let Some(same) = most {
            small.pixels[block] = same[0];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::{Rgb, oklab};
    use crate::process::picture::{drawn, text};

    fn labs() -> Vec<Lab> {
        [Rgb([10, 10, 20]), Rgb([200, 60, 60]), Rgb([250, 250, 250]), Rgb([60, 160, 60])].map(oklab).to_vec()
    }

    fn halved(rows: &[&str]) -> Vec<String> {
        let picture = drawn(rows);
        let size = [picture.width / 2, picture.height / 2];
        text(&reduced(&picture, &labs(), &Raster { step: 2, from: [0, 0], size }))
    }

    #[test]
    fn blocks_of_one_colour_stay() {
        assert_eq!(halved(&["1133", "1133", "..22", "..22"]), ["13", ".2"]);
    }

    #[test]
    fn an_outline_stays_closed_and_an_eye_stays_open() {
        let rows = [
            "0000000000",
            "0111111110",
            "0111111110",
            "0112111110",
            "0111111110",
            "0111111110",
            "0111111110",
            "0000000000",
        ];
        assert_eq!(halved(&rows), ["00000", "02110", "01110", "00000"].map(String::from));
    }

    #[test]
    fn a_line_of_one_pixel_survives() {
        let rows = ["333333", "333333", "222222", "333333", "333333", "333333"];
        assert_eq!(halved(&rows), ["333", "222", "333"]);
    }

    #[test]
    fn the_raster_lies_on_what_was_drawn_in_blocks() {
        let picture = drawn(&[".....", ".1133", ".1133", ".2211", ".2211"]);
        let area = Area { left: 0, top: 0, right: 5, bottom: 5 };
        assert_eq!(raster(&[picture], area, 2, [3, 3]).from, [-1, -1]);
    }
}
