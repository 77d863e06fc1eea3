//! Pixels that no motion explains follow their neighbours in time: those in the same place, and those that what is
//! round them moved to.

use crate::process::cells::Cells;
use crate::process::picture::{CLEAR, Picture};
use crate::process::toe::toe_encode;
use crate::words::color::{Lab, distance};

use super::motion::{Motion, REACH};
use super::registration::Shift;

/// By how much farther a cell may be from the colour of its neighbours in time than from its own, in units of the
/// spread that cells have.
const DOUBT: f32 = 2.0;
/// The least spread of cells.
const LEAST: f32 = 0.008;

/// So many frames before and after are asked.
const FRAMES: usize = 3;
/// The least number of frames that agree on another colour, and how many times as many as on the pixel's own.
const AGREED: usize = 2;
const MORE: usize = 2;

/// Gives a pixel the colour that the frames before and after agree on where its cell is about as close to it, and counts
/// such pixels. A cell without noise is sure of its colour.
pub(in crate::process) fn snapped(pictures: &mut [Picture], cells: &[Cells], labs: &[Lab], shifts: &[Shift]) -> usize {
    if pictures.len() < 3 || cells.iter().all(Cells::is_uniform) {
        return 0;
    }
    let labs: Vec<Lab> = labs.iter().map(|lab| toe_encode(*lab)).collect();
    let doubts: Vec<Doubts<'_>> = cells.iter().map(|cells| Doubts { cells, labs: &labs }).collect();
    in_place(pictures, &doubts, shifts) + moved(pictures, &doubts, shifts)
}

/// The cells of a frame, and the colours that they may have.
struct Doubts<'a> {
    cells: &'a Cells,
    labs: &'a [Lab],
}

impl Doubts<'_> {
    /// Whether a cell may as well have another colour as its own.
    fn allow(&self, offset: usize, index: u16, other: u16) -> bool {
        let color = toe_encode(self.cells.lab(offset));
        let [far, near] = [other, index].map(|index| distance(color, self.labs[usize::from(index)]));
        far - near < DOUBT * self.cells.spread(offset).max(LEAST)
    }

    /// Whether a cell may have any other colour than its own.
    fn is_doubtful(&self, offset: usize, index: u16) -> bool {
        (0..).zip(self.labs).any(|(other, _)| other != index && self.allow(offset, index, other))
    }
}

/// Snaps to what both neighbours in time show in the same place.
fn in_place(pictures: &mut [Picture], doubts: &[Doubts<'_>], shifts: &[Shift]) -> usize {
    let before = pictures.to_vec();
    let mut count = 0;
    for (now, picture) in pictures.iter_mut().enumerate() {
        let others = [(now + before.len() - 1) % before.len(), (now + 1) % before.len()];
        let own = shifts[now];
        let seen = |other: usize, x: isize, y: isize| {
            let [dx, dy] = shifts[other];
            before[other].at(x + own[0] - dx, y + own[1] - dy)
        };
        for (offset, (x, y, index)) in before[now].enumerate_pixels().enumerate() {
            let [one, two] = others.map(|other| seen(other, x, y));
            if one != two || one == index || one == CLEAR || index == CLEAR {
                continue;
            }
            if doubts[now].allow(offset, index, one) {
                picture.pixels[offset] = one;
                count += 1;
            }
        }
    }
    count
}

/// Snaps to what most frames near in time show in the middle of what surrounds the pixel, wherever that lies in them.
fn moved(pictures: &mut [Picture], doubts: &[Doubts<'_>], shifts: &[Shift]) -> usize {
    let before = pictures.to_vec();
    let mut count = 0;
    for (now, picture) in pictures.iter_mut().enumerate() {
        let others = near_in_time(now, before.len());
        for (offset, (x, y, index)) in before[now].enumerate_pixels().enumerate() {
            if index == CLEAR || !doubts[now].is_doubtful(offset, index) {
                continue;
            }
            let seen = |other: &usize| {
                let by = [0, 1].map(|axis| shifts[now][axis] - shifts[*other][axis]);
                let motion = Motion { from: &before[now], to: &before[*other], by };
                motion.of([x, y], REACH).map(|[x, y]| before[*other].at(x, y))
            };
            let seen: Vec<u16> = others.iter().filter_map(seen).collect();
            let votes = |index: u16| seen.iter().filter(|other| **other == index).count();
            let best = seen.iter().copied().filter(|other| ![index, CLEAR].contains(other));
            let best = best.reduce(|a, b| if votes(b) > votes(a) { b } else { a });
            let agreed = |other: &u16| votes(*other) >= AGREED.max(MORE * votes(index) + 1);
            if let Some(other) = best.filter(agreed).filter(|other| doubts[now].allow(offset, index, *other)) {
                picture.pixels[offset] = other;
                count += 1;
            }
        }
    }
    count
}

/// The frames before and after one, round the loop, without itself.
fn near_in_time(now: usize, count: usize) -> Vec<usize> {
    let mut others: Vec<usize> = (1..=FRAMES).flat_map(|by| [now + by, now + count * FRAMES - by]).collect();
    others.iter_mut().for_each(|other| *other %= count);
    others.sort_unstable();
    others.dedup();
    others.retain(|other| *other != now);
    others
}
