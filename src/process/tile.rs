//! Textures: the crop whose opposite edges match best, quilted with itself where they do not match.

use crate::words::color::{Lab, distance};
use crate::words::cut::least_path;

use super::picture::{CLEAR, Picture};

/// A seam above this is stronger than any line inside: it is quilted.
const SEEN: i64 = 1250;

/// A seam of so much is not seen.
const UNSEEN: i64 = 1100;

/// The part of the picture of that size that repeats with the least visible seam: the best crop where it joins, so that
/// whole periods stay whole, else one that is quilted with itself.
pub(super) fn repeating(picture: &Picture, labs: &[Lab], size: [usize; 2]) -> Picture {
    let best = best_crop(picture, labs, size);
    let whole = picture.crop(best[0] as isize, best[1] as isize, size);
    let before = seam(&whole, labs);
    if before <= SEEN || size[0].min(size[1]) < SMALLEST || is_whole(picture, best, size) {
        return whole;
    }
    let quilts = (0..TRIES * TRIES).map(|number| {
        let turns = [number % TRIES, number / TRIES];
        // Where there is room the first places differ, where there is none the distance by which the picture is moved.
        let last = [picture.width - size[0], picture.height - size[1]];
        let place = [0, 1].map(|axis| (best[axis] + turns[axis] * (1 + last[axis] / TRIES)) % (last[axis] + 1));
        let room = [picture.width - place[0], picture.height - place[1]];
        let part = picture.crop(place[0] as isize, place[1] as isize, room);
        let (across, first) = quilted(&part, labs, size[0], Axis::Across, turns[0]);
        let (down, second) = quilted(&across, labs, size[1], Axis::Down, turns[1]);
        (seam(&down, labs), first / size[1] as u64 + second / size[0] as u64, down)
    });
    let good = quilts.enumerate().min_by_key(|(at, (seam, cost, _))| ((*seam).max(UNSEEN), *cost, *at));
    good.filter(|(_, (seam, ..))| *seam < before).map_or(whole, |(_, (_, _, quilt))| quilt)
}

/// How many places are tried along each axis.
const TRIES: usize = 5;

/// Whether a crop is a whole period: what follows it is what it begins with.
fn is_whole(picture: &Picture, [left, top]: [usize; 2], size: [usize; 2]) -> bool {
    let [right, bottom] = [left + size[0], top + size[1]];
    if right >= picture.width || bottom >= picture.height {
        return false;
    }
    let at = |x: usize, y: usize| picture.at(x as isize, y as isize);
    let columns = (top..bottom).filter(|y| at(left, *y) == at(right, *y)).count();
    let rows = (left..right).filter(|x| at(*x, top) == at(*x, bottom)).count();
    1000 * columns >= PERIOD * size[1] && 1000 * rows >= PERIOD * size[0]
}

/// Whether the picture repeats after the given size as it is, so that one period of it fills that size uncut.
pub(super) fn has_period(picture: &Picture, size: [usize; 2]) -> bool {
    let [across, down] = size;
    let is_larger = picture.width >= across + across / 2 && picture.height >= down + down / 2;
    let same = |dx: usize, dy: usize| {
        let (width, height) = (picture.width - dx, picture.height - dy);
        let pixels = (0..width * height).map(|i| (i % width, i / width));
        let equal = pixels.filter(|(x, y)| {
            picture.pixels[y * picture.width + x] == picture.pixels[(y + dy) * picture.width + x + dx]
        });
        1000 * equal.count() / (width * height).max(1)
    };
    is_larger
        && same(across, 0) >= PERIOD
        && same(0, down) >= PERIOD
        && same(across - across / 3, 0).max(same(0, down - down / 3)) + DISTINCT <= PERIOD
}

/// So many pixels, in per mille, are equal one period further.
const PERIOD: usize = 900;

/// So many more than at another distance.
const DISTINCT: usize = 50;

/// Textures with fewer pixels a side have no room for a cut.
const SMALLEST: usize = 6;

