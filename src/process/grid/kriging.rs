//! Kriging: predicts how many cells lie between any two positions of an axis from its anchors, the lines that edges
//! support.
//!
//! The cell count is modelled as a linear trend plus a smooth residual, a Gaussian process: universal kriging
//! (Matheron, "Le krigeage universel", 1969; Rasmussen and Williams, "Gaussian Processes for Machine Learning", 2006,
//! section 2.7). Near anchors the residual is known; far from them the trend remains.

use super::cholesky::{cholesky, cholesky_solve, dot};

/// The standard deviation of the residual, in cells.
const SIGMA: f64 = 0.55;
/// The correlation length of the residual, as a share of the axis.
const LENGTH_SCALE: f64 = 0.13;
/// The standard deviation of an anchor in cells, and the share of a squared pixel that is added to its variance.
const ROUGH: f64 = 0.1;
const PIXEL: f64 = 0.1;
/// Gaps of at least this many cells may be miscounted.
const LONG: f64 = 2.0;

/// The anchors of one axis: lines that edges support.
#[derive(Clone, Debug)]
pub(super) struct Anchors {
    /// The length of the axis in raw pixels.
    pub length: f64,
    /// Positions in raw pixels, ascending; at least three.
    pub lines: Vec<f64>,
    /// The number of cells between each anchor and the next.
    pub cells: Vec<f64>,
}

/// A mean and a variance.
pub(super) type Estimate = (f64, f64);

/// A gap that may be miscounted, and the effect of one more cell in it.
#[derive(Clone, Debug)]
struct Gap {
    /// The gap lies between this anchor and the next.
    after: usize,
    /// The change of the cells of the whole axis.
    slope: f64,
    /// Half the derivative of twice the negative log-likelihood at the current counts,
    gradient: f64,
    /// and its second derivative with the count of each gap.
    curvature: Vec<f64>,
}

/// The fitted model of one axis.
#[derive(Clone, Debug)]
pub(super) struct AxisModel {
    /// The positions of the anchors as shares of the axis, relative to its centre.
    positions: Vec<f64>,
    /// The number of cells between each anchor and the next.
    pub cells: Vec<f64>,
    /// The Cholesky factor of the covariance of the counts, lower triangle.
    factor: Vec<f64>,
    /// The inverse covariance times ones, and times the positions.
    inverse: [Vec<f64>; 2],
    /// The normal equations of the linear trend: entries 00, 01 and 11.
    normal: [f64; 3],
    gaps: Vec<Gap>,
}

impl AxisModel {
    pub(super) fn of(anchors: &Anchors) -> Self {
        let positions: Vec<f64> = anchors.lines.iter().map(|line| line / anchors.length - 0.5).collect();
        let n = positions.len();
        let pixel = anchors.cells.iter().sum::<f64>() / (anchors.lines[n - 1] - anchors.lines[0]);
        let noise = ROUGH * ROUGH + PIXEL * pixel * pixel;
        let own = |i: usize, j: usize| if i == j { noise } else { 0.0 };
        let factor = cholesky(
            (0..n * n).map(|k| covariance(positions[k / n] - positions[k % n]) + own(k / n, k % n)).collect(),
            n,
        );
        let inverse = [cholesky_solve(&factor, &vec![1.0; n]), cholesky_solve(&factor, &positions)];
        let normal = [inverse[0].iter().sum(), inverse[1].iter().sum(), dot(&positions, &inverse[1])];
        let mut axis = Self { positions, cells: anchors.cells.clone(), factor, inverse, normal, gaps: Vec::new() };
        axis.gaps = axis.gaps();
        axis
    }

    fn gaps(&self) -> Vec<Gap> {
        let n = self.positions.len();
        let long: Vec<usize> = (0..n - 1).filter(|&i| self.cells[i] >= LONG).collect();
        let step = |after: usize| -> Vec<f64> { (0..n).map(|i| if i > after { 1.0 } else { 0.0 }).collect() };
        let counts = self.counts();
        let gap = |&after: &usize| {
            let step = step(after);
            let trend = self.trend(&step, None);
            let weights = self.weights(&step, trend);
            // The step is 1 after the gap, so that the product is a sum.
            let curvature = long.iter().map(|&other| weights[other + 1..].iter().sum()).collect();
            Gap { after, slope: trend[1], gradient: dot(&weights, &counts), curvature }
        };
        long.iter().map(gap).collect()
    }

    /// The number of cells from the first anchor to each.
    fn counts(&self) -> Vec<f64> {
        let mut sum = 0.0;
        let running = self.cells.iter().map(|cells| {
            sum += cells;
            sum
        });
        std::iter::once(0.0).chain(running).collect()
    }

