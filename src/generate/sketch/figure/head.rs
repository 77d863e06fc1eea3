//! Heads: face, hair, and what is worn over them.

use crate::generate::sketch::canvas::{Join, Mask, Shade};
use crate::generate::sketch::figure::Figure;
use crate::generate::sketch::figure::outfit::Headgear;
use crate::generate::sketch::figure::stance::View;
use crate::generate::sketch::ramp::{self, Ramp};

/// Left, top, width and height of the head.
type Box4 = [i32; 4];

impl Figure<'_> {
    pub(super) fn head(&mut self) {
        let (w, h) = self.body.head;
        let x = self.body.left(w) + self.shift();
        let y = self.body.head_top() + self.stance.sink;
        let place = [x, y, w, h];
        let skull = self.rect(x, y, w, h, (h / 4).max(1));
        if self.outfit.headgear == Headgear::Helmet {
            return self.helmet(&skull, place);
        }
        self.canvas.stamp(&skull, self.outfit.skin, Shade::Ball, Join::Auto);
        self.face(place);
        match self.outfit.headgear {
            Headgear::Hair => self.hair(&skull, place, h * 2 / 5),
            Headgear::LongHair => self.hair(&skull, place, h),
            Headgear::Hat => {
                self.hair(&skull, place, h * 3 / 5);
                self.hat(place);
            }
            Headgear::Hood => self.hood(&skull, place),
            Headgear::Mask => self.mask(&skull, place),
            Headgear::Crown => {
                self.hair(&skull, place, h * 4 / 5);
                self.crown(place);
            }
            Headgear::Ears => self.ears(place),
            Headgear::Tusks => self.tusks(place),
            Headgear::Horns => self.horns(place),
            Headgear::Bandage => self.bandage(&skull, place),
            Headgear::Helmet | Headgear::Skull => {}
        }
        if self.outfit.beard && self.stance.view != View::Back {
            self.beard(&skull, place);
        }
    }

    fn face(&mut self, [x, y, w, h]: Box4) {
        let tall = if self.stance.blink { 1 } else { (h / 5).max(1) };
        let wide = (w / 9).max(1);
        let row = y + h / 2 + i32::from(self.stance.blink) * tall / 2;
        let eyes = match self.stance.view {
            View::Back => return,
            View::Front => {
                let turn = self.turn(w);
                vec![x + w / 4 - i32::from(w > 14) + turn, x + w - w / 4 - wide + i32::from(w > 14) + (turn + 1) / 2]
            }
            View::Side => vec![x + w - w / 4 - wide],
        };
        if self.outfit.headgear == Headgear::Skull {
            return self.sockets(&eyes, [x, y, w, h]);
        }
        for eye in &eyes {
            let mask = self.rect(*eye, row, wide, tall, 0);
            self.canvas.fill(&mask, ramp::BLACK, 0);
            let bright = tall > 2 || self.outfit.skin == ramp::DARK_SKIN;
            if bright && !self.stance.blink {
                let inner = if tall > 2 || 2 * eye > self.body.left(0) * 2 { *eye } else { *eye + wide - 1 };
                self.canvas.set(self.body.column(inner), row, ramp::WHITE, if tall > 2 { 4 } else { 3 });
            }
        }
        if h >= 9 {
            let mouth = match self.stance.view {
                View::Front => {
                    let left = self.body.left(2 + w % 2) + self.shift() + self.turn(w);
                    self.rect(left, row + tall + h / 9, 2 + w % 2, 1, 0)
                }
                _ => self.rect(x + w - 3, row + tall + h / 9, 2, 1, 0),
            };
            self.canvas.fill(&mouth, self.outfit.skin, 1);
        }
    }

    fn sockets(&mut self, eyes: &[i32], [x, y, w, h]: Box4) {
        let size = (h / 4).max(1);
        for eye in eyes {
            let mask = self.rect(eye - size / 4, y + h * 2 / 5, size, size + h / 12, i32::from(size > 3));
            self.canvas.fill(&mask, ramp::BLACK, 0);
        }
        let jaw = self.rect(x, y + h - 1 - h / 7, w, 1, 0);
        let teeth = self.body.shape(self.canvas, |px, py| jaw.has(self.body.column(px), py) && (px - x) % 2 == 1);
        self.canvas.fill(&teeth, ramp::BONE, 0);
        if self.stance.view == View::Front && h > 7 {
            let nose = self.rect(self.body.left(2 - w % 2) + self.shift(), y + h * 3 / 5, 2 - w % 2, 1, 0);
            self.canvas.fill(&nose, ramp::BONE, 1);
        }
    }

    /// Hair to `low` rows below the crown at the sides; the face stays free.
    fn hair(&mut self, skull: &Mask, [x, y, w, h]: Box4, low: i32) {
        let fringe = (h / 3).max(1);
        let lock = (w / 6).max(1);
        let view = self.stance.view;
        let hair = self.body.shape(self.canvas, |px, py| {
            let (dx, dy) = (px - x, py - y);
            let covered = match view {
                View::Front => {
                    dy < fringe - i32::from(dx > w / 2 && dx < w * 3 / 4) || dx.min(w - 1 - dx) < lock && dy < low
                }
                View::Side => dy < fringe || dx < w * 2 / 5 && dy < low.max(h * 3 / 5) || dx < lock && dy < low,
                View::Back => dy < low.max(h * 4 / 5),
            };
            covered && skull.has(self.body.column(px), py)
        });
        self.canvas.stamp(&hair, self.outfit.hair, Shade::Ball, Join::Shadow);
    }

    fn helmet(&mut self, skull: &Mask, [x, y, w, h]: Box4) {
        let gear = self.outfit.gear;
        self.plume([x, y, w, h]);
        self.canvas.stamp(skull, gear, Shade::Column, Join::Auto);
        let dome = self.rect(x, y, w, h / 2, (h / 4).max(1)).and(skull);
        self.canvas.stamp(&dome, gear, Shade::Ball, Join::Bare);
        let row = y + h / 2;
        let tall = (h / 6).max(1);
        let slit = match self.stance.view {
            View::Front => {
                let turn = self.turn(w);
                self.rect(x + 1 + w / 12 + turn, row, w - 2 - w / 12 * 2 - turn / 2, tall, 0)
            }
            View::Side => self.rect(x + w / 2, row, w - w / 2 - w / 12, tall, 0),
            View::Back => self.rect(x, y + h - 1 - h / 6, w, 1, 0).and(skull),
        };
        if h >= 9 {
            let brow = self.rect(x, row - 1 - h / 16, w, 1 + h / 16, 0).and(skull);
            self.canvas.tone(&brow, 1);
        }
        let (ramp, level) = if self.stance.view == View::Back { (gear, 1) } else { (ramp::BLACK, 0) };
        self.canvas.fill(&slit.and(skull), ramp, level);
        if h >= 8 {
            self.visor(skull, [x, row, w, h], tall);
        }
        let glint = self.rect(x + w / 4, y + h / 7, (w / 8).max(1), (h / 10).max(1), 0);
        let glint = if self.stance.west {
            self.rect(x + w - w / 4 - w / 8, y + h / 7, (w / 8).max(1), (h / 10).max(1), 0)
        } else {
            glint
        };
        self.canvas.fill(&glint.and(skull), gear, 4);
    }

    /// The ridge over the nose and the holes to breathe; a comb at the back.
    fn visor(&mut self, skull: &Mask, [x, row, w, h]: Box4, tall: i32) {
        let gear = self.outfit.gear;
        let thick = 2 - w % 2;
        let middle = self.body.left(thick) + self.shift() + self.turn(w);
        let ridge = match self.stance.view {
            View::Front => self.rect(middle, row, thick, h / 2, 0),
            View::Back => self.rect(middle, row - h / 2, thick, h * 3 / 4, 0),
            View::Side => self.rect(x + w / 2, row, 1, h / 2, 0),
        };
        self.canvas.fill(&ridge.and(skull), gear, if self.stance.view == View::Side { 1 } else { 3 });
        let hole_row = row + tall + (h / 8).max(1);
        let columns = match self.stance.view {
            View::Front if w >= 10 => vec![x + w / 4 - 1, x + w / 4 + 1, x + w - w / 4 - 2, x + w - w / 4],
            View::Side if w >= 10 => vec![x + w * 2 / 3, x + w * 2 / 3 + 2],
            _ => vec![],
        };
        for (column, down) in columns.iter().flat_map(|column| [(column, 0), (column, 2)]) {
            if down * 8 <= h {
                self.canvas.set(self.body.column(*column), hole_row + down, gear, 0);
            }
        }
    }

    fn plume(&mut self, [x, y, w, h]: Box4) {
        let tall = self.body.crest + h / 6 + i32::from(h < 8);
        let mask = match self.stance.view {
            View::Side => {
                let crest = self.rect(x + w / 6, y - self.body.crest, w * 3 / 5, tall, (tall / 2).min(2));
                let tail = self.rect(x - (w / 8).max(1), y - self.body.crest + tall / 2, (w / 4).max(2), h / 2, 1);
                crest.or(&tail)
            }
            _ => {
                let width = (w / 4).max(1);
                let width = width + (width + w) % 2;
                self.rect(self.body.left(width) + self.shift(), y - self.body.crest, width, tall, width / 3)
            }
        };
        self.canvas.stamp(&mask, self.outfit.trim, Shade::Round, Join::Bare);
    }

    fn hat(&mut self, [x, y, w, h]: Box4) {
        let (brim, tall) = (y + h * 2 / 5, h * 2 / 5 + self.body.crest);
        let out = (w / 7).max(1);
        let bend = if self.stance.view == View::Side { -1 } else { 1 };
        let middle2 = 2 * x + w;
        let cone = self.body.shape(self.canvas, |px, py| {
            let up = brim - py;
            let half2 = w - (w - 1) * up / tall.max(1);
            let tip = if up * 3 > tall * 2 { bend * (w / 8).max(1) * 2 } else { 0 };
            (0..=tall).contains(&up) && (2 * px + 1 - middle2 - tip).abs() <= half2
        });
        self.canvas.stamp(&cone, self.outfit.top, Shade::Round, Join::Bare);
        let band = self.rect(x, brim - 1 - h / 12, w, 1 + h / 12, 0).and(&cone);
        self.canvas.stamp(&band, self.outfit.trim, Shade::Column, Join::Bare);
        let rim = self.rect(x - out, brim, w + 2 * out, (h / 7).max(1), i32::from(h > 9));
        self.canvas.stamp(&rim, self.outfit.top, Shade::Column, Join::Shadow);
    }

    fn hood(&mut self, skull: &Mask, [x, y, w, h]: Box4) {
        let window = match self.stance.view {
            View::Front => {
                let left = x + (w / 6).max(1) + self.turn(w);
                self.rect(left, y + h * 2 / 5, w - 2 * (w / 6).max(1), h * 3 / 5, i32::from(h > 9))
            }
            View::Side => self.rect(x + w / 2, y + h * 2 / 5, w - w / 2, h * 3 / 5, i32::from(h > 9)),
            View::Back => self.rect(0, 0, 0, 0, 0),
        };
        let point = self.rect(x - 1, y + h / 4, (w / 4).max(2), (h / 3).max(1), 1);
        let hood = match self.stance.view {
            View::Side => skull.or(&point).without(&window),
            _ => skull.without(&window),
        };
        self.canvas.stamp(&hood, self.outfit.top, Shade::Ball, Join::Shadow);
        let shade = self.rect(x, y + h * 2 / 5, w, 1, 0).and(&window).and(skull);
        self.canvas.tone(&shade, -1);
    }

    fn mask(&mut self, skull: &Mask, [x, y, w, h]: Box4) {
        let band = match self.stance.view {
            View::Front => self.rect(x + 1 + self.turn(w), y + h * 2 / 5, w - 2 - self.turn(w) / 2, (h / 4).max(2), 0),
            View::Side => self.rect(x + w / 3, y + h * 2 / 5, w - w / 3, (h / 4).max(2), 0),
            View::Back => self.rect(0, 0, 0, 0, 0),
        };
        self.canvas.stamp(&skull.without(&band), self.outfit.hair, Shade::Ball, Join::Bare);
        let ribbon = self.rect(x, y + h / 4, w, (h / 9).max(1), 0).and(skull);
        self.canvas.stamp(&ribbon, self.outfit.trim, Shade::Column, Join::Bare);
    }

    fn crown(&mut self, [x, y, w, _]: Box4) {
        let tall = self.body.crest.max(2);
        let base = y + 1;
        let crown = self.body.shape(self.canvas, |px, py| {
            let dx = px - x - 1;
            let pitch = (w / 4).max(3);
            let tooth = if dx % pitch >= pitch * 3 / 5 { tall * 3 / 5 } else { 0 };
            (0..w - 2).contains(&dx) && (base - tall + tooth..=base).contains(&py)
        });
        self.canvas.stamp(&crown, ramp::GOLD, Shade::Column, Join::Shadow);
        let jewel = self.rect(self.body.left(2 - w % 2) + self.shift(), base, 2 - w % 2, 1, 0);
        self.canvas.fill(&jewel, ramp::RED, 2);
    }

    fn ears(&mut self, [x, y, w, h]: Box4) {
        let side = self.stance.view == View::Side;
        let long = if side { (w / 2).max(2) } else { (w / 4).max(2) };
        let row = y + h * 2 / 5;
        let ear = |figure: &Self, root: i32, out: i32| {
            figure.body.shape(figure.canvas, |px, py| {
                let far = (px - root) * out;
                (0..long).contains(&far) && (row - far / 2..row - far / 2 + (h / 3 - far / 2).max(1)).contains(&py)
            })
        };
        let ears = if side { ear(self, x + w / 3, -1) } else { ear(self, x - 1, -1).or(&ear(self, x + w, 1)) };
        let skin: Ramp = self.outfit.skin;
        self.canvas.stamp(&ears, skin, Shade::Bevel, if side { Join::Shadow } else { Join::Bare });
        if h >= 9 {
            let nose = match self.stance.view {
                View::Front => self.rect(self.body.left(2 - w % 2), y + h * 3 / 5, 2 - w % 2, (h / 7).max(1), 0),
                View::Side => self.rect(x + w - 1, y + h * 3 / 5, 2, (h / 7).max(1), 0),
                View::Back => return,
            };
            self.canvas.stamp(&nose, skin, Shade::Flat(3), Join::Shadow);
        }
    }

    /// Two teeth that stand up from the lower jaw, a heavy brow, and small ears.
    fn tusks(&mut self, [x, y, w, h]: Box4) {
        let view = self.stance.view;
        let ear = (h / 4).max(1);
        for left in [x - ear, x + w] {
            let mask = self.rect(left, y + h * 2 / 5, ear, ear, 0);
            if view != View::Side {
                self.canvas.stamp(&mask, self.outfit.skin, Shade::Bevel, Join::Bare);
            }
        }
        if view == View::Back {
            return;
        }
        let brow = self.rect(x + 1, y + h * 2 / 5, w - 2, (h / 10).max(1), 0);
        self.canvas.fill(&brow, self.outfit.skin, 1);
        let (row, thick) = (y + h * 3 / 4, (w / 10).max(1));
        let columns = match view {
            View::Side => vec![x + w - 1 - w / 5],
            _ => vec![x + w / 5 + self.turn(w), x + w - w / 5 - thick + self.turn(w) / 2],
        };
        for column in columns {
            let tusk = self.rect(column, row - h / 8, thick, h / 6 + 1, 0);
            self.canvas.fill(&tusk, ramp::WHITE, 3);
        }
    }

    fn horns(&mut self, [x, y, w, h]: Box4) {
        let tall = self.body.crest + h / 5;
        let thick = (w / 6).max(1);
        let horn = |figure: &Self, root: i32, out: i32| {
            figure.body.shape(figure.canvas, |px, py| {
                let up = y + h / 5 - py;
                let left = root + out * up / 3;
                (0..tall).contains(&up) && (left..left + (thick - up / 4).max(1)).contains(&px)
            })
        };
        let horns = match self.stance.view {
            View::Side => horn(self, x + w / 3, -1),
            _ => horn(self, x + w / 8, -1).or(&horn(self, x + w - w / 8 - thick, 1)),
        };
        self.canvas.stamp(&horns, ramp::BONE, Shade::Flat(3), Join::Shadow);
    }

    /// Wound cloth: seams across, and a dark slit with a glint for the eyes.
    fn bandage(&mut self, skull: &Mask, [x, y, w, h]: Box4) {
        for row in (y + 1..y + h).step_by((h / 5).max(2) as usize) {
            let seam = self.rect(x, row, w, 1, 0).and(skull);
            self.canvas.fill(&seam, ramp::PARCHMENT, 1);
        }
        let row = y + h / 2;
        let slit = match self.stance.view {
            View::Back => return,
            View::Front => self.rect(x + 1 + self.turn(w), row, w - 2 - self.turn(w) / 2, (h / 5).max(1), 0),
            View::Side => self.rect(x + w / 2, row, w / 2 - 1, (h / 5).max(1), 0),
        };
        self.canvas.fill(&slit.and(skull), ramp::BLACK, 0);
        let eyes = match self.stance.view {
            View::Side => vec![x + w - w / 4 - 1],
            _ => vec![x + w / 4 + self.turn(w), x + w - 1 - w / 4 + self.turn(w) / 2],
        };
        for eye in eyes {
            self.canvas.set(self.body.column(eye), row, ramp::YELLOW, 3);
        }
    }

    fn beard(&mut self, skull: &Mask, [x, y, w, h]: Box4) {
        let top = y + h * 7 / 10;
        let beard = self.body.shape(self.canvas, |px, py| {
            let inset = (py - (y + h)).max(0);
            let left = if self.stance.view == View::Side { x + w / 2 } else { x };
            (top..y + h + h / 4).contains(&py)
                && (left + inset..x + w - inset).contains(&px)
                && (py >= y + h || skull.has(self.body.column(px), py))
        });
        self.canvas.stamp(&beard, self.outfit.hair, Shade::Round, Join::Shadow);
    }
}
