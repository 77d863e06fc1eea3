//! Arms and legs, and the robe that hides them.

use crate::generate::sketch::canvas::{Join, Shade};
use crate::generate::sketch::figure::outfit::{Headgear, Weapon};
use crate::generate::sketch::figure::stance::View;
use crate::generate::sketch::figure::{Figure, LEFT, RIGHT};
use crate::generate::sketch::ramp::Ramp;

impl Figure<'_> {
    pub(super) fn legs(&mut self) {
        if self.outfit.robe {
            return self.robe();
        }
        match self.stance.view {
            View::Side => self.striding_legs(),
            View::Front | View::Back => self.standing_legs(),
        }
    }

    fn standing_legs(&mut self) {
        let (w, gap) = (self.body.torso.0, if self.body.torso.0 >= 6 { 2 } else { self.body.torso.0 % 2 });
        let width = ((w - gap) / 2).max(1);
        let left = self.body.left(w);
        let back = self.stance.view == View::Back;
        // What is farther from the viewer stands higher in the image; one foot is on the ground.
        let ups = self.stance.feet.map(|(reach, lift)| {
            let away = if back { reach } else { -reach };
            if away > 0 { lift.max((self.body.leg / 4).max(1)) } else { lift }
        });
        for side in [RIGHT, LEFT] {
            let x = if (side == RIGHT) == back { left + w - width } else { left };
            self.leg(side, ups[side] - ups[RIGHT].min(ups[LEFT]), |_| x, width, 0);
        }
    }

    fn striding_legs(&mut self) {
        let width = (self.body.torso.0 * 2 / 5).max(2);
        let far = if self.stance.west { RIGHT } else { LEFT };
        for side in [far, 1 - far] {
            let (reach, lift) = self.stance.feet[side];
            // Legs that stand side by side are both seen: the far one a little ahead.
            let apart = (width / 3).max(1) * if side == far { 1 } else { -1 };
            let x = self.body.left(width) + if reach == 0 { apart } else { 0 };
            self.leg(side, lift, |share| x + (reach * share + reach.signum() * 128) / 256, width, 1);
            if side == far {
                let all = self.body.shape(self.canvas, |_, y| y >= self.body.ground - self.body.leg);
                self.canvas.tone(&all, -1);
            }
        }
    }

    /// A leg from hip to sole; `column` gives its left column at a share (256 = the whole) of its length.
    fn leg(&mut self, side: usize, up: i32, column: impl Fn(i32) -> i32, width: i32, toe: i32) {
        let (top, sole) = (self.torso_top() + self.body.torso.1 - 1, self.body.ground - 1 - up);
        let length = (sole - top).max(1);
        let share = |y: i32| (y - top).clamp(0, length) * 256 / length;
        let boot = (self.body.leg / 3).max(1);
        let thin = i32::from(self.outfit.headgear == Headgear::Skull && width > 2);
        let leg = self.body.shape(self.canvas, |x, y| {
            (top..=sole).contains(&y) && (column(share(y))..column(share(y)) + width - thin).contains(&x)
        });
        let foot = self.body.shape(self.canvas, |x, y| {
            let toe = if y == sole { toe } else { 0 };
            (sole - boot + 1..=sole).contains(&y) && (column(256)..column(256) + width + toe).contains(&x)
        });
        let join = if side == LEFT && toe == 0 { Join::Bare } else { Join::Shadow };
        self.canvas.stamp(&leg, self.outfit.legs, Shade::Column, join);
        self.canvas.stamp(&foot, self.outfit.boots, Shade::Bevel, Join::Bare);
    }

    /// A robe to the ground; the feet look out by turns.
    fn robe(&mut self) {
        let (w, top) = (self.body.torso.0, self.torso_top() + self.body.torso.1 - 1);
        let side = self.stance.view == View::Side;
        for (reach, lift) in self.stance.feet {
            let width = (w / 3).max(1);
            let x = self.body.left(w) + if side { w / 2 - width / 2 + reach / 2 } else { w / 4 };
            let foot = self.rect(x, self.body.ground - 2 - lift.min(1), width + i32::from(side), 2, 0);
            self.canvas.fill(&foot, self.outfit.boots, 2);
        }
        let (hem, flare) = (self.body.ground - 1, (self.body.leg / 3).max(1));
        let sway = self.stance.feet[0].0.signum() * i32::from(side);
        let left = self.body.left(w);
        let skirt = self.body.shape(self.canvas, |x, y| {
            let out = (y - top) * flare / (hem - top).max(1);
            let sway = if y > hem - 2 { sway } else { 0 };
            (top..hem).contains(&y) && (left - out + sway..left + w + out + sway).contains(&x)
        });
        self.canvas.stamp(&skirt, self.outfit.top, Shade::Column, Join::Bare);
        let trim = self.rect(left - flare - 1, hem - 1, w + 2 * flare + 2, 1, 0).and(&skirt);
        self.canvas.stamp(&trim, self.outfit.trim, Shade::Column, Join::Bare);
    }

    fn sleeve(&self) -> Ramp {
        match self.outfit.headgear {
            Headgear::Helmet => self.outfit.gear,
            Headgear::Ears | Headgear::Tusks | Headgear::Horns => self.outfit.skin,
            _ => self.outfit.top,
        }
    }

    fn glove(&self) -> Ramp {
        if self.outfit.headgear == Headgear::Helmet { self.outfit.gear } else { self.outfit.skin }
    }

    pub(super) fn arm(&mut self, side: usize) {
        let (limb, hand) = (self.body.limb, self.hand(side));
        let shoulder = self.shoulder(side);
        let join = match self.stance.view {
            View::Side if limb > 3 => Join::Line,
            View::Side => Join::Shadow,
            _ => Join::Bare,
        };
        let arm = self.body.line(self.canvas, shoulder, hand, limb);
        self.canvas.stamp(&arm, self.sleeve(), Shade::Round, join);
        let fist =
            self.rect(hand.0 - limb / 2, hand.1 - limb / 2 + i32::from(limb < 2), limb, limb, i32::from(limb > 3));
        self.canvas.stamp(&fist, self.glove(), Shade::Bevel, Join::Bare);
    }

    pub(super) fn shoulder(&self, side: usize) -> (i32, i32) {
        let (w, limb) = (self.body.torso.0, self.body.limb);
        let y = self.torso_top() + limb / 2 + i32::from(self.body.torso.1 > 4);
        match self.stance.view {
            View::Side => (self.body.left(w) + w / 2 + self.shift(), y),
            view => {
                let left = self.body.left(w) - limb + limb / 2;
                let right = self.body.left(w) + w + limb / 2;
                ((if (side == RIGHT) == (view == View::Front) { left } else { right }) + self.shift(), y)
            }
        }
    }

    /// The middle of a hand.
    pub(super) fn hand(&self, side: usize) -> (i32, i32) {
        let (mut reach, mut lift) = self.stance.hands[side];
        if self.outfit.reaches {
            let up = self.body.torso.1 / 2;
            (reach, lift) = (reach + self.body.head.0 / 2 + 1, lift + up + i32::from(side == LEFT));
        }
        let x = self.shoulder(side).0;
        let low = self.torso_top() + self.body.torso.1 - 1 - self.body.limb / 2;
        let armed = side == RIGHT && self.outfit.weapon != Weapon::None;
        let (head, limb) = (self.body.head.0, self.body.limb);
        let rim = (
            self.body.left(self.body.width) + 1 + limb / 3,
            self.body.left(self.body.width) + self.body.width - 2 - limb / 3,
        );
        match self.stance.view {
            View::Side if armed => {
                let x = (self.body.left(head) + head + 1).min(rim.1) + reach.min(0) + self.shift();
                (x.min(rim.1), low - self.body.torso.1 / 4 - lift)
            }
            View::Side => (x + reach, low - lift - i32::from(reach != 0)),
            view if armed => {
                let outer = (self.body.left(head) - 2).max(rim.0);
                let x = if view == View::Front { outer } else { self.body.left(0) * 2 - 1 - outer };
                (x, low - self.body.torso.1 / 4 - lift - i32::from(reach > 0))
            }
            _ => (x, low - lift - i32::from(reach > 0)),
        }
    }
}
