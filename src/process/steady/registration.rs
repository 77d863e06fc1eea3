//! Registration: the frames of a group are moved by whole pixels until the feet stand on one row and the upper part of
//! the body in one place sideways.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::process::fit::Art;
use crate::process::picture::{CLEAR, Picture, Rect};
use crate::words::recipe::Repair;

use super::track::{Track, is_far, is_repeated, reach, track};

/// The share of a subject's height, from its top, that holds still while it walks, in percent.
const UPPER: usize = 55;
/// The upper part has to match its like in another frame to this share, in percent.
const SURE: usize = 50;
/// How far a subject is searched: so much more than a part of its length.
const WINDOW: usize = 4;
/// Registration has to leave at most this share of what changes from frame to frame, in percent: of finished art, and of
/// restored raws.
const GAIN: [usize; 2] = [70, 90];

/// A shift right and down.
pub(in crate::process) type Shift = [isize; 2];

/// By how much each frame is moved: nothing where the subjects are in one place, or move as an artist draws it.
pub(in crate::process) fn body_shifts(pictures: &[Picture], repair: Repair, art: Art) -> Vec<Shift> {
    let still = vec![[0, 0]; pictures.len()];
    let boxes: Option<Vec<Rect>> = pictures.iter().map(Picture::bounds).collect();
    let Some(boxes) = boxes.filter(|boxes| boxes.len() > 1 && repair != Repair::Off) else { return still };
    let whole = |(area, picture): (&Rect, &Picture)| area.size() == [picture.width, picture.height];
    if boxes.iter().zip(pictures).all(whole) {
        return still;
    }
    let sideways = sideways(pictures, &boxes);
    let feet: Vec<isize> = boxes.iter().map(|area| area.bottom as isize).collect();
    let moves = moves(&sideways, &feet, &boxes, repair, art);
    let middle = middle(&sideways);
    let ground = most_frequent(&feet);
    let shift =
        |(x, y): (&isize, &isize)| [if moves[0] { middle - x } else { 0 }, if moves[1] { ground - y } else { 0 }];
    let shifts: Vec<Shift> = sideways.iter().zip(&feet).map(shift).collect();
    let gain = GAIN[usize::from(art == Art::Restored)];
    let before = changes(pictures, &still);
    if 100 * changes(pictures, &shifts) <= gain * before { shifts } else { still }
}

/// Whether frames are moved sideways, and up and down.
fn moves(sideways: &[isize], feet: &[isize], boxes: &[Rect], repair: Repair, art: Art) -> [bool; 2] {
    let length = |axis: usize| boxes.iter().map(|area| area.size()[axis]).max().unwrap_or(1);
    let places = [sideways, feet];
    let tracks = [0, 1].map(|axis| track(places[axis], length(axis)));
    // A motion is drawn along one axis; what strays along both at once, in a raw, was not meant to.
    let strays = art == Art::Restored && !tracks.contains(&Track::Still);
    let drifts = strays || tracks.contains(&Track::Drift);
    let moves = [0, 1].map(|axis| match art {
        Art::Finished => drifts,
        Art::Restored => drifts || !is_far(reach(places[axis]), length(axis)),
    });
    let bobs = art == Art::Finished && tracks[0] == Track::Still && (is_repeated(feet) || reach(feet) == 1);
    let rises = repair == Repair::Rising;
    let aside = if rises { tracks[0] == Track::Drift } else { moves[0] };
    [aside && tracks[0] != Track::Still && !bobs, moves[1] && !rises && !bobs]
}

/// The place of the upper body in each frame, to the right of its place in the first one.
pub(super) fn sideways(pictures: &[Picture], boxes: &[Rect]) -> Vec<isize> {
    let mut template = Body::of(&pictures[0], boxes[0]);
    let mut found: Vec<Shift> = Vec::new();
    for _ in 0..2 {
        found = pictures.iter().zip(boxes).map(|(picture, area)| template.find(picture, *area)).collect();
        template = template.agreed(pictures, &found);
    }
    found.into_iter().map(|[x, _]| x).collect()
}

/// The upper part of a subject.
struct Body {
    pixels: Vec<(isize, isize, u16)>,
    area: Rect,
}

impl Body {
    fn of(picture: &Picture, area: Rect) -> Self {
        let upper = area.top + (area.bottom - area.top).max(1).saturating_mul(UPPER).div_ceil(100);
        let is_upper = |(_, y, index): &(isize, isize, u16)| *index != CLEAR && *y < upper as isize;
        Self { pixels: picture.enumerate_pixels().filter(is_upper).collect(), area }
    }

