//! The recipe: how raws are restored. A change of a recipe never sends a request to a backend.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::words::color::Rgb;

/// A resolved recipe: every field has a value. All numbers are integers, so that keys are exact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Recipe {
    /// The size of the output frame.
    pub size: Size,
    /// Which part of the image goes into the frame.
    pub framing: Framing,
    /// Whether a subject larger than the frame is reduced.
    pub fit: Fit,
    /// A fixed reduction factor, 1 to 8; `None` chooses the smallest factor that fits.
    pub scale: Option<u32>,
    /// Where a subject smaller than the frame is placed.
    pub anchor: Anchor,
    /// Empty pixels on every side of the frame.
    pub margin: u32,
    /// Which colours the result may use.
    pub palette: PaletteChoice,
    /// Where the logical grid of the raw comes from.
    pub grid: GridChoice,
    /// Whether a frame that is drawn along the border is removed.
    #[serde(skip_serializing_if = "DrawnFrame::is_auto")]
    pub drawn_frame: DrawnFrame,
    /// Which background is removed.
    pub matte: Matte,
    /// Whether background-coloured regions enclosed by the subject are removed.
    pub holes: Holes,
    /// What becomes of the shadow that a subject casts on its background.
    #[serde(skip_serializing_if = "Shadow::is_kept")]
    pub shadow: Shadow,
    /// What becomes of half-transparent pixels.
    #[serde(skip_serializing_if = "Alpha::is_auto")]
    pub alpha: Alpha,
    /// The outline drawn around or into the subject.
    pub outline: Outline,
    /// Clean-up steps.
    pub cleanup: Cleanup,
    /// Dithering when colours are mapped to a palette.
    pub dither: Dither,
    /// Whether the frames of an animation are steadied.
    #[serde(skip_serializing_if = "Repair::is_auto")]
    pub repair: Repair,
    /// Thresholds by gate.
    pub gates: BTreeMap<Gate, i64>,
    /// The images are a person's own and stay as they are: no other field has an effect.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub adopted: bool,
}

impl Recipe {
    /// The recipe for images that stay as they are. It has nothing of another recipe, so that no change of one makes them
    /// anew.
    #[must_use]
    pub fn for_adopted() -> Self {
        Self {
            size: Size::Found,
            framing: Framing::Crop,
            fit: Fit::Exact,
            scale: None,
            anchor: Anchor::Bottom,
            margin: 0,
            palette: PaletteChoice::Auto,
            grid: GridChoice::Pitch([1000; 2]),
            drawn_frame: DrawnFrame::Keep,
            matte: Matte::None,
            holes: Holes::Keep,
            shadow: Shadow::Keep,
            alpha: Alpha::Keep,
            outline: Outline::None,
            cleanup: Cleanup::default(),
            dither: Dither::None,
            repair: Repair::Off,
            gates: BTreeMap::new(),
            adopted: true,
        }
    }

    /// The recipe for images that were asked for on a ground of this colour.
    #[must_use]
    pub fn on(&self, key: Rgb) -> Self {
        let matte = match self.matte {
            Matte::Auto => Matte::Expected(key),
            Matte::Key => Matte::Color(key),
            other => other,
        };
        Self { matte, ..self.clone() }
    }

    /// The recipe for raws of these sizes: what has the frame's size can stay in its place.
    #[must_use]
    pub fn placed(&self, sizes: impl IntoIterator<Item = Option<[u32; 2]>>) -> Self {
        let Size::Frame(frame) = self.size else { return self.clone() };
        let stays = self.framing == Framing::Subject && sizes.into_iter().all(|size| size == Some(frame));
        Self { framing: if stays { Framing::Placed } else { self.framing }, ..self.clone() }
    }
}

/// The size of the output frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Size {
    /// One pixel per cell of the grid, without fitting.
    Found,
    /// Width and height in logical pixels, 1 to 1024 each.
    Frame([u32; 2]),
}

/// Which part of the image is fitted into the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Framing {
    /// The bounding box of the subject, padded and anchored.
    Subject,
    /// As `Subject`, for raws that have the frame's size.
    Placed,
    /// A texture: cropped where opposite edges match best.
    Tile,
    /// A whole image (scene, portrait): reduced by floor(cells / size), then cropped around its centre.
    Crop,
}

/// What happens to a subject larger than the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fit {
    /// It is reduced so that it fills the frame, by a factor of at most 8.
    Fill,
    /// It is reduced by the smallest whole factor that fits, at most 8.
    Step,
    /// It fails the gate `fit`.
    Exact,
}

/// Where a subject smaller than the frame is placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Anchor {
    /// Horizontally centred, on the frame's lower edge (above the margin).
    Bottom,
    /// Centred along both axes.
    Center,
    /// Horizontally centred, at the frame's upper edge (below the margin).
    Top,
}

