//! Things: one function each, on a paper of 480 by 480 units.

mod arms;
mod boxes;
mod vessels;

use crate::generate::sketch::canvas::Canvas;
use crate::generate::sketch::words::{Noun, Subject};
use crate::manifest::Pose;

/// What every thing is drawn from.
pub(super) struct Draft<'a> {
    pub canvas: &'a mut Canvas,
    pub subject: &'a Subject,
    /// Place in the cycle, 0 to 255; 0 for a still picture.
    pub phase: i32,
    /// Facing, if any: `s`, `e` ..
    pub facing: &'a str,
    /// What the action is called.
    pub action: &'a str,
    /// Small details of single pictures.
    pub detail: u64,
}

/// Draws a thing, or a labelled crate for what nobody knows.
pub(crate) fn draw(canvas: &mut Canvas, subject: &Subject, noun: Option<Noun>, pose: &Pose, detail: u64) {
    let frames = pose.frames.clamp(1, 4096);
    let mut draft = Draft {
        canvas,
        subject,
        phase: ((pose.frame.min(4095) % frames) * 256 / frames) as i32,
        facing: pose.facing.as_deref().unwrap_or("s"),
        action: pose.action.as_deref().unwrap_or(""),
        detail,
    };
    match noun {
        Some(Noun::Potion) => vessels::potion(&mut draft),
        Some(Noun::Sword) => arms::sword(&mut draft),
        _ => boxes::unknown(&mut draft),
    }
}
