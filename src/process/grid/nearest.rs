//! Pictures that were enlarged by nearest neighbour, by any factor from 5/4 up: solved, not estimated.
//!
//! Nearest neighbour puts line k of an axis at `floor(k * s + phase)`. The phase depends on the program (it rounds up,
//! down or to the nearest) and on what was cropped. Nothing is noisy, so that every change between two columns or rows
//! lies exactly on a line. Which factor and phase do so is the recognition of a digital straight line (I.
//! Debled-Rennesson, J.-P. Reveillès, *A linear algorithm for segmentation of digital curves*, 1995).
//!
//! The changes of any picture lie on some lattice that is fine enough. Therefore a lattice has to pay for itself
//! (minimum description length, J. Rissanen 1978): the bits that it saves when the places of the changes are written
//! down, less the bits of its parameters.

use std::cell::OnceCell;

use super::changes::Changes;
use super::description::{bits, described, gcd};

/// The smallest factor: 5/4, less what is lost when the length is rounded to whole pixels.
const LEAST: f64 = 1.2;
/// The bits that a lattice has to save beyond its own.
const MARGIN: i64 = 4;
/// Cells are square within this ratio: a window may have been dragged.
const SQUARE: f64 = 1.12;
/// The pixels of 320x200 on a screen of 4:3 are 6/5 as high as wide. It costs so many bits that cells are so oblong.
const OBLONG: f64 = 1.22;
const OBLONG_BITS: i64 = 6;
/// The factors of the pictures of a group are equal within this share.
const ALIKE: f64 = 0.01;
/// With fewer changes than this, at least so many cells have to remain along the longer side.
const FEW: usize = 8;
/// So few missing pixels are cheaper than a factor and a phase.
const CUT: u32 = 6;
/// The smallest size of blocks that are taken for cells although few changes show them.
const BLOCK: u32 = 8;
/// People enlarge by quarters.
const SIMPLE: f64 = 4.0;
/// The bits of a length that nobody chose: the size of a part that was cut out.
const CROPPED: i64 = 2;
/// Where a sample lies on the edge of a cell, rounding errors decide on which side: a line within this of a whole number
/// may be one pixel to the left.
const TIE: f64 = 1e-3;
/// The step of the search for the factor of a cropped picture: what a line at the far end may be off, in pixels.
const DRIFT: f64 = 0.2;

/// The lines of one axis.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::process) struct Lattice {
    /// The factor.
    pub factor: f64,
    /// The first pixels of all cells but the first.
    pub lines: Vec<u32>,
}

/// The changes of an axis, and the bits that say where they are without a lattice.
struct Axis<'a> {
    length: u32,
    at: &'a [u32],
    bits: OnceCell<i64>,
}

impl<'a> From<&'a Changes> for Axis<'a> {
    fn from(changes: &'a Changes) -> Self {
        Self { length: changes.length, at: &changes.at, bits: OnceCell::new() }
    }
}

/// A lattice of one axis with what it saves and costs, in bits.
struct Candidate {
    lattice: Lattice,
    saves: i64,
    costs: i64,
    /// The bits of the number of its cells.
    odd: i64,
    whole: bool,
}

/// The lattices of both axes that explain all changes best; `None` if the picture is more likely none that was enlarged.
pub(super) fn solve(axes: [&Changes; 2]) -> Option<[Lattice; 2]> {
    best_pair(axes, |_| true, MARGIN)
}

/// The lattices whose factors are those that other pictures have; a picture of a few changes has no evidence of its own.
pub(super) fn solve_like(axes: [&Changes; 2], factors: [f64; 2]) -> Option<[Lattice; 2]> {
    let is_like = |[x, y]: [f64; 2]| (x / factors[0] - 1.0).abs() < ALIKE && (y / factors[1] - 1.0).abs() < ALIKE;
    best_pair(axes, is_like, i64::MIN)
}

fn best_pair(axes: [&Changes; 2], allows: impl Fn([f64; 2]) -> bool, margin: i64) -> Option<[Lattice; 2]> {
    let candidates = axes.map(|changes| {
        let axis = changes.into();
        let mut candidates = wholes(&axis);
        candidates.extend(cropped(&axis));
        candidates
    });
    best_of(axes, &candidates, allows, margin).or_else(|| blocks(axes))
}

