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

/// An axe on the diagonal.
pub(super) fn axe(draft: &mut Draft) {
    let metal = draft.subject.color(ramp::STEEL);
    let blunt = draft.subject.says(&["hammer", "mace"]);
    let pick = draft.subject.says(&["pickaxe"]);
    let canvas = &mut *draft.canvas;
    let handle = canvas.line((40, 440), (370, 110), 48);
    canvas.stamp(&handle, ramp::WOOD, Shade::Round, Join::Bare);
    let head = if blunt {
        canvas.polygon(&[(210, 110), (330, 0), (480, 150), (370, 270)])
    } else if pick {
        canvas
            .ellipse(290, 190, 230, 190)
            .without(&canvas.ellipse(240, 250, 220, 190))
            .and(&canvas.rect(120, 0, 480, 360))
    } else {
        // A wide edge towards the lower right, a short poll towards the upper left.
        let bit = canvas.polygon(&[
            (270, 70),
            (330, 130),
            (410, 130),
            (480, 160),
            (400, 330),
            (330, 350),
            (330, 260),
            (250, 200),
        ]);
        bit.or(&canvas.polygon(&[(230, 70), (290, 40), (350, 110), (300, 190), (220, 130)]))
    };
    canvas.stamp(&head, metal, Shade::Round, Join::Auto);
    let edge = head.without(&head.moved(1, 1));
    canvas.fill(&edge, metal, 4);
    let band = canvas.line((300, 150), (340, 190), 30);
    canvas.stamp(&band, ramp::GOLD, Shade::Bevel, Join::Bare);
    let wrap = canvas.line((70, 410), (120, 360), 52);
    canvas.stamp(&wrap, ramp::LEATHER, Shade::Round, Join::Bare);
}

/// A bow with an arrow on it.
pub(super) fn bow(draft: &mut Draft) {
    let wood = draft.subject.color(ramp::WOOD);
    let canvas = &mut *draft.canvas;
    let half = canvas.shape(|x, y| y - x < -20 * 16);
    let limbs = canvas.ellipse(190, 290, 290, 290).without(&canvas.ellipse(160, 320, 255, 255)).and(&half);
    let string = canvas.line((60, 40), (440, 420), 12);
    canvas.stamp(&string, ramp::WHITE, Shade::Flat(2), Join::Bare);
    let arrow = canvas.line((80, 400), (430, 50), 14);
    canvas.stamp(&arrow, ramp::LEATHER, Shade::Flat(3), Join::Bare);
    canvas.stamp(&limbs, wood, Shade::Round, Join::Bare);
    let point = canvas.polygon(&[(370, 30), (470, 10), (450, 110), (400, 80)]);
    canvas.stamp(&point, ramp::STEEL, Shade::Bevel, Join::Bare);
    let feather = canvas.polygon(&[(20, 400), (80, 370), (110, 400), (80, 460)]);
    canvas.stamp(&feather, ramp::RED, Shade::Bevel, Join::Bare);
}

/// A staff with a stone in its head, or a spear.
pub(super) fn staff(draft: &mut Draft) {
    let spear = draft.subject.says(&["spear", "trident", "lance"]);
    let glow = draft.subject.color_or_any(1);
    let canvas = &mut *draft.canvas;
    let pole = canvas.line((30, 450), (350, 130), 40);
    canvas.stamp(&pole, ramp::WOOD, Shade::Round, Join::Bare);
    if spear {
        let point = canvas.polygon(&[(300, 120), (360, 60), (475, 5), (420, 120), (360, 180)]);
        canvas.stamp(&point, ramp::STEEL, Shade::Bevel, Join::Auto);
        let tie = canvas.line((290, 150), (330, 190), 30);
        return canvas.stamp(&tie, ramp::RED, Shade::Bevel, Join::Bare);
    }
    let claw = canvas.ellipse(370, 110, 110, 110).without(&canvas.ellipse(390, 90, 90, 90));
    canvas.stamp(&claw, ramp::GOLD, Shade::Bevel, Join::Bare);
    let orb = canvas.ellipse(375, 105, 78, 78);
    canvas.stamp(&orb, glow, Shade::Gloss, Join::Auto);
    let wrap = canvas.line((150, 330), (200, 280), 44);
    canvas.stamp(&wrap, ramp::LEATHER, Shade::Round, Join::Bare);
}

/// A heater shield with a device.
pub(super) fn shield(draft: &mut Draft) {
    let field = draft.subject.color([ramp::BLUE, ramp::RED, ramp::GREEN][draft.subject.pick(1, 3)]);
    let round = draft.subject.says(&["buckler", "round", "wooden"]);
    let field = if draft.subject.says(&["wooden"]) { ramp::WOOD } else { field };
    let device = draft.subject.pick(2, 3);
    let canvas = &mut *draft.canvas;
    let outline = |inset: i32| {
        let top = canvas.rect(30 + inset, 20 + inset, 450 - inset, 260);
        let flank = canvas.ellipse(240, 210, 210 - inset, 270 - inset).and(&canvas.rect(0, 210, 480, 480));
        if round { canvas.ellipse(240, 240, 230 - inset, 230 - inset) } else { top.or(&flank) }
    };
    let (rim, face) = (outline(0), outline(if canvas.is_large() { 52 } else { 45 }));
    let mark = match device {
        0 => canvas.rect(205, 0, 275, 480).or(&canvas.rect(0, 170, 480, 240)),
        1 => canvas.polygon(&[(40, 120), (240, 290), (440, 120), (440, 230), (240, 390), (40, 230)]),
        _ => canvas.rect(240, 0, 480, 480),
    };
    canvas.stamp(&rim, ramp::STEEL, Shade::Bevel, Join::Bare);
    canvas.stamp(&face, field, Shade::Ball, Join::Auto);
    let device_ramp = if field == ramp::GOLD || field == ramp::YELLOW { ramp::RED } else { ramp::GOLD };
    if !round {
        canvas.stamp(&mark.and(&face), if device == 2 { ramp::WHITE } else { device_ramp }, Shade::Ball, Join::Bare);
    } else {
        let boss = canvas.ellipse(240, 240, 75, 75);
        canvas.stamp(&boss, ramp::STEEL, Shade::Gloss, Join::Auto);
    }
    for corner in [(75, 60), (405, 60)].iter().filter(|_| !round) {
        let (x, y) = canvas.at(corner.0 - 20, corner.1 - 20);
        canvas.set(x, y, ramp::STEEL, 4);
    }
}
