//! What a player picks up.

use crate::generate::sketch::canvas::{Join, Shade};
use crate::generate::sketch::figure::stance::{cosine, sine};
use crate::generate::sketch::props::Draft;
use crate::generate::sketch::ramp;

/// A coin; it spins.
pub(super) fn coin(draft: &mut Draft) {
    let metal = draft.subject.color(ramp::GOLD);
    let turn = cosine(draft.phase).abs();
    let canvas = &mut *draft.canvas;
    let radius = 205;
    let wide = (radius * turn / 256).max(40);
    let edge = canvas.ellipse(240, 240, wide.max(60), radius);
    canvas.stamp(&edge, metal, Shade::Bevel, Join::Bare);
    let face = canvas.ellipse(240, 240, wide * 3 / 4, radius * 3 / 4);
    if turn > 90 {
        canvas.stamp(&face, metal, Shade::Flat(2), Join::Bare);
        let lower = face.without(&face.moved(1, 1));
        canvas.fill(&lower, metal, 1);
        let mark = canvas.rect(240 - wide / 7, 150, 240 + wide / 7, 330);
        canvas.stamp(&mark, metal, Shade::Flat(4), Join::Shadow);
    }
    let glint = canvas.ellipse(240 - wide * 5 / 9, 120, 26, 34).and(&edge);
    canvas.fill(&glint, metal, 4);
}

/// A cut stone, or a cluster of crystals.
pub(super) fn gem(draft: &mut Draft) {
    let named = [("ruby", ramp::RED), ("emerald", ramp::GREEN), ("sapphire", ramp::BLUE), ("amethyst", ramp::PURPLE)];
    let by_name = named.iter().find(|(word, _)| draft.subject.says(&[word])).map(|(_, ramp)| *ramp);
    let by_name = by_name.or(draft.subject.says(&["diamond"]).then_some(ramp::ICE));
    let color = by_name.unwrap_or_else(|| draft.subject.color_or_any(1));
    if draft.subject.says(&["crystal", "shard"]) {
        return crystals(draft, color);
    }
    let canvas = &mut *draft.canvas;
    let facets: [(&[(i32, i32)], u8); 7] = [
        (&[(20, 180), (120, 50), (160, 180)], 3),
        (&[(120, 50), (360, 50), (320, 180), (160, 180)], 4),
        (&[(360, 50), (460, 180), (320, 180)], 2),
        (&[(20, 180), (160, 180), (240, 450)], 3),
        (&[(160, 180), (320, 180), (240, 450)], 2),
        (&[(320, 180), (460, 180), (240, 450)], 1),
        (&[(130, 70), (200, 70), (170, 165)], 4),
    ];
    let whole = canvas.polygon(&[(20, 180), (120, 50), (360, 50), (460, 180), (240, 450)]);
    canvas.fill(&whole, color, 2);
    for (points, level) in facets {
        let facet = canvas.polygon(points);
        canvas.fill(&facet, color, level);
    }
    let table = canvas.rect(170, 90, 310, 150);
    canvas.fill(&table.and(&whole), color, 3);
    let sparkle = [(110, 130), (190, 100), (300, 110)][(draft.detail % 3) as usize];
    let (x, y) = canvas.at(sparkle.0, sparkle.1);
    canvas.set(x, y, ramp::WHITE, 4);
}

