//! Why a sprite could not be moved.

use crate::words::diagnostic::Diagnostic;
use crate::words::motion::Side;

/// A sprite could not be moved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StillError {
    /// There is no sprite.
    #[error("there is no frame")]
    Empty,
    /// A mask is not of the sprite's size.
    #[error("the mask `{path}` is {}x{}, the sprite {}x{}", mask[0], mask[1], sprite[0], sprite[1])]
    MaskSize {
        /// The mask.
        path: String,
        /// Width and height of the mask.
        mask: [u32; 2],
        /// Width and height of the sprite.
        sprite: [u32; 2],
    },
    /// A part has no pixel of the sprite.
    #[error("{part} covers no pixel of the sprite")]
    NoPixel {
        /// The mask or the rectangles.
        part: String,
    },
    /// A rectangle leaves the sprite.
    #[error("{part} leaves the sprite of {}x{}", sprite[0], sprite[1])]
    Outside {
        /// The rectangle.
        part: String,
        /// Width and height of the sprite.
        sprite: [u32; 2],
    },
    /// No eyes were found.
    #[error("no eyes were found in the sprite")]
    NoEyes,
    /// There is no row at which the sprite can breathe.
    #[error("the sprite is too low to breathe: it needs {needed} rows, and has {found}")]
    TooLow {
        /// The least number of rows.
        needed: u32,
        /// Rows of its subject.
        found: u32,
    },
    /// The sprite fills its frame, so that nothing shows behind what moves.
    #[error("the sprite fills its frame: what moves would leave a gap at the {}", side.word())]
    Opaque {
        /// The side of the gap.
        side: Side,
    },
    /// No frame differs from the sprite.
    #[error("nothing is seen to move")]
    Nothing,
    /// Something would leave the frame.
    #[error("`{movement}` leaves the frame at the {}, by {} in frame {frame}", side.word(), pixels(*by))]
    LeavesFrame {
        /// The movement.
        movement: &'static str,
        /// The side at which it does.
        side: Side,
        /// By how many pixels.
        by: u32,
        /// The number of the frame, from 1.
        frame: u32,
    },
}

impl StillError {
    /// Its stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "no-frames",
            Self::MaskSize { .. } => "mask-size",
            Self::NoPixel { .. } => "mask-empty",
            Self::Outside { .. } => "motion-part",
            Self::NoEyes => "no-eyes",
            Self::TooLow { .. } | Self::Opaque { .. } | Self::Nothing => "motion-impossible",
            Self::LeavesFrame { .. } => "leaves-frame",
        }
    }

    /// The next step, where there is one.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Empty => None,
            Self::MaskSize { .. } => Some("draw it over the sprite in the output folder, at scale 1"),
            Self::NoPixel { .. } => Some("white moves, or what is opaque in a mask that is transparent elsewhere"),
            Self::Outside { .. } => Some("left, top, width and height are counted in pixels of the sprite"),
            Self::NoEyes => Some(
                "name them: `blink = [left, top, width, height]`, a list of two, or a mask of the sprite's size, \
                 `blink = \"eyes.png\"`",
            ),
            Self::TooLow { .. } => Some("remove `breathe`; `bob` moves the whole subject"),
            Self::Opaque { .. } => {
                Some("cut the subject out with `background = \"auto\"`, or keep to `blink` and `sway`")
            }
            Self::Nothing => Some(
                "set a larger `by`, or name a larger part: one between pixels that stay needs more than one colour",
            ),
            Self::LeavesFrame { .. } => {
                Some("set a smaller `by`, or leave room on the sprite: a larger `size`, a `margin`, another `anchor`")
            }
        }
    }
}

fn pixels(count: u32) -> String {
    if count == 1 { "1 pixel".to_owned() } else { format!("{count} pixels") }
}

impl From<StillError> for Diagnostic {
    fn from(error: StillError) -> Self {
        let hint = error.hint().map(str::to_owned);
        Self { hint, ..Self::error(error.code(), error.to_string()) }
    }
}
