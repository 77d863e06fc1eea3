//! Finds the checkerboard along the border: its two colours, and the lines between its squares.

use image::RgbaImage;

/// Lines of pixels that are looked at on each side, and their distance in pixels.
const LINES: u32 = 8;
const APART: u32 = 3;
/// The least share of the border's pixels with each colour, and with one of them.
const EACH: f64 = 0.25;
const BOTH: f64 = 0.8;
/// The least difference of the colours, in 8-bit levels.
const DIFFERENT: f64 = 8.0;
/// The largest distance of a pixel from its colour, as a share of their difference.
const NEAR: f64 = 0.4;
/// The same within the edges of squares, which ring and are soft, and at least within a square.
const RINGING: f64 = 0.3;
const FLAT: f64 = 0.15;
/// A line of pixels on which more of them are between the colours runs along the edge of squares.
const BETWEEN: f64 = 0.25;
/// The side of a square in pixels, and the least number of squares along an axis.
const LEAST: f64 = 5.0;
const SQUARES: f64 = 10.0;
/// The largest ratio of the sides of a square.
const OBLONG: f64 = 1.2;
/// The largest distance of an edge from its line, as a share of a square, and the least share of edges within it.
const OFF: f64 = 0.2;
const ON: f64 = 0.85;
/// The least share of the border that has the colour which the board has there.
const AGREE: f64 = 0.8;
/// Steps of at least this many levels, summed over the channels, are edges of the subject.
const EDGE: u32 = 48;
/// The subject is drawn on the squares if this share of its edges lies on their lines.
const DRAWN: f64 = 0.75;
/// and at least this share of them on every second line: cells may be larger than squares.
const CLASS: f64 = 0.1;

/// A checkerboard.
#[derive(Clone, Debug)]
pub(super) struct Board {
    pub colors: [[f64; 3]; 2],
    /// The largest distance of a pixel from its colour.
    pub reach: f64,
    /// By axis the side of a square and the first line, in pixels.
    pub side: [f64; 2],
    first: [f64; 2],
    /// The colour of the square before the first lines.
    start: usize,
}

impl Board {
    /// The board along the border of a picture.
    pub(super) fn of(image: &RgbaImage) -> Option<Self> {
        let size = [image.width(), image.height()];
        if size.iter().any(|side| f64::from(*side) < LEAST * SQUARES) {
            return None;
        }
        let strips = [0, 1].map(|axis| strips(size[1 - axis]));
        let pixel = |axis: usize, strip: u32, at: u32| {
            let [x, y] = if axis == 0 { [at, strip] } else { [strip, at] };
            image.get_pixel(x, y).0
        };
        let rings: Vec<[u8; 4]> = (0..2)
            .flat_map(|axis| strips[axis].iter().map(move |strip| (axis, *strip)))
            .flat_map(|(axis, strip)| (0..size[axis]).step_by(2).map(move |at| pixel(axis, strip, at)))
            .collect();
        if rings.iter().any(|pixel| pixel[3] < 255) {
            return None;
        }
        let (colors, reach) = two_colors(&rings)?;
        let line = |axis: usize, strip: u32| -> Vec<f64> {
            (0..size[axis]).map(|at| share(pixel(axis, strip, at), &colors).clamp(0.0, 1.0)).collect()
        };
        let lattice = [0, 1].map(|axis| {
            let lines: Vec<Vec<f64>> = strips[axis].iter().map(|strip| line(axis, *strip)).collect();
            lattice(&lines)
        });
        let [Some((x, width)), Some((y, height))] = lattice else { return None };
        let oblong = width.max(height) / width.min(height) > OBLONG;
        let few = (0..2).any(|axis| f64::from(size[axis]) < SQUARES * [width, height][axis]);
        if oblong || few {
            return None;
        }
        let mut board = Self { colors, reach, side: [width, height], first: [x, y], start: 0 };
        let ring = |[x, y]: [u32; 2]| (board.label(x, y), board.nearest(image.get_pixel(x, y).0));
        let seen: Vec<(usize, Option<usize>)> = (0..2)
            .flat_map(|axis| strips[axis].iter().map(move |strip| (axis, *strip)))
            .flat_map(|(axis, strip)| {
                (0..size[axis]).step_by(3).map(move |at| if axis == 0 { [at, strip] } else { [strip, at] })
            })
            .filter(|[x, y]| !board.is_edge(*x, *y, 1.5))
            .map(ring)
            .collect();
        let same = seen.iter().filter(|(label, seen)| Some(*label) == *seen).count();
        let other = seen.iter().filter(|(label, seen)| Some(1 - *label) == *seen).count();
        board.start = usize::from(other > same);
        (same.max(other) as f64 >= AGREE * seen.len() as f64).then_some(board)
    }

