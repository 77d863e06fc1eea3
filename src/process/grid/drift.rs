//! Drift: how many cells lie between any two places of an axis, as the lines that are drawn tell it.
//!
//! The count is taken for a straight line and a smooth drift of unknown form, a Gaussian process (what geostatistics calls
//! universal kriging: Matheron 1969; Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006, section 2.7). Near
//! drawn lines the drift is known, far away from them it is not and the straight line remains.

/// The standard deviation of the drift, in cells.
const SIZE: f64 = 0.55;
/// The share of an axis over which the drift changes.
const REACH: f64 = 0.13;
/// The standard deviation of a drawn line, in cells, and the share of a pixel's variance that comes on top.
const ROUGH: f64 = 0.1;
const PIXEL: f64 = 0.1;
/// Gaps of fewer cells are counted right.
const LONG: f64 = 2.0;

/// The drawn lines of one axis.
#[derive(Clone, Debug)]
pub(super) struct Drawn {
    /// The axis' length in raw pixels.
    pub length: f64,
    /// Where lines are drawn, rising, in raw pixels; at least three.
    pub lines: Vec<f64>,
    /// Cells from each line to the next.
    pub cells: Vec<f64>,
}

/// A mean and a variance.
pub(super) type Guess = (f64, f64);

/// A gap whose count is not sure, and what one cell more in it does.
#[derive(Clone, Debug)]
struct Gap {
    /// The cells of the gap lie between this drawn line and the next.
    after: usize,
    /// To the cells of the whole axis.
    slope: f64,
    /// To twice the negative logarithm of the likelihood: by the counts as they are.
    steep: f64,
    /// .. and together with a cell more in each of the gaps.
    curve: Vec<f64>,
}

/// What the drawn lines of one axis tell.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    /// Shares of the axis, from its middle.
    places: Vec<f64>,
    /// Cells from each drawn line to the next.
    pub cells: Vec<f64>,
    /// The triangle of the covariance of the counts.
    lower: Vec<f64>,
    /// The inverse covariance times one, and times the places.
    inverse: [Vec<f64>; 2],
    /// The normal equations of the straight line: 00, 01 and 11.
    normal: [f64; 3],
    gaps: Vec<Gap>,
}

impl Axis {
    pub fn of(drawn: &Drawn) -> Self {
        let places: Vec<f64> = drawn.lines.iter().map(|line| line / drawn.length - 0.5).collect();
        let n = places.len();
        let pixel = drawn.cells.iter().sum::<f64>() / (drawn.lines[n - 1] - drawn.lines[0]);
        let noise = ROUGH * ROUGH + PIXEL * pixel * pixel;
        let own = |i: usize, j: usize| if i == j { noise } else { 0.0 };
        let lower =
            triangle((0..n * n).map(|k| covariance(places[k / n] - places[k % n]) + own(k / n, k % n)).collect(), n);
        let inverse = [solved(&lower, &vec![1.0; n]), solved(&lower, &places)];
        let normal = [inverse[0].iter().sum(), inverse[1].iter().sum(), dot(&places, &inverse[1])];
        let mut axis = Self { places, cells: drawn.cells.clone(), lower, inverse, normal, gaps: Vec::new() };
        axis.gaps = axis.gaps();
        axis
    }

    fn gaps(&self) -> Vec<Gap> {
        let n = self.places.len();
        let long: Vec<usize> = (0..n - 1).filter(|&i| self.cells[i] >= LONG).collect();
        let step = |after: usize| -> Vec<f64> { (0..n).map(|i| if i > after { 1.0 } else { 0.0 }).collect() };
        let counts = self.counts();
        let gap = |&after: &usize| {
            let step = step(after);
            let line = self.line(&step, None);
            let weights = self.weights(&step, line);
            // A step has ones behind its line, so that its product is the sum of what lies there.
            let curve = long.iter().map(|&other| weights[other + 1..].iter().sum()).collect();
            Gap { after, slope: line[1], steep: dot(&weights, &counts), curve }
        };
        long.iter().map(gap).collect()
    }

    /// Cells from the first drawn line to each.
    fn counts(&self) -> Vec<f64> {
        let mut sum = 0.0;
        let counted = self.cells.iter().map(|cells| {
            sum += cells;
            sum
        });
        std::iter::once(0.0).chain(counted).collect()
    }

    /// The straight line through counts at the drawn lines: its value in the middle, and its slope.
    fn line(&self, counts: &[f64], told: Option<Guess>) -> [f64; 2] {
        let [nn, ns, ss] = self.normal;
        let (by, sure) = told.map_or((0.0, 0.0), |(mean, variance)| (mean / variance, 1.0 / variance));
        let (a, b, ss) = (dot(counts, &self.inverse[0]), dot(counts, &self.inverse[1]) + by, ss + sure);
        let determinant = nn * ss - ns * ns;
        [(ss * a - ns * b) / determinant, (nn * b - ns * a) / determinant]
    }

    /// How much each drawn line tells of the drift, less the straight line.
    fn weights(&self, counts: &[f64], [middle, slope]: [f64; 2]) -> Vec<f64> {
        let rest = counts.iter().zip(&self.places).map(|(count, at)| count - middle - slope * at);
        solved(&self.lower, &rest.collect::<Vec<f64>>())
    }

    /// How many cells the axis has from border to border but for its drift.
    pub fn whole(&self) -> Guess {
        let [nn, ns, ss] = self.normal;
        (self.line(&self.counts(), None)[1], nn / (nn * ss - ns * ns))
    }

