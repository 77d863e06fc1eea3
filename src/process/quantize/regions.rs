//! Regions: which near tones are two colours and which are one with noise, told from where they lie.
//!
//! Noise scatters, two tones of an artist lie side by side. So a pair of neighbours with two labels costs something, every
//! colour costs something, and every cell costs its distance from its colour, measured in noise (a Potts model with label
//! costs). Sweeps in a fixed order relabel the cells, then the two colours that it pays most to join become one.

use crate::color::{Lab, distance2};

use super::super::picture::{AROUND, CLEAR, Picture, SIDES};
fn leak_() -> f32 { use std::sync::OnceLock; static S: OnceLock<f32> = OnceLock::new(); *S.get_or_init(|| std::env::var("LEAK").ok().and_then(|v| v.parse().ok()).unwrap_or(1.0)) }

/// What a pair of neighbours with two labels costs, in nats, in the order of [`AROUND`].
const PAIR: [f32; 8] = [0.6, 1.2, 0.6, 1.2, 1.2, 0.6, 1.2, 0.6];
/// What a colour costs.
const COLOR: f32 = 16.0;
/// Rounds of sweeping and joining.
const ROUNDS: usize = 3;
/// Sweeps a round.
const SWEEPS: usize = 2;
/// No neighbour.
const NONE: u32 = u32::MAX;

/// The cells of all pictures that are not clear, in one row.
pub(super) struct Sites {
    colors: Vec<Lab>,
    around: Vec<[u32; 8]>,
    /// The inverse of each site's covariance.
    sure: Vec<Inverse>,
}

/// A symmetric matrix: its diagonal, then the places 01, 02 and 12.
type Inverse = [f32; 6];

/// The square of a difference, measured by an inverse covariance.
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
    /// Sites of pictures from the colours of all their cells, which are measured in noise.
    pub fn of(labs: &[Vec<Lab>], pictures: &[Picture], noise: Lab, leaks: f32) -> Self {
        let leaks = leak_() * leaks;
        let mut sites = Self { colors: Vec::new(), around: Vec::new(), sure: Vec::new() };
        for (labs, picture) in labs.iter().zip(pictures) {
            let mut next = sites.colors.len() as u32;
            let mut number = |index: &u16| {
                let number = if *index == CLEAR { NONE } else { next };
                next += u32::from(*index != CLEAR);
                number
            };
            let numbers: Vec<u32> = picture.pixels.iter().map(&mut number).collect();
            let at = |x: isize, y: isize| {
                let inside = (0..picture.width as isize).contains(&x) && (0..picture.height as isize).contains(&y);
                if inside { numbers[y as usize * picture.width + x as usize] } else { NONE }
            };
            for ((x, y, _), lab) in picture.places().zip(labs).filter(|((_, _, index), _)| *index != CLEAR) {
                sites.colors.push([0, 1, 2].map(|i| lab[i] / noise[i]));
                sites.around.push(AROUND.map(|(dx, dy)| at(x + dx, y + dy)));
                let leak = SIDES.iter().filter_map(|(dx, dy)| {
                    let (x, y) = (x + dx, y + dy);
                    let inside = (0..picture.width as isize).contains(&x) && (0..picture.height as isize).contains(&y);
                    let other = inside.then(|| labs[y as usize * picture.width + x as usize])?;
                    Some([0, 1, 2].map(|i| leaks * (other[i] - lab[i]) / noise[i]))
                });
                sites.sure.push(inverse(leak));
            }
        }
        sites
    }

    /// Numbers of the neighbours of a site and what a pair with each costs.
    fn around(&self, site: usize) -> impl Iterator<Item = (usize, f32)> {
        self.around[site]
            .iter()
            .zip(PAIR)
            .filter(|(other, _)| **other != NONE)
            .map(|(other, cost)| (*other as usize, cost))
    }

    /// Labels every site with one of the colours and drops those that do not pay: the colours left, and the labels.
    pub fn labeled(&self, mut colors: Vec<Lab>) -> (Vec<Lab>, Vec<u16>) {
        let mut labels = self.nearest(&colors);
        for _ in 0..ROUNDS {
            let nearest = self.nearest(&colors);
            for _ in 0..SWEEPS {
                self.sweep(&colors, &nearest, &mut labels);
            }
            colors = Joining::of(self, colors.len(), &labels).joined(&mut labels);
        }
        (colors, labels)
    }

    fn nearest(&self, colors: &[Lab]) -> Vec<u16> {
        let far = |site: usize, label: u16| self.far(site, colors[usize::from(label)]);
        let nearest = |site: usize| {
            (1..colors.len() as u16).fold((0, far(site, 0)), |best, label| {
                let far = far(site, label);
                if far < best.1 { (label, far) } else { best }
            })
        };
        (0..self.colors.len()).map(|site| nearest(site).0).collect()
    }

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