/// Which colours the result may use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PaletteChoice {
    /// The colours that restoration finds in the raw.
    Auto,
    /// At most this many (1 to 256), computed from the image.
    Colors(u32),
    /// This palette (1 to 4096 colours): each cell takes the nearest colour in OKLab, ties go to the lower index.
    Given(Vec<Rgb>),
    /// At most so many colours of a palette: those that change the picture least.
    Best {
        /// The palette, 2 to 256 colours.
        palette: Vec<Rgb>,
        /// How many of it, 1 to one less than it has.
        count: u32,
    },
}

impl PaletteChoice {
    /// At most so many colours; of a palette that is given already, so many of its colours.
    #[must_use]
    pub fn limited(self, count: u32) -> Self {
        match self {
            Self::Given(palette) | Self::Best { palette, .. } if palette.len() > count as usize => {
                Self::Best { palette, count }
            }
            Self::Given(palette) | Self::Best { palette, .. } => Self::Given(palette),
            Self::Auto | Self::Colors(_) => Self::Colors(count),
        }
    }

    /// The palette that limits the colours, if one is given.
    pub fn palette(&self) -> Option<&[Rgb]> {
        match self {
            Self::Given(palette) | Self::Best { palette, .. } => Some(palette),
            Self::Auto | Self::Colors(_) => None,
        }
    }
}

/// Where the logical grid comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum GridChoice {
    /// Detected in the raw.
    Auto,
    /// This many columns and rows.
    Cells([u32; 2]),
    /// Cells of this width and height in thousandths of a raw pixel; the phase is detected.
    Pitch([u32; 2]),
}

/// What becomes of a frame that is drawn along the whole border of an image, as round a card or a portrait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DrawnFrame {
    /// It is removed if a background lies inside it that is removed, too.
    #[default]
    Auto,
    /// It is a part of the image.
    Keep,
    /// It is cut off, whatever lies inside it.
    Remove,
}

impl DrawnFrame {
    /// Its name in the manifest and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Keep => "keep",
            Self::Remove => "remove",
        }
    }

    /// Whether the image decides.
    pub fn is_auto(&self) -> bool {
        *self == Self::Auto
    }
}

/// Which background is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Matte {
    /// It is removed if the cells along the border agree on one colour.
    Auto,
    /// It is kept: the image is opaque.
    None,
    /// It is removed if it has a vivid key colour: magenta, green or blue.
    Key,
    /// As `Auto`, but this colour was asked for: it is removed wherever it reaches the border.
    Expected(Rgb),
    /// It is removed if it has this colour.
    Color(Rgb),
}

impl Matte {
    /// A background as people write it: `auto`, `key`, `none` or a colour `#rrggbb`.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "auto" => Self::Auto,
            "key" => Self::Key,
            "none" => Self::None,
            color => Self::Color(Rgb::parse(color).filter(|_| color.starts_with('#'))?),
        })
    }
}

/// Whether background-coloured regions enclosed by the subject are removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Holes {
    /// Those that are told from parts of the subject are removed; all of them if the background is a vivid key colour.
    Auto,
    /// All are kept.
    Keep,
    /// All are removed.
    Cut,
}

/// What becomes of the shadow that a subject casts on its background: a wide, low region below it in the background's
/// colour, only darker, or in half-transparent black.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Shadow {
    /// It is a part of the subject.
    #[default]
    Keep,
    /// It gets one colour: the most frequent of its own.
    Flat,
    /// It is removed with the background.
    Remove,
}

impl Shadow {
    /// Its name in the manifest and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Flat => "flat",
            Self::Remove => "remove",
        }
    }

    /// Whether shadows stay as they are.
    pub fn is_kept(&self) -> bool {
        *self == Self::Keep
    }
}

/// What becomes of half-transparent pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Alpha {
    /// As `Keep` for finished art, which has one colour in every cell; as `Binary` for all else.
    #[default]
    Auto,
    /// Alpha from 128 on is opaque, less is transparent. Raws of a model have no other alpha than at blurred edges.
    Binary,
    /// Alpha is one of 0, 64, 128, 192, 255.
    Levels,
    /// Alpha stays as it is.
    Keep,
}

impl Alpha {
    /// Its name in the manifest and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Binary => "binary",
            Self::Levels => "levels",
            Self::Keep => "keep",
        }
    }

    /// Whether the picture decides.
    pub fn is_auto(&self) -> bool {
        *self == Self::Auto
    }
}

/// An outline in the darkest colour of the palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outline {
    /// No outline is added.
    None,
    /// One pixel wide, around the subject.
    Outer,
    /// Replaces the outermost pixels of the subject.
    Inner,
    /// As `Inner`, but each pixel takes the nearest darker colour of the palette.
    Selective,
}

/// Optional clean-up steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Cleanup {
    /// Recolours pixels that share their colour with none of their eight neighbours.
    pub orphans: bool,
    /// Removes the corner pixels of staircases in lines one pixel wide.
    pub jaggies: bool,
    /// Removes opaque specks of at most two pixels that are not connected to the subject.
    pub dust: bool,
}

