//! An animal on four legs, from the side, from the front and from behind.

use crate::generate::sketch::canvas::{Join, Mask, Shade};
use crate::generate::sketch::creatures::measures::{Animal, Crown, Ears, Marks, Tail};
use crate::generate::sketch::creatures::{Draft, View};
use crate::generate::sketch::ramp;

/// The row that feet stand on.
const GROUND: i32 = 478;
/// The room that a side view has, left and right.
const ROOM: i32 = 470;

/// Where the parts of one animal lie.
struct Place {
    back: i32,
    left: i32,
    right: i32,
    head: (i32, i32),
}

impl Draft<'_> {
    pub(super) fn quadruped(&mut self, animal: &Animal) {
        let animal = Animal { coat: self.color(animal.coat), ..animal.clone() };
        match self.view {
            View::Side => self.side_view(&animal),
            View::Front | View::Back => self.front_view(&animal.fitted_to_the_front()),
        }
    }

    fn side_view(&mut self, animal: &Animal) {
        let (length, height) = animal.trunk;
        let ahead = animal.neck.1 + animal.head + animal.snout.0;
        let behind = if matches!(animal.tail, Tail::Stub | Tail::Curl) { 24 } else { 70 };
        let left = behind + (ROOM - behind - length - ahead).max(0) / 2;
        let bob = self.swing(0, 10).abs() + self.breath(if self.moves { 0 } else { 8 });
        let back = GROUND - animal.leg.0 - height * 3 / 4 + bob;
        let right = left + length;
        let head = (right + animal.neck.1 - animal.head / 4, back - animal.neck.0 + height / 4 + bob);
        let place = Place { back, left, right, head };
        self.tail(animal, &place);
        self.legs(animal, &place, true);
        self.trunk(animal, &place);
        self.legs(animal, &place, false);
        self.head(animal, &place);
    }

    /// The far or the near pair of legs; opposite legs swing together.
    fn legs(&mut self, animal: &Animal, place: &Place, far: bool) {
        let ((_, width), aside) = (animal.leg, if far { animal.leg.1 * 3 / 4 } else { 0 });
        let hip = place.back + animal.trunk.1 / 2;
        let ramp = if animal.marks == Marks::Wool { animal.light } else { animal.coat };
        for (front, x) in [(false, place.left + width * 3 / 4), (true, place.right - width)] {
            let phase = if front == far { 0 } else { 128 };
            let (swing, lift) = (self.swing(phase, 46), self.swing(phase + 64, 22).max(0));
            let x = if front { x - aside } else { x + aside };
            let leg = self.line((x, hip), (x + swing, GROUND - lift - width / 2), width);
            let foot =
                self.rect(x + swing - width / 2, GROUND - lift - width / 2, x + swing + width * 3 / 4, GROUND - lift);
            let (shade, join) = if far { (Shade::Flat(1), Join::Bare) } else { (Shade::Column, Join::Bare) };
            self.stamp(&leg.or(&foot), ramp, shade, join);
        }
    }

    fn trunk(&mut self, animal: &Animal, place: &Place) {
        let (length, height) = animal.trunk;
        let (cx, cy) = (place.left + length / 2, place.back + height / 2);
        let round = self.ellipse(cx, cy, length / 2 + 12, height / 2);
        let full = self.rect(place.left + 10, place.back + height / 5, place.right - 10, place.back + height * 4 / 5);
        let neck = self.line((place.right - height / 3, place.back + height / 3), place.head, animal.head * 6 / 5);
        let trunk = round.or(&full).or(&neck);
        self.stamp(&trunk, animal.coat, Shade::Round, Join::Shadow);
        self.marks(animal, &trunk, [place.left, place.back, place.right, place.back + height]);
    }

    fn marks(&mut self, animal: &Animal, trunk: &Mask, [left, top, right, bottom]: [i32; 4]) {
        let (width, height) = (right - left, bottom - top);
        match animal.marks {
            Marks::Plain => {}
            Marks::Belly => {
                let belly = self.ellipse((left + right) / 2, bottom, width / 3, height / 3).and(trunk);
                self.fill(&belly, animal.light, 2);
            }
            Marks::Stripes => {
                for i in 1..5 {
                    let x = left + width * i / 5;
                    let stripe = self.rect(x, top - 20, x + 22, top + height / 2).and(trunk);
                    self.fill(&stripe, animal.coat, 1);
                }
            }
            Marks::Patches => {
                for (x, y, rx, ry) in [(1, 1, 4, 3), (3, 2, 5, 4), (5, 1, 5, 3)] {
                    let patch = self.ellipse(left + width * x / 6, top + height * y / 3, width / (rx + 2), height / ry);
                    self.fill(&patch.and(trunk), ramp::BLACK, 2);
                }
            }
            Marks::Wool => {
                for i in 0..5 {
                    let (x, up) = (left + width * (2 * i + 1) / 10, i % 2 * 14);
                    let curl = self.ellipse(x, top + 26 - up, width / 7, height / 5);
                    self.stamp(&curl, animal.coat, Shade::Ball, Join::Bare);
                    let low = self.ellipse(x, bottom - 30 + up, width / 9, height / 8).and(trunk);
                    self.fill(&low, animal.coat, 1);
                }
            }
        }
    }

    fn tail(&mut self, animal: &Animal, place: &Place) {
        let (x, y) = (place.left + 14, place.back + 30);
        let wag = self.breath(18) + self.swing(0, 16);
        let (mask, ramp) = match animal.tail {
            Tail::Up => (self.path(&[(x, y), (x - 44, y - 30), (x - 50 + wag / 2, y - 130)], 34), animal.coat),
            Tail::Bushy => {
                let tail = self.path(&[(x, y), (x - 40, y + 10 + wag / 2)], 50);
                let bush =
                    self.polygon(&[(x - 10, y - 34), (x - 84, y - 20 + wag), (x - 96, y + 74 + wag), (x - 24, y + 60)]);
                (tail.or(&bush), animal.coat)
            }
            Tail::Bare => {
                let low = GROUND - 30;
                (self.path(&[(x + 10, low - 20), (x - 40, low + 8), (x - 84, low - 24 + wag)], 20), animal.light)
            }
            Tail::Tuft => {
                let end = (x - 48 + wag / 2, y + 110);
                let tail = self.path(&[(x, y), (x - 36, y + 40), end], 20);
                self.stamp(&tail, animal.coat, Shade::Flat(2), Join::Bare);
                (
                    self.ellipse(end.0, end.1, 26, 34),
                    if animal.crown == Crown::Mane { animal.light } else { ramp::BLACK },
                )
            }
            Tail::Stub => {
                let ramp = if animal.marks == Marks::Belly { animal.light } else { animal.coat };
                (self.ellipse(x - 14, y + 18, 38, 34), ramp)
            }
            Tail::Curl => (self.path(&[(x, y + 20), (x - 26, y), (x - 18, y - 26)], 18), animal.coat),
            Tail::Hair => {
                let end = (x - 50 + wag, y + 150);
                (
                    self.polygon(&[
                        (x + 16, y - 16),
                        (x - 40, y + 16),
                        (end.0 - 16, end.1),
                        (end.0 + 30, end.1),
                        (x + 4, y + 40),
                    ]),
                    animal.light,
                )
            }
        };
        self.stamp(&mask, ramp, Shade::Round, Join::Bare);
        if animal.tail == Tail::Bushy {
            let tip = self.ellipse(x - 92, y + 62 + wag, 34, 40).and(&mask);
            self.fill(&tip, animal.light, 3);
        }
    }

    fn head(&mut self, animal: &Animal, place: &Place) {
        let ((x, y), r) = (place.head, animal.head);
        let (long, high) = animal.snout;
        if animal.crown == Crown::Mane {
            let mane = self.ellipse(x - 20, y + 10, r * 3 / 2, r * 3 / 2);
            self.stamp(&mane, animal.light, Shade::Ball, Join::Shadow);
        }
        if animal.crown == Crown::Crest {
            let crest = self.path(&[(x - 8, y - r), (x - r, y + 10), (x - r - 40, y + r + 60)], 46);
            self.stamp(&crest, animal.light, Shade::Flat(2), Join::Bare);
        }
        self.ear(animal, (x - r / 2, y - r * 3 / 4), r, -1, true);
        let face = if animal.marks == Marks::Wool { animal.light } else { animal.coat };
        let skull = self.ellipse(x, y, r, r * 9 / 10);
        let low = y + r / 4;
        let snout = self.rect(x, low - high / 2, x + r / 2 + long, low + high / 2).or(&self.ellipse(
            x + r / 2 + long,
            low,
            30,
            high / 2,
        ));
        self.stamp(&skull.or(&snout), face, Shade::Round, Join::Auto);
        if !matches!(animal.marks, Marks::Plain | Marks::Wool | Marks::Patches) || animal.crown == Crown::Tusks {
            let muzzle = self.rect(x + r / 2, low, x + r / 2 + long + 40, low + high / 2 + 10).and(&skull.or(&snout));
            self.fill(&muzzle, animal.light, 3);
        }
        if animal.marks == Marks::Patches {
            let muzzle = self.rect(x + r * 2 / 3, low - high / 2, x + r / 2 + long + 40, low + high).and(&snout);
            self.fill(&muzzle, animal.light, 3);
        }
        self.nose(animal, (x + r / 2 + long + 18, low - high / 3));
        self.ear(animal, (x - r / 6, y - r * 3 / 4), r, 0, false);
        self.crown(animal, (x, y), r, false);
        self.eye(x + r / 4, y - r / 5, 20);
    }

    fn nose(&mut self, animal: &Animal, (x, y): (i32, i32)) {
        if animal.marks != Marks::Wool {
            let nose = self.ellipse(x, y, 20, 18);
            let ramp = if animal.crown == Crown::Tusks { animal.light } else { ramp::BLACK };
            self.fill(&nose, ramp, 0);
        }
    }

    /// An ear whose root is at a point; `lean` -1 to 1 leans it.
    fn ear(&mut self, animal: &Animal, (x, y): (i32, i32), r: i32, lean: i32, far: bool) {
        let lean = lean * r / 3;
        let mask = match animal.ears {
            Ears::Pointed => self.polygon(&[(x - r / 3, y + r / 3), (x + lean, y - r * 2 / 3), (x + r / 3, y + r / 4)]),
            Ears::Round => self.ellipse(x + lean / 2, y - r / 8, r * 2 / 5, r * 2 / 5),
            Ears::Floppy => self.ellipse(x - r / 6 + lean, y + r / 2, r / 4, r / 2),
            Ears::Long => self.ellipse(x + lean / 2, y - r * 3 / 4, r / 4, r * 7 / 8),
            Ears::Small => {
                self.polygon(&[(x - r / 3, y + r / 4), (x - r / 4 + lean, y - r / 4), (x + r / 4, y + r / 4)])
            }
        };
        let ramp = match animal.ears {
            Ears::Floppy if animal.marks == Marks::Wool => animal.light,
            _ => animal.coat,
        };
        let (shade, join) = if far { (Shade::Flat(1), Join::Bare) } else { (Shade::Bevel, Join::Auto) };
        self.stamp(&mask, ramp, shade, join);
        if animal.ears == Ears::Floppy && !far {
            self.fill(&mask, ramp, 1);
        }
    }

    fn crown(&mut self, animal: &Animal, (x, y): (i32, i32), r: i32, front: bool) {
        let sides: &[i32] = if front { &[-1, 1] } else { &[1] };
        for side in sides {
            let at = |dx: i32, dy: i32| (x + side * dx, y + dy);
            let (mask, ramp) = match animal.crown {
                Crown::Horns => (self.path(&[at(r / 2, -r * 3 / 4), at(r, -r), at(r, -r * 3 / 2)], 28), ramp::BONE),
                Crown::Antlers => {
                    let base = if front { r / 3 } else { -10 };
                    let beam = self.path(&[at(base, -r * 3 / 4), at(base + 34, -r * 2), at(base + 24, -r * 3)], 20);
                    let tines = self.path(&[at(base + 20, -r * 3 / 2), at(base + 84, -r * 2)], 18);
                    let upper = self.path(&[at(base + 34, -r * 2), at(base - 36, -r * 5 / 2)], 18);
                    (beam.or(&tines).or(&upper), ramp::BONE)
                }
                Crown::Tusks if front => (self.path(&[at(r / 2, r * 2 / 3), at(r * 2 / 3, r / 6)], 24), ramp::WHITE),
                Crown::Tusks => (self.path(&[(x + r * 3 / 4, y + r / 2), (x + r + 4, y - 4)], 24), ramp::WHITE),
                Crown::Crest if front => (self.polygon(&[at(-4, -r), at(r / 3, -r), at(0, 0)]), animal.light),
                Crown::None | Crown::Mane | Crown::Crest => continue,
            };
            let shade = if animal.crown == Crown::Crest { Shade::Flat(2) } else { Shade::Flat(3) };
            self.stamp(&mask, ramp, shade, Join::Bare);
        }
    }

    fn front_view(&mut self, animal: &Animal) {
        let (height, r) = (animal.trunk.1, animal.head);
        let wide = (height * 9 / 10).max(r * 5 / 4);
        let bob = self.swing(0, 12).abs() + self.breath(if self.moves { 0 } else { 8 });
        let back = GROUND - animal.leg.0 - height * 3 / 4 + bob;
        let (cx, head) = (240, (240 + self.turn / 2, (back - animal.neck.0 + height / 5).max(r + 20)));
        let behind = self.view == View::Back;
        if behind {
            self.front_head(animal, head, true);
        }
        let ramp = if animal.marks == Marks::Wool { animal.light } else { animal.coat };
        for (side, phase) in [(-1, 0), (1, 128)] {
            let lift = self.swing(phase, 30).max(0);
            let x = cx + side * wide * 2 / 5;
            let leg = self.rect(x - animal.leg.1 * 2 / 3, back + height / 2, x + animal.leg.1 * 2 / 3, GROUND - lift);
            self.stamp(&leg, ramp, Shade::Column, Join::Bare);
        }
        let trunk = self.ellipse(cx, back + height / 2, wide * 5 / 8, height * 5 / 8);
        self.stamp(&trunk, animal.coat, Shade::Round, Join::Shadow);
        self.marks(animal, &trunk, [cx - wide * 5 / 8, back - height / 8, cx + wide * 5 / 8, back + height * 9 / 8]);
        if behind {
            let wag = self.breath(20);
            let ramp = if matches!(animal.tail, Tail::Bare | Tail::Hair) { animal.light } else { animal.coat };
            let thick = if matches!(animal.tail, Tail::Bushy | Tail::Hair | Tail::Stub) { 60 } else { 26 };
            let end = if animal.tail == Tail::Up { -height / 2 } else { height * 2 / 3 };
            let end = if animal.tail == Tail::Stub { 10 } else { end };
            let tail = self.line(
                (cx - self.turn / 2, back + height / 4),
                (cx - self.turn + wag, back + height / 4 + end),
                thick,
            );
            self.stamp(&tail, ramp, Shade::Round, Join::Auto);
        } else {
            self.front_head(animal, head, false);
        }
    }

    fn front_head(&mut self, animal: &Animal, (x, y): (i32, i32), behind: bool) {
        let (r, high) = (animal.head, animal.snout.1 * 3 / 4);
        if animal.crown == Crown::Mane {
            let mane = self.ellipse(x, y + 8, r * 3 / 2, r * 3 / 2);
            self.stamp(&mane, animal.light, Shade::Ball, Join::Shadow);
        }
        self.ear(animal, (x - r * 2 / 3, y - r / 2), r, -1, false);
        self.ear(animal, (x + r * 2 / 3, y - r / 2), r, 1, false);
        let face = if animal.marks == Marks::Wool { animal.light } else { animal.coat };
        let long = (animal.snout.0 * 2 / 3).clamp(high / 2, r * 2 / 3);
        let skull =
            self.ellipse(x, y, r, r * 9 / 10).or(&self.ellipse(x + self.turn / 2, y + r / 2, high * 3 / 4, long));
        self.stamp(&skull, face, Shade::Ball, Join::Auto);
        self.crown(animal, (x, y), r, true);
        if behind {
            return;
        }
        if animal.marks != Marks::Wool {
            let muzzle = self.ellipse(x + self.turn * 3 / 4, y + r / 2, high * 2 / 3, long * 2 / 3);
            let ramp = if animal.crown == Crown::Crest { animal.coat } else { animal.light };
            self.fill(&muzzle.and(&skull), ramp, 3);
            self.nose(animal, (x + self.turn * 3 / 4, y + r / 3));
        }
        self.eyes((x, y - r / 6), r / 2, 20);
    }
}
