//! Transitions of the dynamic programs: the cost of a cell by its length, and the best predecessor of a line.

/// The allowed lengths of a cell and their costs.
pub(super) struct Transitions {
    /// The shortest and the longest cell, in pixels.
    least: usize,
    most: usize,
    /// The cost of each length, the longest first.
    costs: Vec<f32>,
}

impl Transitions {
    /// Cells of `shortest` to 1.45 pitches; the pitch is in pixels. The cost of a cell is `stiffness` times its squared
    /// relative deviation from the pitch.
    pub(super) fn of(pitch: f64, stiffness: f64, shortest: f64) -> Self {
        let (least, most) = (((shortest * pitch) as usize).max(2), (1.45 * pitch) as usize + 1);
        let cost = |length: usize| {
            let deviation = (length as f64 - pitch) / pitch;
            (stiffness * deviation * deviation) as f32
        };
        Self { least, most, costs: (least..=most).rev().map(cost).collect() }
    }

    /// The scores of the possible predecessors of a line at `x`, and the costs of the cells between. The first line may
    /// lie at 1.
    fn pairs<'a>(&'a self, scores: &'a [f32], x: usize) -> (&'a [f32], &'a [f32]) {
        let from = x.saturating_sub(self.most).max(1);
        let to = (x + 1).saturating_sub(self.least).max(from);
        let costs = &self.costs[(from + self.most - x).min(self.costs.len())..];
        (&scores[from..to], &costs[..to - from])
    }

    /// The best score of a predecessor minus the cost of the cell between.
    pub(super) fn best(&self, scores: &[f32], x: usize) -> f32 {
        let (scores, costs) = self.pairs(scores, x);
        // Four lanes, which compilers vectorise.
        let mut best = [f32::NEG_INFINITY; 4];
        let (fours, rest) = scores.as_chunks::<4>();
        for (scores, costs) in fours.iter().zip(costs.as_chunks::<4>().0) {
            for i in 0..4 {
                best[i] = larger(scores[i] - costs[i], best[i]);
            }
        }
        let rest = rest.iter().zip(&costs[4 * fours.len()..]).map(|(score, cost)| score - cost);
        rest.chain(best).fold(f32::NEG_INFINITY, larger)
    }

    /// The position of the best predecessor; ties go to the nearest.
    pub(super) fn predecessor(&self, scores: &[f32], x: usize) -> usize {
        let best = self.best(scores, x);
        let (scores, costs) = self.pairs(scores, x);
        let found = scores.iter().zip(costs).rposition(|(score, cost)| score - cost >= best);
        x.saturating_sub(self.most).max(1) + found.unwrap_or(0)
    }
}

fn larger(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_predecessor_of_a_line() {
        let transitions = Transitions::of(10.0, 2.0, 0.6);
        let mut scores = vec![0.0; 40];
        assert_eq!(transitions.predecessor(&scores, 30), 20);
        scores[18] = 0.2;
        assert_eq!(transitions.predecessor(&scores, 30), 18);
        assert!((transitions.best(&scores, 30) - 0.12).abs() < 1e-6);
        assert_eq!(transitions.best(&scores, 6), f32::NEG_INFINITY);
        assert_eq!(transitions.predecessor(&scores, 8), 1);
    }
}
