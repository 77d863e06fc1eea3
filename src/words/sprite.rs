//! What restoration makes of a group of raws: true pixel art and the figures that tell how it went.

use std::collections::BTreeMap;

use image::RgbaImage;
use serde::{Deserialize, Serialize};

use crate::words::color::Rgb;

/// The restored pictures of one group, in slot order, and what was found on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sprites {
    /// Logical pictures of equal size; alpha is 0 or 255, and a pixel of alpha 0 is `[0, 0, 0, 0]`.
    pub frames: Vec<RgbaImage>,
    /// What was found, the same for all frames.
    pub found: Found,
}

/// Grid, palette and figures of a restored group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Logical cells across and down on the raw.
    pub grid: [u32; 2],
    /// Width and height of a cell in thousandths of a raw pixel.
    pub pitch: [u32; 2],
    /// The colours of the frames: in the order of the given palette, else by lightness, ties by value.
    pub palette: Vec<Rgb>,
    /// The whole-step reduction from found cells to pixels of the sprite; 1 = none.
    pub reduced: u32,
    /// The row of the frame, from its top, on which the subject stands (one past its lowest pixel).
    pub baseline: u32,
    /// Gate figures by name, sorted.
    pub figures: Figures,
}

/// Integer figures of a restored group by name; [`crate::process::gate`] documents each with its range.
pub type Figures = BTreeMap<String, i64>;

/// What the gates said of a candidate or a group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Verdict {
    /// No gate failed.
    Pass,
    /// The gates that failed, such as `grid 412 < 600`, joined by `, `.
    Fail(String),
}

impl Verdict {
    /// Whether no gate failed.
    pub fn passes(&self) -> bool {
        *self == Self::Pass
    }
}

impl From<String> for Verdict {
    fn from(text: String) -> Self {
        if text == "pass" { Self::Pass } else { Self::Fail(text) }
    }
}

impl From<Verdict> for String {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Pass => "pass".to_owned(),
            Verdict::Fail(text) => text,
        }
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Pass => f.write_str("pass"),
            Self::Fail(text) => f.write_str(text),
        }
    }
}
