//! Trees, stones and fire.

use crate::generate::sketch::canvas::{Join, Shade, UNITS};
use crate::generate::sketch::figure::stance::sine;
use crate::generate::sketch::props::Draft;
use crate::generate::sketch::ramp::{self, Ramp};
use crate::generate::sketch::subject::mix;

/// A broad tree, a fir or a bare one.
pub(super) fn tree(draft: &mut Draft) {
    let snowy = draft.subject.says(&["snow", "snowy", "winter"]);
    let usual = if snowy { ramp::SNOW } else { ramp::FOLIAGE };
    let usual = if draft.subject.says(&["autumn", "fall", "maple"]) { ramp::ORANGE } else { usual };
    let usual = if draft.subject.says(&["cherry", "blossom", "sakura"]) { ramp::PINK } else { usual };
    let leaf = draft.subject.color(usual);
    let sway = sine(draft.phase) * 12 / 256;
    if draft.subject.says(&["pine", "fir", "spruce", "christmas"]) {
        return fir(draft, leaf, sway);
    }
    if draft.subject.says(&["dead", "bare", "withered"]) {
        return bare(draft);
    }
    trunk(draft, 200, 280);
    let crowns =
        [(130, 230, 125, 100), (350, 230, 125, 100), (240, 270, 150, 90), (180, 120, 120, 105), (310, 130, 115, 105)];
    for (x, y, rx, ry) in crowns {
        let ball = draft.canvas.ellipse(x + sway * (300 - y) / 100, y, rx, ry);
        draft.canvas.stamp(&ball, leaf, Shade::Ball, Join::Shadow);
    }
    leaves(draft, leaf, 300);
}

fn trunk(draft: &mut Draft, left: i32, right: i32) {
    let canvas = &mut *draft.canvas;
    let trunk = canvas.rect(left, 250, right, UNITS);
    let roots = canvas.polygon(&[(left - 50, UNITS), (left, 420), (right, 420), (right + 50, UNITS)]);
    canvas.stamp(&trunk.or(&roots), ramp::WOOD, Shade::Column, Join::Bare);
    let shade = canvas.rect(left, 330, right, 375).and(&trunk);
    canvas.tone(&shade, -1);
}

/// Clusters of leaves: small light hooks on the lit side, dark ones below.
fn leaves(draft: &mut Draft, leaf: Ramp, low: i32) {
    let canvas = &mut *draft.canvas;
    let count = if canvas.is_large() { canvas.w * canvas.h / 40 } else { 4 };
    for i in 0..count as u64 {
        let dice = mix(draft.subject.hash ^ mix(i + 77));
        let (x, y) = canvas.at(30 + (dice % 420) as i32, 30 + ((dice >> 20) % low as u64) as i32);
        for (dx, dy) in [(0, 0), (1, 0), (0, 1)] {
            if let Some(ink) = canvas.get(x + dx, y + dy).filter(|ink| ink.ramp == leaf && ink.level > 0) {
                let up = i32::from(dice >> 40 & 3 != 0) * 2 - 1;
                canvas.set(x + dx, y + dy, leaf, (i32::from(ink.level) + up).clamp(1, 4) as u8);
            }
        }
    }
}

fn fir(draft: &mut Draft, leaf: Ramp, sway: i32) {
    trunk(draft, 205, 275);
    for (top, low, wide) in [(210, 420, 190), (100, 310, 155), (0, 200, 115)] {
        let shift = sway * (420 - top) / 200;
        let tier = draft.canvas.polygon(&[(240 + shift, top), (240 + wide, low), (240, low + 20), (240 - wide, low)]);
        draft.canvas.stamp(&tier, leaf, Shade::Round, Join::Shadow);
        let dark = tier.without(&tier.moved(0, -1)).without(&tier.moved(1, 0));
        draft.canvas.tone(&dark, -1);
    }
    leaves(draft, leaf, 400);
}

fn bare(draft: &mut Draft) {
    trunk(draft, 205, 275);
    for (from, to, width) in [
        ((240, 300), (100, 120), 40),
        ((240, 280), (370, 90), 40),
        ((150, 190), (50, 170), 24),
        ((320, 170), (440, 170), 24),
        ((240, 260), (230, 20), 40),
    ] {
        let branch = draft.canvas.line(from, to, width);
        draft.canvas.stamp(&branch, ramp::WOOD, Shade::Round, Join::Bare);
    }
}

/// A bush, perhaps with berries.
pub(super) fn bush(draft: &mut Draft) {
    let leaf = draft.subject.color(ramp::FOLIAGE);
    let berry = [ramp::RED, ramp::BLUE, ramp::PINK][draft.subject.pick(1, 3)];
    for (x, y, rx, ry) in [(110, 350, 105, 120), (370, 350, 105, 120), (240, 270, 150, 130), (240, 390, 170, 90)] {
        let ball = draft.canvas.ellipse(x, y, rx, ry);
        draft.canvas.stamp(&ball, leaf, Shade::Ball, Join::Shadow);
    }
    leaves(draft, leaf, 400);
    for (x, y) in [(130, 310), (240, 230), (330, 330), (220, 400), (380, 400)] {
        let dot = draft.canvas.ellipse(x, y, 26, 26);
        draft.canvas.stamp(&dot, berry, Shade::Gloss, Join::Shadow);
    }
}

