//! Finding eyes: a pair of small spots side by side in the upper part of a figure, alike, and unlike what is round both.

use image::{Rgba, RgbaImage};

use super::art::{AROUND, Bounds, at, components, distance, is_rim, most, subject};
use crate::words::motion::Eyes;

/// The part of a subject in which eyes lie, in hundredths of its height from its top.
const UPPER: i32 = 66;
/// The largest spot, in parts of the subject's width and height.
const WIDEST: i32 = 5;
const HIGHEST: i32 = 4;
/// How far an eye's colour is from the colour round it, at least, of 765.
const CONTRAST: i32 = 120;
/// More contrast than this says nothing more.
const MOST: i32 = 300;
/// How far shades of one colour are from each other, at most.
const SHADE: i32 = 90;
/// How far the colours of two cheeks are from each other, at most.
const CHEEKS: i32 = 240;
/// The least score of a pair.
const LEAST: i32 = 90;

/// A spot of one colour inside a subject.
struct Spot {
    pixels: Vec<[i32; 2]>,
    bounds: Bounds,
    color: Rgba<u8>,
    /// The most frequent colour round it.
    skin: Rgba<u8>,
}

/// The pixels of a sprite's eyes, if it has any that can be told from the rest.
pub(super) fn find(rest: &RgbaImage, eyes: Eyes) -> Option<Vec<[i32; 2]>> {
    let subject = subject(rest)?;
    let spots = spots(rest, subject);
    let pairs = spots.iter().enumerate().flat_map(|(at, left)| spots[at + 1..].iter().map(move |right| (left, right)));
    let pairs = pairs.map(|(a, b)| if a.bounds.left <= b.bounds.left { (a, b) } else { (b, a) });
    let scored = pairs.filter_map(|(left, right)| Some((score(rest, subject, &spots, (left, right))?, left, right)));
    let best = scored.reduce(|a, b| if b.0 > a.0 { b } else { a }).filter(|(score, ..)| *score > LEAST);
    match best {
        Some((_, left, right)) => Some(grown(&spots, left, right)),
        None if eyes == Eyes::Side => single(subject, &spots).map(|spot| spot.pixels.clone()),
        None => None,
    }
}

/// Small spots of one colour with opaque pixels all round.
fn spots(rest: &RgbaImage, subject: Bounds) -> Vec<Spot> {
    let upper = subject.top + subject.height() * UPPER / 100;
    let most_of = [subject.width() / WIDEST, subject.height() / HIGHEST].map(|length| length.max(2));
    let is_upper = |place: [i32; 2]| place[1] <= upper && at(rest, place).is_some();
    let all = components(rest.dimensions().into(), is_upper, |a, b| at(rest, a) == at(rest, b));
    let spot = |pixels: Vec<[i32; 2]>| {
        let bounds = Bounds::of(pixels.iter().copied())?;
        let color = at(rest, *pixels.first()?)?;
        let round: Vec<[i32; 2]> = pixels
            .iter()
            .flat_map(|[x, y]| AROUND.map(|[dx, dy]| [x + dx, y + dy]))
            .filter(|place| !pixels.contains(place))
            .collect();
        let is_small = bounds.width() <= most_of[0] && bounds.height() <= most_of[1];
        let is_inside = round.iter().all(|place| at(rest, *place).is_some());
        let skin = most(round.iter().filter_map(|place| at(rest, *place)))?;
        (is_small && is_inside).then_some(Spot { pixels, bounds, color, skin })
    };
    all.into_iter().filter_map(spot).collect()
}

