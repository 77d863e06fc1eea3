//! Flicker: what changes from frame to frame and is no motion, not even one of parts.

use rayon::prelude::*;

use crate::process::picture::{CLEAR, Picture, Rect};

use super::registration::{middle, sideways};
use super::track::{Track, is_repeated, reach, track};

/// A part moves at most so far from one frame to the next, in pixels, beside the motion of the whole subject.
const LIMB: isize = 4;
/// A part is found again if at most so many of the pixels round one differ.
const DIFFERING: usize = 2;
/// At most about so many pixels of a frame are looked for.
const SAMPLES: usize = 4096;
/// A body that goes up and down by less does not jump.
const BOB: isize = 2;

/// How far frames are from being an animation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::process) struct Unsteady {
    /// The worst share of an inner frame's pixels that neither frame beside it has, beyond what these two do not have of
    /// each other, in per mille.
    pub flicker: i64,
    /// The number of that frame from 0.
    pub frame: usize,
    /// By how much more of its pixels the last frame loses to the first one than any frame to the next, or how much the
    /// first or the last one flickers round the loop, in per mille.
    pub looped: i64,
    /// How far a subject strays that neither stands still nor follows a curve, in pixels.
    pub strays: i64,
    /// The number of the frame that is farthest from where most are, from 0.
    pub straying: usize,
}

/// Measures frames; fewer than three tell nothing.
pub(in crate::process) fn unsteady(frames: &[Picture]) -> Unsteady {
    let boxes: Option<Vec<Rect>> = frames.iter().map(Picture::bounds).collect();
    let Some(boxes) = boxes.filter(|boxes| boxes.len() > 2) else { return Unsteady::default() };
    let count = frames.len();
    let losses = |by: usize| -> Vec<Vec<bool>> {
        let pairs = (0..count).into_par_iter().map(|at| (at, (at + by) % count));
        pairs.map(|(one, other)| lost([&frames[one], &frames[other]], [boxes[one], boxes[other]])).collect()
    };
    let [next, after_next, before] = [1, 2, count - 1].map(losses);
    let body = Body::of(frames, &boxes);
    let alone = |now: usize| {
        let neither: Vec<bool> = next[now].iter().zip(&before[now]).map(|(next, before)| *next && *before).collect();
        (share(&neither) - share(&after_next[(now + count - 1) % count])).max(0)
    };
    let flicker = |now: usize| {
        if body.jumps(now) {
            return body.changes(&frames[now - 1..=now + 1]);
        }
        alone(now)
    };
    let flickers = (1..count - 1).map(|now| (flicker(now), now));
    let (flicker, frame) = flickers.reduce(|a, b| if b.0 > a.0 { b } else { a }).unwrap_or_default();
    let steps: Vec<i64> = next.iter().map(|lost| share(lost)).collect();
    let most = steps[..count - 1].iter().max().copied().unwrap_or_default();
    let (strays, straying) = body.strays();
    let open = steps[count - 1] - most;
    // Round the loop the ends are inner frames as well: a last one that leads neither from the one before it nor to the
    // first one loses as much on both sides.
    let looped = [0, count - 1].into_iter().map(alone).max().unwrap_or_default().max(open).max(0);
    Unsteady { flicker, frame, looped, strays: strays as i64, straying }
}

/// The share of true values, in per mille.
fn share(values: &[bool]) -> i64 {
    (1000 * values.iter().filter(|value| **value).count() / values.len().max(1)) as i64
}

