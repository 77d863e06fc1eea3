//! Land in water.

use image::Rgba;

use super::view::View;
use super::{Ground, Ramp};

/// Wet land along a contour, its shadow on the water where it is away from the light, a line of foam with gaps, and
/// shallow water.
pub(super) fn pixel(ground: &Ground<'_>, own: &Ramp, view: &View<'_>, x: u32, y: u32) -> Rgba<u8> {
    let distance = view.distance2(x, y, 3);
    let sides = view.gaps(x, y, 1);
    if view.is_terrain(x, y) {
        let fill = ground.fill(x, y);
        return match (distance, sides) {
            (Some(1), [_, _, Some(_), _] | [_, Some(_), _, _]) => own.contour(),
            (Some(1), _) => own.dark(),
            (Some(2..=4), _) => own.darker(fill, 1),
            _ => fill,
        };
    }
    let Some(water) = &ground.other else { return ground.beyond(x, y) };
    let is_shaded = sides[0].is_some() || sides[3].is_some() && sides[2].is_none();
    let has_gap = (3 * x + 5 * y) % 16 < 3;
    let foam = ground.outside(water.white(), x, y);
    match distance {
        Some(1) if is_shaded => ground.outside(water.contour(), x, y),
        Some(1..=2) if !has_gap => foam,
        Some(4) if !has_gap && view.steps(x, y, [0, -1], 2).is_some() => foam,
        Some(1..=9) => ground.lit(x, y, 1),
        _ => ground.beyond(x, y),
    }
}
