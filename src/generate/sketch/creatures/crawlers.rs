//! What crawls: with many legs, a shell, or none at all.

use crate::generate::sketch::canvas::{Join, Mask, Shade};
use crate::generate::sketch::creatures::{Draft, View};
use crate::generate::sketch::ramp;

/// A spider from above, its head towards the viewer; from behind the head is hidden.
pub(super) fn spider(draft: &mut Draft) {
    let color = draft.color(ramp::BLACK);
    for side in [-1, 1] {
        for (i, (knee, foot)) in
            [((130, -150), (190, -60)), ((170, -80), (222, 30)), ((170, 10), (226, 130)), ((120, 80), (170, 220))]
                .into_iter()
                .enumerate()
        {
            let step = draft.swing(128 * (i as i32 % 2) + side * 32, 24);
            let (cx, cy) = (240, 240);
            let at = |(x, y): (i32, i32)| (cx + side * x, cy + y + step);
            let leg = draft.path(&[(cx + side * 50, cy + 10), at(knee), at(foot)], 22);
            draft.stamp(&leg, color, Shade::Flat(2), Join::Bare);
        }
    }
    let rear = draft.ellipse(240 - draft.turn * 2 / 3, 170, 128, 132);
    draft.stamp(&rear, color, Shade::Gloss, Join::Auto);
    let sign = [(-35, 110), (35, 110), (0, 165), (35, 220), (-35, 220), (0, 165)]
        .map(|(x, y)| (240 - draft.turn * 2 / 3 + x, y));
    let sign = draft.polygon(&sign);
    let warning = if color == ramp::RED { ramp::YELLOW } else { ramp::RED };
    draft.fill(&sign, warning, 2);
    if draft.view != View::Back {
        let head = draft.ellipse(240 + draft.turn, 318, 84, 76);
        draft.stamp(&head, color, Shade::Ball, Join::Auto);
        for (x, y, size) in [(-30, 320, 22), (30, 320, 22), (-56, 292, 14), (56, 292, 14)] {
            let eye = draft.ellipse(240 + draft.turn + x, y, size, size);
            draft.fill(&eye, warning, 3);
        }
        for x in [-24, 24] {
            let fang = draft.rect(240 + draft.turn + x - 10, 376, 240 + draft.turn + x + 10, 424);
            draft.fill(&fang, ramp::WHITE, 3);
        }
    }
}

/// A scorpion: claws ahead, the sting over its back.
pub(super) fn scorpion(draft: &mut Draft) {
    let color = draft.color(ramp::ORANGE);
    for (i, x) in [150, 210, 270, 330].into_iter().enumerate() {
        let step = draft.swing(128 * (i as i32 % 2), 24);
        let leg = draft.path(&[(x, 360), (x - 30, 400), (x - 44 + step, 474)], 20);
        draft.stamp(&leg, color, Shade::Flat(1), Join::Bare);
    }
    let tail = [(110, 340), (50, 270), (50, 150), (130, 70), (210, 84)];
    for (i, &(x, y)) in tail.iter().enumerate() {
        let size = 46 - 4 * i as i32;
        let part = draft.ellipse(x, y + draft.breath(8), size, size);
        draft.stamp(&part, color, Shade::Ball, Join::Shadow);
    }
    let sting = draft.polygon(&[(205, 56), (290, 130), (200, 116)]);
    draft.stamp(&sting, ramp::BLACK, Shade::Flat(1), Join::Bare);
    let body = draft.ellipse(230, 350, 150, 66);
    draft.stamp(&body, color, Shade::Round, Join::Auto);
    for x in [160, 220, 280] {
        let seam = draft.rect(x, 290, x + 14, 416).and(&body);
        draft.fill(&seam, color, 1);
    }
    let pinch = draft.breath(10);
    for (dy, far) in [(-70, true), (30, false)] {
        let arm = draft.path(&[(340, 350), (400, 350 + dy)], 26);
        let claw = draft.ellipse(416, 340 + dy, 54, 44);
        let gap = draft.polygon(&[(410, 340 + dy), (480, 310 + dy - pinch), (480, 356 + dy + pinch)]);
        let (shade, join) = if far { (Shade::Flat(1), Join::Bare) } else { (Shade::Ball, Join::Auto) };
        draft.stamp(&arm.or(&claw.without(&gap)), color, shade, join);
    }
    if draft.view != View::Back {
        draft.eye(340, 316, 16);
    }
}

