//! The humanoid: a body of boxes that outfits, views and postures share.

pub(crate) mod body;
mod gear;
mod head;
mod limbs;
pub(crate) mod outfit;
pub(crate) mod stance;

use crate::generate::sketch::canvas::{Canvas, Join, Mask, Shade};
use crate::generate::sketch::nouns::Role;
use crate::generate::sketch::ramp::{self, Ramp};
use crate::generate::sketch::subject::Subject;
use crate::words::ask::Pose;

use body::Body;
use outfit::{Headgear, Outfit};
use stance::{Stance, View};

/// A figure on its canvas.
struct Figure<'a> {
    canvas: &'a mut Canvas,
    body: Body,
    outfit: Outfit,
    stance: Stance,
}

/// The figure's own right and left, as indices.
const RIGHT: usize = 0;
const LEFT: usize = 1;

/// Draws a figure in a pose.
pub(crate) fn draw(canvas: &mut Canvas, subject: &Subject, role: Role, pose: &Pose) {
    let outfit = Outfit::of(subject, role);
    let body = Body::fit(canvas, outfit.is_tall());
    let stance = Stance::of(pose, &body);
    let body = body.mirrored(stance.west);
    let mut figure = Figure { canvas, body, outfit, stance };
    match figure.stance.view {
        View::Front => figure.front(),
        View::Back => figure.back(),
        View::Side => figure.side(),
    }
}

impl Figure<'_> {
    fn front(&mut self) {
        self.cape();
        self.legs();
        self.arm(RIGHT);
        self.arm(LEFT);
        self.torso();
        self.head();
        self.weapon();
        self.shield();
    }

    fn back(&mut self) {
        self.weapon();
        self.shield();
        self.legs();
        self.arm(RIGHT);
        self.arm(LEFT);
        self.torso();
        self.cape();
        self.head();
    }

    fn side(&mut self) {
        // Looking east the right hand is near, looking west the left one.
        let weapon_near = !self.stance.west;
        let (near, far) = if weapon_near { (RIGHT, LEFT) } else { (LEFT, RIGHT) };
        if weapon_near {
            self.shield();
        } else {
            self.weapon();
        }
        self.arm(far);
        self.cape();
        self.legs();
        self.torso();
        self.head();
        self.arm(near);
        if weapon_near {
            self.weapon();
        } else {
            self.shield();
        }
    }

    /// Columns that head and trunk are off the axis.
    fn shift(&self) -> i32 {
        let swings = self.stance.view == View::Side || self.stance.blink;
        let turned = i32::from(self.stance.turned && self.stance.view == View::Back);
        if swings { self.stance.lean } else { turned }
    }

    /// Columns by which a head of this width that looks half aside shows its face off the middle.
    fn turn(&self, width: i32) -> i32 {
        if self.stance.turned { (width / 7).max(1) } else { 0 }
    }

    fn rect(&self, x: i32, y: i32, w: i32, h: i32, round: i32) -> Mask {
        self.body.rect(self.canvas, x, y, w, h, round)
    }

    fn torso_top(&self) -> i32 {
        self.body.torso_top() + self.stance.sink
    }

    fn torso(&mut self) {
        let (full, h) = self.body.torso;
        let w = if self.stance.view == View::Side { full - full / 6 } else { full };
        let (x, y) = (self.body.left(w) + self.shift(), self.torso_top());
        let mask = self.rect(x, y, w, h, i32::from(h > 6));
        let top = self.outfit.top;
        if self.outfit.headgear == Headgear::Skull {
            return self.ribs(&mask, [x, y, w, h]);
        }
        self.canvas.stamp(&mask, top, Shade::Column, Join::Bare);
        if self.outfit.headgear == Headgear::Helmet {
            self.plate([x, y, w, h]);
        }
        if h >= 4 && !self.outfit.robe {
            let belt = self.rect(x, y + h - 1 - h / 8, w, 1 + h / 12, 0).and(&mask);
            self.canvas.stamp(&belt, ramp::LEATHER, Shade::Column, Join::Bare);
            if self.stance.view == View::Front {
                let buckle = self.rect(self.body.left(2 - w % 2), y + h - 1 - h / 8, 2 - w % 2, 1 + h / 12, 0);
                self.canvas.fill(&buckle, ramp::GOLD, 3);
            }
        }
        // The head's shadow falls on the chest.
        let shade = self.rect(x, y, w, 1 + h / 14, 0).and(&mask);
        self.canvas.tone(&shade, -1);
    }

    /// Steel shoulders and flanks beside a coloured tabard.
    fn plate(&mut self, [x, y, w, h]: [i32; 4]) {
        let side = (w / 5).max(1);
        let masks = [self.rect(x, y, side, h, 0), self.rect(x + w - side, y, side, h, 0)];
        for mask in masks.iter().filter(|_| w > 3) {
            self.canvas.stamp(mask, self.outfit.gear, Shade::Column, Join::Bare);
        }
    }

    fn ribs(&mut self, mask: &Mask, [x, y, w, h]: [i32; 4]) {
        self.canvas.fill(mask, ramp::BLACK, 1);
        for row in (0..h - 1).step_by(2) {
            let rib = self.rect(x, y + row, w, 1, 0).and(mask);
            self.canvas.stamp(&rib, ramp::BONE, Shade::Column, Join::Bare);
        }
        let spine = self.rect(self.body.left(2 - w % 2) + self.shift(), y, 2 - w % 2, h, 0).and(mask);
        self.canvas.fill(&spine, ramp::BONE, 2);
    }

    fn cape(&mut self) {
        if !self.outfit.cape {
            return;
        }
        let (w, top) = (self.body.torso.0, self.torso_top());
        let long = self.body.torso.1 + self.body.leg * 2 / 3;
        let cape = match self.stance.view {
            View::Side => {
                let left = self.body.left(w);
                let fly = i32::from(self.stance.feet[0] != (0, 0)) + 1;
                self.body.shape(self.canvas, |x, y| {
                    let out = (y - top) * fly / long.max(1);
                    (top..top + long).contains(&y) && (left - out..left + w / 2).contains(&x)
                })
            }
            _ => self.rect(self.body.left(w) - 1, top, w + 2, long, 1),
        };
        let shade = if self.stance.view == View::Back { Shade::Column } else { Shade::Flat(1) };
        let join = if self.stance.view == View::Back { Join::Auto } else { Join::Bare };
        self.canvas.stamp(&cape, self.cape_ramp(), shade, join);
    }

    fn cape_ramp(&self) -> Ramp {
        if self.outfit.headgear == Headgear::Hood { self.outfit.top } else { self.outfit.trim }
    }
}
