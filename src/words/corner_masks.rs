//! Masks of tiles by the terrains of their four corners.

/// The mask of a tile: two bits for each corner, north-east first, clockwise.
pub const fn mask(corners: [u8; 4]) -> u8 {
    corners[0] | corners[1] << 2 | corners[2] << 4 | corners[3] << 6
}

/// The terrain at the north-eastern, south-eastern, south-western and north-western corner, 0 for the lowest.
pub const fn corners(mask: u8) -> [u8; 4] {
    [mask & 3, mask >> 2 & 3, mask >> 4 & 3, mask >> 6 & 3]
}

/// Every combination of three terrains, the north-eastern corner changing first.
pub(super) const CORNER81: [u8; 81] = all(3);

/// Every combination of four terrains.
pub(super) const CORNER256: [u8; 256] = all(4);

const fn all<const N: usize>(terrains: usize) -> [u8; N] {
    let mut masks = [0; N];
    let mut at = 0;
    while at < N {
        let (ne, se) = (at % terrains, at / terrains % terrains);
        let (sw, nw) = (at / (terrains * terrains) % terrains, at / (terrains * terrains * terrains));
        masks[at] = mask([ne as u8, se as u8, sw as u8, nw as u8]);
        at += 1;
    }
    masks
}
