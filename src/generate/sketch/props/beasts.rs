//! Creatures without a skeleton, and one without anything else.

use crate::generate::sketch::canvas::{Join, Mask, Shade};
use crate::generate::sketch::figure::stance::sine;
use crate::generate::sketch::props::Draft;
use crate::generate::sketch::props::boxes::sign;
use crate::generate::sketch::ramp;

/// A slime: it breathes, and hops when it walks.
pub(super) fn slime(draft: &mut Draft) {
    let color = draft.subject.color(ramp::SLIME);
    let swell = sine(draft.phase);
    let strength = if draft.action.is_empty() {
        0
    } else if draft.action == "idle" {
        34
    } else {
        60
    };
    let high = 330 + swell * strength / 256;
    let wide = 222 - swell * strength / 512;
    let canvas = &mut *draft.canvas;
    let top = 480 - high;
    let dome = canvas.ellipse(240, top + high * 6 / 10, wide, high * 6 / 10).and(&canvas.rect(0, 0, 480, 480));
    let tip = canvas.ellipse(225, top + 20, 60, 50);
    let foot = canvas.rect(240 - wide * 9 / 10, 420, 240 + wide * 9 / 10, 480);
    let body = dome.or(&foot).or(&tip);
    canvas.stamp(&body, color, Shade::Ball, Join::Bare);
    let low = body.without(&body.moved(0, -1)).and(&canvas.rect(0, 420, 480, 480));
    canvas.fill(&low, color, 1);
    let shadow = canvas.rect(240 - wide * 3 / 5, 380, 240 + wide / 2, 450).and(&body);
    canvas.tone(&shadow, 1);
    let glint = canvas.ellipse(150, top + 120, 34, 26);
    canvas.fill(&glint, color, 4);
    slime_face(draft, top + high / 2);
}

/// A creature that nobody knows: a body with the letters of its name, and eyes, horns and ears that come from it.
pub(super) fn stranger(draft: &mut Draft) {
    let color = draft.subject.color_or_any(1);
    let swell = sine(draft.phase) * 20 / 256;
    let look = look(draft.facing);
    let (crest, eyes) = (draft.subject.pick(6, 4), 1 + draft.subject.pick(7, 3) as i32);
    let canvas = &mut *draft.canvas;
    for out in [-1, 1] {
        let x = |d: i32| 240 + out * d;
        let (mask, ramp) = match crest {
            0 => (canvas.polygon(&[(x(70), 150), (x(170), 10), (x(160), 180)]), ramp::BONE),
            1 => (canvas.ellipse(x(150), 90, 64, 84), color),
            2 => (canvas.line((x(60), 120), (x(110), 30), 22).or(&canvas.ellipse(x(110), 34, 34, 34)), color),
            _ => (canvas.polygon(&[(x(20), 120), (x(60), 10), (x(100), 130)]), color),
        };
        canvas.stamp(&mask, ramp, Shade::Bevel, Join::Bare);
        let foot = canvas.ellipse(x(110), 446, 70, 30);
        canvas.stamp(&foot, color, Shade::Ball, Join::Bare);
    }
    let body = canvas.ellipse(240, 290, 200, 190 + swell);
    canvas.stamp(&body, color, Shade::Ball, Join::Auto);
    if !draft.facing.starts_with('n') {
        for i in 0..eyes {
            let x = 240 + look + (2 * i + 1 - eyes) * 70;
            let white = canvas.ellipse(x, 200, 44, 48);
            canvas.fill(&white, ramp::WHITE, 3);
            let pupil = canvas.ellipse(x + look / 4, 206, 22, 26);
            canvas.fill(&pupil, ramp::BLACK, 0);
        }
    }
    let belly = canvas.rect(90 + look, 244, 390 + look, 464).and(&body);
    if let Some(bounds) = belly.bounds() {
        sign(draft, bounds, color);
    }
}

/// Units by which a face lies beside the middle.
fn look(facing: &str) -> i32 {
    let aside = match facing.len() {
        2 => 40,
        _ => 80,
    };
    match facing.as_bytes().last() {
        Some(b'e') => aside,
        Some(b'w') => -aside,
        _ => 0,
    }
}

fn slime_face(draft: &mut Draft, row: i32) {
    let look = look(draft.facing);
    if draft.facing.starts_with('n') {
        // From behind: a drip where the face would look from the other side.
        let drip = draft.canvas.ellipse(240 - look * 3 / 2, row, 40, 70);
        return draft.canvas.tone(&drip, -1);
    }
    let canvas = &mut *draft.canvas;
    for x in [165 + look, 315 + look] {
        let eye = canvas.ellipse(x, row, 30, 52);
        canvas.fill(&eye, ramp::BLACK, 0);
        let (px, py) = canvas.at(x - 14, row - 30);
        if canvas.is_large() {
            canvas.set(px, py, ramp::WHITE, 4);
        }
    }
    let mouth = canvas.rect(205 + look, row + 85, 275 + look, row + 110);
    canvas.fill(&mouth, ramp::BLACK, 0);
}