/// A toadstool.
pub(super) fn mushroom(draft: &mut Draft) {
    let cap_color = draft.subject.color([ramp::RED, ramp::ORANGE, ramp::PURPLE][draft.subject.pick(1, 3)]);
    let squash = sine(draft.phase) * 14 / 256;
    let canvas = &mut *draft.canvas;
    let stem = canvas.rect(165, 240, 315, 440).or(&canvas.ellipse(240, 420, 100, 60));
    canvas.stamp(&stem, ramp::BONE, Shade::Column, Join::Bare);
    let cap = canvas.ellipse(240, 245 + squash, 230, 225).and(&canvas.rect(0, 0, 480, 260 + squash));
    let skirt = canvas.ellipse(240, 265 + squash, 215, 45);
    canvas.stamp(&skirt, ramp::BONE, Shade::Flat(1), Join::Shadow);
    canvas.stamp(&cap, cap_color, Shade::Ball, Join::Shadow);
    for (x, y, r) in [(150, 150, 42), (275, 90, 36), (350, 190, 40), (240, 215, 28), (70, 225, 26)] {
        let spot = canvas.ellipse(x, y + squash, r, r * 5 / 6).and(&cap);
        canvas.stamp(&spot, ramp::WHITE, if x < 260 { Shade::Flat(4) } else { Shade::Flat(3) }, Join::Bare);
    }
}

/// A boulder with facets; ore has bright veins.
pub(super) fn rock(draft: &mut Draft) {
    let ore = draft.subject.says(&["ore", "gold", "crystal"]);
    let vein = draft.subject.color(ramp::GOLD);
    let stone = if ore { ramp::STONE } else { draft.subject.color(ramp::STONE) };
    let canvas = &mut *draft.canvas;
    let whole =
        canvas.polygon(&[(20, 400), (70, 220), (190, 90), (320, 110), (440, 240), (470, 410), (400, 460), (70, 460)]);
    canvas.fill(&whole, stone, 2);
    let light = canvas.polygon(&[(70, 220), (190, 90), (320, 110), (270, 210), (150, 270)]);
    let shine = canvas.polygon(&[(110, 210), (190, 110), (240, 130), (170, 220)]);
    let dark = canvas.polygon(&[(320, 300), (440, 240), (470, 410), (400, 460), (70, 460), (180, 410)]);
    for (mask, level) in [(&light, 3), (&shine, 4), (&dark, 1)] {
        canvas.fill(&mask.and(&whole), stone, level);
    }
    let crack = canvas.line((270, 210), (310, 310), 14).or(&canvas.line((310, 310), (260, 370), 14));
    canvas.fill(&crack.and(&whole), stone, 0);
    for (x, y) in [(150, 330), (220, 280), (330, 200), (360, 370), (120, 410)].iter().filter(|_| ore) {
        let nugget = canvas.ellipse(*x, *y, 34, 28).and(&whole);
        canvas.stamp(&nugget, vein, Shade::Gloss, Join::Shadow);
    }
}

/// A torch, a camp fire, or a flame alone; it flickers.
pub(super) fn torch(draft: &mut Draft) {
    let glow = draft.subject.color(ramp::FIRE);
    if draft.subject.says(&["campfire", "bonfire"]) {
        for (from, to) in [((40, 450), (340, 390)), ((440, 450), (140, 390)), ((120, 460), (360, 460))] {
            let log = draft.canvas.line(from, to, 60);
            draft.canvas.stamp(&log, ramp::WOOD, Shade::Round, Join::Auto);
        }
        return flame(draft, glow, 420, 400, 150);
    }
    if draft.subject.says(&["flame", "fire", "fireball"]) {
        return flame(draft, glow, 475, 470, 190);
    }
    let handle = draft.canvas.polygon(&[(195, 230), (285, 230), (265, 480), (215, 480)]);
    draft.canvas.stamp(&handle, ramp::WOOD, Shade::Column, Join::Bare);
    flame(draft, glow, 250, 250, 115);
    let cup = draft.canvas.polygon(&[(150, 220), (330, 220), (290, 300), (190, 300)]);
    draft.canvas.stamp(&cup, ramp::IRON, Shade::Column, Join::Auto);
}

/// A flame that stands on `low`, so many units high and, to either side, wide.
fn flame(draft: &mut Draft, glow: Ramp, low: i32, high: i32, wide: i32) {
    let lean = sine(draft.phase) * wide / 700;
    let stretch = sine(draft.phase * 2 + 40) * high / 3000;
    let canvas = &mut *draft.canvas;
    for (share, level) in [(100, 1), (84, 2), (60, 3), (34, 4)] {
        let (w, h) = (wide * share / 100, (high + stretch) * share / 100);
        let (belly, tip) = (low - h * 3 / 10, low - h);
        let base = canvas.ellipse(240, belly, w, h * 3 / 10);
        let tongue = canvas.polygon(&[
            (240 - w, belly),
            (240 - w * 3 / 5 + lean / 2, low - h * 6 / 10),
            (240 + lean * 2, tip),
            (240 + w * 2 / 5 + lean, low - h * 6 / 10),
            (240 + w, belly),
        ]);
        let side = canvas.polygon(&[(240 + w / 5, belly), (240 + w * 4 / 5 - lean, low - h * 3 / 4), (240 + w, belly)]);
        canvas.fill(&base.or(&tongue).or(&side), glow, level);
    }
    let (x, y) = canvas.at(240 - wide / 2 + lean * 3, low - high * 9 / 10 - lean);
    canvas.set(x, y, glow, 3);
}