/// The picture with the given length along an axis, cut so that its ends join: what follows its end takes the place of its
/// beginning up to a path of least error. Where too little follows, its middle does: the picture moved by about a half,
/// and `turn` says how far from it. Returns the cost of the paths, too.
fn quilted(picture: &Picture, labs: &[Lab], length: usize, axis: Axis, turn: usize) -> (Picture, u64) {
    let (lines, width) = match axis {
        Axis::Across => (picture.height, picture.width),
        Axis::Down => (picture.width, picture.height),
    };
    let at = |along: usize, line: usize| match axis {
        Axis::Across => picture.at(along as isize, line as isize),
        Axis::Down => picture.at(line as isize, along as isize),
    };
    let more = (width - length).min(length / 2);
    let follows = more >= (length / 4).max(3);
    let moved = (length / 2 + turn).saturating_sub(TRIES / 2).clamp(2, length - 2);
    let other = |along: usize| if follows { length + along } else { (along + moved) % length };
    // Paths are found three times round, so that the one in the middle ends where it began.
    let mut cost = 0;
    let mut cut = |from: usize, to: usize| {
        let error = |along: usize, line: usize| step(labs, at(along, line), at(other(along), line));
        let row = |line: usize| {
            (from..to)
                .map(move |along| (65_536.0 * (error(along - 1, line) + error(along, line))) as u32)
                .collect::<Vec<u32>>()
        };
        let rows: Vec<u32> = (0..3 * lines).flat_map(|line| row(line % lines)).collect();
        let path = least_path(&rows, to - from);
        let path = &path[lines..2 * lines];
        cost += path.iter().enumerate().map(|(line, at)| u64::from(rows[line * (to - from) + at])).sum::<u64>();
        path.iter().map(|at| from + at).collect::<Vec<usize>>()
    };
    // The ends of the moved picture meet where the picture itself is whole.
    let ends = length - moved;
    let first = if follows { cut(1, more) } else { cut(1, ends) };
    let second = if follows { vec![length; lines] } else { cut(ends + 1, length) };
    let pixel = |along: usize, line: usize| {
        let is_other = along < first[line] || along >= second[line];
        if is_other { at(other(along), line) } else { at(along, line) }
    };
    let mut quilt = picture.crop(
        0,
        0,
        match axis {
            Axis::Across => [length, lines],
            Axis::Down => [lines, length],
        },
    );
    let across = quilt.width;
    for (i, value) in quilt.pixels.iter_mut().enumerate() {
        *value = match axis {
            Axis::Across => pixel(i % across, i / across),
            Axis::Down => pixel(i / across, i % across),
        };
    }
    (quilt, cost)
}

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

/// The mean step across the wrapped edges relative to the mean inner step, in per mille, 0 to 100000. Where a line inside
/// has stronger steps, such as the joint between two bricks, the edges may have nearly as strong ones.
pub(super) fn seam(picture: &Picture, labs: &[Lab]) -> i64 {
    let lines = [Axis::Across, Axis::Down].map(|axis| line_steps(picture, labs, axis));
    let lengths = [picture.height as f64, picture.width as f64];
    let inner = |steps: &[f64]| steps[..steps.len() - 1].iter().sum::<f64>();
    let count: f64 = lines.iter().zip(lengths).map(|(steps, length)| (steps.len() - 1) as f64 * length).sum();
    let sum: f64 = lines.iter().zip(lengths).map(|(steps, length)| inner(steps) * length).sum();
    let mean = if count > 0.0 { sum / count } else { 0.0 };
    let (mut wrapped, mut allowed) = (0.0, 0.0);
    for (steps, length) in lines.iter().zip(lengths) {
        let strongest = steps[..steps.len() - 1].iter().copied().fold(0.0, f64::max);
        wrapped += steps[steps.len() - 1] * length;
        allowed += mean.max(AS_INSIDE * strongest).max(0.001) * length;
    }
    (1000.0 * wrapped / allowed).min(100_000.0) as i64
}

/// The share of the strongest line inside that an edge may have before it counts as a seam.
const AS_INSIDE: f64 = 0.8;

