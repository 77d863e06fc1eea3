//! Tileset layouts: which tiles there are and in which order.

/// The set of tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// One tile of the texture.
    Single,
    /// 47 tiles by sides and corners, ascending mask, 8 columns.
    Blob47,
    /// 16 tiles by sides, index N1 E2 S4 W8, 4 columns.
    Edge16,
    /// 16 tiles by corners for a dual grid, index NE1 SE2 SW4 NW8, 4 columns.
    Corner16,
}

/// The border between the two textures of a tileset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Border {
    /// How far the border runs inside the tile, in pixels.
    pub width: u32,
    /// How far it wanders from a straight line, in pixels.
    pub wobble: u32,
    /// Radius of outer corners, in pixels.
    pub radius: u32,
    /// Whether the border's own row is drawn in the darkest colour of the texture.
    pub outline: bool,
}
