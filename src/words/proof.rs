//! The proof that tiles join, and what stands against one.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::diagnostic::Diagnostic;
use super::digest::Digest;
use super::layout::Layout;

/// The certificate that the tiles of a set join in every way in which four can meet at a point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proof {
    /// Which tiles they are.
    pub layout: Layout,
    /// How many there are, with further pictures of the full tile.
    pub tiles: u32,
    /// Ways in which four of them can meet, all of which were looked at.
    pub ways: u64,
    /// Seams that were looked at.
    pub seams: u64,
    /// The digest of the tiles' pixels.
    pub digest: Digest,
}

/// What the lock keeps of a proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// How many tiles there are.
    pub tiles: u32,
    /// Ways in which four of them can meet.
    pub ways: u64,
    /// Seams that were looked at.
    pub seams: u64,
    /// The digest of the tiles' pixels.
    pub digest: Digest,
}

impl From<&Proof> for Certificate {
    fn from(proof: &Proof) -> Self {
        let Proof { tiles, ways, seams, digest, .. } = *proof;
        Self { tiles, ways, seams, digest }
    }
}

/// Why a set of tiles does not join. Tiles are counted from 0, as engines count them; pixels from the upper left of the
/// tiles that show the fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "fault", rename_all = "lowercase")]
pub enum Fault {
    /// There are fewer tiles than the layout has.
    Missing {
        /// The first that is not there.
        #[serde(rename = "tile_number")]
        tile: usize,
        /// How many the layout has.
        wanted: usize,
    },
    /// A tile has another size than the first.
    Size {
        /// Which one.
        #[serde(rename = "tile_number")]
        tile: usize,
    },
    /// A tile has no pixel.
    Empty {
        /// Which one.
        #[serde(rename = "tile_number")]
        tile: usize,
    },
    /// Two tiles are equal.
    Equal {
        /// Which ones.
        #[serde(rename = "pair")]
        tiles: [usize; 2],
    },
    /// Two tiles with the same neighbours at a corner differ there.
    Quarter {
        /// Which ones.
        #[serde(rename = "pair")]
        tiles: [usize; 2],
        /// Upper left, upper right, lower left or lower right.
        corner: usize,
    },
    /// Two tiles with different neighbours at a corner are the same there.
    Same {
        /// Which ones.
        #[serde(rename = "pair")]
        tiles: [usize; 2],
        /// Upper left, upper right, lower left or lower right.
        corner: usize,
    },
    /// Nothing tells terrain from what lies beyond it.
    Alike,
    /// A further picture of the full tile has another edge.
    Ring {
        /// Which one.
        #[serde(rename = "tile_number")]
        tile: usize,
    },
    /// The border jumps by more than a pixel from tile to tile.
    Seam {
        /// The pixel that ends.
        at: [u32; 2],
    },
    /// Terrain touches a missing neighbour.
    Outside {
        /// The pixel that does.
        at: [u32; 2],
    },
    /// Terrain joins by a diagonal only.
    Diagonal {
        /// The upper left of the four pixels.
        at: [u32; 2],
    },
    /// The surface of a slope leaves its line by more than two pixels.
    Line {
        /// The slope.
        #[serde(rename = "tile_number")]
        tile: usize,
        /// The pixel that does.
        at: [u32; 2],
    },
    /// The border of a slope has not the colours that it has on level ground.
    Color {
        /// The slope.
        #[serde(rename = "tile_number")]
        tile: usize,
    },
}

impl Fault {
    /// The pixel that shows it.
    pub fn place(&self) -> Option<[u32; 2]> {
        match self {
            Self::Seam { at } | Self::Outside { at } | Self::Diagonal { at } => Some(*at),
            Self::Line { at, .. } => Some(*at),
            _ => None,
        }
    }

    /// The next step.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Missing { .. } | Self::Size { .. } | Self::Empty { .. } => {
                "name the layout, the size of a tile, and the columns that the sheet has"
            }
            Self::Equal { .. } => "give the two textures different colours, or the border more width",
            _ => "look at the tiles that do not join; another layout may be meant",
        }
    }
}

/// The name of a corner.
fn name(corner: usize) -> &'static str {
    ["upper left", "upper right", "lower left", "lower right"][corner % 4]
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { tile, wanted } => write!(f, "tile {tile} is missing: the layout has {wanted}"),
            Self::Size { tile } => write!(f, "tile {tile} has another size than the first"),
            Self::Empty { tile } => write!(f, "tile {tile} is empty"),
            Self::Equal { tiles: [a, b] } => write!(f, "tiles {a} and {b} are equal"),
            Self::Quarter { tiles: [a, b], corner } => {
                write!(f, "tiles {a} and {b} have the same neighbours at the {}, and differ there", name(*corner))
            }
            Self::Same { tiles: [a, b], corner } => {
                write!(
                    f,
                    "tiles {a} and {b} have different neighbours at the {}, and are the same there",
                    name(*corner)
                )
            }
            Self::Alike => {
                write!(f, "terrain and what lies beyond it have the same colours, so that no border can be seen")
            }
            Self::Ring { tile } => write!(f, "tile {tile} has another edge than the full tile, whose variant it is"),
            Self::Seam { at: [x, y] } => write!(f, "the border jumps by more than a pixel at {x}, {y} of four tiles"),
            Self::Outside { at: [x, y] } => write!(f, "terrain touches a missing neighbour at {x}, {y} of four tiles"),
            Self::Diagonal { at: [x, y] } => write!(f, "terrain joins by a diagonal only at {x}, {y} of four tiles"),
            Self::Line { tile, at: [x, y] } => {
                write!(f, "the slope of tile {tile} leaves its line by more than two pixels at {x}, {y}")
            }
            Self::Color { tile } => {
                write!(f, "the border of tile {tile} has not the colours that it has on level ground")
            }
        }
    }
}

impl From<&Fault> for Diagnostic {
    fn from(fault: &Fault) -> Self {
        Self::error("tiles-do-not-join", fault.to_string()).hint(fault.hint())
    }
}
