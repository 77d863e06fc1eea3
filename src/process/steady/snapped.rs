//! Pixels that no motion explains follow their neighbours in time.

use crate::process::cells::Cells;
use crate::process::picture::{CLEAR, Picture};
use crate::process::toe::toe_encode;
use crate::words::color::{Lab, distance};

use super::registration::Shift;

/// By how much farther a cell may be from the colour of its neighbours in time than from its own, in units of the
/// spread that cells have.
const DOUBT: f32 = 2.0;
/// The least spread of cells.
const LEAST: f32 = 0.008;

/// Gives a pixel the colour that the frames before and after agree on where its cell is about as close to it, and counts
/// such pixels. A cell without noise is sure of its colour.
pub(in crate::process) fn snapped(pictures: &mut [Picture], cells: &[Cells], labs: &[Lab], shifts: &[Shift]) -> usize {
    if pictures.len() < 3 || cells.iter().all(Cells::is_uniform) {
        return 0;
    }
    let labs: Vec<Lab> = labs.iter().map(|lab| toe_encode(*lab)).collect();
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
            let color = toe_encode(cells[now].lab(offset));
            let [far, near] = [one, index].map(|index| distance(color, labs[usize::from(index)]));
            if far - near < DOUBT * cells[now].spread(offset).max(LEAST) {
                picture.pixels[offset] = one;
                count += 1;
            }
        }
    }
    count
}