/// For opaque pixels of the first picture, whether the second one has nothing like what surrounds it near their places.
fn lost([one, other]: [&Picture; 2], [from, to]: [Rect; 2]) -> Vec<bool> {
    let whole = moved_by([one, other], [from, to]);
    let opaque: Vec<(isize, isize, u16)> = one.enumerate_pixels().filter(|(.., index)| *index != CLEAR).collect();
    let every = opaque.len().div_ceil(SAMPLES).max(1);
    let near = |[dx, dy]: [isize; 2]| (-LIMB..=LIMB).flat_map(move |y| (-LIMB..=LIMB).map(move |x| [dx + x, dy + y]));
    let mut shifts: Vec<[isize; 2]> = near(whole).chain(near([0, 0])).collect();
    // What did not move is found at once.
    shifts.sort_by_key(|[x, y]| (x - whole[0]).pow(2) + (y - whole[1]).pow(2));
    shifts.dedup();
    let is_like = |[x, y]: [isize; 2], index: u16, [dx, dy]: [isize; 2]| {
        other.at(x + dx, y + dy) == index && {
            let around = (-1..=1).flat_map(|j| (-1..=1).map(move |i| [x + i, y + j]));
            around.filter(|[x, y]| one.at(*x, *y) != other.at(x + dx, y + dy)).nth(DIFFERING).is_none()
        }
    };
    let sampled = opaque.iter().step_by(every);
    sampled.map(|(x, y, index)| !shifts.iter().any(|shift| is_like([*x, *y], *index, *shift))).collect()
}

/// By how much the whole subject moved: the difference of its sides or of its middle that most pixels follow.
fn moved_by([one, other]: [&Picture; 2], [from, to]: [Rect; 2]) -> [isize; 2] {
    let ends = |area: Rect| [area.left, area.right, area.top, area.bottom].map(|at| at as isize);
    let [[left, right, top, bottom], [to_left, to_right, to_top, to_bottom]] = [from, to].map(ends);
    let aside = [0, to_left - left, to_right - right, (to_left + to_right - left - right) / 2];
    let down = [0, to_bottom - bottom, to_top - top, (to_top + to_bottom - top - bottom) / 2];
    let follows = |[dx, dy]: [isize; 2]| {
        let opaque = one.enumerate_pixels().filter(|(.., index)| *index != CLEAR);
        opaque.filter(|(x, y, index)| other.at(x + dx, y + dy) == *index).count()
    };
    let shifts = down.into_iter().flat_map(|y| aside.map(|x| [x, y]));
    let best = shifts.map(|shift| (follows(shift), shift)).reduce(|a, b| if b.0 > a.0 { b } else { a });
    best.map_or([0, 0], |(_, shift)| shift)
}

/// Where the body stands in every frame.
struct Body {
    /// Its places sideways, and those of its feet; nothing along an axis on which it follows a curve.
    drifts: [Option<Vec<isize>>; 2],
}

impl Body {
    fn of(frames: &[Picture], boxes: &[Rect]) -> Self {
        let feet: Vec<isize> = boxes.iter().map(|area| area.bottom as isize).collect();
        let length = |axis: usize| boxes.iter().map(|area| area.size()[axis]).max().unwrap_or(1);
        let drift = |places: Vec<isize>, axis: usize| (track(&places, length(axis)) == Track::Drift).then_some(places);
        let bobs = is_repeated(&feet) || reach(&feet) < BOB;
        Self { drifts: [drift(sideways(frames, boxes), 0), drift(feet, 1).filter(|_| !bobs)] }
    }

    /// Whether it leaves its place for one frame alone.
    fn jumps(&self, now: usize) -> bool {
        let back = |places: &Vec<isize>| {
            let [one, two, three] = [places[now - 1], places[now], places[now + 1]];
            one == three && one != two
        };
        self.drifts.iter().flatten().any(back)
    }

    /// How far it strays, and the frame in which it is farthest from its middle place.
    fn strays(&self) -> (isize, usize) {
        let farthest = |places: &[isize]| {
            let middle = middle(places);
            let off = places.iter().map(|place| (place - middle).abs()).zip(0..);
            off.reduce(|a, b| if b.0 > a.0 { b } else { a }).map_or(0, |(_, frame)| frame)
        };
        let axes = self.drifts.iter().flatten().map(|places| (reach(places), farthest(places)));
        axes.reduce(|a, b| if b.0 > a.0 { b } else { a }).unwrap_or_default()
    }

