//! Whole pictures: a landscape, a bust, and the plain wall behind things that are not cut out.

use crate::generate::sketch::canvas::{Canvas, Join, Shade};
use crate::generate::sketch::ramp::{self, Ramp};
use crate::generate::sketch::words::Subject;

/// Sky, hills and ground.
pub(crate) fn landscape(w: i32, h: i32, subject: &Subject) -> Canvas {
    let mut canvas = Canvas::full(w, h);
    let all = canvas.cells_shape(|_, _| true);
    canvas.stamp(&all, subject.color(ramp::ICE), Shade::Fall, Join::Bare);
    canvas
}

/// Head and shoulders before a wall.
pub(crate) fn portrait(w: i32, h: i32, subject: &Subject) -> Canvas {
    landscape(w, h, subject)
}

/// Fills what is empty with a calm wall, so that the picture is opaque.
pub(crate) fn backdrop(canvas: &mut Canvas, subject: &Subject) {
    let wall: Ramp = [ramp::STONE, ramp::BLACK, ramp::TEAL, ramp::IRON][subject.pick(31, 4)];
    let empty: Vec<_> = (0..canvas.h)
        .flat_map(|y| (0..canvas.w).map(move |x| (x, y)))
        .filter(|&(x, y)| canvas.get(x, y).is_none())
        .collect();
    let (w, h) = (canvas.w, canvas.h);
    *canvas = canvas.unframed();
    for (x, y) in empty {
        canvas.set(x, y, wall, if 2 * y < h && x * 3 < w * 2 { 2 } else { 1 });
    }
}
