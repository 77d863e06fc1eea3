//! Textures: finds the crop whose opposite edges match best.

use crate::words::color::{Lab, distance};

use super::picture::{CLEAR, Picture};

/// The left upper corner of the crop of this size with the least visible seam when repeated; ties go to the first in
/// reading order.
///
/// The seam is invisible if the column that follows the crop's right edge in the picture resembles the crop's left
/// column.
pub(super) fn best_crop(picture: &Picture, labs: &[Lab], size: [usize; 2]) -> [usize; 2] {
    let across = SeamCosts::new(picture, labs, size[0], Axis::Across);
    let down = SeamCosts::new(picture, labs, size[1], Axis::Down);
    let mut best = ([0, 0], f64::INFINITY);
    for y in 0..=picture.height - size[1] {
        for x in 0..=picture.width - size[0] {
            let cost = across.cost(x, y, size[1]) + down.cost(y, x, size[0]);
            if cost < best.1 {
                best = ([x, y], cost);
            }
        }
    }
    best.0
}

#[derive(Clone, Copy)]
enum Axis {
    Across,
    Down,
}

/// For every crop position along one axis, prefix sums of the seam's colour steps along the seam.
struct SeamCosts {
    sums: Vec<Vec<f64>>,
}

impl SeamCosts {
    fn new(picture: &Picture, labs: &[Lab], size: usize, axis: Axis) -> Self {
        let at = |line: usize, along: usize| match axis {
            Axis::Across => picture.at(line as isize, along as isize),
            Axis::Down => picture.at(along as isize, line as isize),
        };
        let (lines, length) = match axis {
            Axis::Across => (picture.width, picture.height),
            Axis::Down => (picture.height, picture.width),
        };
        let sum = |line: usize| {
            // At the picture's end no column follows; the last column stands in for it.
            let follows = (line + size).min(lines - 1);
            let step = |along: usize| {
                let wrap = step(labs, at(line + size - 1, along), at(line, along));
                step(labs, at(follows, along), at(line, along)) + 0.25 * wrap
            };
            std::iter::once(0.0)
                .chain((0..length).scan(0.0, |sum, along| {
                    *sum += f64::from(step(along));
                    Some(*sum)
                }))
                .collect()
        };
        Self { sums: (0..=lines - size).map(sum).collect() }
    }

    /// The mean step of the seam at `line`, over `count` pixels that start at `along`.
    fn cost(&self, line: usize, along: usize, count: usize) -> f64 {
        (self.sums[line][along + count] - self.sums[line][along]) / count as f64
    }
}

/// The OKLab distance of two indices; between a clear and an opaque pixel it is 1, as between black and white.
fn step(labs: &[Lab], a: u16, b: u16) -> f32 {
    match (labs.get(usize::from(a)), labs.get(usize::from(b))) {
        (Some(a), Some(b)) => distance(*a, *b),
        _ => f32::from(u8::from((a == CLEAR) != (b == CLEAR))),
    }
}

/// The mean step across the wrapped edges relative to the mean inner step, in per mille, 0 to 100000.
pub(super) fn seam(picture: &Picture, labs: &[Lab]) -> i64 {
    let (w, h) = (picture.width as isize, picture.height as isize);
    let (mut wrapped, mut inner) = ((0.0, 0.0), (0.0, 0.0));
    for (x, y, index) in picture.enumerate_pixels() {
        for (nx, ny, wraps) in [(x + 1, y, x + 1 == w), (x, y + 1, y + 1 == h)] {
            let sum = if wraps { &mut wrapped } else { &mut inner };
            sum.0 += f64::from(step(labs, index, picture.at(nx % w, ny % h)));
            sum.1 += 1.0;
        }
    }
    let mean = |(sum, count): (f64, f64)| if count > 0.0 { sum / count } else { 0.0 };
    (1000.0 * mean(wrapped) / mean(inner).max(0.001)).min(100_000.0) as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::picture::{drawn, text};
    use crate::words::color::{Rgb, oklab};

    #[test]
    fn stripes_are_cropped_to_their_period() {
        let picture = drawn(&["0122012", "0122012", "0122012", "0122012"]);
        let labs = [Rgb([0, 0, 0]), Rgb([120, 120, 120]), Rgb([250, 250, 250])].map(oklab);
        let [x, y] = best_crop(&picture, &labs, [4, 4]);
        let joined = text(&picture.crop(x as isize, y as isize, [4, 4]))[0].repeat(2);
        assert!(joined.contains("0122") || joined.contains("2012"), "{joined}");
    }
}