    /// The share of the pixels opaque in any of three frames that change in the middle one alone, in per mille.
    fn changes(&self, three: &[Picture]) -> i64 {
        let pixels = (0..three[0].pixels.len()).map(|i| [0, 1, 2].map(|t| three[t].pixels[i]));
        let opaque: Vec<bool> = pixels
            .filter(|pixels| pixels.iter().any(|index| *index != CLEAR))
            .map(|[before, now, after]| before == after && before != now)
            .collect();
        share(&opaque)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::picture::drawn;

    fn body(left: usize, legs: &str) -> Picture {
        let at = |row: &str| format!("{}{row}{}", ".".repeat(left), ".".repeat(5 - left));
        let rows = ["..000..", "..010..", "..000..", ".22222.", ".23332.", "..333..", legs, legs].map(at);
        drawn(&rows.each_ref().map(String::as_str))
    }

    #[test]
    fn a_figure_that_jumps_to_and_fro_is_worse_than_one_that_walks() {
        let still = [body(0, "..4.4.."), body(0, "..4.4.."), body(0, "..4.4..")];
        let walk = [body(0, "..4.4.."), body(0, ".4...4."), body(0, "..4.4..")];
        let jump = [0, 2, 0, 2, 0, 2].map(|left| body(left, "..4.4.."));
        let blot = [body(0, "..4.4.."), body(0, "..7.4.."), body(0, "..4.4..")];
        let [still, walk, jump, blot] = [&still[..], &walk, &jump, &blot].map(|frames| unsteady(frames).flicker);
        assert_eq!(still, 0);
        assert!(walk < 200 && jump > 300 && blot > 30, "{walk} {jump} {blot}");
    }

    #[test]
    fn the_frame_of_another_figure_is_named() {
        let other =
            drawn(&["............", "..55555.....", ".5666665....", ".5777765....", ".5666665....", "..55555....."]);
        let other = other.crop(0, 0, [12, 8]);
        let one = || body(0, "..4.4..");
        let found = unsteady(&[one(), one(), one(), other, one(), one()]);
        assert_eq!((found.frame, found.looped), (3, 0));
        assert!(found.flicker > 800, "{found:?}");
    }

    #[test]
    fn the_frame_that_strays_is_named() {
        let found = unsteady(&[0, 0, 1, 0, 4, 0].map(|left| body(left, "..4.4..")));
        assert_eq!((found.strays, found.straying), (4, 4));
        assert_eq!(unsteady(&[0, 1, 2, 2, 1, 0].map(|left| body(left, "..4.4.."))).strays, 0);
    }

    #[test]
    fn a_last_frame_of_another_figure_opens_the_loop() {
        let other =
            drawn(&["............", "..55555.....", ".5666665....", ".5777765....", ".5666665....", "..55555....."]);
        let one = || body(0, "..4.4..");
        let found = unsteady(&[one(), one(), one(), other.crop(0, 0, [12, 8])]);
        assert!(found.looped > 800 && found.flicker == 0, "{found:?}");
    }

    #[test]
    fn a_loop_that_does_not_close_is_told_from_one_that_does() {
        let step = |left: usize, legs: &str| body(left, legs);
        let closed = [step(0, "..4.4.."), step(1, "..4.4.."), step(2, "..4.4.."), step(1, "..4.4..")];
        assert_eq!(unsteady(&closed).looped, 0);
        let turned = drawn(&["............", "..88888.....", ".8999998....", ".8999998....", "..88888....."]).crop(
            0,
            0,
            [12, 8],
        );
        let half = |rows: usize| {
            let mut picture = step(0, "..4.4..");
            picture.pixels[..12 * rows].copy_from_slice(&turned.pixels[..12 * rows]);
            picture
        };
        let open: Vec<Picture> = (0..=5).map(half).collect();
        let (closed, open) = (unsteady(&closed), unsteady(&open));
        assert!(open.looped > closed.looped + 200, "{open:?}");
    }
}
