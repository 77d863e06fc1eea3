//! Weapons and shields.

use crate::generate::sketch::canvas::{Join, Shade};
use crate::generate::sketch::props::Draft;
use crate::generate::sketch::ramp;

/// A sword from the lower left to the upper right, as icons have it.
pub(super) fn sword(draft: &mut Draft) {
    let short = draft.subject.says(&["dagger", "knife", "short"]);
    let metal = draft.subject.color(ramp::STEEL);
    let grip = if metal == ramp::GOLD { ramp::RED } else { ramp::LEATHER };
    let canvas = &mut *draft.canvas;
    let (hilt, tip) = if short { (190, 400) } else { (130, 450) };
    // Everything lies on the diagonal x + y = 480.
    let on = |t: i32| (t, 480 - t);
    let ((hx, hy), (tx, ty)) = (on(hilt), on(tip));
    let wide = if short { 34 } else { 38 };
    let blade = canvas.polygon(&[
        (hx - wide, hy - wide),
        (tx - wide, ty - wide),
        (tx + 30, ty - 30),
        (tx + wide, ty + wide),
        (hx + wide, hy + wide),
    ]);
    canvas.stamp(&blade, metal, Shade::Flat(3), Join::Bare);
    let lower = blade.and(&canvas.shape(|x, y| x + y > 480 * 16 + 40));
    canvas.fill(&lower, metal, if canvas.is_large() { 1 } else { 2 });
    if canvas.is_large() {
        let middle = blade.and(&canvas.shape(|x, y| (x + y - 480 * 16).abs() < 250 && x > i64::from(hx) * 16));
        canvas.fill(&middle, metal, 2);
        let edge = blade.without(&blade.moved(1, 1)).and(&canvas.shape(|x, y| x + y < 480 * 16));
        canvas.fill(&edge, metal, 4);
    }
    let pommel_at = on(if short { 90 } else { 40 });
    let handle = canvas.line((hx, hy), pommel_at, 46);
    canvas.stamp(&handle, grip, Shade::Round, Join::Bare);
    let reach = if short { 70 } else { 95 };
    let guard = canvas.line((hx - reach, hy - reach), (hx + reach, hy + reach), 44);
    canvas.stamp(&guard, ramp::GOLD, Shade::Bevel, Join::Auto);
    let pommel = canvas.ellipse(pommel_at.0, pommel_at.1, 40, 40);
    canvas.stamp(&pommel, ramp::GOLD, Shade::Gloss, Join::Auto);
    let glint = on(hilt + 60 + (draft.detail % 4) as i32 * 55);
    let (x, y) = canvas.at(glint.0 - 16, glint.1 - 16);
    if canvas.get(x, y).is_some_and(|ink| ink.ramp == metal) {
        canvas.set(x, y, ramp::WHITE, 4);
    }
}
