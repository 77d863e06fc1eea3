//! What has wings.

use crate::generate::sketch::canvas::{Join, Shade};
use crate::generate::sketch::creatures::{Draft, View};
use crate::generate::sketch::ramp;

/// A bee: stripes, a sting, two wings that beat.
pub(super) fn bee(draft: &mut Draft) {
    let color = draft.color(ramp::YELLOW);
    let beat = draft.breath(50);
    let hover = draft.breath(8);
    for (x, lean) in [(170, -40), (250, 10)] {
        let wing = draft.polygon(&[
            (x + 20, 220 + hover),
            (x + lean - 50, 60 - beat / 2),
            (x + lean + 40, 30 - beat / 2),
            (x + 80, 210 + hover),
        ]);
        draft.stamp(&wing, ramp::ICE, Shade::Flat(3), Join::Bare);
    }
    let front = draft.view == View::Front;
    let tail = if draft.view == View::Side { (150, 300) } else { (240 - draft.turn, 330) };
    let sting = draft.polygon(&[
        (tail.0 - 140, tail.1 + 10 + hover),
        (tail.0 - 60, tail.1 - 34 + hover),
        (tail.0 - 60, tail.1 + 50 + hover),
    ]);
    if draft.view == View::Side {
        draft.fill(&sting, ramp::BLACK, 1);
    }
    let body = draft.ellipse(tail.0 + 60, 300 + hover, 156, 110);
    draft.stamp(&body, color, Shade::Ball, Join::Auto);
    for x in [-60, 14, 86] {
        let stripe = draft.rect(tail.0 + 40 + x, 150, tail.0 + 76 + x, 450).and(&body);
        draft.stamp(&stripe, ramp::BLACK, Shade::Flat(1), Join::Bare);
    }
    let (hx, hy) = if draft.view == View::Side { (362, 280 + hover) } else { (240 + draft.turn, 250 + hover) };
    if draft.view == View::Back {
        return;
    }
    for dx in [-20, 30] {
        let feeler = draft.path(&[(hx + dx / 2, hy - 60), (hx + dx + 20, hy - 130)], 16);
        draft.fill(&feeler, ramp::BLACK, 1);
    }
    let head = draft.ellipse(hx, hy, 88, 84);
    draft.stamp(&head, color, Shade::Ball, Join::Auto);
    if front {
        draft.eyes((hx - draft.turn, hy), 40, 26);
    } else {
        draft.eye(hx + 30, hy - 10, 28);
    }
}

/// A butterfly from above.
pub(super) fn butterfly(draft: &mut Draft) {
    let color = draft.color(ramp::BLUE);
    let fold = draft.breath(60) + draft.swing(0, 30);
    for side in [-1, 1] {
        let x = |d: i32| 240 + side * (d - fold * d / 480);
        let upper = draft.polygon(&[(x(16), 220), (x(90), 40), (x(226), 30), (x(232), 190), (x(120), 270)]);
        let lower = draft.polygon(&[(x(16), 260), (x(150), 250), (x(200), 340), (x(140), 450), (x(60), 420)]);
        draft.stamp(&lower, color, Shade::Flat(1), Join::Bare);
        draft.stamp(&upper, color, Shade::Bevel, Join::Auto);
        for (dx, dy, size) in [(160, 110, 42), (120, 350, 34)] {
            let spot = draft.ellipse(x(dx), dy, size, size);
            let warm = if color == ramp::ORANGE { ramp::BLACK } else { ramp::YELLOW };
            draft.fill(&spot, warm, 3);
        }
    }
    let body = draft.ellipse(240, 260, 28, 150);
    draft.stamp(&body, ramp::BLACK, Shade::Column, Join::Bare);
    if draft.view != View::Back {
        for side in [-1, 1] {
            let feeler = draft.path(&[(240, 120), (240 + side * 50 + draft.turn, 30)], 14);
            draft.fill(&feeler, ramp::BLACK, 1);
        }
    }
    if draft.view == View::Side {
        let head = draft.ellipse(240, 110, 34, 34);
        draft.stamp(&head, ramp::BLACK, Shade::Ball, Join::Bare);
    }
}