/// How much two spots look like eyes; `None` if they cannot be.
fn score(rest: &RgbaImage, subject: Bounds, spots: &[Spot], (left, right): (&Spot, &Spot)) -> Option<i32> {
    let [a, b] = [left.bounds, right.bounds];
    let gap = b.left - a.right - 1;
    let unlike = (a.width() - b.width()).abs() + (a.height() - b.height()).abs();
    let contrast = distance(left.color, left.skin).min(distance(right.color, right.skin));
    // One cheek may lie in the light and one in the shadow.
    let shaded = distance(left.skin, right.skin);
    let is_pair = is_like(left.color, right.color) && shaded <= CHEEKS && contrast >= CONTRAST;
    if !is_pair || !lie_level(a, b) || gap < 1 || gap > subject.width() * 6 / 10 || unlike > 2 {
        return None;
    }
    // Slits of a visor, buttons and beads come in more than two.
    let others = spots.iter().filter(|spot| ![a, b].contains(&spot.bounds) && lie_level(spot.bounds, a));
    let others = others.filter(|spot| is_like(spot.color, left.color)).count() as i32;
    // Between eyes there is skin.
    let strange_in = |y: i32| {
        let between = (a.right + 1..b.left).filter_map(|x| at(rest, [x, y]));
        between.filter(|color| ![left, right].iter().any(|eye| is_like(*color, eye.skin))).count() as i32
    };
    let strange = strange_in(a.top).min(strange_in(a.bottom));
    // A colour that nothing else has is that of eyes, even in the dark of a hood.
    let same = rest.pixels().filter(|pixel| pixel.0[3] > 0 && is_like(**pixel, left.color)).count();
    let is_alone = same <= left.pixels.len() + right.pixels.len();
    let rims = rest.enumerate_pixels().map(|(x, y, _)| [x as i32, y as i32]).filter(|place| is_rim(rest, *place));
    let rim = most(rims.filter_map(|place| at(rest, place)));
    let is_outline = rim.is_some_and(|rim| is_like(rim, left.skin));
    // The head is as wide as the rows of the eyes.
    let from = (subject.left..a.left).rev().take_while(|x| at(rest, [*x, a.top]).is_some()).last().unwrap_or(a.left);
    let to = (b.right + 1..=subject.right).take_while(|x| at(rest, [*x, a.top]).is_some()).last().unwrap_or(b.right);
    let off = (a.left + a.right + b.left + b.right - 2 * (from + to)).abs();
    let depth = 100 * (a.top - subject.top) / subject.height();
    let area = (left.pixels.len().min(right.pixels.len()) as i32).min(6);
    let found = contrast.min(MOST) / 2 + 12 * area + 80 * i32::from(is_alone);
    // Hands and straps are tall, and lie lower.
    let tall = (a.height() - 2 * a.width()).max(0);
    let depth = (30 - depth).max(4 * (depth - 42)).max(0);
    let doubts = 10 * off + 30 * unlike + shaded / 6 + depth + 40 * tall + 60 * others + 50 * strange / gap;
    let doubts = doubts + 80 * i32::from(is_outline);
    Some(found - doubts)
}

/// Whether two colours may be shades of one.
fn is_like(one: Rgba<u8>, other: Rgba<u8>) -> bool {
    distance(one, other) <= SHADE
}

/// Whether two spots lie side by side, but for one row.
fn lie_level(a: Bounds, b: Bounds) -> bool {
    (a.top - b.top).abs() + (a.bottom - b.bottom).abs() <= 1
}

/// A pair with the small spots that touch both its eyes alike: pupils, whites, lights.
fn grown(spots: &[Spot], left: &Spot, right: &Spot) -> Vec<[i32; 2]> {
    let touches = |one: &Spot, other: &Spot| {
        let [a, b] = [one.bounds, other.bounds];
        let level = b.top <= a.bottom && b.bottom >= a.top;
        let near = |[x, y]: &[i32; 2]| other.pixels.iter().any(|[x2, y2]| (x - x2).abs() + (y - y2).abs() == 1);
        level && one.pixels.iter().any(near)
    };
    let mut all: Vec<[i32; 2]> = left.pixels.iter().chain(&right.pixels).copied().collect();
    for one in spots.iter().filter(|spot| spot.bounds != left.bounds && touches(left, spot)) {
        let is_like = |spot: &&Spot| spot.color == one.color && spot.pixels.len().abs_diff(one.pixels.len()) <= 1;
        let other = spots.iter().filter(|spot| spot.bounds != one.bounds && touches(right, spot)).find(is_like);
        if let Some(other) = other.filter(|_| distance(one.color, left.skin) >= CONTRAST) {
            all.extend(one.pixels.iter().chain(&other.pixels));
        }
    }
    all
}

/// The one eye of a figure that is seen from its side: the spot of strongest contrast in its head.
fn single(subject: Bounds, spots: &[Spot]) -> Option<&Spot> {
    let head = subject.top + subject.height() / 2;
    let in_head = spots.iter().filter(|spot| spot.bounds.bottom <= head);
    let contrast = |spot: &Spot| distance(spot.color, spot.skin);
    let seen = in_head.filter(|spot| contrast(spot) >= 2 * CONTRAST);
    seen.reduce(|a, b| if contrast(b) > contrast(a) { b } else { a })
}
