//! Confidence: the probability that a grid is right, in per mille.

use super::grid_lines;
use super::variance_table::VarianceTable;

/// The standard deviation, in OKLab, within shifted cells that noise alone causes.
const NOISE: f64 = 0.012;
/// The largest weight of a part of the picture, so that detailed parts do not dominate the others.
const MAX_WEIGHT: f64 = 0.02;
/// Shifted cells with a lower standard deviation in all parts of the picture are JPEG artefacts, if they have the size
/// of its blocks.
const JPEG: f64 = 0.02;
/// The block size of JPEG (an 8x8 DCT), with the fractions and multiples that also look like a grid.
const BLOCKS: [f64; 4] = [4.0, 8.0, 16.0, 8.0 / 3.0];
/// The share of a cell at each side that the inner part leaves out.
const MARGIN: f64 = 0.2;
/// The share of correct grids, in per mille, by [`Evidence::strength`]: measured on 300 generated pictures with known
/// grids and on pictures without a grid.
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
/// The same by the mean of [`Evidence::strength`] and [`Evidence::inner`], which recognises grids with blurred edges and
/// halos: measured on 525 generated and 119 real pictures and on pictures without a grid, half of the true share where
/// few were seen. Alone it never makes a grid certain: the inner parts say nothing about lines a pixel or two off.
const MEASURED_INSIDE: [(f64, f64); 6] =
    [(0.0, 0.0), (0.4, 10.0), (0.5, 120.0), (0.6, 320.0), (0.8, 540.0), (1.0, 590.0)];
/// The weight of one uncertain cell.
const DOUBT: f64 = 1.0;

/// The evidence for and against a grid.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Evidence {
    /// How much less the cells vary than cells shifted by half a cell, in parts with edges: 0 to 1.
    pub strength: f64,
    /// The same for the inner parts of the cells, without blurred edges and their halos.
    pub inner: f64,
    /// The uncertainty of the number of cells, in cells: the borders are empty and the pitch varies.
    pub doubt: f64,
}

impl Evidence {
    /// The confidence, 0 to 1000.
    pub(super) fn confidence(self) -> i64 {
        let (all, inside) = (self.strength, (self.strength + self.inner) / 2.0);
        let measured = share(&MEASURED, all).max(share(&MEASURED_INSIDE, inside));
        let doubt = DOUBT * self.doubt;
        (measured / (1.0 + doubt * doubt) + 0.5) as i64
    }
}

/// A measured share, interpolated linearly.
pub(super) fn share(measured: &[(f64, f64)], at: f64) -> f64 {
    let (Some((least, _)), Some((most, highest))) = (measured.first(), measured.last()) else { return 0.0 };
    let at = at.clamp(*least, *most);
    let between = measured.windows(2).find(|pair| at <= pair[1].0);
    between.map_or(*highest, |pair| {
        let [(from, low), (to, high)] = [pair[0], pair[1]];
        low + (high - low) * (at - from) / (to - from)
    })
}

/// The evidence of all pictures together. Lines and pitch are in pixels, `scale` of which are a raw pixel; `unevenness`
/// is a mean over all axes.
pub(super) fn evidence(
    tables: &[&VarianceTable],
    lines: &[[Vec<f64>; 2]],
    pitch: [f64; 2],
    scale: f64,
    unevenness: f64,
) -> Evidence {
    let mut strengths = [0.0; 2];
    let even = evenness(unevenness);
    for (strength, margin) in strengths.iter_mut().zip([0.0, MARGIN]) {
        let (mut within, mut between) = (Vec::new(), Vec::new());
        for (table, lines) in tables.iter().zip(lines) {
            let shifted = |axis: usize, by: f64| -> Vec<usize> {
                lines[axis].iter().map(|line| (line + by * pitch[axis] + 0.5) as usize).collect()
            };
            within.extend(table.regional(&shifted(0, 0.0), &shifted(1, 0.0), margin));
            between.extend(table.regional(&shifted(0, 0.5), &shifted(1, 0.5), margin));
        }
        if margin == 0.0 && is_jpeg(pitch.map(|pitch| pitch / scale), &between) {
            return Evidence::default();
        }
        *strength = explained(&within, &between);
    }
    let [strength, inner] = strengths.map(|strength| sharpened(strength, pitch, scale) * even);
    Evidence { strength, inner, doubt: 0.0 }
}

