//! Whole images: a landscape, a bust, and the plain wall behind things that are not cut out.

use crate::generate::sketch::canvas::{Canvas, Ink, Join, Mask, Shade, UNITS};
use crate::generate::sketch::figure::{self, stance::sine};
use crate::generate::sketch::nouns::{Noun, Role};
use crate::generate::sketch::ramp::{self, Ramp};
use crate::generate::sketch::subject::{Subject, mix};
use crate::words::ask::Pose;

/// The colours of a landscape: sky above and below, sun or moon, far and near hills, ground.
struct Mood {
    sky: Ramp,
    sun: Ramp,
    far: Ramp,
    near: Ramp,
    ground: Ramp,
    night: bool,
}

impl Mood {
    fn of(subject: &Subject) -> Self {
        let mood = Self::of_light(subject);
        match () {
            () if subject.says(&["desert", "sand", "beach"]) => Self { ground: ramp::SAND, ..mood },
            () if subject.says(&["snow", "winter", "ice", "frozen", "tundra"]) => Self { ground: ramp::SNOW, ..mood },
            () => mood,
        }
    }

    fn of_light(subject: &Subject) -> Self {
        let day = Self {
            sky: ramp::ICE,
            sun: ramp::YELLOW,
            far: ramp::TEAL,
            near: ramp::FOLIAGE,
            ground: ramp::GRASS,
            night: false,
        };
        if subject.says(&["cave", "dungeon", "crypt", "mine"]) {
            return Self {
                sky: ramp::BLACK,
                sun: ramp::FIRE,
                far: ramp::IRON,
                near: ramp::STONE,
                ground: ramp::DIRT,
                night: true,
            };
        }
        if subject.says(&["night", "moon", "dark", "haunted", "spooky"]) {
            return Self {
                sky: ramp::PURPLE,
                sun: ramp::BONE,
                far: ramp::BLUE,
                near: ramp::BLACK,
                ground: ramp::TEAL,
                night: true,
            };
        }
        if subject.says(&["sunset", "dusk", "dawn", "evening"]) {
            return Self { sky: ramp::ORANGE, sun: ramp::YELLOW, far: ramp::PURPLE, near: ramp::BLACK, ..day };
        }
        if subject.says(&["snow", "winter", "ice", "frozen", "tundra"]) {
            return Self { sky: ramp::ICE, far: ramp::STEEL, near: ramp::TEAL, ground: ramp::SNOW, ..day };
        }
        if subject.says(&["desert", "sand", "beach"]) {
            return Self { far: ramp::ORANGE, near: ramp::LEATHER, ground: ramp::SAND, ..day };
        }
        if subject.says(&["lava", "volcano", "hell", "fire"]) {
            return Self {
                sky: ramp::RED,
                sun: ramp::FIRE,
                far: ramp::IRON,
                near: ramp::BLACK,
                ground: ramp::FIRE,
                night: true,
            };
        }
        day
    }
}

/// Sky, sun, clouds, hills, trees and ground.
pub(crate) fn landscape(w: i32, h: i32, subject: &Subject) -> Canvas {
    let mood = Mood::of(subject);
    let mut canvas = Canvas::full(w, h);
    sky(&mut canvas, &mood, subject);
    hills(&mut canvas, mood.far, h * 48 / 100, h / 6, subject, 1);
    hills(&mut canvas, mood.near, h * 66 / 100, h / 9, subject, 2);
    trees(&mut canvas, &mood, subject);
    ground(&mut canvas, mood.ground, h * 78 / 100, subject);
    canvas
}

fn sky(canvas: &mut Canvas, mood: &Mood, subject: &Subject) {
    let (w, h) = (canvas.w, canvas.h);
    let bands = if mood.night { [0, 1, 1, 2] } else { [2, 3, 3, 4] };
    let all = canvas.cells_shape(|_, _| true);
    for (x, y) in all.cells() {
        // The seam between two bands is ragged by one row, which reads as haze.
        let ragged = i32::from(mix(subject.hash ^ (x / 3) as u64) & 1 == 1);
        let band = ((y + ragged) * 6 / h.max(1)).clamp(0, 3);
        canvas.set(x, y, mood.sky, bands[band as usize]);
    }
    let short = w.min(h);
    let (radius, cx, cy) = ((short / 9).max(1), w * (60 + subject.pick(11, 25) as i32) / 100, h / 5);
    let disc = round(canvas, cx, cy, radius, radius);
    canvas.stamp(&disc, mood.sun, if mood.night { Shade::Gloss } else { Shade::Flat(4) }, Join::Bare);
    if mood.night {
        for i in 0..(w * h / 220) as u64 {
            let dice = mix(subject.hash ^ mix(i + 5));
            canvas.set((dice % w as u64) as i32, ((dice >> 32) % (h as u64 / 2).max(1)) as i32, ramp::WHITE, 3);
        }
        return;
    }
    for i in 0..3u64 {
        let dice = mix(subject.hash ^ mix(i + 90));
        let (x, y) = ((dice % w as u64) as i32, h / 10 + ((dice >> 24) % (h as u64 / 4).max(1)) as i32);
        let size = (short / 12).max(1);
        for (dx, dy, rx, ry) in [(0, 0, 3, 1), (-1, -1, 1, 1), (1, -1, 2, 1)] {
            let puff = round(canvas, x + dx * size, y + dy * size / 2, rx * size, ry * size);
            canvas.fill(&puff, ramp::WHITE, if dy == 0 { 3 } else { 4 });
        }
    }
}

