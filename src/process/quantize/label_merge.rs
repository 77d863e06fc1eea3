//! Greedy merging of labels: two colours become one if the cells lose less by it than a colour and its borders cost.

use crate::words::color::{Lab, distance2};

use super::sites::Sites;

/// The cost of a colour, in nats.
const COLOR: f32 = 16.0;

/// The state of merging: weighted colour sums by label, the boundary costs of label pairs, and the best partner of each
/// label.
pub(super) struct LabelMerge {
    sums: Vec<[f64; 4]>,
    pairs: Vec<f32>,
    best: Vec<(f32, usize)>,
    alive: Vec<usize>,
}

impl LabelMerge {
    pub(super) fn of(sites: &Sites, count: usize, labels: &[u16]) -> Self {
        let mut sums = vec![[0.0; 4]; count];
        let mut pairs = vec![0.0; count * count];
        for (site, label) in labels.iter().enumerate() {
            let own = usize::from(*label);
            let weight = f64::from(sites.weight(site));
            let [l, a, b] = sites.colors[site].map(|value| weight * f64::from(value));
            sums[own].iter_mut().zip([l, a, b, weight]).for_each(|(sum, value)| *sum += value);
            // Every pair of neighbours is visited from both sides.
            sites.around(site).for_each(|(other, cost)| pairs[own * count + usize::from(labels[other])] += 0.5 * cost);
        }
        let alive: Vec<usize> = (0..count).filter(|&i| sums[i][3] > 0.0).collect();
        let mut merge = Self { sums, pairs, best: vec![(0.0, 0); count], alive };
        for i in merge.alive.clone() {
            merge.best[i] = merge.best_of(i);
        }
        merge
    }

    fn mean(&self, i: usize) -> Lab {
        let [l, a, b, n] = self.sums[i];
        [l, a, b].map(|sum| (sum / n) as f32)
    }

    /// The cost that merging two labels saves.
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

    /// Merges labels while this saves costs. Returns the remaining colours and relabels `labels` with their indices.
    pub(super) fn merged(mut self, labels: &mut [u16]) -> Vec<Lab> {
        let count = self.sums.len();
        let mut now: Vec<usize> = (0..count).collect();
        let pick = |best: &[(f32, usize)], a: usize, b: usize| if best[b].0 > best[a].0 { b } else { a };
        while let Some(one) = self.alive.iter().copied().reduce(|a, b| pick(&self.best, a, b)) {
            let (gain, other) = self.best[one];
            if gain <= 0.0 {
                break;
            }
            let (kept, removed) = (one.min(other), one.max(other));
            self.merge(kept, removed);
            now.iter_mut().filter(|root| **root == removed).for_each(|root| *root = kept);
        }
        let new_label = |label: u16| self.alive.binary_search(&now[usize::from(label)]).unwrap_or(0) as u16;
        labels.iter_mut().for_each(|label| *label = new_label(*label));
        self.alive.iter().map(|&i| self.mean(i)).collect()
    }

    fn merge(&mut self, kept: usize, removed: usize) {
        let count = self.sums.len();
        let sum = self.sums[removed];
        self.sums[kept].iter_mut().zip(sum).for_each(|(kept, removed)| *kept += removed);
        self.alive.retain(|i| *i != removed);
        for &i in &self.alive {
            self.pairs[kept * count + i] += self.pairs[removed * count + i];
            self.pairs[i * count + kept] += self.pairs[i * count + removed];
        }
        for i in self.alive.clone() {
            let partner = self.best[i].1;
            if i == kept || partner == kept || partner == removed {
                self.best[i] = self.best_of(i);
            } else if self.gain(i, kept) > self.best[i].0 {
                self.best[i] = (self.gain(i, kept), kept);
            }
        }
    }
}
