//! What can go wrong when a group is restored.

/// Why a group has no sprites.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProcessError {
    /// There is no raw, or one without pixels.
    #[error("there are no pixels to restore")]
    NoPixels,
    /// The grid that the recipe asks for has cells of less than a pixel, or of more than the picture.
    #[error("the raw of {}x{} pixels cannot have {}", pixels[0], pixels[1], grid_text(*asked))]
    GridTooFine {
        /// Cells across and down, if these were asked for; else a pitch was.
        asked: Option<[u32; 2]>,
        /// Width and height of the raw.
        pixels: [u32; 2],
    },
    /// A scene or a texture has fewer cells than its frame.
    #[error("the picture of {}x{} cells is smaller than `size` {}x{}", cells[0], cells[1], size[0], size[1])]
    Small {
        /// Cells across and down.
        cells: [u32; 2],
        /// The frame that was asked for.
        size: [u32; 2],
    },
    /// No pixel of any raw is a subject.
    #[error("there is nothing but background")]
    Empty,
}

fn grid_text(asked: Option<[u32; 2]>) -> String {
    asked.map_or("the `pitch` asked for".to_owned(), |[x, y]| format!("a `grid` of {x}x{y} cells"))
}

impl ProcessError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoPixels => return None,
            Self::GridTooFine { .. } => "leave `grid` out to have it found, or ask for larger cells".to_owned(),
            Self::Small { cells: [x, y], .. } => format!("set `size` to at most {x}x{y}, or draw on a larger `canvas`"),
            Self::Empty => "set `matte = \"none\"` if the picture is opaque, or `reroll` it".to_owned(),
        })
    }
}
