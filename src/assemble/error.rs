//! Why frames or tiles could not be assembled.

/// Frames or tiles could not be assembled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssembleError {
    /// There is nothing to assemble.
    #[error("there is no frame")]
    Empty,
    /// Two pictures that must be of one size are not.
    #[error("frame {frame} is {} x {}, the first is {} x {}", found.0, found.1, first.0, first.1)]
    Sizes {
        /// The number of the odd one, from 1.
        frame: usize,
        /// Width and height of the first.
        first: (u32, u32),
        /// Width and height of the odd one.
        found: (u32, u32),
    },
    /// A sheet would be larger than a texture may be.
    #[error("the sheet would be {width} x {height} pixels, {max} is the most: set more or fewer columns")]
    Large {
        /// Its width.
        width: u64,
        /// Its height.
        height: u64,
        /// The limit of either.
        max: u32,
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
    #[error("a border of width {width} and wobble {wobble} leaves no terrain in tiles of {} x {}: set less of either", size[0], size[1])]
    Border {
        /// How far it runs inside.
        width: u32,
        /// How far it wanders.
        wobble: u32,
        /// Width and height of a tile.
        size: [u32; 2],
    },
}
