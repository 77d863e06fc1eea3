//! Joining: two colours become one where what the cells lose by it is less than what a colour and its borders cost.

use crate::words::color::{Lab, distance2};

use super::regions::Sites;

/// What a colour costs, in nats.
const COLOR: f32 = 16.0;

/// Colours that are joined: their sums and counts, what pairs of them cost, and who pays most to be joined with whom.
pub(super) struct Joining {
    sums: Vec<[f64; 4]>,
    pairs: Vec<f32>,
    best: Vec<(f32, usize)>,
    alive: Vec<usize>,
}

impl Joining {
    pub fn of(sites: &Sites, count: usize, labels: &[u16]) -> Self {
        let mut sums = vec![[0.0; 4]; count];
        let mut pairs = vec![0.0; count * count];
        for (site, label) in labels.iter().enumerate() {
            let own = usize::from(*label);
            let weight = f64::from(sites.weight(site));
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
    pub fn joined(mut self, labels: &mut [u16]) -> Vec<Lab> {
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
