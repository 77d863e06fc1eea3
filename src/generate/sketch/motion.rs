//! Actions that move the whole of any drawing: a jump, a fall, a blow that is given or taken.

use crate::generate::sketch::canvas::Canvas;
use crate::generate::sketch::figure::stance::sine;
use crate::generate::sketch::nouns::Noun;
use crate::words::ask::Pose;

/// The actions that it has a drawing of; each has further names.
pub const ACTIONS: [&str; 8] = ["idle", "walk", "run", "jump", "attack", "cast", "hurt", "death"];

/// Whether a figure or a creature has a drawing of an action, or it is one of these further ones.
pub(super) fn is_action(action: &str, further: &[&str]) -> bool {
    const OTHERS: [&str; 15] = [
        "", "move", "climb", "leap", "hop", "die", "dead", "dying", "faint", "knockout", "strike", "shoot", "slash",
        "hit", "damage",
    ];
    ACTIONS.contains(&action) || OTHERS.contains(&action) || further.contains(&action)
}

/// How the drawing of one frame moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Move {
    Stay,
    Jump,
    Death,
    Attack,
    Hurt,
}

/// What an action does to a drawing, in one frame of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Motion {
    movement: Move,
    body: Body,
    /// 0 at the first frame, 256 at the last.
    progress: i32,
    /// It looks half aside and has no view of its own for that.
    turned: bool,
    /// 1 if it looks to the right or at the viewer, else -1.
    ahead: i32,
}

/// What kind of body moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Body {
    Figure,
    /// Legs or wings that point up when it is dead.
    Creature,
    Soft,
}

impl Motion {
    /// The motion of a frame.
    pub(super) fn of(pose: &Pose, noun: Option<Noun>) -> Self {
        let body = match noun {
            Some(Noun::Figure(_)) => Body::Figure,
            Some(Noun::Creature(_) | Noun::Bat) => Body::Creature,
            _ => Body::Soft,
        };
        let action = pose.action.as_deref().unwrap_or("").to_lowercase();
        let movement = match action.as_str() {
            "jump" | "leap" | "hop" => Move::Jump,
            "death" | "die" | "dead" | "dying" | "faint" | "knockout" => Move::Death,
            // A figure has a posture of its own for these.
            "attack" | "bite" | "strike" | "cast" | "shoot" | "slash" if body != Body::Figure => Move::Attack,
            "hurt" | "hit" | "damage" if body != Body::Figure => Move::Hurt,
            _ => Move::Stay,
        };
        let last = pose.frames.clamp(1, 4096) - 1;
        let progress = (pose.frame.min(last) * 256).checked_div(last).unwrap_or(256) as i32;
        let turned = body != Body::Figure && pose.facing.as_deref().is_some_and(|facing| facing.len() == 2);
        let west = pose.facing.as_deref().is_some_and(|facing| facing.ends_with('w'));
        Self { movement, body, progress, turned, ahead: if west { -1 } else { 1 } }
    }

    /// The posture to draw before the whole is moved.
    pub(super) fn posture(&self, pose: &Pose) -> Pose {
        let (action, frame) = match self.movement {
            Move::Death if self.body == Body::Figure => ("hurt", 0),
            Move::Jump | Move::Death => ("", 0),
            _ => return pose.clone(),
        };
        Pose { action: Some(action.to_owned()), frame, ..pose.clone() }
    }

    /// Paper with the room that the motion takes.
    pub(super) fn paper(&self, w: i32, h: i32) -> Canvas {
        let canvas = Canvas::cut_out(w, h);
        if self.movement == Move::Jump { canvas.with_room_above(room(h)) } else { canvas }
    }

    /// Moves the drawing.
    pub(super) fn apply(&self, canvas: Canvas) -> Canvas {
        let canvas = if self.turned { canvas.leaning(self.ahead * 28) } else { canvas };
        match self.movement {
            Move::Stay => canvas,
            Move::Jump => self.jump(canvas),
            Move::Death => self.death(canvas),
            Move::Attack => canvas.leaning(self.ahead * sine(self.progress / 2) * 90 / 256),
            Move::Hurt => canvas.leaning(-self.ahead * (256 - self.progress) * 70 / 256),
        }
    }

    /// Moves a glyph: it has no legs of its own, so that a walk and a breath press it down by a row and let it go.
    pub(super) fn apply_to_tiny(&self, canvas: Canvas, pose: &Pose) -> Canvas {
        let beats = if matches!(pose.action.as_deref().unwrap_or(""), "" | "idle") { 2 } else { 4 };
        let breathes = pose.frames > 1 && self.movement == Move::Stay;
        let down = breathes && (pose.frame % pose.frames * beats / pose.frames) % 2 == 1;
        if down { canvas.flattened(232) } else { self.apply(canvas) }
    }

    /// Down, up and down again; the first and the last frame crouch.
    fn jump(&self, canvas: Canvas) -> Canvas {
        if self.progress <= 24 || self.progress >= 232 {
            return canvas.flattened(216);
        }
        let rise = sine((self.progress - 24) * 128 / 208) * room(canvas.h) / 256;
        canvas.raised(rise)
    }

    /// A figure falls on its back; what has legs turns them up; everything else sinks down.
    fn death(&self, canvas: Canvas) -> Canvas {
        let back = -self.ahead;
        match (self.body, self.progress) {
            (Body::Figure, 220..) => canvas.fallen(back),
            (Body::Creature, 220..) => canvas.upside_down(),
            (_, progress @ ..64) => canvas.leaning(back * (24 + progress)),
            (Body::Figure, progress @ ..140) => canvas.leaning(back * (48 + progress * 3 / 4)),
            (Body::Figure, progress) => canvas.flattened(290 - progress * 3 / 4).leaning(back * (50 + progress)),
            (Body::Creature, progress) => canvas.flattened(256 - progress * 9 / 16),
            (Body::Soft, progress) => canvas.flattened(256 - progress * 180 / 256),
        }
    }
}

/// Rows that a jump takes.
fn room(h: i32) -> i32 {
    (h / 5).max(1)
}
