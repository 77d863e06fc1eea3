//! Tiles of several terrains, by the terrain of each of the four cells that meet in a tile; and which tile of any layout is
//! a variant of which.

use super::layout::{Layout, MaskKind};

pub use super::corner_masks::{corners, mask};

/// A set has no more terrains.
pub const MOST_TERRAINS: usize = 4;

/// What a tile of a set is, in a layout and the variants behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Role {
    /// The place in the layout of the tile that it is, or whose variant it is.
    pub place: usize,
    /// Tiles of one place are numbered from 0.
    pub variant: u32,
    /// Its place among all images of full tiles, terrain by terrain, if it is one of them.
    pub image: Option<usize>,
}

impl Layout {
    /// The layout of that many terrains; two have [`Self::Corner16`].
    pub fn of_terrains(count: usize) -> Option<Self> {
        [(2, Self::Corner16), (3, Self::Corner81), (4, Self::Corner256)]
            .into_iter()
            .find(|(terrains, _)| *terrains == count)
            .map(|(_, layout)| layout)
    }

    /// How many terrains the corners of its tiles tell apart, where they tell more than two.
    pub fn terrains(self) -> Option<u8> {
        match self {
            Self::Corner81 => Some(3),
            Self::Corner256 => Some(4),
            _ => None,
        }
    }

    /// The places of the tiles that are one terrain only and may have variants, lowest first.
    pub fn fulls(self) -> Vec<usize> {
        match self.terrains() {
            Some(terrains) => (0..terrains).map(|terrain| self.place([terrain; 4])).collect(),
            None => self.full().into_iter().collect(),
        }
    }

    /// The place of the tile with these terrains at its corners.
    pub fn place(self, corners: [u8; 4]) -> usize {
        let terrains = usize::from(self.terrains().unwrap_or(2));
        corners.iter().rev().fold(0, |place, terrain| place * terrains + usize::from(*terrain))
    }

    /// What a tile is in a set of `total`: those of the layout come first, then the variants of each full tile.
    pub fn role(self, tile: usize, total: usize) -> Role {
        let (fulls, count) = (self.fulls(), self.masks().len());
        let more = total.saturating_sub(count) / fulls.len().max(1);
        match tile.checked_sub(count).filter(|_| more > 0) {
            Some(beyond) => {
                let (terrain, variant) = ((beyond / more).min(fulls.len() - 1), beyond % more + 1);
                let image = Some(terrain * (more + 1) + variant);
                Role { place: fulls[terrain], variant: variant as u32, image }
            }
            None => {
                let place = tile.min(count - 1);
                let image = fulls.iter().position(|full| *full == place).map(|terrain| terrain * (more + 1));
                Role { place, variant: 0, image }
            }
        }
    }

    /// Whether its tiles lie on a dual grid, half a tile off.
    pub fn is_dual(self) -> bool {
        self.mask_kind() != MaskKind::Neighbours
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_combination_has_its_place() {
        for (layout, count) in [(Layout::Corner81, 81), (Layout::Corner256, 256)] {
            let masks = layout.masks();
            assert_eq!(masks.len(), count);
            for (place, of) in masks.iter().enumerate() {
                assert_eq!((layout.place(corners(*of)), mask(corners(*of))), (place, *of));
            }
        }
        assert_eq!(Layout::Corner81.fulls(), [0, 40, 80]);
        assert_eq!(Layout::Corner256.fulls(), [0, 85, 170, 255]);
    }

    #[test]
    fn variants_stand_behind_the_layout_terrain_by_terrain() {
        let roles: Vec<Role> = (81..87).map(|tile| Layout::Corner81.role(tile, 87)).collect();
        let seen: Vec<_> = roles.iter().map(|role| (role.place, role.variant, role.image.unwrap())).collect();
        assert_eq!(seen, [(0, 1, 1), (0, 2, 2), (40, 1, 4), (40, 2, 5), (80, 1, 7), (80, 2, 8)]);
        assert_eq!(Layout::Corner81.role(40, 87), Role { place: 40, variant: 0, image: Some(3) });
        assert_eq!(Layout::Corner81.role(41, 87).image, None);
    }

    #[test]
    fn two_terrains_have_variants_of_the_upper_one() {
        assert_eq!(Layout::Blob47.role(46, 49), Role { place: 46, variant: 0, image: Some(0) });
        assert_eq!(Layout::Blob47.role(48, 49), Role { place: 46, variant: 2, image: Some(2) });
        assert_eq!(Layout::Edge16.role(15, 16).image, None);
    }
}
