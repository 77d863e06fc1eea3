//! Subjects that reach over the line between two frames of a sheet.

use image::RgbaImage;

use super::strip::{ground, is_like};
use crate::words::ask::Part;

/// A subject is most of what its frame shows, in percent, and larger than what lies beyond the line so many times.
const BODY: usize = 50;
const LARGER: usize = 3;
/// It reaches at least one pixel in so many of a frame's length over the line.
const REACH: u32 = 32;

/// A frame, and the one in which its subject goes on, as positions among the parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crossing {
    /// The frame whose subject it is.
    pub frame: usize,
    /// The frame beside it.
    pub into: usize,
}

/// The first subject that goes on beyond its part of a sheet. Subjects that merely touch each other do not: what lies
/// beyond the line has to be a small part of something else.
pub fn crossing(images: &[&RgbaImage], parts: &[Part]) -> Option<Crossing> {
    let at = |number: u32| parts.iter().position(|part| part.number == number);
    let beside = |(here, part): (usize, &Part)| {
        let right = (part.number + 1).is_multiple_of(part.columns.max(1));
        let right = if right { None } else { at(part.number + 1).map(|there| (here, there, 0)) };
        [right, at(part.number + part.columns).map(|there| (here, there, 1))]
    };
    let pairs = parts.iter().enumerate().flat_map(beside).flatten();
    pairs.into_iter().find_map(|(here, there, axis)| {
        let first = reaches([images[here], images[there]], axis)?;
        Some(if first { Crossing { frame: here, into: there } } else { Crossing { frame: there, into: here } })
    })
}

/// Whether the subject of the first image, rather than that of the second, goes on in the other one; none does mostly.
fn reaches(images: [&RgbaImage; 2], axis: usize) -> Option<bool> {
    let side = |image: &RgbaImage, axis: usize| [image.width(), image.height()][axis];
    if images[0].dimensions() != images[1].dimensions() {
        return None;
    }
    let [length, across] = [side(images[0], axis), side(images[0], 1 - axis)];
    let masks = [Mask::of(images[0])?, Mask::of(images[1])?];
    let place = |along: u32, other: u32| if axis == 0 { (along, other) } else { (other, along) };
    let edges = |other: u32| [place(length - 1, other), place(0, other)];
    let touches = |other: &u32| {
        let [one, two] = edges(*other);
        let [a, b] = [images[0].get_pixel(one.0, one.1), images[1].get_pixel(two.0, two.1)];
        masks[0].has(one) && masks[1].has(two) && is_like(*a, *b)
    };
    let contacts: Vec<u32> = (0..across).filter(touches).collect();
    if contacts.is_empty() {
        return None;
    }
    let grown = |which: usize| masks[which].grown(contacts.iter().map(|other| edges(*other)[which]));
    let bodies = [grown(0), grown(1)];
    let is_subject = |which: usize| {
        let (own, other) = (bodies[which].len(), bodies[1 - which].len());
        let along = |(x, y): &(u32, u32)| [*x, *y][axis];
        let depth = |place: &(u32, u32)| if which == 0 { along(place) + 1 } else { length - along(place) };
        let reach = bodies[1 - which].iter().map(depth).max().unwrap_or(0);
        100 * own >= BODY * masks[which].count() && LARGER * other < own && reach >= length.div_ceil(REACH)
    };
    if is_subject(0) { Some(true) } else { is_subject(1).then_some(false) }
}

/// What is drawn in an image that has a ground.
struct Mask {
    drawn: Vec<bool>,
    size: (u32, u32),
}

impl Mask {
    fn of(image: &RgbaImage) -> Option<Self> {
        let ground = ground(image)?;
        Some(Self { drawn: image.pixels().map(|pixel| !is_like(*pixel, ground)).collect(), size: image.dimensions() })
    }

    fn offset(&self, (x, y): (u32, u32)) -> usize {
        y as usize * self.size.0 as usize + x as usize
    }

    fn has(&self, place: (u32, u32)) -> bool {
        self.drawn[self.offset(place)]
    }

    fn count(&self) -> usize {
        self.drawn.iter().filter(|drawn| **drawn).count()
    }

    /// All that is connected with these places, corners too.
    fn grown(&self, from: impl Iterator<Item = (u32, u32)>) -> Vec<(u32, u32)> {
        let mut seen = vec![false; self.drawn.len()];
        let mut body: Vec<(u32, u32)> = Vec::new();
        let mut open: Vec<(u32, u32)> = from.collect();
        while let Some((x, y)) = open.pop() {
            if std::mem::replace(&mut seen[self.offset((x, y))], true) {
                continue;
            }
            body.push((x, y));
            let columns = x.saturating_sub(1)..=(x + 1).min(self.size.0 - 1);
            let around =
                columns.flat_map(|x| (y.saturating_sub(1)..=(y + 1).min(self.size.1 - 1)).map(move |y| (x, y)));
            open.extend(around.filter(|place| self.has(*place) && !seen[self.offset(*place)]));
        }
        body
    }
}

#[cfg(test)]
mod tests {
    use image::Rgba;

    use super::*;

    /// Two frames of 32 x 32 with blocks of one colour: left, right, top and bottom on the whole sheet.
    fn found(blocks: &[[u32; 4]]) -> Option<Crossing> {
        let image = |frame: u32| {
            RgbaImage::from_fn(32, 32, |x, y| {
                let x = x + 32 * frame;
                let is_in = |[l, r, t, b]: &[u32; 4]| (*l..*r).contains(&x) && (*t..*b).contains(&y);
                if blocks.iter().any(is_in) { Rgba([200, 160, 60, 255]) } else { Rgba([0; 4]) }
            })
        };
        crossing(&[&image(0), &image(1)], &[(0, 2).into(), (1, 2).into()])
    }

    #[test]
    fn a_sword_that_reaches_over_the_line_is_found_and_what_touches_is_not() {
        let bodies = [[8, 20, 6, 30], [44, 56, 6, 30]];
        let with = |block: [u32; 4]| found(&[bodies[0], bodies[1], block]);
        assert_eq!(with([20, 37, 14, 16]), Some(Crossing { frame: 0, into: 1 }));
        assert_eq!(with([29, 44, 14, 16]), Some(Crossing { frame: 1, into: 0 }));
        assert_eq!(with([20, 32, 14, 16]), None);
        assert_eq!(with([30, 34, 2, 4]), None);
        assert_eq!(found(&[[8, 32, 6, 30], [32, 56, 6, 30]]), None);
        assert_eq!(found(&[bodies[0], [20, 37, 14, 16]]), Some(Crossing { frame: 0, into: 1 }));
    }

    #[test]
    fn rows_are_beside_each_other_too() {
        let mut one = RgbaImage::new(32, 32);
        let mut two = one.clone();
        let ink = Rgba([200, 160, 60, 255]);
        (10..32).flat_map(|y| (10..20).map(move |x| (x, y))).for_each(|(x, y)| one.put_pixel(x, y, ink));
        (0..4).flat_map(|y| (14..16).map(move |x| (x, y))).for_each(|(x, y)| two.put_pixel(x, y, ink));
        let part = |number| Part { number, columns: 1, rows: 2 };
        assert_eq!(crossing(&[&one, &two], &[part(0), part(1)]), Some(Crossing { frame: 0, into: 1 }));
    }
}
