//! Why frames or tiles could not be assembled.

/// Frames or tiles could not be assembled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssembleError {
    /// There is nothing to assemble.
    #[error("there is no frame")]
    Empty,
    /// Two pictures that must be of one size are not.
    #[error("frame {frame} is {found:?}, the first is {first:?}")]
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
}