/// A bird on the wing or on the ground; a raven is black and an eagle has a white head.
pub(super) fn bird(draft: &mut Draft) {
    let (dark, eagle) =
        (draft.subject.says(&["crow", "raven", "vulture"]), draft.subject.says(&["eagle", "hawk", "falcon"]));
    let usual = if dark {
        ramp::BLACK
    } else if eagle {
        ramp::WOOD
    } else {
        ramp::BLUE
    };
    let color = draft.color(usual);
    let beat = draft.breath(70) + draft.swing(64, 50);
    let side = draft.view == View::Side;
    for x in [200, 260] {
        let leg = draft.line((x, 400), (x + 10, 470), 18);
        draft.fill(&leg, ramp::ORANGE, 2);
    }
    if side {
        let tail = draft.polygon(&[(130, 270), (6, 300), (10, 380), (150, 350)]);
        draft.stamp(&tail, color, Shade::Flat(1), Join::Bare);
    }
    let body = draft.ellipse(if side { 220 } else { 240 }, 310, if side { 150 } else { 120 }, 118);
    draft.stamp(&body, color, Shade::Ball, Join::Auto);
    let (hx, hy) = if side { (330, 180) } else { (240 + draft.turn / 2, 170) };
    let crown = if eagle { ramp::WHITE } else { color };
    let head = draft.ellipse(hx, hy, 92, 88);
    draft.stamp(&head, crown, Shade::Ball, Join::Auto);
    if draft.view != View::Back {
        let breast = draft.ellipse(if side { 270 } else { 240 + draft.turn / 2 }, 350, 76, 64).and(&body);
        let pale = if dark { ramp::IRON } else { ramp::BONE };
        draft.fill(&breast, pale, 3);
        let beak = if side {
            draft.polygon(&[(hx + 66, hy - 20), (hx + 150, hy + 20), (hx + 66, hy + 44)])
        } else {
            draft.polygon(&[
                (hx + draft.turn - 30, hy + 16),
                (hx + draft.turn + 30, hy + 16),
                (hx + draft.turn * 3 / 2, hy + 76),
            ])
        };
        draft.stamp(&beak, ramp::ORANGE, Shade::Bevel, Join::Bare);
    }
    if side {
        draft.eye(hx + 30, hy - 16, 22);
        let wing = draft.polygon(&[(280, 280), (110, 250 - beat), (60, 330 - beat), (180, 390 - beat / 3)]);
        return draft.stamp(&wing, color, Shade::Flat(1), Join::Line);
    }
    draft.eyes((hx, hy - 16), 44, 22);
    for out in [-1, 1] {
        let x = |d: i32| 240 + out * d;
        let wing = draft.polygon(&[(x(90), 250), (x(200), 290 - beat), (x(170), 390 - beat), (x(96), 380)]);
        draft.stamp(&wing, color, Shade::Flat(1), Join::Bare);
    }
}

/// A hen: comb, wattle, a proud tail.
pub(super) fn chicken(draft: &mut Draft) {
    let color = draft.color(ramp::WHITE);
    let peck = draft.breath(10) + draft.swing(0, 26).max(0);
    let side = draft.view == View::Side;
    for (i, x) in [200, 270].into_iter().enumerate() {
        let step = draft.swing(128 * i as i32, 30);
        let leg = draft.path(&[(x, 400), (x + step, 470), (x + step + 36, 470)], 20);
        draft.fill(&leg, ramp::ORANGE, 2);
    }
    let body = draft.ellipse(if side { 220 } else { 240 }, 320, if side { 170 } else { 140 }, 116);
    let tail = if side {
        draft.polygon(&[(110, 350), (20, 160), (80, 150), (110, 200), (150, 180), (200, 300)])
    } else {
        draft.ellipse(240 - draft.turn, 230, 90, 70)
    };
    let neck =
        if side { draft.path(&[(320, 320), (350, 190 + peck)], 110) } else { draft.line((240, 300), (240, 200), 120) };
    let (hx, hy) = if side { (360, 160 + peck) } else { (240 + draft.turn / 2, 170 + peck) };
    let comb = [(-40, -70), (0, -90), (40, -70)].map(|(dx, dy)| draft.ellipse(hx + dx, hy + dy, 28, 34));
    for part in &comb {
        draft.stamp(part, ramp::RED, Shade::Ball, Join::Bare);
    }
    draft.stamp(&tail, color, Shade::Flat(2), Join::Bare);
    draft.stamp(&body.or(&neck), color, Shade::Round, Join::Bare);
    let head = draft.ellipse(hx, hy, 76, 70);
    draft.stamp(&head, color, Shade::Ball, Join::Bare);
    if side {
        let wing = draft.ellipse(200, 320, 90, 60);
        draft.stamp(&wing, color, Shade::Fall, Join::Line);
    }
    if draft.view == View::Back {
        return draft.stamp(&tail, color, Shade::Fall, Join::Line);
    }
    let wattle = draft.ellipse(if side { hx + 50 } else { hx + draft.turn }, hy + 76, 22, 30);
    draft.fill(&wattle, ramp::RED, 2);
    let beak = if side {
        draft.polygon(&[(hx + 60, hy - 16), (hx + 114, hy + 14), (hx + 60, hy + 40)])
    } else {
        draft.polygon(&[(hx + draft.turn - 30, hy + 10), (hx + draft.turn + 30, hy + 10), (hx + draft.turn, hy + 60)])
    };
    draft.stamp(&beak, ramp::ORANGE, Shade::Bevel, Join::Bare);
    if side {
        draft.eye(hx + 26, hy - 14, 20);
    } else {
        draft.eyes((hx, hy - 14), 40, 20);
    }
}

