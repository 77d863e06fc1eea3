//! What swims.

use crate::generate::sketch::canvas::{Join, Shade};
use crate::generate::sketch::creatures::{Draft, View};
use crate::generate::sketch::ramp;

/// A fish from the side, a shark where the prompt says so; from the front it is narrow.
pub(super) fn fish(draft: &mut Draft) {
    let shark = draft.subject.says(&["shark", "piranha"]);
    let color = draft.color(if shark { ramp::STONE } else { ramp::ORANGE });
    let beat = draft.breath(24) + draft.swing(0, 40);
    if draft.view != View::Side {
        return from_the_front(draft, color, beat);
    }
    let tail = draft.polygon(&[(120, 250), (10, 110 + beat), (50, 250), (10, 400 + beat), (120, 270)]);
    draft.stamp(&tail, color, Shade::Flat(1), Join::Bare);
    let fin = if shark { [(200, 150), (210, 10), (320, 150)] } else { [(170, 150), (190, 60), (330, 160)] };
    let fin = draft.polygon(&fin);
    draft.stamp(&fin, color, Shade::Flat(1), Join::Bare);
    let low = draft.polygon(&[(220, 330), (190, 440), (300, 350)]);
    draft.stamp(&low, color, Shade::Flat(1), Join::Bare);
    let body = draft.ellipse(280, 250, 186, 128).or(&draft.polygon(&[(80, 256), (240, 140), (240, 360)]));
    draft.stamp(&body, color, Shade::Round, Join::Bare);
    let belly = draft.ellipse(290, 350, 150, 70).and(&body);
    draft.fill(&belly, if shark { ramp::WHITE } else { ramp::YELLOW }, 3);
    if shark {
        let mouth = draft.polygon(&[(480, 270), (370, 290), (460, 330)]);
        draft.fill(&mouth, ramp::BLACK, 0);
        for x in [390, 430] {
            let tooth = draft.polygon(&[(x, 280), (x + 28, 278), (x + 14, 306)]);
            draft.fill(&tooth, ramp::WHITE, 4);
        }
    } else {
        for x in [200, 280] {
            let band = draft.rect(x, 100, x + 34, 400).and(&body);
            draft.fill(&band, ramp::WHITE, 3);
        }
        let mouth = draft.rect(440, 270, 480, 288).and(&body);
        draft.fill(&mouth, color, 0);
    }
    let gill = draft.ellipse(352, 250, 24, 70).without(&draft.ellipse(364, 250, 24, 74)).and(&body);
    draft.fill(&gill, color, 1);
    let white = draft.ellipse(404, 206, 34, 34);
    draft.fill(&white, ramp::WHITE, 3);
    draft.eye(410, 208, 18);
}

fn from_the_front(draft: &mut Draft, color: ramp::Ramp, beat: i32) {
    let fin = draft.polygon(&[(210, 140), (240 + draft.turn / 2, 20), (270, 140)]);
    draft.stamp(&fin, color, Shade::Flat(1), Join::Bare);
    for side in [-1, 1] {
        let fin = draft.polygon(&[(240 + side * 100, 260), (240 + side * 220, 330 - beat), (240 + side * 100, 350)]);
        draft.stamp(&fin, color, Shade::Flat(1), Join::Bare);
    }
    let body = draft.ellipse(240, 270, 130, 160);
    draft.stamp(&body, color, Shade::Ball, Join::Auto);
    if draft.view == View::Back {
        let tail = draft.rect(222 - draft.turn, 150 + beat / 2, 258 - draft.turn, 420);
        return draft.stamp(&tail, color, Shade::Flat(1), Join::Auto);
    }
    let mouth = draft.ellipse(240 + draft.turn, 330, 50, 24);
    draft.fill(&mouth, ramp::BLACK, 0);
    draft.eyes((240, 230), 76, 26);
}

/// An octopus; a jellyfish where the prompt says so has no eyes to speak of and thin arms.
pub(super) fn octopus(draft: &mut Draft) {
    let jelly = draft.subject.says(&["jellyfish"]);
    let color = draft.color(if jelly { ramp::ICE } else { ramp::PURPLE });
    for i in 0..5 {
        let x = 90 + 75 * i;
        let wave = draft.breath(24) * if i % 2 == 0 { 1 } else { -1 } + draft.swing(50 * i, 20);
        let out = (x - 240) / 3;
        let width = if jelly { 24 } else { 56 };
        let arm = draft.path(&[(x, 300), (x + out + wave, 390), (x + out / 2 - wave, 466)], width);
        draft.stamp(&arm, color, Shade::Round, Join::Shadow);
    }
    let high = draft.breath(10);
    let head = draft.ellipse(240, 180 - high / 2, 176, 160 + high).or(&draft.rect(90, 200, 390, 310));
    draft.stamp(&head, color, Shade::Ball, Join::Auto);
    let shine = draft.ellipse(160, 100, 44, 34);
    draft.fill(&shine, color, 4);
    if draft.view == View::Back {
        for (x, y) in [(240, 120), (310, 190), (200, 230)] {
            let spot = draft.ellipse(x - draft.turn, y, 28, 24);
            draft.fill(&spot, color, 1);
        }
        return;
    }
    let look = if draft.view == View::Side { 70 } else { draft.turn };
    for side in [-1, 1] {
        let white = draft.ellipse(240 + side * 70 + look, 220, 44, 50);
        draft.fill(&white, ramp::WHITE, 3);
        draft.eye(240 + side * 66 + look * 5 / 4, 226, 22);
    }
}