/// The noise of each channel: by how much neighbours of one colour differ. Near black and white a raw cuts noise off.
pub(super) fn noise(labs: &[Vec<Lab>], pictures: &[Picture]) -> Lab {
    let whole = steps(labs, pictures, |lab| GREY.contains(&lab[0]));
    let steps = if whole[0].len() >= FEW { whole } else { steps(labs, pictures, |_| true) };
    steps.map(|mut steps| {
        let middle = steps.len() / 2;
        let step = if steps.is_empty() { 0.0 } else { *steps.select_nth_unstable_by(middle, f32::total_cmp).1 };
        (NOISE * step).clamp(0.002, 0.03)
    })
}

/// By how much of the difference to a neighbour cells are off: the deviation that their noise does not explain.
pub(super) fn leak(labs: &[Vec<Lab>], pictures: &[Picture], colors: &[Lab], noise: Lab) -> f32 {
    let (mut parts, mut unsure) = (Vec::new(), Vec::new());
    for (labs, picture) in labs.iter().zip(pictures) {
        for (x, y, index) in picture.places().filter(|(_, _, index)| *index != CLEAR) {
            let scaled = |other: usize, from: Lab| [0, 1, 2].map(|i| (labs[other][i] - from[i]) / noise[i]);
            let place = |x: isize, y: isize| y as usize * picture.width + x as usize;
            let color = colors[usize::from(index)];
            let off = scaled(place(x, y), color);
            for (dx, dy) in SIDES {
                let (x, y) = (x + dx, y + dy);
                if (0..picture.width as isize).contains(&x) && (0..picture.height as isize).contains(&y) {
                    let step = scaled(place(x, y), color);
                    let length = square(step, [1.0, 1.0, 1.0, 0.0, 0.0, 0.0]);
                    if length > 64.0 {
                        parts.push((off[0] * step[0] + off[1] * step[1] + off[2] * step[2]) / length);
                        unsure.push(1.0 / length);
                    }
                }
            }
        }
    }
    if parts.len() < 40 { return 0.0; }
    let m = parts.len() / 2;
    let med = *parts.select_nth_unstable_by(m, f32::total_cmp).1;
    let mut sq: Vec<f32> = parts.iter().map(|p| p * p).collect();
    let a2 = *sq.select_nth_unstable_by(m, f32::total_cmp).1 / 0.455;
    let n2 = *unsure.select_nth_unstable_by(m, f32::total_cmp).1;
    if std::env::var("V").is_ok() { println!("leak med {med:.4} a2 {a2:.5} n2 {n2:.5} tau {:.4} noise {noise:?} n {}", (a2 - n2).max(0.0).sqrt(), parts.len()); }
    (a2 - n2).max(0.0).sqrt()
}

/// By how much neighbours of one colour differ in each channel, where both are of a kind.
fn steps(labs: &[Vec<Lab>], pictures: &[Picture], kind: impl Fn(Lab) -> bool) -> [Vec<f32>; 3] {
    let mut steps: [Vec<f32>; 3] = [const { Vec::new() }; 3];
    for (labs, picture) in labs.iter().zip(pictures) {
        for (x, y, index) in picture.places().filter(|(_, _, index)| *index != CLEAR) {
            let here = y as usize * picture.width + x as usize;
            for (other, there) in [(picture.at(x + 1, y), here + 1), (picture.at(x, y + 1), here + picture.width)] {
                if other == index && kind(labs[here]) && kind(labs[there]) {
                    (0..3).for_each(|i| steps[i].push((labs[here][i] - labs[there][i]).abs()));
                }
            }
        }
    }
    steps
}

/// The noise per median step: 1.05 if it is normal, and more since large deviations are less rare than that.
const NOISE: f32 = 1.1;
/// Lightness on which noise is whole.
const GREY: std::ops::Range<f32> = 0.17..0.97;
/// So many steps tell the noise.
const FEW: usize = 40;

/// Colours that are joined: their sums and counts, what pairs of them cost, and who pays most to be joined with whom.
struct Joining {
    sums: Vec<[f64; 4]>,
    pairs: Vec<f32>,
    best: Vec<(f32, usize)>,
    alive: Vec<usize>,
}

