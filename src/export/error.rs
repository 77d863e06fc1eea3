//! Why a file could not be made.

use crate::words::color::Rgb;

/// A file could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// There is nothing to write.
    #[error("there is no frame")]
    Empty,
    /// A file that no format writes was asked for.
    #[error("no format writes `{0}`")]
    NoFormat(String),
    /// A pixel is of no colour of the palette, so that it has no index.
    #[error("the pixel at {x}, {y} is {color}, which the palette does not have")]
    Color {
        /// Its place from the left.
        x: u32,
        /// Its place from the top.
        y: u32,
        /// Its colour.
        color: Rgb,
    },
    /// A pixel is half transparent, which an index cannot be.
    #[error("the pixel at {x}, {y} is half transparent")]
    Alpha {
        /// Its place from the left.
        x: u32,
        /// Its place from the top.
        y: u32,
    },
    /// The format holds fewer colours.
    #[error("a GIF holds 255 colours and one for nothing, the frames have {0}")]
    Colors(usize),
    /// The format holds fewer pixels.
    #[error("a GIF holds 65535 pixels a side, the frames are {0} x {1}")]
    Sides(u32, u32),
    /// The PNG encoder refused.
    #[error("the PNG could not be written: {0}")]
    Png(#[from] ::png::EncodingError),
    /// The GIF encoder refused.
    #[error("the GIF could not be written: {0}")]
    Gif(#[from] ::gif::EncodingError),
    /// The JSON could not be written.
    #[error("the JSON could not be written: {0}")]
    Json(#[from] serde_json::Error),
    /// The RON could not be written.
    #[error("the RON could not be written: {0}")]
    Ron(#[from] ::ron::Error),
}
