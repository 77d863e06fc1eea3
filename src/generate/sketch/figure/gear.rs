//! What figures hold.

use crate::generate::sketch::canvas::{Join, Shade};
use crate::generate::sketch::figure::outfit::Weapon;
use crate::generate::sketch::figure::stance::{View, cosine, sine};
use crate::generate::sketch::figure::{Figure, LEFT, RIGHT};
use crate::generate::sketch::ramp::{self, Ramp};

impl Figure<'_> {
    /// The weapon in the right hand.
    pub(super) fn weapon(&mut self) {
        let size = self.body.head.1 + self.body.torso.1 + self.body.leg;
        let hand = self.hand(RIGHT);
        match self.outfit.weapon {
            Weapon::None => {}
            Weapon::Sword => self.blade(hand, size * 44 / 100),
            Weapon::Dagger => self.blade(hand, (size * 26 / 100).max(3)),
            Weapon::Staff => self.pole(hand, size, true),
            Weapon::Spear => self.pole(hand, size, false),
            Weapon::Axe => self.axe(hand, size * 44 / 100),
            Weapon::Bow => self.bow(hand, size * 36 / 100),
        }
    }

    /// A point so many cells from `from` along the weapon, and so many across it.
    fn along(&self, from: (i32, i32), cells: i32, across: i32) -> (i32, i32) {
        let (dx, dy) = self.direction();
        let round = |v: i32| (v + 128).div_euclid(256);
        (from.0 + round(dx * cells - dy * across), from.1 + round(dy * cells + dx * across))
    }

    /// The weapon's direction; seen from the front or back it swings in the plane of the image, inwards.
    fn direction(&self) -> (i32, i32) {
        let angle = self.stance.weapon;
        match self.stance.view {
            View::Side | View::Front => (cosine(angle), -sine(angle)),
            View::Back => (-cosine(angle), -sine(angle)),
        }
    }

    fn blade(&mut self, hand: (i32, i32), length: i32) {
        let wide = if length >= 14 { 3 } else { 1 + i32::from(length >= 9) };
        let tip = self.along(hand, length, 0);
        let blade = self.body.line(self.canvas, self.along(hand, 1, 0), tip, wide);
        self.canvas.stamp(&blade, ramp::STEEL, Shade::Flat(3), Join::Shadow);
        if wide > 1 {
            let edge = self.body.line(self.canvas, self.along(hand, 1, 0), tip, 1).moved(1, 0).and(&blade);
            self.canvas.fill(&edge, ramp::STEEL, 2);
        }
        self.canvas.set(self.body.column(tip.0), tip.1, ramp::STEEL, 4);
        let reach = (length / 6).max(1);
        let from = self.along(hand, 1, 0);
        let guard = self.body.line(self.canvas, self.along(from, 0, -reach), self.along(from, 0, reach), 1 + wide / 3);
        self.canvas.stamp(&guard, ramp::GOLD, Shade::Bevel, Join::Bare);
        let pommel = self.along(hand, -1 - wide / 3, 0);
        self.canvas.set(self.body.column(pommel.0), pommel.1, ramp::LEATHER, 2);
    }

    fn pole(&mut self, hand: (i32, i32), size: i32, orb: bool) {
        let thick = 1 + size / 30;
        let low = (self.body.ground - 1 - hand.1).min(size / 2);
        let (foot, top) = (self.along(hand, -low, 0), self.along(hand, size * 45 / 100, 0));
        let pole = self.body.line(self.canvas, foot, top, thick);
        self.canvas.stamp(&pole, ramp::WOOD, Shade::Column, Join::Shadow);
        let radius = (size / 16).max(1);
        if orb {
            let orb = self.rect(top.0 - radius, top.1 - radius, 2 * radius + 1, 2 * radius + 1, radius);
            let glow = if self.outfit.top == ramp::ICE { ramp::FIRE } else { ramp::ICE };
            self.canvas.stamp(&orb, glow, Shade::Gloss, Join::Bare);
        } else {
            let tip = self.along(top, 2 * radius, 0);
            let head = self.body.line(self.canvas, top, tip, thick.max(radius));
            self.canvas.stamp(&head, ramp::STEEL, Shade::Bevel, Join::Shadow);
        }
    }

    fn axe(&mut self, hand: (i32, i32), length: i32) {
        let (foot, top) = (self.along(hand, -length / 3, 0), self.along(hand, length, 0));
        let handle = self.body.line(self.canvas, foot, top, 1 + length / 16);
        self.canvas.stamp(&handle, ramp::WOOD, Shade::Column, Join::Shadow);
        let reach = (length / 4).max(2);
        let middle = self.along(top, -reach / 2, 0);
        let blade = self.body.line(self.canvas, middle, self.along(middle, 0, reach), reach);
        self.canvas.stamp(&blade, ramp::STEEL, Shade::Bevel, Join::Shadow);
    }

    fn bow(&mut self, hand: (i32, i32), half: i32) {
        let bulge = (half / 3).max(1);
        let limbs = [self.along(hand, half, bulge), self.along(hand, -half, bulge)];
        let string = self.body.line(self.canvas, limbs[0], limbs[1], 1);
        let [upper, lower] = limbs.map(|end| self.body.line(self.canvas, hand, end, 1 + half / 12));
        self.canvas.fill(&string, ramp::PARCHMENT, 2);
        self.canvas.stamp(&upper.or(&lower), ramp::WOOD, Shade::Flat(2), Join::Bare);
        let lit = upper.without(&upper.moved(1, 0));
        self.canvas.fill(&lit, ramp::WOOD, 3);
        let grip = self.body.line(self.canvas, hand, hand, 1 + half / 8);
        self.canvas.fill(&grip, ramp::LEATHER, 1);
    }

    /// The shield on the left arm: its front, its edge or its back.
    pub(super) fn shield(&mut self) {
        if !self.outfit.shield {
            return;
        }
        let size = self.body.head.1 + self.body.torso.1 + self.body.leg;
        let hand = self.hand(LEFT);
        let (mut w, h) = ((size * 28 / 100).max(3), (size * 34 / 100).max(4));
        let mut x = hand.0 - w / 2 + i32::from(self.stance.view == View::Front);
        let near = self.stance.west;
        if self.stance.view == View::Side {
            w = if near { w * 4 / 5 } else { w / 2 };
            let front = self.body.left(self.body.torso.0) + self.body.torso.0;
            x = if near { front - w * 2 / 3 } else { front - w / 3 } + self.stance.hands[LEFT].0.signum();
        }
        let y = hand.1 - h / 2 - i32::from(size < 18);
        self.shield_face([x, y, w, h]);
    }

    fn shield_face(&mut self, [x, y, w, h]: [i32; 4]) {
        let point = h / 3;
        let face = self.body.shape(self.canvas, |px, py| {
            let inset = (py - (y + h - 1 - point)).max(0) * w / (2 * point.max(1) + 2);
            (y..y + h).contains(&py) && (x + inset..x + w - inset).contains(&px)
        });
        let back = self.stance.view == View::Back;
        let rim: Ramp = if back { ramp::WOOD } else { self.outfit.gear };
        self.canvas.stamp(&face, rim, Shade::Bevel, Join::Auto);
        let inner = self.body.shape(self.canvas, |px, py| {
            (-1..=1).all(|dx| face.has(self.body.column(px) + dx, py))
                && face.has(self.body.column(px), py + 1)
                && face.has(self.body.column(px), py - 1)
        });
        if back {
            return;
        }
        self.canvas.stamp(&inner, self.outfit.top, Shade::Bevel, Join::Bare);
        if w >= 6 {
            let bar = inner.and(&self.rect(x + w / 2 - (w + 1) % 2, y, 2 - w % 2, h, 0));
            let cross = inner.and(&self.rect(x, y + h / 3, w, 1 + h / 12, 0));
            self.canvas.stamp(&bar.or(&cross), self.outfit.trim, Shade::Flat(3), Join::Bare);
        }
    }
}
