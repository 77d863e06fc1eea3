//! Confidence: how likely it is that a grid is right, in per mille.

use super::harmonics::Thin;
use super::{Lines, cuts};

/// Standard deviation within moved cells, in OKLab, that noise alone has.
const NOISE: f64 = 0.012;
/// More than this counts no more: parts where much is drawn must not hide the others.
const MOST: f64 = 0.02;
/// Parts of a picture whose moved cells all vary less are drawn by JPEG, if their cells are its blocks.
const JPEG: f64 = 0.02;
/// Pixels from one of JPEG's blocks to the next, with the fractions and multiples that also look like a grid.
const BLOCKS: [f64; 4] = [4.0, 8.0, 16.0, 8.0 / 3.0];
/// The share of grids that are right, in per mille, by [`Evidence::strength`]: measured on 300 drawn pictures and on such as
/// have no grid.
const MEASURED: [(f64, f64); 11] = [
    (0.0, 0.0),
    (0.5, 20.0),
    (0.6, 100.0),
    (0.65, 160.0),
    (0.7, 260.0),
    (0.75, 490.0),
    (0.8, 750.0),
    (0.85, 920.0),
    (0.9, 980.0),
    (0.95, 995.0),
    (1.0, 1000.0),
];
/// How much a doubtful cell takes.
const DOUBT: f64 = 1.0;

/// What tells for a grid and against it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Evidence {
    /// How much better the cells are than cells that lie half a cell beside them, where something is drawn: 0 to 1.
    pub strength: f64,
    /// Cells by which the count may be wrong, since nothing is drawn at the borders and the pitch drifts.
    pub doubt: f64,
}

impl Evidence {
    /// The confidence, 0 to 1000.
    pub fn confidence(self) -> i64 {
        let at = self.strength.clamp(0.0, 1.0);
        let between = MEASURED.windows(2).find(|pair| at <= pair[1].0);
        let measured = between.map_or(1000.0, |pair| {
            let [(from, low), (to, high)] = [pair[0], pair[1]];
            low + (high - low) * (at - from) / (to - from)
        });
        let doubt = DOUBT * self.doubt;
        (measured / (1.0 + doubt * doubt) + 0.5) as i64
    }
}

/// The evidence of all pictures together.
pub(super) fn evidence(thin: &[&Thin], cuts: &[[Vec<f64>; 2]], pitch: [f64; 2], uneven: f64) -> Evidence {
    let (mut right, mut moved) = (Vec::new(), Vec::new());
    for (thin, cuts) in thin.iter().zip(cuts) {
        let shifted = |axis: usize, by: f64| -> Vec<usize> {
            cuts[axis].iter().map(|cut| (cut + by * pitch[axis] + 0.5) as usize).collect()
        };
        right.extend(thin.regional(&shifted(0, 0.0), &shifted(1, 0.0)));
        moved.extend(thin.regional(&shifted(0, 0.5), &shifted(1, 0.5)));
    }
    if is_jpeg(pitch, &moved) {
        return Evidence::default();
    }
    let (mut good, mut all) = (0.0, 1e-9);
    for (right, moved) in right.iter().zip(&moved) {
        let weight = (moved.sqrt() - NOISE).clamp(0.0, MOST);
        good += weight * (1.0 - right / (moved + 1e-12)).max(0.0);
        all += weight;
    }
    // Straight edges that lie anywhere give themselves away by gaps that differ from each other.
    let even = ((0.24 - uneven) / 0.12).clamp(0.0, 1.0);
    Evidence { strength: even * good / all, doubt: 0.0 }
}

/// Whether a grid is one that JPEG draws, by the variance within moved cells in the parts of the picture.
pub(super) fn is_jpeg(pitch: [f64; 2], moved: &[f64]) -> bool {
    is_block(pitch) && moved.iter().all(|moved| moved.sqrt() < JPEG)
}

/// Whether cells are as large as JPEG's blocks, a part or a multiple.
pub(super) fn is_block(pitch: [f64; 2]) -> bool {
    BLOCKS.iter().any(|block| pitch.iter().all(|pitch| (pitch / block - 1.0).abs() < 0.015))
}

/// The cells by which the count of an axis may be wrong: those beyond the outermost drawn lines, as far as the pitch drifts.
pub(super) fn doubt(rewards: &[f64], lines: &[f64], pitch: &[f64]) -> f64 {
    let drawn = |line: &&f64| cuts::is_drawn(rewards, **line);
    let (Some(first), Some(last)) = (lines.iter().find(drawn), lines.iter().rev().find(drawn)) else { return 0.0 };
    let mean = pitch.iter().sum::<f64>() / pitch.len().max(1) as f64;
    let drift = (pitch.iter().map(|p| (p - mean) * (p - mean)).sum::<f64>() / pitch.len().max(1) as f64).sqrt() / mean;
    (first + rewards.len() as f64 - last) / mean * drift
}

/// The doubt about a whole group: that of the axis that is worst, on the mean.
pub(super) fn worst(lines: &[&[Lines; 2]]) -> f64 {
    let sum: f64 = lines.iter().map(|[x, y]| x.doubt.max(y.doubt)).sum();
    sum / lines.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn confidence_rises_with_the_evidence_and_falls_with_doubt() {
        let with = |strength, doubt| Evidence { strength, doubt }.confidence();
        let rising: Vec<i64> = (0..=20).map(|i| with(f64::from(i) / 20.0, 0.0)).collect();
        assert!(rising.is_sorted() && rising[0] == 0 && rising[20] == 1000, "{rising:?}");
        assert!(with(0.9, 0.0) > 950 && with(0.9, 1.0) < 500 && with(0.46, 0.0) < 50);
    }

    #[test]
    fn faint_blocks_are_those_of_jpeg() {
        assert!(is_jpeg([8.01, 7.99], &[1e-4, 2e-4]) && !is_jpeg([8.01, 7.99], &[1e-4, 2e-3]));
        assert!(!is_jpeg([8.3, 7.99], &[1e-4]) && is_jpeg([4.0, 4.0], &[1e-4]));
    }
}
