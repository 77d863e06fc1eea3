//! Swaying: a part swings from the side on which it is attached. Its lines are shifted by whole pixels, the farther away
//! the more and the later. It passes behind what does not move, and where it hangs on that, it is stretched.

use std::collections::{BTreeMap, BTreeSet};

use image::{Rgba, RgbaImage};

use super::StillError;
use super::art::{Bounds, SIDES, at, is_rim};
use super::part::pixels;
use crate::words::motion::{Side, Sway};

/// A part is attached above or below if so much of its width touches the rest there, in per mille.
const HANGS: usize = 250;
/// Steps of a frame in time.
const STEPS: i64 = 256;

/// A part that swings.
pub(super) struct Swing {
    part: BTreeSet<[i32; 2]>,
    bounds: Bounds,
    from: Side,
    by: u32,
    times: u32,
}

/// The pixels of a part side by side on one line: the first, the last, and whether the rest of the sprite goes on there.
struct Run {
    ends: [i32; 2],
    held: [bool; 2],
}

impl Swing {
    /// Reads the part, and finds where it is attached.
    pub(super) fn of(rest: &RgbaImage, sway: &Sway, masks: &BTreeMap<String, RgbaImage>) -> Result<Self, StillError> {
        let unnamed = || StillError::NoPixel { part: "the part that sways".to_owned() };
        let part: BTreeSet<[i32; 2]> = pixels(rest, &sway.mask, masks)?.ok_or_else(unnamed)?.into_iter().collect();
        let bounds = Bounds::of(part.iter().copied()).ok_or_else(unnamed)?;
        let from = sway.from.unwrap_or_else(|| attached(rest, &part, bounds));
        Ok(Self { part, bounds, from, by: sway.by, times: sway.times })
    }

    /// A frame of the sprite as the part swings, by its number from 0.
    pub(super) fn frame(&self, image: RgbaImage, frame: u32, frames: u32) -> Result<RgbaImage, StillError> {
        let lines = self.lines();
        let shifts: Vec<i32> = (0..lines).map(|line| self.shift((line, lines), (frame, frames))).collect();
        let mut moved = image.clone();
        for place in self.part.iter().filter(|place| shifts[self.line(**place) as usize] != 0) {
            put(&mut moved, *place, Rgba([0; 4]));
        }
        let mut sources = BTreeMap::new();
        for (line, by) in (0..).zip(&shifts).filter(|(_, by)| **by != 0) {
            for run in self.runs(&image, line) {
                self.draw(&image, &mut moved, (line, &run, *by), &mut sources).map_err(|side| {
                    StillError::LeavesFrame { movement: "sway", side, by: by.unsigned_abs(), frame: frame + 1 }
                })?;
            }
        }
        self.fill(&image, &mut moved);
        seal(&image, &mut moved, &sources);
        Ok(moved)
    }

    /// Draws the pixels of a line where they are now; else the side at which one leaves the frame.
    fn draw(
        &self,
        image: &RgbaImage,
        moved: &mut RgbaImage,
        (line, run, by): (i32, &Run, i32),
        sources: &mut BTreeMap<[i32; 2], [i32; 2]>,
    ) -> Result<(), Side> {
        let [first, last] = run.ends;
        for along in first.min(first + by)..=last.max(last + by) {
            let Some(from) = run.source(along, by) else { continue };
            let (place, from) = (self.place(line, along), self.place(line, from));
            let size: [u32; 2] = image.dimensions().into();
            if let Some(axis) = (0..2).find(|axis| u32::try_from(place[*axis]).map_or(true, |at| at >= size[*axis])) {
                let sides = [[Side::Left, Side::Right], [Side::Top, Side::Bottom]][axis];
                return Err(sides[usize::from(place[axis] > 0)]);
            }
            // What does not move is in front.
            if at(image, place).is_some() && !self.part.contains(&place) {
                continue;
            }
            if let Some(pixel) = at(image, from) {
                put(moved, place, pixel);
                sources.insert(place, from);
            }
        }
        Ok(())
    }

    /// Keeps pixels whose loss would leave a gap inside the sprite.
    fn fill(&self, image: &RgbaImage, moved: &mut RgbaImage) {
        let gone = self.part.iter().copied().filter(|place| at(moved, *place).is_none());
        let is_gap =
            |[x, y]: &[i32; 2]| SIDES.iter().filter(|[dx, dy]| at(moved, [x + dx, y + dy]).is_some()).count() > 2;
        let gaps: Vec<[i32; 2]> = gone.filter(is_gap).collect();
        for place in gaps {
            if let Some(pixel) = at(image, place) {
                put(moved, place, pixel);
            }
        }
    }

    /// By how much a line is off, in a frame of so many: it waits for the ones before it, swings to one side and to the other,
    /// and waits for the ones after it.
    fn shift(&self, (line, lines): (i32, i32), (frame, frames): (u32, u32)) -> i32 {
        let (line, last, frames) = (i64::from(line), i64::from(lines - 1).max(1), i64::from(frames));
        let line = if lines == 1 { 1 } else { line };
        let now = i64::from(frame) * i64::from(self.times) % frames * STEPS;
        let (round, half) = (frames * STEPS, frames * STEPS * 3 / 8);
        let since = now - round * line / (4 * last);
        if since < 0 || since >= 2 * half {
            return 0;
        }
        let at = since % half;
        let (reach, whole) = (4 * i64::from(self.by) * line * at * (half - at), last * half * half);
        let by = ((2 * reach + whole) / (2 * whole)) as i32;
        if since < half { by } else { -by }
    }