/// Large blocks that divide a picture of few changes, which are too few to be evidence: hardly any picture has no detail
/// smaller than [`BLOCK`] pixels. They may be larger than the cells by chance, so that at least eight of them remain.
fn blocks(axes: [&Changes; 2]) -> Option<[Lattice; 2]> {
    let [width, height] = axes.map(|axis| axis.length);
    let places = axes.iter().flat_map(|axis| axis.at.iter().chain([&axis.length]));
    let mut size = places.fold(0, |size, place| gcd(size, *place));
    if size < BLOCK || axes.iter().map(|axis| axis.at.len()).sum::<usize>() < FEW / 2 {
        return None;
    }
    while size.is_multiple_of(2) && width.min(height) / size < FEW as u32 {
        size /= 2;
    }
    let lines = |length: u32| (1..length / size).map(|i| i * size).collect();
    Some([width, height].map(|length| Lattice { factor: size.into(), lines: lines(length) }))
}

fn best_of(
    axes: [&Changes; 2],
    candidates: &[Vec<Candidate>; 2],
    allows: impl Fn([f64; 2]) -> bool,
    margin: i64,
) -> Option<[Lattice; 2]> {
    let few = axes.iter().map(|axis| axis.at.len()).sum::<usize>() < FEW;
    let odd = axes.iter().map(|axis| oddness(axis.length)).max().unwrap_or(0);
    let mut best: Option<(i64, [&Candidate; 2])> = None;
    for x in &candidates[0] {
        for y in candidates[1].iter().filter(|y| is_within(OBLONG, x, y)) {
            if few && x.lattice.lines.len().max(y.lattice.lines.len()) + 1 < FEW {
                continue;
            }
            let gain = odd - x.odd.max(y.odd) + x.saves + y.saves - costs(x, y, axes);
            let is_best = gain >= margin && best.as_ref().is_none_or(|(most, _)| gain > *most);
            if is_best && allows([x, y].map(|candidate| candidate.lattice.factor)) {
                best = Some((gain, [x, y]));
            }
        }
    }
    best.map(|(_, pair)| pair.map(|candidate| candidate.lattice.clone()))
}

/// Whether the sides of the cells have at most this ratio.
fn is_within(ratio: f64, x: &Candidate, y: &Candidate) -> bool {
    let [x, y] = [x.lattice.factor, y.lattice.factor];
    x <= ratio * y && y <= ratio * x
}

/// The bits of both lattices: the second is cheap if it has the factor of the first.
fn costs(x: &Candidate, y: &Candidate, axes: [&Changes; 2]) -> i64 {
    let [across, down] = [x, y].map(|candidate| candidate.lattice.factor);
    // Lengths are whole pixels and cells, so that factors of a whole picture that kept its shape differ a little.
    let alike = |one: f64, other: f64, length: u32| (f64::from(length) / one - f64::from(length) / other).abs() <= 1.0;
    let oblong = if is_within(SQUARE, x, y) { 0 } else { OBLONG_BITS };
    if !alike(across, down, axes[1].length) && !alike(down, across, axes[0].length) {
        return x.costs + y.costs + oblong;
    }
    let second = if x.whole && y.whole { 1 } else { bits(across.max(down)) + 1 };
    x.costs.max(y.costs) + second + oblong
}

/// The bits of a length that artists rarely choose: of some 7,000 lengths 73 % are multiples of eight.
fn oddness(length: u32) -> i64 {
    match length {
        _ if length.is_multiple_of(8) => 0,
        _ if length.is_multiple_of(4) => 3,
        _ => 5,
    }
}

/// The lattices on which all changes of an axis lie, of pictures that are whole or lost a few pixels.
fn wholes(axis: &Axis<'_>) -> Vec<Candidate> {
    let of_cut = |cut: u32| {
        let cells = (1..).take_while(move |cells| f64::from(*cells) * LEAST <= f64::from(axis.length + cut));
        cells.filter_map(move |cells| whole(axis, cells, cut))
    };
    (0..=CUT).flat_map(of_cut).collect()
}