    /// The colour, 0 or 1, that the board has at a pixel.
    pub(super) fn label(&self, x: u32, y: u32) -> usize {
        let square =
            |axis: usize, at: u32| ((f64::from(at) + 0.5 - self.first[axis]) / self.side[axis] + 4096.0) as usize;
        (square(0, x) + square(1, y) + self.start) % 2
    }

    /// Whether a pixel is within `reach` pixels of a line between squares.
    pub(super) fn is_edge(&self, x: u32, y: u32, reach: f64) -> bool {
        (0..2).any(|axis| self.to_line(axis, f64::from([x, y][axis]) + 0.5) <= reach)
    }

    /// The distance of a position from the nearest line, in pixels.
    fn to_line(&self, axis: usize, at: f64) -> f64 {
        let squares = (at - self.first[axis]) / self.side[axis] + 4096.0;
        let rest = squares - (squares as usize) as f64;
        rest.min(1.0 - rest) * self.side[axis]
    }

    /// The colour that a pixel has, if it has one of both.
    pub(super) fn nearest(&self, pixel: [u8; 4]) -> Option<usize> {
        let [a, b] = [0, 1].map(|i| distance(levels(pixel), self.colors[i]));
        let nearest = usize::from(b < a);
        ([a, b][nearest] <= self.reach).then_some(nearest)
    }

    /// Whether a pixel is a mixture of both colours.
    pub(super) fn is_mixed(&self, pixel: [u8; 4]) -> bool {
        let share = share(pixel, &self.colors).clamp(0.0, 1.0);
        let mixture = [0, 1, 2].map(|i| self.colors[0][i] + share * (self.colors[1][i] - self.colors[0][i]));
        distance(levels(pixel), mixture) <= self.reach.max(RINGING * distance(self.colors[0], self.colors[1]))
    }

    /// Whether the edges of the subject lie on the lines of the board, on odd and on even ones alike. Then its squares
    /// are cells of the subject, which is chequered or dithered itself.
    pub(super) fn holds_edges_of(&self, image: &RgbaImage, ground: &[bool]) -> bool {
        let width = image.width() as usize;
        let pixels = image.as_raw().as_chunks::<4>().0;
        let mut on = [[0u32; 2]; 2];
        let mut all = [0u32; 2];
        for (i, pixel) in pixels.iter().enumerate().filter(|(i, _)| !ground[*i]) {
            for (axis, before) in [(0, (i % width > 0).then(|| i - 1)), (1, i.checked_sub(width))] {
                let Some(other) = before.map(|before| pixels[before]) else { continue };
                let step: u32 = (0..3).map(|c| u32::from(pixel[c].abs_diff(other[c]))).sum();
                if step >= EDGE {
                    let at = [i % width, i / width][axis] as f64;
                    let line = (at - self.first[axis]) / self.side[axis] + 4096.5;
                    all[axis] += 1;
                    on[axis][line as usize % 2] += u32::from(self.to_line(axis, at) <= 1.25);
                }
            }
        }
        (0..2).all(|axis| {
            let all = f64::from(all[axis].max(1));
            let [even, odd] = on[axis].map(f64::from);
            even + odd >= DRAWN * all && even.min(odd) >= CLASS * all
        })
    }
}

/// The positions of the lines of pixels on both sides.
fn strips(length: u32) -> Vec<u32> {
    let near = (0..LINES).map(|i| 1 + i * APART);
    near.clone().chain(near.map(|at| length - 1 - at)).collect()
}

pub(super) fn levels(pixel: [u8; 4]) -> [f64; 3] {
    [0, 1, 2].map(|i| f64::from(pixel[i]))
}

