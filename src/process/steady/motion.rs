//! Motion: where what surrounds a pixel lies in another frame.

use crate::process::picture::{CLEAR, Picture};

/// A part moves at most so far from frame to frame, in pixels.
pub(super) const REACH: isize = 3;
/// How far what surrounds a pixel extends.
const AROUND: isize = 2;
/// It is found again if at most so many of its pixels differ.
const DIFFERING: usize = 8;

/// Two frames, of which the second lies off by so much.
pub(super) struct Motion<'a> {
    pub from: &'a Picture,
    pub to: &'a Picture,
    pub by: [isize; 2],
}

impl Motion<'_> {
    /// Where a pixel of the first frame lies in the second one, by what surrounds it; the nearest of equal places.
    pub(super) fn of(&self, [x, y]: [isize; 2], reach: isize) -> Option<[isize; 2]> {
        let around: Vec<(isize, isize, u16)> = self.around(x, y).collect();
        if around.iter().all(|(.., index)| *index == CLEAR) {
            return None;
        }
        let mut best = None;
        for (dx, dy) in (-reach..=reach).flat_map(|dy| (-reach..=reach).map(move |dx| (dx, dy))) {
            let [right, down] = [dx + self.by[0], dy + self.by[1]];
            let differing = around.iter().filter(|(x, y, index)| self.to.at(x + right, y + down) != *index).count();
            let score = (differing, dx * dx + dy * dy);
            if differing <= DIFFERING && best.is_none_or(|(least, _)| score < least) {
                best = Some((score, [x + right, y + down]));
            }
        }
        best.map(|(_, place)| place)
    }

    /// The pixels round one.
    fn around(&self, x: isize, y: isize) -> impl Iterator<Item = (isize, isize, u16)> {
        let square = (-AROUND..=AROUND).flat_map(|dy| (-AROUND..=AROUND).map(move |dx| (dx, dy)));
        let others = square.filter(|offset| *offset != (0, 0));
        others.map(move |(dx, dy)| (x + dx, y + dy, self.from.at(x + dx, y + dy)))
    }
}