/// Dithering when colours are mapped to a palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Dither {
    /// No dithering: the nearest colour.
    None,
    /// Ordered dithering with a 4x4 Bayer matrix.
    Ordered,
}

/// Whether the frames of an animation are steadied: brought to one place and one tint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Repair {
    /// Where their motion does not look drawn.
    #[default]
    Auto,
    /// As `Auto`, but sideways only: the subject jumps, falls or floats.
    Rising,
    /// They stay as they are.
    Off,
}

impl Repair {
    /// Whether nothing else is said.
    pub fn is_auto(&self) -> bool {
        *self == Self::Auto
    }

    /// How the frames of an action are steadied, by its name: what jumps, falls or floats leaves the ground.
    pub fn of_action(name: &str) -> Self {
        const STEMS: [&str; 23] = [
            "jump", "leap", "hop", "fall", "fell", "float", "hover", "levitate", "levitat", "fly", "flies", "flight",
            "flap", "glide", "glid", "soar", "swim", "climb", "bounce", "bounc", "dive", "diving", "drop",
        ];
        const ENDS: [&str; 7] = ["", "s", "ing", "d", "ed", "en", "er"];
        let name = name.to_lowercase();
        let rises = |word: &str| {
            let ends = STEMS.iter().filter_map(|stem| word.strip_prefix(stem).map(|end| (stem, end)));
            ends.into_iter().any(|(stem, end)| {
                let doubled = stem.chars().last().and_then(|last| end.strip_prefix(last)).unwrap_or(end);
                ENDS.contains(&end) || ENDS.contains(&doubled)
            })
        };
        let mut words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        if words.any(rises) { Self::Rising } else { Self::Auto }
    }

    /// Its name in keys.
    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Rising => "rising",
            Self::Off => "off",
        }
    }
}

/// A metric that can fail a candidate or a group; [`crate::process::gate`] documents how each is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gate {
    /// Confidence in the grid, 0 to 1000; fails below the threshold.
    Grid,
    /// Number of colours before mapping to a palette; fails above.
    Colors,
    /// Opaque share of the frame, 0 to 1000; fails below.
    Coverage,
    /// Share of the raw's border cells that the subject covers, 0 to 1000; fails above (the subject is cut off).
    Border,
    /// Share of opaque pixels that share their colour with no neighbour, 0 to 1000; fails above.
    Orphans,
    /// Mean colour distance between the restored image and the raw's cells, in thousandths of OKLab; fails above.
    Residue,
    /// Reduction factor, 1 to 8, rounded up; fails above.
    Reduced,
    /// Largest distance between a frame's lowest pixel and the group's baseline, in pixels; fails above.
    Baseline,
    /// Worst share of a frame's pixels that the frames beside it do not have, 0 to 1000; fails above.
    Flicker,
    /// Colour step across the wrapped edge relative to the mean inner step, in per mille; fails above (textures).
    Seam,
    /// Distance of the ground's colour from the one that was asked for, in thousandths of OKLab; fails above.
    Key,
    /// By how much more the last frame differs from the first one than any frame from the next, 0 to 1000; fails above.
    Loop,
}

impl Gate {
    /// All gates, in the order in which failures are listed.
    pub const ALL: [Self; 12] = [
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
        Self::Key,
        Self::Loop,
    ];

    /// The gates of what only several frames have.
    pub const OF_FRAMES: [Self; 3] = [Self::Baseline, Self::Flicker, Self::Loop];

    /// Its name in the manifest, in verdicts and among the metrics.
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
            Self::Key => "key",
            Self::Loop => "loop",
        }
    }

    /// The largest value that it measures, and the unit.
    pub fn range(self) -> (i64, &'static str) {
        match self {
            Self::Grid | Self::Coverage | Self::Border | Self::Orphans | Self::Flicker | Self::Loop => {
                (1000, "per mille")
            }
            Self::Residue | Self::Key => (1000, "thousandths of OKLab"),
            Self::Colors => (256, "colours"),
            Self::Reduced => (8, "cells per pixel"),
            Self::Baseline => (1024, "pixels"),
            Self::Seam => (100_000, "per mille"),
        }
    }

    /// Whether the threshold is a minimum.
    pub fn is_minimum(self) -> bool {
        matches!(self, Self::Grid | Self::Coverage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_an_action_says_whether_it_leaves_the_ground() {
        for name in
            ["jump", "Jumping", "bat-fly", "ghost hover", "hopping", "fall", "float_idle", "swims", "dive", "gliding"]
        {
            assert_eq!(Repair::of_action(name), Repair::Rising, "{name}");
        }
        for name in ["walk", "hope", "idle", "attack", "division", "waterfall", "death", ""] {
            assert_eq!(Repair::of_action(name), Repair::Auto, "{name}");
        }
    }
}
