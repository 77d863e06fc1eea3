//! Grass that grows over its edge.

use image::Rgba;

use super::view::View;
use super::{Ground, Ramp};

/// A lit rim where it faces the light, a dark contour, blades over the lower edge, and their shadow.
pub(super) fn pixel(ground: &Ground<'_>, own: &Ramp, view: &View<'_>, x: u32, y: u32) -> Rgba<u8> {
    let blade = ground.blades[x as usize];
    if view.is_terrain(x, y) {
        let fill = ground.fill(x, y);
        return match view.gaps(x, y, 3) {
            [_, _, Some(1), _] if blade > 0 => own.dark(),
            [_, Some(1), _, _] | [_, _, Some(1), _] => own.contour(),
            [Some(1), ..] | [.., Some(1)] => own.dark(),
            [Some(2), ..] => own.light(),
            [.., Some(2)] if y % 4 != 3 => own.light(),
            [Some(3), ..] if blade > 0 => own.light(),
            [_, Some(2), _, _] | [_, _, Some(2), _] if blade == 0 => own.dark(),
            _ => fill,
        };
    }
    match view.steps(x, y, [0, -1], 4) {
        Some(step) if step <= blade && !view.is_at_missing(ground.size, x, y) => {
            if step == blade {
                own.contour()
            } else {
                own.dark()
            }
        }
        Some(step) if step <= blade + 2 => ground.shaded(x, y, if step == blade + 1 { 2 } else { 1 }),
        _ if view.steps(x, y, [-1, 0], 1).is_some() || view.has(x as i32 - 1, y as i32 - 1) => ground.shaded(x, y, 1),
        _ => ground.beyond(x, y),
    }
}
