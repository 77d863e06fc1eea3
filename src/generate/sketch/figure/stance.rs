//! What a figure does in one frame: legs, arms, weapon and bob, in cells.

use crate::generate::sketch::figure::body::Body;
use crate::words::ask::Pose;

/// A quarter of a sine wave in 64 steps, scaled to 256.
const SINE: [i32; 65] = [
    0, 6, 13, 19, 25, 31, 38, 44, 50, 56, 62, 68, 74, 80, 86, 92, 98, 104, 109, 115, 121, 126, 132, 137, 142, 147, 152,
    157, 162, 167, 172, 177, 181, 185, 190, 194, 198, 202, 206, 209, 213, 216, 220, 223, 226, 229, 231, 234, 237, 239,
    241, 243, 245, 247, 248, 250, 251, 252, 253, 254, 255, 255, 256, 256, 256,
];

/// The sine of an angle (256 is a full turn), scaled to 256.
pub(crate) fn sine(angle: i32) -> i32 {
    let angle = angle.rem_euclid(256);
    let quarter = (angle % 128).min(128 - angle % 128);
    let value = SINE[quarter as usize];
    if angle < 128 { value } else { -value }
}

/// The cosine of an angle (256 is a full turn), scaled to 256.
pub(crate) fn cosine(angle: i32) -> i32 {
    sine(angle + 64)
}

/// From where a figure is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum View {
    Front,
    Side,
    Back,
}

/// One frame's posture. Pairs are the figure's own right and left.
#[derive(Clone, Debug)]
pub(crate) struct Stance {
    /// From where it is seen.
    pub view: View,
    /// A side view that looks to the left.
    pub west: bool,
    /// A front or back view that looks half aside.
    pub turned: bool,
    /// How far body and head sink.
    pub sink: i32,
    /// How far the body leans forward; backward is negative.
    pub lean: i32,
    /// Forward reach and height above ground of the feet.
    pub feet: [(i32, i32); 2],
    /// Forward reach and lift of the hands.
    pub hands: [(i32, i32); 2],
    /// The weapon's angle: 0 points ahead, 64 up, 128 back.
    pub weapon: i32,
    /// The eyes are shut.
    pub blink: bool,
}

impl Stance {
    /// The posture of a frame.
    pub(crate) fn of(pose: &Pose, body: &Body) -> Self {
        let facing = pose.facing.as_deref().unwrap_or("s");
        let view = match facing {
            "n" | "ne" | "nw" => View::Back,
            "e" | "w" => View::Side,
            _ => View::Front,
        };
        let stance = Self {
            view,
            west: facing.ends_with('w'),
            turned: facing.len() == 2,
            sink: 0,
            lean: 0,
            feet: [(0, 0); 2],
            hands: [(0, 0); 2],
            weapon: 64,
            blink: false,
        };
        let frames = pose.frames.clamp(1, 4096) as i32;
        let frame = pose.frame.min(4095) as i32 % frames;
        let action = pose.action.as_deref().unwrap_or("").to_lowercase();
        match action.as_str() {
            "" => stance,
            "walk" | "run" | "move" | "climb" => stance.walk(frame * 256 / frames, action == "run", body),
            "attack" | "cast" | "shoot" | "slash" | "strike" => stance.attack(progress(frame, frames), body),
            "hurt" | "hit" | "damage" => stance.hurt(progress(frame, frames)),
            _ => stance.idle(frame * 256 / frames),
        }
    }

    /// Contact, passing, contact, passing: one foot is always on the ground, and the body sinks at contact.
    fn walk(mut self, phase: i32, fast: bool, body: &Body) -> Self {
        let reach = if fast { body.leg * 9 / 10 } else { body.leg * 7 / 10 }.max(1);
        let lift = (body.leg / 3).max(1);
        for (i, foot) in self.feet.iter_mut().enumerate() {
            let phase = phase + 128 * i as i32;
            *foot = (round(cosine(phase) * reach), round((-sine(phase)).max(0) * lift));
        }
        self.sink = i32::from(cosine(phase).abs() > 180);
        let swing = body.limb.max(1).min(body.torso.1 / 2);
        self.hands = [(round(-cosine(phase) * swing), 0), (round(cosine(phase) * swing), 0)];
        self.lean = i32::from(fast && self.view == View::Side);
        self
    }

    fn idle(mut self, phase: i32) -> Self {
        self.sink = i32::from(sine(phase - 32) > 90);
        self
    }

    /// The weapon goes back, comes down and swings through.
    fn attack(mut self, progress: i32, body: &Body) -> Self {
        let key = |from: i32, to: i32, start: i32, end: i32| from + (to - from) * (progress - start) / (end - start);
        self.weapon = match progress {
            ..=64 => key(64, 112, 0, 64),
            65..=160 => key(112, -16, 64, 160),
            _ => key(-16, -40, 160, 256),
        };
        let struck = progress > 100;
        let back = progress.min(64);
        self.hands[0] = if struck {
            (body.limb + 1, body.torso.1 / 4)
        } else {
            (-body.limb * back / 64, body.torso.1 * back / 192)
        };
        self.sink = i32::from(struck);
        self.lean = if struck { 1 } else { -i32::from(progress > 0) };
        let step = (body.leg / 2).max(1);
        self.feet = if struck { [(step, 0), (-step, 0)] } else { [(0, 0), (0, 0)] };
        self
    }

    fn hurt(mut self, progress: i32) -> Self {
        let strength = 256 - progress;
        self.blink = strength > 40;
        self.lean = if strength > 128 { -2 } else { -i32::from(strength > 40) };
        self.sink = i32::from(strength > 90);
        self.hands = [(-self.lean, 1), (-self.lean, 1)];
        self
    }
}

fn progress(frame: i32, frames: i32) -> i32 {
    if frames > 1 { frame * 256 / (frames - 1) } else { 0 }
}

/// A product with a sine, rounded to whole cells, the same for both signs.
fn round(value: i32) -> i32 {
    value.signum() * ((value.abs() + 128) / 256)
}
