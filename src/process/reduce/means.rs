//! A picture as it looks from afar: the mean colour of each block, and how much a reduced picture differs from it.

use crate::process::picture::Picture;
use crate::words::color::Lab;

use super::raster::Raster;

/// Transparency differs from every colour by at least this (OKLab distance).
const OPACITY: f32 = 0.5;

/// Lightness, `a` and `b` times the share of opaque pixels, and that share.
type Mean = [f32; 4];

/// The mean colours of a picture's blocks.
pub(super) struct Means {
    size: [usize; 2],
    /// Of each block and its neighbours.
    smooth: Vec<Mean>,
    /// The colour of `smooth`.
    pub around: Vec<Lab>,
}

impl Means {
    pub(super) fn of(picture: &Picture, labs: &[Lab], raster: &Raster) -> Self {
        let block = |block: usize| {
            let colors = raster.offsets(picture, block).filter_map(|i| labs.get(usize::from(picture.pixels[i])));
            let sum = colors.fold([0.0; 4], |sum, lab| added(sum, opaque(lab), 1.0));
            sum.map(|value| value / raster.area(block) as f32)
        };
        let means: Vec<Mean> = (0..raster.size[0] * raster.size[1]).map(block).collect();
        let smooth = smoothed(&means, raster);
        let around = smooth.iter().map(|&[l, a, b, share]| [l, a, b].map(|value| value / share.max(1e-6))).collect();
        Self { size: raster.size, smooth, around }
    }

    /// The mean OKLab distance of a reduced picture from these, both smoothed as the eye does from afar.
    pub(super) fn error(&self, small: &Picture, labs: &[Lab]) -> f32 {
        let opaque = self.smooth.iter().filter(|mean| mean[3] > 0.0).count();
        let errors = (0..self.smooth.len()).map(|block| self.error_at(block, small, labs));
        errors.sum::<f32>() / opaque.max(1) as f32
    }

    /// The sum of the distances in the blocks that some blocks have a part in.
    pub(super) fn error_around(&self, blocks: &[(usize, u16)], small: &Picture, labs: &[Lab]) -> f32 {
        let [width, height] = self.size;
        let mut around: Vec<usize> = Vec::with_capacity(9 * blocks.len());
        for (block, _) in blocks {
            let (x, y) = (block % width, block / width);
            let rows = y.saturating_sub(1)..(y + 2).min(height);
            around.extend(rows.flat_map(|y| (x.saturating_sub(1)..(x + 2).min(width)).map(move |x| y * width + x)));
        }
        around.sort_unstable();
        around.dedup();
        around.into_iter().map(|block| self.error_at(block, small, labs)).sum()
    }

    fn error_at(&self, block: usize, small: &Picture, labs: &[Lab]) -> f32 {
        let mean = self.smooth[block];
        if mean[3] <= 0.0 {
            return 0.0;
        }
        let (x, y) = ((block % self.size[0]) as isize, (block / self.size[0]) as isize);
        let mut own = [0.0; 4];
        for (dx, dy, weight) in SMOOTH {
            if let Some(lab) = labs.get(usize::from(small.at(x + dx, y + dy))) {
                own = added(own, opaque(lab), weight);
            }
        }
        let [l, a, b, share] = [0, 1, 2, 3].map(|i| own[i] - mean[i]);
        let opacity = OPACITY * share;
        (l * l + a * a + b * b + opacity * opacity).sqrt()
    }
}

/// The weights of a block and its neighbours: 1, 2, 1 along each axis.
const SMOOTH: [(isize, isize, f32); 9] = [
    (-1, -1, 0.0625),
    (0, -1, 0.125),
    (1, -1, 0.0625),
    (-1, 0, 0.125),
    (0, 0, 0.25),
    (1, 0, 0.125),
    (-1, 1, 0.0625),
    (0, 1, 0.125),
    (1, 1, 0.0625),
];

fn opaque(lab: &Lab) -> Mean {
    [lab[0], lab[1], lab[2], 1.0]
}

fn added(sum: Mean, mean: Mean, weight: f32) -> Mean {
    [0, 1, 2, 3].map(|i| sum[i] + weight * mean[i])
}

/// Means with their neighbours. What lies outside is transparent.
fn smoothed(means: &[Mean], raster: &Raster) -> Vec<Mean> {
    let width = raster.size[0];
    let at = |block: usize| {
        let (x, y) = ((block % width) as isize, (block / width) as isize);
        let parts = SMOOTH.iter().filter_map(|&(dx, dy, weight)| Some((raster.block_at(x + dx, y + dy)?, weight)));
        parts.fold([0.0; 4], |sum, (block, weight)| added(sum, means[block], weight))
    };
    (0..means.len()).map(at).collect()
}
