//! The order in which frames are shown, for formats that only know forwards.

use crate::words::timing::Playback;

/// The frames' numbers in the order of one round: there and back shows neither end twice.
pub fn order(frames: usize, playback: Playback) -> Vec<usize> {
    match playback {
        Playback::Forward => (0..frames).collect(),
        Playback::Reverse => (0..frames).rev().collect(),
        Playback::Pingpong => (0..frames).chain((1..frames.saturating_sub(1)).rev()).collect(),
    }
}
