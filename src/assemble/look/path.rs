//! Trodden ground that lies a little deeper than what grows beside it.

use image::Rgba;

use super::view::View;
use super::{Ground, Ramp};

/// Shadow along the edges that face the light, light along the others, and tufts of the other ground over the lower edge.
pub(super) fn pixel(ground: &Ground<'_>, own: &Ramp, view: &View<'_>, x: u32, y: u32) -> Rgba<u8> {
    let blade = ground.blades[x as usize];
    if view.is_terrain(x, y) {
        let fill = ground.fill(x, y);
        let tuft = ground.other.as_deref().filter(|_| blade > 0);
        return match view.gaps(x, y, 2) {
            [_, _, Some(1), _] if tuft.is_some() => tuft.map_or(fill, Ramp::light),
            [Some(1), ..] | [.., Some(1)] => own.contour(),
            [Some(2), ..] => own.dark(),
            [.., Some(2)] if !y.is_multiple_of(3) => own.dark(),
            [_, _, Some(1), _] | [_, Some(1), _, _] => own.light(),
            [_, _, Some(2), _] if blade == 0 && x.is_multiple_of(3) => own.light(),
            _ => fill,
        };
    }
    let Some(other) = &ground.other else { return ground.beyond(x, y) };
    let color = match view.gaps(x, y, 2) {
        [_, _, Some(1), _] => other.contour(),
        [_, _, Some(2), _] if blade > 0 => other.dark(),
        [Some(1), ..] | [.., Some(1)] => other.light(),
        [_, Some(1), _, _] => other.dark(),
        [Some(2), ..] if blade > 1 => other.light(),
        _ => ground.beyond(x, y),
    };
    ground.outside(color, x, y)
}