    /// Where most of its pixels lie in a picture, right and down from here; where nothing is like it, in the same place.
    fn find(&self, picture: &Picture, area: Rect) -> Shift {
        let [w, h] = self.area.size().map(|length| (length / WINDOW + WINDOW) as isize);
        let near = [area.left as isize + area.right as isize, area.top as isize];
        let own = [self.area.left as isize + self.area.right as isize, self.area.top as isize];
        let guess = [(near[0] - own[0]) / 2, near[1] - own[1]];
        let matches = |x: isize, y: isize| {
            self.pixels.iter().filter(|(px, py, index)| picture.at(px + x, py + y) == *index).count()
        };
        let window = (guess[1] - h.min(6)..=guess[1] + h.min(6))
            .flat_map(|y| (guess[0] - w..=guess[0] + w).map(move |x| [x, y]));
        let here = [0, guess[1]];
        let best = window
            .chain([here])
            .map(|[x, y]| ((matches(x, y), Reverse(x.abs()), Reverse((y - guess[1]).abs()), Reverse(x)), [x, y]))
            .reduce(|a, b| if b.0 > a.0 { b } else { a });
        match best {
            Some(((count, ..), shift)) if 100 * count >= SURE * self.pixels.len() => shift,
            _ => here,
        }
    }

    /// What most frames show of it, each at its place.
    fn agreed(&self, pictures: &[Picture], found: &[Shift]) -> Self {
        let seen = |x: isize, y: isize| {
            let mut counts: BTreeMap<u16, usize> = BTreeMap::new();
            for (picture, [dx, dy]) in pictures.iter().zip(found) {
                *counts.entry(picture.at(x + dx, y + dy)).or_default() += 1;
            }
            counts.into_iter().reduce(|a, b| if b.1 > a.1 { b } else { a })
        };
        let agreed = |(x, y, _): &(isize, isize, u16)| {
            let (index, count) = seen(*x, *y)?;
            (index != CLEAR && 2 * count > pictures.len()).then_some((*x, *y, index))
        };
        let pixels: Vec<(isize, isize, u16)> = self.pixels.iter().filter_map(agreed).collect();
        let enough = 4 * pixels.len() >= self.pixels.len();
        Self { pixels: if enough { pixels } else { self.pixels.clone() }, area: self.area }
    }
}

/// The middle of the places in order; of two the one that is nearer to 0.
pub(super) fn middle(places: &[isize]) -> isize {
    let mut sorted = places.to_vec();
    sorted.sort_unstable();
    let at = sorted.len() / 2;
    let pair = [sorted[(sorted.len() - 1) / 2], sorted[at]];
    if pair[0].abs() <= pair[1].abs() { pair[0] } else { pair[1] }
}

/// The most frequent row; of several the lowest.
fn most_frequent(rows: &[isize]) -> isize {
    let mut counts: BTreeMap<isize, usize> = BTreeMap::new();
    rows.iter().for_each(|row| *counts.entry(*row).or_default() += 1);
    counts.into_iter().reduce(|a, b| if b.1 >= a.1 { b } else { a }).map_or(0, |(row, _)| row)
}

/// How many pixels change from one frame to the next, round the loop, once the frames are moved.
fn changes(pictures: &[Picture], shifts: &[Shift]) -> usize {
    let count = pictures.len();
    let pair = |i: usize| {
        let (one, two) = (&pictures[i], &pictures[(i + 1) % count]);
        let ([ax, ay], [bx, by]) = (shifts[i], shifts[(i + 1) % count]);
        let by = [ax - bx, ay - by];
        differing(one, two, by) + differing(two, one, by.map(|by| -by))
    };
    (0..count).map(pair).sum()
}

/// How many opaque pixels of a picture differ from another one that is moved by so much.
fn differing(one: &Picture, two: &Picture, [dx, dy]: Shift) -> usize {
    let opaque = one.enumerate_pixels().filter(|(.., index)| *index != CLEAR);
    opaque.filter(|(x, y, index)| two.at(x + dx, y + dy) != *index).count()
}

/// The pictures after their shifts, all as large as the largest needs to be.
pub(in crate::process) fn registered(pictures: Vec<Picture>, shifts: &[Shift]) -> Vec<Picture> {
    if shifts.iter().all(|shift| *shift == [0, 0]) {
        return pictures;
    }
    let moved = pictures.iter().zip(shifts).filter_map(|(picture, [x, y])| {
        let area = picture.bounds()?;
        let [left, right] = [area.left, area.right].map(|at| at as isize + x);
        let [top, bottom] = [area.top, area.bottom].map(|at| at as isize + y);
        Some([left, top, right, bottom])
    });
    let ends = moved.fold([0, 0, 0, 0], |all, [left, top, right, bottom]| {
        [all[0].min(left), all[1].min(top), all[2].max(right), all[3].max(bottom)]
    });
    let one = |(picture, [x, y]): (&Picture, &Shift)| {
        let size = [ends[2].max(picture.width as isize) - ends[0], ends[3].max(picture.height as isize) - ends[1]];
        picture.crop(ends[0] - x, ends[1] - y, size.map(|length| length as usize))
    };
    pictures.iter().zip(shifts).map(one).collect()
}
