//! Steps from cut to cut: what a cell of each length costs, and the best that leads to a place.

/// The costs of the lengths that a cell may have.
pub(super) struct Steps {
    /// The shortest and the longest cell, in pixels.
    least: usize,
    most: usize,
    /// What each costs, the longest first.
    costs: Vec<f32>,
}

impl Steps {
    /// Cells from `shortest` of a pitch to 1.45 of it; the squared deviation from it costs, so many times.
    pub fn of(pitch: f64, stiff: f64, shortest: f64) -> Self {
        let (least, most) = (((shortest * pitch) as usize).max(2), (1.45 * pitch) as usize + 1);
        let cost = |length: usize| {
            let bend = (length as f64 - pitch) / pitch;
            (stiff * bend * bend) as f32
        };
        Self { least, most, costs: (least..=most).rev().map(cost).collect() }
    }

    /// What cuts before a place gain, and what the cells from them to it cost; the first cut may lie at 1.
    fn pairs<'a>(&'a self, gains: &'a [f32], x: usize) -> (&'a [f32], &'a [f32]) {
        let from = x.saturating_sub(self.most).max(1);
        let to = (x + 1).saturating_sub(self.least).max(from);
        let costs = &self.costs[(from + self.most - x).min(self.costs.len())..];
        (&gains[from..to], &costs[..to - from])
    }

    /// The most that a cut before a place and the cell between them gain.
    pub fn best(&self, gains: &[f32], x: usize) -> f32 {
        let (gains, costs) = self.pairs(gains, x);
        // Four at a time, as a processor compares them.
        let mut best = [f32::NEG_INFINITY; 4];
        let (fours, rest) = gains.as_chunks::<4>();
        for (gains, costs) in fours.iter().zip(costs.as_chunks::<4>().0) {
            for i in 0..4 {
                best[i] = larger(gains[i] - costs[i], best[i]);
            }
        }
        let rest = rest.iter().zip(&costs[4 * fours.len()..]).map(|(gain, cost)| gain - cost);
        rest.chain(best).fold(f32::NEG_INFINITY, larger)
    }

    /// Where that cut lies; of equally good ones the nearest.
    pub fn from(&self, gains: &[f32], x: usize) -> usize {
        let best = self.best(gains, x);
        let (gains, costs) = self.pairs(gains, x);
        let found = gains.iter().zip(costs).rposition(|(gain, cost)| gain - cost >= best);
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
    fn the_best_cut_before_a_place() {
        let steps = Steps::of(10.0, 2.0, 0.6);
        let mut gains = vec![0.0; 40];
        assert_eq!(steps.from(&gains, 30), 20);
        gains[18] = 0.2;
        assert_eq!(steps.from(&gains, 30), 18);
        assert!((steps.best(&gains, 30) - 0.12).abs() < 1e-6);
        assert_eq!(steps.best(&gains, 6), f32::NEG_INFINITY);
        assert_eq!(steps.from(&gains, 8), 1);
    }
}
