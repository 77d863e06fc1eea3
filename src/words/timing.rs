//! How an animation plays.

/// How an animation plays.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Timing {
    /// The name of its tag (`walk`).
    pub tag: String,
    /// Milliseconds of every frame.
    pub durations: Vec<u32>,
    /// The order of the frames.
    pub playback: Playback,
    /// Whether it loops.
    pub repeat: bool,
}

/// The order in which frames are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Playback {
    /// First to last.
    Forward,
    /// Last to first.
    Reverse,
    /// First to last and back.
    Pingpong,
}

impl Playback {
    /// The numbers of the frames in one round, for formats that only know forwards: ping-pong shows neither end twice.
    pub fn order(self, frames: usize) -> Vec<usize> {
        match self {
            Self::Forward => (0..frames).collect(),
            Self::Reverse => (0..frames).rev().collect(),
            Self::Pingpong => (0..frames).chain((1..frames.saturating_sub(1)).rev()).collect(),
        }
    }
}