/// The lattice of a picture of so many cells of which `cut` pixels are cut off.
fn whole(axis: &Axis<'_>, cells: u32, cut: u32) -> Option<Candidate> {
    let length = axis.length + cut;
    let factor = f64::from(length) / f64::from(cells);
    let phases = phases(axis, factor, 0.0);
    let at = |left: u32| {
        let phases = phases.iter().filter_map(move |phases| phases.away_from_edge(factor, f64::from(left)));
        let laid = phases.filter_map(move |phase| lines(axis, factor, phase));
        laid.map(move |(lines, ties)| match (ties > 0).then(|| summed(axis, cells, [cut, left])).flatten() {
            Some(lines) => (lines, 0),
            None => (lines, ties),
        })
    };
    // Slivers at the edges are rare.
    let (lines, ties) = (0..=cut).flat_map(at).min_by_key(|(lines, ties)| (*ties, lines.len()))?;
    let costs = match length.is_multiple_of(cells) {
        true => 2 * bits(factor) + 1,
        false => bits(length.into()) - 1,
    };
    let costs = costs + if cut > 0 { 2 * bits(f64::from(cut + 1)) + 1 } else { 0 };
    let saves = saved(axis, &lines) - ties;
    Some(Candidate { lattice: Lattice { factor, lines }, saves, costs, odd: oddness(cells), whole: cut == 0 })
}

/// The lines of Pillow, from either side, if all changes lie on them.
fn summed(axis: &Axis<'_>, cells: u32, [cut, left]: [u32; 2]) -> Option<Vec<u32>> {
    let length = axis.length + cut;
    let forward = summed_lines(length, cells);
    let backward = forward.iter().rev().map(|line| length - line).collect();
    let inside = |lines: Vec<u32>| -> Vec<u32> {
        let lines = lines.into_iter().filter(|line| (left + 1..left + axis.length).contains(line));
        lines.map(|line| line - left).collect()
    };
    let explains = |lines: &Vec<u32>| axis.at.iter().all(|x| lines.binary_search(x).is_ok());
    [forward, backward].map(inside).into_iter().find(explains)
}

/// The lines of Pillow, which adds up the places of its samples: rounding errors decide the ties.
fn summed_lines(length: u32, cells: u32) -> Vec<u32> {
    let step = f64::from(cells) / f64::from(length);
    let (mut at, mut last, mut lines) = (0.5 * step, 0, Vec::new());
    for x in 0..length {
        if at as u32 != last {
            lines.push(x);
        }
        last = at as u32;
        at += step;
    }
    lines
}

/// The lattices of a picture of which parts are cut off.
fn cropped(axis: &Axis<'_>) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    let (length, mut factor) = (f64::from(axis.length), LEAST);
    while factor <= length / 3.0 && axis.at.len() > 3 {
        // The room between a turn and the pixel of a line is small for small factors.
        let more = DRIFT * (factor - 1.0).min(1.0);
        let reach = more * factor / length;
        let is_known = found.last().is_some_and(|last| (last.lattice.factor - factor).abs() <= reach);
        for phases in if is_known { Vec::new() } else { phases(axis, factor, more) } {
            found.extend(refined(axis, factor, phases, reach).and_then(|(factor, phases)| part(axis, factor, phases)));
        }
        factor += reach;
    }
    found
}

/// The lattice of a part of a picture.
///
/// Where the changes leave the phase open, it is the one with the fewest cells: slivers at the edges are rare.
fn part(axis: &Axis<'_>, factor: f64, phases: Phases) -> Option<Candidate> {
    let open = phases.to - phases.from > 4.0 * TIE;
    let ends = [phases.from + 2.0 * TIE, phases.to - 2.0 * TIE].into_iter().filter(|_| open);
    let laid = [phases.middle()].into_iter().chain(ends).filter_map(|phase| lines(axis, factor, phase));
    let (lines, ties) = laid.min_by_key(|(lines, ties)| (*ties, lines.len()))?;
    let costs = match factor {
        _ if (factor - rounded(factor, 1.0)).abs() < 1e-9 => 3 * bits(factor) + 2,
        _ if (factor - rounded(factor, SIMPLE)).abs() < 1e-9 => 3 * bits(factor) + 5,
        _ => 3 * bits(f64::from(axis.length) / factor) + 2,
    };
    let saves = saved(axis, &lines) - ties;
    Some(Candidate { lattice: Lattice { factor, lines }, saves, costs, odd: CROPPED, whole: false })
}

/// The lines of a factor and a phase, and of how many a tie was decided by a change; `None` if a line would have to be
/// on both sides.
fn lines(axis: &Axis<'_>, factor: f64, phase: f64) -> Option<(Vec<u32>, i64)> {
    let has = |x: u32| axis.at.binary_search(&x).is_ok();
    let first = (-phase / factor).floor() as i64;
    let (mut lines, mut ties) = (Vec::new(), 0);
    for k in first.. {
        let line = k as f64 * factor + phase;
        // Quicker than `floor`, and equal: nothing changes at the first pixel.
        let (left, right) = ((line - TIE) as u32, (line + TIE) as u32);
        let tied = left < right && (has(left) || has(right));
        if tied && has(left) && has(right) {
            return None;
        }
        ties += i64::from(tied);
        let line = if tied && has(left) { left } else { right };
        if line >= axis.length {
            break;
        }
        if line >= 1 {
            lines.push(line);
        }
    }
    Some((lines, ties))
}

