//! Noise estimation: how far cells of one colour are apart, and how much of a neighbour's colour bleeds into a cell.

use crate::words::color::Lab;

use super::super::picture::{CLEAR, NEIGHBORS_4, Picture};

/// The noise per median difference: 1.05 for a normal distribution, slightly less because some differences are drawn.
const NOISE: f32 = 1.0;
/// The range of lightness in which noise is complete. A raw clips it near black and white.
const GREY: std::ops::Range<f32> = 0.17..0.97;
/// The least noise: closer tones cannot be distinguished by eye.
const LEAST: Lab = [0.0045, 0.003, 0.003];
/// The least number of differences for an estimate.
const FEW: usize = 40;
/// The largest bleed: what exceeds it is a detail that the colours do not resolve yet.
const MOST: f32 = 0.03;
/// The least difference of neighbours that shows bleeding, in units of the noise.
const APART: f32 = 8.0;
/// The median of the square of a standard normal variable.
const MEDIAN_SQUARE: f32 = 0.455;

/// The noise of cells. Sensors, models and codecs add it to gamma-coded levels, so that in OKLab it depends on the
/// lightness.
#[derive(Clone, Debug)]
pub(super) struct Noise {
    /// The standard deviation of each channel at most lightnesses.
    pub usual: Lab,
    /// The variances at the [`LEVELS`], in units of the usual ones.
    levels: [Lab; LEVELS.len()],
}

/// Lightnesses at which noise is measured.
const LEVELS: [f32; 6] = [0.1, 0.2, 0.3, 0.425, 0.6, 0.85];
/// The range of variances, in units of the usual one.
const VARIANCES: std::ops::RangeInclusive<f32> = 0.5..=6.0;

impl Noise {
    /// The noise of each channel: the median difference of neighbours of one colour.
    pub(super) fn of(labs: &[Vec<Lab>], pictures: &[Picture]) -> Self {
        let all = steps(labs, pictures);
        let between = |from: f32, to: f32| all.each_ref().map(|steps| among(steps, from..to));
        let grey = between(GREY.start, GREY.end);
        let steps = if grey[0].len() >= FEW { grey } else { between(f32::MIN, f32::MAX) };
        let [l, a, b] = steps.map(|steps| NOISE * median(steps));
        let usual = [l.clamp(LEAST[0], 0.03), a.clamp(LEAST[1], 0.03), b.clamp(LEAST[2], 0.03)];
        let middle = |i: usize| (LEVELS[i] + LEVELS[i + 1]) / 2.0;
        let level = |i: usize| {
            let from = if i == 0 { f32::MIN } else { middle(i - 1) };
            let to = if i + 1 == LEVELS.len() { f32::MAX } else { middle(i) };
            let steps = between(from, to);
            [0, 1, 2].map(|k| {
                // Few differences count as far as they go; the usual noise stands in for the rest.
                let count = steps[k].len() as f32;
                let own = (NOISE * median(steps[k].clone())).max(LEAST[k]) / usual[k];
                ((own * own * count + FEW as f32) / (count + FEW as f32)).clamp(*VARIANCES.start(), *VARIANCES.end())
            })
        };
        Self { usual, levels: std::array::from_fn(level) }
    }

    /// The same at every lightness, for tests.
    #[cfg(test)]
    pub(super) fn uniform(usual: Lab) -> Self {
        Self { usual, levels: [[1.0; 3]; LEVELS.len()] }
    }

    /// The variances at a lightness, in units of the usual ones.
    pub(super) fn variances(&self, lightness: f32) -> Lab {
        let after = LEVELS.partition_point(|level| *level <= lightness).clamp(1, LEVELS.len() - 1);
        let (from, to) = (LEVELS[after - 1], LEVELS[after]);
        let part = ((lightness - from) / (to - from)).clamp(0.0, 1.0);
        [0, 1, 2].map(|k| self.levels[after - 1][k] * (1.0 - part) + self.levels[after][k] * part)
    }
}

/// The differences whose lightness is in a range.
fn among(steps: &[(f32, f32)], range: std::ops::Range<f32>) -> Vec<f32> {
    steps.iter().filter(|(lightness, _)| range.contains(lightness)).map(|(_, step)| *step).collect()
}