/// An owl: two great eyes, tufts, folded wings.
pub(super) fn owl(draft: &mut Draft) {
    let color = draft.color(ramp::WOOD);
    let puff = draft.breath(8);
    let look = if draft.view == View::Side { 70 } else { draft.turn };
    for x in [190, 290] {
        let foot = draft.rect(x - 30, 446, x + 30, 474);
        draft.fill(&foot, ramp::ORANGE, 2);
    }
    let body = draft.ellipse(240, 290, 166 + puff, 176);
    let tufts =
        draft.polygon(&[(96, 30), (210, 130), (90, 200)]).or(&draft.polygon(&[(384, 30), (270, 130), (390, 200)]));
    draft.stamp(&body.or(&tufts), color, Shade::Ball, Join::Bare);
    for side in [-1, 1] {
        let lift = draft.swing(0, 60).max(0);
        let wing = draft.polygon(&[
            (240 + side * 120, 210),
            (240 + side * (200 + lift / 4), 300 - lift),
            (240 + side * 150, 430 - lift),
            (240 + side * 100, 380),
        ]);
        draft.stamp(&wing, color, Shade::Flat(1), Join::Bare);
    }
    if draft.view == View::Back {
        for y in [240, 310, 380] {
            let row = draft.rect(170 + look / 2, y, 310 + look / 2, y + 18).and(&body);
            draft.fill(&row, color, 1);
        }
        return;
    }
    let belly = draft.ellipse(240 + look / 2, 360, 96, 96).and(&body);
    draft.fill(&belly, ramp::PARCHMENT, 3);
    for (x, y) in [(200, 330), (260, 330), (230, 380), (290, 380)] {
        let fleck = draft.rect(x + look / 2, y, x + 20 + look / 2, y + 20);
        draft.fill(&fleck, color, 2);
    }
    for side in [-1, 1] {
        let disc = draft.ellipse(240 + side * 74 + look, 190, 72, 72);
        draft.stamp(&disc, ramp::PARCHMENT, Shade::Flat(3), Join::Auto);
        let iris = draft.ellipse(240 + side * 70 + look, 192, 44, 44);
        draft.fill(&iris, ramp::YELLOW, 2);
        draft.eye(240 + side * 68 + look, 194, 24);
    }
    let beak = draft.polygon(&[(214 + look, 220), (266 + look, 220), (240 + look, 290)]);
    draft.stamp(&beak, ramp::ORANGE, Shade::Bevel, Join::Bare);
}

/// A dragon: horns, wings, a belly of plates, a tail; it breathes fire when it attacks.
pub(super) fn dragon(draft: &mut Draft) {
    let color = draft.color(ramp::RED);
    let belly = if color == ramp::GOLD { ramp::BONE } else { ramp::GOLD };
    let beat = draft.breath(30) + draft.swing(64, 40);
    if draft.view == View::Side {
        side_dragon(draft, color, belly, beat)
    } else {
        front_dragon(draft, color, belly, beat)
    }
}