    fn lines(&self) -> i32 {
        if self.is_upright() { self.bounds.height() } else { self.bounds.width() }
    }

    /// Whether its lines are rows.
    fn is_upright(&self) -> bool {
        matches!(self.from, Side::Top | Side::Bottom)
    }

    /// The line of a pixel; 0 is where the part is attached.
    fn line(&self, [x, y]: [i32; 2]) -> i32 {
        match self.from {
            Side::Top => y - self.bounds.top,
            Side::Bottom => self.bounds.bottom - y,
            Side::Left => x - self.bounds.left,
            Side::Right => self.bounds.right - x,
        }
    }

    /// The pixel of a line at a place along it.
    fn place(&self, line: i32, along: i32) -> [i32; 2] {
        match self.from {
            Side::Top => [along, self.bounds.top + line],
            Side::Bottom => [along, self.bounds.bottom - line],
            Side::Left => [self.bounds.left + line, along],
            Side::Right => [self.bounds.right - line, along],
        }
    }

    /// The runs of a line, in their order.
    fn runs(&self, image: &RgbaImage, line: i32) -> Vec<Run> {
        let Bounds { left, top, right, bottom } = self.bounds;
        let [first, last] = if self.is_upright() { [left, right] } else { [top, bottom] };
        let is_part = |along: i32| self.part.contains(&self.place(line, along));
        let goes_on = |along: i32| at(image, self.place(line, along)).is_some() && !is_part(along);
        let starts = (first..=last).filter(|along| is_part(*along) && !is_part(along - 1));
        let run = |start: i32| {
            let end = (start..=last).take_while(|along| is_part(*along)).last().unwrap_or(start);
            Run { ends: [start, end], held: [goes_on(start - 1), goes_on(end + 1)] }
        };
        starts.map(run).collect()
    }
}

impl Run {
    /// The pixel that is seen at a place when the run is off by so much. An end that is held stays, and the pixel beside it
    /// is repeated.
    fn source(&self, along: i32, by: i32) -> Option<i32> {
        let [first, last] = self.ends;
        let from = along - by;
        match self.held {
            [true, _] if along <= first => (along == first).then_some(first),
            [_, true] if along >= last => (along == last).then_some(last),
            [true, _] if from <= first => Some((first + 1).min(last)),
            [_, true] if from >= last => Some((last - 1).max(first)),
            _ => (first..=last).contains(&from).then_some(from),
        }
    }
}

/// The side on which a part is attached: above or below, where enough of it touches the rest, else the side that touches
/// most of it.
fn attached(rest: &RgbaImage, part: &BTreeSet<[i32; 2]>, bounds: Bounds) -> Side {
    let share = |side: Side| {
        let ([dx, dy], axis, length) = match side {
            Side::Top => ([0, -1], 0, bounds.width()),
            Side::Right => ([1, 0], 1, bounds.height()),
            Side::Bottom => ([0, 1], 0, bounds.width()),
            Side::Left => ([-1, 0], 1, bounds.height()),
        };
        let touches = |[x, y]: &&[i32; 2]| {
            let beside = [x + dx, y + dy];
            at(rest, beside).is_some() && !part.contains(&beside)
        };
        let lines: BTreeSet<i32> = part.iter().filter(touches).map(|place| place[axis]).collect();
        1000 * lines.len() / length.max(1) as usize
    };
    if share(Side::Top) >= HANGS {
        return Side::Top;
    }
    if share(Side::Bottom) >= HANGS {
        return Side::Bottom;
    }
    let sides = [Side::Top, Side::Bottom, Side::Left, Side::Right].map(|side| (share(side), side));
    sides.into_iter().reduce(|a, b| if b.0 > a.0 { b } else { a }).map_or(Side::Top, |(_, side)| side)
}

/// Gives inner pixels that came to lie at the border the colour of the border beside them.
fn seal(image: &RgbaImage, moved: &mut RgbaImage, sources: &BTreeMap<[i32; 2], [i32; 2]>) {
    let was_rim = |place: &[i32; 2]| sources.get(place).is_some_and(|from| is_rim(image, *from));
    let opened = sources.keys().filter(|place| !was_rim(place) && is_rim(moved, **place));
    let rims = opened.filter_map(|[x, y]| {
        let beside =
            SIDES.iter().map(|[dx, dy]| [x + dx, y + dy]).find(|beside| was_rim(beside) && is_rim(moved, *beside));
        Some(([*x, *y], at(moved, beside?)?))
    });
    for (place, rim) in rims.collect::<Vec<_>>() {
        put(moved, place, rim);
    }
}

/// Sets a pixel of the image.
fn put(image: &mut RgbaImage, [x, y]: [i32; 2], pixel: Rgba<u8>) {
    if let Some(old) = image.get_pixel_mut_checked(x as u32, y as u32) {
        *old = pixel;
    }
}
