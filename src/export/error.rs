//! Why a file could not be made.

use crate::words::asset::GroupId;
use crate::words::color::Rgb;
use crate::words::diagnostic::Diagnostic;

/// A file could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The pixels that the file is made from are not known.
    #[error("the sprites that it is made from are not on this machine")]
    Unknown,
    /// There is nothing to write.
    #[error("there is no frame")]
    Empty,
    /// A file that no format writes was asked for.
    #[error("no format writes `{0}`")]
    NoFormat(String),
    /// A pixel has a colour that is not in the palette, so that it has no index.
    #[error("the pixel at {x}, {y} is {color}, which the palette does not have")]
    Color {
        /// Its place from the left.
        x: u32,
        /// Its place from the top.
        y: u32,
        /// Its colour.
        color: Rgb,
    },
    /// The format holds fewer colours.
    #[error("a GIF holds 255 colours beside transparency, the frames have {0}")]
    Colors(usize),
    /// The format holds fewer pixels.
    #[error("a GIF holds 65535 pixels a side, the frames are {0} x {1}")]
    Sides(u32, u32),
    /// An `.aseprite` file holds fewer pixels.
    #[error("an .aseprite file holds 65535 pixels a side, the frames have {0}")]
    AsepriteSide(u32),
    /// An `.aseprite` file holds fewer frames.
    #[error("an .aseprite file holds 65535 frames, there are {0}")]
    Frames(usize),
    /// The name of an asset cannot be one in Rust.
    #[error("`{asset}` cannot stand in `assets.rs`: {why}")]
    RustName {
        /// The asset.
        asset: GroupId,
        /// Why not.
        why: String,
    },
    /// The compression failed.
    #[error("the pixels could not be compressed: {0}")]
    Deflate(std::io::Error),
    /// The XML could not be written.
    #[error("the XML could not be written: {0}")]
    Xml(std::io::Error),
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

impl ExportError {
    /// Its stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "no-sprites",
            Self::Empty => "no-frames",
            Self::NoFormat(_) => "no-format",
            Self::Color { .. } => "color-not-in-palette",
            Self::Colors(_) => "gif-colors",
            Self::Sides(..) => "gif-size",
            Self::AsepriteSide(_) | Self::Frames(_) => "aseprite-size",
            Self::RustName { .. } => "rust-name",
            Self::Png(_) | Self::Gif(_) | Self::Json(_) | Self::Ron(_) | Self::Deflate(_) | Self::Xml(_) => "encoding",
        }
    }

    /// The next step, where there is one.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Colors(_) => Some("give its recipe a palette of fewer colours, or export `apng`"),
            Self::Sides(..) => Some("export `apng` in place of `gif`"),
            Self::RustName { .. } => {
                Some("rename it with `dgx-pixels mv`, or its values in the manifest, or take `rust` out of `export`")
            }
            _ => None,
        }
    }
}

impl From<ExportError> for Diagnostic {
    fn from(error: ExportError) -> Self {
        let hint = error.hint().map(str::to_owned);
        Self { hint, ..Self::error(error.code(), error.to_string()) }
    }
}
