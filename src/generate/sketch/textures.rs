//! Ground and walls that join with themselves: every lattice wraps at the image's edges.

use crate::generate::sketch::canvas::Canvas;
use crate::generate::sketch::ramp;
use crate::generate::sketch::subject::Subject;
use crate::generate::sketch::wrapping_canvas::{WrappingCanvas, count, detail, step};

/// The words for a stuff and its painter.
type Stuff = (&'static [&'static str], fn(&mut WrappingCanvas, &Subject));

/// What a texture is made of, by words.
const STUFFS: [Stuff; 10] = [
    (&["brick", "bricks", "wall"], bricks),
    (&["cobble", "cobblestone", "stone", "rock", "pavement", "flagstone", "floor", "gravel"], cobble),
    (&["lava", "magma", "ember"], lava),
    (&["water", "sea", "river", "lake", "ocean", "swamp"], water),
    (&["sand", "desert", "beach", "dune"], sand),
    (&["snow", "ice", "frozen"], snow),
    (&["plank", "wood", "wooden", "board"], planks),
    (&["grass", "meadow", "lawn", "moss", "forest", "field"], grass),
    (&["dirt", "path", "soil", "mud", "earth", "road", "ground"], dirt),
    (&["metal", "steel", "iron", "tile", "panel"], panels),
];

/// Draws a texture; the first word that names a material decides which.
pub(crate) fn draw(w: i32, h: i32, subject: &Subject) -> Canvas {
    let mut weave = WrappingCanvas::new(w, h, subject.hash);
    let stuff = subject.words.iter().find_map(|word| {
        let single = word.strip_suffix('s').unwrap_or(word);
        STUFFS.iter().find(|(words, _)| words.contains(&word.as_str()) || words.contains(&single))
    });
    match stuff {
        Some((_, paint)) => paint(&mut weave, subject),
        None => cloth(&mut weave, subject),
    }
    weave.canvas
}

fn grass(weave: &mut WrappingCanvas, subject: &Subject) {
    let ramp = subject.color(ramp::GRASS);
    let cell = detail(weave, 5, 8);
    weave.each(|weave, x, y| (ramp, 1 + step(weave.noise(1, cell, x, y), &[72, 206])));
    for (x, y, kind) in weave.points(10, detail(weave, 4, 5)) {
        match kind {
            0..100 => {
                weave.set(x, y, ramp, 4);
                weave.set(x, y + 1, ramp, 3);
                weave.set(x + 1, y + 1, ramp, 0);
            }
            100..190 => {
                weave.set(x, y, ramp, 3);
                weave.set(x + 2, y, ramp, 3);
                weave.set(x + 1, y + 1, ramp, 0);
            }
            _ => {}
        }
    }
    if subject.says(&["flower", "flowery", "lush", "blossom"]) {
        let petal = [ramp::WHITE, ramp::YELLOW, ramp::PINK][subject.pick(9, 3)];
        for (x, y, kind) in weave.points(20, detail(weave, 8, 11)) {
            if kind < 150 {
                weave.set(x, y, ramp::YELLOW, 3);
                for (dx, dy) in [(0, -1), (-1, 0), (1, 0), (0, 1)] {
                    weave.set(x + dx, y + dy, petal, 4);
                }
                weave.set(x, y, ramp::YELLOW, 2);
            }
        }
    }
}

fn dirt(weave: &mut WrappingCanvas, subject: &Subject) {
    let ramp = subject.color(ramp::DIRT);
    let cell = detail(weave, 5, 7);
    weave.each(|weave, x, y| (ramp, 1 + step(weave.noise(1, cell, x, y), &[90, 200])));
    for (x, y, kind) in weave.points(10, detail(weave, 4, 6)) {
        match kind {
            0..70 => {
                // A pebble.
                weave.set(x, y, ramp, 4);
                weave.set(x + 1, y, ramp, 3);
                weave.set(x, y + 1, ramp, 2);
                weave.set(x + 1, y + 1, ramp, 0);
            }
            70..150 => weave.set(x, y, ramp, 0),
            150..200 => {
                weave.set(x, y, ramp, 3);
                weave.set(x, y + 1, ramp, 1);
            }
            _ => {}
        }
    }
}

