//! Things that hold something.

use crate::generate::sketch::canvas::{Join, Shade};
use crate::generate::sketch::props::Draft;
use crate::generate::sketch::ramp;
use crate::generate::sketch::subject::mix;

/// A round flask, a tall bottle or a conical one, with a cork and a coloured liquid.
pub(super) fn potion(draft: &mut Draft) {
    let liquid = draft.subject.color_or_any(1);
    let form = if draft.subject.says(&["vial", "phial", "bottle"]) { 1 } else { draft.subject.pick(2, 5) / 2 };
    let canvas = &mut *draft.canvas;
    let body = match form {
        1 => canvas.ellipse(240, 330, 150, 150).or(&canvas.rect(130, 200, 350, 400)),
        2 => canvas.polygon(&[(200, 150), (280, 150), (420, 440), (400, 480), (80, 480), (60, 440)]),
        _ => canvas.ellipse(240, 310, 200, 175),
    };
    let neck = canvas.rect(180, 80, 300, 240);
    let glass = body.or(&neck);
    canvas.stamp(&glass, ramp::GLASS, Shade::Ball, Join::Bare);
    let surface = 230 + 8 * (draft.subject.pick(3, 4) as i32) - if form == 2 { -40 } else { 0 };
    let inside = if canvas.is_large() {
        let core = glass.and(&glass.moved(1, 0)).and(&glass.moved(-1, 0)).and(&glass.moved(0, -1));
        core.and(&canvas.rect(0, surface, 480, 480))
    } else {
        glass.and(&canvas.rect(0, surface, 480, 480))
    };
    canvas.stamp(&inside, liquid, Shade::Ball, Join::Bare);
    let top = inside.without(&inside.moved(0, 1)).and(&canvas.rect(0, surface - 40, 480, surface + 60));
    canvas.fill(&top, liquid, 3);
    let lip = canvas.rect(150, 80, 330, 120);
    canvas.stamp(&lip, ramp::GLASS, Shade::Column, Join::Shadow);
    let cork = canvas.rect(195, 0, 285, 90);
    canvas.stamp(&cork, ramp::WOOD, Shade::Column, Join::Bare);
    shine(draft, form);
    bubbles(draft, liquid);
}

/// The window's reflection on the glass.
fn shine(draft: &mut Draft, form: usize) {
    let canvas = &mut *draft.canvas;
    let (x, y) = if form == 2 { (170, 320) } else { (130, 250) };
    let mask = canvas.ellipse(x, y, 28, 44);
    canvas.fill(&mask, ramp::WHITE, 4);
    let (x, y) = canvas.at(if form == 2 { 130 } else { 125 }, 360);
    canvas.set(x, y, ramp::WHITE, 3);
}

fn bubbles(draft: &mut Draft, liquid: ramp::Ramp) {
    for i in 0..3u64 {
        let dice = mix(draft.subject.hash ^ mix(draft.detail) ^ i);
        let (x, y) = (230 + (dice % 110) as i32, 300 + (dice >> 8) as i32 % 120);
        let y = 290 + (y - 290 - draft.phase / 2).rem_euclid(130);
        let (x, y) = draft.canvas.at(x, y);
        if draft.canvas.get(x, y).is_some_and(|ink| ink.ramp == liquid) {
            draft.canvas.set(x, y, liquid, 4);
        }
    }
}

/// A round bomb; its fuse burns.
pub(super) fn bomb(draft: &mut Draft) {
    let color = draft.subject.color(ramp::BLACK);
    let spark = draft.phase / 64 % 2;
    let canvas = &mut *draft.canvas;
    let fuse = canvas.line((300, 130), (370, 70), 26).or(&canvas.line((370, 70), (430, 90), 26));
    canvas.stamp(&fuse, ramp::PARCHMENT, Shade::Flat(2), Join::Bare);
    let ball = canvas.ellipse(220, 300, 190, 180);
    canvas.stamp(&ball, color, Shade::Gloss, Join::Bare);
    let cap = canvas.polygon(&[(260, 110), (350, 150), (320, 210), (240, 170)]);
    canvas.stamp(&cap, ramp::IRON, Shade::Bevel, Join::Auto);
    let flame = canvas.ellipse(435, 85, 42 - 10 * spark, 48);
    canvas.stamp(&flame, ramp::FIRE, Shade::Flat(2), Join::Bare);
    let core = canvas.ellipse(435, 95, 20, 25);
    canvas.fill(&core, ramp::FIRE, 4);
    let glint = canvas.ellipse(150, 230, 34, 34);
    canvas.fill(&glint, ramp::WHITE, 3);
}
