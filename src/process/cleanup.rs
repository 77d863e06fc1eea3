//! Optional clean-up of the logical picture: dust, orphan pixels and jaggies.

use crate::words::color::{Lab, distance};

use super::picture::{CLEAR, NEIGHBORS_4, NEIGHBORS_8, Picture, Region};

/// The largest number of pixels of a speck that counts as dust.
const SPECK: usize = 2;
/// An orphan that differs from all its neighbours by at least this (OKLab distance) is a feature.
const STANDS_OUT: f32 = 0.15;

/// Removes opaque connected components of at most [`SPECK`] pixels; the largest component always stays.
pub(super) fn dust(picture: &mut Picture) {
    let components = picture.components(Region::Opaque);
    let largest = components.iter().map(Vec::len).max().unwrap_or(0);
    for speck in components.into_iter().filter(|one| one.len() <= SPECK && one.len() < largest) {
        speck.into_iter().for_each(|i| picture.pixels[i] = CLEAR);
    }
}

/// Gives orphans (opaque pixels that share their colour with no neighbour) the most frequent colour of their
/// neighbours.
///
/// An orphan that contrasts with all of them, such as an eye or a glint, is intended and stays.
pub(super) fn orphans(picture: &mut Picture, labs: &[Lab]) {
    let before = picture.clone();
    for (i, (x, y, index)) in before.enumerate_pixels().enumerate() {
        if index != CLEAR && is_orphan(&before, x, y) {
            let around = NEIGHBORS_8.map(|(dx, dy)| before.at(x + dx, y + dy));
            let lab = |index: u16| labs.get(usize::from(index));
            let is_near = |other: &u16| {
                lab(*other).zip(lab(index)).is_some_and(|(other, own)| distance(*other, *own) < STANDS_OUT)
            };
            if around.iter().any(is_near) {
                picture.pixels[i] = most_frequent(&around).unwrap_or(index);
            }
        }
    }
}

/// Whether none of the eight neighbours has the colour of the pixel.
pub(super) fn is_orphan(picture: &Picture, x: isize, y: isize) -> bool {
    NEIGHBORS_8.iter().all(|(dx, dy)| picture.at(x + dx, y + dy) != picture.at(x, y))
}

/// The most frequent opaque index; ties go to the lowest.
fn most_frequent(indices: &[u16]) -> Option<u16> {
    let mut sorted: Vec<u16> = indices.iter().copied().filter(|index| *index != CLEAR).collect();
    sorted.sort_unstable();
    let most = sorted.chunk_by(|a, b| a == b).reduce(|a, b| if b.len() > a.len() { b } else { a });
    most.map(|same| same[0])
}

/// Removes jaggies: the corner pixels of staircases in lines one pixel wide, so that the remaining pixels touch
/// diagonally.
///
/// A corner with two arms longer than a pixel is intended and stays.
pub(super) fn jaggies(picture: &mut Picture) {
    for y in 0..picture.height as isize {
        for x in 0..picture.width as isize {
            if let Some(outside) = stair(picture, x, y) {
                picture.pixels[y as usize * picture.width + x as usize] = outside;
            }
        }
    }
}

/// If the pixel is the corner of a staircase, the index of the pixel outside of it.
fn stair(picture: &Picture, x: isize, y: isize) -> Option<u16> {
    let index = picture.at(x, y);
    let same = |dx: isize, dy: isize| picture.at(x + dx, y + dy) == index;
    let [up, left, right, down] = NEIGHBORS_4.map(|(dx, dy)| same(dx, dy));
    if index == CLEAR || up == down || left == right {
        return None;
    }
    let (dx, dy) = (if left { -1 } else { 1 }, if up { -1 } else { 1 });
    let thin = !same(dx, dy) && !same(-dx, -dy);
    // One of its arms is a single pixel, from which the line continues away from the corner.
    let steps = same(-dx, dy) || same(dx, -dy);
    (thin && steps).then(|| picture.at(x - dx, y - dy))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::picture::{drawn, text};

    fn after(step: impl Fn(&mut Picture), rows: &[&str]) -> Vec<String> {
        let mut picture = drawn(rows);
        step(&mut picture);
        text(&picture)
    }

    #[test]
    fn dust_is_removed_and_the_subject_stays() {
        assert_eq!(after(dust, &["1..11", "1....", "...11", "..111"]), [".....", ".....", "...11", "..111"]);
        assert_eq!(after(dust, &["1.."]), ["1.."]);
    }

    #[test]
    fn orphans_take_a_neighbouring_colour_and_eyes_stay() {
        let grey = |lightness| [lightness, 0.0, 0.0];
        let labs = [grey(0.1), grey(0.5), grey(0.6), grey(0.9)];
        let after = |rows| after(|picture| orphans(picture, &labs), rows);
        assert_eq!(after(&["111", "121", "133", "..."]), ["111", "111", "133", "..."]);
        assert_eq!(after(&["1111", "1011", "1113", "1111"]), ["1111", "1011", "1113", "1111"]);
    }

    #[test]
    fn staircases_lose_their_corners_and_squares_do_not() {
        assert_eq!(after(jaggies, &["11...", ".11..", "..11.", "...11"]), ["1....", ".1...", "..1..", "...11"]);
        assert_eq!(after(jaggies, &["1111", "1..1", "1..1", "1111"]), ["1111", "1..1", "1..1", "1111"]);
    }
}
