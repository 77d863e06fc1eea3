//! The sites of the Potts model: opaque cells with their colours, neighbours and covariances.

use crate::words::color::Lab;

use super::super::picture::{CLEAR, NEIGHBORS_4, NEIGHBORS_8, Picture};
use super::noise::Noise;

/// The cost of a pair of neighbours with different labels, in nats, in the order of [`NEIGHBORS_8`].
const PAIR: [f32; 8] = [0.8, 1.6, 0.8, 1.6, 1.6, 0.8, 1.6, 0.8];
/// The least side of a block in cells.
const BLOCK: usize = 6;
/// The largest number of blocks of a group, if all of its pictures are square.
const BLOCKS: usize = 256;
/// The index that stands for no neighbour.
const NONE: u32 = u32::MAX;

/// The opaque cells of all pictures.
pub(super) struct Sites {
    /// Their colours in units of the noise, per channel.
    pub colors: Vec<Lab>,
    /// The block of the picture in which each lies, and how many blocks there are.
    pub blocks: (Vec<u32>, usize),
    around: Vec<[u32; 8]>,
    /// The inverse of each site's covariance: its noise, and bleeding from neighbours of another colour.
    precision: Vec<Precision>,
}

/// A symmetric 3x3 matrix: its diagonal, then the entries 01, 02 and 12.
type Precision = [f32; 6];

/// The squared Mahalanobis distance of a difference.
#[inline]
fn mahalanobis2([x, y, z]: Lab, [xx, yy, zz, xy, xz, yz]: Precision) -> f32 {
    xx * x * x + yy * y * y + zz * z * z + 2.0 * (xy * x * y + xz * x * z + yz * y * z)
}

/// The inverse of a diagonal matrix plus the outer products of some differences.
///
/// Our own 3x3 inverse by cofactors: a fixed order of operations, so that every CPU computes the same bits, which
/// `nalgebra` with its run-time choice of kernels does not promise.
fn inverse([mut xx, mut yy, mut zz]: Lab, differences: impl Iterator<Item = Lab>) -> Precision {
    let [mut xy, mut xz, mut yz] = [0.0; 3];
    for [x, y, z] in differences {
        [xx, yy, zz] = [xx + x * x, yy + y * y, zz + z * z];
        [xy, xz, yz] = [xy + x * y, xz + x * z, yz + y * z];
    }
    let cofactors = [yy * zz - yz * yz, xx * zz - xz * xz, xx * yy - xy * xy];
    let others = [xz * yz - xy * zz, xy * yz - xz * yy, xy * xz - yz * xx];
    let determinant = xx * cofactors[0] + xy * others[0] + xz * others[1];
    [cofactors[0], cofactors[1], cofactors[2], others[0], others[1], others[2]].map(|c| c / determinant)
}

impl Sites {
    /// The sites of pictures from the colours of all their cells, the noise by lightness, and the share that bleeds.
    pub(super) fn of(labs: &[Vec<Lab>], pictures: &[Picture], levels: &Noise, bleed: f32) -> Self {
        let noise = levels.usual;
        let mut sites = Self { colors: Vec::new(), blocks: (Vec::new(), 0), around: Vec::new(), precision: Vec::new() };
        let along = (BLOCKS / pictures.len().max(1)).isqrt().max(1);
        for (labs, picture) in labs.iter().zip(pictures) {
            let mut next = sites.colors.len() as u32;
            let side = picture.width.max(picture.height).div_ceil(along).max(BLOCK);
            let columns = picture.width.div_ceil(side);
            let first = sites.blocks.1;
            sites.blocks.1 += columns * picture.height.div_ceil(side);
            let mut site = |index: &u16| {
                let site = if *index == CLEAR { NONE } else { next };
                next += u32::from(*index != CLEAR);
                site
            };
            let numbers: Vec<u32> = picture.pixels.iter().map(&mut site).collect();
            let at = |x: isize, y: isize| picture.offset(x, y).map_or(NONE, |offset| numbers[offset]);
            for ((x, y, _), lab) in picture.enumerate_pixels().zip(labs).filter(|((_, _, index), _)| *index != CLEAR) {
                let block = first + y as usize / side * columns + x as usize / side;
                sites.blocks.0.push(block as u32);
                sites.colors.push([0, 1, 2].map(|i| lab[i] / noise[i]));
                sites.around.push(NEIGHBORS_8.map(|(dx, dy)| at(x + dx, y + dy)));
                let others = NEIGHBORS_4.iter().filter_map(|(dx, dy)| picture.offset(x + dx, y + dy));
                let off = others.map(|other| [0, 1, 2].map(|i| bleed * (labs[other][i] - lab[i]) / noise[i]));
                sites.precision.push(inverse(levels.variances(lab[0]), off));
            }
        }
        sites
    }

    /// The neighbours of a site, and the cost of a different label for each.
    pub(super) fn around(&self, site: usize) -> impl Iterator<Item = (usize, f32)> {
        self.around[site]
            .iter()
            .zip(PAIR)
            .filter(|(other, _)| **other != NONE)
            .map(|(other, cost)| (*other as usize, cost))
    }

    /// The weight of a site in the mean of a colour.
    pub(super) fn weight(&self, site: usize) -> f32 {
        let [l, a, b, ..] = self.precision[site];
        (l + a + b) / 3.0
    }

    /// The squared Mahalanobis distance of a site from a colour.
    #[inline]
    pub(super) fn distance2(&self, site: usize, color: Lab) -> f32 {
        let own = self.colors[site];
        mahalanobis2([own[0] - color[0], own[1] - color[1], own[2] - color[2]], self.precision[site])
    }
}