/// The phases at which all changes lie on lines, for a factor.
#[derive(Clone, Copy, Debug)]
struct Phases {
    from: f64,
    to: f64,
}

impl Phases {
    /// A phase with a line at so many pixels left of the picture.
    fn away_from_edge(self, factor: f64, left: f64) -> Option<f64> {
        let (from, to) = (self.from + left, self.to + left);
        let turns = (from / factor).floor();
        [turns, turns + 1.0].into_iter().find_map(|turns| {
            let (from, to) = ((from - turns * factor).max(0.0), (to - turns * factor).min(1.0));
            (from <= to + 2.0 * TIE).then(|| (from + to) / 2.0 - left)
        })
    }

    fn middle(self) -> f64 {
        (self.from + self.to) / 2.0
    }
}

/// The common phases of all changes. Each allows an arc of one pixel (and `more`) on a circle of one factor.
///
/// The changes lie outside one gap between neighbours on the circle. Ties can leave several gaps of that size.
fn phases(axis: &Axis<'_>, factor: f64, more: f64) -> Vec<Phases> {
    let turn = |x: &u32| f64::from(*x) - (f64::from(*x) / factor).floor() * factor;
    let width = 1.0 + more + 2.0 * TIE;
    if axis.at.is_empty() || !leave_gap(axis.at.iter().map(|x| turn(x) / factor), 1.0 - width / factor) {
        return Vec::new();
    }
    let mut turns: Vec<f64> = axis.at.iter().map(turn).collect();
    turns.sort_by(f64::total_cmp);
    let ahead = turns.iter().skip(1).copied().chain([turns[0] + factor]);
    let gaps = turns.iter().zip(ahead).filter(|(before, after)| factor - (after - *before) < width);
    // `before` is the last change of a turn, and `after` the first of the next.
    gaps.map(|(before, after)| Phases { from: before - more / 2.0, to: after - factor + 1.0 + more / 2.0 }).collect()
}

/// The nearest multiple of `1 / parts`.
fn rounded(factor: f64, parts: f64) -> f64 {
    (factor * parts + 0.5).floor() / parts
}

/// Whether places on a circle of length 1 may leave a gap of that length; most that do not are known after a few.
fn leave_gap(places: impl Iterator<Item = f64>, gap: f64) -> bool {
    // A gap covers all of these bins, wherever it begins.
    let bins = (gap * 64.0) as u32;
    let mut empty = u64::MAX;
    places.enumerate().all(|(i, place)| {
        empty &= !(1u64.rotate_left((place * 64.0) as u32));
        let is_open = |mut run: u64| {
            for _ in 2..bins {
                run &= run.rotate_left(1);
            }
            run != 0
        };
        i % 8 != 7 || bins < 2 || is_open(empty)
    })
}

/// The factor and the phase that leave every change the most room on its line: both are bounded by half planes, so that
/// the room is concave in the factor.
fn refined(axis: &Axis<'_>, factor: f64, phases: Phases, reach: f64) -> Option<(f64, Phases)> {
    let index = |x: u32| ((f64::from(x) + 0.5 - phases.middle()) / factor + 0.5).floor();
    let places: Vec<(f64, f64)> = axis.at.iter().map(|x| (index(*x), f64::from(*x))).collect();
    let bounds = |factor: f64| {
        places.iter().fold((f64::MIN, f64::MAX), |(low, high), (k, x)| {
            let phase = x - k * factor;
            (low.max(phase), high.min(phase + 1.0))
        })
    };
    let room = |factor: f64| {
        let (low, high) = bounds(factor);
        high - low
    };
    let simple = rounded(factor, SIMPLE);
    let best = if (simple - factor).abs() <= 2.0 * reach && room(simple) > -2.0 * TIE {
        simple
    } else {
        let (mut from, mut to) = (factor - reach, factor + reach);
        for _ in 0..40 {
            let third = (to - from) / 3.0;
            if room(from + third) < room(to - third) { from += third } else { to -= third }
        }
        (from + to) / 2.0
    };
    let (low, high) = bounds(best);
    (low < high + 2.0 * TIE).then_some((best, Phases { from: low, to: high }))
}