    /// The linear trend of counts at the anchors (generalised least squares): its value at the centre, and its slope.
    fn trend(&self, counts: &[f64], prior: Option<Estimate>) -> [f64; 2] {
        let [nn, ns, ss] = self.normal;
        let (by, precision) = prior.map_or((0.0, 0.0), |(mean, variance)| (mean / variance, 1.0 / variance));
        let (a, b, ss) = (dot(counts, &self.inverse[0]), dot(counts, &self.inverse[1]) + by, ss + precision);
        let determinant = nn * ss - ns * ns;
        [(ss * a - ns * b) / determinant, (nn * b - ns * a) / determinant]
    }

    /// The kriging weights: the inverse covariance times the counts without their trend.
    fn weights(&self, counts: &[f64], [middle, slope]: [f64; 2]) -> Vec<f64> {
        let rest = counts.iter().zip(&self.positions).map(|(count, at)| count - middle - slope * at);
        cholesky_solve(&self.factor, &rest.collect::<Vec<f64>>())
    }

    /// The slope of the trend: the number of cells of the whole axis, without the residual.
    pub(super) fn total(&self) -> Estimate {
        let [nn, ns, ss] = self.normal;
        (self.trend(&self.counts(), None)[1], nn / (nn * ss - ns * ns))
    }

    /// Possible corrections of the counts: index of a gap, +1 or -1 cell, the change of [`AxisModel::total`], and the
    /// change of the negative log-likelihood (times 2).
    pub(super) fn corrections(&self) -> impl Iterator<Item = (usize, f64, f64, f64)> {
        self.gaps.iter().enumerate().flat_map(|(k, gap)| {
            let more = [-1.0, 1.0].into_iter().filter(|by| self.cells[gap.after] + by >= 1.0);
            more.map(move |by| (k, by, by * gap.slope, 2.0 * by * gap.gradient + gap.curvature[k]))
        })
    }

    /// Applies a correction.
    pub(super) fn correct(&mut self, k: usize, by: f64) {
        self.cells[self.gaps[k].after] += by;
        self.gaps.iter_mut().for_each(|gap| gap.gradient += by * gap.curvature[k]);
    }

    /// The predictor for any position. `prior` is an independent estimate of the cells of the whole axis.
    pub(super) fn predict(&self, prior: Option<Estimate>) -> Prediction<'_> {
        let counts = self.counts();
        let trend = self.trend(&counts, prior);
        Prediction { positions: &self.positions, trend, weights: self.weights(&counts, trend) }
    }
}

/// Predicts the number of cells at any position of an axis.
pub(super) struct Prediction<'a> {
    positions: &'a [f64],
    trend: [f64; 2],
    weights: Vec<f64>,
}

impl Prediction<'_> {
    /// The number of cells from the first anchor to a position, a share of the axis from 0 to 1.
    pub(super) fn at(&self, share: f64) -> f64 {
        let position = share - 0.5;
        let residual = self.positions.iter().zip(&self.weights).map(|(at, weight)| weight * covariance(position - at));
        self.trend[0] + self.trend[1] * position + residual.sum::<f64>()
    }
}

/// The covariance of the residual at two positions, in cells squared: a rational quadratic kernel (alpha = 3), which
/// needs no exponential function.
fn covariance(apart: f64) -> f64 {
    let far = apart / LENGTH_SCALE;
    let fall = 1.0 + far * far / 6.0;
    SIGMA * SIGMA / (fall * fall * fall)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Anchors 20 pixels apart in the middle of 1000 pixels.
    fn even() -> Anchors {
        Anchors { length: 1000.0, lines: (20..31).map(|i| 20.0 * f64::from(i)).collect(), cells: vec![1.0; 10] }
    }

    #[test]
    fn even_lines_go_on_to_the_borders() {
        let axis = AxisModel::of(&even());
        assert!((axis.total().0 - 50.0).abs() < 1e-6);
        let predicted = axis.predict(None);
        assert!((predicted.at(0.0) + 20.0).abs() < 1e-3 && (predicted.at(1.0) - 30.0).abs() < 1e-3);
    }

    #[test]
    fn the_prior_decides_where_there_are_no_anchors() {
        let axis = AxisModel::of(&even());
        let predicted = axis.predict(Some((46.0, 0.1)));
        assert!((16.0..19.0).contains(&-predicted.at(0.0)), "{}", predicted.at(0.0));
        assert!((predicted.at(0.6) - predicted.at(0.4) - 10.0).abs() < 0.3);
    }

    #[test]
    fn a_correction_has_the_announced_effect() {
        let mut anchors = even();
        anchors.lines.retain(|line| *line != 480.0 && *line != 500.0);
        anchors.cells = vec![1.0, 1.0, 1.0, 3.0, 1.0, 1.0, 1.0, 1.0];
        let mut axis = AxisModel::of(&anchors);
        let before = axis.total().0;
        let (k, by, slope, cost) = axis.corrections().find(|correction| correction.1 > 0.0).unwrap();
        axis.correct(k, by);
        assert!((axis.total().0 - before - slope).abs() < 1e-9 && cost > 1.0, "{cost}");
        assert!(axis.corrections().any(|(_, by, _, back)| by < 0.0 && (back + cost).abs() < 1e-9));
    }
}
