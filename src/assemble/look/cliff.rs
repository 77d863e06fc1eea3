//! High ground with a face on its southern side.

use image::Rgba;

use super::view::View;
use super::{Ground, Ramp};

const NORTH: [i32; 2] = [0, -1];

/// A lip where the ground ends, the face below it in the colours of what looks more like rock, and its shadow.
pub(super) fn pixel(ground: &Ground<'_>, own: &Ramp, view: &View<'_>, x: u32, y: u32) -> Rgba<u8> {
    if view.is_terrain(x, y) {
        let fill = ground.fill(x, y);
        return match view.gaps(x, y, 2) {
            [_, _, Some(1), _] => own.light(),
            [_, _, Some(2), _] if ground.blades[x as usize] > 0 => own.light(),
            [_, Some(1), _, _] => own.contour(),
            [Some(1), ..] | [.., Some(1)] => own.dark(),
            [Some(2), ..] | [.., Some(2)] => own.light(),
            _ => fill,
        };
    }
    let face = ground.border.face;
    if let Some(row) = view.steps(x, y, NORTH, face) {
        return rock(ground, own, view, [x, y], row);
    }
    let is_high = |x: i32, y: i32| (0..=face as i32).any(|up| view.has(x, y - up));
    let (left, up) = (x as i32 - 1, y as i32 - 1);
    match () {
        () if view.steps(x, y, NORTH, face + 1).is_some() => ground.shaded(x, y, 2),
        () if is_high(left, y as i32) || is_high(left, up) => ground.shaded(x, y, 1),
        () => ground.beyond(x, y),
    }
}

/// A pixel of the face, so many rows below the lip: boulders of a few columns, lit from the left, darker below.
fn rock(ground: &Ground<'_>, own: &Ramp, view: &View<'_>, [x, y]: [u32; 2], row: u32) -> Rgba<u8> {
    let face = ground.border.face;
    let other = ground.other.as_deref().filter(|other| other.earthiness() > own.earthiness());
    let rock = other.unwrap_or(own);
    let is_high = |x: i32| (0..=face as i32).any(|up| view.has(x, y as i32 - up));
    let body = rock.lighter(rock.usual(), 1);
    let crack = is_crack(x, row, ground.size[0]);
    let color = match () {
        () if !is_high(x as i32 + 1) || row == face => rock.contour(),
        () if row == 1 => rock.dark(),
        () if crack => rock.contour(),
        () if row + 1 == face || is_crack(x + 1, row, ground.size[0]) => rock.usual(),
        () if !is_high(x as i32 - 1) || is_crack(x + ground.size[0] - 1, row, ground.size[0]) => rock.lighter(body, 1),
        () => body,
    };
    ground.face(color, other.is_none(), rock.usual())
}

/// Whether a crack between two boulders is there; they lean, and a whole number of them is in a tile.
fn is_crack(x: u32, row: u32, width: u32) -> bool {
    let boulders = (width / 5).max(1);
    (0..boulders).any(|boulder| (boulder * width / boulders + (row + boulder) / 3) % width == x % width)
}