fn crystals(draft: &mut Draft, color: ramp::Ramp) {
    let canvas = &mut *draft.canvas;
    for (x, top, wide, lean) in [(110, 200, 55, -50), (380, 160, 58, 50), (240, 0, 85, 0)] {
        let tip = (x + lean, top);
        let (left, right) = (x - wide + lean / 2, x + wide + lean / 2);
        let shoulder = top + 100;
        let body = [tip, (right, shoulder), (x + wide - lean / 2, 470), (x - wide - lean / 2, 470), (left, shoulder)];
        let crystal = canvas.polygon(&body);
        canvas.stamp(&crystal, color, Shade::Flat(2), Join::Auto);
        let light = canvas.polygon(&[
            tip,
            (x + lean / 2 - wide / 6, shoulder),
            (x - lean / 2 - wide / 6, 470),
            body[3],
            body[4],
        ]);
        canvas.fill(&light.and(&crystal), color, 3);
        let dark = canvas.polygon(&[
            tip,
            body[1],
            body[2],
            (x + wide / 3 - lean / 2, 470),
            (x + wide / 3 + lean / 2, shoulder),
        ]);
        canvas.fill(&dark.and(&crystal), color, 1);
        let (gx, gy) = canvas.at(left + wide / 2, shoulder + 20);
        canvas.set(gx, gy, color, 4);
        canvas.set(gx, gy + 1, color, 4);
    }
}

/// A key: bow above, bit below.
pub(super) fn key(draft: &mut Draft) {
    let metal = draft.subject.color(ramp::GOLD);
    let canvas = &mut *draft.canvas;
    let shaft = canvas.rect(200, 190, 280, 480);
    let bit = canvas.rect(280, 330, 370, 380).or(&canvas.rect(280, 420, 350, 480));
    let bow = canvas.ellipse(240, 125, 135, 125).without(&canvas.ellipse(240, 125, 55, 48));
    canvas.stamp(&shaft.or(&bit), metal, Shade::Column, Join::Bare);
    canvas.stamp(&bow, metal, Shade::Bevel, Join::Bare);
    let collar = canvas.rect(165, 225, 315, 265);
    canvas.stamp(&collar, metal, Shade::Column, Join::Shadow);
    let glint = canvas.ellipse(160, 70, 22, 22);
    canvas.fill(&glint.and(&bow), metal, 4);
}

/// A ring with a stone.
pub(super) fn ring(draft: &mut Draft) {
    let stone = draft.subject.colors.iter().copied().find(|&c| c != ramp::GOLD && c != ramp::STEEL);
    let metal = if draft.subject.says(&["silver", "steel", "iron"]) { ramp::STEEL } else { ramp::GOLD };
    let stone = stone.unwrap_or(ramp::ANY[draft.subject.pick(1, 8)]);
    let canvas = &mut *draft.canvas;
    let band = canvas.ellipse(240, 310, 170, 165).without(&canvas.ellipse(240, 315, 105, 105));
    canvas.stamp(&band, metal, Shade::Bevel, Join::Bare);
    let seat = canvas.rect(170, 140, 310, 200);
    canvas.stamp(&seat, metal, Shade::Flat(1), Join::Bare);
    let gem = canvas.polygon(&[(240, 0), (350, 85), (240, 180), (130, 85)]);
    canvas.stamp(&gem, stone, Shade::Ball, Join::Auto);
    let (x, y) = canvas.at(205, 65);
    canvas.set(x, y, ramp::WHITE, 4);
}

/// A heart; it beats.
pub(super) fn heart(draft: &mut Draft) {
    let color = draft.subject.color(ramp::RED);
    let beat = 10 - sine(draft.phase).abs() / 12;
    let r = 118 + beat;
    let canvas = &mut *draft.canvas;
    let lobes = canvas.ellipse(130, 165, r, r).or(&canvas.ellipse(350, 165, r, r));
    let point = canvas.polygon(&[(130 - r + 8, 215), (352 + r - 10, 215), (240, 460 + beat)]);
    let heart = lobes.or(&point).or(&canvas.rect(130, 130, 350, 240));
    let shade = if draft.canvas.is_large() { Shade::Ball } else { Shade::Bevel };
    draft.canvas.stamp(&heart, color, shade, Join::Bare);
    let glint = draft.canvas.ellipse(110, 130, 45, 45);
    draft.canvas.fill(&glint, color, 4);
    let core = draft.canvas.ellipse(100, 120, 24, 24);
    draft.canvas.fill(&core, ramp::WHITE, 4);
}
