//! Why a palette cannot be read.

use super::MAX_COLORS;

/// Why a palette cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaletteError {
    /// The file extension belongs to no known format.
    #[error("`{0}` is not a palette file; `.gpl`, `.hex`, `.pal`, `.json` and `.png` are supported")]
    Format(String),
    /// The file is too long to be a palette.
    #[error("a palette file of {0} bytes is too large")]
    Long(usize),
    /// A line is invalid.
    #[error("line {line}: {message}")]
    Line {
        /// The line number, starting at 1.
        line: usize,
        /// What is wrong with the line.
        message: String,
    },
    /// The image cannot be decoded.
    #[error("the image cannot be read: {0}")]
    Image(String),
    /// The palette is empty.
    #[error("the palette has no colours")]
    Empty,
    /// The palette has too many colours.
    #[error("the palette has {0} colours; at most {max} are allowed", max = MAX_COLORS)]
    Many(usize),
}

impl PaletteError {
    pub(super) fn line(line: usize, message: impl Into<String>) -> Self {
        Self::Line { line, message: message.into() }
    }

    /// The error of a line that should hold a colour; `form` is a valid example.
    pub(super) fn no_color(line: usize, text: &str, form: &str) -> Self {
        let shown: String = text.chars().take(40).collect();
        Self::line(line, format!("`{shown}` is not a colour such as `{form}`"))
    }
}
