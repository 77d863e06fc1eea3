//! The directions that a figure can look in.

/// The axis of directions.
pub const DIRECTION: &str = "direction";

/// Directions in the order of their axis: round the compass, from the one that looks at the viewer.
pub const DIRECTIONS: [&str; 8] = ["s", "se", "e", "ne", "n", "nw", "w", "sw"];
