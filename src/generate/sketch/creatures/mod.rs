//! Animals and monsters without a human body: one function or one set of measures each, on a paper of 480 by 480 units.

mod crawlers;
mod flyers;
mod measures;
mod monsters;
mod quadruped;
mod swimmers;

use crate::generate::sketch::canvas::{Canvas, Join, Mask, Shade};
use crate::generate::sketch::figure::stance::sine;
use crate::generate::sketch::nouns::Species;
use crate::generate::sketch::ramp::{self, Ramp};
use crate::generate::sketch::subject::Subject;
use crate::words::ask::Pose;

/// From where a creature is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum View {
    Front,
    Side,
    Back,
}

/// A creature on its paper. What is drawn looks to the right or at the viewer; `west` mirrors it.
struct Draft<'a> {
    canvas: &'a mut Canvas,
    subject: &'a Subject,
    view: View,
    west: bool,
    /// How far a front or back view, or one from above, is turned to the right, in units; 0 for a straight look.
    turn: i32,
    /// Place in the cycle, 0 to 255; 0 for a still image.
    phase: i32,
    /// Whether legs and wings move: a walk, a run, an attack.
    moves: bool,
}

/// Draws a creature in a pose. Without a direction it is drawn from the side that tells it best.
pub(crate) fn draw(canvas: &mut Canvas, subject: &Subject, species: Species, pose: &Pose) {
    let frames = pose.frames.clamp(1, 4096);
    let facing = pose.facing.as_deref();
    let view = match facing {
        None | Some("e" | "w") => View::Side,
        Some("n" | "ne" | "nw") => View::Back,
        Some(_) => View::Front,
    };
    let turn = match facing {
        Some("e" | "w") => 96,
        Some("se" | "sw" | "ne" | "nw") => 48,
        _ => 0,
    };
    let facing = facing.unwrap_or("e");
    let mut draft = Draft {
        canvas,
        subject,
        view,
        west: facing.ends_with('w'),
        turn,
        phase: ((pose.frame.min(4095) % frames) * 256 / frames) as i32,
        moves: frames > 1 && !matches!(pose.action.as_deref().unwrap_or(""), "" | "idle"),
    };
    match measures::of(species) {
        Some(animal) => draft.quadruped(&animal),
        None => painter(species)(&mut draft),
    }
    if view != View::Side && matches!(species, Species::Beetle | Species::Scorpion | Species::Snail | Species::Worm) {
        // They have a side view only: from the front and from behind it is foreshortened.
        *draft.canvas = draft.canvas.clone().narrowed(180);
        if view == View::Back {
            let all = draft.canvas.rect(0, 0, 480, 480);
            draft.canvas.tone(&all, -1);
        }
    }
}

fn painter(species: Species) -> fn(&mut Draft) {
    match species {
        Species::Bee => flyers::bee,
        Species::Beetle => crawlers::beetle,
        Species::Bird => flyers::bird,
        Species::Butterfly => flyers::butterfly,
        Species::Chicken => flyers::chicken,
        Species::Crab => crawlers::crab,
        Species::Dragon => flyers::dragon,
        Species::Eye => monsters::eye,
        Species::Fish => swimmers::fish,
        Species::Frog => crawlers::frog,
        Species::Golem => monsters::golem,
        Species::Mimic => monsters::mimic,
        Species::Octopus => swimmers::octopus,
        Species::Owl => flyers::owl,
        Species::Plant => monsters::plant,
        Species::Scorpion => crawlers::scorpion,
        Species::Snail => crawlers::snail,
        Species::Snake => crawlers::snake,
        Species::Spider => crawlers::spider,
        Species::Turtle => crawlers::turtle,
        _ => crawlers::worm,
    }
}

impl Draft<'_> {
    /// A column, mirrored where the creature looks to the left.
    fn x(&self, x: i32) -> i32 {
        if self.west { 480 - x } else { x }
    }

    fn ellipse(&self, cx: i32, cy: i32, rx: i32, ry: i32) -> Mask {
        self.canvas.ellipse(self.x(cx), cy, rx, ry)
    }

    fn rect(&self, x0: i32, y0: i32, x1: i32, y1: i32) -> Mask {
        let (a, b) = (self.x(x0), self.x(x1));
        self.canvas.rect(a.min(b), y0, a.max(b), y1)
    }

    fn polygon(&self, points: &[(i32, i32)]) -> Mask {
        let points: Vec<_> = points.iter().map(|&(x, y)| (self.x(x), y)).collect();
        self.canvas.polygon(&points)
    }

    fn line(&self, a: (i32, i32), b: (i32, i32), width: i32) -> Mask {
        self.canvas.line((self.x(a.0), a.1), (self.x(b.0), b.1), width)
    }

    /// A thick line through several points.
    fn path(&self, points: &[(i32, i32)], width: i32) -> Mask {
        let pieces = points.windows(2).map(|pair| self.line(pair[0], pair[1], width));
        pieces.reduce(|all, piece| all.or(&piece)).unwrap_or_else(|| self.rect(0, 0, 0, 0))
    }

    fn stamp(&mut self, mask: &Mask, ramp: Ramp, shade: Shade, join: Join) {
        self.canvas.stamp(mask, ramp, shade, join);
    }

    fn fill(&mut self, mask: &Mask, ramp: Ramp, level: u8) {
        self.canvas.fill(mask, ramp, level);
    }

    /// An eye: black, with a light on images that have room for one.
    fn eye(&mut self, x: i32, y: i32, size: i32) {
        let eye = self.ellipse(x, y, size, size * 5 / 4);
        self.fill(&eye, ramp::BLACK, 0);
        let (cx, cy) = self.canvas.at(self.x(x), y);
        self.canvas.set(cx, cy, ramp::BLACK, 0);
        if self.canvas.is_large() {
            let (px, py) = self.canvas.at(self.x(x) - size / 2, y - size / 2);
            self.canvas.set(px, py, ramp::WHITE, 4);
        }
    }

    /// The two eyes of a front view, `apart` from its middle; a turned head shows them off the middle, and from behind
    /// there are none.
    fn eyes(&mut self, (x, y): (i32, i32), apart: i32, size: i32) {
        if self.view != View::Back {
            let turn = if self.view == View::Front { self.turn } else { 0 };
            self.eye(x - apart + turn, y, size);
            self.eye(x + apart + turn * 2 / 3, y, size);
        }
    }

    /// A swing of up to `reach` units, `offset` of 256 behind the cycle; 0 while nothing moves.
    fn swing(&self, offset: i32, reach: i32) -> i32 {
        if self.moves { sine(self.phase + offset) * reach / 256 } else { 0 }
    }

    /// A slow breath of up to `reach` units in any animation.
    fn breath(&self, reach: i32) -> i32 {
        sine(self.phase) * reach / 256
    }

    /// The colour that the prompt names, or the usual one.
    fn color(&self, usual: Ramp) -> Ramp {
        self.subject.color(usual)
    }
}
