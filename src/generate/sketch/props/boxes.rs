//! Boxes of every kind, and the labelled one that stands for what nobody knows.

use crate::generate::sketch::canvas::{Join, Shade};
use crate::generate::sketch::props::Draft;
use crate::generate::sketch::ramp;
use crate::generate::sketch::words::mix;

/// A parcel whose colour, proportions and label come from the words.
pub(super) fn unknown(draft: &mut Draft) {
    let color = draft.subject.color_or_any(1);
    let (wide, high) = (190 + 16 * draft.subject.pick(2, 4) as i32, 150 + 20 * draft.subject.pick(3, 5) as i32);
    let hash = draft.subject.hash;
    let canvas = &mut *draft.canvas;
    let top = 480 - 2 * high;
    let front = canvas.rect(240 - wide, top, 240 + wide, 480);
    canvas.stamp(&front, color, Shade::Bevel, Join::Bare);
    let lid = canvas.rect(240 - wide, top, 240 + wide, top + 90);
    canvas.stamp(&lid, color, Shade::Flat(3), Join::Shadow);
    let label = canvas.rect(240 - wide / 2 - 10, top + 130, 240 + wide / 2 + 10, 430);
    canvas.stamp(&label, ramp::PARCHMENT, Shade::Bevel, Join::Auto);
    let Some([x0, y0, x1, y1]) = label.bounds() else { return };
    // A sign of its own: a small symmetrical pattern.
    let (w, h) = (x1 - x0 - 1, y1 - y0 - 1);
    for (x, y) in (0..h).flat_map(|y| (0..w).map(move |x| (x, y))) {
        let (column, row) = (x.min(w - 1 - x) * 5 / w.max(1), y * 5 / h.max(1));
        if mix(hash ^ mix((column * 8 + row) as u64)) & 3 < 2 {
            canvas.set(x0 + 1 + x, y0 + 1 + y, color, 1);
        }
    }
}
