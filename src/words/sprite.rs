//! The result of restoring a group of raws: true pixel art, and metrics of how well it went.

use std::borrow::Cow;
use std::collections::BTreeMap;

use image::RgbaImage;
use serde::{Deserialize, Serialize};

use crate::words::color::Rgb;

/// The restored images of one group, in slot order, with the parameters they share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sprites {
    /// Images of equal size, one pixel per logical cell; alpha is 0 or 255 unless the recipe keeps
    /// it, and a transparent pixel is `[0, 0, 0, 0]`.
    pub frames: Vec<RgbaImage>,
    /// Grid, palette and metrics, the same for all frames.
    pub found: Restoration,
}

/// Grid, palette and metrics of a restored group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Restoration {
    /// Columns and rows of logical cells on the raw.
    pub grid: [u32; 2],
    /// Mean width and height of a cell, in thousandths of a raw pixel.
    pub pitch: [u32; 2],
    /// The colours that the frames use: in the order of the given palette, otherwise sorted by lightness, then by
    /// value.
    pub palette: Vec<Rgb>,
    /// Cells per sprite pixel along each axis, 1 to 8, rounded up; 1 means no reduction, 0 that the images were taken as they
    /// are and have no scale that others could share.
    pub reduced: u32,
    /// The same in thousandths, where it is no whole number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fraction: Option<u32>,
    /// The row of the frame, counted from the top, on which the subject stands: one below its lowest pixel.
    pub baseline: u32,
    /// Half-transparent cells of the raws that became opaque or transparent.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub cut_alpha: u32,
    /// Metrics by name.
    #[serde(rename = "figures")]
    pub metrics: Metrics,
}

impl Restoration {
    /// Cells per sprite pixel along each axis, in thousandths.
    pub fn factor(&self) -> u32 {
        self.fraction.unwrap_or(1000 * self.reduced)
    }
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// Integer metrics of a restored group by name; [`crate::process::gate`] documents each with its range.
pub type Metrics = BTreeMap<String, i64>;

impl Sprites {
    /// Without frames that are shown with the ones before.
    pub fn without(&self, merged: &[u32]) -> Cow<'_, Self> {
        if merged.is_empty() {
            return Cow::Borrowed(self);
        }
        let kept = (0..).zip(&self.frames).filter(|(number, _)| !merged.contains(number));
        Cow::Owned(Self { frames: kept.map(|(_, frame)| frame.clone()).collect(), found: self.found.clone() })
    }
}

/// A gate that failed, as data: [`Verdict`] has the same as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct GateFailure {
    /// The metric.
    pub metric: &'static str,
    /// Its value.
    pub value: i64,
    /// The threshold of the recipe.
    pub threshold: i64,
    /// Whether the threshold is a minimum.
    pub minimum: bool,
}

impl std::fmt::Display for GateFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { metric, value, threshold, minimum } = self;
        write!(f, "{metric} {value} {} {threshold}", if *minimum { '<' } else { '>' })
    }
}

/// How the verdict on a frame begins that fails among the others.
const AMONG: &str = "among its frames: ";

/// The result of checking a candidate or a group against the gates of its recipe.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Verdict {
    /// No gate failed.
    Pass,
    /// The gates that failed, such as `grid 412 < 600`, joined by `, `.
    Fail(String),
}

impl Verdict {
    /// The verdict of these failures.
    pub fn of(failures: &[GateFailure]) -> Self {
        if failures.is_empty() {
            return Self::Pass;
        }
        Self::Fail(failures.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
    }

    /// The verdict on a candidate that passes alone and not among the other frames of its group.
    pub fn among_frames(why: &str) -> Self {
        Self::Fail(format!("{AMONG}{why}"))
    }

    /// Whether the candidate fails among the other frames of its group only.
    pub fn is_among_frames(&self) -> bool {
        matches!(self, Self::Fail(text) if text.starts_with(AMONG))
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factor_that_is_whole_needs_no_fraction() {
        let read = |found: &Restoration| {
            let json = serde_json::to_string(found).unwrap();
            (serde_json::from_str::<Restoration>(&json).unwrap().factor(), json.contains("fraction"))
        };
        assert_eq!(read(&Restoration { reduced: 2, ..Restoration::default() }), (2000, false));
        assert_eq!(read(&Restoration { reduced: 2, fraction: Some(1188), ..Restoration::default() }), (1188, true));
    }
}
