//! Pictures below twelve cells, drawn cell by cell: no shape survives there that is not placed by hand.

mod creatures;
mod figures;
mod things;

use crate::generate::sketch::canvas::{Canvas, Ink};
use crate::generate::sketch::letters;
use crate::generate::sketch::nouns::Noun;
use crate::generate::sketch::ramp::{self, Ramp};
use crate::generate::sketch::subject::Subject;
use crate::words::ask::Pose;

/// Sides below this are drawn here.
pub(super) const LIMIT: u32 = 12;
/// Cells across and down a glyph.
const SIDE: i32 = 8;

/// An image of eight by eight cells. `0` to `4` are steps of the main ramp, `a` to `e` of the second one; `k` is
/// black, `w` white, `r` red, `y` yellow, `s` skin.
struct Glyph {
    main: Ramp,
    second: Ramp,
    rows: [&'static str; SIDE as usize],
}

/// Draws a glyph into the canvas' frame, on its ground and in its middle.
pub(super) fn draw(canvas: &mut Canvas, subject: &Subject, noun: Option<Noun>, pose: &Pose) {
    let facing = pose.facing.as_deref().unwrap_or("s");
    let glyph = match noun {
        Some(Noun::Figure(role)) => Some(figures::of(role)),
        Some(Noun::Creature(species)) => Some(creatures::of(species)),
        noun => noun.and_then(things::of),
    };
    let [left, top, wide, high] = canvas.frame();
    match glyph {
        Some(glyph) => {
            let look = Look { behind: facing.starts_with('n'), west: facing.ends_with('w') };
            let main = match noun {
                Some(Noun::Stranger) => subject.color_or_any(1),
                _ => subject.color(glyph.main),
            };
            let at = |x: i32, y: i32| glyph.ink(main, look, x, y);
            place(canvas, [left, top, wide, high], at);
        }
        None => label(canvas, subject, [left, top, wide, high]),
    }
    if matches!(noun, Some(Noun::Stranger)) {
        // The letter of its name lies over its belly.
        let (w, h) = (wide.min(SIDE), high.min(SIDE));
        let (x0, y0) = (left + (wide - w) / 2, top + high - h);
        label_on(canvas, subject, [x0, y0 + h / 4, w, h - h / 4]);
    }
}

/// From where a glyph is seen.
#[derive(Clone, Copy)]
struct Look {
    behind: bool,
    west: bool,
}

impl Glyph {
    fn ink(&self, main: Ramp, look: Look, x: i32, y: i32) -> Option<Ink> {
        let x = if look.west { SIDE - 1 - x } else { x };
        let code = *self.rows.get(usize::try_from(y).ok()?)?.as_bytes().get(usize::try_from(x).ok()?)?;
        let step = |ramp: Ramp, level: u8| Some(Ink { ramp, level });
        match code {
            b'k' | b's' if look.behind => step(main, 2),
            b'0'..=b'4' => step(main, code - b'0'),
            b'a'..=b'e' => step(self.second, code - b'a'),
            b'k' => step(ramp::BLACK, 0),
            b'w' => step(ramp::WHITE, 4),
            b'r' => step(ramp::RED, 2),
            b'y' => step(ramp::YELLOW, 3),
            b's' => step(ramp::SKIN, 3),
            _ => None,
        }
    }
}

/// Puts a glyph's cells into a frame: shrunk to a smaller one, in the middle and on the ground of a larger one.
fn place(canvas: &mut Canvas, [left, top, wide, high]: [i32; 4], ink: impl Fn(i32, i32) -> Option<Ink>) {
    let (w, h) = (wide.min(SIDE), high.min(SIDE));
    let (x0, y0) = (left + (wide - w) / 2, top + high - h);
    for (x, y) in (0..h).flat_map(|y| (0..w).map(move |x| (x, y))) {
        if let Some(ink) = ink(x * SIDE / w, y * SIDE / h) {
            canvas.set(x0 + x, y0 + y, ink.ramp, ink.level);
        }
    }
}

/// A tile of the subject's colour with the first letter of its word.
fn label(canvas: &mut Canvas, subject: &Subject, frame: [i32; 4]) {
    let color = subject.color_or_any(1);
    let [left, top, wide, high] = frame;
    for (x, y) in (0..high).flat_map(|y| (0..wide).map(move |x| (x, y))) {
        let level = if y == 0 || x == 0 { 3 } else { 2 };
        canvas.set(left + x, top + y, color, if y + 1 == high { 1 } else { level });
    }
    label_on(canvas, subject, frame);
}

fn label_on(canvas: &mut Canvas, subject: &Subject, [left, top, wide, high]: [i32; 4]) {
    let Some((cells, [w, h])) = letters::cells(subject.head_word(), wide, high) else { return };
    let (x0, y0) = (left + (wide - w) / 2, top + (high - h) / 2);
    for (x, y) in cells {
        canvas.set(x0 + x, y0 + y, ramp::BLACK, 0);
    }
}
