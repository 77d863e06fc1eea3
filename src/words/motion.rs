//! How a sprite that stands still moves: whole pixels, inside parts that are given or found.

use serde::Serialize;

/// The metric of frames that were made from one sprite. Other groups do not have it.
pub const STILL: &str = "still";

/// The movements of an animation that is made from one sprite; they play at the same time. Its first frame is the sprite.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Motion {
    /// How many frames one round has.
    pub frames: u32,
    /// The upper part sinks onto the lower one and rises.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub breathe: Option<Breathe>,
    /// The eyes close.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blink: Option<Blink>,
    /// Parts that swing from where they are attached, in the order in which they are drawn.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sway: Vec<Sway>,
    /// The whole subject goes up and down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bob: Option<Bob>,
}

/// Breathing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Breathe {
    /// By how many rows the upper part sinks.
    pub by: u32,
    /// How often in one round.
    pub times: u32,
    /// The row, counted from the top of the frame, at which the lower part begins; found if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waist: Option<u32>,
}

/// Blinking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Blink {
    /// The eyes.
    pub at: Region,
    /// How many eyes are seen where they are looked for.
    pub eyes: Eyes,
    /// The frames, counted from 0, on which they close.
    pub on: Vec<u32>,
    /// For how many frames they are closed.
    pub lasts: u32,
}

/// How many eyes a sprite shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Eyes {
    /// Two, side by side.
    Pair,
    /// One, if there are not two: the figure is seen from its side.
    Side,
}

/// A part that swings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sway {
    /// The part.
    pub mask: Region,
    /// By how many pixels its loose end swings to either side.
    pub by: u32,
    /// How often in one round.
    pub times: u32,
    /// The side on which it is attached; found if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Side>,
}

/// Going up and down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Bob {
    /// By how many rows it rises, or sinks where the number is negative.
    pub by: i32,
    /// How often in one round.
    pub times: u32,
}

/// Pixels of the sprite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Region {
    /// They are looked for.
    Found,
    /// Rectangles: left, top, width and height in pixels of the sprite.
    Rectangles(Vec<[u32; 4]>),
    /// What is white, or opaque where all is of one colour, in an image of the sprite's size; its path in the project.
    Mask(String),
}

impl Region {
    /// The path of its mask.
    pub fn mask(&self) -> Option<&str> {
        if let Self::Mask(path) = self { Some(path) } else { None }
    }
}

/// A side of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The upper one: hair, a cape.
    Top,
    /// The right one.
    Right,
    /// The lower one: a plume, a flame.
    Bottom,
    /// The left one: a flag on its pole.
    Left,
}

impl Side {
    /// All sides.
    pub const ALL: [Self; 4] = [Self::Top, Self::Right, Self::Bottom, Self::Left];

    /// The word in the manifest.
    pub fn word(self) -> &'static str {
        match self {
            Self::Top => "top",
            Self::Right => "right",
            Self::Bottom => "bottom",
            Self::Left => "left",
        }
    }
}

impl Motion {
    /// The paths of its masks: that of the eyes, then those of what sways.
    pub fn masks(&self) -> impl Iterator<Item = &str> {
        let regions = self.blink.iter().map(|blink| &blink.at).chain(self.sway.iter().map(|sway| &sway.mask));
        regions.filter_map(Region::mask)
    }
}

/// How far something has gone that goes `by` pixels there and back within `round` frames, in this one: slow at both ends,
/// and 0 in the first frame.
pub fn there_and_back(by: u32, at: u32, round: u32) -> u32 {
    let round = u64::from(round.max(1));
    let at = u64::from(at) % round;
    // From 0 to `round` and back: 3 t^2 - 2 t^3, in whole numbers.
    let t = 2 * at.min(round - at);
    let eased = t * t * (3 * round - 2 * t);
    ((2 * u64::from(by) * eased + round.pow(3)) / (2 * round.pow(3))) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_there_and_back_is_slow_at_both_ends() {
        let round = |by, frames: u32| (0..=frames).map(|at| there_and_back(by, at, frames)).collect::<Vec<_>>();
        assert_eq!(round(1, 4), [0, 1, 1, 1, 0]);
        assert_eq!(round(1, 8), [0, 0, 1, 1, 1, 1, 1, 0, 0]);
        assert_eq!(round(2, 12), [0, 0, 1, 1, 1, 2, 2, 2, 1, 1, 1, 0, 0]);
        assert_eq!(round(1, 1), [0, 0]);
    }
}
