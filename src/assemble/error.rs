//! Why frames or tiles could not be assembled.

use crate::words::diagnostic::Diagnostic;
use crate::words::sheet::TooLarge;

/// Frames or tiles could not be assembled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssembleError {
    /// There is nothing to assemble.
    #[error("there is no frame")]
    Empty,
    /// Two frames differ in size.
    #[error("frame {frame} is {} x {}, the first is {} x {}", found.0, found.1, first.0, first.1)]
    Sizes {
        /// The number of the one that differs, from 1.
        frame: usize,
        /// Width and height of the first.
        first: (u32, u32),
        /// Width and height of the one that differs.
        found: (u32, u32),
    },
    /// A sheet would be larger than a texture may be.
    #[error("the sheet would be {0}")]
    Large(TooLarge),
    /// A page of an atlas does not hold a frame.
    #[error("a frame of {} x {} does not fit on a page of {side} pixels a side", size[0], size[1])]
    Page {
        /// The number of the frame's asset on the atlas.
        member: usize,
        /// Width and height of the frame.
        size: [u32; 2],
        /// The longest side of a page.
        side: u32,
    },
    /// A texture is not of the tiles' size.
    #[error("the texture is {} x {}, the tiles are {} x {}", found.0, found.1, size.0, size.1)]
    Texture {
        /// Width and height of the texture.
        found: (u32, u32),
        /// Width and height of a tile.
        size: (u32, u32),
    },
    /// The border leaves no room for the terrain.
    #[error("a border of width {width} and wobble {wobble}{} leaves no terrain in tiles of {} x {}", and_face(*face), size[0], size[1])]
    Border {
        /// How far it runs inside.
        width: u32,
        /// How far it wanders.
        wobble: u32,
        /// Rows of a cliff's face.
        face: u32,
        /// Width and height of a tile.
        size: [u32; 2],
    },
}

impl AssembleError {
    /// Its stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "no-frames",
            Self::Sizes { .. } => "frame-size",
            Self::Large(_) => "sheet-size",
            Self::Page { .. } => "atlas-page",
            Self::Texture { .. } => "texture-size",
            Self::Border { .. } => "border-size",
        }
    }

    /// The next step, where there is one.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Large(large) => Some(large.hint()),
            Self::Page { .. } => Some("set a larger `size` of the atlas, or less `padding`, or make the asset smaller"),
            Self::Border { face: 0, .. } => Some("set a smaller `width` or `wobble` in the tileset's `border`"),
            Self::Border { .. } => Some("set a smaller `face`, `width` or `wobble` in the tileset's `border`"),
            Self::Empty | Self::Sizes { .. } | Self::Texture { .. } => None,
        }
    }
}

fn and_face(face: u32) -> String {
    if face == 0 { String::new() } else { format!(" with a face of {face} rows") }
}

impl From<AssembleError> for Diagnostic {
    fn from(error: AssembleError) -> Self {
        let hint = error.hint().map(str::to_owned);
        Self { hint, ..Self::error(error.code(), error.to_string()) }
    }
}