fn side_dragon(draft: &mut Draft, color: ramp::Ramp, belly: ramp::Ramp, beat: i32) {
    let tail = draft.path(&[(180, 390), (90, 420), (36, 380), (22, 320)], 46);
    let barb = draft.polygon(&[(22, 250), (-10, 330), (60, 330)]);
    draft.stamp(&tail.or(&barb), color, Shade::Round, Join::Bare);
    for (i, x) in [190, 290].into_iter().enumerate() {
        let step = draft.swing(128 * i as i32, 30);
        let leg = draft.rect(x - 36 + step, 390, x + 36 + step, 474);
        draft.stamp(&leg, color, Shade::Column, Join::Bare);
    }
    let wing = draft.polygon(&[
        (230, 300),
        (150, 90 - beat),
        (20, 60 - beat),
        (50, 160 - beat),
        (40, 230 - beat / 2),
        (110, 230),
        (130, 310),
    ]);
    draft.stamp(&wing, belly, Shade::Flat(2), Join::Bare);
    for end in [(20, 60 - beat), (44, 226 - beat / 2)] {
        let bone = draft.path(&[(220, 300), (150, 94 - beat), end], 18);
        draft.fill(&bone, color, 1);
    }
    let body = draft.ellipse(240, 360, 130, 90);
    let neck = draft.path(&[(300, 340), (350, 250), (350, 170)], 84);
    draft.stamp(&body.or(&neck), color, Shade::Round, Join::Auto);
    let plates = draft.path(&[(300, 400), (368, 320), (384, 230)], 34).and(&body.or(&neck));
    draft.fill(&plates, belly, 3);
    let horn = draft.path(&[(340, 120), (290, 60), (250, 60)], 24);
    draft.stamp(&horn, ramp::BONE, Shade::Flat(3), Join::Bare);
    let head = draft.ellipse(360, 150, 76, 66).or(&draft.rect(370, 130, 460, 196));
    draft.stamp(&head, color, Shade::Round, Join::Auto);
    let mouth = draft.rect(400, 170, 464, 184);
    draft.fill(&mouth, ramp::BLACK, 0);
    for (x, y) in [(440, 140), (470, 176)] {
        let (x, y) = draft.canvas.at(draft.x(x), y);
        draft.canvas.set(x, y, ramp::BLACK, 0);
    }
    let eye = draft.ellipse(376, 130, 20, 20);
    draft.fill(&eye, ramp::YELLOW, 3);
    for (x, y) in [(290, 240), (240, 280), (180, 310)] {
        let spike = draft.polygon(&[(x - 24, y + 24), (x, y - 26), (x + 24, y + 24)]);
        draft.fill(&spike, belly, 2);
    }
}

fn front_dragon(draft: &mut Draft, color: ramp::Ramp, belly: ramp::Ramp, beat: i32) {
    let back = draft.view == View::Back;
    for side in [-1, 1] {
        let x = |d: i32| 240 + side * d;
        let wing = draft.polygon(&[
            (x(60), 300),
            (x(130), 100 - beat),
            (x(236), 80 - beat),
            (x(220), 200 - beat),
            (x(226), 290 - beat / 2),
            (x(150), 290),
        ]);
        draft.stamp(&wing, belly, Shade::Flat(2), Join::Bare);
        let bone = draft.path(&[(x(70), 300), (x(134), 104 - beat), (x(230), 84 - beat)], 18);
        draft.fill(&bone, color, 1);
        let foot = draft.ellipse(x(80), 446, 54, 30);
        draft.stamp(&foot, color, Shade::Ball, Join::Bare);
    }
    let body = draft.ellipse(240, 360, 116, 106);
    draft.stamp(&body, color, Shade::Ball, Join::Auto);
    if !back {
        let plates = draft.ellipse(240 + draft.turn / 2, 376, 66, 80);
        draft.fill(&plates, belly, 3);
    }
    let (hx, hy) = (240 + draft.turn, 180);
    for side in [-1, 1] {
        let horn = draft.path(&[(hx + side * 50, hy - 50), (hx + side * 84, hy - 150)], 30);
        draft.stamp(&horn, ramp::BONE, Shade::Flat(3), Join::Bare);
    }
    let head = draft.ellipse(hx, hy, 100, 92).or(&draft.ellipse(hx + draft.turn / 2, hy + 66, 70, 50));
    draft.stamp(&head, color, Shade::Ball, Join::Auto);
    if back {
        for y in [130, 220, 310, 400] {
            let spike = draft.polygon(&[(hx - 26, y + 30), (hx, y - 30), (hx + 26, y + 30)]);
            draft.fill(&spike, belly, 2);
        }
        return;
    }
    for side in [-1, 1] {
        let eye = draft.ellipse(hx + side * 50 + draft.turn / 2, hy - 10, 24, 24);
        draft.fill(&eye, ramp::YELLOW, 3);
        let (x, y) = draft.canvas.at(draft.x(hx + side * 46 + draft.turn / 2), hy - 10);
        draft.canvas.set(x, y, ramp::BLACK, 0);
        let nostril = draft.ellipse(hx + side * 26 + draft.turn / 2, hy + 66, 12, 12);
        draft.fill(&nostril, ramp::BLACK, 0);
    }
}
