//! Greedy merging of labels: two colours become one if the cells lose less by it than a colour and its borders cost.

use crate::words::color::{Lab, distance2};

use super::sites::Sites;

/// The cost of a colour, in nats.
const COLOR: f32 = 16.0;
/// The variance of what the cells of a region have in common (what is left of the shading, of blocks, of blotches), as a
/// share of the variance of a cell. It does not average out over the cells of a colour (a random effect).
const COMMON: f64 = 0.02;

/// The state of merging: weighted colour sums by label and by block, the boundary costs of label pairs, and the best
/// partner of each label.
pub(super) struct LabelMerge {
    /// The weighted sum of the colours, the weight, and the number of sites.
    sums: Vec<[f64; 5]>,
    pairs: Vec<f32>,
    /// The weighted sums by label and block.
    local: Vec<Vec<[f32; 4]>>,
    best: Vec<(f32, usize)>,
    alive: Vec<usize>,
}

impl LabelMerge {
    pub(super) fn of(sites: &Sites, count: usize, labels: &[u16]) -> Self {
        let mut sums = vec![[0.0; 5]; count];
        let mut pairs = vec![0.0; count * count];
        let mut local = vec![vec![[0.0; 4]; sites.blocks.1]; count];
        for (site, label) in labels.iter().enumerate() {
            let own = usize::from(*label);
            let weight = f64::from(sites.weight(site));
            let [l, a, b] = sites.colors[site].map(|value| weight * f64::from(value));
            sums[own].iter_mut().zip([l, a, b, weight, 1.0]).for_each(|(sum, value)| *sum += value);
            let block = &mut local[own][sites.blocks.0[site] as usize];
            block.iter_mut().zip([l, a, b, weight]).for_each(|(sum, value)| *sum += value as f32);
            // Every pair of neighbours is visited from both sides.
            sites.around(site).for_each(|(other, cost)| pairs[own * count + usize::from(labels[other])] += 0.5 * cost);
        }
        let alive: Vec<usize> = (0..count).filter(|&i| sums[i][3] > 0.0).collect();
        let mut merge = Self { sums, pairs, local, best: vec![(0.0, 0); count], alive };
        for i in merge.alive.clone() {
            merge.best[i] = merge.best_of(i);
        }
        merge
    }

    fn mean(&self, i: usize) -> Lab {
        let [l, a, b, n, _] = self.sums[i];
        [l, a, b].map(|sum| (sum / n) as f32)
    }

    /// The cost that merging two labels saves. The loss is what a region's common part leaves of the difference, and
    /// what blocks show in which both occur; together no more than if there was no common part.
    fn gain(&self, one: usize, other: usize) -> f32 {
        let variance = |label: usize, common: f64| {
            let [.., weight, sites] = self.sums[label];
            (1.0 + common * sites) / weight
        };
        let far = distance2(self.mean(one), self.mean(other));
        let loss = |common: f64| 0.5 * far / (variance(one, common) + variance(other, common)) as f32;
        let count = self.sums.len();
        let saved = COLOR + self.pairs[one * count + other] + self.pairs[other * count + one];
        // The local loss takes longer to compute, and often is not needed.
        match (loss(COMMON), loss(0.0)) {
            (least, _) if least > saved => saved - least,
            (_, most) if most < saved => saved - most,
            (least, most) => saved - (least + self.local_loss(one, other)).min(most),
        }
    }

    /// The loss of merging two labels by the blocks in which both occur: tones that lie side by side differ there, too,
    /// the parts of a shaded colour do not.
    fn local_loss(&self, one: usize, other: usize) -> f32 {
        let (mut sum, mut all) = ([0.0f32; 3], 0.0);
        for ([l, a, b, n], [x, y, z, m]) in self.local[one].iter().zip(&self.local[other]) {
            if *n > 0.0 && *m > 0.0 {
                // The weight of the difference of two means times the difference.
                let part = [l * m - x * n, a * m - y * n, b * m - z * n];
                (0..3).for_each(|k| sum[k] += part[k] / (n + m));
                all += n * m / (n + m);
            }
        }
        if all > 0.0 { 0.5 * distance2(sum, [0.0; 3]) / all } else { 0.0 }
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
        let local = std::mem::take(&mut self.local[removed]);
        for (kept, removed) in self.local[kept].iter_mut().zip(local) {
            kept.iter_mut().zip(removed).for_each(|(kept, removed)| *kept += removed);
        }
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
