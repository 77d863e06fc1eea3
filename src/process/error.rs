//! Why a group cannot be restored.

use crate::words::diagnostic::Diagnostic;

/// Why a group has no sprites.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProcessError {
    /// There is no raw, or a raw without pixels.
    #[error("there are no pixels to restore")]
    NoPixels,
    /// The cells of the grid in the recipe are smaller than a pixel, or larger than the raw.
    #[error("the raw of {}x{} pixels cannot have {}", pixels[0], pixels[1], grid_text(*asked))]
    GridTooFine {
        /// Columns and rows, if the recipe gives them; `None` if it gives a pitch.
        asked: Option<[u32; 2]>,
        /// Width and height of the raw.
        pixels: [u32; 2],
    },
    /// A scene or a texture has fewer cells than its frame has pixels.
    #[error("the image of {}x{} cells is smaller than `size` {}x{}", cells[0], cells[1], size[0], size[1])]
    Small {
        /// Columns and rows of cells.
        cells: [u32; 2],
        /// Width and height of the frame.
        size: [u32; 2],
    },
    /// There are more cells than memory is set aside for.
    #[error("the image has {}x{} cells; at most {most} cells of that many colours can be restored at once", cells[0], cells[1])]
    ManyCells {
        /// Columns and rows of cells; of a group, the rows of all frames.
        cells: [u32; 2],
        /// How many cells there may be.
        most: u32,
    },
    /// All that is not background is more transparent than opaque.
    #[error("the image has only half-transparent pixels, of less than half opacity")]
    Faint,
    /// No raw has a pixel that is not background.
    #[error("the image contains only background")]
    Empty,
    /// No raw has a pixel that can be seen.
    #[error("the image is transparent everywhere")]
    Transparent,
}

fn grid_text(asked: Option<[u32; 2]>) -> String {
    asked.map_or("cells of that `pitch`".to_owned(), |[x, y]| format!("a `grid` of {x}x{y} cells"))
}

impl ProcessError {
    /// A stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoPixels => "no-pixels",
            Self::GridTooFine { .. } => "grid-too-fine",
            Self::Small { .. } => "image-too-small",
            Self::Empty => "only-background",
            Self::Transparent => "transparent",
            Self::Faint => "only-half-transparent",
            Self::ManyCells { .. } => "too-many-cells",
        }
    }

    /// The next step, if one helps.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoPixels => return None,
            Self::GridTooFine { .. } => "omit `grid` to detect it, or set larger cells".to_owned(),
            Self::Small { cells: [x, y], .. } => format!("set `size` to at most {x}x{y}, or draw on a larger `canvas`"),
            Self::ManyCells { .. } => {
                "cut the image into several files, or give larger cells (`pixel_size`)".to_owned()
            }
            Self::Faint => "keep them with `alpha = \"keep\"` in the recipe (`--alpha keep`)".to_owned(),
            Self::Empty => "set `matte = \"none\"` if the image has no background, or `reroll` it".to_owned(),
            Self::Transparent => "draw something in it, or leave it out".to_owned(),
        })
    }
}

impl From<ProcessError> for Diagnostic {
    fn from(error: ProcessError) -> Self {
        let diagnostic = Self::error(error.code(), error.to_string());
        match error.hint() {
            Some(hint) => diagnostic.hint(hint),
            None => diagnostic,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagnostic_has_code_message_and_hint() {
        let error = ProcessError::Small { cells: [37, 35], size: [40, 30] };
        let diagnostic = Diagnostic::from(error.clone());
        assert_eq!((diagnostic.code.as_ref(), diagnostic.message), ("image-too-small", error.to_string()));
        assert_eq!(diagnostic.hint, error.hint());
    }
}