/// A ghost with a wavy hem.
pub(super) fn ghost(draft: &mut Draft) {
    let color = draft.subject.color(ramp::WHITE);
    let drift = sine(draft.phase) * 14 / 256;
    let canvas = &mut *draft.canvas;
    let head = canvas.ellipse(240, 190 + drift, 180, 180).or(&canvas.rect(60, 190 + drift, 420, 420));
    let notch = |x: i32| canvas.polygon(&[(x - 60, 490), (x, 370 + drift), (x + 60, 490)]);
    let hem = canvas.rect(60, 400, 420, 470);
    let body = head.or(&hem).without(&notch(150)).without(&notch(270)).without(&notch(390 + drift));
    canvas.stamp(&body, color, Shade::Column, Join::Bare);
    let light = canvas.ellipse(180, 120 + drift, 70, 60);
    canvas.fill(&light, color, 4);
    for x in [165, 305] {
        let eye = canvas.ellipse(x, 210 + drift, 34, 50);
        canvas.fill(&eye, ramp::BLACK, 0);
    }
    let mouth = canvas.ellipse(235, 310 + drift, 32, 30);
    canvas.fill(&mouth, ramp::BLACK, 1);
}

/// A bat; its wings beat.
pub(super) fn bat(draft: &mut Draft) {
    let color = draft.subject.color(ramp::PURPLE);
    let beat = sine(draft.phase + 64) * 110 / 256;
    let canvas = &mut *draft.canvas;
    let wing = |out: i32| -> Mask {
        let x = |d: i32| 240 + out * d;
        canvas.polygon(&[
            (x(30), 210),
            (x(130), 170 - beat / 2),
            (x(235), 190 - beat),
            (x(225), 300 - beat),
            (x(180), 255 - beat / 2),
            (x(150), 330 - beat / 2),
            (x(100), 270),
            (x(50), 320),
        ])
    };
    let wings = wing(-1).or(&wing(1));
    let ears =
        canvas.polygon(&[(160, 60), (230, 150), (170, 190)]).or(&canvas.polygon(&[(320, 60), (250, 150), (310, 190)]));
    let body = canvas.ellipse(240, 260, 88, 130);
    canvas.stamp(&wings, color, Shade::Flat(1), Join::Bare);
    let light = wings.without(&wings.moved(0, 1));
    canvas.fill(&light, color, 2);
    canvas.stamp(&body.or(&ears), color, Shade::Ball, Join::Auto);
    for x in [200, 280] {
        let eye = canvas.ellipse(x, 220, 24, 26);
        canvas.fill(&eye, ramp::YELLOW, 3);
        let (px, py) = canvas.at(x, 215);
        canvas.set(px, py, ramp::BLACK, 0);
    }
    for x in [215, 260] {
        let (px, py) = canvas.at(x, 300);
        canvas.set(px, py, ramp::WHITE, 4);
    }
}

/// A skull.
pub(super) fn skull(draft: &mut Draft) {
    let bone = draft.subject.color(ramp::BONE);
    let canvas = &mut *draft.canvas;
    let jaw = canvas.rect(120, 300, 360, 465);
    canvas.stamp(&jaw, bone, Shade::Bevel, Join::Bare);
    let dome = canvas.ellipse(240, 195, 215, 190);
    let cheeks = canvas.rect(80, 230, 400, 355);
    canvas.stamp(&dome.or(&cheeks), bone, Shade::Ball, Join::Shadow);
    for x in [145, 335] {
        let socket = canvas.ellipse(x, 240, 66, 70);
        canvas.fill(&socket, ramp::BLACK, 0);
        let inner = canvas.ellipse(x + 8, 255, 40, 40);
        canvas.fill(&inner, ramp::BLACK, 1);
        if draft.subject.says(&["cursed", "evil", "burning", "demon"]) {
            let glow = canvas.ellipse(x, 245, 26, 26);
            canvas.fill(&glow, ramp::FIRE, 3);
        }
    }
    let nose = canvas.polygon(&[(240, 275), (285, 345), (195, 345)]);
    canvas.fill(&nose, ramp::BLACK, 0);
    let Some([x0, _, x1, y1]) = jaw.bounds() else { return };
    let step = if canvas.is_large() { 3 } else { 2 };
    for x in (x0 + step / 2..x1).step_by(step as usize) {
        for y in y1 - (y1 / 9)..=y1 {
            canvas.set(x, y, bone, 0);
        }
    }
}
