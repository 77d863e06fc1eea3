//! An image as the screen has it: frames of equal size, and how they play.

use std::time::Duration;

use image::RgbaImage;
use image::imageops;

use crate::words::digest::Digest;
use crate::words::timing::Timing;

/// Frames of equal size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Art {
    frames: Vec<RgbaImage>,
    digest: Digest,
    /// The number of each frame of a round, and when it ends; empty for what does not move.
    round: Vec<(usize, Duration)>,
    repeats: bool,
}

impl Art {
    /// One image.
    pub fn still(image: RgbaImage) -> Self {
        let digest = Digest::of(image.as_raw());
        Self { frames: vec![image], digest, round: Vec::new(), repeats: false }
    }

    /// Frames that lie side by side.
    pub fn strip(whole: &RgbaImage, count: usize, timing: Option<&Timing>) -> Option<Self> {
        let count = u32::try_from(count).ok().filter(|count| *count > 0)?;
        let (width, height) = (whole.width() / count, whole.height());
        if width == 0 || height == 0 {
            return None;
        }
        let frame = |at: u32| imageops::crop_imm(whole, at * width, 0, width, height).to_image();
        let frames: Vec<RgbaImage> = (0..count).map(frame).collect();
        let round = timing.map(|timing| ends(timing, frames.len())).unwrap_or_default();
        let repeats = timing.is_some_and(|timing| timing.repeat);
        Some(Self { frames, digest: Digest::of(whole.as_raw()), round, repeats })
    }

    /// Width and height of a frame.
    pub fn size(&self) -> [u32; 2] {
        self.frames.first().map_or([1, 1], |frame| frame.dimensions().into())
    }

    /// The frames.
    pub fn frames(&self) -> &[RgbaImage] {
        &self.frames
    }

    /// The bytes of all frames.
    pub fn bytes(&self) -> usize {
        self.frames.iter().map(|frame| frame.as_raw().len()).sum()
    }

    /// The pixels' digest.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Whether it plays.
    pub fn moves(&self) -> bool {
        self.round.len() > 1
    }

    /// The frame at a time, and when another one follows.
    pub fn at(&self, now: Duration) -> (usize, Option<Duration>) {
        let Some((_, whole)) = self.round.last().filter(|(_, end)| self.moves() && !end.is_zero()) else {
            return (0, None);
        };
        let rounds = now.as_nanos() / whole.as_nanos();
        let began = Duration::from_nanos(u64::try_from(rounds * whole.as_nanos()).unwrap_or(0));
        let into = now.saturating_sub(began);
        let (frame, end) = self.round.iter().find(|(_, end)| into < *end).copied().unwrap_or((0, *whole));
        (frame, Some(began + end))
    }
}

fn ends(timing: &Timing, frames: usize) -> Vec<(usize, Duration)> {
    let mut end = Duration::ZERO;
    let round = timing.round(frames).into_iter();
    round
        .map(|frame| {
            end += Duration::from_millis(timing.durations.get(frame).copied().unwrap_or(100).into());
            (frame, end)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::words::timing::Playback;

    #[test]
    fn frames_last_as_long_as_they_say() {
        let timing = Timing {
            tag: "walk".to_owned(),
            durations: vec![100, 50],
            playback: Playback::Forward,
            repeat: true,
            events: BTreeMap::new(),
        };
        let art = Art::strip(&RgbaImage::new(8, 4), 2, Some(&timing)).unwrap();
        let at = |ms| art.at(Duration::from_millis(ms));
        assert_eq!(at(0), (0, Some(Duration::from_millis(100))));
        assert_eq!(at(100), (1, Some(Duration::from_millis(150))));
        assert_eq!(at(160), (0, Some(Duration::from_millis(250))));
        assert_eq!((art.size(), Art::still(RgbaImage::new(3, 2)).at(Duration::ZERO)), ([4, 4], (0, None)));
        assert!(Art::strip(&RgbaImage::new(1, 4), 2, None).is_none());
    }
}
