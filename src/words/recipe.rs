//! How raws are restored: the resolved recipe. A change here never asks a backend for anything.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::words::color::Rgb;

/// A resolved recipe: every field has its value. All numbers are integers, so that keys are exact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Recipe {
    /// The frame that the game sees.
    pub size: Size,
    /// What is laid into the frame.
    pub framing: Framing,
    /// Whether a larger subject may be reduced.
    pub fit: Fit,
    /// A fixed whole-step reduction (1 to 8) for the whole set; `None`: as small a step as fits.
    pub scale: Option<u32>,
    /// Where a smaller subject stands in the frame.
    pub anchor: Anchor,
    /// Empty pixels kept free on every side of the frame.
    pub margin: u32,
    /// The colours of the result.
    pub palette: PaletteChoice,
    /// The logical grid of the raw.
    pub grid: GridChoice,
    /// How the background goes.
    pub matte: Matte,
    /// Background-coloured regions inside the subject.
    pub holes: Holes,
    /// Outline drawn round or in the subject.
    pub outline: Outline,
    /// Clean-up steps.
    pub cleanup: Cleanup,
    /// Dither when a palette is mapped.
    pub dither: Dither,
    /// Thresholds by gate.
    pub gates: BTreeMap<Gate, i64>,
}

/// The frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Size {
    /// The picture as it was found, not fitted.
    Found,
    /// Width and height in logical pixels, 1 to 1024 each.
    Frame([u32; 2]),
}

/// What is fitted into the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Framing {
    /// The box of the subject, padded and anchored.
    Subject,
    /// A texture: cut where it joins best with itself.
    Tile,
    /// A whole picture (scene, portrait): reduced by floor(cells / size), cropped centred.
    Crop,
}

/// What happens to a subject larger than the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fit {
    /// It is reduced by the smallest whole step that fits, at most 8.
    Reduce,
    /// It fails the gate `fit`.
    Exact,
}

/// Where a smaller subject stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Anchor {
    /// Centred across, standing on the frame's lower edge (less the margin).
    Bottom,
    /// Centred both ways.
    Center,
    /// Centred across, hanging from the upper edge.
    Top,
}

/// Which colours the result may have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PaletteChoice {
    /// As many as are truly there.
    Auto,
    /// At most so many (1 to 256), chosen from the picture.
    Colors(u32),
    /// These, in this order (1 to 256); nearest in OKLab, ties by index.
    Given(Vec<Rgb>),
}

/// Where the logical grid comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum GridChoice {
    /// Found in the raw.
    Auto,
    /// So many cells across and down.
    Cells([u32; 2]),
    /// Cells of this width and height in thousandths of a raw pixel, phase found.
    Pitch([u32; 2]),
}

/// How the background goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Matte {
    /// The border's colour, if the border agrees on one.
    Auto,
    /// It stays: the picture is opaque.
    None,
}

/// What becomes of background-coloured regions that the subject encloses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Holes {
    /// Those larger than four cells are cut out; where the background is a vivid key colour, all are.
    Auto,
    /// All stay.
    Keep,
    /// All are cut out.
    Cut,
}

/// An outline, in the darkest colour of the palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outline {
    /// As drawn.
    None,
    /// One pixel round the subject.
    Outer,
    /// The subject's own outermost pixels.
    Inner,
    /// As `Inner`, each pixel in the next darker colour of the palette.
    Selective,
}

/// Optional clean-up steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Cleanup {
    /// Single pixels that no neighbour shares the colour of take their neighbours' colour.
    pub orphans: bool,
    /// Single-pixel corners of a line's staircase are taken off.
    pub jaggies: bool,
    /// Opaque specks of at most two pixels apart from the subject go.
    pub dust: bool,
}

/// Dither for a given palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Dither {
    /// Nearest colour.
    None,
    /// A 4x4 Bayer matrix.
    Ordered,
}

/// A figure that can fail a candidate or a group; [`crate::process::gate`] tells how each is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gate {
    /// Confidence in the grid, 0 to 1000; fails below.
    Grid,
    /// Number of colours before a palette is mapped; fails above.
    Colors,
    /// Opaque share of the frame, 0 to 1000; fails below.
    Coverage,
    /// Share of the raw's border that the subject touches, 0 to 1000; fails above (a subject that is cut off).
    Border,
    /// Share of opaque pixels without a like neighbour, 0 to 1000; fails above.
    Orphans,
    /// Mean distance of the restored picture from the raw's cells, in thousandths of OKLab; fails above.
    Residue,
    /// Whole-step reduction; fails above.
    Reduced,
    /// Largest distance of a frame's feet from the group's baseline, in pixels; fails above.
    Baseline,
    /// Share of pixels that change for one frame only, 0 to 1000; fails above.
    Flicker,
    /// Step across the wrapped edge relative to inner steps, in per mille; fails above (textures).
    Seam,
}

impl Gate {
    /// All gates, in the order in which failures are listed.
    pub const ALL: [Self; 10] = [
        Self::Grid,
        Self::Colors,
        Self::Coverage,
        Self::Border,
        Self::Orphans,
        Self::Residue,
        Self::Reduced,
        Self::Baseline,
        Self::Flicker,
        Self::Seam,
    ];

    /// The word in the manifest, in verdicts and in figures.
    pub fn word(self) -> &'static str {
        match self {
            Self::Grid => "grid",
            Self::Colors => "colors",
            Self::Coverage => "coverage",
            Self::Border => "border",
            Self::Orphans => "orphans",
            Self::Residue => "residue",
            Self::Reduced => "reduced",
            Self::Baseline => "baseline",
            Self::Flicker => "flicker",
            Self::Seam => "seam",
        }
    }

    /// Whether the threshold is a minimum.
    pub fn is_minimum(self) -> bool {
        matches!(self, Self::Grid | Self::Coverage)
    }
}
