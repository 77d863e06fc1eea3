//! Boxes of every kind, and the labelled one that stands for what nobody knows.

use crate::generate::sketch::canvas::{Join, Shade};
use crate::generate::sketch::letters;
use crate::generate::sketch::props::Draft;
use crate::generate::sketch::ramp;
use crate::generate::sketch::subject::mix;

/// A parcel whose colour and proportions come from the words, labelled with the first letters of the thing.
pub(super) fn unknown(draft: &mut Draft) {
    let color = draft.subject.color_or_any(1);
    let (wide, high) = (190 + 16 * draft.subject.pick(2, 4) as i32, 150 + 20 * draft.subject.pick(3, 5) as i32);
    let canvas = &mut *draft.canvas;
    let top = 480 - 2 * high;
    let front = canvas.rect(240 - wide, top, 240 + wide, 480);
    canvas.stamp(&front, color, Shade::Bevel, Join::Bare);
    let lid = canvas.rect(240 - wide, top, 240 + wide, top + 70);
    canvas.stamp(&lid, color, Shade::Flat(3), Join::Shadow);
    let label = canvas.rect(240 - wide * 4 / 5, top + 105, 240 + wide * 4 / 5, 450);
    canvas.stamp(&label, ramp::PARCHMENT, Shade::Bevel, Join::Auto);
    if let Some(bounds) = label.bounds() {
        sign(draft, bounds, color);
    }
}

/// The first letters of the thing's word within a box of cells, or a small symmetrical pattern of its own where they
/// have no shape.
pub(crate) fn sign(draft: &mut Draft, [x0, y0, x1, y1]: [i32; 4], color: ramp::Ramp) {
    let (w, h) = (x1 - x0 + 1, y1 - y0 + 1);
    if let Some((cells, [across, down])) = letters::cells(draft.subject.head_word(), w - 2, h) {
        let (left, top) = (x0 + (w - across) / 2, y0 + (h - down) / 2);
        return cells.into_iter().for_each(|(x, y)| draft.canvas.set(left + x, top + y, color, 0));
    }
    let (hash, w, h) = (draft.subject.hash, w - 2, h - 2);
    for (x, y) in (0..h).flat_map(|y| (0..w).map(move |x| (x, y))) {
        let (column, row) = (x.min(w - 1 - x) * 5 / w.max(1), y * 5 / h.max(1));
        if mix(hash ^ mix((column * 8 + row) as u64)) & 3 < 2 {
            draft.canvas.set(x0 + 1 + x, y0 + 1 + y, color, 1);
        }
    }
}

/// A chest; the action `open` lifts its lid.
pub(super) fn chest(draft: &mut Draft) {
    let wood = draft.subject.color(ramp::WOOD);
    let metal = if draft.subject.says(&["iron", "steel", "old"]) { ramp::IRON } else { ramp::GOLD };
    let wood = if wood == metal { ramp::WOOD } else { wood };
    let open = draft.action == "open" && draft.phase > 60;
    let canvas = &mut *draft.canvas;
    let lid_top = if open { 20 } else { 90 };
    let lid = canvas.rect(15, lid_top + 90, 465, 260).or(&canvas.ellipse(240, lid_top + 100, 226, 100));
    canvas.stamp(&lid, wood, Shade::Fall, Join::Bare);
    let body = canvas.rect(15, 250, 465, 465);
    canvas.stamp(&body, wood, Shade::Bevel, Join::Bare);
    for y in [320, 395] {
        let seam = canvas.rect(15, y, 465, y + 12).and(&body);
        canvas.fill(&seam, wood, 1);
    }
    for x in [50, 360] {
        let band = canvas.rect(x, 0, x + 70, 480).and(&lid.or(&body));
        canvas.stamp(&band, metal, Shade::Column, Join::Bare);
    }
    let gap = canvas.rect(15, if open { 190 } else { 240 }, 465, 265);
    canvas.fill(&gap, ramp::BLACK, 0);
    if open {
        for (x, y) in [(110, 235), (180, 215), (250, 230), (320, 210), (380, 235)] {
            let coin = canvas.ellipse(x, y, 42, 34).and(&gap);
            canvas.stamp(&coin, ramp::GOLD, Shade::Gloss, Join::Bare);
        }
        return;
    }
    let lock = canvas.rect(190, 210, 290, 330);
    canvas.stamp(&lock, metal, Shade::Bevel, Join::Auto);
    let hole = canvas.rect(225, 260, 255, 305);
    canvas.fill(&hole, ramp::BLACK, 0);
}