pub(super) fn distance(a: [f64; 3], b: [f64; 3]) -> f64 {
    (0..3).map(|i| (a[i] - b[i]) * (a[i] - b[i])).sum::<f64>().sqrt()
}

/// Where a pixel lies between two colours: 0 at the first, 1 at the second.
fn share(pixel: [u8; 4], [from, to]: &[[f64; 3]; 2]) -> f64 {
    let dot = |a: [f64; 3], b: [f64; 3]| (0..3).map(|i| a[i] * b[i]).sum::<f64>();
    let way = [0, 1, 2].map(|i| to[i] - from[i]);
    dot([0, 1, 2].map(|i| f64::from(pixel[i]) - from[i]), way) / dot(way, way)
}

/// The two colours of most pixels, the darker one of their clearest channel first, and how far pixels are from them.
fn two_colors(pixels: &[[u8; 4]]) -> Option<([[f64; 3]; 2], f64)> {
    let parted = two_groups(pixels)?;
    let colors = parted.each_ref().map(|side| [0, 1, 2].map(|channel| median(side, channel)));
    let apart = distance(colors[0], colors[1]);
    let mut distances: Vec<f64> = pixels
        .iter()
        .map(|pixel| distance(levels(*pixel), colors[0]).min(distance(levels(*pixel), colors[1])))
        .collect();
    distances.sort_by(f64::total_cmp);
    let usual = distances[(distances.len() as f64 * BOTH) as usize];
    let reach = (3.0 * distances[distances.len() / 2] + 6.0).clamp(FLAT * apart, NEAR * apart);
    (apart >= DIFFERENT && usual <= NEAR * apart).then_some((colors, reach))
}

/// The pixels in two groups of similar size by colour. Smaller groups, those of subjects at the border, are left out.
fn two_groups(pixels: &[[u8; 4]]) -> Option<[Vec<[u8; 4]>; 2]> {
    let least = EACH * pixels.len() as f64;
    let mut pixels = pixels.to_vec();
    while pixels.len() as f64 >= BOTH * least / EACH {
        let variance = |channel: usize| {
            let values = || pixels.iter().map(|pixel| f64::from(pixel[channel]));
            let mean = values().sum::<f64>() / pixels.len() as f64;
            values().map(|value| (value - mean) * (value - mean)).sum::<f64>()
        };
        let variances = [0, 1, 2].map(variance);
        let clearest = (0..3).fold(0, |best, i| if variances[i] > variances[best] { i } else { best });
        let groups = parted(&pixels, clearest)?;
        if groups.iter().all(|group| group.len() as f64 >= least) {
            return Some(groups);
        }
        let [low, high] = groups;
        pixels = if low.len() > high.len() { low } else { high };
    }
    None
}

/// The pixels below and above the threshold of a channel that parts them best (N. Otsu, 1979).
fn parted(pixels: &[[u8; 4]], channel: usize) -> Option<[Vec<[u8; 4]>; 2]> {
    let mut counts = [0u32; 256];
    pixels.iter().for_each(|pixel| counts[usize::from(pixel[channel])] += 1);
    let total: f64 = (0..256).map(|level| level as f64 * f64::from(counts[level])).sum();
    let (mut below, mut sum, mut best) = (0.0, 0.0, (0.0, 0));
    for (level, count) in counts.iter().enumerate() {
        below += f64::from(*count);
        sum += level as f64 * f64::from(*count);
        let above = pixels.len() as f64 - below;
        if below > 0.0 && above > 0.0 {
            let apart = sum / below - (total - sum) / above;
            let between = below * above * apart * apart;
            if between > best.0 {
                best = (between, level);
            }
        }
    }
    let (low, high): (Vec<_>, Vec<_>) = pixels.iter().partition(|pixel| usize::from(pixel[channel]) <= best.1);
    (!low.is_empty() && !high.is_empty()).then_some([low, high])
}

fn median(pixels: &[[u8; 4]], channel: usize) -> f64 {
    let mut values: Vec<u8> = pixels.iter().map(|pixel| pixel[channel]).collect();
    let middle = values.len() / 2;
    f64::from(*values.select_nth_unstable(middle).1)
}

