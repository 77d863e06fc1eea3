//! Tileset layouts: which tiles there are and in which order.

use super::corner_masks::{CORNER81, CORNER256};
use super::slope::{Slope, Surface};

/// The set of tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// One tile of the texture.
    Single,
    /// 47 tiles by sides and corners, ascending mask, 8 columns.
    Blob47,
    /// 16 tiles by sides, index N1 E2 S4 W8, 4 columns: paths and fences. Sides do not tell whether a corner is filled, so
    /// that all are open; areas need [`Self::Blob47`].
    Edge16,
    /// 16 tiles by corners for a dual grid, index NE1 SE2 SW4 NW8, 4 columns.
    Corner16,
    /// 81 tiles by the terrains of their corners, for three terrains on a dual grid; 9 columns.
    Corner81,
    /// 256 tiles by the terrains of their corners, for four terrains on a dual grid; 16 columns.
    Corner256,
    /// A block of RPG Maker's A2 sheets: 6 tiles in 2 columns, from whose quarters the engine puts together those of
    /// [`Self::Blob47`].
    A2,
    /// Ground seen from the side: the 47 tiles of [`Self::Blob47`], then 20 of slopes of 45 degrees and of 1 to 2, of floors
    /// and of ceilings, with the tiles below and above them; 8 columns.
    Slopes,
}

/// What the mask of a tile describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum MaskKind {
    /// The eight neighbours of the same terrain, clockwise: N 1, NE 2, E 4, SE 8, S 16, SW 32, W 64, NW 128.
    Neighbours,
    /// The four cells that meet in the middle of the tile (dual grid): NE 1, SE 2, SW 4, NW 8.
    Corners,
    /// The terrains of the four cells that meet in the middle of the tile, two bits each: NE, SE, SW, NW.
    Terrains,
}

/// All canonical neighbourhoods, ascending.
#[rustfmt::skip]
const BLOB47: [u8; 47] = [
    0, 1, 4, 5, 7, 16, 17, 20, 21, 23, 28, 29, 31, 64, 65, 68, 69, 71, 80, 81, 84, 85, 87, 92,
    93, 95, 112, 113, 116, 117, 119, 124, 125, 127, 193, 197, 199, 209, 213, 215, 221, 223, 241, 245, 247, 253, 255,
];

/// The neighbourhoods without corners.
const EDGE16: [u8; 16] = [0, 1, 4, 5, 16, 17, 20, 21, 64, 65, 68, 69, 80, 81, 84, 85];

/// The tile that stands alone, the four inner corners, then the outer corners.
const A2: [u8; 6] = [0, 85, 28, 112, 7, 193];

/// The neighbourhoods, then what each slope joins.
const SLOPES: [u8; 67] = {
    let (mut all, mut at) = ([0; 67], 0);
    while at < all.len() {
        all[at] = if at < BLOB47.len() { BLOB47[at] } else { Slope::ALL[at - BLOB47.len()].joins };
        at += 1;
    }
    all
};

const CORNER16: [u8; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

impl Layout {
    /// All layouts.
    pub const ALL: [Self; 8] = [
        Self::Single,
        Self::Blob47,
        Self::Edge16,
        Self::Corner16,
        Self::Corner81,
        Self::Corner256,
        Self::A2,
        Self::Slopes,
    ];

    /// The word in the manifest.
    pub fn word(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Blob47 => "blob47",
            Self::Edge16 => "edge16",
            Self::Corner16 => "corner16",
            Self::Corner81 => "corner81",
            Self::Corner256 => "corner256",
            Self::A2 => "a2",
            Self::Slopes => "slopes",
        }
    }

    /// Tiles in a row of the sheet.
    pub fn columns(self) -> u32 {
        match self {
            Self::Single => 1,
            Self::A2 => 2,
            Self::Blob47 | Self::Slopes => 8,
            Self::Edge16 | Self::Corner16 => 4,
            Self::Corner81 => 9,
            Self::Corner256 => 16,
        }
    }

    /// The mask of every tile, in the order of the sheet.
    pub fn masks(self) -> &'static [u8] {
        match self {
            Self::Single => &[255],
            Self::Blob47 => &BLOB47,
            Self::Edge16 => &EDGE16,
            Self::Corner16 => &CORNER16,
            Self::Corner81 => &CORNER81,
            Self::Corner256 => &CORNER256,
            Self::A2 => &A2,
            Self::Slopes => &SLOPES,
        }
    }

    /// What its masks describe.
    pub fn mask_kind(self) -> MaskKind {
        match self {
            Self::Corner16 => MaskKind::Corners,
            Self::Corner81 | Self::Corner256 => MaskKind::Terrains,
            _ => MaskKind::Neighbours,
        }
    }

    /// How many tiles it has.
    pub fn count(self) -> u32 {
        self.masks().len() as u32
    }

    /// The place of the tile that is terrain only, of several the highest, which may have variants; a set of sides has none,
    /// nor has one of corners that an engine puts together.
    pub fn full(self) -> Option<usize> {
        match self {
            Self::Edge16 | Self::A2 => None,
            Self::Slopes => Some(BLOB47.len() - 1),
            _ => Some(self.masks().len() - 1),
        }
    }

    /// The slope that a tile shows.
    pub fn slope(self, place: usize) -> Option<Slope> {
        let number = place.checked_sub(BLOB47.len()).filter(|_| self == Self::Slopes)?;
        Slope::ALL.get(number).copied()
    }

    /// The heights of the floor and of the ceiling at the left and the right edge of a tile of that height, in pixels from
    /// its lower edge, for ground that is seen from the side.
    pub fn surfaces(self, place: usize, height: u32, border: &Border) -> [Option<[i32; 2]>; 2] {
        if self != Self::Slopes {
            return [None; 2];
        }
        let level = |bit: u8, at: u32| (self.masks()[place] & bit == 0).then_some([at as i32; 2]);
        match self.slope(place) {
            Some(slope) if slope.surface == Surface::Floor => [Some(slope.drawn(height, border.depths())), None],
            Some(slope) => [None, Some(slope.drawn(height, border.depths()))],
            None => {
                let [above, below] = border.depths();
                [level(1, height.saturating_sub(above)), level(16, below)]
            }
        }
    }

    /// How often its tiles were drawn in another way since the first version of the assembly.
    pub fn revision(self) -> u32 {
        u32::from(self == Self::Edge16)
    }
}