/// A crab from the front: claws up, eyes on stalks.
pub(super) fn crab(draft: &mut Draft) {
    let color = draft.color(ramp::RED);
    for side in [-1, 1] {
        for (i, reach) in [226, 200, 150].into_iter().enumerate() {
            let step = draft.swing(128 * (i as i32 % 2), 20);
            let knee = (240 + side * (reach - 20), 350 + 24 * i as i32);
            let leg = draft.path(&[(240 + side * 110, 360), knee, (240 + side * (reach - 6), 470 + step.min(0))], 22);
            draft.stamp(&leg, color, Shade::Flat(1), Join::Bare);
        }
        let raise = draft.breath(14) * side;
        let arm = draft.path(&[(240 + side * 120, 320), (240 + side * 190, 250 + raise)], 34);
        let claw = draft.ellipse(240 + side * 176, 170 + raise, 62, 74);
        let gap = draft.polygon(&[
            (240 + side * 170, 180 + raise),
            (240 + side * 120, 70 + raise),
            (240 + side * 200, 70 + raise),
        ]);
        draft.stamp(&arm.or(&claw.without(&gap)), color, Shade::Ball, Join::Bare);
    }
    let shell = draft.ellipse(240, 345, 166, 104);
    draft.stamp(&shell, color, Shade::Ball, Join::Auto);
    if draft.view == View::Back {
        let seam = draft.rect(160 + draft.turn, 330, 320 + draft.turn, 350).and(&shell);
        return draft.fill(&seam, color, 1);
    }
    for x in [190, 290] {
        let stalk = draft.line((x, 270), (x + draft.turn / 3, 200), 18);
        draft.stamp(&stalk, color, Shade::Flat(2), Join::Bare);
        let ball = draft.ellipse(x + draft.turn / 3, 190, 34, 34);
        draft.fill(&ball, ramp::WHITE, 3);
        draft.eye(x + draft.turn * 2 / 3, 194, 14);
    }
    let mouth = draft.rect(200, 370, 280, 388);
    draft.fill(&mouth, color, 0);
}

/// A beetle from the side: a shining back, a horn ahead.
pub(super) fn beetle(draft: &mut Draft) {
    let color = draft.color(ramp::TEAL);
    for (i, x) in [140, 230, 320].into_iter().enumerate() {
        let step = draft.swing(128 * (i as i32 % 2), 26);
        let leg = draft.path(&[(x, 360), (x + 20, 410), (x - 10 + step, 474)], 24);
        draft.stamp(&leg, ramp::BLACK, Shade::Flat(1), Join::Bare);
    }
    let head = draft.ellipse(372, 330, 70, 66);
    draft.stamp(&head, ramp::BLACK, Shade::Ball, Join::Bare);
    if draft.view != View::Back {
        let horn = draft.path(&[(410, 300), (456, 240), (440, 180)], 24);
        draft.stamp(&horn, ramp::BLACK, Shade::Flat(2), Join::Bare);
        let eye = draft.ellipse(396, 320, 18, 20);
        draft.fill(&eye, ramp::YELLOW, 3);
    }
    let wings = draft.ellipse(205, 330, 180, 150).and(&draft.rect(0, 0, 480, 400));
    draft.stamp(&wings, color, Shade::Gloss, Join::Auto);
    let seam = draft.path(&[(352, 290), (210, 300), (40, 360)], 14).and(&wings);
    draft.fill(&seam, color, 0);
    if draft.view == View::Front {
        for x in [110, 190, 270] {
            let spot = draft.ellipse(x, 250 + (x - 190).abs() / 2, 24, 24);
            draft.fill(&spot, ramp::BLACK, 1);
        }
    }
}