/// The share of evidence that uneven gaps leave, 0 to 1: edges at random positions betray themselves by them.
pub(super) fn evenness(unevenness: f64) -> f64 {
    ((0.24 - unevenness) / 0.12).clamp(0.0, 1.0)
}

/// The strength without the mixed colours of enlarged edges: in an enlarged picture, a raw pixel of each cell is one.
fn sharpened(strength: f64, pitch: [f64; 2], scale: f64) -> f64 {
    let mixed = if scale > 1.0 { scale / pitch[0].min(pitch[1]) } else { 0.0 };
    strength + 2.0 * mixed * strength * (1.0 - strength)
}

/// The share of the variance within shifted cells that the cells explain, in the parts of the picture that vary.
fn explained(within: &[f64], between: &[f64]) -> f64 {
    let (mut good, mut all) = (0.0, 1e-9);
    for (within, between) in within.iter().zip(between) {
        let weight = (between.sqrt() - NOISE).clamp(0.0, MAX_WEIGHT);
        good += weight * (1.0 - within / (between + 1e-12)).max(0.0);
        all += weight;
    }
    good / all
}

/// Whether a grid consists of JPEG blocks, given the variances within shifted cells in the parts of the picture.
pub(super) fn is_jpeg(pitch: [f64; 2], shifted: &[f64]) -> bool {
    is_block(pitch) && shifted.iter().all(|variance| variance.sqrt() < JPEG)
}

/// Whether cells have the size of JPEG blocks, or a fraction or multiple of it.
pub(super) fn is_block(pitch: [f64; 2]) -> bool {
    BLOCKS.iter().any(|block| pitch.iter().all(|pitch| (pitch / block - 1.0).abs() < 0.015))
}

/// The uncertainty of the number of cells of an axis: the cells outside the outermost supported lines, times the
/// relative standard deviation of the local pitch.
pub(super) fn doubt(scores: &[f64], lines: &[f64], pitch: &[f64]) -> f64 {
    let supported = |line: &&f64| grid_lines::is_supported(scores, **line);
    let (Some(first), Some(last)) = (lines.iter().find(supported), lines.iter().rev().find(supported)) else {
        return 0.0;
    };
    let mean = pitch.iter().sum::<f64>() / pitch.len().max(1) as f64;
    let deviation =
        (pitch.iter().map(|p| (p - mean) * (p - mean)).sum::<f64>() / pitch.len().max(1) as f64).sqrt() / mean;
    (first + scores.len() as f64 - last) / mean * deviation
}

/// The doubt of a group: the mean over its pictures of the worse axis.
pub(super) fn worst(doubts: &[[f64; 2]]) -> f64 {
    let sum: f64 = doubts.iter().map(|[x, y]| x.max(*y)).sum();
    sum / doubts.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn confidence_rises_with_the_evidence_and_falls_with_doubt() {
        let with = |strength, doubt| Evidence { strength, inner: strength, doubt }.confidence();
        let rising: Vec<i64> = (0..=20).map(|i| with(f64::from(i) / 20.0, 0.0)).collect();
        assert!(rising.is_sorted() && rising[0] == 0 && rising[20] == 1000, "{rising:?}");
        assert!(with(0.9, 0.0) > 950 && with(0.9, 1.0) < 500 && with(0.46, 0.0) < 100);
    }

    #[test]
    fn halos_lower_the_confidence_but_do_not_take_it() {
        let with = |strength, inner| Evidence { strength, inner, doubt: 0.0 }.confidence();
        assert!((300..600).contains(&with(0.48, 0.96)) && with(0.48, 0.48) < 120);
        assert!(with(0.6, 1.0) < 600 && with(0.97, 0.99) > 990);
    }

    #[test]
    fn faint_blocks_are_jpeg_artefacts() {
        assert!(is_jpeg([8.01, 7.99], &[1e-4, 2e-4]) && !is_jpeg([8.01, 7.99], &[1e-4, 2e-3]));
        assert!(!is_jpeg([8.3, 7.99], &[1e-4]) && is_jpeg([4.0, 4.0], &[1e-4]));
    }
}