impl Joining {
    fn of(sites: &Sites, count: usize, labels: &[u16]) -> Self {
        let mut sums = vec![[0.0; 4]; count];
        let mut pairs = vec![0.0; count * count];
        for (site, label) in labels.iter().enumerate() {
            let own = usize::from(*label);
            let [xx, yy, zz, ..] = sites.sure[site];
            let weight = f64::from((xx + yy + zz) / 3.0);
            let [l, a, b] = sites.colors[site].map(|value| weight * f64::from(value));
            sums[own].iter_mut().zip([l, a, b, weight]).for_each(|(sum, value)| *sum += value);
            // Every pair is met from both its sides.
            sites.around(site).for_each(|(other, cost)| pairs[own * count + usize::from(labels[other])] += 0.5 * cost);
        }
        let alive: Vec<usize> = (0..count).filter(|&i| sums[i][3] > 0.0).collect();
        let mut joining = Self { sums, pairs, best: vec![(0.0, 0); count], alive };
        for i in joining.alive.clone() {
            joining.best[i] = joining.best_of(i);
        }
        joining
    }

    fn mean(&self, i: usize) -> Lab {
        let [l, a, b, n] = self.sums[i];
        [l, a, b].map(|sum| (sum / n) as f32)
    }

    /// What is saved where two colours become one.
    fn gain(&self, one: usize, other: usize) -> f32 {
        let [n, m] = [self.sums[one][3], self.sums[other][3]];
        let count = self.sums.len();
        let loss = 0.5 * (n * m / (n + m)) as f32 * distance2(self.mean(one), self.mean(other));
        COLOR + self.pairs[one * count + other] + self.pairs[other * count + one] - loss
    }

    fn best_of(&self, one: usize) -> (f32, usize) {
        self.alive.iter().filter(|&&other| other != one).fold((0.0, one), |best, &other| {
            let gain = self.gain(one, other);
            if gain > best.0 { (gain, other) } else { best }
        })
    }

    /// Joins while it pays; the colours that are left, whose indices the labels then are.
    fn joined(mut self, labels: &mut [u16]) -> Vec<Lab> {
        let count = self.sums.len();
        let mut now: Vec<usize> = (0..count).collect();
        let pick = |best: &[(f32, usize)], a: usize, b: usize| if best[b].0 > best[a].0 { b } else { a };
        while let Some(one) = self.alive.iter().copied().reduce(|a, b| pick(&self.best, a, b)) {
            let (gain, other) = self.best[one];
            if gain <= 0.0 {
                break;
            }
            let (kept, gone) = (one.min(other), one.max(other));
            self.join(kept, gone);
            now.iter_mut().filter(|root| **root == gone).for_each(|root| *root = kept);
        }
        let place = |label: u16| self.alive.binary_search(&now[usize::from(label)]).unwrap_or(0) as u16;
        labels.iter_mut().for_each(|label| *label = place(*label));
        self.alive.iter().map(|&i| self.mean(i)).collect()
    }

    fn join(&mut self, kept: usize, gone: usize) {
        let count = self.sums.len();
        let sum = self.sums[gone];
        self.sums[kept].iter_mut().zip(sum).for_each(|(kept, gone)| *kept += gone);
        self.alive.retain(|i| *i != gone);
        for &i in &self.alive {
            self.pairs[kept * count + i] += self.pairs[gone * count + i];
            self.pairs[i * count + kept] += self.pairs[i * count + gone];
        }
        for i in self.alive.clone() {
            let partner = self.best[i].1;
            if i == kept || partner == kept || partner == gone {
                self.best[i] = self.best_of(i);
            } else if self.gain(i, kept) > self.best[i].0 {
                self.best[i] = (self.gain(i, kept), kept);
            }
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
        let sites = Sites::of(&[labs], &[picture], [1.0; 3]);
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
        assert_eq!(found(9.0, |x, y| (x, y) == (11, 7)), (2, 0));
    }

    #[test]
    fn noise_is_measured_between_neighbours_of_one_colour() {
        let picture = Picture { width: 2, height: 2, pixels: vec![0, 1, 0, 1] };
        let labs = vec![[0.5, 0.0, 0.0], [0.9, 0.1, 0.0], [0.51, 0.0, 0.0], [0.91, 0.1, 0.0]];
        let [l, a, _] = noise(&[labs], &[picture]);
        assert!((l - NOISE * 0.01).abs() < 1e-5 && a == 0.002);
    }
}