/// A snail and its house.
pub(super) fn snail(draft: &mut Draft) {
    let (color, skin) = (draft.color(ramp::ORANGE), ramp::PARCHMENT);
    let stretch = draft.breath(16) + draft.swing(0, 20);
    let foot = draft.rect(30, 420, 440 + stretch / 2, 474).or(&draft.ellipse(60, 446, 50, 28));
    let neck = draft.path(&[(360, 440), (410 + stretch / 2, 330)], 70);
    draft.stamp(&foot.or(&neck), skin, Shade::Fall, Join::Bare);
    let stalks: &[i32] = if draft.view == View::Back { &[] } else { &[-26, 26] };
    for dx in stalks {
        let (x, y) = (410 + stretch / 2 + dx, 220);
        let stalk = draft.line((410 + stretch / 2 + dx / 2, 310), (x, y), 16);
        draft.fill(&stalk, skin, 2);
        let eye = draft.ellipse(x, y, 22, 22);
        draft.fill(&eye, ramp::BLACK, 0);
    }
    let house = draft.ellipse(210, 280, 166, 160);
    draft.stamp(&house, color, Shade::Ball, Join::Auto);
    for (dx, size) in [(0, 118), (-10, 70)] {
        let ring = draft.ellipse(214 + dx, 290, size, size);
        let inner = draft.ellipse(218 + dx, 294, size - 26, size - 26);
        draft.fill(&ring.without(&inner), color, 1);
    }
    let heart = draft.ellipse(208, 294, 24, 24);
    draft.fill(&heart, color, 1);
    if draft.view == View::Front {
        let lip = draft.ellipse(330, 390, 40, 30).and(&house);
        draft.fill(&lip, color, 1);
    }
}

/// A snake: coils, a raised head, a tongue.
pub(super) fn snake(draft: &mut Draft) {
    let color = draft.color(ramp::GREEN);
    let sway = draft.breath(14) + draft.swing(0, 20);
    for (y, rx) in [(420, 200), (350, 150), (290, 100)] {
        let coil = draft.ellipse(220, y, rx, 56);
        draft.stamp(&coil, color, Shade::Round, Join::Line);
        for i in -2..=2 {
            let spot = draft.ellipse(220 + i * rx / 3, y - 6, 16, 14).and(&coil);
            draft.fill(&spot, color, 3);
        }
    }
    let tail = draft.path(&[(60, 420), (24, 380)], 26);
    draft.stamp(&tail, color, Shade::Flat(2), Join::Bare);
    let head_at = (300 + sway + draft.turn / 3, 110);
    let neck = draft.path(&[(230, 270), (210 + sway / 2, 190), head_at], 66);
    draft.stamp(&neck, color, Shade::Round, Join::Bare);
    if draft.view != View::Side {
        let hood = draft.ellipse(240 + sway, 190, 110, 100);
        draft.stamp(&hood, color, Shade::Ball, Join::Auto);
    }
    let front = draft.view == View::Front;
    let (x, y) = if draft.view == View::Side { (head_at.0 + 20, 110) } else { (240 + sway + draft.turn / 2, 116) };
    let head = draft.ellipse(x, y, 92, 66);
    if draft.view == View::Side {
        let tongue = draft.path(&[(x + 70, y + 14), (x + 120, y + 20), (x + 144, y + 4)], 14);
        let fork = draft.line((x + 120, y + 20), (x + 144, y + 40), 14);
        draft.fill(&tongue.or(&fork), ramp::RED, 2);
    }
    draft.stamp(&head, color, Shade::Ball, Join::Auto);
    if draft.view == View::Side {
        draft.eye(x + 34, y - 14, 22);
        let mouth = draft.rect(x + 30, y + 24, x + 92, y + 36).and(&head);
        return draft.fill(&mouth, color, 0);
    }
    draft.eyes((x, y - 6), 46, 22);
    if front {
        let belly = draft.rect(206 + sway, 190, 274 + sway, 260);
        draft.fill(&belly, ramp::YELLOW, 3);
        let tongue = draft.rect(x - 10, y + 50, x + 10, y + 110);
        draft.fill(&tongue, ramp::RED, 2);
    }
}

/// A worm of rings that looks out of the ground.
pub(super) fn worm(draft: &mut Draft) {
    let color = draft.color(ramp::PINK);
    let sway = draft.breath(16) + draft.swing(0, 24);
    let rings = [(130, 430, 76), (200, 370, 78), (230, 290, 80), (250 + sway / 2, 210, 82), (260 + sway, 130, 88)];
    for (x, y, r) in rings {
        let ring = draft.ellipse(x, y, r, r * 3 / 4);
        draft.stamp(&ring, color, Shade::Ball, Join::Line);
    }
    if draft.view != View::Back {
        let mouth = draft.ellipse(290 + sway + draft.turn / 2, 130, 54, 50);
        draft.fill(&mouth, ramp::BLACK, 0);
        for (dx, dy) in [(-36, -6), (0, -34), (0, 34), (36, 0)] {
            let tooth = draft.ellipse(290 + sway + draft.turn / 2 + dx, 130 + dy, 12, 14);
            draft.fill(&tooth, ramp::WHITE, 3);
        }
    }
    let soil = draft.ellipse(150, 464, 140, 30);
    draft.stamp(&soil, ramp::DIRT, Shade::Fall, Join::Bare);
}