    /// What may be counted otherwise: number of a gap, a cell more or less, what that does to [`Axis::whole`], and what it costs.
    pub fn changes(&self) -> impl Iterator<Item = (usize, f64, f64, f64)> {
        self.gaps.iter().enumerate().flat_map(|(k, gap)| {
            let more = [-1.0, 1.0].into_iter().filter(|by| self.cells[gap.after] + by >= 1.0);
            more.map(move |by| (k, by, by * gap.slope, 2.0 * by * gap.steep + gap.curve[k]))
        })
    }

    /// Counts a cell more or less in a gap.
    pub fn change(&mut self, k: usize, by: f64) {
        self.cells[self.gaps[k].after] += by;
        self.gaps.iter_mut().for_each(|gap| gap.steep += by * gap.curve[k]);
    }

    /// The count at any place; `told` is what is known of the whole axis otherwise.
    pub fn counted(&self, told: Option<Guess>) -> Counted<'_> {
        let counts = self.counts();
        let line = self.line(&counts, told);
        Counted { places: &self.places, line, weights: self.weights(&counts, line) }
    }
}

/// The number of cells at any place of an axis.
pub(super) struct Counted<'a> {
    places: &'a [f64],
    line: [f64; 2],
    weights: Vec<f64>,
}

impl Counted<'_> {
    /// Cells from the first drawn line to a share of the axis.
    pub fn at(&self, share: f64) -> f64 {
        let place = share - 0.5;
        let drift = self.places.iter().zip(&self.weights).map(|(at, weight)| weight * covariance(place - at));
        self.line[0] + self.line[1] * place + drift.sum::<f64>()
    }
}

/// The covariance of the drift of two places, in cells squared: a rational quadratic, which needs no exponential.
fn covariance(apart: f64) -> f64 {
    let far = apart / REACH;
    let fall = 1.0 + far * far / 6.0;
    SIZE * SIZE / (fall * fall * fall)
}

/// The lower triangle whose product with its transpose is the matrix of `n` rows (Cholesky).
fn triangle(mut matrix: Vec<f64>, n: usize) -> Vec<f64> {
    for i in 0..n {
        let (before, from) = matrix.split_at_mut(i * n);
        for j in 0..i {
            let row = &before[j * n..][..n];
            from[j] = (from[j] - dot(&from[..j], &row[..j])) / row[j];
        }
        from[i] = (from[i] - dot(&from[..i], &from[..i])).max(1e-12).sqrt();
    }
    matrix
}

/// What the matrix of a lower triangle has to be multiplied with to give the values.
fn solved(lower: &[f64], values: &[f64]) -> Vec<f64> {
    let n = values.len();
    let mut out = values.to_vec();
    for i in 0..n {
        out[i] = (out[i] - dot(&lower[i * n..][..i], &out[..i])) / lower[i * n + i];
    }
    for i in (0..n).rev() {
        out[i] /= lower[i * n + i];
        let value = out[i];
        out[..i].iter_mut().zip(&lower[i * n..]).for_each(|(out, below)| *out -= below * value);
    }
    out
}

/// Four sums side by side are what a processor does at once.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (fours, rest) = a.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for (a, b) in fours.iter().zip(b.as_chunks::<4>().0) {
        sums.iter_mut().zip(a.iter().zip(b)).for_each(|(sum, (a, b))| *sum += a * b);
    }
    let last: f64 = rest.iter().zip(&b[fours.len() * 4..]).map(|(a, b)| a * b).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_triangle_solves_its_matrix() {
        let matrix = vec![4.0, 1.0, 0.5, 1.0, 3.0, 0.2, 0.5, 0.2, 2.0];
        let solved = solved(&triangle(matrix.clone(), 3), &[1.0, 2.0, 3.0]);
        let back: Vec<f64> = matrix.chunks(3).map(|row| dot(row, &solved)).collect();
        assert!(back.iter().zip([1.0, 2.0, 3.0]).all(|(a, b)| (a - b).abs() < 1e-12), "{back:?}");
    }

    /// Drawn lines 20 pixels apart in the middle of 1000 pixels.
    fn even() -> Drawn {
        Drawn { length: 1000.0, lines: (20..31).map(|i| 20.0 * f64::from(i)).collect(), cells: vec![1.0; 10] }
    }

    #[test]
    fn even_lines_go_on_to_the_borders() {
        let axis = Axis::of(&even());
        assert!((axis.whole().0 - 50.0).abs() < 1e-6);
        let counted = axis.counted(None);
        assert!((counted.at(0.0) + 20.0).abs() < 1e-3 && (counted.at(1.0) - 30.0).abs() < 1e-3);
    }

    #[test]
    fn what_is_told_counts_where_nothing_is_drawn() {
        let axis = Axis::of(&even());
        let counted = axis.counted(Some((46.0, 0.1)));
        assert!((16.0..19.0).contains(&-counted.at(0.0)), "{}", counted.at(0.0));
        assert!((counted.at(0.6) - counted.at(0.4) - 10.0).abs() < 0.3);
    }

    #[test]
    fn a_change_does_what_it_is_said_to_do() {
        let mut drawn = even();
        drawn.lines.retain(|line| *line != 480.0 && *line != 500.0);
        drawn.cells = vec![1.0, 1.0, 1.0, 3.0, 1.0, 1.0, 1.0, 1.0];
        let mut axis = Axis::of(&drawn);
        let before = axis.whole().0;
        let (k, by, slope, cost) = axis.changes().find(|change| change.1 > 0.0).unwrap();
        axis.change(k, by);
        assert!((axis.whole().0 - before - slope).abs() < 1e-9 && cost > 1.0, "{cost}");
        assert!(axis.changes().any(|(_, by, _, back)| by < 0.0 && (back + cost).abs() < 1e-9));
    }
}