fn cobble(weave: &mut WrappingCanvas, subject: &Subject) {
    let ramp = subject.color(ramp::STONE);
    let cell = detail(weave, 5, 7);
    let stones = weave.stones(cell);
    weave.each(|weave, x, y| {
        let (near, next, (dx, dy), number) = stones.nearest(weave, x, y);
        let joint = next.isqrt() - near.isqrt() < 18;
        let tone = weave.dice(50, number, 0, 5) / 4;
        let slope = -(dx + dy) * 5 / (cell * 16);
        match (joint, slope) {
            (true, _) => (ramp, 0),
            (_, 2..) => (ramp, 4 - tone),
            (_, 0..2) => (ramp, 3 - tone),
            (_, -2..0) => (ramp, 2),
            _ => (ramp, 1),
        }
    });
    if subject.says(&["mossy", "moss", "overgrown"]) {
        for (x, y, kind) in weave.points(60, 4) {
            if kind < 120 {
                weave.set(x, y, ramp::FOLIAGE, 3);
                weave.set(x + 1, y, ramp::FOLIAGE, 2);
            }
        }
    }
}

fn bricks(weave: &mut WrappingCanvas, subject: &Subject) {
    let ramp = subject.color(if subject.says(&["stone", "castle", "dungeon"]) { ramp::STONE } else { ramp::RED });
    let (w, h) = weave.size();
    let high = detail(weave, 4, 6);
    // Courses must be even in number, or the bond would not join.
    let (rows, columns) = ((count(h, high) / 2 * 2).max(2), count(w, 2 * high));
    weave.each(|weave, x, y| {
        let row = y * rows / h;
        let top = (row * h + rows - 1) / rows;
        let along = (x * columns * 256 / w + (row % 2) * 128).rem_euclid(columns * 256);
        let column = along / 256;
        let cells = (along % 256) * w / (columns * 256);
        let tone = weave.dice(5, column, row, 3);
        let grain = weave.dice(6, x, y, 9);
        let last = (y + 1) * rows / h != row;
        match (y == top, cells == 0) {
            (_, true) | (true, _) => (ramp::STONE, 0),
            _ if last => (ramp, 1),
            _ if y == top + 1 && tone > 0 => (ramp, 3),
            _ if grain == 0 => (ramp, 1),
            _ => (ramp, 2 - i32::from(tone == 2 && cells > 2)),
        }
    });
}

fn water(weave: &mut WrappingCanvas, subject: &Subject) {
    let ramp = subject.color(ramp::WATER);
    let cell = detail(weave, 5, 7);
    let trough = detail(weave, 68, 88);
    // Long soft troughs: noise that is stretched across.
    weave.each(|weave, x, y| {
        (ramp, 1 + step(weave.noise(1, cell, x, y) / 2 + weave.noise(2, cell * 2, x, y) / 2, &[trough]))
    });
    for (x, y, kind) in weave.points(10, detail(weave, 5, 7)) {
        let long = 3 + kind % 3;
        for i in 0..long {
            weave.set(x + i, y - i32::from(i > 0 && i < long - 1), ramp, 3);
        }
        if kind > 190 {
            weave.set(x + 1, y - 1, ramp, 4);
        }
    }
}