/// The bits that the lines save: the places of the changes are some of the lines instead of any columns. The first and
/// the last change are not counted, since they only say where the drawing ends.
fn saved(axis: &Axis<'_>, lines: &[u32]) -> i64 {
    let [first, ref inner @ .., last] = *axis.at else { return 0 };
    let of_columns = || {
        let columns: Vec<u32> = inner.iter().map(|x| x - first - 1).collect();
        described(&columns, last - first - 1)
    };
    let from = lines.partition_point(|line| *line <= first);
    let to = lines.partition_point(|line| *line < last);
    let on = &lines[from..to.max(from)];
    let indices: Vec<u32> = inner.iter().filter_map(|x| on.binary_search(x).ok()).map(|line| line as u32).collect();
    axis.bits.get_or_init(of_columns) - described(&indices, on.len() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The changes of a picture whose cells all differ, enlarged from `cells` to `length`, cropped.
    fn axis(length: u32, line: impl Fn(u32) -> u32, [left, right]: [u32; 2]) -> Changes {
        let at = (1..).map(line).take_while(|x| *x < length - right).filter(|x| *x > left).map(|x| x - left);
        Changes { length: length - left - right, at: at.collect() }
    }

    fn cells(axis: &Changes) -> Option<usize> {
        solve([axis, axis]).map(|[x, _]| x.lines.len() + 1)
    }

    #[test]
    fn every_way_of_rounding_is_solved() {
        for (cells_in, length) in [(48, 60), (48, 120), (37, 101), (64, 240), (100, 333), (128, 1024), (33, 47)] {
            let factor = f64::from(length) / f64::from(cells_in);
            for phase in [0.0, 0.499, 0.5, 0.999] {
                let axis = axis(length, |k| (f64::from(k) * factor + phase).floor() as u32, [0, 0]);
                assert_eq!(cells(&axis), Some(cells_in as usize), "{cells_in} to {length}, {phase}");
            }
        }
    }

    #[test]
    fn ties_may_fall_on_either_side() {
        for (cells_in, length) in [(48, 60), (32, 48), (40, 70)] {
            let factor = f64::from(length) / f64::from(cells_in);
            // Every third tie on the other side.
            let line =
                |k: u32| (f64::from(k) * factor + if k.is_multiple_of(3) { 0.5001 } else { 0.4999 }).floor() as u32;
            assert_eq!(cells(&axis(length, line, [0, 0])), Some(cells_in as usize), "{cells_in} to {length}");
        }
    }

    #[test]
    fn a_crop_moves_the_lines() {
        let line = |k: u32| (f64::from(k) * 2.6 + 0.5).floor() as u32;
        for cut in [[1, 0], [2, 3], [0, 1], [1, 1]] {
            let axis = axis(208, line, cut);
            let [x, _] = solve([&axis, &axis]).unwrap();
            assert!((x.factor - 2.6).abs() < 0.01 && axis.at.iter().all(|x_| x.lines.contains(x_)));
        }
    }

    #[test]
    fn what_is_repeated_is_not_enlarged() {
        // Joints of bricks: these columns are on the lines of 4/3, too.
        let at = (1..48).filter(|x| x % 4 == 3 || x % 4 == 0).collect();
        assert_eq!(cells(&Changes { length: 48, at }), None);
        let at = (1..48).filter(|x| x * x % 7 != 1).collect();
        assert_eq!(cells(&Changes { length: 48, at }), None);
        // Slots of 70 pixels with lines of 4 between them lie on lines of 4.11, too.
        let across = (0..8).flat_map(|slot| [74 * slot + 4, 74 * slot + 74]).collect();
        let bar = [Changes { length: 596, at: across }, Changes { length: 78, at: vec![4, 74] }];
        assert_eq!(solve(bar.each_ref()), None);
    }

    /// A door of glass: few changes within 16 pixels lie on 13 columns and 12 rows, too, but hardly anybody draws so many.
    #[test]
    fn a_usual_size_is_rather_its_own() {
        let [across, down] = [vec![4, 5, 6, 7, 9, 10, 11, 12], vec![1, 3, 4, 5, 7, 8, 9, 11, 12, 13, 15]];
        let door = [across, down].map(|at| Changes { length: 16, at });
        assert_eq!(solve(door.each_ref()), None);
    }
}
