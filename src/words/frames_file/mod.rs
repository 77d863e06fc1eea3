//! Files with several frames: Aseprite's own (`.aseprite`, `.ase`), animated GIF and APNG.
//!
//! [`outline`] says what is in a file without decoding a pixel; [`frames`] decodes. What a file announces is checked
//! against the limits first, and invalid files yield an error, never a panic.

mod apng;
mod aseprite;
mod bytes;
mod gif;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::RgbaImage;

use super::diagnostic::{Diagnostic, Subject};
use super::image_file::{MAX_PIXELS, MAX_SIDE};
use super::timing::Playback;

/// The most frames of a file.
pub const MOST_FRAMES: usize = 1000;

/// The largest file, in bytes.
pub const LONGEST: u64 = 64 << 20;

/// How long a frame is shown that says nothing, or nothing possible, in milliseconds.
const DURATION: u32 = 100;

/// What a file contains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// Width and height of every frame.
    pub size: [u32; 2],
    /// How long each frame is shown, in milliseconds.
    pub durations: Vec<u32>,
    /// Frames that belong together; Aseprite files only.
    pub tags: Vec<Tag>,
}

/// Frames that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Its name.
    pub name: String,
    /// Its first frame, from 0.
    pub first: usize,
    /// Its last frame.
    pub last: usize,
    /// The order of its frames.
    pub playback: Playback,
    /// Whether it repeats without end.
    pub repeat: bool,
}

/// A file whose frames cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` {problem}")]
pub struct FramesError {
    /// The file.
    pub name: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// It is something else.
    #[error("is no Aseprite file, GIF or APNG")]
    Format,
    /// Its end is missing.
    #[error("is cut off: its end is missing")]
    Truncated,
    /// It contradicts itself.
    #[error("is damaged: {0}")]
    Damaged(String),
    /// Width or height is zero or exceeds the limits.
    #[error("is {0} x {1} pixels; 1 to 16384 a side can be read")]
    Size(u32, u32),
    /// Its images have too many pixels together.
    #[error("has images of more than 64 million pixels together")]
    Pixels,
    /// It has too many frames.
    #[error("has {0} frames; at most {MOST_FRAMES} can be read")]
    Frames(usize),
    /// A layer shows tiles.
    #[error("has tilemaps, which cannot be read")]
    Tilemap,
    /// A frame has its layers in another order.
    #[error("has layers in an order of its own in frame {0}, which cannot be read")]
    Order(usize),
    /// A frame shows the image of another one, and that has none.
    #[error("has a linked cel in frame {from} that leads to frame {to}, which has no image of its own there")]
    Link {
        /// The frame, from 1.
        from: usize,
        /// The frame that it names, from 1.
        to: usize,
    },
    /// Frames show the images of each other.
    #[error("has linked cels that form a cycle, from frame {0} on")]
    Cycle(usize),
}

impl Problem {
    /// A stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Format => "image-format",
            Self::Truncated => "image-truncated",
            Self::Damaged(_) => "image-damaged",
            Self::Size(..) | Self::Pixels => "image-size",
            Self::Frames(_) => "frame-count",
            Self::Tilemap | Self::Order(_) => "frames-unsupported",
            Self::Link { .. } | Self::Cycle(_) => "frames-link",
        }
    }

    /// The next step.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Format => "save the frames as an Aseprite file, or as numbered PNG files (`walk-*.png`)",
            Self::Truncated => "copy or download the file again",
            Self::Damaged(_) => "open it in an image editor and save it again",
            Self::Size(..) | Self::Pixels => "scale it down, or cut it into several files",
            Self::Frames(_) => "save each animation as a file of its own",
            Self::Tilemap => "convert its tilemap layers into ordinary ones in Aseprite",
            Self::Order(_) => "set the z-index of its cels to 0 in Aseprite",
            Self::Link { .. } | Self::Cycle(_) => "unlink its cels in Aseprite and save it again",
        }
    }
}

impl From<FramesError> for Diagnostic {
    fn from(error: FramesError) -> Self {
        let (code, hint, message) = (error.problem.code(), error.problem.hint(), error.to_string());
        Self::error(code, message).hint(hint).about(Subject::File(error.name))
    }
}

/// Whether a file is read as one with frames, by its name.
pub fn is_frames_file(path: &str) -> bool {
    let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    ending.is_some_and(|ending| ["aseprite", "ase", "gif", "apng"].contains(&ending.as_str()))
}

/// Whether one pixel of a file is one pixel of the art, by its name.
pub fn is_pixel_exact(path: &str) -> bool {
    let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    ending.is_some_and(|ending| ["aseprite", "ase"].contains(&ending.as_str()))
}

/// What a file contains.
///
/// # Errors
/// It cannot be read; `name` stands in the error.
pub fn outline(bytes: &[u8], name: &str) -> Result<Outline, FramesError> {
    guarded(name, || {
        let outline = match Kind::of(bytes)? {
            Kind::Aseprite => aseprite::outline(bytes),
            Kind::Gif => gif::outline(bytes),
            Kind::Apng => apng::outline(bytes),
        }?;
        check_size(outline.size)?;
        if outline.durations.is_empty() { Err(Problem::Truncated) } else { Ok(outline) }
    })
}

/// Some frames of a file, counted from 0. A number that it does not have is left out.
///
/// # Errors
/// It cannot be read; `name` stands in the error.
pub fn frames(bytes: &[u8], name: &str, wanted: &BTreeSet<usize>) -> Result<BTreeMap<usize, RgbaImage>, FramesError> {
    outline(bytes, name)?;
    guarded(name, || match Kind::of(bytes)? {
        Kind::Aseprite => aseprite::frames(bytes, wanted),
        Kind::Gif => gif::frames(bytes, wanted),
        Kind::Apng => apng::frames(bytes, wanted),
    })
}

/// The decoders are fuzzed by their authors. Should one panic anyway, the file is reported as damaged.
fn guarded<T>(name: &str, read: impl FnOnce() -> Result<T, Problem>) -> Result<T, FramesError> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(Problem::Damaged("the decoder gave up".to_owned())))
        .map_err(|problem| FramesError { name: name.to_owned(), problem })
}

fn check_size([width, height]: [u32; 2]) -> Result<(), Problem> {
    let sides = 1..=MAX_SIDE;
    let fits = sides.contains(&width) && sides.contains(&height);
    if !fits {
        return Err(Problem::Size(width, height));
    }
    if u64::from(width) * u64::from(height) > MAX_PIXELS { Err(Problem::Pixels) } else { Ok(()) }
}

/// Which format a file has, by its content.
enum Kind {
    Aseprite,
    Gif,
    Apng,
}

impl Kind {
    fn of(bytes: &[u8]) -> Result<Self, Problem> {
        match bytes {
            [b'G', b'I', b'F', b'8', ..] => Ok(Self::Gif),
            [0x89, b'P', b'N', b'G', ..] => Ok(Self::Apng),
            [_, _, _, _, 0xE0, 0xA5, ..] => Ok(Self::Aseprite),
            [] => Err(Problem::Truncated),
            _ => Err(Problem::Format),
        }
    }
}