fn sand(weave: &mut WrappingCanvas, subject: &Subject) {
    let ramp = subject.color(ramp::SAND);
    let (_, h) = weave.size();
    let ripples = count(h, detail(weave, 5, 7));
    weave.each(|weave, x, y| {
        let bend = weave.noise(1, 8, x, y);
        let phase = (y * ripples * 256 / h + bend).rem_euclid(256);
        match phase {
            0..40 if bend > 90 => (ramp, 1),
            40..90 if bend > 90 => (ramp, 3),
            _ => (ramp, 2),
        }
    });
    for (x, y, kind) in weave.points(10, 5) {
        weave.set(x, y, ramp, if kind < 128 { 1 } else { 4 });
    }
}

fn snow(weave: &mut WrappingCanvas, subject: &Subject) {
    let ramp = if subject.says(&["ice", "frozen"]) { ramp::ICE } else { ramp::SNOW };
    let cell = detail(weave, 7, 10);
    weave.each(|weave, x, y| (ramp, 1 + step(weave.noise(1, cell, x, y), &[70, 130])));
    for (x, y, kind) in weave.points(10, 6) {
        weave.set(x, y, ramp, 4);
        if kind < 60 {
            weave.set(x + 1, y + 1, ramp, 1);
        }
    }
}

fn planks(weave: &mut WrappingCanvas, subject: &Subject) {
    let ramp = subject.color(ramp::WOOD);
    let (w, h) = weave.size();
    let boards = count(h, detail(weave, 5, 8));
    weave.each(|weave, x, y| {
        let board = y * boards / h;
        let first = y == 0 || (y - 1) * boards / h != board;
        let last = (y + 1) * boards / h != board;
        let joint = weave.dice(3, board, 0, w);
        let from_joint = (x - joint).rem_euclid(w);
        let grain = weave.dice(4, x / 3, y, 5);
        let tone = weave.dice(5, board, 1, 2);
        match from_joint {
            _ if last => (ramp, 0),
            0 => (ramp, 0),
            2 if !first && (y * boards * 2 / h) % 2 == 0 => (ramp, 1),
            _ if first => (ramp, 3),
            _ if grain == 0 => (ramp, 1),
            _ => (ramp, 2 + i32::from(tone == 0 && grain == 1)),
        }
    });
}

fn lava(weave: &mut WrappingCanvas, subject: &Subject) {
    let glow = subject.color(ramp::FIRE);
    let cell = detail(weave, 6, 9);
    let stones = weave.stones(cell);
    weave.each(|weave, x, y| {
        let (near, next, (dx, dy), _) = stones.nearest(weave, x, y);
        match next.isqrt() - near.isqrt() {
            ..14 => (glow, 4),
            14..30 => (glow, 3),
            30..46 => (glow, 2),
            46..58 => (glow, 1),
            _ if dx + dy < 0 => (ramp::BLACK, 3),
            _ => (ramp::BLACK, 2),
        }
    });
}

fn panels(weave: &mut WrappingCanvas, subject: &Subject) {
    let ramp = subject.color(ramp::STEEL);
    let (w, h) = weave.size();
    let (nx, ny) = (count(w, 16), count(h, 16));
    weave.each(|weave, x, y| {
        let (px, py) = (x * nx % w, y * ny % h);
        let edge = |p: i32, n: i32, size: i32| (p < n, p >= size - n);
        let ((left, right), (top, bottom)) = (edge(px, nx, w), edge(py, ny, h));
        match (left || top, right || bottom) {
            (_, true) => (ramp, 0),
            (true, _) => (ramp, 3),
            _ => (ramp, 2 - i32::from(weave.dice(3, x, y, 14) == 0)),
        }
    });
}

/// Anything else: two tones of one colour in soft patches, with a mark now and then.
fn cloth(weave: &mut WrappingCanvas, subject: &Subject) {
    let ramp = subject.color_or_any(7);
    let cell = detail(weave, 5, 7);
    weave.each(|weave, x, y| (ramp, 1 + step(weave.noise(1, cell, x, y), &[110, 210])));
    for (x, y, kind) in weave.points(10, 5) {
        weave.set(x, y, ramp, if kind < 100 { 0 } else { 3 });
    }
}
