//! Books and scrolls.

use crate::generate::sketch::canvas::{Join, Shade};
use crate::generate::sketch::props::Draft;
use crate::generate::sketch::ramp;

/// A closed book with a clasp and a sign.
pub(super) fn book(draft: &mut Draft) {
    let cover = draft.subject.color_or_any(1);
    let canvas = &mut *draft.canvas;
    let back = canvas.rect(60, 40, 440, 480);
    canvas.stamp(&back, cover, Shade::Flat(1), Join::Bare);
    let pages = canvas.rect(100, 400, 430, 450);
    canvas.stamp(&pages, ramp::PARCHMENT, Shade::Flat(3), Join::Bare);
    let line = canvas.rect(100, 424, 430, 436);
    canvas.fill(&line.and(&pages), ramp::PARCHMENT, 2);
    let front = canvas.rect(60, 10, 440, 400);
    canvas.stamp(&front, cover, Shade::Bevel, Join::Shadow);
    let spine = canvas.rect(60, 10, 125, 480);
    canvas.stamp(&spine, cover, Shade::Flat(1), Join::Bare);
    for (x, y) in [(380, 30), (380, 340)] {
        let corner = canvas.rect(x, y, 440, y + 50);
        canvas.fill(&corner, ramp::GOLD, 3);
    }
    let sign = canvas.ellipse(275, 200, 80, 90);
    canvas.stamp(&sign, ramp::GOLD, Shade::Bevel, Join::Auto);
    let eye = canvas.ellipse(275, 200, 36, 44);
    canvas.stamp(&eye, cover, Shade::Gloss, Join::Bare);
    for y in [90, 300] {
        let band = canvas.rect(60, y, 125, y + 30);
        canvas.fill(&band, ramp::GOLD, 2);
    }
}

/// An open scroll with rolled ends and a seal.
pub(super) fn scroll(draft: &mut Draft) {
    let seal = draft.subject.color(ramp::RED);
    let map = draft.subject.says(&["map"]);
    let canvas = &mut *draft.canvas;
    let sheet = canvas.rect(80, 70, 400, 420);
    canvas.stamp(&sheet, ramp::PARCHMENT, Shade::Flat(3), Join::Bare);
    let side = canvas.rect(360, 70, 400, 420);
    canvas.fill(&side, ramp::PARCHMENT, 2);
    for (i, y) in [150, 205, 260, 315].iter().enumerate() {
        let line = canvas.rect(130, *y, if i == 3 { 250 } else { 340 }, y + 22);
        if !map {
            canvas.fill(&line, ramp::PARCHMENT, 1);
        }
    }
    for y in [10, 390] {
        let roll = canvas.rect(40, y, 440, y + 85);
        canvas.stamp(&roll, ramp::PARCHMENT, Shade::Fall, Join::Shadow);
        for x in [40, 405] {
            let knob = canvas.rect(x, y, x + 35, y + 85);
            canvas.stamp(&knob, ramp::WOOD, Shade::Bevel, Join::Bare);
        }
    }
    if map {
        let route = [(130, 320), (190, 260), (240, 290), (300, 210)];
        for (x, y) in route {
            let dot = canvas.ellipse(x, y, 20, 20);
            canvas.fill(&dot, ramp::LEATHER, 1);
        }
        let cross = canvas.line((290, 140), (350, 200), 22).or(&canvas.line((350, 140), (290, 200), 22));
        return canvas.fill(&cross, ramp::RED, 2);
    }
    let wax = canvas.ellipse(320, 345, 52, 52);
    canvas.stamp(&wax, seal, Shade::Gloss, Join::Bare);
}
