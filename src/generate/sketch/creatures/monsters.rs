//! What lives nowhere but in games.

use crate::generate::sketch::canvas::{Join, Shade};
use crate::generate::sketch::creatures::{Draft, View};
use crate::generate::sketch::ramp;

/// An eye that floats, with small eyes on stalks.
pub(super) fn eye(draft: &mut Draft) {
    let color = draft.color(ramp::PURPLE);
    let hover = draft.breath(10);
    for (x, top) in [(90, 80), (180, 20), (300, 20), (390, 80)] {
        let stalk = draft.path(&[(240 + (x - 240) / 2, 190 + hover), (x, top + 40 - hover)], 26);
        draft.stamp(&stalk, color, Shade::Flat(1), Join::Bare);
        let bulb = draft.ellipse(x, top + 34 - hover, 34, 34);
        draft.stamp(&bulb, ramp::WHITE, Shade::Flat(3), Join::Bare);
        if draft.view != View::Back {
            let (px, py) = draft.canvas.at(draft.x(x + draft.turn / 4), top + 34 - hover);
            draft.canvas.set(px, py, ramp::RED, 1);
        }
    }
    let ball = draft.ellipse(240, 290 + hover, 180, 176);
    draft.stamp(&ball, color, Shade::Ball, Join::Auto);
    if draft.view == View::Back {
        let vein = draft.path(&[(240 - draft.turn, 180), (280 - draft.turn, 260), (230 - draft.turn, 360)], 20);
        return draft.fill(&vein, color, 1);
    }
    let look = if draft.view == View::Side { 60 } else { draft.turn };
    let white = draft.ellipse(240 + look / 2, 260 + hover, 116, 100);
    draft.fill(&white, ramp::WHITE, 3);
    let iris = draft.ellipse(240 + look, 262 + hover, 62, 66);
    draft.stamp(&iris, ramp::RED, Shade::Ball, Join::Bare);
    let pupil = draft.ellipse(240 + look * 5 / 4, 262 + hover, 28, 40);
    draft.fill(&pupil, ramp::BLACK, 0);
    let mouth = draft.rect(150 + look / 2, 390 + hover, 330 + look / 2, 416 + hover);
    draft.fill(&mouth, ramp::BLACK, 0);
    for x in [170, 230, 290] {
        let tooth = draft.polygon(&[
            (x + look / 2, 386 + hover),
            (x + 30 + look / 2, 386 + hover),
            (x + 15 + look / 2, 420 + hover),
        ]);
        draft.fill(&tooth, ramp::WHITE, 3);
    }
}

/// A giant of stones; a robot where the prompt says so is of steel.
pub(super) fn golem(draft: &mut Draft) {
    let robot = draft.subject.says(&["robot", "automaton", "android", "mech"]);
    let color = draft.color(if robot { ramp::STEEL } else { ramp::STONE });
    let glow = if robot { ramp::RED } else { ramp::FIRE };
    let bob = draft.breath(8);
    for side in [-1, 1] {
        let lift = draft.swing(if side < 0 { 0 } else { 128 }, 30).max(0);
        let x = 240 + side * 76;
        let leg = draft.rect(x - 56, 350, x + 56, 474 - lift);
        draft.stamp(&leg, color, Shade::Bevel, Join::Auto);
        let swing = draft.swing(if side < 0 { 128 } else { 0 }, 24);
        let arm = draft.rect(240 + side * 190 - 44, 170 + bob, 240 + side * 190 + 44, 330 + swing);
        draft.stamp(&arm, color, Shade::Bevel, Join::Auto);
        let fist = draft.rect(240 + side * 190 - 50, 310 + swing, 240 + side * 190 + 50, 420 + swing);
        draft.stamp(&fist, color, Shade::Bevel, Join::Line);
    }
    let chest =
        draft.polygon(&[(80, 130 + bob), (400, 130 + bob), (380, 300 + bob), (310, 390), (170, 390), (100, 300 + bob)]);
    draft.stamp(&chest, color, Shade::Bevel, Join::Auto);
    let head = draft.rect(170 + draft.turn / 2, 24 + bob, 310 + draft.turn / 2, 150 + bob);
    draft.stamp(&head, color, Shade::Bevel, Join::Line);
    if robot {
        let mast = draft.line((240, 30 + bob), (240, 0), 16);
        draft.fill(&mast, glow, 2);
    } else {
        let moss = draft.ellipse(130, 140 + bob, 60, 24).or(&draft.ellipse(290, 30 + bob, 34, 18));
        draft.stamp(&moss, ramp::FOLIAGE, Shade::Flat(2), Join::Bare);
    }
    let crack = draft.path(&[(300, 200 + bob), (260, 260), (300, 330)], 12);
    draft.fill(&crack, color, 0);
    if draft.view == View::Back {
        return;
    }
    let look = if draft.view == View::Side { 30 } else { draft.turn / 2 };
    for x in [206, 274] {
        let eye = draft.rect(x + look - 18, 76 + bob, x + look + 18, 104 + bob);
        draft.fill(&eye, glow, 3);
    }
    let core = draft.ellipse(240 + look / 2, 230 + bob, 40, 44);
    draft.stamp(&core, glow, Shade::Gloss, Join::Auto);
}