/// A frog from the front, or from the side while it looks along.
pub(super) fn frog(draft: &mut Draft) {
    let color = draft.color(ramp::GREEN);
    let puff = draft.breath(10);
    let hop = draft.swing(0, 40).max(0);
    let base = 470 - hop;
    for side in [-1, 1] {
        let thigh = draft.ellipse(240 + side * 150, base - 90, 78, 84);
        draft.stamp(&thigh, color, Shade::Ball, Join::Bare);
        let foot = draft.ellipse(240 + side * 160, base - 16, 78, 24);
        draft.stamp(&foot, color, Shade::Flat(1), Join::Bare);
    }
    let body = draft.ellipse(240, base - 150, 150 + puff, 150);
    draft.stamp(&body, color, Shade::Ball, Join::Auto);
    let look = if draft.view == View::Side { 60 } else { draft.turn };
    for side in [-1, 1] {
        let bump = draft.ellipse(240 + side * 92 + look / 3, base - 300, 62, 62);
        draft.stamp(&bump, color, Shade::Ball, Join::Bare);
        if draft.view != View::Back {
            let white = draft.ellipse(240 + side * 92 + look / 2, base - 304, 42, 42);
            draft.fill(&white, ramp::WHITE, 3);
            draft.eye(240 + side * 92 + look * 3 / 4, base - 300, 20);
        }
    }
    if draft.view == View::Back {
        let stripe = draft.rect(226 + look / 2, base - 290, 254 + look / 2, base - 40);
        return draft.fill(&stripe, color, 1);
    }
    let belly = draft.ellipse(240 + look / 2, base - 90, 96 + puff, 80);
    draft.fill(&belly, ramp::YELLOW, 3);
    let mouth =
        draft.ellipse(240 + look / 2, base - 212, 120, 30).without(&draft.ellipse(240 + look / 2, base - 224, 124, 26));
    draft.fill(&mouth, color, 0);
    for side in [-1, 1] {
        let arm = draft.line((240 + side * 70, base - 110), (240 + side * 84, base - 20), 34);
        draft.stamp(&arm, color, Shade::Round, Join::Shadow);
    }
}

/// A turtle from the side; from the front the head stands before the shell.
pub(super) fn turtle(draft: &mut Draft) {
    let (shell, skin) = (draft.color(ramp::FOLIAGE), ramp::GOBLIN_SKIN);
    let side_view = draft.view == View::Side;
    for (i, x) in [110, 320].into_iter().enumerate() {
        let step = draft.swing(128 * i as i32, 26);
        let leg = draft.rect(x - 44 + step, 370, x + 44 + step, 474);
        draft.stamp(&leg, skin, Shade::Column, Join::Bare);
    }
    if side_view {
        let tail = draft.polygon(&[(60, 380), (0, 420), (60, 420)]);
        draft.fill(&tail, skin, 2);
    }
    let nod = draft.breath(10);
    let head_at = if side_view { (404, 300 + nod) } else { (220 + draft.turn, 350 + nod) };
    if side_view {
        let neck = draft.path(&[(320, 370), head_at], 70);
        draft.stamp(&neck, skin, Shade::Flat(2), Join::Bare);
        head(draft, head_at, skin);
    }
    let dome: Mask = draft.ellipse(216, 370, 200, 230).and(&draft.rect(0, 0, 480, 372));
    draft.stamp(&dome, shell, Shade::Ball, Join::Auto);
    for (x, y) in [(130, 250), (216, 210), (302, 250), (90, 330), (174, 320), (258, 320), (340, 330)] {
        let plate = draft.ellipse(x, y, 36, 28).and(&dome);
        draft.fill(&plate, shell, 1);
    }
    let rim = draft.rect(16, 356, 416, 392);
    draft.stamp(&rim, ramp::PARCHMENT, Shade::Fall, Join::Bare);
    if draft.view == View::Front {
        head(draft, head_at, skin);
    }
}

fn head(draft: &mut Draft, (x, y): (i32, i32), skin: ramp::Ramp) {
    let head = draft.ellipse(x, y, 70, 62);
    draft.stamp(&head, skin, Shade::Ball, Join::Auto);
    if draft.view == View::Side {
        draft.eye(x + 20, y - 12, 18);
    } else {
        draft.eyes((x, y - 12), 32, 18);
    }
}
