//! Regions: which near tones are two colours and which are one with noise, told from where they lie.
//!
//! Noise scatters, two tones of an artist lie side by side. So a pair of neighbours with two labels costs something, every
//! colour costs something, and every cell costs its distance from its colour, measured in noise (a Potts model with label
//! costs). Sweeps in a fixed order relabel the cells, then the two colours that it pays most to join become one.

use crate::words::color::{Lab, Shelf};

use super::super::picture::{AROUND, CLEAR, Picture, SIDES};
use super::joining::Joining;

/// What a pair of neighbours with two labels costs, in nats, in the order of [`AROUND`].
const PAIR: [f32; 8] = [0.8, 1.6, 0.8, 1.6, 1.6, 0.8, 1.6, 0.8];
/// Rounds of sweeping and joining.
const ROUNDS: usize = 3;
/// Sweeps a round.
const SWEEPS: usize = 2;
/// No neighbour.
const NONE: u32 = u32::MAX;

/// The cells of all pictures that are not clear, in one row.
pub(super) struct Sites {
    /// Their colours, measured in noise.
    pub colors: Vec<Lab>,
    around: Vec<[u32; 8]>,
    /// The inverse of each site's covariance: noise, and what leaks in from neighbours of another colour.
    sure: Vec<Inverse>,
}

/// A symmetric matrix: its diagonal, then the places 01, 02 and 12.
type Inverse = [f32; 6];

/// The square of a difference, measured by an inverse covariance.
#[inline]
fn square([x, y, z]: Lab, [xx, yy, zz, xy, xz, yz]: Inverse) -> f32 {
    xx * x * x + yy * y * y + zz * z * z + 2.0 * (xy * x * y + xz * x * z + yz * y * z)
}