/// Clears the corners that are not between two sides of the terrain: they are never visible.
pub fn canonical(mask: u8) -> u8 {
    let has = |bit: u32| mask & (1 << (bit % 8)) != 0;
    (0..8).filter(|&bit| has(bit) && (bit % 2 == 0 || (has(bit + 7) && has(bit + 1)))).map(|bit| 1 << bit).sum()
}

/// How the border of a terrain is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Look {
    /// One texture cut out of the other.
    #[default]
    Flat,
    /// Grass that grows over its edge: a lit upper rim, a dark contour, blades and their shadow below.
    Grass,
    /// Land in water: a contour, a line of foam, shallow water.
    Shore,
    /// High ground: a face of some rows on its southern side.
    Cliff,
    /// Trodden ground between grass: its edges lie deeper.
    Path,
    /// A paved floor: a kerb of whole stones.
    Stone,
}

impl Look {
    /// All looks.
    pub const ALL: [Self; 6] = [Self::Flat, Self::Grass, Self::Shore, Self::Cliff, Self::Path, Self::Stone];

    /// The word in the manifest.
    pub fn word(self) -> &'static str {
        match self {
            Self::Flat => "flat",
            Self::Grass => "grass",
            Self::Shore => "shore",
            Self::Cliff => "cliff",
            Self::Path => "path",
            Self::Stone => "stone",
        }
    }

    /// The border that suits it in tiles of that shorter side.
    pub fn border(self, side: u32) -> Border {
        let eighth = (side / 8).max(1);
        let (width, face) = match self {
            Self::Flat | Self::Path | Self::Stone => (eighth, 0),
            Self::Grass | Self::Shore if side < 12 => (eighth, 0),
            Self::Grass | Self::Shore => ((3 * side / 16).min(4), 0),
            Self::Cliff => ((side / 16).clamp(1, 2), (5 * side / 16).min((side / 2).saturating_sub(3))),
        };
        let is_straight = match self {
            Self::Stone => true,
            Self::Cliff => side < 24,
            _ => side < 8,
        };
        let wobble = u32::from(!is_straight);
        Border { width, wobble, radius: side / 4, outline: false, look: self, face }
    }
}

/// The border between the two textures of a tileset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Border {
    /// The depth of the border inside the tile, in pixels.
    pub width: u32,
    /// How far it deviates from a straight line, in pixels.
    pub wobble: u32,
    /// Radius of outer corners, in pixels.
    pub radius: u32,
    /// Whether the border's own row is drawn in the darkest colour of the texture; the flat look only.
    pub outline: bool,
    /// How it is drawn.
    pub look: Look,
    /// Rows of the face on the southern side, in pixels; cliffs only.
    pub face: u32,
}

impl Border {
    /// Its depth below a floor, and above a ceiling.
    pub fn depths(&self) -> [u32; 2] {
        [self.width, self.width + self.face]
    }

    /// Whether it leaves room for the terrain in tiles of that size.
    pub fn fits(&self, [width, height]: [u32; 2]) -> bool {
        let deepest = self.width + self.wobble;
        deepest + 2 <= width.min(height) / 2 && deepest + self.face + 2 <= height / 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blob47_has_every_canonical_neighbourhood() {
        let all: Vec<u8> = (0..=255).filter(|&mask| canonical(mask) == mask).collect();
        assert_eq!(Layout::Blob47.masks(), all);
    }

    #[test]
    fn edge16_is_indexed_by_its_sides() {
        for (index, &mask) in Layout::Edge16.masks().iter().enumerate() {
            let sides = [0, 1, 2, 3].map(|side| u8::from(index & (1 << side) != 0) << (2 * side)).iter().sum::<u8>();
            assert_eq!(mask, sides, "{index}");
        }
    }

    #[test]
    fn corner16_is_indexed_by_its_corners() {
        assert!(Layout::Corner16.masks().iter().copied().eq(0..16));
    }

    #[test]
    fn rows_are_full_but_the_last_of_blob47() {
        let rest = Layout::ALL.map(|layout| layout.count() % layout.columns());
        assert_eq!(rest, [0, 7, 0, 0, 0, 0, 0, 3]);
    }
}