/// The differences of neighbours of one colour in each channel, each with its lightness.
fn steps(labs: &[Vec<Lab>], pictures: &[Picture]) -> [Vec<(f32, f32)>; 3] {
    let mut steps: [Vec<(f32, f32)>; 3] = [const { Vec::new() }; 3];
    for (labs, picture) in labs.iter().zip(pictures) {
        for (x, y, index) in picture.enumerate_pixels().filter(|(_, _, index)| *index != CLEAR) {
            let here = y as usize * picture.width + x as usize;
            for (other, there) in [(picture.at(x + 1, y), here + 1), (picture.at(x, y + 1), here + picture.width)] {
                if other == index {
                    let lightness = (labs[here][0] + labs[there][0]) / 2.0;
                    (0..3).for_each(|i| steps[i].push((lightness, (labs[here][i] - labs[there][i]).abs())));
                }
            }
        }
    }
    steps
}

/// The bleed: the share of the difference to a neighbour by which cells deviate from their colour, beyond what noise
/// explains. A robust estimate of its standard deviation, 0 to [`MOST`].
pub(super) fn bleed(labs: &[Vec<Lab>], pictures: &[Picture], colors: &[Lab], noise: Lab) -> f32 {
    let (mut squares, mut variances) = (Vec::new(), Vec::new());
    for (labs, picture) in labs.iter().zip(pictures) {
        for (x, y, index) in picture.enumerate_pixels().filter(|(_, _, index)| *index != CLEAR) {
            let color = colors[usize::from(index)];
            let scaled = |lab: Lab| [0, 1, 2].map(|i| (lab[i] - color[i]) / noise[i]);
            let off = scaled(labs[y as usize * picture.width + x as usize]);
            for other in NEIGHBORS_4.iter().filter_map(|(dx, dy)| picture.offset(x + dx, y + dy)) {
                let step = scaled(labs[other]);
                let length = dot(step, step);
                if length > APART * APART {
                    let part = dot(off, step) / length;
                    squares.push(part * part);
                    variances.push(1.0 / length);
                }
            }
        }
    }
    if squares.len() < FEW {
        return 0.0;
    }
    (median(squares) / MEDIAN_SQUARE - median(variances)).clamp(0.0, MOST * MOST).sqrt()
}

fn dot(a: Lab, b: Lab) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn median(mut values: Vec<f32>) -> f32 {
    let middle = values.len() / 2;
    if values.is_empty() { 0.0 } else { *values.select_nth_unstable_by(middle, f32::total_cmp).1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_measured_between_neighbours_of_one_colour() {
        let picture = Picture { width: 2, height: 2, pixels: vec![0, 1, 0, 1] };
        let labs = vec![[0.5, 0.0, 0.0], [0.9, 0.1, 0.0], [0.51, 0.0, 0.0], [0.91, 0.1, 0.0]];
        let [l, a, _] = Noise::of(&[labs], &[picture]).usual;
        assert!((l - NOISE * 0.01).abs() < 1e-5 && a == LEAST[1]);
    }

    #[test]
    fn noise_depends_on_the_lightness() {
        let picture = Picture { width: 40, height: 40, pixels: (0..1600).map(|i| (i % 40 / 20) as u16).collect() };
        let sign = |i: usize| if (i % 40 + i / 40).is_multiple_of(2) { 1.0 } else { -1.0 };
        let (dark, light) = (0.2, 0.85);
        let lab = |i: usize| {
            if i % 40 < 20 { [dark + 0.01 * sign(i), 0.0, 0.0] } else { [light + 0.0075 * sign(i), 0.0, 0.0] }
        };
        let noise = Noise::of(&[(0..1600).map(lab).collect()], &[picture]);
        let [l, ..] = noise.variances(dark);
        let [h, ..] = noise.variances(light);
        assert!((1.6..2.0).contains(&(l / h)), "{l} {h}");
    }

    #[test]
    fn bleed_is_a_share_of_the_difference() {
        let picture = Picture { width: 20, height: 20, pixels: (0..400).map(|i| (i % 20 / 4 % 2) as u16).collect() };
        let colors = [[0.3, 0.0, 0.0], [0.8, 0.1, 0.0]];
        let bled = |share: f32| -> Vec<Lab> {
            let own = |i: usize| colors[usize::from(picture.pixels[i])];
            let mixed = |i: usize, part: f32| {
                let other = colors[1 - usize::from(picture.pixels[i])];
                [0, 1, 2].map(|k| own(i)[k] + part * (other[k] - own(i)[k]))
            };
            (0..400).map(|i| mixed(i, [share, -share][i / 20 % 2])).collect()
        };
        let found = |share: f32| bleed(&[bled(share)], std::slice::from_ref(&picture), &colors, [0.005; 3]);
        assert_eq!(found(0.0), 0.0);
        assert!((0.01..0.03).contains(&found(0.015)), "{}", found(0.015));
        assert_eq!(found(0.2), MOST);
    }
}