/// The first line between squares and the side of a square along an axis, from lines of pixels that cross the squares:
/// for each pixel where it lies between both colours.
fn lattice(lines: &[Vec<f64>]) -> Option<(f64, f64)> {
    let between = |line: &Vec<f64>| line.iter().filter(|share| (0.25..0.75).contains(*share)).count() as f64;
    let edges: Vec<Vec<f64>> =
        lines.iter().filter(|line| between(line) < BETWEEN * line.len() as f64).map(|line| crossings(line)).collect();
    let mut gaps: Vec<f64> = edges.iter().flat_map(|edges| edges.windows(2).map(|pair| pair[1] - pair[0])).collect();
    gaps.sort_by(f64::total_cmp);
    let usual = *gaps.get(gaps.len() / 2)?;
    if usual < LEAST {
        return None;
    }
    let side = refined(&edges, usual)?;
    let all: Vec<f64> = edges.into_iter().flatten().collect();
    let (first, side) = aligned(&all, side)?;
    let squares = |at: f64| (at - first) / side;
    let on = all.iter().filter(|at| (squares(**at) - round(squares(**at))).abs() <= OFF).count();
    // Subjects at the border hide lines, but most have to be there.
    let length = lines.first().map_or(0, Vec::len) as f64;
    let seen = all.len() as f64 / lines.len().max(1) as f64;
    (on as f64 >= ON * all.len() as f64 && seen >= 0.5 * length / side).then_some((first, side))
}

/// Where a line crosses from one colour to the other, in pixels.
fn crossings(line: &[f64]) -> Vec<f64> {
    let crosses = |pair: &[f64]| (pair[0] < 0.5) != (pair[1] < 0.5);
    let at = |i: usize, pair: &[f64]| i as f64 + 0.5 + (0.5 - pair[0]) / (pair[1] - pair[0]);
    line.windows(2).enumerate().filter(|(_, pair)| crosses(pair)).map(|(i, pair)| at(i, pair)).collect()
}

/// The side of a square: the median over the lines of the slope through their edges.
fn refined(edges: &[Vec<f64>], usual: f64) -> Option<f64> {
    let slope = |edges: &Vec<f64>| -> Option<f64> {
        let mut count = 0.0;
        for pair in edges.windows(2) {
            count += round((pair[1] - pair[0]) / usual);
        }
        (count >= 4.0).then(|| (edges[edges.len() - 1] - edges[0]) / count)
    };
    let mut sides: Vec<f64> = edges.iter().filter_map(slope).collect();
    sides.sort_by(f64::total_cmp);
    sides.get(sides.len() / 2).copied()
}

/// The first line and the side that most edges agree on: the phase of the most edges, then a least-squares fit.
fn aligned(edges: &[f64], side: f64) -> Option<(f64, f64)> {
    let off = |at: f64, first: f64, side: f64| {
        let squares = (at - first) / side;
        (squares - round(squares)).abs()
    };
    let votes = |first: f64| edges.iter().filter(|at| off(**at, first, side) <= OFF).count();
    let steps = 24;
    let phases = (0..steps).map(|i| side * f64::from(i) / f64::from(steps));
    let (_, mut first) = phases.map(|phase| (votes(phase), phase)).reduce(|a, b| if b.0 > a.0 { b } else { a })?;
    let mut side = side;
    for _ in 0..3 {
        let near: Vec<(f64, f64)> = edges
            .iter()
            .filter(|at| off(**at, first, side) <= OFF)
            .map(|at| (round((at - first) / side), *at))
            .collect();
        let count = near.len() as f64;
        let [k, x] = [near.iter().map(|n| n.0).sum::<f64>() / count, near.iter().map(|n| n.1).sum::<f64>() / count];
        let squares: f64 = near.iter().map(|n| (n.0 - k) * (n.0 - k)).sum();
        if near.len() < 4 || squares <= 0.0 {
            return None;
        }
        side = near.iter().map(|n| (n.0 - k) * (n.1 - x)).sum::<f64>() / squares;
        first = x - k * side;
    }
    Some((first, side))
}

/// Rounds to the nearest whole number; not below -4096.
fn round(value: f64) -> f64 {
    ((value + 4096.5) as usize) as f64 - 4096.0
}
