//! Why a palette cannot be read.

use super::{EXTENSIONS, MAX_COLORS};

/// Why a palette cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaletteError {
    /// The content belongs to no known format.
    #[error("nothing in it is known as a palette")]
    Unknown,
    /// The content is an image of another format than PNG.
    #[error("it is an image of another format ({0})")]
    Picture(String),
    /// The file stands for another one.
    #[error("it is a pointer of Git LFS, its content is not here")]
    Pointer,
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
    /// A file without lines is invalid.
    #[error("the {format} is damaged or unusual: {problem}")]
    Damaged {
        /// What the file is.
        format: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// A colour has no exact RGB value.
    #[error("colour {number} is {model}, which has no exact RGB value")]
    Model {
        /// The number of the colour, starting at 1.
        number: usize,
        /// Its colour model.
        model: &'static str,
    },
    /// The image cannot be decoded.
    #[error("the image cannot be read: {0}")]
    Image(String),
    /// An image with more colours than a palette has; nobody counted them.
    #[error("the image has more than {max} colours", max = MAX_COLORS)]
    Crowded,
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

    pub(super) fn damaged(format: &'static str, problem: impl Into<String>) -> Self {
        Self::Damaged { format, problem: problem.into() }
    }

    /// The error of a line that should hold a colour; `form` is a valid example.
    pub(super) fn no_color(line: usize, text: &str, form: &str) -> Self {
        let shown: String = text.chars().take(40).collect();
        Self::line(line, format!("`{shown}` is not a colour such as `{form}`"))
    }

    /// The next step.
    pub fn hint(&self) -> String {
        match self {
            Self::Pointer => "run `git lfs pull`".to_owned(),
            Self::Picture(_) => "save it as a PNG, or `dgx-pixels palette extract` its colours".to_owned(),
            Self::Model { .. } => "convert its swatches to RGB in the program that wrote it".to_owned(),
            Self::Many(_) | Self::Crowded => {
                "`dgx-pixels palette extract IMAGE --colors 32` finds those that stand for it best".to_owned()
            }
            _ => format!("formats: {EXTENSIONS}"),
        }
    }
}
