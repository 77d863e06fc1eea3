//! How an animation plays.

use std::collections::BTreeMap;

/// A frame is shown for so many milliseconds at most, in every format.
const LONGEST: u32 = u16::MAX as u32;

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
    /// Whether its last frame leads back to the first one: it plays over and over, forwards, and what it shows is no end,
    /// by its name.
    pub fn is_loop(&self) -> bool {
        const ENDS: [&str; 9] = ["death", "die", "dies", "died", "dying", "dead", "defeat", "defeated", "ko"];
        let tag = self.tag.to_lowercase();
        let ends = tag.split(|c: char| !c.is_alphanumeric()).any(|word| ENDS.contains(&word));
        self.repeat && self.playback != Playback::Pingpong && !ends
    }

    /// The numbers of the frames in the order in which one round shows them, for formats that only know forwards. A
    /// ping-pong that loops shows neither end twice; one that is played once ends where it began.
    pub fn round(&self, frames: usize) -> Vec<usize> {
        let mut order = self.playback.order(frames);
        if self.playback == Playback::Pingpong && !self.repeat && frames > 1 {
            order.push(0);
        }
        order
    }

    /// The frames that can be shown with the one before, so that nothing looks or happens otherwise; `is_equal` says
    /// whether a frame, counted from 0, shows what the one before it shows.
    pub fn mergeable(&self, is_equal: impl Fn(usize) -> bool) -> Vec<u32> {
        let (mut merged, mut start, mut lasts) = (Vec::new(), 0, self.durations.first().copied().unwrap_or(0));
        for (frame, duration) in self.durations.iter().enumerate().skip(1) {
            let together = lasts.saturating_add(*duration);
            if is_equal(frame) && self.can_merge(start, frame) && together <= LONGEST {
                merged.push(frame as u32);
                lasts = together;
            } else {
                (start, lasts) = (frame, *duration);
            }
        }
        merged
    }

    /// Whether nothing begins with a frame, and it is shown as often as the one that a run of equal frames starts with.
    fn can_merge(&self, start: usize, frame: usize) -> bool {
        let is_named = |frame: usize| self.events.values().flatten().any(|at| *at as usize == frame);
        match self.playback {
            Playback::Forward => !is_named(frame),
            Playback::Reverse => !is_named(frame) && !is_named(start),
            Playback::Pingpong => {
                let is_inside = start > 0 && frame + 1 < self.durations.len();
                is_inside && !is_named(frame) && !is_named(start)
            }
        }
    }

    /// How it plays once these frames are shown with the ones before.
    pub fn without(&self, merged: &[u32]) -> Self {
        let cells = cells(self.durations.len() as u32, merged);
        let mut durations = vec![0; self.durations.len() - merged.len()];
        for (cell, duration) in cells.iter().zip(&self.durations) {
            durations[*cell as usize] += duration;
        }
        let moved = |frames: &Vec<u32>| frames.iter().filter_map(|frame| cells.get(*frame as usize).copied()).collect();
        let events = self.events.iter().map(|(name, frames)| (name.clone(), moved(frames))).collect();
        Self { durations, events, ..self.clone() }
    }
}

/// The cell of a sheet that shows each of so many frames, once these are shown with the ones before.
pub fn cells(frames: u32, merged: &[u32]) -> Vec<u32> {
    let before = |frame: u32| merged.iter().filter(|other| **other <= frame).count() as u32;
    (0..frames).map(|frame| frame - before(frame)).collect()
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
    fn equal_frames_become_one_where_nothing_is_lost() {
        let timing = |playback, durations: &[u32], event: u32| Timing {
            tag: String::new(),
            durations: durations.to_vec(),
            playback,
            repeat: true,
            events: BTreeMap::from([("step".to_owned(), vec![event])]),
        };
        let equal = |frame: usize| [1, 2, 4].contains(&frame);
        let merged = |playback, event| timing(playback, &[10, 20, 30, 40, 50], event).mergeable(equal);
        assert_eq!(merged(Playback::Forward, 3), [1, 2, 4]);
        assert_eq!(merged(Playback::Forward, 2), [1, 4]);
        assert_eq!(merged(Playback::Reverse, 3), [1, 2]);
        // The ends are shown once a round, the others twice.
        assert_eq!(merged(Playback::Pingpong, 3), [2]);
        assert_eq!(timing(Playback::Pingpong, &[10; 4], 0).mergeable(|frame| frame == 2), [2]);
        assert_eq!(timing(Playback::Forward, &[40_000; 3], 0).mergeable(|_| true), [0; 0]);
        let together = timing(Playback::Forward, &[10, 20, 30, 40, 50], 3).without(&[1, 2, 4]);
        assert_eq!((together.durations, &together.events["step"]), (vec![60, 90], &vec![1]));
        assert_eq!(cells(5, &[1, 2, 4]), [0, 0, 0, 1, 1]);
    }

    #[test]
    fn the_error_of_a_frame_rate_is_carried() {
        assert_eq!(durations_at(60, 4), [17, 17, 16, 17]);
        assert_eq!(durations_at(10, 2), [100, 100]);
    }
}