/// A chest with teeth, a tongue and eyes.
pub(super) fn mimic(draft: &mut Draft) {
    let wood = draft.color(ramp::WOOD);
    let gape = 40 + draft.breath(20) + draft.swing(0, 30);
    let lid = draft.rect(20, 90 - gape / 2, 460, 190 - gape / 2).or(&draft.ellipse(240, 110 - gape / 2, 220, 90));
    let back = draft.view == View::Back;
    let mouth = draft.rect(36, 170 - gape / 2, 444, 330);
    draft.fill(&mouth, ramp::RED, 0);
    draft.stamp(&lid, wood, Shade::Fall, Join::Bare);
    let body = draft.rect(20, 310, 460, 470);
    draft.stamp(&body, wood, Shade::Bevel, Join::Bare);
    for x in [50, 370] {
        let band = draft.rect(x, 0, x + 60, 480).and(&lid.or(&body));
        draft.stamp(&band, ramp::GOLD, Shade::Column, Join::Bare);
    }
    if back {
        let plate = draft.rect(200 - draft.turn, 160, 280 - draft.turn, 340);
        return draft.stamp(&plate, wood, Shade::Bevel, Join::Line);
    }
    let look = if draft.view == View::Side { 70 } else { draft.turn };
    for i in 0..5 {
        let x = 60 + 76 * i;
        let upper = draft.polygon(&[(x, 180 - gape / 2), (x + 60, 180 - gape / 2), (x + 30, 250 - gape / 2)]);
        let lower = draft.polygon(&[(x, 320), (x + 60, 320), (x + 30, 256)]);
        draft.stamp(&upper.or(&lower), ramp::BONE, Shade::Flat(3), Join::Bare);
    }
    let tongue = draft.path(&[(220 + look, 290), (270 + look, 350), (300 + look, 430)], 60);
    draft.stamp(&tongue, ramp::PINK, Shade::Round, Join::Auto);
    for x in [170, 310] {
        let white = draft.ellipse(x + look / 2, 100 - gape / 2, 44, 40);
        draft.stamp(&white, ramp::YELLOW, Shade::Flat(3), Join::Auto);
        draft.eye(x + look * 3 / 4, 104 - gape / 2, 18);
    }
}

/// A plant that bites.
pub(super) fn plant(draft: &mut Draft) {
    let color = draft.color(ramp::RED);
    let sway = draft.breath(16) + draft.swing(0, 20);
    for side in [-1, 1] {
        let leaf =
            draft.polygon(&[(240, 450), (240 + side * 110, 350), (240 + side * 220, 370), (240 + side * 130, 450)]);
        draft.stamp(&leaf, ramp::FOLIAGE, Shade::Bevel, Join::Auto);
    }
    let stem = draft.path(&[(240, 470), (220, 370), (240 + sway, 280)], 40);
    draft.stamp(&stem, ramp::FOLIAGE, Shade::Column, Join::Bare);
    let (x, y) = (240 + sway, 170);
    let head = draft.ellipse(x, y, 160, 150);
    draft.stamp(&head, color, Shade::Ball, Join::Auto);
    for (dx, dy) in [(-80, -80), (20, -110), (90, -50), (-110, 20)] {
        let spot = draft.ellipse(x + dx, y + dy, 28, 24).and(&head);
        draft.fill(&spot, ramp::WHITE, 3);
    }
    if draft.view == View::Back {
        return;
    }
    let look = if draft.view == View::Side { 60 } else { draft.turn };
    let mouth = draft.ellipse(x + look / 2 + 10, y + 40, 120, 66).and(&head);
    draft.fill(&mouth, ramp::BLACK, 0);
    for i in -1..=1 {
        let tx = x + look / 2 + 10 + i * 64;
        let upper = draft.polygon(&[(tx - 26, y - 20), (tx + 26, y - 20), (tx, y + 40)]);
        let lower = draft.polygon(&[(tx - 20, y + 104), (tx + 20, y + 104), (tx, y + 56)]);
        draft.fill(&upper.or(&lower).and(&head), ramp::WHITE, 3);
    }
}