/// A wooden crate with a brace.
pub(super) fn crate_box(draft: &mut Draft) {
    let wood = draft.subject.color(ramp::WOOD);
    let canvas = &mut *draft.canvas;
    let whole = canvas.rect(20, 40, 460, 480);
    canvas.stamp(&whole, wood, Shade::Flat(1), Join::Bare);
    for i in 0..4 {
        let board = canvas.rect(80, 100 + i * 85, 400, 170 + i * 85);
        canvas.stamp(&board, wood, Shade::Flat(2), Join::Bare);
    }
    let brace = canvas.polygon(&[(80, 370), (80, 430), (140, 430), (400, 160), (400, 100), (340, 100)]);
    canvas.stamp(&brace, wood, Shade::Bevel, Join::Shadow);
    for (x0, y0, x1, y1) in [(20, 40, 460, 105), (20, 415, 460, 480), (20, 40, 90, 480), (390, 40, 460, 480)] {
        let beam = canvas.rect(x0, y0, x1, y1);
        canvas.stamp(&beam, wood, Shade::Bevel, Join::Shadow);
    }
    for (x, y) in [(55, 70), (425, 70), (55, 448), (425, 448)] {
        let (x, y) = canvas.at(x, y);
        canvas.set(x, y, wood, 0);
    }
}

/// A barrel with two hoops.
pub(super) fn barrel(draft: &mut Draft) {
    let wood = draft.subject.color(ramp::WOOD);
    let canvas = &mut *draft.canvas;
    let belly = canvas.ellipse(240, 250, 205, 420).and(&canvas.rect(0, 50, 480, 470));
    canvas.stamp(&belly, wood, Shade::Column, Join::Bare);
    for x in [130, 240, 340] {
        let seam = canvas.rect(x, 60, x + 14, 470).and(&belly);
        canvas.tone(&seam, -1);
    }
    let lid = canvas.ellipse(240, 70, 165, 55);
    canvas.stamp(&lid, wood, Shade::Flat(3), Join::Shadow);
    let inner = canvas.ellipse(240, 70, 115, 30);
    canvas.fill(&inner, wood, 2);
    for y in [140, 350] {
        let hoop = canvas.rect(0, y, 480, y + 50).and(&belly);
        canvas.stamp(&hoop, ramp::IRON, Shade::Column, Join::Shadow);
    }
}

/// A house with a gable, or a tower.
pub(super) fn house(draft: &mut Draft) {
    let roof = draft.subject.color([ramp::RED, ramp::BLUE, ramp::ORANGE][draft.subject.pick(1, 3)]);
    if draft.subject.says(&["tower", "castle"]) {
        return tower(draft, roof);
    }
    let canvas = &mut *draft.canvas;
    let walls = canvas.rect(70, 220, 410, 480);
    canvas.stamp(&walls, ramp::PARCHMENT, Shade::Column, Join::Bare);
    for (x0, y0, x1, y1) in [(70, 220, 100, 480), (380, 220, 410, 480), (70, 330, 410, 352)] {
        let beam = canvas.rect(x0, y0, x1, y1);
        canvas.stamp(&beam, ramp::WOOD, Shade::Bevel, Join::Bare);
    }
    let chimney = canvas.rect(320, 30, 380, 190);
    canvas.stamp(&chimney, ramp::STONE, Shade::Column, Join::Bare);
    let gable = canvas.polygon(&[(240, 0), (480, 250), (400, 260), (80, 260), (0, 250)]);
    canvas.stamp(&gable, roof, Shade::Fall, Join::Shadow);
    if canvas.is_large() {
        for y in [90, 150, 210] {
            let course = canvas.rect(0, y, 480, y + 14).and(&gable);
            canvas.tone(&course, -1);
        }
    }
    let door = canvas.rect(150, 350, 240, 480);
    canvas.stamp(&door, ramp::WOOD, Shade::Bevel, Join::Auto);
    let window = canvas.rect(280, 370, 360, 430);
    canvas.stamp(&window, ramp::YELLOW, Shade::Flat(3), Join::Auto);
}

fn tower(draft: &mut Draft, roof: ramp::Ramp) {
    let canvas = &mut *draft.canvas;
    let shaft = canvas.rect(120, 170, 360, 480);
    canvas.stamp(&shaft, ramp::STONE, Shade::Column, Join::Bare);
    let crown = canvas.rect(80, 170, 400, 240);
    canvas.stamp(&crown, ramp::STONE, Shade::Column, Join::Shadow);
    let cone = canvas.polygon(&[(240, 0), (420, 180), (60, 180)]);
    canvas.stamp(&cone, roof, Shade::Round, Join::Shadow);
    for y in [290, 350, 410] {
        let stone = canvas.rect(140 + y % 7 * 20, y, 200 + y % 7 * 20, y + 22).and(&shaft);
        canvas.tone(&stone, -1);
    }
    let door = canvas.rect(200, 390, 280, 480).or(&canvas.ellipse(240, 390, 40, 40));
    canvas.stamp(&door, ramp::WOOD, Shade::Bevel, Join::Auto);
    let window = canvas.ellipse(240, 295, 30, 42);
    canvas.fill(&window, ramp::YELLOW, 3);
}