/// The inverse of the unit matrix and the dyads of some differences.
fn inverse(differences: impl Iterator<Item = Lab>) -> Inverse {
    let [mut xx, mut yy, mut zz, mut xy, mut xz, mut yz] = [1.0, 1.0, 1.0, 0.0, 0.0, 0.0];
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
    /// Sites of pictures from the colours of all their cells, the noise of each channel, and the share that leaks.
    pub fn of(labs: &[Vec<Lab>], pictures: &[Picture], noise: Lab, leak: f32) -> Self {
        let mut sites = Self { colors: Vec::new(), around: Vec::new(), sure: Vec::new() };
        for (labs, picture) in labs.iter().zip(pictures) {
            let mut next = sites.colors.len() as u32;
            let mut number = |index: &u16| {
                let number = if *index == CLEAR { NONE } else { next };
                next += u32::from(*index != CLEAR);
                number
            };
            let numbers: Vec<u32> = picture.pixels.iter().map(&mut number).collect();
            let at = |x: isize, y: isize| picture.place(x, y).map_or(NONE, |place| numbers[place]);
            for ((x, y, _), lab) in picture.places().zip(labs).filter(|((_, _, index), _)| *index != CLEAR) {
                sites.colors.push([0, 1, 2].map(|i| lab[i] / noise[i]));
                sites.around.push(AROUND.map(|(dx, dy)| at(x + dx, y + dy)));
                let others = SIDES.iter().filter_map(|(dx, dy)| picture.place(x + dx, y + dy));
                let off = others.map(|other| [0, 1, 2].map(|i| leak * (labs[other][i] - lab[i]) / noise[i]));
                sites.sure.push(inverse(off));
            }
        }
        sites
    }

    /// Numbers of the neighbours of a site and what a pair with each costs.
    pub fn around(&self, site: usize) -> impl Iterator<Item = (usize, f32)> {
        self.around[site]
            .iter()
            .zip(PAIR)
            .filter(|(other, _)| **other != NONE)
            .map(|(other, cost)| (*other as usize, cost))
    }

    /// Labels every site with one of the colours and drops those that do not pay: the colours left, and the labels.
    pub fn labeled(&self, mut colors: Vec<Lab>) -> (Vec<Lab>, Vec<u16>) {
        let mut nearest = self.nearest(&colors);
        let mut labels = nearest.clone();
        for round in 0..ROUNDS {
            if round > 0 {
                nearest = self.nearest(&colors);
            }
            for _ in 0..SWEEPS {
                self.sweep(&colors, &nearest, &mut labels);
            }
            colors = Joining::of(self, colors.len(), &labels).joined(&mut labels);
        }
        (colors, labels)
    }

    fn nearest(&self, colors: &[Lab]) -> Vec<u16> {
        let shelf = Shelf::of(colors);
        let nearest = |site: usize| shelf.least(|color| self.far(site, color)) as u16;
        (0..self.colors.len()).map(nearest).collect()
    }

    /// How much a site counts where colours are averaged.
    pub fn weight(&self, site: usize) -> f32 {
        let [l, a, b, ..] = self.sure[site];
        (l + a + b) / 3.0
    }

    /// The square of a site's distance from a colour.
    #[inline]
    fn far(&self, site: usize, color: Lab) -> f32 {
        let own = self.colors[site];
        square([own[0] - color[0], own[1] - color[1], own[2] - color[2]], self.sure[site])
    }

    /// Gives every site the cheapest of the label nearest to it and those of its neighbours.
    fn sweep(&self, colors: &[Lab], nearest: &[u16], labels: &mut [u16]) {
        for site in 0..labels.len() {
            let cost = |label: u16| {
                let pairs = self.around(site).filter(|(other, _)| labels[*other] != label).map(|(_, cost)| cost);
                0.5 * self.far(site, colors[usize::from(label)]) + pairs.sum::<f32>()
            };
            let others = self.around(site).map(|(other, _)| labels[other]).chain([nearest[site]]);
            let first = (labels[site], cost(labels[site]));
            let best = others.fold(first, |best, label| {
                let cost = if label == best.0 { best.1 } else { cost(label) };
                if cost < best.1 { (label, cost) } else { best }
            });
            labels[site] = best.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two tones `apart` in noise: `tone` tells which cell has which, by place.
    fn found(apart: f32, tone: impl Fn(usize, usize) -> bool) -> (usize, usize) {
        let picture = Picture { width: 24, height: 24, pixels: vec![0; 576] };
        let mut state = 9u32;
        let mut wobble = || {
            let mut sum = 0.0;
            for _ in 0..12 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                sum += (state >> 8) as f32 / (1u32 << 24) as f32 - 0.5;
            }
            sum
        };
        let labs: Vec<Lab> =
            (0..576).map(|i| [if tone(i % 24, i / 24) { apart } else { 0.0 } + wobble(), wobble(), wobble()]).collect();
        let sites = Sites::of(&[labs], &[picture], [1.0; 3], 0.0);
        let many = (0..8).map(|i| [1.5 * i as f32 - 1.5, (i % 3) as f32 - 1.0, 0.0]).collect();
        let (colors, labels) = sites.labeled(many);
        let light = |i: usize| colors[usize::from(labels[i])][0] > apart / 2.0;
        (colors.len(), (0..576).filter(|&i| light(i) != tone(i % 24, i / 24)).count())
    }

    #[test]
    fn tones_that_lie_side_by_side_are_two() {
        let (colors, wrong) = found(3.0, |x, _| x >= 12);
        assert!(colors == 2 && wrong <= 4, "{colors} colours, {wrong} cells wrong");
    }

    #[test]
    fn noise_is_one_colour() {
        assert_eq!(found(0.0, |_, _| false).0, 1);
    }

    #[test]
    fn a_chequered_pattern_and_a_single_cell_stay() {
        let (colors, wrong) = found(6.0, |x, y| (x + y) % 2 == 0);
        assert!(colors == 2 && wrong <= 4, "{colors} colours, {wrong} cells wrong");
        assert_eq!(found(11.0, |x, y| (x, y) == (11, 7)), (2, 0));
    }
}
