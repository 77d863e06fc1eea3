//! How an animation plays.

use std::collections::BTreeMap;

/// How an animation plays.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Timing {
    /// The name of its tag (`walk`).
    pub tag: String,
    /// Milliseconds of every frame.
    pub durations: Vec<u32>,
    /// The order of the frames.
    pub playback: Playback,
    /// Whether it loops.
    pub repeat: bool,
    /// What happens on which frames, counted from 0.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub events: BTreeMap<String, Vec<u32>>,
}

impl Timing {
    /// The numbers of the frames in the order in which one round shows them, for formats that only know forwards. A
    /// ping-pong that loops shows neither end twice; one that is played once ends where it began.
    pub fn round(&self, frames: usize) -> Vec<usize> {
        let mut order = self.playback.order(frames);
        if self.playback == Playback::Pingpong && !self.repeat && frames > 1 {
            order.push(0);
        }
        order
    }
}

/// The milliseconds of so many frames at so many a second. Their error is carried to the next, so that frames last as long
/// as they should together: 17, 17 and 16 at 60 a second.
pub fn durations_at(fps: u32, frames: usize) -> Vec<u32> {
    let end = |frame: usize| (1000 * frame as u64).div_ceil(fps.max(1).into());
    (0..frames).map(|frame| (end(frame + 1) - end(frame)) as u32).collect()
}

/// The order in which frames are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
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
    /// The numbers of the frames in one round of a loop: ping-pong shows neither end twice.
    pub fn order(self, frames: usize) -> Vec<usize> {
        match self {
            Self::Forward => (0..frames).collect(),
            Self::Reverse => (0..frames).rev().collect(),
            Self::Pingpong => (0..frames).chain((1..frames.saturating_sub(1)).rev()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_that_is_played_once_ends_where_it_began() {
        let timing = |playback, repeat| Timing {
            tag: String::new(),
            durations: vec![],
            playback,
            repeat,
            events: BTreeMap::new(),
        };
        let round = |repeat, frames| timing(Playback::Pingpong, repeat).round(frames);
        assert_eq!((round(true, 3), round(false, 3)), (vec![0, 1, 2, 1], vec![0, 1, 2, 1, 0]));
        assert_eq!((round(false, 1), round(true, 2), round(false, 2)), (vec![0], vec![0, 1], vec![0, 1, 0]));
        assert_eq!(timing(Playback::Reverse, false).round(2), [1, 0]);
    }

    #[test]
    fn the_error_of_a_frame_rate_is_carried() {
        assert_eq!(durations_at(60, 4), [17, 17, 16, 17]);
        assert_eq!(durations_at(10, 2), [100, 100]);
    }
}