fn round(canvas: &Canvas, cx: i32, cy: i32, rx: i32, ry: i32) -> Mask {
    let (rx, ry) = (i64::from(rx.max(1)), i64::from(ry.max(1)));
    canvas.cells_shape(|x, y| {
        let (dx, dy) = (i64::from(x - cx), i64::from(y - cy));
        dx * dx * ry * ry + dy * dy * rx * rx <= rx * rx * ry * ry
    })
}

/// A ridge of three waves whose phases come from the words.
fn ridge(x: i32, w: i32, base: i32, swing: i32, subject: &Subject, salt: u64) -> i32 {
    let wave = |turns: i32, part: u64| sine(x * 256 * turns / w.max(1) + subject.pick(salt * 8 + part, 256) as i32);
    base + (wave(1, 0) * 4 + wave(3, 1) * 2 + wave(7, 2)) * swing / (256 * 7)
}

fn hills(canvas: &mut Canvas, ramp: Ramp, base: i32, swing: i32, subject: &Subject, salt: u64) {
    let w = canvas.w;
    let line: Vec<i32> = (0..w).map(|x| ridge(x, w, base, swing.max(1), subject, salt)).collect();
    let speckled = |x: i32, y: i32| {
        mix(subject.hash ^ (((x / 2) as u64) << 20) ^ (y / 2) as u64 ^ (salt << 50)).is_multiple_of(23)
    };
    for x in 0..w {
        let top = line[x as usize];
        let rising = x > 0 && line[x as usize - 1] > top;
        for y in top..canvas.h {
            let deep = y - top;
            let level = match deep {
                0 => 3,
                _ if rising && deep < 3 => 3,
                _ if speckled(x, y) => 3,
                _ => 2 - i32::from(deep > canvas.h / 7),
            };
            canvas.set(x, y, ramp, level as u8);
        }
    }
}

fn trees(canvas: &mut Canvas, mood: &Mood, subject: &Subject) {
    let (w, h) = (canvas.w, canvas.h);
    let leaf = if mood.near == ramp::FOLIAGE { ramp::GREEN } else { mood.near };
    let count = if subject.says(&["forest", "wood", "jungle"]) { 12 } else { 5 };
    for i in 0..count {
        let dice = mix(subject.hash ^ mix(i + 300));
        let x = (dice % w as u64) as i32;
        let high = h / 6 + ((dice >> 30) % (h as u64 / 8).max(1)) as i32;
        let low = h * 80 / 100;
        for row in 0..high {
            let wide = 1 + row / 4 + (row % 4) / 2;
            for dx in -wide..=wide {
                let level = if dx < -wide / 3 {
                    3
                } else if dx > wide / 3 {
                    1
                } else {
                    2
                };
                canvas.set(x + dx, low - high + row, leaf, level);
            }
        }
        canvas.set(x, low, ramp::WOOD, 1);
        canvas.set(x, low - 1, ramp::WOOD, 1);
    }
}

fn ground(canvas: &mut Canvas, ramp: Ramp, top: i32, subject: &Subject) {
    let (w, h) = (canvas.w, canvas.h);
    for (x, y) in (top..h).flat_map(|y| (0..w).map(move |x| (x, y))) {
        let path = (x - w / 2 - sine(y * 5) * w / 3000).abs() < w / 16 + (y - top) / 2;
        let dice = mix(subject.hash ^ mix((x as u64) << 24 | y as u64)) % 17;
        let level = match (y - top, dice) {
            (0, _) => 4,
            (_, 0) => 3,
            (_, 1) => 1,
            (deep, _) if deep > (h - top) * 2 / 3 => 1,
            _ => 2,
        };
        let stuff = if path && y > top { ramp::DIRT } else { ramp };
        canvas.set(x, y, stuff, level.min(if path { 3 } else { 4 }));
    }
}

/// Head and shoulders before a wall: the figure in a frame of twice its height, of which the upper half shows.
pub(crate) fn portrait(w: i32, h: i32, subject: &Subject) -> Canvas {
    let role = match subject.noun {
        Some(Noun::Figure(role)) => role,
        _ => Role::Hero,
    };
    let (wide, high) = (w.max(8), h.max(8) * 2);
    let mut figure = Canvas::framed(wide, high, [1, 2, wide - 2, high - 3]);
    figure::draw(&mut figure, subject, role, &Pose { frames: 1, ..Pose::default() });
    figure.outline();
    let mut canvas = Canvas::full(w, h);
    let top = figure.bounds().map_or(0, |[_, top, _, _]| top - (h / 12).max(1));
    for (x, y) in (0..h).flat_map(|y| (0..w).map(move |x| (x, y))) {
        if let Some(Ink { ramp, level }) = figure.get(x, y + top) {
            canvas.set(x, y, ramp, level);
        }
    }
    backdrop(&mut canvas, subject);
    canvas
}

/// Fills what is empty with a calm wall, so that the image is opaque.
pub(crate) fn backdrop(canvas: &mut Canvas, subject: &Subject) {
    let wall: Ramp = [ramp::TEAL, ramp::IRON, ramp::BLUE, ramp::LEATHER][subject.pick(31, 4)];
    let full = canvas.unframed();
    let glow = full.ellipse(UNITS * 2 / 5, UNITS * 2 / 5, UNITS * 2 / 5, UNITS * 2 / 5);
    let all = full.cells_shape(|_, _| true);
    *canvas = full;
    for (x, y) in all.cells() {
        if canvas.get(x, y).is_none() {
            canvas.set(x, y, wall, if glow.has(x, y) { 2 } else { 1 });
        }
    }
}