/// The mean step from each column (or row) to the next; the last is the one across the wrapped edge.
fn line_steps(picture: &Picture, labs: &[Lab], axis: Axis) -> Vec<f64> {
    let (lines, length) = match axis {
        Axis::Across => (picture.width, picture.height),
        Axis::Down => (picture.height, picture.width),
    };
    let at = |line: usize, along: usize| match axis {
        Axis::Across => picture.at(line as isize, along as isize),
        Axis::Down => picture.at(along as isize, line as isize),
    };
    let line = |from: usize| {
        let steps = (0..length).map(|along| f64::from(step(labs, at(from, along), at((from + 1) % lines, along))));
        steps.sum::<f64>() / length.max(1) as f64
    };
    (0..lines).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Strokes and blots that go on across the edges of the picture, and repeat nowhere.
    fn drawn_texture(seed: u32, size: [usize; 2]) -> Picture {
        let noise = |x: i32, y: i32, salt: u32| {
            let mut hash =
                (x as u32).wrapping_mul(0x9E37_79B1) ^ (y as u32).wrapping_mul(0x85EB_CA77) ^ salt ^ (seed << 7);
            hash = (hash ^ (hash >> 15)).wrapping_mul(0x2C1B_3C6D);
            hash = (hash ^ (hash >> 12)).wrapping_mul(0x297A_2D39);
            hash ^ (hash >> 15)
        };
        let smooth = |x: usize, y: usize, cell: usize, salt: u32| {
            let (left, top) = ((x / cell) as i32, (y / cell) as i32);
            let (fx, fy) = ((x % cell) as i64, (y % cell) as i64);
            let value = |dx: i32, dy: i32| i64::from(noise(left + dx, top + dy, salt) % 1000);
            let cell = cell as i64;
            let upper = value(0, 0) * (cell - fx) + value(1, 0) * fx;
            let lower = value(0, 1) * (cell - fx) + value(1, 1) * fx;
            (upper * (cell - fy) + lower * fy) / (cell * cell)
        };
        let stretch = [[1, 1], [3, 1], [1, 3]][seed as usize % 3];
        let mut picture = drawn(&["0"]).crop(0, 0, size);
        for i in 0..picture.pixels.len() {
            let (x, y) = (i % size[0] / stretch[0], i / size[0] / stretch[1]);
            let value = smooth(x, y, 7, 1) * 2 + smooth(x, y, 3, 2) + i64::from(noise(x as i32, y as i32, 3) % 400);
            picture.pixels[i] = (value / 570).clamp(0, 5) as u16;
        }
        picture
    }

    fn ramp() -> Vec<Lab> {
        [40, 80, 110, 140, 180, 230].map(|level| oklab(Rgb([level / 2, level, level / 3]))).to_vec()
    }

    #[test]
    fn textures_without_a_period_join() {
        for (size, room) in [([32, 32], [32, 32]), ([16, 16], [40, 36]), ([16, 24], [16, 24])] {
            let textures: Vec<Picture> = (0..24).map(|seed| drawn_texture(seed, room)).collect();
            let before = |picture: &Picture| {
                let [x, y] = best_crop(picture, &ramp(), size);
                seam(&picture.crop(x as isize, y as isize, size), &ramp())
            };
            let worst = textures.iter().map(before).max().unwrap();
            let mut seams: Vec<i64> =
                textures.iter().map(|picture| seam(&repeating(picture, &ramp(), size), &ramp())).collect();
            seams.sort_unstable();
            assert!(seams[12] <= 1100 && seams[23] <= 1500, "{size:?} of {room:?}: {seams:?}, {worst} before");
            assert!(room != size || worst > 1500, "{worst}");
        }
    }

    #[test]
    fn a_period_that_fits_is_known() {
        let brick = ["01121120", "01121120", "22222222", "12001211", "12001211", "22222222"];
        let rows: Vec<String> = (0..36).map(|y| brick[y % 6].repeat(5)).collect();
        let wall = drawn(&rows.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(has_period(&wall, [8, 12]) && has_period(&wall, [16, 6]));
        assert!(!has_period(&wall, [12, 12]) && !has_period(&wall, [8, 9]) && !has_period(&wall, [40, 36]));
        assert!((0..6).all(|seed| !has_period(&drawn_texture(seed, [64, 64]), [16, 16])));
        assert!(!has_period(&drawn(&["000000000000"; 12]), [4, 4]));
    }

    #[test]
    fn whole_periods_stay_whole() {
        let brick = ["0112", "0112", "2222", "1201", "1201", "2222"];
        let wall: Vec<String> = (0..18).map(|y| brick[y % 6].repeat(5)).collect();
        let picture = drawn(&wall.iter().map(String::as_str).collect::<Vec<_>>());
        for size in [[8, 12], [4, 6], [12, 6]] {
            let [x, y] = best_crop(&picture, &ramp(), size);
            assert!(is_whole(&picture, [x, y], size), "{size:?}");
            assert_eq!(repeating(&picture, &ramp(), size), picture.crop(x as isize, y as isize, size));
        }
    }
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
