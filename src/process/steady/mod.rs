//! Steadying: what a model cannot hold over the frames of an animation is put right. Frames are registered by whole
//! pixels, their tint is taken out, and pixels that no motion explains follow their neighbours in time.
//!
//! What holds still already is left as it is, to the byte, and so are motions: a curve up and down, a lunge, a bob.

mod flicker;
mod motion;
mod registration;
mod snapped;
mod tint;
mod track;

pub(super) use flicker::{Unsteady, unsteady};
pub(super) use registration::{body_shifts, registered};
pub(super) use snapped::snapped;
pub(super) use tint::levelled;

/// What was repaired in a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Repairs {
    /// Frames that were moved.
    pub moved: usize,
    /// Frames whose tint was taken out.
    pub tinted: usize,
    /// Pixels that follow their neighbours in time.
    pub snapped: usize,
}

impl Repairs {
    /// The metrics of those that there are.
    pub(super) fn metrics(self) -> impl Iterator<Item = (&'static str, i64)> {
        let all = [("moved", self.moved), ("tinted", self.tinted), ("snapped", self.snapped)];
        all.into_iter().filter(|(_, count)| *count > 0).map(|(name, count)| (name, count as i64))
    }
}
